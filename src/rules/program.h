// A checked and resolved model: what both evaluators run. Immutable after compilation; lives in the arena it
// was compiled into.
#ifndef SLUICE_RULES_PROGRAM_H
#define SLUICE_RULES_PROGRAM_H

#include "rules/cond.h"
#include "rules/event.h"

#define NO_INDEX UINT32_MAX

// One alternative of a matcher: no signals any more.
enum pat_kind { PAT_NAME, PAT_PREFIX, PAT_DIRECTION };

struct pat {
    enum pat_kind kind;
    struct str name; // PAT_NAME: canonical; PAT_PREFIX: with the final dot ("email.")
    enum direction direction;
    bool machines;           // `including machines`
    const struct cond *cond; // of `where`, or NULL. Signals with a `where` of their own and one at their use:
                             // both, by COND_AND
};

// A list of patterns: an event matches if one of them does.
struct matcher {
    struct pat *pats;
    unsigned n_pats;
};

// Whether an event of this name, direction and machine flag may match, its conditions left aside.
// Events without a name (identify, group) match nothing: pass them as a name of length 0.
bool pat_takes(const struct pat *pat, struct str name, enum direction direction, bool machine);

enum expr_op {
    EXPR_AND,
    EXPR_OR,
    EXPR_NOT,
    EXPR_CONST,   // holds
    EXPR_ANY,     // matcher, window
    EXPR_NO,      // matcher, window
    EXPR_THEN,    // chain
    EXPR_SILENT,  // matcher, duration
    EXPR_COUNT,   // matcher, window, rel, number
    EXPR_SUM,     // matcher, prop_index, window, rel, number
    EXPR_FACT,    // index, answer
    EXPR_AMOUNT,  // index of the fact, rel, number (a duration as days)
    EXPR_TRAIT,   // index, cmp, cmp_index
    EXPR_SCORE,   // rel, number
    EXPR_PERSONA, // index into persona_names; NO_INDEX: `persona known`
    EXPR_REACHED, // index of the stage
    EXPR_IS,      // index of the stage; NO_INDEX: `is none`, if the language had it
    EXPR_IN_FOR,  // index of the stage, duration
};

enum answer { ANSWER_UNKNOWN, ANSWER_YES, ANSWER_NO, ANSWER_KNOWN /* yes or no; only in conditions */ };

enum window_kind { WINDOW_NONE, WINDOW_WITHIN, WINDOW_SINCE, WINDOW_BEFORE };

struct window {
    enum window_kind kind;
    int64_t value; // WITHIN: seconds; SINCE, BEFORE: seconds since 1970
};

enum relation { REL_LESS, REL_LESS_EQUAL, REL_GREATER, REL_GREATER_EQUAL, REL_EQUAL, REL_NOT_EQUAL };

// x REL n where values within 1e-9 * max(1, |n|) of n count as equal to n (score, sum); for counts and
// amounts pass exact = true.
bool relation_holds(enum relation rel, double x, double n, bool exact);

// `not` over `persona is`, `FACT is`, … is a plain EXPR_NOT around the positive atom ("persona is not X" is
// NOT(PERSONA X)).
struct expr {
    enum expr_op op;
    uint32_t id; // 0 … program.n_exprs-1, children before parents; equal atoms share one struct expr
    uint32_t n_children;
    struct expr **children; // AND, OR: two or more (a chain of the same operator is one node); NOT: one
    bool holds;
    uint32_t matcher; // into program.matchers
    uint32_t n_chain; // THEN: number of links, two or more
    uint32_t *chain;  //   their matchers
    int64_t *within;  //   within[i]: seconds at most from link i-1 to link i; within[0] unused
    struct window window;
    int64_t duration; // seconds
    enum relation rel;
    double number;
    uint32_t index;
    uint32_t prop_index; // SUM: into program.props
    enum answer answer;
    const struct cmp *cmp;
    uint32_t cmp_index; // into program.trait_cmps
    struct str text;    // canonical form, as the formatter writes it
    struct str file;
    uint32_t line, column; // of its first word, from 1
};

struct trait {
    struct str name;
    enum value_type type;
};

struct fact {
    struct str name;
    const struct expr *rule; // derived; NULL: only recorded
};

struct persona {
    uint32_t name; // into persona_names
    const struct expr *when;
};

enum points_kind { POINTS_EACH, POINTS_ONCE, POINTS_WHEN };

struct points {
    enum points_kind kind;
    double n;
    uint32_t matcher;        // EACH, ONCE
    uint32_t at_most;        // EACH: 0 for no cap
    int64_t per;             // EACH with a cap: seconds
    const struct expr *when; // WHEN
    struct str text;
};

struct stage {
    struct str name, label; // label: the name if none was given
    const struct expr *when;
    const struct expr *until; // NULL: never turns off by itself. `while X`: when X, until not X
    uint32_t line, column;
};

struct grade {
    uint32_t name;           // into grade_names
    const struct expr *when; // `otherwise` is a constant yes
};

// Where something stands in a model's text.
struct place {
    uint32_t line, column; // from 1; column counts code points
    uint32_t length;       // of what stands there, in code points
    struct str source;     // the whole line
};

struct program {
    struct str file, title, about; // title: empty if none
    int64_t half_life;             // seconds; 0: points never decay
    struct trait *traits;          // the built-in ones first
    struct fact *facts;            // the built-in ones first (fit need budget authority timeline)
    struct persona *personas;
    struct points *points;
    struct stage *stages;
    struct grade *grades;
    struct matcher *matchers;                // equal ones share a number
    struct str *props;                       // keys of all properties that conditions and sums read
    const struct cmp **prop_cmps;            // all property comparisons, by cond.cmp_index
    const struct expr **trait_cmps;          // all EXPR_TRAIT atoms, by expr.cmp_index
    struct expr **exprs;                     // by id
    struct str *persona_names, *grade_names; // distinct, in order of first declaration
    const struct expr *filter;               // program_with_filter: the added condition, else NULL
    uint32_t n_traits, n_facts, n_personas, n_points, n_stages, n_grades, n_matchers, n_props, n_prop_cmps,
            n_trait_cmps, n_exprs, n_persona_names, n_grade_names;
    struct str *names_unknown; // event names that are not in the catalogue, for a warning when a history
                               // lacks them too (model_warn_names)
    const struct place *names_unknown_at; // where each stands first
    uint32_t n_names_unknown;
};

#endif
