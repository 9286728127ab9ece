#include "app/audience/slice.h"

#include "app/listing.h"
#include "app/model/store.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "base/random.h"
#include "rules/model.h"

#include <stdlib.h>

static const char *const VERSIONS[] = {
        "CREATE TABLE audience(id TEXT NOT NULL, name TEXT NOT NULL, expression TEXT NOT NULL, note TEXT NOT "
        "NULL,"
        " created {int} NOT NULL, changed {int} NOT NULL, PRIMARY KEY (id)) {keyed};",
};

static const struct migration AUDIENCE_MIGRATION = {"audience", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

struct audience {
    struct str id, name, expression, note;
    int64_t created, changed; // changed: also the version for ETag
};

static struct audience decode(struct arena *arena, struct query *query)
{
    return (struct audience){.id = arena_str(arena, query_text(query, 0)),
            .name = arena_str(arena, query_text(query, 1)),
            .expression = arena_str(arena, query_text(query, 2)),
            .note = arena_str(arena, query_text(query, 3)),
            .created = query_int(query, 4),
            .changed = query_int(query, 5)};
}

static void put(const void *thing, struct buf *out)
{
    const struct audience *a = thing;
    char time[DATETIME_SIZE];
    buf_put(out, STR("{\"id\":"));
    json_put_string(out, a->id);
    buf_put(out, STR(",\"name\":"));
    json_put_string(out, a->name);
    buf_put(out, STR(",\"expression\":"));
    json_put_string(out, a->expression);
    buf_put(out, STR(",\"note\":"));
    json_put_string(out, a->note);
    buf_put(out, STR(",\"created\":"));
    json_put_string(out, datetime_format(a->created, time));
    buf_put(out, STR(",\"changed\":"));
    json_put_string(out, datetime_format(a->changed, time));
    buf_char(out, '}');
}

static bool list_audiences(struct request *r, struct err *err)
{
    struct listing *list;
    struct query *query;
    struct buf item = {0};
    bool row, ok;
    if (!listing_new(r, "name", &list, err) ||
            !store_query(data_store(request_data(r)),
                    "SELECT id, name, expression, note, created, changed FROM audience ORDER BY id", &query,
                    err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct audience a = decode(r->arena, query);
        item.n = 0;
        put(&a, &item);
        listing_add(list, a.id, buf_str(&item));
    }
    query_end(query);
    buf_free(&item);
    return ok && listing_end(list, err);
}

static bool find(struct request *r, struct audience *ret, struct err *err)
{
    struct str id = request_param(r, "id");
    struct query *query;
    bool row;
    if (!store_query(data_store(request_data(r)),
                "SELECT id, name, expression, note, created, changed FROM audience WHERE id = $1", &query,
                err))
        return false;
    query_bind_text(query, 1, id);
    bool ok = query_step(query, &row, err);
    if (ok && !row)
        ok = err_set(err, ERR_NOT_FOUND, "there is no audience %.*s", STR_ARG(id));
    if (ok)
        *ret = decode(r->arena, query);
    query_end(query);
    return ok;
}

static bool get_audience(struct request *r, struct err *err)
{
    struct audience a;
    if (!find(r, &a, err))
        return false;
    put(&a, r->out);
    response_etag(r, a.changed);
    return true;
}

// An audience may say whatever a grade of the active model may.
static bool check(struct request *r, struct str expression, struct err *err)
{
    struct stored_model model;
    struct diagnostics *d = diagnostics_new(r->arena);
    if (!model_active(data_store(request_data(r)), r->arena, &model, err))
        return false;
    const struct program *base = model_compile(r->arena, model.name, model.text, diagnostics_new(r->arena));
    if (!base)
        return err_set(err, ERR_CORRUPT, "the active model cannot be read");
    if (model_compile_filter(r->arena, base, model.text, expression, d))
        return true;
    for (size_t i = 0; i < d->list.n; i++)
        if (d->list.v[i].severity == SEVERITY_ERROR)
            request_problem(r, 400, "expression", "line %u, column %u: %.*s%s%.*s", d->list.v[i].line,
                    d->list.v[i].column, STR_ARG(d->list.v[i].message), d->list.v[i].suggestion.n ? "; " : "",
                    STR_ARG(d->list.v[i].suggestion));
    return false;
}

static bool write_row(struct store *store, const struct audience *a, struct err *err)
{
    struct query *query;
    if (!store_query(store,
                "INSERT INTO audience (id, name, expression, note, created, changed) "
                "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
                "expression = excluded.expression, note = excluded.note, changed = excluded.changed",
                &query, err))
        return false;
    query_bind_text(query, 1, a->id);
    query_bind_text(query, 2, a->name);
    query_bind_text(query, 3, a->expression);
    query_bind_text(query, 4, a->note);
    query_bind_int(query, 5, a->created);
    query_bind_int(query, 6, a->changed);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

static bool delete_row(struct store *store, const struct audience *a, struct err *err)
{
    struct query *query;
    if (!store_query(store, "DELETE FROM audience WHERE id = $1", &query, err))
        return false;
    query_bind_text(query, 1, a->id);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

// before, after: NULL where there is none.
static bool change(struct request *r, const char *action, const struct audience *before,
        const struct audience *after, struct err *err)
{
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = after ? write_row(w->store, after, err) : delete_row(w->store, before, err);
    ok = ok && audit_change(w, request_principal(r), action, after ? after->id : before->id, put, before,
                       after, err);
    return writing_end(w, ok, err);
}

static bool add_audience(struct request *r, struct err *err)
{
    struct str note = json_get_str(r->json, STR("note"));
    struct audience a = {.name = json_get_str(r->json, STR("name")),
            .expression = json_get_str(r->json, STR("expression")),
            .note = note.p ? note : STR(""),
            .created = r->now,
            .changed = r->now};
    char id[UUID_SIZE];
    a.id = arena_str(r->arena, uuid_v7(app_now_ms(request_app(r)), id));
    if (!check(r, a.expression, err) || !change(r, "audience.add", NULL, &a, err))
        return false;
    put(&a, r->out);
    return true;
}

static bool change_audience(struct request *r, struct err *err)
{
    struct audience before, after;
    const struct json *name = json_get(r->json, STR("name")), *note = json_get(r->json, STR("note")),
                      *expression = json_get(r->json, STR("expression"));
    if (!find(r, &before, err) || !request_matches(r, before.changed, err))
        return false;
    after = before;
    after.name = name ? name->text : before.name;
    after.note = note ? note->text : before.note;
    after.expression = expression ? expression->text : before.expression;
    after.changed = r->now > before.changed ? r->now : before.changed + 1;
    if ((expression && !check(r, after.expression, err)) ||
            !change(r, "audience.change", &before, &after, err))
        return false;
    put(&after, r->out);
    response_etag(r, after.changed);
    return true;
}

static bool delete_audience(struct request *r, struct err *err)
{
    struct audience a;
    return find(r, &a, err) && request_matches(r, a.changed, err) &&
           change(r, "audience.delete", &a, NULL, err);
}

static bool count_audience(struct request *r, struct err *err)
{
    struct audience a;
    char time[DATETIME_SIZE];
    uint32_t *contacts, n;
    if (!find(r, &a, err) || !live_select(app_live(request_app(r)), a.expression, &contacts, &n, err))
        return false;
    free(contacts);
    buf_printf(r->out, "{\"contacts\":%u,\"at\":", n);
    json_put_string(r->out, datetime_format(r->now, time));
    buf_char(r->out, '}');
    return true;
}

static const struct member AUDIENCE_MEMBERS[] = {
        {"id", "text", "UUID", true, 0},
        {"name", "text", "What people call it", true, 0},
        {"expression", "text", "Who belongs to it, in the model language", true, 0},
        {"note", "text", "What it is for", true, 0},
        {"created", "time", "When it was made", true, 0},
        {"changed", "time", "When it was changed last", true, 0},
        {0},
};
static const struct member AUDIENCES_MEMBERS[] = {
        {"items", "[Audience]", "By name", true, 0},
        {"next", "text?", "Pass it as `after` for the next page; null on the last one", true, 0},
        {0},
};
static const struct member NEW_MEMBERS[] = {
        {"name", "text", "What people call it", true, 200},
        {"expression", "text", "Who belongs to it: is prospect and silent inbound for 30 days", true, 0},
        {"note", "text", "What it is for", false, 0},
        {0},
};
static const struct member CHANGE_MEMBERS[] = {
        {"name", "text", "What people call it", false, 200},
        {"expression", "text", "Who belongs to it", false, 0},
        {"note", "text", "What it is for", false, 0},
        {0},
};
static const struct member COUNT_MEMBERS[] = {
        {"contacts", "integer", "How many belong to it", true, 0},
        {"at", "time", "At this moment", true, 0},
        {0},
};

static const struct schema SCHEMAS[] = {
        {"Audience", "A stored expression: the contacts that it holds for", AUDIENCE_MEMBERS, false},
        {"Audiences", "A page of audiences", AUDIENCES_MEMBERS, false},
        {"NewAudience", "An audience to make", NEW_MEMBERS, false},
        {"AudienceChange", "What to change of an audience", CHANGE_MEMBERS, false},
        {"AudienceCount", "How many contacts belong to an audience", COUNT_MEMBERS, false},
        {0},
};

static const struct member LIST_PARAMETERS[] = {LIST_QUERY, {0}};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/audiences",
                .summary = "Lists the audiences",
                .right = "audience.read",
                .query = LIST_PARAMETERS,
                .answer = "Audiences",
                .handle = list_audiences},
        {.method = "POST",
                .path = "/api/audiences",
                .summary = "Makes an audience",
                .right = "audience.write",
                .body = "NewAudience",
                .answer = "Audience",
                .status = 201,
                .handle = add_audience},
        {.method = "GET",
                .path = "/api/audiences/{id}",
                .summary = "An audience; its contacts are GET /api/contacts?filter=EXPRESSION",
                .right = "audience.read",
                .answer = "Audience",
                .handle = get_audience},
        {.method = "PATCH",
                .path = "/api/audiences/{id}",
                .summary = "Changes an audience",
                .right = "audience.write",
                .body = "AudienceChange",
                .answer = "Audience",
                .handle = change_audience},
        {.method = "DELETE",
                .path = "/api/audiences/{id}",
                .summary = "Deletes an audience",
                .right = "audience.write",
                .status = 204,
                .handle = delete_audience},
        {.method = "GET",
                .path = "/api/audiences/{id}/count",
                .summary = "How many contacts belong to it now",
                .right = "audience.read",
                .answer = "AudienceCount",
                .handle = count_audience},
        {0},
};

static const struct routes AUDIENCE_ROUTES = {"Audiences", ROUTES, SCHEMAS};

const struct slice AUDIENCE_SLICE = {
        .name = "audience",
        .migration = &AUDIENCE_MIGRATION,
        .routes = &AUDIENCE_ROUTES,
};
