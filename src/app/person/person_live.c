#include "app/event/log.h"
#include "app/person/gathering.h"
#include "app/standing/live.h"

#include <stdlib.h>

bool person_live(struct app *app, struct data *reader, uint32_t contact, struct arena *arena,
        struct person *ret, int64_t *ret_last, struct err *err)
{
    struct gathering g = {0};
    struct live *live = app_live(app);
    struct log_position now;
    int64_t highest;
    uint32_t *rows, n;
    if (!store_number(data_store(reader), "SELECT max(id) FROM contact", 0, &highest, err))
        return false;
    vec_push(&g.ids, contact);
    for (uint32_t id = 1; id <= highest; id++)
        if (id != contact && live_owner(live, id) == contact)
            vec_push(&g.ids, id);
    // What live has not seen yet is behind this row.
    int64_t last = live_position(live);
    bool ok = log_position(data_log(reader), &now, err) && live_rows(live, reader, contact, &rows, &n, err);
    if (ok) {
        for (uint32_t i = 0; i < n; i++)
            vec_push(&g.rows, rows[i]);
        free(rows);
        ok = gathering_hidden(data_store(reader), &g, err);
    }
    gathering_settle(&g, contact, arena, ret);
    *ret_last = last < now.last ? last : now.last;
    return ok;
}
