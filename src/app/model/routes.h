// The routes of models: their list, adding, checking, describing, activating. Preview, compare and back-test
// are the slice study's.
#ifndef SLUICE_APP_MODEL_ROUTES_H
#define SLUICE_APP_MODEL_ROUTES_H

#include "base/buf.h"
#include "http/route.h"
#include "rules/model.h"

extern const struct routes MODEL_ROUTES;

// What a compiler says, as a list of Diagnostic.
void model_put_diagnostics(const struct diagnostics *d, struct buf *out);

#endif
