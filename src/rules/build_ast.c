#include "rules/build_ast.h"

#include "base/utf8.h"
#include "rules/grammar.h"
#include "rules/print.h"
#include "rules/words.h"

#include <math.h>
#include <stdlib.h>

struct str build_slice(const struct builder_state *b, struct token t)
{
    return str_sub(b->source->text, t.at, t.end);
}

struct word build_word(struct builder_state *b, struct token t)
{
    return (struct word){build_slice(b, t), t.at, t.end};
}

struct word build_string(struct builder_state *b, struct token t)
{
    struct word w = {.at = t.at, .end = t.end};
    size_t bad;
    struct str raw = build_slice(b, t);
    if (!string_unescape(b->arena, raw, &w.text, &bad)) {
        diag_error(b->d, b->source, t.at + (uint32_t)bad, STR("a backslash itself is written `\\\\`"),
                "expected `\\\"`, `\\\\` or `\\n` after the backslash");
        w.text = raw;
    }
    return w;
}

struct number build_number(struct builder_state *b, struct token t)
{
    struct number n = {.text = number_canonical(b->arena, build_slice(b, t)), .at = t.at, .end = t.end};
    n.value = strtod(arena_str(b->arena, n.text).p, NULL);
    if (!isfinite(n.value)) {
        diag_error(b->d, b->source, t.at, STR_NONE, "this number is too large");
        n.value = 0;
    }
    return n;
}

struct duration build_duration(struct builder_state *b, struct token number, struct token unit)
{
    bool counted = number.code != 0;
    struct duration d = {.seconds = 60, .text = STR("1 minute"), .end = unit.end};
    d.at = counted ? number.at : unit.at;
    struct str suggestion = STR_NONE;
    struct err err;
    struct str text = counted ? build_slice(b, number) : STR_NONE;
    if (!duration_read(b->arena, text, build_slice(b, unit), &d, &suggestion, &err)) {
        bool about_unit = !counted || str_starts(str_of(err.message), STR("`"));
        diag_error(b->d, b->source, about_unit ? unit.at : d.at, suggestion, "%s", err.message);
    }
    return d;
}

enum value_type build_type(struct builder_state *b, struct token t)
{
    static const struct {
        struct str word;
        enum value_type type;
    } TYPES[] = {
            {STR("number"), TYPE_NUMBER},
            {STR("text"), TYPE_TEXT},
            {STR("flag"), TYPE_FLAG},
            {STR("date"), TYPE_DATE},
            // What people write; only for the suggestion.
            {STR("string"), TYPE_TEXT},
            {STR("boolean"), TYPE_FLAG},
            {STR("bool"), TYPE_FLAG},
            {STR("integer"), TYPE_NUMBER},
            {STR("int"), TYPE_NUMBER},
            {STR("float"), TYPE_NUMBER},
            {STR("datetime"), TYPE_DATE},
            {STR("time"), TYPE_DATE},
    };
    struct str word = build_slice(b, t);
    struct nearest near = {.word = word};
    enum value_type type = TYPE_TEXT;
    for (unsigned i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++) {
        if (i < 4 && str_eq(word, TYPES[i].word))
            return TYPES[i].type;
        bool had = near.found;
        unsigned distance = near.distance;
        nearest_try(&near, TYPES[i].word);
        if (near.found && (!had || near.distance < distance))
            type = TYPES[i].type;
    }
    struct str suggestion = STR_NONE;
    if (near.found)
        suggestion = arena_printf(b->d->arena, "did you mean `%s`?", TYPES[type].word.p);
    diag_error(b->d, b->source, t.at, suggestion, "expected `number`, `text`, `flag` or `date`, not `%.*s`",
            STR_ARG(word_shown(word)));
    b->failed = true;
    return type;
}

struct written *build_text(struct builder_state *b, struct token t)
{
    struct written *v = ARENA_NEW(b->arena, struct written);
    struct word w = build_string(b, t);
    struct buf out = {0};
    print_string(&out, w.text);
    *v = (struct written){.kind = WRITTEN_TEXT, .text = w.text, .at = t.at, .end = t.end};
    v->canon = arena_str(b->arena, buf_str(&out));
    buf_free(&out);
    return v;
}

struct written *build_value(struct builder_state *b, struct token t)
{
    struct written *v = ARENA_NEW(b->arena, struct written);
    struct str text = build_slice(b, t);
    *v = (struct written){.text = text, .canon = text, .at = t.at, .end = t.end};
    if (t.code == T_NUMBER) {
        struct number n = build_number(b, t);
        v->kind = WRITTEN_NUMBER;
        v->number = n.value;
        v->canon = n.text;
    } else if (t.code == T_DATE) {
        v->kind = WRITTEN_DATE;
        struct written_window date = build_window_date(b, t, t);
        v->time = date.value;
        v->canon = date_canonical(b->arena, date.value);
    } else {
        v->kind = WRITTEN_FLAG;
        v->flag = t.code == T_YES;
    }
    return v;
}

struct written *build_span(struct builder_state *b, struct token number, struct token unit)
{
    struct duration duration = {.seconds = 60, .text = STR("1 minute"), .at = number.at, .end = unit.end};
    struct str word = build_slice(b, unit), near = STR_NONE;
    struct err err;
    // `5000 EUR`: an amount that is to be no duration at all.
    if (!duration_is_unit(word) &&
            !duration_read(b->arena, build_slice(b, number), word, &duration, &near, &err) && !near.n)
        diag_error(b->d, b->source, unit.at, STR("an amount is a plain number, a duration like `30 days`"),
                "`%.*s` is no unit", STR_ARG(word_shown(word)));
    else
        duration = build_duration(b, number, unit);
    struct written *v = ARENA_NEW(b->arena, struct written);
    b->failed |= !duration_is_unit(word); // said once
    *v = (struct written){.kind = WRITTEN_DURATION,
            .text = duration.text,
            .canon = duration.text,
            .time = duration.seconds,
            .at = duration.at,
            .end = duration.end};
    return v;
}

struct written *build_bare(struct builder_state *b, struct token t)
{
    struct str word = build_slice(b, t);
    if (duration_is_unit(word))
        return build_span(b, (struct token){0}, t);
    bool yes = str_eq_nocase(word, STR("true")) || str_eq_nocase(word, STR("yes"));
    bool no = str_eq_nocase(word, STR("false")) || str_eq_nocase(word, STR("no"));
    int other = word_synonym(word);
    const char *form = other == T_KNOWN || other == T_UNKNOWN
                               ? "did you mean `known` or `unknown`, or the text `\"%.*s\"`?"
                               : "did you mean `\"%.*s\"`?";
    struct str meant = yes || no ? arena_printf(b->d->arena, "did you mean `%s`?", yes ? "yes" : "no")
                                 : arena_printf(b->d->arena, form, STR_ARG(word_shown(word)));
    diag_error(
            b->d, b->source, t.at, meant, yes || no ? "a flag is `yes` or `no`" : "a text stands in quotes");
    b->failed = true;
    struct written *v = ARENA_NEW(b->arena, struct written);
    *v = (struct written){.kind = WRITTEN_TEXT, .text = word, .canon = word, .at = t.at, .end = t.end};
    return v;
}

struct comparison build_comparison(enum cmp_op op, bool sign, struct token t, struct written *value)
{
    return (struct comparison){.op = op,
            .sign = sign,
            .values = value,
            .last = value,
            .n_values = value ? 1 : 0,
            .at = t.at,
            .end = value ? value->end : t.end};
}

struct comparison build_in(enum cmp_op op, struct token t, struct comparison values, struct token end)
{
    values.op = op;
    values.list = true;
    values.at = t.at;
    values.end = end.end;
    return values;
}

struct comparison build_values(struct comparison values, struct written *value)
{
    if (values.last)
        values.last->next = value;
    else
        values.values = value;
    values.last = value;
    values.n_values++;
    return values;
}

struct pattern *build_pattern(struct builder_state *b, struct token t)
{
    struct pattern *p = ARENA_NEW(b->arena, struct pattern);
    p->at = t.at;
    p->end = t.end;
    p->name = build_slice(b, t);
    switch (t.code) {
    case T_STRING:
        p->name = build_string(b, t).text;
        p->kind = PATTERN_EVENT;
        if (!p->name.n)
            diag_error(b->d, b->source, t.at, STR_NONE, "an event's name is not empty");
        break;
    case T_EVENT:
        p->kind = PATTERN_EVENT;
        break;
    case T_PREFIX:
        p->kind = PATTERN_PREFIX;
        p->name.n--; // the star
        break;
    case T_INBOUND:
    case T_OUTBOUND:
    case T_INTERNAL:
        p->kind = PATTERN_DIRECTION;
        p->direction = t.code == T_INBOUND ? DIR_INBOUND : t.code == T_OUTBOUND ? DIR_OUTBOUND : DIR_INTERNAL;
        break;
    default:
        p->kind = PATTERN_SIGNAL;
    }
    return p;
}

struct pattern_list *build_list(struct builder_state *b, struct pattern_list *list, struct pattern *pattern)
{
    if (!list) {
        list = ARENA_NEW(b->arena, struct pattern_list);
        list->at = pattern->at;
        list->first = pattern;
    } else {
        list->last->next = pattern;
    }
    list->last = pattern;
    list->end = pattern->end;
    list->n++;
    return list;
}

struct pattern_list *build_chain(
        struct pattern_list *chain, struct pattern_list *link, struct duration within)
{
    link->within = within;
    if (chain->last_link)
        chain->last_link->next = link;
    else
        chain->next = link;
    chain->last_link = link;
    return chain;
}

struct written_window build_window(struct builder_state *b, struct token t, struct duration within)
{
    return (struct written_window){.kind = WINDOW_WITHIN,
            .value = within.seconds,
            .text = arena_printf(b->arena, "within %.*s", STR_ARG(within.text)),
            .at = t.at,
            .end = within.end};
}

struct written_window build_window_date(struct builder_state *b, struct token t, struct token date)
{
    struct written_window w = {
            .kind = t.code == T_SINCE ? WINDOW_SINCE : WINDOW_BEFORE, .at = t.at, .end = date.end};
    if (!date_read(build_slice(b, date), &w.value))
        diag_error(b->d, b->source, date.at, STR_NONE,
                "`%.*s` is no date; expected one like 2026-03-01 or 2026-03-01T10:00:00Z",
                STR_ARG(word_shown(build_slice(b, date))));
    w.text = arena_printf(b->arena, "%s %s", w.kind == WINDOW_SINCE ? "since" : "before",
            date_canonical(b->arena, w.value).p);
    return w;
}

struct node *build_node(struct builder_state *b, enum node_op op, struct token from, uint32_t end)
{
    struct node *n = ARENA_NEW(b->arena, struct node);
    n->op = op;
    n->at = n->from = from.at;
    n->end = n->to = end;
    return n;
}

struct node *build_over(struct builder_state *b, enum node_op op, struct token t, struct pattern_list *list,
        struct written_window window)
{
    struct node *n = build_node(b, op, t, window.kind != WINDOW_NONE ? window.end : list->end);
    n->list = list;
    n->window = window;
    return n;
}

static void adopt(struct node *parent, struct node *first, struct node *last, uint32_t count)
{
    if (parent->last)
        parent->last->next = first;
    else
        parent->first = first;
    parent->last = last;
    parent->n_children += count;
    parent->end = last->end;
    parent->to = last->to;
}

// A chain of one operator becomes one node, whatever its parentheses.
struct node *build_join(struct builder_state *b, enum node_op op, struct node *left, struct node *right)
{
    struct node *n = left;
    if (left->op != op) {
        n = build_node(b, op, (struct token){.at = left->at}, left->end);
        n->from = left->from;
        adopt(n, left, left, 1);
    }
    n->paren = false;
    if (right->op == op)
        adopt(n, right->first, right->last, right->n_children);
    else
        adopt(n, right, right, 1);
    n->to = right->to;
    return n;
}

struct node *build_paren(struct node *node, struct token open, struct token close)
{
    node->paren = true;
    node->from = open.at;
    node->to = close.end;
    return node;
}

struct node *build_not(struct builder_state *b, struct token t, struct node *child)
{
    struct node *n = build_node(b, NODE_NOT, t, child->end);
    adopt(n, child, child, 1);
    return n;
}

struct node *build_compare(struct builder_state *b, struct word name, struct comparison cmp)
{
    struct node *n = build_node(b, NODE_COMPARE, (struct token){.at = name.at}, cmp.end);
    n->name = name;
    n->cmp = cmp;
    return n;
}

void build_relation(struct builder_state *b, struct node *node, enum relation rel, struct token number)
{
    node->rel = rel;
    node->number = build_number(b, number);
    node->end = node->to = number.end;
}

struct stmt *build_stmt(struct builder_state *b, enum stmt_kind kind, struct token t, uint32_t head_end)
{
    struct stmt *s = ARENA_NEW(b->arena, struct stmt);
    s->kind = kind;
    s->at = t.at;
    s->newlines = t.newlines;
    s->head_end = head_end;
    s->broken = b->failed;
    if (b->last_stmt)
        b->last_stmt->next = s;
    else
        b->ast->stmts = s;
    b->last_stmt = s;
    return s;
}
