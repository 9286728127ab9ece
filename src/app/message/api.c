// /api/sends.
#include "app/message/events.h"
#include "app/message/private.h"

#include "app/assignment/owner.h"
#include "app/listing.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/json_put.h"
#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>

static bool put_members(struct request *r, const struct send_row *row, struct buf *out, struct err *err)
{
    const struct message_order *o = &row->message.order;
    struct app *app = request_app(r);
    struct str mailbox = STR_NONE;
    char id[24], campaign[24], contact[UUID_SIZE];
    if (row->mailbox && !mailbox_id(data_store(request_data(r)), r->arena, row->mailbox, &mailbox, err))
        return false;
    snprintf(id, sizeof id, "%lld", (long long)row->message.id);
    snprintf(campaign, sizeof campaign, "%lld", (long long)o->campaign);
    put_text(out, "id", str_of(id));
    put_text(out, "source", str_of(o->source));
    put_text(out, "campaign", o->campaign ? str_of(campaign) : STR_NONE);
    put_int(out, "step", o->step);
    put_int(out, "round", o->round);
    put_int(out, "variant", o->variant);
    put_text(out, "contact",
            o->contact ? contact_uuid(app, live_owner(app_live(app), o->contact), contact) : STR_NONE);
    put_text(out, "address", row->address.n ? row->address : STR_NONE);
    put_text(out, "state", str_of(SEND_STATES[row->state]));
    put_text(out, "why", row->why.n ? row->why : STR_NONE);
    put_int(out, "attempts", row->attempts);
    put_text(out, "mailbox", mailbox);
    put_time(out, "due", o->due > 0 ? o->due : 1);
    put_time(out, "at", row->at);
    put_int(out, "opens", row->opens);
    put_int(out, "clicks", row->clicks);
    return true;
}

// Whether the asker may see whom it went to.
static bool visible(struct request *r, const struct send_row *row)
{
    const struct principal *who = request_principal(r);
    char owner[UUID_SIZE];
    uint32_t contact = row->message.order.contact;
    // Which addresses have accounts is told to whoever may see users.
    if (strcmp(row->message.order.source, "letter") == 0 && !principal_may(who, "user.read"))
        return false;
    return !who->own_only ||
           (contact && owner_of(request_app(r), live_owner(app_live(request_app(r)), contact), owner) &&
                   str_eq(str_of(owner), who->id));
}

static int64_t number_of(struct str text, int64_t otherwise)
{
    char copy[24];
    if (!text.n || text.n >= sizeof copy)
        return otherwise;
    snprintf(copy, sizeof copy, "%.*s", STR_ARG(text));
    return strtoll(copy, NULL, 10);
}

static int64_t state_of(struct str word)
{
    for (int i = 0; word.n && i <= SEND_SKIPPED; i++)
        if (str_eq(word, str_of(SEND_STATES[i])))
            return i;
    return -1;
}

struct selection {
    int64_t source, campaign, step, contact, state, after;
};

static bool read_selection(struct request *r, struct selection *s, struct err *err)
{
    uint32_t contact = 0;
    struct str source = request_query(r, "source"), campaign = request_query(r, "campaign"),
               who = request_query(r, "contact");
    if (campaign.n && !source.n)
        source = STR("campaign");
    if (who.n && !owner_contact_named(r, who, &contact, err))
        return false;
    *s = (struct selection){.campaign = number_of(campaign, -1),
            .step = number_of(request_query(r, "step"), -1),
            .contact = who.n ? (int64_t)contact : -1,
            .state = state_of(request_query(r, "state")),
            .after = number_of(request_query(r, "after"), INT64_MAX)};
    s->source = -1;
    return !source.n ||
           store_ask_number(data_store(request_data(r)), "SELECT id FROM message_source WHERE name = $1",
                   PARAMS(P_TEXT(source)), 0, &s->source, err);
}

bool send_answer(struct request *r, int64_t send, struct err *err)
{
    struct send_row row;
    if (!send_read(request_app(r), data_store(request_data(r)), r->arena, send, &row, err))
        return false;
    buf_char(r->out, '{');
    bool ok = put_members(r, &row, r->out, err);
    buf_char(r->out, '}');
    return ok;
}

bool send_route_list(struct request *r, struct err *err)
{
    struct selection s;
    struct query *q;
    unsigned limit, n = 0;
    bool row, ok;
    char next[24] = "";
    if (!listing_limit(r, &limit, err) || !read_selection(r, &s, err) ||
            !store_ask(data_store(request_data(r)),
                    "SELECT " SEND_COLUMNS " FROM " SEND_FROM
                    " WHERE s.id < $1 AND ($2 = -1 OR s.source = $2)"
                    " AND ($3 = -1 OR s.campaign = $3) AND ($4 = -1 OR s.step = $4) AND ($5 = -1 OR "
                    "s.contact = $5)"
                    " AND ($6 = -1 OR s.state = $6) ORDER BY s.id DESC",
                    PARAMS(P_INT(s.after), P_INT(s.source), P_INT(s.campaign), P_INT(s.step),
                            P_INT(s.contact), P_INT(s.state)),
                    &q, err))
        return false;
    query_large(q);
    buf_put(r->out, STR("{\"items\":["));
    while ((ok = query_step(q, &row, err)) && row && n <= limit) {
        struct send_row send = send_of_row(request_app(r), r->arena, q);
        if (!visible(r, &send))
            continue;
        if (n++ == limit)
            break;
        put_comma(r->out);
        buf_char(r->out, '{');
        if (!put_members(r, &send, r->out, err)) {
            query_end(q);
            return false;
        }
        buf_char(r->out, '}');
        snprintf(next, sizeof next, "%lld", (long long)send.message.id);
    }
    query_end(q);
    buf_char(r->out, ']');
    put_text(r->out, "next", n > limit ? str_of(next) : STR_NONE);
    buf_char(r->out, '}');
    return ok;
}

static bool read_one(struct request *r, struct store *store, struct send_row *row, struct err *err)
{
    int64_t id = number_of(request_param(r, "id"), 0);
    return send_read(request_app(r), store, r->arena, id, row, err) &&
           (visible(r, row) || err_set(err, ERR_NOT_FOUND, "there is no such send"));
}

bool send_draft(struct app *app, struct data *reader, struct arena *arena, const struct send_row *row,
        struct mail_draft *ret)
{
    struct err ignored;
    struct message message = row->message;
    const struct slice *slice = slice_named(str_of(message.order.source));
    message.now = row->first ? row->first : app_now(app);
    message.past = row->first != 0;
    message.shown = true;
    *ret = (struct mail_draft){.why = STR("")};
    return slice && slice->compose && slice->compose(app, reader, &message, arena, ret, &ignored) &&
           ret->verdict == MAIL_SEND;
}

bool send_route_get(struct request *r, struct err *err)
{
    struct send_row row;
    struct mail_draft draft;
    struct buf events = {0};
    struct str subject = STR_NONE;
    if (!read_one(r, data_store(request_data(r)), &row, err))
        return false;
    if (!events_of_send(request_app(r), request_data(r), r->arena, row.message.order.contact, row.message.id,
                &events, &subject, err)) {
        buf_free(&events);
        return false;
    }
    bool made = send_draft(request_app(r), request_data(r), r->arena, &row, &draft);
    bool exact = made && row.hash && draft_hash(r->arena, &draft) == row.hash;
    buf_char(r->out, '{');
    bool ok = put_members(r, &row, r->out, err);
    put_text(r->out, "subject", subject.n ? subject : made ? draft.subject : STR_NONE);
    put_text(r->out, "html", made && draft.html.n ? draft.html : STR_NONE);
    put_text(r->out, "text", made ? draft.text : STR_NONE);
    put_flag(r->out, "exact", exact);
    buf_printf(r->out, ",\"events\":[%.*s]}", STR_ARG(buf_str(&events)));
    buf_free(&events);
    return ok;
}

static void put_state(const void *row, struct buf *out)
{
    buf_char(out, '{');
    put_text(out, "state", str_of(SEND_STATES[((const struct send_row *)row)->state]));
    buf_char(out, '}');
}

static bool decide(struct writing *w, const struct send_row *row, bool delivered, struct err *err)
{
    struct str id = arena_printf(w->arena, "send:%lld", (long long)row->message.id);
    int64_t event = 0;
    // A person has looked: it counts as sent without the subject, which is only known while it is composed.
    if (delivered)
        return write_event(w, row, "email.sent", id, row->at, STR(""), &event, err) &&
               store_do(w->store, "UPDATE message_send SET state = 2, why = NULL WHERE id = $1",
                       PARAMS(P_INT(row->message.id)), err) &&
               send_settled(w, &row->message, "sent", STR(""), err);
    return store_do(w->store, "UPDATE message_send SET state = 0, due = $2, why = NULL WHERE id = $1",
            PARAMS(P_INT(row->message.id), P_INT(w->now)), err);
}

bool send_route_decide(struct request *r, struct err *err)
{
    struct send_row before, after;
    struct writing *w;
    bool delivered = json_get(r->json, STR("delivered"))->kind == JSON_TRUE;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = read_one(r, w->store, &before, err) &&
              (before.state == SEND_UNCLEAR ||
                      err_set(err, ERR_CONFLICT, "this send is %s, not unclear", SEND_STATES[before.state]));
    after = before;
    after.state = delivered ? SEND_SENT : SEND_QUEUED;
    ok = ok && decide(w, &before, delivered, err) &&
         audit_change(w, request_principal(r), "send.decide", request_param(r, "id"), put_state, &before,
                 &after, err);
    if (!writing_end(w, ok, err))
        return false;
    message_wake(request_app(r));
    app_publish(request_app(r), "send", request_param(r, "id"));
    return send_answer(r, before.message.id, err);
}
