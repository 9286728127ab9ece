// A batch of people whose time has come. Within this slice.
#ifndef SLUICE_APP_CAMPAIGN_ACT_H
#define SLUICE_APP_CAMPAIGN_ACT_H

#include "app/campaign/ahead.h"
#include "app/campaign/place.h"

enum { HOLDS_GOAL = 1, HOLDS_STOP = 2, HOLDS_BRANCH = 4 };

struct due {
    struct person_row row;
    uint32_t contact; // as it is called now
    int step;         // index, or STEP_END
    unsigned holds;   // bits: what holds of them
    const struct zone *zone;
};
struct batch {
    struct app *app;
    struct arena *arena;
    int64_t now;
    struct campaign campaign;
    struct definition d;
    struct quiet quiet;
    struct places *places;
    struct due *due;
    unsigned n;
};
typedef VEC(int64_t) number_list64;

// step.c: does the step at which the person stands, and moves them on.
bool step_do(struct writing *w, const struct batch *b, const struct due *due, const struct person_row *row,
        struct err *err);

// split.c: which variant a contact gets; -1: they wait for the winner of the test.
int split_variant(
        const struct step *step, int64_t campaign, uint32_t contact, unsigned winner /* + 1, or 0 */);
// The winner of a step's test as it was set, + 1; 0: none.
bool split_winner(struct store *store, int64_t campaign, int64_t step, unsigned *ret, struct err *err);
// Goes on with everybody who waited for it. winner + 1, 0: none any more.
bool split_decide(struct writing *w, int64_t campaign, int64_t step, unsigned winner, struct err *err);

#endif
