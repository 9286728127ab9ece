// What somebody wrote, apart from what they quote, their signature, and what their program adds. Linear in
// the size of the text, whatever is in it.
#ifndef SLUICE_MAIL_REPLY_H
#define SLUICE_MAIL_REPLY_H

#include "mail/mime.h"

enum { REPLY_TEXT_MAX = 1 << 20 }; // the rest is taken for quoted

struct reply {
    struct str visible;   // trimmed, lines end with \n
    struct str quoted;    // all that was cut, in its order; may be empty
    struct str forwarded; // a mail that was passed on within the text, header and all; empty: none
};

// A body as plain text. Texts of the answer are in arena (or in text, or constant).
struct reply reply_cut(struct arena *arena, struct str text);
// A body as HTML: what mail programs mark as quoted is known there.
struct reply reply_cut_html(struct arena *arena, struct str html);
// Of a mail: its text part, or its HTML where that is all it has or the text is only a stub.
struct reply reply_of(struct arena *arena, const struct mime *mime);

// Whether a line introduces a quoted mail: "On … wrote:", "Am … schrieb …:", "-----Original Message-----" …
bool reply_introduces(struct str line);

#endif
