// Any bytes as a template, rendered over values that have everything in them: within the limits, without
// harm.
#include "base/json.h"
#include "mail/layout.h"
#include "mail/liquid.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char DATA[] =
        "{\"a\":[1,2.5,\"x\",null,true,[\"y\"],{\"k\":1}],\"s\":\"Hello <World> \xc3\xa4\","
        "\"n\":-7,\"f\":1e20,\"o\":{\"k\":\"v\",\"o\":{\"k\":[]}},\"e\":\"\"}";

static void layout(struct arena *arena, struct str body, const struct layout_values *held, bool html)
{
    struct layout_mail mail;
    struct err err;
    const struct layout_body b = {.body = body,
            .html = html,
            .values = held,
            .layout = html ? STR("card") : STR("plain"),
            .subject = STR("S"),
            .preheader = STR("P"),
            .business_name = STR("B"),
            .unsubscribe_url = STR("https://b.example/u")};
    if (!layout_make(arena, &b, &mail, &err))
        return;
    if (memmem(mail.html.p, mail.html.n, "<script", 7) ||
            memmem(mail.html.p, mail.html.n, "href=\"javascript:", 17))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new();
    struct json *json;
    struct err err = {0};
    const struct liquid *program;
    struct buf out = {0};
    struct layout_values held = {.arena = arena};
    struct liquid_options options = {.now = 1772359200, .escape = layout_hold, .escape_ctx = &held};
    char *copy = malloc(n ? n : 1); // exactly as long, for AddressSanitizer
    memcpy(copy, data, n);
    if (!json_parse(arena, STR(DATA), &json, &err))
        abort();
    if (liquid_parse(arena, (struct str){copy, n}, &program, &err)) {
        if (liquid_render(program, arena, liquid_json(arena, json), &options, &out, &err)) {
            layout(arena, buf_str(&out), &held, false);
            layout(arena, buf_str(&out), NULL, true);
        }
    } else if (!err.message[0])
        abort();
    free(copy);
    buf_free(&out);
    arena_free(arena);
    return 0;
}
