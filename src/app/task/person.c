// What tasks know about a person: their export, and their erasure.
#include "app/task/private.h"

#include "app/tell.h"
#include "base/json_put.h"
#include "store/ask.h"

bool task_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    (void)folder;
    return erase_rows(w, who,
            "UPDATE task SET title = 'erased', note = '', version = version + 1 WHERE contact = $1", err);
}

static void put(struct query *row, struct buf *out)
{
    put_text(out, "id", query_text(row, 0));
    put_text(out, "title", query_text(row, 1));
    put_text(out, "note", query_text(row, 2));
    put_text(out, "kind", query_text(row, 3));
    put_text(out, "state", query_text(row, 4));
    put_time(out, "due", query_int(row, 5));
    put_time(out, "done", query_int(row, 6));
    put_time(out, "created", query_int(row, 7));
}

bool task_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err)
{
    return tell_rows(data_store(reader), who, "tasks",
            "SELECT id, title, note, kind, state, due, done, created FROM task WHERE contact = $1 ORDER BY "
            "id",
            put, out, err);
}
