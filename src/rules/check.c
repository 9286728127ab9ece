// Checks that everything an expression refers to is declared, and may be referred to from where it stands.
#include "rules/check.h"
#include "rules/words.h"

#include <math.h>

// Candidates for "did you mean"; a text with thousands of names gets the first ones.
static void try_decls(const struct check *c, struct nearest *near, enum decl_kind kind)
{
    const struct decl *decl = c->decls.v, *end = decl + (c->decls.n < 500 ? c->decls.n : 500);
    for (; decl && decl < end; decl++)
        if (decl->kind == kind)
            nearest_try(near, decl->name);
}

static const char *may_refer(enum use use)
{
    static const char *const TEXTS[] = {
            [USE_PERSONA] = "a persona's condition may refer to events, traits and recorded facts only",
            [USE_FACT] = "a fact's condition may refer to events, traits, recorded facts and personas only",
            [USE_POINTS] = "the condition of points may refer to events, traits, facts and personas only",
            [USE_STAGE] = "",
            [USE_GRADE] = "",
            [USE_FILTER] = "",
    };
    return TEXTS[use];
}

// The last pattern of an atom has a `where` without parentheses: "and y is …" behind it may have been meant
// for the event.
static bool bare_where(const struct node *n)
{
    if (!n || !n->list)
        return false;
    const struct pattern_list *l = n->list->last_link ? n->list->last_link : n->list;
    return l->last->where_bare && n->window.kind == WINDOW_NONE && n->op != NODE_COUNT && n->op != NODE_SUM;
}

static struct str where_suggestion(struct check *c, const struct node *before, const struct node *n)
{
    const struct pattern_list *l = before->list->last_link ? before->list->last_link : before->list;
    const struct node *where = l->last->where;
    struct str first = str_sub(c->source->text, where->at, where->end);
    struct str second = str_sub(c->source->text, n->at, n->end);
    return arena_printf(c->d->arena, "to ask %s of one event, write `where (%.*s %s %.*s)`",
            c->by_or ? "either" : "both", STR_ARG(word_shown(first)), c->by_or ? "or" : "and",
            STR_ARG(word_shown(second)));
}

static void unknown_word(struct check *c, const struct node *n, const struct node *before)
{
    struct str name = n->name.text, suggestion;
    struct nearest near = {.word = name}, form = {.word = name}, stage = {.word = name};
    try_decls(c, &near, DECL_FACT);
    try_decls(c, &near, DECL_TRAIT);
    nearest_try(&near, STR("score"));
    nearest_try(&near, STR("persona"));
    try_decls(c, &form, DECL_SIGNAL);
    try_decls(c, &stage, DECL_STAGE);
    if (n->op == NODE_COMPARE && bare_where(before))
        suggestion = where_suggestion(c, before, n);
    else if (near.found && (!form.found || near.distance <= form.distance))
        suggestion = arena_printf(c->d->arena, "did you mean `%.*s`?%s", STR_ARG(near.best),
                near.distance == 0 ? " Small and capital letters differ." : "");
    else if (form.found && n->op == NODE_WORD)
        suggestion = arena_printf(c->d->arena, "did you mean `any %.*s`?", STR_ARG(form.best));
    else if (stage.found && n->op == NODE_WORD)
        suggestion = arena_printf(c->d->arena, "did you mean `reached %.*s`?", STR_ARG(stage.best));
    else if (n->op == NODE_COMPARE)
        suggestion =
                arena_printf(c->d->arena, "a trait is declared by `trait %.*s text`, a fact by `fact %.*s`",
                        STR_ARG(word_shown(name)), STR_ARG(word_shown(name)));
    else
        suggestion =
                arena_printf(c->d->arena, "a fact is declared by `fact %.*s`", STR_ARG(word_shown(name)));
    diag_error(c->d, c->source, n->at, suggestion, "there is no fact or trait `%.*s`",
            STR_ARG(word_shown(name)));
}

// A signal or stage where a fact or trait is expected.
static void wrong_kind(
        struct check *c, const struct node *n, const struct decl *decl, const struct node *before)
{
    struct str name = word_shown(n->name.text), suggestion;
    if (n->op == NODE_COMPARE && bare_where(before))
        suggestion = where_suggestion(c, before, n);
    else if (decl->kind == DECL_STAGE)
        suggestion = arena_printf(
                c->d->arena, "did you mean `reached %.*s` or `is %.*s`?", STR_ARG(name), STR_ARG(name));
    else if (before && before->list && n->op == NODE_WORD)
        suggestion = arena_printf(c->d->arena,
                "did you mean `any %.*s`, or a comma in place of `%s` to go on with the list?", STR_ARG(name),
                c->by_or ? "or" : "and");
    else
        suggestion = arena_printf(c->d->arena, "did you mean `any %.*s`?", STR_ARG(name));
    diag_error(c->d, c->source, n->at, suggestion, "`%.*s` is a %s, which is no condition by itself",
            STR_ARG(name), decl_word(decl->kind));
}

static void refer_fact(struct check *c, struct node *n, const struct decl *decl, const struct scope *scope)
{
    bool derived = decl->stmt && decl->stmt->when;
    if (!derived || scope->use > USE_FACT)
        return;
    uint32_t line, column;
    source_place(c->ast->source, decl->stmt->at, &line, &column);
    diag_error(c->d, c->source, n->at, STR_NONE, "`%.*s` is derived (line %u); %s",
            STR_ARG(word_shown(n->name.text)), line, may_refer(scope->use));
}

static void check_fact_values(struct check *c, struct node *n)
{
    const struct comparison *cmp = &n->cmp;
    const struct written *v = cmp->values;
    struct str name = word_shown(n->name.text), suggestion = STR_NONE;
    if (cmp->op == CMP_KNOWN || cmp->op == CMP_UNKNOWN)
        return;
    bool single = v && !cmp->list;
    if (single && cmp->op == CMP_IS && !cmp->sign && v->kind == WRITTEN_FLAG)
        return;
    if (single && cmp->sign && (v->kind == WRITTEN_NUMBER || v->kind == WRITTEN_DURATION))
        return;
    if (single && v->kind == WRITTEN_FLAG && (cmp->op == CMP_IS_NOT || cmp->op == CMP_NOT_EQUAL))
        suggestion = arena_printf(
                c->d->arena, "did you mean `not %.*s is %.*s`?", STR_ARG(name), STR_ARG(v->canon));
    else if (single && v->kind == WRITTEN_FLAG)
        suggestion =
                arena_printf(c->d->arena, "did you mean `%.*s is %.*s`?", STR_ARG(name), STR_ARG(v->canon));
    else if (single && (v->kind == WRITTEN_NUMBER || v->kind == WRITTEN_DURATION))
        suggestion = arena_printf(c->d->arena, "did you mean `%.*s %s %.*s`?", STR_ARG(name),
                cmp->op == CMP_IS ? "=" : "!=", STR_ARG(v->canon));
    diag_error(c->d, c->source, cmp->at, suggestion,
            "`%.*s` is a fact; expected `is yes`, `is no`, `known`, `unknown`, or its amount compared like "
            "`>= 5000`",
            STR_ARG(name));
}

// FACT, flag trait, or a comparison of one.
static void check_word(struct check *c, struct node *n, const struct scope *scope, const struct node *before)
{
    uint32_t number = map_get(c->names, n->name.text);
    struct decl *decl = number == MAP_NONE ? NULL : &c->decls.v[number];
    if (!decl) {
        unknown_word(c, n, before);
        return;
    }
    decl->used = true;
    n->index = decl->index;
    n->is_trait = decl->kind == DECL_TRAIT;
    if (decl->broken)
        return;
    if (decl->kind == DECL_FACT) {
        refer_fact(c, n, decl, scope);
        if (n->op == NODE_COMPARE)
            check_fact_values(c, n);
    } else if (decl->kind != DECL_TRAIT) {
        wrong_kind(c, n, decl, before);
    } else if (n->op == NODE_COMPARE) {
        check_trait_values(c, n, decl->type);
    } else if (decl->type != TYPE_FLAG) {
        static const char *const WORDS[] = {"number", "text", "flag", "date"};
        diag_error(c->d, c->source, n->at,
                arena_printf(c->d->arena, "did you mean `%.*s known`?", STR_ARG(word_shown(n->name.text))),
                "the trait `%.*s` is a %s; expected a comparison behind it",
                STR_ARG(word_shown(n->name.text)), WORDS[decl->type]);
    }
}

static void check_stage(struct check *c, struct node *n, const struct scope *scope)
{
    struct str name = word_shown(n->name.text);
    if (scope->use < USE_STAGE) {
        diag_error(
                c->d, c->source, n->at, STR_NONE, "a stage cannot be used here: %s", may_refer(scope->use));
        return;
    }
    uint32_t number = map_get(c->names, n->name.text);
    struct decl *decl = number == MAP_NONE ? NULL : &c->decls.v[number];
    if (!decl || decl->kind != DECL_STAGE) {
        struct nearest near = {.word = n->name.text};
        try_decls(c, &near, DECL_STAGE);
        struct str suggestion = STR_NONE;
        if (near.found)
            suggestion = arena_printf(c->d->arena, "did you mean `%.*s`?", STR_ARG(near.best));
        else if (str_eq(n->name.text, STR("none")))
            suggestion = STR("a contact on no stage: `not` and each stage by `is`");
        diag_error(c->d, c->source, n->name.at, suggestion, "there is no stage `%.*s`", STR_ARG(name));
        return;
    }
    decl->used = true;
    n->index = decl->index;
    if (decl->index < scope->stages)
        return;
    uint32_t line, column;
    source_place(c->ast->source, decl->stmt->at, &line, &column);
    if (decl->index == scope->stages)
        diag_error(c->d, c->source, n->name.at, STR_NONE,
                "the stage `%.*s` cannot refer to itself; a stage refers only to those declared before it",
                STR_ARG(name));
    else
        diag_error(c->d, c->source, n->name.at, STR_NONE,
                "the stage `%.*s` is declared further down, in line %u; a stage refers only to those "
                "declared before it",
                STR_ARG(name), line);
}

static void check_persona(struct check *c, struct node *n, const struct scope *scope)
{
    if (scope->use == USE_PERSONA) {
        diag_error(
                c->d, c->source, n->at, STR_NONE, "a persona cannot be used here: %s", may_refer(scope->use));
        return;
    }
    n->index = NO_INDEX;
    if (!n->name.text.p)
        return;
    n->index = map_get(c->persona_names, n->name.text);
    if (n->index != MAP_NONE)
        return;
    struct nearest near = {.word = n->name.text};
    for (uint32_t i = 0; i < map_count(c->persona_names) && i < 500; i++)
        nearest_try(&near, map_key(c->persona_names, i));
    struct str suggestion = STR_NONE;
    if (near.found)
        suggestion = arena_printf(c->d->arena, "did you mean `\"%.*s\"`?", STR_ARG(word_shown(near.best)));
    else if (str_eq(n->name.text, STR("none")))
        suggestion = STR("did you mean `not persona known`?");
    diag_error(c->d, c->source, n->name.at, suggestion, "there is no persona \"%.*s\"",
            STR_ARG(word_shown(n->name.text)));
}

// before: the node in front of n, if both are joined by `and` or `or`.
void check_expr(struct check *c, struct node *n, const struct scope *scope, const struct node *before)
{
    if (diag_errors(c->d) >= c->enough)
        return;
    switch (n->op) {
    case NODE_AND:
    case NODE_OR:
    case NODE_NOT: {
        const struct node *last = n->op == NODE_NOT ? before : NULL;
        for (struct node *child = n->first; child; child = child->next) {
            c->by_or = n->op == NODE_NOT ? c->by_or : n->op == NODE_OR;
            check_expr(c, child, scope, last ? last : before);
            last = child;
        }
        break;
    }
    case NODE_CONST:
        break;
    case NODE_ANY:
    case NODE_NO:
    case NODE_THEN:
    case NODE_SILENT:
    case NODE_COUNT:
    case NODE_SUM:
        for (struct pattern_list *l = n->list; l; l = l->next)
            check_list(c, l, NO_INDEX, n->op == NODE_ANY || n->op == NODE_NO);
        break;
    case NODE_WORD:
    case NODE_COMPARE:
        check_word(c, n, scope, before);
        break;
    case NODE_SCORE:
        if (scope->use < USE_STAGE)
            diag_error(c->d, c->source, n->at, STR_NONE, "the score cannot be used here: %s",
                    may_refer(scope->use));
        break;
    case NODE_PERSONA:
        check_persona(c, n, scope);
        break;
    case NODE_REACHED:
    case NODE_IS:
    case NODE_IN_FOR:
        check_stage(c, n, scope);
        break;
    }
}

static void check_cap(struct check *c, const struct stmt *s)
{
    double k = s->at_most.value;
    if (s->at_most.text.p && (k < 1 || k != floor(k)))
        diag_error(c->d, c->source, s->at_most.at, STR_NONE,
                "expected a whole number from 1 on after `at most`");
}

static void check_stmt(struct check *c, const struct stmt *s)
{
    struct scope scope = {.use = s->kind == STMT_PERSONA  ? USE_PERSONA
                                 : s->kind == STMT_FACT   ? USE_FACT
                                 : s->kind == STMT_POINTS ? USE_POINTS
                                 : s->kind == STMT_STAGE  ? USE_STAGE
                                                          : USE_GRADE,
            .stages = (uint32_t)c->stages.n};
    const struct decl *decl =
            s->kind == STMT_STAGE || s->kind == STMT_SIGNAL ? declared(c, s->name.text) : NULL;
    if (decl && decl->stmt != s)
        decl = NULL; // a second one of that name
    if (s->kind == STMT_STAGE && decl)
        scope.stages = decl->index;
    if (s->list)
        check_list(c, s->list, s->kind == STMT_SIGNAL && decl ? decl->index : NO_INDEX, false);
    check_cap(c, s);
    if (s->when)
        check_expr(c, s->when, &scope, NULL);
    if (s->until)
        check_expr(c, s->until, &scope, NULL);
}

struct check *check_model(struct arena *arena, const struct ast *ast, struct diagnostics *d)
{
    struct check *c = mem_zero(1, sizeof *c);
    *c = (struct check){.arena = arena, .d = d, .ast = ast, .source = ast->source, .enough = ast->enough};
    c->names = map_new();
    c->persona_names = map_new();
    c->grade_names = map_new();
    c->unknown_set = map_new();
    declare_all(c);
    for (const struct stmt *s = ast->stmts; s; s = s->next)
        if (!s->broken)
            check_stmt(c, s);
    warn_model(c);
    return c;
}

void check_filter(struct check *c, const struct source *source, struct node *expr)
{
    struct scope scope = {.use = USE_FILTER, .stages = (uint32_t)c->stages.n};
    const struct source *model = c->source;
    c->enough = diag_errors(c->d) + ERRORS_MAX;
    c->source = source;
    check_expr(c, expr, &scope, NULL);
    c->source = model;
}

void check_free(struct check *c)
{
    if (!c)
        return;
    map_free(c->names);
    map_free(c->persona_names);
    map_free(c->grade_names);
    map_free(c->unknown_set);
    vec_free(&c->decls);
    vec_free(&c->traits);
    vec_free(&c->facts);
    vec_free(&c->signals);
    vec_free(&c->stages);
    vec_free(&c->unknown);
    free(c);
}
