#include "app/tracker/agent.h"

#include "app/tracker/agent_table.h"

#include <stdio.h>

// An agent twice: as it came, and in lower case. Places that say nothing are blank in both.
struct looked_at {
    char given[AGENT_LOOK + 1], lower[AGENT_LOOK + 1];
    size_t n;
};

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static void look_at(struct str agent, struct looked_at *ret)
{
    agent = str_trim(agent);
    ret->n = agent.n < AGENT_LOOK ? agent.n : AGENT_LOOK;
    for (size_t i = 0; i < ret->n; i++) {
        char c = agent.p[i] ? agent.p[i] : ' ';
        ret->given[i] = c;
        ret->lower[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    ret->given[ret->n] = ret->lower[ret->n] = 0;
}

static bool stands_at(const struct agent_needle *needle, const char *text, size_t n, size_t at)
{
    if (needle->n > n - at || memcmp(text + at, AGENT_TEXT + needle->text, needle->n) != 0)
        return false;
    size_t end = at + needle->n;
    if (((needle->flags & AGENT_AT_START) && at != 0) || ((needle->flags & AGENT_AT_END) && end != n))
        return false;
    if (((needle->flags & AGENT_WORD_BEGINS) && at > 0 && letter(text[at - 1])) ||
            ((needle->flags & AGENT_WORD_ENDS) && end < n && letter(text[end])))
        return false;
    if (digit(text[at]) && at > 0 && digit(text[at - 1]))
        return false; // the rest of a longer number
    return !needle->then_n || strstr(text + end, AGENT_TEXT + needle->then);
}

// The first needle at this place that is, or is not, an innocent one.
static const struct agent_needle *needle_at(
        const struct looked_at *a, size_t at, bool any_case, bool innocent)
{
    const char *text = any_case ? a->lower : a->given;
    unsigned bucket = agent_bucket(text + at);
    for (unsigned i = AGENT_BUCKETS[bucket]; i < AGENT_BUCKETS[bucket + 1]; i++) {
        const struct agent_needle *needle = &AGENT_NEEDLES[i];
        if (((needle->flags & AGENT_ANY_CASE) != 0) == any_case &&
                ((needle->flags & AGENT_INNOCENT) != 0) == innocent && stands_at(needle, text, a->n, at))
            return needle;
    }
    return NULL;
}

static void blank_innocents(struct looked_at *a)
{
    for (size_t at = 0; at + 3 <= a->n; at++) {
        const struct agent_needle *needle = needle_at(a, at, true, true);
        if (!needle)
            continue;
        memset(a->given + at, ' ', needle->n);
        memset(a->lower + at, ' ', needle->n);
    }
}

static const struct agent_needle *find_needle(const struct looked_at *a)
{
    for (size_t at = 0; at + 3 <= a->n; at++) {
        const struct agent_needle *needle = needle_at(a, at, false, false);
        if (!needle)
            needle = needle_at(a, at, true, false);
        if (needle)
            return needle;
    }
    return NULL;
}

static bool has_one_of(const struct looked_at *a, const char *const *words)
{
    for (; *words; words++)
        if (strstr(a->lower, *words))
            return true;
    return false;
}

// An address to complain to: people's browsers have none.
static bool has_contact(const struct looked_at *a)
{
    static const char *const URLS[] = {"http://", "https://", "www.", ".com/", ".org/", NULL};
    if (has_one_of(a, URLS))
        return true;
    const char *at = strchr(a->lower, '@');
    return at && at > a->lower && letter(at[1]) && strchr(at, '.') && (letter(at[-1]) || at[-1] == ']');
}

// Words of the engines, systems and devices that people look at pages with. Nearly every browser has one.
static bool is_browser_like(const struct looked_at *a)
{
    static const char *const WORDS[] = {"applewebkit", "webkit", "gecko", "trident", "msie", "presto",
            "khtml", "netfront", "opera", "konqueror", "goanna", "servo", "ladybird", "mosaic", "firefox",
            "safari", "chrome", "android", "iphone", "ipad;", "ipad ", "(ipad", "ios ", "ios/", "watchos",
            "tvos", "cfnetwork", "windows", "win10", "(win", "mac os", "macintosh", "darwin", "linux", "x11",
            "amiga", "morphos", "beos", "os/2", "bsd", "sunos", "midp", "j2me", "symbian", "blackberry",
            "nokia", "sonyericsson", "samsung", "huawei", "alcatel", "mot-", "lg-", "bada", "webos", "tizen",
            "kaios", "dalvik", "webview", "up.browser", "obigo", "teleca", "ucweb", "qqbrowser",
            "playstation", "nintendo", "hbbtv", "roku", "quicktime", "microsoft office", "microsoft outlook",
            "outlook-", "googleapp", "elinks", "lynx", "[fban/", "mozacfetch", "mozilla/5.0 (", NULL};
    return has_one_of(a, WORDS);
}

// "Mozilla/5.0 (compatible; Something": since Internet Explorer only machines name themselves there.
static bool compatible_with_something(const struct looked_at *a)
{
    static const char *const BROWSERS[] = {"msie", "konqueror", "opera", "googletoolbar", "yandexbrowser",
            "iab", "ibrowse", "u;", "u)", "chrome", "safari", "windows", "linux", "ms-office", "lotus",
            "yahoo", NULL};
    for (const char *name = a->lower; (name = strstr(name, "compatible; "));) {
        name += strlen("compatible; ");
        const char *const *b = BROWSERS;
        while (*b && strncmp(name, *b, strlen(*b)) != 0)
            b++;
        if (!*b && letter(*name))
            return true;
    }
    return false;
}

// "Mozilla/5.0" in lower case, or behind another text: put together by a program.
static bool made_up(const struct looked_at *a)
{
    if (strncmp(a->given, "mozilla/", strlen("mozilla/")) == 0)
        return true;
    const char *mozilla = strstr(a->given, "Mozilla/");
    return mozilla && mozilla > a->given &&
           strchr("|,'\"`=:<>", mozilla[mozilla - a->given > 1 && mozilla[-1] == ' ' ? -2 : -1]);
}

static bool say(char *out, const char *reason)
{
    snprintf(out, AGENT_REASON, "%s", reason);
    return true;
}

bool agent_is_machine(struct str agent, char *out)
{
    struct looked_at a;
    look_at(agent, &a);
    if (!a.n)
        return say(out, "no user agent");
    blank_innocents(&a);
    const struct agent_needle *needle = find_needle(&a);
    if (needle) {
        snprintf(out, AGENT_REASON, "%s: %.*s", AGENT_TEXT + needle->reason, (int)needle->n,
                AGENT_TEXT + needle->text);
        return true;
    }
    if (has_contact(&a))
        return say(out, "names an address to contact");
    if (compatible_with_something(&a))
        return say(out, "names no browser");
    if (made_up(&a))
        return say(out, "no browser's agent");
    return !is_browser_like(&a) && say(out, "no browser");
}
