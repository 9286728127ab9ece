#include "app/address/address.h"
#include "app/address/email_domain.h"
#include "base/buf.h"
#include "base/utf8.h"

#include <utf8proc.h>

enum { LOCAL_MAX = 64, TOTAL_MAX = 254 };

static bool is_atom_sign(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && c < 128 && strchr("!#$%&'*+-/=?^_`{|}~", (int)c));
}

// Letters, digits, signs of any script; no blanks, no controls, nothing invisible.
static bool is_foreign_sign(uint32_t c, bool first)
{
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_SC:
    case UTF8PROC_CATEGORY_SK:
    case UTF8PROC_CATEGORY_SO:
        return c >= 128;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return !first;
    default:
        return false;
    }
}

static bool bad_sign(uint32_t c, struct err *err)
{
    char shown[5];
    if (c == ' ')
        return err_set(err, ERR_INPUT, "there is a blank before the @");
    if (c < ' ' || c == 127)
        return err_set(err, ERR_INPUT, "there is a control character in it");
    shown[c < 128 || is_foreign_sign(c, false) ? utf8_put(c, shown) : 0] = '\0';
    if (!shown[0])
        return err_set(err, ERR_INPUT, "U+%04X may not stand before the @", (unsigned)c);
    return err_set(err, ERR_INPUT, "%s may not stand before the @", shown);
}

static bool check_dot_atom(struct str local, struct err *err)
{
    bool dot = true; // as if one stood before it
    for (size_t at = 0; at < local.n;) {
        bool first = at == 0;
        uint32_t c = utf8_next(local, &at);
        if (c == '.' && dot)
            return err_set(err, ERR_INPUT,
                    first ? "it begins with a dot" : "two dots follow each other before the @");
        dot = c == '.';
        if (!dot && !is_atom_sign(c) && !is_foreign_sign(c, first))
            return bad_sign(c, err);
    }
    return !dot || err_set(err, ERR_INPUT, "a dot stands right before the @");
}

// Reads "…" from text; ret_rest begins behind the closing quote.
static bool unquote(
        struct arena *arena, struct str text, struct str *ret, struct str *ret_rest, struct err *err)
{
    char *out = arena_alloc(arena, text.n);
    size_t n = 0, at = 1;
    for (; at < text.n && text.p[at] != '"'; at++) {
        if (text.p[at] == '\\' && ++at == text.n)
            break;
        if ((unsigned char)text.p[at] < ' ' || text.p[at] == 127)
            return err_set(err, ERR_INPUT, "there is a control character in it");
        out[n++] = text.p[at];
    }
    if (at >= text.n)
        return err_set(err, ERR_INPUT, "the closing quote is missing");
    *ret = (struct str){out, n};
    *ret_rest = str_sub(text, at + 1, text.n);
    return true;
}

// Quotes only where there is no way without.
static struct str quote(struct arena *arena, struct str content)
{
    char *out = arena_alloc(arena, 2 * content.n + 2);
    size_t n = 0;
    out[n++] = '"';
    for (size_t i = 0; i < content.n; i++) {
        if (content.p[i] == '"' || content.p[i] == '\\')
            out[n++] = '\\';
        out[n++] = content.p[i];
    }
    out[n++] = '"';
    return (struct str){out, n};
}

static bool check_quoted(struct str content, struct err *err)
{
    if (!content.n)
        return err_set(err, ERR_INPUT, "nothing stands before the @");
    for (size_t at = 0; at < content.n;) {
        bool first = at == 0;
        uint32_t c = utf8_next(content, &at);
        if (c >= 128 && !is_foreign_sign(c, first))
            return bad_sign(c, err);
    }
    return true;
}

static bool has_name(struct err *err)
{
    return err_set(err, ERR_INPUT, "a name or brackets stand around it; only the address itself is wanted");
}

// Splits text into local part (in its usual form) and what stands behind the @.
static bool read_local(
        struct arena *arena, struct str text, struct str *ret_local, struct str *ret_domain, struct err *err)
{
    if (text.p[0] == '"') {
        struct str content = STR_NONE, rest = STR_NONE;
        if (!unquote(arena, text, &content, &rest, err))
            return false;
        if (rest.n && rest.p[rest.n - 1] == '>')
            return has_name(err);
        if (!rest.n || rest.p[0] != '@')
            return err_set(err, ERR_INPUT, rest.n ? "no @ follows the closing quote" : "there is no @ in it");
        content = utf8_nfc(arena, content);
        if (!check_quoted(content, err))
            return false;
        *ret_local = check_dot_atom(content, NULL) ? content : quote(arena, content);
        *ret_domain = str_sub(rest, 1, rest.n);
        return true;
    }
    size_t at = str_find(text, '@');
    if (at == text.n)
        return err_set(err, ERR_INPUT, "there is no @ in it");
    if (at == 0)
        return err_set(err, ERR_INPUT, "nothing stands before the @");
    struct str local = utf8_nfc(arena, str_sub(text, 0, at)), domain = str_sub(text, at + 1, text.n);
    if (str_find(local, '<') < local.n || (domain.n && domain.p[domain.n - 1] == '>'))
        return err_set(
                err, ERR_INPUT, "a name or brackets stand around it; only the address itself is wanted");
    if (!check_dot_atom(local, err))
        return false;
    *ret_local = local;
    *ret_domain = domain;
    return true;
}

static struct str trim_blanks(struct str s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = str_sub(s, 1, s.n);
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

bool address_email(struct arena *arena, struct str text, struct str *ret_normal, struct err *err)
{
    struct str local = STR_NONE, domain = STR_NONE, ascii = STR_NONE, unicode = STR_NONE;
    if (text.n > ADDRESS_EMAIL_MAX)
        return err_set(err, ERR_INPUT, "it is longer than an address may be");
    if (!utf8_valid(text))
        return err_set(err, ERR_INPUT, "it is no valid UTF-8");
    text = trim_blanks(text);
    if (!text.n)
        return err_set(err, ERR_INPUT, "there is no address");
    if (!read_local(arena, text, &local, &domain, err))
        return false;
    if (local.n > LOCAL_MAX)
        return err_set(err, ERR_INPUT, "more than %d characters stand before the @", LOCAL_MAX);
    if (!email_domain(arena, domain, &ascii, &unicode, err))
        return false;
    if (local.n + 1 + ascii.n > TOTAL_MAX || local.n + 1 + unicode.n > TOTAL_MAX)
        return err_set(err, ERR_INPUT, "it is longer than %d characters", TOTAL_MAX);
    *ret_normal = arena_printf(arena, "%.*s@%.*s", STR_ARG(local), STR_ARG(unicode));
    return true;
}

struct str address_email_key(struct arena *arena, struct str normal)
{
    return utf8_fold(arena, normal);
}
