// The cases in tests/replay/cases: models, histories and what must come of them, run by both evaluators.
//
//   === what the case shows
//   the model
//   ---
//   m1 u1 2026-01-01 email.replied {"properties":"if any"}    a track; "identify" and "group" set traits
//   {"type":"alias", …}                                       or any message as it is
//   --- 2026-02-01                                            replay up to here, and expect:
//   u1 2026-01-01T00:00:00Z stage none>lead rule m1           the transitions, all of them, in order
//   = u1 lead 2026-01-01T00:00:00Z none none 0.000000         standings, as many as wanted
//   --- …                                                     and up to another time
//
// Lines that begin with # and blank lines are left out.
#include "base/datetime.h"
#include "base/input.h"
#include "base/map.h"
#include "replay/build.h"
#include "rules/model.h"
#include "support/result_text.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

typedef void evaluator(const struct program *program, const struct columns *columns,
        const struct replay_options *options, struct replay_result *ret);

static const struct {
    const char *name;
    evaluator *run;
} EVALUATORS[] = {{"reference", reference_run}, {"blocks", replay_run}};

struct one_case {
    struct str title;
    VEC(char) model;
    const struct program *program;
    struct builder *builder;
    struct map *ids; // messageIds by position in the log
    int64_t at;
    bool expecting;
    struct buf transitions; // expected
    VEC(struct str) standings;
};

struct suite {
    struct arena *arena;
    struct one_case now;
    unsigned cases, failures;
};

static void event_id(const void *ctx, uint32_t log, struct buf *out)
{
    const struct map *ids = ctx;
    buf_put(out, map_key(ids, log));
}

static void complain(struct suite *s, const char *who, struct str expected, struct str got)
{
    s->failures++;
    print_error("%.*s (%s)\n--- expected\n%.*s\n--- got\n%.*s\n", STR_ARG(s->now.title), who,
            STR_ARG(expected), STR_ARG(got));
}

static void compare(struct suite *s, size_t evaluator_index)
{
    struct one_case *c = &s->now;
    struct err err = {0};
    struct columns *columns = NULL;
    struct replay_result result;
    struct replay_options options = {
            .at = c->at, .threads = 1, .transitions = true, .evidence = true, .standings = true};
    const char *who = EVALUATORS[evaluator_index].name;
    assert_true(builder_finish(c->builder, c->at, &columns, &err));
    EVALUATORS[evaluator_index].run(c->program, columns, &options, &result);
    struct str got = transitions_text(s->arena, c->program, columns, &result, event_id, c->ids);
    if (!str_eq(got, buf_str(&c->transitions)))
        complain(s, who, buf_str(&c->transitions), got);
    for (size_t i = 0; i < c->standings.n; i++) {
        struct str expected = c->standings.v[i];
        uint32_t contact = builder_contact(c->builder, str_sub(expected, 0, str_find(expected, ' ')));
        got = contact == NO_INDEX ? STR("no such contact")
                                  : standing_text(s->arena, c->program, columns, &result, contact);
        if (!str_eq(got, expected))
            complain(s, who, expected, got);
    }
    replay_result_free(&result);
    columns_free(columns);
}

static void check(struct suite *s)
{
    if (s->now.expecting && s->now.program)
        for (size_t i = 0; i < sizeof EVALUATORS / sizeof *EVALUATORS; i++)
            compare(s, i);
    s->now.transitions.n = 0;
    s->now.standings.n = 0;
    s->now.expecting = false;
}

static void end_case(struct suite *s)
{
    check(s);
    vec_free(&s->now.model);
    vec_free(&s->now.standings);
    buf_free(&s->now.transitions);
    builder_free(s->now.builder);
    map_free(s->now.ids);
    s->now = (struct one_case){0};
    arena_reset(s->arena);
}

static void compile(struct suite *s)
{
    struct diagnostics *d = diagnostics_new(s->arena);
    struct str text = {s->now.model.v, s->now.model.n};
    s->now.program = model_compile(s->arena, STR("case"), arena_str(s->arena, text), d);
    s->now.builder = builder_new();
    s->now.ids = map_new();
    if (s->now.program)
        return;
    struct buf out = {0};
    for (size_t i = 0; i < d->list.n; i++)
        diagnostic_print(&d->list.v[i], STR("case"), &out);
    complain(s, "compiler", STR("a model"), arena_str(s->arena, buf_str(&out)));
    buf_free(&out);
}

static struct str next_word(struct str *line)
{
    size_t n = str_find(*line, ' ');
    struct str word = str_sub(*line, 0, n);
    *line = str_trim(str_sub(*line, n, line->n));
    return word;
}

static void add_event(struct suite *s, struct str line)
{
    struct message message;
    struct err err = {0};
    if (line.p[0] != '{') {
        struct str id = next_word(&line), contact = next_word(&line), time = next_word(&line),
                   name = next_word(&line);
        line = message_json(s->arena, id, contact, time, name, line);
    }
    if (!message_decode(s->arena, line, &message, &err)) {
        complain(s, err.message, STR("a message"), line);
        return;
    }
    // Every message has an id of its own, so that its number is its position in the log.
    builder_message(s->now.builder, map_intern(s->now.ids, message.message_id), &message);
}

static void take_line(struct suite *s, struct str line)
{
    struct one_case *c = &s->now;
    if (str_starts(line, STR("==="))) {
        end_case(s);
        s->cases++;
        c->title = arena_str(s->arena, str_trim(str_sub(line, 3, line.n)));
    } else if (str_starts(line, STR("---"))) {
        check(s);
        if (!c->builder) {
            compile(s);
            return;
        }
        c->expecting = true;
        if (!datetime_parse(str_trim(str_sub(line, 3, line.n)), &c->at))
            complain(s, "time", STR("--- TIME"), line);
    } else if (c->expecting && str_starts(line, STR("= "))) {
        vec_push(&c->standings, arena_str(s->arena, str_sub(line, 2, line.n)));
    } else if (c->expecting) {
        buf_put(&c->transitions, line);
        buf_char(&c->transitions, '\n');
    } else if (c->builder) {
        add_event(s, arena_str(s->arena, line));
    } else {
        for (size_t i = 0; i < line.n; i++)
            vec_push(&c->model, line.p[i]);
        vec_push(&c->model, '\n');
    }
}

static void run_file(struct suite *s, const char *path)
{
    struct input *input = NULL;
    struct err err = {0};
    struct str line;
    bool more = true;
    assert_true(input_open(path, &input, &err));
    while (input_line(input, &line, &more, &err) && more) {
        struct str trimmed = str_trim(line);
        if (trimmed.n > 0 && trimmed.p[0] != '#')
            take_line(s, trimmed);
    }
    end_case(s);
    input_close(input);
}

static int is_case(const struct dirent *entry)
{
    return str_ends(str_of(entry->d_name), STR(".case"));
}

static void cases(void **state)
{
    (void)state;
    static const char FOLDER[] = "tests/replay/cases";
    struct suite s = {.arena = arena_new()};
    struct dirent **entries = NULL;
    int n = scandir(FOLDER, &entries, is_case, alphasort);
    assert_true(n > 0);
    for (int i = 0; i < n; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", FOLDER, entries[i]->d_name);
        run_file(&s, path);
        free(entries[i]);
    }
    free(entries);
    arena_free(s.arena);
    print_message("%u cases\n", s.cases);
    assert_int_equal(s.failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
