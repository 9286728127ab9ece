// What is being handed over right now, in a small file mapped into memory: what a process wrote there is
// still there when it was killed, though not when the machine stopped. So after a kill it is known of each
// mail in `handing` whether its end had left (perhaps delivered), had been taken (delivered), or neither (not
// sent).
#ifndef SLUICE_APP_MESSAGE_SLOTS_H
#define SLUICE_APP_MESSAGE_SLOTS_H

#include "base/err.h"

#include <stdint.h>

enum { SLOTS = 512 };
enum slot_mark { SLOT_NONE, SLOT_DOT, SLOT_DELIVERED };

struct slots;
// Opens the file in a data folder. What a process of this boot left is kept for slots_left(); after another
// boot, or without the file, nothing is known.
bool slots_open(const char *folder, struct slots **ret, struct err *err);
void slots_close(struct slots *slots); // NULL is fine
// What the process before knew of a send. false: nothing can be known, as the machine was started anew.
bool slots_left(const struct slots *slots, int64_t send, enum slot_mark *ret);
// From now on: forgets what was left.
void slots_begin(struct slots *slots);
// A free slot, -1: none.
int slots_take(struct slots *slots, int64_t send);
void slots_give(struct slots *slots, int slot);
// Any thread.
void slots_mark(struct slots *slots, int slot, enum slot_mark mark);

#endif
