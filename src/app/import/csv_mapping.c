#include "app/import/csv_mapping.h"

#include "app/import/csv_value.h"
#include "base/input.h"
#include "base/utf8.h"
#include "rules/model.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

enum { MAPPING_MAX = 1 << 20 };

struct reader {
    struct arena *arena;
    struct csv_mapping *m;
    struct err *err;
};

static bool fail(const struct reader *r, struct str place, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

static bool fail(const struct reader *r, struct str place, const char *format, ...)
{
    char text[300];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args); // NOLINT(clang-analyzer-valist.Uninitialized): it is started
    va_end(args);
    if (!place.n)
        err_set(r->err, ERR_INPUT, "%.*s: %s", STR_ARG(r->m->file), text);
    else
        err_set(r->err, ERR_INPUT, "%.*s: %.*s: %s", STR_ARG(r->m->file), STR_ARG(place), text);
    return false;
}

// place.key, or key at the top.
static struct str below(const struct reader *r, struct str place, struct str key)
{
    return place.n ? arena_printf(r->arena, "%.*s.%.*s", STR_ARG(place), STR_ARG(key)) : key;
}

static bool check_keys(
        const struct reader *r, struct str place, const struct json *j, const char *const *keys, size_t n)
{
    if (j->kind != JSON_OBJECT)
        return fail(r, place, "an object is expected");
    for (const struct json *m = j->child; m; m = m->next) {
        const char *near = NULL;
        unsigned best = 3;
        bool known = false;
        for (size_t i = 0; i < n && !known; i++) {
            unsigned d = m->key.n <= 64 ? str_distance(m->key, str_of(keys[i]), 2) : 3;
            known = str_eq(m->key, str_of(keys[i]));
            if (d < best) {
                best = d;
                near = keys[i];
            }
        }
        if (!known)
            return near ? fail(r, place, "unknown key \"%.*s\"; did you mean \"%s\"?", STR_ARG(m->key), near)
                        : fail(r, place, "unknown key \"%.*s\"", STR_ARG(m->key));
    }
    return true;
}

#define CHECK_KEYS(r, place, j, ...)                            \
    check_keys(r, place, j, (const char *const[]){__VA_ARGS__}, \
            sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static bool read_text(const struct reader *r, struct str place, const struct json *j, struct str *ret)
{
    if (j->kind != JSON_STRING || !j->text.n)
        return fail(r, place, "a text is expected");
    *ret = j->text;
    return true;
}

static bool read_column(const struct reader *r, struct str place, const struct json *j, struct csv_ref *ret)
{
    if (j->kind != JSON_STRING || !str_trim(j->text).n)
        return fail(r, place, "the name of a column is expected");
    *ret = (struct csv_ref){str_trim(j->text), CSV_NO_COLUMN};
    return true;
}

static bool read_flag(const struct reader *r, struct str place, const struct json *j, bool *ret)
{
    if (j->kind != JSON_TRUE && j->kind != JSON_FALSE)
        return fail(r, place, "true or false is expected");
    *ret = j->kind == JSON_TRUE;
    return true;
}

static bool read_integer(
        const struct reader *r, struct str place, const struct json *j, int64_t lo, int64_t hi, int64_t *ret)
{
    double value;
    if (j->kind != JSON_NUMBER || !json_number(j->text, &value) || value != floor(value) ||
            value < (double)lo || value > (double)hi)
        return fail(r, place, "a whole number from %lld to %lld is expected", (long long)lo, (long long)hi);
    *ret = (int64_t)value;
    return true;
}

// "{A} and {B}"; {{ is a brace.
static bool read_template(const struct reader *r, struct str place, struct str text, struct csv_template *ret)
{
    struct csv_piece *pieces = ARENA_ARRAY(r->arena, struct csv_piece, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n;) {
        size_t from = i;
        if (text.p[i] == '{' && (i + 1 == text.n || text.p[i + 1] != '{')) {
            size_t close = i + str_find(str_sub(text, i, text.n), '}');
            struct str name = str_trim(str_sub(text, i + 1, close < text.n ? close : i + 1));
            if (!name.n)
                return fail(r, place,
                        "\"{\" must open the name of a column, as in \"{Year}\"; \"{{\" is a brace");
            pieces[n++].column = (struct csv_ref){name, CSV_NO_COLUMN};
            i = close + 1;
            continue;
        }
        from += text.p[i] == '{'; // of {{ the second one stays
        i = from + (from > i);
        while (i < text.n && text.p[i] != '{')
            i++;
        pieces[n++].text = str_sub(text, from, i);
    }
    *ret = (struct csv_template){pieces, n};
    return true;
}

static bool read_id(struct reader *r, struct str place, const struct json *j)
{
    struct csv_id *id = &r->m->id;
    if (j->kind == JSON_STRING) {
        id->kind = CSV_ID_COLUMN;
        return read_column(r, place, j, &id->column);
    }
    if (j->kind != JSON_OBJECT)
        return fail(r, place, "a column, {\"column\", \"prefix\"} or {\"line\": PREFIX} is expected");
    if (!CHECK_KEYS(r, place, j, "line", "column", "prefix"))
        return false;
    const struct json *line = json_get(j, STR("line")), *column = json_get(j, STR("column")),
                      *prefix = json_get(j, STR("prefix"));
    if (!line == !column || (line && prefix))
        return fail(r, place, "either {\"line\": PREFIX} or {\"column\", \"prefix\"} is expected");
    id->kind = line ? CSV_ID_LINE : CSV_ID_COLUMN;
    if (line)
        return read_text(r, below(r, place, STR("line")), line, &id->prefix);
    return read_column(r, below(r, place, STR("column")), column, &id->column) &&
           (!prefix || read_text(r, below(r, place, STR("prefix")), prefix, &id->prefix));
}

static bool read_months(struct reader *r, struct str place, const struct json *j, struct csv_when *ret)
{
    const struct json *month = json_get(j, STR("month")), *day = json_get(j, STR("day")),
                      *year = json_get(j, STR("year_start")), *rolls = json_get(j, STR("rolls_over"));
    int64_t fixed = 1;
    ret->kind = CSV_TIME_MONTH;
    if (!month || !year)
        return fail(r, place, "\"month\" and \"year_start\" are needed");
    if (!read_column(r, below(r, place, STR("month")), month, &ret->month) ||
            !read_integer(r, below(r, place, STR("year_start")), year, 1, 9999, &ret->year_start) ||
            (rolls && !read_flag(r, below(r, place, STR("rolls_over")), rolls, &ret->rolls_over)))
        return false;
    if (day && day->kind == JSON_STRING) {
        if (!read_column(r, below(r, place, STR("day")), day, &ret->day))
            return false;
    } else if (day && !read_integer(r, below(r, place, STR("day")), day, 1, 31, &fixed)) {
        return false;
    }
    ret->day_fixed = (unsigned)fixed;
    return true;
}

static bool read_time(struct reader *r, struct str place, const struct json *j, struct csv_when *ret)
{
    ret->kind = CSV_TIME_COLUMN;
    if (j->kind == JSON_STRING)
        return read_column(r, place, j, &ret->column);
    if (j->kind != JSON_OBJECT)
        return fail(r, place,
                "a column, {\"column\", \"format\"}, {\"template\"} or {\"month\", \"day\", "
                "\"year_start\", \"rolls_over\"} is expected");
    if (!CHECK_KEYS(r, place, j, "column", "format", "template", "month", "day", "year_start", "rolls_over"))
        return false;
    const struct json *column = json_get(j, STR("column")), *format = json_get(j, STR("format")),
                      *template = json_get(j, STR("template"));
    if (json_get(j, STR("month")))
        return read_months(r, place, j, ret);
    if (template) {
        struct str text = STR_NONE, at = below(r, place, STR("template"));
        ret->kind = CSV_TIME_TEMPLATE;
        return read_text(r, at, template, &text) && read_template(r, at, text, &ret->text);
    }
    if (!column)
        return fail(r, place, "\"column\", \"template\" or \"month\" is needed");
    if (!read_column(r, below(r, place, STR("column")), column, &ret->column))
        return false;
    if (format) {
        struct str at = below(r, place, STR("format"));
        if (!read_text(r, at, format, &ret->format))
            return false;
        if (!csv_time_format_valid(ret->format))
            return fail(r, at,
                    "a format such as \"%%d/%%m/%%Y %%H:%%M\" is expected (known: %%d %%m %%b %%Y %%y "
                    "%%H %%I %%M %%S %%p; day, month and year are needed)");
    }
    return true;
}

static size_t count_members(const struct json *j)
{
    size_t n = 0;
    for (const struct json *m = j->child; m; m = m->next)
        n++;
    return n;
}

static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
        if (!letter && !(i && c >= '0' && c <= '9'))
            return false;
    }
    return s.n > 0;
}

// {…, "as": "number"}, the only one there is beside text.
static bool read_as(const struct reader *r, struct str place, const struct json *j, bool *ret_number)
{
    struct str as = json_get_str(j, STR("as"));
    if (!json_get(j, STR("as")) || str_eq(as, STR("text")) || str_eq(as, STR("number"))) {
        *ret_number = str_eq(as, STR("number"));
        return true;
    }
    return fail(r, below(r, place, STR("as")), "\"number\" or \"text\" is expected");
}

static bool read_trait(
        const struct reader *r, struct str place, const struct json *j, struct csv_trait_map *ret)
{
    const struct json *name = j;
    if (j->kind == JSON_OBJECT) {
        if (!CHECK_KEYS(r, place, j, "trait", "as") || !read_as(r, place, j, &ret->number))
            return false;
        name = json_get(j, STR("trait"));
    }
    if (!name || name->kind != JSON_STRING || !is_name(name->text))
        return fail(r, place, "the name of a trait is expected (letters, digits and _)");
    ret->trait = name->text;
    return true;
}

static bool read_traits(struct reader *r, struct str place, const struct json *j)
{
    struct csv_mapping *m = r->m;
    if (j->kind != JSON_OBJECT)
        return fail(r, place, "an object {COLUMN: TRAIT} is expected");
    m->has_traits = true;
    m->traits = ARENA_ARRAY(r->arena, struct csv_trait_map, count_members(j) + 1);
    for (const struct json *t = j->child; t; t = t->next) {
        struct str at = below(r, place, t->key);
        struct csv_trait_map *map = &m->traits[m->n_traits++];
        if (!str_trim(t->key).n)
            return fail(r, place, "the name of a column is expected before the colon");
        map->column = (struct csv_ref){str_trim(t->key), CSV_NO_COLUMN};
        if (!read_trait(r, at, t, map))
            return false;
        for (size_t i = 0; i + 1 < m->n_traits; i++)
            if (str_eq(m->traits[i].trait, map->trait))
                return fail(r, at, "the trait \"%.*s\" is given twice", STR_ARG(map->trait));
    }
    return true;
}

// A text, or a list of texts.
static bool read_words(
        struct reader *r, struct str place, const struct json *j, struct str **ret, size_t *ret_n)
{
    const struct json *first = j->kind == JSON_ARRAY ? j->child : j;
    struct str *words = ARENA_ARRAY(r->arena, struct str, count_members(j) + 1);
    size_t n = 0;
    for (const struct json *w = first; w; w = j->kind == JSON_ARRAY ? w->next : NULL) {
        if (w->kind == JSON_NULL || w->kind == JSON_ARRAY || w->kind == JSON_OBJECT)
            return fail(r, place, "a text or a list of texts is expected");
        words[n++] = utf8_fold(r->arena, str_trim(w->text));
    }
    *ret = words;
    *ret_n = n;
    return true;
}

static bool read_fact(struct reader *r, struct str place, const struct json *j, struct csv_fact_map *ret)
{
    ret->fact = j->key;
    if (!is_name(j->key))
        return fail(r, place, "the name of a fact is expected (letters, digits and _)");
    if (j->kind == JSON_STRING)
        return read_column(r, place, j, &ret->column);
    if (j->kind != JSON_OBJECT)
        return fail(r, place, "a column or {\"column\", \"yes\", \"no\", \"amount\"} is expected");
    if (!CHECK_KEYS(r, place, j, "column", "yes", "no", "amount"))
        return false;
    const struct json *column = json_get(j, STR("column")), *yes = json_get(j, STR("yes")),
                      *no = json_get(j, STR("no")), *amount = json_get(j, STR("amount"));
    if (!column && !amount)
        return fail(r, place, "\"column\" or \"amount\" is needed");
    if ((yes || no) && !column)
        return fail(r, place, "\"yes\" and \"no\" need a \"column\"");
    return (!column || read_column(r, below(r, place, STR("column")), column, &ret->column)) &&
           (!amount || read_column(r, below(r, place, STR("amount")), amount, &ret->amount)) &&
           (!yes || read_words(r, below(r, place, STR("yes")), yes, &ret->yes, &ret->n_yes)) &&
           (!no || read_words(r, below(r, place, STR("no")), no, &ret->no, &ret->n_no));
}

static bool read_facts(struct reader *r, struct str place, const struct json *j)
{
    if (j->kind != JSON_OBJECT)
        return fail(r, place,
                "an object {FACT: COLUMN or {\"column\", \"yes\", \"no\", \"amount\"}} is expected");
    r->m->facts = ARENA_ARRAY(r->arena, struct csv_fact_map, count_members(j) + 1);
    for (const struct json *f = j->child; f; f = f->next)
        if (!read_fact(r, below(r, place, f->key), f, &r->m->facts[r->m->n_facts++]))
            return false;
    return true;
}

static bool read_offset(struct reader *r, struct str place, const struct json *j, int64_t *ret)
{
    const int64_t most = 100LL * 365 * 86400;
    struct err why;
    if (j->kind == JSON_NUMBER)
        return read_integer(r, place, j, -most, most, ret);
    if (j->kind != JSON_STRING)
        return fail(r, place, "seconds or a duration such as \"1 second\", \"2 days\" is expected");
    struct str text = str_trim(j->text);
    bool minus = text.n && text.p[0] == '-';
    if (minus)
        text = str_trim(str_sub(text, 1, text.n));
    // The language has no seconds: nobody writes models in them. Outcomes that follow at once need them.
    size_t digits = 0;
    int64_t seconds = 0;
    while (digits < text.n && digits < 9 && text.p[digits] >= '0' && text.p[digits] <= '9')
        seconds = seconds * 10 + (text.p[digits++] - '0');
    struct str unit = str_trim(str_sub(text, digits, text.n));
    if (!digits || !(str_eq(unit, STR("second")) || str_eq(unit, STR("seconds"))))
        if (!duration_parse(text, &seconds, &why))
            return fail(r, place, "%s", why.message);
    if (seconds > most)
        return fail(r, place, "at most 100 years are possible");
    *ret = minus ? -seconds : seconds;
    return true;
}

static bool read_condition(
        struct reader *r, struct str place, const struct json *j, struct csv_event_map *event)
{
    struct diagnostics *d = diagnostics_new(r->arena);
    struct str text = STR_NONE, *props = NULL;
    uint32_t n = 0;
    if (!read_text(r, place, j, &text))
        return false;
    event->when = cond_compile(r->arena, text, &props, &n, d);
    if (!event->when) {
        const struct diagnostic *first = NULL;
        for (size_t i = 0; i < d->list.n && !first; i++)
            first = d->list.v[i].severity == SEVERITY_ERROR ? &d->list.v[i] : NULL;
        struct str message = first ? first->message : STR("not a condition");
        struct str hint = first ? first->suggestion : STR_NONE;
        return fail(r, place, "column %u: %.*s%s%.*s", first ? first->column : 1, STR_ARG(message),
                hint.n ? "; " : "", STR_ARG(hint));
    }
    event->columns = ARENA_ARRAY(r->arena, struct csv_ref, n + 1);
    event->n_columns = n;
    for (uint32_t i = 0; i < n; i++)
        event->columns[i] = (struct csv_ref){props[i], CSV_NO_COLUMN};
    return true;
}

// {"column": C, "as": "number"}
static bool read_property(
        struct reader *r, struct str place, const struct json *j, struct csv_property_map *ret)
{
    const struct json *column = json_get(j, STR("column"));
    bool number = false;
    if (!CHECK_KEYS(r, place, j, "column", "as"))
        return false;
    if (!column)
        return fail(r, place, "\"column\" is needed");
    if (!read_column(r, below(r, place, STR("column")), column, &ret->column) ||
            !read_as(r, place, j, &number))
        return false;
    if (!number) { // the same as "{Column}"
        struct csv_piece *piece = ARENA_NEW(r->arena, struct csv_piece);
        piece->column = ret->column;
        ret->text = (struct csv_template){piece, 1};
        ret->column = (struct csv_ref){STR_NONE, CSV_NO_COLUMN};
    }
    return true;
}

static bool read_properties(
        struct reader *r, struct str place, const struct json *j, struct csv_event_map *event)
{
    if (j->kind != JSON_OBJECT)
        return fail(r, place, "an object {PROPERTY: \"{Column}\" or a constant} is expected");
    event->properties = ARENA_ARRAY(r->arena, struct csv_property_map, count_members(j) + 1);
    for (const struct json *p = j->child; p; p = p->next) {
        struct csv_property_map *map = &event->properties[event->n_properties++];
        struct str at = below(r, place, p->key);
        map->key = p->key;
        if (p->kind == JSON_OBJECT) {
            if (!read_property(r, at, p, map))
                return false;
            continue;
        }
        if (p->kind == JSON_ARRAY || p->kind == JSON_NULL)
            return fail(r, at, "a text with {Column}, a number, true or false is expected");
        if (p->kind != JSON_STRING)
            map->constant = p->text;
        else if (!p->text.n)
            map->constant = STR("\"\"");
        else if (!read_template(r, at, p->text, &map->text))
            return false;
    }
    return true;
}

static bool read_event(struct reader *r, struct str place, const struct json *j, struct csv_event_map *ret)
{
    if (!CHECK_KEYS(r, place, j, "name", "when", "offset", "time", "properties"))
        return false;
    const struct json *name = json_get(j, STR("name")), *when = json_get(j, STR("when")),
                      *offset = json_get(j, STR("offset")), *time = json_get(j, STR("time")),
                      *properties = json_get(j, STR("properties"));
    if (!name)
        return fail(r, place, "\"name\" is needed");
    if (!read_text(r, below(r, place, STR("name")), name, &ret->name) ||
            (when && !read_condition(r, below(r, place, STR("when")), when, ret)) ||
            (offset && !read_offset(r, below(r, place, STR("offset")), offset, &ret->offset)) ||
            (time && !read_time(r, below(r, place, STR("time")), time, &ret->time)))
        return false;
    if (time && ret->time.kind == CSV_TIME_MONTH)
        return fail(r, below(r, place, STR("time")),
                "months without years can only be the time of the whole row");
    return !properties || read_properties(r, below(r, place, STR("properties")), properties, ret);
}

static bool read_events(struct reader *r, struct str place, const struct json *j)
{
    if (j->kind != JSON_ARRAY)
        return fail(r, place, "a list of {\"name\", \"when\", \"offset\", \"properties\"} is expected");
    r->m->has_events = true;
    r->m->events = ARENA_ARRAY(r->arena, struct csv_event_map, count_members(j) + 1);
    for (const struct json *e = j->child; e; e = e->next) {
        struct str at = arena_printf(r->arena, "%.*s[%zu]", STR_ARG(place), r->m->n_events);
        if (!read_event(r, at, e, &r->m->events[r->m->n_events++]))
            return false;
    }
    return true;
}

static bool read_delimiter(struct reader *r, const struct json *j)
{
    struct str text = STR_NONE;
    if (!read_text(r, STR("delimiter"), j, &text))
        return false;
    if (str_eq_nocase(text, STR("tab")))
        text = STR("\t");
    else if (str_eq_nocase(text, STR("comma")))
        text = STR(",");
    else if (str_eq_nocase(text, STR("semicolon")))
        text = STR(";");
    for (size_t i = 0; i < text.n; i++)
        if (strchr("\n\r\"", text.p[i]))
            return fail(r, STR("delimiter"), "a line end or a quote cannot part cells");
    if (text.n > CSV_DELIMITER_MAX)
        return fail(r, STR("delimiter"), "at most %d bytes are possible", CSV_DELIMITER_MAX);
    r->m->text.delimiter = text;
    return true;
}

static bool read_all(struct reader *r, const struct json *j)
{
    const struct json *delimiter = json_get(j, STR("delimiter")), *encoding = json_get(j, STR("encoding")),
                      *header = json_get(j, STR("header")), *id = json_get(j, STR("id")),
                      *time = json_get(j, STR("time")), *traits = json_get(j, STR("traits")),
                      *facts = json_get(j, STR("facts")), *events = json_get(j, STR("events"));
    bool has_header = true;
    if (!CHECK_KEYS(
                r, STR_NONE, j, "delimiter", "encoding", "header", "id", "time", "traits", "facts", "events"))
        return false;
    if ((delimiter && !read_delimiter(r, delimiter)) ||
            (encoding && !read_text(r, STR("encoding"), encoding, &r->m->text.encoding)) ||
            (header && !read_flag(r, STR("header"), header, &has_header)))
        return false;
    if (header)
        r->m->text.header = has_header ? CSV_HEADER_YES : CSV_HEADER_NO;
    return (!id || read_id(r, STR("id"), id)) && (!time || read_time(r, STR("time"), time, &r->m->time)) &&
           (!traits || read_traits(r, STR("traits"), traits)) &&
           (!facts || read_facts(r, STR("facts"), facts)) &&
           (!events || read_events(r, STR("events"), events));
}

bool csv_mapping_parse(
        struct arena *arena, struct str file, struct str text, struct csv_mapping **ret, struct err *err)
{
    struct err why;
    struct json *j;
    struct csv_mapping *m = ARENA_NEW(arena, struct csv_mapping);
    struct reader r = {arena, m, err};
    m->file = arena_str(arena, file);
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_sub(text, 3, text.n);
    if (!json_parse(arena, arena_str(arena, text), &j, &why))
        return fail(&r, STR_NONE, "%s", why.message);
    if (!read_all(&r, j))
        return false;
    *ret = m;
    return true;
}

bool csv_mapping_read(struct arena *arena, const char *path, struct csv_mapping **ret, struct err *err)
{
    struct input *input;
    struct buf text = {0};
    size_t n = 1;
    if (!input_open(path, &input, err))
        return false;
    bool fine = true;
    while (fine && n && text.n <= MAPPING_MAX) {
        fine = input_read(input, buf_room(&text, 65536), 65536, &n, err);
        text.n += fine ? n : 0;
    }
    input_close(input);
    if (fine && text.n > MAPPING_MAX)
        fine = err_set(err, ERR_LIMIT, "%s: a mapping has at most %d MB", path, MAPPING_MAX >> 20);
    fine = fine && csv_mapping_parse(arena, str_of(path), buf_str(&text), ret, err);
    buf_free(&text);
    return fine;
}
