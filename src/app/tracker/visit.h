// The visit that an HTTP request is, or is part of.
#ifndef SLUICE_APP_TRACKER_VISIT_H
#define SLUICE_APP_TRACKER_VISIT_H

#include "app/tracker/enrich.h"
#include "http/request.h"

// From the headers; `own` is left false.
struct visit tracker_visit(const struct request *r);

#endif
