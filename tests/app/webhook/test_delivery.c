// Deliveries by a clock that the test turns: the whole schedule of retries, giving up, disabling; and many
// messages by several senders, each once. (pthread: also under ThreadSanitizer.)
#include "support/data_help.h"

#include "app/webhook/private.h"
#include "app/webhook/sign.h"
#include "base/mem.h"
#include "store/ask.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { START = 1700000000, IDS_MAX = 1000, HOUR = 3600 };

struct receiver {
    int fd;
    unsigned port;
    pthread_t thread;
    atomic_int status;
    atomic_uint n;
    char ids[IDS_MAX][UUID_SIZE];
};

struct fixture {
    struct arena *arena;
    char folder[200], data[220];
    struct app *app;
    struct data *reader;
    atomic_llong now; // seconds
    struct receiver receiver;
    struct err err;
};

static void answer_one(struct receiver *receiver, int fd)
{
    static const char ID[] = "webhook-id: ";
    char request[8192], answer[100];
    size_t n = 0;
    ssize_t got;
    char *end = NULL;
    // The body is short: head and body come within these reads.
    while (n < sizeof request - 1 && (got = read(fd, request + n, sizeof request - 1 - n)) > 0) {
        n += (size_t)got;
        request[n] = '\0';
        end = strstr(request, "\r\n\r\n");
        const char *length = strstr(request, "Content-Length: ");
        if (end && length && (size_t)(request + n - (end + 4)) >= (size_t)atoi(length + 16))
            break;
    }
    const char *id = end ? strstr(request, ID) : NULL;
    unsigned i = atomic_load(&receiver->n);
    if (id && i < IDS_MAX) {
        memcpy(receiver->ids[i], id + sizeof ID - 1, UUID_SIZE - 1);
        atomic_store(&receiver->n, i + 1);
    }
    int length =
            snprintf(answer, sizeof answer, "HTTP/1.1 %d X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                    atomic_load(&receiver->status));
    if (write(fd, answer, (size_t)length) < 0)
        return;
}

static void *receive(void *p)
{
    struct receiver *receiver = p;
    for (;;) {
        int fd = accept(receiver->fd, NULL, NULL);
        if (fd < 0)
            return NULL;
        answer_one(receiver, fd);
        close(fd);
    }
}

static void receiver_start(struct receiver *receiver)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    receiver->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(receiver->fd >= 0);
    assert_int_equal(bind(receiver->fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(receiver->fd, 100), 0);
    assert_int_equal(getsockname(receiver->fd, (struct sockaddr *)&address, &size), 0);
    receiver->port = ntohs(address.sin_port);
    atomic_store(&receiver->status, 200);
    assert_int_equal(pthread_create(&receiver->thread, NULL, receive, receiver), 0);
}

static int64_t clock_of_test(void *ctx)
{
    struct fixture *f = ctx;
    return atomic_load(&f->now) * 1000;
}

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    atomic_store(&f->now, START);
    snprintf(f->folder, sizeof f->folder, "%s", help_folder().p);
    snprintf(f->data, sizeof f->data, "%s/data", f->folder);
    help_init(f->data);
    receiver_start(&f->receiver);
    struct app_options options = {
            .folder = f->data, .clock = {.now_ms = clock_of_test, .ctx = f}, .allow_internal = true};
    if (!app_open(&options, &f->app, &f->err) || !app_start(f->app, &f->err) ||
            !app_reader(f->app, &f->reader, &f->err))
        fail_msg("%s", f->err.message);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    data_close(f->reader);
    app_close(f->app);
    shutdown(f->receiver.fd, SHUT_RDWR);
    pthread_join(f->receiver.thread, NULL);
    close(f->receiver.fd);
    help_remove(f->folder);
    arena_free(f->arena);
    return 0;
}

static struct writing *begin(struct fixture *f)
{
    struct writing *w;
    if (!writing_begin(f->app, &w, &f->err))
        fail_msg("%s", f->err.message);
    return w;
}

static void must(struct fixture *f, bool ok)
{
    if (!ok)
        fail_msg("%s", f->err.message);
}

static void add_hook(struct fixture *f, const char *id)
{
    struct webhook_secret secret;
    struct writing *w = begin(f);
    secret_new(&secret);
    struct str url = arena_printf(w->arena, "http://127.0.0.1:%u/", f->receiver.port);
    must(f, store_do(w->store,
                    "INSERT INTO webhook (id, url, name, events, state, why, from_event, failures, paused, "
                    "slow,"
                    " version, created, changed) VALUES ($1, $2, '', '[\"test.*\"]', 'active', '', 0, 0, 0, "
                    "0,"
                    " 1, 0, 0)",
                    PARAMS(P_TEXT(str_of(id)), P_TEXT(url)), &f->err));
    must(f, store_do(w->store,
                    "INSERT INTO webhook_secret (webhook, id, secret, made) VALUES ($1, '1', $2, 0)",
                    PARAMS(P_TEXT(str_of(id)), P_BYTES(((struct str){(char *)secret.bytes, secret.n}))),
                    &f->err));
    must(f, writing_commit(w, &f->err));
}

static void emit(struct fixture *f, unsigned n)
{
    struct writing *w = begin(f);
    for (unsigned i = 0; i < n; i++)
        must(f, webhook_emit(w, "test.one", 0, STR("{}"), &f->err));
    must(f, writing_commit(w, &f->err));
}

static int64_t number(struct fixture *f, const char *sql)
{
    int64_t n = -1;
    must(f, store_number(data_store(f->reader), sql, -1, &n, &f->err));
    return n;
}

// Waits until a query gives a number.
static void wait_for(struct fixture *f, const char *sql, int64_t expected)
{
    for (int i = 0; i < 2000; i++) {
        if (number(f, sql) == expected)
            return;
        wake_senders(f->app);
        usleep(5000);
    }
    fail_msg("%s: %lld, not %lld", sql, (long long)number(f, sql), (long long)expected);
}

static void test_schedule(void **state)
{
    struct fixture *f = *state;
    add_hook(f, "hook");
    atomic_store(&f->receiver.status, 500);
    emit(f, 1);
    static const int64_t LEAST[] = {
            5, 300, 1800, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR};
    for (unsigned i = 0; i < ATTEMPTS_MAX; i++) {
        wait_for(f, "SELECT attempts FROM webhook_delivery WHERE lease = 0", i + 1);
        assert_int_equal(atomic_load(&f->receiver.n), i + 1);
        if (i == ATTEMPTS_MAX - 1)
            break;
        int64_t due = number(f, "SELECT due FROM webhook_delivery"), now = atomic_load(&f->now);
        assert_true(due >= now + LEAST[i] && due <= now + LEAST[i] + LEAST[i] / 10 + 1);
        atomic_store(&f->now, due - 1);
        wake_senders(f->app);
        usleep(100000);
        assert_int_equal(atomic_load(&f->receiver.n), i + 1);
        atomic_store(&f->now, due);
    }
    assert_int_equal(number(f, "SELECT count(*) FROM webhook_delivery WHERE state = 'failed'"), 1);
    assert_int_equal(number(f, "SELECT count(*) FROM webhook_attempt"), ATTEMPTS_MAX);
    assert_int_equal(number(f, "SELECT failing_since FROM webhook"), START);
    assert_int_equal(number(f, "SELECT count(*) FROM webhook WHERE state = 'active'"), 1);
    // Nothing but failures for five days: it is disabled, and says so.
    atomic_store(&f->now, START + FAILING_SECONDS + 1);
    emit(f, 1);
    wait_for(f, "SELECT count(*) FROM webhook WHERE state = 'disabled'", 1);
    assert_int_equal(number(f, "SELECT count(*) FROM audit WHERE action = 'webhook.disable'"), 1);
    for (unsigned i = 1; i < atomic_load(&f->receiver.n) - 1; i++)
        assert_string_equal(f->receiver.ids[i], f->receiver.ids[0]);
    unsigned n = atomic_load(&f->receiver.n);
    atomic_store(&f->now, START + 10 * 24 * HOUR);
    usleep(200000);
    assert_int_equal(atomic_load(&f->receiver.n), n);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void test_each_once(void **state)
{
    struct fixture *f = *state;
    enum { N = 300 };
    add_hook(f, "one");
    add_hook(f, "two");
    for (int i = 0; i < 3; i++)
        emit(f, N / 3);
    wait_for(f, "SELECT count(*) FROM webhook_delivery WHERE state = 'sent' AND attempts = 1", 2 * N);
    assert_int_equal(atomic_load(&f->receiver.n), 2 * N);
    qsort(f->receiver.ids, 2 * N, UUID_SIZE, by_text);
    for (unsigned i = 0; i < 2 * N; i += 2) {
        assert_string_equal(f->receiver.ids[i], f->receiver.ids[i + 1]);
        assert_true(!i || strcmp(f->receiver.ids[i - 1], f->receiver.ids[i]) != 0);
    }
}

// A webhook that fails again and again is asked once a minute, and nothing of what waits for it is lost.
static void test_pause(void **state)
{
    struct fixture *f = *state;
    add_hook(f, "hook");
    atomic_store(&f->receiver.status, 503);
    emit(f, 20);
    wait_for(f, "SELECT count(*) FROM webhook WHERE failures >= 5 AND paused > failing_since", 1);
    usleep(50000);
    unsigned n = atomic_load(&f->receiver.n);
    usleep(300000);
    assert_int_equal(atomic_load(&f->receiver.n), n);
    atomic_store(&f->receiver.status, 204);
    atomic_store(&f->now, START + 400);
    wait_for(f, "SELECT count(*) FROM webhook_delivery WHERE state = 'sent'", 20);
    assert_int_equal(
            number(f, "SELECT count(*) FROM webhook WHERE failing_since IS NULL AND failures = 0"), 1);
}

static void test_cleaner(void **state)
{
    struct fixture *f = *state;
    add_hook(f, "hook");
    emit(f, 5);
    wait_for(f, "SELECT count(*) FROM webhook_delivery WHERE state = 'sent'", 5);
    atomic_store(&f->now, START + KEPT_SECONDS - 10);
    must(f, run_cleaner(f->app, f->reader, &f->err));
    assert_int_equal(number(f, "SELECT count(*) FROM webhook_message"), 5);
    atomic_store(&f->now, START + KEPT_SECONDS + 2 * HOUR);
    must(f, run_cleaner(f->app, f->reader, &f->err));
    assert_int_equal(number(f, "SELECT count(*) FROM webhook_message"), 0);
    assert_int_equal(number(f, "SELECT count(*) FROM webhook_delivery"), 0);
    assert_int_equal(number(f, "SELECT count(*) FROM webhook_attempt"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(test_schedule, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_each_once, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_pause, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_cleaner, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
