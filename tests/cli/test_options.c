#include "cli/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const struct option OPTIONS[] = {
        OPTION_AT, OPTION_JSON, OPTION_CSV, OPTION_THREADS, {"stage", "NAME", "a stage", false}, OPTION_END};
static const struct command ONE_LIST = {.name = "one", .options = OPTIONS};
static const struct command TWO_LISTS = {.name = "two", .options = OPTIONS, .separator = true};

enum { WORDS_MAX = 16 };

struct parsed {
    struct arena *arena;
    struct args args;
    struct err err;
    bool fine;
};

// words: separated by blanks.
static struct parsed parse(const struct command *command, const char *words)
{
    struct parsed p = {.arena = arena_new()};
    char *argv[WORDS_MAX], *text = (char *)arena_str(p.arena, str_of(words)).p;
    int argc = 0;
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    p.fine = args_parse(p.arena, command, argc, argv, &p.args, &p.err);
    return p;
}

static void refused(const struct command *command, const char *words, const char *fragment)
{
    struct parsed p = parse(command, words);
    if (p.fine)
        fail_msg("accepted: %s", words);
    assert_int_equal(p.err.code, ERR_USAGE);
    if (!strstr(p.err.message, fragment))
        fail_msg("%s: %s", words, p.err.message);
    arena_free(p.arena);
}

static void operands_and_options_in_any_order(void **state)
{
    (void)state;
    struct parsed p = parse(&ONE_LIST, "m --at=2026-03-01 a --json - --stage lead b");
    assert_true(p.fine);
    assert_int_equal(p.args.n, 4);
    assert_string_equal(p.args.operands[0], "m");
    assert_string_equal(p.args.operands[2], "-");
    assert_string_equal(p.args.operands[3], "b");
    assert_string_equal(args_value(&p.args, "at"), "2026-03-01");
    assert_string_equal(args_value(&p.args, "stage"), "lead");
    assert_true(args_flag(&p.args, "json"));
    assert_false(args_flag(&p.args, "csv"));
    assert_false(p.args.help);
    assert_int_equal(p.args.split, 4);
    arena_free(p.arena);
}

static void values(void **state)
{
    (void)state;
    struct parsed p = parse(&ONE_LIST, "--stage --json --at= --stage=a=b -h");
    assert_true(p.fine);
    assert_string_equal(args_value(&p.args, "stage"), "a=b"); // the last one counts
    assert_string_equal(args_value(&p.args, "at"), "");
    assert_false(args_flag(&p.args, "json")); // it was a value
    assert_true(p.args.help);
    arena_free(p.arena);
}

static void the_separator(void **state)
{
    (void)state;
    struct parsed p = parse(&TWO_LISTS, "a b -- c --json d");
    assert_true(p.fine && p.args.separated && args_flag(&p.args, "json"));
    assert_int_equal(p.args.split, 2);
    assert_int_equal(p.args.n, 4);
    arena_free(p.arena);
    refused(&TWO_LISTS, "a -- b -- c", "more than one --");
    p = parse(&ONE_LIST, "a -- --json -h"); // elsewhere it ends the options
    assert_true(p.fine && !p.args.separated && !p.args.help && !args_flag(&p.args, "json"));
    assert_int_equal(p.args.n, 3);
    arena_free(p.arena);
}

static void mistakes(void **state)
{
    (void)state;
    refused(&ONE_LIST, "--jason", "unknown option --jason; did you mean --json?");
    refused(&ONE_LIST, "--stages x", "did you mean --stage?");
    refused(&ONE_LIST, "--hepl", "did you mean --help?");
    refused(&ONE_LIST, "--xyzzy", "unknown option --xyzzy");
    refused(&ONE_LIST, "--json=yes", "--json takes no value");
    refused(&ONE_LIST, "--at", "--at needs a value: TIME");
    refused(&ONE_LIST, "-x", "unknown option -x");
    refused(&ONE_LIST, "---", "unknown option");
}

static void numbers_and_times(void **state)
{
    static const char *const BAD_NUMBERS[] = {"--threads=0", "--threads=257", "--threads=-1", "--threads=x",
            "--threads=", "--threads=1.5", "--threads=99999999999999999999999",
            "--threads=18446744073709551617"};
    static const char *const BAD_TIMES[] = {"", "--at=yesterday", "--at="};
    (void)state;
    uint64_t n = 0;
    int64_t at = 0;
    struct err err;
    struct parsed p = parse(&ONE_LIST, "--threads 3 --at 2026-03-01T10:00:00Z");
    assert_true(args_number(&p.args, "threads", 1, 256, 2, &n, &err) && n == 3);
    assert_true(args_time(&p.args, "at", &at, &err) && at == 1772359200);
    arena_free(p.arena);
    p = parse(&ONE_LIST, "");
    assert_true(args_number(&p.args, "threads", 1, 256, 2, &n, &err) && n == 2);
    arena_free(p.arena);
    for (size_t i = 0; i < sizeof BAD_NUMBERS / sizeof *BAD_NUMBERS; i++) {
        p = parse(&ONE_LIST, BAD_NUMBERS[i]);
        assert_false(args_number(&p.args, "threads", 1, 256, 2, &n, &err));
        assert_int_equal(err.code, ERR_USAGE);
        assert_int_equal(n, 2);
        arena_free(p.arena);
    }
    for (size_t i = 0; i < sizeof BAD_TIMES / sizeof *BAD_TIMES; i++) {
        p = parse(&ONE_LIST, BAD_TIMES[i]);
        assert_false(args_time(&p.args, "at", &at, &err));
        assert_int_equal(err.code, ERR_USAGE);
        arena_free(p.arena);
    }
}

static void one_form(void **state)
{
    (void)state;
    enum form form;
    struct err err;
    struct parsed p = parse(&ONE_LIST, "--json --csv");
    assert_false(args_form(&p.args, &form, &err));
    arena_free(p.arena);
    p = parse(&ONE_LIST, "--csv");
    assert_true(args_form(&p.args, &form, &err) && form == FORM_CSV);
    arena_free(p.arena);
}

static void the_nearest_name(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct nearest n = {.word = STR("replyed")};
    nearest_offer(&n, STR("something"));
    assert_string_equal(nearest_hint(&n, arena), "");
    nearest_offer(&n, STR("relayed"));
    nearest_offer(&n, STR("replied"));
    nearest_offer(&n, STR("replyer"));
    assert_string_equal(nearest_hint(&n, arena), "; did you mean replied?"); // the first of the nearest
    n = (struct nearest){.word = STR("ab")};
    nearest_offer(&n, STR("cd")); // two letters of two: nothing in common
    assert_int_equal(n.best.n, 0);
    arena_free(arena);
}

static const struct command *found(const char *first, const char *second, int *ret_words)
{
    char a[50], b[50], *argv[] = {a, b};
    const struct command *command = NULL;
    struct err err;
    snprintf(a, sizeof a, "%s", first);
    snprintf(b, sizeof b, "%s", second ? second : "");
    return command_find(argv, second ? 2 : 1, &command, ret_words, &err) ? command : NULL;
}

static void commands(void **state)
{
    (void)state;
    int words;
    assert_string_equal(found("replay", "x", &words)->name, "replay");
    assert_int_equal(words, 1);
    assert_string_equal(found("model", "check", &words)->name, "model check");
    assert_int_equal(words, 2);
    assert_string_equal(found("--version", NULL, &words)->name, "version");
    assert_string_equal(found("-h", NULL, &words)->name, "help");
    assert_null(found("model", NULL, &words));
    assert_null(found("model", "chekc", &words));
    assert_null(found("repaly", NULL, &words));
    assert_null(found("", NULL, &words));
}

// What holds for every command: a summary without a full stop, options with help, no option twice, --help
// works.
static void every_descriptor(void **state)
{
    (void)state;
    for (const struct command *const *c = COMMANDS; *c; c++) {
        struct buf text = {0};
        unsigned n = 0;
        assert_non_null((*c)->run);
        assert_true(strlen((*c)->summary) > 0 && !str_ends(str_of((*c)->summary), STR(".")));
        for (const struct option *o = (*c)->options; o && o->name; o++, n++) {
            assert_true(o->help && *o->help);
            for (const struct option *other = (*c)->options; other < o; other++)
                assert_string_not_equal(o->name, other->name);
        }
        assert_true(n <= OPTIONS_MAX);
        help_command(*c, &text);
        assert_true(str_starts(buf_str(&text), STR("Usage: sluice ")));
        buf_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(operands_and_options_in_any_order),
            cmocka_unit_test(values),
            cmocka_unit_test(the_separator),
            cmocka_unit_test(mistakes),
            cmocka_unit_test(numbers_and_times),
            cmocka_unit_test(one_form),
            cmocka_unit_test(the_nearest_name),
            cmocka_unit_test(commands),
            cmocka_unit_test(every_descriptor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
