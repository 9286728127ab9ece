// Tags of contacts. A tag is an event, contact.tagged {tag}, and taking it away hides that event
// (docs/decisions/0012), so that `any contact.tagged where tag is "x"` holds exactly while the contact has
// it.
#ifndef SLUICE_APP_TAG_TAG_H
#define SLUICE_APP_TAG_TAG_H

#include "app/app.h"
#include "base/buf.h"
#include "replay/columns.h"

enum { TAG_MAX = 100 }; // characters of a name

// In the transaction. Tagging somebody again changes nothing. by: a user's or key's id, "campaign:" and its
// id. *ret_new may be NULL.
bool tag_add(
        struct writing *w, uint32_t contact, struct str tag, struct str by, bool *ret_new, struct err *err);
// Hides every event that gave it; what the log holds behind live_position() is not seen. ret_n may be NULL.
bool tag_remove(struct writing *w, uint32_t contact, struct str tag, unsigned *ret_n, struct err *err);
// The names as a JSON list, in the order in which they were given.
void tags_put(const struct columns *columns, uint32_t index, struct buf *out);

#endif
