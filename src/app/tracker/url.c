#include "app/tracker/url.h"

#include "http/uri.h"

enum { VALUE_MAX = 500 };

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static struct str lowered(struct arena *arena, struct str s)
{
    struct str copy = arena_str(arena, s);
    for (size_t i = 0; i < copy.n; i++)
        ((char *)copy.p)[i] = lower(copy.p[i]);
    return copy;
}

// Length of a scheme before "://" or ":", 0 if there is none.
static size_t scheme_length(struct str text)
{
    size_t n = 0;
    while (n < text.n &&
            ((lower(text.p[n]) >= 'a' && lower(text.p[n]) <= 'z') || strchr("0123456789+-.", text.p[n])) &&
            text.p[n])
        n++;
    return n < text.n && text.p[n] == ':' ? n : 0;
}

static bool host_fits(struct str host)
{
    if (!host.n || host.n > 253 || host.p[0] == '.' || host.p[0] == '-')
        return false;
    bool brackets = host.p[0] == '[';
    for (size_t i = 0; i < host.n; i++) {
        unsigned char c = (unsigned char)host.p[i];
        if (brackets ? !strchr("0123456789abcdef:.[]", c) || !c
                     : !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 128 || c == '-' ||
                               c == '_' || c == '.'))
            return false;
        if (c == '.' && i + 1 < host.n && host.p[i + 1] == '.')
            return false;
    }
    return true;
}

static struct str cut_host(struct str authority)
{
    struct str host = authority;
    for (size_t i = host.n; i > 0; i--)
        if (host.p[i - 1] == '@') {
            host = str_sub(host, i, host.n);
            break;
        }
    size_t end = host.n && host.p[0] == '[' ? str_find(host, ']') : 0;
    for (size_t i = end; i < host.n; i++)
        if (host.p[i] == ':') {
            host.n = i;
            break;
        }
    if (host.n && host.p[host.n - 1] == '.')
        host.n--;
    return host;
}

bool url_parse(struct arena *arena, struct str text, struct url *ret)
{
    text = str_trim(text);
    if (text.n > URL_MAX)
        return false;
    struct url url = {0};
    size_t n = scheme_length(text);
    struct str rest = text;
    if (n) {
        url.scheme = lowered(arena, str_sub(text, 0, n));
        rest = str_sub(text, n + 1, text.n);
    }
    // (Some lists write android-app//program.)
    if (!n && str_starts(text, STR("android-app//"))) {
        url.scheme = STR("android-app");
        rest = str_sub(text, strlen("android-app"), text.n);
    }
    if (!str_starts(rest, STR("//")))
        return false;
    rest = str_sub(rest, 2, rest.n);
    size_t end = 0;
    while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?' && rest.p[end] != '#')
        end++;
    url.host = lowered(arena, cut_host(str_sub(rest, 0, end)));
    if (!host_fits(url.host))
        return false;
    rest = str_sub(rest, end, rest.n);
    size_t hash = str_find(rest, '#');
    url.fragment = hash < rest.n ? str_sub(rest, hash + 1, rest.n) : STR("");
    rest.n = hash;
    size_t question = str_find(rest, '?');
    url.query = question < rest.n ? str_sub(rest, question + 1, rest.n) : STR("");
    url.path = str_sub(rest, 0, question);
    *ret = url;
    return true;
}

struct str url_decode(struct arena *arena, struct str text, bool plus)
{
    struct str decoded = arena_str(arena, uri_text(arena, text, plus));
    for (size_t i = 0; i < decoded.n; i++)
        if ((unsigned char)decoded.p[i] < ' ' || decoded.p[i] == 127)
            ((char *)decoded.p)[i] = ' ';
    return decoded;
}

static struct str shortened(struct str s)
{
    if (s.n > VALUE_MAX) {
        s.n = VALUE_MAX;
        while (s.n && ((unsigned char)s.p[s.n] & 0xC0) == 0x80)
            s.n--;
    }
    return s;
}

struct str url_param(struct arena *arena, struct str query, const char *name)
{
    struct str wanted = str_of(name);
    while (query.n) {
        size_t end = 0;
        while (end < query.n && query.p[end] != '&' && query.p[end] != ';')
            end++;
        struct str pair = str_sub(query, 0, end);
        size_t equals = str_find(pair, '=');
        if (equals < pair.n && str_eq_nocase(str_sub(pair, 0, equals), wanted)) {
            struct str value = str_trim(url_decode(arena, str_sub(pair, equals + 1, pair.n), true));
            if (value.n)
                return shortened(value);
        }
        query = str_sub(query, end < query.n ? end + 1 : end, query.n);
    }
    return STR_NONE;
}
