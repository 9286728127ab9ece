// What a mail says, before anything is written: who wrote it, what kind it is, which send it speaks of.
#include "app/inbox/private.h"

#include "app/contact/contact.h"
#include "app/mailbox/mailbox.h"
#include "app/person/normal.h"
#include "app/user/account.h"

#include <sodium.h>

enum { ADDRESSES_LOOKED_AT = 20 };

static void hash_text(crypto_generichash_state *state, struct str text)
{
    uint64_t n = text.n;
    crypto_generichash_update(state, (const unsigned char *)&n, sizeof n);
    crypto_generichash_update(state, (const unsigned char *)(text.p ? text.p : ""), text.n);
}

// Lines may have been ended otherwise on another way, and may end behind the last one or not.
static void hash_body(crypto_generichash_state *state, struct str raw)
{
    const char *end = memmem(raw.p, raw.n, "\n\r\n", 3), *plain = memmem(raw.p, raw.n, "\n\n", 2);
    if (!end || (plain && plain < end))
        end = plain;
    struct str body = end ? str_trim(str_sub(raw, (size_t)(end - raw.p), raw.n)) : STR("");
    for (size_t at = 0; at < body.n;) {
        struct str rest = str_sub(body, at, body.n);
        size_t n = str_find(rest, '\r');
        crypto_generichash_update(state, (const unsigned char *)rest.p, n);
        at += n + 1;
    }
}

// The same mail may come twice: by two of our mailboxes, by a server that starts anew. What servers on the
// way add does not count.
static void copy_key(const struct app *app, const struct mime *mime, struct str raw, uint8_t out[KEY_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, app_uuid(app), 16, KEY_BYTES);
    hash_text(&state, STR("copy"));
    hash_text(&state, mime->message_id);
    hash_text(&state, mime->from.address);
    hash_text(&state, mime->subject);
    crypto_generichash_update(&state, (const unsigned char *)&mime->date, sizeof mime->date);
    hash_body(&state, raw);
    crypto_generichash_final(&state, out, KEY_BYTES);
}

void key_of_message_id(const struct app *app, struct str id, uint8_t out[KEY_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, app_uuid(app), 16, KEY_BYTES);
    hash_text(&state, STR("id"));
    hash_text(&state, id);
    crypto_generichash_final(&state, out, KEY_BYTES);
}

struct box_reading {
    struct arena *arena;
    struct boxes *boxes;
};

static bool add_box(void *ctx, const struct mailbox *mailbox, struct err *err)
{
    struct box_reading *b = ctx;
    struct str normal;
    (void)err;
    if (b->boxes->n == sizeof b->boxes->v / sizeof *b->boxes->v)
        return true;
    if (!normal_email(b->arena, mailbox->address, &normal))
        normal = mailbox->address;
    b->boxes->v[b->boxes->n].number = mailbox->number;
    b->boxes->v[b->boxes->n].id = arena_str(b->arena, mailbox->id);
    b->boxes->v[b->boxes->n].imap = mailbox->active && mailbox->imap.host.n;
    b->boxes->v[b->boxes->n++].address = arena_str(b->arena, normal);
    return true;
}

bool boxes_read(struct data *reader, struct arena *arena, struct boxes *ret, struct err *err)
{
    struct box_reading b = {arena, ret};
    ret->n = 0;
    return mailbox_each(reader, arena, add_box, &b, err);
}

static int64_t box_with(struct arena *arena, const struct boxes *boxes, struct str address)
{
    struct str normal;
    for (unsigned i = 0; i < boxes->n && normal_email(arena, address, &normal); i++)
        if (str_eq(boxes->v[i].address, normal))
            return boxes->v[i].number;
    return 0;
}

// The way it came tells, else one of the addresses that it went to.
static int64_t box_of(struct arena *arena, const struct boxes *boxes, const struct inbox_mail *mail,
        const struct mime *mime)
{
    int64_t number = mail->mailbox;
    if (!number)
        number = box_with(arena, boxes, mail->recipient);
    if (!number)
        number = box_with(arena, boxes, mime->delivered_to);
    for (size_t i = 0; !number && i < mime->to.n && i < ADDRESSES_LOOKED_AT; i++)
        number = box_with(arena, boxes, mime->to.v[i].address);
    for (size_t i = 0; !number && i < mime->cc.n && i < ADDRESSES_LOOKED_AT; i++)
        number = box_with(arena, boxes, mime->cc.v[i].address);
    return number;
}

static struct str lower(struct arena *arena, struct str text)
{
    char *p = arena_alloc(arena, text.n + 1);
    for (size_t i = 0; i < text.n; i++)
        p[i] = text.p[i] >= 'A' && text.p[i] <= 'Z' ? (char)(text.p[i] + 32) : text.p[i];
    return (struct str){p, text.n};
}

// Whether no person wrote it, by what machines say of themselves (RFC 3834, 2919, 8058) and by their names.
static bool by_machine(struct arena *arena, const struct mime *mime)
{
    static const char *const FIELDS[] = {"List-Id", "List-Unsubscribe", "Feedback-ID", "X-Autoreply"};
    static const char *const NAMES[] = {"noreply", "no-reply", "no_reply", "donotreply", "do-not-reply",
            "mailer-daemon", "postmaster", "bounce", "bounces", "notification", "notifications"};
    struct str submitted = mime_field(mime, "Auto-Submitted"),
               precedence = lower(arena, mime_field(mime, "Precedence"));
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
        if (mime_field(mime, FIELDS[i]).n)
            return true;
    if ((submitted.n && !str_starts(lower(arena, submitted), STR("no"))) || str_eq(precedence, STR("bulk")) ||
            str_eq(precedence, STR("junk")) || str_eq(precedence, STR("list")))
        return true;
    struct str address = lower(arena, mime->from.address);
    struct str local = str_sub(address, 0, str_find(address, '@'));
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (str_eq(local, str_of(NAMES[i])))
            return true;
    return false;
}

static bool tied_by_path(const struct heard *h, struct app *app, struct str address, int64_t *ret)
{
    (void)h;
    return address.n && message_of_return_path(app, address, ret);
}

// An answer goes to the return path where a machine gives it, and so do bounces: each send has its own.
static bool tied_by_recipient(const struct heard *h, struct app *app, int64_t *ret)
{
    static const char *const FIELDS[] = {"X-Original-To", "Envelope-To", "X-Envelope-To"};
    const struct mime *mime = h->mime;
    if (tied_by_path(h, app, h->mail->recipient, ret) || tied_by_path(h, app, mime->delivered_to, ret))
        return true;
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
        if (tied_by_path(h, app, mime_field(mime, FIELDS[i]), ret))
            return true;
    for (size_t i = 0; i < mime->to.n && i < ADDRESSES_LOOKED_AT; i++)
        if (tied_by_path(h, app, mime->to.v[i].address, ret))
            return true;
    return false;
}

static bool tied_by_reference(const struct heard *h, struct app *app, int64_t *ret)
{
    const struct mime *mime = h->mime;
    if (mime->in_reply_to.n && message_of_message_id(app, mime->in_reply_to, ret))
        return true;
    for (size_t i = mime->n_references; i-- > 0;)
        if (message_of_message_id(app, mime->references[i], ret))
            return true;
    return false;
}

// Which send it answers or reports: only by what each send has of its own, never by the subject.
static bool tied(const struct heard *h, struct app *app, int64_t *ret)
{
    const struct bounce *bounce = h->what.bounce;
    return tied_by_path(h, app, bounce->original_return_path, ret) ||
           (bounce->original_message_id.n && message_of_message_id(app, bounce->original_message_id, ret)) ||
           tied_by_reference(h, app, ret) || tied_by_recipient(h, app, ret);
}

static bool find_name(struct heard *h, struct app *app, struct data *reader, struct err *err)
{
    struct columns *columns;
    uint32_t contact = h->sent.order.contact;
    if (!contact)
        return true;
    if (!live_history(app_live(app), reader, &contact, 1, INT64_MAX, &columns, err))
        return false;
    if (columns->n_contacts)
        h->sent_name = arena_str(h->arena, card_name(h->arena, columns, 0));
    columns_free(columns);
    return true;
}

static bool find_send(struct heard *h, struct app *app, struct data *reader, struct err *err)
{
    struct err why;
    int64_t send;
    if (!tied(h, app, &send))
        return true;
    if (message_sent(data_store(reader), h->arena, send, &h->sent, &why)) {
        h->send = send;
        return find_name(h, app, reader, err);
    }
    if (why.code == ERR_NOT_FOUND) // of a store that is no more
        return true;
    *err = why;
    return false;
}

static bool find_user(struct heard *h, struct data *reader, struct err *err)
{
    struct account account;
    struct str email;
    struct err why;
    if (!email_normal(h->arena, h->mime->from.address, &email, &why))
        return true;
    if (account_by_email(data_store(reader), h->arena, email, &account, &why)) {
        if (!account.disabled)
            h->user = account.id;
        return true;
    }
    if (why.code == ERR_NOT_FOUND)
        return true;
    *err = why;
    return false;
}

// classify() tells answers from the rest by their words and fields; whether it is a mail of a person who
// answers nothing is told here.
static const char *class_of(const struct heard *h)
{
    switch (h->what.class) {
    case MAIL_AUTOREPLY:
    case MAIL_BOUNCE:
    case MAIL_COMPLAINT:
    case MAIL_UNSUBSCRIBE:
        return mail_class_name(h->what.class);
    case MAIL_FORWARD:
        return h->user.n ? "forward" : h->send ? "reply" : "received";
    default:
        return h->machine ? "other" : h->send ? "reply" : "received";
    }
}

bool heard_read(struct app *app, struct data *reader, const struct inbox_mail *mail, struct arena *arena,
        struct heard *ret, struct err *err)
{
    struct heard h = {.arena = arena, .mail = mail, .at = app_now(app)};
    struct boxes *boxes = ARENA_NEW(arena, struct boxes);
    if (mail->at && mail->at < h.at)
        h.at = mail->at;
    if (mail->raw.n > MIME_BYTES_MAX)
        return err_set(err, ERR_LIMIT, "a mail may have at most %d MiB", MIME_BYTES_MAX >> 20);
    h.mime = mime_read(arena, mail->raw);
    h.what = classify(arena, h.mime, h.at);
    copy_key(app, h.mime, mail->raw, h.copy);
    if (!normal_email(arena, h.mime->from.address, &h.from))
        h.from = STR("");
    if (!boxes_read(reader, arena, boxes, err) || !find_user(&h, reader, err) ||
            !find_send(&h, app, reader, err))
        return false;
    h.ours = box_with(arena, boxes, h.from) != 0;
    h.mailbox = box_of(arena, boxes, mail, h.mime);
    h.machine = h.what.class == MAIL_AUTOREPLY || h.what.class == MAIL_BOUNCE ||
                h.what.class == MAIL_COMPLAINT || (h.what.class == MAIL_OTHER && by_machine(arena, h.mime));
    h.class = class_of(&h);
    *ret = h;
    return true;
}
