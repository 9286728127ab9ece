// JSONTestSuite (Nicolas Seriot): y_ must be accepted, n_ rejected, i_ are ours to choose but must not crash.
#include "base/input.h"
#include "base/json.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct str read_all(const char *path)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *text = malloc(1 << 20);
    size_t n = fread(text, 1, 1 << 20, f);
    fclose(f);
    return (struct str){realloc(text, n ? n : 1), n}; // exactly as long, for AddressSanitizer
}

static void the_suite(void **state)
{
    (void)state;
    char folder[500], path[1000];
    const char *corpora = getenv("SLUICE_CORPORA");
    snprintf(folder, sizeof folder, "%s/08-templates-json-html/json-test-suite/test_parsing",
            corpora ? corpora : "");
    DIR *dir = corpora && *corpora ? opendir(folder) : NULL;
    if (!dir) {
        printf("skipped: JSONTestSuite is not there\n");
        skip();
    }
    unsigned files = 0, wrong = 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (!strchr("yni", entry->d_name[0]) || entry->d_name[1] != '_')
            continue;
        struct arena *arena = arena_new();
        struct json *j;
        struct err err = {0};
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        struct str text = read_all(path);
        bool fine = json_parse(arena, text, &j, &err);
        if ((entry->d_name[0] == 'y' && !fine) || (entry->d_name[0] == 'n' && fine)) {
            printf("%s: %s\n", entry->d_name, fine ? "accepted" : err.message);
            wrong++;
        }
        files++;
        free((void *)text.p);
        arena_free(arena);
    }
    closedir(dir);
    assert_true(files > 100);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_suite)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
