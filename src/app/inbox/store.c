// The tables: conversations, their messages, what these hint at.
#include "app/inbox/private.h"

#include "store/ask.h"

struct str text_cut(struct str text, size_t bytes)
{
    if (!text.p)
        return STR("");
    if (text.n <= bytes)
        return text;
    while (bytes && ((unsigned char)text.p[bytes] & 0xC0) == 0x80)
        bytes--;
    return str_sub(text, 0, bytes);
}

struct conversation conversation_decode(struct query *q, struct arena *arena)
{
    return (struct conversation){.number = query_int(q, 0),
            .id = arena_str(arena, query_text(q, 1)),
            .contact = (uint32_t)query_int(q, 2),
            .address = arena_str(arena, query_text(q, 3)),
            .name = arena_str(arena, query_text(q, 4)),
            .mailbox = query_int(q, 5),
            .subject = arena_str(arena, query_text(q, 6)),
            .state = arena_str(arena, query_text(q, 7)),
            .class = arena_str(arena, query_text(q, 8)),
            .owner = arena_str(arena, query_text(q, 9)),
            .source = arena_str(arena, query_text(q, 10)),
            .campaign = query_int(q, 11),
            .until = query_int(q, 12),
            .reason = arena_str(arena, query_text(q, 13)),
            .words = arena_str(arena, query_text(q, 14)),
            .messages = query_int(q, 15),
            .last = query_int(q, 16),
            .version = query_int(q, 17),
            .created = query_int(q, 18),
            .changed = query_int(q, 19)};
}

static bool read_one(struct store *store, const char *sql, const struct param *what, struct arena *arena,
        struct conversation *ret, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, sql, what, 1, "there is no such conversation", &query, err))
        return false;
    *ret = conversation_decode(query, arena);
    query_end(query);
    return true;
}

bool conversation_read(
        struct store *store, struct arena *arena, struct str id, struct conversation *ret, struct err *err)
{
    return read_one(store, "SELECT " CONVERSATION_COLUMNS " FROM conversation WHERE id = $1", &P_TEXT(id),
            arena, ret, err);
}

bool conversation_by_number(
        struct store *store, struct arena *arena, int64_t number, struct conversation *ret, struct err *err)
{
    return read_one(store, "SELECT " CONVERSATION_COLUMNS " FROM conversation WHERE number = $1",
            &P_INT(number), arena, ret, err);
}

// A number of its own for a new row.
static bool numbered(struct writing *w, const char *sql, const struct param *params, unsigned n,
        int64_t *ret_number, struct err *err)
{
    return store_ask_number(w->store, sql, params, n, 0, ret_number, err);
}

static struct str new_id(struct writing *w)
{
    char id[UUID_SIZE];
    return arena_str(w->arena, uuid_v7(app_now_ms(w->app), id));
}

static bool conversation_insert(struct writing *w, struct conversation *c, struct err *err)
{
    c->id = new_id(w);
    c->version = 1;
    c->created = c->changed = w->now;
    return numbered(w,
            "INSERT INTO conversation (id, contact, address, name, mailbox, subject, state, class, owner,"
            " source, campaign, until, reason, words, messages, last, version, created, changed) VALUES"
            " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
            " RETURNING number",
            PARAMS(P_TEXT(c->id), P_INT_OR_NULL(c->contact), P_TEXT(c->address), P_TEXT(c->name),
                    P_INT(c->mailbox), P_TEXT(c->subject), P_TEXT(c->state), P_TEXT(c->class),
                    P_TEXT(c->owner), P_TEXT(c->source), P_INT(c->campaign), P_INT_OR_NULL(c->until),
                    P_TEXT(c->reason), P_TEXT(c->words), P_INT(c->messages), P_INT(c->last),
                    P_INT(c->version), P_INT(c->created), P_INT(c->changed)),
            &c->number, err);
}

bool conversation_store(struct writing *w, struct conversation *c, struct err *err)
{
    if (!c->number)
        return conversation_insert(w, c, err);
    c->version++;
    c->changed = w->now;
    return store_do(w->store,
            "UPDATE conversation SET address = $2, name = $3, mailbox = $4, state = $5, class = $6,"
            " owner = $7, until = $8, reason = $9, words = $10, messages = $11, last = $12, version = $13,"
            " changed = $14 WHERE number = $1",
            PARAMS(P_INT(c->number), P_TEXT(c->address), P_TEXT(c->name), P_INT(c->mailbox), P_TEXT(c->state),
                    P_TEXT(c->class), P_TEXT(c->owner), P_INT_OR_NULL(c->until), P_TEXT(c->reason),
                    P_TEXT(c->words), P_INT(c->messages), P_INT(c->last), P_INT(c->version),
                    P_INT(c->changed)),
            err);
}

struct letter letter_decode(struct query *q, struct arena *arena)
{
    return (struct letter){.number = query_int(q, 0),
            .id = arena_str(arena, query_text(q, 1)),
            .conversation = query_int(q, 2),
            .contact = (uint32_t)query_int(q, 3),
            .out = str_eq(query_text(q, 4), STR("out")),
            .class = arena_str(arena, query_text(q, 5)),
            .from_name = arena_str(arena, query_text(q, 6)),
            .from_address = arena_str(arena, query_text(q, 7)),
            .to = arena_str(arena, query_text(q, 8)),
            .subject = arena_str(arena, query_text(q, 9)),
            .at = query_int(q, 10),
            .visible = arena_str(arena, query_text(q, 11)),
            .quoted = arena_str(arena, query_text(q, 12)),
            .attachments = arena_str(arena, query_text(q, 13)),
            .message_id = arena_str(arena, query_text(q, 14)),
            .references = arena_str(arena, query_text(q, 15)),
            .send = query_int(q, 16),
            .event = query_int(q, 17),
            .returns_at = query_int(q, 18),
            .bytes = query_int(q, 19),
            .by = arena_str(arena, query_text(q, 20))};
}

bool letter_read(struct store *store, struct arena *arena, struct str id, struct letter *ret, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, "SELECT " LETTER_COLUMNS " FROM conversation_message WHERE id = $1",
                PARAMS(P_TEXT(id)), "there is no such message", &query, err))
        return false;
    *ret = letter_decode(query, arena);
    query_end(query);
    return true;
}

bool letter_store(struct writing *w, struct letter *l, struct err *err)
{
    l->id = new_id(w);
    return numbered(w,
            "INSERT INTO conversation_message (id, conversation, contact, direction, class, from_name,"
            " from_address, to_address, subject, at, visible, quoted, attachments, message_id, refs, send,"
            " event, returns_at, bytes, by_whom) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
            " $13, $14, $15, $16, $17, $18, $19, $20) RETURNING number",
            PARAMS(P_TEXT(l->id), P_INT(l->conversation), P_INT_OR_NULL(l->contact),
                    P_TEXT(l->out ? STR("out") : STR("in")), P_TEXT(l->class), P_TEXT(l->from_name),
                    P_TEXT(l->from_address), P_TEXT(l->to), P_TEXT(l->subject), P_INT(l->at),
                    P_TEXT(l->visible), P_TEXT(l->quoted), P_TEXT(l->attachments), P_TEXT(l->message_id),
                    P_TEXT(l->references), P_INT_OR_NULL(l->send), P_INT_OR_NULL(l->event),
                    P_INT_OR_NULL(l->returns_at), P_INT(l->bytes), P_TEXT(l->by)),
            &l->number, err);
}

struct hint hint_decode(struct query *q, struct arena *arena)
{
    return (struct hint){.number = query_int(q, 0),
            .id = arena_str(arena, query_text(q, 1)),
            .conversation = query_int(q, 2),
            .letter = query_int(q, 3),
            .contact = (uint32_t)query_int(q, 4),
            .kind = arena_str(arena, query_text(q, 5)),
            .topic = arena_str(arena, query_text(q, 6)),
            .words = arena_str(arena, query_text(q, 7)),
            .until = query_int(q, 8),
            .state = arena_str(arena, query_text(q, 9)),
            .by = arena_str(arena, query_text(q, 10)),
            .decided = query_int(q, 11),
            .created = query_int(q, 12)};
}

static bool hint_insert(struct writing *w, struct hint *h, struct err *err)
{
    h->id = new_id(w);
    h->created = w->now;
    return numbered(w,
            "INSERT INTO conversation_hint (id, conversation, letter, contact, kind, topic, words, until,"
            " state, by_whom, decided, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            " RETURNING number",
            PARAMS(P_TEXT(h->id), P_INT(h->conversation), P_INT(h->letter), P_INT_OR_NULL(h->contact),
                    P_TEXT(h->kind), P_TEXT(h->topic), P_TEXT(h->words), P_INT_OR_NULL(h->until),
                    P_TEXT(h->state), P_TEXT(h->by), P_INT_OR_NULL(h->decided), P_INT(h->created)),
            &h->number, err);
}

bool hint_store(struct writing *w, struct hint *h, struct err *err)
{
    if (!h->number)
        return hint_insert(w, h, err);
    return store_do(w->store,
            "UPDATE conversation_hint SET state = $2, by_whom = $3, decided = $4, until = $5 WHERE number = "
            "$1",
            PARAMS(P_INT(h->number), P_TEXT(h->state), P_TEXT(h->by), P_INT_OR_NULL(h->decided),
                    P_INT_OR_NULL(h->until)),
            err);
}
