// The routes of models: their list, adding, checking, describing, activating. Preview, compare and back-test
// are the slice study's.
#ifndef SLUICE_APP_MODEL_ROUTES_H
#define SLUICE_APP_MODEL_ROUTES_H

#include "http/route.h"

extern const struct routes MODEL_ROUTES;

#endif
