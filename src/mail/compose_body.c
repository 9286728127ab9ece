#include "mail/compose_body.h"

enum { CODED_LINE = 76 };

enum coding { AS_IS, QUOTED, BASE64 };

// One look at the text: whether it may stay as it is, and which coding is shorter.
static enum coding coding_of(struct str text)
{
    size_t line = 0, coded = 0;
    bool plain = true;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c == '\n') {
            plain = plain && !(i && (text.p[i - 1] == ' ' || text.p[i - 1] == '\t'));
            line = 0;
            continue;
        }
        if (c == '\r' && i + 1 < text.n && text.p[i + 1] == '\n')
            continue;
        // "From " is changed on its way into an mbox, a dot by SMTP, dashes might be our boundary.
        if (!line && (c == 'F' || c == '.' || c == '-'))
            plain = plain && c != '.' && !(c == 'F' && str_starts(str_sub(text, i, text.n), STR("From "))) &&
                    !(c == '-' && str_starts(str_sub(text, i, text.n), STR("--=_")));
        bool bare = (c >= ' ' && c <= '~') || c == '\t';
        coded += !bare || c == '=';
        plain = plain && bare && ++line <= CODED_LINE;
    }
    if (plain)
        return AS_IS;
    return coded * 3 > text.n ? BASE64 : QUOTED;
}

static void put_as_is(struct buf *out, struct str text)
{
    while (text.n) {
        size_t end = str_find(text, '\n'), next = end < text.n ? end + 1 : end;
        buf_put(out, str_sub(text, 0, end && text.p[end - 1] == '\r' ? end - 1 : end));
        buf_put(out, STR("\r\n"));
        text = str_sub(text, next, text.n);
    }
}

// A line without its end, as quoted-printable with soft breaks.
static void put_quoted_line(struct buf *out, struct str line)
{
    static const char HEX[] = "0123456789ABCDEF";
    size_t column = 0;
    char *p = buf_room(out, line.n * 3 + (line.n * 3 / (CODED_LINE - 3) + 2) * 3), *at = p;
    for (size_t i = 0; i < line.n; i++) {
        unsigned char c = (unsigned char)line.p[i];
        bool last = i + 1 == line.n;
        bool bare = ((c > ' ' && c <= '~' && c != '=') || ((c == ' ' || c == '\t') && !last)) &&
                    !(column == 0 && (c == '.' || c == 'F' || c == '-'));
        size_t width = bare ? 1 : 3;
        if (column + width > CODED_LINE - (last ? 0 : 1)) {
            memcpy(at, "=\r\n", 3);
            at += 3;
            column = 0;
            bare = bare && c != '.' && c != 'F' && c != '-';
            width = bare ? 1 : 3;
        }
        if (bare)
            *at++ = (char)c;
        else {
            *at++ = '=';
            *at++ = HEX[c >> 4];
            *at++ = HEX[c & 15];
        }
        column += width;
    }
    out->n += (size_t)(at - p);
}

static void put_quoted(struct buf *out, struct str text)
{
    while (text.n) {
        size_t end = str_find(text, '\n'), next = end < text.n ? end + 1 : end;
        put_quoted_line(
                out, str_sub(text, 0, end && text.p[end - 1] == '\r' && end < text.n ? end - 1 : end));
        buf_put(out, STR("\r\n"));
        text = str_sub(text, next, text.n);
    }
}

// Base64 of what put_as_is would write, 76 letters a line.
static void put_base64(struct buf *out, struct str text)
{
    static const char SIGNS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct buf crlf = {0};
    put_as_is(&crlf, text);
    for (size_t i = 0, column = 0; i < crlf.n; i += 3) {
        size_t left = crlf.n - i;
        const unsigned char *p = (const unsigned char *)crlf.p + i;
        uint32_t bits = (uint32_t)p[0] << 16 | (left > 1 ? (uint32_t)p[1] << 8 : 0) | (left > 2 ? p[2] : 0);
        char four[4] = {SIGNS[bits >> 18], SIGNS[bits >> 12 & 63], left > 1 ? SIGNS[bits >> 6 & 63] : '=',
                left > 2 ? SIGNS[bits & 63] : '='};
        buf_put(out, (struct str){four, 4});
        column += 4;
        if (column == CODED_LINE || left <= 3) {
            buf_put(out, STR("\r\n"));
            column = 0;
        }
    }
    buf_free(&crlf);
}

void body_put(struct buf *out, const char *type, struct str text)
{
    static const char *const NAMES[] = {"7bit", "quoted-printable", "base64"};
    enum coding coding = coding_of(text);
    buf_put(out, STR("Content-Type: "));
    buf_put(out, str_of(type));
    buf_put(out, STR("; charset=utf-8\r\nContent-Transfer-Encoding: "));
    buf_put(out, str_of(NAMES[coding]));
    buf_put(out, STR("\r\n\r\n"));
    if (coding == AS_IS)
        put_as_is(out, text);
    else if (coding == QUOTED)
        put_quoted(out, text);
    else
        put_base64(out, text);
}
