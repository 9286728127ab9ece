// Text to tokens (re2c).
#include "rules/lexer.h"

#include "base/utf8.h"
#include "rules/grammar.h"
#include "rules/words.h"

void lexer_init(struct lexer *lexer, const struct source *source, struct diagnostics *d)
{
    *lexer = (struct lexer){.source = source, .d = d, .cursor = source->text.p};
    lexer->limit = source->text.p + source->text.n;
    if (str_starts(source->text, STR("\xEF\xBB\xBF")))
        lexer->cursor += 3;
}

static void report(struct lexer *lexer, const char *at, const char *message, struct str suggestion)
{
    lexer->faulty = true;
    if (!lexer->muted)
        diag_error(lexer->d, lexer->source, (uint32_t)(at - lexer->source->text.p), suggestion, "%s", message);
    lexer->muted = true;
}

static size_t length(const char *start, const unsigned char *end)
{
    return (size_t)((const char *)end - start);
}

static void add_comment(struct lexer *lexer, struct str text)
{
    struct comment comment = {
            .at = (uint32_t)(text.p - lexer->source->text.p),
            .newlines = lexer->newlines,
            .trailing = lexer->any && !lexer->newlines,
            .text = str_trim(text),
    };
    vec_push(&lexer->comments, comment);
    lexer->newlines = 0;
    lexer->any = true;
}

// `Email.Replied`, `email.`: dotted, but no event's name.
static void bad_event(struct lexer *lexer, const char *start, struct str text)
{
    char *low = arena_alloc(lexer->d->arena, text.n);
    for (size_t i = 0; i < text.n; i++)
        low[i] = (char)(text.p[i] >= 'A' && text.p[i] <= 'Z' ? text.p[i] + 32 : text.p[i]);
    struct str lower = {low, text.n};
    struct str suggestion = word_is_event(lower)
            ? arena_printf(lexer->d->arena, "did you mean `%.*s`, or the quoted name \"%.*s\"?", STR_ARG(lower),
                      STR_ARG(text))
            : arena_printf(lexer->d->arena, "a name of another form stands in quotes: \"%.*s\"", STR_ARG(text));
    report(lexer, start, "an event's name is dotted lower case like `email.replied`", suggestion);
}

// The numbers between signs, at most four; 0 if one has more digits than a year or there are too many.
static unsigned parts_of(struct str text, unsigned part[4], size_t digits[4])
{
    unsigned n = 0;
    for (size_t i = 0; i < text.n; i++, n++) {
        part[n] = 0;
        for (digits[n] = 0; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++, digits[n]++)
            part[n] = part[n] * 10 + (unsigned)(text.p[i] - '0');
        if (n == 3 || digits[n] > 4)
            return 0;
    }
    return n;
}

// `01.03.2026`, `2026/03/01`, `3/14/2026`: false if it cannot be a date.
static bool foreign_date(struct lexer *lexer, const char *start, struct str text)
{
    unsigned part[4];
    size_t digits[4];
    if (parts_of(text, part, digits) != 3 || (digits[0] != 4) == (digits[2] != 4) || digits[1] > 2)
        return false;
    bool first = digits[0] == 4, slash = str_find(text, '/') < text.n;
    unsigned year = first ? part[0] : part[2], month = part[1], day = first ? part[2] : part[0];
    // With slashes, either of the two may be the month.
    bool either = slash && !first && day <= 12 && month <= 12 && day != month;
    if (slash && month > 12) {
        month = day;
        day = part[1];
    }
    int64_t seconds;
    struct str meant = arena_printf(lexer->d->arena, "%04u-%02u-%02u", year, month, day);
    report(lexer, start, "a date is written year-month-day, like 2026-03-01",
            either || !date_read(meant, &seconds)
                    ? STR_NONE
                    : arena_printf(lexer->d->arena, "did you mean `%.*s`?", STR_ARG(meant)));
    return true;
}

// `1.000.000`, `5'000`, `5_000`; or with points that part no thousands.
static void separated(struct lexer *lexer, const char *start, struct str text)
{
    char *plain = arena_alloc(lexer->d->arena, text.n);
    size_t n = 0, group = 3;
    bool thousands = true, first = true;
    for (size_t i = text.p[0] == '-'; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c >= '0' && c <= '9') {
            plain[n++] = (char)c;
            group += !first;
        } else if ((c & 0xC0) != 0x80) {
            thousands &= group == 3;
            group = first = 0;
        }
    }
    if (thousands && group == 3)
        report(lexer, start, "a number has no separators",
                arena_printf(lexer->d->arena, "did you mean `%s%.*s`?", text.p[0] == '-' ? "-" : "", (int)n,
                        plain));
    else
        report(lexer, start, "a number has one point at most", STR_NONE);
}

static bool is_currency(uint32_t point)
{
    return point == '$' || point == 0xA3 || point == 0xA5 || point == 0x20AC; // $ £ ¥ €
}

static void stray(struct lexer *lexer, const char *start, struct str shown, uint32_t point)
{
    if (point < 0x20 || point == 0x7F)
        report(lexer, start, "unexpected control character", STR_NONE);
    else if (point == '%')
        report(lexer, start, "a number stands without a percent sign", STR("leave it out"));
    else if (is_currency(point))
        report(lexer, start, "an amount stands without a currency sign", STR("leave it out"));
    else
        report(lexer, start,
                arena_printf(lexer->d->arena, "unexpected `%.*s`%s", STR_ARG(shown),
                        point > 0x7F ? ": names have the letters a to z, texts stand in quotes" : "")
                        .p,
                STR_NONE);
}

// Dispatch loop: a rule of re2c for each token.
// clang-format off
struct token lexer_next(struct lexer *lexer)
{
    const unsigned char *cursor = (const unsigned char *)lexer->cursor, *marker;
    const unsigned char *limit = (const unsigned char *)lexer->limit;
    const char *start;
    int code;
again:
    start = (const char *)cursor;
    /*!re2c
    re2c:define:YYCTYPE = "unsigned char";
    re2c:define:YYCURSOR = cursor;
    re2c:define:YYLIMIT = limit;
    re2c:define:YYMARKER = marker;
    re2c:yyfill:enable = 0;
    re2c:eof = 0;
    re2c:flags:8 = 1;

    digit   = [0-9];
    name    = [A-Za-z_][A-Za-z0-9_]*;
    dotted  = [a-z][a-z0-9_]* ("." [a-z0-9_]+)+;
    inside  = [^"\\\r\n] | "\\" [^\r\n];
    day     = digit{4} "-" digit{2} "-" digit{2};

    [ \t\f\v]+         { goto again; }
    "\r\n" | [\r\n]    { lexer->newlines++; lexer->muted = false; goto again; }
    "#" [^\r\n]*       { add_comment(lexer, (struct str){start, length(start, cursor)}); goto again; }

    name               { code = word_code((struct str){start, length(start, cursor)}); goto done; }
    "half-life"        { code = T_HALF_LIFE; goto done; }
    name ("-" [A-Za-z0-9_]+)+ {
        struct str text = {start, length(start, cursor)};
        report(lexer, start, "a name has letters, digits and `_`, no hyphens",
                arena_printf(lexer->d->arena, "a text stands in quotes: \"%.*s\"", STR_ARG(word_shown(text))));
        code = T_NAME;
        goto done;
    }
    dotted             { code = T_EVENT; goto done; }
    [a-z][a-z0-9_]* ("." [a-z0-9_]+)* ".*" { code = T_PREFIX; goto done; }
    name ("." [A-Za-z0-9_*]*)+ {
        bad_event(lexer, start, (struct str){start, length(start, cursor)});
        code = T_EVENT;
        goto done;
    }
    "-"? digit+ ("." digit+)? { code = T_NUMBER; goto done; }
    "-"? digit+ ("." digit+){2,} {
        struct str text = {start, length(start, cursor)};
        if (!foreign_date(lexer, start, text))
            separated(lexer, start, text);
        code = T_BAD;
        goto done;
    }
    "-"? digit+ (['_] digit{3} | "\u2019" digit{3})+ {
        separated(lexer, start, (struct str){start, length(start, cursor)});
        code = T_BAD;
        goto done;
    }
    digit+ "/" digit+ "/" digit+ {
        struct str text = {start, length(start, cursor)};
        if (!foreign_date(lexer, start, text))
            report(lexer, start, "unexpected `/`", STR_NONE);
        code = T_BAD;
        goto done;
    }
    [\u2012-\u2014\u2212] digit+ ("." digit+)? {
        struct str number = {start + 3, length(start, cursor) - 3};
        report(lexer, start, "a minus is written `-`",
                arena_printf(lexer->d->arena, "did you mean `-%.*s`?", STR_ARG(number)));
        code = T_BAD;
        goto done;
    }
    "+" digit+ ("." digit+)? {
        struct str number = {start + 1, length(start, cursor) - 1};
        report(lexer, start, "a number has no `+`",
                arena_printf(lexer->d->arena, "did you mean `%.*s`?", STR_ARG(number)));
        start++;
        code = T_NUMBER;
        goto done;
    }
    day | day "T" digit{2} ":" digit{2} ":" digit{2} "Z" { code = T_DATE; goto done; }
    digit+ "-" digit+ "-" [0-9A-Za-z:.+-]* { code = T_DATE; goto done; }

    "\"" inside* "\""  { code = T_STRING; goto done; }
    "\"" inside* "\\"? {
        report(lexer, start, "this text has no closing quote on its line", STR_NONE);
        code = T_STRING;
        goto done;
    }
    [\u201C\u201D\u201E] [^"\r\n\u201C\u201D]* [\u201C\u201D]? {
        report(lexer, start, "texts stand in straight quotes \"…\"", STR_NONE);
        code = T_STRING;
        goto done;
    }
    [\u00AB\u00BB] [^"\r\n\u00AB\u00BB]* [\u00AB\u00BB]? {
        report(lexer, start, "texts stand in straight quotes \"…\"", STR_NONE);
        code = T_BAD;
        goto done;
    }
    ['\u2018\u2019] [^'"\r\n\u2018\u2019]* ['\u2018\u2019]? {
        report(lexer, start, "texts stand in double quotes \"…\"", STR_NONE);
        code = T_STRING;
        goto done;
    }

    ","                { code = T_COMMA; goto done; }
    "("                { code = T_LP; goto done; }
    ")"                { code = T_RP; goto done; }
    "="                { code = T_EQ; goto done; }
    "!="               { code = T_NE; goto done; }
    "<"                { code = T_LT; goto done; }
    "<="               { code = T_LE; goto done; }
    ">"                { code = T_GT; goto done; }
    ">="               { code = T_GE; goto done; }
    "=="               { report(lexer, start, "there is no `==` here", STR("did you mean `=`?")); code = T_EQ; goto done; }
    "<>" | "\u2260"    { report(lexer, start, "\"not equal\" is written `!=`", STR("did you mean `!=`?")); code = T_NE; goto done; }
    "=<" | "\u2264"    { report(lexer, start, "\"at most\" is written `<=`", STR("did you mean `<=`?")); code = T_LE; goto done; }
    "=>" | "\u2265"    { report(lexer, start, "\"at least\" is written `>=`", STR("did you mean `>=`?")); code = T_GE; goto done; }
    "&" | "&&"         { report(lexer, start, "conditions are joined by words", STR("did you mean `and`?")); code = T_AND; goto done; }
    "|" | "||"         { report(lexer, start, "conditions are joined by words", STR("did you mean `or`?")); code = T_OR; goto done; }
    "!"                { report(lexer, start, "conditions are negated by a word", STR("did you mean `not`?")); code = T_NOT; goto done; }
    "." digit+ {
        struct str fraction = {start, length(start, cursor)};
        report(lexer, start, "a number begins with a digit",
                arena_printf(lexer->d->arena, "did you mean `0%.*s`?", STR_ARG(fraction)));
        code = T_NUMBER;
        goto done;
    }
    [\u00A0\u2000-\u200B\u202F\uFEFF] {
        report(lexer, start, "this is an invisible character that is no plain blank (pasted from a web page or word processor?)", STR("replace it with a blank"));
        goto again;
    }
    ";"                { report(lexer, start, "a statement ends where the next begins; there is no `;`", STR_NONE); goto again; }
    *                  { goto stray; }
    $                  { code = 0; start = lexer->limit; goto done; }
    */
stray: {
    size_t from = (size_t)(start - lexer->source->text.p), to = from;
    uint32_t point = utf8_next(lexer->source->text, &to);
    cursor = (const unsigned char *)lexer->source->text.p + to;
    stray(lexer, start, str_sub(lexer->source->text, from, to), point);
    if (point == '%' || is_currency(point))
        goto again;
    code = T_BAD;
}
done:
    lexer->any = true;
    lexer->cursor = (const char *)cursor;
    struct token t = {code, (uint32_t)(start - lexer->source->text.p),
            (uint32_t)(lexer->cursor - lexer->source->text.p), lexer->newlines, lexer->faulty};
    if (!code)
        t.end = t.at;
    lexer->newlines = 0;
    lexer->faulty = false;
    return t;
}
