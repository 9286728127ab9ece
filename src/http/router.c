#include "http/router.h"

#include "base/buf.h"

struct method {
    struct method *next;
    const struct route *route;
    struct str name;
};

struct node {
    struct node *next, *child; // siblings in order of their first route
    struct node *param, *rest; // "{name}", "{name...}"
    struct str segment;
    struct method *methods;
    struct str allow;
};

struct router {
    struct arena *arena;
    struct node root;
};

static struct node *child_of(struct router *router, struct node *parent, struct str segment)
{
    struct node **at = &parent->child;
    if (segment.n > 2 && segment.p[0] == '{')
        at = str_ends(segment, STR("...}")) ? &parent->rest : &parent->param;
    else
        while (*at && !str_eq((*at)->segment, segment))
            at = &(*at)->next;
    if (!*at) {
        *at = ARENA_NEW(router->arena, struct node);
        (*at)->segment = segment;
    }
    return *at;
}

static struct method *method_of(const struct node *node, struct str name)
{
    for (struct method *method = node->methods; method; method = method->next)
        if (str_eq(method->name, name))
            return method;
    return NULL;
}

static void add_allow(struct router *router, struct node *node, struct str name)
{
    node->allow = arena_printf(router->arena, "%.*s%s%.*s%s", STR_ARG(node->allow), node->allow.n ? ", " : "",
            STR_ARG(name), str_eq(name, STR("GET")) ? ", HEAD" : "");
}

static bool add_route(struct router *router, const struct route *route, struct err *err)
{
    struct str rest = str_of(route->path);
    unsigned params = 0;
    struct node *node = &router->root;
    if (!rest.n || rest.p[0] != '/')
        return err_set(err, ERR_USAGE, "the route %s does not begin with /", route->path);
    while (rest.n) {
        rest = str_sub(rest, 1, rest.n);
        size_t end = str_find(rest, '/');
        struct str segment = str_sub(rest, 0, end);
        rest = str_sub(rest, end, rest.n);
        params += segment.n && segment.p[0] == '{';
        if (params > ROUTE_PARAMS || (str_ends(segment, STR("...}")) && rest.n))
            return err_set(err, ERR_USAGE, "the route %s has too many parameters, or more behind its rest",
                    route->path);
        node = child_of(router, node, segment);
    }
    struct str name = str_of(route->method);
    if (method_of(node, name))
        return err_set(err, ERR_USAGE, "two routes for %s %s", route->method, route->path);
    struct method *method = ARENA_NEW(router->arena, struct method);
    *method = (struct method){node->methods, route, name};
    node->methods = method;
    add_allow(router, node, name);
    return true;
}

bool router_new(struct arena *arena, const struct routes *const *routes, struct router **ret, struct err *err)
{
    struct router *router = ARENA_NEW(arena, struct router);
    router->arena = arena;
    for (; routes && *routes; routes++)
        for (const struct route *route = (*routes)->routes; route && route->path; route++)
            if (!add_route(router, route, err))
                return false;
    *ret = router;
    return true;
}

// Parameters as they were sent; found() decodes and names them.
struct walk {
    struct str method;
    const struct node *found;
    struct str values[ROUTE_PARAMS];
    unsigned n;
    struct str allow;
};

// Whether node, or something below it, has the path's rest ("" or "/…"). Of several that have the path the
// first that has the method wins. Depth is bounded by the table's.
static bool descend(const struct node *node, struct str rest, struct walk *walk)
{
    if (!rest.n) {
        if (!node->methods)
            return false;
        if (!walk->allow.n)
            walk->allow = node->allow;
        struct str method = str_eq(walk->method, STR("HEAD")) ? STR("GET") : walk->method;
        if (!method_of(node, walk->method) && !method_of(node, method))
            return false;
        walk->found = node;
        return true;
    }
    struct str below = str_sub(rest, 1, rest.n);
    size_t end = str_find(below, '/');
    struct str segment = str_sub(below, 0, end), behind = str_sub(below, end, below.n);
    for (const struct node *child = node->child; child; child = child->next)
        if (str_eq(child->segment, segment)) {
            if (descend(child, behind, walk))
                return true;
            break;
        }
    unsigned n = walk->n;
    if (node->param && segment.n) {
        walk->values[walk->n++] = segment;
        if (descend(node->param, behind, walk))
            return true;
        walk->n = n;
    }
    if (node->rest && below.n) {
        walk->values[walk->n++] = below;
        if (descend(node->rest, STR(""), walk))
            return true;
        walk->n = n;
    }
    return false;
}

static void name_params(struct arena *arena, const struct walk *walk, struct route_match *ret)
{
    struct str path = str_of(ret->route->path);
    for (unsigned i = 0; i < walk->n; i++) {
        size_t from = str_find(path, '{') + 1;
        size_t to = str_find(path, '}');
        struct str name = str_sub(path, from, to);
        path = str_sub(path, to + 1, path.n);
        if (str_ends(name, STR("...")))
            name.n -= 3;
        struct str value = walk->values[i];
        ret->params[i].name = name;
        if (!uri_decode(arena, value, false, &ret->params[i].value))
            ret->params[i].value = value; // checked before, so it does decode
    }
    ret->n_params = walk->n;
}

void router_find(const struct router *router, struct arena *arena, struct str method, struct str path,
        struct route_match *ret)
{
    struct walk walk = {.method = method};
    *ret = (struct route_match){0};
    if (descend(&router->root, path, &walk)) {
        struct method *found = method_of(walk.found, method);
        ret->route = (found ? found : method_of(walk.found, STR("GET")))->route;
        name_params(arena, &walk, ret);
    }
    ret->allow = walk.allow;
}
