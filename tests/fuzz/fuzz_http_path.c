// Any bytes as a path, as a query and as cookies. A path that is accepted decodes to text without zero bytes
// and without segments of dots; the router gives parameters that are that text.
#include "base/utf8.h"
#include "http/address.h"
#include "http/router.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool nothing(struct request *r, struct err *err)
{
    (void)r;
    (void)err;
    return true;
}

static const struct route ROUTES[] = {
        {.method = "GET", .path = "/a/{x}/b/{y}", .handle = nothing},
        {.method = "GET", .path = "/a/c/b/d", .handle = nothing},
        {.method = "POST", .path = "/a/{x}/b/{y}", .handle = nothing},
        {.method = "POST", .path = "/a/c", .handle = nothing},
        {.method = "GET", .path = "/{rest...}", .handle = nothing},
        {0},
};
static const struct routes TABLE = {"T", ROUTES, NULL};
static const struct routes *const ALL[] = {&TABLE, NULL};

static void check_text(struct str text)
{
    require(utf8_valid(text) && str_find(text, '\0') == text.n);
}

static void check_path(struct arena *arena, struct str path)
{
    struct router *router;
    struct route_match match;
    struct err err = {0};
    struct str decoded;
    if (!uri_path_valid(arena, path, &err)) {
        require(err.code == ERR_INPUT);
        return;
    }
    require(uri_decode(arena, path, false, &decoded));
    check_text(decoded);
    struct str with = arena_printf(arena, "%.*s/", STR_ARG(decoded));
    require(!memmem(with.p, with.n, "/../", 4) && !memmem(with.p, with.n, "/./", 3));
    require(router_new(arena, ALL, &router, &err));
    router_find(router, arena, STR("GET"), path, &match);
    require(match.n_params <= ROUTE_PARAMS &&
            (match.route || path.n == 1 || path.p[1] == '/' || match.allow.n));
    for (unsigned i = 0; i < match.n_params; i++) {
        check_text(match.params[i].value);
        require(match.params[i].name.n && match.params[i].value.n <= decoded.n);
    }
    router_find(router, arena, STR("PUT"), path, &match);
    require(!match.route);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new();
    struct str all = {(const char *)data, n}, cookie;
    struct pair *pairs;
    size_t count;
    struct err err = {0};
    check_path(arena, all);
    if (uri_pairs(arena, all, &pairs, &count, &err)) {
        require(count <= PAIRS_MAX);
        for (size_t i = 0; i < count; i++) {
            check_text(pairs[i].name);
            check_text(pairs[i].value);
        }
    }
    cookie = cookie_get(all, STR("a"));
    require(!cookie.p || (cookie.p >= all.p && cookie.p + cookie.n <= all.p + all.n));
    struct address address;
    char text[48];
    if (address_parse(all, &address)) {
        struct address again;
        address_print(&address, text);
        require(address_parse(str_of(text), &again) && memcmp(&again, &address, sizeof again) == 0);
    }
    arena_free(arena);
    return 0;
}
