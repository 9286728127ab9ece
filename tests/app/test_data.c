#include "support/data_help.h"
#include "support/store_help.h"

#include "app/event/log.h"
#include "store/sqlite/sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct fixture {
    struct arena *arena;
    char folder[200], data[220], other[220];
    const char *file, *backup;
    struct err err;
};

static int set_up(void **state)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    snprintf(f->folder, sizeof f->folder, "%s", help_folder().p);
    snprintf(f->data, sizeof f->data, "%s/data", f->folder);
    snprintf(f->other, sizeof f->other, "%s/other", f->folder);
    f->file = help_path(arena, f->folder, "in.ndjson");
    f->backup = help_path(arena, f->folder, "backup");
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

static void fill(struct fixture *f, uint64_t seed)
{
    struct rng rng = rng_seed(seed);
    struct buf all = {0};
    help_messages(&rng, 300, true, &all);
    help_write(f->file, buf_str(&all));
    help_import(f->data, f->file);
    buf_free(&all);
}

static struct str exported(struct fixture *f, const char *folder)
{
    struct data *data = help_open(folder, DATA_READ);
    struct str text = help_export(f->arena, data);
    data_close(data);
    return text;
}

static unsigned mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 0777;
}

static void init_makes_a_folder(void **state)
{
    struct fixture *f = *state;
    help_only_sqlite();
    struct data_model model;
    int64_t version;
    assert_true(data_init(f->data, STR("stage lead when yes"), "mine.model", NOW, &f->err));
    assert_int_equal(mode_of(f->data), 0700);
    assert_int_equal(mode_of(help_path(f->arena, f->data, DATA_DATABASE)), 0600);
    struct data *data = help_open(f->data, DATA_WRITE);
    assert_true(data_model_active(data, f->arena, &model, &f->err));
    assert_true(str_eq(model.text, STR("stage lead when yes")) && str_eq(model.name, STR("mine.model")));
    assert_int_equal(model.version, 1);
    assert_int_equal(model.added, NOW);
    assert_true(data_model_add(data, STR("stage x when yes"), "x.model", NOW + 1, &version, &f->err));
    assert_int_equal(version, 2);
    assert_true(data_model_active(data, f->arena, &model, &f->err));
    assert_true(str_eq(model.text, STR("stage x when yes")));
    data_close(data);
    assert_false(data_init(f->data, STR_NONE, "", NOW, &f->err));
    assert_int_equal(f->err.code, ERR_CONFLICT);
    assert_non_null(strstr(f->err.message, "is a data folder already"));
    // An empty folder is taken, another one left alone.
    assert_int_equal(mkdir(f->other, 0755), 0);
    assert_true(data_init(f->other, STR_NONE, "", NOW, &f->err));
    assert_int_equal(mode_of(f->other), 0700);
    data = help_open(f->other, DATA_READ);
    assert_false(data_model_active(data, f->arena, &model, &f->err));
    assert_int_equal(f->err.code, ERR_NOT_FOUND);
    data_close(data);
    help_remove(f->other);
    assert_int_equal(mkdir(f->other, 0755), 0);
    const char *letter = help_path(f->arena, f->other, "letter");
    help_write(letter, STR("dear"));
    assert_false(data_init(f->other, STR_NONE, "", NOW, &f->err));
    assert_non_null(strstr(f->err.message, "letter"));
    assert_true(str_eq(help_read(f->arena, letter), STR("dear")));
    assert_false(data_init("/nowhere/at/all", STR_NONE, "", NOW, &f->err));
}

static void what_is_no_data_folder(void **state)
{
    struct fixture *f = *state;
    help_only_sqlite();
    struct data *data;
    assert_false(data_open(f->data, DATA_READ, &data, &f->err));
    assert_int_equal(f->err.code, ERR_NOT_FOUND);
    assert_non_null(strstr(f->err.message, "sluice init"));
    assert_int_equal(mkdir(f->data, 0700), 0);
    struct store *store;
    const char *database = help_path(f->arena, f->data, DATA_DATABASE);
    assert_true(sqlite_open(database, STORE_CREATE, &store, &f->err));
    store_close(store);
    assert_false(data_open(f->data, DATA_READ, &data, &f->err));
    assert_int_equal(f->err.code, ERR_CORRUPT);
    help_remove(f->data);
    help_init(f->data);
    assert_true(sqlite_open(database, STORE_WRITE, &store, &f->err));
    assert_true(store_exec(store, "UPDATE migration SET version = 99 WHERE slice = 'event'", &f->err));
    store_close(store);
    for (int mode = DATA_READ; mode <= DATA_WRITE; mode++) {
        assert_false(data_open(f->data, (enum data_mode)mode, &data, &f->err));
        assert_int_equal(f->err.code, ERR_CONFLICT);
        assert_non_null(strstr(f->err.message, "newer Sluice"));
    }
}

static void backup_and_restore(void **state)
{
    struct fixture *f = *state;
    help_only_sqlite();
    help_init(f->data);
    fill(f, 1);
    struct str before = exported(f, f->data);
    struct data *data = help_open(f->data, DATA_READ);
    assert_true(data_backup(data, f->backup, NULL, &f->err));
    assert_false(data_backup(data, f->backup, NULL, &f->err));
    assert_int_equal(f->err.code, ERR_CONFLICT);
    data_close(data);
    assert_int_equal(mode_of(f->backup), 0600);
    // Into a new folder,
    assert_true(data_restore(f->backup, f->other, false, &f->err));
    assert_true(str_eq(exported(f, f->other), before));
    assert_int_equal(mode_of(f->other), 0700);
    // and over what was written meanwhile, whose cache must not be used.
    struct buf then = {0}, now = {0};
    fill(f, 2);
    data = help_open(f->data, DATA_READ);
    help_data_columns(data, INT64_MAX, &then);
    data_close(data);
    assert_false(data_restore(f->backup, f->data, false, &f->err));
    assert_int_equal(f->err.code, ERR_CONFLICT);
    struct str cache = help_read(f->arena, help_path(f->arena, f->data, DATA_CACHE));
    assert_true(data_restore(f->backup, f->data, true, &f->err));
    assert_true(str_eq(exported(f, f->data), before));
    help_write(help_path(f->arena, f->data, DATA_CACHE), cache);
    data = help_open(f->data, DATA_READ);
    help_data_columns(data, INT64_MAX, &now);
    data_close(data);
    assert_false(str_eq(buf_str(&now), buf_str(&then)));
    buf_free(&then);
    buf_free(&now);
}

static void restore_refuses(void **state)
{
    struct fixture *f = *state;
    help_only_sqlite();
    help_init(f->data);
    fill(f, 1);
    struct str before = exported(f, f->data);
    struct data *data = help_open(f->data, DATA_READ);
    assert_true(data_backup(data, f->backup, NULL, &f->err));
    data_close(data);
    assert_false(data_restore("/nowhere", f->other, false, &f->err));
    assert_int_not_equal(access(f->other, F_OK), 0);
    assert_false(data_restore(f->file, f->other, false, &f->err)); // no database
    assert_non_null(strstr(f->err.message, "no backup of Sluice"));
    assert_int_not_equal(access(f->other, F_OK), 0);
    // A damaged backup leaves what is there.
    FILE *file = fopen(f->backup, "r+");
    assert_non_null(file);
    fseek(file, 3 * 4096, SEEK_SET);
    for (int i = 0; i < 8 * 4096; i++)
        fputc('x', file);
    fclose(file);
    assert_false(data_restore(f->backup, f->data, true, &f->err));
    assert_true(str_eq(exported(f, f->data), before));
    // Nobody may be writing.
    data = help_open(f->data, DATA_WRITE);
    assert_false(data_restore(f->backup, f->data, true, &f->err));
    assert_int_equal(f->err.code, ERR_BUSY);
    data_close(data);
    assert_true(str_eq(exported(f, f->data), before));
    // Another folder in which something else lies.
    assert_int_equal(mkdir(f->other, 0700), 0);
    help_write(help_path(f->arena, f->other, "letter"), STR("dear"));
    assert_false(data_restore(f->backup, f->other, false, &f->err));
    assert_int_equal(f->err.code, ERR_CONFLICT);
}

// A backup taken while a process imports holds whole transactions, and one moment of all tables.
static void backup_under_load(void **state)
{
    struct fixture *f = *state;
    help_only_sqlite();
    struct buf lines = {0};
    help_init(f->data);
    for (int i = 0; i < 60000; i++)
        buf_printf(&lines,
                "{\"type\":\"page\",\"userId\":\"u%d\",\"messageId\":\"m%d\",\"timestamp\":\"2026-03-01\"}\n",
                i % 5000, i);
    help_write(f->file, buf_str(&lines));
    pid_t child = fork();
    assert_true(child >= 0);
    if (!child) {
        help_import(f->data, f->file);
        _exit(0);
    }
    for (int i = 0; i < 5; i++) {
        struct data *data = help_open(f->data, DATA_READ);
        struct store *copy;
        int64_t events, lines_done;
        const char *path = arena_printf(f->arena, "%s.%d", f->backup, i).p;
        if (!data_backup(data, path, NULL, &f->err))
            fail_msg("%s", f->err.message);
        data_close(data);
        assert_true(sqlite_open(path, STORE_READ, &copy, &f->err));
        assert_true(store_number(copy, "SELECT count(*) FROM event", -1, &events, &f->err));
        assert_true(store_number(copy, "SELECT max(lines) FROM import_source", 0, &lines_done, &f->err));
        assert_int_equal(events, lines_done);
        store_close(copy);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    buf_free(&lines);
}

struct findings {
    unsigned good, note, wrong;
    char text[4000];
};

static void note_finding(void *ctx, enum finding finding, const char *text)
{
    struct findings *all = ctx;
    *(finding == FINDING_GOOD ? &all->good : finding == FINDING_NOTE ? &all->note : &all->wrong) += 1;
    size_t n = strlen(all->text);
    snprintf(all->text + n, sizeof all->text - n, "%s\n", text);
}

static bool healthy(struct fixture *f, struct findings *ret)
{
    bool ok;
    *ret = (struct findings){0};
    if (!data_doctor(f->data, note_finding, ret, &ok, &f->err))
        fail_msg("%s", f->err.message);
    assert_true(ok == (ret->wrong == 0));
    return ok;
}

static void change(struct fixture *f, const char *sql)
{
    struct store *store;
    assert_true(sqlite_open(help_path(f->arena, f->data, DATA_DATABASE), STORE_WRITE, &store, &f->err));
    assert_true(store_exec(store, sql, &f->err));
    store_close(store);
}

static void the_doctor(void **state)
{
    struct fixture *f = *state;
    help_only_sqlite();
    struct findings found;
    struct buf columns = {0};
    bool ok;
    assert_false(data_doctor(f->data, note_finding, &found, &ok, &f->err));
    assert_int_equal(f->err.code, ERR_NOT_FOUND);
    help_init(f->data);
    fill(f, 1);
    assert_true(healthy(f, &found));
    assert_non_null(strstr(found.text, "there is no column cache"));
    struct data *data = help_open(f->data, DATA_WRITE);
    help_data_columns(data, INT64_MAX, &columns);
    assert_true(healthy(f, &found));
    assert_non_null(strstr(found.text, "the column cache is true"));
    assert_non_null(strstr(found.text, "is being written"));
    data_close(data);
    assert_int_equal(chmod(f->data, 0755), 0);
    assert_false(healthy(f, &found));
    assert_non_null(strstr(found.text, "chmod go="));
    assert_int_equal(chmod(f->data, 0700), 0);
    help_write(help_path(f->arena, f->data, DATA_CACHE), STR("nonsense"));
    assert_true(healthy(f, &found));
    assert_non_null(strstr(found.text, "the column cache is damaged"));
    change(f, "UPDATE event SET contact = 999999 WHERE id = 3");
    assert_false(healthy(f, &found));
    assert_non_null(strstr(found.text, "1 events without a contact"));
    // Columns cannot be made of it; the message says so.
    const struct columns *c;
    data = help_open(f->data, DATA_READ);
    assert_false(data_columns(data, INT64_MAX, &c, &f->err));
    assert_int_equal(f->err.code, ERR_CORRUPT);
    data_close(data);
    // Pages of nonsense.
    FILE *file = fopen(help_path(f->arena, f->data, DATA_DATABASE), "r+");
    assert_non_null(file);
    fseek(file, 3 * 4096, SEEK_SET);
    for (int i = 0; i < 12 * 4096; i++)
        fputc('x', file);
    fclose(file);
    assert_false(healthy(f, &found));
    assert_non_null(strstr(found.text, "damaged"));
    buf_free(&columns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(init_makes_a_folder, set_up, tear_down),
            cmocka_unit_test_setup_teardown(what_is_no_data_folder, set_up, tear_down),
            cmocka_unit_test_setup_teardown(backup_and_restore, set_up, tear_down),
            cmocka_unit_test_setup_teardown(restore_refuses, set_up, tear_down),
            cmocka_unit_test_setup_teardown(backup_under_load, set_up, tear_down),
            cmocka_unit_test_setup_teardown(the_doctor, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
