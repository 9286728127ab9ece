// The block evaluator against the reference, record by record, on random models and histories.
//   test_agree [cases [first seed]]        2,000 cases from seed 1 without arguments
#include "support/random_case.h"

#include "replay/build.h"
#include "replay/one.h"
#include "replay/replay.h"
#include "rules/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t first_seed = 1, n_cases = 2000;

struct loaded {
    struct arena *arena;
    const struct program *program;
    struct columns *columns;
};

static void print_case(const struct random_case *c, uint64_t seed)
{
    print_message("seed %llu, at %lld\n%.*s--- filter\n%.*s\n--- events\n%.*s", (unsigned long long)seed,
            (long long)c->at, STR_ARG(buf_str(&c->model)), STR_ARG(buf_str(&c->filter)),
            STR_ARG(buf_str(&c->events)));
}

static const struct program *compiled(struct arena *arena, const struct random_case *c)
{
    struct diagnostics *d = diagnostics_new(arena);
    const struct program *program = model_compile(arena, STR("random.model"), buf_str(&c->model), d);
    if (program)
        program = model_compile_filter(arena, program, buf_str(&c->model), buf_str(&c->filter), d);
    struct buf text = {0};
    for (size_t i = 0; i < d->list.n && !program; i++)
        diagnostic_print(&d->list.v[i], STR("random.model"), &text);
    if (!program)
        print_message("%.*s", STR_ARG(buf_str(&text)));
    buf_free(&text);
    return program;
}

static struct columns *built(struct arena *arena, const struct random_case *c)
{
    struct builder *builder = builder_new();
    struct columns *columns = NULL;
    struct str rest = buf_str(&c->events);
    struct err err;
    for (uint32_t line = 1; rest.n; line++) {
        size_t n = str_find(rest, '\n');
        struct message message;
        if (message_decode(arena, (struct str){rest.p, n}, &message, &err))
            builder_message(builder, line, &message);
        rest = str_sub(rest, n + 1, rest.n);
    }
    // Built from all, so that the evaluators have to cut at `at` themselves.
    assert_true(builder_finish(builder, INT64_MAX, &columns, &err));
    builder_free(builder);
    return columns;
}

static bool same_transition(const struct replay_result *a, const struct replay_result *b, size_t i)
{
    const struct transition *x = &a->transitions.v[i], *y = &b->transitions.v[i];
    if (x->contact != y->contact || x->step != y->step || x->kind != y->kind || x->from != y->from ||
            x->to != y->to || x->by_hand != y->by_hand || x->n_evidence != y->n_evidence)
        return false;
    return !x->n_evidence || memcmp(a->evidence.v + x->evidence, b->evidence.v + y->evidence,
                                     x->n_evidence * sizeof *a->evidence.v) == 0;
}

static void print_transitions(const char *who, const struct columns *columns, const struct replay_result *r)
{
    print_message("%s:\n", who);
    for (size_t i = 0; i < r->transitions.n; i++) {
        const struct transition *t = &r->transitions.v[i];
        print_message("  %.*s %u.%u kind %u %d -> %d, evidence", STR_ARG(columns_name(columns, t->contact)),
                step_time(t->step), (uint32_t)t->step, t->kind, (int)t->from, (int)t->to);
        for (uint32_t k = 0; k < t->n_evidence; k++)
            print_message(" line:%u", columns->log[r->evidence.v[t->evidence + k]]);
        print_message("\n");
    }
}

static bool same_standings(const struct replay_result *a, const struct replay_result *b, uint32_t c)
{
    if (a->exists[c] != b->exists[c])
        return false;
    for (uint32_t s = 0; s < a->n_stages; s++)
        if (a->stages[s][c].first != b->stages[s][c].first || a->stages[s][c].since != b->stages[s][c].since)
            return false;
    const struct standing *x = &a->standings[c], *y = &b->standings[c];
    char scores[2][64];
    snprintf(scores[0], sizeof scores[0], "%.6f", x->score + 0.0);
    snprintf(scores[1], sizeof scores[1], "%.6f", y->score + 0.0);
    return !a->exists[c] ||
           (x->stage == y->stage && x->persona == y->persona && x->grade == y->grade &&
                   x->since == y->since && x->filter == y->filter && strcmp(scores[0], scores[1]) == 0);
}

static void add_entries(struct arena *arena, const struct columns *c, uint32_t event, struct new_event *added)
{
    uint32_t most = c->n_props + c->n_traits + c->n_facts;
    struct new_entry *entries = ARENA_ARRAY(arena, struct new_entry, most + 1);
    added->entries = entries;
    for (uint32_t k = 0; k < c->n_props + c->n_traits; k++) {
        bool prop = k < c->n_props;
        uint32_t column = prop ? k : k - c->n_props;
        const struct sparse *s = prop ? &c->props[column] : &c->traits[column];
        uint32_t i = sparse_at(s->ev, s->n, event);
        if (i < s->n && s->ev[i] == event)
            entries[added->n_entries++] =
                    (struct new_entry){prop ? ENTRY_PROP : ENTRY_TRAIT, column, s->val[i], 0};
    }
    for (uint32_t k = 0; k < c->n_facts; k++) {
        const struct fact_column *f = &c->facts[k];
        uint32_t i = sparse_at(f->ev, f->n, event);
        if (i < f->n && f->ev[i] == event)
            entries[added->n_entries++] = (struct new_entry){ENTRY_FACT, k, f->amount[i], f->answer[i]};
    }
}

// A contact's history without its first or last event, and that event laid over it, gives what the whole
// history gives.
static bool same_laid_over(struct arena *arena, const struct program *program, const struct columns *columns,
        const struct replay_options *options, const struct replay_result *whole, uint32_t contact, bool last)
{
    uint32_t first = columns->off[contact], end = columns->off[contact + 1];
    uint32_t event = last ? end - 1 : first;
    if (end - first > 1 && !last && columns->time[first] == columns->time[first + 1])
        return true; // as a new event it would come behind those of its second
    uint32_t off[2] = {last ? first : first + 1, last ? end - 1 : end};
    struct columns base = *columns;
    base.n_contacts = 1;
    base.off = off;
    base.presence = columns->presence + contact;
    struct new_event added = {.time = columns->time[event], .log = UINT32_MAX, .type = columns->type[event]};
    add_entries(arena, columns, event, &added);
    struct one *one = one_new(program, &base, options);
    bool same = true;
    for (unsigned again = 0; again < 2; again++) { // the second time with what the first has left behind
        const struct replay_result *r = one_replay(one, 0, &added, 1);
        size_t n = 0;
        for (uint32_t s = 0; s < program->n_stages; s++)
            same = same && r->stages[s][0].first == whole->stages[s][contact].first &&
                   r->stages[s][0].since == whole->stages[s][contact].since;
        for (size_t i = 0; i < whole->transitions.n; i++) {
            const struct transition *t = &whole->transitions.v[i];
            if (t->contact == contact)
                same = same && n < r->transitions.n && r->transitions.v[n].step == t->step &&
                       r->transitions.v[n].kind == t->kind && r->transitions.v[n].to == t->to,
                n++;
        }
        same = same && n == r->transitions.n;
    }
    one_free(one);
    return same;
}

static bool agree(const struct random_case *c, struct arena *arena, const struct program *program,
        const struct columns *columns)
{
    struct replay_options options = {
            .at = c->at, .threads = 1, .transitions = true, .evidence = true, .standings = true};
    struct replay_result block, reference, plain, stages;
    replay_run(program, columns, &options, &block);
    reference_run(program, columns, &options, &reference);
    bool same = block.transitions.n == reference.transitions.n;
    for (size_t i = 0; i < block.transitions.n && same; i++)
        same = same_transition(&block, &reference, i);
    if (!same) {
        print_transitions("block", columns, &block);
        print_transitions("reference", columns, &reference);
    }
    // Without evidence, the block evaluator leaves out what does not decide; without transitions, still more.
    options.evidence = false;
    replay_run(program, columns, &options, &plain);
    same = same && plain.transitions.n == block.transitions.n;
    for (size_t i = 0; i < plain.transitions.n && same; i++)
        same = plain.transitions.v[i].step == block.transitions.v[i].step &&
               plain.transitions.v[i].to == block.transitions.v[i].to;
    options.standings = false;
    for (uint32_t k = 0; k < columns->n_contacts; k++)
        if (columns->off[k] < columns->off[k + 1] &&
                (!same_laid_over(arena, program, columns, &options, &plain, k, true) ||
                        !same_laid_over(arena, program, columns, &options, &plain, k, false))) {
            print_message("%.*s: laid over, it differs\n", STR_ARG(columns_name(columns, k)));
            same = false;
        }
    options.transitions = false;
    replay_run(program, columns, &options, &stages);
    uint8_t *holds = arena_alloc(arena, columns->n_contacts + 1);
    replay_filter(program, columns, &options, &reference, holds);
    for (uint32_t k = 0; k < columns->n_contacts; k++) {
        bool standing = same_standings(&block, &reference, k) && same_standings(&plain, &reference, k);
        for (uint32_t s = 0; s < program->n_stages; s++)
            standing = standing && stages.stages[s][k].first == reference.stages[s][k].first &&
                       stages.stages[s][k].since == reference.stages[s][k].since;
        bool filtered = holds[k] == (reference.exists[k] && reference.standings[k].filter);
        if (!standing || !filtered)
            print_message("%.*s: %s differ\n", STR_ARG(columns_name(columns, k)),
                    standing ? "filters" : "standings");
        same = same && standing && filtered;
    }
    replay_result_free(&block);
    replay_result_free(&reference);
    replay_result_free(&plain);
    replay_result_free(&stages);
    return same;
}

static void test_evaluators_agree(void **state)
{
    (void)state;
    uint64_t differing = 0;
    for (uint64_t seed = first_seed; seed < first_seed + n_cases && differing < 3; seed++) {
        struct random_case c = random_case_make(seed);
        struct arena *arena = arena_new();
        const struct program *program = compiled(arena, &c);
        struct columns *columns = built(arena, &c);
        if (!program || !agree(&c, arena, program, columns)) {
            print_case(&c, seed);
            differing++;
        }
        columns_free(columns);
        arena_free(arena);
        random_case_free(&c);
    }
    assert_int_equal(differing, 0);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        n_cases = strtoull(argv[1], NULL, 10);
    if (argc > 2)
        first_seed = strtoull(argv[2], NULL, 10);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_evaluators_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
