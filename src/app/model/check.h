// What a text of the model language says, or what is wrong with it: for editors. Nothing is kept.
#ifndef SLUICE_APP_MODEL_CHECK_H
#define SLUICE_APP_MODEL_CHECK_H

#include "app/app.h"

enum { EXPRESSIONS_MAX = 100 /* in one request */ };

bool model_check_text(struct request *r, struct err *err);
bool model_check_expressions(struct request *r, struct err *err);

#endif
