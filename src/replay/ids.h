// The messageIds of a log: which have been seen, and which stands at a position. Made for tens of millions of
// them: a UUID takes 17 bytes, other texts their length and one, and about 23 bytes of index each. One owner,
// not thread-safe.
#ifndef SLUICE_REPLAY_IDS_H
#define SLUICE_REPLAY_IDS_H

#include "base/buf.h"

struct id_table;

struct id_table *id_table_new(void);
void id_table_free(struct id_table *t); // NULL is fine
// Remembers that id stands at a position of the log, ascending over all calls. false: it was there already,
// and nothing changes.
bool id_table_add(struct id_table *t, struct str id, uint32_t log);
// Appends the id at a position to out; false if none was added there.
bool id_table_at(const struct id_table *t, uint32_t log, struct buf *out);

#endif
