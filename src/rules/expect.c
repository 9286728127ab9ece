// What was expected where the grammar does not accept a token: first the mistakes people make, each with its
// remedy, then whatever the grammar would have accepted.
// Long because: each mistake is short, and all ask the same of the tokens around.
#include "rules/event.h"
#include "rules/grammar.h"
#include "rules/parser.h"
#include "rules/words.h"

#include <stdarg.h>
#include <stdio.h>

enum { CODES = 128 };

// A place where the grammar stopped.
struct stop {
    struct parser *p;
    uint32_t i;
    int code, prev, prev2, next; // of the token, the two before it and the one behind; 0 where there is none
    bool ok[CODES];              // what would have been accepted
    struct arena *arena;
};

static struct str text_of(const struct stop *s, uint32_t i)
{
    return word_shown(token_text(s->p, i));
}

static struct str suggest(const struct stop *s, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

static struct str suggest(const struct stop *s, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return arena_str(s->arena, (struct str){text, n < 0                     ? 0
                                                  : (size_t)n < sizeof text ? (size_t)n
                                                                            : sizeof text - 1});
}

static void say(const struct stop *s, uint32_t token, struct str suggestion, const char *message)
{
    diag_error(s->p->build.d, s->p->build.source, s->p->tokens[token].at, suggestion, "%s", message);
}

static bool is_window(int code)
{
    return code == T_WITHIN || code == T_SINCE || code == T_BEFORE;
}

static bool is_relation(int code)
{
    return code == T_LT || code == T_LE || code == T_GT || code == T_GE || code == T_EQ || code == T_NE;
}

static bool is_pattern(int code)
{
    return code == T_EVENT || code == T_PREFIX || code == T_INBOUND || code == T_OUTBOUND ||
           code == T_INTERNAL || code == T_STRING;
}

static bool is_declaration(int code)
{
    return code == T_STAGE || code == T_SIGNAL || code == T_FACT || code == T_TRAIT || code == T_GRADE;
}

static bool is_comparison(int code)
{
    return is_relation(code) || code == T_IS || code == T_IN || code == T_NOT || code == T_CONTAINS ||
           code == T_MATCHES || code == T_KNOWN || code == T_UNKNOWN;
}

// Whether the text or the statement ends here.
static bool ends(const struct stop *s)
{
    return s->code == 0 || begins_statement(s->p, s->i);
}

// The last token of one of the codes before i in this atom (back to its keyword); 0 if there is none.
static int back(const struct stop *s, bool (*wanted)(int))
{
    for (uint32_t i = s->i; i-- > 0;) {
        int code = s->p->tokens[i].code;
        if (wanted(code))
            return code;
        if (code == T_ANY || code == T_NO || code == T_COUNT || code == T_SUM || code == T_SILENT ||
                code_is_statement(code))
            return 0;
    }
    return 0;
}

static int atom_keyword(const struct stop *s)
{
    for (uint32_t i = s->i; i-- > 0;) {
        int code = s->p->tokens[i].code;
        if (code == T_ANY || code == T_NO || code == T_COUNT || code == T_SUM || code == T_SILENT)
            return code;
        if (code == T_AND || code == T_OR || code_is_statement(code))
            return 0;
    }
    return 0;
}

static bool is_then(int code)
{
    return code == T_THEN;
}

// Parentheses that do not pair.
static bool parentheses(struct stop *s)
{
    struct parser *p = s->p;
    if ((ends(s) || s->code == T_UNTIL) && s->ok[T_RP] && p->n_open) {
        say(s, p->open[p->n_open - 1], STR_NONE,
                "this `(` is never closed; expected `)` before the end of the condition");
        return true;
    }
    if (s->code == T_RP && !p->n_open) {
        say(s, s->i, STR_NONE, "this `)` closes nothing");
        return true;
    }
    return false;
}

// `no reached X`, `any score >= 5`: `any` and `no` are for events.
static bool quantified(struct stop *s)
{
    if (s->prev == T_REACHED && s->code == T_NAME && (s->prev2 == T_NO || s->prev2 == T_ANY)) {
        say(s, s->i - 2,
                suggest(s, "did you mean `%sreached %.*s`?", s->prev2 == T_NO ? "not " : "",
                        STR_ARG(text_of(s, s->i))),
                "`any` and `no` go with events and signals, not with stages");
        return true;
    }
    bool condition = s->code == T_SCORE || s->code == T_PERSONA || s->code == T_IS || s->code == T_IN ||
                     s->code == T_COUNT || s->code == T_SUM || s->code == T_SILENT || s->code == T_ANY ||
                     s->code == T_LP || s->code == T_YES || s->code == T_NOT;
    if ((s->prev != T_NO && s->prev != T_ANY) || !condition || !s->ok[T_EVENT])
        return false;
    // A stage's name goes with `is` and `in`.
    uint32_t last = (s->code == T_IS || s->code == T_IN) && s->next == T_NAME ? s->i + 1 : s->i;
    struct str word = str_sub(s->p->build.source->text, s->p->tokens[s->i].at, s->p->tokens[last].end);
    word = word_shown(word);
    if (s->prev == T_NO && s->code != T_NOT && s->code != T_ANY)
        say(s, s->i - 1, suggest(s, "did you mean `not %.*s`?", STR_ARG(word)),
                "`no` goes with events and signals; a condition is negated by `not`");
    else
        say(s, s->i - 1, suggest(s, "did you mean just `%.*s`?", STR_ARG(word)),
                "`any` and `no` go with events and signals");
    return true;
}

// An event where a condition is expected.
static bool event_alone(struct stop *s)
{
    if (!s->ok[T_ANY] || !is_pattern(s->code))
        return false;
    struct str word = text_of(s, s->i);
    if (is_relation(s->next)) {
        say(s, s->i,
                suggest(s, "did you mean `count %.*s %.*s …`?", STR_ARG(word), STR_ARG(text_of(s, s->i + 1))),
                "events are counted by `count`");
        return true;
    }
    bool joined =
            (s->prev == T_AND || s->prev == T_OR) && atom_keyword(&(struct stop){.p = s->p, .i = s->i - 1});
    say(s, s->i,
            joined ? suggest(s,
                             "did you mean `any %.*s`, or a comma in place of `%.*s` to go on with the list?",
                             STR_ARG(word), STR_ARG(text_of(s, s->i - 1)))
                   : suggest(s, "did you mean `any %.*s`?", STR_ARG(word)),
            "expected a condition; an event is none by itself");
    return true;
}

// Token of the `where` without parentheses that the token belongs to, or n_tokens.
static uint32_t bare_where(const struct stop *s)
{
    for (uint32_t i = s->i; i-- > 0;) {
        int code = s->p->tokens[i].code;
        if (code == T_RP || code == T_COMMA || code == T_INCLUDING || code_is_statement(code))
            break;
        if (code == T_WHERE)
            return i;
    }
    return s->p->n_tokens;
}

// `and`, `or` between patterns. Returns T_COMMA to go on as if it were one, -1 if only reported.
static int joined_patterns(struct stop *s)
{
    if ((s->code != T_AND && s->code != T_OR) || !s->ok[T_COMMA] || s->ok[s->code])
        return 0;
    uint32_t where = bare_where(s);
    const char *word = s->code == T_AND ? "and" : "or";
    if (where < s->p->n_tokens && !is_pattern(s->next)) {
        struct str first =
                str_sub(s->p->build.source->text, s->p->tokens[where + 1].at, s->p->tokens[s->i - 1].end);
        say(s, s->i, suggest(s, "did you mean `where (%.*s %s …)`?", STR_ARG(word_shown(first)), word),
                "conditions of one event that are joined stand in parentheses");
        return -1;
    }
    say(s, s->i, suggest(s, "did you mean a comma in place of `%s`?", word),
            "patterns are separated by commas");
    return is_pattern(s->next) || s->next == T_NAME ? T_COMMA : -1;
}

static bool windows(struct stop *s)
{
    if (s->code == T_THEN && back(s, is_window) && !back(s, is_then)) {
        say(s, s->i, STR("write `any A then B within 3 days`"),
                "a chain has no window of its own; each step after `then` has its `within`");
        return true;
    }
    if (!is_window(s->code))
        return false;
    int atom = atom_keyword(s);
    if (atom == T_SILENT)
        say(s, s->i, STR("did you mean `for`?"), "`silent` has no window; expected `for` and a duration");
    else if (back(s, is_then) && s->prev != T_THEN)
        say(s, s->i, STR_NONE, "a chain has no window of its own; each step after `then` has one `within`");
    else if (back(s, is_window))
        say(s, s->i, STR_NONE, "expected at most one window");
    else if ((atom == T_COUNT || atom == T_SUM) && back(s, is_relation))
        say(s, s->i, STR("did you mean `count page.viewed within 30 days >= 3`?"),
                "the window stands before the comparison");
    else
        return false;
    return true;
}

// Slips around `is`, `in` and `persona`.
static bool comparisons(struct stop *s)
{
    if (s->code == T_IN && s->prev == T_IS)
        say(s, s->i - 1, STR("did you mean `in (…)`?"), "`is` and `in` do not go together");
    else if (s->code == T_IN && s->prev == T_NOT && s->prev2 == T_IS)
        say(s, s->i - 2, STR("did you mean `not in (…)`?"), "`is` and `not in` do not go together");
    else if (s->code == T_KNOWN && s->prev == T_NOT && s->prev2 == T_IS)
        say(s, s->i - 1, STR("did you mean `unknown`?"), "expected a value after `is not`");
    else if (s->code == T_UNKNOWN && s->prev == T_NOT && s->prev2 == T_IS)
        say(s, s->i - 1, STR("did you mean `known`?"), "expected a value after `is not`");
    else if (s->code == T_NOT && s->prev == T_IS && s->ok[T_NAME] && s->next == T_NAME && !s->ok[T_STRING])
        say(s, s->i - 1, suggest(s, "did you mean `not is %.*s`?", STR_ARG(text_of(s, s->i + 1))),
                "expected a stage's name after `is`");
    else if (s->prev == T_PERSONA && s->code == T_UNKNOWN)
        say(s, s->i, STR("did you mean `not persona known`?"), "expected `is` or `known` after `persona`");
    else if (s->prev == T_PERSONA && is_comparison(s->code))
        say(s, s->i, STR("write `persona is \"…\"`, several joined by `or`"),
                "expected `is` or `known` after `persona`");
    else
        return false;
    return true;
}

// `1,000`, `1000,50`, `1.000,50`, `5 000`: the digits of one number, taken apart. In a list of patterns the
// comma itself is fine and the grammar stops behind it.
static bool separators(struct stop *s)
{
    bool late = s->code == T_NUMBER && s->prev == T_COMMA && s->prev2 == T_NUMBER;
    const struct token *t = &s->p->tokens[s->i - late]; // the comma, or the second part
    bool comma = late || (s->code == T_COMMA && s->prev == T_NUMBER && s->next == T_NUMBER);
    bool blank = s->code == T_NUMBER && s->prev == T_NUMBER && t->end - t->at == 3 && t->at > t[-1].end &&
                 !t->newlines;
    if (!comma && !blank)
        return false;
    struct str source = s->p->build.source->text, first = str_sub(source, t[-1].at, t[-1].end);
    const struct token *last = t + comma;
    while (comma && last[1].code == T_COMMA && last[2].code == T_NUMBER)
        last += 2;
    // What stands behind one comma is a fraction unless it is three digits.
    bool fraction = comma && last == t + 1 && (last->end - last->at != 3 || str_find(first, '.') < first.n);
    struct str text = str_sub(source, t[-1].at, last->end);
    struct buf plain = {0};
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '-' || (text.p[i] >= '0' && text.p[i] <= '9') || (fraction && text.p[i] == ','))
            buf_char(&plain, text.p[i] == ',' ? '.' : text.p[i]);
    say(s, s->i - late, suggest(s, "did you mean `%.*s`?", (int)plain.n, plain.p),
            fraction ? "a fraction stands behind a point, not a comma" : "a number has no separators");
    buf_free(&plain);
    return true;
}

// `within three days`, `for the last week`: the first word was taken for the unit.
static bool worded_duration(struct stop *s)
{
    bool before = s->prev2 == T_WITHIN || s->prev2 == T_FOR || s->prev2 == T_PER || s->prev2 == T_HALF_LIFE;
    if (!before || s->prev != T_NAME || (s->code != T_NAME && s->code != T_NUMBER))
        return false;
    struct str word = text_of(s, s->i - 1), here = text_of(s, s->i), digits = word_number(word);
    if (duration_is_unit(word))
        return false;
    if (s->code == T_NAME && duration_is_unit(here))
        say(s, s->i - 1,
                digits.n ? suggest(s, "did you mean `%.*s %.*s`?", STR_ARG(digits), STR_ARG(here))
                         : STR("a number is written in digits, like `30 days`"),
                suggest(s, "expected a number before the unit, not `%.*s`", STR_ARG(word)).p);
    else
        say(s, s->i - 1, STR_NONE,
                suggest(s, "expected a duration like `30 days`, not `%.*s`", STR_ARG(word)).p);
    return true;
}

// `any email.sent in the last 30 days`, `any email.sent 30 days`
static bool window_without_keyword(struct stop *s)
{
    const struct token *t = &s->p->tokens[s->i];
    unsigned n = 0;
    if (!s->ok[T_WITHIN])
        return false;
    while (n < 3 && (t[n].code == T_NAME || t[n].code == T_IN || t[n].code == T_FOR))
        n++;
    if (t[n].code != T_NUMBER || t[n + 1].code != T_NAME || !duration_is_unit(token_text(s->p, s->i + n + 1)))
        return false;
    struct str duration = str_sub(s->p->build.source->text, t[n].at, t[n + 1].end);
    say(s, s->i, suggest(s, "did you mean `within %.*s`?", STR_ARG(word_shown(duration))),
            "expected `within` before a duration");
    return true;
}

// Text from one token to another.
static struct str slice(const struct stop *s, uint32_t from, uint32_t to)
{
    return word_shown(str_sub(s->p->build.source->text, s->p->tokens[from].at, s->p->tokens[to].end));
}

// The last of the words that stand one behind the other on a line.
static uint32_t last_word(const struct stop *s, uint32_t i)
{
    while (s->p->tokens[i + 1].code == T_NAME && !s->p->tokens[i + 1].newlines)
        i++;
    return i;
}

// Where the property of the comparison begins whose keyword (or `not` behind it) is tokens[i]; n_tokens: it
// is no comparison of a text.
static uint32_t compared(const struct stop *s, uint32_t i)
{
    const struct token *t = s->p->tokens;
    uint32_t is = i && t[i].code == T_NOT && t[i - 1].code == T_IS ? i - 1 : i;
    bool keyword = t[is].code == T_IS || t[is].code == T_EQ || t[is].code == T_NE ||
                   t[is].code == T_CONTAINS || t[is].code == T_MATCHES;
    return is && keyword ? is - 1 : s->p->n_tokens;
}

// `title is "a" or "b"`, `title contains "a", "b"`; of an event's property, where "b" could be the next one,
// the grammar stops behind it.
static bool more_texts(struct stop *s)
{
    const struct token *t = s->p->tokens;
    bool comma = s->code == T_COMMA && s->next == T_STRING;
    uint32_t other = comma ? s->i + 1 : s->prev == T_STRING && s->ok[T_CONTAINS] ? s->i - 1 : s->i;
    if (other < 4 || t[other].code != T_STRING || t[other - 2].code != T_STRING)
        return false;
    int join = t[other - 1].code;
    if (!comma && ((join != T_AND && join != T_OR) || (other == s->i && !s->ok[T_ANY])))
        return false;
    uint32_t property = compared(s, other - 3);
    if (property == s->p->n_tokens)
        return false;
    int op = t[property + 1].code;
    struct str first = slice(s, other - 2, other - 2), second = slice(s, other, other);
    struct str name = slice(s, property, property), left = slice(s, property, other - 3);
    const char *word = join == T_AND ? "and" : "or";
    struct str suggestion;
    if ((op == T_IS || op == T_EQ || op == T_NE) && t[property].code != T_PERSONA)
        suggestion = suggest(s, "did you mean `%.*s %sin (%.*s, %.*s)`?", STR_ARG(name),
                op == T_NE || other - 3 > property + 1 ? "not " : "", STR_ARG(first), STR_ARG(second));
    else
        suggestion = suggest(s, "did you mean `%.*s %.*s %s %.*s %.*s`?", STR_ARG(left), STR_ARG(first), word,
                STR_ARG(left), STR_ARG(second));
    say(s, comma ? s->i : other, suggestion,
            comma ? "a comparison has one text" : "expected a condition; a text is none by itself");
    return true;
}

// `title not contains "a"`, `title does not contain "a"`
static bool late_not(struct stop *s)
{
    bool contains = (s->code == T_CONTAINS || s->code == T_MATCHES) && s->prev == T_NOT && s->i > 1;
    uint32_t at = contains ? s->i - 1 - (s->prev2 == T_IS) : s->i;
    bool does = s->code == T_NAME && s->next == T_NOT && str_eq(text_of(s, s->i), STR("does"));
    if ((!contains && !does) || !at ||
            (s->p->tokens[at - 1].code != T_NAME && s->p->tokens[at - 1].code != T_STRING))
        return false;
    say(s, at,
            suggest(s, "did you mean `not %.*s %s …`?", STR_ARG(text_of(s, at - 1)),
                    s->code == T_MATCHES ? "matches" : "contains"),
            "`not` stands before the whole comparison");
    return true;
}

// `employees is more than 5`, `score is > 5`, `title is publishing house`
static bool behind_is(struct stop *s)
{
    uint32_t at = s->prev == T_IS ? s->i : s->i - 1;
    if (s->prev != T_IS && (s->prev != T_NAME || s->i < 2 || compared(s, s->i - 2) == s->p->n_tokens))
        return false;
    int code = s->p->tokens[at].code;
    int meant = code == T_AT ? word_synonym(text_of(s, at + 1)) : word_synonym(text_of(s, at));
    meant = is_relation(code) ? code : is_relation(meant) ? meant : 0;
    if (s->p->tokens[at - 1].code == T_IS && meant) {
        say(s, at, suggest(s, "did you mean `%.*s` without `is`?", STR_ARG(code_word(meant))),
                suggest(s, "expected a value after `is`, not `%.*s`", STR_ARG(text_of(s, at))).p);
        return true;
    }
    if (s->code != T_NAME || s->prev != T_NAME || s->p->tokens[s->i].newlines)
        return false;
    say(s, at, suggest(s, "did you mean `\"%.*s\"`?", STR_ARG(slice(s, at, last_word(s, at)))),
            "a text stands in quotes");
    return true;
}

// `any email.sent >= 3`, `count(email.sent)`
static bool counted(struct stop *s)
{
    if (s->code == T_LP && s->prev == T_COUNT)
        say(s, s->i, STR("write `count email.sent >= 3`"), "`count` has no parentheses");
    else if (is_relation(s->code) && (atom_keyword(s) == T_ANY || atom_keyword(s) == T_NO) &&
             s->ok[T_WHERE] && !s->ok[s->code])
        say(s, s->i,
                suggest(s, "write `count %.*s %.*s …`", STR_ARG(text_of(s, s->i - 1)),
                        STR_ARG(text_of(s, s->i))),
                "events are counted by `count`");
    else
        return false;
    return true;
}

// A word of the language, a text or an event's name where a name stands. Returns T_NAME to go on as if it
// were one, -1 if only reported.
static int names(struct stop *s)
{
    if (!s->ok[T_NAME])
        return 0;
    struct str word = text_of(s, s->i);
    if (s->ok[T_MODEL] && s->ok[T_STRING] && code_is_reserved(s->code) &&
            (is_comparison(s->next) || s->next == T_OF)) {
        say(s, s->i, suggest(s, "did you mean `\"%.*s\"`?", STR_ARG(word)),
                "a property that is called like a word of the language stands in quotes");
        return T_NAME;
    }
    if (!is_declaration(s->prev))
        return 0;
    bool fits = s->next == T_WHEN || s->next == T_WHILE || s->next == T_EQ || s->next == T_STRING ||
                s->next == T_NAME || s->next == T_OTHERWISE || s->next == 0 ||
                begins_statement(s->p, s->i + 1);
    if (code_is_reserved(s->code) && fits && !ends(s)) {
        say(s, s->i, STR_NONE,
                suggest(s, "`%.*s` is a word of the language and cannot be a name", STR_ARG(word)).p);
        return T_NAME;
    }
    if (s->code == T_STRING) {
        struct str bare = str_sub(word, 1, word.n > 1 ? word.n - 1 : 1);
        say(s, s->i, word_is_name(bare) ? suggest(s, "did you mean `%.*s`?", STR_ARG(bare)) : STR_NONE,
                "expected a name without quotes (letters, digits and `_`)");
        if (!word_is_name(bare) || !fits)
            return -1;
        s->p->tokens[s->i].at++;
        s->p->tokens[s->i].end--;
        return T_NAME;
    }
    if (s->code == T_EVENT) {
        say(s, s->i, STR_NONE, "expected a name; names have no dots");
        return fits ? T_NAME : -1;
    }
    return 0;
}

// A misspelt or capitalised keyword: its code, if it would be accepted here.
static int misspelt(struct stop *s)
{
    if (s->code != T_NAME)
        return 0;
    struct nearest near = {.word = token_text(s->p, s->i)};
    for (int code = 1; code < grammar_codes(); code++) {
        struct str word = code_word(code);
        if (s->ok[code] && word.n && word.p[0] >= 'a' && word.p[0] <= 'z')
            nearest_try(&near, word);
    }
    return near.found ? word_code(near.best) : 0;
}

// `Any email.replied`, `cuont page.viewed`: the keyword before was read as a name.
static bool misspelt_before(struct stop *s)
{
    static const int BEGIN[] = {
            T_ANY, T_NO, T_NOT, T_SILENT, T_COUNT, T_SUM, T_SCORE, T_REACHED, T_PERSONA, T_WHERE, T_IN};
    bool begins = s->prev2 == T_WHEN || s->prev2 == T_UNTIL || s->prev2 == T_WHILE || s->prev2 == T_AND ||
                  s->prev2 == T_OR || s->prev2 == T_NOT || s->prev2 == T_LP || s->i < 2;
    if (!begins || s->prev != T_NAME ||
            !(is_pattern(s->code) || s->code == T_NAME || s->code == T_LP || s->code == T_ANY))
        return false;
    struct nearest near = {.word = token_text(s->p, s->i - 1)};
    for (unsigned i = 0; i < sizeof BEGIN / sizeof BEGIN[0]; i++)
        nearest_try(&near, code_word(BEGIN[i]));
    if (!near.found)
        return false;
    say(s, s->i - 1, suggest(s, "did you mean `%.*s`?", STR_ARG(near.best)),
            near.distance == 0
                    ? "keywords are lower case"
                    : suggest(s, "`%.*s` is no word of the language", STR_ARG(text_of(s, s->i - 1))).p);
    return true;
}

// The list of what was expected

struct list {
    struct str items[16];
    unsigned n;
};

static void put(struct list *l, struct str item)
{
    if (l->n < 16)
        l->items[l->n++] = item;
}

static void forget(struct stop *s, const int *codes, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        s->ok[codes[i]] = false;
}

#define FORGET(s, ...) \
    forget((s), (const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

static struct str name_item(const struct stop *s)
{
    switch (s->prev) {
    case T_STAGE:
        return STR("the stage's name");
    case T_SIGNAL:
        return STR("the signal's name");
    case T_FACT:
        return STR("the fact's name");
    case T_TRAIT:
        return STR("the trait's name");
    case T_GRADE:
        return STR("the grade's name");
    case T_REACHED:
    case T_IS:
    case T_IN:
        return STR("a stage's name");
    case T_NUMBER:
        return STR("a unit (minutes, hours, days, weeks, months, years)");
    default:
        return s->prev2 == T_TRAIT ? STR("`number`, `text`, `flag` or `date`") : STR("a name");
    }
}

// Words for sets of tokens that belong together; takes them out of s->ok.
// Long because: the sets overlap, so their order matters and is best seen in one place.
static void put_groups(struct stop *s, struct list *l)
{
    bool joins = s->ok[T_AND];
    if (s->ok[T_NAME])
        FORGET(s, T_REACHED, T_MACHINES, T_MOST, T_PER);
    if (s->ok[T_ANY] && s->ok[T_SCORE]) {
        put(l, STR("a condition like `any email.replied` or `score >= 20`"));
        FORGET(s, T_ANY, T_NO, T_SILENT, T_COUNT, T_SUM, T_SCORE, T_NAME, T_PERSONA, T_REACHED, T_IS, T_IN,
                T_YES, T_NOT, T_LP);
    }
    if (s->ok[T_EVENT] && s->ok[T_INBOUND]) {
        put(l, STR("an event, a signal or a direction"));
        FORGET(s, T_EVENT, T_PREFIX, T_STRING, T_INBOUND, T_OUTBOUND, T_INTERNAL, T_NAME);
    }
    bool statements = s->ok[T_MODEL];
    if (statements && s->ok[T_NAME] && s->ok[T_STRING]) {
        put(l, STR("a property's name"));
        FORGET(s, T_NAME, T_STRING, T_LP, T_NOT);
        statements = false;
    }
    FORGET(s, T_MODEL, T_ABOUT, T_HALF_LIFE, T_TRAIT, T_SIGNAL, T_FACT, T_PERSONA, T_POINTS, T_STAGE,
            T_GRADE);
    if (s->ok[T_STRING] && s->ok[T_NUMBER] && s->ok[T_DATE]) {
        put(l, STR("a value (a number, a text in quotes, a date, `yes` or `no`)"));
        FORGET(s, T_STRING, T_NUMBER, T_DATE, T_NAME, T_YES, T_NO, T_NOT, T_KNOWN, T_UNKNOWN);
    }
    if (s->ok[T_IS] && s->ok[T_CONTAINS]) {
        put(l, STR("a comparison (`is`, `contains`, `known`, `>=` …)"));
        FORGET(s, T_IS, T_EQ, T_NE, T_IN, T_NOT, T_CONTAINS, T_MATCHES, T_KNOWN, T_UNKNOWN, T_LT, T_LE, T_GT,
                T_GE);
    }
    if (s->ok[T_LT] && s->ok[T_EQ]) {
        put(l, STR("a comparison like `>= 3`"));
        FORGET(s, T_LT, T_LE, T_GT, T_GE, T_EQ, T_NE);
        FORGET(s, T_COMMA, T_WHERE, T_INCLUDING, T_WITHIN, T_SINCE, T_BEFORE);
    }
    if (s->ok[T_NUMBER] && s->ok[T_NAME]) {
        put(l, STR("a duration like `30 days`"));
        FORGET(s, T_NUMBER, T_NAME);
    }
    if (s->ok[T_NAME]) {
        put(l, name_item(s));
        FORGET(s, T_NAME);
    }
    if (s->ok[T_NUMBER])
        put(l, STR("a number"));
    if (s->ok[T_STRING])
        put(l, STR("a text in quotes"));
    if (s->ok[T_DATE])
        put(l, STR("a date like 2026-03-01"));
    if (s->ok[T_WITHIN] && !s->ok[T_SINCE]) {
        put(l, STR("`within` and a duration, which each step after `then` needs"));
        FORGET(s, T_WITHIN, T_COMMA, T_WHERE, T_INCLUDING);
    }
    if (s->ok[T_FOR] && !joins) {
        put(l, STR("`for` and a duration"));
        FORGET(s, T_FOR, T_COMMA, T_WHERE, T_INCLUDING);
    }
    // What only lengthens the list of every event's followers.
    if (joins)
        FORGET(s, T_COMMA, T_WHERE, T_INCLUDING, T_WITHIN, T_SINCE, T_BEFORE, T_THEN);
    if (joins) {
        put(l, STR("`and`"));
        put(l, STR("`or`"));
        FORGET(s, T_AND, T_OR);
    }
    s->ok[T_STAGE] = statements; // stands for all of them
}

// What to write for a word that is none of the language; s->ok is as it was at first.
static struct str remedy_word(const struct stop *s)
{
    struct str word = text_of(s, s->i), number = word_number(word);
    int other = word_synonym(word);
    if (other && s->ok[other])
        return suggest(s, "did you mean `%.*s`?", STR_ARG(code_word(other)));
    if (s->ok[T_AT] || (s->ok[T_PER] && !s->ok[T_NAME]))
        return STR("a cap is written like `at most 3 per month`");
    if (s->ok[T_NUMBER] && number.n)
        return suggest(s, "did you mean `%.*s`?", STR_ARG(number));
    if (s->ok[T_STRING])
        return suggest(s, "did you mean `\"%.*s\"`? Texts stand in quotes.",
                STR_ARG(slice(s, s->i, last_word(s, s->i))));
    if (s->prev != T_NAME)
        return STR_NONE;
    struct str event = suggest(s, "%.*s.%.*s", STR_ARG(text_of(s, s->i - 1)), STR_ARG(word));
    return event_known(event) ? suggest(s, "did you mean `%.*s`?", STR_ARG(event)) : STR_NONE;
}

// What to write for the token; s->ok is as it was at first.
static struct str remedy(const struct stop *s, int meant)
{
    struct str word = text_of(s, s->i);
    int next = s->code == T_AT ? word_synonym(text_of(s, s->i + 1)) : 0;
    if (meant)
        return suggest(s, "did you mean `%.*s`?%s", STR_ARG(code_word(meant)),
                str_eq_nocase(word, code_word(meant)) ? " Keywords are lower case." : "");
    if (s->code == T_NAME)
        return remedy_word(s);
    if (s->prev == T_SCORE && (s->code == T_IS || s->code == T_EQ))
        return STR("did you mean `>=`?");
    if (s->code == T_IS && s->ok[T_EQ])
        return STR("did you mean `=`?");
    if (next && s->ok[next])
        return suggest(s, "did you mean `%.*s`?", STR_ARG(code_word(next)));
    if (s->ok[T_EACH] && (is_pattern(s->code) || s->code == T_FOR))
        return STR("did you mean `each`?");
    if (s->code == T_COMMA && s->ok[T_AND])
        return STR("conditions are joined by `and` or `or`");
    if (s->code == T_LP && s->ok[T_WHERE])
        return STR("did you mean `where (…)`?");
    if (s->code == T_STRING && s->ok[T_DATE] && !s->ok[T_STRING])
        return STR("a date stands without quotes, like 2026-03-01");
    if (s->code == T_NUMBER && s->prev == T_SINCE && s->next == T_NAME)
        return suggest(s, "did you mean `within %.*s`?", STR_ARG(slice(s, s->i, s->i + 1)));
    return STR_NONE;
}

static void generic(struct stop *s, int meant)
{
    const struct stop was = *s;
    struct list l = {0};
    bool shown = s->prev != 0;
    put_groups(s, &l);
    bool statement = s->ok[T_STAGE];
    s->ok[T_STAGE] = false;
    for (int code = 1; code < grammar_codes(); code++) {
        struct str word = code_word(code);
        if (s->ok[code] && word.n)
            put(&l, suggest(s, "`%.*s`", STR_ARG(word)));
    }
    if (statement)
        put(&l, l.n ? STR("the next statement")
                    : STR("a statement (`stage`, `signal`, `fact`, `persona`, `points` …)"));
    if (s->ok[0] && !statement && l.n < 3)
        put(&l, STR("the end"));
    struct buf out = {0};
    buf_put(&out, STR("expected "));
    for (unsigned k = 0; k < l.n; k++) {
        if (k)
            buf_put(&out, k + 1 == l.n ? STR(" or ") : STR(", "));
        buf_put(&out, l.items[k]);
    }
    if (shown)
        buf_printf(&out, " after `%.*s`", STR_ARG(text_of(s, s->i - 1)));
    uint32_t at = s->p->tokens[s->i].at;
    if (ends(s)) {
        at = s->i ? s->p->tokens[s->i - 1].end : at;
        if (!shown)
            buf_put(&out, STR(", but there is nothing"));
    } else {
        buf_printf(&out, ", not `%.*s`", STR_ARG(text_of(s, s->i)));
    }
    struct str suggestion = remedy(&was, meant);
    diag_error(s->p->build.d, s->p->build.source, at, suggestion, "%.*s", (int)out.n, out.p);
    buf_free(&out);
}

int expect_report(struct parser *p, uint32_t i)
{
    struct stop s = {.p = p, .i = i, .arena = p->build.d->arena, .code = p->tokens[i].code};
    s.prev = i ? p->tokens[i - 1].code : 0;
    s.prev2 = i > 1 ? p->tokens[i - 2].code : 0;
    s.next = s.code ? p->tokens[i + 1].code : 0;
    for (int code = 0; code < grammar_codes() && code < CODES; code++)
        s.ok[code] = code != T_BAD && grammar_accepts(p->grammar, code);
    if (parentheses(&s) || quantified(&s))
        return 0;
    int meant = names(&s);
    if (!meant)
        meant = joined_patterns(&s);
    if (meant)
        return meant > 0 ? meant : 0;
    if (more_texts(&s) || late_not(&s) || event_alone(&s) || windows(&s) || comparisons(&s) ||
            separators(&s) || worded_duration(&s))
        return 0;
    meant = misspelt(&s);
    if (!meant && (misspelt_before(&s) || behind_is(&s) || counted(&s) || window_without_keyword(&s)))
        return 0;
    generic(&s, meant);
    return meant;
}
