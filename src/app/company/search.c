// Companies for whoever looks for them by their names.
#include "app/company/company.h"

#include "base/arena.h"
#include "store/ask.h"

#define COLUMNS "id, name, domain, contacts"

static struct company_found decode(struct query *query)
{
    return (struct company_found){.id = query_text(query, 0),
            .name = query_text(query, 1),
            .domain = query_text(query, 2),
            .contacts = query_int(query, 3)};
}

bool company_each(struct store *store, struct str after,
        void (*visit)(void *ctx, const struct company_found *company), void *ctx, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_ask(store, "SELECT " COLUMNS " FROM company WHERE id > $1 ORDER BY id", PARAMS(P_TEXT(after)),
                &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct company_found found = decode(query);
        visit(ctx, &found);
    }
    query_end(query);
    return ok;
}

bool company_find(struct store *store, struct arena *arena, struct str id, struct company_found *ret,
        bool *ret_there, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_ask(store, "SELECT " COLUMNS " FROM company WHERE id = $1 AND contacts > 0",
                PARAMS(P_TEXT(id)), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok && row) {
        struct company_found found = decode(query);
        *ret = (struct company_found){.id = arena_str(arena, found.id),
                .name = arena_str(arena, found.name),
                .domain = arena_str(arena, found.domain),
                .contacts = found.contacts};
    }
    query_end(query);
    *ret_there = ok && row;
    return ok;
}
