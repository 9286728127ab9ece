// Pages of contacts. A page is the best few of all slots in one pass. With a condition, the first some
// hundred in the page's order are asked one by one, which fills most pages; else everybody is.
#include "app/standing/page.h"

#include "app/standing/filters.h"

#include <stdlib.h>

enum { READY_MS = 20000, TRIED_FIRST = 512, TRIES = 8 };

struct candidate {
    double key;
    uint32_t number, slot;
};

// The best so far: a heap with the worst on top.
struct best {
    const struct live_query *query;
    struct candidate *v;
    size_t n, most;
};

static double key_of(const struct state *s, enum live_sort sort)
{
    switch (sort) {
    case SORT_LAST_SEEN:
        return s->last;
    case SORT_FIRST_SEEN:
        return s->first;
    case SORT_SINCE:
        return s->since;
    case SORT_SCORE:
        return s->score;
    case SORT_ID:
        break;
    }
    return s->number;
}

// Whether a stands before b. Of equal keys the smaller number does, in both directions.
static bool before(
        const struct live_query *q, double a_key, uint32_t a_number, double b_key, uint32_t b_number)
{
    if (a_key != b_key)
        return q->descending ? a_key > b_key : a_key < b_key;
    return a_number < b_number;
}

static bool stands_before(const struct best *best, const struct candidate *a, const struct candidate *b)
{
    return before(best->query, a->key, a->number, b->key, b->number);
}

static void sift_down(struct best *best, size_t i)
{
    struct candidate moved = best->v[i];
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= best->n)
            break;
        if (child + 1 < best->n && stands_before(best, &best->v[child], &best->v[child + 1]))
            child++;
        if (!stands_before(best, &moved, &best->v[child]))
            break;
        best->v[i] = best->v[child];
        i = child;
    }
    best->v[i] = moved;
}

static void offer(struct best *best, const struct candidate *c)
{
    if (best->n == best->most) {
        if (!stands_before(best, c, &best->v[0]))
            return;
        best->v[0] = *c;
        sift_down(best, 0);
        return;
    }
    size_t i = best->n++;
    for (; i > 0 && stands_before(best, &best->v[(i - 1) / 2], c); i = (i - 1) / 2)
        best->v[i] = best->v[(i - 1) / 2];
    best->v[i] = *c;
}

// In order, best first.
static void put_in_order(struct best *best)
{
    size_t n = best->n;
    while (best->n > 1) {
        struct candidate worst = best->v[0];
        best->v[0] = best->v[--best->n];
        sift_down(best, 0);
        best->v[best->n] = worst;
    }
    best->n = n;
}

// Whether a slot is on the stage that the query asks for.
static bool on_stage(const struct live_query *q, uint32_t stage, const struct state *s)
{
    return !q->stage.n || s->stage == stage;
}

// How many of the first n (one at least, which is none) do not hold; not more than come in whole words.
static uint32_t none_in(const uint8_t *holds, size_t n)
{
    uint32_t i = 0;
    uint64_t word;
    for (; i + sizeof word <= n; i += (uint32_t)sizeof word) {
        memcpy(&word, holds + i, sizeof word);
        if (word)
            break;
    }
    return i ? i : 1;
}

// The best of all slots, or of those that hold (of the first n; NULL: all) if they are still those of this
// base.
static bool choose(struct live *live, const struct live_query *q, const struct base *base,
        const uint8_t *holds, size_t n, struct best *best, uint64_t *ret_total)
{
    uint64_t total = 0;
    pthread_rwlock_rdlock(&live->lock);
    bool same = !base || live->base == base;
    uint32_t stage = q->stage.n ? map_get(live->names, q->stage) : 0;
    size_t end = holds && n < live->states.n ? n : live->states.n;
    for (uint32_t slot = 0; same && slot < end; slot++) {
        if (holds && !holds[slot]) { // before its state, which is a line of the processor's cache
            slot += none_in(holds + slot, end - slot) - 1;
            continue;
        }
        const struct state *s = &live->states.v[slot];
        if ((s->flags & STATE_ABSORBED) || !on_stage(q, stage, s))
            continue;
        struct candidate c = {key_of(s, q->sort), s->number, slot};
        bool behind = !q->after || before(q, q->after_key, q->after_number, c.key, c.number);
        if (!behind && !q->count)
            continue;
        if (q->visible && !q->visible(q->ctx, s->number))
            continue;
        total++;
        if (behind)
            offer(best, &c);
    }
    pthread_rwlock_unlock(&live->lock);
    put_in_order(best);
    *ret_total = total;
    return same;
}

static void give(struct arena *arena, const struct best *best, unsigned limit, struct live_page *page)
{
    page->contacts = ARENA_ARRAY(arena, uint32_t, best->n + 1);
    page->keys = ARENA_ARRAY(arena, double, best->n + 1);
    page->more = best->n > limit;
    page->n = page->more ? limit : (unsigned)best->n;
    for (unsigned i = 0; i < page->n; i++) {
        page->contacts[i] = best->v[i].number;
        page->keys[i] = best->v[i].key;
    }
}

bool live_compile_filter(struct live *live, struct arena *arena, struct str filter,
        const struct program **ret, struct err *err)
{
    if (!live_ready(live, READY_MS, err))
        return false;
    pthread_rwlock_rdlock(&live->lock);
    struct live_model *model = live_model_borrow(live->model);
    pthread_rwlock_unlock(&live->lock);
    arena_defer(arena, (void (*)(void *))live_model_return, model);
    return filter_compile(model, arena, filter, ret, err);
}

bool select_begin(
        struct live *live, struct arena *arena, struct str filter, struct selecting *ret, struct err *err)
{
    struct selecting s = {.at = app_now(live->app), .threads = 2};
    if (!live_ready(live, READY_MS, err))
        return false;
    pthread_rwlock_rdlock(&live->lock);
    s.base = base_borrow(live->base);
    s.model = live_model_borrow(live->model);
    pthread_rwlock_unlock(&live->lock);
    if (!filter_compile(s.model, arena, filter, &s.program, err)) {
        select_end(&s);
        return false;
    }
    used_by(s.program, s.base->columns, arena, &s.used);
    *ret = s;
    return true;
}

void select_end(struct selecting *s)
{
    base_return(s->base);
    live_model_return(s->model);
}

static size_t count_slots(struct live *live)
{
    pthread_rwlock_rdlock(&live->lock);
    size_t n = live->states.n;
    pthread_rwlock_unlock(&live->lock);
    return n;
}

// Asks the first some hundred. *ret_done: the page is full, or there are no more.
static bool try_first(struct live *live, struct data *reader, struct arena *arena, const struct live_query *q,
        const struct selecting *s, struct live_page *ret, bool *ret_done, struct err *err)
{
    struct best best = {
            .query = q, .most = TRIED_FIRST, .v = ARENA_ARRAY(arena, struct candidate, TRIED_FIRST)};
    uint32_t slots[TRIED_FIRST];
    uint8_t holds[TRIED_FIRST];
    uint64_t total;
    if (!choose(live, q, s->base, NULL, 0, &best, &total))
        return select_stale(err);
    for (size_t i = 0; i < best.n; i++)
        slots[i] = best.v[i].slot;
    if (!select_gathered(live, data_log(reader), s, slots, best.n, holds, err))
        return false;
    size_t tried = best.n, n = 0;
    for (size_t i = 0; i < tried; i++)
        if (holds[i])
            best.v[n++] = best.v[i];
    best.n = n < q->limit + 1 ? n : q->limit + 1;
    *ret_done = n > q->limit || tried < TRIED_FIRST;
    if (*ret_done)
        give(arena, &best, q->limit, ret);
    return true;
}

// A page of those that hold; kept or computed for all.
static bool from_all(struct live *live, struct data *reader, struct arena *arena, const struct live_query *q,
        bool compute, struct live_page *ret, bool *ret_done, struct err *err)
{
    struct base *base;
    uint8_t *holds;
    size_t n;
    if (!filters_find(live, q->filter, &holds, &n, &base)) {
        if (!compute)
            return true;
        if (!filters_compute(live, reader, q->filter, &holds, &n, &base, err))
            return false;
    }
    struct best best = {
            .query = q, .most = q->limit + 1, .v = ARENA_ARRAY(arena, struct candidate, q->limit + 1)};
    bool ok = choose(live, q, base, holds, n, &best, &ret->total) || select_stale(err);
    if (ok)
        give(arena, &best, q->limit, ret);
    *ret_done = ok;
    free(holds);
    base_return(base);
    return ok;
}

static bool filtered(struct live *live, struct data *reader, struct arena *arena, const struct live_query *q,
        struct live_page *ret, struct err *err)
{
    struct selecting s;
    bool done = false;
    if (!from_all(live, reader, arena, q, false, ret, &done, err))
        return false;
    if (!done && !q->count) {
        if (!select_begin(live, arena, q->filter, &s, err))
            return false;
        bool ok = try_first(live, reader, arena, q, &s, ret, &done, err);
        select_end(&s);
        if (!ok)
            return false;
    }
    return done || from_all(live, reader, arena, q, true, ret, &done, err);
}

bool live_page(struct live *live, struct data *reader, struct arena *arena, const struct live_query *q,
        struct live_page *ret, struct err *err)
{
    struct live_page page = {0};
    if (!live_ready(live, READY_MS, err))
        return false;
    if (q->filter.n) {
        struct err why = {0};
        for (unsigned i = 0; i < TRIES; i++) {
            if (filtered(live, reader, arena, q, &page, &why)) {
                *ret = page;
                return true;
            }
            if (why.code != ERR_BUSY) // the base was renewed meanwhile
                break;
        }
        *err = why;
        return false;
    }
    struct best best = {
            .query = q, .most = q->limit + 1, .v = ARENA_ARRAY(arena, struct candidate, q->limit + 1)};
    choose(live, q, NULL, NULL, 0, &best, &page.total);
    give(arena, &best, q->limit, &page);
    *ret = page;
    return true;
}

// Numbers of the slots that hold (NULL: all), if they are still those of this base.
static bool numbers_of(
        struct live *live, const struct base *base, const uint8_t *holds, size_t n, number_list *out)
{
    pthread_rwlock_rdlock(&live->lock);
    bool same = !base || live->base == base;
    size_t end = holds && n < live->states.n ? n : live->states.n;
    vec_reserve(out, 1);
    for (uint32_t slot = 0; same && slot < end; slot++)
        if (!(live->states.v[slot].flags & STATE_ABSORBED) && (!holds || holds[slot]))
            vec_push(out, live->states.v[slot].number);
    pthread_rwlock_unlock(&live->lock);
    return same;
}

static bool select_numbers(
        struct live *live, struct data *reader, struct str filter, number_list *out, struct err *err)
{
    struct arena *arena = arena_new();
    struct selecting s;
    bool ok = select_begin(live, arena, filter, &s, err);
    if (ok) {
        size_t n = count_slots(live);
        uint8_t *holds = mem_alloc(n + 1);
        ok = select_all(live, data_log(reader), &s, (uint32_t)n, holds, err) &&
             (numbers_of(live, s.base, holds, n, out) || select_stale(err));
        free(holds);
        select_end(&s);
    }
    arena_free(arena);
    return ok;
}

bool live_select(
        struct live *live, struct str filter, uint32_t **ret_contacts, uint32_t *ret_n, struct err *err)
{
    struct data *reader;
    struct err why = {0};
    number_list numbers = {0};
    if (!live_ready(live, READY_MS, err))
        return false;
    bool ok = !filter.n && numbers_of(live, NULL, NULL, 0, &numbers);
    if (!ok && !app_reader(live->app, &reader, err))
        return false;
    if (!ok) {
        for (unsigned i = 0; i < TRIES && !ok && (i == 0 || why.code == ERR_BUSY); i++) {
            numbers.n = 0;
            ok = select_numbers(live, reader, filter, &numbers, &why);
        }
        data_close(reader);
    }
    if (!ok) {
        vec_free(&numbers);
        *err = why;
        return false;
    }
    *ret_contacts = numbers.v;
    *ret_n = (uint32_t)numbers.n;
    return true;
}
