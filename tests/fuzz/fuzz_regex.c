// Any bytes: the pattern up to the first newline, then the text. Compiling and matching end soon, a mistake
// has a place inside the pattern, and matching twice says the same.
#include "base/utf8.h"
#include "rules/cond.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str all = {(const char *)data, size};
    size_t cut = str_find(all, '\n');
    struct str pattern = str_sub(all, 0, cut), text = str_sub(all, cut < size ? cut + 1 : size, size);
    struct arena *arena = arena_new();
    struct err err = {0};
    size_t at = SIZE_MAX;
    const struct regex *regex = regex_compile(arena, pattern, &at, &err);
    if (!regex && (at > pattern.n || err.code == ERR_NONE || !err.message[0]))
        abort();
    if (regex && regex_matches(regex, text) != regex_matches(regex, text))
        abort();
    arena_free(arena);
    return 0;
}
