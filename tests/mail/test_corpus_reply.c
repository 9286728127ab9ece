// Answers in many languages (discourse, crisp, github, zapier): the visible part, exactly.
#include "base/clock.h"
#include "base/json.h"
#include "mail/reply.h"
#include "support/corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct tally {
    unsigned n, right;
};

static void count(struct tally *t, const char *name, struct str got, struct str want)
{
    bool right = str_eq(str_trim(got), str_trim(want));
    t->n++;
    t->right += right;
    if (!right)
        printf("  %s: %.*s\n", name, (int)(got.n < 60 ? got.n : 60), got.p);
}

static void trimmed(void *ctx, const char *path, struct str bytes)
{
    char other[2000];
    const char *emails = strstr(path, "/emails/");
    struct arena *arena = arena_new();
    snprintf(other, sizeof other, "%.*s/trimmed/%s", (int)(emails - path), path, emails + 8);
    count(ctx, emails + 8, reply_cut(arena, bytes).visible, corpus_bytes(arena, other));
    arena_free(arena);
}

static void discourse(void **state)
{
    (void)state;
    char folder[1000];
    struct tally t = {0};
    corpus_each(corpus_folder(folder, "02-replies/discourse-trimmer/emails"), false, trimmed, &t);
    printf("discourse-trimmer: %u of %u (%.1f %%)\n", t.right, t.n, 100.0 * t.right / t.n);
    assert_true(t.n > 20 && t.right * 100 >= t.n * 85);
}

// What a file's entry wants the visible text to be: an object's "reply", or of a list those about the first
// fragment.
static void check_entry(struct tally *t, struct arena *arena, const char *folder, const struct json *entry)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/%.*s", folder, STR_ARG(entry->key));
    struct str text = corpus_bytes(arena, path);
    if (!text.p)
        return;
    struct str visible = reply_cut(arena, text).visible, want = json_get_str(entry, STR("reply"));
    if (want.p)
        count(t, path + strlen(folder) + 1, visible, want);
    for (const struct json *one = entry->kind == JSON_ARRAY ? entry->child : NULL; one; one = one->next) {
        struct str target = json_get_str(one, STR("target"));
        want = json_get_str(one, STR("expected"));
        if (want.p && (str_eq(target, STR("fragment[0]")) || str_eq(target, STR("visible"))))
            count(t, path + strlen(folder) + 1, visible, want);
    }
}

static struct tally entries(const char *name)
{
    char folder[1000], path[1100];
    struct arena *arena = arena_new();
    struct tally t = {0};
    struct json *j;
    struct err err = {0};
    corpus_folder(folder, name);
    snprintf(path, sizeof path, "%s/expected.json", folder);
    assert_true(json_parse(arena, corpus_bytes(arena, path), &j, &err));
    for (const struct json *entry = j->child; entry; entry = entry->next)
        check_entry(&t, arena, folder, entry);
    printf("%s: %u of %u\n", name, t.right, t.n);
    arena_free(arena);
    return t;
}

static void crisp(void **state)
{
    (void)state;
    struct tally t = entries("02-replies/crisp-erp");
    assert_true(t.n > 10 && t.right * 100 >= t.n * 90);
}

static void github_and_zapier(void **state)
{
    (void)state;
    struct tally t = entries("02-replies/github-erp");
    assert_true(t.n > 0 && t.right == t.n);
    t = entries("02-replies/zapier-erp");
    assert_true(t.n > 0 && t.right == t.n);
}

static void talon_cases(void **state)
{
    (void)state;
    char path[1000];
    struct arena *arena = arena_new();
    struct tally t = {0};
    struct json *j;
    struct err err = {0};
    corpus_folder(path, "02-replies/talon/plain-cases.json");
    assert_true(json_parse(arena, corpus_bytes(arena, path), &j, &err));
    for (const struct json *one = j->child; one; one = one->next)
        count(&t, arena_str(arena, json_get_str(one, STR("name"))).p,
                reply_cut(arena, json_get_str(one, STR("input"))).visible, json_get_str(one, STR("reply")));
    printf("talon: %u of %u\n", t.right, t.n);
    assert_true(t.n > 15 && t.right * 100 >= t.n * 75);
    arena_free(arena);
}

static void timed(void *ctx, const char *path, struct str bytes)
{
    int64_t *slowest = ctx, from = clock_monotonic_ns();
    (void)path;
    struct arena *arena = arena_new();
    reply_cut(arena, bytes);
    arena_free(arena);
    int64_t took = clock_monotonic_ns() - from;
    *slowest = took > *slowest ? took : *slowest;
}

static void none_takes_long(void **state)
{
    (void)state;
    char folder[1000];
    int64_t slowest = 0;
    corpus_each(corpus_folder(folder, "02-replies"), true, timed, &slowest);
    printf("the slowest: %.0f ms\n", (double)slowest / 1e6);
    assert_true(slowest < 1000000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(discourse), cmocka_unit_test(crisp),
            cmocka_unit_test(github_and_zapier), cmocka_unit_test(talon_cases),
            cmocka_unit_test(none_takes_long)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
