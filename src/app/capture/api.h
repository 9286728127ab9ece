// The handlers of Segment's API; all run on a loop's thread. Private to app/capture.
#ifndef SLUICE_APP_CAPTURE_API_H
#define SLUICE_APP_CAPTURE_API_H

#include "http/request.h"

// POST /v1/track …: by the last segment of the path, which may be its first letter only.
bool capture_handle(struct request *r, struct err *err);
// OPTIONS, of any page's script.
bool capture_preflight(struct request *r, struct err *err);
// GET /v1/projects/{key}/settings
bool capture_settings(struct request *r, struct err *err);

// Scripts of any page may read the answer.
void capture_allow_pages(struct request *r);

#endif
