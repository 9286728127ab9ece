// What came of a hand-over, and what is found after a crash.
#include "app/message/pump.h"

#include "app/suppression/suppression.h"
#include "base/json_put.h"

#include <stdio.h>

static int64_t retry_delay(unsigned attempts)
{
    static const int64_t SECONDS[] = {60, 300, 1800, 2 * 3600, 6 * 3600, 12 * 3600};
    unsigned i = attempts < 6 ? attempts : 5;
    return SECONDS[i];
}

// "550 5.1.1 No such user"
static struct str words_of(struct writing *w, const struct mail_delivery *d)
{
    if (!d->reply)
        return arena_str(w->arena, str_of(d->text));
    return arena_printf(w->arena, "%u %s%s%s", d->reply, d->status, d->status[0] ? " " : "", d->text);
}

// Only these numbers mean something to whoever reads the history.
static bool is_campaign(const struct message_order *o)
{
    return strcmp(o->source, "campaign") == 0;
}

static bool sent(
        struct writing *w, const struct send_row *row, int64_t mailbox, struct str subject, struct err *err)
{
    struct buf properties = {0};
    struct str id = arena_printf(w->arena, "send:%lld", (long long)row->message.id);
    const struct message_order *o = &row->message.order;
    int64_t event;
    buf_char(&properties, ',');
    if (is_campaign(o))
        buf_printf(&properties, "\"campaign\":\"%lld\",\"step\":\"%lld\",\"variant\":%u,",
                (long long)o->campaign, (long long)o->step, o->variant);
    buf_put(&properties, STR("\"subject\":"));
    json_put_string(&properties, subject);
    buf_printf(&properties, ",\"mailbox\":%lld", (long long)mailbox);
    bool ok = write_event(w, row, "email.sent", id, w->now, buf_str(&properties), &event, err);
    buf_free(&properties);
    return ok &&
           store_do(w->store, "UPDATE message_send SET state = 2, at = $2, why = NULL WHERE id = $1",
                   PARAMS(P_INT(row->message.id), P_INT(w->now)), err) &&
           send_settled(w, &row->message, "sent", STR(""), err);
}

// Refused for good at the recipient: the address is dead. Other refusals are of the content or the sender.
static bool is_hard(const struct mail_delivery *d)
{
    if (strncmp(d->status, "5.1.", 4) == 0)
        return strcmp(d->status, "5.1.7") != 0 && strcmp(d->status, "5.1.8") != 0; // of the sender
    return strcmp(d->status, "5.2.1") == 0 || (d->at_recipient && !d->status[0] && d->reply != 554);
}

static bool refused(struct writing *w, struct flight *f, struct err *err)
{
    const struct mail_delivery *d = &f->delivery;
    struct message_return what = {.kind = is_hard(d) ? RETURN_HARD : RETURN_SOFT,
            .status = str_of(d->status[0] ? d->status : "5.0.0"),
            .text = words_of(w, d),
            .at = w->now};
    return send_end(w, &f->row, SEND_FAILED, what.text, err) &&
           message_returned(w, f->row.message.id, &what, err);
}

// It did not arrive, so it does not count.
static bool uncount(struct writing *w, const struct flight *f, struct err *err)
{
    struct query *q;
    if (!store_ask_row(w->store, "SELECT at FROM message_send WHERE id = $1",
                PARAMS(P_INT(f->row.message.id)), "a send is missing", &q, err))
        return false;
    int64_t at = query_int(q, 0);
    query_end(q);
    return mailbox_count(w, f->mailbox, at, MAILBOX_SENT, -1, err);
}

static bool again(struct writing *w, struct pump *pump, struct flight *f, struct err *err)
{
    const struct mail_delivery *d = &f->delivery;
    struct lane *lane = lane_of(pump, f->mailbox);
    int64_t first = f->row.first ? f->row.first : w->now, due;
    bool unreached = d->handed == HANDED_UNREACHED;
    struct str why = words_of(w, d);
    if (!uncount(w, f, err))
        return false;
    if (w->now - first >= GIVE_UP)
        return send_end(w, &f->row, SEND_FAILED, why, err);
    if (unreached && d->account_fault && lane->paused <= w->now) {
        lane->faults = lane->faults < 5 ? lane->faults + 1 : 5;
        lane->paused = w->now + (30 << lane->faults);
    }
    due = unreached ? (lane->paused > w->now ? lane->paused : w->now + 30)
                    : w->now + retry_delay(f->row.attempts);
    if (due > first + GIVE_UP && !unreached)
        due = first + GIVE_UP;
    if (unreached && !store_do(w->store, "UPDATE message_send SET attempts = attempts - 1 WHERE id = $1",
                             PARAMS(P_INT(f->row.message.id)), err))
        return false;
    return send_later(w, &f->row, due, why, err);
}

bool flight_settle(struct writing *w, struct pump *pump, struct flight *f, struct err *err)
{
    if (f->delivery.handed == HANDED_DELIVERED) {
        lane_of(pump, f->mailbox)->faults = 0;
        return sent(w, &f->row, f->mailbox, f->draft.subject, err);
    }
    if (f->delivery.handed == HANDED_REFUSED)
        return refused(w, f, err);
    if (f->delivery.handed == HANDED_UNCLEAR)
        return send_end(w, &f->row, SEND_UNCLEAR, words_of(w, &f->delivery), err);
    return again(w, pump, f, err);
}

// One that was being handed over when the process stopped: what its slot says, else unclear.
static bool recover_one(
        struct writing *w, struct pump *pump, const struct send_row *row, struct str subject, struct err *err)
{
    enum slot_mark mark;
    if (!pump->network->marks || !slots_left(pump->slots, row->message.id, &mark) || mark == SLOT_DOT)
        return send_end(w, row, SEND_UNCLEAR, STR("Sluice stopped while it was handed over"), err);
    if (mark == SLOT_DELIVERED)
        return sent(w, row, row->mailbox, subject, err);
    return mailbox_count(w, row->mailbox, row->at, MAILBOX_SENT, -1, err) &&
           store_do(w->store, "UPDATE message_send SET attempts = attempts - 1 WHERE id = $1",
                   PARAMS(P_INT(row->message.id)), err) &&
           send_later(w, row, w->now, STR("Sluice stopped before it was handed over"), err);
}

bool recover(struct app *app, struct data *reader, struct pump *pump, struct err *err)
{
    struct arena *arena = arena_new();
    struct query *q;
    struct writing *w = NULL;
    bool row, ok;
    VEC(struct send_row) rows = {0};
    ok = store_query(data_store(reader),
            "SELECT " SEND_COLUMNS " FROM " SEND_FROM " WHERE s.state = 1 ORDER BY s.id", &q, err);
    if (ok) {
        while ((ok = query_step(q, &row, err)) && row)
            vec_push(&rows, send_of_row(app, arena, q));
        query_end(q);
    }
    struct str *subjects = ARENA_ARRAY(arena, struct str, rows.n + 1);
    for (size_t i = 0; ok && i < rows.n; i++) {
        struct mail_draft draft;
        subjects[i] = send_draft(app, reader, arena, &rows.v[i], &draft) ? draft.subject : STR("");
    }
    if (ok && rows.n) {
        ok = writing_begin(app, &w, err);
        for (size_t i = 0; ok && i < rows.n; i++)
            ok = recover_one(w, pump, &rows.v[i], subjects[i], err);
        ok = w && writing_end(w, ok, err);
    }
    vec_free(&rows);
    arena_free(arena);
    if (ok)
        slots_begin(pump->slots);
    pump->recovered = ok;
    return ok;
}
