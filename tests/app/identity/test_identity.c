// Contacts found by their addresses; suggestions; what the log says about who is who.
#include "support/data_help.h"

#include "app/event/log.h"
#include "app/identity/follow.h"
#include "base/random.h"
#include "store/ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct fixture {
    struct arena *arena;
    char folder[200];
    struct data *data;
    struct writing w;
    struct err err;
};

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    snprintf(f->folder, sizeof f->folder, "%s", help_folder().p);
    help_init(f->folder);
    f->data = help_open(f->folder, DATA_WRITE);
    assert_true(data_prepare_log(f->data, &f->err));
    f->w = (struct writing){
            .store = data_store(f->data), .log = data_log(f->data), .arena = arena, .now = NOW};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    data_close(f->data);
    help_remove(f->folder);
    arena_free(f->arena);
    return 0;
}

static void begin(struct fixture *f)
{
    if (!log_begin(f->w.log, &f->err))
        fail_msg("%s", f->err.message);
}

static void commit(struct fixture *f)
{
    if (!log_commit(f->w.log, &f->err))
        fail_msg("%s", f->err.message);
}

static void append(struct fixture *f, const char *text)
{
    struct message m;
    enum log_outcome outcome;
    if (!message_decode(f->arena, str_of(text), &m, &f->err) ||
            !log_append(f->w.log, &m, 0, &outcome, &f->err))
        fail_msg("%s: %s", text, f->err.message);
}

static void catch_up(struct fixture *f)
{
    bool whole;
    begin(f);
    if (!identity_catch_up(&f->w, 0, &whole, &f->err))
        fail_msg("%s", f->err.message);
    assert_true(whole);
    commit(f);
}

static int64_t number(struct fixture *f, const char *sql)
{
    int64_t n;
    if (!store_number(f->w.store, sql, -1, &n, &f->err))
        fail_msg("%s", f->err.message);
    return n;
}

static struct str text(struct fixture *f, const char *sql)
{
    struct query *query;
    if (!store_ask_row(f->w.store, sql, NULL, 0, "no row", &query, &f->err))
        fail_msg("%s: %s", sql, f->err.message);
    struct str result = arena_str(f->arena, query_text(query, 0));
    query_end(query);
    return result;
}

static struct str resolve(struct fixture *f, const struct identity_ask *ask, bool expect_new)
{
    struct str id;
    bool is_new;
    if (!identity_resolve(&f->w, ask, &id, &is_new, &f->err))
        fail_msg("%s", f->err.message);
    assert_int_equal(is_new, expect_new);
    return id;
}

#define IDENTIFY(user, traits)                  \
    "{\"type\":\"identify\",\"userId\":\"" user \
    "\",\"timestamp\":\"2026-03-01T10:00:00Z\",\"traits\":{" traits "}}"

static void the_same_address_is_the_same_contact(void **state)
{
    struct fixture *f = *state;
    begin(f);
    struct str ann = resolve(f, &(struct identity_ask){.email = STR("Ann@Example.com")}, true);
    assert_true(uuid_valid(ann));
    // In the same transaction, before any message of hers is in the log.
    assert_true(str_eq(ann, resolve(f, &(struct identity_ask){.email = STR(" ann@example.com ")}, false)));
    struct str bob = resolve(f, &(struct identity_ask){.email = STR("bob@example.com")}, true);
    assert_false(str_eq(ann, bob));
    commit(f);
    begin(f);
    assert_true(str_eq(ann, resolve(f, &(struct identity_ask){.email = STR("ann@example.com")}, false)));
    // Who says nothing usable is somebody new each time.
    struct str none = resolve(f, &(struct identity_ask){.email = STR("nonsense")}, true);
    assert_false(str_eq(none, resolve(f, &(struct identity_ask){.phone = STR("x")}, true)));
    commit(f);
    assert_int_equal(number(f, "SELECT count(*) FROM merge_suggestion"), 0);
}

static void a_rolled_back_contact_is_forgotten(void **state)
{
    struct fixture *f = *state;
    begin(f);
    struct str ann = resolve(f, &(struct identity_ask){.email = STR("ann@example.com")}, true);
    log_rollback(f->w.log);
    begin(f);
    assert_false(str_eq(ann, resolve(f, &(struct identity_ask){.email = STR("ann@example.com")}, true)));
    commit(f);
}

static void known_people_of_the_log_are_found(void **state)
{
    struct fixture *f = *state;
    begin(f);
    append(f, IDENTIFY("u1", "\"email\":\"ann@example.com\",\"phone\":\"+49 30 1234567\""));
    append(f, "{\"type\":\"track\",\"event\":\"x\",\"userId\":\"carl@example.com\","
              "\"timestamp\":\"2026-03-01\"}");
    append(f, "{\"type\":\"identify\",\"anonymousId\":\"browser\",\"timestamp\":\"2026-03-01\","
              "\"traits\":{\"email\":\"dora@example.com\"}}");
    commit(f);
    begin(f); // nobody has worked these rows in yet
    assert_string_equal(resolve(f, &(struct identity_ask){.email = STR("ann@example.com")}, false).p, "u1");
    assert_string_equal(resolve(f, &(struct identity_ask){.phone = STR("+49 (30) 123-4567")}, false).p, "u1");
    assert_string_equal(resolve(f, &(struct identity_ask){.email = STR("carl@example.com")}, false).p,
            "carl@example.com");
    // An unknown visitor may say anything.
    resolve(f, &(struct identity_ask){.email = STR("dora@example.com")}, true);
    commit(f);
}

static void a_shared_phone_joins_nobody(void **state)
{
    struct fixture *f = *state;
    begin(f);
    struct str ann = resolve(
            f, &(struct identity_ask){.email = STR("ann@example.com"), .phone = STR("+4930111111")}, true);
    struct str ben = resolve(
            f, &(struct identity_ask){.email = STR("ben@example.com"), .phone = STR("+4930111111")}, true);
    assert_false(str_eq(ann, ben));
    // Without another address it leads to the first who had it, and learns the address.
    struct str eve = resolve(f, &(struct identity_ask){.phone = STR("+4930222222")}, true);
    assert_true(str_eq(eve,
            resolve(f, &(struct identity_ask){.email = STR("eve@example.com"), .phone = STR("+4930222222")},
                    false)));
    assert_true(str_eq(eve, resolve(f, &(struct identity_ask){.email = STR("eve@example.com")}, false)));
    commit(f);
    assert_int_equal(number(f, "SELECT count(*) FROM merge_suggestion"), 1);
    assert_non_null(strstr(text(f, "SELECT reasons FROM merge_suggestion").p,
            "[{\"kind\":\"phone\",\"value\":\"+4930111111\"}]"));
}

static void a_second_known_contact_becomes_a_suggestion(void **state)
{
    struct fixture *f = *state;
    begin(f);
    append(f, IDENTIFY("u1", "\"email\":\"ann@acme.example.com\",\"name\":\"Ann  Smith\""));
    append(f, IDENTIFY("u2", "\"email\":\"ANN@acme.example.com\",\"phone\":\"+4930333333\""));
    append(f, IDENTIFY("u1", "\"phone\":\"+4930333333\""));
    append(f, IDENTIFY("u1", "\"phone\":\"+4930333333\"")); // said twice
    append(f, IDENTIFY("u3",
                      "\"email\":\"a.smith@acme.example.com\",\"firstName\":\"ann\",\"lastName\":\"SMITH\""));
    commit(f);
    catch_up(f);
    catch_up(f);
    assert_int_equal(number(f, "SELECT count(*) FROM merge_suggestion"), 2);
    assert_string_equal(text(f, "SELECT reasons FROM merge_suggestion ORDER BY b").p,
            "[{\"kind\":\"email\",\"value\":\"ann@acme.example.com\"},"
            "{\"kind\":\"phone\",\"value\":\"+4930333333\"}]");
    assert_non_null(
            strstr(text(f, "SELECT reasons FROM merge_suggestion ORDER BY b DESC").p, "ann smith @ "));
    // Nobody was merged, and the address leads to who had it first.
    begin(f);
    assert_string_equal(
            resolve(f, &(struct identity_ask){.email = STR("ann@acme.example.com")}, false).p, "u1");
    commit(f);
}

static void a_switchboard_suggests_little(void **state)
{
    struct fixture *f = *state;
    begin(f);
    for (int i = 0; i < 50; i++)
        append(f, arena_printf(f->arena, IDENTIFY("u%d", "\"phone\":\"+4930444444\""), i).p);
    commit(f);
    catch_up(f);
    assert_in_range(number(f, "SELECT count(*) FROM merge_suggestion"), 1, 5);
}

static void merges_are_noted_and_end(void **state)
{
    struct fixture *f = *state;
    begin(f);
    append(f, IDENTIFY("u1", "\"email\":\"ann@example.com\""));
    append(f, IDENTIFY("u2", "\"email\":\"ann@example.com\""));
    commit(f);
    catch_up(f);
    assert_int_equal(number(f, "SELECT count(*) FROM merge_suggestion WHERE state = 0"), 1);
    begin(f);
    append(f, "{\"type\":\"alias\",\"userId\":\"u1\",\"previousId\":\"u2\",\"messageId\":\"m\","
              "\"timestamp\":\"2026-03-02\"}");
    append(f, IDENTIFY("u3", "\"email\":\"carl@example.com\""));
    append(f, "{\"type\":\"alias\",\"userId\":\"u3\",\"previousId\":\"u2\",\"messageId\":\"n\","
              "\"timestamp\":\"2026-03-02\"}");
    // Over two aliases u1 and u3 are one already.
    append(f, IDENTIFY("u1", "\"phone\":\"+4930555555\""));
    append(f, IDENTIFY("u3", "\"phone\":\"+4930555555\""));
    commit(f);
    catch_up(f);
    assert_int_equal(number(f, "SELECT count(*) FROM merge_suggestion WHERE state = 1"), 1);
    assert_int_equal(number(f, "SELECT count(*) FROM merge_suggestion"), 1);
    assert_int_equal(number(f, "SELECT count(*) FROM contact_merge WHERE ended IS NULL"), 2);
    begin(f);
    append(f, "{\"type\":\"unalias\",\"messageId\":\"m\"}");
    commit(f);
    catch_up(f);
    assert_int_equal(number(f, "SELECT count(*) FROM contact_merge WHERE ended IS NULL"), 1);
}

static void companies_come_from_domains_and_traits(void **state)
{
    struct fixture *f = *state;
    begin(f);
    append(f, IDENTIFY("u1",
                      "\"email\":\"ann@acme.com\",\"company\":{\"name\":\"Acme Ltd\",\"employees\":12}"));
    append(f, IDENTIFY("u2", "\"email\":\"bob@acme.com\""));
    append(f, IDENTIFY("u3", "\"email\":\"carl@gmail.com\""));
    append(f, IDENTIFY("u4", "\"email\":\"dora@gmail.com\",\"company\":\"Dora's\""));
    append(f, IDENTIFY("u5", "\"email\":\"eve@gmail.com\",\"website\":\"https://www.eve-works.com/about\""));
    append(f, "{\"type\":\"group\",\"userId\":\"u2\",\"groupId\":\"g\",\"timestamp\":\"2026-03-01\","
              "\"traits\":{\"name\":\"Acme\",\"industry\":\"tools\"}}");
    commit(f);
    catch_up(f);
    assert_int_equal(number(f, "SELECT count(*) FROM company"), 3);
    assert_int_equal(number(f, "SELECT contacts FROM company WHERE domain = 'acme.com'"), 2);
    assert_int_equal(number(f, "SELECT employees FROM company WHERE domain = 'acme.com'"), 12);
    assert_string_equal(text(f, "SELECT name FROM company WHERE domain = 'acme.com'").p, "Acme");
    assert_string_equal(text(f, "SELECT industry FROM company WHERE domain = 'acme.com'").p, "tools");
    assert_int_equal(number(f, "SELECT count(*) FROM company WHERE domain IS NULL"), 1);
    assert_int_equal(number(f, "SELECT count(*) FROM company WHERE domain = 'eve-works.com'"), 1);
    // Who moves is counted where they are now.
    begin(f);
    append(f, IDENTIFY("u2", "\"email\":\"bob@other.org\""));
    commit(f);
    catch_up(f);
    assert_int_equal(number(f, "SELECT contacts FROM company WHERE domain = 'acme.com'"), 1);
    assert_int_equal(number(f, "SELECT contacts FROM company WHERE domain = 'other.org'"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(the_same_address_is_the_same_contact, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_rolled_back_contact_is_forgotten, set_up, tear_down),
            cmocka_unit_test_setup_teardown(known_people_of_the_log_are_found, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_shared_phone_joins_nobody, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_second_known_contact_becomes_a_suggestion, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_switchboard_suggests_little, set_up, tear_down),
            cmocka_unit_test_setup_teardown(merges_are_noted_and_end, set_up, tear_down),
            cmocka_unit_test_setup_teardown(companies_come_from_domains_and_traits, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
