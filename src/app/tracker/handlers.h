// Handlers of /s.js and /p.gif, on a loop's thread. Private to app/tracker.
#ifndef SLUICE_APP_TRACKER_HANDLERS_H
#define SLUICE_APP_TRACKER_HANDLERS_H

#include "http/request.h"

bool tracker_script(struct request *r, struct err *err);
bool tracker_pixel(struct request *r, struct err *err);

#endif
