#include "app/person/request.h"

#include "app/assignment/owner.h"
#include "app/event/log.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/json_put.h"

enum { SETTLE_MS = 1500 };

bool person_visible(const struct request *r, uint32_t contact)
{
    const struct principal *who = request_principal(r);
    char owner[UUID_SIZE];
    return !who || !who->own_only ||
           (owner_of(request_app(r), contact, owner) && str_eq(str_of(owner), who->id));
}

bool person_of_request(struct request *r, struct str id, uint32_t *ret_contact, struct err *err)
{
    uint32_t contact;
    if (!live_find(app_live(request_app(r)), request_data(r), id, &contact, err))
        return false;
    if (!person_visible(r, contact))
        return err_set(err, ERR_NOT_FOUND, "there is no contact %.*s", STR_ARG(id));
    *ret_contact = contact;
    return true;
}

void person_put(struct request *r, uint32_t contact, struct buf *out)
{
    char uuid[UUID_SIZE];
    struct buf name = {0};
    struct err unnamed;
    if (!log_contact_name(data_log(request_data(r)), contact, &name, &unnamed))
        name.n = 0;
    buf_char(out, '{');
    put_text(out, "id", contact_uuid(request_app(r), contact, uuid));
    put_text(out, "user_id", name.n ? buf_str(&name) : STR(""));
    buf_char(out, '}');
    buf_free(&name);
}

void person_settle(const struct request *r, int64_t event)
{
    live_wait(app_live(request_app(r)), event, SETTLE_MS);
}

bool person_cursor(struct request *r, int64_t otherwise, int64_t *ret, struct err *err)
{
    struct str after = request_query(r, "after");
    int64_t n = 0;
    for (size_t i = 0; i < after.n; i++) {
        if (after.p[i] < '0' || after.p[i] > '9' || i > 11) {
            err_set(err, ERR_INPUT, "after is no cursor");
            return request_problem(r, 400, "after", "is no `next` of a page before");
        }
        n = n * 10 + (after.p[i] - '0');
    }
    *ret = after.n ? n : otherwise;
    return true;
}
