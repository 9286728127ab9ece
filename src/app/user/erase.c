// The part of an erasure that belongs to app/user: what the audit trail says about the person.
#include "app/user/erase.h"

#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/random.h"

bool audit_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    char uuid[UUID_SIZE];
    (void)folder;
    for (unsigned i = 0; i < who->n_ids; i++)
        if (!audit_forget(w, contact_uuid(w->app, who->ids[i], uuid), err))
            return false;
    return true;
}
