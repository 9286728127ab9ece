#include "app/person/normal.h"

#include "app/address/address.h"
#include "base/err.h"

#include <stdlib.h>
#include <utf8proc.h>

static bool fits(struct str text)
{
    return text.n > 0 && text.n <= NORMAL_MAX;
}

bool normal_email(struct arena *arena, struct str typed, struct str *ret)
{
    struct str normal;
    if (!fits(typed) || !address_email(arena, typed, &normal, NULL))
        return false;
    *ret = address_email_key(arena, normal);
    return fits(*ret);
}

// Without a country code a number is told apart by its digits alone.
static bool digits(struct arena *arena, struct str typed, struct str *ret)
{
    char *p = arena_alloc(arena, typed.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < typed.n && !strchr("xXeE#;,", typed.p[i]); i++) {
        char c = typed.p[i];
        if ((c >= '0' && c <= '9') || (c == '+' && !n))
            p[n++] = c;
        else if (!strchr(" -./()\t", c) || !c)
            return false;
    }
    *ret = (struct str){p, n};
    return n >= 6 && n <= 20;
}

bool normal_phone(struct arena *arena, struct str typed, struct str *ret)
{
    typed = str_trim(typed);
    return fits(typed) && (address_phone(arena, typed, STR_NONE, ret, NULL) || digits(arena, typed, ret));
}

static struct str lower(struct arena *arena, struct str text)
{
    char *p = arena_alloc(arena, text.n + 1);
    for (size_t i = 0; i < text.n; i++)
        p[i] = text.p[i] >= 'A' && text.p[i] <= 'Z' ? (char)(text.p[i] + 32) : text.p[i];
    return (struct str){p, text.n};
}

bool normal_profile(struct arena *arena, struct str typed, struct str *ret)
{
    static const char HOST[] = "linkedin.com/";
    const char *host = fits(typed) ? memmem(typed.p, typed.n, HOST, sizeof HOST - 1) : NULL;
    if (!host)
        return false;
    size_t from = (size_t)(host - typed.p), end = from;
    if (from && typed.p[from - 1] != '/' && typed.p[from - 1] != '.')
        return false;
    while (end < typed.n && !strchr("?#, \t\n\r", typed.p[end]))
        end++;
    while (end > from && typed.p[end - 1] == '/')
        end--;
    struct str address = str_sub(typed, from, end);
    if (address.n < sizeof HOST)
        return false;
    // People's public names ignore case; the ids of Sales Navigator do not.
    bool public = address.n > 16 && memcmp(address.p + 12, "/in/", 4) == 0;
    *ret = public ? lower(arena, address) : arena_str(arena, address);
    return true;
}

bool normal_external(struct arena *arena, struct str typed, struct str *ret)
{
    typed = str_trim(typed);
    if (!fits(typed) || str_find(typed, ':') == typed.n)
        return false;
    *ret = arena_str(arena, typed);
    return true;
}

bool normal_name(struct arena *arena, struct str typed, struct str *ret)
{
    utf8proc_uint8_t *folded;
    if (!fits(typed))
        return false;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)typed.p, (utf8proc_ssize_t)typed.n, &folded,
            UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPCC);
    if (n < 0)
        return false;
    char *p = arena_alloc(arena, (size_t)n + 1);
    size_t out = 0;
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        if (folded[i] != ' ')
            p[out++] = (char)folded[i];
        else if (out && p[out - 1] != ' ')
            p[out++] = ' ';
    }
    free(folded);
    while (out && p[out - 1] == ' ')
        out--;
    *ret = (struct str){p, out};
    return fits(*ret);
}

struct str normal_company_domain(struct arena *arena, struct str email)
{
    return address_domain_company(arena, address_domain(email));
}

struct str normal_site_domain(struct arena *arena, struct str site)
{
    site = str_trim(site);
    if (!fits(site))
        return STR_NONE;
    const char *slashes = memmem(site.p, site.n, "://", 3);
    size_t from = slashes ? (size_t)(slashes - site.p) + 3 : 0, end = from;
    while (end < site.n && !strchr("/?#: \t", site.p[end]))
        end++;
    return address_domain_company(arena, str_sub(site, from, end));
}
