// Webhooks and deliveries as the API shows them.
#ifndef SLUICE_APP_WEBHOOK_VIEW_H
#define SLUICE_APP_WEBHOOK_VIEW_H

#include "app/webhook/private.h"

// One webhook as stored; texts live in the arena it was read into.
struct webhook {
    struct str id, url, name, events, state, why;
    int64_t failing_since, paused, version, created, changed;
};

// ERR_NOT_FOUND.
bool webhook_read(
        struct store *store, struct arena *arena, struct str id, struct webhook *ret, struct err *err);
// {"id":…}; secret: shown this once, or STR_NONE.
bool webhook_put(struct store *store, const struct webhook *hook, int64_t now, struct str secret,
        struct buf *out, struct err *err);
// Without its secrets, for the audit trail.
void webhook_put_plain(const struct webhook *hook, struct buf *out);

// Deliveries with these columns: {"id":…} of the current row.
#define DELIVERY_COLUMNS "d.id, d.message, m.type, d.state, d.attempts, d.due, d.status, d.at, d.done"
#define DELIVERY_FROM "webhook_delivery d JOIN webhook_message m ON m.id = d.message"
void delivery_put(struct query *query, struct buf *out); // without the closing brace

#endif
