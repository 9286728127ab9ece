// Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). A stream has two
// owners, its connection and whoever sends; the last one frees it. Its connection is suspended while there is
// nothing to send.
#include "base/clock.h"
#include "base/mem.h"
#include "http/private.h"

#include <stdlib.h>
#include <sys/socket.h>

enum { MAX_BEHIND = 256 << 10, BLOCK = 4096 };

struct stream {
    pthread_mutex_t lock;
    struct buf waiting; // behind `sent`
    size_t sent;
    unsigned owners;
    bool gone;   // the client left, was too slow, or the server stops
    bool ended;  // whoever sends has let go: what waits is sent, and that was all
    bool closed; // the connection is
    struct loop *loop;
    // the loop's thread only
    struct ready ready;
    struct exchange *exchange; // NULL: the connection is closed
    bool started;              // the answer's head is under way
    int64_t beat;
};

static void let_go(struct stream *stream)
{
    pthread_mutex_lock(&stream->lock);
    bool last = --stream->owners == 0;
    pthread_mutex_unlock(&stream->lock);
    if (!last)
        return;
    pthread_mutex_destroy(&stream->lock);
    buf_free(&stream->waiting);
    free(stream);
}

bool response_stream(struct request *r, struct stream **ret, struct err *err)
{
    struct exchange *x = exchange_of(r);
    if (atomic_load(&x->server->stopping))
        return err_set(err, ERR_BUSY, "the server stops");
    struct stream *stream = mem_zero(1, sizeof *stream);
    pthread_mutex_init(&stream->lock, NULL);
    stream->owners = 2;
    stream->loop = x->loop;
    stream->exchange = x;
    stream->ready.stream = stream;
    stream->beat = clock_monotonic_ns();
    buf_put(&stream->waiting, STR(": hello\n\n"));
    x->stream = stream;
    x->closes = true;
    response_type(r, "text/event-stream");
    response_header(r, "Cache-Control", STR("no-store"));
    response_header(r, "X-Accel-Buffering", STR("no"));
    *ret = stream;
    return true;
}

static void put_field(struct buf *out, const char *name, struct str value)
{
    buf_put(out, str_of(name));
    for (size_t i = 0; i < value.n; i++) // a line end would begin another field
        buf_char(out, value.p[i] == '\n' || value.p[i] == '\r' ? ' ' : value.p[i]);
    buf_char(out, '\n');
}

// Appends under the lock; false if nobody will read it.
static bool append(struct stream *stream, struct str text)
{
    pthread_mutex_lock(&stream->lock);
    if (stream->sent == stream->waiting.n)
        stream->sent = stream->waiting.n = 0;
    if (stream->waiting.n - stream->sent + text.n > MAX_BEHIND)
        stream->gone = true;
    bool there = !stream->gone;
    if (there)
        buf_put(&stream->waiting, text);
    pthread_mutex_unlock(&stream->lock);
    return there;
}

bool stream_send(struct stream *stream, struct str id, struct str event, struct str data)
{
    struct buf text = {0};
    if (id.p)
        put_field(&text, "id: ", id);
    if (event.n)
        put_field(&text, "event: ", event);
    put_field(&text, "data: ", data);
    buf_char(&text, '\n');
    bool there = append(stream, buf_str(&text));
    buf_free(&text);
    // Also for one that was too slow, so that it is closed. Not once the connection is gone: the loop may be.
    pthread_mutex_lock(&stream->lock);
    if (!stream->closed)
        loop_wake(stream->loop, &stream->ready);
    pthread_mutex_unlock(&stream->lock);
    return there;
}

bool stream_there(struct stream *stream)
{
    pthread_mutex_lock(&stream->lock);
    bool there = !stream->gone;
    pthread_mutex_unlock(&stream->lock);
    return there;
}

void stream_release(struct stream *stream)
{
    pthread_mutex_lock(&stream->lock);
    stream->ended = true;
    if (!stream->closed)
        loop_wake(stream->loop, &stream->ready);
    pthread_mutex_unlock(&stream->lock);
    let_go(stream);
}

// libmicrohttpd wants more to send.
static ssize_t read_stream(void *cls, uint64_t position, char *out, size_t max)
{
    (void)position;
    struct stream *stream = cls;
    struct exchange *x = stream->exchange;
    pthread_mutex_lock(&stream->lock);
    size_t n = stream->waiting.n - stream->sent;
    bool end = stream->gone || (stream->ended && !n) || atomic_load(&x->server->stopping);
    if (n > max)
        n = max;
    if (n)
        memcpy(out, stream->waiting.p + stream->sent, n);
    stream->sent += n;
    if (stream->sent == stream->waiting.n && stream->waiting.cap > BLOCK) {
        buf_free(&stream->waiting);
        stream->sent = 0;
    }
    pthread_mutex_unlock(&stream->lock);
    if (end)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (n)
        return (ssize_t)n;
    x->suspended = true;
    x->loop->n_suspended++;
    MHD_suspend_connection(x->mhd);
    return 0;
}

struct MHD_Response *stream_response(struct exchange *x)
{
    x->stream->started = true;
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_stream, x->stream, NULL);
}

void stream_wake(struct stream *stream)
{
    struct exchange *x = stream->exchange;
    if (!x || !stream->started || !x->suspended)
        return;
    x->suspended = false;
    x->loop->n_suspended--;
    MHD_resume_connection(x->mhd);
}

void stream_check(struct connection *connection, int64_t now)
{
    struct stream *stream = connection->exchange->stream;
    char byte;
    bool left = recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    bool stopping = atomic_load(&connection->loop->server->stopping);
    pthread_mutex_lock(&stream->lock);
    stream->gone |= left || stopping;
    bool gone = stream->gone;
    pthread_mutex_unlock(&stream->lock);
    bool beat = now - stream->beat > (int64_t)HEARTBEAT * 1000000000;
    if (beat && !gone) {
        stream->beat = now;
        append(stream, STR(": \n\n"));
    }
    if (gone && !connection->exchange->suspended) // it does not even take what is on its way
        shutdown(connection->fd, SHUT_RDWR);
    else if (gone || beat)
        stream_wake(stream);
}

void stream_close(struct stream *stream)
{
    stream->exchange = NULL;
    pthread_mutex_lock(&stream->lock);
    stream->gone = true;
    stream->closed = true; // nobody wakes it any more
    loop_forget(stream->loop, &stream->ready);
    pthread_mutex_unlock(&stream->lock);
    let_go(stream);
}
