// Companies by any part of their name or domain: there are few enough to look at all of them.
#include "app/company/company.h"

#include "base/buf.h"
#include "store/ask.h"

bool company_search(struct store *store, struct arena *arena, struct str text, unsigned most,
        void (*visit)(void *ctx, const struct company_found *company), void *ctx, struct err *err)
{
    struct query *query;
    struct buf like = {0};
    bool row, ok;
    buf_char(&like, '%');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '%' || text.p[i] == '_' || text.p[i] == '!')
            buf_char(&like, '!');
        buf_char(&like, text.p[i]);
    }
    buf_char(&like, '%');
    struct str pattern = arena_str(arena, buf_str(&like));
    buf_free(&like);
    // "+ 0": not by the index of contacts, which would fetch row after row for what is rare.
    if (!store_ask(store,
                "SELECT id, name, domain, contacts FROM company WHERE contacts > 0 AND"
                " (name_key LIKE $1 ESCAPE '!' OR domain LIKE $1 ESCAPE '!') ORDER BY contacts + 0 DESC, id "
                "LIMIT $2",
                PARAMS(P_TEXT(pattern), P_INT(most)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct company_found found = {.id = query_text(query, 0),
                .name = query_text(query, 1),
                .domain = query_text(query, 2),
                .contacts = query_int(query, 3)};
        visit(ctx, &found);
    }
    query_end(query);
    return ok;
}
