// Conversations as the API shows them, and who may see them.
#include "app/inbox/private.h"

#include "app/assignment/owner.h"
#include "app/contact/contact.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/json_put.h"
#include "store/ask.h"

struct str conversation_owner(struct app *app, const struct conversation *c, char out[UUID_SIZE])
{
    if (c->owner.n)
        return c->owner;
    return c->contact && owner_of(app, live_owner(app_live(app), c->contact), out) ? str_of(out) : STR("");
}

bool conversation_visible(struct request *r, const struct conversation *c)
{
    const struct principal *who = request_principal(r);
    char owner[UUID_SIZE];
    return !who->own_only || str_eq(conversation_owner(request_app(r), c, owner), who->id);
}

bool conversation_seen(
        struct request *r, struct store *store, struct str id, struct conversation *ret, struct err *err)
{
    return conversation_read(store, r->arena, id, ret, err) &&
           (conversation_visible(r, ret) || err_set(err, ERR_NOT_FOUND, "there is no such conversation"));
}

static void put_members(
        struct app *app, const struct boxes *boxes, const struct conversation *c, struct buf *out)
{
    char uuid[UUID_SIZE], user[UUID_SIZE];
    uint32_t contact = c->contact ? live_owner(app_live(app), c->contact) : 0;
    struct str owner = conversation_owner(app, c, user), mailbox = STR_NONE;
    for (unsigned i = 0; i < boxes->n; i++)
        if (boxes->v[i].number == c->mailbox)
            mailbox = boxes->v[i].id;
    put_text(out, "id", c->id);
    put_text(out, "contact", contact ? contact_uuid(app, contact, uuid) : STR_NONE);
    put_text(out, "name", c->name);
    put_text(out, "address", c->address);
    put_text(out, "mailbox", mailbox);
    put_text(out, "subject", c->subject);
    put_text(out, "words", c->words);
    put_text(out, "state", c->state);
    put_text(out, "class", c->class);
    put_text(out, "owner", owner.n ? owner : STR_NONE);
    put_flag(out, "follows_contact", !c->owner.n);
    put_time(out, "until", c->until);
    put_text(out, "reason", c->reason.n ? c->reason : STR_NONE);
    put_int(out, "count", c->messages);
    put_time(out, "last", c->last);
    put_int(out, "version", c->version);
    put_time(out, "created", c->created);
    put_time(out, "changed", c->changed);
}

void conversation_put(
        struct app *app, const struct boxes *boxes, const struct conversation *c, struct buf *out)
{
    buf_char(out, '{');
    put_members(app, boxes, c, out);
    buf_char(out, '}');
}

bool conversation_put_called(
        struct request *r, const struct conversation *c, struct buf *out, struct err *err)
{
    struct str name = STR_NONE;
    uint32_t contact = c->contact ? live_owner(app_live(request_app(r)), c->contact) : 0;
    if (contact && !contact_called(r, contact, &name, err))
        return false;
    put_text(out, "contact_name", name);
    return true;
}

void conversation_put_plain(const void *thing, struct buf *out)
{
    const struct conversation *c = thing;
    buf_char(out, '{');
    put_text(out, "state", c->state);
    put_text(out, "owner", c->owner.n ? c->owner : STR_NONE);
    put_time(out, "until", c->until);
    buf_char(out, '}');
}

// --- its messages

// HTML is not kept a second time: it is read from the mail, while that is kept.
static bool put_html(struct request *r, const struct letter *l, struct err *err)
{
    struct err why;
    struct str raw;
    struct arena *arena = arena_new();
    struct str html = STR_NONE;
    bool ok = true;
    if (!l->out) {
        if (raw_read(data_store(request_data(r)), arena, l->number, &raw, &why)) {
            html = mime_read(arena, raw)->html;
        } else if (why.code != ERR_NOT_FOUND) {
            *err = why;
            ok = false;
        }
    }
    put_text(r->out, "html", html.n ? html : STR_NONE);
    arena_free(arena);
    return ok;
}

// What became of our answer: the row of app/message knows.
static void put_sent(struct request *r, const struct letter *l)
{
    struct message_sent sent = {.state = "queued"};
    struct err ignored;
    if (l->send && !message_sent(data_store(request_data(r)), r->arena, l->send, &sent, &ignored))
        sent = (struct message_sent){.state = "queued"};
    bool handing = strcmp(sent.state, "handing") == 0;
    put_text(r->out, "state", l->out ? str_of(handing ? "queued" : sent.state) : STR_NONE);
    put_text(r->out, "why", l->out && sent.why.n ? sent.why : STR_NONE);
}

static bool put_letter(struct request *r, const struct letter *l, struct err *err)
{
    struct buf *out = r->out;
    put_comma(out);
    buf_char(out, '{');
    put_text(out, "id", l->id);
    put_text(out, "direction", l->out ? STR("out") : STR("in"));
    put_text(out, "class", l->class.n ? l->class : STR_NONE);
    put_key(out, "from");
    buf_char(out, '{');
    put_text(out, "name", l->from_name);
    put_text(out, "address", l->from_address);
    buf_char(out, '}');
    put_text(out, "to", l->to);
    put_text(out, "subject", l->subject);
    put_time(out, "at", l->at);
    put_text(out, "visible", l->visible);
    put_text(out, "quoted", l->quoted);
    if (!put_html(r, l, err))
        return false;
    put_raw(out, "attachments", l->attachments);
    put_text(out, "send", l->send ? arena_printf(r->arena, "%lld", (long long)l->send) : STR_NONE);
    put_text(out, "event", l->event ? arena_printf(r->arena, "%lld", (long long)l->event) : STR_NONE);
    put_time(out, "returns_at", l->returns_at);
    put_int(out, "bytes", l->bytes);
    put_text(out, "by", l->by.n ? l->by : STR_NONE);
    put_sent(r, l);
    buf_char(out, '}');
    return true;
}

static bool put_letters(struct request *r, int64_t conversation, struct err *err)
{
    struct query *query;
    bool row, ok;
    struct letter *letters = ARENA_ARRAY(r->arena, struct letter, MESSAGES_SHOWN);
    unsigned n = 0;
    if (!store_ask(data_store(request_data(r)),
                "SELECT " LETTER_COLUMNS " FROM conversation_message WHERE conversation = $1"
                " ORDER BY at DESC, number DESC LIMIT 500",
                PARAMS(P_INT(conversation)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row && n < MESSAGES_SHOWN)
        letters[n++] = letter_decode(query, r->arena);
    query_end(query);
    put_key(r->out, "messages");
    buf_char(r->out, '[');
    while (ok && n-- > 0)
        ok = put_letter(r, &letters[n], err);
    buf_char(r->out, ']');
    return ok;
}

static void put_hint(const struct hint *h, struct buf *out)
{
    put_comma(out);
    buf_char(out, '{');
    put_text(out, "id", h->id);
    put_text(out, "kind", h->kind);
    put_text(out, "topic", h->topic.n ? h->topic : STR_NONE);
    put_text(out, "words", h->words);
    put_time(out, "until", h->until);
    put_text(out, "state", h->state);
    put_flag(out, "confirmed", str_eq(h->state, STR("confirmed")));
    put_text(out, "by", h->by.n ? h->by : STR_NONE);
    put_time(out, "decided", h->decided);
    buf_char(out, '}');
}

static bool put_hints(struct request *r, int64_t conversation, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_ask(data_store(request_data(r)),
                "SELECT " HINT_COLUMNS
                " FROM conversation_hint WHERE conversation = $1 ORDER BY number LIMIT 500",
                PARAMS(P_INT(conversation)), &query, err))
        return false;
    put_key(r->out, "suggestions");
    buf_char(r->out, '[');
    while ((ok = query_step(query, &row, err)) && row) {
        struct hint hint = hint_decode(query, r->arena);
        put_hint(&hint, r->out);
    }
    query_end(query);
    buf_char(r->out, ']');
    return ok;
}

bool conversation_answer(struct request *r, int64_t number, struct err *err)
{
    struct conversation c;
    struct boxes *boxes = ARENA_NEW(r->arena, struct boxes);
    if (!conversation_by_number(data_store(request_data(r)), r->arena, number, &c, err) ||
            !boxes_read(request_data(r), r->arena, boxes, err))
        return false;
    response_etag(r, c.version);
    buf_char(r->out, '{');
    put_members(request_app(r), boxes, &c, r->out);
    bool ok = conversation_put_called(r, &c, r->out, err) && put_letters(r, number, err) &&
              put_hints(r, number, err);
    buf_char(r->out, '}');
    return ok;
}

bool conversation_end(
        struct request *r, struct writing *w, bool ok, const struct conversation *c, struct err *err)
{
    char uuid[UUID_SIZE];
    struct app *app = request_app(r);
    if (!writing_end(w, ok, err))
        return false;
    app_publish(app, "conversation", c->id);
    if (c->contact)
        app_publish(app, "contact", contact_uuid(app, live_owner(app_live(app), c->contact), uuid));
    return conversation_answer(r, c->number, err);
}
