// Whatever a message says, what is left of it after an erasure is a message, names nobody, answers the
// models' questions as before, and is left alone the next time.
#include "app/privacy/strip.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MODEL[] =
        "trait plan text\ntrait renewal date\ntrait vip flag\n"
        "persona \"A\" when title contains \"owner\"\n"
        "persona \"B\" when title matches \"chief|ceo\" or plan in (\"gold\", \"silver\")\n"
        "points 1 each page.viewed where path contains \"/pricing\"\n"
        "points 2 each \"Asked\" where ( topic is \"price\" or amount > 10 )\n"
        "stage s when renewal < 2027-01-01 and employees >= 5 and vip\n";
static const char NAME[] = "zanzibar";

static void broken(const char *what, struct str body, struct str left)
{
    fprintf(stderr, "%s\n%.*s\n%.*s\n", what, STR_ARG(body), STR_ARG(left));
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n < 2)
        return 0;
    // The model is compiled once for many runs.
    static struct arena *kept;
    static struct strip *strip;
    static unsigned runs;
    struct arena *arena = arena_new(), *scratch = arena_new();
    if (runs++ % 1000 == 0) {
        arena_free(kept);
        kept = arena_new();
        strip = strip_new(kept);
        strip_model(strip, STR(MODEL));
    }
    strip_forget(strip);
    struct buf once = {0}, twice = {0};
    struct json *json;
    struct err err;
    strip_needle(strip, STR(NAME));
    struct person_row row = {.id = 1,
            .type = {.kind = (enum event_kind)(bytes[0] % 3), .name = bytes[0] % 3 ? STR_NONE : STR("Asked")},
            .body = {(const char *)bytes + 1, n - 1}};
    if (json_parse(arena, row.body, &json, &err) && json->kind == JSON_OBJECT &&
            strip_learn(strip, &row, &err) && strip_body(strip, &row, scratch, &once, &err)) {
        if (once.n && !json_parse(arena, buf_str(&once), &json, &err))
            broken("no JSON is left", row.body, buf_str(&once));
        if (once.n && memmem(once.p, once.n, NAME, strlen(NAME)))
            broken("the name is left", row.body, buf_str(&once));
        row.body = buf_str(&once);
        arena_reset(scratch);
        if (!strip_body(strip, &row, scratch, &twice, &err) || !str_eq(buf_str(&once), buf_str(&twice)))
            broken("the second time is different", buf_str(&once), buf_str(&twice));
    }
    buf_free(&once);
    buf_free(&twice);
    arena_free(scratch);
    arena_free(arena);
    return 0;
}
