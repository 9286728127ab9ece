// Settings of the business, for all slices. settings.def has the names, their types and defaults; asking for
// another name is a mistake of ours and ends the program.
#ifndef SLUICE_APP_SETTING_SETTING_H
#define SLUICE_APP_SETTING_SETTING_H

#include "app/app.h"

// From memory, any thread. A change over the API is seen at once, one that another process made within
// seconds. A text lives in arena.
struct str setting_text(const struct app *app, struct arena *arena, const char *name);
int64_t setting_int(const struct app *app, const char *name);
bool setting_flag(const struct app *app, const char *name);
// Sets one, for a route of another slice; in the audit trail, seen at once. The value must be one it may
// have.
bool setting_change(struct request *r, const char *name, struct str value, struct err *err);
// From the database, for whoever has no running app. Flags are "true" or "false".
bool setting_read(
        struct store *store, struct arena *arena, const char *name, struct str *ret, struct err *err);

#endif
