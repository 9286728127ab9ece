// What an undo leaves of keys and companies: whoever had one only by what was undone has it no more. Private
// to app/identity.
#ifndef SLUICE_APP_IDENTITY_UNDONE_H
#define SLUICE_APP_IDENTITY_UNDONE_H

#include "app/app.h"

// In the transaction that works in the record `event`: an import was undone.
bool undone_note(struct writing *w, int64_t event, int64_t import, struct err *err);
// Takes back keys of what was noted first. The log is read before the turn to write comes. *ret_busy: there
// may be more.
bool undone_step(struct app *app, struct data *reader, bool *ret_busy, struct err *err);

#endif
