#include "mail/charset.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>

// Labels that mean more than they say: programs write the old name and use the wider set.
static const struct {
    const char *label, *iconv;
} WIDER[] = {
        {"iso-8859-1", "CP1252"},
        {"iso8859-1", "CP1252"},
        {"iso_8859-1", "CP1252"},
        {"8859_1", "CP1252"},
        {"latin1", "CP1252"},
        {"latin-1", "CP1252"},
        {"l1", "CP1252"},
        {"ascii", "CP1252"},
        {"us-ascii", "CP1252"},
        {"ansi_x3.4-1968", "CP1252"},
        {"windows-1252", "CP1252"},
        {"iso-8859-8-i", "ISO-8859-8"},
        {"iso-8859-6-i", "ISO-8859-6"},
        {"iso-8859-9", "CP1254"},
        {"iso-8859-11", "CP874"},
        {"tis-620", "CP874"},
        {"gb2312", "GB18030"},
        {"gb_2312-80", "GB18030"},
        {"x-gbk", "GB18030"},
        {"gbk", "GB18030"},
        {"cp936", "GB18030"},
        {"euc-cn", "GB18030"},
        {"big5", "BIG5-HKSCS"},
        {"x-x-big5", "BIG5-HKSCS"},
        {"big5-hkscs", "BIG5-HKSCS"},
        {"ks_c_5601-1987", "CP949"},
        {"ks_c_5601", "CP949"},
        {"ksc5601", "CP949"},
        {"euc-kr", "CP949"},
        {"shift_jis", "CP932"},
        {"shift-jis", "CP932"},
        {"x-sjis", "CP932"},
        {"sjis", "CP932"},
        {"windows-31j", "CP932"},
        {"iso-2022-jp", "ISO-2022-JP-3"},
        {"iso-2022-jp-1", "ISO-2022-JP-3"},
        {"iso-2022-jp-2", "ISO-2022-JP-2"},
        {"cp50220", "ISO-2022-JP-3"},
        {"utf8", "UTF-8"},
        {"unicode-1-1-utf-8", "UTF-8"},
        {"unicode-1-1-utf-7", "UTF-7"},
        {"x-mac-roman", "MACINTOSH"},
        {"macroman", "MACINTOSH"},
        {"cp-850", "CP850"},
};

static struct str lower(struct str s, char out[64])
{
    s = str_trim(s);
    size_t n = s.n < 63 ? s.n : 63;
    for (size_t i = 0; i < n; i++)
        out[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] | 32 : s.p[i]);
    out[n] = 0;
    return (struct str){out, n};
}

static bool has_8bit(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return true;
    return false;
}

static bool has_escape(struct str s)
{
    const char *at = s.n ? memchr(s.p, 27, s.n) : NULL;
    size_t left = at ? s.n - (size_t)(at - s.p) : 0;
    return left > 2 && (at[1] == '$' || at[1] == '(');
}

static void put_replacement(struct buf *out)
{
    buf_put(out, STR("\xef\xbf\xbd"));
}

// false: there is no such charset. What is ill-formed becomes U+FFFD.
static bool convert(struct buf *out, struct str bytes, const char *from)
{
    iconv_t cd = iconv_open("UTF-8", from);
    if (cd == (iconv_t)-1)
        return false;
    char *in = (char *)bytes.p;
    size_t left = bytes.n;
    while (left > 0) {
        size_t room = left * 2 + 64;
        char *to = buf_room(out, room), *begin = to;
        size_t r = iconv(cd, &in, &left, &to, &room);
        int error = errno;
        out->n += (size_t)(to - begin);
        if (r != (size_t)-1 || error == E2BIG)
            continue;
        put_replacement(out);
        in++;
        left--;
    }
    char *to = buf_room(out, 64), *begin = to;
    size_t room = 64;
    iconv(cd, NULL, NULL, &to, &room);
    out->n += (size_t)(to - begin);
    iconv_close(cd);
    return true;
}

// Whether all of it is well-formed in that charset.
static bool reads(struct str bytes, const char *charset)
{
    iconv_t cd = iconv_open("UTF-8", charset);
    if (cd == (iconv_t)-1)
        return false;
    char *in = (char *)bytes.p;
    size_t left = bytes.n;
    bool fine = true;
    while (fine && left > 0) {
        char out[512], *to = out;
        size_t room = sizeof out;
        fine = iconv(cd, &in, &left, &to, &room) != (size_t)-1 || errno == E2BIG;
    }
    iconv_close(cd);
    return fine;
}

// Eight-bit text that nobody names: UTF-8 has been ruled out. Cyrillic has most of its letters above 0xC0.
static const char *guess(struct str bytes)
{
    size_t high = 0, letters = 0, low = 0, pairs = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char c = (unsigned char)bytes.p[i];
        high += c >= 0x80;
        letters += c >= 0xc0;
        low += (c | 32) >= 'a' && (c | 32) <= 'z';
        pairs += c >= 0xa1 && c < 0xff && i + 1 < bytes.n && (unsigned char)bytes.p[i + 1] >= 0xa1;
    }
    if (high > 8 && high > low && letters * 10 > high * 9)
        return "CP1251";
    if (high > 8 && high > low && pairs * 10 > high * 4)
        return "GB18030";
    return "CP1252";
}

static const char *name_of(struct str label, struct str bytes, char room[64])
{
    struct str l = lower(label, room);
    if (l.n == 0 || str_eq(l, STR("unknown-8bit")) || str_eq(l, STR("x-unknown")) ||
            str_eq(l, STR("unknown")) || str_eq(l, STR("default_charset")) || str_eq(l, STR("_autodetect")) ||
            str_eq(l, STR("binary")) || str_eq(l, STR("8bit")) || str_eq(l, STR("iso-8859-1-utf-8")))
        return guess(bytes);
    for (size_t i = 0; i < sizeof WIDER / sizeof *WIDER; i++)
        if (str_eq(l, str_of(WIDER[i].label)))
            return WIDER[i].iconv;
    return room;
}

// UTF-8 as it is, but for ill-formed bytes, each read as the Latin letter it most likely was.
static void mend(struct buf *out, struct str bytes)
{
    for (size_t at = 0; at < bytes.n;) {
        size_t from = at;
        uint32_t c = utf8_next(bytes, &at);
        if (c == 0xfffd && at == from + 1) {
            struct str one = str_sub(bytes, from, at);
            if (!convert(out, one, "CP1252"))
                put_replacement(out);
        } else {
            buf_put(out, str_sub(bytes, from, at));
        }
    }
}

static bool is_wide(const char *name)
{
    return strncmp(name, "UTF-16", 6) == 0 || strncmp(name, "utf-16", 6) == 0 ||
           strncmp(name, "utf-32", 6) == 0 || strncmp(name, "UTF-32", 6) == 0 ||
           strncmp(name, "ucs-", 4) == 0;
}

static struct str without_nuls(struct arena *arena, struct str s)
{
    if (!s.n || !memchr(s.p, 0, s.n))
        return s;
    char *out = arena_alloc(arena, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i])
            out[n++] = s.p[i];
    return (struct str){out, n};
}

static struct str believed(struct str bytes)
{
    bool bom = bytes.n >= 3 && memcmp(bytes.p, "\xef\xbb\xbf", 3) == 0;
    return str_sub(bytes, bom ? 3 : 0, bytes.n);
}

struct str charset_to_utf8(struct arena *arena, struct str bytes, struct str charset)
{
    char room[64];
    const char *from = name_of(charset, bytes, room);
    bool stateful = strncasecmp(from, "ISO-2022", 8) == 0 || strncasecmp(from, "UTF-7", 5) == 0;
    if (!stateful && !is_wide(from)) {
        if (!has_8bit(bytes)) {
            if (!has_escape(bytes))
                return without_nuls(arena, bytes);
            from = "ISO-2022-JP-3";
        } else if (utf8_valid(bytes)) {
            return without_nuls(arena, believed(bytes));
        }
    } else if (stateful && has_8bit(bytes)) {
        if (utf8_valid(bytes))
            return without_nuls(arena, believed(bytes));
        if (!has_escape(bytes))
            from = strncasecmp(from, "ISO-2022-JP", 11) != 0 ? guess(bytes)
                   : reads(bytes, "EUC-JP")                  ? "EUC-JP"
                                                             : "CP932";
    }
    struct buf out = {0};
    if (strcasecmp(from, "UTF-8") == 0)
        mend(&out, bytes);
    else if (!convert(&out, bytes, from))
        convert(&out, bytes, guess(bytes));
    struct str s = without_nuls(arena, arena_str(arena, buf_str(&out)));
    buf_free(&out);
    return s;
}
