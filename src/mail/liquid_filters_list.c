// Filters on arrays. What is none is taken as one of a single item; arrays within arrays are opened.
#include "mail/liquid_run.h"

#include "base/vec.h"

#include <stdlib.h>
#include <strings.h>

#define FILTER(name)           \
    static bool filter_##name( \
            struct run *r, struct liquid_value in, const struct filter_args *args, struct liquid_value *ret)

typedef VEC(struct liquid_value) value_list;

static void flatten(struct run *r, struct liquid_value v, value_list *list)
{
    if (v.kind != LIQUID_ARRAY) {
        vec_push(list, v);
        return;
    }
    if (++r->depth > LIQUID_DEPTH_MAX * 2)
        run_fail(r, "values are nested too deeply");
    for (uint32_t i = 0; i < v.n && run_spend(r, 1); i++)
        flatten(r, v.items[i], list);
    r->depth--;
}

static struct liquid_value *kept(struct run *r, const struct liquid_value *items, size_t n)
{
    struct liquid_value *copy = ARENA_ARRAY(r->arena, struct liquid_value, n + 1);
    if (n)
        memcpy(copy, items, n * sizeof *copy);
    return copy;
}

// The items, as a copy that may be changed.
static struct liquid_value *input(struct run *r, struct liquid_value in, size_t *ret_n)
{
    value_list list = {0};
    if (in.kind == LIQUID_ARRAY)
        flatten(r, in, &list);
    else if (in.kind == LIQUID_RANGE) {
        struct liquid_value range = value_items(r, in);
        for (uint32_t i = 0; i < range.n; i++)
            vec_push(&list, range.items[i]);
    } else if (in.kind != LIQUID_NIL)
        vec_push(&list, in);
    *ret_n = list.n;
    struct liquid_value *items = kept(r, list.v, list.n);
    vec_free(&list);
    return items;
}

static bool given(const struct filter_args *args, unsigned i)
{
    return i < args->n && args->v[i].kind != LIQUID_NIL;
}

enum { HAS, HAS_NOT, WRONG }; // an item has members, has none and ends it all, or the key does not fit it

// item[property] as Ruby has it: also of texts (a part) and whole numbers (a bit).
static int get(
        struct run *r, struct liquid_value item, struct liquid_value property, struct liquid_value *ret)
{
    *ret = LIQUID_NOTHING;
    switch (item.kind) {
    case LIQUID_OBJECT:
        *ret = value_get(r, item, property, false);
        return HAS;
    case LIQUID_TEXT:
        if (property.kind == LIQUID_TEXT) {
            if (!property.text.n || memmem(item.text.p, item.text.n, property.text.p, property.text.n))
                *ret = property;
            return HAS;
        }
        return property.kind == LIQUID_INT ? HAS : WRONG;
    case LIQUID_INT:
        if (property.kind != LIQUID_INT)
            return WRONG;
        *ret = liquid_int(property.number < 0    ? 0
                          : property.number < 63 ? item.number >> property.number & 1
                                                 : item.number < 0);
        return HAS;
    default:
        return HAS_NOT;
    }
}

static bool wrong_property(struct run *r, struct liquid_value property)
{
    return run_fail(r, "these items have no property \"%.*s\"", STR_ARG(value_text(r, property)));
}

// --- choosing

enum choice { WHERE, REJECT, FIND, FIND_INDEX, HAS_ANY };

static bool choose(struct run *r, struct liquid_value in, const struct filter_args *args, enum choice choice,
        struct liquid_value *ret)
{
    size_t n, kept_n = 0;
    struct liquid_value *items = input(r, in, &n), found;
    if (choice == HAS_ANY)
        *ret = liquid_flag(false);
    for (size_t i = 0; i < n && run_spend(r, 1); i++) {
        int got = get(r, items[i], args->v[0], &found);
        if (got == WRONG)
            return wrong_property(r, args->v[0]);
        if (got == HAS_NOT) {
            *ret = LIQUID_NOTHING;
            return true;
        }
        bool fits = given(args, 1) ? value_equal(r, found, args->v[1]) : value_true(found);
        if (fits && choice >= FIND) {
            *ret = choice == FIND         ? items[i]
                   : choice == FIND_INDEX ? liquid_int((int64_t)i)
                                          : liquid_flag(true);
            return !r->failed;
        }
        if (fits == (choice == WHERE))
            items[kept_n++] = items[i];
    }
    if (choice < FIND)
        *ret = value_array(items, kept_n);
    return !r->failed;
}

#define CHOICE(name, choice)                       \
    FILTER(name)                                   \
    {                                              \
        return choose(r, in, args, (choice), ret); \
    }
CHOICE(where, WHERE)
CHOICE(reject, REJECT)
CHOICE(find, FIND)
CHOICE(find_index, FIND_INDEX)
CHOICE(has, HAS_ANY)

FILTER(map)
{
    size_t n;
    struct liquid_value *items = input(r, in, &n);
    for (size_t i = 0; i < n && run_spend(r, 1); i++)
        if (get(r, items[i], args->v[0], &items[i]) == WRONG)
            return wrong_property(r, args->v[0]);
    *ret = value_array(items, n);
    return !r->failed;
}

FILTER(compact)
{
    size_t n, kept_n = 0;
    struct liquid_value *items = input(r, in, &n), found;
    for (size_t i = 0; i < n && run_spend(r, 1); i++) {
        found = items[i];
        if (given(args, 0)) {
            int got = get(r, items[i], args->v[0], &found);
            if (got != HAS)
                return got == HAS_NOT || wrong_property(r, args->v[0]);
        }
        if (found.kind != LIQUID_NIL)
            items[kept_n++] = items[i];
    }
    *ret = value_array(items, kept_n);
    return !r->failed;
}

FILTER(uniq)
{
    size_t n, kept_n = 0;
    struct liquid_value *items = input(r, in, &n);
    struct liquid_value *keys = ARENA_ARRAY(r->arena, struct liquid_value, n + 1);
    for (size_t i = 0; i < n && run_spend(r, 1); i++) {
        bool there = false;
        keys[kept_n] = items[i];
        if (given(args, 0)) {
            int got = get(r, items[i], args->v[0], &keys[kept_n]);
            if (got != HAS)
                return got == HAS_NOT || wrong_property(r, args->v[0]);
        }
        for (size_t j = 0; j < kept_n && !there && !r->failed; j++)
            there = keys[j].kind == keys[kept_n].kind && value_equal(r, keys[j], keys[kept_n]);
        if (!there)
            items[kept_n++] = items[i];
    }
    *ret = value_array(items, kept_n);
    return !r->failed;
}

// --- sorting

struct sorting {
    struct run *r;
    bool natural, failed;
};
struct sorted {
    struct liquid_value key, item;
    size_t place; // of equal ones the first stays the first
};

static int compare_natural(struct run *r, struct liquid_value a, struct liquid_value b)
{
    struct str x = value_text(r, a), y = value_text(r, b);
    int c = strncasecmp(x.p ? x.p : "", y.p ? y.p : "", x.n < y.n ? x.n : y.n);
    return c ? c : (x.n > y.n) - (x.n < y.n);
}

static int compare(const void *pa, const void *pb, void *ctx)
{
    const struct sorted *a = pa, *b = pb;
    struct sorting *s = ctx;
    int order = 0;
    if (s->failed || !run_spend(s->r, 1))
        s->failed = true;
    else if (a->key.kind == LIQUID_NIL || b->key.kind == LIQUID_NIL)
        order = (a->key.kind == LIQUID_NIL) - (b->key.kind == LIQUID_NIL);
    else if (s->natural)
        order = compare_natural(s->r, a->key, b->key);
    else if (!value_order(a->key, b->key, &order)) {
        s->failed = !value_equal(s->r, a->key, b->key);
        order = 0;
    }
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

static bool sort(struct run *r, struct liquid_value in, const struct filter_args *args, bool natural,
        struct liquid_value *ret)
{
    size_t n;
    struct liquid_value *items = input(r, in, &n);
    struct sorted *list = ARENA_ARRAY(r->arena, struct sorted, n + 1);
    struct sorting s = {r, natural, false};
    for (size_t i = 0; i < n; i++) {
        list[i] = (struct sorted){items[i], items[i], i};
        if (given(args, 0)) {
            int got = get(r, items[i], args->v[0], &list[i].key);
            if (got != HAS)
                return got == HAS_NOT || wrong_property(r, args->v[0]);
        }
    }
    qsort_r(list, n, sizeof *list, compare, &s);
    if (s.failed)
        return run_fail(r, "these values cannot be compared");
    for (size_t i = 0; i < n; i++)
        items[i] = list[i].item;
    *ret = value_array(items, n);
    return !r->failed;
}

FILTER(sort)
{
    return sort(r, in, args, false, ret);
}

FILTER(sort_natural)
{
    return sort(r, in, args, true, ret);
}

// --- the others

FILTER(reverse)
{
    (void)args;
    size_t n;
    struct liquid_value *items = input(r, in, &n);
    for (size_t i = 0; i < n / 2; i++) {
        struct liquid_value kept_one = items[i];
        items[i] = items[n - 1 - i];
        items[n - 1 - i] = kept_one;
    }
    *ret = value_array(items, n);
    return !r->failed;
}

FILTER(concat)
{
    size_t n;
    struct liquid_value *items = input(r, in, &n);
    if (args->v[0].kind != LIQUID_ARRAY)
        return run_fail(r, "concat needs an array");
    size_t more = args->v[0].n;
    if (!run_spend(r, n + more))
        return false;
    struct liquid_value *all = ARENA_ARRAY(r->arena, struct liquid_value, n + more + 1);
    if (n)
        memcpy(all, items, n * sizeof *all);
    if (more)
        memcpy(all + n, args->v[0].items, more * sizeof *all);
    *ret = value_array(all, n + more);
    return true;
}

FILTER(join)
{
    size_t n;
    struct liquid_value *items = input(r, in, &n);
    struct str glue = args->n ? argument_text(r, args, 0) : STR(" ");
    struct buf out = {0};
    for (size_t i = 0; i < n && run_spend(r, 1); i++) {
        if (i)
            run_put(r, &out, glue);
        value_put(r, items[i], &out);
    }
    *ret = run_made(r, &out);
    return !r->failed;
}

FILTER(first)
{
    (void)args;
    *ret = in.kind == LIQUID_ARRAY || in.kind == LIQUID_RANGE || in.kind == LIQUID_OBJECT ||
                           in.kind == LIQUID_TEXT
                   ? value_get(r, in, liquid_text(STR("first")), true)
                   : LIQUID_NOTHING;
    return true;
}

FILTER(last)
{
    (void)args;
    *ret = in.kind == LIQUID_ARRAY || in.kind == LIQUID_RANGE || in.kind == LIQUID_TEXT
                   ? value_get(r, in, liquid_text(STR("last")), true)
                   : LIQUID_NOTHING;
    return true;
}

FILTER(size)
{
    struct liquid_value n = in.kind == LIQUID_OBJECT ? liquid_int(in.object->n)
                                                     : value_get(r, in, liquid_text(STR("size")), true);
    (void)args;
    *ret = n.kind == LIQUID_NIL ? liquid_int(0) : n;
    return true;
}

FILTER(sum)
{
    size_t n;
    struct liquid_value *items = input(r, in, &n), item;
    long double real = 0;
    int64_t whole = 0;
    bool is_real = false;
    for (size_t i = 0; i < n && run_spend(r, 1); i++) {
        item = items[i];
        if (given(args, 0)) {
            int got = get(r, items[i], args->v[0], &item);
            if (got != HAS)
                return wrong_property(r, args->v[0]);
        }
        struct number number = number_of(item);
        real += number.value;
        is_real = is_real || number.real || __builtin_add_overflow(whole, number.whole, &whole);
    }
    *ret = is_real ? liquid_real((double)real) : liquid_int(whole);
    return !r->failed;
}

const struct liquid_filter LIQUID_LIST_FILTERS[] = {
        {"compact", 0, 1, filter_compact},
        {"concat", 1, 1, filter_concat},
        {"find", 1, 2, filter_find},
        {"find_index", 1, 2, filter_find_index},
        {"first", 0, 0, filter_first},
        {"has", 1, 2, filter_has},
        {"join", 0, 1, filter_join},
        {"last", 0, 0, filter_last},
        {"map", 1, 1, filter_map},
        {"reject", 1, 2, filter_reject},
        {"reverse", 0, 0, filter_reverse},
        {"size", 0, 0, filter_size},
        {"sort", 0, 1, filter_sort},
        {"sort_natural", 0, 1, filter_sort_natural},
        {"sum", 0, 1, filter_sum},
        {"uniq", 0, 1, filter_uniq},
        {"where", 1, 2, filter_where},
        {0},
};
