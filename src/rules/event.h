// The words of events: directions, the catalogue of names, Segment's names for them. Source: docs/models.md.
#ifndef SLUICE_RULES_EVENT_H
#define SLUICE_RULES_EVENT_H

#include "base/str.h"

enum direction { DIR_INBOUND, DIR_OUTBOUND, DIR_INTERNAL };

// The catalogue's name for one of Segment's ("Order Completed" → order.placed), else name itself.
struct str event_canonical(struct str name);
// Whether a (canonical) name stands in the catalogue.
bool event_known(struct str name);
// The direction of a (canonical) name when the message states none.
enum direction event_direction(struct str name);
// Whether an event of this (canonical) name is part of a talk with a person of ours, unless a machine did it.
bool event_two_way(struct str name);
// Whether whoever did it waits for a word from us.
bool event_answerable(struct str name);
// "inbound", "outbound", "internal"; false if it is none of these.
bool direction_parse(struct str word, enum direction *ret);
struct str direction_word(enum direction direction);
// The i-th name of the catalogue, for suggestions; STR_NONE behind the last.
struct str event_catalogue(unsigned i);

#endif
