#include "app/suppression/slice.h"
#include "store/ask.h"
#include "support/data_help.h"
#include "support/store_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void must(bool ok, const struct err *err)
{
    if (!ok)
        fail_msg("%s", err->message);
}

static int64_t number(struct store *store, const char *sql)
{
    struct err err;
    int64_t n;
    must(store_number(store, sql, -1, &n, &err), &err);
    return n;
}

// What was written down before each reason had an entry of its own is still there.
static void entries_outlive_the_migration(void **state)
{
    (void)state;
    struct err err;
    struct store *store;
    char folder[200];
    const struct migration *now = SUPPRESSION_SLICE.migration;
    const struct migration first = {now->slice, now->versions, 1}, *before = &first;
    snprintf(folder, sizeof folder, "%s", help_folder().p);
    must(help_store(folder, "a.db", STORE_CREATE, &store, &err), &err);
    must(store_migrate(store, &before, 1, &err), &err);
    must(store_exec(store,
                 "INSERT INTO suppression VALUES ('a@example.org', '', 'bounced', 'send 1', 5),"
                 " ('a@example.org', 'news', 'unsubscribed', 'send 2', 6)",
                 &err),
            &err);
    must(store_migrate(store, &now, 1, &err), &err);
    assert_int_equal(
            number(store, "SELECT count(*) FROM suppression WHERE address = 'a@example.org' AND topic = ''"
                          " AND reason = 'bounced' AND proof = 'send 1' AND at = 5"),
            1);
    must(store_exec(store,
                 "INSERT INTO suppression VALUES ('a@example.org', '', 'unsubscribed', 'send 3', 7)", &err),
            &err);
    assert_int_equal(number(store, "SELECT count(*) FROM suppression"), 3);
    assert_false(store_exec(store,
            "INSERT INTO suppression VALUES ('a@example.org', '', 'unsubscribed', 'send 4', 8)", &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    store_close(store);
    help_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(entries_outlive_the_migration)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
