// Any text: it compiles or is refused with a message; what formats, formats to itself, and a model means the
// same before and after.
// The source itself: fuzzers are linked with the library only.
#include "rules/tree.h"
#include "support/program_dump.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what, struct str a, struct str b)
{
    fprintf(stderr, "%s\n--- first\n%.*s\n--- second\n%.*s\n", what, STR_ARG(a), STR_ARG(b));
    abort();
}

static void print_all(const struct diagnostics *d)
{
    struct buf out = {0};
    for (size_t i = 0; i < d->list.n; i++) {
        diagnostic_print(&d->list.v[i], STR("m"), &out);
        diagnostic_print_json(&d->list.v[i], STR("m"), &out);
    }
    buf_free(&out);
}

static void try_places(const struct json *json, struct str text)
{
    const struct json *from = json_get(json, STR("from")), *to = json_get(json, STR("to"));
    double first = 0, end = 0;
    if (from && (!json_number(from->text, &first) || !json_number(to->text, &end) || first >= end ||
                        end > (double)text.n))
        fail("a place lies outside of the text", text, STR_NONE);
    for (const struct json *child = json->child; child; child = child->next)
        try_places(child, text);
}

// Trees are JSON, and their places lie in the text, whatever the text is.
static void try_trees(struct arena *arena, struct str text)
{
    struct buf out = {0};
    struct json *json;
    tree_of_statements(text, &out);
    if (json_parse(arena, buf_str(&out), &json, &(struct err){0}))
        try_places(json, text);
    else if (text.n < 100) // a reader of JSON has a depth
        fail("the tree is no JSON", text, buf_str(&out));
    buf_free(&out);
}

static void try_filter(struct arena *arena, const struct program *p, struct str text)
{
    // The model's own conditions are filters too.
    struct diagnostics *d = diagnostics_new(arena);
    if (p->n_stages && !model_compile_filter(arena, p, text, p->stages[p->n_stages - 1].when->text, d))
        fail("a stage's condition is no filter", text, p->stages[p->n_stages - 1].when->text);
    model_compile_filter(arena, p, text, text, diagnostics_new(arena));
    struct buf tree = {0};
    struct str canonical;
    tree_of_expression(arena, p, text, &tree, &canonical);
    if (p->n_stages)
        tree_of_expression(arena, p, p->stages[p->n_stages - 1].when->text, &tree, &canonical);
    if (p->n_stages && !str_eq(canonical, p->stages[p->n_stages - 1].when->text))
        fail("a condition's canonical text is not canonical", p->stages[p->n_stages - 1].when->text,
                canonical);
    buf_free(&tree);
    for (uint32_t i = 0; i < p->n_stages && i < 20; i++)
        program_stage_hash(p, i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct str text = {(const char *)data, size};
    struct diagnostics *d = diagnostics_new(arena), *d_format = diagnostics_new(arena);
    struct buf first = {0}, second = {0}, dump = {0}, dump_again = {0};
    const struct program *p = model_compile(arena, STR("m"), text, d);
    if ((p == NULL) != (d->errors > 0))
        fail("no program without a message", text, STR_NONE);
    bool formatted = model_format(text, &first, d_format);
    if (formatted != (d_format->errors == 0) || (p && !formatted && first.n < 900000))
        fail("a model that compiles does not format", text, STR_NONE);
    if (formatted) {
        if (!model_format(buf_str(&first), &second, d_format) || !str_eq(buf_str(&first), buf_str(&second)))
            fail("not idempotent", buf_str(&first), buf_str(&second));
        const struct program *again = model_compile(arena, STR("m"), buf_str(&first), diagnostics_new(arena));
        if ((p == NULL) != (again == NULL))
            fail("only one of text and canonical form compiles", text, buf_str(&first));
        if (p) {
            program_dump(p, &dump);
            program_dump(again, &dump_again);
            if (!str_eq(buf_str(&dump), buf_str(&dump_again)))
                fail("the canonical form means something else", buf_str(&dump), buf_str(&dump_again));
            try_filter(arena, p, text);
            model_warn_names(p, NULL, NULL, d);
        }
    }
    try_trees(arena, text);
    print_all(d);
    struct str *props;
    uint32_t n_props;
    int64_t seconds;
    cond_compile(arena, text, &props, &n_props, d_format);
    duration_parse(text, &seconds, NULL);
    buf_free(&first);
    buf_free(&second);
    buf_free(&dump);
    buf_free(&dump_again);
    arena_free(arena);
    return 0;
}
