// What to call a contact in a message that is appended for it: the identifier that its number stands for.
#ifndef SLUICE_APP_STANDING_IDENTIFIER_H
#define SLUICE_APP_STANDING_IDENTIFIER_H

#include "app/standing/live.h"

struct identifier {
    struct str name;
    bool anonymous; // an anonymousId: nobody knows who it is yet
};

// Lives in arena. ERR_NOT_FOUND: no such contact.
bool contact_identifier(struct live *live, struct data *reader, uint32_t contact, struct arena *arena,
        struct identifier *ret, struct err *err);
// `"userId":"…"` or `"anonymousId":"…"`, for a message's JSON.
void identifier_put(const struct identifier *id, struct buf *out);

#endif
