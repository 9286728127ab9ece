// The compiler's state: tables in which equal things share one number. Internal to src/rules.
#ifndef SLUICE_RULES_COMPILER_H
#define SLUICE_RULES_COMPILER_H

#include "rules/check.h"

struct compiler {
    struct arena *arena; // holds the program
    struct diagnostics *d;
    const struct check *check;   // NULL: cond_compile
    const struct source *source; // of what is being compiled
    struct program *program;
    struct buf key;
    struct map *props, *cmp_keys, *cond_keys, *pat_keys, *matcher_keys, *expr_keys;
    VEC(const struct cmp *) cmps;    // by number of their key
    VEC(struct cond *) conds;        // by number of their key
    VEC(struct pat) pats;            // by number of their key
    VEC(uint32_t) pat_conds;         // number of a pat's condition, NO_INDEX for none
    VEC(uint32_t) stamps;            // the expansion that last took a pat
    VEC(struct matcher) matchers;    // by number of their key
    VEC(struct expr *) exprs;        // by number of their key
    VEC(const struct expr *) traits; // EXPR_TRAIT
    number_list *signals;            // pats of each signal, by its index
    uint32_t n_signals, stamp;
    size_t work; // patterns and conditions made by expanding signals
    bool overflow;
};

// matcher.c
void compiler_init(
        struct compiler *c, struct arena *arena, const struct source *source, struct diagnostics *d);
void compiler_free(struct compiler *c);
uint32_t compile_prop(struct compiler *c, struct str key);
struct cmp compile_cmp(struct compiler *c, const struct comparison *cmp, struct regex *regex);
void cmp_key(struct buf *key, const struct cmp *cmp); // appends what makes it different from others
uint32_t compile_cond(struct compiler *c, const struct node *n); // into c->conds
void compile_signals(struct compiler *c);
uint32_t compile_matcher(struct compiler *c, const struct pattern_list *list); // into c->matchers

static inline void key_bytes(struct buf *key, const void *p, size_t n)
{
    buf_put(key, (struct str){p, n});
}

static inline void key_number(struct buf *key, uint32_t n)
{
    key_bytes(key, &n, sizeof n);
}

static inline void key_str(struct buf *key, struct str s)
{
    key_number(key, (uint32_t)s.n);
    buf_put(key, s);
}

#endif
