// What came back about a send: written as an event of the contact, and the address suppressed where it must
// be.
#include "app/message/private.h"

#include "app/suppression/suppression.h"
#include "base/json_put.h"

static void more(struct buf *out, const char *name, struct str value)
{
    if (!value.n)
        return;
    buf_printf(out, ",\"%s\":", name);
    json_put_string(out, value);
}

static bool suppress_for(struct writing *w, const struct send_row *row, const struct message_return *what,
        struct str topic, struct err *err)
{
    const char *reason = what->kind == RETURN_HARD        ? "bounced"
                         : what->kind == RETURN_COMPLAINT ? "complained"
                                                          : "unsubscribed";
    struct str proof = arena_printf(w->arena, "send %lld, %.*s %.*s", (long long)row->message.id,
            STR_ARG(what->status), STR_ARG(what->text));
    return what->kind == RETURN_SOFT || suppress(w, row->address, reason, topic, proof, err);
}

static bool count_for(
        struct writing *w, const struct send_row *row, const struct message_return *what, struct err *err)
{
    if (!row->mailbox || (what->kind != RETURN_HARD && what->kind != RETURN_COMPLAINT))
        return true;
    return mailbox_count(w, row->mailbox, what->at,
            what->kind == RETURN_HARD ? MAILBOX_BOUNCED : MAILBOX_COMPLAINED, 1, err);
}

bool message_returned(struct writing *w, int64_t send, const struct message_return *what, struct err *err)
{
    static const char *const EVENTS[] = {
            "email.bounced", "email.bounced", "email.complained", "list.unsubscribed"};
    static const char *const KEYS[] = {"soft", "bounce", "complaint", "unsubscribe"};
    struct send_row row;
    struct buf properties = {0};
    int64_t event;
    if (!send_read(w->app, w->store, w->arena, send, &row, err))
        return false;
    if (what->kind == RETURN_SOFT || what->kind == RETURN_HARD) {
        more(&properties, "kind", what->kind == RETURN_HARD ? STR("hard") : STR("soft"));
        more(&properties, "status", what->status);
    }
    struct str id = arena_printf(w->arena, "%s:%lld", KEYS[what->kind], (long long)send);
    bool ok = write_event(w, &row, EVENTS[what->kind], id, what->at, buf_str(&properties), &event, err) &&
              suppress_for(w, &row, what, STR_NONE, err);
    buf_free(&properties);
    // A copy was counted already.
    return ok && (!event || count_for(w, &row, what, err));
}
