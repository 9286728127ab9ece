// Writing header fields, for compose.c.
#ifndef SLUICE_MAIL_COMPOSE_HEADER_H
#define SLUICE_MAIL_COMPOSE_HEADER_H

#include "mail/compose.h"

// A field whose value may be any text of one line: "Subject". Folded; RFC 2047 where it must.
void header_text(struct buf *out, const char *name, struct str value);
// A field whose value is ASCII words, folded between them: "References".
void header_words(struct buf *out, const char *name, struct str value);
// "From: Name <address>"; address as it is to stand there.
void header_address(struct buf *out, const char *name, struct str person, struct str address);

#endif
