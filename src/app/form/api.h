// Handlers of /api/forms.
#ifndef SLUICE_APP_FORM_API_H
#define SLUICE_APP_FORM_API_H

#include "app/form/serve.h"

bool form_api_list(struct request *r, struct err *err);
bool form_api_create(struct request *r, struct err *err);
bool form_api_get(struct request *r, struct err *err);
bool form_api_change(struct request *r, struct err *err);
bool form_api_delete(struct request *r, struct err *err);
bool form_api_versions(struct request *r, struct err *err);
bool form_api_version(struct request *r, struct err *err);
bool form_api_test(struct request *r, struct err *err);
bool form_api_preview(struct request *r, struct err *err);
bool form_api_link(struct request *r, struct err *err);
bool form_api_numbers(struct request *r, struct err *err);
bool submission_api_list(struct request *r, struct err *err);
bool submission_api_get(struct request *r, struct err *err);
bool submission_api_accept(struct request *r, struct err *err);
bool submission_api_reject(struct request *r, struct err *err);

// {"html": the page that stands in r->out}
void form_preview_answer(struct request *r);
// The form that {id} names, by id or slug.
bool form_api_find(struct request *r, struct form *ret, struct err *err);

#endif
