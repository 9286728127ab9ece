// What was told to other programs about a person: their export, and their erasure.
#include "app/webhook/private.h"

#include "base/json_put.h"
#include "store/ask.h"

static bool erase_identifier(struct store *store, uint32_t id, struct err *err)
{
    return store_do(store,
                   "UPDATE webhook_attempt SET answer = '\"\"', error = NULL WHERE delivery IN"
                   " (SELECT d.id FROM webhook_delivery d JOIN webhook_message m ON m.id = d.message"
                   " WHERE m.contact = $1)",
                   PARAMS(P_INT(id)), err) &&
           store_do(store,
                   "UPDATE webhook_delivery SET state = 'dropped', lease = 0 WHERE state = 'pending' AND"
                   " message IN (SELECT id FROM webhook_message WHERE contact = $1)",
                   PARAMS(P_INT(id)), err) &&
           store_do(store, "UPDATE webhook_message SET body = '{\"erased\":true}' WHERE contact = $1",
                   PARAMS(P_INT(id)), err);
}

bool webhook_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    (void)folder;
    for (unsigned i = 0; i < who->n_ids; i++)
        if (!erase_identifier(w->store, who->ids[i], err))
            return false;
    return true;
}

static bool tell_identifier(struct store *store, uint32_t id, struct buf *out, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_ask(store,
                "SELECT m.id, m.type, m.at, w.url FROM webhook_message m"
                " JOIN webhook_delivery d ON d.message = m.id JOIN webhook w ON w.id = d.webhook"
                " WHERE m.contact = $1 ORDER BY m.id, w.id",
                PARAMS(P_INT(id)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "id", query_text(query, 0));
        put_text(out, "type", query_text(query, 1));
        put_time(out, "time", query_int(query, 2));
        put_text(out, "to", query_text(query, 3));
        buf_char(out, '}');
    }
    query_end(query);
    return ok;
}

bool webhook_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err)
{
    bool ok = true;
    buf_put(out, STR(",\"webhook_messages\":["));
    for (unsigned i = 0; ok && i < who->n_ids; i++)
        ok = tell_identifier(data_store(reader), who->ids[i], out, err);
    buf_char(out, ']');
    return ok;
}
