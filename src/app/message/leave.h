// The pages to leave by, in the recipient's language.
#ifndef SLUICE_APP_MESSAGE_LEAVE_H
#define SLUICE_APP_MESSAGE_LEAVE_H

#include "base/str.h"

struct leave_words {
    struct str language;
    struct str title, text, text_topic; // $: the address, the topic
    struct str leave, leave_topic, leave_all, topics;
    struct str left_title, left, back;
    struct str topics_title, topics_text, none, save, saved_title, saved;
    struct str missing_title, missing;
};
// By Accept-Language; English where nothing fits.
const struct leave_words *leave_words(struct str accepted);

#endif
