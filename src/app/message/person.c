// What is known of a person here: their export, and their erasure.
#include "app/message/private.h"

#include "app/tell.h"
#include "base/json_put.h"

// Rows that numbers count stay, without the address. What is still queued goes nowhere any more.
static bool erase_identifier(struct store *store, uint32_t id, struct err *err)
{
    return store_do(store,
                   "UPDATE message_send SET state = 5, why = 'erased' WHERE contact = $1 AND state = 0",
                   PARAMS(P_INT(id)), err) &&
           store_do(store,
                   "UPDATE message_send SET address = NULL, hash = NULL,"
                   " why = CASE WHEN why IS NULL THEN NULL ELSE 'erased' END WHERE contact = $1",
                   PARAMS(P_INT(id)), err) &&
           store_do(store, "DELETE FROM message_plain WHERE contact = $1", PARAMS(P_INT(id)), err);
}

// Mails to an address of theirs that were no contact's.
static bool erase_word(struct store *store, struct str word, struct err *err)
{
    return store_do(store,
                   "UPDATE message_send SET state = 5 WHERE contact = 0 AND state = 0 AND campaign IN"
                   " (SELECT id FROM message_plain WHERE lower(address) = $1) AND source IN"
                   " (SELECT id FROM message_source WHERE name = 'message')",
                   PARAMS(P_TEXT(word)), err) &&
           store_do(
                   store, "DELETE FROM message_plain WHERE lower(address) = $1", PARAMS(P_TEXT(word)), err) &&
           store_do(store,
                   "UPDATE message_send SET address = NULL, why = NULL WHERE contact = 0 AND lower(address) "
                   "= $1",
                   PARAMS(P_TEXT(word)), err);
}

bool message_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    (void)folder;
    for (unsigned i = 0; i < who->n_ids; i++)
        if (!erase_identifier(w->store, who->ids[i], err))
            return false;
    for (unsigned i = 0; i < who->n_words; i++)
        if (str_find(who->words[i], '@') < who->words[i].n && !erase_word(w->store, who->words[i], err))
            return false;
    return true;
}

static void put(struct query *row, struct buf *out)
{
    put_int(out, "id", query_int(row, 0));
    put_text(out, "address", query_is_null(row, 1) ? STR_NONE : query_text(row, 1));
    put_text(out, "state", str_of(SEND_STATES[query_int(row, 2)]));
    put_time(out, "time", query_int(row, 3));
    put_int(out, "opens", query_int(row, 4));
    put_int(out, "clicks", query_int(row, 5));
}

bool message_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err)
{
    return tell_rows(data_store(reader), who, "sends",
            "SELECT id, address, state, coalesce(at, due), opens, clicks FROM message_send WHERE contact = "
            "$1 ORDER BY id",
            put, out, err);
}
