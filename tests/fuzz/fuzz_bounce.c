// Any bytes as a report about delivery: a class that its recipients bear out, texts within their limits.
#include "base/utf8.h"
#include "mail/bounce.h"

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
    const struct bounce *b = bounce_read(arena, mime_read(arena, (struct str){(const char *)data, n}));
    enum bounce_class worst = BOUNCE_NONE;
    require(b->n <= BOUNCE_RECIPIENTS_MAX);
    for (size_t i = 0; i < b->n; i++) {
        const struct bounce_recipient *r = &b->recipients[i];
        worst = r->class > worst ? r->class : worst;
        require(r->reason && r->text.n <= BOUNCE_REASON_MAX && (!r->text.n || utf8_valid(r->text)));
        require(r->status.n == 0 || (r->status.n >= 5 && r->status.p[0] >= '0' && r->status.p[0] <= '9'));
    }
    require(worst == b->class);
    arena_free(arena);
    return 0;
}
