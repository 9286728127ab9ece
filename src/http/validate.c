// What is checked before a handler runs: the query's parameters and the JSON body, as the route's row says.
#include "base/utf8.h"
#include "http/private.h"
#include "http/schema.h"

static const struct member *parameter(const struct route *route, struct str name)
{
    for (const struct member *member = route->query; member && member->name; member++)
        if (str_eq(str_of(member->name), name))
            return member;
    return NULL;
}

static bool say(struct exchange *x, struct str name, const char *what)
{
    const char *field = arena_str(x->arena, name.n > 100 ? str_sub(name, 0, 100) : name).p;
    if (!x->problem_status)
        request_problem(&x->r, 400, NULL, "the parameter %s %s", field, what);
    return request_problem(&x->r, 400, field, "%s", what);
}

static void check_pair(struct exchange *x, size_t i)
{
    const struct pair *pair = &x->query[i];
    const struct member *member = parameter(x->r.route, pair->name);
    if (!member) {
        if (str_starts(x->r.path, STR("/api/")))
            say(x, pair->name, "is unknown here");
        return;
    }
    for (size_t j = 0; j < i; j++)
        if (str_eq(x->query[j].name, pair->name)) {
            say(x, pair->name, "is there more than once");
            return;
        }
    const char *wanted = type_check_text(x->arena, type_read(str_of(member->type)), member->max, pair->value);
    if (wanted)
        say(x, pair->name, arena_printf(x->arena, "must be %s", wanted).p);
}

bool query_check(struct exchange *x)
{
    const struct route *route = x->r.route;
    bool api = str_starts(x->r.path, STR("/api/"));
    struct err err = {0};
    if (!route->query && (!api || !x->r.query_string.n))
        return true; // the handler may look at it, or not
    x->query_read = true;
    if (!uri_pairs(x->arena, x->r.query_string, &x->query, &x->n_query, &err)) {
        x->n_query = 0;
        return request_problem(&x->r, 400, NULL, "%s", err.message);
    }
    for (size_t i = 0; i < x->n_query && x->n_problems < ERRORS_MAX; i++)
        check_pair(x, i);
    for (const struct member *member = route->query; member && member->name; member++)
        if (member->required && !request_query(&x->r, member->name).p)
            say(x, str_of(member->name), "is missing");
    return !x->problem_status;
}

static bool json_type(struct str type)
{
    struct str medium = str_trim(str_sub(type, 0, str_find(type, ';')));
    return str_eq_nocase(medium, STR("application/json")) ||
           (str_ends(medium, STR("+json")) && str_starts(medium, STR("application/")));
}

bool body_check(struct exchange *x)
{
    struct request *r = &x->r;
    const struct route *route = r->route;
    struct err err = {0};
    struct json *json;
    if (route->raw_body || !route->body)
        return true;
    struct str type = request_header(r, "Content-Type");
    // (a browser's form cannot send this type across origins without asking first)
    if (type.p && !json_type(type))
        return request_problem(r, 415, NULL, "the body must be application/json");
    if (!r->body.n)
        return request_problem(r, 400, NULL, "the body is missing: it must be JSON (%s)", route->body);
    if (!json_parse(x->arena, r->body, &json, &err))
        return request_problem(r, 400, NULL, "the body is %s", err.message);
    r->json = json;
    return schema_check(x->server->options.routes, route->body, json, r, NULL);
}
