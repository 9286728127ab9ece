// POST /api/suppressions/import: a list of addresses.
#include "app/suppression/private.h"

#include "app/address/address.h"
#include "app/user/principal.h"
#include "base/json_put.h"
#include "store/ask.h"

enum { ERRORS_SHOWN = 100 };

struct list_import {
    struct request *r;
    struct str proof;
    int64_t before, rejected, lines;
    struct buf errors;
};

// The first cell of a line that holds an "@"; else the whole line.
static struct str cell_of(struct str line)
{
    for (size_t from = 0; from < line.n;) {
        size_t end = from;
        while (end < line.n && !strchr(",;\t", line.p[end]))
            end++;
        struct str cell = str_trim(str_sub(line, from, end));
        if (cell.n >= 2 && cell.p[0] == '"' && cell.p[cell.n - 1] == '"')
            cell = str_sub(cell, 1, cell.n - 1);
        if (str_find(cell, '@') < cell.n)
            return cell;
        from = end + 1;
    }
    return str_trim(line);
}

static bool take_line(struct writing *w, struct list_import *in, struct str line, struct err *err)
{
    struct str cell = cell_of(line), normal;
    struct err bad;
    in->lines++;
    if (!cell.n)
        return true;
    if (address_email(w->arena, cell, &normal, &bad))
        return suppress(w, normal, "imported", STR_NONE, in->proof, err);
    if (in->lines == 1 && str_find(cell, '@') == cell.n)
        return true; // a header
    if (in->rejected++ < ERRORS_SHOWN) {
        if (in->errors.n)
            buf_char(&in->errors, ',');
        buf_char(&in->errors, '{');
        put_int(&in->errors, "line", in->lines);
        put_text(&in->errors, "message", str_of(bad.message));
        buf_char(&in->errors, '}');
    }
    return true;
}

// Some lines in one transaction, so that others can write in between.
static bool take_part(struct list_import *in, struct str *rest, struct err *err)
{
    struct writing *w;
    bool ok = true;
    if (!writing_begin(request_app(in->r), &w, err))
        return false;
    for (unsigned i = 0; ok && rest->n && i < IMPORT_PART; i++) {
        size_t end = str_find(*rest, '\n');
        ok = take_line(w, in, str_sub(*rest, 0, end), err);
        *rest = str_sub(*rest, end < rest->n ? end + 1 : end, rest->n);
    }
    return writing_end(w, ok, err);
}

static bool count(struct request *r, int64_t *ret, struct err *err)
{
    return store_number(data_store(request_data(r)), "SELECT count(*) FROM suppression", 0, ret, err);
}

static bool note(struct list_import *in, int64_t added, struct err *err)
{
    struct writing *w;
    if (!writing_begin(request_app(in->r), &w, err))
        return false;
    struct str after = arena_printf(w->arena, "{\"added\":%lld}", (long long)added);
    return writing_end(w,
            audit_write(w, request_principal(in->r), "suppression.import", STR(""), STR_NONE, after, err),
            err);
}

bool suppression_route_import(struct request *r, struct err *err)
{
    struct list_import in = {.r = r};
    struct str rest = r->body;
    int64_t after = 0;
    in.proof = arena_printf(r->arena, "%.*s (a list by %.*s)", STR_ARG(request_query(r, "why")),
            STR_ARG(request_principal(r)->name));
    if (str_starts(rest, STR("\xef\xbb\xbf")))
        rest = str_sub(rest, 3, rest.n);
    bool ok = count(r, &in.before, err);
    while (ok && rest.n)
        ok = take_part(&in, &rest, err);
    ok = ok && count(r, &after, err) && note(&in, after - in.before, err);
    if (ok) {
        int64_t good = in.lines - in.rejected, added = after - in.before;
        buf_char(r->out, '{');
        put_int(r->out, "added", added);
        put_int(r->out, "known", good > added ? good - added : 0);
        put_int(r->out, "rejected", in.rejected);
        buf_printf(r->out, ",\"errors\":[%.*s]}", (int)in.errors.n, in.errors.n ? in.errors.p : "");
        app_publish(request_app(r), "suppression", STR(""));
    }
    buf_free(&in.errors);
    return ok;
}
