// Several threads that meet the same addresses at the same moment make one contact of each. (pthread: also
// under ThreadSanitizer.)
#include "support/data_help.h"

#include "app/app.h"
#include "app/event/log.h"
#include "app/identity/identity.h"
#include "store/ask.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { THREADS = 4, ADDRESSES = 15 };

struct submitter {
    struct app *app;
    unsigned number;
    pthread_t thread;
    bool ok;
    char ids[ADDRESSES][64];
    struct err err;
};

static bool submit(struct submitter *s, unsigned i)
{
    char email[64];
    struct writing *w;
    struct str id;
    bool is_new;
    unsigned address = (i * 7 + s->number * 3) % ADDRESSES; // each in an order of its own
    snprintf(email, sizeof email, "person%u@at-once.com", address);
    if (!writing_begin(s->app, &w, &s->err))
        return false;
    bool ok = identity_resolve(w, &(struct identity_ask){.email = str_of(email)}, &id, &is_new, &s->err) &&
              writing_append(w,
                      arena_printf(w->arena,
                              "{\"type\":\"identify\",\"userId\":\"%.*s\",\"traits\":{\"email\":\"%s\"}}",
                              STR_ARG(id), email),
                      NULL, &s->err);
    if (ok)
        snprintf(s->ids[address], sizeof s->ids[address], "%.*s", STR_ARG(id));
    if (ok)
        return writing_commit(w, &s->err);
    writing_abort(w);
    return false;
}

static void *run(void *arg)
{
    struct submitter *s = arg;
    s->ok = true;
    for (unsigned i = 0; s->ok && i < ADDRESSES; i++)
        s->ok = submit(s, i);
    return NULL;
}

static void one_contact_of_each(void **state)
{
    (void)state;
    char folder[200];
    struct app *app;
    struct err err;
    struct data *data;
    int64_t n;
    static struct submitter submitters[THREADS];
    snprintf(folder, sizeof folder, "%s", help_folder().p);
    help_init(folder);
    struct app_options options = {.folder = folder, .clock = clock_system()};
    if (!app_open(&options, &app, &err) || !app_start(app, &err))
        fail_msg("%s", err.message);
    for (unsigned i = 0; i < THREADS; i++) {
        submitters[i] = (struct submitter){.app = app, .number = i};
        assert_int_equal(pthread_create(&submitters[i].thread, NULL, run, &submitters[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(submitters[i].thread, NULL);
        if (!submitters[i].ok)
            fail_msg("%s", submitters[i].err.message);
    }
    for (unsigned i = 1; i < THREADS; i++)
        for (unsigned a = 0; a < ADDRESSES; a++)
            assert_string_equal(submitters[i].ids[a], submitters[0].ids[a]);
    app_close(app);
    data = help_open(folder, DATA_READ);
    assert_true(store_number(data_store(data), "SELECT count(*) FROM identity_key", 0, &n, &err));
    assert_int_equal(n, ADDRESSES);
    assert_true(store_number(data_store(data), "SELECT count(*) FROM merge_suggestion", 0, &n, &err));
    assert_int_equal(n, 0);
    data_close(data);
    help_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_contact_of_each)};
    return cmocka_run_group_tests_name("at once", tests, NULL, NULL);
}
