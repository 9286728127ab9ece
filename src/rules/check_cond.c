// Checks patterns, conditions on properties and the values of comparisons.
#include "rules/check.h"
#include "rules/print.h"
#include "rules/words.h"

static const char *type_word(enum value_type type)
{
    static const char *const WORDS[] = {"number", "text", "flag", "date"};
    return WORDS[type];
}

static enum value_type written_type(const struct written *v)
{
    switch (v->kind) {
    case WRITTEN_NUMBER:
        return TYPE_NUMBER;
    case WRITTEN_FLAG:
        return TYPE_FLAG;
    case WRITTEN_DATE:
        return TYPE_DATE;
    default:
        return TYPE_TEXT;
    }
}

static bool is_order(enum cmp_op op)
{
    return op >= CMP_LESS && op <= CMP_GREATER_EQUAL;
}

static void compile_regex(struct check *c, struct node *n)
{
    struct err err;
    size_t at = 0;
    const struct written *v = n->cmp.values;
    if (!v)
        return;
    n->regex = regex_compile(c->arena, v->text, &at, &err);
    if (n->regex)
        return;
    struct str raw = str_sub(c->source->text, v->at, v->end);
    // The caret says where.
    struct str message = str_of(err.message);
    const char *place = strstr(err.message, " (at byte ");
    if (place)
        message.n = (size_t)(place - err.message);
    diag_error(c->d, c->source, v->at + (uint32_t)string_offset(raw, at), STR_NONE, "%.*s", STR_ARG(message));
}

static const char *order_sign(enum cmp_op op)
{
    return op == CMP_LESS ? "<" : op == CMP_LESS_EQUAL ? "<=" : op == CMP_GREATER ? ">" : ">=";
}

static struct str retyped(struct check *c, const struct written *v, enum value_type type)
{
    int64_t date;
    double number;
    if (type == TYPE_TEXT && v->kind != WRITTEN_TEXT)
        return arena_printf(c->d->arena, "did you mean `\"%.*s\"`?", STR_ARG(word_shown(v->canon)));
    if (v->kind != WRITTEN_TEXT)
        return STR_NONE;
    if ((type == TYPE_NUMBER && json_number(v->text, &number)) ||
            (type == TYPE_DATE && date_read(v->text, &date)))
        return arena_printf(c->d->arena, "did you mean `%.*s`?", STR_ARG(word_shown(v->text)));
    if (type == TYPE_FLAG && (str_eq_nocase(v->text, STR("yes")) || str_eq_nocase(v->text, STR("true"))))
        return STR("did you mean `yes`?");
    if (type == TYPE_FLAG && (str_eq_nocase(v->text, STR("no")) || str_eq_nocase(v->text, STR("false"))))
        return STR("did you mean `no`?");
    return STR_NONE;
}

void check_trait_values(struct check *c, struct node *n, enum value_type type)
{
    struct str name = word_shown(n->name.text);
    if ((n->cmp.op == CMP_CONTAINS || n->cmp.op == CMP_MATCHES) && type != TYPE_TEXT) {
        diag_error(c->d, c->source, n->cmp.at, STR_NONE, "`%s` is for texts; `%.*s` is a %s",
                n->cmp.op == CMP_CONTAINS ? "contains" : "matches", STR_ARG(name), type_word(type));
        return;
    }
    if (is_order(n->cmp.op) && type != TYPE_NUMBER && type != TYPE_DATE) {
        diag_error(c->d, c->source, n->cmp.at, STR_NONE, "`%s` is for numbers and dates; `%.*s` is a %s",
                order_sign(n->cmp.op), STR_ARG(name), type_word(type));
        return;
    }
    for (const struct written *v = n->cmp.values; v; v = v->next) {
        if (v->kind == WRITTEN_DURATION)
            diag_error(c->d, c->source, v->at, STR_NONE,
                    "a duration goes with a fact's amount; `%.*s` is a %s", STR_ARG(name), type_word(type));
        else if (written_type(v) != type)
            diag_error(c->d, c->source, v->at, retyped(c, v, type), "`%.*s` is a %s; expected %s, not `%.*s`",
                    STR_ARG(name), type_word(type),
                    type == TYPE_NUMBER ? "a number"
                    : type == TYPE_TEXT ? "a text in quotes"
                    : type == TYPE_FLAG ? "`yes` or `no`"
                                        : "a date like 2026-03-01",
                    STR_ARG(word_shown(v->canon)));
    }
    if (n->cmp.op == CMP_MATCHES)
        compile_regex(c, n);
}

static void check_property(struct check *c, struct node *n)
{
    for (const struct written *v = n->cmp.values; v; v = v->next) {
        if (v->kind == WRITTEN_DURATION) {
            diag_error(c->d, c->source, v->at, STR_NONE,
                    "a duration goes with a fact's amount; a property has a "
                    "number, a text, a flag or a date");
        } else if (is_order(n->cmp.op) && v->kind != WRITTEN_NUMBER && v->kind != WRITTEN_DATE) {
            double number;
            bool quoted = v->kind == WRITTEN_TEXT && json_number(v->text, &number);
            diag_error(c->d, c->source, v->at, retyped(c, v, quoted ? TYPE_NUMBER : TYPE_DATE),
                    "expected a number or a date to compare with");
        }
    }
    if (n->cmp.op == CMP_MATCHES)
        compile_regex(c, n);
}

void check_cond(struct check *c, struct node *n)
{
    if (n->op == NODE_COMPARE)
        check_property(c, n);
    for (struct node *child = n->first; child; child = child->next)
        check_cond(c, child);
}

static void suggest_pattern(struct check *c, const struct pattern *p, struct str *ret)
{
    struct nearest near = {.word = p->name};
    const struct decl *decl = c->decls.v, *end = decl + (c->decls.n < 500 ? c->decls.n : 500);
    for (; decl && decl < end; decl++)
        if (decl->kind == DECL_SIGNAL)
            nearest_try(&near, decl->name);
    for (enum direction d = DIR_INBOUND; d <= DIR_INTERNAL; d++)
        nearest_try(&near, direction_word(d));
    for (unsigned i = 0; !near.found && event_catalogue(i).n; i++) {
        struct str event = event_catalogue(i);
        size_t dot = str_find(event, '.');
        if (str_eq(str_sub(event, dot + 1, event.n), p->name)) {
            near.best = event;
            near.found = true;
        }
    }
    if (near.found)
        *ret = arena_printf(c->d->arena, "did you mean `%.*s`?", STR_ARG(near.best));
}

// A bare word that is no signal.
static void no_signal(struct check *c, const struct pattern *p, const struct decl *decl, bool quantified)
{
    struct str name = word_shown(p->name), suggestion = STR_NONE;
    if (decl) {
        if (!quantified)
            suggestion = STR_NONE;
        else if (decl->kind == DECL_STAGE)
            suggestion = arena_printf(c->d->arena,
                    "did you mean `reached %.*s`, or `not reached %.*s` for `no %.*s`?", STR_ARG(name),
                    STR_ARG(name), STR_ARG(name));
        else if (decl->kind == DECL_TRAIT && decl->type != TYPE_FLAG)
            suggestion =
                    arena_printf(c->d->arena, "did you mean `%.*s known`, or `%.*s unknown` for `no %.*s`?",
                            STR_ARG(name), STR_ARG(name), STR_ARG(name));
        else
            suggestion = arena_printf(c->d->arena, "did you mean just `%.*s`, or `not %.*s` for `no %.*s`?",
                    STR_ARG(name), STR_ARG(name), STR_ARG(name));
        diag_error(c->d, c->source, p->at, suggestion, "`%.*s` is a %s; expected an event or a signal",
                STR_ARG(name), decl_word(decl->kind));
        return;
    }
    suggest_pattern(c, p, &suggestion);
    if (!suggestion.n)
        suggestion = STR("an event's name is dotted like `email.replied`, or stands in quotes");
    diag_error(c->d, c->source, p->at, suggestion, "there is no signal `%.*s`", STR_ARG(name));
}

static void check_signal(struct check *c, struct pattern *p, uint32_t limit, bool quantified)
{
    uint32_t number = map_get(c->names, p->name);
    struct decl *decl = number == MAP_NONE ? NULL : &c->decls.v[number];
    if (!decl || decl->kind != DECL_SIGNAL) {
        if (!decl || !decl->broken)
            no_signal(c, p, decl, quantified);
        return;
    }
    decl->used = true;
    p->signal = decl->index;
    if (decl->index < limit)
        return;
    uint32_t line, column;
    source_place(c->source, decl->stmt->at, &line, &column);
    struct str name = word_shown(p->name);
    if (decl->index == limit)
        diag_error(c->d, c->source, p->at, STR_NONE, "the signal `%.*s` cannot use itself", STR_ARG(name));
    else
        diag_error(c->d, c->source, p->at, STR("move it up"),
                "the signal `%.*s` is declared further down, in line %u; a signal uses only those above it",
                STR_ARG(name), line);
}

void check_list(struct check *c, struct pattern_list *list, uint32_t limit, bool quantified)
{
    for (struct pattern *p = list->first; p && diag_errors(c->d) < c->enough; p = p->next) {
        if (p->kind == PATTERN_SIGNAL)
            check_signal(c, p, limit, quantified);
        if (p->kind == PATTERN_EVENT && p->name.n && !event_known(event_canonical(p->name)) &&
                map_get(c->unknown_set, p->name) == MAP_NONE) {
            map_intern(c->unknown_set, p->name);
            vec_push(&c->unknown, (struct unknown_name){p->name, p->at});
        }
        if (p->where)
            check_cond(c, p->where);
    }
}
