// The mail of the double opt-in: a link to the page that confirms. Nothing that the visitor typed stands in
// it, so that nobody can send texts of their own to strangers through a form.
#include "app/form/submit.h"

#include "app/address/address.h"
#include "app/letter/letter.h"
#include "app/mailbox/mailbox.h"
#include "app/standing/live.h"
#include "base/map.h"
#include "store/ask.h"

enum { WAIT_URL = 300, WAIT_STANDING = 1, SUBJECT_TITLE_MAX = 120 /* bytes */ };

struct str form_confirm_path(struct app *app, struct arena *arena, const struct submission *s)
{
    struct str token = token_link(arena, form_state_secret(app), TOKEN_LINK, s->id, s->time);
    return arena_printf(arena, "/f/%.*s/confirm/%.*s", STR_ARG(s->form), STR_ARG(token));
}

static bool had(struct writing *w, int64_t address, int64_t seconds, int64_t *ret, struct err *err)
{
    return store_ask_number(w->store, "SELECT count(*) FROM form_letter WHERE address = $1 AND time > $2",
            PARAMS(P_INT(address), P_INT(w->now - seconds)), 0, ret, err);
}

// Whom they would all reach: anna+1@example.org is Anna, too.
static int64_t counted_as(struct arena *arena, struct str email)
{
    struct str key = address_email_key(arena, email), domain = address_domain(key);
    size_t plus = str_find(key, '+');
    if (plus && plus < key.n - domain.n)
        key = arena_printf(arena, "%.*s@%.*s", (int)plus, key.p, STR_ARG(domain));
    return (int64_t)hash64(key);
}

bool form_letter(struct writing *w, const struct submission *s, struct str email, struct err *err)
{
    int64_t hour, day, letter;
    uint32_t contact;
    if (!email.n)
        return true;
    int64_t address = counted_as(w->arena, email);
    if (!had(w, address, 3600, &hour, err) || !had(w, address, 86400, &day, err))
        return false;
    if (hour >= FORM_LETTERS_HOUR || day >= FORM_LETTERS_DAY)
        return true;
    if (!store_ask_number(w->store,
                "INSERT INTO form_letter (submission, address, time) VALUES ($1, $2, $3) RETURNING id",
                PARAMS(P_TEXT(s->id), P_INT(address), P_INT(w->now)), 0, &letter, err) ||
            !submission_contact(w, s, &contact, err))
        return false;
    struct message_order order = {.source = "form", .campaign = letter, .contact = contact, .due = w->now};
    return message_queue(w, &order, NULL, NULL, err);
}

// "Please confirm: $" with the form's title.
static struct str with_title(struct arena *arena, struct str text, struct str title)
{
    size_t at = str_find(text, '$');
    return arena_printf(
            arena, "%.*s%.*s%.*s", (int)at, text.p, STR_ARG(title), STR_ARG(str_sub(text, at + 1, text.n)));
}

// A subject is one line; a title that came over the API may hold others.
static struct str one_line(struct arena *arena, struct str text)
{
    char *line = arena_alloc(arena, text.n + 1);
    for (size_t i = 0; i < text.n; i++)
        line[i] = (unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f ? ' ' : text.p[i];
    return str_trim((struct str){line, text.n});
}

// At most so many bytes, whole characters.
static struct str cut(struct str text, size_t max)
{
    if (text.n <= max)
        return text;
    while (max && ((unsigned char)text.p[max] & 0xC0) == 0x80)
        max--;
    return str_sub(text, 0, max);
}

static bool write_letter(struct app *app, struct data *reader, struct arena *arena,
        const struct stored_submission *stored, bool shown, struct mail_draft *ret, struct err *err)
{
    const struct words *words = words_in(stored->def.language);
    struct str title = cut(one_line(arena, stored->def.title), SUBJECT_TITLE_MAX),
               base = letter_base(app, arena);
    struct err missing = {0};
    int64_t mailbox = 0;
    struct letter_text text = {.language = words->language,
            .subject = with_title(arena, words->mail_subject, title),
            .text = with_title(arena, words->mail_text, title),
            .button = words->mail_button,
            .ending = words->mail_ending};
    // Whoever sees the mail later must not be able to confirm in the recipient's name.
    text.url = shown ? base
                     : arena_printf(arena, "%.*s%.*s?lang=%.*s", STR_ARG(base),
                               STR_ARG(form_confirm_path(app, arena, &stored->s)),
                               STR_ARG(stored->def.language));
    // Of a mailbox that was removed meanwhile any other takes the place.
    if (stored->def.mailbox.n &&
            !mailbox_number(data_store(reader), stored->def.mailbox, &mailbox, &missing) &&
            missing.code != ERR_NOT_FOUND)
        return err_set(err, missing.code, "%s", missing.message);
    if (!letter_make(app, arena, &text, ret, err))
        return false;
    ret->mailbox = mailbox;
    ret->address = stored->answers.email;
    return true;
}

bool form_compose(struct app *app, struct data *reader, const struct message *message, struct arena *arena,
        struct mail_draft *ret, struct err *err)
{
    struct stored_submission *stored = ARENA_NEW(arena, struct stored_submission);
    struct query *query;
    uint32_t contact = message->order.contact;
    if (!store_ask_row(data_store(reader), "SELECT submission, time FROM form_letter WHERE id = $1",
                PARAMS(P_INT(message->order.campaign)), "there is no such mail", &query, err))
        return false;
    struct str id = arena_str(arena, query_text(query, 0));
    int64_t asked = query_int(query, 1);
    query_end(query);
    if (!form_stored(data_store(reader), arena, id, stored, err))
        return err->code == ERR_NOT_FOUND && letter_skip(ret, "erased");
    if (!stored->answers.email.n)
        return letter_skip(ret, "erased");
    if (message->past || message->shown)
        return write_letter(app, reader, arena, stored, message->shown, ret, err);
    if (!str_eq(stored->s.state, STR("pending")))
        return letter_skip(ret, "confirmed already");
    if (!stored->form.published)
        return letter_skip(ret, "the form is not published any more");
    if (app_now(app) > asked + FORM_LETTER_WAIT)
        return letter_skip(ret, "too late");
    if (!letter_base(app, arena).n)
        return letter_later(ret, "public_url is not set", app_now(app) + WAIT_URL);
    // What is written about the mail names its contact, so whose it is must be known first.
    if (contact && !live_is_user(app_live(app), live_owner(app_live(app), contact)))
        return letter_later(ret, "standings", app_now(app) + WAIT_STANDING);
    return write_letter(app, reader, arena, stored, false, ret, err);
}
