// /api/campaigns/{id}/people: who is in it, letting in and taking out, and the record of one person.
#include "app/campaign/private.h"

#include "app/assignment/owner.h"
#include "app/contact/contact.h"
#include "app/listing.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/json_put.h"

#include <stdlib.h>

enum { BY_HAND_AT_ONCE = 500, BY_HAND_MAX = 100000 };

// The asker's view of a person: a seller of their own contacts only sees those.
static bool may_see(struct request *r, uint32_t contact)
{
    const struct principal *who = request_principal(r);
    char owner[UUID_SIZE];
    return !who || !who->own_only ||
           (owner_of(request_app(r), contact, owner) && str_eq(str_of(owner), who->id));
}

static bool put_person(struct request *r, const struct person_row *row, struct buf *out, struct err *err)
{
    char uuid[UUID_SIZE];
    struct str step, name;
    bool left = str_eq(row->state, STR("left"));
    uint32_t contact = live_owner(app_live(request_app(r)), row->contact);
    if (!campaign_step_name(data_store(request_data(r)), r->arena, row->campaign, row->step, &step, err) ||
            !contact_called(r, contact, &name, err))
        return false;
    buf_char(out, '{');
    put_text(out, "contact", contact_uuid(request_app(r), contact, uuid));
    put_text(out, "name", name);
    put_text(out, "state", left ? STR("left") : STR("active"));
    put_text(out, "step", step);
    put_int(out, "round", row->round);
    put_time(out, "due",
            str_eq(row->state, STR("active")) && row->due < r->now + NEVER_SECONDS / 2 ? row->due : 0);
    put_text(out, "why", row->why.n ? row->why : STR_NONE);
    put_time(out, "entered", row->entered);
    put_time(out, "changed", row->changed);
    buf_char(out, '}');
    return true;
}

struct people_query {
    int64_t campaign, after, step; // step -1: any
    struct str state;              // empty: any
    unsigned limit;
};

// In order of their numbers; those whom the asker may not see are passed over.
static bool read_people(struct request *r, const struct people_query *q, struct person_row *out,
        unsigned *ret_n, bool *ret_more, struct err *err)
{
    struct query *query;
    bool row, ok;
    *ret_n = 0;
    *ret_more = false;
    if (!store_ask(data_store(request_data(r)),
                "SELECT " PERSON_COLUMNS " FROM campaign_person WHERE campaign = $1 AND contact > $2"
                " AND ($3 = '' OR ($3 = 'left') = (state = 'left')) AND ($4 < 0 OR (step = $4 AND state <>"
                " 'left')) ORDER BY campaign, contact",
                PARAMS(P_INT(q->campaign), P_INT(q->after), P_TEXT(q->state), P_INT(q->step)), &query, err))
        return false;
    query_large(query);
    while ((ok = query_step(query, &row, err)) && row) {
        struct person_row person = person_decode(query, r->arena);
        if (!may_see(r, live_owner(app_live(request_app(r)), person.contact)))
            continue;
        if (*ret_n == q->limit) {
            *ret_more = true;
            break;
        }
        out[(*ret_n)++] = person;
    }
    query_end(query);
    return ok;
}

bool campaign_route_people(struct request *r, struct err *err)
{
    struct campaign c;
    struct people_query q = {.step = -1, .state = request_query(r, "state")};
    struct str step = request_query(r, "step");
    unsigned n;
    bool more;
    if (!listing_limit(r, &q.limit, err) || !listing_after(r, q.after, &q.after) ||
            !campaign_read(data_store(request_data(r)), r->arena, request_param(r, "id"), &c, err))
        return false;
    q.campaign = c.number;
    q.state = q.state.p ? q.state : STR("");
    if (step.n && !store_ask_number(data_store(request_data(r)),
                          "SELECT number FROM campaign_step WHERE campaign = $1 AND name = $2",
                          PARAMS(P_INT(c.number), P_TEXT(step)), 0, &q.step, err))
        return false;
    struct person_row *people = ARENA_ARRAY(r->arena, struct person_row, q.limit + 1ul);
    bool ok = read_people(r, &q, people, &n, &more, err);
    buf_put(r->out, STR("{\"items\":["));
    for (unsigned i = 0; ok && i < n; i++) {
        put_comma(r->out);
        ok = put_person(r, &people[i], r->out, err);
    }
    buf_char(r->out, ']');
    put_text(r->out, "next", more ? arena_printf(r->arena, "%u", (unsigned)people[n - 1].contact) : STR_NONE);
    buf_char(r->out, '}');
    return ok;
}

static bool put_record(struct request *r, int64_t campaign, uint32_t contact, struct err *err)
{
    struct query *query;
    struct buf *out = r->out;
    bool row, ok;
    if (!store_ask(data_store(request_data(r)),
                "SELECT l.at, l.round, s.name, l.what, l.why FROM campaign_log l LEFT JOIN campaign_step s"
                " ON s.campaign = l.campaign AND s.number = l.step WHERE l.contact = $1 AND l.campaign = $2"
                " ORDER BY l.n LIMIT 5000",
                PARAMS(P_INT(contact), P_INT(campaign)), &query, err))
        return false;
    put_key(out, "record");
    buf_char(out, '[');
    while ((ok = query_step(query, &row, err)) && row) {
        put_comma(out);
        buf_char(out, '{');
        put_time(out, "at", query_int(query, 0));
        put_int(out, "round", query_int(query, 1));
        put_text(out, "step", query_is_null(query, 2) ? STR_NONE : query_text(query, 2));
        put_text(out, "what", query_text(query, 3));
        put_text(out, "why", query_text(query, 4).n ? query_text(query, 4) : STR_NONE);
        buf_char(out, '}');
    }
    query_end(query);
    buf_char(out, ']');
    return ok;
}

static void put_marks(int64_t marks, struct buf *out)
{
    put_key(out, "marks");
    buf_char(out, '[');
    for (unsigned mark = 0; mark < MARKS; mark++)
        if (marks & (INT64_C(1) << mark)) {
            put_comma(out);
            json_put_string(out, mark_name((enum mark)mark));
        }
    buf_char(out, ']');
}

static bool put_mails(struct request *r, int64_t campaign, uint32_t contact, struct err *err)
{
    struct query *query;
    struct buf *out = r->out;
    bool row, ok;
    if (!store_ask(data_store(request_data(r)),
                "SELECT m.send, s.name, m.round, m.variant, m.at, m.marks FROM campaign_mail m LEFT JOIN"
                " campaign_step s ON s.campaign = m.campaign AND s.number = m.step WHERE m.contact = $1 AND"
                " m.campaign = $2 ORDER BY m.at, m.send",
                PARAMS(P_INT(contact), P_INT(campaign)), &query, err))
        return false;
    put_key(out, "mails");
    buf_char(out, '[');
    while ((ok = query_step(query, &row, err)) && row) {
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "send", arena_printf(r->arena, "%lld", (long long)query_int(query, 0)));
        put_text(out, "step", query_is_null(query, 1) ? STR_NONE : query_text(query, 1));
        put_int(out, "round", query_int(query, 2));
        put_int(out, "variant", query_int(query, 3));
        put_time(out, "at", query_int(query, 4));
        put_marks(query_int(query, 5), out);
        buf_char(out, '}');
    }
    query_end(query);
    buf_char(out, ']');
    return ok;
}

bool campaign_route_person(struct request *r, struct err *err)
{
    struct campaign c;
    struct person_row row;
    uint32_t contact;
    char uuid[UUID_SIZE];
    bool there;
    if (!campaign_read(data_store(request_data(r)), r->arena, request_param(r, "id"), &c, err) ||
            !owner_contact_named(r, request_param(r, "contact"), &contact, err) ||
            !person_read(data_store(request_data(r)), r->arena, c.number, contact, &there, &row, err))
        return false;
    buf_char(r->out, '{');
    put_text(r->out, "contact", contact_uuid(request_app(r), contact, uuid));
    put_key(r->out, "person");
    if (!there)
        buf_put(r->out, STR("null"));
    else if (!put_person(r, &row, r->out, err))
        return false;
    if (!put_record(r, c.number, contact, err) || !put_mails(r, c.number, contact, err))
        return false;
    buf_char(r->out, '}');
    return true;
}

static bool read_wanted(struct request *r, uint32_t **ret, uint32_t *ret_n, struct err *err)
{
    const struct json *list = json_get(r->json, STR("contacts"));
    struct str filter = json_get_str(r->json, STR("filter"));
    struct err why = {0};
    uint32_t n = 0;
    if (filter.n && list)
        return request_problem(r, 400, "filter", "Give contacts or a filter, not both");
    if (filter.n) {
        if (live_select(app_live(request_app(r)), filter, ret, ret_n, &why))
            return true;
        if (why.code == ERR_INPUT)
            return request_problem(r, 400, "filter", "%s", why.message);
        *err = why;
        return false;
    }
    for (const struct json *j = list ? list->child : NULL; j; j = j->next)
        n++;
    if (!n)
        return request_problem(r, 400, "contacts", "Name at least one contact, or give a filter");
    *ret = mem_alloc(n * sizeof **ret);
    *ret_n = n;
    n = 0;
    for (const struct json *j = list->child; j; j = j->next)
        if (!owner_contact_named(r, j->text, &(*ret)[n++], err)) {
            free(*ret);
            if (err->code == ERR_NOT_FOUND)
                request_problem(r, 400, "contacts", "There is no contact %.*s", STR_ARG(j->text));
            return false;
        }
    return true;
}

static bool enter_some(
        struct request *r, const uint32_t *contacts, uint32_t n, uint32_t *ret_entered, struct err *err)
{
    struct campaign c;
    struct definition d;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok =
            campaign_read(w->store, r->arena, request_param(r, "id"), &c, err) &&
            (str_eq(c.state, STR("running")) || str_eq(c.state, STR("paused")) ||
                    err_set(err, ERR_CONFLICT, "the campaign is %.*s: nobody comes in", STR_ARG(c.state))) &&
            campaign_definition(w->store, r->arena, &c, &d, err);
    for (uint32_t i = 0; ok && i < n; i++) {
        bool entered;
        ok = person_enter(w, &c, &d, contacts[i], "by hand", &entered, err);
        *ret_entered += ok && entered;
    }
    ok = ok && audit_write(w, request_principal(r), "campaign.enter", c.id, STR_NONE, STR_NONE, err);
    return writing_end(w, ok, err);
}

bool campaign_route_enter(struct request *r, struct err *err)
{
    uint32_t *contacts, n, entered = 0;
    bool ok = true;
    if (!read_wanted(r, &contacts, &n, err))
        return false;
    if (n > BY_HAND_MAX) {
        free(contacts);
        return request_problem(
                r, 400, "filter", "These are %u: at most %d may come in at once", n, BY_HAND_MAX);
    }
    for (uint32_t at = 0; ok && (at < n || !n); at += BY_HAND_AT_ONCE) {
        ok = enter_some(r, contacts + at, n - at > BY_HAND_AT_ONCE ? BY_HAND_AT_ONCE : n - at, &entered, err);
        if (!n)
            break;
    }
    free(contacts);
    if (!ok)
        return false;
    app_wake(request_app(r), "campaign");
    app_publish(request_app(r), "campaign", request_param(r, "id"));
    buf_char(r->out, '{');
    put_int(r->out, "entered", entered);
    put_int(r->out, "refused", n - entered);
    buf_char(r->out, '}');
    return true;
}

bool campaign_route_leave(struct request *r, struct err *err)
{
    struct campaign c;
    struct person_row row;
    struct writing *w;
    uint32_t contact;
    bool there;
    if (!owner_contact_named(r, request_param(r, "contact"), &contact, err) ||
            !writing_begin(request_app(r), &w, err))
        return false;
    bool ok = campaign_read(w->store, r->arena, request_param(r, "id"), &c, err) &&
              person_read(w->store, r->arena, c.number, contact, &there, &row, err) &&
              ((there && !str_eq(row.state, STR("left"))) ||
                      err_set(err, ERR_NOT_FOUND, "the contact is not in this campaign")) &&
              person_leave(w, &row, "by hand", err) &&
              audit_write(w, request_principal(r), "campaign.leave", c.id, STR_NONE, STR_NONE, err);
    return writing_end(w, ok, err);
}
