#include "mail/mime_limits.h"

#include "mail/mime.h"

#include <strings.h>

enum {
    DECLARED_MAX = MIME_PARTS_MAX, // "boundary=" and "message/…": the only things that can nest
    DASHES_MAX = 20000,            // lines that could begin a part
    FIELDS_MAX = 50000,            // header fields of all parts
};

struct limits {
    unsigned declared, dashes, fields;
    size_t header;  // bytes of this block so far
    bool in_header; // could be: what a line means is GMime's business, here it is only counted
    bool nests;     // this block says message/…: behind it comes another
};

static bool holds(struct str line, const char *word, size_t n)
{
    for (size_t i = 0; i + n <= line.n; i++)
        if ((line.p[i] | 32) == word[0] && strncasecmp(line.p + i, word, n) == 0)
            return true;
    return false;
}

static bool is_field(struct str line)
{
    size_t i = 0;
    while (i < line.n && i < 100 && line.p[i] > ' ' && line.p[i] != ':')
        i++;
    return i > 0 && i < line.n && line.p[i] == ':';
}

static bool blank(struct str line)
{
    return line.n == 0 || (line.n == 1 && line.p[0] == '\r');
}

static void in_header(struct limits *l, struct str line)
{
    l->header += line.n + 1;
    if (blank(line)) {
        l->in_header = l->nests;
        l->nests = false;
        l->header = 0;
        return;
    }
    l->fields += is_field(line);
    if (holds(line, "boundary", 8))
        l->declared++;
    if (holds(line, "message/", 8)) {
        l->declared++;
        l->nests = true;
    }
}

// false: no further.
static bool look(struct limits *l, struct str line)
{
    if (line.n >= 2 && line.p[0] == '-' && line.p[1] == '-') {
        l->dashes++;
        l->in_header = true;
        l->nests = false;
        l->header = 0;
    } else if (l->in_header) {
        in_header(l, line);
    }
    return l->declared <= DECLARED_MAX && l->dashes <= DASHES_MAX && l->fields <= FIELDS_MAX &&
           l->header <= MIME_HEADER_MAX;
}

size_t mime_within_limits(struct str mail)
{
    struct limits l = {.in_header = true};
    if (mail.n > MIME_BYTES_MAX)
        mail.n = MIME_BYTES_MAX;
    for (size_t at = 0; at < mail.n;) {
        const char *end = memchr(mail.p + at, '\n', mail.n - at);
        size_t to = end ? (size_t)(end - mail.p) : mail.n;
        // (of a line that long no more than this is a header's, and it is cut before the whole of it)
        if (l.in_header && to - at > MIME_HEADER_MAX)
            return at + MIME_HEADER_MAX;
        if (!look(&l, str_sub(mail, at, to)))
            return at;
        at = to + 1;
    }
    return mail.n;
}

// Lines that end in several ways confuse where a part ends: all of them get LF.
static bool has_mixed_ends(struct str s)
{
    size_t cr = 0, crlf = 0, lf = 0, n = s.n < 64 << 10 ? s.n : 64 << 10;
    for (size_t i = 0; i < n; i++) {
        bool before = i > 0 && s.p[i - 1] == '\r';
        crlf += s.p[i] == '\n' && before;
        lf += s.p[i] == '\n' && !before;
        cr += s.p[i] == '\r' && i + 1 < n && s.p[i + 1] != '\n';
    }
    return (crlf && lf) || (cr > 3 && cr > (lf + crlf) * 10);
}

struct str mime_plain_lines(struct arena *arena, struct str bytes)
{
    if (has_mixed_ends(bytes)) {
        char *copy = arena_alloc(arena, bytes.n);
        size_t n = 0;
        for (size_t i = 0; i < bytes.n; i++)
            if (bytes.p[i] != '\r')
                copy[n++] = bytes.p[i];
            else if (!(i + 1 < bytes.n && bytes.p[i + 1] == '\n'))
                copy[n++] = '\n';
        bytes = (struct str){copy, n};
    }
    // A BOM, empty lines (Gmail pads one), mbox lines (also quoted ones, as some forwarders leave them) in
    // front of the header.
    if (str_starts(bytes, STR("\xef\xbb\xbf")))
        bytes = str_sub(bytes, 3, bytes.n);
    size_t skipped = 0;
    for (size_t i = 0; i < bytes.n && strchr(" \t\r\n", bytes.p[i]); i++)
        if (bytes.p[i] == '\n')
            skipped = i + 1;
    bytes = str_sub(bytes, skipped, bytes.n);
    for (unsigned i = 0; i < 2; i++)
        if (str_starts(bytes, STR("From ")) || str_starts(bytes, STR(">From "))) {
            size_t end = str_find(bytes, '\n');
            bytes = str_sub(bytes, end < bytes.n ? end + 1 : end, bytes.n);
        }
    return bytes;
}

static bool mbox_line(struct str bytes, size_t at)
{
    return str_starts(str_sub(bytes, at, bytes.n), STR("From "));
}

bool mime_mbox(struct str bytes, size_t *at, struct str *ret_mail)
{
    size_t from = *at;
    if (from >= bytes.n && from > 0)
        return false;
    size_t to = bytes.n;
    if (mbox_line(bytes, 0))
        for (size_t i = from; i < bytes.n;) {
            const char *end = memchr(bytes.p + i, '\n', bytes.n - i);
            size_t next = end ? (size_t)(end - bytes.p) + 1 : bytes.n;
            struct str line = str_sub(bytes, i, next);
            if (blank(str_trim(line)) && next < bytes.n && mbox_line(bytes, next)) {
                to = next;
                break;
            }
            i = next;
        }
    *ret_mail = str_sub(bytes, from, to);
    *at = to ? to : 1;
    return true;
}
