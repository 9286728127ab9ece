// Growable arrays: `VEC(int) v = {0}; vec_push(&v, 3); … vec_free(&v);`. Plain structs, one owner.
#ifndef SLUICE_BASE_VEC_H
#define SLUICE_BASE_VEC_H

#include "base/mem.h"

#include <stdlib.h>

#define VEC(type)      \
    struct {           \
        type *v;       \
        size_t n, cap; \
    }

static inline void *vec_grown(void *v, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return v;
    size_t cap_new = *cap ? *cap * 2 : 8;
    *cap = cap_new < need ? need : cap_new;
    return mem_resize(v, *cap, size);
}

#define vec_reserve(vec, need) ((vec)->v = vec_grown((vec)->v, &(vec)->cap, (need), sizeof *(vec)->v))
#define vec_push(vec, ...) (vec_reserve(vec, (vec)->n + 1), (void)((vec)->v[(vec)->n++] = (__VA_ARGS__)))
#define vec_free(vec) (free((vec)->v), (vec)->v = NULL, (vec)->n = (vec)->cap = 0)

#endif
