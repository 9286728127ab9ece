// An arena: many small allocations with one lifetime. Not thread-safe; one owner.
#ifndef SLUICE_BASE_ARENA_H
#define SLUICE_BASE_ARENA_H

#include "base/str.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena); // runs deferred clean-ups, newest first; NULL is fine
// Gives everything back but keeps one block for reuse; runs deferred clean-ups.
void arena_reset(struct arena *arena);

void *arena_alloc(struct arena *arena, size_t bytes);             // 16-byte aligned, not zeroed
void *arena_zero(struct arena *arena, size_t count, size_t size); // zeroed
struct str arena_str(struct arena *arena, struct str s);          // a copy, NUL-terminated behind its n bytes
struct str arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Runs fn(arg) when the arena is reset or freed.
void arena_defer(struct arena *arena, void (*fn)(void *), void *arg);
// Bytes taken from the system, for limits and tests.
size_t arena_size(const struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_zero((arena), 1, sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_zero((arena), (count), sizeof(type)))

#endif
