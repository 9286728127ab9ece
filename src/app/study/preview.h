// What previews share: the snapshot they are made of, and who is asking. Private to app/study.
#ifndef SLUICE_APP_STUDY_PREVIEW_H
#define SLUICE_APP_STUDY_PREVIEW_H

#include "app/slice.h"

bool previews_start(struct app *app, void **ret_state, struct err *err);
void previews_stop(struct app *app, void *state);
// The job: makes a newer snapshot while somebody is editing, lets it go when nobody is.
bool previews_renew(struct app *app, struct data *reader, struct err *err);
// The job that is woken when somebody opens a model: has a snapshot ready before the first key.
bool previews_open(struct app *app, struct data *reader, struct err *err);

#endif
