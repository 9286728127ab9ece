// Reading the audit trail: newest first, by pages.
#include "app/listing.h"
#include "app/user/routes.h"
#include "base/json_put.h"
#include "store/ask.h"

#include <stdlib.h>

#define COLUMNS "id, time, who_kind, who, who_name, action, subject, was, became"

static void put_line(struct query *query, struct buf *out)
{
    char id[24];
    struct buf number = {0};
    buf_int(&number, query_int(query, 0));
    memcpy(id, number.p, number.n);
    struct str id_text = {id, number.n};
    buf_free(&number);
    put_comma(out);
    buf_char(out, '{');
    put_text(out, "id", id_text);
    put_time(out, "time", query_int(query, 1));
    put_key(out, "by");
    buf_char(out, '{');
    put_text(out, "kind", query_text(query, 2));
    put_text(out, "id", query_text(query, 3).n ? query_text(query, 3) : STR_NONE);
    put_text(out, "name", query_text(query, 4).n ? query_text(query, 4) : STR_NONE);
    buf_char(out, '}');
    put_text(out, "action", query_text(query, 5));
    put_text(out, "subject", query_text(query, 6));
    put_raw(out, "before", query_text(query, 7));
    put_raw(out, "after", query_text(query, 8));
    buf_char(out, '}');
}

bool route_audit(struct request *r, struct err *err)
{
    static const char ALL[] = "SELECT " COLUMNS " FROM audit WHERE id < $1 AND ($2 = '' OR who = $2) "
                              "AND ($3 = '' OR action = $3) ORDER BY id DESC LIMIT $4";
    static const char OF_SUBJECT[] =
            "SELECT " COLUMNS " FROM audit WHERE id < $1 AND ($2 = '' OR who = $2) "
            "AND ($3 = '' OR action = $3) AND subject = $5 ORDER BY id DESC LIMIT $4";
    struct str user = request_query(r, "user"), action = request_query(r, "action");
    struct str subject = request_query(r, "subject");
    struct query *query;
    int64_t after = 0, last = 0;
    unsigned limit, n = 0;
    bool row, ok;
    unsigned n_params = subject.n ? 5 : 4;
    if (!listing_limit(r, &limit, err) || !listing_after(r, INT64_MAX, &after) ||
            !store_ask(data_store(request_data(r)), subject.n ? OF_SUBJECT : ALL,
                    (const struct param[]){
                            P_INT(after), P_TEXT(user), P_TEXT(action), P_INT(limit + 1), P_TEXT(subject)},
                    n_params, &query, err))
        return false;
    buf_put(r->out, STR("{\"items\":["));
    while ((ok = query_step(query, &row, err)) && row && n++ < limit) {
        put_line(query, r->out);
        last = query_int(query, 0);
    }
    query_end(query);
    buf_char(r->out, ']');
    put_text(r->out, "next", n > limit ? arena_printf(r->arena, "%lld", (long long)last) : STR_NONE);
    buf_char(r->out, '}');
    return ok;
}
