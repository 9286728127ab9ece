#include "support/lines.h"

#include <stdio.h>
#include <stdlib.h>

struct str corpus_file(struct arena *arena, const char *path)
{
    const char *corpora = getenv("SLUICE_CORPORA");
    char name[1000];
    snprintf(name, sizeof name, "%s/%s", corpora ? corpora : "", path);
    FILE *f = corpora && *corpora ? fopen(name, "rb") : NULL;
    if (!f) {
        printf("skipped: %s is not there\n", path);
        return STR_NONE;
    }
    fseek(f, 0, SEEK_END);
    size_t n = (size_t)ftell(f);
    rewind(f);
    char *text = arena_alloc(arena, n + 1);
    n = fread(text, 1, n, f);
    text[n] = '\0';
    fclose(f);
    return (struct str){text, n};
}

bool next_line(struct str *rest, struct str *ret)
{
    if (!rest->n)
        return false;
    size_t end = str_find(*rest, '\n');
    *ret = str_sub(*rest, 0, end);
    *rest = str_sub(*rest, end < rest->n ? end + 1 : end, rest->n);
    return true;
}

struct str next_field(struct str *line)
{
    size_t end = str_find(*line, '\t');
    struct str field = str_sub(*line, 0, end);
    *line = str_sub(*line, end < line->n ? end + 1 : end, line->n);
    return field;
}
