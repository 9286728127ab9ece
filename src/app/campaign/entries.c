// Sequences that people come into when a condition becomes true of them.
#include "app/campaign/private.h"

#include "app/standing/live.h"
#include "base/mem.h"

#include <stdlib.h>

enum { LOOK_SECONDS = 60, LOOKED_MOST = 100, AT_ONCE = 1000 };

// From the start on nobody of these comes in, before the condition was false of them.
bool entries_begin(
        struct writing *w, const struct campaign *c, const uint32_t *contacts, uint32_t n, struct err *err)
{
    for (uint32_t i = 0; i < n; i++)
        if (!store_do(w->store,
                    "INSERT INTO campaign_holds (campaign, contact) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                    PARAMS(P_INT(c->number), P_INT(contacts[i])), err))
            return false;
    return true;
}

bool entries_change(struct writing *w, const struct campaign *campaign, const struct definition *d,
        const uint32_t *contacts, const uint8_t *holds, unsigned n, struct err *err)
{
    for (unsigned i = 0; i < n; i++) {
        int64_t held;
        if (!store_ask_number(w->store, "SELECT 1 FROM campaign_holds WHERE campaign = $1 AND contact = $2",
                    PARAMS(P_INT(campaign->number), P_INT(contacts[i])), 0, &held, err))
            return false;
        if (!held == !holds[i])
            continue;
        if (holds[i] ? !entries_begin(w, campaign, &contacts[i], 1, err) ||
                                !person_enter(w, campaign, d, contacts[i], "condition", NULL, err)
                     : !store_do(w->store, "DELETE FROM campaign_holds WHERE campaign = $1 AND contact = $2",
                               PARAMS(P_INT(campaign->number), P_INT(contacts[i])), err))
            return false;
    }
    return true;
}

// Those of whom it is not the same as it was.
struct differing {
    VEC(uint32_t) contacts;
    VEC(uint8_t) holds;
};

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static bool compare(struct data *reader, int64_t campaign, uint32_t *now, uint32_t n, struct differing *ret,
        struct err *err)
{
    struct query *query;
    bool row, ok;
    uint32_t at = 0;
    qsort(now, n, sizeof *now, by_number);
    if (!store_ask(data_store(reader),
                "SELECT contact FROM campaign_holds WHERE campaign = $1 ORDER BY contact",
                PARAMS(P_INT(campaign)), &query, err))
        return false;
    query_large(query);
    while ((ok = query_step(query, &row, err)) && row) {
        uint32_t held = (uint32_t)query_int(query, 0);
        for (; at < n && now[at] < held; at++) {
            vec_push(&ret->contacts, now[at]);
            vec_push(&ret->holds, 1);
        }
        if (at < n && now[at] == held) {
            at++;
            continue;
        }
        vec_push(&ret->contacts, held);
        vec_push(&ret->holds, 0);
    }
    query_end(query);
    for (; ok && at < n; at++) {
        vec_push(&ret->contacts, now[at]);
        vec_push(&ret->holds, 1);
    }
    return ok;
}

static bool write_some(struct app *app, const struct campaign *c, const struct definition *d,
        const struct differing *differing, size_t from, struct err *err)
{
    struct writing *w;
    struct campaign now;
    size_t n = differing->contacts.n - from > AT_ONCE ? AT_ONCE : differing->contacts.n - from;
    if (!writing_begin(app, &w, err))
        return false;
    bool ok = campaign_read_number(w->store, w->arena, c->number, &now, err);
    if (!ok || now.version != c->version) { // the next look asks the new condition
        writing_abort(w);
        return ok;
    }
    ok = entries_change(w, c, d, differing->contacts.v + from, differing->holds.v + from, (unsigned)n, err) &&
         store_do(w->store, "UPDATE campaign SET looked = $2 WHERE number = $1",
                 PARAMS(P_INT(c->number), P_INT(w->now)), err);
    return writing_end(w, ok, err);
}

static bool look_at(struct app *app, struct data *reader, struct arena *arena, const struct campaign *c,
        bool *ret_busy, struct err *err)
{
    struct definition d;
    struct differing differing = {0};
    struct err why = {0};
    uint32_t *now, n;
    if (!campaign_definition(data_store(reader), arena, c, &d, err))
        return false;
    if (!d.entry_when.n)
        return true;
    if (!live_select(app_live(app), d.entry_when, &now, &n, &why)) {
        *err = why;
        return why.code == ERR_INPUT; // the model was changed since: nobody comes in
    }
    bool ok = compare(reader, c->number, now, n, &differing, err);
    for (size_t from = 0; ok && (from < differing.contacts.n || !from); from += AT_ONCE)
        ok = write_some(app, c, &d, &differing, from, err);
    *ret_busy |= differing.contacts.n > 0;
    free(now);
    vec_free(&differing.contacts);
    vec_free(&differing.holds);
    return ok;
}

bool follow_conditions(struct app *app, struct data *reader, bool *ret_busy, struct err *err)
{
    struct arena *arena = arena_new();
    struct query *query;
    struct campaign due[LOOKED_MOST];
    unsigned n = 0;
    bool row, ok = store_ask(data_store(reader),
                      "SELECT " CAMPAIGN_COLUMNS " FROM campaign WHERE state IN ('running', 'paused') AND"
                      " kind = 'sequence' AND looked <= $1 ORDER BY looked, number",
                      PARAMS(P_INT(app_now(app) - LOOK_SECONDS)), &query, err);
    if (ok) {
        while ((ok = query_step(query, &row, err)) && row && n < LOOKED_MOST)
            due[n++] = campaign_decode(query, arena);
        query_end(query);
    }
    for (unsigned i = 0; ok && i < n; i++)
        ok = look_at(app, reader, arena, &due[i], ret_busy, err);
    arena_free(arena);
    return ok;
}
