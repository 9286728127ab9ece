#include "app/letter/letter.h"

#include "app/mailbox/mailbox.h"
#include "app/setting/setting.h"
#include "base/html.h"
#include "mail/layout.h"

const char *const LETTER_STATES[] = {"ready", "no_mailbox", "no_public_url"};

struct search {
    int64_t number;
    bool found;
};

static bool consider(void *ctx, const struct mailbox *box, struct err *err)
{
    struct search *search = ctx;
    (void)err;
    if ((!search->number || search->number == box->number) && box->active && box->smtp.host.n)
        search->found = true;
    return true;
}

struct str letter_base(struct app *app, struct arena *arena)
{
    struct str base = setting_text(app, arena, "public_url");
    while (base.n && base.p[base.n - 1] == '/')
        base.n--;
    return base;
}

bool letter_state(
        struct app *app, struct data *reader, int64_t mailbox, enum letter_state *ret, struct err *err)
{
    struct search search = {.number = mailbox};
    struct arena *arena = arena_new();
    bool ok = mailbox_each(reader, arena, consider, &search, err);
    if (ok)
        *ret = !search.found                ? LETTER_NO_MAILBOX
               : !letter_base(app, arena).n ? LETTER_NO_PUBLIC_URL
                                            : LETTER_READY;
    arena_free(arena);
    return ok;
}

bool letter_make(struct app *app, struct arena *arena, const struct letter_text *text, struct mail_draft *ret,
        struct err *err)
{
    struct buf body = {0};
    struct layout_mail mail;
    html_put(&body, "<p>$</p>\n<p><a class=\"button\" href=\"$\">$</a></p>\n<p>$</p>\n", text->text,
            html_url(text->url), text->button, text->ending);
    struct layout_body layout = {.body = buf_str(&body),
            .html = true,
            .layout = STR("card"),
            .language = text->language,
            .subject = text->subject,
            .business_name = setting_text(app, arena, "business_name"),
            .business_address = setting_text(app, arena, "business_address")};
    bool ok = layout_make(arena, &layout, &mail, err);
    buf_free(&body);
    if (ok)
        *ret = (struct mail_draft){.verdict = MAIL_SEND,
                .why = STR(""),
                .subject = text->subject,
                .html = mail.html,
                .text = mail.text,
                .topic = STR(""),
                .transactional = true};
    return ok;
}

bool letter_skip(struct mail_draft *ret, const char *why)
{
    *ret = (struct mail_draft){.verdict = MAIL_SKIP, .why = str_of(why)};
    return true;
}

bool letter_later(struct mail_draft *ret, const char *why, int64_t later)
{
    *ret = (struct mail_draft){.verdict = MAIL_LATER, .why = str_of(why), .later = later};
    return true;
}
