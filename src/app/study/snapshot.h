// Everybody's histories as of a moment, with what stages made of them: bit sets over the contacts, by the
// stage's hash. So a draft costs only what differs from what was asked before; and of a stage that differs,
// only the contacts for whom the parts of its condition that were there before have ever held. One owner at a
// time. Private to app/study.
#ifndef SLUICE_APP_STUDY_SNAPSHOT_H
#define SLUICE_APP_STUDY_SNAPSHOT_H

#include "app/app.h"
#include "base/vec.h"
#include "rules/program.h"

#include <stdatomic.h>

struct kept_set {
    uint64_t hash;  // of a stage, or of a part of a condition
    uint64_t *bits; // [words] who is on it, or for whom it has ever held
    uint64_t used;  // count of the last study_snapshot_round() that asked for it
};

struct study_snapshot {
    struct data *reader; // what the columns live in; NULL: somebody else's
    const struct columns *columns;
    int64_t at;        // seconds since 1970
    size_t words;      // of a bit set
    uint64_t *exists;  // who is there
    uint32_t contacts; // how many
    uint64_t round;
    VEC(struct kept_set) sets;
    VEC(double) scores; // N of the parts `score >= N`
};

// As of now, with a reader of its own.
bool study_snapshot_open(struct app *app, struct study_snapshot **ret, struct err *err);
// Over columns that outlive it.
struct study_snapshot *study_snapshot_over(const struct columns *columns, int64_t at);
void study_snapshot_free(struct study_snapshot *s); // NULL is fine

// Ends the life of what the rounds before got: only so much is kept.
void study_snapshot_round(struct study_snapshot *s);
// Makes later drafts that differ little from this program cheap; dear itself. false: cancelled.
bool study_snapshot_prepare(
        struct study_snapshot *s, const struct program *program, unsigned threads, const atomic_bool *cancel);
// ret_on[n_stages]: who is on each stage, until the next round. false: cancelled.
bool study_snapshot_stages(struct study_snapshot *s, const struct program *program, unsigned threads,
        const atomic_bool *cancel, const uint64_t **ret_on);

#endif
