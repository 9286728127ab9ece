// What the words of an answer hint at, for a person to confirm: English, German, French, Spanish.
#ifndef SLUICE_MAIL_SUGGEST_H
#define SLUICE_MAIL_SUGGEST_H

#include "base/arena.h"

enum suggest_kind { SUGGEST_OBJECTION, SUGGEST_NOT_NOW, SUGGEST_INTEREST };

struct suggestion {
    enum suggest_kind kind;
    const char *objection; // "price", "timing", "authority", "need", "competitor"; else NULL
    struct str words;      // of the text: what it was seen in
    int64_t revisit;       // of not_now: seconds since 1970, 00:00 UTC of that day; 0: not said
};

enum { SUGGESTIONS_MAX = 8, SUGGEST_TEXT_MAX = 64 << 10 }; // of a text, what is behind is not looked at

// visible: what the person wrote (reply.h); date: when. At most one of each kind and objection, in the order
// of the text. Linear. Returns their number.
size_t suggest(struct arena *arena, struct str visible, int64_t date, struct suggestion ret[SUGGESTIONS_MAX]);

const char *suggest_kind_name(enum suggest_kind kind); // "objection", "not_now", "interest"

#endif
