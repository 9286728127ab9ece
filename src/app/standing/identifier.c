#include "app/standing/identifier.h"

#include "app/event/log.h"
#include "base/json.h"

bool contact_identifier(struct live *live, struct data *reader, uint32_t contact, struct arena *arena,
        struct identifier *ret, struct err *err)
{
    struct buf name = {0};
    if (!log_contact_name(data_log(reader), contact, &name, err))
        return false;
    *ret = (struct identifier){arena_str(arena, buf_str(&name)), !live_is_user(live, contact)};
    buf_free(&name);
    return true;
}

void identifier_put(const struct identifier *id, struct buf *out)
{
    buf_put(out, id->anonymous ? STR("\"anonymousId\":") : STR("\"userId\":"));
    json_put_string(out, id->name);
}
