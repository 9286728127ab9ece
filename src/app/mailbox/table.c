// Reading mailboxes.
#include "app/mailbox/private.h"

#include "store/ask.h"

#define COLUMNS                                                                                           \
    "number, id, name, address, active, bounce_address, smtp_host, smtp_port, smtp_security, smtp_login," \
    " smtp_user, imap_host, imap_port, imap_security, imap_login, imap_user, daily_cap, per_minute,"      \
    " per_domain, ramp_start, ramp_growth, ramp_ceiling, braked, brake_why, version, created, changed"

static struct mail_account account_of(struct arena *arena, struct query *q, unsigned at)
{
    return (struct mail_account){.host = arena_str(arena, query_text(q, at)),
            .port = (unsigned)query_int(q, at + 1),
            .security = (enum mail_security)query_int(q, at + 2),
            .login = (enum mail_login)query_int(q, at + 3),
            .user = arena_str(arena, query_text(q, at + 4))};
}

static struct mailbox_whole of_row(struct arena *arena, struct query *q)
{
    return (struct mailbox_whole){
            .box = {.number = query_int(q, 0),
                    .id = arena_str(arena, query_text(q, 1)),
                    .name = arena_str(arena, query_text(q, 2)),
                    .address = arena_str(arena, query_text(q, 3)),
                    .active = query_int(q, 4) != 0,
                    .bounce_address = arena_str(arena, query_text(q, 5)),
                    .smtp = account_of(arena, q, 6),
                    .imap = account_of(arena, q, 11),
                    .version = query_int(q, 24)},
            .limits = {query_int(q, 16), query_int(q, 17), query_int(q, 18), query_int(q, 19),
                    query_int(q, 20), query_int(q, 21)},
            .braked = !query_is_null(q, 22),
            .brake_at = query_int(q, 22),
            .brake_why = arena_str(arena, query_text(q, 23)),
            .created = query_int(q, 25),
            .changed = query_int(q, 26),
    };
}

static bool read_secrets(struct store *store, struct arena *arena, struct mailbox *box, struct err *err)
{
    struct query *q;
    bool row, ok;
    if (!store_ask(store, "SELECT kind, secret FROM mailbox_secret WHERE mailbox = $1",
                PARAMS(P_INT(box->number)), &q, err))
        return false;
    while ((ok = query_step(q, &row, err)) && row) {
        struct mail_account *account = str_eq(query_text(q, 0), STR("smtp")) ? &box->smtp : &box->imap;
        account->secret = arena_str(arena, query_blob(q, 1));
    }
    query_end(q);
    return ok;
}

// The row that `sql` finds, with its secrets.
static bool whole_of(struct store *store, struct arena *arena, const char *sql, const struct param *params,
        unsigned n, struct mailbox_whole *ret, struct err *err)
{
    struct query *q;
    if (!store_ask_row(store, sql, params, n, "there is no such mailbox", &q, err))
        return false;
    struct mailbox_whole whole = of_row(arena, q);
    query_end(q);
    if (!read_secrets(store, arena, &whole.box, err))
        return false;
    *ret = whole;
    return true;
}

bool mailbox_whole(
        struct store *store, struct arena *arena, struct str id, struct mailbox_whole *ret, struct err *err)
{
    return whole_of(store, arena, "SELECT " COLUMNS " FROM mailbox WHERE id = $1 AND removed IS NULL",
            PARAMS(P_TEXT(id)), ret, err);
}

static bool whole_of_number(
        struct store *store, struct arena *arena, int64_t number, struct mailbox_whole *ret, struct err *err)
{
    return whole_of(store, arena, "SELECT " COLUMNS " FROM mailbox WHERE number = $1 AND removed IS NULL",
            PARAMS(P_INT(number)), ret, err);
}

bool mailbox_read(
        struct data *reader, struct arena *arena, int64_t number, struct mailbox *ret, struct err *err)
{
    struct mailbox_whole whole;
    if (!whole_of_number(data_store(reader), arena, number, &whole, err))
        return false;
    *ret = whole.box;
    return true;
}

bool mailbox_each(struct data *reader, struct arena *arena,
        bool (*visit)(void *ctx, const struct mailbox *mailbox, struct err *err), void *ctx, struct err *err)
{
    struct store *store = data_store(reader);
    struct query *q;
    bool row, ok;
    int64_t numbers[MAILBOXES_MAX];
    unsigned n = 0;
    if (!store_query(store, "SELECT number FROM mailbox WHERE removed IS NULL ORDER BY number", &q, err))
        return false;
    while ((ok = query_step(q, &row, err)) && row && n < MAILBOXES_MAX)
        numbers[n++] = query_int(q, 0);
    query_end(q);
    for (unsigned i = 0; ok && i < n; i++) {
        struct mailbox_whole whole;
        ok = whole_of_number(store, arena, numbers[i], &whole, err) && visit(ctx, &whole.box, err);
    }
    return ok;
}

bool mailbox_number(struct store *store, struct str id, int64_t *ret, struct err *err)
{
    struct query *q;
    if (!store_ask_row(store, "SELECT number FROM mailbox WHERE id = $1 AND removed IS NULL",
                PARAMS(P_TEXT(id)), "there is no such mailbox", &q, err))
        return false;
    *ret = query_int(q, 0);
    query_end(q);
    return true;
}

bool mailbox_id(struct store *store, struct arena *arena, int64_t number, struct str *ret, struct err *err)
{
    struct query *q;
    bool row;
    if (!store_ask(store, "SELECT id FROM mailbox WHERE number = $1", PARAMS(P_INT(number)), &q, err))
        return false;
    bool ok = query_step(q, &row, err);
    if (ok)
        *ret = row ? arena_str(arena, query_text(q, 0)) : STR_NONE;
    query_end(q);
    return ok;
}

// The days before today on which it sent: so old the ramp is.
static bool days_sent(struct store *store, int64_t number, int64_t today, int64_t *ret, struct err *err)
{
    return store_ask_number(store,
            "SELECT count(*) FROM mailbox_day WHERE mailbox = $1 AND day < $2 AND sent > 0",
            PARAMS(P_INT(number), P_INT(today)), 0, ret, err);
}

static void ceiling(struct mailbox_room *room, int64_t days)
{
    const struct mailbox_limits *l = &room->limits;
    int64_t cap = l->daily_cap ? l->daily_cap : INT64_MAX;
    room->today = cap;
    room->ramp_day = 0;
    if (!l->ramp_start)
        return;
    int64_t ramp = l->ramp_start + l->ramp_growth * days;
    if (l->ramp_growth && ramp >= l->ramp_ceiling)
        return; // warm
    ramp = ramp < l->ramp_ceiling ? ramp : l->ramp_ceiling;
    room->ramp_day = days + 1;
    room->today = ramp < cap ? ramp : cap;
}

bool mailbox_room(struct store *store, struct arena *arena, int64_t number, int64_t now,
        struct mailbox_room *ret, struct err *err)
{
    struct mailbox_whole whole;
    struct mailbox_room room;
    int64_t days, day = now / 86400;
    if (!whole_of_number(store, arena, number, &whole, err) || !days_sent(store, number, day, &days, err) ||
            !store_ask_number(store, "SELECT sent FROM mailbox_day WHERE mailbox = $1 AND day = $2",
                    PARAMS(P_INT(number), P_INT(day)), 0, &room.sent, err))
        return false;
    room.mailbox = whole.box;
    room.limits = whole.limits;
    room.braked = whole.braked;
    ceiling(&room, days);
    *ret = room;
    return true;
}
