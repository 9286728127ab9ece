#include "app/address/address.h"

// The providers with the most mailboxes; a domain that is nearly one of them is more often a slip than a
// company.
static const char *const LARGE[] = {"gmail.com", "googlemail.com", "yahoo.com", "hotmail.com", "outlook.com",
        "icloud.com", "live.com", "aol.com", "msn.com", "protonmail.com", "yandex.ru", "yahoo.co.uk",
        "hotmail.co.uk", "hotmail.fr", "orange.fr", "wanadoo.fr", "libero.it", "t-online.de", "freenet.de",
        "comcast.net", "verizon.net", "rediffmail.com", NULL};

// Two neighbours changed places, and nothing else.
static bool swapped(struct str a, struct str b)
{
    size_t i = 0;
    if (a.n != b.n)
        return false;
    while (i < a.n && a.p[i] == b.p[i])
        i++;
    return i + 1 < a.n && a.p[i] == b.p[i + 1] && a.p[i + 1] == b.p[i] &&
           str_eq(str_sub(a, i + 2, a.n), str_sub(b, i + 2, b.n));
}

struct str address_email_suggestion(struct arena *arena, struct str normal)
{
    struct str domain = address_domain(normal), best = STR_NONE;
    unsigned nearest = 2;
    if (!domain.n || domain.n > 20 || (address_domain_free(domain) && !address_domain_disposable(domain)))
        return STR_NONE;
    for (const char *const *name = LARGE; *name; name++) {
        struct str large = str_of(*name);
        unsigned distance = swapped(domain, large) ? 1 : str_distance(domain, large, 2);
        if (distance < nearest) {
            nearest = distance;
            best = large;
        }
    }
    if (!best.p || nearest == 0)
        return STR_NONE;
    return arena_printf(arena, "%.*s%.*s", (int)(domain.p - normal.p), normal.p, STR_ARG(best));
}
