// /api/tasks
#include "app/assignment/owner.h"
#include "app/listing.h"
#include "app/standing/live.h"
#include "app/task/private.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "base/json_put.h"
#include "store/ask.h"

// A seller who sees only their own contacts sees their own tasks and those on their contacts.
static bool may_see(struct request *r, const struct task *task)
{
    const struct principal *who = request_principal(r);
    char owner[UUID_SIZE];
    if (!who->own_only)
        return true;
    return str_eq(task_owner(request_app(r), task, owner), who->id) ||
           (task->contact &&
                   owner_of(request_app(r), live_owner(app_live(request_app(r)), task->contact), owner) &&
                   str_eq(str_of(owner), who->id));
}

static bool read_seen(
        struct request *r, struct store *store, struct str id, struct task *ret, struct err *err)
{
    return task_read(store, r->arena, id, ret, err) &&
           (may_see(r, ret) || err_set(err, ERR_NOT_FOUND, "there is no such task"));
}

struct wish {
    struct str owner; // empty: anybody
    uint32_t contact; // 0: any
    int64_t due_before;
};

static bool fits(struct request *r, const struct wish *wish, const struct task *task)
{
    char owner[UUID_SIZE];
    if (wish->owner.n && !str_eq(task_owner(request_app(r), task, owner), wish->owner))
        return false;
    if (wish->contact &&
            (!task->contact || live_owner(app_live(request_app(r)), task->contact) != wish->contact))
        return false;
    if (wish->due_before && (!task->due || task->due >= wish->due_before))
        return false;
    return may_see(r, task);
}

static bool read_wish(struct request *r, struct wish *ret, struct err *err)
{
    struct str contact = request_query(r, "contact"), due = request_query(r, "due_before"),
               mine = request_query(r, "mine");
    *ret = (struct wish){.owner = request_query(r, "owner")};
    if (str_eq(mine, STR("true")))
        ret->owner = request_principal(r)->id;
    if (due.n && !datetime_parse(due, &ret->due_before))
        return request_problem(r, 400, "due_before", "It must be a time such as 2026-03-01T10:00:00Z");
    return !contact.n || owner_contact_named(r, contact, &ret->contact, err);
}

bool task_route_list(struct request *r, struct err *err)
{
    struct listing *list;
    struct query *query;
    struct wish wish;
    struct str state = request_query(r, "state");
    bool row, ok;
    if (!read_wish(r, &wish, err) || !listing_new(r, "due", &list, err) ||
            !store_ask(data_store(request_data(r)),
                    "SELECT " TASK_COLUMNS " FROM task WHERE ($1 = '' OR state = $1)"
                    " AND ($2 = '' OR owner = $2 OR owner = '') ORDER BY id DESC LIMIT 100000",
                    PARAMS(P_TEXT(state.n ? state : STR("")), P_TEXT(wish.owner.n ? wish.owner : STR(""))),
                    &query, err))
        return false;
    struct arena *arena = arena_new();
    while ((ok = query_step(query, &row, err)) && row) {
        struct buf item = {0};
        struct task task = task_decode(query, arena);
        if (fits(r, &wish, &task)) {
            task_put(request_app(r), &task, &item);
            listing_add(list, task.id, buf_str(&item));
        }
        buf_free(&item);
        arena_reset(arena);
    }
    arena_free(arena);
    query_end(query);
    return ok && listing_end(list, err);
}

static bool answer(struct request *r, const struct task *task)
{
    response_etag(r, task->version);
    task_put(request_app(r), task, r->out);
    return true;
}

bool task_route_get(struct request *r, struct err *err)
{
    struct task task;
    return read_seen(r, data_store(request_data(r)), request_param(r, "id"), &task, err) && answer(r, &task);
}

static struct str stated(const struct json *json, const char *name, struct str otherwise)
{
    const struct json *j = json_get(json, str_of(name));
    return !j ? otherwise : j->kind == JSON_STRING ? j->text : STR("");
}

// What the body says over what the task says.
static bool change(struct request *r, const struct json *json, struct task *task, struct err *err)
{
    struct str owner = stated(json, "owner", STR_NONE), due = stated(json, "due", STR_NONE);
    bool there = true;
    task->title = str_trim(stated(json, "title", task->title));
    task->note = stated(json, "note", task->note);
    task->kind = stated(json, "kind", task->kind);
    task->state = stated(json, "state", task->state);
    if (!task->title.n)
        return request_problem(r, 400, "title", "Say what is to be done");
    if (due.p && due.n && !datetime_parse(due, &task->due))
        return request_problem(r, 400, "due", "It must be a time such as 2026-03-01T10:00:00Z");
    if (due.p && !due.n)
        task->due = 0;
    if (owner.p && owner.n && !owner_account(data_store(request_data(r)), owner, &there, err))
        return false;
    if (!there)
        return request_problem(r, 400, "owner", "There is no such user, or they are disabled");
    if (owner.p)
        task->owner = owner;
    return true;
}

// Without its words: they may be about a person, who may be erased one day.
static void put_plain(const void *thing, struct buf *out)
{
    const struct task *task = thing;
    buf_char(out, '{');
    put_text(out, "kind", task->kind);
    put_text(out, "state", task->state);
    put_text(out, "owner", task->owner.n ? task->owner : STR_NONE);
    put_time(out, "due", task->due);
    buf_char(out, '}');
}

static bool end(struct writing *w, bool ok, struct str id, struct err *err)
{
    struct app *app = w->app;
    if (!writing_end(w, ok, err))
        return false;
    task_changed(app, id);
    return true;
}

bool task_route_create(struct request *r, struct err *err)
{
    const struct principal *who = request_principal(r);
    struct str contact = stated(r->json, "contact", STR(""));
    struct task task = {.title = STR(""), .note = STR(""), .kind = STR("todo"), .owner = STR("")};
    struct writing *w;
    task.by = who->id;
    if ((contact.n && !owner_contact_named(r, contact, &task.contact, err)))
        return err->code == ERR_NOT_FOUND ? request_problem(r, 400, "contact", "There is no such contact")
                                          : false;
    if (!change(r, r->json, &task, err))
        return false;
    // Without a contact whose owner it would follow it is for whoever makes it.
    if (!task.contact && !task.owner.n && who->kind == PRINCIPAL_USER)
        task.owner = who->id;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = task_make(w, &task, err);
    task.id = ok ? arena_str(r->arena, task.id) : STR("");
    return end(w,
                   ok && audit_change(w, request_principal(r), "task.create", task.id, put_plain, NULL, &task,
                                 err),
                   task.id, err) &&
           answer(r, &task);
}

// task.done in the contact's history, when it becomes done.
static bool record_done(struct writing *w, const struct task *task, struct str by, struct err *err)
{
    struct buf properties = {0};
    if (!task->contact)
        return true;
    buf_char(&properties, '{');
    put_text(&properties, "task", task->id);
    put_text(&properties, "title", task->title);
    put_text(&properties, "kind", task->kind);
    put_text(&properties, "by", by);
    buf_char(&properties, '}');
    bool ok = assignment_record(
            w, live_owner(app_live(w->app), task->contact), "task.done", buf_str(&properties), NULL, err);
    buf_free(&properties);
    return ok;
}

// Writes a changed task down, with all that follows.
static bool update(
        struct writing *w, struct request *r, const struct task *before, struct task *task, struct err *err)
{
    bool done = str_eq(task->state, STR("done")), was_done = str_eq(before->state, STR("done"));
    task->version = before->version + 1;
    task->changed = w->now;
    if (done != was_done)
        task->done = done ? w->now : 0;
    return task_store(w, task, err) &&
           (!done || was_done || record_done(w, task, request_principal(r)->id, err)) &&
           task_announce(w, "task.changed", task, err) &&
           audit_change(w, request_principal(r), "task.update", task->id, put_plain, before, task, err);
}

bool task_route_patch(struct request *r, struct err *err)
{
    struct task before, task;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = read_seen(r, w->store, request_param(r, "id"), &before, err) &&
              request_matches(r, before.version, err);
    task = ok ? before : (struct task){0};
    ok = ok && change(r, r->json, &task, err) && update(w, r, &before, &task, err);
    return end(w, ok, task.id, err) && answer(r, &task);
}

bool task_route_delete(struct request *r, struct err *err)
{
    struct task task = {0};
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = read_seen(r, w->store, request_param(r, "id"), &task, err) &&
              request_matches(r, task.version, err) &&
              store_do(w->store, "DELETE FROM task WHERE id = $1", PARAMS(P_TEXT(task.id)), err) &&
              audit_change(w, request_principal(r), "task.delete", task.id, put_plain, &task, NULL, err);
    return end(w, ok, task.id, err);
}

// All or none.
bool task_route_bulk(struct request *r, struct err *err)
{
    const struct json *ids = json_get(r->json, STR("ids")), *what = json_get(r->json, STR("change"));
    struct writing *w;
    bool ok = true;
    unsigned n = 0;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    for (const struct json *j = ids->child; ok && j; j = j->next, n++) {
        struct task before, task;
        ok = read_seen(r, w->store, j->text, &before, err);
        if (!ok && err->code == ERR_NOT_FOUND)
            request_problem(r, 400, "ids", "There is no task %.*s", STR_ARG(j->text));
        task = ok ? before : (struct task){0};
        ok = ok && change(r, what, &task, err) && update(w, r, &before, &task, err);
    }
    if (!end(w, ok, STR("bulk"), err))
        return false;
    for (const struct json *j = ids->child; j; j = j->next)
        task_changed(request_app(r), j->text);
    buf_char(r->out, '{');
    put_int(r->out, "tasks", n);
    buf_char(r->out, '}');
    return true;
}
