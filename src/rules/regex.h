// The parts of the regular expression engine: parse (regex_parse.c) → program (regex.c) → run (regex_run.c).
// Its users see only regex_compile and regex_matches in cond.h. After compilation everything is immutable.
#ifndef SLUICE_RULES_REGEX_H
#define SLUICE_RULES_REGEX_H

#include "base/arena.h"
#include "base/err.h"

enum {
    REGEX_STEPS_MAX = 10000, // a longer program is an error: bounds the time of a match to text × this
    REGEX_DEPTH_MAX = 100,   // groups within groups
    REGEX_BYTES_MAX = 10000, // of the pattern
};

#define REGEX_NO_LIMIT UINT32_MAX

// POSIX classes, as bits.
enum char_class {
    CLASS_ALPHA = 1,
    CLASS_DIGIT = 2,
    CLASS_ALNUM = 4,
    CLASS_CASED = 8, // upper and lower: the same where case is ignored
    CLASS_SPACE = 16,
    CLASS_BLANK = 32,
    CLASS_PUNCT = 64,
    CLASS_CNTRL = 128,
    CLASS_GRAPH = 256,
    CLASS_PRINT = 512,
    CLASS_XDIGIT = 1024,
};

struct range {
    uint32_t lo, hi; // code points, both included
};

// A bracket expression. Holds lower-cased code points: a letter belongs to it if its lower case does.
struct charset {
    bool negated;
    uint32_t ascii[4]; // bit per code point below 128, classes included
    unsigned classes;  // of enum char_class, for the others
    uint32_t n_ranges;
    const struct range *ranges; // ascending, apart from each other
};

// The class of a name ("digit"), 0 if there is none.
unsigned charset_class(struct str name);
// From the ranges and classes of a bracket expression as written; reorders ranges.
const struct charset *charset_new(
        struct arena *arena, struct range *ranges, size_t n_ranges, unsigned classes, bool negated);
// code_point: of utf8_caseless.
bool charset_has(const struct charset *set, uint32_t code_point);
// Whether utf8_caseless may change code_point: the table that charset_new relies on, open to its test.
bool charset_may_lower(uint32_t code_point);

enum regex_node_kind {
    NODE_CHAR,
    NODE_ANY,
    NODE_SET,
    NODE_BEGIN,
    NODE_END,
    NODE_CAT,    // children one after the other, perhaps none
    NODE_ALT,    // one of the children
    NODE_REPEAT, // its one child min to max times
};

struct regex_node {
    enum regex_node_kind kind;
    uint32_t size;       // steps of its program; at most REGEX_STEPS_MAX
    uint32_t code_point; // CHAR: lower-cased
    const struct charset *set;
    uint32_t min, max; // REPEAT; max may be REGEX_NO_LIMIT
    struct regex_node *child, *next;
};

// pattern is in NFC. The tree lies in scratch, its charsets in arena. NULL: err says what is wrong, *ret_at
// at which byte of pattern.
struct regex_node *regex_parse(
        struct arena *arena, struct arena *scratch, struct str pattern, size_t *ret_at, struct err *err);

enum regex_op { STEP_CHAR, STEP_ANY, STEP_SET, STEP_BEGIN, STEP_END, STEP_SPLIT, STEP_JUMP, STEP_MATCH };

struct regex_step {
    enum regex_op op;
    uint32_t x, y; // CHAR: x the code point; JUMP: to x; SPLIT: to x and y
    const struct charset *set;
};

struct regex {
    uint32_t n_steps;
    uint32_t first[4]; // bit per lower-cased code point below 128: a match that reads anything may begin with
                       // it
    const struct regex_step *steps;
};

#endif
