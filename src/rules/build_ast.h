// What the grammar's actions call to build the tree, and how the parser's driver runs the generated parser.
// Internal to src/rules.
#ifndef SLUICE_RULES_BUILD_AST_H
#define SLUICE_RULES_BUILD_AST_H

#include "rules/ast.h"

struct builder_state {
    struct arena *arena;
    struct diagnostics *d;
    const struct source *source;
    struct ast *ast;
    struct stmt *last_stmt;
    bool failed;   // the statement under way has a syntax error
    bool overflow; // the generated parser's stack was too small
};

struct str build_slice(const struct builder_state *b, struct token t);
struct word build_word(struct builder_state *b, struct token t);
struct word build_string(struct builder_state *b, struct token t);
struct number build_number(struct builder_state *b, struct token t);
// number.code 0: left out.
struct duration build_duration(struct builder_state *b, struct token number, struct token unit);
enum value_type build_type(struct builder_state *b, struct token t);

struct written *build_text(struct builder_state *b, struct token t);
struct written *build_value(struct builder_state *b, struct token t); // number, date, yes, no
struct written *build_bare(struct builder_state *b, struct token t);  // a unit, or a text without quotes
struct written *build_span(struct builder_state *b, struct token number, struct token unit);
struct comparison build_comparison(enum cmp_op op, bool sign, struct token t, struct written *value);
struct comparison build_in(enum cmp_op op, struct token t, struct comparison values, struct token end);
struct comparison build_values(struct comparison values, struct written *value);

struct pattern *build_pattern(struct builder_state *b, struct token t);
struct pattern_list *build_list(struct builder_state *b, struct pattern_list *list, struct pattern *pattern);
struct pattern_list *build_chain(
        struct pattern_list *chain, struct pattern_list *link, struct duration within);
struct written_window build_window(struct builder_state *b, struct token t, struct duration within);
struct written_window build_window_date(struct builder_state *b, struct token t, struct token date);

struct node *build_node(struct builder_state *b, enum node_op op, struct token from, uint32_t end);
struct node *build_over(struct builder_state *b, enum node_op op, struct token t, struct pattern_list *list,
        struct written_window window);
struct node *build_join(struct builder_state *b, enum node_op op, struct node *left, struct node *right);
struct node *build_paren(struct node *node, struct token open, struct token close);
struct node *build_not(struct builder_state *b, struct token t, struct node *child);
struct node *build_compare(struct builder_state *b, struct word name, struct comparison cmp);
void build_relation(struct builder_state *b, struct node *node, enum relation rel, struct token number);

struct stmt *build_stmt(struct builder_state *b, enum stmt_kind kind, struct token t, uint32_t head_end);

// Of the generated parser (end of grammar.y):
void *grammar_new(struct builder_state *b);
void grammar_free(void *grammar);
void grammar_feed(void *grammar, struct token token);
// Number of token codes, 0 (the end) included.
int grammar_codes(void);
// Whether a token of this code may come next.
bool grammar_accepts(const void *grammar, int code);

#endif
