// Shared by the files of this slice.
#ifndef SLUICE_APP_MAILBOX_PRIVATE_H
#define SLUICE_APP_MAILBOX_PRIVATE_H

#include "app/mailbox/mailbox.h"
#include "app/mailbox/slice.h"
#include "base/random.h"

enum {
    MAILBOXES_MAX = 200,
    HEALTH_DAYS = 7, // the brake looks back so far
};

// A mailbox with what only this slice needs.
struct mailbox_whole {
    struct mailbox box;
    struct mailbox_limits limits;
    bool braked;
    struct str brake_why;
    int64_t brake_at, created, changed;
};
bool mailbox_whole(
        struct store *store, struct arena *arena, struct str id, struct mailbox_whole *ret, struct err *err);
// For audit (plain) and answers; secrets never.
void mailbox_put_plain(const void *whole, struct buf *out);
void mailbox_put_brake(const struct mailbox_whole *whole, struct buf *out);
void mailbox_put(const struct mailbox_whole *whole, struct buf *out);

extern const struct route MAILBOX_ROUTES[];
extern const struct schema MAILBOX_SCHEMAS[];
bool mailbox_route_list(struct request *r, struct err *err);
bool mailbox_route_get(struct request *r, struct err *err);
bool mailbox_route_create(struct request *r, struct err *err);
bool mailbox_route_patch(struct request *r, struct err *err);
bool mailbox_route_delete(struct request *r, struct err *err);
bool mailbox_route_check(struct request *r, struct err *err);
bool mailbox_route_health(struct request *r, struct err *err);
bool mailbox_route_dkim(struct request *r, struct err *err);
bool mailbox_route_dkim_make(struct request *r, struct err *err);
bool mailbox_route_domain(struct request *r, struct err *err);

#endif
