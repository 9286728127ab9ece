// What people answer, in words: interest, "not now", objections.
#ifndef SLUICE_CLI_SINK_WORDS_H
#define SLUICE_CLI_SINK_WORDS_H

#include "base/buf.h"
#include "base/rng.h"

enum { SINK_ANSWERS = 8 };
void sink_answer(unsigned which, struct rng *rng, struct buf *out);

#endif
