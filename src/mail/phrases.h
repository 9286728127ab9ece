// Looking for phrases in a text that machines or people wrote: case, line breaks and kinds of quotes do not
// matter. Patterns are lower case; "*" stands for at most 120 bytes of anything.
#ifndef SLUICE_MAIL_PHRASES_H
#define SLUICE_MAIL_PHRASES_H

#include "base/arena.h"

// Lower case, each run of white space one blank, curly quotes straight; at most `most` bytes of the text are
// looked at. In arena.
struct str phrases_flat(struct arena *arena, struct str text, size_t most);
// The same with every character that is no letter, digit or apostrophe a blank, and a blank at both ends: so
// " no " finds the word only. *ret_at (may be NULL) gives for each byte its place in the text.
struct str phrases_words(struct arena *arena, struct str text, size_t most, const uint32_t **ret_at);

// Where it begins in flat; flat.n: nowhere. A "^" in front: only at the beginning (behind one blank at most).
size_t phrase_find(struct str flat, const char *pattern);
static inline bool phrase_in(struct str flat, const char *pattern)
{
    return phrase_find(flat, pattern) < flat.n;
}
// Any of a list that ends with NULL.
bool phrase_any(struct str flat, const char *const *patterns);

#endif
