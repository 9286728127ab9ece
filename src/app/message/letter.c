// The mail as it goes out: header, texts with our links, envelope.
#include "app/message/private.h"

#include "app/address/address.h"
#include "app/person/language.h"
#include "app/setting/setting.h"
#include "app/standing/live.h"
#include "base/html.h"
#include "base/map.h"
#include "mail/compose.h"
#include "mail/layout.h"
#include "replay/columns.h"

struct str public_url(
        struct app *app, struct arena *arena, const char *path, struct str token, const char *end)
{
    struct str base = setting_text(app, arena, "public_url");
    while (base.n && base.p[base.n - 1] == '/')
        base.n--;
    return base.n ? arena_printf(arena, "%.*s/%s/%.*s%s", STR_ARG(base), path, STR_ARG(token), end) : STR("");
}

struct str message_unsubscribe_url(struct app *app, struct arena *arena, int64_t send)
{
    return public_url(app, arena, "u", token_long(message_state(app), arena, USE_LEAVE, send, STR_NONE), "");
}

struct str message_preferences_url(struct app *app, struct arena *arena, int64_t send)
{
    return public_url(
            app, arena, "u", token_long(message_state(app), arena, USE_LEAVE, send, STR_NONE), "/topics");
}

struct str return_path(struct app *app, struct arena *arena, const struct mailbox *mailbox, int64_t send)
{
    struct str address = mailbox->bounce_address.n ? mailbox->bounce_address : mailbox->address,
               domain = address_domain(address),
               token = token_short(message_state(app), arena, USE_BOUNCE, send);
    return arena_printf(arena, "%.*s+b-%.*s@%.*s", (int)(address.n - domain.n - 1), address.p, STR_ARG(token),
            STR_ARG(domain));
}

bool message_of_return_path(struct app *app, struct str address, int64_t *ret_send)
{
    size_t at = address.n, mark = 0;
    while (at && address.p[at - 1] != '@')
        at--;
    at = at ? at - 1 : address.n;
    for (size_t i = 0; i + 3 <= at; i++)
        if (address.p[i] == '+' && (address.p[i + 1] | 0x20) == 'b' && address.p[i + 2] == '-')
            mark = i + 3;
    return mark && token_short_read(message_state(app), USE_BOUNCE, str_sub(address, mark, at), ret_send);
}

bool message_of_message_id(struct app *app, struct str id, int64_t *ret_send)
{
    id = str_trim(id);
    if (id.n && id.p[0] == '<')
        id = str_sub(id, 1, id.n);
    id = str_sub(id, 0, str_find(id, '@'));
    return str_starts(id, STR("s.")) &&
           token_short_read(message_state(app), USE_ID, str_sub(id, 2, id.n), ret_send);
}

static struct str trait_text(const struct columns *c, const char *key)
{
    const struct sparse *trait = columns_trait(c, str_of(key));
    if (!trait || !trait->n || !c->n_contacts)
        return STR_NONE;
    struct value v = columns_value(c, trait->val[trait->n - 1]);
    return v.kind == JSON_STRING ? v.text : STR_NONE;
}

bool contact_address(struct app *app, struct data *reader, struct arena *arena, uint32_t contact,
        struct str *ret_address, struct str *ret_name, struct str *ret_language, struct err *err)
{
    struct columns *c;
    struct str normal, ignored_name;
    struct err bad;
    *ret_address = STR("");
    if (!contact)
        return true;
    contact = live_owner(app_live(app), contact);
    if (!live_history(app_live(app), reader, &contact, 1, app_now(app), &c, err))
        return false;
    if (address_email(arena, trait_text(c, "email"), &normal, &bad))
        *ret_address = arena_str(arena, normal);
    if (!ret_name)
        ret_name = &ignored_name;
    struct str name = trait_text(c, "name"), first = trait_text(c, "first_name"),
               last = trait_text(c, "last_name");
    *ret_name = name.n ? arena_str(arena, name)
                       : str_trim(arena_printf(arena, "%.*s %.*s", STR_ARG(first), STR_ARG(last)));
    *ret_language = arena_str(arena, person_language(c, STR("")));
    columns_free(c);
    return true;
}

static bool str_has(struct str text, struct str part)
{
    return part.n && memmem(text.p, text.n, part.p, part.n);
}

int64_t draft_hash(struct arena *arena, const struct mail_draft *draft)
{
    struct str all = arena_printf(
            arena, "%.*s\n%.*s\n%.*s", STR_ARG(draft->subject), STR_ARG(draft->html), STR_ARG(draft->text));
    int64_t hash = (int64_t)hash64(all);
    return hash ? hash : 1;
}

// A mail that nobody asked for says where its sender lives, and how to leave; where its text does not yet,
// below it.
static struct str with_footer(
        struct app *app, struct arena *arena, int64_t send, const struct mail_draft *draft)
{
    struct str postal = setting_text(app, arena, "business_address"), text = draft->text,
               leave = message_unsubscribe_url(app, arena, send);
    bool has_postal = !postal.n || str_has(text, str_sub(postal, 0, str_find(postal, '\n'))),
         has_leave = !leave.n || str_has(text, leave);
    if (has_postal && has_leave)
        return text;
    return arena_printf(arena, "%.*s\n\n-- \n%.*s%s%.*s\n", STR_ARG(text), has_postal ? 0 : (int)postal.n,
            postal.n ? postal.p : "", has_postal || has_leave ? "" : "\n", has_leave ? 0 : (int)leave.n,
            leave.n ? leave.p : "");
}

static struct str html_with_footer(
        struct app *app, struct arena *arena, int64_t send, const struct mail_draft *draft)
{
    struct str postal = setting_text(app, arena, "business_address"), html = draft->html,
               leave = message_unsubscribe_url(app, arena, send);
    struct str language = draft->language.n ? draft->language : setting_text(app, arena, "language");
    struct buf out = {0};
    bool has_postal = !postal.n || str_has(html, str_sub(postal, 0, str_find(postal, '\n'))),
         has_leave = !leave.n || str_has(html, leave);
    if (!html.n || (has_postal && has_leave))
        return html;
    html_literal(&out, "<p style=\"color:#666;font-size:12px\">");
    if (!has_postal)
        html_put(&out, "$ ", postal);
    if (!has_leave)
        html_put(
                &out, "<a href=\"$\" style=\"color:#666\">$</a>", leave, layout_words(language)->unsubscribe);
    html_literal(&out, "</p>");
    struct str all = html_before_end(arena, html, buf_str(&out));
    buf_free(&out);
    return all;
}

bool letter_write(struct app *app, struct arena *arena, const struct message *message,
        const struct mail_draft *draft, const struct mailbox *mailbox, struct letter *ret, struct err *err)
{
    struct message_state *state = message_state(app);
    struct buf out = {0};
    bool utf8 = false, utf8_from = false;
    struct str path = return_path(app, arena, mailbox, message->id),
               domain = address_domain(mailbox->address);
    struct mail_draft full = *draft;
    if (!draft->transactional) {
        full.text = with_footer(app, arena, message->id, draft);
        full.html = html_with_footer(app, arena, message->id, draft);
    }
    struct compose_mail mail = {
            .from = {mailbox->name, mailbox->address},
            .to = {draft->name, draft->address},
            .subject = draft->subject,
            .message_id = arena_printf(arena, "s.%.*s@%.*s",
                    STR_ARG(token_short(state, arena, USE_ID, message->id)), STR_ARG(domain)),
            .date = message->now,
            .in_reply_to = draft->in_reply_to,
            .references = draft->references,
            .text = full.text,
            .html = letter_html(app, arena, message->id, &full),
            .boundary = (uint64_t)message->id,
    };
    if (!draft->transactional) {
        mail.unsubscribe_url = message_unsubscribe_url(app, arena, message->id);
        mail.unsubscribe_mail = path;
        mail.bulk = true;
    }
    bool ok = compose(&mail, &out, &utf8, err) &&
              compose_envelope(arena, draft->address, &ret->to, &utf8, err) &&
              compose_envelope(arena, path, &ret->from, &utf8_from, err);
    ret->utf8 = utf8 || utf8_from;
    if (ok) {
        ret->content = arena_str(arena, buf_str(&out));
        ret->hash = draft_hash(arena, draft);
    }
    buf_free(&out);
    return ok;
}
