// Private to app/today.
#ifndef SLUICE_APP_TODAY_TODAY_H
#define SLUICE_APP_TODAY_TODAY_H

#include "app/slice.h"
#include "base/vec.h"

enum today_kind { TODAY_ANSWER, TODAY_HANDOVER, TODAY_HOT, TODAY_TASK, TODAY_DEAL, TODAY_KINDS };
extern const char *const TODAY_NAMES[TODAY_KINDS];

// What was put aside: of one user or key, until a moment, unless something new came since.
struct aside {
    uint32_t contact;
    enum today_kind kind;
    int64_t created, until;
};
typedef VEC(struct aside) aside_list;
// What `by` has put aside and is not due again, by contact.
bool asides_read(struct store *store, struct str by, int64_t now, aside_list *ret, struct err *err);
// Whether something that waits since a moment is put aside.
bool aside_has(const aside_list *list, uint32_t contact, enum today_kind kind, int64_t since);

bool today_list(struct request *r, struct err *err);
bool today_later(struct request *r, struct err *err);
bool today_sooner(struct request *r, struct err *err);
bool today_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);

extern const struct migration TODAY_MIGRATION;

#endif
