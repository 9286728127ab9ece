#include "app/event/log.h"
#include "app/person/gathering.h"
#include "app/standing/live.h"

#include <stdlib.h>

struct owned {
    uint32_t id, person; // an identifier, and whose
};

struct many {
    const uint32_t *contacts;
    unsigned n;
    struct gathering *g; // [n]
    VEC(struct owned) owned;
};

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

// One pass over all identifiers, however many people are asked for. contacts ascend.
static void find_identifiers(struct many *m, struct live *live, int64_t highest)
{
    for (unsigned i = 0; i < m->n; i++)
        vec_push(&m->g[i].ids, m->contacts[i]);
    for (uint32_t id = 1; id <= highest; id++) {
        uint32_t owner = live_owner(live, id);
        const uint32_t *at = bsearch(&owner, m->contacts, m->n, sizeof owner, by_number);
        if (!at)
            continue;
        uint32_t person = (uint32_t)(at - m->contacts);
        vec_push(&m->owned, (struct owned){id, person});
        if (id != owner)
            vec_push(&m->g[person].ids, id);
    }
}

// Undone imports brought personal data, too, and so did what was taken back row by row.
static bool find_hidden(struct many *m, struct store *store, struct err *err)
{
    struct query *query;
    bool row, ok;
    int64_t imports;
    if (!store_number(store, "SELECT count(*) FROM hidden WHERE import > 0", 0, &imports, err) ||
            !store_query(store,
                    imports ? "SELECT id, contact FROM event WHERE import IN (SELECT import FROM hidden)"
                              " OR id IN (SELECT -import FROM hidden WHERE import < 0)"
                            : "SELECT id, contact FROM event WHERE id IN (SELECT -import FROM hidden)",
                    &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        uint32_t id = (uint32_t)query_int(query, 1);
        const struct owned *owned = bsearch(&id, m->owned.v, m->owned.n, sizeof *owned, by_number);
        if (owned)
            vec_push(&m->g[owned->person].rows, (uint32_t)query_int(query, 0));
    }
    query_end(query);
    return ok;
}

static bool find_rows(struct many *m, struct live *live, struct data *reader, struct err *err)
{
    for (unsigned i = 0; i < m->n; i++) {
        uint32_t *rows, n;
        if (!live_rows(live, reader, m->contacts[i], &rows, &n, err))
            return false;
        for (uint32_t j = 0; j < n; j++)
            vec_push(&m->g[i].rows, rows[j]);
        free(rows);
    }
    return true;
}

bool person_live_many(struct app *app, struct data *reader, const uint32_t *contacts, unsigned n,
        struct arena *arena, struct person *ret, int64_t *ret_last, struct err *err)
{
    struct many m = {.contacts = contacts, .n = n, .g = ARENA_ARRAY(arena, struct gathering, n)};
    struct live *live = app_live(app);
    struct log_position now = {0};
    int64_t highest;
    // What live has not seen yet is behind this row.
    int64_t last = live_position(live);
    bool ok = log_position(data_log(reader), &now, err) &&
              store_number(data_store(reader), "SELECT max(id) FROM contact", 0, &highest, err);
    if (ok) {
        find_identifiers(&m, live, highest);
        ok = find_rows(&m, live, reader, err) && find_hidden(&m, data_store(reader), err);
    }
    for (unsigned i = 0; i < n; i++)
        gathering_settle(&m.g[i], contacts[i], arena, &ret[i]);
    vec_free(&m.owned);
    *ret_last = last < now.last ? last : now.last;
    return ok;
}

bool person_live(struct app *app, struct data *reader, uint32_t contact, struct arena *arena,
        struct person *ret, int64_t *ret_last, struct err *err)
{
    return person_live_many(app, reader, &contact, 1, arena, ret, ret_last, err);
}
