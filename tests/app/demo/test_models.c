// The models that come with Sluice: without errors and warnings, in canonical form, comparable; and on the
// demo's history they foretell sales unequally, none of them perfectly. Run from the top of the tree.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/demo/demo.h"
#include "base/map.h"
#include "replay/build.h"
#include "replay/results.h"
#include "rules/model.h"

#include <stdio.h>

enum { AGENCY, TWO_WAY, FORM, CONNECTED, TUNNEL, DEFAULT, N_MODELS };
static const char *const PATHS[N_MODELS] = {"models/article-000-agency.model",
        "models/article-001-two-way.model", "models/article-002-form.model",
        "models/article-003-connected.model", "models/article-004-tunnel.model", "models/default.model"};

static struct str read_text(struct arena *arena, const char *path)
{
    static const size_t MOST = 1 << 16;
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot read %s", path);
    char *text = arena_alloc(arena, MOST);
    size_t n = fread(text, 1, MOST, file);
    fclose(file);
    assert_true(n < MOST);
    return (struct str){text, n};
}

static const struct program *compile(struct arena *arena, int model)
{
    struct diagnostics *d = diagnostics_new(arena);
    const struct program *program =
            model_compile(arena, str_of(PATHS[model]), read_text(arena, PATHS[model]), d);
    struct buf out = {0};
    for (size_t i = 0; i < d->list.n; i++)
        diagnostic_print(&d->list.v[i], str_of(PATHS[model]), &out);
    if (out.n)
        print_error("%.*s", STR_ARG(buf_str(&out)));
    buf_free(&out);
    assert_non_null(program);
    assert_int_equal(d->list.n, 0);
    return program;
}

static uint32_t stage_of(const struct program *program, const char *name)
{
    for (uint32_t i = 0; i < program->n_stages; i++)
        if (str_eq(program->stages[i].name, str_of(name)))
            return i;
    return NO_INDEX;
}

static void test_compile(void **state)
{
    (void)state;
    for (int i = 0; i < N_MODELS; i++) {
        struct arena *arena = arena_new();
        const struct program *program = compile(arena, i);
        assert_int_equal(program->n_names_unknown, 0);
        assert_true(program->title.n > 0 && program->about.n > 0);
        uint32_t lead = stage_of(program, "lead"), prospect = stage_of(program, "prospect"),
                 customer = stage_of(program, "customer");
        assert_true(lead != NO_INDEX && prospect != NO_INDEX && customer != NO_INDEX);
        assert_true(i == AGENCY ? prospect < lead : lead < prospect);
        assert_true(prospect < customer);
        arena_free(arena);
    }
}

static void test_canonical(void **state)
{
    (void)state;
    for (int i = 0; i < N_MODELS; i++) {
        struct arena *arena = arena_new();
        struct str text = read_text(arena, PATHS[i]);
        struct buf out = {0};
        assert_true(model_format(text, &out, diagnostics_new(arena)));
        if (!str_eq(text, buf_str(&out)))
            fail_msg("%s is not in canonical form; it would be:\n%.*s", PATHS[i], STR_ARG(buf_str(&out)));
        buf_free(&out);
        arena_free(arena);
    }
}

struct reader {
    struct arena *arena;
    struct builder *builder;
    struct map *seen;
    uint32_t log;
};

static bool read_line(void *ctx, struct str line, struct err *err)
{
    struct reader *r = ctx;
    struct message m;
    arena_reset(r->arena);
    r->log++;
    if (!message_decode(r->arena, line, &m, err))
        return false;
    uint32_t known = map_count(r->seen);
    if (map_intern(r->seen, m.message_id) == known)
        builder_message(r->builder, r->log, &m);
    return true;
}

static struct columns *demo_columns(uint32_t contacts)
{
    struct reader r = {.arena = arena_new(), .builder = builder_new(), .seen = map_new()};
    struct columns *columns = NULL;
    struct err err = {0};
    if (!demo_write(1, contacts, DEMO_END, read_line, &r, &err) ||
            !builder_finish(r.builder, DEMO_END, &columns, &err))
        fail_msg("%s", err.message);
    builder_free(r.builder);
    map_free(r.seen);
    arena_free(r.arena);
    return columns;
}

static struct backtest backtest_of(const struct columns *columns, int model)
{
    struct arena *arena = arena_new();
    const struct program *program = compile(arena, model);
    struct replay_result result = {0};
    struct replay_options options = {.at = DEMO_END, .threads = 1};
    struct backtest b;
    replay_run(program, columns, &options, &result);
    backtest_count(columns, &result, stage_of(program, "prospect"), STR("order.placed"), INT64_C(90) * 86400,
            DEMO_END, &b);
    replay_result_free(&result);
    arena_free(arena);
    return b;
}

static void test_foretell(void **state)
{
    (void)state;
    // Bounds are wide: what matters is the order of the definitions, not their decimals.
    static const struct {
        double recall_low, recall_high, lift_low, lift_high;
    } BOUNDS[N_MODELS] = {[AGENCY] = {0.6, 1, 1, 2},
            [TWO_WAY] = {0.1, 0.4, 6, 20},
            [FORM] = {0.65, 0.97, 6, 16},
            [CONNECTED] = {0.08, 0.4, 7, 22},
            [TUNNEL] = {0.4, 0.8, 2.5, 7},
            [DEFAULT] = {0.6, 0.95, 7, 20}};
    struct columns *columns = demo_columns(6000);
    for (int i = 0; i < N_MODELS; i++) {
        struct backtest b = backtest_of(columns, i);
        if (b.base_rate < 0.02 || b.base_rate > 0.07 || b.precision > 0.85 ||
                b.recall < BOUNDS[i].recall_low || b.recall > BOUNDS[i].recall_high ||
                b.lift < BOUNDS[i].lift_low || b.lift > BOUNDS[i].lift_high)
            fail_msg("%s: precision %.3f, recall %.3f, base rate %.3f, lift %.2f", PATHS[i], b.precision,
                    b.recall, b.base_rate, b.lift);
    }
    columns_free(columns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_compile), cmocka_unit_test(test_canonical),
            cmocka_unit_test(test_foretell)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
