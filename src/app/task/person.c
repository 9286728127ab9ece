// What tasks know about a person: their export, and their erasure.
#include "app/task/private.h"

#include "base/json_put.h"
#include "store/ask.h"

bool task_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    (void)folder;
    for (unsigned i = 0; i < who->n_ids; i++)
        if (!store_do(w->store,
                    "UPDATE task SET title = 'erased', note = '', version = version + 1 WHERE contact = $1",
                    PARAMS(P_INT(who->ids[i])), err))
            return false;
    return true;
}

static void put(const struct task *task, struct buf *out)
{
    put_comma(out);
    buf_char(out, '{');
    put_text(out, "id", task->id);
    put_text(out, "title", task->title);
    put_text(out, "note", task->note);
    put_text(out, "kind", task->kind);
    put_text(out, "state", task->state);
    put_time(out, "due", task->due);
    put_time(out, "done", task->done);
    put_time(out, "created", task->created);
    buf_char(out, '}');
}

static bool tell_identifier(
        struct store *store, struct arena *arena, uint32_t id, struct buf *out, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_ask(store, "SELECT " TASK_COLUMNS " FROM task WHERE contact = $1 ORDER BY id",
                PARAMS(P_INT(id)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct task task = task_decode(query, arena);
        put(&task, out);
    }
    query_end(query);
    return ok;
}

bool task_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err)
{
    struct arena *arena = arena_new();
    bool ok = true;
    buf_put(out, STR(",\"tasks\":["));
    for (unsigned i = 0; ok && i < who->n_ids; i++)
        ok = tell_identifier(data_store(reader), arena, who->ids[i], out, err);
    buf_char(out, ']');
    arena_free(arena);
    return ok;
}
