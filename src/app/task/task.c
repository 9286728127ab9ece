// Tasks as rows, and as the API and webhooks show them.
#include "app/assignment/owner.h"
#include "app/standing/live.h"
#include "app/task/private.h"
#include "app/webhook/webhook.h"
#include "base/json_put.h"
#include "store/ask.h"

struct task task_decode(struct query *query, struct arena *arena)
{
    return (struct task){.id = arena_str(arena, query_text(query, 0)),
            .contact = (uint32_t)query_int(query, 1),
            .title = arena_str(arena, query_text(query, 2)),
            .note = arena_str(arena, query_text(query, 3)),
            .kind = arena_str(arena, query_text(query, 4)),
            .owner = arena_str(arena, query_text(query, 5)),
            .state = arena_str(arena, query_text(query, 6)),
            .by = arena_str(arena, query_text(query, 7)),
            .due = query_int(query, 8),
            .done = query_int(query, 9),
            .version = query_int(query, 10),
            .created = query_int(query, 11),
            .changed = query_int(query, 12)};
}

bool task_read(struct store *store, struct arena *arena, struct str id, struct task *ret, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, "SELECT " TASK_COLUMNS " FROM task WHERE id = $1", PARAMS(P_TEXT(id)),
                "there is no such task", &query, err))
        return false;
    *ret = task_decode(query, arena);
    query_end(query);
    return true;
}

bool task_store(struct writing *w, const struct task *task, struct err *err)
{
    return store_do(w->store,
            "INSERT INTO task (" TASK_COLUMNS
            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
            " ON CONFLICT (id) DO UPDATE SET title = excluded.title, note = excluded.note,"
            " kind = excluded.kind, owner = excluded.owner, state = excluded.state, due = excluded.due,"
            " done = excluded.done, version = excluded.version, changed = excluded.changed",
            PARAMS(P_TEXT(task->id), P_INT_OR_NULL(task->contact), P_TEXT(task->title), P_TEXT(task->note),
                    P_TEXT(task->kind), P_TEXT(task->owner), P_TEXT(task->state), P_TEXT(task->by),
                    P_INT_OR_NULL(task->due), P_INT_OR_NULL(task->done), P_INT(task->version),
                    P_INT(task->created), P_INT(task->changed)),
            err);
}

struct str task_owner(struct app *app, const struct task *task, char out[UUID_SIZE])
{
    if (task->owner.n)
        return task->owner;
    return task->contact && owner_of(app, live_owner(app_live(app), task->contact), out) ? str_of(out)
                                                                                         : STR("");
}

void task_put(struct app *app, const struct task *task, struct buf *out)
{
    char uuid[UUID_SIZE], user[UUID_SIZE];
    struct str owner = task_owner(app, task, user);
    uint32_t contact = task->contact ? live_owner(app_live(app), task->contact) : 0;
    buf_char(out, '{');
    put_text(out, "id", task->id);
    put_text(out, "contact", contact ? contact_uuid(app, contact, uuid) : STR_NONE);
    put_text(out, "title", task->title);
    put_text(out, "note", task->note);
    put_text(out, "kind", task->kind);
    put_time(out, "due", task->due);
    put_text(out, "owner", owner.n ? owner : STR_NONE);
    put_flag(out, "follows_contact", !task->owner.n);
    put_text(out, "state", task->state);
    put_text(out, "by", task->by);
    put_time(out, "done", task->done);
    put_int(out, "version", task->version);
    put_time(out, "created", task->created);
    put_time(out, "changed", task->changed);
    buf_char(out, '}');
}

void task_changed(struct app *app, struct str id)
{
    app_publish(app, "task", id);
}

bool task_announce(struct writing *w, const char *type, const struct task *task, struct err *err)
{
    bool wanted;
    struct buf data = {0};
    if (!webhook_wanted(w, type, &wanted, err))
        return false;
    if (!wanted)
        return true;
    buf_char(&data, '{');
    bool ok =
            !task->contact || webhook_put_contact(w, live_owner(app_live(w->app), task->contact), &data, err);
    put_key(&data, "task");
    task_put(w->app, task, &data);
    buf_char(&data, '}');
    ok = ok && webhook_emit(w, type, task->contact, buf_str(&data), err);
    buf_free(&data);
    return ok;
}

bool task_make(struct writing *w, struct task *task, struct err *err)
{
    char id[UUID_SIZE];
    task->id = arena_str(w->arena, uuid_v7(app_now_ms(w->app), id));
    task->state = STR("open");
    task->done = 0;
    task->version = 1;
    task->created = task->changed = w->now;
    return task_store(w, task, err) && task_announce(w, "task.created", task, err);
}

bool task_each_due(struct app *app, struct store *store, int64_t before,
        void (*visit)(void *ctx, const struct task *task, struct str owner), void *ctx, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_ask(store,
                "SELECT " TASK_COLUMNS " FROM task WHERE state = 'open' AND due IS NOT NULL AND due < $1 "
                "ORDER BY due, id LIMIT 100000",
                PARAMS(P_INT(before)), &query, err))
        return false;
    struct arena *arena = arena_new();
    while ((ok = query_step(query, &row, err)) && row) {
        char id[UUID_SIZE];
        struct task task = task_decode(query, arena);
        visit(ctx, &task, task_owner(app, &task, id));
        arena_reset(arena);
    }
    arena_free(arena);
    query_end(query);
    return ok;
}
