#ifndef SLUICE_APP_FORM_STATE_H
#define SLUICE_APP_FORM_STATE_H

#include "app/slice.h"

// Of the descriptor (slice.c).
bool form_start(struct app *app, void **ret_state, struct err *err);
void form_stop(struct app *app, void *state);
bool form_flush(struct app *app, struct data *reader, struct err *err); // views and starts to the table

#endif
