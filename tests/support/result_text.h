// What tests read and write as text: short lines of events, and results as lines. Texts live in the arena
// given.
#ifndef TESTS_SUPPORT_RESULT_TEXT_H
#define TESTS_SUPPORT_RESULT_TEXT_H

#include "base/buf.h"
#include "replay/replay.h"

// A message as JSON: a track, or with the names "identify" and "group" one that sets traits. json: its
// properties or traits, empty for none.
struct str message_json(struct arena *arena, struct str id, struct str contact, struct str time,
        struct str name, struct str json);

// A line for each transition: "u1 2026-03-01T10:00:00Z stage none>lead rule m1 m2". event_id gives an event's
// name by its position in the log.
struct str transitions_text(struct arena *arena, const struct program *program, const struct columns *columns,
        const struct replay_result *result, void (*event_id)(const void *ctx, uint32_t log, struct buf *out),
        const void *ctx);
// A contact's standing: "u1 stage since grade persona score", score with 6 decimals.
struct str standing_text(struct arena *arena, const struct program *program, const struct columns *columns,
        const struct replay_result *result, uint32_t contact);

#endif
