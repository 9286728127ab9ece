// Expressions, conditions and filters in tags and outputs.
#include "mail/liquid_run.h"

#include <stdlib.h>

static bool fail(struct markup *m, const char *what)
{
    return liquid_fail(m->parser->program->text, m->text.p ? m->text.p : m->end, ERR_INPUT, m->parser->err,
            "%s%s%.*s%s", what, m->token == TOKEN_END ? "" : ", not \"",
            (int)(m->text.n > 40 ? 40 : m->text.n), m->token == TOKEN_END ? "" : m->text.p,
            m->token == TOKEN_END ? "" : "\"");
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static void token(struct markup *m, enum token kind, const char *end)
{
    m->token = kind;
    m->text = (struct str){m->p, (size_t)(end - m->p)};
    m->p = end;
}

static void next_word(struct markup *m)
{
    const char *p = m->p;
    while (p < m->end && (is_letter(*p) || is_digit(*p) || *p == '-'))
        p++;
    if (p < m->end && *p == '?')
        p++;
    token(m, TOKEN_ID, p);
    if (str_eq(m->text, STR("contains"))) {
        m->token = TOKEN_COMPARE;
        m->compare = CMP_CONTAINS;
    }
}

static void next_number(struct markup *m)
{
    const char *p = m->p + 1;
    while (p < m->end && is_digit(*p))
        p++;
    if (p + 1 < m->end && *p == '.' && is_digit(p[1]))
        for (p++; p < m->end && is_digit(*p); p++)
            ;
    token(m, TOKEN_NUMBER, p);
}

static bool next_compare(struct markup *m)
{
    static const struct {
        const char *text;
        enum compare compare;
    } SIGNS[] = {{"==", CMP_EQ}, {"!=", CMP_NE}, {"<>", CMP_NE}, {"<=", CMP_LE}, {">=", CMP_GE},
            {"<", CMP_LT}, {">", CMP_GT}};
    struct str rest = {m->p, (size_t)(m->end - m->p)};
    for (size_t i = 0; i < sizeof SIGNS / sizeof *SIGNS; i++)
        if (str_starts(rest, str_of(SIGNS[i].text))) {
            token(m, TOKEN_COMPARE, m->p + strlen(SIGNS[i].text));
            m->compare = SIGNS[i].compare;
            return true;
        }
    return false;
}

bool markup_next(struct markup *m)
{
    while (m->p < m->end && (*m->p == ' ' || (*m->p >= '\t' && *m->p <= '\r')))
        m->p++;
    if (m->p == m->end) {
        m->token = TOKEN_END;
        m->text = (struct str){m->end, 0};
        return true;
    }
    char c = *m->p;
    if (c == '\'' || c == '"') {
        const char *end = memchr(m->p + 1, c, (size_t)(m->end - m->p - 1));
        if (!end)
            return liquid_fail(
                    m->parser->program->text, m->p, ERR_INPUT, m->parser->err, "this quote is never closed");
        token(m, TOKEN_STRING, end + 1);
        return true;
    }
    if (is_letter(c))
        next_word(m);
    else if (is_digit(c) || (c == '-' && m->p + 1 < m->end && is_digit(m->p[1])))
        next_number(m);
    else if (c == '.' && m->p + 1 < m->end && m->p[1] == '.')
        token(m, TOKEN_DOTS, m->p + 2);
    else if (!next_compare(m)) {
        token(m, TOKEN_SIGN, m->p + 1);
        m->sign = c;
        if (!memchr("|.:,[]()?-=", c, 11))
            return fail(m, "a value, an operator or a filter is expected");
    }
    return true;
}

bool markup_begin(struct parser *p, struct str text, struct markup *ret)
{
    *ret = (struct markup){.parser = p, .p = text.p, .end = text.p + text.n};
    return markup_next(ret);
}

bool markup_is(const struct markup *m, const char *id)
{
    return m->token == TOKEN_ID && str_eq(m->text, str_of(id));
}

static bool at_sign(const struct markup *m, char sign)
{
    return m->token == TOKEN_SIGN && m->sign == sign;
}

bool markup_take(struct markup *m, char sign, bool *ret_taken)
{
    *ret_taken = at_sign(m, sign);
    return !*ret_taken || markup_next(m);
}

static bool expect(struct markup *m, char sign, const char *what)
{
    return at_sign(m, sign) ? markup_next(m) : fail(m, what);
}

bool markup_end(struct markup *m)
{
    return m->token == TOKEN_END || fail(m, "the end is expected");
}

// --- expressions

static struct expr *new_expr(struct markup *m, int kind)
{
    struct expr *e = ARENA_NEW(m->parser->arena, struct expr);
    e->kind = (unsigned)kind;
    e->at = m->text.p;
    return e;
}

static struct str squeezed(struct arena *arena, const char *from, const char *to)
{
    char *out = arena_alloc(arena, (size_t)(to - from) + 1);
    size_t n = 0;
    for (; from < to; from++)
        if (*from != ' ' && !(*from >= '\t' && *from <= '\r'))
            out[n++] = *from;
    return (struct str){out, n};
}

static bool add_part(struct markup *m, struct expr *e, struct part part)
{
    if (!(e->n & (e->n - 1))) { // 0 and powers of two: room for as many again
        struct part *more = ARENA_ARRAY(m->parser->arena, struct part, e->n ? (size_t)e->n * 2 : 1);
        if (e->n)
            memcpy(more, e->parts, e->n * sizeof *more);
        e->parts = more;
    }
    e->parts[e->n++] = part;
    return true;
}

static bool bracket(struct markup *m, struct expr **ret)
{
    return markup_next(m) && markup_expr(m, ret) && expect(m, ']', "] is expected");
}

static bool lookups(struct markup *m, struct expr *e)
{
    for (;;) {
        struct part part = {0};
        bool dot;
        if (at_sign(m, '[')) {
            if (!bracket(m, &part.expr))
                return false;
        } else {
            if (!markup_take(m, '.', &dot))
                return false;
            if (!dot)
                return true;
            if (m->token != TOKEN_ID && !(m->token == TOKEN_COMPARE && m->compare == CMP_CONTAINS))
                return fail(m, "a name is expected behind the dot");
            part.key = m->text;
            if (!markup_next(m))
                return false;
        }
        add_part(m, e, part);
    }
}

static bool literal(struct str word, struct liquid_value *ret)
{
    static const struct {
        const char *word;
        struct liquid_value value;
    } WORDS[] = {{"nil", {.kind = LIQUID_NIL}}, {"null", {.kind = LIQUID_NIL}},
            {"true", {.kind = LIQUID_FLAG, .flag = true}}, {"false", {.kind = LIQUID_FLAG, .flag = false}},
            {"empty", {.kind = LIQUID_EMPTY}}, {"blank", {.kind = LIQUID_BLANK}}};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_eq(word, str_of(WORDS[i].word))) {
            *ret = WORDS[i].value;
            return true;
        }
    return false;
}

static void note_use(struct parser *p, const struct expr *path)
{
    struct use *use = ARENA_NEW(p->arena, struct use);
    use->path = path;
    *p->program->uses_end = use;
    p->program->uses_end = &use->next;
}

static bool path(struct markup *m, struct expr **ret)
{
    struct expr *e = new_expr(m, EXPR_PATH);
    if (at_sign(m, '[')) {
        if (!bracket(m, &e->dynamic))
            return false;
    } else {
        e->root = m->text;
        if (!markup_next(m))
            return false;
    }
    if (!lookups(m, e))
        return false;
    if (!e->n && !e->dynamic && literal(e->root, &e->value))
        e->kind = EXPR_VALUE;
    else
        note_use(m->parser, e);
    *ret = e;
    return true;
}

static struct liquid_value number_literal(struct str text)
{
    char copy[64];
    struct str fits = str_sub(text, 0, text.n < sizeof copy ? text.n : sizeof copy - 1);
    memcpy(copy, fits.p, fits.n);
    copy[fits.n] = '\0';
    if (memchr(copy, '.', fits.n) || fits.n > 18)
        return liquid_real(strtod(copy, NULL));
    return liquid_int(strtoll(copy, NULL, 10));
}

static bool range(struct markup *m, struct expr **ret)
{
    struct expr *e = new_expr(m, EXPR_RANGE);
    if (!markup_next(m) || !markup_expr(m, &e->from))
        return false;
    if (m->token != TOKEN_DOTS)
        return fail(m, ".. is expected");
    if (!markup_next(m) || !markup_expr(m, &e->to) || !expect(m, ')', ") is expected"))
        return false;
    *ret = e;
    return true;
}

bool markup_expr(struct markup *m, struct expr **ret)
{
    struct expr *e = NULL;
    const char *from = m->text.p;
    bool ok;
    if (++m->depth > LIQUID_DEPTH_MAX)
        return fail(m, "this is nested too deeply");
    if (m->token == TOKEN_STRING) {
        e = new_expr(m, EXPR_VALUE);
        e->value = liquid_text(str_sub(m->text, 1, m->text.n - 1));
        ok = markup_next(m);
    } else if (m->token == TOKEN_NUMBER) {
        e = new_expr(m, EXPR_VALUE);
        e->value = number_literal(m->text);
        ok = markup_next(m);
    } else if (m->token == TOKEN_ID || at_sign(m, '['))
        ok = path(m, &e);
    else if (at_sign(m, '('))
        ok = range(m, &e);
    else
        ok = fail(m, "a value is expected");
    m->depth--;
    if (!ok)
        return false;
    e->source = squeezed(m->parser->arena, from, m->text.p);
    *ret = e;
    return true;
}

// --- filters

static bool skip(struct markup *m, unsigned tokens)
{
    while (tokens--)
        if (!markup_next(m))
            return false;
    return true;
}

static bool argument(struct markup *m, struct filter_call *call)
{
    struct markup ahead = *m;
    struct expr *arg;
    bool named = false;
    if (ahead.token == TOKEN_ID && markup_next(&ahead))
        named = at_sign(&ahead, ':');
    if (named) {
        struct str name = m->text;
        if (!skip(m, 2) || !markup_expr(m, &arg))
            return false;
        if (str_eq(name, STR("allow_false")) && str_eq(str_of(call->filter->name), STR("default"))) {
            call->allow_false = arg;
            return true;
        }
        return liquid_fail(m->parser->program->text, name.p, ERR_INPUT, m->parser->err,
                "%s has no argument \"%.*s\"", call->filter->name, (int)(name.n > 40 ? 40 : name.n), name.p);
    }
    if (!markup_expr(m, &arg))
        return false;
    if (call->n >= call->filter->most)
        return liquid_fail(m->parser->program->text, arg->at, ERR_INPUT, m->parser->err,
                "%s takes at most %u argument%s", call->filter->name, call->filter->most,
                call->filter->most == 1 ? "" : "s");
    call->args[call->n++] = arg;
    return true;
}

static bool filter(struct markup *m, struct filter_call **ret)
{
    struct filter_call *call = ARENA_NEW(m->parser->arena, struct filter_call);
    bool more;
    if (m->token != TOKEN_ID)
        return fail(m, "a filter's name is expected");
    call->at = m->text.p;
    call->filter = liquid_filter_find(m->text);
    if (!call->filter)
        return liquid_fail(m->parser->program->text, m->text.p, ERR_INPUT, m->parser->err,
                "there is no filter \"%.*s\"", (int)(m->text.n > 40 ? 40 : m->text.n), m->text.p);
    call->args = ARENA_ARRAY(m->parser->arena, struct expr *, call->filter->most + 1);
    if (!markup_next(m) || !markup_take(m, ':', &more))
        return false;
    while (more)
        if (!argument(m, call) || !markup_take(m, ',', &more))
            return false;
    if (call->n < call->filter->least)
        return liquid_fail(m->parser->program->text, call->at, ERR_INPUT, m->parser->err,
                "%s needs %u argument%s", call->filter->name, call->filter->least,
                call->filter->least == 1 ? "" : "s");
    *ret = call;
    return true;
}

bool markup_filtered(struct markup *m, struct filtered *ret)
{
    struct filter_call **end = &ret->filters;
    unsigned n = 0;
    bool more;
    *ret = (struct filtered){0};
    if (m->token == TOKEN_END)
        return true;
    if (!markup_expr(m, &ret->value) || !markup_take(m, '|', &more))
        return false;
    while (more) {
        if (++n > 100)
            return fail(m, "there are too many filters");
        if (!filter(m, end) || !markup_take(m, '|', &more))
            return false;
        end = &(*end)->next;
    }
    return markup_end(m);
}

// --- conditions

bool markup_condition(struct markup *m, struct condition **ret)
{
    unsigned n = 0;
    for (;;) {
        struct condition *c = *ret = ARENA_NEW(m->parser->arena, struct condition);
        if (++n > 200)
            return fail(m, "this condition is too long");
        if (!markup_expr(m, &c->left))
            return false;
        if (m->token == TOKEN_COMPARE) {
            c->compare = m->compare;
            if (!markup_next(m) || !markup_expr(m, &c->right))
                return false;
        }
        c->or = markup_is(m, "or");
        if (!c->or &&!markup_is(m, "and"))
            return markup_end(m);
        if (!markup_next(m))
            return false;
        ret = &c->next;
    }
}
