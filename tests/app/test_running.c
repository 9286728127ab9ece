// A running Sluice: the writer's turns, capturing with group commit, followers, jobs' threads. (pthread: also
// under ThreadSanitizer.)
#include "support/data_help.h"

#include "app/app.h"
#include "app/event/log.h"
#include "app/standing/live.h"
#include "base/mem.h"
#include "store/faulty/faulty.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    struct arena *arena;
    char folder[200], data[220];
    struct app *app;
    struct err err;
    unsigned folders; // made so far, for their names
};

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    snprintf(f->folder, sizeof f->folder, "%s", help_folder().p);
    snprintf(f->data, sizeof f->data, "%s/data", f->folder);
    help_init(f->data);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    app_close(f->app);
    help_remove(f->folder);
    arena_free(f->arena);
    return 0;
}

static void open_app(struct fixture *f)
{
    struct app_options options = {.folder = f->data, .clock = clock_system()};
    if (!app_open(&options, &f->app, &f->err))
        fail_msg("%s", f->err.message);
}

static void start_app(struct fixture *f)
{
    open_app(f);
    if (!app_start(f->app, &f->err))
        fail_msg("%s", f->err.message);
}

static uint64_t count_lines(struct str text)
{
    uint64_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    return n;
}

static uint64_t stored(struct fixture *f)
{
    struct data *data = help_open(f->data, DATA_READ);
    uint64_t n = count_lines(help_export(f->arena, data));
    data_close(data);
    return n;
}

// A capture with its own arena, and somebody who waits for its end.
struct sent {
    struct capture capture;
    struct arena *arena;
    unsigned copies;
    atomic_int state; // 0 waiting, 1 durable, 2 failed
};

static void done(struct capture *capture, bool ok, const struct err *err)
{
    struct sent *sent = capture->ctx;
    assert_true(ok || err->message[0]);
    atomic_store(&sent->state, ok ? 1 : 2);
}

static void prepare(struct sent *sent, unsigned n, const char *format, unsigned from)
{
    struct err err;
    *sent = (struct sent){.arena = arena_new()};
    struct message *messages = ARENA_ARRAY(sent->arena, struct message, n);
    for (unsigned i = 0; i < n; i++) {
        char text[300];
        snprintf(text, sizeof text, format, from + i, from + i);
        if (!message_decode(sent->arena, arena_str(sent->arena, str_of(text)), &messages[i], &err))
            fail_msg("%s", err.message);
    }
    sent->capture = (struct capture){.messages = messages,
            .n = n,
            .bytes = n * 100,
            .ret_copies = &sent->copies,
            .done = done,
            .ctx = sent};
}

static void wait_for(struct sent *sent)
{
    for (int i = 0; i < 60000 && !atomic_load(&sent->state); i++)
        usleep(1000);
    assert_int_not_equal(atomic_load(&sent->state), 0);
}

#define TRACK                                                                                     \
    "{\"type\":\"track\",\"event\":\"a\",\"userId\":\"u%u\",\"messageId\":\"m%u\",\"timestamp\":" \
    "\"2026-01-01T00:00:00Z\"}"

static void captured_messages_are_durable_once(void **state)
{
    struct fixture *f = *state;
    struct sent a, b;
    start_app(f);
    prepare(&a, 10, TRACK, 0);
    prepare(&b, 10, TRACK, 5);
    assert_true(app_capture(f->app, &a.capture, &f->err));
    wait_for(&a);
    assert_int_equal(a.state, 1);
    assert_int_equal(a.copies, 0);
    assert_int_equal(stored(f), 10);
    assert_true(app_capture(f->app, &b.capture, &f->err));
    wait_for(&b);
    assert_int_equal(b.copies, 5);
    assert_int_equal(stored(f), 15);
    struct app_numbers n;
    app_numbers(f->app, &n);
    assert_int_equal(n.events, 15);
    assert_int_equal(n.copies, 5);
    assert_int_equal(n.position, 15);
    assert_int_equal(n.queue_captures, 0);
    arena_free(a.arena);
    arena_free(b.arena);
}

static void what_is_queued_is_written_at_the_end(void **state)
{
    enum { N = 300 };
    struct fixture *f = *state;
    struct sent *sent = mem_zero(N, sizeof *sent);
    start_app(f);
    for (unsigned i = 0; i < N; i++) {
        prepare(&sent[i], 7, TRACK, i * 7);
        assert_true(app_capture(f->app, &sent[i].capture, &f->err));
    }
    app_close(f->app);
    f->app = NULL;
    for (unsigned i = 0; i < N; i++) {
        assert_int_equal(sent[i].state, 1);
        arena_free(sent[i].arena);
    }
    free(sent);
    assert_int_equal(stored(f), N * 7);
}

static void a_full_queue_refuses(void **state)
{
    struct fixture *f = *state;
    struct sent first, second, third;
    start_app(f);
    prepare(&first, 1, TRACK, 0);
    prepare(&second, 1, TRACK, 1);
    prepare(&third, 1, TRACK, 2);
    second.capture.bytes = (size_t)90 << 20;
    third.capture.bytes = (size_t)90 << 20;
    // Nobody writes meanwhile. (No assertion in a turn: a failing one would keep it.)
    app_turn_begin(f->app);
    bool taken =
            app_capture(f->app, &first.capture, &f->err) && app_capture(f->app, &second.capture, &f->err);
    bool refused = !app_capture(f->app, &third.capture, &f->err);
    app_turn_end(f->app);
    assert_true(taken && refused);
    assert_int_equal(f->err.code, ERR_BUSY);
    wait_for(&first);
    wait_for(&second);
    assert_int_equal(third.state, 0);
    assert_true(app_capture(f->app, &third.capture, &f->err));
    wait_for(&third);
    assert_int_equal(stored(f), 3);
    arena_free(first.arena);
    arena_free(second.arena);
    arena_free(third.arena);
}

static void a_stalled_disk_refuses(void **state)
{
    struct fixture *f = *state;
    struct sent early, first, second;
    start_app(f);
    prepare(&early, 1, TRACK, 2);
    prepare(&first, 1, TRACK, 0);
    prepare(&second, 1, TRACK, 1);
    assert_true(app_capture(f->app, &early.capture, &f->err)); // the thread is under way
    wait_for(&early);
    app_turn_begin(f->app);
    bool taken = app_capture(f->app, &first.capture, &f->err);
    usleep(5500 * 1000);
    bool refused = !app_capture(f->app, &second.capture, &f->err);
    app_turn_end(f->app);
    assert_true(taken && refused);
    assert_int_equal(f->err.code, ERR_BUSY);
    wait_for(&first);
    assert_true(app_capture(f->app, &second.capture, &f->err));
    wait_for(&second);
    assert_int_equal(stored(f), 3);
    arena_free(early.arena);
    arena_free(first.arena);
    arena_free(second.arena);
}

static void too_many_names_fail_only_their_own(void **state)
{
    enum { NAMES = 65001 };
    struct fixture *f = *state;
    struct sent good, bad, better;
    start_app(f);
    prepare(&good, 1, TRACK, 0);
    prepare(&better, 1, TRACK, 1);
    prepare(&bad, NAMES,
            "{\"type\":\"track\",\"event\":\"e%u\",\"userId\":\"u\",\"messageId\":\"n%u\",\"timestamp\":"
            "\"2026-01-01T00:00:00Z\"}",
            0);
    app_turn_begin(f->app);
    bool taken = app_capture(f->app, &good.capture, &f->err) && app_capture(f->app, &bad.capture, &f->err) &&
                 app_capture(f->app, &better.capture, &f->err);
    app_turn_end(f->app);
    assert_true(taken);
    wait_for(&good);
    wait_for(&bad);
    wait_for(&better);
    assert_int_equal(good.state, 1);
    assert_int_equal(bad.state, 2);
    assert_int_equal(better.state, 1);
    assert_int_equal(stored(f), 2);
    arena_free(good.arena);
    arena_free(bad.arena);
    arena_free(better.arena);
}

static void a_writing_is_taken_back(void **state)
{
    struct fixture *f = *state;
    struct writing *w;
    int64_t event = -1;
    start_app(f);
    const struct str message =
            STR("{\"type\":\"track\",\"event\":\"a\",\"userId\":\"u\",\"messageId\":\"m\"}");
    assert_true(writing_begin(f->app, &w, &f->err));
    assert_true(writing_append(w, message, &event, &f->err));
    assert_int_equal(event, 1);
    writing_abort(w);
    assert_int_equal(stored(f), 0);
    assert_int_equal(app_follow(f->app, 0, 1), 0);
    assert_true(writing_begin(f->app, &w, &f->err));
    assert_false(writing_append(w, STR("{\"type\":\"track\"}"), &event, &f->err));
    assert_int_equal(f->err.code, ERR_INPUT);
    assert_true(writing_append(w, message, &event, &f->err));
    assert_int_equal(event, 1);
    assert_true(writing_append(w, message, &event, &f->err));
    assert_int_equal(event, 0); // a copy, of the same transaction
    assert_true(writing_commit(w, &f->err));
    assert_int_equal(app_follow(f->app, 0, 1000), 1);
    assert_true(writing_begin(f->app, &w, &f->err));
    assert_true(writing_append(w, message, &event, &f->err));
    assert_int_equal(event, 0);
    assert_true(writing_commit(w, &f->err));
    assert_int_equal(stored(f), 1);
}

// What memory holds of messageIds after being asked to go down to `many`, in a turn. UINT64_MAX: it failed.
static uint64_t held_after(struct fixture *f, uint64_t many)
{
    struct data *writer = app_turn_begin(f->app);
    bool ok = data_relieve_log(writer, many, &f->err);
    uint64_t held = log_keys_held(data_log(writer));
    app_turn_end(f->app);
    return ok ? held : UINT64_MAX;
}

// What memory holds of messageIds goes once a cache file knows them, and copies are still recognised.
static void a_newer_cache_file_relieves_memory(void **state)
{
    struct fixture *f = *state;
    struct sent first, again;
    const struct columns *columns;
    start_app(f);
    assert_true(live_ready(app_live(f->app), 10000, &f->err)); // it has made the cache file that it makes
    prepare(&first, 300, TRACK, 0);
    prepare(&again, 300, TRACK, 10);
    assert_true(app_capture(f->app, &first.capture, &f->err));
    wait_for(&first);
    assert_int_equal(held_after(f, 300), 300);
    assert_int_equal(held_after(f, 10), 300); // no file knows them yet
    struct data *reader = help_open(f->data, DATA_READ);
    assert_true(data_columns(reader, INT64_MAX, &columns, &f->err));
    data_close(reader);
    assert_int_equal(held_after(f, 300), 300); // it is not many
    assert_int_equal(held_after(f, 10), 0);
    assert_true(app_capture(f->app, &again.capture, &f->err));
    wait_for(&again);
    assert_int_equal(again.copies, 290);
    assert_int_equal(stored(f), 310);
    arena_free(first.arena);
    arena_free(again.arena);
}

// While the log is read nobody writes it, tables can be written, and who asks is told. (The cache file is a
// pipe here: opening it takes until somebody writes.)
static void who_writes_the_log_waits_until_it_is_read(void **state)
{
    struct fixture *f = *state;
    struct writing *w, *tables;
    struct sent sent;
    struct app_numbers n;
    char path[300];
    snprintf(path, sizeof path, "%s/" DATA_CACHE, f->data);
    assert_int_equal(mkfifo(path, 0600), 0);
    start_app(f);
    prepare(&sent, 1, TRACK, 0);
    bool taken = app_capture(f->app, &sent.capture, &f->err);
    bool written = writing_begin_tables(f->app, &tables, &f->err) && writing_end(tables, true, &f->err);
    app_numbers(f->app, &n);
    bool refused = !writing_begin(f->app, &w, &f->err);
    bool early = atomic_load(&sent.state) != 0;
    int fd = open(path, O_RDWR | O_NONBLOCK);
    unlink(path);
    assert_true(fd >= 0 && taken && written && n.opening && refused && !early);
    assert_int_equal(f->err.code, ERR_BUSY);
    close(fd);
    wait_for(&sent);
    assert_int_equal(sent.state, 1);
    app_numbers(f->app, &n);
    assert_false(n.opening);
    assert_true(writing_begin(f->app, &w, &f->err));
    assert_true(writing_end(w, true, &f->err));
    arena_free(sent.arena);
}

struct worker {
    struct fixture *f;
    unsigned number;
    pthread_t thread;
};

static void *write_often(void *arg)
{
    struct worker *worker = arg;
    for (unsigned i = 0; i < 50; i++) {
        struct writing *w;
        struct err err;
        char text[200];
        snprintf(text, sizeof text,
                "{\"type\":\"track\",\"event\":\"w\",\"userId\":\"w%u\",\"messageId\":\"w%u-%u\"}",
                worker->number, worker->number, i);
        if (!writing_begin(worker->f->app, &w, &err))
            fail_msg("%s", err.message);
        if (!writing_append(w, str_of(text), NULL, &err))
            fail_msg("%s", err.message);
        if (i % 5 == 0)
            writing_abort(w);
        else if (!writing_commit(w, &err))
            fail_msg("%s", err.message);
    }
    return NULL;
}

static void *follow(void *arg)
{
    struct worker *worker = arg;
    int64_t at = 0, goal = worker->number;
    for (unsigned i = 0; i < 10000 && at < goal; i++) {
        int64_t last = app_follow(worker->f->app, at, 100);
        assert_true(last >= at);
        at = last;
    }
    assert_int_equal(at, goal);
    return NULL;
}

static void writers_captures_and_followers_go_together(void **state)
{
    enum { WRITERS = 3, CAPTURES = 200 };
    struct fixture *f = *state;
    struct worker workers[WRITERS + 1];
    struct sent *sent = mem_zero(CAPTURES, sizeof *sent);
    start_app(f);
    for (unsigned i = 0; i <= WRITERS; i++) {
        workers[i] = (struct worker){.f = f, .number = i < WRITERS ? i : WRITERS * 40 + CAPTURES * 3};
        pthread_create(&workers[i].thread, NULL, i < WRITERS ? write_often : follow, &workers[i]);
    }
    for (unsigned i = 0; i < CAPTURES; i++) {
        prepare(&sent[i], 3, TRACK, i * 3);
        assert_true(app_capture(f->app, &sent[i].capture, &f->err));
    }
    for (unsigned i = 0; i <= WRITERS; i++)
        pthread_join(workers[i].thread, NULL);
    for (unsigned i = 0; i < CAPTURES; i++) {
        wait_for(&sent[i]);
        assert_int_equal(sent[i].state, 1);
        arena_free(sent[i].arena);
    }
    free(sent);
    assert_int_equal(stored(f), WRITERS * 40 + CAPTURES * 3);
}

// A store that fails at the n-th call: whatever fails, it is told, and what comes after it is fine.
struct breaking {
    uint64_t at;
    struct store *store;
};

static struct store *wrap(void *ctx, struct store *inner)
{
    struct breaking *breaking = ctx;
    return breaking->store = faulty_store(inner, breaking->at);
}

static uint64_t calls(struct fixture *f, const struct breaking *breaking)
{
    app_turn_begin(f->app);
    uint64_t n = faulty_calls(breaking->store);
    app_turn_end(f->app);
    return n;
}

enum { ROUNDS = 3 };

// Some captures into a new folder; the calls that the store had got before and after them, if asked for.
static void capture_some(
        struct fixture *f, uint64_t at, unsigned *failed, uint64_t *ret_from, uint64_t *ret_to)
{
    struct breaking breaking = {.at = at};
    struct app_options options = {
            .folder = f->data, .clock = clock_system(), .wrap = wrap, .wrap_ctx = &breaking};
    struct sent sent[ROUNDS];
    uint64_t expected = 0;
    snprintf(f->data, sizeof f->data, "%s/data%u", f->folder, ++f->folders);
    help_init(f->data);
    if (!app_open(&options, &f->app, &f->err))
        return; // it was in the opening already
    if (app_start(f->app, &f->err)) {
        if (ret_from)
            *ret_from = calls(f, &breaking);
        for (unsigned i = 0; i < ROUNDS; i++) {
            prepare(&sent[i], 2, TRACK, i * 2);
            assert_true(app_capture(f->app, &sent[i].capture, &f->err));
            wait_for(&sent[i]);
            expected += sent[i].state == 1 ? 2 : 0;
            *failed += sent[i].state == 2;
        }
        if (ret_to)
            *ret_to = calls(f, &breaking);
        app_close(f->app);
        for (unsigned i = 0; i < ROUNDS; i++)
            arena_free(sent[i].arena);
    } else {
        app_close(f->app);
    }
    f->app = NULL;
    assert_int_equal(stored(f), expected);
}

static void failures_are_told_and_pass(void **state)
{
    enum { TRIES = 60 };
    struct fixture *f = *state;
    unsigned failed = 0;
    uint64_t from = 0, to = 0;
    capture_some(f, 0, &failed, &from, &to);
    assert_int_equal(failed, 0);
    for (uint64_t i = 0; i < TRIES; i++)
        capture_some(f, from + 1 + (to - from) * i / TRIES, &failed, NULL, NULL);
    assert_true(failed > 5);
}

static void changes_are_told_in_order(void **state)
{
    struct fixture *f = *state;
    struct change changes[10];
    bool lost = true;
    open_app(f);
    assert_int_equal(app_changes(f->app, 0, changes, 10, 1, &lost), 0);
    assert_false(lost);
    for (int i = 0; i < 5000; i++) {
        char id[20];
        snprintf(id, sizeof id, "%d", i);
        app_publish(f->app, "contact", str_of(id));
    }
    assert_int_equal(app_changes(f->app, 4995, changes, 10, 1, &lost), 5);
    assert_false(lost);
    assert_int_equal(changes[0].number, 4996);
    assert_string_equal(changes[0].topic, "contact");
    assert_string_equal(changes[0].id, "4995");
    assert_int_equal(app_changes(f->app, 5, changes, 10, 1, &lost), 10);
    assert_true(lost);
    assert_int_equal(app_changes(f->app, 99999, changes, 10, 1, &lost), 10);
    assert_true(lost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(captured_messages_are_durable_once, set_up, tear_down),
            cmocka_unit_test_setup_teardown(what_is_queued_is_written_at_the_end, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_full_queue_refuses, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_stalled_disk_refuses, set_up, tear_down),
            cmocka_unit_test_setup_teardown(too_many_names_fail_only_their_own, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_writing_is_taken_back, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_newer_cache_file_relieves_memory, set_up, tear_down),
            cmocka_unit_test_setup_teardown(who_writes_the_log_waits_until_it_is_read, set_up, tear_down),
            cmocka_unit_test_setup_teardown(writers_captures_and_followers_go_together, set_up, tear_down),
            cmocka_unit_test_setup_teardown(failures_are_told_and_pass, set_up, tear_down),
            cmocka_unit_test_setup_teardown(changes_are_told_in_order, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
