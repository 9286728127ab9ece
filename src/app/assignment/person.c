// What hand-overs know about a person: their export, and their erasure.
#include "app/assignment/private.h"

#include "base/json_put.h"
#include "store/ask.h"

bool assignment_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    (void)folder;
    // Who owned whom says nothing about the person; the words of whoever returned them may.
    for (unsigned i = 0; i < who->n_ids; i++)
        if (!store_do(w->store, "UPDATE handover SET reason = '' WHERE contact = $1",
                    PARAMS(P_INT(who->ids[i])), err))
            return false;
    return true;
}

static bool tell_identifier(struct store *store, uint32_t id, struct buf *out, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_ask(store,
                "SELECT id, stage, opened, state, decided, reason FROM handover WHERE contact = $1"
                " ORDER BY opened, id",
                PARAMS(P_INT(id)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "id", query_text(query, 0));
        put_text(out, "stage", query_text(query, 1));
        put_time(out, "opened", query_int(query, 2));
        put_text(out, "state", query_text(query, 3));
        put_time(out, "decided", query_int(query, 4));
        put_text(out, "reason", query_text(query, 5));
        buf_char(out, '}');
    }
    query_end(query);
    return ok;
}

bool assignment_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err)
{
    bool ok = true;
    buf_put(out, STR(",\"handovers\":["));
    for (unsigned i = 0; ok && i < who->n_ids; i++)
        ok = tell_identifier(data_store(reader), who->ids[i], out, err);
    buf_char(out, ']');
    return ok;
}
