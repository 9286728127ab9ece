// How many contacts stand on which stage, from memory.
#ifndef SLUICE_APP_STANDING_BOARD_H
#define SLUICE_APP_STANDING_BOARD_H

#include "app/standing/live.h"

enum { BOARD_WEEK = 7 * 86400 };

struct live_column {
    uint32_t now;    // contacts on the stage
    uint32_t before; // of the same contacts, those who were on it a week ago (up to an hour more)
    double days;     // the median of how long they have been on it so far; NAN: nobody is
};

struct live_board {
    struct live_program model;
    struct live_column *columns; // [n_stages + 1], none first, then the model's stages in order; in the arena
};

// filter: a condition of the model language, STR_NONE: of all; visible: only of those that it says yes to,
// NULL: of all. What stood a week ago is computed once an hour, by the first who asks for it after the model
// or the columns were renewed (a second a million contacts), else in the background. ERR_INPUT: the
// condition.
bool live_board(struct live *live, struct data *reader, struct arena *arena, struct str filter,
        bool (*visible)(void *ctx, uint32_t contact), void *ctx, struct live_board *ret, struct err *err);
// The standings are there: the first who asks need not wait long where there are many.
void board_begin(struct live *live);
// A new base, with the lock for writing: what stood a week ago goes on, as filters_move().
struct state;
void board_move(struct live *live, const struct state *old, size_t n_old, bool stale);
// For the qualifier: the moments that are kept or being computed, 0 for none; and, with the lock for writing,
// where a contact that was replayed stood at each of them (numbers in live->names).
#define BOARD_ABSENT UINT16_MAX // it was not there yet
void board_moments(struct live *live, int64_t at[2]);
void board_set(struct live *live, const int64_t at[2], uint32_t slot, const uint16_t stage[2]);
// The job: renews what somebody asked for within the last day.
bool board_renew(struct app *app, struct data *reader, struct err *err);

#endif
