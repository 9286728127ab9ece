#include "base/arena.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_BLOCK = 16 << 10, LARGEST_BLOCK = 4 << 20 };

struct block {
    struct block *next;
    size_t size; // of data
    _Alignas(16) char data[];
};

struct cleanup {
    struct cleanup *next;
    void (*fn)(void *);
    void *arg;
};

struct arena {
    struct block *blocks; // newest first
    struct cleanup *cleanups;
    size_t used; // in the newest block
    size_t total;
};

static void add_block(struct arena *arena, size_t at_least)
{
    size_t size = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
    if (size > LARGEST_BLOCK)
        size = LARGEST_BLOCK;
    if (size < at_least)
        size = at_least;
    struct block *block = mem_alloc(sizeof *block + size);
    block->next = arena->blocks;
    block->size = size;
    arena->blocks = block;
    arena->used = 0;
    arena->total += size;
}

struct arena *arena_new(void)
{
    return mem_zero(1, sizeof(struct arena));
}

static void run_cleanups(struct arena *arena)
{
    while (arena->cleanups) { // one may defer another
        struct cleanup *cleanup = arena->cleanups;
        arena->cleanups = cleanup->next;
        cleanup->fn(cleanup->arg);
    }
}

static void free_blocks(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_reset(struct arena *arena)
{
    run_cleanups(arena);
    struct block *kept = arena->blocks;
    if (!kept)
        return;
    free_blocks(kept->next);
    kept->next = NULL;
    if (kept->size > LARGEST_BLOCK) { // one huge allocation must not be held for ever
        free(kept);
        kept = NULL;
    }
    arena->blocks = kept;
    arena->used = 0;
    arena->total = kept ? kept->size : 0;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    run_cleanups(arena);
    free_blocks(arena->blocks);
    free(arena);
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    size_t rounded = (bytes + 15) & ~(size_t)15;
    if (rounded < bytes || rounded > PTRDIFF_MAX)
        mem_out(bytes, 1);
    if (!arena->blocks || arena->blocks->size - arena->used < rounded)
        add_block(arena, rounded);
    void *p = arena->blocks->data + arena->used;
    arena->used += rounded;
    return p;
}

void *arena_zero(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        mem_out(count, size);
    void *p = arena_alloc(arena, bytes);
    return memset(p, 0, bytes);
}

struct str arena_str(struct arena *arena, struct str s)
{
    char *copy = arena_alloc(arena, s.n + 1);
    if (s.n)
        memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    return (struct str){copy, s.n};
}

struct str arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    size_t bytes = n < 0 ? 0 : (size_t)n;
    char *text = arena_alloc(arena, bytes + 1);
    vsnprintf(text, bytes + 1, format, again);
    va_end(again);
    return (struct str){text, bytes};
}

void arena_defer(struct arena *arena, void (*fn)(void *), void *arg)
{
    struct cleanup *cleanup = arena_alloc(arena, sizeof *cleanup);
    *cleanup = (struct cleanup){arena->cleanups, fn, arg};
    arena->cleanups = cleanup;
}

size_t arena_size(const struct arena *arena)
{
    return arena->total;
}
