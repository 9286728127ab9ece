// The inside of struct live, shared by the files of app/standing.
//
// The qualifier's thread (qualify.c) alone changes what is below, under the write lock where others read it;
// it reads without a lock. Everybody else reads under the read lock, and only long enough to copy out what it
// needs (a plan, a borrowed base or model).
#ifndef SLUICE_APP_STANDING_LIVE_PRIVATE_H
#define SLUICE_APP_STANDING_LIVE_PRIVATE_H

#include "app/slice.h"
#include "app/standing/live.h"
#include "base/map.h"
#include "base/vec.h"

#include <pthread.h>
#include <stdatomic.h>

// Columns as of some row of the log, whoever borrows them. Never changed.
struct base {
    atomic_int refs;
    struct data *data; // what the columns live in
    const struct columns *columns;
    struct identifiers ids;
};

// The active model, compiled.
struct live_model {
    atomic_int refs;
    struct arena *arena;
    const struct program *program;
    struct str text, title;
    int64_t version;                      // 0: there is none, and the program is empty
    uint16_t *stages, *grades, *personas; // [n of the program's names] number in live->names
};

// What a contact's history says to whoever works with it: times in seconds since 1970, 0 for none.
struct marks {
    uint32_t wrote,
            wrote_row; // what they wrote last that waits for an answer, nothing having come from us since
    uint32_t reached;  // the last thing from us, or talk with them
    uint32_t graded;   // since when the grade is what it is; 0: from the start
    uint32_t deal;     // the last event of a deal that is open
    uint32_t lived;    // the last thing that anybody did, bookkeeping left aside
};

// What is known of a contact without replaying: a slot. The base's contacts come first, in their order, then
// those that are new. Times are seconds since 1970, at least 0.
struct state {
    uint32_t since, moved, first, last; // moved: the last transition that was announced, 0 for none
    double score;
    uint32_t number; // of the identifier that names it
    uint32_t rows;   // link + 1: its rows behind the base, newest first
    uint32_t parts; // link + 1: contacts of the base that have become part of it; of an absorbed one the slot
                    // it is in
    uint16_t stage, grade, persona; // numbers in live->names, 0 for none
    uint16_t flags;
    struct marks marks;
};
enum {
    STATE_ABSORBED = 1,
    STATE_TOUCHED = 2,  // in live->touched
    STATE_PENDING = 4,  // in live->pending: what was announced last stands in the table only
    STATE_BY_MODEL = 8, // it is pending because the model was changed
    STATE_INHERITED =
            16,     // its announced standing stands in the table under the number of one that it has absorbed
    STATE_NOW = 32, // pending, and this round's
};

struct link {
    uint32_t value, next; // next: link + 1
};

// When the clock alone moves a contact.
struct due {
    int64_t at;
    uint32_t number; // of the contact
};

typedef VEC(struct due) due_heap; // heap.h

// What was announced of a contact, or is to be.
struct announced {
    uint32_t number;
    uint32_t since, moved;
    double score;
    uint16_t stage, grade, persona;
};
typedef VEC(struct announced) announced_list;

enum cause { CAUSE_LIVE, CAUSE_START, CAUSE_MODEL, CAUSE_GONE };

typedef VEC(uint32_t) number_list;

// Columns that a program reads, of a base; all NULL: every column. Lives in arena.
struct used {
    const bool *props, *traits, *facts;
};

// A filter's truth for all slots, kept for those who ask again.
struct kept_filter;

struct live {
    struct app *app;
    struct data *own; // reader of live_wait where there are no threads, or NULL
    pthread_rwlock_t lock;
    struct base *base; // NULL until the first one is there
    struct live_model *model;
    struct map *names; // of stages, grades and personas; 0 is "none"
    VEC(struct state) states;
    VEC(struct link) links;
    number_list slot_of; // by number of an identifier; NO_INDEX: no contact
    number_list ring;    // by number of an identifier: the next one of the same contact; the last: the first
    VEC(uint8_t) role;   // by number of an identifier: enum id_role
    int64_t applied;     // rows up to here are in states
    uint64_t extra_rows; // rows behind the base
    // Who waits for something.
    pthread_mutex_t mutex;
    pthread_cond_t progress;
    bool ready;        // standings are there
    int64_t position;  // rows up to here are established
    struct base *next; // made in the background, to be taken over
    bool wanted;       // a new base is
    // The qualifier's own.
    number_list touched; // slots
    due_heap due;
    number_list pending; // slots, from pending_from on
    size_t pending_from;
    bool first; // what is pending was never announced: a store that was filled before
    struct arena *used_arena;
    struct used used;        // what the model reads of the base
    number_list gone;        // contacts that are part of another one now: their rows in the table go
    announced_list vanished; // contacts that are no longer there: after an undo, an erasure
    int64_t swept;           // clock of the last sweep over everybody
    bool sweeping;
    uint32_t sweep_next; // slot
    number_list lazy;    // slots: to be replayed when there is time
    enum cause sweep_cause;
    int64_t odd;    // the first row that takes a new base, 0 for none
    bool stale;     // an event of the base was taken back: laid over it, but others read the file it is from
    int64_t looked; // monotonic time when the model's version was last looked up
    pthread_mutex_t past_mutex;
    // Filters.
    pthread_mutex_t filter_mutex;
    struct kept_filter *filters;
    // The board's (board.c).
    pthread_mutex_t week_mutex;
    struct week *week, *week_next; // week_next: whoever computes it owns it
    _Atomic int64_t week_asked;    // monotonic nanoseconds, 0: never
};

static inline struct base *base_borrow(struct base *base)
{
    atomic_fetch_add(&base->refs, 1);
    return base;
}
void base_return(struct base *base); // NULL is fine
// stored: what the cache file has is enough, if it is there.
bool base_open(struct app *app, bool stored, struct base **ret, struct err *err);

static inline struct live_model *live_model_borrow(struct live_model *model)
{
    atomic_fetch_add(&model->refs, 1);
    return model;
}
void live_model_return(struct live_model *model);
// The active model as the reader sees it; an empty one if there is none.
bool live_model_load(struct live *live, struct data *reader, struct live_model **ret, struct err *err);

// state.c; all with the lock, the first two for writing
// Makes slots of a base's contacts and identifiers, without standings.
void states_reset(struct live *live, struct base *base);
// What rows of the log do to them. false: it takes a new base.
struct arrival {
    uint32_t row;
    uint32_t user, anonymous; // numbers of identifiers, 0 for none
    int64_t time;
    bool event;      // neither an alias nor an undo
    uint32_t undone; // the row that it hides, an event of user or anonymous; 0: none
};
bool states_take(struct live *live, const struct arrival *a);
uint32_t slot_of(const struct live *live, uint32_t number); // NO_INDEX: no contact
void state_touch(struct live *live, uint32_t slot);

// qualify.c
bool qualify(struct app *app, struct data *reader, struct err *err); // the job: returns when the app closes
bool rebase(struct app *app, struct data *reader, struct err *err);  // the other job
// filters.c
void filters_free(struct live *live);
// board.c
void weeks_free(struct live *live);

#endif
