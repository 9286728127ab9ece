// The traits that an identify or group sets: keys folded, objects opened (model-language.md, "Messages and
// events"). Pure.
#ifndef SLUICE_REPLAY_TRAITS_H
#define SLUICE_REPLAY_TRAITS_H

#include "replay/message.h"

// traits: the message's object of that name; anything but an object sets nothing. Returns the number of
// fields, each key once.
unsigned traits_read(
        struct arena *arena, const struct json *traits, enum event_kind kind, struct field **ret);

// Of fields with equal keys keeps the last one's value, at the first one's place. Returns how many are left.
unsigned fields_unique(struct arena *arena, struct field *fields, unsigned n);

#endif
