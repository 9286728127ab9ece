// The canonical text of expressions and patterns. Internal to src/rules.
#ifndef SLUICE_RULES_PRINT_H
#define SLUICE_RULES_PRINT_H

#include "rules/ast.h"

// Sets `text` of a node and of everything in it.
void print_texts(struct arena *arena, struct node *node);
// The same of a list; returns the text of the whole.
struct str print_list_texts(struct arena *arena, struct pattern_list *list);

// Parts, for the formatter.
void print_string(struct buf *out, struct str s); // quoted, escaped
void print_property(struct buf *out, struct str name);
void print_primary(struct buf *out, const struct pattern *p);
void print_head(struct buf *out, const struct node *n);     // "any ", "sum amount of "
void print_tail(struct buf *out, const struct node *n);     // " within 3 days >= 2"
void print_cap(struct buf *out, const struct stmt *points); // "at most 3 per month"
const char *print_relation(enum relation rel);
const char *print_comparison(const struct comparison *cmp); // "is not", "in", ">="
// Whether a child stands in parentheses within a parent of this operator, a condition behind `where`.
bool print_parens(enum node_op parent, const struct node *child);
bool print_where_parens(const struct node *where);

#endif
