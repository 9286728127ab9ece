// An engine for tests: it hands every call to another one, but lets one of them fail.
#ifndef SLUICE_STORE_FAULTY_FAULTY_H
#define SLUICE_STORE_FAULTY_FAULTY_H

#include "store/store.h"

// Wraps inner, which it closes at its own end. The fail_at-th call (from 1) that can fail (begin, commit,
// exec, prepare, step, backup, check) fails with ERR_IO "the disk is full (call N)"; 0: none does. Like a
// full disk, a failed step leaves the transaction to be rolled back; a failed commit has written nothing.
struct store *faulty_store(struct store *inner, uint64_t fail_at);
// Calls counted so far.
uint64_t faulty_calls(const struct store *faulty);

// A process that dies at a call: it and all behind it fail. If it is a commit, it has written everything, or
// nothing. Shared with the test, which may set `at` and `dead` at any time.
struct faulty_death {
    uint64_t calls, at; // so far; that it dies at, 0: none
    bool written;       // a commit that it dies in
    bool dead;
};
struct store *faulty_dying(struct store *inner, struct faulty_death *death);

#endif
