// Erasure: that somebody must not be written to outlives them, or they would be written to again. So the
// entry stays, and what would tell more about them (proof, past entries) goes.
#include "app/suppression/private.h"

#include "store/ask.h"

bool suppression_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    (void)folder;
    for (unsigned i = 0; i < who->n_words; i++)
        if (!store_do(w->store, "UPDATE suppression SET proof = 'erased' WHERE address = $1",
                    PARAMS(P_TEXT(who->words[i])), err) ||
                !store_do(w->store, "DELETE FROM suppression_past WHERE address = $1",
                        PARAMS(P_TEXT(who->words[i])), err))
            return false;
    return true;
}
