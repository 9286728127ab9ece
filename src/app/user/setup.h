// One-time links: the first owner, people who were invited, and those who need a new password.
#ifndef SLUICE_APP_USER_SETUP_H
#define SLUICE_APP_USER_SETUP_H

#include "app/app.h"

// For the start of the server: where nobody can log in yet, a one-time link on which the first owner is made,
// good for a day (those of earlier starts stop working); else STR_NONE. base: "http://127.0.0.1:8080". In
// arena.
bool user_setup_link(
        struct app *app, struct arena *arena, const char *base, struct str *ret_link, struct err *err);

#endif
