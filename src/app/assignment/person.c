// What hand-overs know about a person: their export, and their erasure.
#include "app/assignment/private.h"

#include "app/tell.h"
#include "base/json_put.h"
#include "store/ask.h"

bool assignment_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    (void)folder;
    // Who owned whom says nothing about the person; the words of whoever returned them may.
    return erase_rows(w, who, "UPDATE handover SET reason = '' WHERE contact = $1", err);
}

static void put(struct query *row, struct buf *out)
{
    put_text(out, "id", query_text(row, 0));
    put_text(out, "stage", query_text(row, 1));
    put_time(out, "opened", query_int(row, 2));
    put_text(out, "state", query_text(row, 3));
    put_time(out, "decided", query_int(row, 4));
    put_text(out, "reason", query_text(row, 5));
}

bool assignment_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err)
{
    return tell_rows(data_store(reader), who, "handovers",
            "SELECT id, stage, opened, state, decided, reason FROM handover WHERE contact = $1"
            " ORDER BY opened, id",
            put, out, err);
}
