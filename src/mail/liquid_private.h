// Shared by the files of Liquid: what a template is made of, and how it is read.
#ifndef SLUICE_MAIL_LIQUID_PRIVATE_H
#define SLUICE_MAIL_LIQUID_PRIVATE_H

#include "mail/liquid.h"

// --- expressions

struct part { // of a path, behind its root
    struct str key;
    struct expr *expr; // [expr]; NULL: .key, which may be size, first, last
};
struct expr {
    enum { EXPR_VALUE, EXPR_PATH, EXPR_RANGE } kind;
    const char *at;
    struct str source;         // without blanks
    struct liquid_value value; // a literal
    struct str root;           // of a path
    struct expr *dynamic;      // [expr] as the root
    struct part *parts;
    unsigned n;
    struct expr *from, *to; // of a range
};

struct filter_call {
    const struct liquid_filter *filter;
    const char *at;
    struct expr **args;
    unsigned n;
    struct expr *allow_false; // the only argument with a name that there is
    struct filter_call *next;
};
struct filtered {
    struct expr *value; // NULL: nothing
    struct filter_call *filters;
};

enum compare { CMP_NONE, CMP_EQ, CMP_NE, CMP_LT, CMP_GT, CMP_LE, CMP_GE, CMP_CONTAINS };
struct condition { // left to right as in Ruby: a and (b or (c …))
    struct expr *left, *right;
    enum compare compare;
    bool or ; // to the next
    struct condition *next;
};

// --- nodes

enum node_kind {
    NODE_TEXT,
    NODE_OUTPUT,
    NODE_IF,
    NODE_CASE,
    NODE_FOR,
    NODE_ROWS, // tablerow
    NODE_ASSIGN,
    NODE_CAPTURE,
    NODE_INCREMENT,
    NODE_DECREMENT,
    NODE_CYCLE,
    NODE_CHANGED,
    NODE_BREAK,
    NODE_CONTINUE,
};
struct body {
    struct node *first, **end;
    bool blank; // writes nothing but white space
};
struct branch {
    struct condition *condition; // of if: NULL for else
    bool negated;                // unless
    struct expr **values;        // of when
    unsigned n;
    bool otherwise; // of case
    struct body body;
    struct branch *next;
};
struct node {
    enum node_kind kind;
    bool blank;
    const char *at;
    struct str text; // the text; name of a variable or counter
    struct filtered value;
    struct expr *subject; // of case, a loop's collection, cycle's name
    struct branch *branches;
    struct body body;
    struct expr *limit, *offset, *columns;
    bool reversed, goes_on; // goes_on: offset: continue
    struct str loop;        // name of the loop
    struct expr **values;   // of cycle
    unsigned n;
    struct node *next;
};

struct liquid {
    struct str text;
    struct body body;
    struct use *uses, **uses_end;
};
struct use {
    const struct expr *path;
    struct use *next;
};

// --- parsing

struct piece {
    enum { PIECE_TEXT, PIECE_OUTPUT, PIECE_TAG, PIECE_END } kind;
    struct str text;        // of a text, or between the braces
    struct str tag, markup; // of a tag
    const char *at;
};
struct scanner {
    struct str text;
    size_t at;
    bool lines; // inside {% liquid %}: a tag a line
    bool trim;  // the piece before ended with "-"
};
struct parser {
    struct arena *arena;
    struct liquid *program;
    struct scanner *scanner;
    unsigned depth, nodes;
    struct err *err;
};
// "line 3, column 7: …"; returns false. at: in the template.
bool liquid_fail(struct str text, const char *at, enum err_code code, struct err *err, const char *format,
        ...) __attribute__((format(printf, 5, 6)));
bool piece_next(struct parser *p, struct piece *ret);
// The text up to {% NAME %}, behind which the scanner then stands.
bool piece_raw(struct parser *p, const char *tag, const char *at, struct str *ret);
bool piece_skip_comment(struct parser *p, const char *at);

// A tag's markup, token by token.
enum token { TOKEN_END, TOKEN_ID, TOKEN_STRING, TOKEN_NUMBER, TOKEN_COMPARE, TOKEN_DOTS, TOKEN_SIGN };
struct markup {
    struct parser *parser;
    const char *p, *end;
    enum token token; // the current one
    struct str text;  // of it
    char sign;
    enum compare compare;
    unsigned depth;
};
bool markup_begin(struct parser *p, struct str text, struct markup *ret);
bool markup_next(struct markup *m);
bool markup_is(const struct markup *m, const char *id);
bool markup_take(struct markup *m, char sign, bool *ret_taken); // moves on if it is there
bool markup_end(struct markup *m);                              // ERR_INPUT: something is left
bool markup_expr(struct markup *m, struct expr **ret);
bool markup_filtered(struct markup *m, struct filtered *ret);
bool markup_condition(struct markup *m, struct condition **ret);

#endif
