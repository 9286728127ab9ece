// A slice: one capability of Sluice, a folder of src/app. Its descriptor stands in SLICES (slices.c), and
// from there its tables, routes, jobs and reactions are found.
#ifndef SLUICE_APP_SLICE_H
#define SLUICE_APP_SLICE_H

#include "app/app.h"
#include "http/route.h"

// A change of a contact's standing that was just established and is being written down (the decision
// journal).
struct moved {
    uint32_t contact;    // number of the contact (standing/live.h)
    const char *kind;    // "stage", "grade", "persona"
    struct str from, to; // names; "none"
    int64_t at;          // when it happened by the model, seconds since 1970
    int64_t model;       // version
    bool by_hand;        // somebody assigned it
    bool fresh;      // it happened within the last day, and not because the model was changed: react to it
    int64_t journal; // id of the journal row
};

// Background work on a thread of its own: run() every `seconds`, and when app_wake names it; with a reader of
// its own. It returns soon after app_closing(). An error is logged, and it is called again.
struct job {
    const char *name;
    unsigned seconds;
    bool (*run)(struct app *app, struct data *reader, struct err *err);
};

// Whom an export or an erasure is about: the contact with all its identifiers (numbers of the table contact,
// the one that names it first) and its rows of the log, also those that an undone import hides.
struct person {
    uint32_t contact;
    const uint32_t *ids;
    unsigned n_ids;
    const uint32_t *rows;
    unsigned n_rows;
    // For erase only: what names the person in texts and files (identifiers, addresses), ASCII in lower case.
    const struct str *words;
    unsigned n_words;
};

struct mail_draft; // message/message.h
struct message;

struct slice {
    const char *name;
    const struct migration *migration; // or NULL
    const struct routes *routes;       // or NULL
    const struct job *jobs;            // ends with a NULL name; or NULL
    // Called in the transaction that writes the change down; must be quick. An error ends the transaction,
    // which is tried again. NULL: none.
    bool (*react)(struct writing *w, const struct moved *moved, struct err *err);
    // Once at app_start, before the threads; state lives in what ret_state gets, app_state() gives it. NULL:
    // none.
    bool (*start)(struct app *app, void **ret_state, struct err *err);
    void (*stop)(struct app *app, void *state); // after the threads have ended
    // Takes everything personal about somebody out of the slice's own tables and files (in the data folder
    // `folder`) for ever, in the open transaction; rows that statistics count stay, without what names the
    // person. The app may be open
    // without being started (the command line). NULL: the slice knows nothing about people.
    bool (*erase)(struct writing *w, const char *folder, const struct person *who, struct err *err);
    // Appends what the slice's own tables say about somebody as JSON members, each behind a comma:
    // `,"tasks":[…]`. NULL: nothing.
    bool (*tell)(struct data *reader, const struct person *who, struct buf *out, struct err *err);
    // Mails that the slice has queued (message_queue). compose() says what a due one says, or that it does
    // not go; it runs in no transaction, on threads of the message slice. admit() is asked right before the
    // hand-over, in the turn that makes it final, so that what it sees is what everybody has written so far;
    // it must be quick and sets verdict, why and later only. NULL: the slice sends none; admit may be NULL
    // alone.
    bool (*compose)(struct app *app, struct data *reader, const struct message *message, struct arena *arena,
            struct mail_draft *ret, struct err *err);
    bool (*admit)(
            struct writing *w, const struct message *message, struct mail_draft *draft, struct err *err);
    // In the transaction that ends a queued mail of the slice: state is "sent", "failed", "unclear" or
    // "skipped"; why: of all but the first. Once for each mail, also for what message_cancel() and
    // suppression end. NULL: the slice need not know.
    bool (*settled)(struct writing *w, const struct message *message, const char *state, struct str why,
            struct err *err);
};

extern const struct slice *const SLICES[]; // ends with NULL
// The state that the slice's start() made, or NULL.
void *app_state(const struct app *app, const struct slice *slice);

#endif
