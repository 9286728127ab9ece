// What the inbox knows about a person: their export, and their erasure.
#include "app/inbox/private.h"

#include "app/tell.h"
#include "base/json_put.h"
#include "store/ask.h"

// Of the mails themselves nothing stays but the hash that keeps the same one from being taken once more.
bool inbox_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    static const char *const SQL[] = {
            "UPDATE mail_key SET letter = 0 WHERE letter IN"
            " (SELECT number FROM conversation_message WHERE contact = $1)",
            "DELETE FROM conversation_raw WHERE letter IN"
            " (SELECT number FROM conversation_message WHERE contact = $1)",
            "DELETE FROM conversation_hint WHERE contact = $1",
            "DELETE FROM conversation_message WHERE contact = $1",
            "DELETE FROM conversation WHERE contact = $1",
    };
    (void)folder;
    for (size_t i = 0; i < sizeof SQL / sizeof *SQL; i++)
        if (!erase_rows(w, who, SQL[i], err))
            return false;
    return true;
}

static void put_letter(struct query *row, struct buf *out)
{
    put_text(out, "id", query_text(row, 0));
    put_text(out, "direction", query_text(row, 1));
    put_text(out, "class", query_text(row, 2));
    put_text(out, "from", query_text(row, 3));
    put_text(out, "to", query_text(row, 4));
    put_text(out, "subject", query_text(row, 5));
    put_time(out, "at", query_int(row, 6));
    put_text(out, "visible", query_text(row, 7));
    put_text(out, "quoted", query_text(row, 8));
}

static void put_hint(struct query *row, struct buf *out)
{
    put_text(out, "kind", query_text(row, 0));
    put_text(out, "topic", query_text(row, 1));
    put_text(out, "words", query_text(row, 2));
    put_text(out, "state", query_text(row, 3));
    put_time(out, "until", query_int(row, 4));
}

bool inbox_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err)
{
    return tell_rows(data_store(reader), who, "conversation_messages",
                   "SELECT id, direction, class, from_address, to_address, subject, at, visible, quoted"
                   " FROM conversation_message WHERE contact = $1 ORDER BY at, number",
                   put_letter, out, err) &&
           tell_rows(data_store(reader), who, "suggestions",
                   "SELECT kind, topic, words, state, until FROM conversation_hint WHERE contact = $1"
                   " ORDER BY number",
                   put_hint, out, err);
}
