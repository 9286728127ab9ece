// A simulated world for the mail slices: people with addresses in time zones, their mail servers, campaigns
// that an operator runs, a clock that may be turned, and a Sluice that dies now and then. One thread, no real
// time: the same seed gives the same world. What the world itself saw is kept apart from what Sluice says, so
// that check.c can compare both.
#ifndef SLUICE_TESTS_SIM_WORLD_H
#define SLUICE_TESTS_SIM_WORLD_H

#include "app/app.h"
#include "base/rng.h"
#include "base/vec.h"
#include "http/router.h"
#include "mail/network.h"
#include "store/faulty/faulty.h"

enum {
    PEOPLE = 40,
    ADDRESSES = 60,
    CAMPAIGNS = 5,
    STEPS = 8,
    VERSIONS = 4, // of a campaign's definition
    NEVER = INT32_MAX,
    DAY = 86400,
};

// An address and what its server and its reader do. Times are the program's clock, in seconds.
struct address {
    char text[60];
    bool dead;          // 5.1.1 for every mail
    double busy, flaky; // chances of 4xx, and of a broken connection
    double replies, leaves, complains, bounces_late, away;
    // What the program has been told, and has committed; NEVER: not.
    int64_t left, bounced, complained;
};

struct human {
    char id[16];             // userId
    unsigned address;        // index; ADDRESSES: none
    int zone;                // index into ZONES
    unsigned same_as;        // whom an alias made them part of; itself: nobody
    int64_t merged, replied; // NEVER: not
    int64_t told;            // when they last said where they live
    unsigned pages, forms;   // events so far
    bool known;
};

enum way { WAY_MAIL, WAY_WAIT, WAY_UNTIL, WAY_FOR, WAY_BRANCH, WAY_TAG, WAY_FACT, WAY_TASK, WAY_STOP };
struct plan_step {
    enum way way;
    char id[8];
    unsigned number, variants, waits /* seconds */, weekdays, minute, condition;
    bool on_form;
    int next, then, otherwise; // indices, -1: the end
};
struct plan {
    struct plan_step steps[STEPS];
    unsigned n_steps;
    bool quiet;
    unsigned quiet_from, quiet_to; // hours
    unsigned cap_mails, cap_days;
    bool stop_reply, stop_unsubscribe;
};
enum entry { BY_AUDIENCE, BY_EVENT, BY_CONDITION };
struct campaign_plan {
    char name[12], uuid[40];
    enum entry entry;
    unsigned condition; // index into CONDITIONS
    unsigned again;     // 0 never, 1 after leaving, 2 always
    struct plan plans[VERSIONS];
    unsigned n_plans, next_number;
    bool created, running, paused, finished;
    int64_t started, ended;
    // What should and could be: by person.
    bool wanted[PEOPLE];      // they had to come in
    unsigned entries[PEOPLE]; // how often they may have come in at most
    int64_t since[PEOPLE];    // when they may first have come in
    bool by_hand_out[PEOPLE];
    bool held[PEOPLE]; // the condition of entry holds
};

// A mail as handed over.
struct handed_mail {
    size_t number;
    unsigned address, campaign, step, variant, person;
    int64_t at;                             // program's clock, of the hand-over
    bool landed;                            // the server has it
    bool told;                              // and the program heard so
    bool unknown;                           // the program could not know what became of it
    bool refused;                           // 5xx, and the program heard so
    bool hard;                              // of it: the address is dead
    bool settled;                           // what became of it is known to the world
    bool answered;                          // by its reader
    bool pending;                           // what the program was told is not committed yet
    bool unsure;                            // it died then: it may know, or not
    struct str from, message_id, leave_url; // in the world's arena
};

// Something that will happen.
struct flying;
enum happening {
    HAPPEN_CONTACT,
    HAPPEN_PAGE,
    HAPPEN_FORM,
    HAPPEN_MOVE,
    HAPPEN_MERGE,
    HAPPEN_START,
    HAPPEN_PAUSE,
    HAPPEN_RESUME,
    HAPPEN_EDIT,
    HAPPEN_FINISH,
    HAPPEN_HAND_IN,
    HAPPEN_HAND_OUT,
    HAPPEN_CRASH,
    HAPPEN_CLOCK,
    HAPPEN_DONE /* a delivery */,
    HAPPEN_REPLY,
    HAPPEN_AWAY,
    HAPPEN_BOUNCE,
    HAPPEN_COMPLAINT,
    HAPPEN_LEAVE,
    HAPPEN_DAY,
    HAPPEN_END,
};
struct coming {
    int64_t at; // true time, seconds
    uint64_t order;
    enum happening what;
    unsigned a, b;
    void *thing;
};

struct world {
    uint64_t seed;
    struct rng rng;
    struct arena *arena;
    char folder[200];
    int64_t time; // true seconds since 1970
    int64_t skew; // of the program's clock
    struct app *app;
    struct data *reader;
    struct router *router;
    struct faulty_death death;
    struct mail_network network;
    unsigned restarts;
    struct address addresses[ADDRESSES];
    unsigned n_addresses;
    struct human people[PEOPLE];
    unsigned n_people;
    struct campaign_plan campaigns[CAMPAIGNS];
    unsigned n_campaigns;
    VEC(struct handed_mail *) mails;
    VEC(struct coming) coming;
    uint64_t order;
    VEC(struct mail_delivery *) done; // to be collected
    VEC(struct flying *) flying;      // under way
    bool calm;                        // the end: nothing goes wrong any more
    bool over;
    struct buf trace, faults;
    bool verbose;
    unsigned n_faults;
    char mailbox[40];
    unsigned crashes, ticks;
};

#define OUR_ADDRESS "ann@ours.example"
extern const char *const ZONES[];
extern const char *const CONDITIONS[];
enum { N_ZONES = 8, N_CONDITIONS = 4 };
bool condition_holds(const struct human *h, unsigned condition);

static inline int64_t program_now(const struct world *w)
{
    return w->time + w->skew;
}
unsigned person_root(const struct world *w, unsigned person);
void comes(struct world *w, int64_t at, enum happening what, unsigned a, unsigned b, void *thing);
void note(struct world *w, const char *format, ...) __attribute__((format(printf, 2, 3))); // into the trace
void fault(struct world *w, const char *format, ...)
        __attribute__((format(printf, 2, 3))); // an invariant is broken
int64_t soon(struct world *w, int64_t most);   // a random duration, short ones more often

// check.c
void check_hand_over(struct world *w, const struct handed_mail *mail); // at the hand-over
void check_landed(struct world *w, const struct handed_mail *mail);
void check_end(struct world *w); // record.c

// world.c
bool world_run(uint64_t seed, bool verbose, const char *template, struct buf *ret_trace,
        struct buf *ret_faults); // true: all is well

#endif
