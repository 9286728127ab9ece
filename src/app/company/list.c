// The list of companies: paged by an index, filtered row by row.
#include "app/company/routes.h"
#include "app/company/tables.h"
#include "app/listing.h"
#include "base/datetime.h"
#include "base/json_put.h"
#include "base/random.h"
#include "rules/model.h"

#include <stdio.h>

enum { LOOKED_AT = 200000 /* rows for a page */, UUID_TEXT = UUID_SIZE - 1 };

// The rows behind a cursor (the value of the sorted column and the id) in an order that has an index.
struct order {
    const char *name, *from_start, *behind;
    bool number; // the sorted column is one
    bool by_id;  // the id alone
};

#define SELECT "SELECT " COMPANY_COLUMNS " FROM company "

static const struct order ORDERS[] = {
        {"-contacts", SELECT "ORDER BY contacts DESC, id DESC",
                SELECT "WHERE (contacts, id) < ($1, $2) ORDER BY contacts DESC, id DESC", true, false},
        {"contacts", SELECT "ORDER BY contacts, id",
                SELECT "WHERE (contacts, id) > ($1, $2) ORDER BY contacts, id", true, false},
        {"name", SELECT "ORDER BY name_key, id",
                SELECT "WHERE (name_key, id) > ($1, $2) ORDER BY name_key, id", false, false},
        {"-name", SELECT "ORDER BY name_key DESC, id DESC",
                SELECT "WHERE (name_key, id) < ($1, $2) ORDER BY name_key DESC, id DESC", false, false},
        // The ids ascend by time.
        {"created", SELECT "ORDER BY id", SELECT "WHERE id > $1 ORDER BY id", false, true},
        {"-created", SELECT "ORDER BY id DESC", SELECT "WHERE id < $1 ORDER BY id DESC", false, true},
};

struct filter {
    const struct cond *cond; // NULL: everything
    struct str *props;
    uint32_t n_props;
    unsigned *column; // [n_props] of COMPANY_COLUMNS
};

static bool read_filter(struct request *r, struct filter *ret, struct err *err)
{
    struct str text = request_query(r, "filter");
    if (!text.n)
        return true;
    struct diagnostics *d = diagnostics_new(r->arena);
    ret->cond = cond_compile(r->arena, text, &ret->props, &ret->n_props, d);
    const struct diagnostic *first = d->list.n ? &d->list.v[0] : NULL;
    if (ret->cond)
        return true;
    err_set(err, ERR_INPUT, "filter is no condition");
    return first ? request_problem(
                           r, 400, "filter", "column %u: %.*s", first->column, STR_ARG(first->message))
                 : request_problem(r, 400, "filter", "is no condition");
}

void company_put(struct query *query, struct buf *out)
{
    static const char *const TEXTS[] = {"id", "domain", "name", "industry", NULL, "country"};
    buf_char(out, '{');
    for (unsigned i = 0; i < 6; i++) {
        if (TEXTS[i]) {
            put_text(out, TEXTS[i], query_is_null(query, i) ? STR_NONE : query_text(query, i));
            continue;
        }
        put_key(out, "employees");
        if (query_is_null(query, i))
            buf_put(out, STR("null"));
        else
            buf_int(out, query_int(query, i));
    }
    put_int(out, "contacts", query_int(query, 6));
    put_time(out, "created", query_int(query, 7));
    put_time(out, "changed", query_int(query, 8));
    buf_char(out, '}');
}

struct look_up {
    const struct filter *filter;
    struct query *query;
    struct value value;
    char text[DATETIME_SIZE];
};

// Straight from the row: most rows do not fit, and need not become JSON.
static const struct value *look_up(void *ctx, unsigned prop)
{
    struct look_up *look = ctx;
    unsigned column = look->filter->column[prop];
    if (query_is_null(look->query, column))
        return NULL;
    switch (column) {
    case COMPANY_AT_EMPLOYEES:
    case COMPANY_AT_CONTACTS: {
        int n = snprintf(look->text, sizeof look->text, "%lld", (long long)query_int(look->query, column));
        look->value = (struct value){JSON_NUMBER, {look->text, (size_t)n}};
        break;
    }
    case COMPANY_AT_CREATED:
    case COMPANY_AT_CHANGED:
        look->value =
                (struct value){JSON_STRING, datetime_format(query_int(look->query, column), look->text)};
        break;
    default:
        look->value = (struct value){JSON_STRING, query_text(look->query, column)};
    }
    return &look->value;
}

static bool fits(const struct filter *filter, struct query *query)
{
    struct look_up look = {.filter = filter, .query = query};
    return !filter->cond || cond_holds(filter->cond, look_up, &look);
}

// A mistyped member would quietly find nothing.
static bool find_columns(struct request *r, struct filter *filter, struct err *err)
{
    static const char *const MEMBERS[] = {
            "id", "domain", "name", "industry", "employees", "country", "contacts", "created", "changed"};
    enum { MEMBERS_N = sizeof MEMBERS / sizeof *MEMBERS };
    filter->column = ARENA_ARRAY(r->arena, unsigned, filter->n_props);
    for (uint32_t i = 0; i < filter->n_props; i++) {
        unsigned at = 0;
        while (at < MEMBERS_N && !str_eq(filter->props[i], str_of(MEMBERS[at])))
            at++;
        filter->column[i] = at;
        if (at == MEMBERS_N) {
            err_set(err, ERR_INPUT, "companies have no such member");
            return request_problem(
                    r, 400, "filter", "companies have no member '%.*s'", STR_ARG(filter->props[i]));
        }
    }
    return true;
}

static bool ask(struct request *r, const struct order *order, struct query **ret, struct err *err)
{
    struct store *store = data_store(request_data(r));
    struct str after = request_query(r, "after");
    double number = 0;
    if (!after.n)
        return store_query(store, order->from_start, ret, err);
    struct str id = after.n >= UUID_TEXT ? str_sub(after, 0, UUID_TEXT) : STR_NONE;
    struct str value = id.n ? str_sub(after, UUID_TEXT, after.n) : STR_NONE;
    if (!id.n || !uuid_valid(id) || (order->number && !json_number(value, &number))) {
        err_set(err, ERR_INPUT, "after is no cursor");
        return request_problem(r, 400, "after", "is no `next` of a page before");
    }
    if (order->by_id)
        return store_ask(store, order->behind, PARAMS(P_TEXT(id)), ret, err);
    return store_ask(store, order->behind, PARAMS(order->number ? P_INT(number) : P_TEXT(value), P_TEXT(id)),
            ret, err);
}

static struct str cursor_of(struct request *r, const struct order *order, struct query *query)
{
    struct str id = query_text(query, 0), name = query_text(query, COMPANY_NAME_KEY);
    if (order->number)
        return arena_printf(r->arena, "%.*s%lld", STR_ARG(id), (long long)query_int(query, 6));
    return arena_printf(r->arena, "%.*s%.*s", STR_ARG(id), STR_ARG(name));
}

static bool put_page(struct request *r, const struct order *order, const struct filter *filter,
        unsigned limit, struct err *err)
{
    struct query *query;
    bool row, ok;
    unsigned n = 0, looked = 0;
    struct str last = STR_NONE, next = STR_NONE;
    if (!ask(r, order, &query, err))
        return false;
    buf_put(r->out, STR("{\"items\":["));
    while ((ok = query_step(query, &row, err)) && row) {
        if (n == limit || looked == LOOKED_AT) {
            next = last;
            break;
        }
        if (fits(filter, query)) {
            put_comma(r->out);
            company_put(query, r->out);
            n++;
        }
        if (n == limit || ++looked == LOOKED_AT)
            last = cursor_of(r, order, query);
    }
    query_end(query);
    buf_char(r->out, ']');
    put_text(r->out, "next", next);
    buf_char(r->out, '}');
    return ok;
}

bool company_list(struct request *r, struct err *err)
{
    struct filter filter = {0};
    const struct order *order = &ORDERS[0];
    struct str sort = request_query(r, "sort");
    unsigned limit;
    for (size_t i = 0; i < sizeof ORDERS / sizeof *ORDERS; i++)
        if (str_eq(sort, str_of(ORDERS[i].name)))
            order = &ORDERS[i];
    return listing_limit(r, &limit, err) && read_filter(r, &filter, err) && find_columns(r, &filter, err) &&
           put_page(r, order, &filter, limit, err);
}

bool company_put_one(
        struct request *r, struct store *store, struct str id, int64_t *ret_version, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, "SELECT " COMPANY_COLUMNS " FROM company WHERE id = $1", PARAMS(P_TEXT(id)),
                "there is no such company", &query, err))
        return false;
    company_put(query, r->out);
    int64_t version = query_int(query, COMPANY_VERSION);
    query_end(query);
    response_etag(r, version);
    if (ret_version)
        *ret_version = version;
    return true;
}
