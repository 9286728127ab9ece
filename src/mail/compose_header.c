#include "mail/compose_header.h"

#include "base/utf8.h"

enum {
    LINE_MAX = 78,
    WORD_MAX = 75,               // of an encoded word
    PAYLOAD_MAX = WORD_MAX - 12, // behind =?UTF-8?Q? and before ?=
};

// A field being written: knows how long the line is.
struct line {
    struct buf *out;
    size_t begin; // of the current line in out
};

static struct line begin(struct buf *out, const char *name)
{
    struct line line = {out, out->n};
    buf_put(out, str_of(name));
    buf_put(out, STR(":"));
    return line;
}

// A word behind a blank, in a new line where this one has no room.
static void put_word(struct line *line, struct str word)
{
    struct buf *out = line->out;
    bool first = out->n && out->p[out->n - 1] == ':';
    if (!first && out->n - line->begin + 1 + word.n > LINE_MAX) {
        buf_put(out, STR("\r\n"));
        line->begin = out->n;
    }
    buf_char(out, ' ');
    buf_put(out, word);
}

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || (unsigned char)s.p[i] > '~')
            return false;
    return true;
}

// In encoded words, also of names: RFC 2047, 5 (3).
static bool is_bare(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '!' ||
           c == '*' || c == '+' || c == '-' || c == '/';
}

static size_t put_q(struct str letter, char *out)
{
    static const char HEX[] = "0123456789ABCDEF";
    size_t n = 0;
    for (size_t i = 0; i < letter.n; i++) {
        unsigned char c = (unsigned char)letter.p[i];
        if (c == ' ')
            out[n++] = '_';
        else if (is_bare(c))
            out[n++] = (char)c;
        else {
            out[n++] = '=';
            out[n++] = HEX[c >> 4];
            out[n++] = HEX[c & 15];
        }
    }
    return n;
}

static size_t put_base64(struct str s, char *out)
{
    static const char SIGNS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t n = 0;
    for (size_t i = 0; i < s.n; i += 3) {
        size_t left = s.n - i;
        uint32_t bits = (uint32_t)(unsigned char)s.p[i] << 16;
        bits |= left > 1 ? (uint32_t)(unsigned char)s.p[i + 1] << 8 : 0;
        bits |= left > 2 ? (uint32_t)(unsigned char)s.p[i + 2] : 0;
        out[n++] = SIGNS[bits >> 18];
        out[n++] = SIGNS[bits >> 12 & 63];
        out[n++] = left > 1 ? SIGNS[bits >> 6 & 63] : '=';
        out[n++] = left > 2 ? SIGNS[bits & 63] : '=';
    }
    return n;
}

// The next letter of UTF-8, at most four bytes; ill-formed ones count as they are.
static struct str letter_at(struct str s, size_t at)
{
    size_t end = at;
    utf8_next(s, &end);
    return str_sub(s, at, end);
}

// Encoded words, none in the middle of a letter; Q or B, whichever is shorter for the whole.
static void put_encoded(struct line *line, struct str text)
{
    size_t quoted = 0;
    for (size_t i = 0; i < text.n; i++)
        quoted += is_bare((unsigned char)text.p[i]) || text.p[i] == ' ' ? 1 : 3;
    bool base64 = (text.n + 2) / 3 * 4 < quoted;
    for (size_t at = 0; at < text.n;) {
        char word[WORD_MAX + 8] = "=?UTF-8?Q?", payload[16];
        size_t n = 10, from = at;
        word[8] = base64 ? 'B' : 'Q';
        while (at < text.n) {
            struct str letter = letter_at(text, at);
            if (base64 ? (at - from + letter.n + 2) / 3 * 4 > PAYLOAD_MAX
                       : n - 10 + put_q(letter, payload) > PAYLOAD_MAX)
                break;
            if (!base64)
                n += put_q(letter, word + n);
            at += letter.n;
        }
        if (base64)
            n += put_base64(str_sub(text, from, at), word + n);
        memcpy(word + n, "?=", 2);
        put_word(line, (struct str){word, n + 2});
    }
}

// Whether folding between blanks keeps the text as it is and within the limits of RFC 5322.
static bool folds_well(struct str text)
{
    size_t word = 0;
    if (!is_ascii(text) || !text.n || text.p[0] == ' ' || text.p[text.n - 1] == ' ')
        return false;
    for (size_t i = 0; i < text.n; i++) {
        word = text.p[i] == ' ' ? 0 : word + 1;
        if (word > 200 || (text.p[i] == ' ' && text.p[i + 1] == ' ') ||
                (text.p[i] == '=' && i + 1 < text.n && text.p[i + 1] == '?'))
            return false;
    }
    return true;
}

static void put_words(struct line *line, struct str text)
{
    while (text.n) {
        size_t end = str_find(text, ' ');
        put_word(line, str_sub(text, 0, end));
        text = end < text.n ? str_sub(text, end + 1, text.n) : STR("");
    }
}

void header_text(struct buf *out, const char *name, struct str value)
{
    struct line line = begin(out, name);
    if (folds_well(value))
        put_words(&line, value);
    else if (value.n)
        put_encoded(&line, value);
    else
        buf_char(out, ' ');
    buf_put(out, STR("\r\n"));
}

void header_words(struct buf *out, const char *name, struct str value)
{
    struct line line = begin(out, name);
    put_words(&line, str_trim(value));
    buf_put(out, STR("\r\n"));
}

static bool is_atoms(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_bare((unsigned char)s.p[i]) && !memchr("#$%&'=?^_`{|}~ ", s.p[i], 15))
            return false;
    return true;
}

static void put_name(struct line *line, struct str name)
{
    struct buf *out = line->out;
    if (!is_ascii(name) || !folds_well(name)) {
        put_encoded(line, name);
        return;
    }
    if (is_atoms(name)) {
        put_words(line, name);
        return;
    }
    buf_put(out, STR(" \""));
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '"' || name.p[i] == '\\')
            buf_char(out, '\\');
        buf_char(out, name.p[i]);
    }
    buf_char(out, '"');
}

void header_address(struct buf *out, const char *name, struct str person, struct str address)
{
    struct line line = begin(out, name);
    char bracketed[COMPOSE_ADDRESS_MAX + 300];
    if (person.n)
        put_name(&line, person);
    size_t n = address.n < sizeof bracketed - 2 ? address.n : sizeof bracketed - 2;
    bracketed[0] = '<';
    memcpy(bracketed + 1, address.p, n);
    bracketed[n + 1] = '>';
    put_word(&line, (struct str){bracketed, n + 2});
    buf_put(out, STR("\r\n"));
}
