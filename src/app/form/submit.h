// Taking in a submission: checked, weighed, and in one transaction written with all it says.
#ifndef SLUICE_APP_FORM_SUBMIT_H
#define SLUICE_APP_FORM_SUBMIT_H

#include "app/form/submission.h"
#include "app/user/principal.h"

enum {
    FORM_BITS = 15,                 // of the proof of work: a tenth of a second
    FORM_BITS_MORE = 18,            // where suspicion rises: a second
    FORM_SHOWN_SECONDS = 86400,     // how long a page with a form is good for
    FORM_FAST_SECONDS = 2,          // nobody fills in a form in less
    FORM_RATE_MORE = 5,             // submissions of an address to a form in ten minutes: more proof is asked
    FORM_RATE_MOST = 60,            // and then no more
    FORM_SUSPECT = 50,              // points
    FORM_LINK_SECONDS = 30 * 86400, // how long a confirmation link is good for
    FORM_LETTERS_HOUR = 3,          // mails to confirm that one address gets, whatever forms it is given to
    FORM_LETTERS_DAY = 8,
    FORM_LETTER_WAIT = 2 * 86400, // for a mailbox to be set up; later it would only astonish
};

#define FORM_TRAP "homepage" // the field that people do not see

enum submit_outcome {
    SUBMIT_ACCEPTED,
    SUBMIT_PENDING, // accepted; the address is still to be confirmed
    SUBMIT_SUSPECT, // kept apart; the visitor is told what everybody is told
    SUBMIT_INVALID, // see problems
    SUBMIT_CHECK,   // a browser without script: to be looked over and sent once more
    SUBMIT_PROOF,   // a script: more work is to be done
    SUBMIT_LIMITED,
};

struct submit_input {
    const struct form *form;
    const struct form_def *def; // in the visitor's language
    const struct words *words;
    const struct pairs *sent, *query;
    const bool *known; // [def->n_fields] not asked, or NULL
    struct submission_context context;
    struct str visitor, person;    // anonymousId; userId of a signed link; STR_NONE
    struct str client, user_agent; // IP address
    struct str token, proof, checked;
    bool browser; // can show a page to look things over
    bool trusted; // a program with a key: nothing is weighed
};

struct submit_result {
    enum submit_outcome outcome;
    struct answers answers;
    struct problems *problems;
    struct str id;      // of the submission, of the first one if it was sent twice
    unsigned bits;      // SUBMIT_PROOF
    struct str reasons; // JSON list
    unsigned points;
};

bool form_submit(struct app *app, struct data *reader, struct arena *arena, const struct submit_input *in,
        int64_t now, struct submit_result *ret, struct err *err);
// The same without writing anything, for a look at what would be logged.
bool form_try(struct app *app, struct data *reader, struct arena *arena, const struct submit_input *in,
        int64_t now, struct submit_result *ret, struct messages *ret_messages, struct err *err);

// Confirms the address of a submission; a second time changes nothing. ERR_NOT_FOUND, ERR_CONFLICT: it is
// under suspicion.
bool form_confirm(
        struct app *app, struct arena *arena, struct str id, struct submission *ret, struct err *err);
// A person's word on a submission under suspicion: it is written as if it had been accepted at its time, or
// it is spam. ERR_CONFLICT: it is under none.
bool form_release(struct app *app, struct arena *arena, const struct principal *who, struct str id, bool spam,
        struct submission *ret, struct err *err);

// A stored submission, read again as when it came; in the language that the visitor read. ERR_NOT_FOUND.
struct stored_submission {
    struct submission s;
    struct form form; // as it is now; its slug is empty if it was deleted
    struct form_def def;
    struct submission_context context;
    struct answers answers;
};
bool form_stored(struct store *store, struct arena *arena, struct str id, struct stored_submission *ret,
        struct err *err);

// The mail that asks to confirm (letter.c), in the transaction that makes the submission pending: queued,
// unless the address had some of them lately. message_wake() after the commit. email empty: none.
bool form_letter(struct writing *w, const struct submission *s, struct str email, struct err *err);
struct message;
struct mail_draft;
bool form_compose(struct app *app, struct data *reader, const struct message *message, struct arena *arena,
        struct mail_draft *ret, struct err *err);
// The path of the page that confirms; by the form's id, for the mail outlives its slug.
struct str form_confirm_path(struct app *app, struct arena *arena, const struct submission *s);

// Points of suspicion, and why; pure.
struct weighing {
    bool trap, fast, proven, token_used, machine, disposable;
    int64_t from_address;
};
unsigned form_weigh(const struct weighing *w, const struct answers *answers, struct buf *reasons);

// The slice's state: the secret, and counts not yet written.
struct form_state;
const uint8_t *form_state_secret(struct app *app);
void form_count(struct app *app, struct str form, bool start);

#endif
