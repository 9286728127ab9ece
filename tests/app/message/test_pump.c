// The pump against a mail server and a store that fail wherever they can: nobody is mailed twice, nobody is
// forgotten.
#include "support/store_help.h"

#include "app/message/private.h"
#include "app/suppression/suppression.h"
#include "base/rng.h"
#include "store/faulty/faulty.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Of support/data_help.h, which cannot be included: the log has a struct message of its own.
struct str help_folder(void);
void help_remove(const char *folder);
void help_init(const char *folder);

enum { START = 1700000000, MAILS = 12 };

// A mail server in memory. Verdicts by the recipient's first letter and by chance.
struct world {
    struct mail_network face;
    struct rng rng;
    struct mail_delivery *first, *last;
    unsigned taken[MAILS + 1]; // how often somebody's mail really arrived
    bool chaos, stopped;
};

struct fixture {
    struct arena *arena;
    char folder[200], data[220];
    struct app *app;
    struct data *reader;
    int64_t now;
    struct world world;
    struct store *store; // the writer's, which counts its calls
    uint64_t fail_at;
    struct err err;
};

static void submit(void *ctx, struct mail_delivery *mail)
{
    struct world *world = ctx;
    mail->next = NULL;
    *(world->first ? &world->last->next : &world->first) = mail;
    world->last = mail;
}

static size_t collect(void *ctx, struct mail_delivery **out, size_t n, unsigned ms)
{
    struct world *world = ctx;
    size_t got = 0;
    (void)ms;
    for (; got < n && world->first; got++) {
        struct mail_delivery *mail = world->first;
        world->first = mail->next;
        unsigned who = (unsigned)atoi(mail->to.p + 1);
        // One that was broken off did arrive, or did not.
        uint64_t fate = world->stopped ? 3 : world->chaos ? rng_below(&world->rng, 8) : 0;
        mail->handed = fate == 1   ? HANDED_LATER
                       : fate == 2 ? HANDED_UNREACHED
                       : fate == 3 ? HANDED_UNCLEAR
                                   : HANDED_DELIVERED;
        mail->account_fault = fate == 2 && rng_chance(&world->rng, 0.3);
        mail->reply = fate == 1 ? 451 : 250;
        snprintf(mail->text, sizeof mail->text, "by chance");
        if (mail->handed == HANDED_DELIVERED ||
                (mail->handed == HANDED_UNCLEAR && rng_chance(&world->rng, 0.5)))
            world->taken[who]++;
        out[got] = mail;
    }
    return got;
}

static void stop(void *ctx)
{
    ((struct world *)ctx)->stopped = true;
}

static int64_t clock_of_test(void *ctx)
{
    return ((struct fixture *)ctx)->now * 1000;
}

static void must(struct fixture *f, bool ok)
{
    if (!ok)
        fail_msg("%s", f->err.message);
}

static struct store *wrap(void *ctx, struct store *inner)
{
    struct fixture *f = ctx;
    return f->store = faulty_store(inner, f->fail_at);
}

static bool app_up(struct fixture *f)
{
    struct app_options options = {.folder = f->data,
            .clock = {.now_ms = clock_of_test, .ctx = f},
            .mail = &f->world.face,
            .still = true,
            .wrap = wrap,
            .wrap_ctx = f};
    f->world.stopped = false;
    f->app = NULL;
    return app_open(&options, &f->app, &f->err) && app_start(f->app, &f->err) &&
           app_reader(f->app, &f->reader, &f->err);
}

static void app_down(struct fixture *f)
{
    data_close(f->reader);
    f->reader = NULL;
    app_close(f->app);
    f->app = NULL;
}

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    f->now = START;
    snprintf(f->folder, sizeof f->folder, "%s", help_folder().p);
    snprintf(f->data, sizeof f->data, "%s/data", f->folder);
    help_init(f->data);
    f->world.face =
            (struct mail_network){.ctx = &f->world, .submit = submit, .collect = collect, .stop = stop};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    help_remove(f->folder);
    arena_free(f->arena);
    return 0;
}

static void tick(struct fixture *f, unsigned times, unsigned seconds)
{
    for (unsigned i = 0; i < times; i++) {
        bool worked;
        struct err err;
        if (!message_tick(f->app, f->reader, &worked, &err))
            assert_int_equal(err.code, ERR_IO);
        f->now += seconds;
    }
}

static void queue(struct fixture *f, unsigned n)
{
    struct writing *w;
    must(f, writing_begin(f->app, &w, &f->err));
    for (unsigned i = 0; i < n; i++) {
        struct message_plain plain = {.address = arena_printf(w->arena, "m%u@example.org", i),
                .subject = STR("Hello"),
                .text = STR("Hello"),
                .transactional = true};
        must(f, message_plain(w, &plain, NULL, &f->err));
    }
    must(f, writing_commit(w, &f->err));
}

static void mailbox(struct fixture *f)
{
    struct writing *w;
    must(f, writing_begin(f->app, &w, &f->err));
    must(f, store_exec(w->store,
                    "INSERT INTO mailbox (id, name, address, active, bounce_address, smtp_host, smtp_port,"
                    " smtp_security, smtp_login, smtp_user, imap_host, imap_port, imap_security, imap_login,"
                    " imap_user, daily_cap, per_minute, per_domain, ramp_start, ramp_growth, ramp_ceiling,"
                    " brake_why, base_day, base_sent, base_bounced, base_complained, version, created, "
                    "changed)"
                    " VALUES ('box', 'A', 'a@example.com', 1, '', 'h', 25, 0, 0, '', '', 0, 0, 0, '', 0, 0, "
                    "0, 0, 0,"
                    " 0, '', 0, 0, 0, 0, 1, 1, 1)",
                    &f->err));
    must(f, writing_commit(w, &f->err));
}

static int64_t number(struct fixture *f, const char *sql)
{
    int64_t n;
    must(f, store_number(data_store(f->reader), sql, -1, &n, &f->err));
    return n;
}

// Nobody twice; every mail ended; those said to be sent arrived; the mailbox's count is theirs and the
// unclear ones'.
static void judge(struct fixture *f, unsigned n, uint64_t k)
{
    unsigned taken = 0;
    for (unsigned i = 0; i < n; i++) {
        if (f->world.taken[i] > 1)
            fail_msg("call %llu: m%u got it %u times", (unsigned long long)k, i, f->world.taken[i]);
        taken += f->world.taken[i];
    }
    int64_t sent = number(f, "SELECT count(*) FROM message_send WHERE state = 2"),
            unclear = number(f, "SELECT count(*) FROM message_send WHERE state = 4");
    assert_int_equal(number(f, "SELECT count(*) FROM message_send WHERE state IN (0, 1)"), 0);
    assert_int_equal(sent + unclear, n);
    assert_true(taken >= sent && taken <= sent + unclear);
    assert_int_equal(number(f, "SELECT coalesce(sum(sent), 0) FROM mailbox_day"), sent + unclear);
}

static void forget(struct fixture *f)
{
    struct writing *w;
    memset(f->world.taken, 0, sizeof f->world.taken);
    must(f, writing_begin(f->app, &w, &f->err));
    must(f, store_exec(w->store,
                    "DELETE FROM message_send; DELETE FROM mailbox_day; DELETE FROM message_plain;"
                    " DELETE FROM message_address",
                    &f->err));
    must(f, writing_commit(w, &f->err));
}

static void run_to_the_end(struct fixture *f)
{
    for (unsigned i = 0; i < 300 && number(f, "SELECT count(*) FROM message_send WHERE state IN (0, 1)"); i++)
        tick(f, 3, 7200);
}

// Every call of the store fails once, in a run that is then broken off and begun anew.
static void test_store_fails(void **state)
{
    struct fixture *f = *state;
    enum { N = 5 };
    uint64_t calls = 1;
    must(f, app_up(f));
    mailbox(f);
    for (uint64_t k = 1; k <= calls; k += help_on_postgres() ? 17 : 1) {
        forget(f);
        queue(f, N);
        app_down(f);
        f->fail_at = 0;
        must(f, app_up(f));
        uint64_t opening = faulty_calls(f->store);
        app_down(f);
        f->fail_at = opening + k;
        must(f, app_up(f));
        tick(f, 6, 1);
        calls = faulty_calls(f->store) - opening;
        app_down(f);
        f->fail_at = 0;
        must(f, app_up(f));
        run_to_the_end(f);
        judge(f, N, k);
    }
    assert_true(calls > 20);
    app_down(f);
}

// A mail server that fails wherever it can, and a process that stops at any moment.
static void test_network_fails(void **state)
{
    struct fixture *f = *state;
    must(f, app_up(f));
    mailbox(f);
    f->world.chaos = true;
    for (uint64_t seed = 1; seed <= help_fewer(25); seed++) {
        f->world.rng = rng_seed(seed);
        forget(f);
        queue(f, MAILS);
        for (unsigned i = 0; i < 4; i++) {
            tick(f, (unsigned)rng_below(&f->world.rng, 4), 90);
            app_down(f);
            must(f, app_up(f));
        }
        run_to_the_end(f);
        judge(f, MAILS, seed);
    }
    app_down(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(test_store_fails, set_up, tear_down),
            cmocka_unit_test_setup_teardown(test_network_fails, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
