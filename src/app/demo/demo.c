#include "app/demo/demo.h"

#include "app/demo/render.h"

// A batch of contacts and its log: everything that grows, reused from batch to batch.
struct batch {
    uint64_t seed;
    int64_t start, until; // seconds since 1970
    struct calendar calendar;
    struct person *people;
    uint32_t *next_seq; // of each person
    uint32_t n;
    event_log log;
    VEC(uint64_t) order; // arrival << 32 | index into log
};

static void live(struct batch *b, uint32_t first)
{
    for (uint32_t i = 0; i < b->n; i++) {
        struct person *p = &b->people[i];
        person_make(b->seed, first + i, &b->calendar, p);
        struct sim s = {.seed = b->seed,
                .p = p,
                .rng = dice_rng(b->seed, DICE_JOURNEY, p->number),
                .log = &b->log,
                .index = i,
                .raised = NEVER,
                .warm = NEVER,
                .quiet = NEVER,
                .subscribed = NEVER,
                .subscription = NEVER};
        journey(&s);
        b->next_seq[i] = s.seq;
    }
}

static int by_number(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return (a > b) - (a < b);
}

// Who came through a friend was sent by somebody of this batch who was a customer by then and tells others;
// in the first months there may be none.
static void refer(struct batch *b)
{
    VEC(uint64_t) customers = {0}; // first sale << 32 | index
    for (uint32_t i = 0; i < b->n; i++)
        if (b->people[i].bought != NEVER && b->people[i].refers)
            vec_push(&customers, (uint64_t)b->people[i].bought << 32 | i);
    if (customers.n)
        qsort(customers.v, customers.n, sizeof *customers.v, by_number);
    for (uint32_t i = 0; i < b->n; i++) {
        struct person *p = &b->people[i];
        uint32_t n = 0;
        while (p->channel == CHANNEL_REFERRAL && n < customers.n && customers.v[n] >> 32 < p->start)
            n++;
        if (!n)
            continue;
        struct rng rng = dice_rng(b->seed, DICE_REFERRAL, p->number);
        uint32_t by = (uint32_t)customers.v[rng_below(&rng, n)];
        struct sim s = {.seed = b->seed,
                .p = &b->people[by],
                .rng = rng,
                .log = &b->log,
                .index = by,
                .seq = b->next_seq[by]};
        uint32_t earlier = p->start - s.p->bought, wait = 600 + (uint32_t)rng_below(&s.rng, 4 * DAY);
        say(&s, KIND_REFERRAL, p->start - (wait < earlier ? wait : earlier / 2), p->number, 0);
        b->next_seq[by] = s.seq;
    }
    vec_free(&customers);
}

static bool write_batch(struct batch *b, struct buf *out, bool (*line)(void *, struct str, struct err *),
        void *ctx, struct err *err)
{
    b->order.n = 0;
    for (uint32_t i = 0; i < b->log.n; i++)
        vec_push(&b->order, (uint64_t)b->log.v[i].arrival << 32 | i);
    if (b->order.n)
        qsort(b->order.v, b->order.n, sizeof *b->order.v, by_number);
    for (size_t i = 0; i < b->order.n; i++) {
        const struct event *e = &b->log.v[(uint32_t)b->order.v[i]];
        if (b->start + e->arrival >= b->until)
            continue;
        render_message(b->seed, b->start, &b->people[e->person], e, out);
        if (!line(ctx, buf_str(out), err))
            return false;
    }
    return true;
}

// The history is moved by whole weeks, so that Sundays stay Sundays, until it covers the moment.
static int64_t start_for(int64_t until)
{
    enum { WEEK = 7 * DAY };
    int64_t weeks = (until - DEMO_END + WEEK - 1) / WEEK;
    return DEMO_START + (weeks > 0 ? weeks * WEEK : 0);
}

bool demo_write(uint64_t seed, uint32_t contacts, int64_t until,
        bool (*line)(void *ctx, struct str message, struct err *err), void *ctx, struct err *err)
{
    if (contacts < DEMO_MIN_CONTACTS || contacts > DEMO_MAX_CONTACTS)
        return err_set(err, ERR_USAGE, "the demo has %d to %d contacts, not %u", DEMO_MIN_CONTACTS,
                DEMO_MAX_CONTACTS, contacts);
    uint32_t most = contacts < DEMO_BATCH ? contacts : DEMO_BATCH;
    struct batch b = {.seed = seed,
            .start = start_for(until),
            .until = until > DEMO_END ? until : INT64_MAX,
            .people = mem_zero(most, sizeof *b.people),
            .next_seq = mem_zero(most, sizeof *b.next_seq)};
    struct buf out = {0};
    bool ok = true;
    calendar_make(&b.calendar);
    for (uint32_t done = 0; ok && done < contacts; done += b.n) {
        b.n = contacts - done < most ? contacts - done : most;
        b.log.n = 0;
        live(&b, done + 1);
        refer(&b);
        ok = write_batch(&b, &out, line, ctx, err);
    }
    buf_free(&out);
    vec_free(&b.log);
    vec_free(&b.order);
    free(b.people);
    free(b.next_seq);
    return ok;
}
