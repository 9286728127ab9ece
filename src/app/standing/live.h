// Where every contact stands right now. One thread follows the log, replays the contacts that it touches and
// those whose windows run out, and writes what changed, with its position in the log, in one transaction
// (tables standing, journal, qualifier). Everybody else reads, from any thread.
//
// A contact is named by its number: that of the identifier which names it (the table contact of app/event).
// When two turn out to be the same person the number of one of them goes on to mean both. Outside, a
// contact's id is a UUID made from the number (contact_uuid).
#ifndef SLUICE_APP_STANDING_LIVE_H
#define SLUICE_APP_STANDING_LIVE_H

#include "app/app.h"
#include "replay/replay.h"

// The UUID (version 7 form) of a contact number, and back; keyed by the store's identity, without a table.
struct str contact_uuid(const struct app *app, uint32_t number, char *out); // UUID_SIZE bytes
bool contact_of_uuid(const struct app *app, struct str uuid, uint32_t *ret_number);

// Waits until the first standings are there; the functions below do so by themselves. ERR_BUSY after `ms`.
bool live_ready(struct live *live, unsigned ms, struct err *err);
// The contact that an id from outside means: a UUID of ours, else a userId or anonymousId. ERR_NOT_FOUND.
bool live_find(struct live *live, struct data *reader, struct str id, uint32_t *ret_number, struct err *err);
// The contact that an identifier's number (a row's user or anonymous) belongs to now; itself if nothing
// joined it.
uint32_t live_owner(struct live *live, uint32_t identifier);
// All numbers that mean a contact: of its identifiers, the one that names it first. In arena; at least one.
void live_numbers(struct live *live, uint32_t contact, struct arena *arena, uint32_t **ret, unsigned *ret_n);
// Whether the identifier that names a contact is a userId (in messages about it: "userId"), or an anonymousId
// that nobody joined ("anonymousId").
bool live_is_user(struct live *live, uint32_t contact);

// The userIds of a contact, the one that names it first; none of one that nobody knows. Names live in arena.
bool live_user_ids(struct live *live, struct data *reader, uint32_t contact, struct arena *arena,
        struct str **ret, unsigned *ret_n, struct err *err);

// The active model, compiled, as long as arena lives; version 0 and an empty program if there is none.
struct live_program {
    const struct program *program;
    struct str title;
    int64_t version;
};
bool live_program(struct live *live, struct arena *arena, struct live_program *ret, struct err *err);

// What is known of a contact at once, without replaying.
struct live_standing {
    struct str model;                 // its title
    int64_t version;                  // of the model
    struct str stage, grade, persona; // names; "none"
    int64_t since;                    // seconds since 1970
    double score;
    int64_t first, last; // its first and last event
};
// Copies into arena. ERR_NOT_FOUND.
bool live_standing(
        struct live *live, uint32_t contact, struct arena *arena, struct live_standing *ret, struct err *err);

// Histories of some contacts as columns, as of everything in the log that the reader sees with time <= at;
// contacts without an event up to then are left out. Free with columns_free. For explanations, timelines,
// cards.
bool live_history(struct live *live, struct data *reader, const uint32_t *contacts, unsigned n, int64_t at,
        struct columns **ret, struct err *err);
// The same of one contact, exactly as it was at a moment in the past: without what was joined to it later.
// Empty if it was not there yet. Where late messages make it hard to tell, everybody's histories are looked
// at: seconds.
bool live_history_past(struct live *live, struct data *reader, uint32_t contact, int64_t at,
        struct columns **ret, struct err *err);
// The log rows of a contact, ascending by time and row; free().
bool live_rows(struct live *live, struct data *reader, uint32_t contact, uint32_t **ret_rows, uint32_t *ret_n,
        struct err *err);

// Histories of everybody as of a moment in the past, exactly: may take seconds, and one caller at a time gets
// them.
bool live_past(struct live *live, int64_t at,
        bool (*visit)(void *ctx, const struct columns *columns, struct err *err), void *ctx, struct err *err);
// Contacts that a condition of the model language holds for, for bulk work and audiences: numbers, in no
// order; free(). filter STR_NONE: all. Errors: ERR_INPUT with the place in the condition.
bool live_select(
        struct live *live, struct str filter, uint32_t **ret_contacts, uint32_t *ret_n, struct err *err);
// The same asked of some contacts (at most some thousand), now: holds[n]. What is in the log behind
// live_position() does not count yet.
bool live_holds(struct live *live, struct data *reader, struct str condition, const uint32_t *contacts,
        unsigned n, uint8_t *holds, struct err *err);
// Whether the active model understands a condition. ERR_INPUT: no, with the place in it.
bool live_check(struct live *live, struct str condition, struct err *err);
// What an event must be for a pattern of the active model ("form.submitted" where form is "demo"); as long as
// arena lives. ERR_INPUT: it is none.
bool live_pattern(struct live *live, struct arena *arena, struct str pattern, const struct program **ret,
        const struct matcher **ret_matcher, struct err *err);
// Waits until the standings of everything up to a log row are there; false after `ms`.
bool live_wait(struct live *live, int64_t row, unsigned ms);
// Log row up to which standings are established, and how long that is behind the log, for /metrics.
int64_t live_position(struct live *live);
// The work of the thread that follows the log, up to its end: of an app without threads (app_options.still),
// whose live_ready and live_wait do it by themselves. Not in a turn.
bool live_tick(struct app *app, struct data *reader, struct err *err);

#endif
