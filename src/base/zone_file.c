#include "base/zone_file.h"

#include <stdio.h>

// Names are words of letters, digits and a few signs, with single slashes between them.
static bool is_name(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        bool more = (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
        if (!letter && !(i && more) && !(i && c == '/' && name.p[i - 1] != '/'))
            return false;
    }
    return name.n > 0 && name.n < 60;
}

const struct zone *zone_named(struct arena *arena, struct str name)
{
    struct zone *zone;
    struct err unread;
    if (str_eq(name, STR("UTC")))
        return zone_utc();
    if (!is_name(name))
        return NULL;
    struct arena *work = arena_new();
    FILE *file = fopen(arena_printf(work, ZONE_FOLDER "/%.*s", STR_ARG(name)).p, "rb");
    char *bytes = arena_alloc(work, ZONE_BYTES_MAX + 1);
    size_t n = file ? fread(bytes, 1, ZONE_BYTES_MAX, file) : 0;
    if (file)
        fclose(file);
    bool there = n && zone_parse(arena, (struct str){bytes, n}, &zone, &unread);
    arena_free(work);
    return there ? zone : NULL;
}
