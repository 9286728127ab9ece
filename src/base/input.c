#include "base/input.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { CHUNK = 256 << 10 };

enum form { FORM_UNKNOWN, FORM_PLAIN, FORM_GZIP, FORM_ZSTD };

struct input {
    const char *path;
    int fd;
    enum form form;
    uint64_t consumed, size;
    unsigned char *raw; // CHUNK bytes as read
    size_t raw_at, raw_n;
    bool raw_end, in_frame;
    z_stream gzip;
    ZSTD_DStream *zstd;
    char *text; // decompressed, for lines
    size_t text_at, text_n, text_cap;
    bool text_end;
};

bool input_open(const char *path, struct input **ret, struct err *err)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, ERR_IO, "cannot open %s", path);
    struct stat st = {0};
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        if (!standard)
            close(fd);
        return err_set(err, ERR_IO, "cannot read %s: it is a folder", path);
    }
    struct input *input = mem_zero(1, sizeof *input);
    input->path = path;
    input->fd = fd;
    input->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
    input->raw = mem_alloc(CHUNK);
    *ret = input;
    return true;
}

void input_close(struct input *input)
{
    if (!input)
        return;
    if (input->fd != STDIN_FILENO)
        close(input->fd);
    if (input->form == FORM_GZIP)
        inflateEnd(&input->gzip);
    ZSTD_freeDStream(input->zstd);
    free(input->raw);
    free(input->text);
    free(input);
}

static bool fill_raw(struct input *input, struct err *err)
{
    memmove(input->raw, input->raw + input->raw_at, input->raw_n - input->raw_at);
    input->raw_n -= input->raw_at;
    input->raw_at = 0;
    while (!input->raw_end && input->raw_n < CHUNK) {
        ssize_t n = read(input->fd, input->raw + input->raw_n, CHUNK - input->raw_n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, ERR_IO, "cannot read %s", input->path);
        input->raw_end = n == 0;
        input->raw_n += (size_t)n;
        input->consumed += (uint64_t)n;
        if (input->raw_n >= 4096)
            break;
    }
    return true;
}

static bool detect(struct input *input, struct err *err)
{
    if (!fill_raw(input, err))
        return false;
    const unsigned char *p = input->raw;
    input->form = FORM_PLAIN;
    if (input->raw_n >= 2 && p[0] == 0x1f && p[1] == 0x8b) {
        if (inflateInit2(&input->gzip, 15 + 16) != Z_OK)
            return err_set(err, ERR_IO, "cannot start zlib");
        input->form = FORM_GZIP;
    } else if (input->raw_n >= 4 && p[0] == 0x28 && p[1] == 0xb5 && p[2] == 0x2f && p[3] == 0xfd) {
        input->zstd = ZSTD_createDStream();
        input->form = FORM_ZSTD;
    }
    return true;
}

// One step of a decompressor over the raw bytes; *ret_n may stay 0 while there is more to do.
static bool inflate_some(struct input *input, char *out, size_t size, size_t *ret_n, struct err *err)
{
    size_t have = input->raw_n - input->raw_at;
    if (input->form == FORM_GZIP) {
        z_stream *z = &input->gzip;
        z->next_in = input->raw + input->raw_at;
        z->avail_in = (uInt)have;
        z->next_out = (Bytef *)out;
        z->avail_out = (uInt)size;
        int status = inflate(z, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
            return err_set(err, ERR_INPUT, "%s is damaged: its gzip data cannot be read", input->path);
        input->raw_at = input->raw_n - z->avail_in;
        *ret_n = size - z->avail_out;
        input->in_frame = status != Z_STREAM_END;
        if (status == Z_STREAM_END) // another member may follow
            inflateReset(z);
        return true;
    }
    ZSTD_inBuffer in = {input->raw + input->raw_at, have, 0};
    ZSTD_outBuffer to = {out, size, 0};
    size_t status = ZSTD_decompressStream(input->zstd, &to, &in);
    if (ZSTD_isError(status))
        return err_set(err, ERR_INPUT, "%s is damaged: its zstd data cannot be read", input->path);
    input->raw_at += in.pos;
    *ret_n = to.pos;
    input->in_frame = status != 0;
    return true;
}

bool input_read(struct input *input, char *out, size_t size, size_t *ret_n, struct err *err)
{
    size_t n = 0;
    if (size > UINT32_MAX)
        size = UINT32_MAX;
    if (input->form == FORM_UNKNOWN && !detect(input, err))
        return false;
    while (n == 0 && size) {
        if (input->raw_at == input->raw_n) {
            if (!input->raw_end && !fill_raw(input, err))
                return false;
            if (input->raw_at == input->raw_n && input->raw_end) {
                // Nothing left to feed; a decompressor may still hold output of what it was fed.
                if (input->form == FORM_PLAIN || !input->in_frame)
                    break;
                if (!inflate_some(input, out, size, &n, err))
                    return false;
                if (n == 0 && input->in_frame)
                    return err_set(
                            err, ERR_INPUT, "%s ends too early: its compressed data is cut", input->path);
                break;
            }
            continue;
        }
        if (input->form == FORM_PLAIN) {
            size_t have = input->raw_n - input->raw_at;
            n = have < size ? have : size;
            memcpy(out, input->raw + input->raw_at, n);
            input->raw_at += n;
        } else if (!inflate_some(input, out, size, &n, err)) {
            return false;
        }
    }
    *ret_n = n;
    return true;
}

bool input_line(struct input *input, struct str *ret_line, bool *ret_more, struct err *err)
{
    size_t scanned = 0;
    if (!input->text) {
        input->text = mem_alloc(CHUNK);
        input->text_cap = CHUNK;
    }
    for (;;) {
        size_t have = input->text_n - input->text_at;
        char *start = input->text + input->text_at;
        char *newline = have > scanned ? memchr(start + scanned, '\n', have - scanned) : NULL;
        if (newline || (input->text_end && have)) {
            size_t n = newline ? (size_t)(newline - start) : have;
            *ret_line = (struct str){start, n};
            *ret_more = true;
            input->text_at += n + (newline != NULL);
            return true;
        }
        if (input->text_end) {
            *ret_more = false;
            return true;
        }
        scanned = have;
        if (have > INPUT_LINE_MAX)
            return err_set(
                    err, ERR_LIMIT, "%s holds a line of over %d MB", input->path, INPUT_LINE_MAX >> 20);
        if (input->text_at) {
            memmove(input->text, start, have);
            input->text_at = 0;
            input->text_n = have;
        }
        if (input->text_cap - have < CHUNK) {
            input->text_cap = input->text_cap * 2 + CHUNK;
            input->text = mem_resize(input->text, input->text_cap, 1);
        }
        size_t n;
        if (!input_read(input, input->text + have, input->text_cap - have, &n, err))
            return false;
        input->text_n += n;
        input->text_end = n == 0;
    }
}

uint64_t input_consumed(const struct input *input)
{
    return input->consumed;
}

uint64_t input_size(const struct input *input)
{
    return input->size;
}
