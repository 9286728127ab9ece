#include "support/api_call.h"

#include "app/user/principal.h"
#include "http/private.h"

int api_call(const struct api *api, struct arena *arena, const char *method, const char *path,
        struct str body, struct form_field *field, struct str *ret_body)
{
    struct exchange *x = ARENA_NEW(arena, struct exchange);
    struct err err = {0};
    struct principal *who = ARENA_NEW(arena, struct principal);
    struct server *server = ARENA_NEW(arena, struct server);
    struct request *r = &x->r;
    size_t query = str_find(str_of(path), '?');
    who->id = STR("018f0000-0000-7000-8000-000000000001");
    who->name = STR("operator@example.com");
    who->role = STR("owner");
    server->options.routes = app_routes(api->app);
    x->server = server;
    x->arena = arena;
    x->etag = -1;
    *r = (struct request){.arena = arena,
            .method = str_of(method),
            .path = str_sub(str_of(path), 0, query),
            .query_string = query < strlen(path) ? str_of(path + query + 1) : STR(""),
            .body = body,
            .client = STR("192.0.2.9"),
            .app = api->app,
            .worker = api->reader,
            .who = who,
            .now = app_now(api->app),
            .out = &x->out};
    router_find(api->router, arena, r->method, r->path, &x->match);
    r->route = x->match.route;
    if (!r->route)
        return 404;
    if (field) {
        x->form_read = 1;
        x->form = field;
        x->n_form = 1;
    }
    bool ok = query_check(x) && body_check(x) && r->route->handle(r, &err);
    int status = ok                  ? (x->status                 ? x->status
                                               : r->route->status ? r->route->status
                                                                  : 200)
                 : x->problem_status ? x->problem_status
                                     : err_http_status(&err);
    struct str answer = ok ? buf_str(&x->out) : x->problem_status ? x->detail : str_of(err.message);
    if (ret_body)
        *ret_body = arena_str(arena, answer);
    buf_free(&x->out);
    return status;
}
