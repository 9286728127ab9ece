// Answering by hand: a transactional mail that stands in the thread.
#include "app/inbox/private.h"

#include "app/mailbox/mailbox.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "base/html.h"
#include "base/json_put.h"
#include "store/ask.h"

enum { QUOTED_LINES = 200, WORDS_SHOWN = 200, REFERENCES_MAX = 2000 /* bytes */ };

// The newest message of theirs; number 0: none.
static bool last_of_theirs(
        struct store *store, struct arena *arena, int64_t conversation, struct letter *ret, struct err *err)
{
    struct query *query;
    bool row;
    *ret = (struct letter){0};
    if (!store_ask(store,
                "SELECT " LETTER_COLUMNS " FROM conversation_message WHERE conversation = $1 AND"
                " direction = 'in' ORDER BY at DESC, number DESC LIMIT 1",
                PARAMS(P_INT(conversation)), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok && row)
        *ret = letter_decode(query, arena);
    query_end(query);
    return ok;
}

// "On 2026-03-01, Ann wrote:" and their words behind "> ".
static struct str quote(struct arena *arena, const struct letter *theirs)
{
    char time[DATETIME_SIZE];
    struct buf out = {0};
    if (!theirs->number || !theirs->visible.n)
        return STR("");
    struct str name = theirs->from_name.n ? theirs->from_name : theirs->from_address;
    struct str at = datetime_format(theirs->at, time);
    buf_printf(&out, "On %.*s, %.*s wrote:\n", STR_ARG(str_sub(at, 0, 10)), STR_ARG(name));
    struct str rest = theirs->visible;
    for (unsigned n = 0; rest.n && n < QUOTED_LINES; n++) {
        size_t end = str_find(rest, '\n');
        buf_printf(&out, "> %.*s\n", STR_ARG(str_sub(rest, 0, end)));
        rest = str_sub(rest, end < rest.n ? end + 1 : end, rest.n);
    }
    struct str text = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static bool is_answer(struct str subject)
{
    return subject.n > 2 && (str_eq_nocase(str_sub(subject, 0, 3), STR("re:")) ||
                                    str_eq_nocase(str_sub(subject, 0, 3), STR("aw:")));
}

static struct str subject_of(struct request *r, const struct conversation *c, const struct letter *theirs)
{
    struct str given = str_trim(json_get_str(r->json, STR("subject")));
    struct str subject = theirs->number ? theirs->subject : c->subject;
    if (given.n)
        return given;
    return is_answer(subject) ? subject
                              : arena_printf(r->arena, "Re: %.*s", STR_ARG(text_cut(subject, SUBJECT_MAX)));
}

static bool box_of(struct request *r, struct conversation *c, struct str *ret_address, struct err *err)
{
    struct str id = json_get_str(r->json, STR("mailbox"));
    struct boxes *boxes = ARENA_NEW(r->arena, struct boxes);
    int64_t number = id.n ? 0 : c->mailbox;
    if (!boxes_read(request_data(r), r->arena, boxes, err))
        return false;
    *ret_address = STR("");
    for (unsigned i = 0; i < boxes->n; i++)
        if (id.n ? str_eq(boxes->v[i].id, id) : boxes->v[i].number == number) {
            c->mailbox = boxes->v[i].number;
            *ret_address = boxes->v[i].address;
            return true;
        }
    if (id.n)
        return request_problem(r, 400, "mailbox", "There is no such mailbox");
    c->mailbox = 0; // it was removed: any
    return true;
}

static bool queue(struct writing *w, const struct conversation *c, struct letter *letter, struct err *err)
{
    struct message_order order = {.source = "inbox",
            .step = letter->number,
            .contact = c->contact ? live_owner(app_live(w->app), c->contact) : 0,
            .due = w->now};
    return message_queue(w, &order, &letter->send, NULL, err) &&
           store_do(w->store, "UPDATE conversation_message SET send = $2 WHERE number = $1",
                   PARAMS(P_INT(letter->number), P_INT(letter->send)), err);
}

static bool answer(struct request *r, struct writing *w, struct conversation *c, struct err *err)
{
    const struct principal *who = request_principal(r);
    struct conversation before = *c;
    struct str body = str_trim(json_get_str(r->json, STR("body"))), address;
    struct letter theirs;
    if (!box_of(r, c, &address, err) || !last_of_theirs(w->store, w->arena, c->number, &theirs, err))
        return false;
    if (!c->address.n)
        return request_problem(r, 409, NULL, "Their mail does not say where an answer goes");
    struct letter letter = {.conversation = c->number,
            .contact = c->contact,
            .out = true,
            .class = STR(""),
            .from_name = who->name,
            .from_address = address,
            .to = c->address,
            .subject = subject_of(r, c, &theirs),
            .at = w->now,
            .visible = body,
            .quoted = quote(r->arena, &theirs),
            .attachments = STR("[]"),
            .message_id = STR(""),
            .references = STR(""),
            .bytes = (int64_t)body.n,
            .by = who->id};
    c->state = STR("waiting");
    c->until = 0;
    c->reason = STR("");
    c->words = text_cut(body, WORDS_SHOWN);
    c->messages++;
    c->last = w->now;
    return letter_store(w, &letter, err) && queue(w, c, &letter, err) && conversation_store(w, c, err) &&
           audit_change(w, who, "conversation.reply", c->id, conversation_put_plain, &before, c, err);
}

bool inbox_route_reply(struct request *r, struct err *err)
{
    struct conversation c = {0};
    struct writing *w;
    if (!str_trim(json_get_str(r->json, STR("body"))).n)
        return request_problem(r, 400, "body", "Say something");
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = conversation_seen(r, w->store, request_param(r, "id"), &c, err) && answer(r, w, &c, err);
    ok = conversation_end(r, w, ok, &c, err);
    message_wake(request_app(r));
    return ok;
}

// --- as a mail

static struct str as_html(struct arena *arena, struct str text)
{
    struct buf out = {0};
    buf_put(&out, STR("<div>"));
    while (text.n) {
        size_t end = str_find(text, '\n');
        html_text(&out, str_sub(text, 0, end));
        buf_put(&out, STR("<br>\n"));
        text = str_sub(text, end < text.n ? end + 1 : end, text.n);
    }
    buf_put(&out, STR("</div>\n"));
    struct str html = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return html;
}

static bool letter_by_number(
        struct store *store, struct arena *arena, int64_t number, struct letter *ret, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, "SELECT " LETTER_COLUMNS " FROM conversation_message WHERE number = $1",
                PARAMS(P_INT(number)), "there is no such message", &query, err))
        return false;
    *ret = letter_decode(query, arena);
    query_end(query);
    return true;
}

// The last whole ids that a mail of ours can carry: a stranger's may be of any length, and in any letters.
static struct str last_ids(struct str ids)
{
    size_t from = ids.n;
    for (size_t i = ids.n; i-- > 0 && ids.n - i <= REFERENCES_MAX;) {
        if ((unsigned char)ids.p[i] < ' ' || (unsigned char)ids.p[i] >= 0x7f)
            break;
        if (!i || ids.p[i - 1] == ' ')
            from = i;
    }
    return str_sub(ids, from, ids.n);
}

static bool skip(struct mail_draft *ret, struct str why)
{
    *ret = (struct mail_draft){.verdict = MAIL_SKIP, .why = why};
    return true;
}

bool inbox_compose(struct app *app, struct data *reader, const struct message *message, struct arena *arena,
        struct mail_draft *ret, struct err *err)
{
    struct store *store = data_store(reader);
    struct conversation c;
    struct letter letter, theirs;
    (void)app;
    if (!letter_by_number(store, arena, message->order.step, &letter, err) ||
            !conversation_by_number(store, arena, letter.conversation, &c, err))
        return err->code == ERR_NOT_FOUND ? skip(ret, STR("erased")) : false;
    if (!last_of_theirs(store, arena, c.number, &theirs, err))
        return false;
    struct str id = theirs.message_id.n ? arena_printf(arena, "<%.*s>", STR_ARG(theirs.message_id)) : STR("");
    struct str text = letter.quoted.n ? arena_printf(arena, "%.*s\n\n%.*s", STR_ARG(letter.visible),
                                                STR_ARG(letter.quoted))
                                      : arena_printf(arena, "%.*s\n", STR_ARG(letter.visible));
    *ret = (struct mail_draft){.verdict = MAIL_SEND,
            .why = STR(""),
            .mailbox = c.mailbox,
            .address = letter.to,
            .name = c.name,
            .subject = letter.subject,
            .text = text,
            .html = as_html(arena, text),
            .topic = STR(""),
            .transactional = true,
            .in_reply_to = last_ids(id),
            .references = last_ids(
                    theirs.references.n && id.n
                            ? arena_printf(arena, "%.*s %.*s", STR_ARG(theirs.references), STR_ARG(id))
                            : id)};
    return true;
}
