// What the world asks of the API.
#include "sim/run.h"
#include "support/api_call.h"

#include <stdio.h>

static int call(struct world *w, struct arena *arena, const char *method, const char *path, struct str body,
        struct form_field *field, struct str *ret_body)
{
    struct api api = {w->app, w->reader, w->router};
    struct str answer = STR_NONE;
    int status = api_call(&api, arena, method, path, body, field, &answer);
    if (status >= 400 && w->verbose && !w->death.dead)
        printf("%s %s: %d %.*s\n", method, path, status, STR_ARG(answer));
    if (ret_body)
        *ret_body = answer;
    return status;
}

int call_api(struct world *w, struct arena *arena, const char *method, const char *path, struct str body,
        struct str *ret_body)
{
    return call(w, arena, method, path, body, NULL, ret_body);
}

int call_form(struct world *w, const char *path, const char *name, const char *value)
{
    struct arena *arena = arena_new();
    struct form_field field = {.name = str_of(name), .value = str_of(value)};
    int status = call(w, arena, "POST", path, STR(""), &field, NULL);
    arena_free(arena);
    return status;
}
