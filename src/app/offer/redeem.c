// What was redeemed: over the API, or told by an event of the shop.
#include "app/offer/private.h"

#include "app/event/log.h"
#include "app/standing/live.h"
#include "base/mem.h"

#include <stdlib.h>

enum { ROWS = 20000, WRITE_DOWN_ROWS = 50000 };

// Whose code it is, and by which campaign they got it.
static bool look_up(
        struct writing *w, struct redemption *r, bool *ret_shared, int64_t *ret_ends, struct err *err)
{
    struct query *query;
    int64_t contact;
    if (!store_ask_row(w->store,
                "SELECT c.offer, c.contact, o.kind, o.ends, o.id FROM offer_code c JOIN offer o ON o.number ="
                " c.offer WHERE c.code = $1",
                PARAMS(P_TEXT(r->code)), "there is no such code", &query, err))
        return false;
    r->offer = query_int(query, 0);
    contact = query_int(query, 1);
    *ret_shared = str_eq(query_text(query, 2), STR("shared"));
    *ret_ends = query_int(query, 3);
    r->offer_id = arena_str(w->arena, query_text(query, 4));
    query_end(query);
    if (!r->contact && contact)
        r->contact = live_owner(app_live(w->app), (uint32_t)contact);
    return store_ask_number(w->store,
            "SELECT campaign FROM offer_send WHERE code = $1 AND ($2 = 0 OR contact = $2 OR $3 = 0) ORDER BY "
            "send"
            " DESC LIMIT 1",
            PARAMS(P_TEXT(r->code), P_INT(r->contact), P_INT(*ret_shared)), 0, &r->campaign, err);
}

bool redeem(struct writing *w, struct redemption *r, struct err *err)
{
    int64_t ends, before;
    bool shared;
    if (!look_up(w, r, &shared, &ends, err) ||
            !store_ask_number(w->store,
                    "SELECT count(*) FROM offer_redeemed WHERE code = $1 AND ($2 = 0 OR (contact = $3 AND $3 "
                    "<>"
                    " 0))",
                    PARAMS(P_TEXT(r->code), P_INT(shared), P_INT(r->contact)), 0, &before, err))
        return false;
    if (before)
        return err_set(err, ERR_CONFLICT, "the code was redeemed already");
    r->late = ends && r->at >= ends;
    return store_do(w->store,
            "INSERT INTO offer_redeemed (code, offer, contact, campaign, at, amount, late) VALUES ($1, $2, "
            "$3,"
            " $4, $5, $6, $7)",
            PARAMS(P_TEXT(r->code), P_INT(r->offer), P_INT(r->contact), P_INT(r->campaign), P_INT(r->at),
                    P_TEXT_OR_NULL(r->amount), P_INT(r->late)),
            err);
}

// --- events

struct look {
    struct arena *arena;
    struct redemption found[1000];
    unsigned n;
    int64_t to;
};

static bool visit(void *ctx, const struct log_row *row, struct err *err)
{
    struct look *look = ctx;
    struct json *body;
    struct err unread;
    (void)err;
    if (row->kind != MESSAGE_EVENT || row->undo || !str_eq(row->type->name, STR("coupon.redeemed")))
        return true;
    if (look->n == sizeof look->found / sizeof *look->found || row->id > look->to)
        return true;
    if (!json_parse(look->arena, arena_str(look->arena, row->body), &body, &unread))
        return true;
    const struct json *properties = json_get(body, STR("properties")),
                      *amount = json_get(properties, STR("amount"));
    struct redemption r = {
            .contact = (uint32_t)(row->user ? row->user : row->anonymous), .at = row->time, .event = row->id};
    amount = amount ? amount : json_get(properties, STR("value"));
    if (amount && amount->kind == JSON_NUMBER)
        r.amount = amount->text;
    struct str code = json_get_str(properties, STR("code"));
    if (!code.n)
        code = json_get_str(properties, STR("coupon"));
    // Ours were written down when they were made.
    if (code_normal(look->arena, code, &r.code, &unread) && !json_get_str(properties, STR("offer")).n)
        look->found[look->n++] = r;
    if (look->n == sizeof look->found / sizeof *look->found)
        look->to = row->id; // the rest comes in the next round
    return true;
}

static bool move_position(struct writing *w, int64_t to, struct err *err)
{
    return store_do(w->store,
            "INSERT INTO offer_position (name, event) VALUES ('log', $1) ON CONFLICT (name) DO UPDATE SET "
            "event"
            " = excluded.event",
            PARAMS(P_INT(to)), err);
}

static bool write_down(struct app *app, struct look *look, struct err *err)
{
    struct writing *w;
    if (!writing_begin(app, &w, err))
        return false;
    bool ok = true;
    for (unsigned i = 0; ok && i < look->n; i++) {
        struct err why = {0};
        look->found[i].contact = live_owner(app_live(app), look->found[i].contact);
        ok = redeem(w, &look->found[i], &why) || why.code == ERR_NOT_FOUND || why.code == ERR_CONFLICT;
        if (!ok)
            *err = why;
    }
    return writing_end(w, ok && move_position(w, look->to, err), err);
}

bool offer_follow(struct app *app, struct data *reader, struct err *err)
{
    int64_t position, last = app_follow(app, 0, 0), offers;
    if (!store_number(data_store(reader), "SELECT event FROM offer_position WHERE name = 'log'", -1,
                &position, err) ||
            !store_number(data_store(reader), "SELECT count(*) FROM offer", 0, &offers, err))
        return false;
    while (offers && position < last && !app_closing(app)) {
        struct look *look = mem_zero(1, sizeof *look);
        look->arena = arena_new();
        look->to = position < 0 ? last : last - position > ROWS ? position + ROWS : last;
        bool ok = position < 0 || log_scan(data_log(reader), position, look->to, false, visit, look, err);
        ok = ok &&
             ((!look->n && look->to - position < WRITE_DOWN_ROWS && look->to == last && position >= 0) ||
                     write_down(app, look, err));
        bool more = look->to < last;
        position = look->to;
        arena_free(look->arena);
        free(look);
        if (!ok || !more)
            return ok;
    }
    return true;
}
