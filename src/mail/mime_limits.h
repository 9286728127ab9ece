// What is seen to before GMime gets a mail: its size, its parts, its line ends.
#ifndef SLUICE_MAIL_MIME_LIMITS_H
#define SLUICE_MAIL_MIME_LIMITS_H

#include "base/arena.h"

// How much of the mail may be parsed: up to where it declares too many parts, or too many header fields, or
// one block of them is too large. One look at each byte.
size_t mime_within_limits(struct str mail);

// Without the mbox line in front, CR line ends made LF; bytes itself where nothing is to be done.
struct str mime_plain_lines(struct arena *arena, struct str bytes);

#endif
