// Whose mail it is, and to which conversation it belongs.
#include "app/inbox/private.h"

#include "app/identity/identity.h"
#include "app/inbox/names.h"
#include "app/person/normal.h"
#include "app/standing/live.h"
#include "base/utf8.h"
#include "store/ask.h"

static bool same_name(struct arena *arena, struct str a, struct str b)
{
    struct str x, y;
    return normal_name(arena, a, &x) && normal_name(arena, b, &y) && str_find(x, ' ') < x.n &&
           str_eq(utf8_plain(arena, x), utf8_plain(arena, y));
}

static bool set(struct writing *w, uint32_t contact, bool answers, struct writer *ret, struct err *err)
{
    *ret = (struct writer){.contact = contact, .answers = answers};
    return name_of_contact(w, contact, &ret->user_id, err);
}

// The person with an address, made if it is new and a person wrote.
static bool by_address(struct writing *w, struct str address, bool make, struct writer *ret, struct err *err)
{
    struct identity_ask ask = {.email = address};
    struct str normal;
    if (!normal_email(w->arena, address, &normal))
        return true;
    if (make ? !identity_resolve(w, &ask, &ret->user_id, &ret->new, err)
             : !identity_find(w->store, w->arena, &ask, &ret->user_id, err))
        return false;
    return !ret->user_id.n || number_of_user(w, ret->user_id, &ret->contact, err);
}

// A mail answers a send in its recipient's name only if it comes from an address of theirs, or from one that
// nobody has under their very name. Whoever else answers (a colleague to whom it was passed on) is somebody
// else, with a conversation of their own.
static bool of_send(struct writing *w, const struct heard *h, struct writer *ret, struct err *err)
{
    struct identity_ask ask = {.email = h->from};
    struct str user_id = STR_NONE, normal;
    uint32_t got = live_owner(app_live(w->app), h->sent.order.contact), contact = 0;
    // Whose else the address is, too, does not matter: the mail went to them.
    if (normal_email(w->arena, h->sent.address, &normal) && str_eq(normal, h->from))
        return set(w, got, true, ret, err);
    // Machines answer from addresses of their own.
    if (h->machine || !h->from.n || h->what.class == MAIL_UNSUBSCRIBE)
        return set(w, got, true, ret, err);
    if (!identity_find(w->store, w->arena, &ask, &user_id, err) ||
            (user_id.n && !number_of_user(w, user_id, &contact, err)))
        return false;
    if (contact == got || (!contact && same_name(w->arena, h->mime->from.name, h->sent_name)))
        return set(w, got, true, ret, err);
    return by_address(w, h->mime->from.address, true, ret, err);
}

bool writer_find(struct writing *w, const struct heard *h, struct writer *ret, struct err *err)
{
    *ret = (struct writer){.user_id = STR_NONE};
    if (h->user.n && h->what.class == MAIL_FORWARD) // a lead that a colleague passes on
        return by_address(w, h->what.original.address, true, ret, err);
    if (h->user.n || h->ours)
        return true;
    if (h->send && h->sent.order.contact)
        return of_send(w, h, ret, err);
    bool bounced = h->what.class == MAIL_BOUNCE || h->what.class == MAIL_COMPLAINT;
    return bounced || by_address(w, h->mime->from.address, !h->machine, ret, err);
}

// --- the conversation

static bool newest(struct writing *w, const struct writer *who, struct str source, int64_t campaign,
        int64_t *ret, struct err *err)
{
    return store_ask_number(w->store,
            "SELECT number FROM conversation WHERE contact = $1 AND source = $2 AND campaign = $3"
            " ORDER BY last DESC LIMIT 1",
            PARAMS(P_INT(who->contact), P_TEXT(source), P_INT(campaign)), 0, ret, err);
}

static bool by_message_id(struct writing *w, struct str id, int64_t *ret, struct err *err)
{
    uint8_t key[KEY_BYTES];
    key_of_message_id(w->app, id, key);
    return store_ask_number(w->store,
            "SELECT m.conversation FROM mail_key k JOIN conversation_message m ON m.number = k.letter"
            " WHERE k.hash = $1",
            PARAMS(P_BYTES(((struct str){(const char *)key, sizeof key}))), 0, ret, err);
}

static bool by_references(struct writing *w, const struct mime *mime, int64_t *ret, struct err *err)
{
    *ret = 0;
    if (mime->in_reply_to.n && !by_message_id(w, mime->in_reply_to, ret, err))
        return false;
    for (size_t i = mime->n_references, n = 0; i-- > 0 && !*ret && n < REFERENCES_KEPT; n++)
        if (!by_message_id(w, mime->references[i], ret, err))
            return false;
    return true;
}

static bool by_send(
        struct writing *w, const struct heard *h, const struct writer *who, int64_t *ret, struct err *err)
{
    const struct message_order *order = &h->sent.order;
    *ret = 0;
    if (!h->send || !who->answers)
        return true;
    if (strcmp(order->source, "inbox") == 0)
        return store_ask_number(w->store, "SELECT conversation FROM conversation_message WHERE number = $1",
                PARAMS(P_INT(order->step)), 0, ret, err);
    return newest(w, who, str_of(order->source), order->campaign, ret, err);
}

static void begin(const struct heard *h, const struct writer *who, struct conversation *ret)
{
    struct str subject = h->mime->subject;
    *ret = (struct conversation){.contact = who->contact,
            .mailbox = h->mailbox,
            .subject = text_cut(subject, SUBJECT_MAX),
            .state = STR("closed"),
            .class = STR(""),
            .owner = STR(""),
            .source = STR(""),
            .reason = STR(""),
            .words = STR("")};
    if (h->send && who->answers && strcmp(h->sent.order.source, "inbox") != 0) {
        ret->source = str_of(h->sent.order.source);
        ret->campaign = h->sent.order.campaign;
    }
}

// Of the same person, or of the same address where nobody knows whose it is: never of two.
static bool same_person(
        struct writing *w, const struct heard *h, const struct writer *who, const struct conversation *c)
{
    struct live *live = app_live(w->app);
    if (!who->contact || !c->contact)
        return !who->contact && !c->contact && h->from.n && str_eq_nocase(c->address, h->mime->from.address);
    return live_owner(live, c->contact) == who->contact;
}

bool thread_find(struct writing *w, const struct heard *h, const struct writer *who, struct conversation *ret,
        struct err *err)
{
    int64_t number = 0;
    struct err why;
    if (!by_send(w, h, who, &number, err) || (!number && !by_references(w, h->mime, &number, err)))
        return false;
    if (number && !conversation_by_number(w->store, w->arena, number, ret, &why)) {
        if (why.code != ERR_NOT_FOUND) {
            *err = why;
            return false;
        }
        number = 0;
    }
    if (!number || !same_person(w, h, who, ret))
        begin(h, who, ret);
    return true;
}
