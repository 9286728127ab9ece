// Shared by the files of this slice.
#ifndef SLUICE_APP_MESSAGE_PRIVATE_H
#define SLUICE_APP_MESSAGE_PRIVATE_H

#include "app/mailbox/mailbox.h"
#include "app/message/message.h"
#include "app/message/slice.h"
#include "mail/network.h"
#include "store/ask.h"

#include <pthread.h>
#include <stdatomic.h>

// As stored.
enum send_state { SEND_QUEUED, SEND_HANDING, SEND_SENT, SEND_FAILED, SEND_UNCLEAR, SEND_SKIPPED };
extern const char *const SEND_STATES[];
#define SEND_STATE_NAMES "enum:queued|handing|sent|failed|unclear|skipped"

enum {
    MESSAGE_SECRET = 32,
    WHY_MAX = 200,
    OPENS_MAX = 20, // written down of one send
    CLICKS_MAX = 50,
};

enum { RECENT = 256 };
struct recent {
    int64_t send, ms;
    uint64_t link; // 0: the hidden one
};

struct pump;
struct signers;
struct message_state {
    pthread_mutex_t sign_mutex;
    struct signers *signers;
    pthread_mutex_t mutex; // of the recent clicks
    struct recent recent[RECENT];
    unsigned next_recent;
    uint8_t secret[MESSAGE_SECRET];
    bool has_secret;
    atomic_uint queued; // counts what was queued, so that the pump looks again after the commit
    struct pump *pump;
};
struct message_state *message_state(const struct app *app);

// Signed texts (token.c). kind: what it may be used for.
enum token_use { USE_BOUNCE = 'b', USE_ID = 'm', USE_OPEN = 'o', USE_CLICK = 'c', USE_LEAVE = 'u' };
// Lower-case letters and digits: for mail addresses and Message-IDs.
struct str token_short(
        const struct message_state *state, struct arena *arena, enum token_use use, int64_t send);
bool token_short_read(
        const struct message_state *state, enum token_use use, struct str token, int64_t *ret_send);
// base64url, with a text inside; for URLs.
struct str token_long(const struct message_state *state, struct arena *arena, enum token_use use,
        int64_t send, struct str text);
bool token_long_read(const struct message_state *state, struct arena *arena, enum token_use use,
        struct str token, int64_t *ret_send, struct str *ret_text);
bool secret_read(struct message_state *state, struct store *store, struct err *err);
bool secret_make(struct app *app, struct message_state *state, struct err *err);

// A row of message_send.
struct send_row {
    struct message message;
    int64_t source;
    enum send_state state;
    unsigned attempts;
    int64_t mailbox, at, hash, first; // at: of the hand-over; first: of the first attempt
    bool counted;
    struct str address, why; // in arena
    unsigned opens, clicks;
};
#define SEND_COLUMNS                                                                                \
    "s.id, m.name, s.campaign, s.step, s.round, s.contact, s.variant, s.due, s.state, s.attempts, " \
    "s.mailbox,"                                                                                    \
    " s.at, s.hash, s.address, s.why, s.opens, s.clicks, s.first, s.source, s.counted"
#define SEND_FROM "message_send s JOIN message_source m ON m.id = s.source"
struct send_row send_of_row(struct app *app, struct arena *arena, struct query *q);
bool send_read(struct app *app, struct store *store, struct arena *arena, int64_t id, struct send_row *ret,
        struct err *err);
// The mail made again as of the moment it was made first. false: it can no longer be made.
bool send_draft(struct app *app, struct data *reader, struct arena *arena, const struct send_row *row,
        struct mail_draft *ret);
const struct slice *slice_named(struct str name);
// Tells the slice that queued it.
bool send_settled(
        struct writing *w, const struct message *message, const char *state, struct str why, struct err *err);
// Ends a send that is queued: skipped or failed.
bool send_end(struct writing *w, const struct send_row *row, enum send_state state, struct str why,
        struct err *err);

// The mail as it goes out (letter.c): content, envelope; ERR_INPUT: it cannot be written.
struct letter {
    struct str from, to, content;
    bool utf8;
    int64_t hash;
};
// Puts the signatures of the sender's domain in front.
bool letter_sign(struct app *app, struct data *reader, struct arena *arena, const struct mailbox *mailbox,
        struct letter *letter, struct err *err);
void signers_free(struct signers *signers); // NULL is fine
bool letter_write(struct app *app, struct arena *arena, const struct message *message,
        const struct mail_draft *draft, const struct mailbox *mailbox, struct letter *ret, struct err *err);
// Its texts with our links in them.
struct str letter_html(struct app *app, struct arena *arena, int64_t send, const struct mail_draft *draft);
int64_t draft_hash(struct arena *arena, const struct mail_draft *draft);           // never 0
struct str html_before_end(struct arena *arena, struct str html, struct str tail); // in front of </body>
struct str public_url(
        struct app *app, struct arena *arena, const char *path, struct str token, const char *end);
struct str return_path(struct app *app, struct arena *arena, const struct mailbox *mailbox, int64_t send);
// The contact's own address as of now, in arena; empty: none is known. With its name and its language (empty:
// unknown).
bool contact_address(struct app *app, struct data *reader, struct arena *arena, uint32_t contact,
        struct str *ret_address, struct str *ret_name, struct str *ret_language, struct err *err);

// An event about a send, of its contact; properties: JSON members, each behind a comma. None for nobody's.
bool write_event(struct writing *w, const struct send_row *row, const char *event, struct str message_id,
        int64_t at, struct str properties, int64_t *ret_row, struct err *err);

// The pump (pump.c). One turn of it: collects verdicts, writes them down, takes what is due, hands it over.
// *ret_worked: there was something to do. Without threads of its own; the caller's is the only one.
bool message_tick(struct app *app, struct data *reader, bool *ret_worked, struct err *err);
bool pump_run(struct app *app, struct data *reader, struct err *err);
void pump_free(struct pump *pump);

extern const struct route MESSAGE_ROUTES[];
extern const struct schema MESSAGE_SCHEMAS[];
bool send_route_list(struct request *r, struct err *err);
bool send_route_create(struct request *r, struct err *err);
bool send_answer(struct request *r, int64_t send, struct err *err);
bool plain_compose(struct app *app, struct data *reader, const struct message *message, struct arena *arena,
        struct mail_draft *ret, struct err *err);
bool send_route_get(struct request *r, struct err *err);
bool send_route_decide(struct request *r, struct err *err);
bool open_route(struct request *r, struct err *err);
bool click_route(struct request *r, struct err *err);
bool leave_route_page(struct request *r, struct err *err);
bool leave_route_post(struct request *r, struct err *err);
bool topics_route_page(struct request *r, struct err *err);
bool topics_route_post(struct request *r, struct err *err);

bool message_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);
bool message_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err);

#endif
