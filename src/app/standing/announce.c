// What is written down: standings as they were announced last, and the decision journal. Both are truth:
// reactions follow from them, so they are written in one transaction and never recomputed.
#include "app/standing/announce.h"

static const char *const VERSIONS[] = {
        // standing: of each contact what was announced last. score: as it was then. times: seconds since
        // 1970.
        // journal: what was announced. was, became: names; of kind "model": its versions, and contact is 0.
        // event: the log row
        // that brought it about, 0 for the clock. cause: 0 as it happened, 1 found when the server started, 2
        // the model was
        // changed.
        // qualifier: how far it has come, for whoever looks; nothing depends on it.
        "CREATE TABLE standing(contact {int} NOT NULL, model {int} NOT NULL, stage TEXT NOT NULL, since "
        "{int} NOT NULL,"
        " grade TEXT NOT NULL, persona TEXT NOT NULL, moved {int} NOT NULL, score {real} NOT NULL,"
        " PRIMARY KEY (contact)) {keyed};"
        "CREATE TABLE journal(id {id}, contact {int} NOT NULL, kind TEXT NOT NULL, was TEXT NOT NULL,"
        " became TEXT NOT NULL, at {int} NOT NULL, announced {int} NOT NULL, model {int} NOT NULL,"
        " by_hand {int} NOT NULL, event {int} NOT NULL, cause {int} NOT NULL) {rows};"
        "CREATE INDEX journal_contact ON journal(contact);"
        "CREATE TABLE qualifier(name TEXT NOT NULL, position {int} NOT NULL, clock {int} NOT NULL,"
        " model {int} NOT NULL, PRIMARY KEY (name)) {keyed};",
};

const struct migration STANDING_MIGRATION = {"standing", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

static struct str name_of(const struct live *live, uint16_t number)
{
    return map_key(live->names, number);
}

static const char *kind_name(const struct move *move)
{
    static const char *const KINDS[] = {"persona", "stage", "grade"};
    return KINDS[move->kind];
}

static bool insert_journal(struct store *store, uint32_t contact, struct str kind, struct str from,
        struct str to, const struct move *move, int64_t now, int64_t version, int64_t *ret_id,
        struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(store,
                "INSERT INTO journal (contact, kind, was, became, at, announced, model, by_hand, event, "
                "cause) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
                &query, err))
        return false;
    query_bind_int(query, 1, contact);
    query_bind_text(query, 2, kind);
    query_bind_text(query, 3, from);
    query_bind_text(query, 4, to);
    query_bind_int(query, 5, move->at);
    query_bind_int(query, 6, now);
    query_bind_int(query, 7, version);
    query_bind_int(query, 8, move->by_hand);
    query_bind_int(query, 9, move->event);
    query_bind_int(query, 10, (int64_t)move->cause);
    bool ok = query_step(query, &row, err);
    if (ok) {
        *ret_id = query_int(query, 0);
        ok = query_step(query, &row, err);
    }
    query_end(query);
    return ok;
}

static bool react(struct writing *w, const struct moved *moved, struct err *err)
{
    for (const struct slice *const *slice = SLICES; *slice; slice++)
        if ((*slice)->react && !(*slice)->react(w, moved, err))
            return false;
    return true;
}

static bool write_move(struct live *live, struct writing *w, const struct move *move, struct err *err)
{
    enum { DAY = 86400 };
    struct moved moved = {.contact = move->number,
            .kind = kind_name(move),
            .from = name_of(live, move->from),
            .to = name_of(live, move->to),
            .at = move->at,
            .model = live->model->version,
            .by_hand = move->by_hand,
            .fresh = move->cause < CAUSE_MODEL && move->at > w->now - DAY};
    return insert_journal(w->store, move->number, str_of(moved.kind), moved.from, moved.to, move, w->now,
                   live->model->version, &moved.journal, err) &&
           (move->cause >= CAUSE_MODEL || react(w, &moved, err));
}

static bool write_standing(struct live *live, struct writing *w, const struct announced *a, struct err *err)
{
    struct query *query;
    if (!store_query(w->store,
                "INSERT INTO standing (contact, model, stage, since, grade, persona, moved, score) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (contact) DO UPDATE SET model = "
                "excluded.model, "
                "stage = excluded.stage, since = excluded.since, grade = excluded.grade, persona = "
                "excluded.persona, "
                "moved = excluded.moved, score = excluded.score",
                &query, err))
        return false;
    query_bind_int(query, 1, a->number);
    query_bind_int(query, 2, live->model->version);
    query_bind_text(query, 3, name_of(live, a->stage));
    query_bind_int(query, 4, a->since);
    query_bind_text(query, 5, name_of(live, a->grade));
    query_bind_text(query, 6, name_of(live, a->persona));
    query_bind_int(query, 7, a->moved);
    query_bind_double(query, 8, a->score);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

static bool drop_standing(struct writing *w, uint32_t number, struct err *err)
{
    struct query *query;
    if (!store_query(w->store, "DELETE FROM standing WHERE contact = $1", &query, err))
        return false;
    query_bind_int(query, 1, number);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

static bool write_position(struct live *live, struct writing *w, int64_t position, struct err *err)
{
    struct query *query;
    if (!store_query(w->store,
                "INSERT INTO qualifier (name, position, clock, model) VALUES ('live', $1, $2, $3) "
                "ON CONFLICT (name) DO UPDATE SET position = excluded.position, clock = excluded.clock, "
                "model = excluded.model",
                &query, err))
        return false;
    query_bind_int(query, 1, position);
    query_bind_int(query, 2, w->now);
    query_bind_int(query, 3, live->model->version);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

static bool write_all(struct live *live, struct writing *w, const move_list *moves,
        const announced_list *standings, const number_list *gone, int64_t position, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < gone->n; i++)
        ok = drop_standing(w, gone->v[i], err);
    for (size_t i = 0; ok && i < standings->n; i++)
        ok = write_standing(live, w, &standings->v[i], err);
    for (size_t i = 0; ok && i < moves->n; i++)
        ok = write_move(live, w, &moves->v[i], err);
    return ok && write_position(live, w, position, err);
}

bool announce(struct live *live, const move_list *moves, const announced_list *standings,
        const number_list *gone, int64_t position, struct err *err)
{
    struct writing *w;
    if (!writing_begin(live->app, &w, err))
        return false;
    return writing_end(w, write_all(live, w, moves, standings, gone, position, err), err);
}

bool announce_model(struct live *live, int64_t from, struct err *err)
{
    struct writing *w;
    int64_t id;
    if (!writing_begin(live->app, &w, err))
        return false;
    struct move move = {.at = w->now, .cause = CAUSE_MODEL};
    if (!insert_journal(w->store, 0, STR("model"), arena_printf(w->arena, "%lld", (long long)from),
                arena_printf(w->arena, "%lld", (long long)live->model->version), &move, w->now,
                live->model->version, &id, err) ||
            !write_position(live, w, live->position, err)) {
        writing_abort(w);
        return false;
    }
    return writing_commit(w, err);
}

#define STANDING_COLUMNS "contact, stage, since, grade, persona, moved"

static struct announced read_row(struct live *live, struct query *query)
{
    return (struct announced){.number = (uint32_t)query_int(query, 0),
            .stage = (uint16_t)map_intern(live->names, query_text(query, 1)),
            .since = (uint32_t)query_int(query, 2),
            .grade = (uint16_t)map_intern(live->names, query_text(query, 3)),
            .persona = (uint16_t)map_intern(live->names, query_text(query, 4)),
            .moved = (uint32_t)query_int(query, 5)};
}

bool announced_read(
        struct live *live, struct store *store, uint32_t number, struct announced *ret, struct err *err)
{
    struct query *query;
    bool row;
    struct announced a = {.number = number};
    if (!store_query(store, "SELECT " STANDING_COLUMNS " FROM standing WHERE contact = $1", &query, err))
        return false;
    query_bind_int(query, 1, number);
    bool ok = query_step(query, &row, err);
    if (ok && row) {
        pthread_rwlock_wrlock(&live->lock); // it may meet a name of an older model
        a = read_row(live, query);
        pthread_rwlock_unlock(&live->lock);
    }
    query_end(query);
    if (ok)
        *ret = a;
    return ok;
}

bool announced_all(struct live *live, struct store *store,
        void (*visit)(void *ctx, const struct announced *a), void *ctx, int64_t *ret_version, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_number(store, "SELECT max(model) FROM qualifier", -1, ret_version, err) ||
            !store_query(store, "SELECT " STANDING_COLUMNS " FROM standing ORDER BY contact", &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct announced a = read_row(live, query);
        visit(ctx, &a);
    }
    query_end(query);
    return ok;
}
