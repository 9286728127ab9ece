#include "mail/dkim_private.h"

#include <sodium.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool name_good(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(i && ((c >= '0' && c <= '9') || c == '_')))
            return false;
    }
    return name.n > 0;
}

bool dkim_tags_read(struct str text, struct dkim_tags *ret)
{
    ret->n = 0;
    while (text.n) {
        size_t end = str_find(text, ';'), equals;
        struct str tag = str_sub(text, 0, end);
        text = str_sub(text, end < text.n ? end + 1 : end, text.n);
        if (!str_trim(tag).n) {
            if (!str_trim(text).n)
                break;
            return false;
        }
        equals = str_find(tag, '=');
        struct str name = str_trim(str_sub(tag, 0, equals));
        if (equals == tag.n || !name_good(name) || ret->n == DKIM_TAGS_MAX)
            return false;
        for (unsigned i = 0; i < ret->n; i++)
            if (str_eq(ret->v[i].name, name))
                return false;
        ret->v[ret->n].name = name;
        ret->v[ret->n++].value = str_trim(str_sub(tag, equals + 1, tag.n));
    }
    return ret->n > 0;
}

struct str dkim_tag(const struct dkim_tags *tags, const char *name)
{
    for (unsigned i = 0; i < tags->n; i++)
        if (str_eq(tags->v[i].name, str_of(name)))
            return tags->v[i].value;
    return STR_NONE;
}

bool dkim_list_next(struct str *rest, struct str *ret)
{
    if (!rest->p)
        return false;
    size_t end = str_find(*rest, ':');
    *ret = str_trim(str_sub(*rest, 0, end));
    *rest = end < rest->n ? str_sub(*rest, end + 1, rest->n) : STR_NONE;
    return true;
}

bool dkim_base64(struct arena *arena, struct str text, struct str *ret)
{
    char *packed = arena_alloc(arena, text.n + 1);
    uint8_t *bytes = arena_alloc(arena, text.n + 1);
    size_t n = 0, made;
    for (size_t i = 0; i < text.n; i++)
        if (!is_blank(text.p[i]))
            packed[n++] = text.p[i];
    if (!n || sodium_base642bin(
                      bytes, text.n + 1, packed, n, NULL, &made, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
        return false;
    *ret = (struct str){(char *)bytes, made};
    return true;
}

void dkim_base64_put(struct str bytes, struct buf *out)
{
    size_t size = sodium_base64_encoded_len(bytes.n, sodium_base64_VARIANT_ORIGINAL);
    sodium_bin2base64(
            buf_room(out, size), size, (const uint8_t *)bytes.p, bytes.n, sodium_base64_VARIANT_ORIGINAL);
    out->n += size - 1;
}
