#include "app/webhook/view.h"

#include "base/json_put.h"
#include "store/ask.h"

#include <stdio.h>

bool webhook_read(
        struct store *store, struct arena *arena, struct str id, struct webhook *ret, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store,
                "SELECT id, url, name, events, state, why, failing_since, paused, version, created, changed"
                " FROM webhook WHERE id = $1",
                PARAMS(P_TEXT(id)), "there is no such webhook", &query, err))
        return false;
    *ret = (struct webhook){.id = arena_str(arena, query_text(query, 0)),
            .url = arena_str(arena, query_text(query, 1)),
            .name = arena_str(arena, query_text(query, 2)),
            .events = arena_str(arena, query_text(query, 3)),
            .state = arena_str(arena, query_text(query, 4)),
            .why = arena_str(arena, query_text(query, 5)),
            .failing_since = query_int(query, 6),
            .paused = query_int(query, 7),
            .version = query_int(query, 8),
            .created = query_int(query, 9),
            .changed = query_int(query, 10)};
    query_end(query);
    return true;
}

static bool put_secrets(struct store *store, struct str id, int64_t now, struct buf *out, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_ask(store,
                "SELECT id, made, expires FROM webhook_secret WHERE webhook = $1"
                " AND (expires IS NULL OR expires > $2) ORDER BY id DESC",
                PARAMS(P_TEXT(id), P_INT(now)), &query, err))
        return false;
    put_key(out, "secrets");
    buf_char(out, '[');
    while ((ok = query_step(query, &row, err)) && row) {
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "id", query_text(query, 0));
        put_time(out, "made", query_int(query, 1));
        put_time(out, "expires", query_int(query, 2));
        buf_char(out, '}');
    }
    buf_char(out, ']');
    query_end(query);
    return ok;
}

static void put_members(const struct webhook *hook, struct buf *out)
{
    put_text(out, "id", hook->id);
    put_text(out, "url", hook->url);
    put_text(out, "name", hook->name);
    put_raw(out, "events", hook->events);
    put_text(out, "state", hook->state);
    put_text(out, "why", hook->why.n ? hook->why : STR_NONE);
}

void webhook_put_plain(const struct webhook *hook, struct buf *out)
{
    buf_char(out, '{');
    put_members(hook, out);
    buf_char(out, '}');
}

bool webhook_put(struct store *store, const struct webhook *hook, int64_t now, struct str secret,
        struct buf *out, struct err *err)
{
    buf_char(out, '{');
    put_members(hook, out);
    put_time(out, "failing_since", hook->failing_since);
    put_time(out, "paused_until", hook->paused > now ? hook->paused : 0);
    put_int(out, "version", hook->version);
    put_time(out, "created", hook->created);
    put_time(out, "changed", hook->changed);
    if (!put_secrets(store, hook->id, now, out, err))
        return false;
    if (secret.n)
        put_text(out, "secret", secret);
    buf_char(out, '}');
    return true;
}

static void put_id(struct buf *out, const char *name, int64_t id)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)id);
    put_text(out, name, str_of(text));
}

void delivery_put(struct query *query, struct buf *out)
{
    bool pending = str_eq(query_text(query, 3), STR("pending"));
    buf_char(out, '{');
    put_id(out, "id", query_int(query, 0));
    put_text(out, "message", query_text(query, 1));
    put_text(out, "type", query_text(query, 2));
    put_text(out, "state", query_text(query, 3));
    put_int(out, "attempts", query_int(query, 4));
    put_time(out, "due", pending ? query_int(query, 5) : 0);
    if (query_is_null(query, 6))
        put_raw(out, "status", STR_NONE);
    else
        put_int(out, "status", query_int(query, 6));
    put_time(out, "created", query_int(query, 7));
    put_time(out, "done", query_int(query, 8));
}
