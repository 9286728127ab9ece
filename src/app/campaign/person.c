// People in campaigns as rows, and the record of what was done with them.
#include "app/campaign/private.h"

#include "app/message/message.h"

struct person_row person_decode(struct query *query, struct arena *arena)
{
    return (struct person_row){.campaign = query_int(query, 0),
            .contact = (uint32_t)query_int(query, 1),
            .round = (unsigned)query_int(query, 2),
            .step = query_int(query, 3),
            .state = arena_str(arena, query_text(query, 4)),
            .why = arena_str(arena, query_text(query, 5)),
            .due = query_int(query, 6),
            .entered = query_int(query, 7),
            .changed = query_int(query, 8),
            .since = query_int(query, 9)};
}

bool person_read(struct store *store, struct arena *arena, int64_t campaign, uint32_t contact,
        bool *ret_there, struct person_row *ret, struct err *err)
{
    struct query *query;
    if (!store_ask(store,
                "SELECT " PERSON_COLUMNS " FROM campaign_person WHERE contact = $1 AND campaign = $2",
                PARAMS(P_INT(contact), P_INT(campaign)), &query, err))
        return false;
    bool ok = query_step(query, ret_there, err);
    if (ok && *ret_there)
        *ret = person_decode(query, arena);
    query_end(query);
    return ok;
}

static bool count_person(struct writing *w, const struct person_row *row, int64_t n, struct err *err)
{
    bool left = str_eq(row->state, STR("left"));
    struct str what = left ? arena_printf(w->arena, "left.%.*s", STR_ARG(row->why)) : STR("at");
    return count_add(w, row->campaign, left ? 0 : row->step, 0, STR(""), what, n, err);
}

static bool insert(struct writing *w, const struct person_row *row, struct err *err)
{
    return store_do(w->store,
            "INSERT INTO campaign_person (" PERSON_COLUMNS
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (contact, campaign)"
            " DO UPDATE SET round = excluded.round, step = excluded.step, state = excluded.state,"
            " why = excluded.why, due = excluded.due, entered = excluded.entered,"
            " changed = excluded.changed, since = excluded.since",
            PARAMS(P_INT(row->campaign), P_INT(row->contact), P_INT(row->round), P_INT(row->step),
                    P_TEXT(row->state), P_TEXT(row->why), P_INT(row->due), P_INT(row->entered),
                    P_INT(row->changed), P_INT(row->since)),
            err);
}

bool person_write(
        struct writing *w, const struct person_row *before, const struct person_row *after, struct err *err)
{
    return (!before || count_person(w, before, -1, err)) && count_person(w, after, 1, err) &&
           insert(w, after, err);
}

bool person_log(struct writing *w, int64_t campaign, uint32_t contact, unsigned round, int64_t step,
        const char *what, struct str why, struct err *err)
{
    return store_do(w->store,
            "INSERT INTO campaign_log (contact, campaign, n, at, round, step, what, why)"
            " SELECT $1, $2, coalesce(max(n), 0) + 1, $3, $4, $5, $6, $7 FROM campaign_log"
            " WHERE contact = $1 AND campaign = $2",
            PARAMS(P_INT(contact), P_INT(campaign), P_INT(w->now), P_INT(round), P_INT(step),
                    P_TEXT(str_of(what)), P_TEXT(why.p ? why : STR(""))),
            err);
}

bool person_leave(struct writing *w, const struct person_row *row, const char *why, struct err *err)
{
    struct person_row after = *row;
    after.state = STR("left");
    after.why = str_of(why);
    after.changed = w->now;
    // First the row: what becomes of the mail does not lead on from here.
    return person_write(w, row, &after, err) &&
           (strcmp(why, "goal") != 0 || mail_mark_all(w, row, MARK_GOAL, err)) &&
           person_log(w, row->campaign, row->contact, row->round, row->step, "left", after.why, err) &&
           (!str_eq(row->state, STR("mailing")) ||
                   message_cancel(w, CAMPAIGN_SOURCE, row->campaign, -1, row->contact, why, err));
}

bool person_enter(struct writing *w, const struct campaign *campaign, const struct definition *d,
        uint32_t contact, const char *how, bool *ret_entered, struct err *err)
{
    struct person_row before, row = {.campaign = campaign->number,
                                      .contact = contact,
                                      .state = STR("active"),
                                      .why = STR(""),
                                      .due = w->now,
                                      .entered = w->now,
                                      .changed = w->now,
                                      .since = w->now};
    bool there;
    if (ret_entered)
        *ret_entered = false;
    if (!person_read(w->store, w->arena, campaign->number, contact, &there, &before, err))
        return false;
    if (there) {
        bool left = str_eq(before.state, STR("left"));
        if (d->again == AGAIN_NEVER || (d->again == AGAIN_AFTER_LEAVING && !left))
            return true;
        if (!left &&
                (!person_leave(w, &before, "entered again", err) ||
                        !person_read(w->store, w->arena, campaign->number, contact, &there, &before, err)))
            return false;
        row.round = before.round + 1;
    }
    row.step = d->n_steps ? d->steps[0].number : 0;
    if (ret_entered)
        *ret_entered = true;
    return person_write(w, there ? &before : NULL, &row, err) &&
           count_add(w, campaign->number, 0, 0, STR(""), STR("entered"), 1, err) &&
           person_log(w, campaign->number, contact, row.round, 0, "entered", str_of(how), err);
}

// --- two that became one

// Of two mails at one step the one that is still waited for counts; the other one was taken back.
static bool keep_awaited(struct writing *w, const struct person_row *mine, uint32_t is, struct err *err)
{
    return !str_eq(mine->state, STR("mailing")) ||
           store_do(w->store,
                   "DELETE FROM campaign_mail WHERE contact = $1 AND campaign = $2 AND step = $3 AND round = "
                   "$4",
                   PARAMS(P_INT(is), P_INT(mine->campaign), P_INT(mine->step), P_INT(mine->round)), err);
}

static bool move_rows(struct writing *w, int64_t campaign, uint32_t was, uint32_t is, struct err *err)
{
    int64_t n;
    return store_ask_number(w->store,
                   "SELECT coalesce(max(n), 0) FROM campaign_log WHERE contact = $1 AND campaign = $2",
                   PARAMS(P_INT(is), P_INT(campaign)), 0, &n, err) &&
           store_do(w->store,
                   "UPDATE campaign_log SET contact = $2, n = n + $4 WHERE contact = $1 AND campaign = $3",
                   PARAMS(P_INT(was), P_INT(is), P_INT(campaign), P_INT(n)), err) &&
           store_do(w->store,
                   "UPDATE campaign_mail SET contact = $2 WHERE contact = $1 AND campaign = $3 AND NOT EXISTS"
                   " (SELECT 1 FROM campaign_mail m WHERE m.contact = $2 AND m.campaign = $3 AND m.step ="
                   " campaign_mail.step AND m.round = campaign_mail.round)",
                   PARAMS(P_INT(was), P_INT(is), P_INT(campaign)), err) &&
           store_do(w->store, "DELETE FROM campaign_person WHERE contact = $1 AND campaign = $2",
                   PARAMS(P_INT(was), P_INT(campaign)), err);
}

static bool is_left(const struct person_row *row)
{
    return str_eq(row->state, STR("left"));
}

bool person_had(
        struct writing *w, const struct person_row *row, uint32_t contact, int64_t *ret, struct err *err)
{
    return store_ask_number(w->store,
            "SELECT count(*) FROM campaign_log WHERE contact = $1 AND campaign = $2 AND step = $3 AND"
            " round = $4 AND what IN ('sent', 'unclear')",
            PARAMS(P_INT(contact), P_INT(row->campaign), P_INT(row->step), P_INT(row->round)), 0, ret, err);
}

// A mail that waits for one of them, and that the other one had at the same step, is not sent any more: the
// person goes on behind it.
static bool drop_double(
        struct writing *w, const struct person_row *row, uint32_t other, bool *ret_dropped, struct err *err)
{
    int64_t had;
    if (!str_eq(row->state, STR("mailing")))
        return true;
    if (!person_had(w, row, other, &had, err))
        return false;
    *ret_dropped |= had > 0;
    return !had ||
           message_cancel(w, CAMPAIGN_SOURCE, row->campaign, row->step, row->contact, "already sent", err);
}

// One person goes one way: the one that began first goes on.
static bool merge_one(struct writing *w, const struct person_row *row, uint32_t is, struct err *err)
{
    struct person_row mine = *row, other, after;
    bool there;
    if (!person_read(w->store, w->arena, row->campaign, is, &there, &other, err))
        return false;
    bool dropped = false, still;
    if (!drop_double(w, row, is, &dropped, err) ||
            (there && !drop_double(w, &other, row->contact, &dropped, err)))
        return false;
    if (dropped &&
            (!person_read(w->store, w->arena, row->campaign, row->contact, &still, &mine, err) ||
                    (there && !person_read(w->store, w->arena, row->campaign, is, &still, &other, err))))
        return false;
    if (there && !is_left(&mine) && !is_left(&other)) {
        bool first = mine.entered < other.entered;
        struct person_row *second = first ? &other : &mine;
        if (!person_leave(w, second, "merged", err))
            return false;
        second->state = STR("left");
        second->why = STR("merged");
    }
    after = !there || is_left(&other) ? mine : other;
    if (there && is_left(&mine) && is_left(&other) && other.entered > mine.entered)
        after = other;
    after.contact = is;
    if (there && other.round > after.round)
        after.round = is_left(&after) ? other.round : after.round;
    // Counted once: the one that goes away is taken off.
    return count_person(w, &mine, -1, err) && keep_awaited(w, &mine, is, err) &&
           move_rows(w, row->campaign, row->contact, is, err) &&
           (there ? person_write(w, &other, &after, err)
                  : count_person(w, &after, 1, err) && insert(w, &after, err)) &&
           person_log(w, row->campaign, is, after.round, after.step, "merged", STR(""), err);
}

bool person_merge(struct writing *w, uint32_t was, uint32_t is, struct err *err)
{
    struct query *query;
    VEC(struct person_row) rows = {0};
    bool row, ok;
    if (!store_ask(w->store,
                "SELECT " PERSON_COLUMNS " FROM campaign_person WHERE contact = $1 ORDER BY campaign",
                PARAMS(P_INT(was)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        vec_push(&rows, person_decode(query, w->arena));
    query_end(query);
    for (size_t i = 0; ok && i < rows.n; i++)
        ok = merge_one(w, &rows.v[i], is, err);
    vec_free(&rows);
    // What held of one of them has held: it did not become true by their being one.
    ok = ok &&
         store_do(w->store,
                 "INSERT INTO campaign_holds (campaign, contact) SELECT campaign, $2 FROM campaign_holds"
                 " WHERE contact = $1 ON CONFLICT DO NOTHING",
                 PARAMS(P_INT(was), P_INT(is)), err) &&
         store_do(w->store, "DELETE FROM campaign_holds WHERE contact = $1", PARAMS(P_INT(was)), err);
    return ok && store_do(w->store,
                         "INSERT INTO campaign_answer (contact, what, at) SELECT $2, what, at FROM"
                         " campaign_answer WHERE contact = $1 ON CONFLICT (contact, what) DO UPDATE SET at ="
                         " excluded.at WHERE excluded.at > campaign_answer.at",
                         PARAMS(P_INT(was), P_INT(is)), err);
}
