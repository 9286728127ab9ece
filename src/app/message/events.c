#include "app/message/events.h"

#include "app/event/log.h"
#include "app/standing/live.h"
#include "base/datetime.h"
#include "base/json_put.h"

#include <stdlib.h>

enum { SHOWN_MS = 2000 }; // after that the answer comes without waiting for the standings

bool event_write(struct writing *w, uint32_t contact, int64_t send, const char *event, struct str message_id,
        int64_t at, struct str properties, int64_t *ret_row, struct err *err)
{
    struct live *live = app_live(w->app);
    struct str name;
    char time[DATETIME_SIZE];
    struct buf out = {0};
    *ret_row = 0;
    if (!contact)
        return true;
    uint32_t owner = live_owner(live, contact);
    if (!log_name(w->log, w->arena, contact, &name, err))
        return false;
    if (!name.n)
        return true; // erased meanwhile
    buf_printf(&out, "{\"type\":\"track\",\"event\":\"%s\"", event);
    put_text(&out, live_is_user(live, owner) ? "userId" : "anonymousId", name);
    if (message_id.n)
        put_text(&out, "messageId", message_id);
    put_text(&out, "timestamp", datetime_format(at, time));
    buf_printf(&out, ",\"properties\":{\"send\":\"%lld\"%.*s}}", (long long)send, STR_ARG(properties));
    bool ok = writing_append(w, buf_str(&out), ret_row, err);
    buf_free(&out);
    return ok;
}

struct looked_for {
    struct arena *arena;
    struct str id, subject;
    struct buf *out;
};

static bool find_event(void *ctx, const struct log_row *row, struct err *err)
{
    struct looked_for *f = ctx;
    struct json *body;
    (void)err;
    if (row->kind != MESSAGE_EVENT || row->undo || !row->body.n ||
            !json_parse(f->arena, arena_str(f->arena, row->body), &body, NULL))
        return true;
    const struct json *properties = json_get(body, STR("properties"));
    if (!str_eq(json_get_str(properties, STR("send")), f->id))
        return true;
    if (str_eq(row->type->name, STR("email.sent")))
        f->subject = json_get_str(properties, STR("subject"));
    if (f->out->n)
        buf_char(f->out, ',');
    buf_char(f->out, '{');
    put_text(f->out, "name", arena_str(f->arena, row->type->name));
    put_time(f->out, "at", row->time);
    put_key(f->out, "properties");
    json_put(f->out, properties);
    buf_char(f->out, '}');
    return true;
}

bool events_of_send(struct app *app, struct data *reader, struct arena *arena, uint32_t contact, int64_t send,
        struct buf *out, struct str *ret_subject, struct err *err)
{
    struct live *live = app_live(app);
    struct looked_for f = {arena, arena_printf(arena, "%lld", (long long)send), STR_NONE, out};
    struct log_position now;
    uint32_t *rows, n;
    if (!contact)
        return true;
    if (!log_position(data_log(reader), &now, err))
        return false;
    live_wait(live, now.last, SHOWN_MS); // the event of the end was written together with it
    if (!live_rows(live, reader, live_owner(live, contact), &rows, &n, err))
        return false;
    bool ok = log_visit(data_log(reader), rows, n, find_event, &f, err);
    free(rows);
    if (ok)
        *ret_subject = f.subject;
    return ok;
}
