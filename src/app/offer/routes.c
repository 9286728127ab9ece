// /api/offers
#include "app/offer/private.h"

#include "app/assignment/owner.h"
#include "app/event/log.h"
#include "app/listing.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "base/json_put.h"
#include "base/vec.h"

#include <stdlib.h>

static bool put_campaigns(struct store *store, int64_t offer, struct buf *out, struct err *err)
{
    struct query *query;
    bool row, ok;
    put_key(out, "campaigns");
    buf_char(out, '[');
    if (!store_ask(store,
                "SELECT c.id, (SELECT count(*) FROM offer_send s WHERE s.offer = $1 AND s.campaign = "
                "n.campaign),"
                " (SELECT count(*) FROM offer_redeemed r WHERE r.offer = $1 AND r.campaign = n.campaign),"
                " (SELECT coalesce(sum(CAST(r.amount AS DOUBLE PRECISION)), 0) FROM offer_redeemed r WHERE"
                " r.offer = $1 AND r.campaign = n.campaign) FROM (SELECT campaign FROM offer_send WHERE "
                "offer ="
                " $1 UNION SELECT campaign FROM offer_redeemed WHERE offer = $1) AS n LEFT JOIN campaign c ON"
                " c.number = n.campaign ORDER BY n.campaign",
                PARAMS(P_INT(offer)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "campaign", query_is_null(query, 0) ? STR_NONE : query_text(query, 0));
        put_int(out, "sent", query_int(query, 1));
        put_int(out, "redeemed", query_int(query, 2));
        put_key(out, "amount");
        json_put_number(out, query_double(query, 3));
        buf_char(out, '}');
    }
    query_end(query);
    buf_char(out, ']');
    return ok;
}

static bool put_counts(struct store *store, int64_t offer, struct buf *out, struct err *err)
{
    static const struct {
        const char *name, *sql;
    } COUNTS[] = {
            {"codes", "SELECT count(*) FROM offer_code WHERE offer = $1"},
            {"free", "SELECT count(*) FROM offer_code WHERE offer = $1 AND contact IS NULL"},
            {"sent", "SELECT count(*) FROM offer_send WHERE offer = $1"},
            {"redeemed", "SELECT count(*) FROM offer_redeemed WHERE offer = $1"},
    };
    for (unsigned i = 0; i < sizeof COUNTS / sizeof *COUNTS; i++) {
        int64_t n;
        if (!store_ask_number(store, COUNTS[i].sql, PARAMS(P_INT(offer)), 0, &n, err))
            return false;
        put_int(out, COUNTS[i].name, n);
    }
    return true;
}

static void put_plain(const void *thing, struct buf *out)
{
    const struct offer *o = thing;
    buf_char(out, '{');
    put_text(out, "id", o->id);
    put_text(out, "name", o->name);
    put_text(out, "text", o->text);
    put_text(out, "kind", o->kind);
    put_text(out, "code", o->code);
    put_flag(out, "makes", o->makes);
    put_time(out, "ends", o->ends);
    put_int(out, "version", o->version);
    put_time(out, "created", o->created);
    put_time(out, "changed", o->changed);
    buf_char(out, '}');
}

static bool put(struct store *store, const struct offer *offer, struct buf *out, struct err *err)
{
    put_plain(offer, out);
    out->n--; // open again
    bool ok = put_counts(store, offer->number, out, err) && put_campaigns(store, offer->number, out, err);
    buf_char(out, '}');
    return ok;
}

static bool answer(struct request *r, struct str id, struct err *err)
{
    struct offer offer;
    if (!offer_read(data_store(request_data(r)), r->arena, id, &offer, err))
        return false;
    response_etag(r, offer.version);
    return put(data_store(request_data(r)), &offer, r->out, err);
}

bool offer_route_list(struct request *r, struct err *err)
{
    struct listing *list;
    struct query *query;
    struct store *store = data_store(request_data(r));
    VEC(struct offer) offers = {0};
    bool row, ok;
    if (!listing_new(r, "name", &list, err) ||
            !store_query(
                    store, "SELECT " OFFER_COLUMNS " FROM offer ORDER BY number LIMIT 1000", &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        vec_push(&offers, offer_decode(query, r->arena));
    query_end(query);
    for (size_t i = 0; ok && i < offers.n; i++) {
        struct buf item = {0};
        ok = put(store, &offers.v[i], &item, err);
        if (ok)
            listing_add(list, offers.v[i].id, buf_str(&item));
        buf_free(&item);
    }
    vec_free(&offers);
    return ok && listing_end(list, err);
}

bool offer_route_get(struct request *r, struct err *err)
{
    return answer(r, request_param(r, "id"), err);
}

// What the body says over what the offer says.
static bool change(struct request *r, struct offer *offer)
{
    const struct json *ends = json_get(r->json, STR("ends")), *makes = json_get(r->json, STR("makes")),
                      *text = json_get(r->json, STR("text")), *name = json_get(r->json, STR("name"));
    offer->name = name ? str_trim(name->text) : offer->name;
    offer->text = text ? text->text : offer->text;
    offer->makes = makes ? makes->kind == JSON_TRUE : offer->makes;
    if (ends)
        offer->ends = 0;
    if (ends && ends->kind == JSON_STRING && !datetime_parse(ends->text, &offer->ends))
        return request_problem(r, 400, "ends", "a time like 2026-03-01T10:00:00Z is expected");
    return offer->name.n || request_problem(r, 400, "name", "Say what people call it");
}

static bool check_code(struct request *r, struct offer *offer)
{
    struct str given = json_get_str(r->json, STR("code"));
    struct err why = {0};
    offer->code = STR("");
    if (!given.n)
        return !str_eq(offer->kind, STR("shared")) ||
               request_problem(r, 400, "code", "A shared offer needs its code");
    return code_normal(r->arena, given, &offer->code, &why) ||
           request_problem(r, 400, "code", "%s", why.message);
}

static bool insert(struct request *r, struct writing *w, struct offer *o, struct err *err)
{
    int64_t n;
    bool new = true;
    return store_number(w->store, "SELECT count(*) FROM offer", 0, &n, err) &&
           (n < OFFERS_MAX || err_set(err, ERR_CONFLICT, "there are %d offers already", OFFERS_MAX)) &&
           store_ask_number(w->store,
                   "INSERT INTO offer (id, name, text, kind, code, makes, ends, version, created, changed)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8) RETURNING number",
                   PARAMS(P_TEXT(o->id), P_TEXT(o->name), P_TEXT(o->text), P_TEXT(o->kind), P_TEXT(o->code),
                           P_INT(o->makes), P_INT(o->ends), P_INT(w->now)),
                   0, &o->number, err) &&
           (!str_eq(o->kind, STR("shared")) || code_insert(w, o->number, o->code, &new, err)) &&
           (new || request_problem(r, 400, "code", "Another offer has this code")) &&
           store_do(w->store,
                   "INSERT INTO offer_position (name, event) VALUES ('log', $1) ON CONFLICT DO NOTHING",
                   PARAMS(P_INT(log_last(w->log))), err);
}

bool offer_route_create(struct request *r, struct err *err)
{
    struct offer o = {
            .text = STR(""), .makes = true, .version = 1, .kind = json_get_str(r->json, STR("kind"))};
    struct writing *w;
    char id[UUID_SIZE];
    if (!change(r, &o) || !check_code(r, &o) || !writing_begin(request_app(r), &w, err))
        return false;
    o.id = uuid_v7(app_now_ms(w->app), id);
    o.created = o.changed = w->now;
    if (!writing_end(w,
                insert(r, w, &o, err) &&
                        audit_change(w, request_principal(r), "offer.create", o.id, put_plain, NULL, &o, err),
                err))
        return false;
    app_publish(request_app(r), "offer", o.id);
    return answer(r, o.id, err);
}

bool offer_route_patch(struct request *r, struct err *err)
{
    struct offer before, o;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = offer_read(w->store, r->arena, request_param(r, "id"), &before, err) &&
              request_matches(r, before.version, err);
    o = ok ? before : (struct offer){0};
    o.version++;
    o.changed = w->now;
    ok = ok && change(r, &o) &&
         store_do(w->store,
                 "UPDATE offer SET name = $2, text = $3, makes = $4, ends = $5, version = $6, changed = $7 "
                 "WHERE"
                 " number = $1",
                 PARAMS(P_INT(o.number), P_TEXT(o.name), P_TEXT(o.text), P_INT(o.makes), P_INT(o.ends),
                         P_INT(o.version), P_INT(o.changed)),
                 err) &&
         audit_change(w, request_principal(r), "offer.update", o.id, put_plain, &before, &o, err);
    if (!writing_end(w, ok, err))
        return false;
    app_publish(request_app(r), "offer", o.id);
    return answer(r, o.id, err);
}

bool offer_route_delete(struct request *r, struct err *err)
{
    struct offer o;
    struct writing *w;
    int64_t promised;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok =
            offer_read(w->store, r->arena, request_param(r, "id"), &o, err) &&
            request_matches(r, o.version, err) &&
            store_ask_number(w->store, "SELECT count(*) FROM offer_send WHERE offer = $1",
                    PARAMS(P_INT(o.number)), 0, &promised, err) &&
            (!promised || err_set(err, ERR_CONFLICT, "mails have promised it: let it end instead")) &&
            store_do(w->store, "DELETE FROM offer_code WHERE offer = $1", PARAMS(P_INT(o.number)), err) &&
            store_do(w->store, "DELETE FROM offer_redeemed WHERE offer = $1", PARAMS(P_INT(o.number)), err) &&
            store_do(w->store, "DELETE FROM offer WHERE number = $1", PARAMS(P_INT(o.number)), err) &&
            audit_change(w, request_principal(r), "offer.delete", o.id, put_plain, &o, NULL, err);
    if (!writing_end(w, ok, err))
        return false;
    app_publish(request_app(r), "offer", o.id);
    return true;
}

bool offer_route_codes(struct request *r, struct err *err)
{
    struct offer o;
    struct query *query;
    struct str after = request_query(r, "after"), next = STR_NONE;
    char uuid[UUID_SIZE];
    unsigned limit, n = 0;
    bool row, ok;
    if (!listing_limit(r, &limit, err) ||
            !offer_read(data_store(request_data(r)), r->arena, request_param(r, "id"), &o, err) ||
            !store_ask(data_store(request_data(r)),
                    "SELECT c.code, c.contact, c.at, (SELECT min(r.at) FROM offer_redeemed r WHERE r.code ="
                    " c.code) FROM offer_code c WHERE c.offer = $1 AND c.code > $2 ORDER BY c.code LIMIT $3",
                    PARAMS(P_INT(o.number), P_TEXT(after.p ? after : STR("")), P_INT(limit + 1)), &query,
                    err))
        return false;
    buf_put(r->out, STR("{\"items\":["));
    while ((ok = query_step(query, &row, err)) && row && n++ < limit) {
        uint32_t contact = (uint32_t)query_int(query, 1);
        put_comma(r->out);
        buf_char(r->out, '{');
        put_text(r->out, "code", query_text(query, 0));
        put_text(r->out, "contact",
                contact ? contact_uuid(request_app(r), live_owner(app_live(request_app(r)), contact), uuid)
                        : STR_NONE);
        put_time(r->out, "reserved", query_int(query, 2));
        put_time(r->out, "redeemed", query_int(query, 3));
        buf_char(r->out, '}');
        next = n == limit ? arena_str(r->arena, query_text(query, 0)) : next;
    }
    query_end(query);
    buf_char(r->out, ']');
    put_text(r->out, "next", ok && row ? next : STR_NONE);
    buf_char(r->out, '}');
    return ok;
}

static bool add_given(
        struct request *r, struct writing *w, const struct offer *o, int64_t counts[2], struct err *err)
{
    const struct json *list = json_get(r->json, STR("codes"));
    for (const struct json *j = list ? list->child : NULL; j; j = j->next) {
        struct str code;
        struct err why = {0};
        bool new;
        if (!code_normal(r->arena, j->text, &code, &why))
            return request_problem(r, 400, "codes", "%.*s: %s", STR_ARG(j->text), why.message);
        if (!code_insert(w, o->number, code, &new, err))
            return false;
        counts[!new]++;
    }
    return true;
}

static bool add_made(
        struct writing *w, const struct offer *o, int64_t count, int64_t counts[2], struct err *err)
{
    while (counts[0] < count) {
        bool new;
        if (!code_insert(w, o->number, code_made(w->arena, o->code), &new, err))
            return false;
        counts[0] += new;
    }
    return true;
}

bool offer_route_add_codes(struct request *r, struct err *err)
{
    const struct json *given = json_get(r->json, STR("count"));
    struct offer o;
    struct writing *w;
    double count = 0;
    int64_t counts[2] = {0, 0}; // added, there
    if (given)
        json_number(given->text, &count);
    if (count < 0 || count > CODES_AT_ONCE)
        return request_problem(r, 400, "count", "0 to %d codes at once", CODES_AT_ONCE);
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = offer_read(w->store, r->arena, request_param(r, "id"), &o, err) &&
              (!str_eq(o.kind, STR("shared")) ||
                      err_set(err, ERR_CONFLICT, "a shared offer has one code for everybody")) &&
              add_given(r, w, &o, counts, err) && add_made(w, &o, (int64_t)count + counts[0], counts, err) &&
              audit_write(w, request_principal(r), "offer.codes", o.id, STR_NONE, STR_NONE, err);
    if (!writing_end(w, ok, err))
        return false;
    app_publish(request_app(r), "offer", o.id);
    buf_char(r->out, '{');
    put_int(r->out, "added", counts[0]);
    put_int(r->out, "there", counts[1]);
    buf_char(r->out, '}');
    return true;
}

// coupon.redeemed in the contact's history.
static bool record(struct writing *w, const struct redemption *red, struct err *err)
{
    struct buf properties = {0};
    if (!red->contact)
        return true;
    buf_char(&properties, '{');
    put_text(&properties, "code", red->code);
    put_text(&properties, "offer", red->offer_id);
    if (red->amount.n)
        put_raw(&properties, "value", red->amount);
    buf_char(&properties, '}');
    bool ok = assignment_record(w, red->contact, "coupon.redeemed", buf_str(&properties), NULL, err);
    buf_free(&properties);
    return ok;
}

bool offer_route_redeem(struct request *r, struct err *err)
{
    const struct json *amount = json_get(r->json, STR("amount"));
    struct str contact = json_get_str(r->json, STR("contact"));
    struct redemption red = {.amount = amount ? amount->text : STR_NONE, .at = r->now};
    struct offer o;
    struct err why = {0};
    struct writing *w;
    char uuid[UUID_SIZE];
    if (!code_normal(r->arena, json_get_str(r->json, STR("code")), &red.code, &why))
        return request_problem(r, 400, "code", "%s", why.message);
    if (contact.n && !owner_contact_named(r, contact, &red.contact, err))
        return false;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = redeem(w, &red, err) && (!red.late || err_set(err, ERR_CONFLICT, "the offer has ended")) &&
              record(w, &red, err) &&
              audit_write(w, request_principal(r), "offer.redeem", red.offer_id, STR_NONE, STR_NONE, err);
    red.offer_id = ok ? arena_str(r->arena, red.offer_id) : STR_NONE;
    if (!writing_end(w, ok, err) || !offer_read(data_store(request_data(r)), r->arena, red.offer_id, &o, err))
        return false;
    app_publish(request_app(r), "offer", o.id);
    buf_char(r->out, '{');
    put_text(r->out, "offer", o.id);
    put_text(r->out, "text", o.text);
    put_text(r->out, "code", red.code);
    put_text(r->out, "contact", red.contact ? contact_uuid(request_app(r), red.contact, uuid) : STR_NONE);
    put_flag(r->out, "late", red.late);
    buf_char(r->out, '}');
    return true;
}
