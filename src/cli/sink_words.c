#include "cli/sink_words.h"

static const char *const ANSWERS[SINK_ANSWERS] = {
        "Yes, I would like to hear more about it. Could you call me on Tuesday?",
        "Sounds interesting. Please send me an offer for a team of ten.",
        "Thanks, but that is too expensive for us. We have no budget for it this year.",
        "Not right now, I'm afraid. Please get back to me in three months.",
        "I am not the one who decides about that. I will pass it on to my boss.",
        "Thank you, but we already work with another provider and are happy with it.",
        "What would it cost for a small office, and how soon could you start?",
        "Good timing! We were just looking for something like this. When can we talk?",
};
static const char *const GREETINGS[] = {"Hello,", "Hi,", "Good morning,", "Hello there,"};
static const char *const ENDINGS[] = {"Best regards", "Thanks", "Kind regards", "Cheers"};

void sink_answer(unsigned which, struct rng *rng, struct buf *out)
{
    buf_printf(out, "%s\r\n\r\n%s\r\n\r\n%s\r\n", GREETINGS[rng_below(rng, 4)], ANSWERS[which % SINK_ANSWERS],
            ENDINGS[rng_below(rng, 4)]);
}
