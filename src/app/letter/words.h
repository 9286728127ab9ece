// What Sluice's own letters to users say. "$" stands for the user's mail address.
#ifndef SLUICE_APP_LETTER_WORDS_H
#define SLUICE_APP_LETTER_WORDS_H

#include "base/str.h"

struct letter_words {
    struct str language;
    struct letter_says {
        struct str subject, text, button, ending;
    } reset, invite;
};
// English for languages that we do not speak.
const struct letter_words *letter_words_in(struct str language);

#endif
