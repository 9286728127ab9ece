#include "base/html.h"

#include "base/utf8.h"

#include <assert.h>
#include <sodium.h>

static struct str escape_of(unsigned char c)
{
    switch (c) {
    case '&':
        return STR("&amp;");
    case '<':
        return STR("&lt;");
    case '>':
        return STR("&gt;");
    case '"':
        return STR("&quot;");
    case '\'':
        return STR("&#39;");
    default:
        return c < 0x20 && c != '\n' && c != '\t' && c != '\r' ? STR("\xEF\xBF\xBD") : STR_NONE;
    }
}

void html_text(struct buf *buf, struct str text)
{
    size_t from = 0, i = 0;
    while (i < text.n) {
        unsigned char c = (unsigned char)text.p[i];
        size_t next = i + 1;
        struct str escape = escape_of(c);
        if (c >= 0x80) {
            next = i;
            uint32_t point = utf8_next(text, &next);
            if (point == 0xFFFD || (point >= 0x80 && point < 0xA0))
                escape = STR("\xEF\xBF\xBD");
        } else if (c == 0x7F) {
            escape = STR("\xEF\xBF\xBD");
        }
        if (escape.n) {
            buf_put(buf, str_sub(text, from, i));
            buf_put(buf, escape);
            from = next;
        }
        i = next;
    }
    if (from < text.n)
        buf_put(buf, str_sub(text, from, text.n));
}

void html_write(struct buf *buf, const char *format, const struct str *texts, size_t n)
{
    size_t used = 0;
    for (const char *p = format; *p;) {
        size_t plain = strcspn(p, "$");
        buf_put(buf, (struct str){p, plain});
        p += plain;
        if (*p == '$') {
            assert(used < n);
            html_text(buf, texts[used++]);
            p++;
        }
    }
    assert(used == n);
}

static bool starts_nocase(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_eq_nocase(str_sub(s, 0, prefix.n), prefix);
}

static bool own_path(struct str url)
{
    return url.n && url.p[0] == '/' && (url.n == 1 || (url.p[1] != '/' && url.p[1] != '\\'));
}

// Browsers skip tabs and line ends in addresses, which makes more of them than one sees.
static bool has_odd_bytes(struct str url)
{
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= 0x20 || url.p[i] == 0x7F || url.p[i] == '\\')
            return true;
    return false;
}

struct str html_url(struct str url)
{
    bool fine = starts_nocase(url, STR("https://")) || starts_nocase(url, STR("http://")) ||
                starts_nocase(url, STR("mailto:")) || own_path(url) ||
                (url.n && (url.p[0] == '#' || url.p[0] == '?'));
    return fine && !has_odd_bytes(url) ? url : STR("#");
}

bool html_target(struct str url)
{
    if (!utf8_valid(url) || has_odd_bytes(url))
        return false;
    if (own_path(url))
        return true;
    if (!starts_nocase(url, STR("https://")))
        return false;
    size_t end = 8;
    for (; end < url.n && !strchr("/?#", url.p[end]); end++) {
        char c = url.p[end];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                     c == '-' || c == ':';
        if (!plain)
            return false;
    }
    return end > 8 && url.p[8] != '.' && url.p[8] != ':' && url.p[8] != '-';
}

struct str html_hash_source(struct arena *arena, struct str inline_text)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(sizeof hash, sodium_base64_VARIANT_ORIGINAL)];
    crypto_hash_sha256(hash, (const unsigned char *)inline_text.p, inline_text.n);
    sodium_bin2base64(text, sizeof text, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    return arena_printf(arena, "'sha256-%s'", text);
}
