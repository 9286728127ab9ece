#ifndef SLUICE_APP_FORM_STATE_H
#define SLUICE_APP_FORM_STATE_H

#include "app/slice.h"

// Of the descriptor (slice.c).
bool form_start(struct app *app, void **ret_state, struct err *err);
void form_stop(struct app *app, void *state);
bool form_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);
bool form_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err);
bool form_forget(struct app *app, struct data *reader, struct err *err); // what was spam, after a while
bool form_flush(struct app *app, struct data *reader, struct err *err);  // views and starts to the table

#endif
