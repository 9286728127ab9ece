// Comparisons of a trait's or property's value, and conditions on one event's properties (the COND of the
// language). Pure; everything is immutable after compilation, so any thread may evaluate.
#ifndef SLUICE_RULES_COND_H
#define SLUICE_RULES_COND_H

#include "base/arena.h"
#include "base/json.h"

enum value_type { TYPE_NUMBER, TYPE_TEXT, TYPE_FLAG, TYPE_DATE };

enum cmp_op {
    CMP_IS,     // also `=`; several values: `in (…)`
    CMP_IS_NOT, // several values: `not in (…)`; holds for what is not set or not readable
    CMP_CONTAINS,
    CMP_MATCHES,
    CMP_KNOWN,
    CMP_UNKNOWN,
    CMP_LESS,
    CMP_LESS_EQUAL,
    CMP_GREATER,
    CMP_GREATER_EQUAL,
    CMP_NOT_EQUAL, // `!=`: as CMP_IS_NOT, but false for what is not set or not readable
};

// A value written in a model.
struct literal {
    enum value_type type;
    struct str text;   // TYPE_TEXT: as written, unescaped
    struct str folded; // TYPE_TEXT: NFC and case-folded
    double number;     // TYPE_NUMBER; TYPE_FLAG: 0 or 1
    int64_t date;      // TYPE_DATE: seconds since 1970
};

struct regex;

struct cmp {
    enum cmp_op op;
    struct literal *values; // one, or several of `in`
    unsigned n_values;
    struct regex *regex; // CMP_MATCHES
};

// A value as a message carries it. NULL pointers stand for "not set".
struct value {
    enum json_kind kind; // arrays and objects are set, but readable as nothing
    struct str text;     // string: unescaped; number: as written
};

// Whether the comparison holds for a property's value; v is NULL when the event has none.
bool cmp_holds(const struct cmp *cmp, const struct value *v);
// The same for a trait of the given type: a value that cannot be read as the type is not set.
bool cmp_holds_trait(const struct cmp *cmp, enum value_type type, const struct value *v);
// Whether a trait of this type is set by v (readable, no empty text, not null).
bool value_readable(const struct value *v, enum value_type type);
// Reads a number (a JSON number, or text in a JSON number's form).
bool value_number(const struct value *v, double *ret);
// Reads a flag (true/false, or text true/false/yes/no in any case).
bool value_flag(const struct value *v, bool *ret);

enum cond_op { COND_CMP, COND_AND, COND_OR, COND_NOT };

struct cond {
    enum cond_op op;
    struct str prop;     // COND_CMP: the property's key
    unsigned prop_index; // COND_CMP: into program.props
    unsigned cmp_index;  // COND_CMP: into program.prop_cmps
    struct cmp cmp;
    struct cond **children; // COND_AND, COND_OR: two or more; COND_NOT: one
    unsigned n_children;
};

// lookup(ctx, prop_index) gives the event's property or NULL. The properties `value`, `channel`, `source` and
// `campaign` have fallbacks that the lookup must apply (model-language: "Always valid").
bool cond_holds(
        const struct cond *cond, const struct value *(*lookup)(void *ctx, unsigned prop_index), void *ctx);

// A regular expression of the language; NULL with err set to what is wrong at which byte (ret_at) of pattern.
struct regex *regex_compile(struct arena *arena, struct str pattern, size_t *ret_at, struct err *err);
// Found anywhere, ignoring case letter by letter, on code points of the NFC form, in time linear in the text.
bool regex_matches(const struct regex *regex, struct str text);

#endif
