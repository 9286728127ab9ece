// What was announced, when, and under which version of the model.
#include "app/contact/contact.h"

#include "app/listing.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "base/json_put.h"
#include "base/random.h"

static void put_entry(struct request *r, struct query *query)
{
    static const char *const CAUSES[] = {"event", "start", "model", "gone"};
    struct app *app = request_app(r);
    struct buf *out = r->out;
    char uuid[UUID_SIZE];
    int64_t contact = query_int(query, 1), event = query_int(query, 9), cause = query_int(query, 10);
    put_comma(out);
    buf_char(out, '{');
    put_text(out, "id", arena_printf(r->arena, "%lld", (long long)query_int(query, 0)));
    put_text(out, "contact", contact ? contact_uuid(app, (uint32_t)contact, uuid) : STR_NONE);
    put_text(out, "kind", query_text(query, 2));
    put_text(out, "from", query_text(query, 3));
    put_text(out, "to", query_text(query, 4));
    put_time(out, "at", query_int(query, 5));
    put_time(out, "announced", query_int(query, 6));
    put_text(out, "model", arena_printf(r->arena, "%lld", (long long)query_int(query, 7)));
    put_text(out, "by", query_int(query, 8) ? STR("hand") : STR("rule"));
    put_text(out, "event", event ? arena_printf(r->arena, "%lld", (long long)event) : STR_NONE);
    bool clock = cause == 0 && !event;
    put_text(out, "cause", clock ? STR("clock") : str_of(CAUSES[cause >= 0 && cause < 4 ? cause : 0]));
    buf_char(out, '}');
}

#define JOURNAL_COLUMNS "id, contact, kind, was, became, at, announced, model, by_hand, event, cause"

// Two literals, since one contact's rows are few and have an index of their own.
static const char *const OF_ALL =
        "SELECT " JOURNAL_COLUMNS
        " FROM journal WHERE id < $1 AND ($2 = '' OR kind = $2) AND ($3 = '' OR became = $3)"
        " AND announced >= $4 AND announced <= $5 ORDER BY id DESC LIMIT $6";
static const char *const OF_ONE =
        "SELECT " JOURNAL_COLUMNS
        " FROM journal WHERE id < $1 AND ($2 = '' OR kind = $2) AND ($3 = '' OR became = $3)"
        " AND announced >= $4 AND announced <= $5 AND contact = $7"
        " ORDER BY id DESC LIMIT $6";

static bool put_entries(
        struct request *r, struct query *query, unsigned limit, int64_t *ret_next, struct err *err)
{
    bool row, ok;
    int64_t last = 0;
    unsigned n = 0;
    while ((ok = query_step(query, &row, err)) && row) {
        if (n++ == limit) {
            *ret_next = last;
            return true;
        }
        put_entry(r, query);
        last = query_int(query, 0);
    }
    return ok;
}

bool journal_list(struct request *r, struct err *err)
{
    struct str id = request_query(r, "contact"), kind = request_query(r, "kind"),
               stage = request_query(r, "stage");
    const struct principal *who = request_principal(r);
    struct query *query;
    int64_t after = INT64_MAX, since, until, next = 0;
    uint32_t contact = 0;
    unsigned limit;
    if (!listing_limit(r, &limit, err) || !listing_after(r, INT64_MAX, &after) ||
            !listing_time(r, "since", INT64_MIN, &since) || !listing_time(r, "until", INT64_MAX, &until))
        return false;
    if (who && who->own_only && !id.n)
        return request_problem(r, 403, "contact", "name one of your contacts");
    if (id.n && !live_find(app_live(request_app(r)), request_data(r), id, &contact, err))
        return false;
    if (id.n && !contact_visible(r, contact))
        return err_set(err, ERR_NOT_FOUND, "there is no contact of this id");
    if (!store_query(data_store(request_data(r)), id.n ? OF_ONE : OF_ALL, &query, err))
        return false;
    query_bind_int(query, 1, after);
    query_bind_text(query, 2, stage.n ? STR("stage") : kind.n ? kind : STR(""));
    query_bind_text(query, 3, stage.n ? stage : STR(""));
    query_bind_int(query, 4, since);
    query_bind_int(query, 5, until);
    query_bind_int(query, 6, (int64_t)limit + 1);
    if (id.n)
        query_bind_int(query, 7, contact);
    buf_put(r->out, STR("{\"items\":["));
    bool ok = put_entries(r, query, limit, &next, err);
    query_end(query);
    buf_char(r->out, ']');
    put_text(r->out, "next", next ? arena_printf(r->arena, "%lld", (long long)next) : STR_NONE);
    buf_char(r->out, '}');
    return ok;
}
