// Who wants what, and when a failed delivery is tried again.
#include "app/webhook/private.h"

#include "base/json.h"

enum { HOUR = 3600, DAY = 24 * HOUR };

int64_t retry_delay(unsigned attempts, int64_t retry_after, unsigned chance)
{
    static const int64_t SECONDS[ATTEMPTS_MAX - 1] = {
            5, 5 * 60, 30 * 60, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, DAY};
    unsigned i = attempts ? attempts - 1 : 0;
    int64_t delay = SECONDS[i < ATTEMPTS_MAX - 1 ? i : ATTEMPTS_MAX - 2];
    delay += delay * (int64_t)(chance & 0xffff) / 10 / 0xffff;
    int64_t asked = retry_after < RETRY_AFTER_MAX ? retry_after : RETRY_AFTER_MAX;
    return asked > delay ? asked : delay;
}

bool events_want(struct str events, struct str type)
{
    struct arena *arena = arena_new();
    struct json *list;
    bool wants = false;
    if (json_parse(arena, events, &list, NULL) && list->kind == JSON_ARRAY)
        for (const struct json *j = list->child; j && !wants; j = j->next)
            wants = str_eq(j->text, type) ||
                    (str_ends(j->text, STR(".*")) && str_starts(type, str_sub(j->text, 0, j->text.n - 1)));
    arena_free(arena);
    return wants;
}

const char *url_wrong(struct str url)
{
    struct str rest = str_starts(url, STR("https://"))  ? str_sub(url, 8, url.n)
                      : str_starts(url, STR("http://")) ? str_sub(url, 7, url.n)
                                                        : STR_NONE;
    size_t host = 0;
    while (host < rest.n && rest.p[host] != '/' && rest.p[host] != '?' && rest.p[host] != '#')
        host++;
    if (!host || url.n > URL_MAX)
        return "It must be an http or https address of at most 2000 bytes";
    if (str_find(str_sub(rest, 0, host), '@') < host)
        return "It must not hold a user name or password";
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 0x7f || url.p[i] == '#' || url.p[i] == '\\')
            return "It must not hold blanks, control characters, \"#\" or \"\\\"";
    return NULL;
}
