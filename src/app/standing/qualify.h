// The parts of the qualifier: rounds (qualify.c), what of them is news (decide.c), sweeps, the start.
#ifndef SLUICE_APP_STANDING_QUALIFY_H
#define SLUICE_APP_STANDING_QUALIFY_H

#include "app/standing/announce.h"
#include "app/standing/filters.h"

enum { HORIZON = 3600 /* seconds that a replay looks ahead for what the clock alone brings */ };

// What a replay says of a contact, to be kept in memory.
struct outcome {
    uint32_t slot;
    bool later; // it is pending, and announced in another round
    struct announced now;
    struct marks marks;
    int64_t due;      // 0: none
    uint16_t week[2]; // the stage at the round's weeks; BOARD_ABSENT: it was not there yet
};

struct round {
    struct arena *arena;
    int64_t now, weeks[2]; // weeks: moments that the board wants to know of, 0 for none
    const struct live_model *model;
    size_t n_touched;                   // of live->touched, from the first
    struct columns *columns;            // of the touched contacts
    struct replay_result result, ahead; // standings now; transitions up to the horizon
    size_t *first_transition;           // [contact + 1] into ahead
    uint8_t *classes;                   // of the columns' types (marks.h)
    move_list moves;
    announced_list standings; // that changed
    VEC(struct outcome) outcomes;
    filter_list filters;
    uint8_t **holds; // [filter][outcome]
};

uint32_t clamped(int64_t time);
struct announced standing_now(const struct live_model *model, const struct columns *columns,
        const struct replay_result *r, uint32_t contact);
bool same_standing(const struct state *s, const struct announced *a);
// What of a touched contact's replay is news. contact: in round->columns, NO_INDEX: it has no event any more.
bool decide(struct live *live, struct data *reader, struct round *round, uint32_t slot, uint32_t contact,
        struct err *err);

// qualify.c: takes some rows of the log; tells who waits how far everything has come; what the model reads of
// the base.
bool follow(struct live *live, struct data *reader, struct err *err);
void advance(struct live *live);
void use(struct live *live);
// sweep.c
void sweep_begin(struct live *live, enum cause cause);
void sweep(struct live *live, unsigned threads); // a part of it
// start.c
bool standing_begin(struct live *live, struct data *reader, struct err *err);

#endif
