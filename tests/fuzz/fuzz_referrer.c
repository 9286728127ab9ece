// Any bytes as the addresses of a visit (page, NUL, referrer) and in a message: results are UTF-8 and
// bounded, and what is put into a message is JSON that says the same as the tree.
#include "app/tracker/enrich.h"
#include "app/tracker/source.h"
#include "base/utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check(struct source source)
{
    require(source.medium <= MEDIUM_UNKNOWN);
    require(!source.term.p || utf8_valid(source.term));
    require(source.term.n <= 1000 && source.source.n <= 1000 && source.campaign.n <= 1000);
    medium_word(source.medium);
}

static void check_message(struct arena *arena, struct str page, struct str referrer)
{
    struct buf text = {0};
    struct json *message, *again;
    struct err err;
    buf_put(&text, STR("{\"type\":\"page\",\"properties\":{\"url\":"));
    json_put_string(&text, page);
    buf_put(&text, STR(",\"referrer\":"));
    json_put_string(&text, referrer);
    buf_put(&text, STR("},\"context\":{\"userAgent\":"));
    json_put_string(&text, referrer);
    buf_put(&text, STR("}}"));
    require(json_parse(arena, buf_str(&text), &message, &err));
    const struct visit visit = {.referrer = referrer};
    const struct json *found = tracker_enrich(arena, message, &visit);
    require(json_parse(arena, found->text, &again, &err));
    const struct json *a = json_get(found, STR("properties")), *b = json_get(again, STR("properties"));
    const struct json *x = a->child, *y = b->child;
    for (; x && y; x = x->next, y = y->next)
        require(str_eq(x->key, y->key) && x->kind == y->kind &&
                (x->kind != JSON_STRING || str_eq(x->text, y->text)));
    require(!x && !y);
    buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new();
    struct str all = {(const char *)data, n};
    size_t end = str_find(all, '\0');
    struct str page = str_sub(all, 0, end), referrer = str_sub(all, end < n ? end + 1 : n, n);
    struct source source;
    check(source_of_referrer(arena, page, referrer));
    check(source_of_visit(arena, page, referrer));
    if (source_of_page(arena, page, &source))
        check(source);
    check_message(arena, page, referrer);
    arena_free(arena);
    return 0;
}
