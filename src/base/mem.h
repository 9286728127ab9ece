// Allocation that never fails: out of memory ends the program with a message.
#ifndef SLUICE_BASE_MEM_H
#define SLUICE_BASE_MEM_H

#include <stddef.h>

#define MEM_NONNULL __attribute__((returns_nonnull))

MEM_NONNULL void *mem_alloc(size_t bytes);                          // free() it
MEM_NONNULL void *mem_zero(size_t count, size_t size);              // zeroed; free() it
MEM_NONNULL void *mem_resize(void *old, size_t count, size_t size); // like reallocarray
// Ends the program: for whoever finds that count × size cannot be had.
_Noreturn void mem_out(size_t count, size_t size);

// Like mem_alloc, for megabytes that are written once and whole: asks the kernel for huge pages, which cost a
// fraction of the page faults.
void *mem_big(size_t bytes);
// The same for what grows: like mem_resize, of mem_alloc's or its own.
void *mem_big_resize(void *old, size_t bytes);

#endif
