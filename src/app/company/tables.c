#include "app/company/tables.h"

#include "app/person/normal.h"
#include "base/random.h"

static const char *const VERSIONS[] = {
        // name_key: by which a company without a domain is found again. contacts: how many memberships lead
        // here. by_hand: which members a person has set (enum company_field, or-ed): the log does not change
        // them any more.
        "CREATE TABLE company(id TEXT NOT NULL, domain TEXT, name TEXT NOT NULL, name_key TEXT NOT NULL,"
        " industry TEXT, employees {int}, country TEXT, contacts {int} NOT NULL, created {int} NOT NULL,"
        " changed {int} NOT NULL, version {int} NOT NULL, by_hand {int} NOT NULL, PRIMARY KEY (id)) {keyed};"
        "CREATE UNIQUE INDEX company_domain ON company (domain);"
        "CREATE INDEX company_name ON company (name_key, id);"
        "CREATE INDEX company_contacts ON company (contacts, id);"
        // contact: an identifier's number.
        "CREATE TABLE company_contact(contact {int} NOT NULL, company TEXT NOT NULL, role TEXT, evidence "
        "TEXT,"
        " by TEXT, at {int} NOT NULL, by_hand {int} NOT NULL, PRIMARY KEY (contact)) {keyed};"
        "CREATE INDEX company_contact_company ON company_contact (company, contact);",
};

const struct migration COMPANY_MIGRATION = {"company", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

static bool find(struct writing *w, const char *sql, struct str value, struct str *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_ask(w->store, sql, PARAMS(P_TEXT(value)), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok)
        *ret = row ? arena_str(w->arena, query_text(query, 0)) : STR_NONE;
    query_end(query);
    return ok;
}

bool company_by_domain(struct writing *w, struct str domain, struct str *ret, struct err *err)
{
    return find(w, "SELECT id FROM company WHERE domain = $1", domain, ret, err);
}

bool company_new(struct writing *w, const struct company_hint *hint, struct str *ret, struct err *err)
{
    char id[UUID_SIZE];
    struct str name = hint->name.n ? hint->name : hint->domain, key;
    if (!normal_name(w->arena, name, &key))
        return err_set(err, ERR_INPUT, "a company's name has 1 to %d bytes", NORMAL_MAX);
    int64_t ms = w->app ? app_now_ms(w->app) : w->now * 1000;
    *ret = arena_str(w->arena, uuid_v7(ms, id));
    return store_do(w->store,
            "INSERT INTO company (id, domain, name, name_key, industry, employees, country, contacts, "
            "created,"
            " changed, version, by_hand) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $8, 1, 0)",
            PARAMS(P_TEXT(*ret), P_FILLED(hint->domain), P_TEXT(name), P_TEXT(key), P_FILLED(hint->industry),
                    hint->employees > 0 ? P_INT(hint->employees) : P_NULL, P_FILLED(hint->country),
                    P_INT(w->now)),
            err);
}

// The company of that domain; without one, any of that name.
static bool find_or_make(struct writing *w, const struct company_hint *hint, struct str *ret, struct err *err)
{
    struct str key;
    if (hint->domain.n) {
        if (!company_by_domain(w, hint->domain, ret, err))
            return false;
    } else {
        if (!normal_name(w->arena, hint->name, &key)) {
            *ret = STR_NONE;
            return true;
        }
        if (!find(w, "SELECT id FROM company WHERE name_key = $1 ORDER BY id LIMIT 1", key, ret, err))
            return false;
    }
    return ret->n || company_new(w, hint, ret, err);
}

// A value takes an empty place, and any that no person has filled if the message is about the company.
static bool takes(const struct company_hint *hint, bool there, int64_t by_hand, enum company_field field)
{
    return !(by_hand & field) && (!there || hint->group);
}

static bool update(struct writing *w, struct str id, const struct company_hint *hint, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_ask(w->store,
                "SELECT domain, name, industry, employees, country, by_hand FROM company WHERE id = $1",
                PARAMS(P_TEXT(id)), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (!ok || !row) {
        query_end(query);
        return ok;
    }
    int64_t by_hand = query_int(query, 5), old_employees = query_int(query, 3);
    bool unnamed = str_eq(query_text(query, 0), query_text(query, 1));
    struct str old_name = arena_str(w->arena, query_text(query, 1)),
               old_industry = arena_str(w->arena, query_text(query, 2)),
               old_country = arena_str(w->arena, query_text(query, 4)), name = old_name,
               industry = old_industry, country = old_country, key;
    int64_t employees = old_employees;
    query_end(query);
    if (hint->name.n && takes(hint, !unnamed, by_hand, COMPANY_NAME) &&
            normal_name(w->arena, hint->name, &key))
        name = hint->name;
    if (hint->industry.n && takes(hint, old_industry.n > 0, by_hand, COMPANY_INDUSTRY))
        industry = hint->industry;
    if (hint->country.n && takes(hint, old_country.n > 0, by_hand, COMPANY_COUNTRY))
        country = hint->country;
    if (hint->employees > 0 && takes(hint, old_employees > 0, by_hand, COMPANY_EMPLOYEES))
        employees = hint->employees;
    if (str_eq(name, old_name) && str_eq(industry, old_industry) && str_eq(country, old_country) &&
            employees == old_employees)
        return true;
    return normal_name(w->arena, name, &key) &&
           store_do(w->store,
                   "UPDATE company SET name = $2, name_key = $3, industry = $4, employees = $5, country = $6,"
                   " changed = $7, version = version + 1 WHERE id = $1",
                   PARAMS(P_TEXT(id), P_TEXT(name), P_TEXT(key), P_FILLED(industry),
                           employees > 0 ? P_INT(employees) : P_NULL, P_FILLED(country), P_INT(w->now)),
                   err);
}

static bool count(struct writing *w, struct str company, int change, struct err *err)
{
    return store_do(w->store, "UPDATE company SET contacts = contacts + $2 WHERE id = $1",
            PARAMS(P_TEXT(company), P_INT(change)), err);
}

bool company_membership(struct writing *w, int64_t contact, struct company_membership *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_ask(w->store, "SELECT company, role, by_hand FROM company_contact WHERE contact = $1",
                PARAMS(P_INT(contact)), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok) {
        *ret = (struct company_membership){0};
        if (row)
            *ret = (struct company_membership){.company = arena_str(w->arena, query_text(query, 0)),
                    .role = arena_str(w->arena, query_text(query, 1)),
                    .by_hand = query_int(query, 2) != 0};
    }
    query_end(query);
    return ok;
}

bool company_move(struct writing *w, int64_t contact, const struct company_place *place, struct err *err)
{
    struct company_membership old;
    if (!company_membership(w, contact, &old, err))
        return false;
    bool same = str_eq(old.company, place->company);
    if (old.company.n && !same && !count(w, old.company, -1, err))
        return false;
    // Who works nowhere by a person's word is kept as that.
    if (!place->company.n && !place->by_hand)
        return store_do(
                w->store, "DELETE FROM company_contact WHERE contact = $1", PARAMS(P_INT(contact)), err);
    if (place->company.n && !same && !count(w, place->company, 1, err))
        return false;
    return store_do(w->store,
            "INSERT INTO company_contact (contact, company, role, evidence, by, at, by_hand) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (contact) DO UPDATE SET "
            "company = excluded.company, role = excluded.role, evidence = excluded.evidence,"
            " by = excluded.by, at = excluded.at, by_hand = excluded.by_hand",
            PARAMS(P_INT(contact), P_TEXT(place->company), P_FILLED(place->role), P_FILLED(place->evidence),
                    P_FILLED(place->by), P_INT(w->now), P_INT(place->by_hand)),
            err);
}

bool company_note(
        struct writing *w, int64_t contact, const struct company_hint *hint, int64_t time, struct err *err)
{
    struct company_membership old;
    struct str id;
    (void)time;
    if ((!hint->domain.n && !hint->name.n) || hint->name.n > NORMAL_MAX)
        return true;
    if (!company_membership(w, contact, &old, err))
        return false;
    if (!old.company.n && old.by_hand)
        return true;
    // A name without a domain says more about the company that is known already.
    if (old.company.n && (old.by_hand || !hint->domain.n))
        return update(w, old.company, hint, err);
    if (!find_or_make(w, hint, &id, err))
        return false;
    if (!id.n)
        return true;
    if (!str_eq(id, old.company) &&
            !company_move(w, contact, &(struct company_place){.company = id, .role = old.role}, err))
        return false;
    return update(w, id, hint, err);
}

// A company that nobody else works at, and that no person has described, goes with its last contact.
static bool leave(struct writing *w, int64_t contact, struct str company, struct err *err)
{
    return company_move(w, contact, &(struct company_place){0}, err) &&
           store_do(w->store, "DELETE FROM company WHERE id = $1 AND contacts <= 0 AND by_hand = 0",
                   PARAMS(P_TEXT(company)), err);
}

bool company_forget(struct writing *w, int64_t contact, struct err *err)
{
    struct company_membership old;
    return company_membership(w, contact, &old, err) &&
           (!old.company.n || old.by_hand || leave(w, contact, old.company, err));
}

// Also what somebody set: the company may be the person itself.
bool company_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    (void)folder;
    for (unsigned i = 0; i < who->n_ids; i++) {
        struct company_membership old;
        if (!company_membership(w, who->ids[i], &old, err) ||
                ((old.company.n || old.by_hand) && !leave(w, who->ids[i], old.company, err)))
            return false;
    }
    return true;
}
