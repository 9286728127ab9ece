#include "app/address/email_domain.h"

#include <idn2.h>

enum {
    DOMAIN_MAX = 253,
    LABEL_MAX = 63,
    TO_ASCII = IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL | IDN2_USE_STD3_ASCII_RULES,
};

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool check_label(struct str label, struct err *err)
{
    if (!label.n)
        return err_set(err, ERR_INPUT, "the domain has a dot too many");
    if (label.n > LABEL_MAX)
        return err_set(err, ERR_INPUT, "a part of the domain is longer than %d characters", LABEL_MAX);
    for (size_t i = 0; i < label.n; i++) {
        unsigned char c = (unsigned char)label.p[i];
        if (c <= ' ' || c == 127)
            return err_set(err, ERR_INPUT, "there is a blank or a control character in the domain");
        if (!letter((char)c) && !digit((char)c) && c != '-')
            return err_set(err, ERR_INPUT, "%c may not stand in a domain", c);
    }
    if (label.p[0] == '-' || label.p[label.n - 1] == '-')
        return err_set(err, ERR_INPUT, "a part of the domain begins or ends with a hyphen");
    if (label.n > 4 && label.p[2] == '-' && label.p[3] == '-' &&
            !str_eq_nocase(str_sub(label, 0, 4), STR("xn--")))
        return err_set(err, ERR_INPUT, "a part of the domain has two hyphens in its third and fourth place");
    return true;
}

// Names that lead nowhere (RFC 6761, RFC 6762, RFC 7686).
static bool check_last(struct str last, struct err *err)
{
    static const struct str NOWHERE[] = {
            {"arpa", 4}, {"invalid", 7}, {"local", 5}, {"localhost", 9}, {"onion", 5}};
    for (size_t i = 0; i < sizeof NOWHERE / sizeof *NOWHERE; i++)
        if (str_eq_nocase(last, NOWHERE[i]))
            return err_set(err, ERR_INPUT, "no mail can be sent to .%.*s", STR_ARG(NOWHERE[i]));
    bool foreign = last.n > 4 && str_eq_nocase(str_sub(last, 0, 4), STR("xn--"));
    if (!foreign && !letter(last.p[last.n - 1]))
        return err_set(err, ERR_INPUT, "the domain does not end as one does (.com, .org …)");
    return true;
}

static bool check_ascii(struct str domain, struct err *err)
{
    struct str rest = domain, label = domain;
    unsigned labels = 0;
    if (domain.n > DOMAIN_MAX)
        return err_set(err, ERR_INPUT, "the domain is longer than %d characters", DOMAIN_MAX);
    while (rest.p) {
        size_t dot = str_find(rest, '.');
        label = str_sub(rest, 0, dot);
        if (!check_label(label, err))
            return false;
        rest = dot < rest.n ? str_sub(rest, dot + 1, rest.n) : STR_NONE;
        labels++;
    }
    if (labels < 2)
        return err_set(err, ERR_INPUT, "the domain has no dot");
    return check_last(label, err);
}

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 128)
            return false;
    return true;
}

static struct str lower(struct arena *arena, struct str s)
{
    char *out = arena_alloc(arena, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        out[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] - 'A' + 'a' : s.p[i]);
    out[s.n] = '\0';
    return (struct str){out, s.n};
}

// Takes what libidn2 allocated.
static bool taken(struct arena *arena, int status, char *from, struct str *ret, struct err *err)
{
    if (status != IDN2_OK)
        return err_set(err, ERR_INPUT, "the domain is no international one (%s)", idn2_strerror(status));
    *ret = arena_str(arena, str_of(from));
    idn2_free(from);
    return true;
}

// The domain with the letters that its xn-- labels stand for; as it is where these letters would not be
// written so.
static bool with_letters(struct arena *arena, struct str domain, struct str *ret, struct err *err)
{
    struct str unicode = STR_NONE, again = STR_NONE;
    char *out = NULL;
    int status = idn2_to_unicode_8z8z(domain.p, &out, 0);
    if (!taken(arena, status, out, &unicode, err))
        return false;
    out = NULL;
    status = idn2_to_ascii_8z(unicode.p, &out, TO_ASCII);
    *ret = taken(arena, status, out, &again, NULL) && str_eq(again, domain) ? unicode : domain;
    return true;
}

bool email_domain(
        struct arena *arena, struct str text, struct str *ret_ascii, struct str *ret_unicode, struct err *err)
{
    struct str domain = lower(arena, text), unicode = STR_NONE;
    if (!domain.n)
        return err_set(err, ERR_INPUT, "nothing stands behind the @");
    if (str_find(domain, '@') < domain.n)
        return err_set(err, ERR_INPUT, "there is more than one @ in it");
    if (domain.p[0] == '[')
        return err_set(err, ERR_INPUT, "an address of a computer stands behind the @ instead of a domain");
    char *out = NULL;
    if (memchr(domain.p, 0, domain.n))
        return err_set(err, ERR_INPUT, "there is a blank or a control character in the domain");
    if (!is_ascii(domain)) {
        int status = idn2_to_ascii_8z(domain.p, &out, TO_ASCII);
        if (!taken(arena, status, out, &domain, err))
            return false;
    }
    if (!check_ascii(domain, err))
        return false;
    unicode = domain;
    if (strstr(domain.p, "xn--") && !with_letters(arena, domain, &unicode, err))
        return false;
    *ret_ascii = domain;
    *ret_unicode = unicode;
    return true;
}
