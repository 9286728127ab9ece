// Answers that are kept for a repeated request may tell about a person who is erased meanwhile.
#include "app/idempotency/erase.h"

#include "app/person/person.h"
#include "base/vec.h"
#include "store/ask.h"

struct kept {
    struct str principal, key;
};

bool idempotency_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    struct query *query;
    bool row, ok;
    VEC(struct kept) kept = {0};
    (void)folder;
    if (!store_query(
                w->store, "SELECT principal, key, body FROM idempotency WHERE body IS NOT NULL", &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        if (person_in_text(who, query_blob(query, 2)))
            vec_push(&kept, (struct kept){arena_str(w->arena, query_text(query, 0)),
                                    arena_str(w->arena, query_text(query, 1))});
    query_end(query);
    for (size_t i = 0; ok && i < kept.n; i++)
        ok = store_do(w->store, "DELETE FROM idempotency WHERE principal = $1 AND key = $2",
                PARAMS(P_TEXT(kept.v[i].principal), P_TEXT(kept.v[i].key)), err);
    vec_free(&kept);
    return ok;
}
