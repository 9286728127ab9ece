#include "app/address/address.h"

#include "app/address/domain_table.h"
#include "base/utf8.h"

#include <libpsl.h>

enum { LONGEST = 253 };

struct str address_domain(struct str normal)
{
    size_t at = normal.n;
    while (at > 0 && normal.p[at - 1] != '@')
        at--;
    return at ? str_sub(normal, at, normal.n) : STR_NONE;
}

// In lower case, without a dot at the end; STR_NONE for what cannot be a domain. NUL-terminated.
static struct str tidy(struct arena *arena, struct str domain)
{
    domain = str_trim(domain);
    if (domain.n && domain.p[domain.n - 1] == '.')
        domain.n--;
    if (!domain.n || domain.n > LONGEST || !utf8_valid(domain))
        return STR_NONE;
    bool letters = false;
    char out[4 * LONGEST + 4]; // one code point's lower case is at most 4 bytes
    size_t n = 0;
    char before = '.';
    for (size_t at = 0; at < domain.n;) {
        uint32_t c = utf8_lower(utf8_next(domain, &at));
        if (c <= ' ' || c == 127 || (c < 128 && strchr("@/\\:?#[]<>()\",;", (int)c)) ||
                (c == '.' && before == '.'))
            return STR_NONE;
        letters = c != '.' && (letters || c < '0' || c > '9'); // in the last part, unlike in 1.2.3.4
        before = c == '.' ? '.' : 'x';
        n += utf8_put(c, out + n);
    }
    return letters && before != '.' ? arena_str(arena, (struct str){out, n}) : STR_NONE;
}

struct str address_domain_registrable(struct arena *arena, struct str domain)
{
    struct str tidied = tidy(arena, domain);
    if (!tidied.p || str_find(tidied, '.') == tidied.n)
        return STR_NONE;
    const char *found = psl_registrable_domain(psl_builtin(), tidied.p);
    return found ? str_of(found) : STR_NONE; // it points into tidied
}

static uint64_t hash_of(struct str text)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < text.n; i++)
        hash = (hash ^ (uint8_t)text.p[i]) * 0x100000001b3u;
    return hash;
}

static bool contains(const uint64_t *hashes, uint32_t n, uint64_t hash)
{
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (hashes[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && hashes[low] == hash;
}

// Whether the domain, or one that it lies below, is in the table. A top-level domain never is.
static bool listed(const uint64_t *hashes, uint32_t n, struct str domain)
{
    struct arena *arena = arena_new();
    struct str rest = tidy(arena, domain);
    bool found = false;
    while (!found && rest.p && str_find(rest, '.') < rest.n) {
        found = contains(hashes, n, hash_of(rest));
        rest = str_sub(rest, str_find(rest, '.') + 1, rest.n);
    }
    arena_free(arena);
    return found;
}

bool address_domain_free(struct str domain)
{
    return listed(DOMAINS_FREE, DOMAINS_FREE_N, domain);
}

bool address_domain_disposable(struct str domain)
{
    return listed(DOMAINS_DISPOSABLE, DOMAINS_DISPOSABLE_N, domain);
}

struct str address_domain_company(struct arena *arena, struct str domain)
{
    struct str registrable = address_domain_registrable(arena, domain);
    if (!registrable.p || address_domain_free(domain) || address_domain_disposable(domain))
        return STR_NONE;
    return registrable;
}
