// What the program that serves hands over for /metrics and the log.
#ifndef SLUICE_APP_STATUS_STATUS_H
#define SLUICE_APP_STATUS_STATUS_H

#include "app/app.h"
#include "http/server.h"

// The server whose numbers are shown; NULL once it stops. Any thread.
void status_serve(struct app *app, struct server *server);
// server_options.done: counts the request, and logs it if it is worth a line. Any thread.
void status_done(void *app, const struct request *r, int status, int64_t microseconds);

#endif
