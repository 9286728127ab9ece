#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

void mem_out(size_t count, size_t size)
{
    fprintf(stderr, "sluice: out of memory (%zu × %zu bytes)\n", count, size);
    abort();
}

// Nobody asks for 0 bytes here, so that NULL always means that there was no memory.
static void *checked(void *p, size_t count, size_t size)
{
    if (!p)
        mem_out(count, size);
    return p;
}

void *mem_alloc(size_t bytes)
{
    return checked(malloc(bytes ? bytes : 1), bytes, 1);
}

void *mem_zero(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size ? size : 1), count, size);
}

void *mem_resize(void *old, size_t count, size_t size)
{
    return checked(reallocarray(old, count ? count : 1, size ? size : 1), count, size);
}

enum { HUGE = 2 << 20 };

void *mem_big_resize(void *old, size_t bytes)
{
    enum { PAGE = 4096 };
    char *p = mem_resize(old, bytes, 1);
    uintptr_t first = ((uintptr_t)p + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    if (bytes >= 2 * HUGE) // whole pages inside only; the kernel aligns what it makes huge
        madvise((void *)first, ((uintptr_t)p + bytes - first) & ~(size_t)(PAGE - 1), MADV_HUGEPAGE);
    return p;
}

void *mem_big(size_t bytes)
{
    if (bytes < 2 * HUGE)
        return mem_alloc(bytes);
    size_t whole = (bytes + HUGE - 1) & ~(size_t)(HUGE - 1);
    void *p = checked(aligned_alloc(HUGE, whole), bytes, 1);
    madvise(p, whole, MADV_HUGEPAGE); // only advice: without it everything works as well
    return p;
}
