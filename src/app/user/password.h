// Passwords: which are accepted, their argon2id hash, and the gate that lets at most two be computed at once
// (19 MiB each).
#ifndef SLUICE_APP_USER_PASSWORD_H
#define SLUICE_APP_USER_PASSWORD_H

#include "base/arena.h"
#include "base/err.h"

enum { PASSWORD_MIN = 10 /* letters */, PASSWORD_MAX = 200 /* letters */, PASSWORD_HASH = 128 };

// Whether it may become somebody's password. Errors: ERR_INPUT, and why.
bool password_check(struct str password, struct str email, struct err *err);

struct gate; // one a process, any thread
struct gate *gate_new(void);
void gate_free(struct gate *gate); // NULL is fine

// Hashed is the text in NFC, so that keyboards that write ü in two ways agree.
// gate NULL: nobody else computes (command line). ret: NUL-terminated. ERR_BUSY: too many wait already.
bool password_hash(struct gate *gate, struct str password, char ret[PASSWORD_HASH], struct err *err);
// hash empty (nobody, or without a password): takes as long as any other, and does not fit.
bool password_fits(struct gate *gate, struct str password, struct str hash, bool *ret_fits, struct err *err);

#endif
