// Mails whose text is given as it is: POST /api/sends, and what other slices have to say once (a
// confirmation, a password's link). The slice composes them itself.
#include "app/message/private.h"

#include "app/address/address.h"
#include "app/assignment/owner.h"
#include "app/user/principal.h"
#include "base/json_put.h"

#include <stdio.h>

bool message_plain(struct writing *w, const struct message_plain *plain, int64_t *ret_send, struct err *err)
{
    struct query *q;
    bool row;
    if (!store_ask(w->store,
                "INSERT INTO message_plain (contact, address, name, subject, body, html, mailbox, topic, "
                "transactional)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
                PARAMS(P_INT(plain->contact), P_TEXT(plain->address.p ? plain->address : STR("")),
                        P_TEXT(plain->name.p ? plain->name : STR("")), P_TEXT(plain->subject),
                        P_TEXT(plain->text), P_TEXT(plain->html.p ? plain->html : STR("")),
                        P_INT(plain->mailbox), P_TEXT(plain->topic.p ? plain->topic : STR("")),
                        P_INT(plain->transactional)),
                &q, err))
        return false;
    bool ok = query_step(q, &row, err);
    struct message_order order = {.source = "message", .contact = plain->contact, .due = w->now};
    order.campaign = ok && row ? query_int(q, 0) : 0;
    query_end(q);
    return ok && message_queue(w, &order, ret_send, NULL, err);
}

bool plain_compose(struct app *app, struct data *reader, const struct message *message, struct arena *arena,
        struct mail_draft *ret, struct err *err)
{
    struct query *q;
    (void)app;
    if (!store_ask_row(data_store(reader),
                "SELECT address, name, subject, body, html, mailbox, topic, transactional FROM message_plain"
                " WHERE id = $1",
                PARAMS(P_INT(message->order.campaign)), "the text of this mail was erased", &q, err))
        return false;
    *ret = (struct mail_draft){.verdict = MAIL_SEND,
            .address = arena_str(arena, query_text(q, 0)),
            .name = arena_str(arena, query_text(q, 1)),
            .subject = arena_str(arena, query_text(q, 2)),
            .text = arena_str(arena, query_text(q, 3)),
            .html = arena_str(arena, query_text(q, 4)),
            .mailbox = query_int(q, 5),
            .topic = arena_str(arena, query_text(q, 6)),
            .transactional = query_int(q, 7) != 0};
    query_end(q);
    ret->track_opens = ret->track_clicks = !ret->transactional;
    return true;
}

// Whom, by the body: a contact, or an address (whose contact, if there is one, is not asked for).
static bool take_recipient(struct request *r, struct message_plain *plain, struct err *err)
{
    struct str contact = json_get_str(r->json, STR("contact")), to = json_get_str(r->json, STR("to"));
    struct err bad;
    if (!contact.n == !to.n)
        return request_problem(r, 400, "to", "Either a contact or an address is needed");
    if (contact.n)
        return owner_contact_named(r, contact, &plain->contact, err);
    return address_email(r->arena, to, &plain->address, &bad) ||
           request_problem(r, 400, "to", "%s", bad.message);
}

static bool take(struct request *r, struct message_plain *plain, struct err *err)
{
    const struct json *transactional = json_get(r->json, STR("transactional"));
    struct str mailbox = json_get_str(r->json, STR("mailbox"));
    *plain = (struct message_plain){.name = json_get_str(r->json, STR("name")),
            .subject = json_get_str(r->json, STR("subject")),
            .text = json_get_str(r->json, STR("text")),
            .html = json_get_str(r->json, STR("html")),
            .topic = json_get_str(r->json, STR("topic")),
            .transactional = transactional && transactional->kind == JSON_TRUE};
    if (!str_trim(plain->text).n)
        return request_problem(r, 400, "text", "A mail needs a text");
    return take_recipient(r, plain, err) &&
           (!mailbox.n || mailbox_number(data_store(request_data(r)), mailbox, &plain->mailbox, err));
}

bool send_route_create(struct request *r, struct err *err)
{
    struct message_plain plain;
    struct writing *w;
    int64_t send;
    char id[24];
    if (!take(r, &plain, err) || !writing_begin(request_app(r), &w, err))
        return false;
    bool ok = message_plain(w, &plain, &send, err);
    snprintf(id, sizeof id, "%lld", ok ? (long long)send : 0);
    ok = ok && audit_write(w, request_principal(r), "send.create", str_of(id), STR_NONE, STR_NONE, err);
    if (!writing_end(w, ok, err))
        return false;
    message_wake(request_app(r));
    return send_answer(r, send, err);
}
