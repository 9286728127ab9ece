// The language's small words and values: keywords, numbers, durations, dates, strings; and the nearest known
// word to a misspelt one. Pure. Internal to src/rules.
#ifndef SLUICE_RULES_WORDS_H
#define SLUICE_RULES_WORDS_H

#include "rules/ast.h"

// Token code of a word: a keyword's, else T_NAME.
int word_code(struct str word);
// Spelling of a token of fixed form ("when", "<="), empty for the others.
struct str code_word(int code);
bool code_is_statement(int code);
// Keyword that may not be a name.
bool code_is_reserved(int code);
bool word_is_name(struct str s);        // has a name's form and is not reserved
bool word_is_event(struct str s);       // dotted lower case
bool word_is_property(struct str word); // may stand as PROP without quotes

// Token code of what is said with another word elsewhere ("equals", "above"); 0: nothing known.
int word_synonym(struct str word);
// "three" in digits, empty if it is no number.
struct str word_number(struct str word);

// At most 60 bytes of it, for messages.
struct str word_shown(struct str s);

// A number token's canonical text.
struct str number_canonical(struct arena *arena, struct str text);
// number may be empty (before a singular unit). On failure err says why and ret_unit whether the unit is the
// reason (then `suggestion` may be set).
bool duration_read(struct arena *arena, struct str number, struct str unit, struct duration *ret,
        struct str *ret_suggestion, struct err *err);
bool duration_is_unit(struct str word); // singular or plural
// 2026-03-01 or 2026-03-01T10:00:00Z
bool date_read(struct str text, int64_t *ret);
struct str date_canonical(struct arena *arena, int64_t seconds);
// The text of a string token, quotes included. On failure *ret_at is the bad escape's offset in raw.
bool string_unescape(struct arena *arena, struct str raw, struct str *ret, size_t *ret_at);
// Offset in raw of byte `at` of the unescaped text.
size_t string_offset(struct str raw, size_t at);

// Collects the candidate nearest to a word; `{.word = w}` to begin.
struct nearest {
    struct str word, best;
    unsigned distance; // of best
    bool found;
};
void nearest_try(struct nearest *n, struct str candidate);

#endif
