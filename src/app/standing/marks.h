// What a history says to whoever works with the contact. Private to app/standing.
#ifndef SLUICE_APP_STANDING_MARKS_H
#define SLUICE_APP_STANDING_MARKS_H

#include "app/standing/live_private.h"

// What types of events mean, by their number in the columns; free().
uint8_t *marks_classes(const struct columns *columns);
// Of a contact as of a moment (seconds since 1970), but for `graded`.
struct marks marks_of(const struct columns *columns, const uint8_t *classes, uint32_t contact, int64_t now);

#endif
