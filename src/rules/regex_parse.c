// A regular expression to a tree: recursive descent, one function a level.
//   alternatives: sequence | sequence …      sequence: pieces      piece: atom [repetition]
#include "base/utf8.h"
#include "base/vec.h"
#include "rules/regex.h"

#include <utf8proc.h>

struct parser {
    struct arena *arena, *scratch;
    struct str text;
    size_t at;
    unsigned depth;
    size_t *ret_at;
    struct err *err;
};

_Static_assert(REGEX_STEPS_MAX == 10000 && REGEX_BYTES_MAX == 10000 && REGEX_DEPTH_MAX == 100,
        "messages below name these");

static struct regex_node *parse_alternatives(struct parser *p);

static bool fail_at(struct parser *p, size_t at, const char *what)
{
    if (p->ret_at)
        *p->ret_at = at;
    return err_set(p->err, ERR_INPUT, "%s", what);
}

static struct regex_node *node_new(struct parser *p, enum regex_node_kind kind, uint32_t size)
{
    struct regex_node *node = ARENA_NEW(p->scratch, struct regex_node);
    node->kind = kind;
    node->size = size;
    return node;
}

// Sizes are checked wherever they grow, so that neither they nor the later program run away.
static struct regex_node *sized(struct parser *p, struct regex_node *node, uint64_t size, size_t at)
{
    if (size > REGEX_STEPS_MAX) {
        fail_at(p, at, "this repeats too much: the expression grows beyond 10000 steps");
        return NULL;
    }
    node->size = (uint32_t)size;
    return node;
}

static bool more(const struct parser *p)
{
    return p->at < p->text.n;
}

static bool next_is(const struct parser *p, char c)
{
    return more(p) && p->text.p[p->at] == c;
}

static bool eat(struct parser *p, char c)
{
    if (!next_is(p, c))
        return false;
    p->at++;
    return true;
}

static bool is_letter_or_digit(uint32_t c)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

// Behind a backslash: the character it makes literal.
static bool parse_escape(struct parser *p, uint32_t *ret)
{
    size_t backslash = p->at - 1;
    if (!more(p))
        return fail_at(p, backslash, "a backslash at the end: write \\\\ for a literal one");
    size_t at = p->at;
    uint32_t c = utf8_next(p->text, &at);
    if (is_letter_or_digit(c)) {
        const char *what = "a backslash stands before punctuation only";
        if (c == 'd')
            what = "there is no \\d; write [[:digit:]] or [0-9]";
        else if (c == 'w')
            what = "there is no \\w; write [[:alnum:]_]";
        else if (c == 's')
            what = "there is no \\s; write [[:space:]]";
        else if (c >= '1' && c <= '9')
            what = "there are no back-references";
        return fail_at(p, backslash, what);
    }
    p->at = at;
    *ret = c;
    return true;
}

// `[:name:]` inside brackets, from its `[` on.
static bool parse_class(struct parser *p, unsigned *classes)
{
    size_t start = p->at, name = p->at + 2, end = name;
    while (end + 1 < p->text.n && !(p->text.p[end] == ':' && p->text.p[end + 1] == ']'))
        end++;
    if (end + 1 >= p->text.n)
        return fail_at(p, start, "this [: needs its :]");
    unsigned bit = charset_class(str_sub(p->text, name, end));
    if (!bit)
        return fail_at(p, start,
                "no such class; there are alnum alpha blank cntrl digit graph lower print punct space upper "
                "xdigit");
    *classes |= bit;
    p->at = end + 2;
    return true;
}

static bool starts_class(const struct parser *p, char kind)
{
    return next_is(p, '[') && p->at + 1 < p->text.n && p->text.p[p->at + 1] == kind;
}

static bool parse_bracket_char(struct parser *p, uint32_t *ret)
{
    if (starts_class(p, '.') || starts_class(p, '='))
        return fail_at(p, p->at, "[. and [= are not supported inside brackets");
    if (eat(p, '\\'))
        return parse_escape(p, ret);
    *ret = utf8_next(p->text, &p->at);
    return true;
}

// One item of a bracket expression: a class, a character or a range.
static bool parse_bracket_item(struct parser *p, struct range *ret, unsigned *classes, bool first)
{
    size_t start = p->at;
    if (starts_class(p, ':')) {
        if (!parse_class(p, classes))
            return false;
        if (next_is(p, '-') && p->at + 1 < p->text.n && p->text.p[p->at + 1] != ']')
            return fail_at(p, p->at, "a class cannot begin a range; put a literal - last");
        *ret = (struct range){1, 0};
        return true;
    }
    uint32_t lo = 0, hi;
    bool dash = next_is(p, '-');
    if (!parse_bracket_char(p, &lo))
        return false;
    if (dash && !first && more(p) && !next_is(p, ']'))
        return fail_at(p, start, "a literal - stands first or last in the brackets");
    hi = lo;
    if (next_is(p, '-') && p->at + 1 < p->text.n && p->text.p[p->at + 1] != ']') {
        p->at++;
        if (starts_class(p, ':'))
            return fail_at(p, p->at, "a class cannot end a range");
        if (!parse_bracket_char(p, &hi))
            return false;
        if (hi < lo)
            return fail_at(p, start, "this range runs backwards");
    }
    *ret = (struct range){lo, hi};
    return true;
}

// Behind the `[`. A `]` that comes first is literal, as POSIX has it.
static struct regex_node *parse_bracket(struct parser *p)
{
    size_t start = p->at - 1;
    VEC(struct range) ranges = {0};
    unsigned classes = 0;
    struct regex_node *node = NULL;
    bool negated = eat(p, '^'), first = true;
    while (more(p) && (first || !next_is(p, ']'))) {
        struct range item = {0};
        if (!parse_bracket_item(p, &item, &classes, first))
            goto done;
        if (item.lo <= item.hi)
            vec_push(&ranges, item);
        first = false;
    }
    if (!eat(p, ']')) {
        fail_at(p, start, "this [ needs its ]");
        goto done;
    }
    node = node_new(p, NODE_SET, 1);
    node->set = charset_new(p->arena, ranges.v, ranges.n, classes, negated);
done:
    vec_free(&ranges);
    return node;
}

static struct regex_node *parse_group(struct parser *p)
{
    size_t start = p->at - 1;
    if (p->depth == REGEX_DEPTH_MAX) {
        fail_at(p, start, "groups nest deeper than 100");
        return NULL;
    }
    if (next_is(p, '?')) {
        fail_at(p, p->at, "(? is not supported; a group is just ( and )");
        return NULL;
    }
    p->depth++;
    struct regex_node *node = parse_alternatives(p);
    p->depth--;
    if (node && !eat(p, ')')) {
        fail_at(p, start, "this ( needs its )");
        return NULL;
    }
    return node;
}

static struct regex_node *parse_atom(struct parser *p)
{
    size_t start = p->at;
    uint32_t c = utf8_next(p->text, &p->at);
    switch (c) {
    case '(':
        return parse_group(p);
    case '[':
        return parse_bracket(p);
    case '.':
        return node_new(p, NODE_ANY, 1);
    case '^':
        return node_new(p, NODE_BEGIN, 1);
    case '$':
        return node_new(p, NODE_END, 1);
    case '*':
    case '+':
    case '?':
    case '{':
        fail_at(p, start,
                "there is nothing before this to repeat; put a backslash before it if it is literal");
        return NULL;
    case '\\':
        if (!parse_escape(p, &c))
            return NULL;
        break;
    default:
        break;
    }
    struct regex_node *node = node_new(p, NODE_CHAR, 1);
    node->code_point = utf8_caseless(c);
    return node;
}

// Saturates: any count beyond the largest program is as wrong as the next.
static bool parse_count(struct parser *p, uint32_t *ret)
{
    uint32_t value = 0;
    size_t start = p->at;
    while (more(p) && p->text.p[p->at] >= '0' && p->text.p[p->at] <= '9') {
        value = value * 10 + (uint32_t)(p->text.p[p->at++] - '0');
        if (value > REGEX_STEPS_MAX)
            value = REGEX_STEPS_MAX + 1;
    }
    if (p->at == start)
        return false;
    *ret = value;
    return true;
}

// A repetition, if one stands here: {1, 1} if none does.
static bool parse_repetition(struct parser *p, uint32_t *min, uint32_t *max)
{
    size_t start = p->at;
    *min = *max = 1;
    if (eat(p, '*')) {
        *min = 0;
        *max = REGEX_NO_LIMIT;
    } else if (eat(p, '+')) {
        *max = REGEX_NO_LIMIT;
    } else if (eat(p, '?')) {
        *min = 0;
    } else if (eat(p, '{')) {
        bool good = parse_count(p, min);
        *max = *min;
        if (good && eat(p, ',') && !parse_count(p, max))
            *max = REGEX_NO_LIMIT;
        if (!good || !eat(p, '}'))
            return fail_at(p, start, "expected {3}, {3,} or {3,5}; put a backslash before a literal {");
        if (*min > *max)
            return fail_at(p, start, "the smaller number comes first");
    }
    return true;
}

static bool repeats(const struct parser *p)
{
    return next_is(p, '*') || next_is(p, '+') || next_is(p, '?') || next_is(p, '{');
}

static struct regex_node *parse_piece(struct parser *p)
{
    size_t start = p->at;
    struct regex_node *atom = parse_atom(p);
    if (!atom || !repeats(p))
        return atom;
    if (p->text.p[start] == '^' || p->text.p[start] == '$') {
        fail_at(p, p->at, "an anchor cannot be repeated");
        return NULL;
    }
    struct regex_node *node = node_new(p, NODE_REPEAT, 0);
    if (!parse_repetition(p, &node->min, &node->max))
        return NULL;
    if (repeats(p)) {
        fail_at(p, p->at, "a repetition of a repetition needs parentheses, as in (a+)?");
        return NULL;
    }
    node->child = atom;
    uint64_t once = atom->size, size = 0; // stays 0 where nothing is repeated
    if (once > 0 && node->max != REGEX_NO_LIMIT)
        size = node->min * once + (node->max - node->min) * (once + 1);
    else if (once > 0)
        size = node->min ? node->min * once + 1 : once + 2;
    return sized(p, node, size, start);
}

static struct regex_node *parse_sequence(struct parser *p)
{
    struct regex_node *node = node_new(p, NODE_CAT, 0), **tail = &node->child;
    while (more(p) && !next_is(p, '|') && !next_is(p, ')')) {
        size_t start = p->at;
        struct regex_node *piece = parse_piece(p);
        if (!piece || !sized(p, node, (uint64_t)node->size + piece->size, start))
            return NULL;
        *tail = piece;
        tail = &piece->next;
    }
    return node->child && !node->child->next ? node->child : node;
}

static struct regex_node *parse_alternatives(struct parser *p)
{
    struct regex_node *first = parse_sequence(p);
    if (!first || !next_is(p, '|'))
        return first;
    struct regex_node *node = node_new(p, NODE_ALT, first->size), **tail = &first->next;
    node->child = first;
    while (more(p)) {
        size_t start = p->at;
        if (!eat(p, '|'))
            break;
        struct regex_node *other = parse_sequence(p);
        if (!other || !sized(p, node, (uint64_t)node->size + other->size + 2, start))
            return NULL;
        *tail = other;
        tail = &other->next;
    }
    return node;
}

struct regex_node *regex_parse(
        struct arena *arena, struct arena *scratch, struct str pattern, size_t *ret_at, struct err *err)
{
    struct parser p = {arena, scratch, pattern, 0, 0, ret_at, err};
    if (pattern.n > REGEX_BYTES_MAX) {
        fail_at(&p, REGEX_BYTES_MAX, "the expression is longer than 10000 bytes");
        return NULL;
    }
    struct regex_node *node = parse_alternatives(&p);
    if (node && more(&p)) { // only a `)` stops the descent early
        fail_at(&p, p.at, "this ) closes nothing; put a backslash before it if it is literal");
        return NULL;
    }
    return node;
}
