// Shared by the files of this slice.
#ifndef SLUICE_APP_CAMPAIGN_PRIVATE_H
#define SLUICE_APP_CAMPAIGN_PRIVATE_H

#include "app/campaign/campaign.h"
#include "app/campaign/definition.h"
#include "app/campaign/numbers.h"
#include "app/campaign/slice.h"
#include "base/random.h"
#include "base/vec.h"
#include "store/ask.h"

struct principal;
struct message_order;

#define CAMPAIGN_SOURCE "campaign" // of its mails
#define CAMPAIGN_KINDS "enum:broadcast|sequence"
#define CAMPAIGN_STATES "enum:draft|scheduled|running|paused|finished"

enum {
    CAMPAIGNS_MAX = 10000,
    DEFINITION_BYTES_MAX = 500 * 1000,
    CHUNK_CONTACTS = 1000,   // of a frozen audience
    AHEAD_MAX = 4000,        // mails of a broadcast that may wait for the pump
    BATCH = 500,             // people whose step is done in one transaction
    FOLLOW_ROWS = 5000,      // of the log, at a time
    NEVER_SECONDS = 1 << 30, // "not by the clock": due lies so far behind the entry
};

struct campaign {
    int64_t number;
    struct str id, name, kind, state, definition;
    int64_t version, started, finished, created, changed;
    int64_t audience;   // frozen; -1: not yet
    int64_t chunk;      // the next of the frozen audience to let in
    int64_t from_event; // row of the log behind which it began
};
#define CAMPAIGN_COLUMNS                                                                                  \
    "number, id, name, kind, state, definition, version, started, finished, created, changed, audience, " \
    "next_chunk, from_event"
struct campaign campaign_decode(struct query *query, struct arena *arena);
// ERR_NOT_FOUND
bool campaign_read(
        struct store *store, struct arena *arena, struct str id, struct campaign *ret, struct err *err);
bool campaign_read_number(
        struct store *store, struct arena *arena, int64_t number, struct campaign *ret, struct err *err);
// Its definition, with the steps' numbers. What stands in the table was checked.
bool campaign_definition(struct store *store, struct arena *arena, const struct campaign *campaign,
        struct definition *ret, struct err *err);
// Freezes the audience and lets the campaign run. ERR_CONFLICT: it was changed meanwhile.
bool campaign_begin(struct app *app, const struct campaign *c, const struct principal *who, struct err *err);
bool campaign_unschedule(struct app *app, const struct campaign *c, struct err *err); // back to a draft
bool campaign_set_state(struct writing *w, struct campaign *campaign, const char *state, struct err *err);
// Numbers for steps that have none yet.
bool campaign_number_steps(struct writing *w, int64_t campaign, const struct definition *d, struct err *err);
// The id of a step by number, also of one that is not in the definition any more.
bool campaign_step_name(struct store *store, struct arena *arena, int64_t campaign, int64_t step,
        struct str *ret, struct err *err);
bool campaign_put(struct store *store, const struct campaign *campaign, struct buf *out, struct err *err);

// A person in a campaign. state: "active" (something is done when `due` has come), "mailing" (a mail is
// queued; what becomes of it leads on), "left".
struct person_row {
    int64_t campaign;
    uint32_t contact;
    unsigned round;
    int64_t step; // number; 0: before the first
    struct str state, why;
    int64_t due, entered, changed, since; // since: when the present step began
};
#define PERSON_COLUMNS "campaign, contact, round, step, state, why, due, entered, changed, since"
struct person_row person_decode(struct query *query, struct arena *arena);
bool person_read(struct store *store, struct arena *arena, int64_t campaign, uint32_t contact,
        bool *ret_there, struct person_row *ret, struct err *err);
// Writes the row, and counts people by state. `before` is what stands there, NULL for a new one.
bool person_write(
        struct writing *w, const struct person_row *before, const struct person_row *after, struct err *err);
// A line in the person's record. step 0: none.
bool person_log(struct writing *w, int64_t campaign, uint32_t contact, unsigned round, int64_t step,
        const char *what, struct str why, struct err *err);
// How often a contact has had the mail of a person's step in this round, by the record.
bool person_had(
        struct writing *w, const struct person_row *row, uint32_t contact, int64_t *ret, struct err *err);
// Ends somebody's way; their queued mails are taken back.
bool person_leave(struct writing *w, const struct person_row *row, const char *why, struct err *err);
// Lets somebody in, if the campaign's rule about coming again allows it. how: "audience", "condition",
// "event", "by hand". *ret_entered may be NULL.
bool person_enter(struct writing *w, const struct campaign *campaign, const struct definition *d,
        uint32_t contact, const char *how, bool *ret_entered, struct err *err);

// Adds to a number of a campaign. what: "sent", "clicked" …
bool count_add(struct writing *w, int64_t campaign, int64_t step, unsigned variant, struct str persona,
        struct str what, int64_t n, struct err *err);

// freeze.c: the audience as it is now, written down in chunks.
bool campaign_freeze(
        struct writing *w, struct campaign *campaign, const uint32_t *contacts, uint32_t n, struct err *err);
// Lets the next people of frozen audiences in.
bool freeze_feed(struct app *app, struct data *reader, bool *ret_busy, struct err *err);

// What a tick and the mails share in memory; nothing of it is needed after a restart.
struct campaign_state;
struct campaign_state *campaign_state_new(void);
void campaign_state_free(void *state);
struct campaign_state *campaign_state(const struct app *app);

// follow.c: the log. Answers, waited events, entries, marks of mails; goals and stops of whom it touches.
bool follow_log(struct app *app, struct data *reader, bool *ret_busy, struct err *err);
// The log is followed for a campaign from here on.
bool follow_begin(struct writing *w, int64_t campaign, struct err *err);
// entries.c: conditions of entry, asked of everybody now and then (the clock changes them, too).
bool follow_conditions(struct app *app, struct data *reader, bool *ret_busy, struct err *err);
// Whom a condition of entry holds for, and for whom not any more: lets in for whom it became true.
bool entries_begin(
        struct writing *w, const struct campaign *c, const uint32_t *contacts, uint32_t n, struct err *err);
bool entries_change(struct writing *w, const struct campaign *campaign, const struct definition *d,
        const uint32_t *contacts, const uint8_t *holds, unsigned n, struct err *err);

// What came of a mail (email.clicked …), by its send.
bool mail_mark(struct writing *w, int64_t send, enum mark mark, struct err *err);
bool mail_mark_at(
        struct writing *w, const struct message_order *order, int64_t send, enum mark mark, struct err *err);
bool mail_mark_all(struct writing *w, const struct person_row *row, enum mark mark, struct err *err);

// results.c: what tests have shown by now goes to all others, where the campaign wants it.
bool results_decide(struct writing *w, const struct campaign *c, const struct definition *d, struct err *err);

// act.c: does the due steps; ends the ways of people in campaigns that are finished.
bool act_due(struct app *app, struct data *reader, bool *ret_busy, struct err *err);
bool act_finished(struct app *app, struct data *reader, bool *ret_busy, struct err *err);
// To a step of the definition (index, or STEP_END), from now on.
bool person_move(
        struct writing *w, const struct definition *d, const struct person_row *row, int to, struct err *err);
// The index of the step that a number means now: of one taken out, the one that people go on at. STEP_END:
// none.
bool step_index(struct store *store, const struct definition *d, int64_t campaign, int64_t number, int *ret,
        struct err *err);
// A contact that became part of another one: their ways become one.
bool person_merge(struct writing *w, uint32_t was, uint32_t is, struct err *err);

// mail.c
bool campaign_compose(struct app *app, struct data *reader, const struct message *message,
        struct arena *arena, struct mail_draft *ret, struct err *err);
bool campaign_admit(
        struct writing *w, const struct message *message, struct mail_draft *draft, struct err *err);
bool campaign_settled(
        struct writing *w, const struct message *message, const char *state, struct str why, struct err *err);

bool campaign_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);
bool campaign_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err);

extern const struct migration CAMPAIGN_MIGRATION;
extern const struct route CAMPAIGN_ROUTES[];
extern const struct schema CAMPAIGN_SCHEMAS[];
bool campaign_route_list(struct request *r, struct err *err);
bool campaign_route_create(struct request *r, struct err *err);
bool campaign_route_get(struct request *r, struct err *err);
bool campaign_route_patch(struct request *r, struct err *err);
bool campaign_route_delete(struct request *r, struct err *err);
bool campaign_route_versions(struct request *r, struct err *err);
bool campaign_route_start(struct request *r, struct err *err);
bool campaign_route_pause(struct request *r, struct err *err);
bool campaign_route_resume(struct request *r, struct err *err);
bool campaign_route_finish(struct request *r, struct err *err);
bool campaign_route_audience(struct request *r, struct err *err);
bool campaign_route_numbers(struct request *r, struct err *err);
bool campaign_route_people(struct request *r, struct err *err);
bool campaign_route_person(struct request *r, struct err *err);
bool campaign_route_enter(struct request *r, struct err *err);
bool campaign_route_leave(struct request *r, struct err *err);
bool campaign_route_winner(struct request *r, struct err *err);
bool campaign_route_left_out(struct request *r, struct err *err);

#endif
