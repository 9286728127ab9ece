#include "app/tell.h"

#include "base/json_put.h"
#include "store/ask.h"

static bool put_identifier(struct store *store, uint32_t id, const char *sql,
        void (*put)(struct query *row, struct buf *out), struct buf *out, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_ask(store, sql, PARAMS(P_INT(id)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        put_comma(out);
        buf_char(out, '{');
        put(query, out);
        buf_char(out, '}');
    }
    query_end(query);
    return ok;
}

bool tell_rows(struct store *store, const struct person *person, const char *name, const char *sql,
        void (*put)(struct query *row, struct buf *out), struct buf *out, struct err *err)
{
    bool ok = true;
    put_key(out, name);
    buf_char(out, '[');
    for (unsigned i = 0; ok && i < person->n_ids; i++)
        ok = put_identifier(store, person->ids[i], sql, put, out, err);
    buf_char(out, ']');
    return ok;
}

bool erase_rows(struct writing *w, const struct person *person, const char *sql, struct err *err)
{
    for (unsigned i = 0; i < person->n_ids; i++)
        if (!store_do(w->store, sql, PARAMS(P_INT(person->ids[i])), err))
            return false;
    return true;
}
