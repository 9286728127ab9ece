// What a model declares, and whether all that it says refers to something it may refer to. Internal to
// src/rules.
#ifndef SLUICE_RULES_CHECK_H
#define SLUICE_RULES_CHECK_H

#include "base/map.h"
#include "rules/ast.h"

enum decl_kind { DECL_TRAIT, DECL_FACT, DECL_SIGNAL, DECL_STAGE };

// A name of the one name space of traits, facts, signals and stages.
struct decl {
    enum decl_kind kind;
    struct str name;
    const struct stmt *stmt; // NULL: built in and not declared again
    bool built_in;
    bool broken; // its declaration has an error: uses of it are not looked at
    bool used;
    enum value_type type; // DECL_TRAIT
    uint32_t index;       // among those of its kind, in order
};

// An event's name that is not in the catalogue.
struct unknown_name {
    struct str name;
    uint32_t at;
};

typedef VEC(uint32_t) number_list;

struct check {
    struct arena *arena;
    struct diagnostics *d;
    const struct ast *ast;
    const struct source *source; // of what is being checked
    struct map *names;
    VEC(struct decl) decls;                     // by number of its name
    number_list traits, facts, signals, stages; // numbers of decls, in order
    struct map *persona_names, *grade_names;
    unsigned enough; // errors, at which checking further is of no use
    bool by_or;      // the nodes under way are joined by `or`
    struct map *unknown_set;
    VEC(struct unknown_name) unknown;
};

// The place an expression stands in decides what it may refer to.
enum use { USE_PERSONA, USE_FACT, USE_POINTS, USE_STAGE, USE_GRADE, USE_FILTER };

struct scope {
    enum use use;
    uint32_t stages; // the first so many stages
};

// declare.c
void declare_all(struct check *c);
const struct decl *declared(const struct check *c, struct str name); // NULL: none
const char *decl_word(enum decl_kind kind);

// check.c
// Declarations, references and warnings of a whole model; free with check_free.
struct check *check_model(struct arena *arena, const struct ast *ast, struct diagnostics *d);
void check_free(struct check *c);
// One more expression, from a source of its own.
void check_filter(struct check *c, const struct source *source, struct node *expr);
void check_expr(struct check *c, struct node *n, const struct scope *scope, const struct node *before);

// check_cond.c: patterns, conditions on properties, comparisons.
// limit: only signals before this one may be used. quantified: the list stands behind `any` or `no`.
void check_list(struct check *c, struct pattern_list *list, uint32_t limit, bool quantified);
void check_cond(struct check *c, struct node *n);
// Whether the values of a comparison fit the type; reports what does not.
void check_trait_values(struct check *c, struct node *n, enum value_type type);

// warn.c
void warn_model(struct check *c);

#endif
