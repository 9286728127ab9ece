// What previews keep of stages against replays from scratch: random models, each edited a few times over the
// same histories, with one and two threads; prepared before the first of them, the second or the third.
#include "app/study/snapshot.h"
#include "support/random_case.h"

#include "base/rng.h"
#include "replay/build.h"
#include "replay/replay.h"
#include "rules/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct columns *built(struct arena *arena, struct str rest)
{
    struct builder *builder = builder_new();
    struct columns *columns = NULL;
    struct err err;
    for (uint32_t line = 1; rest.n; line++) {
        size_t n = str_find(rest, '\n');
        struct message message;
        if (message_decode(arena, (struct str){rest.p, n}, &message, &err))
            builder_message(builder, line, &message);
        rest = str_sub(rest, n + 1, rest.n);
    }
    assert_true(builder_finish(builder, INT64_MAX, &columns, &err));
    builder_free(builder);
    return columns;
}

static bool has(const uint64_t *bits, uint32_t i)
{
    return bits[i / 64] >> i % 64 & 1;
}

static void compare(struct study_snapshot *s, const struct program *p, uint64_t seed, unsigned threads)
{
    const uint64_t **on = mem_zero((size_t)p->n_stages + 1, sizeof *on);
    struct replay_options options = {.at = s->at, .threads = 1};
    struct replay_result r;
    uint32_t contacts = 0;
    replay_run(p, s->columns, &options, &r);
    study_snapshot_round(s);
    assert_true(study_snapshot_stages(s, p, threads, NULL, on));
    for (uint32_t c = 0; c < r.n_contacts; c++) {
        assert_int_equal(has(s->exists, c), r.exists[c]);
        contacts += r.exists[c];
        for (uint32_t i = 0; i < p->n_stages; i++)
            if (has(on[i], c) != (r.exists[c] && r.stages[i][c].since != STEP_NONE))
                fail_msg("seed %llu, contact %u, stage %u", (unsigned long long)seed, c, i);
    }
    assert_int_equal(contacts, s->contacts);
    replay_result_free(&r);
    free(on);
}

// Another digit, or another word for `and`: what a person does at one keystroke.
static struct str edited(struct arena *arena, struct str text, struct rng *rng)
{
    char *copy = arena_alloc(arena, text.n + 1);
    memcpy(copy, text.p, text.n);
    for (unsigned tries = 0; tries < 200; tries++) {
        size_t i = rng_below(rng, text.n);
        if (copy[i] >= '1' && copy[i] <= '9') {
            copy[i] = (char)('1' + rng_below(rng, 9));
            break;
        }
    }
    return (struct str){copy, text.n};
}

static void run_case(uint64_t seed, unsigned *compared)
{
    struct random_case c = random_case_make(seed);
    struct arena *arena = arena_new();
    struct rng rng = rng_seed(seed);
    struct columns *columns = built(arena, buf_str(&c.events));
    struct study_snapshot *s = study_snapshot_over(columns, c.at);
    struct str text = buf_str(&c.model);
    for (unsigned edit = 0; edit < 6; edit++) {
        const struct program *p = model_compile(arena, STR("m"), text, diagnostics_new(arena));
        if (p && edit == seed % 3)
            assert_true(study_snapshot_prepare(s, p, 1 + seed % 2, NULL));
        if (p) {
            compare(s, p, seed, 1 + edit % 2);
            ++*compared;
        }
        text = edited(arena, text, &rng);
    }
    study_snapshot_free(s);
    columns_free(columns);
    arena_free(arena);
    random_case_free(&c);
}

static void test_edits(void **state)
{
    unsigned compared = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++)
        run_case(seed, &compared);
    assert_true(compared > 1000);
}

// A replay that is ended keeps nothing, and the next one is right.
static void test_cancelled(void **state)
{
    struct random_case c = random_case_make(5);
    struct arena *arena = arena_new();
    struct columns *columns = built(arena, buf_str(&c.events));
    struct study_snapshot *s = study_snapshot_over(columns, c.at);
    const struct program *p = model_compile(arena, STR("m"), buf_str(&c.model), diagnostics_new(arena));
    const uint64_t **on = ARENA_ARRAY(arena, const uint64_t *, p->n_stages + 1);
    atomic_bool cancel = true;
    (void)state;
    assert_true(p->n_stages > 0);
    assert_false(study_snapshot_stages(s, p, 2, &cancel, on));
    assert_false(study_snapshot_prepare(s, p, 2, &cancel));
    assert_int_equal(s->sets.n, 0);
    compare(s, p, 5, 2);
    // What is known already needs no replay.
    assert_true(study_snapshot_stages(s, p, 2, &cancel, on));
    study_snapshot_free(s);
    columns_free(columns);
    arena_free(arena);
    random_case_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_edits), cmocka_unit_test(test_cancelled)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
