#include "rules/cond.h"

#include "base/datetime.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <stdlib.h>

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

// Null, empty text and a missing property are the same to the language.
static bool value_set(const struct value *v)
{
    return v && v->kind != JSON_NULL && (v->kind != JSON_STRING || v->text.n > 0);
}

bool value_number(const struct value *v, double *ret)
{
    if (!v || (v->kind != JSON_NUMBER && v->kind != JSON_STRING))
        return false;
    return json_number(v->text, ret);
}

bool value_flag(const struct value *v, bool *ret)
{
    if (!v)
        return false;
    if (v->kind == JSON_TRUE || v->kind == JSON_FALSE) {
        *ret = v->kind == JSON_TRUE;
        return true;
    }
    if (v->kind != JSON_STRING)
        return false;
    bool yes = str_eq_nocase(v->text, STR("true")) || str_eq_nocase(v->text, STR("yes"));
    if (!yes && !str_eq_nocase(v->text, STR("false")) && !str_eq_nocase(v->text, STR("no")))
        return false;
    *ret = yes;
    return true;
}

// The text of a text, number or flag, the latter two in JSON's spelling.
static bool value_text(const struct value *v, struct str *ret)
{
    if (!value_set(v))
        return false;
    switch (v->kind) {
    case JSON_STRING:
    case JSON_NUMBER:
        *ret = v->text;
        return true;
    case JSON_TRUE:
        *ret = STR("true");
        return true;
    case JSON_FALSE:
        *ret = STR("false");
        return true;
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return false;
}

// Only text is a date: the JSON number 20260301 is none, though the text "20260301" is.
static bool value_date(const struct value *v, int64_t *ret)
{
    return v && v->kind == JSON_STRING && datetime_parse(v->text, ret);
}

bool value_readable(const struct value *v, enum value_type type)
{
    double number;
    bool flag;
    int64_t date;
    struct str text;
    switch (type) {
    case TYPE_NUMBER:
        return value_number(v, &number);
    case TYPE_TEXT:
        return value_text(v, &text);
    case TYPE_FLAG:
        return value_flag(v, &flag);
    case TYPE_DATE:
        return value_date(v, &date);
    }
    return false;
}

static char ascii_lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static bool ascii_equal(struct str text, struct str folded)
{
    if (text.n != folded.n)
        return false;
    for (size_t i = 0; i < folded.n; i++)
        if (ascii_lower(text.p[i]) != folded.p[i])
            return false;
    return true;
}

// ASCII, the common case by far, is folded while it is compared, without an allocation.
static bool text_equal(struct str text, struct str folded)
{
    if (is_ascii(text))
        return ascii_equal(text, folded);
    struct arena *arena = arena_new();
    bool equal = str_eq(utf8_fold(arena, text), folded);
    arena_free(arena);
    return equal;
}

static bool found_in(struct str text, struct str part)
{
    return memmem(text.p, text.n, part.p, part.n) != NULL;
}

static bool ascii_contains(struct str text, struct str folded)
{
    char small[256], *lowered = text.n <= sizeof small ? small : mem_alloc(text.n);
    for (size_t i = 0; i < text.n; i++)
        lowered[i] = ascii_lower(text.p[i]);
    bool found = found_in((struct str){lowered, text.n}, folded);
    if (lowered != small)
        free(lowered);
    return found;
}

static bool text_contains(struct str text, struct str folded)
{
    if (folded.n == 0)
        return true;
    if (is_ascii(text))
        return ascii_contains(text, folded);
    struct arena *arena = arena_new();
    bool found = found_in(utf8_fold(arena, text), folded);
    arena_free(arena);
    return found;
}

// v read as the literal's own type; unreadable is unequal.
static bool value_is(const struct value *v, const struct literal *literal)
{
    double number;
    bool flag;
    int64_t date;
    struct str text;
    switch (literal->type) {
    case TYPE_NUMBER:
        return value_number(v, &number) && number == literal->number;
    case TYPE_TEXT:
        return value_text(v, &text) && text_equal(text, literal->folded);
    case TYPE_FLAG:
        return value_flag(v, &flag) && flag == (literal->number != 0);
    case TYPE_DATE:
        return value_date(v, &date) && date == literal->date;
    }
    return false;
}

static bool value_in(const struct cmp *cmp, const struct value *v)
{
    for (unsigned i = 0; i < cmp->n_values; i++)
        if (value_is(v, &cmp->values[i]))
            return true;
    return false;
}

// -1, 0, 1 as v is below, at or above the literal; false where there is no order.
static bool value_order(const struct value *v, const struct literal *literal, int *ret)
{
    double number;
    int64_t date;
    if (literal->type == TYPE_NUMBER && value_number(v, &number)) {
        *ret = (number > literal->number) - (number < literal->number);
        return true;
    }
    if (literal->type == TYPE_DATE && value_date(v, &date)) {
        *ret = (date > literal->date) - (date < literal->date);
        return true;
    }
    return false;
}

bool cmp_holds(const struct cmp *cmp, const struct value *v)
{
    struct str text;
    int order;
    switch (cmp->op) {
    case CMP_IS:
        return value_in(cmp, v);
    case CMP_IS_NOT:
        return !value_in(cmp, v);
    case CMP_CONTAINS:
        return value_text(v, &text) && text_contains(text, cmp->values[0].folded);
    case CMP_MATCHES:
        return value_text(v, &text) && regex_matches(cmp->regex, text);
    case CMP_KNOWN:
        return value_set(v);
    case CMP_UNKNOWN:
        return !value_set(v);
    case CMP_LESS:
        return value_order(v, &cmp->values[0], &order) && order < 0;
    case CMP_LESS_EQUAL:
        return value_order(v, &cmp->values[0], &order) && order <= 0;
    case CMP_GREATER:
        return value_order(v, &cmp->values[0], &order) && order > 0;
    case CMP_GREATER_EQUAL:
        return value_order(v, &cmp->values[0], &order) && order >= 0;
    }
    return false;
}

// A trait of a type is read as a property is read for a value of that type: number from a number or a text in
// JSON's number form, text from text, number or flag, flag from true/false/yes/no in any case, date from ISO
// text. An array or object is a set property (so `known` holds for it), but no trait.
bool cmp_holds_trait(const struct cmp *cmp, enum value_type type, const struct value *v)
{
    return cmp_holds(cmp, value_readable(v, type) ? v : NULL);
}

bool cond_holds(
        const struct cond *cond, const struct value *(*lookup)(void *ctx, unsigned prop_index), void *ctx)
{
    switch (cond->op) {
    case COND_CMP:
        return cmp_holds(&cond->cmp, lookup(ctx, cond->prop_index));
    case COND_AND:
        for (unsigned i = 0; i < cond->n_children; i++)
            if (!cond_holds(cond->children[i], lookup, ctx))
                return false;
        return true;
    case COND_OR:
        for (unsigned i = 0; i < cond->n_children; i++)
            if (cond_holds(cond->children[i], lookup, ctx))
                return true;
        return false;
    case COND_NOT:
        return !cond_holds(cond->children[0], lookup, ctx);
    }
    return false;
}
