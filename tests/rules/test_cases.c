// Runs the cases of tests/rules/cases: model texts with the canonical form, messages and program they give.
//
//     == name
//     --- model          the text
//     --- filter         an expression compiled against it (optional)
//     --- diagnostics    as a compiler prints them; without this section there are none
//     --- canonical      what `model format` prints (optional)
//     --- program        the program's dump (optional)
//     --- tree           its statements as trees, or the filter's tree (optional)
//
// For a model that compiles, each case also checks that the canonical form is stable and means the same.
// With --accept, the program writes what it got into the files: read the difference before you commit it.
#include "base/input.h"
#include "rules/tree.h"
#include "support/program_dump.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char FOLDER[] = "tests/rules/cases";

enum part { PART_MODEL, PART_FILTER, PART_DIAGNOSTICS, PART_CANONICAL, PART_PROGRAM, PART_TREE, N_PARTS };
static const char *const PARTS[] = {"model", "filter", "diagnostics", "canonical", "program", "tree"};

struct text_case {
    struct str name;
    struct str parts[N_PARTS];
    bool has[N_PARTS];
    struct buf got[N_PARTS];
};

struct runner {
    bool accept;
    unsigned cases, failures;
};

static struct str next_line(struct str *rest)
{
    size_t n = str_find(*rest, '\n');
    struct str line = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n < rest->n ? n + 1 : n, rest->n);
    return line;
}

static void print_diagnostics(const struct diagnostics *d, struct buf *out)
{
    for (size_t i = 0; i < d->list.n; i++)
        diagnostic_print(&d->list.v[i], STR("m"), out);
}

// The canonical form formats to itself and compiles to the same program.
static bool stable(struct arena *arena, struct str canonical, struct str dump)
{
    struct buf again = {0}, second = {0};
    struct diagnostics *d = diagnostics_new(arena);
    bool ok = model_format(canonical, &again, d) && str_eq(buf_str(&again), canonical);
    if (!ok)
        printf("  formatted again:\n%.*s", STR_ARG(buf_str(&again)));
    const struct program *p = model_compile(arena, STR("m"), canonical, d);
    if (p)
        program_dump(p, &second);
    if (!str_eq(buf_str(&second), dump)) {
        printf("  means something else when formatted:\n%.*s", STR_ARG(buf_str(&second)));
        ok = false;
    }
    buf_free(&again);
    buf_free(&second);
    return ok;
}

// Every object has the text that it is about before it, so that a wrong place is seen.
static void put_tree(struct arena *arena, struct text_case *c, const struct program *p)
{
    struct str text = c->has[PART_FILTER] ? str_trim(c->parts[PART_FILTER]) : c->parts[PART_MODEL];
    struct buf tree = {0}, *out = &c->got[PART_TREE];
    if (c->has[PART_FILTER])
        tree_of_expression(arena, p, text, &tree, NULL);
    else
        tree_of_statements(text, &tree);
    for (size_t i = 0; i < tree.n; i++) {
        unsigned from, to;
        if (str_starts(str_sub(buf_str(&tree), i, tree.n), STR("\"from\":")) &&
                sscanf(tree.p + i, "\"from\":%u,\"to\":%u", &from, &to) == 2) {
            assert_true(from < to && to <= text.n);
            buf_put(out, STR("\n"));
            for (size_t k = from; k < to; k++)
                buf_char(out, text.p[k] == '\n' ? ' ' : text.p[k]);
            buf_put(out, STR("\n    "));
            while (tree.p[i] != ',')
                i++;
            for (i++; tree.p[i] != ',' && tree.p[i] != '}'; i++)
                ;
        }
        buf_char(out, tree.p[i]);
    }
    buf_free(&tree);
}

static bool run_case(struct text_case *c)
{
    struct arena *arena = arena_new();
    struct diagnostics *d = diagnostics_new(arena);
    bool ok = true;
    const struct program *p = model_compile(arena, STR("m"), c->parts[PART_MODEL], d);
    assert_true((p == NULL) == (d->errors > 0));
    if (p && c->has[PART_FILTER]) {
        const struct program *filtered =
                model_compile_filter(arena, p, c->parts[PART_MODEL], str_trim(c->parts[PART_FILTER]), d);
        if (filtered)
            program_dump(filtered, &c->got[PART_PROGRAM]);
    } else if (p) {
        model_warn_names(p, NULL, NULL, d);
        program_dump(p, &c->got[PART_PROGRAM]);
    }
    if (c->has[PART_TREE])
        put_tree(arena, c, p);
    print_diagnostics(d, &c->got[PART_DIAGNOSTICS]);
    if (model_format(c->parts[PART_MODEL], &c->got[PART_CANONICAL], diagnostics_new(arena)) && p &&
            !c->has[PART_FILTER])
        ok = stable(arena, buf_str(&c->got[PART_CANONICAL]), buf_str(&c->got[PART_PROGRAM]));
    arena_free(arena);
    return ok;
}

static bool judge(struct text_case *c)
{
    bool ok = run_case(c);
    for (enum part part = PART_DIAGNOSTICS; part < N_PARTS; part++) {
        if (!c->has[part] && part != PART_DIAGNOSTICS)
            continue;
        struct str got = buf_str(&c->got[part]);
        if (str_eq(str_trim(got), str_trim(c->parts[part])))
            continue;
        printf("  %s differs; got:\n%.*s", PARTS[part], STR_ARG(got));
        ok = false;
    }
    if (!ok)
        printf("  in case \"%.*s\"\n", STR_ARG(c->name));
    return ok;
}

static void rewrite(const struct text_case *c, struct buf *out)
{
    buf_printf(out, "== %.*s\n", STR_ARG(c->name));
    for (enum part part = 0; part < N_PARTS; part++) {
        bool input = part < PART_DIAGNOSTICS;
        struct str text = input ? c->parts[part] : buf_str(&c->got[part]);
        if (!c->has[part] && (part != PART_DIAGNOSTICS || !text.n))
            continue;
        if (part == PART_DIAGNOSTICS && !text.n)
            continue;
        buf_printf(out, "--- %s\n", PARTS[part]);
        buf_put(out, text);
        if (text.n && text.p[text.n - 1] != '\n')
            buf_char(out, '\n');
    }
    buf_char(out, '\n');
}

static void finish(struct runner *r, struct text_case *c, struct buf *out)
{
    if (!c->name.p)
        return;
    // The blank line before the next case belongs to no part.
    for (enum part part = 0; part < N_PARTS; part++)
        while (c->parts[part].n > 1 && str_ends(c->parts[part], STR("\n\n")))
            c->parts[part].n--;
    r->cases++;
    if (r->accept)
        run_case(c);
    else
        r->failures += !judge(c);
    rewrite(c, out);
    for (enum part part = 0; part < N_PARTS; part++)
        buf_free(&c->got[part]);
}

static void run_text(struct runner *r, struct str text, struct buf *out)
{
    struct text_case c = {0};
    struct str *into = NULL;
    while (text.n) {
        struct str line = next_line(&text);
        if (str_starts(line, STR("== "))) {
            finish(r, &c, out);
            c = (struct text_case){.name = str_sub(line, 3, line.n)};
            into = NULL;
        } else if (str_starts(line, STR("--- "))) {
            for (enum part part = 0; part < N_PARTS; part++)
                if (str_eq(str_sub(line, 4, line.n), str_of(PARTS[part]))) {
                    c.has[part] = true;
                    into = &c.parts[part];
                    *into = (struct str){text.p, 0};
                }
        } else if (into) {
            into->n = (size_t)(text.p - into->p);
        } else if (!c.name.p) {
            buf_printf(out, "%.*s\n", STR_ARG(line)); // what stands before the first case
        }
    }
    finish(r, &c, out);
}

static void run_file(struct runner *r, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", FOLDER, name);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    struct buf text = {0}, out = {0};
    size_t n;
    while ((n = fread(buf_room(&text, 4096), 1, 4096, f)) > 0)
        text.n += n;
    fclose(f);
    unsigned failures = r->failures;
    run_text(r, buf_str(&text), &out);
    if (r->failures > failures)
        printf("  of %s\n", path);
    if (r->accept) {
        f = fopen(path, "w");
        assert_non_null(f);
        while (out.n > 1 && out.p[out.n - 2] == '\n')
            out.n--;
        fwrite(out.p, 1, out.n, f);
        fclose(f);
    }
    buf_free(&text);
    buf_free(&out);
}

static int run_all(struct runner *r)
{
    struct dirent **names;
    int n = scandir(FOLDER, &names, NULL, alphasort);
    if (n < 0) {
        printf("run this from the top of the source tree\n");
        return 1;
    }
    for (int i = 0; i < n; i++) {
        if (str_ends(str_of(names[i]->d_name), STR(".txt")))
            run_file(r, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    return 0;
}

static void test_cases(void **state)
{
    struct runner *r = *state;
    assert_int_equal(run_all(r), 0);
    printf("%u cases\n", r->cases);
    assert_true(r->cases > 0);
    assert_int_equal(r->failures, 0);
}

int main(int argc, char **argv)
{
    struct runner r = {.accept = argc > 1 && strcmp(argv[1], "--accept") == 0};
    const struct CMUnitTest tests[] = {cmocka_unit_test_prestate(test_cases, &r)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
