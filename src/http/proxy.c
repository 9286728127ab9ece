// What a proxy of ours tells about the client; of others' headers nothing is believed.
#include "http/address.h"
#include "http/private.h"

struct chain {
    struct exchange *x;
    struct str parts[16]; // the headers' values in order; more are ignored from the front
    unsigned n;
};

static enum MHD_Result collect(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_n,
        const char *value, size_t value_n)
{
    (void)kind;
    struct chain *chain = cls;
    if (!value || !str_eq_nocase((struct str){name, name_n}, STR("x-forwarded-for")))
        return MHD_YES;
    if (chain->n == sizeof chain->parts / sizeof *chain->parts) {
        memmove(chain->parts, chain->parts + 1, sizeof chain->parts - sizeof *chain->parts);
        chain->n--;
    }
    chain->parts[chain->n++] = (struct str){value, value_n};
    return MHD_YES;
}

static bool is_ours(const struct server *server, const struct address *address)
{
    for (size_t i = 0; i < server->n_proxies; i++)
        if (network_has(&server->proxies[i], address))
            return true;
    return false;
}

// From the right, the first address that is no proxy of ours: what stands left of it anybody may have
// written.
static void find_client(struct exchange *x)
{
    struct chain chain = {.x = x};
    MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, collect, &chain);
    while (chain.n) {
        struct str list = chain.parts[--chain.n];
        while (list.n) {
            size_t comma = list.n;
            while (comma && list.p[comma - 1] != ',')
                comma--;
            struct str one = str_trim(str_sub(list, comma, list.n));
            list.n = comma ? comma - 1 : 0;
            struct address address;
            if (!address_parse(one, &address))
                return; // the last good one stays
            char *text = arena_alloc(x->arena, ADDRESS_TEXT);
            address_print(&address, text);
            x->r.client = str_of(text);
            if (!is_ours(x->server, &address))
                return;
        }
    }
}

static bool id_valid(struct str id)
{
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        bool fine = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '-' || c == '_' ||
                    c == '.';
        if (!fine)
            return false;
    }
    return id.n > 0 && id.n <= REQUEST_ID_MAX;
}

void proxy_apply(struct exchange *x)
{
    if (!x->connection->trusted)
        return;
    find_client(x);
    struct str proto = request_header(&x->r, "X-Forwarded-Proto");
    // Of several proxies' the first is the client's own way; it deceives nobody but itself with it.
    if (proto.p)
        x->r.secure = str_eq_nocase(str_trim(str_sub(proto, 0, str_find(proto, ','))), STR("https"));
    struct str id = request_header(&x->r, "X-Request-Id");
    if (id.p && id_valid(id))
        x->r.id = arena_str(x->arena, id);
}
