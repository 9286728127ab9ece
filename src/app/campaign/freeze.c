// Frozen audiences: who they are is written down compactly at the start; people come in from there little by
// little, so that neither memory nor tables hold more than is about to be sent.
#include "app/campaign/private.h"

#include "app/standing/live.h"

#include <stdlib.h>

static bool store_chunk(struct writing *w, int64_t campaign, int64_t chunk, const uint32_t *contacts,
        uint32_t n, struct err *err)
{
    uint8_t bytes[CHUNK_CONTACTS * 4];
    for (uint32_t i = 0; i < n; i++)
        for (unsigned k = 0; k < 4; k++)
            bytes[i * 4 + k] = (uint8_t)(contacts[i] >> (8 * k));
    return store_do(w->store, "INSERT INTO campaign_audience (campaign, chunk, contacts) VALUES ($1, $2, $3)",
            PARAMS(P_INT(campaign), P_INT(chunk), P_BYTES(((struct str){(const char *)bytes, n * 4ul}))),
            err);
}

bool campaign_freeze(
        struct writing *w, struct campaign *campaign, const uint32_t *contacts, uint32_t n, struct err *err)
{
    campaign->audience = n;
    campaign->chunk = 0;
    bool ok = store_do(w->store, "DELETE FROM campaign_audience WHERE campaign = $1",
                      PARAMS(P_INT(campaign->number)), err) &&
              store_do(w->store, "UPDATE campaign SET audience = $2, next_chunk = 0 WHERE number = $1",
                      PARAMS(P_INT(campaign->number), P_INT(n)), err);
    for (uint32_t at = 0, chunk = 0; ok && at < n; at += CHUNK_CONTACTS, chunk++)
        ok = store_chunk(w, campaign->number, chunk, contacts + at,
                n - at > CHUNK_CONTACTS ? CHUNK_CONTACTS : n - at, err);
    return ok;
}

static bool read_chunk(struct store *store, struct arena *arena, const struct campaign *campaign,
        struct str *ret, struct err *err)
{
    struct query *query;
    bool row;
    *ret = STR_NONE;
    if (!store_ask(store, "SELECT contacts FROM campaign_audience WHERE campaign = $1 AND chunk = $2",
                PARAMS(P_INT(campaign->number), P_INT(campaign->chunk)), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok && row)
        *ret = arena_str(arena, query_blob(query, 0));
    query_end(query);
    return ok;
}

static uint32_t number_at(struct str bytes, size_t at)
{
    const uint8_t *b = (const uint8_t *)bytes.p + at;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static bool enter_chunk(struct writing *w, const struct campaign *campaign, const struct definition *d,
        struct str chunk, struct err *err)
{
    for (size_t at = 0; at + 4 <= chunk.n; at += 4) {
        uint32_t contact = live_owner(app_live(w->app), number_at(chunk, at));
        struct person_row row;
        bool there;
        if (!person_read(w->store, w->arena, campaign->number, contact, &there, &row, err))
            return false;
        // Two of the audience may have become one since: whoever is in by it does not come in again.
        if ((!there || row.entered < campaign->started) &&
                !person_enter(w, campaign, d, contact, "audience", NULL, err))
            return false;
    }
    return store_do(w->store, "DELETE FROM campaign_audience WHERE campaign = $1 AND chunk = $2",
                   PARAMS(P_INT(campaign->number), P_INT(campaign->chunk)), err) &&
           store_do(w->store, "UPDATE campaign SET next_chunk = next_chunk + 1 WHERE number = $1",
                   PARAMS(P_INT(campaign->number)), err);
}

// Whether so few people of the campaign wait for something to be done at once that more may come in.
static bool has_room(struct store *store, int64_t campaign, int64_t now, bool *ret, struct err *err)
{
    int64_t mailing, due;
    if (!store_ask_number(store,
                "SELECT count(*) FROM (SELECT 1 FROM campaign_person WHERE campaign = $1 AND"
                " state = 'mailing' LIMIT $2) AS few",
                PARAMS(P_INT(campaign), P_INT(AHEAD_MAX)), 0, &mailing, err) ||
            !store_ask_number(store,
                    "SELECT count(*) FROM (SELECT 1 FROM campaign_person WHERE campaign = $1 AND"
                    " state = 'active' AND due <= $2 LIMIT $3) AS few",
                    PARAMS(P_INT(campaign), P_INT(now), P_INT(AHEAD_MAX)), 0, &due, err))
        return false;
    *ret = mailing + due < AHEAD_MAX;
    return true;
}

static bool feed_one(struct app *app, struct arena *arena, int64_t number, bool *ret_busy, struct err *err)
{
    struct writing *w;
    struct campaign campaign;
    struct definition d;
    struct str chunk;
    bool room;
    if (!writing_begin(app, &w, err))
        return false;
    bool ok = campaign_read_number(w->store, arena, number, &campaign, err) &&
              campaign_definition(w->store, arena, &campaign, &d, err) &&
              has_room(w->store, number, w->now, &room, err) &&
              read_chunk(w->store, arena, &campaign, &chunk, err);
    if (!ok || !room || !chunk.n || !str_eq(campaign.state, STR("running"))) {
        writing_abort(w);
        return ok;
    }
    *ret_busy = true;
    return writing_end(w, enter_chunk(w, &campaign, &d, chunk, err), err);
}

bool freeze_feed(struct app *app, struct data *reader, bool *ret_busy, struct err *err)
{
    struct query *query;
    int64_t numbers[100];
    unsigned n = 0;
    bool row, ok;
    if (!store_query(data_store(reader),
                "SELECT number FROM campaign WHERE state = 'running' AND audience > next_chunk * 1000"
                " ORDER BY number",
                &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row && n < sizeof numbers / sizeof *numbers)
        numbers[n++] = query_int(query, 0);
    query_end(query);
    struct arena *arena = arena_new();
    for (unsigned i = 0; ok && i < n; i++) {
        ok = feed_one(app, arena, numbers[i], ret_busy, err);
        arena_reset(arena);
    }
    arena_free(arena);
    return ok;
}
