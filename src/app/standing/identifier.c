#include "app/standing/identifier.h"

#include "app/event/log.h"
#include "base/json.h"

#include <stdlib.h>

struct search {
    int64_t contact;
    bool user; // found: a row has it as its user
};

static bool look(void *ctx, const struct log_row *row, struct err *err)
{
    struct search *s = ctx;
    (void)err;
    s->user |= row->user == s->contact && row->kind == MESSAGE_EVENT;
    return true;
}

bool contact_identifier(struct live *live, struct data *reader, uint32_t contact, struct arena *arena,
        struct identifier *ret, struct err *err)
{
    struct search s = {.contact = contact};
    struct buf name = {0};
    uint32_t *rows, n;
    if (!log_contact_name(data_log(reader), contact, &name, err))
        return false;
    ret->name = arena_str(arena, buf_str(&name));
    buf_free(&name);
    if (!live_rows(live, reader, contact, &rows, &n, err))
        return false;
    // Whoever is known mostly is so in the newest rows.
    bool ok = true;
    for (uint32_t i = n; ok && !s.user && i-- > 0;)
        ok = log_scan(data_log(reader), (int64_t)rows[i] - 1, rows[i], false, look, &s, err);
    free(rows);
    ret->anonymous = !s.user;
    return ok;
}

void identifier_put(const struct identifier *id, struct buf *out)
{
    buf_put(out, id->anonymous ? STR("\"anonymousId\":") : STR("\"userId\":"));
    json_put_string(out, id->name);
}
