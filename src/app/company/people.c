// Who works where, in which part in buying.
#include "app/assignment/owner.h"
#include "app/company/routes.h"
#include "app/company/tables.h"
#include "app/listing.h"
#include "app/person/request.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/json_put.h"

#define COLUMNS "contact, company, role, evidence, by, at"

static void put_place(struct query *query, struct buf *out)
{
    put_text(out, "role", query_is_null(query, 2) ? STR_NONE : query_text(query, 2));
    put_text(out, "evidence", query_is_null(query, 3) ? STR_NONE : query_text(query, 3));
    put_text(out, "by", query_is_null(query, 4) ? STR_NONE : query_text(query, 4));
    put_time(out, "since", query_int(query, 5));
}

// Two identifiers of one contact may both lead here: the one that names the contact counts.
static bool counts(struct request *r, uint32_t identifier, uint32_t owner, bool *ret, struct err *err)
{
    int64_t there = 0;
    *ret = person_visible(r, owner);
    if (!*ret || identifier == owner)
        return true;
    if (!store_ask_number(data_store(request_data(r)), "SELECT 1 FROM company_contact WHERE contact = $1",
                PARAMS(P_INT(owner)), 0, &there, err))
        return false;
    *ret = !there;
    return true;
}

static void put_worker(struct request *r, uint32_t owner, struct query *query)
{
    struct buf name = {0};
    person_put(r, owner, &name);
    put_comma(r->out);
    // {"id":…} of a contact is {"contact":…} here.
    buf_put(r->out, STR("{\"contact\""));
    buf_put(r->out, str_sub(buf_str(&name), 5, name.n - 1));
    put_place(query, r->out);
    buf_char(r->out, '}');
    buf_free(&name);
}

bool company_people(struct request *r, struct err *err)
{
    struct query *query;
    struct store *store = data_store(request_data(r));
    struct str id = request_param(r, "id");
    unsigned limit, n = 0;
    bool row, ok;
    int64_t after, there, last = 0, next = 0;
    if (!listing_limit(r, &limit, err) || !person_cursor(r, 0, &after, err) ||
            !store_ask_number(
                    store, "SELECT 1 FROM company WHERE id = $1", PARAMS(P_TEXT(id)), 0, &there, err))
        return false;
    if (!there)
        return err_set(err, ERR_NOT_FOUND, "there is no such company");
    if (!store_ask(store,
                "SELECT " COLUMNS
                " FROM company_contact WHERE company = $1 AND contact > $2 ORDER BY contact",
                PARAMS(P_TEXT(id), P_INT(after)), &query, err))
        return false;
    buf_put(r->out, STR("{\"items\":["));
    while ((ok = query_step(query, &row, err)) && row) {
        uint32_t contact = (uint32_t)query_int(query, 0);
        uint32_t owner = live_owner(app_live(request_app(r)), contact);
        bool counted;
        if (n == limit) {
            next = last;
            break;
        }
        ok = counts(r, contact, owner, &counted, err);
        if (!ok)
            break;
        if (counted) {
            put_worker(r, owner, query);
            n++;
        }
        last = contact;
    }
    query_end(query);
    buf_put(r->out, STR("],\"next\":"));
    if (next)
        buf_printf(r->out, "\"%lld\"}", (long long)next);
    else
        buf_put(r->out, STR("null}"));
    return ok;
}

// The place of a contact: its own, else that of an identifier that was joined to it.
static bool put_employment(struct request *r, struct store *store, uint32_t contact, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_ask(store, "SELECT " COLUMNS " FROM company_contact WHERE contact = $1",
                PARAMS(P_INT(contact)), &query, err))
        return false;
    if (!query_step(query, &row, err)) {
        query_end(query);
        return false;
    }
    buf_put(r->out, STR("{\"company\":"));
    if (!row) {
        buf_put(r->out, STR("null,\"role\":null,\"evidence\":null,\"by\":null,\"since\":null}"));
        query_end(query);
        return true;
    }
    struct query *company;
    bool nowhere = !query_text(query, 1).n;
    if (nowhere)
        buf_put(r->out, STR("null"));
    bool ok = nowhere || store_ask_row(store, "SELECT " COMPANY_COLUMNS " FROM company WHERE id = $1",
                                 PARAMS(P_TEXT(query_text(query, 1))), "the company is gone", &company, err);
    if (ok && !nowhere) {
        company_put(company, r->out);
        query_end(company);
    }
    if (ok) {
        put_place(query, r->out);
        buf_char(r->out, '}');
    }
    query_end(query);
    return ok;
}

bool company_of_contact(struct request *r, struct err *err)
{
    uint32_t contact;
    return person_of_request(r, request_param(r, "id"), &contact, err) &&
           put_employment(r, data_store(request_data(r)), contact, err);
}

// What the body leaves out stays as it is.
static bool read_place(
        struct request *r, struct writing *w, uint32_t contact, struct company_place *ret, struct err *err)
{
    struct company_membership old;
    const struct json *company = json_get(r->json, STR("company")), *role = json_get(r->json, STR("role"));
    const struct principal *who = request_principal(r);
    int64_t there;
    if (!company_membership(w, contact, &old, err))
        return false;
    *ret = (struct company_place){.company = company ? company->text : old.company,
            .role = role ? role->text : old.role,
            .evidence = json_get_str(r->json, STR("evidence")),
            .by = who ? who->name : STR_NONE,
            .by_hand = true};
    if (company && company->kind == JSON_NULL)
        ret->company = STR_NONE;
    if (role && role->kind == JSON_NULL)
        ret->role = STR_NONE;
    if (!ret->company.n) {
        if (ret->role.n)
            return request_problem(
                    r, 409, "company", "say where the contact works, who has a part in buying");
        return true;
    }
    if (!store_ask_number(w->store, "SELECT 1 FROM company WHERE id = $1", PARAMS(P_TEXT(ret->company)), 0,
                &there, err))
        return false;
    return there || request_problem(r, 400, "company", "there is no such company");
}

static bool record(struct writing *w, uint32_t contact, const struct company_place *place, struct err *err)
{
    struct buf properties = {0};
    buf_char(&properties, '{');
    put_text(&properties, "company", place->company.n ? place->company : STR_NONE);
    put_text(&properties, "role", place->role.n ? place->role : STR_NONE);
    if (place->evidence.n)
        put_text(&properties, "evidence", place->evidence);
    if (place->by.n)
        put_text(&properties, "by", place->by);
    buf_char(&properties, '}');
    bool ok = assignment_record(w, contact, "contact.employed", buf_str(&properties), NULL, err);
    buf_free(&properties);
    return ok;
}

bool company_set_contact(struct request *r, struct err *err)
{
    struct writing *w;
    struct company_place place;
    uint32_t contact;
    char uuid[UUID_SIZE];
    if (!person_of_request(r, request_param(r, "id"), &contact, err) ||
            !writing_begin(request_app(r), &w, err))
        return false;
    bool ok = read_place(r, w, contact, &place, err) && company_move(w, contact, &place, err) &&
              record(w, contact, &place, err) && put_employment(r, w->store, contact, err) &&
              audit_write(w, request_principal(r), "contact.company",
                      contact_uuid(request_app(r), contact, uuid), STR_NONE, buf_str(r->out), err);
    ok = writing_end(w, ok, err);
    if (ok)
        app_publish(request_app(r), "contact", contact_uuid(request_app(r), contact, uuid));
    return ok;
}

bool company_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err)
{
    bool row = false, ok = true;
    for (unsigned i = 0; ok && !row && i < who->n_ids; i++) {
        struct query *query;
        if (!store_ask(data_store(reader),
                    "SELECT w.contact, c.name, w.role, w.evidence, w.by, w.at FROM company_contact w "
                    "JOIN company c ON c.id = w.company WHERE w.contact = $1",
                    PARAMS(P_INT(who->ids[i])), &query, err))
            return false;
        ok = query_step(query, &row, err);
        if (ok && row) {
            put_key(out, "company");
            buf_char(out, '{');
            put_text(out, "name", query_text(query, 1));
            put_place(query, out);
            buf_char(out, '}');
        }
        query_end(query);
    }
    if (ok && !row)
        put_raw(out, "company", STR_NONE);
    return ok;
}
