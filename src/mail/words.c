// Encoded words (RFC 2047, and what programs make of them): neighbours of one charset are joined before they
// are read, because many split a letter between two.
#include "base/buf.h"
#include "mail/charset.h"

struct word {
    struct str charset, text;
    char encoding;
    size_t end; // position behind it
};

// "=?charset*lang?Q?text?=" at s.p[at].
static bool find_word(struct str s, size_t at, struct word *ret)
{
    size_t i = at + 2;
    while (i < s.n && s.p[i] != '?' && s.p[i] > ' ' && i - at < 80)
        i++;
    if (i + 3 >= s.n || s.p[i] != '?' || s.p[i + 2] != '?' || i == at + 2)
        return false;
    char encoding = (char)(s.p[i + 1] | 32);
    if (encoding != 'q' && encoding != 'b')
        return false;
    size_t from = i + 3, to = from;
    while (to + 1 < s.n && !(s.p[to] == '?' && s.p[to + 1] == '='))
        to++;
    if (to + 1 >= s.n)
        return false;
    if (encoding == 'q' && to == from && to + 3 < s.n && s.p[to + 2] == '=' && s.p[to + 3] == '?')
        return false;
    struct str charset = str_sub(s, at + 2, i);
    charset.n = str_find(charset, '*');
    *ret = (struct word){charset, str_sub(s, from, to), encoding, to + 2};
    return true;
}

size_t charset_word_end(struct str s, size_t at)
{
    struct word w;
    return at + 1 < s.n && s.p[at] == '=' && s.p[at + 1] == '?' && find_word(s, at, &w) ? w.end : 0;
}

static void put_q(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '_')
            buf_char(out, ' ');
        else if (s.p[i] == '=' && i + 2 < s.n && hex_digit(s.p[i + 1]) >= 0 && hex_digit(s.p[i + 2]) >= 0) {
            buf_char(out, (char)(hex_digit(s.p[i + 1]) * 16 + hex_digit(s.p[i + 2])));
            i += 2;
        } else
            buf_char(out, s.p[i]);
    }
}

static void put_b(struct buf *out, struct str s)
{
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < s.n; i++) {
        int v = base64_digit(s.p[i]);
        if (v < 0)
            continue;
        bits = bits << 6 | (uint32_t)v;
        have += 6;
        if (have >= 8) {
            have -= 8;
            buf_char(out, (char)(bits >> have & 0xff));
        }
    }
}

// Blanks and line ends only: what stands between two encoded words is dropped.
static bool only_blanks(struct str s, size_t from, size_t to)
{
    for (; from < to; from++)
        if (!strchr(" \t\r\n", s.p[from]))
            return false;
    return true;
}

static void put_plain(struct arena *arena, struct buf *out, struct str s)
{
    buf_put(out, charset_to_utf8(arena, s, STR_NONE));
}

static void put_decoded(struct arena *arena, struct buf *out, struct buf *word, struct str charset)
{
    buf_put(out, charset_to_utf8(arena, arena_str(arena, buf_str(word)), charset));
    word->n = 0;
}

static void decode(struct arena *arena, struct buf *out, struct str s)
{
    struct buf word = {0};
    struct str charset = STR_NONE;
    size_t done = 0; // what is before has been put, or is in word
    bool in_word = false;
    for (size_t i = 0; i + 1 < s.n;) {
        struct word w;
        if (s.p[i] != '=' || s.p[i + 1] != '?' || !find_word(s, i, &w)) {
            i++;
            continue;
        }
        bool next = in_word && only_blanks(s, done, i);
        if (in_word && !(next && str_eq_nocase(charset, w.charset)))
            put_decoded(arena, out, &word, charset);
        if (!next)
            put_plain(arena, out, str_sub(s, done, i));
        charset = w.charset;
        if (w.encoding == 'q')
            put_q(&word, w.text);
        else
            put_b(&word, w.text);
        in_word = true;
        i = done = w.end;
    }
    if (in_word)
        put_decoded(arena, out, &word, charset);
    put_plain(arena, out, str_sub(s, done, s.n));
    buf_free(&word);
}

// In place: line ends vanish before a blank, other controls become blanks; trimmed.
static struct str one_line(char *p, size_t n)
{
    size_t to = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if ((c == '\r' || c == '\n') && i + 1 < n && strchr(" \t\r\n", p[i + 1]) && p[i + 1])
            continue;
        p[to++] = c < ' ' || c == 127 ? ' ' : (char)c;
    }
    return str_trim((struct str){p, to});
}

struct str charset_header(struct arena *arena, struct str raw)
{
    struct buf out = {0};
    struct arena *work = arena_new();
    decode(work, &out, raw);
    char *copy = arena_alloc(arena, out.n + 1);
    if (out.n)
        memcpy(copy, out.p, out.n);
    struct str s = one_line(copy, out.n);
    buf_free(&out);
    arena_free(work);
    return s;
}
