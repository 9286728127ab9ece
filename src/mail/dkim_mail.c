// A mail as DKIM sees it, and its canonical forms (RFC 6376, 3.4).
#include "base/vec.h"
#include "mail/dkim_private.h"

#include <nettle/sha2.h>

static size_t line_end(struct str text, size_t at)
{
    const char *p = at < text.n ? memchr(text.p + at, '\n', text.n - at) : NULL;
    return p ? (size_t)(p - text.p) + 1 : text.n;
}

static bool is_empty_line(struct str text, size_t from, size_t to)
{
    return to - from <= 2 && from < text.n &&
           (text.p[from] == '\n' || (text.p[from] == '\r' && to - from == 2));
}

bool dkim_split(struct arena *arena, struct str mail, struct dkim_mail *ret, struct err *err)
{
    struct dkim_mail m = {.arena = arena};
    size_t at = 0, cap = 0;
    while (at < mail.n) {
        size_t end = line_end(mail, at);
        if (is_empty_line(mail, at, end)) {
            at = end;
            break;
        }
        while (end < mail.n && (mail.p[end] == ' ' || mail.p[end] == '\t'))
            end = line_end(mail, end);
        struct str whole = str_sub(mail, at, end);
        if (end > DKIM_HEADER_MAX)
            return err_set(err, ERR_LIMIT, "the header is larger than %d bytes", DKIM_HEADER_MAX);
        if (m.n == cap) {
            struct dkim_field *more = arena_alloc(arena, (cap = cap ? cap * 2 : 32) * sizeof *more);
            if (m.n)
                memcpy(more, m.fields, m.n * sizeof *more);
            m.fields = more;
        }
        m.fields[m.n++] = (struct dkim_field){str_trim(str_sub(whole, 0, str_find(whole, ':'))), whole};
        at = end;
    }
    if (!m.n || mail.p[0] == ' ' || mail.p[0] == '\t')
        return err_set(err, ERR_INPUT, "the mail has no header");
    m.body = str_sub(mail, at, mail.n);
    *ret = m;
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

// Line ends as CRLF, whatever they were.
static void put_with_crlf(struct str text, struct buf *out)
{
    while (text.n) {
        size_t end = str_find(text, '\n');
        size_t bare = end < text.n && end && text.p[end - 1] == '\r' ? end - 1 : end;
        buf_put(out, str_sub(text, 0, bare));
        if (end < text.n)
            buf_put(out, STR("\r\n"));
        text = str_sub(text, end < text.n ? end + 1 : end, text.n);
    }
}

void dkim_canonical_field(struct str field, bool relaxed, struct buf *out)
{
    if (!relaxed) {
        put_with_crlf(field, out);
        return;
    }
    size_t colon = str_find(field, ':'), begin;
    struct str name = str_trim(str_sub(field, 0, colon));
    for (size_t i = 0; i < name.n; i++)
        buf_char(out, name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] + 32) : name.p[i]);
    buf_char(out, ':');
    begin = out->n;
    for (size_t i = colon + 1; i < field.n; i++) {
        char c = field.p[i];
        if (c == '\n' || (c == '\r' && i + 1 < field.n && field.p[i + 1] == '\n'))
            continue;
        if (!is_space(c))
            buf_char(out, c);
        else if (out->n > begin && out->p[out->n - 1] != ' ')
            buf_char(out, ' ');
    }
    if (out->n > begin && out->p[out->n - 1] == ' ')
        out->n--;
    buf_put(out, STR("\r\n"));
}

// A line of a body without its end.
static void put_line(struct str line, bool relaxed, struct buf *out)
{
    if (!relaxed) {
        buf_put(out, line);
        return;
    }
    while (line.n && is_space(line.p[line.n - 1]))
        line.n--;
    for (size_t i = 0; i < line.n;) {
        size_t word = i;
        while (i < line.n && !is_space(line.p[i]))
            i++;
        buf_put(out, str_sub(line, word, i));
        if (i < line.n)
            buf_char(out, ' ');
        while (i < line.n && is_space(line.p[i]))
            i++;
    }
}

void dkim_canonical_body(struct str body, bool relaxed, size_t limit, struct buf *out)
{
    size_t begin = out->n, empty = 0;
    while (body.n) {
        size_t end = str_find(body, '\n');
        bool ended = end < body.n;
        struct str line = str_sub(body, 0, ended && end && body.p[end - 1] == '\r' ? end - 1 : end);
        size_t from = out->n;
        body = str_sub(body, ended ? end + 1 : end, body.n);
        put_line(line, relaxed, out);
        if (out->n == from) { // of those at the end nothing counts
            empty++;
            continue;
        }
        if (empty) {
            size_t n = out->n - from;
            buf_room(out, empty * 2);
            memmove(out->p + from + empty * 2, out->p + from, n);
            for (size_t i = 0; i < empty; i++)
                memcpy(out->p + from + i * 2, "\r\n", 2);
            out->n += empty * 2;
            empty = 0;
        }
        buf_put(out, STR("\r\n"));
    }
    if (out->n == begin && !relaxed)
        buf_put(out, STR("\r\n"));
    if (out->n - begin > limit)
        out->n = begin + limit;
}

bool dkim_hash_body(struct str body, bool relaxed, int64_t length, uint8_t ret[32])
{
    struct buf out = {0};
    struct sha256_ctx hash;
    dkim_canonical_body(body, relaxed, SIZE_MAX, &out);
    bool enough = length < 0 || (uint64_t)length <= out.n;
    sha256_init(&hash);
    sha256_update(&hash, length < 0 || !enough ? out.n : (size_t)length, (const uint8_t *)out.p);
    sha256_digest(&hash, 32, ret);
    buf_free(&out);
    return enough;
}

void dkim_signed_bytes(
        const struct dkim_mail *mail, struct str names, bool relaxed, struct str signature, struct buf *out)
{
    bool *used = ARENA_ARRAY(mail->arena, bool, mail->n + 1);
    struct str name;
    unsigned n = 0;
    while (n++ < DKIM_NAMES_MAX && dkim_list_next(&names, &name))
        for (size_t i = mail->n; i-- > 0;)
            if (!used[i] && str_eq_nocase(mail->fields[i].name, name)) {
                used[i] = true;
                dkim_canonical_field(mail->fields[i].whole, relaxed, out);
                break;
            }
    dkim_canonical_field(signature, relaxed, out);
    if (out->n >= 2 && memcmp(out->p + out->n - 2, "\r\n", 2) == 0)
        out->n -= 2;
}
