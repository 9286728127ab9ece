// Odd and broken mails: all are read; stalwart's expectations are met.
#include "base/json.h"
#include "base/utf8.h"
#include "mail/classify.h"
#include "support/corpus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct tally {
    unsigned fields, right, files;
};

static void require_text(struct str s)
{
    assert_true(s.n == 0 || utf8_valid(s));
}

static void readable(void *ctx, const char *path, struct str bytes)
{
    (void)ctx, (void)path;
    struct arena *arena = arena_new();
    const struct mime *m = mime_read(arena, bytes);
    require_text(m->subject);
    require_text(m->text);
    require_text(m->html);
    for (size_t i = 0; i < m->n_parts; i++) {
        require_text(m->parts[i].name);
        mime_content(arena, &m->parts[i]);
    }
    classify(arena, m, 0);
    arena_free(arena);
}

static void all_are_read(void **state)
{
    (void)state;
    char folder[1000];
    unsigned n = corpus_each(corpus_folder(folder, "03-mime"), true, readable, NULL);
    printf("%u mails read\n", n);
    assert_true(n > 200);
}

static const struct json *field(const struct json *part, const char *name)
{
    const struct json *headers = json_get(part, STR("headers"));
    for (const struct json *h = headers ? headers->child : NULL; h; h = h->next)
        if (str_eq(json_get_str(h, STR("name")), str_of(name)))
            return json_get(h, STR("value"));
    return NULL;
}

static const struct json *part_of(const struct json *j, const struct json *number)
{
    const struct json *part = json_get(j, STR("parts"))->child;
    for (int i = atoi(number->text.p); i > 0 && part; i--)
        part = part->next;
    return part;
}

// Without any white space: line ends and folding differ.
static struct str bare(struct arena *arena, struct str s)
{
    char *out = arena_alloc(arena, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] > ' ')
            out[n++] = s.p[i];
    return (struct str){out, n};
}

static void compare(struct tally *t, struct arena *arena, const char *path, const char *what, struct str want,
        struct str got)
{
    bool right = str_eq(bare(arena, want), bare(arena, got));
    t->fields++;
    t->right += right;
    if (!right)
        printf("  %s: %s: %.*s, not %.*s\n", strstr(path, "eml/"), what, (int)(got.n < 300 ? got.n : 300),
                got.p ? got.p : "", (int)(want.n < 300 ? want.n : 300), want.p ? want.p : "");
}

static struct str parameter(const struct json *part, const char *header, const char *name)
{
    const struct json *type = json_get(field(part, header), STR("ContentType")),
                      *all = json_get(type, STR("attributes"));
    for (const struct json *one = all ? all->child : NULL; one; one = one->next)
        if (str_eq(json_get_str(one, STR("name")), str_of(name)))
            return json_get_str(one, STR("value"));
    return STR_NONE;
}

static struct str texts(struct arena *arena, const struct json *j)
{
    struct str all = STR("");
    for (const struct json *i = json_get(j, STR("text_body"))->child; i; i = i->next) {
        struct str one = json_get_str(json_get(part_of(j, i), STR("body")), STR("Text"));
        struct buf both = {0}; // (there are NULs in it)
        buf_put(&both, all);
        buf_put(&both, one);
        all = arena_str(arena, buf_str(&both));
        buf_free(&both);
    }
    return all;
}

static struct str names(struct arena *arena, const struct json *j)
{
    struct str all = STR("");
    for (const struct json *i = json_get(j, STR("attachments"))->child; i; i = i->next) {
        const struct json *part = part_of(j, i);
        struct str name = parameter(part, "content_disposition", "filename");
        name = name.p ? name : parameter(part, "content_type", "name");
        all = arena_printf(arena, "%.*s|%.*s", STR_ARG(all), STR_ARG(name));
    }
    return all;
}

static struct str names_read(struct arena *arena, const struct mime *m)
{
    struct str all = STR("");
    for (size_t i = 0; i < m->n_parts; i++)
        if (m->parts[i].attachment)
            all = arena_printf(arena, "%.*s|%.*s", STR_ARG(all), STR_ARG(m->parts[i].name));
    return all;
}

static struct str from_of(const struct json *part)
{
    const struct json *list = json_get(json_get(field(part, "from"), STR("Address")), STR("List"));
    return list && list->child ? json_get_str(list->child, STR("address")) : STR_NONE;
}

static void expected(void *ctx, const char *path, struct str bytes)
{
    struct tally *t = ctx;
    char other[2000];
    struct arena *arena = arena_new();
    struct json *j;
    struct err err = {0};
    snprintf(other, sizeof other, "%.*s.json", (int)strlen(path) - 4, path);
    struct str text = corpus_bytes(arena, other);
    if (text.p && json_parse(arena, text, &j, &err)) {
        const struct mime *m = mime_read(arena, bytes);
        const struct json *top = json_get(j, STR("parts"))->child;
        compare(t, arena, path, "from", from_of(top), m->from.address);
        compare(t, arena, path, "subject", json_get_str(field(top, "subject"), STR("Text")), m->subject);
        // (where the structure is broken there are several ways to mend it; ours keeps the body)
        if (!strstr(path, "/malformed/")) {
            compare(t, arena, path, "text", texts(arena, j), m->text);
            compare(t, arena, path, "names", names(arena, j), names_read(arena, m));
        }
        t->files++;
    }
    arena_free(arena);
}

static void stalwart(void **state)
{
    (void)state;
    char folder[1000];
    struct tally t = {0};
    corpus_each(corpus_folder(folder, "03-mime/stalwart/eml"), true, expected, &t);
    printf("stalwart: %u of %u fields of %u mails (%.1f %%)\n", t.right, t.fields, t.files,
            100.0 * t.right / t.fields);
    assert_true(t.files > 15);
    assert_true(t.right * 100 >= t.fields * 95);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_are_read), cmocka_unit_test(stalwart)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
