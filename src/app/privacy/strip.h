// What is left of a message when its person is erased: what statistics count and names nobody. Numbers, flags
// and the properties and traits of a short list stay; other texts are replaced by "erased", or, where a model
// asks for them, by the shortest text for which all comparisons of all stored models hold as before. So
// standings and reports stay what they were, as far as that is possible without keeping what was said.
#ifndef SLUICE_APP_PRIVACY_STRIP_H
#define SLUICE_APP_PRIVACY_STRIP_H

#include "app/person/person.h"

struct strip;

// Lives in arena, which it fills. models: texts of all models that anybody may ask about.
struct strip *strip_new(struct arena *arena);
void strip_model(struct strip *strip, struct str text);
bool strip_models(struct strip *strip, struct store *store, struct err *err); // all that are stored
// A text that names the person (an address, a name, an identifier): nothing that contains it stays. Short
// ones count as whole words only.
void strip_needle(struct strip *strip, struct str text);
void strip_forget(struct strip *strip); // all needles: the next person
// The needles in what the person's own messages say.
bool strip_learn(struct strip *strip, const struct person_row *row, struct err *err);
// The person's own addresses among what was learned, and names that are long enough to be sure.
void strip_word(struct strip *strip, struct str text);
void strip_words(const struct strip *strip, const struct str **ret, unsigned *ret_n);
// The body that the log keeps; empty: nothing. scratch may be reset afterwards.
bool strip_body(struct strip *strip, const struct person_row *row, struct arena *scratch, struct buf *out,
        struct err *err);

#endif
