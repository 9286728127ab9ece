// What both forms of the explanation print from. For explain*.c only; one owner, one thread.
#ifndef SLUICE_REPLAY_EXPLAIN_VIEW_H
#define SLUICE_REPLAY_EXPLAIN_VIEW_H

#include "replay/explain.h"
#include "replay/walk.h"

struct explanation {
    const struct program *program;
    const struct columns *columns;
    const struct explain_options *options;
    uint32_t contact;
    struct walk *walk; // at options->at
    struct standing standing;
    // [scope * n_exprs + id], the last row for WALK_ALL: when the truth changes by time alone, in seconds
    // from columns.epoch; NO_TIME: never, or the condition stands in no stage, persona or fact.
    int64_t *ends;
    struct arena *arena;
};

int64_t explanation_ends(const struct explanation *x, const struct expr *e, uint32_t scope);

typedef VEC(struct action) action_list;

// What a person can do so that a condition comes to hold, or to fail; nothing if it does so already. Each
// action once. Texts live in x->arena.
void explanation_missing(
        const struct explanation *x, const struct expr *e, uint32_t scope, bool hold, action_list *out);

// A time of the walk as text ("2026-03-01T10:00:00Z") in out, at least DATETIME_SIZE bytes.
struct str explanation_time(const struct explanation *x, int64_t time, char *out);
// Names of the standing: "none" for NO_INDEX.
struct str explanation_stage(const struct explanation *x, uint32_t stage);
struct str explanation_grade(const struct explanation *x);
struct str explanation_persona(const struct explanation *x);

void explanation_json(const struct explanation *x, struct buf *out);
void explanation_text(const struct explanation *x, struct buf *out);

#endif
