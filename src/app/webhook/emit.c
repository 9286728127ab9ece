// Messages into the queue, in the transaction of their cause.
#include "app/webhook/private.h"

#include "app/standing/live.h"
#include "base/json_put.h"
#include "store/ask.h"

struct wanting {
    struct str ids[WEBHOOKS_MAX];
    unsigned n;
};

// Active webhooks that want a type of the log's row `event` (0: no row): those that asked before it came.
static bool who_wants(struct writing *w, struct str type, int64_t event, struct wanting *ret, struct err *err)
{
    struct query *query;
    bool row, ok;
    ret->n = 0;
    if (!store_query(w->store,
                "SELECT id, events, from_event FROM webhook WHERE state = 'active' ORDER BY id", &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row && ret->n < WEBHOOKS_MAX) {
        struct str events = query_text(query, 1);
        if ((!event || event > query_int(query, 2)) && events_want(events, type))
            ret->ids[ret->n++] = arena_str(w->arena, query_text(query, 0));
    }
    query_end(query);
    return ok;
}

bool webhook_wanted(struct writing *w, const char *type, bool *ret, struct err *err)
{
    struct wanting wanting;
    if (!who_wants(w, str_of(type), 0, &wanting, err))
        return false;
    *ret = wanting.n > 0;
    return true;
}

static bool insert_message(
        struct writing *w, struct str id, struct str type, uint32_t contact, struct str data, struct err *err)
{
    struct buf body = {0};
    // What is larger than a message may be is told without its data: the API has it.
    bool fits = data.n <= MESSAGE_MAX - 500 - type.n;
    buf_char(&body, '{');
    put_text(&body, "id", id);
    put_text(&body, "type", type);
    put_time(&body, "timestamp", w->now);
    put_raw(&body, "data", fits ? data : STR("{\"too_large\":true}"));
    buf_char(&body, '}');
    bool ok = store_do(w->store,
            "INSERT INTO webhook_message (id, type, contact, body, at) VALUES ($1, $2, $3, $4, $5)",
            PARAMS(P_TEXT(id), P_TEXT(type), P_INT_OR_NULL(contact), P_TEXT(buf_str(&body)), P_INT(w->now)),
            err);
    buf_free(&body);
    return ok;
}

static bool insert_delivery(struct writing *w, struct str webhook, struct str message, struct err *err)
{
    return store_do(w->store,
            "INSERT INTO webhook_delivery (webhook, message, state, attempts, due, lease, at)"
            " VALUES ($1, $2, 'pending', 0, $3, 0, $3)",
            PARAMS(P_TEXT(webhook), P_TEXT(message), P_INT(w->now)), err);
}

static bool emit(struct writing *w, const struct wanting *wanting, struct str type, uint32_t contact,
        struct str data, char id[UUID_SIZE], struct err *err)
{
    struct str message = uuid_v7(app_now_ms(w->app), id);
    if (!insert_message(w, message, type, contact, data, err))
        return false;
    for (unsigned i = 0; i < wanting->n; i++)
        if (!insert_delivery(w, wanting->ids[i], message, err))
            return false;
    atomic_fetch_add(&webhook_state(w->app)->emitted, 1);
    wake_senders(w->app);
    return true;
}

bool message_emit_event(
        struct writing *w, struct str type, int64_t event, uint32_t contact, struct str data, struct err *err)
{
    struct wanting wanting;
    char id[UUID_SIZE];
    return who_wants(w, type, event, &wanting, err) &&
           (!wanting.n || emit(w, &wanting, type, contact, data, id, err));
}

bool webhook_emit(struct writing *w, const char *type, uint32_t contact, struct str data, struct err *err)
{
    return message_emit_event(w, str_of(type), 0, contact, data, err);
}

bool message_emit_to(struct writing *w, struct str webhook, const char *type, uint32_t contact,
        struct str data, char ret_message[UUID_SIZE], struct err *err)
{
    struct wanting one = {.ids = {webhook}, .n = 1};
    return emit(w, &one, str_of(type), contact, data, ret_message, err);
}

bool webhook_emit_to(struct writing *w, struct str webhook, const char *type, uint32_t contact,
        struct str data, struct err *err)
{
    char id[UUID_SIZE];
    int64_t there;
    return store_ask_number(w->store, "SELECT 1 FROM webhook WHERE id = $1 AND state = 'active'",
                   PARAMS(P_TEXT(webhook)), 0, &there, err) &&
           (!there || message_emit_to(w, webhook, type, contact, data, id, err));
}

bool webhook_put_contact(struct writing *w, uint32_t contact, struct buf *out, struct err *err)
{
    struct query *query;
    char uuid[UUID_SIZE];
    if (!store_ask_row(w->store, "SELECT name FROM contact WHERE id = $1", PARAMS(P_INT(contact)),
                "there is no such contact", &query, err))
        return false;
    put_key(out, "contact");
    buf_char(out, '{');
    put_text(out, "id", contact_uuid(w->app, contact, uuid));
    put_text(out, live_is_user(app_live(w->app), contact) ? "user_id" : "anonymous_id", query_text(query, 0));
    buf_char(out, '}');
    query_end(query);
    return true;
}

bool webhook_react(struct writing *w, const struct moved *moved, struct err *err)
{
    struct wanting wanting;
    struct buf data = {0};
    char id[UUID_SIZE];
    if (!moved->fresh)
        return true;
    if (!who_wants(w, STR("contact.moved"), 0, &wanting, err))
        return false;
    if (!wanting.n)
        return true;
    buf_char(&data, '{');
    bool ok = webhook_put_contact(w, moved->contact, &data, err);
    put_text(&data, "kind", str_of(moved->kind));
    put_text(&data, "from", moved->from);
    put_text(&data, "to", moved->to);
    put_time(&data, "at", moved->at);
    put_int(&data, "model", moved->model);
    put_flag(&data, "by_hand", moved->by_hand);
    buf_char(&data, '}');
    ok = ok && emit(w, &wanting, STR("contact.moved"), moved->contact, buf_str(&data), id, err);
    buf_free(&data);
    return ok;
}
