// Handing a contact over to sales: the owner accepts it, or returns it with a reason; the clock runs from the
// hand-over.
#include "app/assignment/private.h"

#include "app/event/log.h"
#include "app/listing.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "app/webhook/webhook.h"
#include "base/json_put.h"
#include "store/ask.h"

struct handover {
    struct str id, owner, rule, stage, state, by, reason;
    uint32_t contact;
    int64_t opened, decided;
    int64_t event; // row of the log that says what was decided; 0: none, or not known
};

#define HANDOVER_COLUMNS "id, contact, owner, rule, stage, opened, state, decided, by_whom, reason, event"

static struct handover decode(struct query *query, struct arena *arena)
{
    return (struct handover){.id = arena_str(arena, query_text(query, 0)),
            .contact = (uint32_t)query_int(query, 1),
            .owner = arena_str(arena, query_text(query, 2)),
            .rule = arena_str(arena, query_text(query, 3)),
            .stage = arena_str(arena, query_text(query, 4)),
            .opened = query_int(query, 5),
            .state = arena_str(arena, query_text(query, 6)),
            .decided = query_int(query, 7),
            .by = arena_str(arena, query_text(query, 8)),
            .reason = arena_str(arena, query_text(query, 9)),
            .event = query_int(query, 10)};
}

static struct str or_null(struct str text)
{
    return text.n ? text : STR_NONE;
}

static void put(const struct app *app, const struct handover *h, int64_t now, struct buf *out)
{
    char uuid[UUID_SIZE];
    bool open = str_eq(h->state, STR("open"));
    buf_char(out, '{');
    put_text(out, "id", h->id);
    put_text(out, "contact", contact_uuid(app, live_owner(app_live(app), h->contact), uuid));
    put_text(out, "owner", h->owner);
    put_text(out, "rule", or_null(h->rule));
    put_text(out, "stage", or_null(h->stage));
    put_time(out, "opened", h->opened);
    put_text(out, "state", h->state);
    put_time(out, "decided", h->decided);
    put_text(out, "by", or_null(h->by));
    put_text(out, "reason", or_null(h->reason));
    put_int(out, "seconds", (open ? now : h->decided) - h->opened);
    buf_char(out, '}');
}

static bool announce(struct writing *w, const char *type, const struct handover *h, struct err *err)
{
    bool wanted;
    struct buf data = {0};
    if (!webhook_wanted(w, type, &wanted, err))
        return false;
    if (!wanted)
        return true;
    buf_char(&data, '{');
    bool ok = webhook_put_contact(w, h->contact, &data, err);
    put_key(&data, "handover");
    put(w->app, h, w->now, &data);
    buf_char(&data, '}');
    ok = ok && webhook_emit(w, type, h->contact, buf_str(&data), err);
    buf_free(&data);
    return ok;
}

// The newest that a query finds of a contact, under all numbers that mean it; an empty id if there is none.
static bool find(struct writing *w, const char *sql, uint32_t contact, struct handover *ret, struct err *err)
{
    uint32_t *numbers;
    unsigned n;
    bool ok = true, row;
    *ret = (struct handover){0};
    live_numbers(app_live(w->app), contact, w->arena, &numbers, &n);
    for (unsigned i = 0; ok && i < n; i++) {
        struct query *query;
        if (!store_ask(w->store, sql, PARAMS(P_INT(numbers[i])), &query, err))
            return false;
        ok = query_step(query, &row, err);
        struct handover h = ok && row ? decode(query, w->arena) : (struct handover){0};
        query_end(query);
        if (h.id.n && (!ret->id.n || h.opened > ret->opened))
            *ret = h;
    }
    ret->contact = contact;
    return ok;
}

static bool find_open(struct writing *w, uint32_t contact, struct handover *ret, struct err *err)
{
    return find(w, "SELECT " HANDOVER_COLUMNS " FROM handover WHERE contact = $1 AND state = 'open'", contact,
            ret, err);
}

static bool find_last(struct writing *w, uint32_t contact, struct handover *ret, struct err *err)
{
    return find(w,
            "SELECT " HANDOVER_COLUMNS
            " FROM handover WHERE contact = $1 ORDER BY opened DESC, id DESC LIMIT 1",
            contact, ret, err);
}

bool handover_open(struct writing *w, uint32_t contact, struct str owner, struct str rule, struct str stage,
        struct err *err)
{
    struct handover h;
    char id[UUID_SIZE];
    if (!find_open(w, contact, &h, err))
        return false;
    if (h.id.n)
        return true;
    h = (struct handover){.id = uuid_v7(app_now_ms(w->app), id),
            .owner = owner,
            .rule = rule.n ? rule : STR(""),
            .stage = stage.n ? stage : STR(""),
            .state = STR("open"),
            .contact = contact,
            .opened = w->now};
    return store_do(w->store,
                   "INSERT INTO handover (id, contact, owner, rule, stage, opened, state, by_whom, reason)"
                   " VALUES ($1, $2, $3, $4, $5, $6, 'open', '', '')",
                   PARAMS(P_TEXT(h.id), P_INT(contact), P_TEXT(owner), P_TEXT(h.rule), P_TEXT(h.stage),
                           P_INT(w->now)),
                   err) &&
           announce(w, "handover.opened", &h, err);
}

static bool end(struct request *r, struct writing *w, bool ok, uint32_t contact, struct err *err)
{
    char uuid[UUID_SIZE];
    if (!writing_end(w, ok, err))
        return false;
    owner_changed(request_app(r), request_data(r));
    app_publish(request_app(r), "contact", contact_uuid(request_app(r), contact, uuid));
    app_publish(request_app(r), "handover", contact_uuid(request_app(r), contact, uuid));
    return true;
}

bool handover_route_open(struct request *r, struct err *err)
{
    uint32_t contact;
    struct writing *w;
    struct str user = json_get_str(r->json, STR("user")), owner;
    struct handover h = {0};
    if (!owner_contact(r, &contact, err) || !writing_begin(request_app(r), &w, err))
        return false;
    struct str by = request_principal(r)->id;
    bool there = true, ok = owner_now(w, contact, &owner, err);
    if (ok && user.n)
        ok = owner_account(w->store, user, &there, err);
    if (ok && !there)
        ok = request_problem(r, 400, "user", "There is no such user, or they are disabled");
    else if (ok && !user.n && !owner.n)
        ok = request_problem(r, 409, "user", "Nobody owns the contact: name the user who is to have it");
    if (ok && user.n)
        ok = assignment_set(w, contact, user, by, err);
    ok = ok && handover_open(w, contact, user.n ? user : owner, STR_NONE, STR_NONE, err) &&
         find_open(w, contact, &h, err);
    if (ok)
        put(request_app(r), &h, r->now, r->out);
    return end(r, w, ok, contact, err);
}

static bool record(struct writing *w, const char *event, struct handover *h, struct err *err)
{
    struct buf properties = {0};
    buf_char(&properties, '{');
    put_text(&properties, "handover", h->id);
    put_text(&properties, "owner", h->owner);
    put_text(&properties, "by", h->by);
    put_int(&properties, "response_seconds", h->decided - h->opened);
    if (h->reason.n)
        put_text(&properties, "reason", h->reason);
    buf_char(&properties, '}');
    bool ok = assignment_record(w, h->contact, event, buf_str(&properties), &h->event, err);
    buf_free(&properties);
    return ok;
}

static bool update(struct writing *w, const struct handover *h, struct err *err)
{
    return store_do(w->store,
            "UPDATE handover SET state = $2, decided = $3, by_whom = $4, reason = $5, event = $6 WHERE id = "
            "$1",
            PARAMS(P_TEXT(h->id), P_TEXT(h->state), P_INT(h->decided), P_TEXT(h->by), P_TEXT(h->reason),
                    P_INT(h->event)),
            err);
}

static bool decide(
        struct request *r, const char *state, const char *event, struct str reason, struct err *err)
{
    uint32_t contact;
    struct writing *w;
    struct handover h = {0};
    if (!owner_contact(r, &contact, err) || !writing_begin(request_app(r), &w, err))
        return false;
    bool ok = find_open(w, contact, &h, err);
    if (ok && !h.id.n)
        ok = err_set(err, ERR_CONFLICT, "the contact is not handed over to anybody at the moment");
    h.state = str_of(state);
    h.decided = w->now;
    h.by = request_principal(r)->id;
    h.reason = reason.n ? reason : STR("");
    ok = ok && record(w, event, &h, err) && update(w, &h, err) && announce(w, "handover.decided", &h, err);
    // What is returned is nobody's again: marketing has it.
    if (ok && str_eq(h.state, STR("returned")))
        ok = assignment_set(w, contact, STR_NONE, h.by, err);
    if (ok)
        put(request_app(r), &h, r->now, r->out);
    return end(r, w, ok, contact, err);
}

bool handover_route_accept(struct request *r, struct err *err)
{
    return decide(r, "accepted", "sales.accepted", STR_NONE, err);
}

bool handover_route_return(struct request *r, struct err *err)
{
    struct str reason = str_trim(json_get_str(r->json, STR("reason")));
    if (!reason.n)
        return request_problem(r, 400, "reason", "Say why, so that marketing can learn from it");
    return decide(r, "returned", "sales.returned", reason, err);
}

// As if nobody had decided: its event is hidden, and whoever had the contact has it again.
static bool reopen(
        struct request *r, struct writing *w, uint32_t contact, struct handover *h, struct err *err)
{
    const struct principal *who = request_principal(r);
    struct str owner;
    if (!find_last(w, contact, h, err) || !owner_now(w, contact, &owner, err))
        return false;
    // What somebody has just returned is theirs no longer; taking that back is.
    if (who->own_only && !str_eq(owner, who->id) && !(h->id.n && str_eq(h->by, who->id)))
        return err_set(err, ERR_NOT_FOUND, "there is no such contact");
    if (!h->id.n || str_eq(h->state, STR("open")) || !h->event)
        return err_set(err, ERR_CONFLICT, "nothing was decided that could be taken back");
    if (owner.n && !str_eq(owner, h->owner))
        return err_set(err, ERR_CONFLICT, "somebody else has the contact by now");
    int64_t event = h->event;
    h->state = STR("open");
    h->by = h->reason = STR("");
    h->decided = h->event = 0;
    return log_undo_row(w->log, event, w->now, err) && update(w, h, err) &&
           assignment_set(w, contact, h->owner, who->id, err) &&
           audit_write(w, who, "handover.reopen", h->id, STR_NONE, STR_NONE, err) &&
           announce(w, "handover.opened", h, err);
}

bool handover_route_reopen(struct request *r, struct err *err)
{
    uint32_t contact;
    struct writing *w;
    struct handover h = {0};
    if (!live_find(app_live(request_app(r)), request_data(r), request_param(r, "id"), &contact, err) ||
            !writing_begin(request_app(r), &w, err))
        return false;
    bool ok = reopen(r, w, contact, &h, err);
    if (ok)
        put(request_app(r), &h, r->now, r->out);
    return end(r, w, ok, contact, err);
}

bool handover_route_list(struct request *r, struct err *err)
{
    struct listing *list;
    struct query *query;
    struct str state = request_query(r, "state"), owner = request_query(r, "owner");
    const struct principal *who = request_principal(r);
    bool row, ok;
    if (who->own_only)
        owner = who->id;
    if (!listing_new(r, "opened", &list, err) ||
            !store_ask(data_store(request_data(r)),
                    "SELECT " HANDOVER_COLUMNS " FROM handover WHERE state = $1 AND ($2 = '' OR owner = $2)"
                    " ORDER BY opened DESC LIMIT 100000",
                    PARAMS(P_TEXT(state.n ? state : STR("open")), P_TEXT(owner.n ? owner : STR(""))), &query,
                    err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct buf item = {0};
        struct handover h = decode(query, r->arena);
        put(request_app(r), &h, r->now, &item);
        listing_add(list, h.id, buf_str(&item));
        buf_free(&item);
    }
    query_end(query);
    return ok && listing_end(list, err);
}

bool handover_each_open(struct store *store,
        void (*visit)(void *ctx, const struct waiting_handover *handover), void *ctx, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_ask(store,
                "SELECT contact, owner, stage, opened FROM handover WHERE state = 'open' ORDER BY opened, id"
                " LIMIT 100000",
                NULL, 0, &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct waiting_handover h = {.contact = (uint32_t)query_int(query, 0),
                .owner = query_text(query, 1),
                .stage = query_text(query, 2),
                .opened = query_int(query, 3)};
        visit(ctx, &h);
    }
    query_end(query);
    return ok;
}
