#include "base/buf.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buf_free(struct buf *buf)
{
    free(buf->p);
    *buf = (struct buf){0};
}

char *buf_room(struct buf *buf, size_t bytes)
{
    if (buf->cap - buf->n < bytes) {
        size_t cap = buf->cap ? buf->cap * 2 : 256;
        if (bytes > PTRDIFF_MAX - buf->n)
            mem_out(bytes, 1);
        if (cap - buf->n < bytes)
            cap = buf->n + bytes;
        buf->p = mem_resize(buf->p, cap, 1);
        buf->cap = cap;
    }
    return buf->p + buf->n;
}

void buf_put(struct buf *buf, struct str s)
{
    if (!s.n)
        return;
    memcpy(buf_room(buf, s.n), s.p, s.n);
    buf->n += s.n;
}

void buf_char(struct buf *buf, char c)
{
    *buf_room(buf, 1) = c;
    buf->n++;
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n > 0) {
        vsnprintf(buf_room(buf, (size_t)n + 1), (size_t)n + 1, format, again);
        buf->n += (size_t)n;
    }
    va_end(again);
}

void buf_int(struct buf *buf, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do
        digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        digits[--at] = '-';
    buf_put(buf, (struct str){digits + at, sizeof digits - at});
}
