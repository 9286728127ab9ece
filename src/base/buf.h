// A growable byte buffer for output. `struct buf b = {0};` is an empty one.
#ifndef SLUICE_BASE_BUF_H
#define SLUICE_BASE_BUF_H

#include "base/str.h"

struct buf {
    char *p;
    size_t n, cap;
};

void buf_free(struct buf *buf);
char *buf_room(struct buf *buf, size_t bytes); // room behind the end; the caller adds to n
void buf_put(struct buf *buf, struct str s);
void buf_char(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_int(struct buf *buf, int64_t value);

static inline struct str buf_str(const struct buf *buf)
{
    return (struct str){buf->p, buf->n};
}

#endif
