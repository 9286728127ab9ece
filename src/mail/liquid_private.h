// Shared by the files of Liquid: what a template is made of, and a rendering.
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

// --- values

struct run;
bool value_true(struct liquid_value v);
bool value_equal(struct run *r, struct liquid_value a, struct liquid_value b);
// a <=> b; false: they cannot be compared.
bool value_order(struct liquid_value a, struct liquid_value b, int *ret);
struct str value_text(struct run *r, struct liquid_value v); // as it is written out
void value_put(struct run *r, struct liquid_value v, struct buf *out);
// A member, item, or size, first, last (command); nil where there is none.
struct liquid_value value_get(struct run *r, struct liquid_value v, struct liquid_value key, bool command);
bool value_is_number(struct liquid_value v);
// The items that a loop goes through (text: itself; object: pairs). Counted as steps.
struct liquid_value value_items(struct run *r, struct liquid_value v);
struct liquid_value value_pair(struct run *r, const struct liquid_member *member);
struct liquid_value value_array(struct liquid_value *items, size_t n);
size_t value_letters(struct str text); // code points

// A number as arithmetic sees it: whole ones stay whole, others have more digits than a double.
struct number {
    bool real;
    int64_t whole;
    long double value;
};
struct number number_of(struct liquid_value v);
struct liquid_value number_value(struct number n);
// "12" and 12; nil is refused. false: an error was set.
bool number_whole(struct run *r, struct liquid_value v, int64_t *ret);

// --- rendering

struct local {
    struct str name;
    struct liquid_value value;
    struct local *next;
};
struct run {
    const struct liquid *program;
    struct arena *arena;
    const struct liquid_options *options;
    struct liquid_value scope;
    struct err *err;
    bool failed;
    const char *at; // of what is being done, for errors
    size_t steps, memory;
    struct local *inner, *assigned, *counters, *cycles, *offsets;
    struct str changed; // what ifchanged wrote last
    bool has_changed;
    enum { GOES, BREAKS, CONTINUES } flow;
    unsigned depth;
    bool quiet; // nobody is told of missing values: a default stands in
    bool told;  // a value that is written out: tell of missing ones
};
// Counts; false: a limit is reached, and the error set.
bool run_spend(struct run *r, size_t steps);
bool run_fail(struct run *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct liquid_value run_eval(struct run *r, const struct expr *expr);
// Appends within the limit of what may be made.
void run_put(struct run *r, struct buf *out, struct str text);
// A text that was made, into the arena; frees the buffer.
struct liquid_value run_made(struct run *r, struct buf *made);

// --- filters

struct filter_args {
    const struct liquid_value *v;
    unsigned n;
    bool allow_false;
};
// false: an error was set.
typedef bool filter_run(
        struct run *r, struct liquid_value in, const struct filter_args *args, struct liquid_value *ret);
struct liquid_filter {
    const char *name;
    unsigned least, most; // arguments
    filter_run *run;
};
extern const struct liquid_filter LIQUID_TEXT_FILTERS[], LIQUID_CODE_FILTERS[], LIQUID_NUMBER_FILTERS[],
        LIQUID_LIST_FILTERS[];
// NULL: there is none of this name.
const struct liquid_filter *liquid_filter_find(struct str name);
// "March 14, 2016", "2016-03-14 10:00", 1457913600, "now" → seconds since 1970.
bool liquid_date_parse(struct liquid_value v, int64_t now, int64_t *ret);
void liquid_date_format(int64_t seconds, struct str format, struct buf *out);

static inline struct str argument_text(struct run *r, const struct filter_args *args, unsigned i)
{
    return i < args->n ? value_text(r, args->v[i]) : STR("");
}

#endif
