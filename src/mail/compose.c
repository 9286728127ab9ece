#include "mail/compose.h"

#include "base/datetime.h"
#include "base/utf8.h"
#include "mail/compose_body.h"
#include "mail/compose_header.h"

#include <idn2.h>
#include <inttypes.h>
#include <stdio.h>

// --- what comes in

static bool check_value(const char *what, struct str value, struct err *err)
{
    if (value.n > COMPOSE_VALUE_MAX)
        return err_set(err, ERR_LIMIT, "%s: more than %d bytes", what, COMPOSE_VALUE_MAX);
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] < ' ' || value.p[i] == 0x7f)
            return err_set(err, ERR_INPUT, "%s: a line break or another control character is in it", what);
    return utf8_valid(value) || err_set(err, ERR_INPUT, "%s: it is no UTF-8", what);
}

// Values that stand in the header as they are.
static bool check_ascii(const char *what, struct str value, struct err *err)
{
    if (!check_value(what, value, err))
        return false;
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] > '~')
            return err_set(err, ERR_INPUT, "%s: only ASCII may be in it", what);
    return true;
}

static bool check_url(const char *what, struct str url, struct err *err)
{
    if (!check_ascii(what, url, err))
        return false;
    for (size_t i = 0; i < url.n; i++)
        if (url.p[i] == ' ' || url.p[i] == '<' || url.p[i] == '>' || url.p[i] == ',')
            return err_set(err, ERR_INPUT, "%s: blanks, commas, < and > must be written as %%20 …", what);
    return true;
}

static bool is_local(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c > 0x7f ||
           memchr("!#$%&'*+-/=?^_`{|}~.", c, 20);
}

static bool local_good(struct str local, bool *ret_utf8)
{
    *ret_utf8 = false;
    if (!local.n || local.n > 64)
        return false;
    if (local.p[0] == '"') { // a quoted one: blanks and signs may be in it, no quotes or backslashes
        for (size_t i = 1; i + 1 < local.n; i++)
            if (local.p[i] == '"' || local.p[i] == '\\')
                return false;
        return local.n > 2 && local.p[local.n - 1] == '"';
    }
    for (size_t i = 0; i < local.n; i++) {
        if (!is_local((unsigned char)local.p[i]))
            return false;
        *ret_utf8 |= (unsigned char)local.p[i] > 0x7f;
    }
    return true;
}

static bool domain_ascii(struct arena *arena, struct str domain, struct str *ret)
{
    char *ascii = NULL;
    bool simple = domain.n > 0 && domain.n <= 253;
    for (size_t i = 0; i < domain.n; i++) {
        unsigned char c = (unsigned char)domain.p[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                    c == '_' || (c == '.' && i && domain.p[i - 1] != '.');
        if (!good && c < 0x80)
            return domain.p[0] == '[' && domain.p[domain.n - 1] == ']' && (*ret = domain, true);
        simple = simple && good;
    }
    if (simple) {
        *ret = domain;
        return domain.p[domain.n - 1] != '.';
    }
    if (!domain.n || domain.n > 1000 ||
            idn2_to_ascii_8z(arena_str(arena, domain).p, &ascii, IDN2_NONTRANSITIONAL) != IDN2_OK)
        return false;
    *ret = arena_str(arena, str_of(ascii));
    idn2_free(ascii);
    return true;
}

bool compose_envelope(
        struct arena *arena, struct str address, struct str *ret, bool *ret_utf8, struct err *err)
{
    size_t at = address.n;
    struct str domain = STR_NONE;
    bool utf8;
    if (!check_value("address", address, err))
        return false;
    while (at && address.p[at - 1] != '@')
        at--;
    if (!at || address.n > COMPOSE_ADDRESS_MAX || !local_good(str_sub(address, 0, at - 1), &utf8) ||
            !domain_ascii(arena, str_sub(address, at, address.n), &domain))
        return err_set(err, ERR_INPUT, "\"%.*s\" is no mail address",
                (int)(address.n < 100 ? address.n : 100), address.n ? address.p : "");
    *ret = domain.p == address.p + at
                   ? address
                   : arena_printf(arena, "%.*s@%.*s", (int)(at - 1), address.p, STR_ARG(domain));
    if (ret_utf8)
        *ret_utf8 = utf8;
    return true;
}

// --- the mail

// Addresses as they are to stand there.
struct addresses {
    struct arena *arena;
    struct str from, to, reply_to, unsubscribe;
    bool utf8;
};

static bool check_person(
        const struct compose_address *person, struct addresses *a, struct str *ret, struct err *err)
{
    bool utf8 = false;
    if (!check_value("name", person->name, err) ||
            !compose_envelope(a->arena, person->address, ret, &utf8, err))
        return false;
    a->utf8 |= utf8;
    return true;
}

static bool check_more(const struct compose_mail *mail, struct err *err)
{
    for (size_t i = 0; i + 1 < mail->n_more; i += 2) {
        struct str name = mail->more[i];
        for (size_t j = 0; j < name.n; j++)
            if (name.p[j] <= ' ' || name.p[j] > '~' || name.p[j] == ':')
                return err_set(err, ERR_INPUT, "a header field's name is wrong");
        if (!name.n || name.n > 60 || !check_ascii("header field", mail->more[i + 1], err))
            return name.n && name.n <= 60 ? false : err_set(err, ERR_INPUT, "a header field's name is wrong");
    }
    return true;
}

static bool check(const struct compose_mail *mail, struct addresses *a, struct err *err)
{
    struct compose_address unsubscribe = {STR_NONE, mail->unsubscribe_mail};
    if (!check_person(&mail->from, a, &a->from, err) || !check_person(&mail->to, a, &a->to, err) ||
            (mail->reply_to.address.n && !check_person(&mail->reply_to, a, &a->reply_to, err)) ||
            (mail->unsubscribe_mail.n && !check_person(&unsubscribe, a, &a->unsubscribe, err)))
        return false;
    if (!check_value("subject", mail->subject, err) || !check_ascii("Message-ID", mail->message_id, err) ||
            !check_ascii("In-Reply-To", mail->in_reply_to, err) ||
            !check_ascii("References", mail->references, err) ||
            !check_url("List-Unsubscribe", mail->unsubscribe_url, err) ||
            !check_url("List-Id", mail->list_id, err) || !check_more(mail, err))
        return false;
    if (!mail->message_id.n || str_find(mail->message_id, '@') == mail->message_id.n ||
            str_find(mail->message_id, ' ') < mail->message_id.n ||
            str_find(mail->message_id, '<') < mail->message_id.n ||
            str_find(mail->message_id, '>') < mail->message_id.n)
        return err_set(err, ERR_INPUT, "Message-ID: it must be like left@right");
    if (!mail->text.n)
        return err_set(err, ERR_INPUT, "the mail has no text");
    return (mail->text.n <= COMPOSE_TEXT_MAX && mail->html.n <= COMPOSE_TEXT_MAX) ||
           err_set(err, ERR_LIMIT, "the mail is larger than %d bytes", COMPOSE_TEXT_MAX);
}

static void put_date(struct buf *out, int64_t seconds)
{
    static const char DAYS[] = "ThuFriSatSunMonTueWed", MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t days = seconds / 86400, rest = seconds % 86400, year;
    unsigned month, day;
    if (rest < 0) {
        rest += 86400;
        days--;
    }
    datetime_civil(days, &year, &month, &day);
    buf_printf(out, "Date: %.3s, %u %.3s %04" PRId64 " %02d:%02d:%02d +0000\r\n",
            DAYS + ((days % 7 + 7) % 7) * 3, day, MONTHS + (size_t)(month - 1) * 3, year, (int)(rest / 3600),
            (int)(rest / 60 % 60), (int)(rest % 60));
}

static void put_line(struct buf *out, const char *name, struct str value)
{
    buf_put(out, str_of(name));
    buf_put(out, STR(": "));
    buf_put(out, value);
    buf_put(out, STR("\r\n"));
}

static void put_unsubscribe(struct buf *out, const struct compose_mail *mail, const struct addresses *a)
{
    if (!mail->unsubscribe_url.n && !a->unsubscribe.n)
        return;
    buf_put(out, STR("List-Unsubscribe:"));
    if (mail->unsubscribe_url.n)
        buf_printf(out, " <%.*s>", STR_ARG(mail->unsubscribe_url));
    if (a->unsubscribe.n)
        buf_printf(out, "%s<mailto:%.*s?subject=unsubscribe>", mail->unsubscribe_url.n ? ",\r\n " : " ",
                STR_ARG(a->unsubscribe));
    buf_put(out, STR("\r\n"));
    if (mail->unsubscribe_url.n)
        buf_put(out, STR("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
}

static void put_header(struct buf *out, const struct compose_mail *mail, const struct addresses *a)
{
    header_address(out, "From", mail->from.name, a->from);
    header_address(out, "To", mail->to.name, a->to);
    if (a->reply_to.n)
        header_address(out, "Reply-To", mail->reply_to.name, a->reply_to);
    header_text(out, "Subject", mail->subject);
    put_date(out, mail->date);
    buf_printf(out, "Message-ID: <%.*s>\r\n", STR_ARG(mail->message_id));
    if (mail->in_reply_to.n)
        header_words(out, "In-Reply-To", mail->in_reply_to);
    if (mail->references.n)
        header_words(out, "References", mail->references);
    put_unsubscribe(out, mail, a);
    if (mail->list_id.n)
        buf_printf(out, "List-Id: <%.*s>\r\n", STR_ARG(mail->list_id));
    if (mail->bulk)
        buf_put(out, STR("Precedence: bulk\r\n"));
    if (mail->automatic)
        buf_put(out, STR("Auto-Submitted: auto-generated\r\n"));
    for (size_t i = 0; i + 1 < mail->n_more; i += 2)
        put_line(out, arena_str(a->arena, mail->more[i]).p, mail->more[i + 1]);
    buf_put(out, STR("MIME-Version: 1.0\r\n"));
}

bool compose(const struct compose_mail *mail, struct buf *out, bool *ret_utf8, struct err *err)
{
    struct addresses a = {.arena = arena_new()};
    bool ok = check(mail, &a, err);
    if (ok) {
        put_header(out, mail, &a);
        if (!mail->html.n)
            body_put(out, "text/plain", mail->text);
        else {
            char boundary[40];
            // "=_" stands in no quoted-printable and no base64.
            snprintf(boundary, sizeof boundary, "=_%016" PRIx64, mail->boundary);
            buf_printf(out, "Content-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n--%s\r\n", boundary,
                    boundary);
            body_put(out, "text/plain", mail->text);
            buf_printf(out, "--%s\r\n", boundary);
            body_put(out, "text/html", mail->html);
            buf_printf(out, "--%s--\r\n", boundary);
        }
        if (ret_utf8)
            *ret_utf8 = a.utf8;
    }
    arena_free(a.arena);
    return ok;
}
