// What a look at new rows of the log gathers. Within this slice.
#ifndef SLUICE_APP_CAMPAIGN_FOLLOW_H
#define SLUICE_APP_CAMPAIGN_FOLLOW_H

#include "app/campaign/private.h"
#include "base/vec.h"
#include "replay/message.h"
#include "rules/program.h"

struct pattern {
    const struct program *program;
    const struct matcher *matcher; // NULL: nothing matches
};
struct asking {
    const struct program *program;
    const struct message *message;
};
bool pattern_takes(const struct pattern *pattern, const struct message *m);

// A campaign that is running or paused.
struct watched {
    struct campaign campaign;
    struct definition d;
    struct pattern entry, *waits; // waits: by index of the step
    uint8_t *goal, *stop, *when;  // [touched] whether the conditions hold; NULL: there is none
};

// Whether a row may have made two contacts one. JOINS_ALL: whoever was joined to them before moves along,
// whom it does not name.
enum joins { JOINS_NOBODY, JOINS_ONE, JOINS_ALL };

struct happening {
    int64_t row, time;
    uint32_t user, anonymous; // identifiers, 0: none
    enum joins joins;
    struct message *message; // NULL: nobody looks for such events
};

struct look {
    struct app *app;
    struct arena *arena;
    bool conditions; // some campaign has a goal, a stop or an entry by condition
    VEC(struct watched) watched;
    VEC(struct happening) happenings;
    VEC(uint32_t) touched;
};

// happen.c: what follows, in the transaction that moves the position. First those who became one are.
bool happen_join(struct writing *w, const struct happening *h, struct err *err);
bool happen(struct writing *w, struct look *look, const struct happening *h, struct err *err);
bool happen_conditions(struct writing *w, struct look *look, struct err *err);
// Rows up to here have been followed, in this process.
void campaign_followed(struct app *app, int64_t position);
int64_t campaign_position(struct app *app); // -1: not yet

#endif
