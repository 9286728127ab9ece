// What is written down of standings. Private to app/standing.
#ifndef SLUICE_APP_STANDING_ANNOUNCE_H
#define SLUICE_APP_STANDING_ANNOUNCE_H

#include "app/standing/live_private.h"

struct move {
    uint32_t number, slot;
    uint8_t kind; // enum transition_kind
    bool by_hand;
    uint16_t from, to;
    int64_t at;
    int64_t event; // log row that brought it about, 0: the clock
    enum cause cause;
};
typedef VEC(struct move) move_list;
// One transaction: journal, standings, reactions.
bool announce(struct live *live, const move_list *moves, const announced_list *standings,
        const number_list *gone, int64_t position, struct err *err);
// A row of the journal for the model that took over from version `from`.
bool announce_model(struct live *live, int64_t from, struct err *err);
// What the table says was announced of a contact; all none if it says nothing.
bool announced_read(
        struct live *live, struct store *store, uint32_t number, struct announced *ret, struct err *err);
// Each row of the table.
bool announced_all(struct live *live, struct store *store,
        void (*visit)(void *ctx, const struct announced *a), void *ctx, int64_t *ret_version,
        struct err *err);
extern const struct migration STANDING_MIGRATION;

#endif
