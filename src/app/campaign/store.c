// Campaigns as rows, and as the API shows them.
#include "app/campaign/private.h"

#include "base/json_put.h"

struct campaign campaign_decode(struct query *query, struct arena *arena)
{
    return (struct campaign){.number = query_int(query, 0),
            .id = arena_str(arena, query_text(query, 1)),
            .name = arena_str(arena, query_text(query, 2)),
            .kind = arena_str(arena, query_text(query, 3)),
            .state = arena_str(arena, query_text(query, 4)),
            .definition = arena_str(arena, query_text(query, 5)),
            .version = query_int(query, 6),
            .started = query_int(query, 7),
            .finished = query_int(query, 8),
            .created = query_int(query, 9),
            .changed = query_int(query, 10),
            .audience = query_is_null(query, 11) ? -1 : query_int(query, 11),
            .chunk = query_int(query, 12),
            .from_event = query_int(query, 13)};
}

static bool read_by(struct store *store, struct arena *arena, const char *sql, struct param param,
        struct campaign *ret, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, sql, PARAMS(param), "there is no such campaign", &query, err))
        return false;
    *ret = campaign_decode(query, arena);
    query_end(query);
    return true;
}

bool campaign_read(
        struct store *store, struct arena *arena, struct str id, struct campaign *ret, struct err *err)
{
    return read_by(
            store, arena, "SELECT " CAMPAIGN_COLUMNS " FROM campaign WHERE id = $1", P_TEXT(id), ret, err);
}

bool campaign_read_number(
        struct store *store, struct arena *arena, int64_t number, struct campaign *ret, struct err *err)
{
    return read_by(store, arena, "SELECT " CAMPAIGN_COLUMNS " FROM campaign WHERE number = $1", P_INT(number),
            ret, err);
}

bool campaign_name(
        struct store *store, struct arena *arena, int64_t campaign, struct str *ret, struct err *err)
{
    struct query *query;
    bool row;
    *ret = STR_NONE;
    if (!store_ask(
                store, "SELECT name FROM campaign WHERE number = $1", PARAMS(P_INT(campaign)), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok && row)
        *ret = arena_str(arena, query_text(query, 0));
    query_end(query);
    return ok;
}

bool campaign_definition(struct store *store, struct arena *arena, const struct campaign *campaign,
        struct definition *ret, struct err *err)
{
    struct query *query;
    char field[80];
    bool row, ok;
    if (!definition_read(arena, campaign->definition, ret, field, err))
        return err_set(err, ERR_CORRUPT, "the definition of a campaign cannot be read");
    if (!store_ask(store, "SELECT number, name FROM campaign_step WHERE campaign = $1",
                PARAMS(P_INT(campaign->number)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        for (unsigned i = 0; i < ret->n_steps; i++)
            if (str_eq(ret->steps[i].id, query_text(query, 1)))
                ret->steps[i].number = query_int(query, 0);
    query_end(query);
    return ok;
}

bool campaign_number_steps(struct writing *w, int64_t campaign, const struct definition *d, struct err *err)
{
    for (unsigned i = 0; i < d->n_steps; i++) {
        struct str kind = json_get_str(d->steps[i].json, STR("kind"));
        int64_t number;
        if (!store_ask_number(w->store, "SELECT number FROM campaign_step WHERE campaign = $1 AND name = $2",
                    PARAMS(P_INT(campaign), P_TEXT(d->steps[i].id)), 0, &number, err))
            return false;
        if (!number && !store_ask_number(w->store,
                               "SELECT coalesce(max(number), 0) + 1 FROM campaign_step WHERE campaign = $1",
                               PARAMS(P_INT(campaign)), 1, &number, err))
            return false;
        if (!store_do(w->store,
                    "INSERT INTO campaign_step (campaign, number, name, kind, follows, winner)"
                    " VALUES ($1, $2, $3, $4, 0, 0) ON CONFLICT (campaign, number) DO UPDATE"
                    " SET kind = excluded.kind, follows = 0",
                    PARAMS(P_INT(campaign), P_INT(number), P_TEXT(d->steps[i].id), P_TEXT(kind)), err))
            return false;
        d->steps[i].number = number;
    }
    return true;
}

bool campaign_step_name(struct store *store, struct arena *arena, int64_t campaign, int64_t step,
        struct str *ret, struct err *err)
{
    struct query *query;
    bool row;
    *ret = STR_NONE;
    if (!store_ask(store, "SELECT name FROM campaign_step WHERE campaign = $1 AND number = $2",
                PARAMS(P_INT(campaign), P_INT(step)), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok && row)
        *ret = arena_str(arena, query_text(query, 0));
    query_end(query);
    return ok;
}

bool campaign_set_state(struct writing *w, struct campaign *campaign, const char *state, struct err *err)
{
    campaign->state = str_of(state);
    campaign->changed = w->now;
    campaign->version++;
    if (strcmp(state, "running") == 0 && !campaign->started)
        campaign->started = w->now;
    if (strcmp(state, "finished") == 0)
        campaign->finished = w->now;
    return store_do(w->store,
            "UPDATE campaign SET state = $2, started = $3, finished = $4, version = $5, changed = $6"
            " WHERE number = $1",
            PARAMS(P_INT(campaign->number), P_TEXT(campaign->state), P_INT_OR_NULL(campaign->started),
                    P_INT_OR_NULL(campaign->finished), P_INT(campaign->version), P_INT(campaign->changed)),
            err);
}

bool count_add(struct writing *w, int64_t campaign, int64_t step, unsigned variant, struct str persona,
        struct str what, int64_t n, struct err *err)
{
    return store_do(w->store,
            "INSERT INTO campaign_count (campaign, step, variant, persona, what, n)"
            " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (campaign, step, variant, persona, what)"
            " DO UPDATE SET n = campaign_count.n + excluded.n",
            PARAMS(P_INT(campaign), P_INT(step), P_INT(variant), P_TEXT(persona.p ? persona : STR("")),
                    P_TEXT(what), P_INT(n)),
            err);
}

bool campaign_put(struct store *store, const struct campaign *campaign, struct buf *out, struct err *err)
{
    struct arena *arena = arena_new();
    struct json *json;
    struct numbers numbers;
    bool ok = json_parse(arena, campaign->definition, &json, err) &&
              numbers_read(store, arena, campaign->number, &numbers, err);
    if (ok) {
        buf_char(out, '{');
        put_text(out, "id", campaign->id);
        put_text(out, "name", campaign->name);
        put_text(out, "kind", campaign->kind);
        put_text(out, "state", campaign->state);
        for (const struct json *j = json->child; j; j = j->next) {
            put_comma(out);
            json_put_string(out, j->key);
            buf_char(out, ':');
            json_put(out, j);
        }
        numbers_put_people(&numbers, campaign->audience, out);
        numbers_put_mails(&numbers, NULL, out);
        put_time(out, "started", campaign->started);
        put_time(out, "finished", campaign->finished);
        put_int(out, "version", campaign->version);
        put_time(out, "created", campaign->created);
        put_time(out, "changed", campaign->changed);
        buf_char(out, '}');
    }
    arena_free(arena);
    return ok;
}
