// Bounces of 62 mail servers and services (sisimai and others): their class, their recipients, and that
// nothing else is taken for one.
#include "mail/bounce.h"
#include "support/corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct tally {
    const char *folder;
    unsigned n, right, counts;
    struct str expected;
    struct arena *arena;
};

static const char *base_name(const char *path)
{
    return strrchr(path, '/') + 1;
}

static unsigned rank(struct str class)
{
    for (enum bounce_class c = BOUNCE_NONE; c <= BOUNCE_COMPLAINT; c++)
        if (str_eq(class, str_of(bounce_class_name(c))))
            return c;
    return BOUNCE_NONE;
}

// How many lines the expectations have for a file, and the worst class among them.
static unsigned expected_of(const struct tally *t, const char *name, unsigned *ret_class)
{
    struct str line;
    unsigned n = 0;
    *ret_class = 0;
    for (size_t at = 0; corpus_line(t->expected, &at, &line);) {
        if (!str_eq(corpus_field(line, 0), str_of(name)))
            continue;
        unsigned class = rank(corpus_field(line, 2));
        *ret_class = class > *ret_class ? class : *ret_class;
        n++;
    }
    return n;
}

static void labelled(void *ctx, const char *path, struct str bytes)
{
    struct tally *t = ctx;
    unsigned class, n = expected_of(t, base_name(path), &class);
    if (n == 0)
        return;
    struct arena *arena = arena_new();
    const struct bounce *b = bounce_read(arena, mime_read(arena, bytes));
    t->n++;
    t->right += b->class == class;
    t->counts += b->n == n;
    arena_free(arena);
}

static void sisimai(void **state)
{
    (void)state;
    char folder[1000], path[1100];
    struct tally t = {.arena = arena_new()};
    corpus_folder(folder, "01-bounces/sisimai");
    snprintf(path, sizeof path, "%s/expected.tsv", folder);
    t.expected = corpus_bytes(t.arena, path);
    snprintf(path, sizeof path, "%s/lf", folder);
    corpus_each(path, false, labelled, &t);
    printf("sisimai: class right %u of %u (%.1f %%), recipients counted %u\n", t.right, t.n,
            100.0 * t.right / t.n, t.counts);
    assert_true(t.n > 300);
    assert_true(t.right * 100 >= t.n * 92);
    assert_true(t.counts * 100 >= t.n * 97);
    arena_free(t.arena);
}

static void verdict(struct arena *arena, struct str bytes, char out[2000])
{
    const struct bounce *b = bounce_read(arena, mime_read(arena, bytes));
    int n = snprintf(out, 2000, "%s %zu", bounce_class_name(b->class), b->n);
    for (size_t i = 0; i < b->n && n < 1500; i++)
        n += snprintf(out + n, 2000 - (size_t)n, " %.*s:%.*s", STR_ARG(b->recipients[i].address),
                STR_ARG(b->recipients[i].status));
}

// The same mails with other line ends.
static void twins(void **state)
{
    (void)state;
    char folder[1000], path[1200], one[2000], two[2000];
    struct arena *arena = arena_new();
    corpus_folder(folder, "01-bounces/sisimai");
    snprintf(path, sizeof path, "%s/line-ending-twins.tsv", folder);
    struct str list = corpus_bytes(arena, path), line;
    unsigned n = 0, same = 0;
    for (size_t at = 0; corpus_line(list, &at, &line);) {
        const char *kind = str_eq(corpus_field(line, 0), STR("dos")) ? "crlf" : "cr";
        snprintf(path, sizeof path, "%s/%s/%.*s", folder, kind, STR_ARG(corpus_field(line, 1)));
        struct str twin = corpus_bytes(arena, path);
        snprintf(path, sizeof path, "%s/lf/%.*s", folder, STR_ARG(corpus_field(line, 2)));
        struct str plain = corpus_bytes(arena, path);
        if (!twin.p || !plain.p)
            continue;
        verdict(arena, twin, one);
        verdict(arena, plain, two);
        n++;
        same += strcmp(one, two) == 0;
    }
    printf("twins: %u of %u the same\n", same, n);
    assert_true(n > 20);
    assert_int_equal(same, n);
    arena_free(arena);
}

static bool suppresses(struct str bytes)
{
    struct arena *arena = arena_new();
    bool bounce = bounce_read(arena, mime_read(arena, bytes))->class >= BOUNCE_SOFT;
    arena_free(arena);
    return bounce;
}

static void no_bounce(void *ctx, const char *path, struct str bytes)
{
    unsigned *wrong = ctx;
    if (suppresses(bytes)) {
        printf("%s is taken for a bounce\n", path);
        ++*wrong;
    }
}

static void ordinary(void *ctx, const char *path, struct str bytes)
{
    // (some of the mails there are reports)
    if (!strstr(path, "multipart_report") && !memmem(bytes.p, bytes.n, "X-Failed-Recipients", 19) &&
            !memmem(bytes.p, bytes.n, "delivery-status", 15) && !strstr(path, "mail_malformed_2"))
        no_bounce(ctx, path, bytes);
}

static void others_are_none(void **state)
{
    (void)state;
    char folder[1000];
    unsigned wrong = 0, n = corpus_each(corpus_folder(folder, "01-bounces/sisimai/not-a-bounce"), false,
                                no_bounce, &wrong);
    n += corpus_each(corpus_folder(folder, "01-bounces/bounce_email/non_bounces"), false, no_bounce, &wrong);
    n += corpus_each(corpus_folder(folder, "03-mime"), true, ordinary, &wrong);
    n += corpus_each(corpus_folder(folder, "02-replies/talon"), true, no_bounce, &wrong);
    printf("%u other mails, %u taken for bounces\n", n, wrong);
    assert_true(n > 200);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(sisimai), cmocka_unit_test(twins), cmocka_unit_test(others_are_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
