// Companies as people say them.
#include "app/company/routes.h"
#include "app/company/tables.h"
#include "app/person/normal.h"
#include "app/user/principal.h"
#include "base/json_put.h"

static bool end_writing(struct writing *w, bool ok, struct err *err)
{
    return writing_end(w, ok, err);
}

static bool whole_number(struct request *r, const struct json *json, int64_t *ret, struct err *err)
{
    double number;
    *ret = 0;
    if (!json || json->kind == JSON_NULL)
        return true;
    if (!json_number(json->text, &number) || number < 1 || number > 1e9) {
        err_set(err, ERR_INPUT, "employees must be 1 to 1,000,000,000");
        return request_problem(r, 400, "employees", "must be 1 to 1,000,000,000");
    }
    *ret = (int64_t)number;
    return true;
}

static bool read_new(struct request *r, struct company_hint *ret, struct err *err)
{
    struct str domain = json_get_str(r->json, STR("domain"));
    *ret = (struct company_hint){.name = str_trim(json_get_str(r->json, STR("name"))),
            .industry = str_trim(json_get_str(r->json, STR("industry"))),
            .country = str_trim(json_get_str(r->json, STR("country")))};
    if (domain.n) {
        ret->domain = normal_site_domain(r->arena, domain);
        if (!ret->domain.n)
            return request_problem(r, 400, "domain",
                    "must be a company's own domain, like acme.com, and not one where anybody has a mailbox");
    }
    if (!ret->domain.n && !ret->name.n)
        return request_problem(r, 400, "name", "a domain or a name must be there");
    return whole_number(r, json_get(r->json, STR("employees")), &ret->employees, err);
}

static int64_t fields_of(const struct company_hint *hint)
{
    return (hint->name.n ? COMPANY_NAME : 0) | (hint->industry.n ? COMPANY_INDUSTRY : 0) |
           (hint->employees ? COMPANY_EMPLOYEES : 0) | (hint->country.n ? COMPANY_COUNTRY : 0);
}

static bool add(struct request *r, struct writing *w, const struct company_hint *hint, struct err *err)
{
    struct str there = STR_NONE, id;
    if (hint->domain.n && !company_by_domain(w, hint->domain, &there, err))
        return false;
    if (there.n)
        return request_problem(r, 409, "domain", "the company %.*s has it", STR_ARG(there));
    // Made by a person, it stays although nobody works there yet.
    return company_new(w, hint, &id, err) &&
           store_do(w->store, "UPDATE company SET by_hand = $2 WHERE id = $1",
                   PARAMS(P_TEXT(id), P_INT(fields_of(hint) | COMPANY_MADE)), err) &&
           company_put_one(r, w->store, id, NULL, err) &&
           audit_write(w, request_principal(r), "company.add", id, STR_NONE, buf_str(r->out), err);
}

bool company_add(struct request *r, struct err *err)
{
    struct company_hint hint;
    struct writing *w;
    if (!read_new(r, &hint, err) || !writing_begin(request_app(r), &w, err))
        return false;
    return end_writing(w, add(r, w, &hint, err), err);
}

bool company_get(struct request *r, struct err *err)
{
    return company_put_one(r, data_store(request_data(r)), request_param(r, "id"), NULL, err);
}

// One member of the body, where it is there.
static bool set_text(struct writing *w, struct str id, const struct json *value, const char *sql,
        enum company_field field, struct err *err)
{
    struct str text = value ? str_trim(value->kind == JSON_STRING ? value->text : STR_NONE) : STR_NONE;
    return !value || store_do(w->store, sql, PARAMS(P_TEXT(id), P_FILLED(text), P_INT(field)), err);
}

static bool set_name(struct request *r, struct writing *w, struct str id, struct err *err)
{
    struct str name = str_trim(json_get_str(r->json, STR("name"))), key;
    if (!json_get(r->json, STR("name")))
        return true;
    if (!name.n || !normal_name(w->arena, name, &key))
        return request_problem(r, 400, "name", "must not be empty");
    return store_do(w->store,
            "UPDATE company SET name = $2, name_key = $3, by_hand = by_hand | $4 WHERE id = $1",
            PARAMS(P_TEXT(id), P_TEXT(name), P_TEXT(key), P_INT(COMPANY_NAME)), err);
}

static bool set_employees(struct request *r, struct writing *w, struct str id, struct err *err)
{
    const struct json *value = json_get(r->json, STR("employees"));
    int64_t employees;
    if (!value)
        return true;
    return whole_number(r, value, &employees, err) &&
           store_do(w->store, "UPDATE company SET employees = $2, by_hand = by_hand | $3 WHERE id = $1",
                   PARAMS(P_TEXT(id), employees ? P_INT(employees) : P_NULL, P_INT(COMPANY_EMPLOYEES)), err);
}

static bool change(struct request *r, struct writing *w, struct str id, struct err *err)
{
    int64_t version;
    if (!company_put_one(r, w->store, id, &version, err) || !request_matches(r, version, err))
        return false;
    struct str before = arena_str(r->arena, buf_str(r->out));
    r->out->n = 0;
    return set_name(r, w, id, err) &&
           set_text(w, id, json_get(r->json, STR("industry")),
                   "UPDATE company SET industry = $2, by_hand = by_hand | $3 WHERE id = $1", COMPANY_INDUSTRY,
                   err) &&
           set_text(w, id, json_get(r->json, STR("country")),
                   "UPDATE company SET country = $2, by_hand = by_hand | $3 WHERE id = $1", COMPANY_COUNTRY,
                   err) &&
           set_employees(r, w, id, err) &&
           store_do(w->store, "UPDATE company SET changed = $2, version = version + 1 WHERE id = $1",
                   PARAMS(P_TEXT(id), P_INT(w->now)), err) &&
           company_put_one(r, w->store, id, NULL, err) &&
           audit_write(w, request_principal(r), "company.change", id, before, buf_str(r->out), err);
}

bool company_change(struct request *r, struct err *err)
{
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    return end_writing(w, change(r, w, request_param(r, "id"), err), err);
}
