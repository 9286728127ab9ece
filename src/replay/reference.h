// The reference evaluator, contact by contact: for evaluate.c, which leaves it the contacts that a person
// moved by hand.
#ifndef SLUICE_REPLAY_REFERENCE_H
#define SLUICE_REPLAY_REFERENCE_H

#include "replay/bind.h"
#include "replay/replay.h"

// An empty result for this many contacts: no stage on, nobody exists. Frees nothing: ret is overwritten.
void replay_result_init(struct replay_result *ret, const struct program *program, uint32_t n_contacts,
        const struct replay_options *options);

struct reference; // one owner, one thread

// bound and options must outlive it.
struct reference *reference_new(const struct bound *bound, const struct replay_options *options);
void reference_free(struct reference *r); // NULL is fine
// Writes the contact's rows of ret (of replay_result_init) and appends its transitions and evidence.
void reference_contact(struct reference *r, uint32_t contact, struct replay_result *ret);

#endif
