#include "support/http_help.h"

#include "base/buf.h"
#include "base/clock.h"

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

int help_connect(unsigned port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((in_port_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

void help_send(int fd, struct str bytes)
{
    while (bytes.n) {
        ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n <= 0)
            return; // closed meanwhile, which tests see by the answer
        bytes = str_sub(bytes, (size_t)n, bytes.n);
    }
}

static size_t find(struct str text, const char *s)
{
    const char *at = text.n ? memmem(text.p, text.n, s, strlen(s)) : NULL;
    return at ? (size_t)(at - text.p) : text.n;
}

bool help_has(struct str text, const char *s)
{
    return find(text, s) < text.n;
}

// Bytes of the first answer, 0 if it is not whole.
static size_t answer_size(struct str text)
{
    size_t head = find(text, "\r\n\r\n");
    if (head == text.n)
        return 0;
    struct str lines = str_sub(text, 0, head + 2);
    size_t length = find(lines, "Content-Length: ");
    size_t body = length < lines.n ? strtoull(lines.p + length + 16, NULL, 10) : 0;
    return text.n - head - 4 >= body ? head + 4 + body : 0;
}

static unsigned answers(struct str text)
{
    unsigned n = 0;
    for (size_t size; (size = answer_size(text)); n++)
        text = str_sub(text, size, text.n);
    return n;
}

struct str help_receive(struct arena *arena, int fd, unsigned n, unsigned ms, bool *ret_closed)
{
    struct buf got = {0};
    int64_t end = clock_monotonic_ns() + (int64_t)ms * 1000000;
    bool closed = false;
    while (!closed && (!n || answers(buf_str(&got)) < n)) {
        int64_t left = (end - clock_monotonic_ns()) / 1000000;
        struct pollfd p = {fd, POLLIN, 0};
        if (left <= 0 || poll(&p, 1, (int)left) <= 0)
            break;
        ssize_t size = recv(fd, buf_room(&got, 65536), 65536, 0);
        closed = size <= 0;
        got.n += size > 0 ? (size_t)size : 0;
    }
    struct str text = arena_str(arena, buf_str(&got));
    buf_free(&got);
    if (ret_closed)
        *ret_closed = closed;
    return text;
}

struct str help_talk(struct arena *arena, unsigned port, struct str request)
{
    int fd = help_connect(port);
    help_send(fd, request);
    struct str answer = help_receive(arena, fd, 1, 5000, NULL);
    close(fd);
    return answer;
}

struct str help_get(struct arena *arena, unsigned port, const char *path, int *ret_status)
{
    struct str request = arena_printf(arena, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
    struct str answer = help_talk(arena, port, request);
    if (ret_status)
        *ret_status = help_status(answer);
    return help_body(answer);
}

int help_status(struct str answer)
{
    return answer.n > 12 && str_starts(answer, STR("HTTP/1.1 ")) ? atoi(answer.p + 9) : 0;
}

struct str help_body(struct str answer)
{
    size_t head = find(answer, "\r\n\r\n");
    return head < answer.n ? str_sub(answer, head + 4, answer.n) : STR("");
}

void help_sleep(unsigned ms)
{
    struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&t, NULL);
}
