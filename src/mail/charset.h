// Bytes of a mail in whatever charset they say, or do not say, or say wrongly → UTF-8 (iconv).
#ifndef SLUICE_MAIL_CHARSET_H
#define SLUICE_MAIL_CHARSET_H

#include "base/arena.h"

// Never fails: what cannot be read becomes U+FFFD. charset in any case, may be empty. Well-formed UTF-8 with
// non-ASCII letters in it is believed before any label. Without NULs. In arena (or the bytes themselves).
struct str charset_to_utf8(struct arena *arena, struct str bytes, struct str charset);

// Header text (RFC 2047 encoded words, raw 8-bit) → UTF-8 in one line: unfolded, controls become blanks.
struct str charset_header(struct arena *arena, struct str raw);
// Where the encoded word at s.p[at] ends; 0: there is none.
size_t charset_word_end(struct str s, size_t at);

#endif
