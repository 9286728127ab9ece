#include "app/import/csv_decode.h"

#include "app/import/csv_encoding.h"
#include "base/input.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHUNK = 128 << 10, NAME_SIZE = 40 };

struct csv_decoder {
    struct input *input;
    enum csv_encoding encoding;
    char name[NAME_SIZE]; // CSV_OTHER: as asked for
    bool asked;           // the encoding was given
    bool started, ended;
    iconv_t iconv; // (iconv_t)-1: none
    char *raw;     // 2 * CHUNK bytes: what is read and not yet decoded
    size_t raw_n;
};

static bool open_iconv(struct csv_decoder *d, struct err *err)
{
    struct str name = d->encoding == CSV_OTHER ? str_of(d->name) : csv_encoding_name(d->encoding);
    if (d->encoding == CSV_SHIFT_JIS)
        name = STR("CP932"); // what Windows writes, and calls Shift_JIS
    d->iconv = iconv_open("UTF-8", name.p);
    if (d->iconv == (iconv_t)-1)
        return err_set(err, ERR_USAGE, "unknown encoding \"%.*s\"", STR_ARG(name));
    return true;
}

static bool needs_iconv(enum csv_encoding encoding)
{
    return encoding > CSV_UTF16BE && encoding != CSV_WINDOWS_1252;
}

bool csv_decoder_open(const char *path, struct str encoding, struct csv_decoder **ret, struct err *err)
{
    struct input *input;
    if (encoding.n >= NAME_SIZE)
        return err_set(err, ERR_USAGE, "unknown encoding \"%.*s\"", STR_ARG(encoding));
    if (!input_open(path, &input, err))
        return false;
    struct csv_decoder *d = mem_zero(1, sizeof *d);
    d->input = input;
    d->iconv = (iconv_t)-1;
    d->raw = mem_alloc(2 * CHUNK);
    if (encoding.n) {
        d->asked = true;
        d->encoding = csv_encoding_of(encoding);
        memcpy(d->name, encoding.p, encoding.n);
        if (needs_iconv(d->encoding) && !open_iconv(d, err)) {
            csv_decoder_close(d);
            return false;
        }
    }
    *ret = d;
    return true;
}

void csv_decoder_close(struct csv_decoder *d)
{
    if (!d)
        return;
    if (d->iconv != (iconv_t)-1)
        iconv_close(d->iconv);
    input_close(d->input);
    free(d->raw);
    free(d);
}

struct str csv_decoder_encoding(const struct csv_decoder *d)
{
    return d->encoding == CSV_OTHER ? str_of(d->name) : csv_encoding_name(d->encoding);
}

uint64_t csv_decoder_consumed(const struct csv_decoder *d)
{
    return input_consumed(d->input);
}

uint64_t csv_decoder_size(const struct csv_decoder *d)
{
    return input_size(d->input);
}

// Fills raw up to at least CHUNK bytes, or to the end.
static bool fill(struct csv_decoder *d, struct err *err)
{
    while (!d->ended && d->raw_n < CHUNK) {
        size_t n;
        if (!input_read(d->input, d->raw + d->raw_n, 2 * CHUNK - d->raw_n, &n, err))
            return false;
        d->ended = n == 0;
        d->raw_n += n;
    }
    return true;
}

static void drop_raw(struct csv_decoder *d, size_t n)
{
    memmove(d->raw, d->raw + n, d->raw_n - n);
    d->raw_n -= n;
}

// The first bytes, and while all was ASCII every further piece, decide the encoding.
static bool decide(struct csv_decoder *d, struct err *err)
{
    struct str raw = {d->raw, d->raw_n};
    size_t bom = 0;
    enum csv_encoding found = d->encoding;
    if (!d->started) {
        found = csv_detect_start(raw, d->ended, &bom);
        if (d->asked && bom && found != d->encoding) {
            if (d->encoding == CSV_UTF16LE && found == CSV_UTF16BE)
                d->encoding = found; // "UTF-16": the mark says which
            else
                bom = 0;
        }
        d->started = true;
    } else if (d->encoding == CSV_ASCII) {
        found = csv_detect(raw, d->ended);
    }
    drop_raw(d, bom);
    if (d->asked || found == d->encoding)
        return true;
    d->encoding = found;
    return !needs_iconv(found) || open_iconv(d, err);
}

static void put_code(struct buf *out, uint32_t code)
{
    out->n += utf8_put(code, buf_room(out, 4));
}

static size_t decode_utf16(struct csv_decoder *d, struct buf *out)
{
    const unsigned char *p = (const unsigned char *)d->raw;
    unsigned low = d->encoding == CSV_UTF16LE ? 0 : 1, high = 1 - low;
    size_t i = 0;
    for (; i + 1 < d->raw_n; i += 2) {
        uint32_t c = (uint32_t)p[i + low] | (uint32_t)p[i + high] << 8;
        if (c >= 0xD800 && c < 0xDC00) {
            if (i + 3 >= d->raw_n && !d->ended)
                break;
            uint32_t next = i + 3 < d->raw_n ? (uint32_t)p[i + 2 + low] | (uint32_t)p[i + 2 + high] << 8 : 0;
            if (next >= 0xDC00 && next < 0xE000) {
                c = 0x10000 + ((c - 0xD800) << 10) + (next - 0xDC00);
                i += 2;
            }
        }
        if (c >= 0xD800 && c < 0xE000)
            buf_char(out, '\xFF');
        else
            put_code(out, c);
    }
    if (d->ended && i < d->raw_n) { // half a character at the very end
        buf_char(out, '\xFF');
        i = d->raw_n;
    }
    return i;
}

static size_t decode_1252(struct csv_decoder *d, struct buf *out)
{
    // 0x80 to 0x9F; 0 where windows-1252 has no character.
    static const uint16_t UPPER[32] = {0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6,
            0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013,
            0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178};
    char *to = buf_room(out, d->raw_n * 3), *start = to;
    for (size_t i = 0; i < d->raw_n; i++) {
        unsigned char c = (unsigned char)d->raw[i];
        if (c < 0x80)
            *to++ = (char)c;
        else if (c >= 0xA0)
            to += utf8_put(c, to);
        else if (UPPER[c - 0x80])
            to += utf8_put(UPPER[c - 0x80], to);
        else
            *to++ = '\xFF';
    }
    out->n += (size_t)(to - start);
    return d->raw_n;
}

static size_t decode_iconv(struct csv_decoder *d, struct buf *out)
{
    char *in = d->raw;
    size_t in_n = d->raw_n;
    while (in_n) {
        size_t room = in_n * 4 + 16;
        char *to = buf_room(out, room), *start = to;
        size_t done = iconv(d->iconv, &in, &in_n, &to, &room);
        out->n += (size_t)(to - start);
        if (done != (size_t)-1 || errno == E2BIG)
            continue;
        if (errno == EINVAL && !d->ended)
            break; // a cut character: the rest comes with the next bytes
        buf_char(out, '\xFF');
        in++;
        in_n--;
    }
    return d->raw_n - in_n;
}

bool csv_decoder_read(struct csv_decoder *d, struct buf *out, bool *ret_more, struct err *err)
{
    if (d->encoding == CSV_UTF8 && d->started && !d->raw_n) { // straight through
        size_t n;
        if (!d->ended && !input_read(d->input, buf_room(out, CHUNK), CHUNK, &n, err))
            return false;
        d->ended = d->ended || n == 0;
        out->n += d->ended ? 0 : n;
        *ret_more = !d->ended;
        return true;
    }
    if (!fill(d, err) || ((!d->started || d->encoding == CSV_ASCII) && !decide(d, err)))
        return false;
    size_t used = d->raw_n;
    if (!used) {
        *ret_more = !d->ended;
        return true;
    }
    if (d->encoding == CSV_UTF16LE || d->encoding == CSV_UTF16BE)
        used = decode_utf16(d, out);
    else if (d->encoding == CSV_WINDOWS_1252)
        used = decode_1252(d, out);
    else if (d->iconv != (iconv_t)-1)
        used = decode_iconv(d, out);
    else
        buf_put(out, (struct str){d->raw, d->raw_n});
    drop_raw(d, used);
    *ret_more = !d->ended || d->raw_n;
    return true;
}
