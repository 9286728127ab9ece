// Who owns whom, in memory and in the table: at once after a commit, after a restart, while others ask, and
// when a visitor becomes known. (pthread: also under ThreadSanitizer.)
#include "support/data_help.h"

#include "app/assignment/owner.h"
#include "app/standing/live.h"
#include "base/mem.h"
#include "store/ask.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct arena *arena;
    char folder[200], data[220];
    struct app *app;
    struct data *reader;
    atomic_bool stop;
    struct err err;
};

static void must(struct fixture *f, bool ok)
{
    if (!ok)
        fail_msg("%s", f->err.message);
}

static void start_app(struct fixture *f)
{
    struct app_options options = {.folder = f->data, .clock = clock_system()};
    must(f, app_open(&options, &f->app, &f->err) && app_start(f->app, &f->err) &&
                    app_reader(f->app, &f->reader, &f->err));
}

static void stop_app(struct fixture *f)
{
    data_close(f->reader);
    app_close(f->app);
}

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    snprintf(f->folder, sizeof f->folder, "%s", help_folder().p);
    snprintf(f->data, sizeof f->data, "%s/data", f->folder);
    help_init(f->data);
    start_app(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    stop_app(f);
    help_remove(f->folder);
    arena_free(f->arena);
    return 0;
}

// Appends a message; gives the number of the contact that it names.
static uint32_t say(struct fixture *f, const char *message, const char *id)
{
    struct writing *w;
    uint32_t number = 0;
    int64_t row;
    must(f, writing_begin(f->app, &w, &f->err));
    must(f, writing_append(w, str_of(message), &row, &f->err));
    must(f, writing_commit(w, &f->err));
    must(f, live_wait(app_live(f->app), row, 5000));
    must(f, live_find(app_live(f->app), f->reader, str_of(id), &number, &f->err));
    return number;
}

static void assign(struct fixture *f, uint32_t contact, struct str user)
{
    struct writing *w;
    must(f, writing_begin(f->app, &w, &f->err));
    must(f, assignment_set(w, contact, user, STR("test"), &f->err));
    must(f, writing_commit(w, &f->err));
    owner_changed(f->app, f->reader);
}

static void must_own(struct fixture *f, uint32_t contact, const char *user)
{
    char out[UUID_SIZE] = "";
    bool owned = owner_of(f->app, contact, out);
    assert_int_equal(owned, user != NULL);
    if (user)
        assert_string_equal(out, user);
}

static int64_t number(struct fixture *f, const char *sql)
{
    int64_t n = -1;
    must(f, store_number(data_store(f->reader), sql, -1, &n, &f->err));
    return n;
}

static void test_set(void **state)
{
    struct fixture *f = *state;
    uint32_t ann = say(f, "{\"type\":\"track\",\"event\":\"a\",\"userId\":\"ann\"}", "ann");
    must_own(f, ann, NULL);
    assign(f, ann, STR("user-1"));
    must_own(f, ann, "user-1");
    assign(f, ann, STR("user-1"));
    assert_int_equal(number(f, "SELECT count(*) FROM owner_change"), 1);
    assign(f, ann, STR("user-2"));
    must_own(f, ann, "user-2");
    assert_int_equal(number(f, "SELECT contacts FROM owner_load WHERE owner = 'user-1'"), 0);
    assert_int_equal(number(f, "SELECT contacts FROM owner_load WHERE owner = 'user-2'"), 1);
    assert_int_equal(number(f, "SELECT count(*) FROM event e JOIN event_type t ON t.id = e.type"
                               " WHERE t.name = 'owner.assigned' AND e.also IS NULL"),
            2);
    // What was not committed is not so.
    struct writing *w;
    must(f, writing_begin(f->app, &w, &f->err));
    must(f, assignment_set(w, ann, STR("user-3"), STR("test"), &f->err));
    writing_abort(w);
    owner_changed(f->app, f->reader);
    must_own(f, ann, "user-2");
    stop_app(f);
    start_app(f);
    must_own(f, ann, "user-2");
    assign(f, ann, STR_NONE);
    must_own(f, ann, NULL);
    must_own(f, ann + 1000000, NULL);
}

// The job notices what others wrote, without being told.
static void test_told_by_nobody(void **state)
{
    struct fixture *f = *state;
    char out[UUID_SIZE];
    struct writing *w;
    uint32_t bob = say(f, "{\"type\":\"track\",\"event\":\"a\",\"userId\":\"bob\"}", "bob");
    must(f, writing_begin(f->app, &w, &f->err));
    must(f, assignment_set(w, bob, STR("user-1"), STR("test"), &f->err));
    must(f, writing_commit(w, &f->err));
    for (int i = 0; i < 300 && !owner_of(f->app, bob, out); i++)
        usleep(10000);
    must_own(f, bob, "user-1");
}

static void test_visitor(void **state)
{
    struct fixture *f = *state;
    char out[UUID_SIZE];
    uint32_t visitor = say(f, "{\"type\":\"track\",\"event\":\"a\",\"anonymousId\":\"v\"}", "v");
    assign(f, visitor, STR("user-1"));
    assert_int_equal(number(f, "SELECT count(*) FROM event WHERE also = 0"), 2); // said of an anonymousId
    uint32_t cid =
            say(f, "{\"type\":\"track\",\"event\":\"a\",\"userId\":\"cid\",\"anonymousId\":\"v\"}", "cid");
    assert_int_not_equal(cid, visitor);
    for (int i = 0; i < 1000 && !owner_of(f->app, cid, out); i++)
        usleep(10000);
    must_own(f, cid, "user-1");
    // Taken away from who they are now: what they were does not count any more.
    assign(f, cid, STR_NONE);
    must_own(f, cid, NULL);
}

static void *ask(void *p)
{
    struct fixture *f = p;
    char out[UUID_SIZE];
    while (!atomic_load(&f->stop))
        for (uint32_t i = 1; i < 3000; i++)
            if (owner_of(f->app, i, out) && strncmp(out, "user-", 5) != 0)
                abort();
    return NULL;
}

static void test_threads(void **state)
{
    struct fixture *f = *state;
    pthread_t threads[3];
    uint32_t dan = say(f, "{\"type\":\"track\",\"event\":\"a\",\"userId\":\"dan\"}", "dan");
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask, f), 0);
    for (int i = 0; i < 200; i++) {
        char user[20];
        snprintf(user, sizeof user, "user-%d", i);
        assign(f, dan, str_of(user));
        must_own(f, dan, user);
    }
    atomic_store(&f->stop, true);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(test_set, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_told_by_nobody, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_visitor, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_threads, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
