// The inside of the pump, shared by pump.c (its turns), pump_admit.c (what may go now) and pump_settle.c
// (what came of it).
#ifndef SLUICE_APP_MESSAGE_PUMP_H
#define SLUICE_APP_MESSAGE_PUMP_H

#include "app/message/private.h"
#include "app/message/slots.h"
#include "base/vec.h"

enum {
    BATCH = 64,                  // composed and handed over together
    FLIGHTS_MAX = SLOTS - BATCH, // under way at once; of one mailbox:
    LANE_MAX = 192,
    GIVE_UP = 3 * 86400, // from the first attempt
};

// A mail that was composed, and what it needs on its way.
struct flight {
    struct arena *arena;
    struct send_row row;
    struct mail_draft draft;
    struct str address, name;
    int64_t mailbox;
    struct mail_account account;
    struct letter letter;
    struct mail_delivery delivery;
    struct slots *slots;
    int slot;
    bool composed, admitted; // admitted: handing is in the transaction
    struct err err;          // of composing
};

struct pace {
    uint64_t domain;
    int64_t free_ms, slot_ms;
};

// What is known of a mailbox only in memory: its pace.
struct lane {
    int64_t number;
    unsigned under_way;
    int64_t free_ms, slot_ms; // when the next one may go; when the next of those that must wait
    int64_t cap_ms;           // the same of those that wait for another day
    int64_t paused;           // seconds since 1970: the account did not work
    unsigned faults;          // in a row
    VEC(struct pace) domains;
};

struct crew;
struct pump {
    struct crew *crew; // NULL: the pump's thread composes alone
    const struct mail_network *network;
    struct mail_network *own; // ours, or NULL
    bool recovered;
    struct slots *slots;
    unsigned under_way;
    VEC(struct flight *) done;  // with a verdict that is not written down yet
    VEC(struct flight *) ready; // composed
    VEC(struct lane *) lanes;
    unsigned seen; // of message_state.queued
};

struct crew *crew_new(struct app *app, struct pump *pump);
void crew_free(struct crew *crew); // NULL is fine
// Composes what is in pump->ready.
void crew_compose(struct crew *crew, struct data *reader);
// What the slice says about a mail, whose address it goes to, and the letter. Errors are the mail's own.
void flight_compose(struct app *app, struct data *reader, struct flight *flight);
struct lane *lane_of(struct pump *pump, int64_t number);
void flight_free(struct flight *flight);
// Chooses the mailbox and writes the letter; outside of any turn.
bool flight_prepare(struct app *app, struct data *reader, struct flight *flight, struct err *err);
// In the turn: the last questions; flight->admitted says whether it goes.
bool flight_admit(struct writing *w, struct pump *pump, struct flight *flight, struct err *err);
bool flight_settle(struct writing *w, struct pump *pump, struct flight *flight, struct err *err);
// What a process that stopped left in `handing`.
bool recover(struct app *app, struct data *reader, struct pump *pump, struct err *err);
// Leaves it queued until then.
bool send_later(struct writing *w, const struct send_row *row, int64_t due, struct str why, struct err *err);

#endif
