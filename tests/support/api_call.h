// The API without a server: handlers called as it would, in the caller's thread.
#ifndef SLUICE_TESTS_API_CALL_H
#define SLUICE_TESTS_API_CALL_H

#include "app/app.h"
#include "http/form.h"
#include "http/router.h"

struct api {
    struct app *app;
    struct data *reader;
    struct router *router; // of app_routes(app)
};
// As an owner of the installation. The status; *ret_body (may be NULL), the answer or what is wrong, lives in
// arena. field: a form instead of a body, or NULL.
int api_call(const struct api *api, struct arena *arena, const char *method, const char *path,
        struct str body, struct form_field *field, struct str *ret_body);

#endif
