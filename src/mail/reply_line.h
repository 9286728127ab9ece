// What a line of an answer is.
#ifndef SLUICE_MAIL_REPLY_LINE_H
#define SLUICE_MAIL_REPLY_LINE_H

#include "base/arena.h"

enum reply_line {
    LINE_TEXT = 't',
    LINE_EMPTY = 'e',
    LINE_RULE = 'd',      // "-- ", "____": what follows is no part of the answer
    LINE_SIGNATURE = 's', // "Sent from my phone"
    LINE_INTRO = 'b',     // introduces a quoted mail
    LINE_FIELD = 'h',     // "Subject: …" in any of many languages
    LINE_QUOTE = 'q',
};

enum reply_line reply_line_kind(struct arena *arena, struct str line);
// "On … wrote:" in one line; several lines joined by the caller. flat: phrases.h.
bool reply_is_intro(struct str flat);
// "---------- Forwarded message ----------" and the like.
bool reply_is_forward(struct str flat);
// Whether an introduction may begin so, but ends on a later line.
bool reply_may_begin_intro(struct str flat);
// "On Monday …", "Am …", "12.3. …".
bool reply_begins_with_date(struct str flat);
// "ann@example.org> wrote:", "wrote:": ends what a line before began.
bool reply_may_end_intro(struct str flat);

#endif
