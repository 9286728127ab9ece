// What the slice does while the server runs, with a clock that the test turns.
#include "support/data_help.h"

#include "app/setting/setting.h"
#include "app/user/principal.h"
#include "app/user/session.h"
#include "app/user/setup.h"
#include "app/user/state.h"
#include "store/ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

struct fixture {
    struct arena *arena;
    char folder[220];
    _Atomic int64_t now_ms;
    struct app *app;
    struct data *beside; // the command line
    struct err err;
};

static int64_t now_ms(void *ctx)
{
    struct fixture *f = ctx;
    return atomic_load(&f->now_ms);
}

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    atomic_init(&f->now_ms, (int64_t)NOW * 1000);
    snprintf(f->folder, sizeof f->folder, "%s/data", help_folder().p);
    help_init(f->folder);
    struct app_options options = {.folder = f->folder, .clock = {now_ms, f}};
    if (!app_open(&options, &f->app, &f->err) || !app_start(f->app, &f->err))
        fail_msg("%s", f->err.message);
    f->beside = help_open(f->folder, DATA_BESIDE);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    data_close(f->beside);
    app_close(f->app);
    *strrchr(f->folder, '/') = '\0';
    help_remove(f->folder);
    arena_free(f->arena);
    return 0;
}

static void go_on(struct fixture *f, int64_t seconds)
{
    atomic_fetch_add(&f->now_ms, seconds * 1000);
}

static struct writing begin(struct fixture *f)
{
    struct writing w = {
            .store = data_store(f->beside), .arena = f->arena, .now = atomic_load(&f->now_ms) / 1000};
    if (!store_begin_write(w.store, &f->err))
        fail_msg("%s", f->err.message);
    return w;
}

static int64_t number(struct fixture *f, const char *sql)
{
    int64_t n = -1;
    assert_true(store_number(data_store(f->beside), sql, -1, &n, &f->err));
    return n;
}

// Wakes the job until the query gives this number, for at most some seconds.
static void eventually(struct fixture *f, const char *job, const char *sql, int64_t expected)
{
    struct timespec pause = {.tv_nsec = 20000000};
    for (int i = 0; i < 400 && number(f, sql) != expected; i++) {
        app_wake(f->app, job);
        nanosleep(&pause, NULL);
    }
    assert_int_equal(number(f, sql), expected);
}

static void sessions_slide(void **state)
{
    struct fixture *f = *state;
    struct account account = {
            .email = STR("a@example.org"), .name = STR(""), .role = STR("owner"), .password = STR("x")};
    struct str token;
    struct writing w = begin(f);
    assert_true(account_add(&w, &account, &f->err));
    assert_true(session_add(&w, account.id, STR("::1"), STR(""), &token, &f->err));
    assert_true(store_commit(w.store, &f->err));
    struct secret_hash hash = secret_hash(token);
    go_on(f, 1000);
    user_state_seen(user_state(f->app), hash_str(&hash), NOW + 1000);
    user_state_seen(user_state(f->app), hash_str(&hash), NOW + 1000);
    eventually(f, "user.upkeep", "SELECT seen FROM session", NOW + 1000);
    assert_int_equal(number(f, "SELECT count(*) FROM session"), 1);
    // Once nobody uses it for long enough, it goes by itself.
    go_on(f, SESSION_IDLE);
    eventually(f, "user.upkeep", "SELECT count(*) FROM session", 0);
}

static void keys_of_others_work(void **state)
{
    struct fixture *f = *state;
    struct key key = {.name = STR(""), .scope = STR("capture")}, found;
    struct str secret;
    struct writing w = begin(f);
    assert_true(key_add(&w, NULL, &key, &secret, &f->err) && store_commit(w.store, &f->err));
    assert_true(key_may_capture(f->app, secret)); // at once
    assert_false(key_may_capture(f->app, STR("slc_nothing")) || key_may_capture(f->app, STR_NONE));
    assert_true(user_state_key(user_state(f->app), secret, NOW, f->arena, &found));
    assert_true(str_eq(found.id, key.id) && str_eq(found.scope, STR("capture")));
    eventually(f, "user.upkeep", "SELECT used FROM api_key", NOW);
    w = begin(f);
    assert_true(key_revoke(&w, NULL, key.id, &f->err) && store_commit(w.store, &f->err));
    struct timespec pause = {.tv_nsec = 20000000};
    for (int i = 0; i < 400 && key_may_capture(f->app, secret); i++)
        nanosleep(&pause, NULL); // its job looks each second
    assert_false(key_may_capture(f->app, secret));
}

static void a_flood_of_wrong_keys(void **state)
{
    struct fixture *f = *state;
    char wrong[40];
    struct str secret;
    struct key key = {.name = STR(""), .scope = STR("write")};
    for (int i = 0; i < 5000; i++) {
        snprintf(wrong, sizeof wrong, "slc_wrong%d", i);
        assert_false(key_may_capture(f->app, str_of(wrong)));
    }
    struct writing w = begin(f);
    assert_true(key_add(&w, NULL, &key, &secret, &f->err) && store_commit(w.store, &f->err));
    go_on(f, 1); // the next second may look again
    assert_true(key_may_capture(f->app, secret));
}

static void first_link(void **state)
{
    struct fixture *f = *state;
    struct str link, again;
    assert_true(user_setup_link(f->app, f->arena, "http://h:1", &link, &f->err));
    assert_true(str_starts(link, STR("http://h:1/setup/")) && link.n == 17 + 43);
    assert_true(user_setup_link(f->app, f->arena, "http://h:1", &again, &f->err));
    assert_false(str_eq(link, again));
    assert_int_equal(number(f, "SELECT count(*) FROM one_time_link"), 1);
    go_on(f, 86400);
    eventually(f, "user.upkeep", "SELECT count(*) FROM one_time_link", 0);
    struct account account = {
            .email = STR("a@example.org"), .name = STR(""), .role = STR("owner"), .password = STR("x")};
    struct writing w = begin(f);
    assert_true(account_add(&w, &account, &f->err) && store_commit(w.store, &f->err));
    assert_true(user_setup_link(f->app, f->arena, "http://h:1", &link, &f->err));
    assert_null(link.p);
}

// Another process writes the table; the running app sees it soon.
static void settings_of_others(void **state)
{
    struct fixture *f = *state;
    struct str value;
    assert_true(str_eq(setting_text(f->app, f->arena, "time_zone"), STR("UTC")));
    assert_true(setting_flag(f->app, "own_pages_tracked"));
    assert_int_equal(setting_int(f->app, "retention_machine_days"), 0);
    struct writing w = begin(f);
    assert_true(store_exec(w.store,
            "INSERT INTO setting (name, value, changed) VALUES ('time_zone', 'Asia/Tokyo', 1), "
            "('retention_machine_days', '365', 1), ('own_pages_tracked', 'false', 1), "
            "('of_the_future', 'x', 1); UPDATE setting_revision SET revision = 2;",
            &f->err));
    assert_true(store_commit(w.store, &f->err));
    struct timespec pause = {.tv_nsec = 20000000};
    for (int i = 0; i < 400 && setting_flag(f->app, "own_pages_tracked"); i++) {
        app_wake(f->app, "setting.look");
        nanosleep(&pause, NULL);
    }
    assert_true(str_eq(setting_text(f->app, f->arena, "time_zone"), STR("Asia/Tokyo")));
    assert_false(setting_flag(f->app, "own_pages_tracked"));
    assert_int_equal(setting_int(f->app, "retention_machine_days"), 365);
    assert_true(setting_read(data_store(f->beside), f->arena, "time_zone", &value, &f->err));
    assert_true(str_eq(value, STR("Asia/Tokyo")));
    assert_true(setting_read(data_store(f->beside), f->arena, "language", &value, &f->err));
    assert_true(str_eq(value, STR("en")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {TEST(sessions_slide), TEST(keys_of_others_work),
            TEST(a_flood_of_wrong_keys), TEST(first_link), TEST(settings_of_others)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
