#include "app/form/members.h"

#include "base/utf8.h"

struct members members_of(struct arena *arena, struct problems *problems, const struct json *object)
{
    return (struct members){arena, problems, object, STR("")};
}

struct str members_path(const struct members *m, const char *key)
{
    return arena_printf(m->arena, "%.*s%s", STR_ARG(m->path), key);
}

bool members_problem(const struct members *m, const char *key, const char *message)
{
    return problems_add(m->problems, members_path(m, key), "%s", message);
}

static const struct json *member(const struct members *m, const char *key)
{
    const struct json *j = json_get(m->object, str_of(key));
    return j && j->kind != JSON_NULL ? j : NULL;
}

struct members members_inside(const struct members *m, const char *key)
{
    const struct json *j = member(m, key);
    if (j && j->kind != JSON_OBJECT) {
        members_problem(m, key, "must be an object");
        j = NULL;
    }
    return (struct members){
            m->arena, m->problems, j, arena_printf(m->arena, "%.*s%s.", STR_ARG(m->path), key)};
}

struct members members_item(const struct members *m, const char *key, unsigned i, const struct json *item)
{
    if (item->kind != JSON_OBJECT)
        problems_add(m->problems, arena_printf(m->arena, "%.*s%s[%u]", STR_ARG(m->path), key, i),
                "must be an object");
    return (struct members){
            m->arena, m->problems, item, arena_printf(m->arena, "%.*s%s[%u].", STR_ARG(m->path), key, i)};
}

void members_known(const struct members *m, const char *const *known)
{
    if (!m->object || m->object->kind != JSON_OBJECT)
        return;
    for (const struct json *j = m->object->child; j; j = j->next) {
        bool found = false;
        for (const char *const *word = known; *word && !found; word++)
            found = str_eq(j->key, str_of(*word));
        if (!found)
            problems_add(m->problems, arena_printf(m->arena, "%.*s%.*s", STR_ARG(m->path), STR_ARG(j->key)),
                    "there is no such member");
    }
}

size_t text_length(struct str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += ((unsigned char)text.p[i] & 0xC0) != 0x80;
    return n;
}

struct str members_text(const struct members *m, const char *key, unsigned max, bool required)
{
    const struct json *j = member(m, key);
    if (j && j->kind != JSON_STRING) {
        members_problem(m, key, "must be text");
        return STR_NONE;
    }
    struct str text = j ? j->text : STR_NONE;
    if (required && !str_trim(text).n)
        members_problem(m, key, "is missing");
    if (text_length(text) > max)
        problems_add(m->problems, members_path(m, key), "is longer than %u characters", max);
    return text.n ? text : STR_NONE;
}

bool members_flag(const struct members *m, const char *key)
{
    const struct json *j = member(m, key);
    if (j && j->kind != JSON_TRUE && j->kind != JSON_FALSE)
        members_problem(m, key, "must be true or false");
    return j && j->kind == JSON_TRUE;
}

const struct json *members_list(const struct members *m, const char *key, unsigned max, unsigned *ret_n)
{
    const struct json *j = member(m, key);
    unsigned n = 0;
    *ret_n = 0;
    if (!j)
        return NULL;
    if (j->kind != JSON_ARRAY) {
        members_problem(m, key, "must be a list");
        return NULL;
    }
    for (const struct json *item = j->child; item; item = item->next)
        n++;
    if (n > max) {
        problems_add(m->problems, members_path(m, key), "has more than %u items", max);
        n = max;
    }
    *ret_n = n;
    return n ? j->child : NULL;
}

struct str members_number(const struct members *m, const char *key)
{
    const struct json *j = member(m, key);
    double value;
    if (!j)
        return STR_NONE;
    if (j->kind != JSON_NUMBER || !json_number(j->text, &value)) {
        members_problem(m, key, "must be a number");
        return STR_NONE;
    }
    return j->text;
}

unsigned members_word(const struct members *m, const char *key, const char *const *words)
{
    struct buf list = {0};
    struct str text = members_text(m, key, 100, false);
    unsigned found = 0;
    if (!text.n)
        return 0;
    for (unsigned i = 0; words[i]; i++) {
        if (str_eq(text, str_of(words[i])))
            found = i + 1;
        buf_printf(&list, "%s%s", i ? ", " : "", words[i]);
    }
    if (!found)
        problems_add(m->problems, members_path(m, key), "must be one of %.*s", STR_ARG(buf_str(&list)));
    buf_free(&list);
    return found ? found - 1 : 0;
}
