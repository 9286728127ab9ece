// Any bytes as a form's body: the first byte chooses the type, and for multipart the next ones the boundary.
// What is accepted is text, and no longer than the body could make it: a byte of Windows-1252 becomes up to
// three.
#include "base/utf8.h"
#include "http/form.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check(struct arena *arena, struct str type, struct str body)
{
    struct form_field *fields;
    size_t count;
    struct err err = {0};
    if (!form_parse(arena, type, body, &fields, &count, &err)) {
        require(err.code == ERR_INPUT || err.code == ERR_LIMIT);
        return;
    }
    require(count <= FORM_FIELDS);
    for (size_t i = 0; i < count; i++) {
        const struct form_field *field = &fields[i];
        require(utf8_valid(field->name) && str_find(field->name, '\0') == field->name.n);
        require(field->file_name.p ||
                (utf8_valid(field->value) && str_find(field->value, '\0') == field->value.n));
        require(utf8_valid(field->file_name) && field->value.n <= 3 * body.n && field->type.n <= body.n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *arena = arena_new();
    struct str all = {(const char *)data, n};
    if (n > 1 && data[0] % 4 == 0) {
        check(arena, STR("application/x-www-form-urlencoded"), str_sub(all, 1, n));
    } else if (n > 1 && data[0] % 4 == 1) {
        check(arena, STR("multipart/form-data; boundary=b"), str_sub(all, 1, n));
    } else if (n > 1) {
        size_t end = str_find(all, '\n'); // a type of its own
        check(arena, str_sub(all, 1, end ? end : 1), str_sub(all, end < n ? end : n, n));
    }
    arena_free(arena);
    return 0;
}
