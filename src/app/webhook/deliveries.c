// /api/webhooks/{id}/deliveries: what was sent and what came of it; sending again.
#include "app/webhook/view.h"

#include "app/listing.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "base/json_put.h"
#include "store/ask.h"

enum { REPLAY_MAX = 10000 };

static bool number_of_path(struct request *r, int64_t *ret)
{
    return str_natural(request_param(r, "delivery"), ret) ||
           request_problem(r, 400, NULL, "It is no number of a delivery");
}

static bool put_page(struct request *r, struct query *query, unsigned limit, struct err *err)
{
    bool row, ok;
    unsigned n = 0;
    int64_t last = 0;
    buf_put(r->out, STR("{\"items\":["));
    while ((ok = query_step(query, &row, err)) && row && n < limit) {
        put_comma(r->out);
        delivery_put(query, r->out);
        buf_char(r->out, '}');
        last = query_int(query, 0);
        n++;
    }
    buf_put(r->out, STR("],\"next\":"));
    if (ok && row)
        buf_printf(r->out, "\"%lld\"}", (long long)last);
    else
        buf_put(r->out, STR("null}"));
    return ok;
}

bool webhook_route_deliveries(struct request *r, struct err *err)
{
    struct webhook hook;
    struct query *query;
    struct store *store = data_store(request_data(r));
    struct str state = request_query(r, "state");
    int64_t before = INT64_MAX;
    unsigned limit;
    if (!listing_limit(r, &limit, err) || !listing_after(r, before, &before) ||
            !webhook_read(store, r->arena, request_param(r, "id"), &hook, err) ||
            !store_ask(store,
                    "SELECT " DELIVERY_COLUMNS " FROM " DELIVERY_FROM
                    " WHERE d.webhook = $1 AND d.id < $2 AND ($3 = '' OR d.state = $3)"
                    " ORDER BY d.id DESC LIMIT $4",
                    PARAMS(P_TEXT(hook.id), P_INT(before), P_TEXT(state.n ? state : STR("")),
                            P_INT(limit + 1)),
                    &query, err))
        return false;
    bool ok = put_page(r, query, limit, err);
    query_end(query);
    return ok;
}

static bool put_attempts(struct store *store, int64_t delivery, struct buf *out, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_ask(store,
                "SELECT number, at, status, ms, error, answer FROM webhook_attempt WHERE delivery = $1"
                " ORDER BY id",
                PARAMS(P_INT(delivery)), &query, err))
        return false;
    put_key(out, "log");
    buf_char(out, '[');
    while ((ok = query_step(query, &row, err)) && row) {
        put_comma(out);
        buf_char(out, '{');
        put_int(out, "number", query_int(query, 0));
        put_time(out, "at", query_int(query, 1));
        if (query_is_null(query, 2))
            put_raw(out, "status", STR_NONE);
        else
            put_int(out, "status", query_int(query, 2));
        put_int(out, "milliseconds", query_int(query, 3));
        put_text(out, "error", query_is_null(query, 4) ? STR_NONE : query_text(query, 4));
        put_raw(out, "answer", query_text(query, 5));
        buf_char(out, '}');
    }
    buf_char(out, ']');
    query_end(query);
    return ok;
}

static bool put_delivery(
        struct request *r, struct store *store, struct str webhook, int64_t id, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store,
                "SELECT " DELIVERY_COLUMNS ", m.body FROM " DELIVERY_FROM
                " WHERE d.id = $1 AND d.webhook = $2",
                PARAMS(P_INT(id), P_TEXT(webhook)), "there is no such delivery", &query, err))
        return false;
    delivery_put(query, r->out);
    put_raw(r->out, "body", query_text(query, 9));
    query_end(query);
    bool ok = put_attempts(store, id, r->out, err);
    buf_char(r->out, '}');
    return ok;
}

bool webhook_route_delivery(struct request *r, struct err *err)
{
    int64_t id = 0;
    return number_of_path(r, &id) &&
           put_delivery(r, data_store(request_data(r)), request_param(r, "id"), id, err);
}

static bool end(struct request *r, struct writing *w, bool ok, struct err *err)
{
    if (!writing_end(w, ok, err))
        return false;
    wake_senders(request_app(r));
    return true;
}

static bool must_be_active(const struct webhook *hook, struct err *err)
{
    return str_eq(hook->state, STR("active")) ||
           err_set(err, ERR_CONFLICT, "the webhook is disabled: make it active first");
}

bool webhook_route_test(struct request *r, struct err *err)
{
    struct webhook hook;
    struct writing *w;
    int64_t id = 0;
    char message[UUID_SIZE];
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = webhook_read(w->store, r->arena, request_param(r, "id"), &hook, err) &&
              must_be_active(&hook, err) &&
              message_emit_to(w, hook.id, "webhook.test", 0, STR("{\"test\":true}"), message, err) &&
              store_ask_number(w->store,
                      "SELECT id FROM webhook_delivery WHERE webhook = $1 AND message = $2"
                      " ORDER BY id DESC LIMIT 1",
                      PARAMS(P_TEXT(hook.id), P_TEXT(str_of(message))), 0, &id, err) &&
              store_do(w->store, "UPDATE webhook SET paused = 0 WHERE id = $1", PARAMS(P_TEXT(hook.id)), err);
    return end(r, w, ok, err) && put_delivery(r, data_store(request_data(r)), hook.id, id, err);
}

static bool audit_replay(struct writing *w, struct request *r, struct str webhook, int64_t n, struct err *err)
{
    struct str what = arena_printf(w->arena, "{\"deliveries\":%lld}", (long long)n);
    return audit_write(w, request_principal(r), "webhook.replay", webhook, STR_NONE, what, err);
}

bool webhook_route_delivery_replay(struct request *r, struct err *err)
{
    struct webhook hook;
    struct writing *w;
    int64_t id = 0, found;
    if (!number_of_path(r, &id) || !writing_begin(request_app(r), &w, err))
        return false;
    bool ok =
            webhook_read(w->store, r->arena, request_param(r, "id"), &hook, err) &&
            must_be_active(&hook, err) &&
            store_ask_number(w->store, "SELECT id FROM webhook_delivery WHERE id = $1 AND webhook = $2",
                    PARAMS(P_INT(id), P_TEXT(hook.id)), 0, &found, err) &&
            (found || err_set(err, ERR_NOT_FOUND, "there is no such delivery")) &&
            store_do(w->store,
                    "UPDATE webhook_delivery SET state = 'pending', attempts = 0, due = $2, done = NULL"
                    " WHERE id = $1",
                    PARAMS(P_INT(id), P_INT(w->now)), err) &&
            store_do(w->store, "UPDATE webhook SET paused = 0 WHERE id = $1", PARAMS(P_TEXT(hook.id)), err) &&
            audit_replay(w, r, hook.id, 1, err);
    return end(r, w, ok, err) && put_delivery(r, data_store(request_data(r)), hook.id, id, err);
}

static bool replay_since(
        struct writing *w, struct str webhook, int64_t since, bool all, int64_t *ret_n, struct err *err)
{
    struct query *query;
    bool row = true, ok;
    int64_t n = 0;
    if (!store_ask(w->store,
                "UPDATE webhook_delivery SET state = 'pending', attempts = 0, due = $3, done = NULL"
                " WHERE id IN (SELECT id FROM webhook_delivery WHERE webhook = $1 AND at >= $2"
                " AND (state = 'failed' OR ($4 = 1 AND state = 'sent')) ORDER BY id LIMIT 10000)"
                " RETURNING id",
                PARAMS(P_TEXT(webhook), P_INT(since), P_INT(w->now), P_INT(all)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        n++;
    query_end(query);
    *ret_n = n;
    return ok;
}

bool webhook_route_replay(struct request *r, struct err *err)
{
    struct webhook hook;
    struct writing *w;
    int64_t since, n = 0;
    const struct json *all = json_get(r->json, STR("all"));
    if (!datetime_parse(json_get_str(r->json, STR("since")), &since))
        return request_problem(r, 400, "since", "It must be a time such as 2026-03-01T10:00:00Z");
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok =
            webhook_read(w->store, r->arena, request_param(r, "id"), &hook, err) &&
            must_be_active(&hook, err) &&
            replay_since(w, hook.id, since, all && all->kind == JSON_TRUE, &n, err) &&
            store_do(w->store, "UPDATE webhook SET paused = 0 WHERE id = $1", PARAMS(P_TEXT(hook.id)), err) &&
            audit_replay(w, r, hook.id, n, err);
    if (!end(r, w, ok, err))
        return false;
    buf_char(r->out, '{');
    put_int(r->out, "deliveries", n);
    put_flag(r->out, "more", n >= REPLAY_MAX);
    buf_char(r->out, '}');
    return true;
}
