// Finds the route of a method and a path: a tree of segments, made once, read by any thread.
#ifndef SLUICE_HTTP_ROUTER_H
#define SLUICE_HTTP_ROUTER_H

#include "http/route.h"
#include "http/uri.h"

struct router;

enum { ROUTE_PARAMS = 8 }; // of a path, at most

struct route_match {
    const struct route *route; // NULL: no route of this method
    struct pair params[ROUTE_PARAMS];
    unsigned n_params;
    struct str allow; // "GET, HEAD, POST" of the path's routes; empty: nothing has this path
};

// ERR_USAGE: two routes of one method and path, or a path in no possible form.
bool router_new(
        struct arena *arena, const struct routes *const *routes, struct router **ret, struct err *err);
// A segment as written wins over a parameter, a parameter over the rest of a path. The path was checked with
// uri_path_valid; parameters are decoded into arena.
void router_find(const struct router *router, struct arena *arena, struct str method, struct str path,
        struct route_match *ret);

#endif
