#include "app/standing/heap.h"

void heap_push(due_heap *heap, struct due due)
{
    size_t i = heap->n;
    vec_push(heap, due);
    while (i > 0 && heap->v[(i - 1) / 2].at > due.at) {
        heap->v[i] = heap->v[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    heap->v[i] = due;
}

bool heap_pop(due_heap *heap, int64_t now, struct due *ret)
{
    if (!heap->n || heap->v[0].at > now)
        return false;
    *ret = heap->v[0];
    struct due last = heap->v[--heap->n];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= heap->n)
            break;
        if (child + 1 < heap->n && heap->v[child + 1].at < heap->v[child].at)
            child++;
        if (heap->v[child].at >= last.at)
            break;
        heap->v[i] = heap->v[child];
        i = child;
    }
    if (heap->n)
        heap->v[i] = last;
    return true;
}
