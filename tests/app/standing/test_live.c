// Long because: one scene, with all that live and a rebuild are compared by.
// Live standings against a fresh replay of everything: random models and histories, fed in chunks and in any
// order, with joins, aliases, undone imports, restarts and a clock that is turned.
//   test_live [cases [first seed]]        60 cases from seed 1 without arguments
#include "support/data_help.h"
#include "support/random_case.h"
#include "support/store_help.h"

#include "app/event/log.h"
#include "app/slice.h"
#include "app/standing/board.h"
#include "app/standing/page.h"
#include "base/datetime.h"
#include "base/mem.h"
#include "base/vec.h"
#include "rules/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <unistd.h>

static uint64_t first_seed = 1;
static unsigned n_cases = 40;

static int64_t turned(void *ctx)
{
    return atomic_load((_Atomic int64_t *)ctx) * 1000;
}

// Part of another one, seen after a row of the journal: if it comes back, it stands nowhere at first.
struct away {
    uint32_t contact;
    int64_t row;
};

struct scene {
    uint64_t seed;
    struct arena *arena;
    char folder[200];
    struct random_case c;
    _Atomic int64_t now;
    struct app *app;
    struct data *reader;
    VEC(struct str) lines;
    size_t fed;
    struct rng rng;
    int64_t import;
    VEC(struct away) aways;
    bool parted;    // contacts may have gone and come back: aliases, undone imports
    bool strangers; // identifiers change what they are: only standings and filters are compared
};

static void start(struct scene *s)
{
    struct err err;
    struct app_options options = {.folder = s->folder, .clock = {turned, &s->now}};
    if (!app_open(&options, &s->app, &err) || !app_start(s->app, &err) ||
            !app_reader(s->app, &s->reader, &err))
        fail_msg("%s", err.message);
}

static void stop(struct scene *s)
{
    data_close(s->reader);
    app_close(s->app);
}

// Browsers that are seen with people, people who are joined by hand, and parted again.
static void add_joins(struct scene *s)
{
    char time[DATETIME_SIZE];
    for (uint64_t n = rng_below(&s->rng, 6); n; n--) {
        struct str at = datetime_format(s->c.at - (int64_t)rng_below(&s->rng, 5000), time);
        vec_push(&s->lines,
                arena_printf(s->arena,
                        "{\"type\":\"page\",\"userId\":\"u%u\",\"anonymousId\":\"a%u\",\"timestamp\":\"%.*"
                        "s\"}",
                        (unsigned)rng_below(&s->rng, 4), (unsigned)rng_below(&s->rng, 4), STR_ARG(at)));
    }
    s->parted = rng_chance(&s->rng, 0.4);
    for (unsigned n = s->parted ? 1 + (unsigned)rng_below(&s->rng, 4) : 0; n; n--) {
        struct str at = datetime_format(s->c.at - (int64_t)rng_below(&s->rng, 5000), time);
        vec_push(&s->lines, arena_printf(s->arena,
                                    "{\"type\":\"alias\",\"userId\":\"u%u\",\"previousId\":\"%c%u\","
                                    "\"messageId\":\"alias%u\","
                                    "\"timestamp\":\"%.*s\"}",
                                    (unsigned)rng_below(&s->rng, 4), rng_chance(&s->rng, 0.3) ? 'a' : 'u',
                                    (unsigned)rng_below(&s->rng, 4), n, STR_ARG(at)));
        if (rng_chance(&s->rng, 0.2))
            vec_push(
                    &s->lines, arena_printf(s->arena, "{\"type\":\"unalias\",\"messageId\":\"alias%u\"}", n));
    }
}

// Identifiers that stand in aliases before anything else is known of them, and such that are both a userId
// and an anonymousId.
static void add_strangers(struct scene *s)
{
    char time[DATETIME_SIZE];
    static const char *const FORMS[] = {
            "{\"type\":\"alias\",\"userId\":\"%s\",\"previousId\":\"%s\",\"timestamp\":\"%.*s\"}",
            "{\"type\":\"page\",\"userId\":\"%s\",\"anonymousId\":\"%s\",\"timestamp\":\"%.*s\"}",
            "{\"type\":\"page\",\"userId\":\"%s\",\"context\":{\"ip\":\"%s\"},\"timestamp\":\"%.*s\"}",
            "{\"type\":\"page\",\"anonymousId\":\"%s\",\"context\":{\"ip\":\"%s\"},\"timestamp\":\"%.*s\"}",
    };
    static const char *const IDS[] = {"s0", "s1", "s2", "s3", "s4", "u0", "u1", "a0"};
    for (uint64_t n = s->strangers ? 4 + rng_below(&s->rng, 20) : 0; n; n--) {
        struct str at = datetime_format(s->c.at - (int64_t)rng_below(&s->rng, 5000), time);
        const char *form = FORMS[rng_chance(&s->rng, 0.15) ? 0 : 1 + rng_below(&s->rng, 3)];
        const char *one = IDS[rng_below(&s->rng, 8)], *two = IDS[rng_below(&s->rng, 8)];
        if (form == FORMS[1] && rng_chance(&s->rng, 0.5))
            two = one;
        vec_push(&s->lines, arena_printf(s->arena, form, one, two, STR_ARG(at)));
    }
}

static void scene_begin(struct scene *s, uint64_t seed, bool strangers)
{
    *s = (struct scene){
            .seed = seed, .strangers = strangers, .arena = arena_new(), .c = random_case_make(seed)};
    s->rng = rng_seed(seed);
    snprintf(s->folder, sizeof s->folder, "%s", help_folder().p);
    atomic_store(&s->now, s->c.at);
    help_init_with(s->folder, buf_str(&s->c.model), "random.model", s->c.at);
    struct str rest = buf_str(&s->c.events);
    while (rest.n) {
        size_t n = str_find(rest, '\n');
        vec_push(&s->lines, (struct str){rest.p, n});
        rest = str_sub(rest, n + 1, rest.n);
    }
    add_joins(s);
    add_strangers(s);
    for (size_t i = s->lines.n; i > 1; i--)
        if (rng_chance(&s->rng, 0.3)) {
            size_t other = rng_below(&s->rng, i);
            struct str line = s->lines.v[i - 1];
            s->lines.v[i - 1] = s->lines.v[other];
            s->lines.v[other] = line;
        }
    start(s);
}

static void scene_end(struct scene *s)
{
    stop(s);
    help_remove(s->folder);
    random_case_free(&s->c);
    vec_free(&s->lines);
    vec_free(&s->aways);
    arena_free(s->arena);
}

static void feed_some(struct scene *s, size_t n, bool import)
{
    struct writing *w;
    struct err err;
    if (import)
        s->import++;
    assert_true(writing_begin(s->app, &w, &err));
    for (; n && s->fed < s->lines.n; n--) {
        struct message m;
        enum log_outcome outcome;
        if (!message_decode(w->arena, s->lines.v[s->fed++], &m, &err))
            continue;
        if (!log_append(w->log, &m, import ? 1000 + s->import : 0, &outcome, &err))
            fail_msg("%s", err.message);
    }
    if (!writing_commit(w, &err))
        fail_msg("%s", err.message);
}

static void undo(struct scene *s)
{
    struct writing *w;
    struct err err;
    assert_true(writing_begin(s->app, &w, &err));
    assert_true(log_undo(w->log, 1000 + s->import, atomic_load(&s->now), &err));
    assert_true(writing_commit(w, &err));
}

static bool is_event(void *ctx, const struct log_row *row, struct err *err)
{
    (void)err;
    *(bool *)ctx = row->kind == MESSAGE_EVENT && !row->undo;
    return true;
}

// Takes back one event, whichever it is, that is not hidden yet.
static void undo_row(struct scene *s)
{
    struct writing *w;
    struct err err;
    bool event = false;
    assert_true(writing_begin(s->app, &w, &err));
    int64_t row = 1 + (int64_t)rng_below(&s->rng, (uint64_t)log_last(w->log));
    assert_true(log_scan(w->log, row - 1, row, false, is_event, &event, &err));
    if (event)
        assert_true(log_undo_row(w->log, row, atomic_load(&s->now), &err));
    assert_true(writing_commit(w, &err));
}

static struct str named(const struct program *p, unsigned kind, uint32_t i)
{
    if (i == NO_INDEX)
        return STR("none");
    return kind == CHANGE_STAGE   ? p->stages[i].name
           : kind == CHANGE_GRADE ? p->grade_names[i]
                                  : p->persona_names[i];
}

static void same_text(struct scene *s, const char *what, struct str name, struct str a, struct str b)
{
    if (!str_eq(a, b))
        fail_msg("seed %llu: %s of %.*s: live %.*s, replayed %.*s; now %lld, %zu lines",
                (unsigned long long)s->seed, what, STR_ARG(name), STR_ARG(a), STR_ARG(b),
                (long long)atomic_load(&s->now), s->fed);
}

struct last {
    uint32_t contact;
    struct str kind, became;
};

// Whether something was announced of it since it is there.
static bool is_announced(struct scene *s, uint32_t contact)
{
    struct query *query;
    struct err err;
    bool row;
    assert_true(
            store_query(data_store(s->reader), "SELECT 1 FROM standing WHERE contact = $1", &query, &err));
    query_bind_int(query, 1, contact);
    assert_true(query_step(query, &row, &err));
    query_end(query);
    return row;
}

static bool was_away(const struct scene *s, uint32_t contact, int64_t journal_row)
{
    bool away = false;
    for (size_t i = 0; i < s->aways.n && !away; i++)
        away = s->aways.v[i].contact == contact && s->aways.v[i].row >= journal_row;
    return away;
}

static void note_aways(struct scene *s)
{
    int64_t row, highest;
    struct err err;
    assert_true(store_number(data_store(s->reader), "SELECT max(id) FROM journal", 0, &row, &err));
    assert_true(store_number(data_store(s->reader), "SELECT max(id) FROM contact", 0, &highest, &err));
    for (uint32_t i = 1; i <= (uint32_t)highest; i++)
        if (live_owner(app_live(s->app), i) != i)
            vec_push(&s->aways, (struct away){i, row});
}

// Each row of the journal continues the one before, and the last says what stands.
static bool check_journal(struct scene *s, bool last_try)
{
    struct query *query;
    struct err err;
    bool row;
    VEC(struct last) lasts = {0};
    assert_true(store_query(data_store(s->reader),
            "SELECT contact, kind, was, became, id FROM journal WHERE contact > 0 ORDER BY id", &query,
            &err));
    while (query_step(query, &row, &err) && row) {
        uint32_t contact = (uint32_t)query_int(query, 0);
        struct str kind = arena_str(s->arena, query_text(query, 1)), was = query_text(query, 2),
                   became = arena_str(s->arena, query_text(query, 3));
        size_t i = 0;
        if (was_away(s, contact, query_int(query, 4)))
            continue;
        while (i < lasts.n && !(lasts.v[i].contact == contact && str_eq(lasts.v[i].kind, kind)))
            i++;
        assert_false(str_eq(was, became));
        if (i < lasts.n &&
                !str_eq(was, STR("none"))) // none: it was not there meanwhile, or part of another one
            same_text(s, "the journal", kind, lasts.v[i].became, was);
        else if (i == lasts.n)
            vec_push(&lasts, (struct last){contact, kind, became});
        lasts.v[i].became = became;
    }
    query_end(query);
    bool same = true;
    for (size_t i = 0; i < lasts.n && same; i++) {
        struct live_standing now;
        if (live_owner(app_live(s->app), lasts.v[i].contact) != lasts.v[i].contact ||
                !is_announced(s, lasts.v[i].contact) ||
                !live_standing(app_live(s->app), lasts.v[i].contact, s->arena, &now, &err))
            continue;
        struct str stands = str_eq(lasts.v[i].kind, STR("stage"))   ? now.stage
                            : str_eq(lasts.v[i].kind, STR("grade")) ? now.grade
                                                                    : now.persona;
        same = str_eq(stands, lasts.v[i].became);
        if (last_try)
            same_text(s, "the journal's last", lasts.v[i].kind, stands, lasts.v[i].became);
    }
    vec_free(&lasts);
    return same;
}

static bool contact_agrees(struct scene *s, const struct program *p, const struct columns *c,
        const struct replay_result *r, uint32_t i)
{
    struct live_standing now;
    struct err err;
    uint32_t number;
    struct str name = columns_name(c, i);
    if (!live_find(app_live(s->app), s->reader, name, &number, &err) || number != c->owner[i] ||
            !live_standing(app_live(s->app), c->owner[i], s->arena, &now, &err))
        return false;
    const struct standing *fresh = &r->standings[i];
    if (!r->exists[i])
        return str_eq(now.stage, STR("none"));
    return str_eq(now.stage, named(p, CHANGE_STAGE, fresh->stage)) &&
           str_eq(now.grade, named(p, CHANGE_GRADE, fresh->grade)) &&
           str_eq(now.persona, named(p, CHANGE_PERSONA, fresh->persona)) &&
           now.since == (c->epoch + step_time(fresh->since) < 0 ? 0 : c->epoch + step_time(fresh->since));
}

// The clock's part of the work is not waited for by a position: so it may take some rounds.
static bool agrees(struct scene *s, const struct program *p, bool last)
{
    const struct columns *columns;
    struct replay_result r;
    struct err err;
    bool same = true;
    assert_true(data_columns(s->reader, INT64_MAX, &columns, &err));
    replay_run(p, columns,
            &(struct replay_options){.at = atomic_load(&s->now), .threads = 1, .standings = true}, &r);
    for (uint32_t i = 0; same && i < columns->n_contacts; i++) {
        same = contact_agrees(s, p, columns, &r, i);
        if (!same && last) {
            struct live_standing now = {0};
            live_standing(app_live(s->app), columns->owner[i], s->arena, &now, &err);
            print_message("%.*s: live since %lld, grade %.*s, persona %.*s; replayed since %lld\n",
                    STR_ARG(columns_name(columns, i)), (long long)now.since, STR_ARG(now.grade),
                    STR_ARG(now.persona), (long long)(columns->epoch + step_time(r.standings[i].since)));
            same_text(s, "stage", columns_name(columns, i), now.stage,
                    named(p, CHANGE_STAGE, r.standings[i].stage));
            fail_msg("%.*s differs", STR_ARG(columns_name(columns, i)));
        }
    }
    replay_result_free(&r);
    return same;
}

// One contact of columns, as text.
static void put_contact(const struct columns *c, uint32_t i, int64_t until, struct buf *out)
{
    struct columns view = *c;
    view.n_contacts = 1;
    view.off += i;
    view.presence += i;
    view.owner += i;
    view.name_off += i;
    help_columns_until(&view, until, out);
}

// What live says of a contact's past is what everybody's columns of that moment say.
static void check_past(struct scene *s)
{
    const struct columns *columns;
    struct columns *own;
    struct err err;
    int64_t at = atomic_load(&s->now) - (int64_t)rng_below(&s->rng, 6000);
    assert_true(data_columns(s->reader, at, &columns, &err));
    for (uint32_t i = 0; i < columns->n_contacts; i++) {
        struct buf a = {0}, b = {0};
        if (live_owner(app_live(s->app), columns->owner[i]) != columns->owner[i])
            continue; // part of somebody else by now
        if (!live_history_past(app_live(s->app), s->reader, columns->owner[i], at, &own, &err))
            fail_msg("%s", err.message);
        put_contact(columns, i, at, &a);
        if (own->n_contacts)
            put_contact(own, 0, at, &b);
        same_text(s, "the past", columns_name(columns, i), buf_str(&b), buf_str(&a));
        columns_free(own);
        buf_free(&a);
        buf_free(&b);
    }
}

// Whom a condition holds for, asked twice: computed, then kept and changed with whoever is touched.
static bool filter_agrees(struct scene *s, const struct program *p, bool last)
{
    const struct columns *columns;
    struct live_page page;
    struct replay_result r;
    struct err err;
    struct live_query query = {.filter = buf_str(&s->c.filter), .limit = 500, .count = true, .sort = SORT_ID};
    assert_true(data_columns(s->reader, INT64_MAX, &columns, &err));
    replay_run(p, columns,
            &(struct replay_options){.at = atomic_load(&s->now), .threads = 1, .standings = true}, &r);
    if (!live_page(app_live(s->app), s->reader, s->arena, &query, &page, &err))
        fail_msg("%s", err.message);
    unsigned n = 0, found = 0;
    for (uint32_t i = 0; i < columns->n_contacts; i++) {
        if (!r.exists[i] || !r.standings[i].filter)
            continue;
        n++;
        for (unsigned k = 0; k < page.n; k++)
            found += page.contacts[k] == columns->owner[i];
    }
    replay_result_free(&r);
    bool same = n == found && n == page.n && n == page.total;
    if (!same && last)
        fail_msg("seed %llu: the filter holds for %u, live found %u, %u of them right:\n%.*s",
                (unsigned long long)s->seed, n, page.n, found, STR_ARG(buf_str(&s->c.filter)));
    return same;
}

static void check_filter(struct scene *s)
{
    struct diagnostics *d = diagnostics_new(s->arena);
    const struct program *p = model_compile(s->arena, STR("m"), buf_str(&s->c.model), d);
    p = model_compile_filter(s->arena, p, buf_str(&s->c.model), buf_str(&s->c.filter), d);
    assert_non_null(p);
    for (unsigned i = 0; i < 100 && !filter_agrees(s, p, i == 99); i++)
        usleep(20000);
}

// Each number is among those of its owner, once, and they are nobody else's.
static void check_numbers(struct scene *s)
{
    int64_t highest, owned = 0;
    struct err err;
    uint32_t *numbers;
    unsigned n;
    assert_true(store_number(data_store(s->reader), "SELECT max(id) FROM contact", 0, &highest, &err));
    for (uint32_t i = 1; i <= (uint32_t)highest; i++) {
        uint32_t owner = live_owner(app_live(s->app), i);
        unsigned found = 0;
        live_numbers(app_live(s->app), i, s->arena, &numbers, &n);
        assert_int_equal(numbers[0], owner);
        for (unsigned k = 0; k < n; k++) {
            assert_int_equal(live_owner(app_live(s->app), numbers[k]), owner);
            found += numbers[k] == i;
        }
        assert_int_equal(found, 1);
        owned += owner == i ? n : 0;
    }
    assert_int_equal(owned, highest);
}

static void check(struct scene *s)
{
    struct err err;
    int64_t last;
    struct diagnostics *d = diagnostics_new(s->arena);
    const struct program *p = model_compile(s->arena, STR("m"), buf_str(&s->c.model), d);
    assert_true(store_number(data_store(s->reader), "SELECT max(id) FROM event", 0, &last, &err));
    assert_true(live_wait(app_live(s->app), last, 20000));
    check_numbers(s);
    for (unsigned i = 0; i < 200 && !(agrees(s, p, i == 199) && (s->strangers || check_journal(s, i == 199)));
            i++)
        usleep(20000);
    if (!s->strangers) {
        note_aways(s);
        check_past(s);
    }
}

static void one_case(uint64_t seed, bool strangers)
{
    struct scene s;
    scene_begin(&s, seed, strangers);
    while (s.fed < s.lines.n) {
        bool import = rng_chance(&s.rng, 0.3);
        feed_some(&s, 1 + (size_t)rng_below(&s.rng, 40), import);
        check(&s);
        check_filter(&s);
        if (import && rng_chance(&s.rng, 0.3)) {
            undo(&s);
            s.parted = true;
            check(&s);
        }
        for (unsigned n = rng_chance(&s.rng, 0.4) ? 1 + (unsigned)rng_below(&s.rng, 3) : 0; n > 0; n--) {
            undo_row(&s);
            s.parted = true;
            check(&s);
        }
        check_filter(&s);
        if (rng_chance(&s.rng, 0.3)) {
            if (rng_chance(&s.rng, 0.7)) // the end comes at once, whatever was announced of it
                feed_some(&s, 1 + (size_t)rng_below(&s.rng, 20), false);
            stop(&s);
            start(&s);
            check(&s);
        }
    }
    scene_end(&s);
}

static void test_random(void **state)
{
    (void)state;
    for (uint64_t seed = first_seed; seed < first_seed + help_fewer(n_cases); seed++) {
        one_case(seed, false);
    }
}

static void test_strangers(void **state)
{
    (void)state;
    for (uint64_t seed = first_seed + 2000; seed < first_seed + 2000 + help_fewer(n_cases / 3); seed++)
        one_case(seed, true);
}

// Windows that run out move contacts at their second, though nothing happens.
static void clock_case(uint64_t seed)
{
    static const int64_t STEPS[] = {
            1, 59, 60, 60, 60, 60, 120, 300, 600, 1200, 3599, 7200, 86400, 40 * 86400};
    struct scene s;
    scene_begin(&s, seed, false);
    feed_some(&s, s.lines.n, false);
    check(&s);
    for (unsigned i = 0; i < sizeof STEPS / sizeof *STEPS; i++) {
        atomic_fetch_add(&s.now, STEPS[i]);
        check(&s);
    }
    scene_end(&s);
}

static void test_clock(void **state)
{
    (void)state;
    for (uint64_t seed = first_seed + 1000; seed < first_seed + 1000 + help_fewer(n_cases / 6); seed++)
        clock_case(seed);
}

// How many stood on each stage a week ago, as the board has it and as a replay does.
static bool board_agrees(struct scene *s, const struct program *p, bool last)
{
    const struct columns *columns;
    struct live_board board;
    struct replay_result r;
    struct err err;
    int64_t at = atomic_load(&s->now) - BOARD_WEEK;
    uint32_t *before = ARENA_ARRAY(s->arena, uint32_t, (size_t)p->n_stages + 1);
    assert_true(data_columns(s->reader, INT64_MAX, &columns, &err));
    replay_run(
            p, columns, &(struct replay_options){.at = at - at % 3600, .threads = 1, .standings = true}, &r);
    for (uint32_t i = 0; i < columns->n_contacts; i++)
        if (r.exists[i])
            before[r.standings[i].stage == NO_INDEX ? 0 : r.standings[i].stage + 1]++;
    replay_result_free(&r);
    if (!live_board(app_live(s->app), s->reader, s->arena, STR_NONE, NULL, NULL, &board, &err))
        fail_msg("%s", err.message);
    bool same = true;
    for (uint32_t i = 0; i <= p->n_stages && same; i++) {
        same = board.columns[i].before == before[i];
        if (!same && last)
            fail_msg("seed %llu: %u stood on stage %u, live %u; %zu lines", (unsigned long long)s->seed,
                    before[i], i, board.columns[i].before, s->fed);
    }
    return same;
}

// The week is computed once, and goes on with whoever is touched.
static void test_week(void **state)
{
    (void)state;
    for (uint64_t seed = first_seed + 3000; seed < first_seed + 3000 + help_fewer(n_cases / 3); seed++) {
        struct scene s;
        scene_begin(&s, seed, false);
        struct diagnostics *d = diagnostics_new(s.arena);
        const struct program *p = model_compile(s.arena, STR("m"), buf_str(&s.c.model), d);
        stop(&s); // what it has prepared is of another week
        atomic_store(&s.now, s.c.at + BOARD_WEEK - (int64_t)rng_below(&s.rng, 9000));
        start(&s);
        while (s.fed < s.lines.n) {
            bool import = rng_chance(&s.rng, 0.3);
            feed_some(&s, 1 + (size_t)rng_below(&s.rng, 20), import);
            check(&s);
            if (import && rng_chance(&s.rng, 0.3)) {
                undo(&s);
                check(&s);
            }
            for (unsigned i = 0; i < 200 && !board_agrees(&s, p, i == 199); i++)
                usleep(20000);
        }
        scene_end(&s);
    }
}

// Cases that went wrong once, and are none of the first.
static void test_found(void **state)
{
    (void)state;
    one_case(193, false); // part of another one for a while
    clock_case(1044);     // a browser that an alias gave to somebody else then
    clock_case(1389);     // the first event is one of the future, and moves nothing
}

int main(int argc, char **argv)
{
    if (argc > 1)
        n_cases = (unsigned)strtoul(argv[1], NULL, 10);
    if (argc > 2)
        first_seed = strtoull(argv[2], NULL, 10);
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_random),
            cmocka_unit_test(test_strangers),
            cmocka_unit_test(test_clock),
            cmocka_unit_test(test_week),
            cmocka_unit_test(test_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
