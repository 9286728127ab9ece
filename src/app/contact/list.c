// The list of contacts: a page of numbers from the live standings, and their cards.
#include "app/contact/contact.h"

#include "app/listing.h"
#include "app/report/keep.h"
#include "app/standing/page.h"
#include "base/json_put.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    struct str name;
    enum live_sort sort;
} SORTS[] = {
        {{"last_seen", 9}, SORT_LAST_SEEN},
        {{"first_seen", 10}, SORT_FIRST_SEEN},
        {{"since", 5}, SORT_SINCE},
        {{"score", 5}, SORT_SCORE},
        {{"id", 2}, SORT_ID},
};

static bool read_sort(struct request *r, const char *otherwise, struct live_query *q)
{
    struct str sort = request_query(r, "sort");
    if (!sort.n)
        sort = str_of(otherwise);
    q->descending = sort.p[0] == '-';
    struct str name = q->descending ? str_sub(sort, 1, sort.n) : sort;
    for (size_t i = 0; i < sizeof SORTS / sizeof *SORTS; i++)
        if (str_eq(SORTS[i].name, name)) {
            q->sort = SORTS[i].sort;
            return true;
        }
    return request_problem(r, 400, "sort",
            "one of last_seen, first_seen, since, score, id is expected, perhaps with - before it");
}

// A cursor is the last one's sort, key (its bits) and number: nothing that an address would have to escape.
static struct str cursor_of(struct request *r, const struct live_query *q, double key, uint32_t number)
{
    uint64_t bits;
    memcpy(&bits, &key, sizeof bits);
    return arena_printf(r->arena, "%s%u_%016" PRIx64 "_%" PRIu32, q->descending ? "d" : "a",
            (unsigned)q->sort, bits, number);
}

static bool read_after(struct request *r, struct live_query *q)
{
    struct str after = request_query(r, "after");
    char text[80], direction;
    unsigned sort;
    uint64_t bits;
    uint32_t number;
    int used = 0;
    if (!after.n)
        return true;
    size_t n = after.n < sizeof text ? after.n : 0;
    memcpy(text, after.p, n);
    text[n] = '\0';
    bool read = sscanf(text, "%c%u_%" SCNx64 "_%" SCNu32 "%n", &direction, &sort, &bits, &number, &used) == 4;
    if (read)
        memcpy(&q->after_key, &bits, sizeof bits);
    if (!read || (size_t)used != after.n || !isfinite(q->after_key) || sort != (unsigned)q->sort ||
            direction != (q->descending ? 'd' : 'a'))
        return request_problem(r, 400, "after", "this is no cursor of this list in this order");
    q->after = true;
    q->after_number = number;
    return true;
}

static bool read_query(
        struct request *r, const struct contact_paging *paging, struct live_query *q, struct err *err)
{
    *q = (struct live_query){.filter = request_query(r, "filter"),
            .stage = paging->stage,
            .count = str_eq(request_query(r, "count"), STR("true")),
            .visible = contact_owned(r),
            .ctx = r};
    return listing_limit(r, &q->limit, err) && read_sort(r, paging->sort, q) && read_after(r, q);
}

static void end_list(struct request *r, const struct live_query *q, struct str next, uint64_t total)
{
    buf_char(r->out, ']');
    put_text(r->out, "next", next);
    if (q->count)
        put_int(r->out, "total", (int64_t)total);
    buf_char(r->out, '}');
}

static bool put_page(struct request *r, const struct contact_paging *paging, struct cards *cards,
        const struct live_page *page, struct err *err)
{
    const struct columns *c = cards->columns;
    bool ok = true;
    for (unsigned i = 0; ok && i < page->n; i++) {
        // The columns have them in this order, but for those that were joined to another one meanwhile.
        for (uint32_t k = 0; k < c->n_contacts; k++)
            if (c->owner[k] == page->contacts[i]) {
                put_comma(r->out);
                ok = paging->put(cards, k, r->out, err);
                break;
            }
    }
    return ok;
}

static bool list_now(
        struct request *r, const struct contact_paging *paging, const struct live_query *q, struct err *err)
{
    struct live *live = app_live(request_app(r));
    struct live_program model;
    struct live_page page;
    struct columns *columns;
    if (!live_program(live, r->arena, &model, err))
        return false;
    if (!live_page(live, request_data(r), r->arena, q, &page, err)) {
        if (err->code == ERR_INPUT)
            return request_problem(r, 400, "filter", "%s", err->message);
        return false;
    }
    if (!live_history(live, request_data(r), page.contacts, page.n, INT64_MAX, &columns, err))
        return false;
    struct cards cards = {
            .r = r, .columns = columns, .program = model.program, .model = model.title, .at = r->now};
    cards_begin(&cards);
    buf_put(r->out, STR("{\"items\":["));
    bool ok = put_page(r, paging, &cards, &page, err);
    struct str next =
            page.more ? cursor_of(r, q, page.keys[page.n - 1], page.contacts[page.n - 1]) : STR_NONE;
    end_list(r, q, next, page.total);
    cards_end(&cards);
    columns_free(columns);
    return ok;
}

// --- as of a moment in the past, or those behind a number of a report: from a snapshot of everybody

struct past {
    struct request *r;
    const struct contact_paging *paging;
    const struct live_query *query;
    const struct kept *kept;
    struct live_page page;
    struct str next;
};

struct found {
    double key;
    uint32_t number;
};

static double key_at(const struct snapshot *s, enum live_sort sort, uint32_t row)
{
    switch (sort) {
    case SORT_LAST_SEEN:
        return (double)snapshot_time(s, s->last[row]);
    case SORT_FIRST_SEEN:
        return (double)snapshot_time(s, s->first[row]);
    case SORT_SINCE:
        return (double)snapshot_time(s, s->since[row]);
    case SORT_SCORE:
        return s->score[row];
    case SORT_ID:
        break;
    }
    return s->number[row];
}

static int ascending(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static int descending(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

// The page of those in the group that stand behind the cursor, in order.
static void find_rows(struct past *p, const struct group *group)
{
    const struct snapshot *s = p->kept->snapshot;
    const struct live_query *q = p->query;
    int (*order)(const void *, const void *) = q->descending ? descending : ascending;
    struct found after = {q->after_key, q->after_number}, *found = mem_alloc((s->n + 1ul) * sizeof *found);
    uint8_t *in = mem_alloc(s->n + 1ul);
    size_t n = 0;
    group_select(s, group, in);
    for (uint32_t i = 0; i < s->n; i++) {
        if (!in[i] ||
                (q->visible && !q->visible(q->ctx, live_owner(app_live(request_app(p->r)), s->number[i]))))
            continue;
        struct found f = {key_at(s, q->sort, i), s->number[i]};
        p->page.total++;
        if (!q->after || order(&after, &f) < 0)
            found[n++] = f;
    }
    qsort(found, n, sizeof *found, order);
    p->page.n = n < q->limit ? (unsigned)n : q->limit;
    p->page.more = p->page.n < n;
    p->page.contacts = ARENA_ARRAY(p->r->arena, uint32_t, p->page.n + 1);
    for (unsigned i = 0; i < p->page.n; i++)
        p->page.contacts[i] = found[i].number;
    if (p->page.more)
        p->next = cursor_of(p->r, q, found[p->page.n - 1].key, found[p->page.n - 1].number);
    free(in);
    free(found);
}

// A view of one contact of the past, without what came later.
static bool put_past(struct past *p, const struct columns *c, uint32_t index, struct err *err)
{
    struct columns view = columns_view(c, index, index + 1);
    const struct snapshot *s = p->kept->snapshot;
    uint32_t off[2] = {c->off[index], c->off[index + 1]};
    while (off[1] > off[0] && c->epoch + c->time[off[1] - 1] > s->at)
        off[1]--;
    view.off = off;
    struct cards cards = {
            .r = p->r, .columns = &view, .program = s->program, .model = p->kept->title, .at = s->at};
    cards_begin(&cards);
    put_comma(p->r->out);
    bool ok = p->paging->put(&cards, 0, p->r->out, err);
    cards_end(&cards);
    return ok;
}

static bool show_past(struct past *p, struct err *err)
{
    const struct columns *c;
    bool ok = keep_columns(p->r, p->kept->snapshot->at, &c, err);
    for (unsigned i = 0; ok && i < p->page.n; i++)
        for (uint32_t k = 0; k < c->n_contacts; k++)
            if (c->owner[k] == p->page.contacts[i]) {
                ok = put_past(p, c, k, err);
                break;
            }
    return ok;
}

// A snapshot of a moment that just was has the joins of now.
static bool show_now(struct past *p, struct err *err)
{
    const struct snapshot *s = p->kept->snapshot;
    struct request *r = p->r;
    struct columns *columns;
    if (!live_history(
                app_live(request_app(r)), request_data(r), p->page.contacts, p->page.n, s->at, &columns, err))
        return false;
    struct cards cards = {
            .r = r, .columns = columns, .program = s->program, .model = p->kept->title, .at = s->at};
    cards_begin(&cards);
    bool ok = put_page(r, p->paging, &cards, &p->page, err);
    cards_end(&cards);
    columns_free(columns);
    return ok;
}

static bool list_past(struct request *r, const struct contact_paging *paging, const struct live_query *q,
        struct group *group, struct err *err)
{
    struct past past = {.r = r, .paging = paging, .query = q};
    if (!keep_borrow(r, group, &past.kept, err) || !group_check(r, past.kept->snapshot->program, group))
        return false;
    find_rows(&past, group);
    buf_put(r->out, STR("{\"items\":["));
    if (past.page.n && !(past.kept->now ? show_now(&past, err) : show_past(&past, err)))
        return false;
    end_list(r, q, past.next, past.page.total);
    return true;
}

bool contact_page(struct request *r, const struct contact_paging *paging, struct err *err)
{
    struct live_query q;
    struct group group;
    int64_t at;
    bool now, grouped;
    if (!read_query(r, paging, &q, err) || !contact_moment(r, &at, &now, err) ||
            !group_read(r, &group, &grouped))
        return false;
    // The live list can say a stage by itself.
    return now && (!grouped || paging->stage.n) ? list_now(r, paging, &q, err)
                                                : list_past(r, paging, &q, &group, err);
}

bool contact_list(struct request *r, struct err *err)
{
    static const struct contact_paging ALL = {.sort = "-last_seen", .put = card_put};
    return contact_page(r, &ALL, err);
}
