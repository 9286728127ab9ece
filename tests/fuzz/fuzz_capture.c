// Bodies of Segment's API: the first byte chooses the call, and whether the rest is packed.
#include "app/capture/items.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const TYPES[] = {NULL, "track", "identify", "page", "group", "alias", "screen"};
    if (!n)
        return 0;
    struct arena *arena = arena_new();
    struct capture_call call = {.type = TYPES[data[0] % 7],
            .body = {(const char *)data + 1, n - 1},
            .now = 1700000000,
            .visit = {.user_agent = STR("Mozilla/5.0"), .origin = STR("https://example.org")}};
    struct capture_items items;
    struct err err;
    bool fine = data[0] < 128 || capture_unpack(arena, call.body, &call.body, &err);
    if (fine && capture_read(arena, &call, &items, &err)) {
        struct buf out = {0};
        struct json *answer;
        require(items.n + items.n_errors == items.size);
        for (unsigned i = 0; i < items.n; i++) {
            const struct message *m = &items.messages[i];
            require(m->kind != MESSAGE_UNALIAS && m->time <= call.now + CAPTURE_AHEAD);
            require(m->user_id.n <= CAPTURE_ID_MAX && (m->user_id.n || m->anonymous_id.n));
        }
        for (unsigned i = 0; i < items.n_errors; i++)
            require(items.errors[i].index < items.size && items.errors[i].text[0]);
        capture_answer(&items, &out);
        require(json_parse(arena, buf_str(&out), &answer, &err));
        buf_free(&out);
    }
    arena_free(arena);
    return 0;
}
