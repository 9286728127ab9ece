// Erasure: nothing that names the person is left in any file, and every number stays what it was.
#include "support/data_help.h"

#include "app/app.h"
#include "app/demo/demo.h"
#include "app/event/log.h"
#include "app/privacy/erase.h"
#include "replay/replay.h"
#include "rules/model.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    struct arena *arena;
    char folder[200], data[220];
    struct err err;
};

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    snprintf(f->folder, sizeof f->folder, "%s", help_folder().p);
    snprintf(f->data, sizeof f->data, "%s/data", f->folder);
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

static const char MODEL[] =
        "model \"M\"\n"
        "trait plan text\n"
        "trait renewal date\n"
        "persona \"Coach\" when title contains \"coach\"\n"
        "persona \"Chief\" when title matches \"chief|ceo\"\n"
        "persona \"Known\" when email known\n"
        "points 5 each page.viewed where path contains \"/pricing\"\n"
        "points 3 each email.clicked where link is not \"unsubscribe\"\n"
        "points 2 each \"Asked\" where ( topic is \"price\" or topic in (\"a\", \"b\") )\n"
        "stage lead when any inbound\n"
        "stage rich when sum value of order.placed > 40 and renewal < 2027-01-01\n"
        "grade hot when score >= 10\n"
        "grade cold otherwise\n";

static const char HISTORY[] =
        "{\"type\":\"page\",\"anonymousId\":\"visitor-zanzibar\",\"timestamp\":\"2026-01-01\",\"messageId\":"
        "\"zanzibar-1\","
        "\"properties\":{\"path\":\"/pricing?who=zoe@zanzibar.example\",\"url\":\"https://x.example/"
        "pricing?who=zoe\"},"
        "\"context\":{\"ip\":\"203.0.113.77\",\"userAgent\":\"Zanzibrowser\",\"campaign\":{\"source\":"
        "\"spring\","
        "\"name\":\"launch\"}}}\n"
        "{\"type\":\"identify\",\"userId\":\"zoe-zanzibar\",\"anonymousId\":\"visitor-zanzibar\","
        "\"timestamp\":\"2026-01-02\",\"messageId\":\"zanzibar-2\",\"traits\":{\"email\":\"zoe@zanzibar."
        "example\","
        "\"firstName\":\"Zoe\",\"lastName\":\"Zanzibar\",\"phone\":\"+49301234567\",\"title\":\"Life coach "
        "Zoe\","
        "\"company\":{\"name\":\"Zanzibar Ltd\",\"industry\":\"travel\",\"employees\":7},"
        "\"address\":{\"street\":\"Zanzibar Road 1\",\"city\":\"Zanzibartown\",\"country\":\"DE\"},"
        "\"plan\":\"gold\",\"renewal\":\"2026-08-17\",\"nick\":\"zanzi\"}}\n"
        "{\"type\":\"track\",\"userId\":\"zoe-zanzibar\",\"event\":\"order.placed\",\"timestamp\":\"2026-01-"
        "03\","
        "\"properties\":{\"value\":49.5,\"order\":\"Zanzibar-4711\",\"card\":4111111111111111}}\n"
        "{\"type\":\"track\",\"userId\":\"zoe-zanzibar\",\"event\":\"Asked\",\"timestamp\":\"2026-01-04\","
        "\"properties\":{\"topic\":\"PRICE\",\"text\":\"I am Zoe Zanzibar, call me\"}}\n"
        "{\"type\":\"track\",\"userId\":\"zoe-zanzibar\",\"event\":\"email.clicked\",\"timestamp\":\"2026-01-"
        "05\","
        "\"properties\":{\"link\":\"https://x.example/zanzibar\"}}\n"
        "{\"type\":\"track\",\"userId\":\"zoe-zanzibar\",\"event\":\"fact.recorded\",\"timestamp\":\"2026-01-"
        "06\","
        "\"properties\":{\"fact\":\"budget\",\"answer\":\"yes\",\"amount\":5000,\"note\":\"Zoe said so\"}}\n"
        "{\"type\":\"track\",\"userId\":\"zoe-zanzibar\",\"event\":\"Call with zoe@zanzibar.example\","
        "\"timestamp\":\"2026-01-06\"}\n"
        "{\"type\":\"identify\",\"userId\":\"bob\",\"timestamp\":\"2026-01-02\",\"messageId\":\"b1\","
        "\"traits\":{\"email\":\"bob@other.example\",\"title\":\"CEO\",\"renewal\":\"2026-08-17\"}}\n"
        "{\"type\":\"page\",\"userId\":\"bob\",\"anonymousId\":\"visitor-zanzibar\",\"timestamp\":\"2026-01-"
        "07\","
        "\"messageId\":\"b2\",\"properties\":{\"path\":\"/about\",\"note\":\"of Bob\"}}\n";

// The words by which the person could be recognised in a file.
static const char *const TRACES[] = {
        "zanzibar", "Zanzib", "zanzi", "203.0.113.77", "301234567", "4111111111111111", "Zoe", "zoe", NULL};

static bool contains(struct str file, const char *word)
{
    return memmem(file.p, file.n, word, strlen(word)) != NULL;
}

// Which trace stands in which file; "" for none.
static const char *trace_in(struct fixture *f, const char *folder)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    const char *found = "";
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        if (entry->d_type != DT_REG)
            continue;
        struct str file = help_read(f->arena, help_path(f->arena, folder, entry->d_name));
        for (const char *const *t = TRACES; *t; t++)
            if (contains(file, *t))
                found = arena_printf(f->arena, "%s in %s", *t, entry->d_name).p;
    }
    closedir(dir);
    return found;
}

static void make(struct fixture *f)
{
    const char *file = help_path(f->arena, f->folder, "in.ndjson");
    help_init_with(f->data, str_of(MODEL), "m.model", NOW);
    help_write(file, str_of(HISTORY));
    help_import(f->data, file);
}

static struct erasure erase_how(struct fixture *f, const char *id, int64_t compact_max)
{
    struct app *app;
    struct erasure count;
    bool clean;
    struct app_options options = {.folder = f->data, .clock = clock_system()};
    if (!app_open(&options, &app, &f->err) ||
            !privacy_erase_stored(app, str_of(id), compact_max, &count, &clean, &f->err))
        fail_msg("%s", f->err.message);
    assert_true(clean);
    app_close(app);
    return count;
}

static struct erasure erase(struct fixture *f, const char *id)
{
    return erase_how(f, id, INT64_MAX);
}

// Everything that a replay says of everybody at a moment, by the contacts' numbers, which an erasure keeps.
static struct str results(struct fixture *f, int64_t at)
{
    struct data *data = help_open(f->data, DATA_READ);
    struct data_model model;
    const struct columns *c;
    struct replay_result r;
    struct buf out = {0};
    assert_true(data_model_active(data, f->arena, &model, &f->err));
    const struct program *p = model_compile(f->arena, model.name, model.text, diagnostics_new(f->arena));
    assert_non_null(p);
    if (!data_columns(data, at, &c, &f->err))
        fail_msg("%s", f->err.message);
    replay_run(p, c,
            &(struct replay_options){
                    .at = at, .threads = 1, .transitions = true, .evidence = true, .standings = true},
            &r);
    for (uint32_t i = 0; i < r.n_contacts; i++)
        if (r.exists[i])
            buf_printf(&out, "%u: stage %u persona %u grade %u since %llu score %.6f\n", c->owner[i],
                    r.standings[i].stage, r.standings[i].persona, r.standings[i].grade,
                    (unsigned long long)r.standings[i].since, r.standings[i].score);
    for (size_t i = 0; i < r.transitions.n; i++) {
        const struct transition *t = &r.transitions.v[i];
        buf_printf(&out, "%u: %u at %llu from %u to %u by", c->owner[t->contact], t->kind,
                (unsigned long long)t->step, t->from, t->to);
        for (uint32_t e = 0; e < t->n_evidence; e++)
            buf_printf(&out, " %u", c->log[r.evidence.v[t->evidence + e]]);
        buf_char(&out, '\n');
    }
    replay_result_free(&r);
    data_close(data);
    struct str text = arena_str(f->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static struct str exported(struct fixture *f)
{
    struct data *data = help_open(f->data, DATA_READ);
    struct str text = help_export(f->arena, data);
    data_close(data);
    return text;
}

enum { LATER = 1790000000 };

static void nothing_is_left_and_nothing_changes(void **state)
{
    struct fixture *f = *state;
    make(f);
    struct str before = results(f, LATER), past = results(f, 1767312000); // 2026-01-02
    assert_non_null(strstr(before.p, "by 1\n"));
    assert_string_not_equal(trace_in(f, f->data), "");
    struct erasure count = erase(f, "zoe-zanzibar");
    assert_int_equal(count.people, 1);
    assert_int_equal(count.events, 7);
    assert_int_equal(count.identifiers, 2);
    assert_string_equal(trace_in(f, f->data), "");
    assert_string_equal(results(f, LATER).p, before.p);
    assert_string_equal(results(f, 1767312000).p, past.p);
    assert_string_equal(trace_in(f, f->data), ""); // also not in the cache file that was built anew
    struct str log = exported(f);
    // What statistics count is there, and so is everybody else.
    static const char *const STAYS[] = {"\"order.placed\"", "\"value\":49.5", "\"industry\":\"travel\"",
            "\"employees\":7", "\"source\":\"spring\"", "\"path\":\"/pricing\"", "\"amount\":5000",
            "\"country\":\"DE\"", "bob@other.example", "of Bob", "\"b2\"", NULL};
    for (const char *const *s = STAYS; *s; s++)
        if (!contains(log, *s))
            fail_msg("%s is gone:\n%s", *s, log.p);
}

static void an_unknown_visitor_can_be_erased(void **state)
{
    struct fixture *f = *state;
    const char *file = help_path(f->arena, f->folder, "in.ndjson");
    help_init(f->data);
    help_write(file,
            STR("{\"type\":\"page\",\"anonymousId\":\"visitor-zanzibar\",\"timestamp\":\"2026-01-01\"}\n"));
    help_import(f->data, file);
    assert_int_equal(erase(f, "visitor-zanzibar").identifiers, 1);
    assert_string_equal(trace_in(f, f->data), "");
}

static void ended_joins_stay_ended(void **state)
{
    struct fixture *f = *state;
    const char *file = help_path(f->arena, f->folder, "more.ndjson");
    make(f);
    help_write(file, STR("{\"type\":\"alias\",\"userId\":\"zoe-zanzibar\",\"previousId\":\"bob\","
                         "\"messageId\":\"zanzibar-join\",\"timestamp\":\"2026-01-08\"}\n"
                         "{\"type\":\"unalias\",\"messageId\":\"zanzibar-join\"}\n"));
    help_import(f->data, file);
    struct str before = results(f, LATER);
    erase(f, "zoe-zanzibar");
    assert_string_equal(trace_in(f, f->data), "");
    assert_string_equal(results(f, LATER).p, before.p);
    assert_true(contains(exported(f), "bob@other.example"));
}

static void hidden_rows_are_erased_too(void **state)
{
    struct fixture *f = *state;
    const char *file = help_path(f->arena, f->folder, "more.ndjson");
    make(f);
    help_write(file, STR("{\"type\":\"identify\",\"userId\":\"zoe-zanzibar\",\"timestamp\":\"2026-01-08\","
                         "\"traits\":{\"nick\":\"zanzi\"}}\n"));
    help_import(f->data, file);
    struct data *data = help_open(f->data, DATA_WRITE);
    struct import_counts counts;
    if (!import_undo(data, 2, NOW, &counts, &f->err))
        fail_msg("%s", f->err.message);
    data_close(data);
    erase(f, "zoe-zanzibar");
    assert_string_equal(trace_in(f, f->data), "");
}

static void files_handed_in_are_blanked(void **state)
{
    struct fixture *f = *state;
    make(f);
    const char *imports = help_path(f->arena, f->data, "imports");
    assert_int_equal(mkdir(imports, 0700), 0);
    const char *file = help_path(f->arena, imports, "one");
    help_write(file,
            STR("email,name\nbob@other.example,Bob\nZOE@zanzibar.example,Someone\nlast@other.example,x"));
    erase(f, "zoe-zanzibar");
    struct str left = help_read(f->arena, file);
    assert_true(contains(left, "bob@other.example,Bob\n"));
    assert_true(contains(left, "\nlast@other.example,x"));
    assert_false(contains(left, "ZOE@"));
    assert_false(contains(left, "Someone"));
    unlink(file);
    rmdir(imports);
}

static bool put_line(void *ctx, struct str message, struct err *err)
{
    (void)err;
    buf_put(ctx, message);
    buf_char(ctx, '\n');
    return true;
}

// Many people of the invented business, under the recommended model.
static void a_business_keeps_its_numbers(void **state)
{
    struct fixture *f = *state;
    enum { ERASED = 40 };
    struct buf messages = {0};
    const char *file = help_path(f->arena, f->folder, "in.ndjson");
    if (!demo_write(7, 300, DEMO_END, put_line, &messages, &f->err))
        fail_msg("%s", f->err.message);
    help_write(file, buf_str(&messages));
    buf_free(&messages);
    struct str model = help_read(f->arena, "models/default.model");
    assert_true(data_init(f->data, model, "default.model", NOW, &f->err));
    help_import(f->data, file);
    struct str before = results(f, DEMO_END), past = results(f, DEMO_START + 86400 * 400);
    struct data *data = help_open(f->data, DATA_READ);
    const struct columns *c;
    struct str names[ERASED];
    assert_true(data_columns(data, INT64_MAX, &c, &f->err));
    for (uint32_t i = 0; i < ERASED; i++)
        names[i] = arena_str(f->arena, columns_name(c, i * (c->n_contacts / ERASED)));
    const char *addresses[ERASED];
    size_t n_addresses = 0;
    const struct sparse *email = columns_trait(c, STR("email"));
    for (uint32_t i = 0; i < ERASED; i++) {
        uint32_t contact = i * (c->n_contacts / ERASED), at = sparse_at(email->ev, email->n, c->off[contact]);
        if (at < email->n && email->ev[at] < c->off[contact + 1])
            addresses[n_addresses++] = arena_str(f->arena, columns_value(c, email->val[at]).text).p;
    }
    data_close(data);
    // Without writing the database anew: what is overwritten where it stood must be enough.
    for (uint32_t i = 0; i < ERASED; i++)
        erase_how(f, names[i].p, 0);
    struct str after = results(f, DEMO_END);
    struct str file_now = help_read(f->arena, help_path(f->arena, f->data, DATA_DATABASE));
    for (size_t i = 0; i < n_addresses; i++)
        if (contains(file_now, addresses[i]))
            fail_msg("%s is in the database", addresses[i]);
    assert_true(n_addresses > 10);
    assert_string_equal(after.p, before.p);
    assert_string_equal(results(f, DEMO_START + 86400 * 400).p, past.p);
    for (uint32_t i = 0; i < ERASED; i++)
        if (names[i].n > 4 && contains(exported(f), arena_printf(f->arena, "\"%s\"", names[i].p).p))
            fail_msg("%s is there", names[i].p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(nothing_is_left_and_nothing_changes, set_up, tear_down),
            cmocka_unit_test_setup_teardown(an_unknown_visitor_can_be_erased, set_up, tear_down),
            cmocka_unit_test_setup_teardown(ended_joins_stay_ended, set_up, tear_down),
            cmocka_unit_test_setup_teardown(hidden_rows_are_erased_too, set_up, tear_down),
            cmocka_unit_test_setup_teardown(files_handed_in_are_blanked, set_up, tear_down),
            cmocka_unit_test_setup_teardown(a_business_keeps_its_numbers, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("erase", tests, NULL, NULL);
}
