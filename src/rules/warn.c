// What a model may say but hardly means.
#include "rules/check.h"
#include "rules/print.h"
#include "rules/words.h"

static struct str name_of(const struct stmt *s)
{
    return word_shown(s->name.text);
}

// The first atom that changes by the passing of time alone: `within`, `silent`, `in … for`.
static const struct node *timed_atom(const struct node *n)
{
    if (n->window.kind == WINDOW_WITHIN || n->op == NODE_SILENT || n->op == NODE_IN_FOR)
        return n;
    for (const struct node *child = n->first; child; child = child->next) {
        const struct node *found = timed_atom(child);
        if (found)
            return found;
    }
    return NULL;
}

// Once true, true for ever: `any` and `reached` without `within`, alone or joined.
static bool stays_true(const struct node *n)
{
    switch (n->op) {
    case NODE_AND:
    case NODE_OR:
        for (const struct node *child = n->first; child; child = child->next)
            if (!stays_true(child))
                return false;
        return true;
    case NODE_ANY:
    case NODE_THEN:
        return n->window.kind != WINDOW_WITHIN;
    case NODE_REACHED:
        return true;
    default:
        return false;
    }
}

static void warn_stage(struct check *c, const struct stmt *s)
{
    const struct node *timed = s->until || s->is_while ? NULL : timed_atom(s->when);
    if (timed)
        diag_warn(c->d, c->source, timed->at,
                arena_printf(c->d->arena, "add `until …`, or write `while` for `when`"),
                "the stage `%.*s` has no `until`: once on, it stays on when this time is over",
                STR_ARG(name_of(s)));
    if (s->until && stays_true(s->until))
        diag_warn(c->d, c->source, s->until->at, STR("an `any` with a `within` becomes false again"),
                "this `until` can never become false again: the stage `%.*s` will be off for ever",
                STR_ARG(name_of(s)));
}

static void warn_not_equal(struct check *c, const struct node *n)
{
    if (n->op == NODE_COMPARE && n->is_trait && n->cmp.op == CMP_NOT_EQUAL)
        diag_warn(c->d, c->source, n->cmp.at,
                arena_printf(c->d->arena, "did you mean `is not`, which holds then too?"),
                "`!=` does not hold while `%.*s` is not set", STR_ARG(word_shown(n->name.text)));
    for (const struct node *child = n->first; child; child = child->next)
        warn_not_equal(c, child);
}

static void warn_unused(struct check *c)
{
    for (size_t i = 0; i < c->decls.n; i++) {
        const struct decl *decl = &c->decls.v[i];
        if (decl->stmt && !decl->used && decl->kind != DECL_STAGE)
            diag_warn(c->d, c->source, decl->stmt->name.at, STR_NONE, "the %s `%.*s` is never used",
                    decl_word(decl->kind), STR_ARG(word_shown(decl->name)));
    }
}

void warn_model(struct check *c)
{
    bool sealed = false;
    for (const struct stmt *s = c->ast->stmts; s; s = s->next) {
        if (s->broken)
            continue;
        if (s->kind == STMT_STAGE)
            warn_stage(c, s);
        if (s->kind == STMT_GRADE && sealed)
            diag_warn(c->d, c->source, s->at, STR("move it up, before `otherwise`"),
                    "the grade `%.*s` stands after `otherwise` and never applies", STR_ARG(name_of(s)));
        sealed |= s->kind == STMT_GRADE && !s->when;
        if (s->when)
            warn_not_equal(c, s->when);
        if (s->until)
            warn_not_equal(c, s->until);
    }
    // A statement that could not be read may use anything.
    if (diag_errors(c->d) + ERRORS_MAX == c->enough)
        warn_unused(c);
}
