// The syntax tree of a model: what the parser builds, the formatter prints, the checker annotates and the
// compiler turns into a program. Everything lives in one arena; one owner, one thread. Places (`at`, `end`)
// are byte offsets into the source's text. Internal to src/rules.
#ifndef SLUICE_RULES_AST_H
#define SLUICE_RULES_AST_H

#include "rules/source.h"

struct token {
    int code; // of grammar.h
    uint32_t at, end;
    uint32_t newlines; // line ends since the token or comment before
    bool faulty;       // the lexer has reported it, and gives what was meant
};

struct comment {
    uint32_t at;
    uint32_t newlines;
    bool trailing; // stands behind something on its line
    struct str text;
};

struct word {
    struct str text; // a string's is unescaped
    uint32_t at, end;
};

struct number {
    double value;
    struct str text; // canonical: no leading zeros, no trailing ones behind the point
    uint32_t at, end;
};

struct duration {
    int64_t seconds;
    struct str text; // canonical
    uint32_t at, end;
};

enum written_kind { WRITTEN_NUMBER, WRITTEN_TEXT, WRITTEN_FLAG, WRITTEN_DATE, WRITTEN_DURATION };

// A value as it stands in a comparison.
struct written {
    enum written_kind kind;
    struct str text;  // unescaped
    struct str canon; // as the formatter writes it
    double number;
    bool flag;
    int64_t time; // WRITTEN_DATE: since 1970; WRITTEN_DURATION: seconds
    uint32_t at, end;
    struct written *next;
};

struct comparison {
    enum cmp_op op;
    bool sign; // `=`, `!=` where the words would be `is`, `is not`
    bool list; // `in (…)`, `not in (…)`
    struct written *values, *last;
    uint32_t n_values;
    uint32_t at, end;
};

enum pattern_kind { PATTERN_EVENT, PATTERN_SIGNAL, PATTERN_PREFIX, PATTERN_DIRECTION };

struct pattern {
    enum pattern_kind kind;
    struct str name; // PATTERN_PREFIX: with the final dot
    enum direction direction;
    struct node *where;
    bool where_bare; // without parentheses
    bool machines;
    uint32_t at, end;
    struct str text; // canonical, set by print_texts
    size_t text_at;
    struct pattern *next;
    uint32_t signal; // PATTERN_SIGNAL: its declaration, set by the checker
};

struct pattern_list {
    struct pattern *first, *last;
    uint32_t n;
    uint32_t at, end;
    struct duration within;                // of a chain's link but the first
    struct pattern_list *next, *last_link; // the chain's next link; its last one (of the first)
};

enum node_op {
    NODE_AND,
    NODE_OR,
    NODE_NOT,
    NODE_CONST,
    NODE_ANY,
    NODE_NO,
    NODE_THEN,
    NODE_SILENT,
    NODE_COUNT,
    NODE_SUM,
    NODE_WORD,    // a fact, or a flag trait
    NODE_COMPARE, // of a fact's, trait's or property's value
    NODE_SCORE,
    NODE_PERSONA, // `persona is [not] X`; without a name: `persona known`
    NODE_REACHED,
    NODE_IS,
    NODE_IN_FOR,
};

struct written_window {
    enum window_kind kind;
    int64_t value;
    struct str text;
    uint32_t at, end;
};

// An expression or a condition on properties (of AND, OR, NOT and COMPARE only).
struct node {
    enum node_op op;
    uint32_t at, end;  // without parentheses around it
    uint32_t from, to; // with them
    bool paren;        // written in parentheses
    bool negated;      // NODE_PERSONA
    bool holds;        // NODE_CONST
    struct node *first, *last, *next;
    uint32_t n_children;
    struct word name;
    struct comparison cmp;
    struct pattern_list *list; // NODE_THEN: a chain of them
    struct written_window window;
    struct duration duration;
    enum relation rel;
    struct number number;
    struct str text; // canonical, set by print_texts
    size_t text_at;
    // Set by the checker: what `name` is, and the compiled pattern of `matches`.
    bool is_trait;
    uint32_t index;
    struct regex *regex;
};

enum stmt_kind {
    STMT_MODEL,
    STMT_ABOUT,
    STMT_HALF_LIFE,
    STMT_TRAIT,
    STMT_SIGNAL,
    STMT_FACT,
    STMT_PERSONA,
    STMT_POINTS,
    STMT_STAGE,
    STMT_GRADE,
};

struct stmt {
    enum stmt_kind kind;
    bool broken; // has a syntax error: only its name counts
    uint32_t at, head_end, end;
    uint32_t newlines;
    struct word name;  // of the declared; MODEL, ABOUT: the text
    struct word label; // STAGE; text.p NULL: none
    enum value_type type;
    struct duration duration; // HALF_LIFE
    struct pattern_list *list;
    struct node *when, *until;
    bool is_while;
    enum points_kind points;
    struct number n, at_most; // POINTS; at_most.text.p NULL: no cap
    struct duration per;
    struct stmt *next;
};

struct ast {
    const struct source *source;
    struct stmt *stmts; // in file order
    struct node *expr;  // PARSE_EXPR, PARSE_COND
    struct comment *comments;
    uint32_t n_comments;
    unsigned enough; // errors (diag_errors), at which looking further is of no use
};

enum parse_what { PARSE_MODEL, PARSE_EXPR, PARSE_COND };

// parse.c
// Never NULL; errors are in d, statements that have one are marked broken.
struct ast *parse(
        struct arena *arena, const struct source *source, enum parse_what what, struct diagnostics *d);

#endif
