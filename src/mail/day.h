// Days that people write in their mails, in many languages: "May 5", "05.05.2026", "nächsten Montag", "in two
// weeks", "Q3".
#ifndef SLUICE_MAIL_DAY_H
#define SLUICE_MAIL_DAY_H

#include "base/arena.h"

// The first day named in words (phrases_words, or a part of it) that lies on or behind the day of `date`
// (seconds since 1970), at most two years ahead: seconds of its 00:00 UTC. 0: none. *ret_end (may be NULL):
// behind its words.
int64_t day_in(struct str words, int64_t date, size_t *ret_end);

#endif
