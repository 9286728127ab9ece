// Builds columns from messages in log order. One owner, one thread.
#ifndef SLUICE_REPLAY_BUILD_H
#define SLUICE_REPLAY_BUILD_H

#include "replay/message.h"

struct builder;

struct builder *builder_new(void);
void builder_free(struct builder *b); // NULL is fine

// Numbers for identifiers (user and anonymous ids share one name space) and event types, dense from 0.
uint32_t builder_id(struct builder *b, struct str id);
uint32_t builder_type(struct builder *b, const struct event_type *type);

// What an event carries beyond its type; NULL for nothing.
struct payload {
    const struct field *props, *traits;
    unsigned n_props, n_traits;
    struct str fact; // empty: none
    enum answer answer;
    struct value amount;
};

// user, anonymous: builder_id numbers or NO_INDEX (not both). log: position, ascending over all calls.
void builder_event(struct builder *b, uint32_t log, uint32_t user, uint32_t anonymous, int64_t time,
        uint32_t type, const struct payload *payload);
// previous, user: builder_id numbers; message: hash64 of its messageId or 0.
void builder_alias(
        struct builder *b, uint32_t log, uint32_t previous, uint32_t user, int64_t time, uint64_t message);
void builder_unalias(struct builder *b, uint64_t message);
// Any of these three, from a decoded message (not deduplicated: that is the caller's).
void builder_message(struct builder *b, uint32_t log, const struct message *m);

// Columns of everything with time <= at, joins included (INT64_MAX: of everything). The builder stays usable:
// another `at` gives other columns. They own all they hold: columns_free() and builder_free() in any order.
// Errors (ERR_LIMIT): the history spans more than 136 years, over 65535 types of event, over 4e9 events.
bool builder_finish(struct builder *b, int64_t at, struct columns **ret, struct err *err);
// The contact (index into the columns of the last builder_finish) that an identifier belongs to, or NO_INDEX.
// An identifier that is both a userId and an anonymousId is taken as the userId.
uint32_t builder_contact(const struct builder *b, struct str id);

#endif
