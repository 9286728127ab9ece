// Watching mailboxes: a thread for each that is active and has an IMAP account. It keeps a connection, takes
// in what is new, and waits (IDLE); when the connection breaks it tries again, later and later.
#ifndef SLUICE_APP_INBOX_WATCH_H
#define SLUICE_APP_INBOX_WATCH_H

#include "app/app.h"

bool watch_start(struct app *app, void **ret_state, struct err *err);
void watch_stop(struct app *app, void *state);
// The job: starts, replaces and ends threads as the mailboxes are now.
bool watch_run(struct app *app, struct data *reader, struct err *err);
bool watch_route_list(struct request *r, struct err *err);

#endif
