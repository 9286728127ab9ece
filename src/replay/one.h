// A program bound once, for replaying single contacts again and again as events come in: the base columns
// stay as they are, the new events are laid over them. One owner, one thread.
#ifndef SLUICE_REPLAY_ONE_H
#define SLUICE_REPLAY_ONE_H

#include "replay/replay.h"

// What a new event carries, in the numbers of the base columns.
enum entry_kind { ENTRY_PROP, ENTRY_TRAIT, ENTRY_FACT };

struct new_entry {
    enum entry_kind kind;
    uint32_t column; // into columns.props, .traits, .facts
    uint32_t value;  // number of the value; of a fact: its amount, or VALUE_NONE
    uint8_t answer;  // of a fact
};

struct new_event {
    uint32_t time; // seconds from columns.epoch
    uint32_t log;
    uint16_t type;
    const struct new_entry *entries;
    uint32_t n_entries;
};

struct one;

// columns and options must outlive it; options.threads and .known do not matter.
struct one *one_new(
        const struct program *program, const struct columns *columns, const struct replay_options *options);
void one_free(struct one *one); // NULL is fine
// Replays a contact of the base columns (NO_INDEX: somebody new) with `n` new events, by (time, log), all
// later in the log than the base. The result has this contact alone, as number 0; it is valid until the next
// call.
const struct replay_result *one_replay(
        struct one *one, uint32_t contact, const struct new_event *events, uint32_t n);

#endif
