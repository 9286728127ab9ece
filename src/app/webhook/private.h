// Shared by the files of this slice.
#ifndef SLUICE_APP_WEBHOOK_PRIVATE_H
#define SLUICE_APP_WEBHOOK_PRIVATE_H

#include "app/webhook/slice.h"
#include "app/webhook/webhook.h"
#include "base/random.h"

#include <stdatomic.h>

enum {
    WEBHOOKS_MAX = 100,
    URL_MAX = 2000,
    EVENTS_MAX = 100, // names that one webhook asks for
    NAME_MAX_BYTES = 200,
    MESSAGE_MAX = 20 * 1000, // bytes of a message
    ATTEMPTS_MAX = 10,
    // Nothing but failures for so long: the webhook is disabled.
    FAILING_SECONDS = 5 * 24 * 3600,
    KEPT_SECONDS = 30 * 24 * 3600, // messages, deliveries and attempts
    RETRY_AFTER_MAX = 24 * 3600,
    SENDERS = 4,
    ANSWER_KEPT = 1000, // bytes of an answer in the log of deliveries
};

struct webhook_state {
    atomic_uint emitted;    // counts emissions, so that senders look again after the commit
    atomic_uint turn;       // webhooks take turns
    atomic_llong position;  // of the follower in the log, in memory
    unsigned seen[SENDERS]; // each sender's own: what emitted was
    struct client *client[SENDERS];
    int64_t cleaned; // the cleaner's: when it last threw away what is old
};
struct webhook_state *webhook_state(const struct app *app);

// Whether a webhook that asks for `events` (a JSON list of names; "order.*" stands for all that begin so)
// wants a type. Texts that are no such list want nothing.
bool events_want(struct str events, struct str type);

// What is wrong with a webhook's address; NULL if nothing is. Where it leads is looked at when it is called.
const char *url_wrong(struct str url);

// Seconds from a failed attempt (1: the first) to the next: 5 s … 24 h, at most a tenth more by chance
// (0 … 65535); retry_after: what the other side asked for, at most a day.
int64_t retry_delay(unsigned attempts, int64_t retry_after, unsigned chance);

// The same for one webhook, whatever it asks for.
bool message_emit_to(struct writing *w, struct str webhook, const char *type, uint32_t contact,
        struct str data, char ret_message[UUID_SIZE], struct err *err);
// Puts a message about a row of the log (0: no row) into the queue of each webhook that asked for its type
// before the row came.
bool message_emit_event(struct writing *w, struct str type, int64_t event, uint32_t contact, struct str data,
        struct err *err);
// Rows of the log that came since, for webhooks that ask for them.
bool run_follower(struct app *app, struct data *reader, struct err *err);
bool run_sender(struct app *app, struct data *reader, unsigned sender, struct err *err);
bool run_cleaner(struct app *app, struct data *reader, struct err *err);
void wake_senders(struct app *app);
bool webhook_react(struct writing *w, const struct moved *moved, struct err *err);

bool webhook_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);
bool webhook_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err);

extern const struct route WEBHOOK_ROUTES[];
extern const struct schema WEBHOOK_SCHEMAS[];
bool webhook_route_list(struct request *r, struct err *err);
bool webhook_route_get(struct request *r, struct err *err);
bool webhook_route_create(struct request *r, struct err *err);
bool webhook_route_patch(struct request *r, struct err *err);
bool webhook_route_delete(struct request *r, struct err *err);
bool webhook_route_rotate(struct request *r, struct err *err);
bool webhook_route_types(struct request *r, struct err *err);
bool webhook_route_test(struct request *r, struct err *err);
bool webhook_route_replay(struct request *r, struct err *err);
bool webhook_route_deliveries(struct request *r, struct err *err);
bool webhook_route_delivery(struct request *r, struct err *err);
bool webhook_route_delivery_replay(struct request *r, struct err *err);

#endif
