// Conditions and statements as JSON trees, for programs that put them into words or edit them
// (docs/models.md, "As a tree"). Pure; any thread. Texts may be hostile: depth and size are bounded by the
// language's own limits (source.h).
#ifndef SLUICE_RULES_TREE_H
#define SLUICE_RULES_TREE_H

#include "rules/model.h"

// Appends the tree of a condition, or null if it cannot be read. names: tells facts and traits apart.
// ret_canonical: its canonical text, in the arena; .p NULL if it cannot be read. NULL: not wanted.
void tree_of_expression(struct arena *arena, const struct program *names, struct str text, struct buf *out,
        struct str *ret_canonical);
// Appends the list of a model's statements as far as they can be read.
void tree_of_statements(struct str text, struct buf *out);

#endif
