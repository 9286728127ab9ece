// Unicode text (utf8proc): validity, NFC, full case folding.
#ifndef SLUICE_BASE_UTF8_H
#define SLUICE_BASE_UTF8_H

#include "base/arena.h"

bool utf8_valid(struct str s);
// The next code point at *at (which moves behind it); U+FFFD for an ill-formed byte. *at < s.n.
uint32_t utf8_next(struct str s, size_t *at);
// Writes the code point's bytes (1 to 4) to out, returns their number.
size_t utf8_put(uint32_t code_point, char *out);
// What was written as Windows-1252.
struct str utf8_of_1252(struct arena *arena, struct str s);
// NFC; ill-formed text is returned as it is. Pure ASCII is returned without a copy.
struct str utf8_nfc(struct arena *arena, struct str s);
// NFC, then full case folding (Unicode 3.13: toCasefold(NFC(s))), so that ß equals ss.
struct str utf8_fold(struct arena *arena, struct str s);
// The same without accents and other marks, for finding what people type without them.
struct str utf8_plain(struct arena *arena, struct str s);
// Columns that a terminal needs for it: 2 for wide letters, 0 for combining ones and controls.
unsigned utf8_width(struct str s);
// The letter's simple lower-case form.
uint32_t utf8_lower(uint32_t code_point);
// The same for all letters that differ in case only (simple case folding), for comparing letter by letter:
// also for those with two small forms, as σ and ς.
uint32_t utf8_caseless(uint32_t code_point);

#endif
