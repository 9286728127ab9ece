// /api/reactions
#include "app/assignment/owner.h"
#include "app/listing.h"
#include "app/task/reaction.h"
#include "app/user/principal.h"
#include "base/json_put.h"
#include "rules/model.h"
#include "store/ask.h"

static struct str or_null(struct str text)
{
    return text.n ? text : STR_NONE;
}

static void put(const void *thing, struct buf *out)
{
    const struct reaction *reaction = thing;
    buf_char(out, '{');
    put_text(out, "id", reaction->id);
    put_text(out, "name", reaction->name);
    put_flag(out, "active", reaction->active);
    put_text(out, "kind", reaction->kind);
    put_text(out, "becomes", or_null(reaction->becomes));
    put_key(out, "task");
    if (reaction->task_title.n) {
        buf_char(out, '{');
        put_text(out, "title", reaction->task_title);
        put_text(out, "note", reaction->task_note);
        put_text(out, "kind", reaction->task_kind);
        put_text(out, "owner", or_null(reaction->task_owner));
        put_text(out, "due_in", or_null(reaction->task_due));
        buf_char(out, '}');
    } else {
        buf_put(out, STR("null"));
    }
    put_text(out, "webhook", or_null(reaction->webhook));
    put_int(out, "version", reaction->version);
    put_time(out, "created", reaction->created);
    put_time(out, "changed", reaction->changed);
    buf_char(out, '}');
}

static bool read(
        struct store *store, struct arena *arena, struct str id, struct reaction *ret, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, "SELECT " REACTION_COLUMNS " FROM reaction WHERE id = $1", PARAMS(P_TEXT(id)),
                "there is no such reaction", &query, err))
        return false;
    *ret = reaction_decode(query, arena);
    query_end(query);
    return true;
}

static bool store(struct writing *w, const struct reaction *reaction, struct err *err)
{
    return store_do(w->store,
            "INSERT INTO reaction (" REACTION_COLUMNS ")"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, active = excluded.active,"
            " kind = excluded.kind, becomes = excluded.becomes, task_title = excluded.task_title,"
            " task_note = excluded.task_note, task_kind = excluded.task_kind,"
            " task_owner = excluded.task_owner, task_due = excluded.task_due, webhook = excluded.webhook,"
            " version = excluded.version, changed = excluded.changed",
            PARAMS(P_TEXT(reaction->id), P_TEXT(reaction->name), P_INT(reaction->active),
                    P_TEXT(reaction->kind), P_TEXT(reaction->becomes), P_TEXT(reaction->task_title),
                    P_TEXT(reaction->task_note), P_TEXT(reaction->task_kind), P_TEXT(reaction->task_owner),
                    P_TEXT(reaction->task_due), P_TEXT(reaction->webhook), P_INT(reaction->version),
                    P_INT(reaction->created), P_INT(reaction->changed)),
            err);
}

bool reaction_route_list(struct request *r, struct err *err)
{
    struct listing *list;
    struct query *query;
    bool row, ok;
    if (!listing_new(r, "name", &list, err) ||
            !store_query(data_store(request_data(r)), "SELECT " REACTION_COLUMNS " FROM reaction ORDER BY id",
                    &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct buf item = {0};
        struct reaction reaction = reaction_decode(query, r->arena);
        put(&reaction, &item);
        listing_add(list, reaction.id, buf_str(&item));
        buf_free(&item);
    }
    query_end(query);
    return ok && listing_end(list, err);
}

static bool answer(struct request *r, const struct reaction *reaction)
{
    response_etag(r, reaction->version);
    put(reaction, r->out);
    return true;
}

bool reaction_route_get(struct request *r, struct err *err)
{
    struct reaction reaction;
    return read(data_store(request_data(r)), r->arena, request_param(r, "id"), &reaction, err) &&
           answer(r, &reaction);
}

static struct str stated(const struct json *json, const char *name, struct str otherwise)
{
    const struct json *j = json_get(json, str_of(name));
    return !j ? otherwise : j->kind == JSON_STRING ? j->text : STR("");
}

// The task template of the body, which replaces what was there as a whole.
static bool change_task(
        struct request *r, const struct json *task, struct reaction *reaction, struct err *err)
{
    bool there = true;
    int64_t seconds;
    struct err why;
    reaction->task_title = str_trim(stated(task, "title", STR("")));
    reaction->task_note = stated(task, "note", STR(""));
    reaction->task_kind = stated(task, "kind", STR("todo"));
    reaction->task_owner = stated(task, "owner", STR(""));
    reaction->task_due = stated(task, "due_in", STR(""));
    if (task->kind == JSON_OBJECT && !reaction->task_title.n)
        return request_problem(r, 400, "task.title", "Say what is to be done");
    if (reaction->task_due.n && !duration_parse(reaction->task_due, &seconds, &why))
        return request_problem(r, 400, "task.due_in", "%s", why.message);
    if (reaction->task_owner.n &&
            !owner_account(data_store(request_data(r)), reaction->task_owner, &there, err))
        return false;
    return there || request_problem(r, 400, "task.owner", "There is no such user, or they are disabled");
}

static bool change(struct request *r, struct reaction *reaction, struct err *err)
{
    const struct json *active = json_get(r->json, STR("active")), *task = json_get(r->json, STR("task"));
    int64_t there = 1;
    reaction->name = stated(r->json, "name", reaction->name);
    reaction->kind = stated(r->json, "kind", reaction->kind);
    reaction->becomes = stated(r->json, "becomes", reaction->becomes);
    reaction->webhook = stated(r->json, "webhook", reaction->webhook);
    reaction->active = active ? active->kind == JSON_TRUE : reaction->active;
    if (task && !change_task(r, task, reaction, err))
        return false;
    if (reaction->webhook.n &&
            !store_ask_number(data_store(request_data(r)), "SELECT 1 FROM webhook WHERE id = $1",
                    PARAMS(P_TEXT(reaction->webhook)), 0, &there, err))
        return false;
    if (!there)
        return request_problem(r, 400, "webhook", "There is no such webhook");
    return reaction->task_title.n || reaction->webhook.n ||
           request_problem(r, 400, "task", "Say which task is made, or which webhook is told");
}

static bool insert(struct writing *w, const struct reaction *reaction, struct err *err)
{
    int64_t n;
    return store_number(w->store, "SELECT count(*) FROM reaction", 0, &n, err) &&
           (n < REACTIONS_MAX ||
                   err_set(err, ERR_CONFLICT, "there are %d reactions already", REACTIONS_MAX)) &&
           store(w, reaction, err);
}

bool reaction_route_create(struct request *r, struct err *err)
{
    char id[UUID_SIZE];
    struct writing *w;
    struct reaction reaction = {.id = uuid_v7(app_now_ms(request_app(r)), id),
            .name = STR(""),
            .kind = STR("stage"),
            .becomes = STR(""),
            .task_title = STR(""),
            .task_note = STR(""),
            .task_kind = STR("todo"),
            .task_owner = STR(""),
            .task_due = STR(""),
            .webhook = STR(""),
            .active = true,
            .version = 1,
            .created = r->now,
            .changed = r->now};
    return change(r, &reaction, err) && writing_begin(request_app(r), &w, err) &&
           writing_end(w,
                   insert(w, &reaction, err) && audit_change(w, request_principal(r), "reaction.create",
                                                        reaction.id, put, NULL, &reaction, err),
                   err) &&
           answer(r, &reaction);
}

bool reaction_route_patch(struct request *r, struct err *err)
{
    struct reaction before, reaction;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = read(w->store, r->arena, request_param(r, "id"), &before, err) &&
              request_matches(r, before.version, err);
    reaction = ok ? before : (struct reaction){0};
    reaction.version++;
    reaction.changed = w->now;
    return writing_end(w,
                   ok && change(r, &reaction, err) && store(w, &reaction, err) &&
                           audit_change(w, request_principal(r), "reaction.update", reaction.id, put, &before,
                                   &reaction, err),
                   err) &&
           answer(r, &reaction);
}

bool reaction_route_delete(struct request *r, struct err *err)
{
    struct reaction reaction;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok =
            read(w->store, r->arena, request_param(r, "id"), &reaction, err) &&
            request_matches(r, reaction.version, err) &&
            store_do(w->store, "DELETE FROM reaction WHERE id = $1", PARAMS(P_TEXT(reaction.id)), err) &&
            audit_change(w, request_principal(r), "reaction.delete", reaction.id, put, &reaction, NULL, err);
    return writing_end(w, ok, err);
}
