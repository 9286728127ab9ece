#include "store/ask.h"

bool store_ask(struct store *store, const char *sql, const struct param *params, unsigned n,
        struct query **ret, struct err *err)
{
    struct query *query;
    if (!store_query(store, sql, &query, err))
        return false;
    for (unsigned i = 0; i < n; i++) {
        const struct param *p = &params[i];
        switch (p->kind) {
        case PARAM_INT:
            query_bind_int(query, i + 1, p->number);
            break;
        case PARAM_TEXT:
            query_bind_text(query, i + 1, p->text);
            break;
        case PARAM_BYTES:
            query_bind_blob(query, i + 1, p->text);
            break;
        case PARAM_NULL:
            query_bind_null(query, i + 1);
            break;
        }
    }
    *ret = query;
    return true;
}

bool store_ask_row(struct store *store, const char *sql, const struct param *params, unsigned n,
        const char *missing, struct query **ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_ask(store, sql, params, n, &query, err))
        return false;
    if (query_step(query, &row, err) && (row || err_set(err, ERR_NOT_FOUND, "%s", missing))) {
        *ret = query;
        return true;
    }
    query_end(query);
    return false;
}

bool store_ask_number(struct store *store, const char *sql, const struct param *params, unsigned n,
        int64_t otherwise, int64_t *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_ask(store, sql, params, n, &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok)
        *ret = row && !query_is_null(query, 0) ? query_int(query, 0) : otherwise;
    query_end(query);
    return ok;
}

bool store_do(struct store *store, const char *sql, const struct param *params, unsigned n, struct err *err)
{
    struct query *query;
    if (!store_ask(store, sql, params, n, &query, err))
        return false;
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}
