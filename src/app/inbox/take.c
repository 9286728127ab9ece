// Taking a mail in: one transaction with everything that follows from it.
#include "app/inbox/private.h"

#include "app/inbox/names.h"
#include "app/standing/live.h"
#include "app/suppression/suppression.h"
#include "base/datetime.h"
#include "base/json_put.h"
#include "mail/suggest.h"
#include "store/ask.h"

#include <sodium.h>

enum { WORDS_SHOWN = 200, TEXT_REASON = 200 };

struct taking {
    struct writing *w;
    const struct heard *h;
    const char *class;
    struct writer who;
    struct conversation c;
    struct letter letter;
    struct inbox_taken *ret;
};

static struct str key_text(const uint8_t *key)
{
    return (struct str){(const char *)key, KEY_BYTES};
}

static struct str hex_of(struct arena *arena, const uint8_t *key)
{
    char hex[2 * KEY_BYTES + 1];
    sodium_bin2hex(hex, sizeof hex, key, KEY_BYTES);
    return arena_str(arena, str_of(hex));
}

static bool move_position(struct taking *t, struct err *err)
{
    const struct inbox_place *place = t->h->mail->place;
    return !place ||
           store_do(t->w->store, "UPDATE imap_position SET validity = $2, uid = $3 WHERE mailbox = $1",
                   PARAMS(P_INT(place->mailbox), P_INT(place->validity), P_INT(place->uid)), err);
}

// The message that the key was noted with: 0 if there is none.
static bool is_copy(struct taking *t, struct err *err)
{
    struct query *query;
    struct arena *arena = t->w->arena;
    bool row;
    if (!store_ask(t->w->store, "SELECT letter FROM mail_key WHERE hash = $1",
                PARAMS(P_BYTES(key_text(t->h->copy))), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    int64_t letter = ok && row ? query_int(query, 0) : 0;
    t->ret->copy = ok && row;
    query_end(query);
    if (!ok || !letter)
        return ok;
    if (!store_ask(t->w->store,
                "SELECT m.id, c.id, m.contact, m.send, m.event FROM conversation_message m"
                " JOIN conversation c ON c.number = m.conversation WHERE m.number = $1",
                PARAMS(P_INT(letter)), &query, err))
        return false;
    ok = query_step(query, &row, err);
    if (ok && row) {
        struct str message = arena_str(arena, query_text(query, 0)),
                   c = arena_str(arena, query_text(query, 1));
        memcpy(t->ret->message, message.p, message.n + 1);
        memcpy(t->ret->conversation, c.p, c.n + 1);
        t->ret->contact = (uint32_t)query_int(query, 2);
        t->ret->send = query_int(query, 3);
        t->ret->event = query_int(query, 4);
    }
    query_end(query);
    return ok;
}

// --- the event

static struct str event_name(const struct taking *t)
{
    if (t->h->what.class == MAIL_AUTOREPLY || strcmp(t->class, "reply") == 0)
        return STR("email.replied");
    return STR("email.received");
}

static void put_properties(struct taking *t, struct buf *out)
{
    const struct heard *h = t->h;
    buf_char(out, '{');
    if (h->send) {
        put_text(out, "send", arena_printf(t->w->arena, "%lld", (long long)h->send));
        if (h->sent.order.campaign && strcmp(h->sent.order.source, "campaign") == 0)
            put_text(out, "campaign", arena_printf(t->w->arena, "%lld", (long long)h->sent.order.campaign));
    }
    put_text(out, "conversation", t->c.id);
    put_text(out, "subject", text_cut(h->mime->subject, SUBJECT_MAX));
    if (h->user.n) {
        put_flag(out, "forwarded", true);
        put_text(out, "by", h->user);
    }
    if (h->machine)
        put_flag(out, "machine", true);
    if (h->what.class == MAIL_AUTOREPLY) {
        put_flag(out, "auto", true);
        if (h->what.returns_at)
            put_time(out, "returns_at", h->what.returns_at);
        if (h->what.left)
            put_flag(out, "left", true);
    }
    buf_char(out, '}');
}

static void put_head(struct taking *t, const char *type, const char *suffix, struct buf *out)
{
    char time[DATETIME_SIZE];
    buf_char(out, '{');
    put_text(out, "type", str_of(type));
    put_text(out, "messageId",
            arena_printf(t->w->arena, "mail:%.*s%s", STR_ARG(hex_of(t->w->arena, t->h->copy)), suffix));
    put_text(out, "timestamp", datetime_format(t->h->at, time));
    put_text(out, "userId", t->who.user_id);
}

static bool append(struct taking *t, struct buf *message, int64_t *ret_row, struct err *err)
{
    bool ok = writing_append(t->w, buf_str(message), ret_row, err);
    message->n = 0;
    return ok;
}

// A new contact is called as the mail says.
static bool introduce(struct taking *t, struct err *err)
{
    const struct heard *h = t->h;
    const struct mime_address *from = h->user.n ? &h->what.original : &h->mime->from;
    struct buf message = {0};
    if (!t->who.new)
        return true;
    put_head(t, "identify", ":who", &message);
    put_key(&message, "traits");
    buf_char(&message, '{');
    put_text(&message, "email", from->address);
    if (from->name.n && !str_eq_nocase(from->name, from->address))
        put_text(&message, "name", text_cut(from->name, NAME_MAX_BYTES));
    buf_put(&message, STR("}}"));
    bool ok = append(t, &message, NULL, err);
    buf_free(&message);
    return ok;
}

// Bounces, complaints and wishes to leave are events of their own (message_returned).
static bool has_event(const struct taking *t)
{
    enum mail_class class = t->h->what.class;
    return t->who.user_id.n && class != MAIL_BOUNCE && class != MAIL_COMPLAINT && class != MAIL_UNSUBSCRIBE;
}

static bool record(struct taking *t, struct err *err)
{
    struct buf message = {0};
    bool ok = true;
    if (has_event(t)) {
        put_head(t, "track", "", &message);
        put_text(&message, "event", event_name(t));
        put_key(&message, "properties");
        put_properties(t, &message);
        buf_char(&message, '}');
        ok = append(t, &message, &t->letter.event, err);
    }
    buf_free(&message);
    return ok;
}

// --- what follows for sends and addresses

static bool list_left(struct taking *t, struct err *err)
{
    struct buf message = {0};
    struct str address = t->h->mime->from.address;
    struct str proof = arena_printf(t->w->arena, "mail %.*s", STR_ARG(hex_of(t->w->arena, t->h->copy)));
    if (t->h->from.n && !suppress(t->w, address, "unsubscribed", STR(""), proof, err))
        return false;
    if (!t->who.user_id.n)
        return true;
    put_head(t, "track", ":left", &message);
    put_text(&message, "event", STR("list.unsubscribed"));
    put_key(&message, "properties");
    buf_char(&message, '{');
    put_text(&message, "conversation", t->c.id);
    buf_put(&message, STR("}}"));
    bool ok = append(t, &message, &t->letter.event, err);
    buf_free(&message);
    return ok;
}

// What the report says of the one address that the send went to: else the first that it speaks of.
static const struct bounce_recipient *verdict(const struct bounce *bounce)
{
    const struct bounce_recipient *worst = NULL;
    for (size_t i = 0; i < bounce->n; i++)
        if (!worst || bounce->recipients[i].class > worst->class)
            worst = &bounce->recipients[i];
    return worst;
}

static bool returned(struct taking *t, struct err *err)
{
    const struct heard *h = t->h;
    const struct bounce *bounce = h->what.bounce;
    const struct bounce_recipient *r = verdict(bounce);
    struct message_return what = {.at = h->at,
            .status = r && r->status.p ? r->status : STR(""),
            .text = r && r->text.p ? text_cut(r->text, TEXT_REASON) : STR("")};
    if (h->what.class == MAIL_UNSUBSCRIBE && (!h->send || !h->sent.order.contact))
        return list_left(t, err);
    if (!h->send)
        return true;
    switch (h->what.class) {
    case MAIL_BOUNCE:
        what.kind = bounce->class == BOUNCE_HARD ? RETURN_HARD : RETURN_SOFT;
        break;
    case MAIL_COMPLAINT:
        what.kind = RETURN_COMPLAINT;
        break;
    case MAIL_UNSUBSCRIBE:
        what.kind = RETURN_UNSUBSCRIBE;
        what.text = arena_printf(t->w->arena, "mail of %.*s", STR_ARG(h->mime->from.address));
        break;
    default:
        return true;
    }
    return message_returned(t->w, h->send, &what, err);
}

// --- the message

static struct str attachments(const struct heard *h)
{
    struct buf out = {0};
    unsigned n = 0;
    buf_char(&out, '[');
    for (size_t i = 0; i < h->mime->n_parts && n < ATTACHMENTS_MAX; i++) {
        const struct mime_part *part = &h->mime->parts[i];
        if (!part->attachment || part->nested)
            continue;
        put_comma(&out);
        buf_char(&out, '{');
        put_text(&out, "name", part->name.n ? text_cut(part->name, NAME_MAX_BYTES) : STR_NONE);
        put_text(&out, "type", text_cut(part->type, NAME_MAX_BYTES));
        put_int(&out, "bytes", (int64_t)part->bytes);
        buf_char(&out, '}');
        n++;
    }
    buf_char(&out, ']');
    struct str text = arena_str(h->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

// For our answer: the thread up to here (RFC 5322, 3.6.4).
static struct str references(const struct heard *h)
{
    const struct mime *mime = h->mime;
    struct buf out = {0};
    size_t from = mime->n_references > REFERENCES_KEPT ? mime->n_references - REFERENCES_KEPT : 0;
    for (size_t i = from; i < mime->n_references; i++)
        buf_printf(&out, "%s<%.*s>", out.n ? " " : "", STR_ARG(mime->references[i]));
    if (!mime->n_references && mime->in_reply_to.n)
        buf_printf(&out, "<%.*s>", STR_ARG(mime->in_reply_to));
    struct str text = arena_str(h->arena, buf_str(&out));
    buf_free(&out);
    return text_cut(text, SUBJECT_MAX * REFERENCES_KEPT);
}

static void write_letter(struct taking *t)
{
    const struct heard *h = t->h;
    const struct mime *mime = h->mime;
    bool report = h->what.class == MAIL_BOUNCE || h->what.class == MAIL_COMPLAINT;
    struct str visible = report ? mime->text : h->what.reply.visible;
    t->letter = (struct letter){.contact = t->who.contact,
            .class = str_of(t->class),
            .from_name = text_cut(mime->from.name, NAME_MAX_BYTES),
            .from_address = text_cut(mime->from.address, SUBJECT_MAX),
            .to = text_cut(mime->to.n ? mime->to.v[0].address : STR(""), SUBJECT_MAX),
            .subject = text_cut(mime->subject, SUBJECT_MAX),
            .at = h->at,
            .visible = text_cut(visible, TEXT_MAX),
            .quoted = text_cut(report ? STR("") : h->what.reply.quoted, TEXT_MAX),
            .attachments = attachments(h),
            .message_id = text_cut(mime->message_id, SUBJECT_MAX),
            .references = references(h),
            .send = h->send,
            .returns_at = h->what.returns_at,
            .bytes = (int64_t)h->mail->raw.n,
            .by = STR("")};
}

static void update_conversation(struct taking *t)
{
    const struct heard *h = t->h;
    struct conversation *c = &t->c;
    bool person = !h->machine && !h->ours && h->what.class != MAIL_UNSUBSCRIBE;
    struct mime_address to = h->mime->reply_to.n ? h->mime->reply_to.v[0] : h->mime->from;
    if (h->user.n && h->what.class == MAIL_FORWARD)
        to = h->what.original;
    if (person || !c->address.n) {
        c->address = text_cut(to.address, SUBJECT_MAX);
        c->name = text_cut(to.name.n ? to.name : h->mime->from.name, NAME_MAX_BYTES);
    }
    if (person && (!h->user.n || t->who.contact)) {
        c->state = STR("open");
        c->until = 0;
        c->reason = STR("");
    }
    if (h->mailbox)
        c->mailbox = h->mailbox;
    c->class = str_of(t->class);
    c->words = text_cut(t->letter.visible, WORDS_SHOWN);
    c->messages++;
    c->last = h->at;
}

static bool remember(struct taking *t, struct err *err)
{
    static const char SQL[] =
            "INSERT INTO mail_key (hash, letter) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING";
    uint8_t id[KEY_BYTES];
    key_of_message_id(t->w->app, t->h->mime->message_id, id);
    return store_do(t->w->store, SQL, PARAMS(P_BYTES(key_text(t->h->copy)), P_INT(t->letter.number)), err) &&
           (!t->h->mime->message_id.n ||
                   store_do(t->w->store, SQL, PARAMS(P_BYTES(key_text(id)), P_INT(t->letter.number)), err));
}

// --- what the words hint at

static bool hint(struct taking *t, const char *kind, const char *topic, struct str words, int64_t until,
        struct err *err)
{
    bool done = strcmp(kind, "unsubscribe") == 0; // nobody needs to be asked
    struct hint hint = {.conversation = t->c.number,
            .letter = t->letter.number,
            .contact = t->who.contact,
            .kind = str_of(kind),
            .topic = str_of(topic ? topic : ""),
            .words = text_cut(words, SUBJECT_MAX),
            .until = until,
            .state = done ? STR("confirmed") : STR("open"),
            .by = STR(""),
            .decided = done ? t->w->now : 0};
    return hint_store(t->w, &hint, err);
}

static bool hints(struct taking *t, struct err *err)
{
    struct suggestion found[SUGGESTIONS_MAX];
    const struct heard *h = t->h;
    if (h->what.class == MAIL_UNSUBSCRIBE)
        return hint(
                t, "unsubscribe", NULL, t->letter.visible.n ? t->letter.visible : t->letter.subject, 0, err);
    if (h->machine || h->ours || h->user.n)
        return true;
    size_t n = suggest(h->arena, t->letter.visible, h->mime->date ? h->mime->date : h->at, found);
    for (size_t i = 0; i < n; i++)
        if (!hint(t, suggest_kind_name(found[i].kind), found[i].objection, found[i].words, found[i].revisit,
                    err))
            return false;
    return true;
}

// --- together

static bool write_down(struct taking *t, struct err *err)
{
    struct writing *w = t->w;
    write_letter(t);
    bool fresh = !t->c.number;
    // A new conversation's id stands in the event, and the event's row in the message.
    if (fresh && !conversation_store(w, &t->c, err))
        return false;
    update_conversation(t);
    if (!introduce(t, err) || !record(t, err) || !returned(t, err))
        return false;
    t->letter.conversation = t->c.number;
    return conversation_store(w, &t->c, err) && letter_store(w, &t->letter, err) && remember(t, err) &&
           raw_store(w, t->letter.number, t->h->mail->raw, err) && hints(t, err);
}

// Whoever we wrote to answers, also with a new mail; a colleague of theirs does not.
static bool settle_class(struct taking *t, struct err *err)
{
    unsigned n = 0;
    int64_t last;
    t->class = t->h->class;
    if (strcmp(t->class, "reply") != 0 && strcmp(t->class, "received") != 0)
        return true;
    bool answers = t->c.number || (t->h->send && t->who.answers);
    if (!answers && t->who.contact && !t->who.new &&
            !message_counts(t->w->app, t->w->store, t->who.contact, 0, &n, &last, err))
        return false;
    t->class = answers || n ? "reply" : "received";
    return true;
}

static bool take(struct taking *t, struct err *err)
{
    if (!move_position(t, err) || !is_copy(t, err))
        return false;
    if (t->ret->copy)
        return true;
    if (!writer_find(t->w, t->h, &t->who, err) || !thread_find(t->w, t->h, &t->who, &t->c, err) ||
            !settle_class(t, err) || !write_down(t, err))
        return false;
    struct inbox_taken *ret = t->ret;
    ret->class = t->class;
    memcpy(ret->message, t->letter.id.p, t->letter.id.n + 1);
    memcpy(ret->conversation, t->c.id.p, t->c.id.n + 1);
    ret->contact = t->who.contact;
    ret->send = t->h->send;
    ret->event = t->letter.event;
    return true;
}

static bool in_turn(struct app *app, const struct heard *h, struct inbox_taken *ret, struct err *err)
{
    struct inbox_taken taken = {.class = h->class};
    struct taking t = {.h = h, .ret = &taken};
    if (!writing_begin(app, &t.w, err) || !writing_end(t.w, take(&t, err), err))
        return false;
    *ret = taken;
    return true;
}

bool inbox_take(struct app *app, struct data *reader, const struct inbox_mail *mail, struct inbox_taken *ret,
        struct err *err)
{
    struct arena *arena = arena_new();
    struct heard heard;
    char uuid[UUID_SIZE];
    bool ok = heard_read(app, reader, mail, arena, &heard, err) && in_turn(app, &heard, ret, err);
    arena_free(arena);
    if (ok && !ret->copy) {
        app_publish(app, "conversation", str_of(ret->conversation));
        if (ret->contact)
            app_publish(app, "contact", contact_uuid(app, ret->contact, uuid));
    }
    return ok;
}
