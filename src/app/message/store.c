// The table of sends: putting in, reading, ending.
#include "app/message/events.h"
#include "app/message/private.h"

#include "app/standing/live.h"

const char *const SEND_STATES[] = {"queued", "handing", "sent", "failed", "unclear", "skipped"};

const struct slice *slice_named(struct str name)
{
    for (const struct slice *const *slice = SLICES; *slice; slice++)
        if (str_eq(name, str_of((*slice)->name)))
            return *slice;
    return NULL;
}

// The small number that stands for a slice's name. It is made at its first mail.
static bool source_number(struct store *store, struct str name, int64_t *ret, struct err *err)
{
    static const char SQL[] = "SELECT id FROM message_source WHERE name = $1";
    return store_ask_number(store, SQL, PARAMS(P_TEXT(name)), 0, ret, err) &&
           (*ret || (store_do(store, "INSERT INTO message_source (name) VALUES ($1)", PARAMS(P_TEXT(name)),
                             err) &&
                            store_ask_number(store, SQL, PARAMS(P_TEXT(name)), 0, ret, err)));
}

bool message_queue(struct writing *w, const struct message_order *order, int64_t *ret_send, bool *ret_new,
        struct err *err)
{
    struct query *query;
    int64_t source, send = 0;
    bool row, fresh;
    if (!source_number(w->store, str_of(order->source), &source, err) ||
            !store_ask(w->store,
                    "INSERT INTO message_send (source, campaign, step, round, contact, variant, due, state,"
                    " attempts, counted, opens, clicks) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 1, 0, 0)"
                    " ON CONFLICT (contact, source, campaign, step, round) DO NOTHING RETURNING id",
                    PARAMS(P_INT(source), P_INT(order->campaign), P_INT(order->step), P_INT(order->round),
                            P_INT(order->contact), P_INT(order->variant), P_INT(order->due)),
                    &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    fresh = ok && row;
    if (fresh)
        send = query_int(query, 0);
    query_end(query);
    if (ok && !fresh)
        ok = store_ask_number(w->store,
                "SELECT id FROM message_send WHERE source = $1 AND campaign = $2 AND step = $3 AND contact = "
                "$4"
                " AND round = $5",
                PARAMS(P_INT(source), P_INT(order->campaign), P_INT(order->step), P_INT(order->contact),
                        P_INT(order->round)),
                0, &send, err);
    if (!ok)
        return false;
    if (ret_send)
        *ret_send = send;
    if (ret_new)
        *ret_new = fresh;
    if (fresh && order->due <= w->now)
        message_wake(w->app);
    return true;
}

struct send_row send_of_row(struct app *app, struct arena *arena, struct query *q)
{
    const struct slice *slice = slice_named(query_text(q, 1));
    return (struct send_row){
            .message = {.id = query_int(q, 0),
                    .order = {.source = slice ? slice->name : arena_str(arena, query_text(q, 1)).p,
                            .campaign = query_int(q, 2),
                            .step = query_int(q, 3),
                            .round = (unsigned)query_int(q, 4),
                            .contact = (uint32_t)query_int(q, 5),
                            .variant = (unsigned)query_int(q, 6),
                            .due = query_int(q, 7)},
                    .now = app_now(app)},
            .state = (enum send_state)query_int(q, 8),
            .attempts = (unsigned)query_int(q, 9),
            .mailbox = query_int(q, 10),
            .at = query_int(q, 11),
            .hash = query_int(q, 12),
            .address = arena_str(arena, query_text(q, 13)),
            .why = arena_str(arena, query_text(q, 14)),
            .opens = (unsigned)query_int(q, 15),
            .clicks = (unsigned)query_int(q, 16),
            .first = query_int(q, 17),
            .source = query_int(q, 18),
            .counted = query_int(q, 19) != 0,
    };
}

bool send_read(struct app *app, struct store *store, struct arena *arena, int64_t id, struct send_row *ret,
        struct err *err)
{
    struct query *q;
    if (!store_ask_row(store, "SELECT " SEND_COLUMNS " FROM " SEND_FROM " WHERE s.id = $1", PARAMS(P_INT(id)),
                "there is no such send", &q, err))
        return false;
    *ret = send_of_row(app, arena, q);
    query_end(q);
    return true;
}

bool send_settled(
        struct writing *w, const struct message *message, const char *state, struct str why, struct err *err)
{
    const struct slice *slice = slice_named(str_of(message->order.source));
    return !slice || !slice->settled || slice->settled(w, message, state, why, err);
}

bool send_end(
        struct writing *w, const struct send_row *row, enum send_state state, struct str why, struct err *err)
{
    why = str_sub(why, 0, why.n < WHY_MAX ? why.n : WHY_MAX);
    return store_do(w->store, "UPDATE message_send SET state = $2, why = $3, at = $4 WHERE id = $1",
                   PARAMS(P_INT(row->message.id), P_INT(state), P_TEXT(why), P_INT(w->now)), err) &&
           send_settled(w, &row->message, SEND_STATES[state], why, err);
}

// Some of those that a cancellation is about.
static bool some_queued(struct writing *w, int64_t source, int64_t campaign, int64_t step, uint32_t contact,
        struct send_row *rows, unsigned max, unsigned *ret_n, struct err *err)
{
    struct query *q;
    bool row, ok;
    unsigned n = 0;
    // Either by the index of what is queued, or by that of the contact's sends.
    static const char *const SQL[] = {
            "SELECT " SEND_COLUMNS " FROM " SEND_FROM
            " WHERE s.source = $1 AND s.campaign = $2 AND s.state = 0"
            " AND ($3 = -1 OR s.step = $3) AND $4 = 0 LIMIT $5",
            "SELECT " SEND_COLUMNS " FROM " SEND_FROM
            " WHERE s.contact = $4 AND s.source = $1 AND s.campaign = $2 AND s.state = 0"
            " AND ($3 = -1 OR s.step = $3) LIMIT $5",
    };
    if (!store_ask(w->store, SQL[contact != 0],
                PARAMS(P_INT(source), P_INT(campaign), P_INT(step), P_INT(contact), P_INT(max)), &q, err))
        return false;
    while ((ok = query_step(q, &row, err)) && row)
        rows[n++] = send_of_row(w->app, w->arena, q);
    query_end(q);
    if (ok)
        *ret_n = n;
    return ok;
}

bool message_cancel(struct writing *w, const char *source, int64_t campaign, int64_t step, uint32_t contact,
        const char *why, struct err *err)
{
    enum { PART = 500 };
    struct send_row *rows = ARENA_ARRAY(w->arena, struct send_row, PART);
    unsigned n = PART;
    int64_t number;
    if (!source_number(w->store, str_of(source), &number, err))
        return false;
    while (n == PART) {
        if (!some_queued(w, number, campaign, step, contact, rows, PART, &n, err))
            return false;
        for (unsigned i = 0; i < n; i++)
            if (!send_end(w, &rows[i], SEND_SKIPPED, str_of(why), err))
                return false;
    }
    return true;
}

bool message_sent(
        struct store *store, struct arena *arena, int64_t send, struct message_sent *ret, struct err *err)
{
    struct query *q;
    if (!store_ask_row(store,
                "SELECT m.name, s.campaign, s.step, s.round, s.contact, s.variant, s.due, s.mailbox, s.at, "
                "s.address,"
                " s.state, s.why FROM " SEND_FROM " WHERE s.id = $1",
                PARAMS(P_INT(send)), "there is no such send", &q, err))
        return false;
    const struct slice *slice = slice_named(query_text(q, 0));
    *ret = (struct message_sent){
            .order = {.source = slice ? slice->name : arena_str(arena, query_text(q, 0)).p,
                    .campaign = query_int(q, 1),
                    .step = query_int(q, 2),
                    .round = (unsigned)query_int(q, 3),
                    .contact = (uint32_t)query_int(q, 4),
                    .variant = (unsigned)query_int(q, 5),
                    .due = query_int(q, 6)},
            .mailbox = query_int(q, 7),
            .at = query_int(q, 8),
            .address = arena_str(arena, query_text(q, 9)),
            .state = SEND_STATES[query_int(q, 10)],
            .why = arena_str(arena, query_text(q, 11))};
    query_end(q);
    return true;
}

static bool count_sends(
        struct store *store, uint32_t contact, int64_t since, unsigned *n, int64_t *last, struct err *err)
{
    struct query *q;
    bool row;
    if (!store_ask(store,
                "SELECT sum(CASE WHEN at >= $2 THEN 1 ELSE 0 END), max(at) FROM message_send"
                " WHERE contact = $1 AND counted = 1 AND state IN (1, 2, 4)",
                PARAMS(P_INT(contact), P_INT(since)), &q, err))
        return false;
    bool ok = query_step(q, &row, err);
    if (ok) {
        *n += (unsigned)query_int(q, 0);
        *last = query_int(q, 1) > *last ? query_int(q, 1) : *last;
    }
    query_end(q);
    return ok;
}

bool message_counts(struct app *app, struct store *store, uint32_t contact, int64_t since, unsigned *ret_n,
        int64_t *ret_last, struct err *err)
{
    struct arena *arena = arena_new();
    uint32_t *numbers;
    unsigned n_numbers, n = 0;
    int64_t last = 0;
    bool ok = true;
    live_numbers(app_live(app), contact, arena, &numbers, &n_numbers);
    for (unsigned i = 0; ok && i < n_numbers; i++)
        ok = count_sends(store, numbers[i], since, &n, &last, err);
    arena_free(arena);
    if (ok) {
        *ret_n = n;
        *ret_last = last;
    }
    return ok;
}

bool write_event(struct writing *w, const struct send_row *row, const char *event, struct str message_id,
        int64_t at, struct str properties, int64_t *ret_row, struct err *err)
{
    return event_write(
            w, row->message.order.contact, row->message.id, event, message_id, at, properties, ret_row, err);
}
