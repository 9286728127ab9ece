#include "support/corpus.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

const char *corpus_folder(char path[1000], const char *name)
{
    const char *corpora = getenv("SLUICE_CORPORA");
    struct stat st;
    snprintf(path, 1000, "%s/%s", corpora ? corpora : "", name);
    if (!corpora || !*corpora || stat(path, &st) != 0) {
        printf("skipped: %s is not there\n", name);
        skip();
    }
    return path;
}

static char *read_exactly(const char *path, size_t *ret_n)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    size_t n = (size_t)ftell(f);
    rewind(f);
    char *bytes = malloc(n ? n : 1);
    *ret_n = fread(bytes, 1, n, f);
    fclose(f);
    return bytes;
}

struct str corpus_bytes(struct arena *arena, const char *path)
{
    size_t n = 0;
    char *bytes = read_exactly(path, &n);
    if (!bytes)
        return STR_NONE;
    struct str s = arena_str(arena, (struct str){bytes, n});
    free(bytes);
    return s;
}

static bool wanted(const char *name)
{
    return !strstr(name, "LICEN") && !str_ends(str_of(name), STR(".json")) &&
           !str_ends(str_of(name), STR(".tsv")) && name[0] != '.';
}

unsigned corpus_each(const char *folder, bool deep,
        void (*visit)(void *ctx, const char *path, struct str bytes), void *ctx)
{
    struct dirent **names;
    int n = scandir(folder, &names, NULL, alphasort);
    unsigned count = 0;
    for (int i = 0; i < n; i++) {
        char path[2000];
        struct stat st;
        snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        bool there = names[i]->d_name[0] != '.' && stat(path, &st) == 0;
        if (there && S_ISDIR(st.st_mode) && deep)
            count += corpus_each(path, deep, visit, ctx);
        else if (there && S_ISREG(st.st_mode) && wanted(names[i]->d_name)) {
            size_t length = 0;
            char *bytes = read_exactly(path, &length);
            assert_non_null(bytes);
            visit(ctx, path, (struct str){bytes, length});
            free(bytes);
            count++;
        }
        free(names[i]);
    }
    if (n >= 0)
        free(names);
    return count;
}

struct str corpus_field(struct str line, unsigned number)
{
    for (; number > 0; number--) {
        size_t tab = str_find(line, '\t');
        if (tab == line.n)
            return STR("");
        line = str_sub(line, tab + 1, line.n);
    }
    return str_sub(line, 0, str_find(line, '\t'));
}

bool corpus_line(struct str text, size_t *at, struct str *ret)
{
    if (*at >= text.n)
        return false;
    size_t end = *at + str_find(str_sub(text, *at, text.n), '\n');
    *ret = str_sub(text, *at, end);
    *at = end + 1;
    return true;
}
