// POST /api/templates/preview and …/test.
#include "app/mailbox/mailbox.h"
#include "app/message/message.h"
#include "app/person/request.h"
#include "app/setting/setting.h"
#include "app/template/render.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "base/json_put.h"
#include "store/ask.h"

#include <inttypes.h>

enum {
    CLIPPED = 102 * 1000, // Gmail cuts what is behind
    SUBJECT_SHOWN = 60,   // letters that most programs show
};

static bool asked_text(struct request *r, struct template_text *ret, struct err *err)
{
    struct str id = json_get_str(r->json, STR("template")), subject = json_get_str(r->json, STR("subject")),
               preheader = json_get_str(r->json, STR("preheader")), body = json_get_str(r->json, STR("body")),
               format = json_get_str(r->json, STR("format")), layout = json_get_str(r->json, STR("layout"));
    const struct json *version = json_get(r->json, STR("version"));
    double number = 0;
    struct template_text text = {
            .subject = STR(""), .preheader = STR(""), .body = STR(""), .layout = STR("plain")};
    if (version && (!json_number(version->text, &number) || number < 1 || number > 1e9))
        return request_problem(r, 400, "version", "It must be a version's number");
    if (id.n && !template_read(data_store(request_data(r)), r->arena, id, (int64_t)number, &text, NULL, err))
        return false;
    text.subject = subject.p ? subject : text.subject;
    text.preheader = preheader.p ? preheader : text.preheader;
    text.body = body.p ? body : text.body;
    text.html = format.p ? str_eq(format, STR("html")) : text.html;
    text.layout = layout.p ? layout : text.layout;
    *ret = text;
    return template_check(r, ret);
}

static bool asked_scene(struct request *r, struct template_scene *ret, struct err *err)
{
    struct str at = json_get_str(r->json, STR("at")), contact = json_get_str(r->json, STR("contact")),
               sender = json_get_str(r->json, STR("sender")),
               campaign = json_get_str(r->json, STR("campaign"));
    const struct json *offer = json_get(r->json, STR("offer"));
    struct str ends = json_get_str(offer, STR("ends"));
    struct template_scene scene = {.at = app_now(request_app(r)),
            .sender_name = sender.n ? sender : request_principal(r)->name,
            .sender_address = STR(""),
            .campaign_name = campaign.n ? campaign : STR(""),
            .offer_code = json_get_str(offer, STR("code")),
            .offer_text = json_get_str(offer, STR("text"))};
    if (at.n && !datetime_parse(at, &scene.at))
        return request_problem(r, 400, "at", "It must be a time such as 2026-03-01T10:00:00Z");
    if (ends.n && !datetime_parse(ends, &scene.offer_ends))
        return request_problem(r, 400, "offer", "`ends` must be a time such as 2026-03-01T10:00:00Z");
    if (contact.n && !person_of_request(r, contact, &scene.contact, err))
        return false;
    // Where the real ones will lead to.
    struct str base = setting_text(request_app(r), r->arena, "public_url");
    base = base.n ? base : STR("https://leads.example.com");
    scene.unsubscribe_url = arena_printf(r->arena, "%.*s/u/preview", STR_ARG(base));
    scene.preferences_url = arena_printf(r->arena, "%.*s/u/preview/topics", STR_ARG(base));
    *ret = scene;
    return true;
}

// --- what to look at before it is sent

static void warn(struct buf *out, const char *field, const char *code, const char *message)
{
    put_comma(out);
    buf_char(out, '{');
    put_text(out, "field", str_of(field));
    put_text(out, "code", str_of(code));
    put_text(out, "message", str_of(message));
    buf_char(out, '}');
}

static size_t letters(struct str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += (text.p[i] & 0xc0) != 0x80;
    return n;
}

static bool shouts(struct str text)
{
    size_t large = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] >= 'a' && text.p[i] <= 'z')
            return false;
        large += text.p[i] >= 'A' && text.p[i] <= 'Z';
    }
    return large >= 8;
}

static void put_warnings(struct buf *out, struct app *app, struct arena *arena, const struct rendered *made)
{
    size_t pictures = 0;
    if (!made->subject.n)
        warn(out, "subject", "empty_subject", "The subject is empty");
    if (letters(made->subject) > SUBJECT_SHOWN)
        warn(out, "subject", "long_subject", "Most programs show only the first 60 letters of a subject");
    if (shouts(made->subject))
        warn(out, "subject", "shouting", "A subject in capital letters is taken for spam");
    if (letters(made->preheader) > 150)
        warn(out, "preheader", "long_preheader", "Lists of mails show at most 150 letters");
    if (made->mail.html.n > CLIPPED)
        warn(out, "body", "too_large",
                "Gmail shows only the first 102 KB; the link to unsubscribe would be cut");
    for (size_t i = 0; i < made->mail.n_links; i++)
        pictures += made->mail.links[i].image && !made->mail.links[i].text.n;
    if (pictures)
        warn(out, "body", "picture_without_text",
                "A picture has no alternative text, and many programs do not show pictures");
    if (letters(str_trim(made->mail.text)) < 20)
        warn(out, "body", "no_text", "There is hardly any text: mails of pictures only are taken for spam");
    if (!setting_text(app, arena, "business_address").n)
        warn(out, "body", "no_address",
                "The business's postal address is not set (settings), and mails must show it in many "
                "countries");
}

static void put_links(struct buf *out, const struct layout_mail *mail)
{
    for (size_t i = 0; i < mail->n_links; i++) {
        const struct layout_link *link = &mail->links[i];
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "url", link->url.n ? link->url : STR(""));
        put_text(out, "text", link->text.n ? link->text : STR(""));
        put_text(out, "kind", link->button ? STR("button") : link->image ? STR("image") : STR("link"));
        put_text(out, "problem", str_of(link->problem));
        buf_char(out, '}');
    }
}

bool template_route_preview(struct request *r, struct err *err)
{
    struct template_text text;
    struct template_scene scene;
    struct rendered made;
    struct buf *out = r->out;
    if (!asked_text(r, &text, err) || !asked_scene(r, &scene, err) ||
            !render_make(request_app(r), request_data(r), r->arena, &text, &scene, &made, err))
        return false;
    buf_char(out, '{');
    put_text(out, "subject", made.subject);
    put_text(out, "preheader", made.preheader);
    put_text(out, "html", made.mail.html);
    put_text(out, "text", made.mail.text);
    put_key(out, "missing");
    buf_char(out, '[');
    for (unsigned i = 0; i < made.n_missing; i++) {
        put_comma(out);
        json_put_string(out, made.missing[i]);
    }
    buf_char(out, ']');
    put_key(out, "links");
    buf_char(out, '[');
    put_links(out, &made.mail);
    buf_char(out, ']');
    put_int(out, "bytes", (int64_t)made.mail.html.n);
    put_key(out, "warnings");
    buf_char(out, '[');
    put_warnings(out, request_app(r), r->arena, &made);
    buf_put(out, STR("]}"));
    return true;
}

// --- test mails

static bool queue_test(struct request *r, struct writing *w, const struct template *t, uint32_t contact,
        int64_t mailbox, int64_t *ret_send, struct err *err)
{
    struct message_order order = {.source = "template", .due = w->now};
    struct query *query;
    if (!store_ask_row(w->store,
                "INSERT INTO template_test (template, version, address, contact, mailbox, by_whom, at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
                PARAMS(P_TEXT(t->id), P_INT(t->version), P_TEXT(json_get_str(r->json, STR("to"))),
                        P_INT(contact), P_INT(mailbox), P_TEXT(request_principal(r)->name), P_INT(w->now)),
                "nothing was written", &query, err))
        return false;
    order.campaign = query_int(query, 0);
    query_end(query);
    return message_queue(w, &order, ret_send, NULL, err) &&
           audit_write(w, request_principal(r), "template.test", t->id, STR_NONE, STR_NONE, err);
}

bool template_route_test(struct request *r, struct err *err)
{
    struct str contact = json_get_str(r->json, STR("contact"));
    struct str mailbox_id = json_get_str(r->json, STR("mailbox"));
    struct template t;
    struct writing *w;
    uint32_t number = 0;
    int64_t send = 0, mailbox = 0;
    if (contact.n && !person_of_request(r, contact, &number, err))
        return false;
    if (mailbox_id.n && !mailbox_number(data_store(request_data(r)), mailbox_id, &mailbox, err))
        return err->code == ERR_NOT_FOUND && request_problem(r, 400, "mailbox", "%s", err->message);
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = template_find(w->store, r->arena, request_param(r, "id"), &t, err) &&
              queue_test(r, w, &t, number, mailbox, &send, err);
    if (!writing_end(w, ok, err))
        return false;
    message_wake(request_app(r));
    buf_char(r->out, '{');
    put_text(r->out, "send", arena_printf(r->arena, "%" PRId64, send));
    buf_char(r->out, '}');
    return true;
}

bool template_compose(struct app *app, struct data *reader, const struct message *message,
        struct arena *arena, struct mail_draft *ret, struct err *err)
{
    struct query *query;
    struct template_text text;
    struct template_mail mail;
    if (!store_ask_row(data_store(reader),
                "SELECT template, version, address, contact, mailbox, by_whom FROM template_test WHERE id = "
                "$1",
                PARAMS(P_INT(message->order.campaign)), "there is no such test mail", &query, err))
        return false;
    struct str id = arena_str(arena, query_text(query, 0)), by = arena_str(arena, query_text(query, 5));
    int64_t version = query_int(query, 1);
    uint32_t contact = (uint32_t)query_int(query, 3);
    *ret = (struct mail_draft){.verdict = MAIL_SEND,
            .address = arena_str(arena, query_text(query, 2)),
            .mailbox = query_int(query, 4),
            .transactional = true};
    query_end(query);
    struct template_scene scene = {.contact = contact ? live_owner(app_live(app), contact) : 0,
            .at = message->now,
            .sender_name = by,
            .unsubscribe_url = message_unsubscribe_url(app, arena, message->id),
            .preferences_url = message_preferences_url(app, arena, message->id)};
    if (!template_read(data_store(reader), arena, id, version, &text, NULL, err) ||
            !template_render(app, reader, arena, &text, &scene, &mail, err))
        return false;
    ret->subject = arena_printf(arena, "[Test] %.*s", STR_ARG(mail.subject));
    ret->html = mail.html;
    ret->text = mail.text;
    return true;
}

// --- people

bool template_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    (void)folder;
    for (unsigned i = 0; i < who->n_ids; i++)
        if (!store_do(w->store, "DELETE FROM template_test WHERE contact = $1", PARAMS(P_INT(who->ids[i])),
                    err))
            return false;
    for (unsigned i = 0; i < who->n_words; i++)
        if (!store_do(w->store, "DELETE FROM template_test WHERE lower(address) = $1",
                    PARAMS(P_TEXT(who->words[i])), err))
            return false;
    return true;
}
