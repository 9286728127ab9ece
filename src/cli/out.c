#include "cli/out.h"

#include "base/utf8.h"

#include <errno.h>
#include <math.h>
#include <unistd.h>

enum { OUT_LARGE = 256 << 10 };

static void write_all(struct out *out)
{
    size_t done = 0;
    while (!out->error && done < out->buf.n) {
        ssize_t n = write(out->fd, out->buf.p + done, out->buf.n - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            out->error = errno;
    }
    out->buf.n = 0;
}

bool out_step(struct out *out)
{
    if (out->buf.n >= OUT_LARGE)
        write_all(out);
    return out->error == 0;
}

bool out_flush(struct out *out)
{
    write_all(out);
    return out->error == 0;
}

bool out_end(struct out *out, struct err *err)
{
    write_all(out);
    buf_free(&out->buf);
    // Some file systems tell of a full disk only here. A descriptor that was never open is no loss if nothing
    // was to be written.
    if (close(out->fd) != 0 && !out->error && errno != EBADF)
        out->error = errno;
    if (!out->error)
        return true;
    if (out->error == EPIPE)
        return err_set(err, ERR_IO, "%s", "");
    errno = out->error;
    return err_errno(err, ERR_IO, "cannot write to standard output");
}

void put_csv(struct buf *buf, struct str field)
{
    bool quote = false;
    for (size_t i = 0; i < field.n && !quote; i++)
        quote = strchr(",\"\r\n", field.p[i]) && field.p[i];
    if (!quote) {
        buf_put(buf, field);
        return;
    }
    buf_char(buf, '"');
    for (size_t i = 0; i < field.n; i++) {
        if (field.p[i] == '"')
            buf_char(buf, '"');
        buf_char(buf, field.p[i]);
    }
    buf_char(buf, '"');
}

void put_count(struct buf *buf, uint64_t n)
{
    char digits[32];
    size_t at = sizeof digits;
    for (unsigned i = 0; i == 0 || n; i++, n /= 10) {
        if (i && i % 3 == 0)
            digits[--at] = ',';
        digits[--at] = (char)('0' + n % 10);
    }
    buf_put(buf, (struct str){digits + at, sizeof digits - at});
}

void put_percent(struct buf *buf, double ratio)
{
    if (isnan(ratio))
        buf_put(buf, STR("–"));
    else
        buf_printf(buf, "%.1f %%", ratio * 100);
}

void put_bar(struct buf *buf, double part, unsigned width)
{
    static const char *const EIGHTHS[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    part = part > 1 ? 1 : part;
    unsigned eighths = part > 0 ? (unsigned)lround(part * width * 8) : 0;
    if (part > 0 && eighths == 0)
        eighths = 1;
    for (unsigned i = 0; i < eighths / 8; i++)
        buf_put(buf, STR("█"));
    buf_put(buf, str_of(EIGHTHS[eighths % 8]));
}

void put_plain(struct buf *buf, struct str text)
{
    for (size_t i = 0; i < text.n;) {
        size_t from = i;
        uint32_t c = utf8_next(text, &i);
        if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xFFFD)
            buf_put(buf, STR("\xEF\xBF\xBD"));
        else
            buf_put(buf, str_sub(text, from, i));
    }
}
