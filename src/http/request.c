// What handlers ask about their request.
#include "http/form.h"
#include "http/private.h"

struct str request_param(const struct request *r, const char *name)
{
    const struct exchange *x = exchange_of(r);
    for (unsigned i = 0; i < x->match.n_params; i++)
        if (str_eq(x->match.params[i].name, str_of(name)))
            return x->match.params[i].value;
    return STR_NONE;
}

// The parameters of the query, taken apart once.
static void read_query(struct exchange *x)
{
    if (x->query_read)
        return;
    x->query_read = true;
    if (!uri_pairs(x->arena, x->r.query_string, &x->query, &x->n_query, NULL))
        x->n_query = 0; // where it matters query_check has said so
}

struct str request_query(const struct request *r, const char *name)
{
    struct exchange *x = exchange_of(r);
    read_query(x);
    for (size_t i = 0; i < x->n_query; i++)
        if (str_eq(x->query[i].name, str_of(name)))
            return x->query[i].value;
    return STR_NONE;
}

// (libmicrohttpd's list does not change while the request is worked on, so any thread that has it may look)
struct str request_header(const struct request *r, const char *name)
{
    const char *value = NULL;
    size_t n = 0;
    if (MHD_lookup_connection_value_n(exchange_of(r)->mhd, MHD_HEADER_KIND, name, strlen(name), &value, &n) !=
                    MHD_YES ||
            !value)
        return STR_NONE;
    while (n && (value[n - 1] == ' ' || value[n - 1] == '\t'))
        n--;
    return (struct str){value, n};
}

struct str request_cookie(const struct request *r, const char *name)
{
    return cookie_get(request_header(r, "Cookie"), str_of(name));
}

bool request_form(struct request *r, const struct form_field **ret, size_t *ret_n, struct err *err)
{
    struct exchange *x = exchange_of(r);
    if (!x->form_read)
        x->form_read = form_parse(x->arena, request_header(r, "Content-Type"), r->body, &x->form, &x->n_form,
                               &x->form_err)
                               ? 1
                               : -1;
    if (x->form_read < 0) {
        if (err)
            *err = x->form_err;
        return false;
    }
    *ret = x->form;
    *ret_n = x->n_form;
    return true;
}

struct str request_form_value(struct request *r, const char *name)
{
    const struct form_field *fields;
    size_t n;
    if (!request_form(r, &fields, &n, NULL))
        return STR_NONE;
    for (size_t i = 0; i < n; i++)
        if (!fields[i].file_name.p && str_eq(fields[i].name, str_of(name)))
            return fields[i].value;
    return STR_NONE;
}
