#include "app/listing.h"

#include "base/datetime.h"
#include "base/vec.h"
#include "rules/cond.h"
#include "rules/model.h"

#include <sodium.h>
#include <stdio.h>

struct item {
    struct str id, text;
    struct json sort; // kind and text; JSON_NULL: it has no such member
};

// Of the items only those of the page are kept, so a list may be as long as it likes.
enum { SPARE = 4 };

struct listing {
    struct request *r;
    unsigned limit;
    struct str sort; // member
    bool descending;
    const struct cond *filter;
    struct str *props; // of the filter
    uint32_t n_props;
    bool *props_seen, sort_seen;
    const struct json *after; // [sort, value, id]
    VEC(struct item) items;
    struct arena *scratch;         // of the item that is looked at
    struct arena *kept, *kept_old; // texts of items
    size_t added;
};

static void free_items(void *list)
{
    struct listing *l = list;
    vec_free(&l->items);
    arena_free(l->scratch);
    arena_free(l->kept);
    arena_free(l->kept_old);
}

bool listing_limit(struct request *r, unsigned *ret_limit, struct err *err)
{
    struct str text = request_query(r, "limit");
    double limit = LIST_LIMIT;
    if (text.p && (!json_number(text, &limit) || limit < 1 || limit > LIST_LIMIT_MAX)) {
        err_set(err, ERR_INPUT, "limit must be 1 to %d", LIST_LIMIT_MAX);
        return request_problem(r, 400, "limit", "must be 1 to %d", LIST_LIMIT_MAX);
    }
    *ret_limit = (unsigned)limit;
    return true;
}

bool listing_after(struct request *r, int64_t otherwise, int64_t *ret)
{
    struct str after = request_query(r, "after");
    int64_t n = otherwise;
    if (after.n && !str_natural(after, &n))
        return request_problem(r, 400, "after", "this is no cursor of this list");
    *ret = n;
    return true;
}

bool listing_time(struct request *r, const char *name, int64_t otherwise, int64_t *ret)
{
    struct str text = request_query(r, name);
    int64_t time = otherwise;
    if (text.n && !datetime_parse(text, &time))
        return request_problem(r, 400, name, "a time like 2026-03-01T10:00:00Z is expected");
    *ret = time;
    return true;
}

// The cursor is base64url of ["-created","2026-…","id"].
static bool read_cursor(struct listing *list, struct str sort, struct err *err)
{
    struct str text = request_query(list->r, "after");
    size_t n = 0;
    const char *end = NULL;
    struct json *cursor = NULL;
    if (!text.p)
        return true;
    char *plain = arena_alloc(list->r->arena, text.n + 1);
    bool fine = sodium_base642bin((unsigned char *)plain, text.n + 1, text.p, text.n, NULL, &n, &end,
                        sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
                end == text.p + text.n && json_parse(list->r->arena, (struct str){plain, n}, &cursor, NULL) &&
                cursor->kind == JSON_ARRAY && cursor->child && cursor->child->kind == JSON_STRING &&
                cursor->child->next && cursor->child->next->next &&
                cursor->child->next->next->kind == JSON_STRING && !cursor->child->next->next->next;
    const char *wrong = "is no `next` of a page before";
    if (fine && !str_eq(cursor->child->text, sort)) {
        wrong = "is of a list that was sorted otherwise";
        fine = false;
    }
    list->after = cursor;
    err_set(err, ERR_INPUT, "after %s", wrong);
    return fine || request_problem(list->r, 400, "after", "%s", wrong);
}

static bool read_filter(struct listing *list, struct err *err)
{
    struct request *r = list->r;
    struct str text = request_query(r, "filter");
    if (!text.n)
        return true;
    struct diagnostics *d = diagnostics_new(r->arena);
    list->filter = cond_compile(r->arena, text, &list->props, &list->n_props, d);
    list->props_seen = ARENA_ARRAY(r->arena, bool, list->n_props);
    if (list->filter)
        return true;
    const struct diagnostic *first = d->list.n ? &d->list.v[0] : NULL;
    for (size_t i = 0; i < d->list.n && first->severity != SEVERITY_ERROR; i++)
        first = &d->list.v[i];
    err_set(err, ERR_INPUT, "filter is no condition");
    if (!first)
        request_problem(r, 400, "filter", "is no condition");
    else
        request_problem(r, 400, "filter", "column %u: %.*s%s%.*s", first->column, STR_ARG(first->message),
                first->suggestion.n ? "; " : "", STR_ARG(first->suggestion));
    vec_free(&d->list);
    return false;
}

bool listing_new(struct request *r, const char *default_sort, struct listing **ret, struct err *err)
{
    struct listing *list = ARENA_NEW(r->arena, struct listing);
    struct str sort = request_query(r, "sort");
    list->r = r;
    if (!sort.n)
        sort = str_of(default_sort);
    list->descending = sort.n && sort.p[0] == '-';
    list->sort = str_sub(sort, list->descending, sort.n);
    list->scratch = arena_new();
    list->kept = arena_new();
    list->kept_old = arena_new();
    arena_defer(r->arena, free_items, list);
    if (!listing_limit(r, &list->limit, err) || !read_cursor(list, sort, err) || !read_filter(list, err))
        return false;
    *ret = list;
    return true;
}

struct look_up {
    const struct listing *list;
    const struct json *item;
    struct value value;
};

static const struct value *look_up(void *ctx, unsigned prop)
{
    struct look_up *look = ctx;
    const struct json *value = json_get(look->item, look->list->props[prop]);
    if (!value || value->kind == JSON_NULL)
        return NULL;
    look->value = (struct value){value->kind, value->text};
    return &look->value;
}

// Numbers, then flags, then texts; what has no order comes last.
static int rank(const struct json *json)
{
    switch (json ? json->kind : JSON_NULL) {
    case JSON_NUMBER:
        return 0;
    case JSON_FALSE:
    case JSON_TRUE:
        return 1;
    case JSON_STRING:
        return 2;
    default:
        return 3;
    }
}

static int compare_values(const struct json *a, const struct json *b, bool descending)
{
    int ranks = rank(a) - rank(b), order = 0;
    if (rank(a) == 3 || rank(b) == 3)
        return ranks; // last also of a descending list
    if (ranks) {
        order = ranks;
    } else if (a->kind == JSON_NUMBER) {
        double x = 0, y = 0;
        json_number(a->text, &x);
        json_number(b->text, &y);
        order = (x > y) - (x < y);
    } else if (a->kind == JSON_STRING) {
        order = str_cmp(a->text, b->text);
    } else {
        order = (int)(a->kind == JSON_TRUE) - (int)(b->kind == JSON_TRUE);
    }
    return descending ? -order : order;
}

static int compare_items(const void *a, const void *b, void *list)
{
    const struct item *x = a, *y = b;
    int order = compare_values(&x->sort, &y->sort, ((const struct listing *)list)->descending);
    return order ? order : str_cmp(x->id, y->id);
}

static void keep(struct arena *arena, struct item *item)
{
    item->id = arena_str(arena, item->id);
    item->text = arena_str(arena, item->text);
    item->sort.text = arena_str(arena, item->sort.text);
}

// Sorts, and lets go of what is behind the page; one more stays to tell that there is a next.
static void cut(struct listing *list)
{
    if (list->items.n)
        qsort_r(list->items.v, list->items.n, sizeof *list->items.v, compare_items, list);
    if (list->items.n <= list->limit + 1)
        return;
    list->items.n = list->limit + 1;
    struct arena *old = list->kept;
    list->kept = list->kept_old;
    list->kept_old = old;
    for (size_t i = 0; i < list->items.n; i++)
        keep(list->kept, &list->items.v[i]);
    arena_reset(old);
}

static bool is_behind(const struct listing *list, const struct item *item)
{
    if (!list->after)
        return true;
    const struct json *value = list->after->child->next;
    struct item at = {.id = value->next->text, .sort = {.kind = value->kind, .text = value->text}};
    return compare_items(item, &at, (void *)(uintptr_t)list) > 0;
}

void listing_add(struct listing *list, struct str id, struct str text)
{
    struct json *json;
    arena_reset(list->scratch);
    if (!json_parse(list->scratch, text, &json, NULL))
        return; // a mistake of the caller's, which the check of answers finds
    list->added++;
    for (uint32_t i = 0; i < list->n_props; i++)
        list->props_seen[i] |= json_get(json, list->props[i]) != NULL;
    const struct json *sort = json_get(json, list->sort);
    list->sort_seen |= sort != NULL;
    struct look_up look = {list, json, {0}};
    if (list->filter && !cond_holds(list->filter, look_up, &look))
        return;
    struct item item = {.id = id, .text = text};
    if (sort)
        item.sort = (struct json){.kind = sort->kind, .text = sort->text};
    if (!is_behind(list, &item))
        return;
    keep(list->kept, &item);
    vec_push(&list->items, item);
    if (list->items.n == SPARE * (size_t)(list->limit + 1))
        cut(list);
}

// Members that no item has are taken for mistakes.
static bool check_names(struct listing *list, struct err *err)
{
    if (!list->added)
        return true;
    err_set(err, ERR_INPUT, "the items have no such member");
    if (!list->sort_seen && request_query(list->r, "sort").n)
        return request_problem(list->r, 400, "sort", "the items have no member '%.*s'", STR_ARG(list->sort));
    for (uint32_t i = 0; i < list->n_props; i++)
        if (!list->props_seen[i])
            return request_problem(
                    list->r, 400, "filter", "the items have no member '%.*s'", STR_ARG(list->props[i]));
    return true;
}

static void put_cursor(struct listing *list, const struct item *last)
{
    struct buf plain = {0}, *out = list->r->out;
    const struct json *value = rank(&last->sort) == 3 ? NULL : &last->sort;
    buf_put(&plain, list->descending ? STR("[\"-") : STR("[\""));
    struct buf name = {0};
    json_put_string(&name, list->sort);
    buf_put(&plain, str_sub(buf_str(&name), 1, name.n));
    buf_free(&name);
    buf_char(&plain, ',');
    if (!value)
        buf_put(&plain, STR("null"));
    else if (value->kind == JSON_STRING)
        json_put_string(&plain, value->text);
    else
        buf_put(&plain, value->text);
    buf_char(&plain, ',');
    json_put_string(&plain, last->id);
    buf_char(&plain, ']');
    size_t room = sodium_base64_encoded_len(plain.n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = buf_room(out, room + 1);
    *text = '"';
    sodium_bin2base64(text + 1, room, (const unsigned char *)plain.p, plain.n,
            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    out->n += room; // the quote, and the text without its zero
    buf_char(out, '"');
    buf_free(&plain);
}

bool listing_end_with(struct listing *list, listing_more *more, void *ctx, struct err *err)
{
    struct buf *out = list->r->out;
    if (!check_names(list, err))
        return false;
    cut(list);
    size_t n = list->items.n, to = n > list->limit ? list->limit : n;
    buf_put(out, STR("{\"items\":["));
    for (size_t i = 0; i < to; i++) {
        struct str text = list->items.v[i].text;
        if (i)
            buf_char(out, ',');
        buf_put(out, more ? str_sub(text, 0, text.n - 1) : text);
        if (more && !more(ctx, list->items.v[i].id, out, err))
            return false;
        if (more)
            buf_char(out, '}');
    }
    buf_put(out, STR("],\"next\":"));
    if (to < n)
        put_cursor(list, &list->items.v[to - 1]);
    else
        buf_put(out, STR("null"));
    buf_char(out, '}');
    return true;
}

bool listing_end(struct listing *list, struct err *err)
{
    return listing_end_with(list, NULL, NULL, err);
}
