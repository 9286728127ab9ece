// Any text as an answer, and as HTML: what is visible is part of it, and nothing is both visible and cut.
#include "base/utf8.h"
#include "mail/html_text.h"
#include "mail/reply.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new();
    struct str text = {(const char *)data, n};
    struct reply reply = reply_cut(arena, text);
    require(reply.visible.n + reply.quoted.n <= n + 2);
    struct str plain = html_to_text(arena, text, n % 4);
    require(!utf8_valid(text) || utf8_valid(plain));
    reply_cut_html(arena, text);
    arena_free(arena);
    return 0;
}
