// Counting a mailbox's days, and braking it where it does badly.
#include "app/mailbox/private.h"

#include "base/json_put.h"
#include "store/ask.h"

enum { SENT_FLOOR = 20, COMPLAINT_FLOOR = 100, BOUNCE_WATCH = 5, BOUNCE_BAD = 10 };
// Complaints, in hundredths of a percent.
enum { COMPLAINT_WATCH = 3, COMPLAINT_HIGH = 10, COMPLAINT_BAD = 30 };

struct tally {
    int64_t sent, bounced, complained;
};

// Since `from` (a day); what was counted before the brake was released is left out.
static bool tally_since(struct store *store, int64_t number, int64_t from, bool since_release,
        struct tally *ret, struct err *err)
{
    struct query *q;
    if (!store_ask_row(store,
                "SELECT coalesce(sum(d.sent), 0), coalesce(sum(d.bounced), 0), coalesce(sum(d.complained), "
                "0),"
                " max(m.base_sent), max(m.base_bounced), max(m.base_complained), max(m.base_day)"
                " FROM mailbox m LEFT JOIN mailbox_day d ON d.mailbox = m.number AND d.day >= $2"
                " AND ($3 = 0 OR d.day >= m.base_day) WHERE m.number = $1",
                PARAMS(P_INT(number), P_INT(from), P_INT(since_release)), "there is no such mailbox", &q,
                err))
        return false;
    bool less = since_release && query_int(q, 6) >= from;
    *ret = (struct tally){query_int(q, 0) - (less ? query_int(q, 3) : 0),
            query_int(q, 1) - (less ? query_int(q, 4) : 0), query_int(q, 2) - (less ? query_int(q, 5) : 0)};
    query_end(q);
    return true;
}

enum band { UNKNOWN, GOOD, WATCH, BAD };

// The worse of both; why in arena.
static enum band judge(struct arena *arena, const struct tally *t, struct str *ret_why)
{
    enum band band = t->sent < SENT_FLOOR ? UNKNOWN : GOOD;
    int64_t bounces = t->sent ? t->bounced * 100 / t->sent : 0,
            complaints = t->sent ? t->complained * 10000 / t->sent : 0;
    *ret_why = STR_NONE;
    if (t->sent >= SENT_FLOOR && bounces >= BOUNCE_WATCH) {
        band = bounces >= BOUNCE_BAD ? BAD : WATCH;
        *ret_why = arena_printf(arena, "%lld of %lld mails bounced (%lld %%; %d %% is too many)",
                (long long)t->bounced, (long long)t->sent, (long long)bounces, BOUNCE_BAD);
    }
    if (t->sent >= COMPLAINT_FLOOR && complaints >= COMPLAINT_WATCH) {
        enum band other = complaints >= COMPLAINT_BAD ? BAD : WATCH;
        if (other > band || band <= GOOD)
            *ret_why = arena_printf(arena,
                    "%lld of %lld recipients complained (%lld.%02lld %%; 0.30 %% is too many)",
                    (long long)t->complained, (long long)t->sent, (long long)complaints / 100,
                    (long long)complaints % 100);
        band = other > band ? other : band;
    }
    return band;
}

static bool brake(struct writing *w, int64_t number, struct err *err)
{
    struct tally t;
    struct str why;
    if (!tally_since(w->store, number, w->now / 86400 - HEALTH_DAYS + 1, true, &t, err))
        return false;
    return judge(w->arena, &t, &why) != BAD ||
           store_do(w->store,
                   "UPDATE mailbox SET braked = $2, brake_why = $3 WHERE number = $1 AND braked IS NULL",
                   PARAMS(P_INT(number), P_INT(w->now), P_TEXT(why)), err);
}

bool mailbox_count(
        struct writing *w, int64_t number, int64_t at, enum mailbox_count what, int64_t n, struct err *err)
{
    return store_do(w->store,
                   "INSERT INTO mailbox_day (mailbox, day, sent, bounced, complained) VALUES ($1, $2, $3, "
                   "$4, $5)"
                   " ON CONFLICT (mailbox, day) DO UPDATE SET sent = mailbox_day.sent + excluded.sent,"
                   " bounced = mailbox_day.bounced + excluded.bounced,"
                   " complained = mailbox_day.complained + excluded.complained",
                   PARAMS(P_INT(number), P_INT(at / 86400), P_INT(what == MAILBOX_SENT ? n : 0),
                           P_INT(what == MAILBOX_BOUNCED ? n : 0), P_INT(what == MAILBOX_COMPLAINED ? n : 0)),
                   err) &&
           (what == MAILBOX_SENT || brake(w, number, err));
}

static void put_rate(struct buf *out, const char *name, int64_t n, int64_t of, int64_t floor)
{
    put_key(out, name);
    if (of < floor)
        buf_put(out, STR("null"));
    else
        json_put_number(out, (double)n / (double)of);
}

static void put_period(struct buf *out, int64_t days, const struct tally *t)
{
    put_comma(out);
    buf_char(out, '{');
    put_int(out, "days", days);
    put_int(out, "sent", t->sent);
    put_int(out, "bounced", t->bounced);
    put_int(out, "complained", t->complained);
    put_rate(out, "bounce_rate", t->bounced, t->sent, SENT_FLOOR);
    put_rate(out, "complaint_rate", t->complained, t->sent, COMPLAINT_FLOOR);
    buf_char(out, '}');
}

static void put_int_or_null(struct buf *out, const char *name, int64_t value, bool there)
{
    if (there)
        put_int(out, name, value);
    else
        put_raw(out, name, STR_NONE);
}

bool mailbox_route_health(struct request *r, struct err *err)
{
    static const char *const BANDS[] = {"unknown", "good", "watch", "bad"};
    static const int64_t DAYS[] = {1, HEALTH_DAYS, 30};
    struct store *store = data_store(request_data(r));
    struct mailbox_whole whole;
    struct mailbox_room room;
    struct tally recent;
    struct str why;
    int64_t today = r->now / 86400;
    if (!mailbox_whole(store, r->arena, request_param(r, "id"), &whole, err) ||
            !mailbox_room(store, r->arena, whole.box.number, r->now, &room, err) ||
            !tally_since(store, whole.box.number, today - HEALTH_DAYS + 1, true, &recent, err))
        return false;
    bool capped = room.today != INT64_MAX;
    buf_char(r->out, '{');
    put_text(r->out, "band", str_of(BANDS[judge(r->arena, &recent, &why)]));
    put_text(r->out, "why", why);
    put_int_or_null(r->out, "ramp_day", room.ramp_day, room.ramp_day > 0);
    put_int_or_null(r->out, "ceiling", room.today, capped);
    put_int_or_null(r->out, "left", room.today > room.sent ? room.today - room.sent : 0, capped);
    mailbox_put_brake(&whole, r->out);
    put_key(r->out, "periods");
    buf_char(r->out, '[');
    for (unsigned i = 0; i < 3; i++) {
        struct tally t;
        if (!tally_since(store, whole.box.number, today - DAYS[i] + 1, false, &t, err))
            return false;
        put_period(r->out, DAYS[i], &t);
    }
    buf_put(r->out, STR("]}"));
    return true;
}
