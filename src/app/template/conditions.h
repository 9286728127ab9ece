// Conditions of content blocks, compiled once for each model: mails come by the thousand. Any thread.
#ifndef SLUICE_APP_TEMPLATE_CONDITIONS_H
#define SLUICE_APP_TEMPLATE_CONDITIONS_H

#include "app/slice.h"
#include "rules/program.h"

bool conditions_start(struct app *app, void **ret_state, struct err *err);
void conditions_stop(struct app *app, void *state);

// NULL: it cannot be read under the active model, which must be `version`. The program lives until
// conditions_put(*ret_of).
struct conditions;
const struct program *conditions_get(struct app *app, struct data *reader, int64_t version,
        struct str condition, struct conditions **ret_of);
void conditions_put(struct conditions *of);

#endif
