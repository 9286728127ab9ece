// Between mime.c and GMime: parts and their contents.
#ifndef SLUICE_MAIL_MIME_CONTENT_H
#define SLUICE_MAIL_MIME_CONTENT_H

#include "base/vec.h"
#include "mail/mime.h"

#include <gmime/gmime.h>

struct mime_parts {
    struct arena *arena;
    VEC(struct mime_part) all;
    VEC(unsigned) text, html, files; // RFC 8621 section 4.1.4, positions in all
    bool text_set, html_set;         // (a list is given up within an alternative that has only the other)
    bool cut;
};

// A parsed mail, freed with the arena. NULL: there is nothing that a parser makes a mail of.
GMimeMessage *mime_parsed(struct arena *arena, struct str bytes);
// Its parts, in order.
void mime_gather(struct mime_parts *parts, GMimeMessage *message);
// Its own contents, at most `most` bytes.
struct str mime_part_bytes(struct arena *arena, const struct mime_part *part, size_t most);

#endif
