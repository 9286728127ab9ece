// Any bytes as a mail: all that comes out is UTF-8 within its limits, whatever is in it.
#include "base/utf8.h"
#include "mail/classify.h"
#include "mail/suggest.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_text(struct str s)
{
    require(s.n == 0 || (utf8_valid(s) && !memchr(s.p, 0, s.n)));
}

static void check_parts(struct arena *arena, const struct mime *m)
{
    require(m->n_parts <= MIME_PARTS_MAX);
    for (size_t i = 0; i < m->n_parts; i++) {
        const struct mime_part *part = &m->parts[i];
        require(part->depth <= MIME_DEPTH_MAX);
        check_text(part->name);
        mime_content(arena, part);
        if (part->text)
            check_text(mime_text(arena, part));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new();
    struct suggestion hints[SUGGESTIONS_MAX];
    struct str bytes = {(const char *)data, n}, mail;
    for (size_t at = 0; mime_mbox(bytes, &at, &mail);) {
        const struct mime *m = mime_read(arena, mail);
        check_text(m->subject);
        check_text(m->text);
        check_text(m->html);
        check_text(m->from.address);
        check_text(m->from.name);
        require(m->to.n <= MIME_ADDRESSES_MAX && m->n_references <= MIME_REFERENCES_MAX);
        check_parts(arena, m);
        struct classified c = classify(arena, m, 1780000000);
        check_text(c.reply.visible);
        size_t hinted = suggest(arena, c.reply.visible, 1780000000, hints);
        require(hinted <= SUGGESTIONS_MAX);
        for (size_t i = 0; i < hinted; i++)
            check_text(hints[i].words);
    }
    arena_free(arena);
    return 0;
}
