// From the body of a call of Segment's API to messages: pure, bounded, item by item. Bad items are reported,
// good ones go on.
#ifndef SLUICE_APP_CAPTURE_ITEMS_H
#define SLUICE_APP_CAPTURE_ITEMS_H

#include "app/tracker/enrich.h"
#include "replay/message.h"

enum {
    CAPTURE_BODY_MAX = 500 << 10, // bytes of a body, unpacked
    CAPTURE_ITEM_MAX = 32 << 10,  // bytes of one message
    CAPTURE_ITEMS_MAX = 2500,     // of a batch
    CAPTURE_ID_MAX = 1000,        // bytes of userId, anonymousId, previousId, messageId and the event's name
    CAPTURE_AHEAD = 86400,        // seconds that a message may lie in the future
};

struct capture_call {
    const char *type; // "track": the body is one message of this type; NULL: it is a batch
    struct str body;
    int64_t now;        // seconds since 1970: receipt
    struct visit visit; // what the request says of its sender
};

struct capture_error {
    unsigned index; // of the item, from 0
    int status;     // as HTTP has it
    const char *text;
};

struct capture_items {
    struct message *messages; // the good ones, in order
    unsigned *index;          // of the items that they are
    unsigned n;
    unsigned size; // items in all
    struct capture_error *errors;
    unsigned n_errors;
    struct str write_key; // member writeKey of the body, if there is one
};

// Everything lives in arena, or points into the body. ERR_INPUT: the body is no JSON, or not of this shape;
// ERR_LIMIT: it is too large as a whole.
bool capture_read(
        struct arena *arena, const struct capture_call *call, struct capture_items *ret, struct err *err);

// A gzip or zlib body unpacked, at most CAPTURE_BODY_MAX bytes. ERR_INPUT, ERR_LIMIT.
bool capture_unpack(struct arena *arena, struct str packed, struct str *ret, struct err *err);

// Of the good ones, those that were refused when they were to be written are bad ones after all.
void capture_refuse(struct capture_items *items, const bool *refused);

// {"size":…,"processed":…,"errors":…,"details":[{"index":…,"status":…,"error":…}]}
void capture_answer(const struct capture_items *items, struct buf *out);

#endif
