// What falls due, the earliest first: a binary heap.
#ifndef SLUICE_APP_STANDING_HEAP_H
#define SLUICE_APP_STANDING_HEAP_H

#include "app/standing/live_private.h"

void heap_push(due_heap *heap, struct due due);
// Takes the earliest one away if it is due by `now`.
bool heap_pop(due_heap *heap, int64_t now, struct due *ret);

#endif
