// Values: truth, equality, order, members, and how they are written.
#include "mail/liquid_run.h"

#include "base/datetime.h"
#include "base/json.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

bool value_true(struct liquid_value v)
{
    return v.kind != LIQUID_NIL && (v.kind != LIQUID_FLAG || v.flag);
}

bool value_is_number(struct liquid_value v)
{
    return v.kind == LIQUID_INT || v.kind == LIQUID_REAL;
}

size_t value_letters(struct str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += (text.p[i] & 0xc0) != 0x80;
    return n;
}

// --- JSON

struct liquid_value liquid_json(struct arena *arena, const struct json *json)
{
    double real;
    size_t n = 0;
    switch (json->kind) {
    case JSON_NULL:
        break;
    case JSON_FALSE:
    case JSON_TRUE:
        return liquid_flag(json->kind == JSON_TRUE);
    case JSON_STRING:
        return liquid_text(json->text);
    case JSON_NUMBER:
        if (json->text.n < 19 && !memchr(json->text.p, '.', json->text.n) &&
                !memchr(json->text.p, 'e', json->text.n) && !memchr(json->text.p, 'E', json->text.n))
            return liquid_int(strtoll(arena_str(arena, json->text).p, NULL, 10));
        return json_number(json->text, &real) ? liquid_real(real) : LIQUID_NOTHING;
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    for (const struct json *j = json->child; j; j = j->next)
        n++;
    if (json->kind == JSON_ARRAY) {
        struct liquid_value *items = ARENA_ARRAY(arena, struct liquid_value, n + 1);
        n = 0;
        for (const struct json *j = json->child; j; j = j->next)
            items[n++] = liquid_json(arena, j);
        return value_array(items, n);
    }
    if (json->kind != JSON_OBJECT)
        return LIQUID_NOTHING;
    struct liquid_object *object = ARENA_NEW(arena, struct liquid_object);
    struct liquid_member *members = ARENA_ARRAY(arena, struct liquid_member, n + 1);
    for (const struct json *j = json->child; j; j = j->next)
        members[object->n++] = (struct liquid_member){j->key, liquid_json(arena, j)};
    object->members = members;
    return liquid_object(object);
}

struct liquid_value value_array(struct liquid_value *items, size_t n)
{
    return (struct liquid_value){.kind = LIQUID_ARRAY, .items = items, .n = (uint32_t)n};
}

struct liquid_value value_pair(struct run *r, const struct liquid_member *member)
{
    struct liquid_value *pair = ARENA_ARRAY(r->arena, struct liquid_value, 2);
    pair[0] = liquid_text(member->key);
    pair[1] = member->value;
    return value_array(pair, 2);
}

// --- comparing

// What `== empty` and `== blank` say.
static bool is_void(struct liquid_value v, bool blank)
{
    switch (v.kind) {
    case LIQUID_NIL:
        return blank;
    case LIQUID_FLAG:
        return blank && !v.flag;
    case LIQUID_TEXT:
        return !(blank ? str_trim(v.text) : v.text).n;
    case LIQUID_ARRAY:
        return !v.n;
    case LIQUID_OBJECT:
        return !v.object->n && !v.object->find;
    default:
        return false;
    }
}

static double as_real(struct liquid_value v)
{
    return v.kind == LIQUID_REAL ? v.real : (double)v.number;
}

static const struct liquid_value *member(const struct liquid_object *object, struct str key)
{
    for (uint32_t i = object->n; i-- > 0;)
        if (str_eq(object->members[i].key, key))
            return &object->members[i].value;
    return NULL;
}

static bool equal_objects(struct run *r, const struct liquid_object *a, const struct liquid_object *b)
{
    if (a == b)
        return true;
    if (a->n != b->n || a->find || b->find)
        return false;
    for (uint32_t i = 0; i < a->n; i++) {
        const struct liquid_value *other = member(b, a->members[i].key);
        if (!other || !value_equal(r, a->members[i].value, *other))
            return false;
    }
    return true;
}

static bool equal_arrays(struct run *r, struct liquid_value a, struct liquid_value b)
{
    if (a.n != b.n)
        return false;
    for (uint32_t i = 0; i < a.n; i++)
        if (!value_equal(r, a.items[i], b.items[i]))
            return false;
    return true;
}

static bool equal(struct run *r, struct liquid_value a, struct liquid_value b)
{
    if (value_is_number(a) && value_is_number(b))
        return a.kind == b.kind && a.kind == LIQUID_INT ? a.number == b.number : as_real(a) == as_real(b);
    if (a.kind != b.kind)
        return false;
    switch (a.kind) {
    case LIQUID_NIL:
        return true;
    case LIQUID_FLAG:
        return a.flag == b.flag;
    case LIQUID_TEXT:
        return str_eq(a.text, b.text);
    case LIQUID_ARRAY:
        return equal_arrays(r, a, b);
    case LIQUID_OBJECT:
        return equal_objects(r, a.object, b.object);
    case LIQUID_RANGE:
        return a.range.from == b.range.from && a.range.to == b.range.to;
    case LIQUID_TIME:
        return a.number == b.number;
    default:
        return false;
    }
}

bool value_equal(struct run *r, struct liquid_value a, struct liquid_value b)
{
    if (a.kind == LIQUID_EMPTY || a.kind == LIQUID_BLANK)
        return is_void(b, a.kind == LIQUID_BLANK);
    if (b.kind == LIQUID_EMPTY || b.kind == LIQUID_BLANK)
        return is_void(a, b.kind == LIQUID_BLANK);
    if (!run_spend(r, 1) || r->depth >= LIQUID_DEPTH_MAX * 4)
        return false;
    r->depth++;
    bool same = equal(r, a, b);
    r->depth--;
    return same;
}

bool value_order(struct liquid_value a, struct liquid_value b, int *ret)
{
    if (value_is_number(a) && value_is_number(b))
        *ret = a.kind == LIQUID_INT && b.kind == LIQUID_INT
                       ? (a.number > b.number) - (a.number < b.number)
                       : (as_real(a) > as_real(b)) - (as_real(a) < as_real(b));
    else if (a.kind == LIQUID_TEXT && b.kind == LIQUID_TEXT)
        *ret = str_cmp(a.text, b.text);
    else if (a.kind == LIQUID_TIME && b.kind == LIQUID_TIME)
        *ret = (a.number > b.number) - (a.number < b.number);
    else
        return false;
    return true;
}

// --- members

static struct liquid_value letter(struct str text, bool last)
{
    size_t from = 0, to = 0;
    if (!text.n)
        return liquid_text(STR(""));
    if (last) {
        for (from = text.n - 1; from && (text.p[from] & 0xc0) == 0x80; from--)
            ;
        to = text.n;
    } else
        utf8_next(text, &to);
    return liquid_text(str_sub(text, from, to));
}

static struct liquid_value ends(struct run *r, struct liquid_value v, bool last)
{
    if (v.kind == LIQUID_ARRAY && v.n)
        return v.items[last ? v.n - 1 : 0];
    if (v.kind == LIQUID_TEXT)
        return letter(v.text, last);
    if (v.kind == LIQUID_OBJECT && !last && v.object->n)
        return value_pair(r, &v.object->members[0]);
    if (v.kind == LIQUID_RANGE)
        return liquid_int(last ? v.range.to : v.range.from);
    return LIQUID_NOTHING;
}

static struct liquid_value command(struct run *r, struct liquid_value v, struct str key)
{
    if (str_eq(key, STR("first")) || str_eq(key, STR("last")))
        return ends(r, v, str_eq(key, STR("last")));
    if (!str_eq(key, STR("size")))
        return LIQUID_NOTHING;
    switch (v.kind) {
    case LIQUID_TEXT:
        return liquid_int((int64_t)value_letters(v.text));
    case LIQUID_ARRAY:
        return liquid_int(v.n);
    case LIQUID_OBJECT:
        return liquid_int(v.object->n);
    case LIQUID_INT:
        return liquid_int(8);
    case LIQUID_RANGE:
        return liquid_int(v.range.to < v.range.from ? 0 : v.range.to - v.range.from + 1);
    default:
        return LIQUID_NOTHING;
    }
}

struct liquid_value value_get(struct run *r, struct liquid_value v, struct liquid_value key, bool is_command)
{
    if (v.kind == LIQUID_OBJECT && key.kind == LIQUID_TEXT) {
        struct liquid_value found;
        const struct liquid_value *there = member(v.object, key.text);
        if (there)
            return *there;
        if (v.object->find && v.object->find(v.object->ctx, r->arena, key.text, &found))
            return found;
    }
    if (v.kind == LIQUID_ARRAY && key.kind == LIQUID_INT) {
        int64_t i = key.number < 0 ? key.number + v.n : key.number;
        return i >= 0 && i < v.n ? v.items[i] : LIQUID_NOTHING;
    }
    return is_command && key.kind == LIQUID_TEXT ? command(r, v, key.text) : LIQUID_NOTHING;
}

static struct liquid_value range_items(struct run *r, struct liquid_value v)
{
    if (v.range.to < v.range.from || !run_spend(r, 0))
        return value_array(NULL, 0);
    uint64_t n = (uint64_t)v.range.to - (uint64_t)v.range.from;
    if (n >= LIQUID_STEPS_MAX || !run_spend(r, n + 1)) {
        run_spend(r, LIQUID_STEPS_MAX);
        return value_array(NULL, 0);
    }
    struct liquid_value *items = ARENA_ARRAY(r->arena, struct liquid_value, n + 1);
    for (uint64_t i = 0; i <= n; i++)
        items[i] = liquid_int(v.range.from + (int64_t)i);
    return value_array(items, n + 1);
}

struct liquid_value value_items(struct run *r, struct liquid_value v)
{
    struct liquid_value *items;
    if (v.kind == LIQUID_ARRAY && run_spend(r, v.n))
        return v;
    if (v.kind == LIQUID_RANGE)
        return range_items(r, v);
    if (v.kind == LIQUID_OBJECT && run_spend(r, v.object->n)) {
        items = ARENA_ARRAY(r->arena, struct liquid_value, v.object->n + 1);
        for (uint32_t i = 0; i < v.object->n; i++)
            items[i] = value_pair(r, &v.object->members[i]);
        return value_array(items, v.object->n);
    }
    if (v.kind == LIQUID_TEXT && v.text.n) {
        items = ARENA_NEW(r->arena, struct liquid_value);
        *items = v;
        return value_array(items, 1);
    }
    return value_array(NULL, 0);
}

// --- writing

// As Ruby writes a Float: the shortest digits that mean it, always with a point.
static void put_real(struct run *r, double real, struct buf *out)
{
    char text[40], digits[40];
    int precision = 0, exponent, n = 0;
    if (isnan(real) || isinf(real)) {
        run_put(r, out, isnan(real) ? STR("NaN") : real < 0 ? STR("-Infinity") : STR("Infinity"));
        return;
    }
    do
        snprintf(text, sizeof text, "%.*e", precision, real);
    while (precision++ < 17 && strtod(text, NULL) != real);
    exponent = atoi(strchr(text, 'e') + 1);
    for (const char *p = text; *p != 'e'; p++)
        if (*p >= '0' && *p <= '9')
            digits[n++] = *p;
    while (n > 1 && digits[n - 1] == '0')
        n--;
    if (real < 0 || (real == 0 && signbit(real)))
        run_put(r, out, STR("-"));
    if (exponent >= 16 || exponent < -4) {
        snprintf(text, sizeof text, "%c.%.*se%c%02d", digits[0], n > 1 ? n - 1 : 1, n > 1 ? digits + 1 : "0",
                exponent < 0 ? '-' : '+', abs(exponent));
    } else if (exponent < 0)
        snprintf(text, sizeof text, "0.%.*s%.*s", -exponent - 1, "0000", n, digits);
    else if (n <= exponent + 1)
        snprintf(text, sizeof text, "%.*s%.*s.0", n, digits, exponent + 1 - n, "0000000000000000");
    else
        snprintf(text, sizeof text, "%.*s.%.*s", exponent + 1, digits, n - exponent - 1,
                digits + exponent + 1);
    run_put(r, out, str_of(text));
}

static void put_int(struct run *r, int64_t number, struct buf *out)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, number);
    run_put(r, out, str_of(text));
}

static void inspect(struct run *r, struct liquid_value v, struct buf *out);

static void inspect_members(struct run *r, const struct liquid_object *object, struct buf *out)
{
    run_put(r, out, STR("{"));
    for (uint32_t i = 0; i < object->n && run_spend(r, 1); i++) {
        run_put(r, out, i ? STR(", ") : STR(""));
        inspect(r, liquid_text(object->members[i].key), out);
        run_put(r, out, STR("=>"));
        inspect(r, object->members[i].value, out);
    }
    run_put(r, out, STR("}"));
}

// As inside of an object that is written out, which nobody wants but for looking.
static void inspect(struct run *r, struct liquid_value v, struct buf *out)
{
    if (++r->depth > LIQUID_DEPTH_MAX * 2)
        run_fail(r, "values are nested too deeply");
    else if (v.kind == LIQUID_TEXT) {
        run_put(r, out, STR("\""));
        for (size_t i = 0; i < v.text.n; i++) {
            if (v.text.p[i] == '"' || v.text.p[i] == '\\')
                run_put(r, out, STR("\\"));
            run_put(r, out, v.text.p[i] == '\n' ? STR("\\n") : str_sub(v.text, i, i + 1));
        }
        run_put(r, out, STR("\""));
    } else if (v.kind == LIQUID_NIL)
        run_put(r, out, STR("nil"));
    else if (v.kind == LIQUID_ARRAY) {
        run_put(r, out, STR("["));
        for (uint32_t i = 0; i < v.n && run_spend(r, 1); i++) {
            run_put(r, out, i ? STR(", ") : STR(""));
            inspect(r, v.items[i], out);
        }
        run_put(r, out, STR("]"));
    } else
        value_put(r, v, out);
    r->depth--;
}

static void put_time(struct run *r, int64_t seconds, struct buf *out)
{
    struct buf text = {0};
    liquid_date_format(seconds, STR("%Y-%m-%d %H:%M:%S +0000"), &text);
    run_put(r, out, buf_str(&text));
    buf_free(&text);
}

void value_put(struct run *r, struct liquid_value v, struct buf *out)
{
    if (r->failed)
        return;
    if (++r->depth > LIQUID_DEPTH_MAX * 2) {
        run_fail(r, "values are nested too deeply");
        r->depth--;
        return;
    }
    switch (v.kind) {
    case LIQUID_NIL:
    case LIQUID_EMPTY:
    case LIQUID_BLANK:
        break;
    case LIQUID_FLAG:
        run_put(r, out, v.flag ? STR("true") : STR("false"));
        break;
    case LIQUID_INT:
        put_int(r, v.number, out);
        break;
    case LIQUID_REAL:
        put_real(r, v.real, out);
        break;
    case LIQUID_TEXT:
        run_put(r, out, v.text);
        break;
    case LIQUID_OBJECT:
        inspect_members(r, v.object, out);
        break;
    case LIQUID_TIME:
        put_time(r, v.number, out);
        break;
    case LIQUID_ARRAY:
        for (uint32_t i = 0; i < v.n && run_spend(r, 1); i++)
            value_put(r, v.items[i], out);
        break;
    case LIQUID_RANGE:
        put_int(r, v.range.from, out);
        run_put(r, out, STR(".."));
        put_int(r, v.range.to, out);
    }
    r->depth--;
}

struct str value_text(struct run *r, struct liquid_value v)
{
    struct buf out = {0};
    if (v.kind == LIQUID_TEXT)
        return v.text;
    value_put(r, v, &out);
    return run_made(r, &out).text;
}
