// What was told to other programs about a person: their export, and their erasure.
#include "app/webhook/private.h"

#include "app/tell.h"
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

static void put(struct query *row, struct buf *out)
{
    put_text(out, "id", query_text(row, 0));
    put_text(out, "type", query_text(row, 1));
    put_time(out, "time", query_int(row, 2));
    put_text(out, "to", query_text(row, 3));
}

bool webhook_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err)
{
    return tell_rows(data_store(reader), who, "webhook_messages",
            "SELECT m.id, m.type, m.at, w.url FROM webhook_message m"
            " JOIN webhook_delivery d ON d.message = m.id JOIN webhook w ON w.id = d.webhook"
            " WHERE m.contact = $1 ORDER BY m.id, w.id",
            put, out, err);
}
