// What may go out right now.
#include "app/message/pump.h"

#include "app/address/address.h"
#include "app/standing/live.h"
#include "app/suppression/suppression.h"
#include "base/map.h"

#include <stdio.h>

static const double BRAKED = 1e9;
enum { WAIT_MAILBOX = 300, WAIT_ERROR = 60, WAIT_BUSY = 2, WAIT_HANDING = 15 };

bool send_later(struct writing *w, const struct send_row *row, int64_t due, struct str why, struct err *err)
{
    why = str_sub(why, 0, why.n < WHY_MAX ? why.n : WHY_MAX);
    return store_do(w->store, "UPDATE message_send SET state = 0, due = $2, why = $3 WHERE id = $1",
            PARAMS(P_INT(row->message.id), P_INT(due), P_TEXT(why)), err);
}

struct choice {
    struct data *reader;
    struct arena *arena;
    int64_t now, best;
    double full; // how full the best one is today, BRAKED: it may not send, but is better than none
};

static bool consider(void *ctx, const struct mailbox *box, struct err *err)
{
    struct choice *c = ctx;
    struct mailbox_room room;
    if (!box->active || !box->smtp.host.n)
        return true;
    if (!mailbox_room(data_store(c->reader), c->arena, box->number, c->now, &room, err))
        return false;
    double full = room.braked               ? BRAKED
                  : room.today == INT64_MAX ? 0
                                            : (double)room.sent / (double)(room.today ? room.today : 1);
    if (full >= c->full)
        return true;
    c->full = full;
    c->best = box->number;
    return true;
}

// The mailbox that the slice names, else the one that has the most room today; 0: there is none.
static bool choose_mailbox(struct data *reader, struct flight *f, int64_t now, struct err *err)
{
    struct choice choice = {reader, f->arena, now, 0, 2 * BRAKED};
    f->mailbox = f->draft.mailbox;
    if (f->mailbox)
        return true;
    if (!mailbox_each(reader, f->arena, consider, &choice, err))
        return false;
    f->mailbox = choice.best;
    return true;
}

// And what it is. One that was removed since the mail was queued gives its place to any other.
static bool find_mailbox(
        struct data *reader, struct flight *f, int64_t now, struct mailbox *ret, struct err *err)
{
    for (;;) {
        struct err missing = {0};
        if (!choose_mailbox(reader, f, now, err))
            return false;
        if (!f->mailbox || mailbox_read(reader, f->arena, f->mailbox, ret, &missing))
            return true;
        if (missing.code != ERR_NOT_FOUND)
            return err_set(err, missing.code, "%s", missing.message);
        f->mailbox = 0;
        if (!f->draft.mailbox)
            return true;
        f->draft.mailbox = 0;
    }
}

bool flight_prepare(struct app *app, struct data *reader, struct flight *f, struct err *err)
{
    struct mailbox mailbox;
    struct str language = STR("");
    f->address = f->draft.address;
    f->name = f->draft.name;
    if (!f->address.n && !contact_address(app, reader, f->arena, f->row.message.order.contact, &f->address,
                                 f->name.n ? NULL : &f->name, &language, err))
        return false;
    if (!f->draft.language.n)
        f->draft.language = language;
    if (!find_mailbox(reader, f, f->row.message.now, &mailbox, err))
        return false;
    if (!f->address.n || !f->mailbox)
        return true; // flight_admit says so
    f->account = mailbox.smtp;
    f->delivery.account_key = (uint64_t)mailbox.number << 32 | (uint64_t)(mailbox.version & UINT32_MAX);
    f->draft.address = f->address;
    f->draft.name = f->name;
    return letter_write(app, f->arena, &f->row.message, &f->draft, &mailbox, &f->letter, err) &&
           letter_sign(app, reader, f->arena, &mailbox, &f->letter, err);
}

// Of (source, campaign, step, round, address).
static int64_t address_hash(const struct flight *f)
{
    const struct message_order *o = &f->row.message.order;
    struct str normal, key = f->address;
    struct err ignored;
    if (address_email(f->arena, f->address, &normal, &ignored))
        key = address_email_key(f->arena, normal);
    return (int64_t)hash64(arena_printf(f->arena, "%lld %lld %lld %u %.*s", (long long)f->row.source,
            (long long)o->campaign, (long long)o->step, o->round, STR_ARG(key)));
}

// What another send of this very step says about this one.
enum double_send {
    DOUBLE_NONE,
    DOUBLE_HANDING, // it is being handed over to the same person: what becomes of it decides
    DOUBLE_PERSON,  // the same person had it, or perhaps had it
    DOUBLE_ADDRESS, // somebody with the same address had it, or is having it
};

// Under other numbers that mean the same person by now.
static bool find_of_person(struct writing *w, const struct flight *f, enum double_send *ret, struct err *err)
{
    const struct message_order *o = &f->row.message.order;
    uint32_t *numbers;
    unsigned n;
    live_numbers(app_live(w->app), o->contact, w->arena, &numbers, &n);
    for (unsigned i = 0; i < n && *ret != DOUBLE_PERSON; i++) {
        int64_t state = SEND_QUEUED;
        if (numbers[i] != o->contact &&
                !store_ask_number(w->store,
                        "SELECT state FROM message_send WHERE contact = $1 AND source = $2 AND campaign = $3"
                        " AND step = $4 AND round = $5",
                        PARAMS(P_INT(numbers[i]), P_INT(f->row.source), P_INT(o->campaign), P_INT(o->step),
                                P_INT(o->round)),
                        SEND_QUEUED, &state, err))
            return false;
        if (state == SEND_SENT || state == SEND_UNCLEAR)
            *ret = DOUBLE_PERSON;
        else if (state == SEND_HANDING)
            *ret = DOUBLE_HANDING;
    }
    return true;
}

// At the same address.
static bool find_at_address(
        struct writing *w, const struct flight *f, int64_t hash, enum double_send *ret, struct err *err)
{
    const struct message_order *o = &f->row.message.order;
    struct query *q;
    bool row;
    if (!store_ask(w->store,
                "SELECT s.state, s.contact FROM message_address a JOIN message_send s ON s.id = a.send"
                " WHERE a.hash = $1 AND a.send <> $2 AND s.source = $3 AND s.campaign = $4 AND s.step = $5"
                " AND s.round = $6",
                PARAMS(P_INT(hash), P_INT(f->row.message.id), P_INT(f->row.source), P_INT(o->campaign),
                        P_INT(o->step), P_INT(o->round)),
                &q, err))
        return false;
    bool ok = query_step(q, &row, err);
    if (ok && row) {
        int64_t state = query_int(q, 0);
        bool same = o->contact && live_owner(app_live(w->app), (uint32_t)query_int(q, 1)) ==
                                          live_owner(app_live(w->app), o->contact);
        // One that was taken back went nowhere; of two of one person whichever goes first is the one.
        if (state != SEND_SKIPPED && !(same && (state == SEND_HANDING || state == SEND_QUEUED)))
            *ret = DOUBLE_ADDRESS;
    }
    query_end(q);
    return ok;
}

static struct pace *pace_of(struct lane *lane, uint64_t domain)
{
    for (size_t i = 0; i < lane->domains.n; i++)
        if (lane->domains.v[i].domain == domain)
            return &lane->domains.v[i];
    if (lane->domains.n >= 1000)
        lane->domains.n = 0; // forgets: at worst somebody gets a few more in that minute
    struct pace pace = {.domain = domain};
    vec_push(&lane->domains, pace);
    return &lane->domains.v[lane->domains.n - 1];
}

// At most per_minute evenly, a burst of some seconds' worth allowed. 0: it may go; else when (ms): each that
// must wait gets a moment of its own.
static int64_t pace(int64_t per_minute, int64_t now, int64_t *free_ms, int64_t *slot_ms)
{
    if (!per_minute)
        return 0;
    int64_t apart = 60000 / per_minute, burst = apart < 5000 ? 5000 : apart;
    apart = apart ? apart : 1;
    if (*free_ms < now)
        *free_ms = now;
    if (*free_ms - now < burst)
        return 0;
    if (*slot_ms < *free_ms)
        *slot_ms = *free_ms;
    *slot_ms += apart;
    return *slot_ms;
}

static void take_pace(int64_t per_minute, int64_t *free_ms)
{
    if (per_minute)
        *free_ms += per_minute < 60000 ? 60000 / per_minute : 1;
}

// When it may go by the mailbox's pace and caps; 0: now. *ret_why: what it waits for.
static int64_t wait_for(struct pump *pump, const struct mailbox_room *room, struct flight *f, int64_t now,
        const char **ret_why)
{
    struct lane *lane = lane_of(pump, f->mailbox);
    int64_t tomorrow = (now / 86400 + 1) * 86400, at, ms = now * 1000;
    if (room->braked || !room->mailbox.active || !room->mailbox.smtp.host.n) {
        *ret_why = room->braked ? "the mailbox is braked" : "the mailbox is not active";
        return now + WAIT_MAILBOX;
    }
    *ret_why = "the mail server does not work";
    if (lane->paused > now)
        return lane->paused;
    *ret_why = "rate";
    if (lane->under_way >= LANE_MAX)
        return now + WAIT_BUSY;
    if (!f->draft.transactional && room->sent >= room->today) {
        *ret_why = "daily cap";
        // Spread over tomorrow. Who finds no place there is looked at again at its end: the cap may be
        // another one then.
        int64_t end = (tomorrow + 86400 - 1) * 1000;
        lane->cap_ms = lane->cap_ms < tomorrow * 1000 ? tomorrow * 1000 : lane->cap_ms;
        lane->cap_ms += 86400000 / (room->today > 0 ? room->today : 1);
        lane->cap_ms = lane->cap_ms < end ? lane->cap_ms : end;
        return lane->cap_ms / 1000;
    }
    struct pace *domain = pace_of(lane, hash64(address_domain(f->address)));
    at = pace(room->limits.per_domain, ms, &domain->free_ms, &domain->slot_ms);
    if (!at)
        at = pace(room->limits.per_minute, ms, &lane->free_ms, &lane->slot_ms);
    if (at)
        return (at + 999) / 1000;
    take_pace(room->limits.per_domain, &domain->free_ms);
    take_pace(room->limits.per_minute, &lane->free_ms);
    return 0;
}

static bool still_queued(struct writing *w, const struct flight *f, bool *ret, struct err *err)
{
    int64_t state;
    if (!store_ask_number(w->store, "SELECT state FROM message_send WHERE id = $1",
                PARAMS(P_INT(f->row.message.id)), -1, &state, err))
        return false;
    *ret = state == SEND_QUEUED;
    return true;
}

// Its own verdict, suppression, the same person and address, what the slice has to say last. *ret_goes:
// nothing is against it.
static bool ask(struct writing *w, struct flight *f, int64_t hash, bool *ret_goes, struct err *err)
{
    const struct slice *slice = slice_named(str_of(f->row.message.order.source));
    const char *reason = NULL;
    enum double_send other = DOUBLE_NONE;
    *ret_goes = false;
    if (f->draft.verdict == MAIL_SEND && !f->address.n)
        return send_end(w, &f->row, SEND_SKIPPED, STR("no_address"), err);
    if (f->draft.verdict == MAIL_SEND && !suppressed(w->store, f->address, f->draft.topic, &reason, err))
        return false;
    // Who asked for a mail gets it although they left the list; not where it would bounce, or was complained
    // of.
    if (reason && !(f->draft.transactional && strcmp(reason, "unsubscribed") == 0))
        return send_end(w, &f->row, SEND_SKIPPED, str_of(reason), err);
    if (f->draft.verdict == MAIL_SEND &&
            (!find_of_person(w, f, &other, err) ||
                    (other == DOUBLE_NONE && !find_at_address(w, f, hash, &other, err))))
        return false;
    if (other == DOUBLE_HANDING)
        return send_later(w, &f->row, w->now + WAIT_HANDING, STR("their other mail is on its way"), err);
    if (other != DOUBLE_NONE)
        return send_end(w, &f->row, SEND_SKIPPED,
                other == DOUBLE_PERSON ? STR("already sent") : STR("same_address"), err);
    if (f->draft.verdict == MAIL_SEND && slice->admit && !slice->admit(w, &f->row.message, &f->draft, err))
        return false;
    if (f->draft.verdict == MAIL_SKIP)
        return send_end(w, &f->row, SEND_SKIPPED, f->draft.why, err);
    if (f->draft.verdict == MAIL_LATER)
        return send_later(w, &f->row, f->draft.later > w->now ? f->draft.later : w->now + WAIT_ERROR,
                f->draft.why, err);
    *ret_goes = true;
    return true;
}

static bool failed_to_compose(struct writing *w, const struct flight *f, struct err *err)
{
    bool for_good = f->err.code == ERR_INPUT || f->err.code == ERR_NOT_FOUND || f->err.code == ERR_LIMIT;
    struct str why = str_of(f->err.message);
    return for_good ? send_end(w, &f->row, SEND_FAILED, why, err)
                    : send_later(w, &f->row, w->now + WAIT_ERROR, why, err);
}

static bool mark_handing(struct writing *w, const struct flight *f, int64_t hash, struct err *err)
{
    return store_do(w->store,
                   "UPDATE message_send SET state = 1, attempts = attempts + 1, mailbox = $2, at = $3,"
                   " first = coalesce(first, $7), address = $4, hash = $5, counted = $6, why = NULL WHERE id "
                   "= $1",
                   PARAMS(P_INT(f->row.message.id), P_INT(f->mailbox), P_INT(w->now), P_TEXT(f->address),
                           P_INT(f->letter.hash), P_INT(!f->draft.transactional), P_INT(f->row.message.now)),
                   err) &&
           store_do(w->store,
                   "INSERT INTO message_address (hash, send) VALUES ($1, $2) ON CONFLICT (hash) DO UPDATE"
                   " SET send = excluded.send",
                   PARAMS(P_INT(hash), P_INT(f->row.message.id)), err) &&
           mailbox_count(w, f->mailbox, w->now, MAILBOX_SENT, 1, err);
}

bool flight_admit(struct writing *w, struct pump *pump, struct flight *f, struct err *err)
{
    struct mailbox_room room;
    struct err missing = {0};
    const char *why = "there is no mailbox to send by";
    bool goes;
    if (!still_queued(w, f, &goes, err))
        return false;
    if (!goes)
        return true;
    if (!f->composed)
        return failed_to_compose(w, f, err);
    int64_t hash = address_hash(f), until;
    if (!ask(w, f, hash, &goes, err))
        return false;
    if (!goes)
        return true;
    if (!f->mailbox || !mailbox_room(w->store, w->arena, f->mailbox, w->now, &room, &missing)) {
        if (missing.code && missing.code != ERR_NOT_FOUND)
            return err_set(err, missing.code, "%s", missing.message);
        until = w->now + WAIT_MAILBOX;
    } else {
        until = wait_for(pump, &room, f, w->now, &why);
    }
    if (until)
        return send_later(w, &f->row, until, str_of(why), err);
    f->admitted = mark_handing(w, f, hash, err);
    return f->admitted;
}
