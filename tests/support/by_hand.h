// Programs and histories put together by hand, for tests that need no model text: a `struct by_hand` gathers
// conditions, stages and events, and runs the reference evaluator on them. One owner, one thread.
#ifndef TESTS_SUPPORT_BY_HAND_H
#define TESTS_SUPPORT_BY_HAND_H

#include "replay/build.h"
#include "replay/replay.h"

enum { BY_HAND_MOST = 400 };

struct by_hand {
    struct arena *arena;
    struct builder *builder;
    uint32_t log;
    struct program program;
    struct expr *exprs[BY_HAND_MOST];
    struct matcher matchers[BY_HAND_MOST];
    struct stage stages[BY_HAND_MOST];
    struct persona personas[BY_HAND_MOST];
    struct grade grades[BY_HAND_MOST];
    struct points points[BY_HAND_MOST];
    struct fact facts[BY_HAND_MOST];
    struct trait traits[BY_HAND_MOST];
    struct str props[BY_HAND_MOST];
    struct str persona_names[BY_HAND_MOST], grade_names[BY_HAND_MOST];
    const struct expr *trait_cmps[BY_HAND_MOST];
    struct columns *columns;
    struct replay_result result;
    struct str ids[1000]; // by position in the log
};

struct by_hand *by_hand_new(void); // with the facts budget and fit
void by_hand_free(struct by_hand *h);

// "30 days", "2026-03-01"
int64_t days(int64_t n);
int64_t moment(const char *text);

struct window within(int64_t seconds);
struct window since(const char *date);
struct window before(const char *date);
#define ALWAYS ((struct window){.kind = WINDOW_NONE})

// patterns: names, prefixes ("email.*") and directions, parted by blanks; a '+' before one includes machines.
uint32_t matching(struct by_hand *h, const char *patterns);
const struct expr *any(struct by_hand *h, const char *patterns, struct window window);
const struct expr *no(struct by_hand *h, const char *patterns, struct window window);
const struct expr *count(
        struct by_hand *h, const char *patterns, struct window window, enum relation rel, double n);
const struct expr *sum(struct by_hand *h, const char *prop, const char *patterns, struct window window,
        enum relation rel, double n);
const struct expr *silent(struct by_hand *h, const char *patterns, int64_t duration);
// links: each as patterns, NULL-terminated; every step within the same time.
const struct expr *then(struct by_hand *h, int64_t seconds, const char *const *links);
const struct expr *all_of(struct by_hand *h, const struct expr *a, const struct expr *b);
const struct expr *one_of(struct by_hand *h, const struct expr *a, const struct expr *b);
const struct expr * not(struct by_hand * h, const struct expr *a);
const struct expr *constant(struct by_hand *h, bool holds);
const struct expr *fact_is(struct by_hand *h, const char *name, enum answer answer);
const struct expr *amount(struct by_hand *h, const char *name, enum relation rel, double n);
const struct expr *trait_is(struct by_hand *h, const char *trait, const char *text);
const struct expr *score(struct by_hand *h, enum relation rel, double n);
const struct expr *persona_is(struct by_hand *h, const char *name); // NULL: `persona known`
// EXPR_REACHED, EXPR_IS, EXPR_IN_FOR
const struct expr *stage_atom(struct by_hand *h, enum expr_op op, const char *stage, int64_t duration);

void add_stage(struct by_hand *h, const char *name, const struct expr *when, const struct expr *until);
void add_persona(struct by_hand *h, const char *name, const struct expr *when);
void add_grade(struct by_hand *h, const char *name, const struct expr *when);
void add_rule(struct by_hand *h, const char *fact, const struct expr *when);
void add_each(struct by_hand *h, double n, const char *patterns, uint32_t at_most, int64_t per);
void add_once(struct by_hand *h, double n, const char *patterns);
void add_when(struct by_hand *h, double n, const struct expr *when);

// A track, or with the name "identify" one that sets traits; json: properties or traits, NULL for none.
void event(struct by_hand *h, const char *id, const char *contact, const char *time, const char *name,
        const char *json);

// Replays up to a time; the result lies in h->result, and as text a line for each transition:
// "u1 2026-03-01T10:00:00Z stage none>lead rule m1 m2" in *out.
void replay(struct by_hand *h, const char *at);
struct str transitions(struct by_hand *h, const char *at);
void event_id(const void *h, uint32_t log, struct buf *out); // for explain

#endif
