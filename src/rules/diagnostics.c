// Errors and warnings with their places, and how they are printed.
#include "base/utf8.h"
#include "rules/source.h"

#include <stdarg.h>
#include <stdio.h>

// What one text may report; behind that a reader gains nothing, and a hostile text much.
enum { WARNINGS_MAX = 1000, MESSAGE_MAX = 600 };

static bool begins_point(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

const struct source *source_new(struct arena *arena, struct str file, struct str text)
{
    struct source *s = ARENA_NEW(arena, struct source);
    s->file = arena_str(arena, file);
    if (text.n > SOURCE_MAX)
        text.n = SOURCE_MAX + 1; // enough to see that it is too much
    s->text = arena_str(arena, text);
    uint32_t n = 1;
    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n' || text.p[i] == '\r';
    uint32_t *lines = ARENA_ARRAY(arena, uint32_t, n);
    n = 1;
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        lines[0] = 3;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '\n' || (text.p[i] == '\r' && (i + 1 == text.n || text.p[i + 1] != '\n')))
            lines[n++] = (uint32_t)i + 1;
    s->lines = lines;
    s->n_lines = n;
    uint32_t *points = ARENA_ARRAY(arena, uint32_t, text.n / SOURCE_BLOCK + 1);
    uint32_t count = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (i % SOURCE_BLOCK == 0)
            points[i / SOURCE_BLOCK] = count;
        count += begins_point(text.p[i]);
    }
    if (text.n % SOURCE_BLOCK == 0)
        points[text.n / SOURCE_BLOCK] = count;
    s->points = points;
    return s;
}

// Index of the line that holds a place.
static uint32_t line_of(const struct source *s, uint32_t at)
{
    uint32_t lo = 0, hi = s->n_lines;
    while (hi - lo > 1) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (s->lines[mid] <= at)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

// Code points before a place. Texts of one line are as quick as others.
static uint32_t points_before(const struct source *s, uint32_t at)
{
    uint32_t count = s->points[at / SOURCE_BLOCK];
    for (uint32_t i = at - at % SOURCE_BLOCK; i < at; i++)
        count += begins_point(s->text.p[i]);
    return count;
}

void source_place(const struct source *source, uint32_t at, uint32_t *ret_line, uint32_t *ret_column)
{
    uint32_t line = line_of(source, at);
    *ret_line = line + 1;
    *ret_column = 1;
    if (at > source->lines[line])
        *ret_column += points_before(source, at) - points_before(source, source->lines[line]);
}

// In constant time: a text of one line may have a message for each of its words.
struct str source_line(const struct source *s, uint32_t line)
{
    size_t from = s->lines[line - 1], to = line < s->n_lines ? s->lines[line] : s->text.n;
    while (to > from && (s->text.p[to - 1] == '\n' || s->text.p[to - 1] == '\r'))
        to--;
    return str_sub(s->text, from, to);
}

static void free_list(void *d)
{
    vec_free(&((struct diagnostics *)d)->list);
}

struct diagnostics *diagnostics_new(struct arena *arena)
{
    struct diagnostics *d = ARENA_NEW(arena, struct diagnostics);
    d->arena = arena;
    arena_defer(arena, free_list, d);
    return d;
}

// The source may die before the diagnostics do. One line often has several.
static struct str kept_line(struct diagnostics *d, struct str line)
{
    if (d->list.n && str_eq(d->list.v[d->list.n - 1].source, line))
        return d->list.v[d->list.n - 1].source;
    return arena_str(d->arena, line);
}

// Counts it; false if it is not shown any more.
static bool counted(struct diagnostics *d, enum severity severity)
{
    if (severity == SEVERITY_WARNING)
        return d->list.n - d->errors < WARNINGS_MAX;
    if (d->errors == ERRORS_MAX)
        d->hidden++;
    else
        d->errors++;
    return !d->hidden;
}

static void add(struct diagnostics *d, enum severity severity, struct diagnostic new, const char *format,
        va_list args)
{
    char message[MESSAGE_MAX];
    int n = vsnprintf(message, sizeof message, format, args);
    size_t length = n < 0 ? 0 : (size_t)n < sizeof message ? (size_t)n : sizeof message - 1;
    new.severity = severity;
    new.source = kept_line(d, new.source);
    new.message = arena_str(d->arena, (struct str){message, length});
    if (d->errors == ERRORS_MAX && severity == SEVERITY_ERROR)
        new.suggestion = STR("this is the hundredth error; more are not shown");
    vec_push(&d->list, new);
}

static bool in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || (unsigned char)c >= 0x80;
}

// Bytes of the word, the text in quotes or the sign that a line begins with.
static size_t word_length(struct str line)
{
    size_t n = 0;
    if (line.n && line.p[0] == '"') {
        for (n = 1; n < line.n && line.p[n] != '"'; n++)
            n += line.p[n] == '\\' && n + 1 < line.n;
        return n < line.n ? n + 1 : line.n;
    }
    while (n < line.n && (in_word(line.p[n]) || (n && line.p[n] == ':'))) // a date has colons
        n++;
    if (n)
        return n + (n < line.n && line.p[n - 1] == '.' && line.p[n] == '*'); // `email.*`
    while (n < line.n && n < 2 && strchr("<>=!", line.p[n]))
        n++;
    return n;
}

uint32_t source_length(const struct source *source, uint32_t at)
{
    enum { LENGTH_MAX = 1000 };
    uint32_t line, column, n = 0;
    source_place(source, at, &line, &column);
    struct str rest = source_line(source, line);
    rest = str_sub(rest, at - source->lines[line - 1], rest.n);
    rest.n = word_length(str_sub(rest, 0, rest.n < LENGTH_MAX ? rest.n : LENGTH_MAX));
    for (size_t i = 0; i < rest.n; i++)
        n += begins_point(rest.p[i]);
    return n ? n : 1;
}

static struct diagnostic at_place(const struct source *source, uint32_t at, struct str suggestion)
{
    struct diagnostic new = {.suggestion = suggestion};
    source_place(source, at, &new.line, &new.column);
    new.length = source_length(source, at);
    new.source = source_line(source, new.line);
    return new;
}

void diag_error(struct diagnostics *d, const struct source *source, uint32_t at, struct str suggestion,
        const char *format, ...)
{
    if (!counted(d, SEVERITY_ERROR))
        return;
    va_list args;
    va_start(args, format);
    add(d, SEVERITY_ERROR, at_place(source, at, suggestion), format, args);
    va_end(args);
}

void diag_warn(struct diagnostics *d, const struct source *source, uint32_t at, struct str suggestion,
        const char *format, ...)
{
    if (!counted(d, SEVERITY_WARNING))
        return;
    va_list args;
    va_start(args, format);
    add(d, SEVERITY_WARNING, at_place(source, at, suggestion), format, args);
    va_end(args);
}

void diag_warn_place(
        struct diagnostics *d, const struct place *place, struct str suggestion, const char *format, ...)
{
    if (!counted(d, SEVERITY_WARNING))
        return;
    va_list args;
    va_start(args, format);
    struct diagnostic new = {.line = place->line,
            .column = place->column,
            .length = place->length,
            .source = place->source,
            .suggestion = suggestion};
    add(d, SEVERITY_WARNING, new, format, args);
    va_end(args);
}

static bool before(const struct diagnostic *a, const struct diagnostic *b)
{
    return a->line != b->line ? a->line < b->line : a->column < b->column;
}

// By place; of one place in the order reported. There are few.
void diag_sort(struct diagnostics *d)
{
    for (size_t i = 1; i < d->list.n; i++) {
        struct diagnostic x = d->list.v[i];
        size_t j = i;
        for (; j > 0 && before(&x, &d->list.v[j - 1]); j--)
            d->list.v[j] = d->list.v[j - 1];
        d->list.v[j] = x;
    }
}

// Control characters of a text could play tricks on the terminal.
static void put_clean(struct buf *out, struct str s)
{
    for (size_t i = 0; s.p && i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            buf_put(out, STR("\xEF\xBF\xBD"));
        else
            buf_char(out, s.p[i]);
    }
}

// The source's line, cut around the caret if it is long, and the caret below.
static void print_line(const struct diagnostic *d, struct buf *out)
{
    enum { BEFORE = 80, WIDTH = 150 };
    size_t at = 0, from = 0;
    uint32_t first = d->column > BEFORE + 20 ? d->column - BEFORE : 1, column = 1;
    for (; column < first && from < d->source.n; column++)
        utf8_next(d->source, &from);
    at = from;
    buf_put(out, STR("    "));
    if (first > 1)
        buf_put(out, STR("…"));
    for (uint32_t i = 0; i < WIDTH && at < d->source.n; i++)
        utf8_next(d->source, &at);
    put_clean(out, str_sub(d->source, from, at));
    if (at < d->source.n)
        buf_put(out, STR("…"));
    buf_put(out, STR("\n    "));
    if (first > 1)
        buf_char(out, ' ');
    for (; column < d->column; column++)
        buf_char(out, from < d->source.n && utf8_next(d->source, &from) == '\t' ? '\t' : ' ');
    buf_put(out, STR("^\n"));
}

void diagnostic_print(const struct diagnostic *d, struct str file, struct buf *out)
{
    buf_put(out, file);
    buf_printf(out, ":%u:%u: %s: ", d->line, d->column, d->severity == SEVERITY_ERROR ? "error" : "warning");
    put_clean(out, d->message);
    buf_char(out, '\n');
    print_line(d, out);
    if (d->suggestion.n) {
        buf_put(out, STR("    "));
        put_clean(out, d->suggestion);
        buf_char(out, '\n');
    }
}

void diagnostic_print_json(const struct diagnostic *d, struct str file, struct buf *out)
{
    buf_put(out, STR("{\"file\":"));
    json_put_string(out, file);
    buf_printf(out, ",\"line\":%u,\"column\":%u,\"severity\":\"%s\",\"message\":", d->line, d->column,
            d->severity == SEVERITY_ERROR ? "error" : "warning");
    json_put_string(out, d->message);
    buf_put(out, STR(",\"suggestion\":"));
    if (d->suggestion.n)
        json_put_string(out, d->suggestion);
    else
        buf_put(out, STR("null"));
    buf_put(out, STR("}\n"));
}
