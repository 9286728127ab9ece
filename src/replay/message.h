// One message of a history in the Segment format, decoded by the rules of model-language.md, "Messages and
// events".
#ifndef SLUICE_REPLAY_MESSAGE_H
#define SLUICE_REPLAY_MESSAGE_H

#include "replay/columns.h"

enum message_kind { MESSAGE_EVENT, MESSAGE_ALIAS, MESSAGE_UNALIAS };

struct field {
    struct str key; // property: exact; trait: folded
    struct value value;
};

struct message {
    enum message_kind kind;
    struct event_type type; // MESSAGE_EVENT
    int64_t time;           // seconds since 1970; an unalias may state none (0): it holds at every moment
    struct str message_id, user_id, anonymous_id, previous_id; // empty: absent
    struct field *props;  // MESSAGE_EVENT: top-level properties, plus those of context_key.h where
                          // context.campaign has them
    struct field *traits; // IDENTIFY and GROUP: trait keys folded, objects opened, group's keys filtered
    unsigned n_props, n_traits;
    // A fact.recorded event that records or withdraws something:
    struct str fact; // its name; empty otherwise
    enum answer answer;
    struct value amount;     // kind JSON_NULL: none
    const struct json *json; // the whole message
};

// Decodes one line. On failure err says what is wrong ("no timestamp", "unknown type \"foo\"", …), without
// the place. Texts point into line, which must outlive the message, or lie in the arena.
bool message_decode(struct arena *arena, struct str line, struct message *ret, struct err *err);
// The same from parsed JSON.
bool message_from_json(struct arena *arena, const struct json *json, struct message *ret, struct err *err);

// Whether a message may have this time: the years 1900 to 2099.
bool message_time_fits(int64_t time);

// camelCase, Title Case, hyphens → snake_case.
struct str trait_key(struct arena *arena, struct str key);

#endif
