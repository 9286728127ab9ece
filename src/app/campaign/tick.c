// What is due: the order in which a tick looks.
#include "app/campaign/private.h"

#include "base/vec.h"

// One whose conditions are none any more, as the model lacks a word, waits for somebody to look at it.
static bool begin_one(struct app *app, const struct campaign *campaign, bool *ret_busy, struct err *err)
{
    struct err why = {0};
    *ret_busy = true;
    if (campaign_begin(app, campaign, NULL, &why) || why.code == ERR_CONFLICT)
        return true;
    if (why.code != ERR_INPUT)
        return err_set(err, why.code, "%s", why.message);
    logger_error(app_logger(app), "a scheduled campaign cannot start: it is a draft again",
            LOG_TEXT("campaign", campaign->name), LOG_TEXT("error", str_of(why.message)));
    return campaign_unschedule(app, campaign, err);
}

static bool start_scheduled(struct app *app, struct data *reader, bool *ret_busy, struct err *err)
{
    struct arena *arena = arena_new();
    struct query *query;
    VEC(struct campaign) due = {0};
    bool row, ok = store_query(data_store(reader),
                      "SELECT " CAMPAIGN_COLUMNS " FROM campaign WHERE state = 'scheduled' ORDER BY number",
                      &query, err);
    if (ok) {
        while ((ok = query_step(query, &row, err)) && row)
            vec_push(&due, campaign_decode(query, arena));
        query_end(query);
    }
    for (size_t i = 0; ok && i < due.n; i++) {
        struct definition d;
        char field[80];
        ok = definition_read(arena, due.v[i].definition, &d, field, err);
        if (ok && d.start_at <= app_now(app))
            ok = begin_one(app, &due.v[i], ret_busy, err);
    }
    vec_free(&due);
    arena_free(arena);
    return ok;
}

// A broadcast ends by itself when everybody has gone through it.
static bool end_broadcasts(struct app *app, struct data *reader, struct err *err)
{
    static const char SQL[] =
            "SELECT number FROM campaign c WHERE state = 'running' AND kind = 'broadcast'"
            " AND audience <= next_chunk * 1000"
            " AND NOT EXISTS (SELECT 1 FROM campaign_person p WHERE p.campaign = c.number AND p.state ="
            " 'active') AND NOT EXISTS (SELECT 1 FROM campaign_person p WHERE p.campaign = c.number AND"
            " p.state = 'mailing') ORDER BY number LIMIT 1";
    struct arena *arena = arena_new();
    struct writing *w;
    struct campaign campaign;
    int64_t number, still;
    bool ok = store_number(data_store(reader), SQL, 0, &number, err);
    if (ok && number && writing_begin(app, &w, err)) {
        ok = store_number(w->store, SQL, 0, &still, err) &&
             (!still || (campaign_read_number(w->store, arena, still, &campaign, err) &&
                                campaign_set_state(w, &campaign, "finished", err)));
        ok = writing_end(w, ok, err);
        if (ok && still)
            app_publish(app, "campaign", campaign.id);
    } else if (number) {
        ok = false;
    }
    arena_free(arena);
    return ok;
}

bool campaign_tick(struct app *app, struct data *reader, bool *ret_busy, struct err *err)
{
    bool busy = false;
    int64_t running;
    if (ret_busy)
        *ret_busy = false;
    if (!store_number(
                data_store(reader), "SELECT count(*) FROM campaign WHERE state <> 'draft'", 0, &running, err))
        return false;
    // Nothing was ever started: the log need not be read.
    if (!running)
        return true;
    bool ok = start_scheduled(app, reader, &busy, err) && follow_log(app, reader, &busy, err) &&
              follow_conditions(app, reader, &busy, err) && freeze_feed(app, reader, &busy, err) &&
              act_finished(app, reader, &busy, err) && act_due(app, reader, &busy, err) &&
              end_broadcasts(app, reader, err);
    if (ret_busy)
        *ret_busy = busy;
    return ok;
}
