#include "app/inbox/names.h"

#include "app/event/log.h"
#include "app/standing/live.h"

bool number_of_user(struct writing *w, struct str user_id, uint32_t *ret, struct err *err)
{
    int64_t number = 0;
    if (!log_contact(w->log, user_id, &number, err))
        return false;
    *ret = number ? live_owner(app_live(w->app), (uint32_t)number) : 0;
    return true;
}

bool name_of_contact(struct writing *w, uint32_t contact, struct str *ret, struct err *err)
{
    struct str name;
    if (!log_name(w->log, w->arena, contact, &name, err))
        return false;
    if (!name.n)
        return err_set(err, ERR_NOT_FOUND, "there is no such contact");
    *ret = name;
    return true;
}
