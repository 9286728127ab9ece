// The formatter under noise: comments and line ends strewn between all words of the cases' models. The result
// formats to itself, means the same, and has every comment, in order.
#include "base/rng.h"
#include "rules/lexer.h"
#include "support/program_dump.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char FOLDER[] = "tests/rules/cases";
enum { ROUNDS = 30 };

// Between two words: mostly a blank, sometimes line ends and comments, numbered.
static void put_noise(struct buf *out, struct rng *rng, unsigned percent, unsigned *comments)
{
    buf_char(out, ' ');
    while (rng_below(rng, 100) < percent) {
        switch (rng_below(rng, 4)) {
        case 0:
            buf_printf(out, "# c%u\n", (*comments)++);
            break;
        case 1:
            buf_printf(out, "\n\t# c%u  \r\n", (*comments)++);
            break;
        case 2:
            buf_put(out, STR("\n"));
            break;
        default:
            buf_put(out, STR("\n \n\n"));
        }
    }
}

static void put_noisy(struct buf *out, struct str text, struct rng *rng, unsigned percent, unsigned *comments)
{
    struct arena *arena = arena_new();
    const struct source *source = source_new(arena, STR("m"), text);
    struct lexer lexer;
    lexer_init(&lexer, source, diagnostics_new(arena));
    for (struct token t; (t = lexer_next(&lexer)).code;) {
        put_noise(out, rng, percent, comments);
        buf_put(out, str_sub(source->text, t.at, t.end));
    }
    put_noise(out, rng, percent, comments);
    vec_free(&lexer.comments);
    arena_free(arena);
}

static bool same(const char *what, const struct buf *a, const struct buf *b)
{
    if (str_eq(buf_str(a), buf_str(b)))
        return true;
    printf("%s:\n%.*s\n--- and\n%.*s\n", what, (int)a->n, a->p, (int)b->n, b->p);
    return false;
}

static bool has_comments(const struct buf *text, unsigned comments)
{
    struct str rest = buf_str(text);
    for (unsigned i = 0; i < comments; i++) {
        char comment[32];
        int n = snprintf(comment, sizeof comment, "# c%u\n", i);
        const char *at = memmem(rest.p, rest.n, comment, (size_t)n);
        if (!at) {
            printf("lost # c%u in\n%.*s\n", i, (int)text->n, text->p);
            return false;
        }
        rest = str_sub(rest, (size_t)(at - rest.p), rest.n);
    }
    return true;
}

static bool round_trip(struct str text, struct rng *rng, unsigned percent)
{
    struct arena *arena = arena_new();
    struct buf noisy = {0}, once = {0}, twice = {0}, dump = {0}, dump_again = {0};
    unsigned comments = 0;
    put_noisy(&noisy, text, rng, percent, &comments);
    struct diagnostics *d = diagnostics_new(arena);
    const struct program *p = model_compile(arena, STR("m"), buf_str(&noisy), d);
    bool ok = p != NULL;
    if (ok) {
        program_dump(p, &dump);
        ok = model_format(buf_str(&noisy), &once, d) && model_format(buf_str(&once), &twice, d) &&
             same("not idempotent", &once, &twice) && has_comments(&once, comments);
        const struct program *again = model_compile(arena, STR("m"), buf_str(&once), d);
        if (again)
            program_dump(again, &dump_again);
        ok = ok && again && same("means something else", &dump, &dump_again);
    }
    buf_free(&noisy);
    buf_free(&once);
    buf_free(&twice);
    buf_free(&dump);
    buf_free(&dump_again);
    arena_free(arena);
    return ok;
}

static bool compiles(struct str text)
{
    struct arena *arena = arena_new();
    bool ok = model_compile(arena, STR("m"), text, diagnostics_new(arena)) != NULL;
    arena_free(arena);
    return ok;
}

static unsigned run_text(struct str text, struct rng *rng)
{
    unsigned models = 0;
    const char *at;
    while ((at = memmem(text.p, text.n, "--- model\n", 10))) {
        text = str_sub(text, (size_t)(at - text.p) + 10, text.n);
        struct str model = text;
        for (const char *mark = "\n--- "; mark; mark = mark[1] == '-' ? "\n== " : NULL) {
            const char *end = memmem(model.p, model.n, mark, strlen(mark));
            if (end)
                model.n = (size_t)(end - model.p) + 1;
        }
        if (!compiles(model))
            continue;
        models++;
        for (unsigned i = 0; i < ROUNDS; i++)
            assert_true(round_trip(model, rng, i % 2 ? 5 : 40));
    }
    return models;
}

static void test_noise(void **state)
{
    (void)state;
    struct rng rng = rng_seed(1);
    unsigned models = 0;
    struct dirent **names;
    int n = scandir(FOLDER, &names, NULL, alphasort);
    assert_true(n > 0); // else: not run from the top of the source tree
    for (int i = 0; i < n; i++) {
        if (str_ends(str_of(names[i]->d_name), STR(".txt"))) {
            char path[512];
            snprintf(path, sizeof path, "%s/%s", FOLDER, names[i]->d_name);
            FILE *f = fopen(path, "r");
            assert_non_null(f);
            struct buf text = {0};
            size_t got;
            while ((got = fread(buf_room(&text, 4096), 1, 4096, f)) > 0)
                text.n += got;
            fclose(f);
            models += run_text(buf_str(&text), &rng);
            buf_free(&text);
        }
        free(names[i]);
    }
    free(names);
    assert_true(models > 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_noise)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
