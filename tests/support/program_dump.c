#include "program_dump.h"

#include "base/datetime.h"

static const char *const OPS[] = {
        [CMP_IS] = "is",
        [CMP_IS_NOT] = "is-not",
        [CMP_CONTAINS] = "contains",
        [CMP_MATCHES] = "matches",
        [CMP_KNOWN] = "known",
        [CMP_UNKNOWN] = "unknown",
        [CMP_LESS] = "<",
        [CMP_LESS_EQUAL] = "<=",
        [CMP_GREATER] = ">",
        [CMP_GREATER_EQUAL] = ">=",
        [CMP_NOT_EQUAL] = "!=",
};
static const char *const TYPES[] = {"number", "text", "flag", "date"};
static const char *const RELATIONS[] = {"<", "<=", ">", ">=", "=", "!="};
static const char *const ANSWERS[] = {"unknown", "yes", "no", "known"};
static const char *const WINDOWS[] = {"", " within", " since", " before"};

static void put_cmp(struct buf *out, const struct cmp *cmp)
{
    buf_printf(out, "%s", OPS[cmp->op]);
    for (unsigned i = 0; i < cmp->n_values; i++) {
        const struct literal *v = &cmp->values[i];
        buf_char(out, ' ');
        if (v->type == TYPE_TEXT) {
            json_put_string(out, v->text);
        } else if (v->type == TYPE_DATE) {
            char text[DATETIME_SIZE];
            buf_put(out, datetime_format(v->date, text));
        } else if (v->type == TYPE_FLAG) {
            buf_printf(out, "%s", v->number != 0 ? "yes" : "no");
        } else {
            buf_printf(out, "%.17g", v->number);
        }
    }
    if (cmp->regex)
        buf_put(out, STR(" (regex)"));
}

static void put_cond(struct buf *out, const struct cond *cond)
{
    static const char *const WORDS[] = {"", "and", "or", "not"};
    if (cond->op == COND_CMP) {
        buf_printf(out, "[%u ", cond->cmp_index);
        json_put_string(out, cond->prop);
        buf_char(out, ' ');
        put_cmp(out, &cond->cmp);
        buf_char(out, ']');
        return;
    }
    buf_printf(out, "(%s", WORDS[cond->op]);
    for (unsigned i = 0; i < cond->n_children; i++) {
        buf_char(out, ' ');
        put_cond(out, cond->children[i]);
    }
    buf_char(out, ')');
}

static void put_pat(struct buf *out, const struct pat *pat)
{
    if (pat->kind == PAT_DIRECTION) {
        buf_put(out, direction_word(pat->direction));
    } else {
        json_put_string(out, pat->name);
        if (pat->kind == PAT_PREFIX)
            buf_char(out, '*');
    }
    if (pat->cond) {
        buf_put(out, STR(" where "));
        put_cond(out, pat->cond);
    }
    if (pat->machines)
        buf_put(out, STR(" +machines"));
}

static void put_window(struct buf *out, const struct window *w)
{
    buf_put(out, str_of(WINDOWS[w->kind]));
    if (w->kind == WINDOW_WITHIN)
        buf_printf(out, " %llds", (long long)w->value);
    if (w->kind == WINDOW_SINCE || w->kind == WINDOW_BEFORE) {
        char text[DATETIME_SIZE];
        buf_char(out, ' ');
        buf_put(out, datetime_format(w->value, text));
    }
}

static void put_operands(struct buf *out, const struct program *p, const struct expr *e)
{
    static const char *const WORDS[] = {"and", "or", "not", "const", "any", "no", "then", "silent", "count",
            "sum", "fact", "amount", "trait", "score", "persona", "reached", "is", "in-for"};
    buf_printf(out, "%s", WORDS[e->op]);
    for (uint32_t i = 0; i < e->n_children; i++)
        buf_printf(out, " e%u", e->children[i]->id);
    if (e->op >= EXPR_ANY && e->op <= EXPR_SUM && e->op != EXPR_THEN)
        buf_printf(out, " m%u", e->matcher);
    for (uint32_t i = 0; i < e->n_chain; i++) {
        if (i)
            buf_printf(out, " %llds", (long long)e->within[i]);
        buf_printf(out, " m%u", e->chain[i]);
    }
    put_window(out, &e->window);
    if (e->duration)
        buf_printf(out, " %llds", (long long)e->duration);
    if (e->op == EXPR_CONST)
        buf_put(out, e->holds ? STR(" yes") : STR(" no"));
    if (e->op == EXPR_SUM)
        buf_printf(out, " of %.*s", STR_ARG(p->props[e->prop_index]));
    if (e->op == EXPR_FACT || e->op == EXPR_AMOUNT)
        buf_printf(out, " %.*s", STR_ARG(p->facts[e->index].name));
    if (e->op == EXPR_FACT)
        buf_printf(out, " %s", ANSWERS[e->answer]);
    if (e->op == EXPR_TRAIT) {
        buf_printf(out, " [%u] %.*s ", e->cmp_index, STR_ARG(p->traits[e->index].name));
        put_cmp(out, e->cmp);
    }
    if (e->op == EXPR_PERSONA)
        buf_printf(out, " %.*s", STR_ARG(e->index == NO_INDEX ? STR("known") : p->persona_names[e->index]));
    if (e->op == EXPR_REACHED || e->op == EXPR_IS || e->op == EXPR_IN_FOR)
        buf_printf(out, " %.*s", STR_ARG(p->stages[e->index].name));
    if (e->op == EXPR_COUNT || e->op == EXPR_SUM || e->op == EXPR_AMOUNT || e->op == EXPR_SCORE)
        buf_printf(out, " %s %.17g", RELATIONS[e->rel], e->number);
}

static void put_declarations(struct buf *out, const struct program *p)
{
    enum { TRAITS = 14 };
    for (uint32_t i = TRAITS; i < p->n_traits; i++)
        buf_printf(out, "trait %.*s %s\n", STR_ARG(p->traits[i].name), TYPES[p->traits[i].type]);
    for (uint32_t i = 0; i < p->n_facts; i++)
        if (p->facts[i].rule)
            buf_printf(out, "fact %.*s e%u\n", STR_ARG(p->facts[i].name), p->facts[i].rule->id);
        else if (i >= 5)
            buf_printf(out, "fact %.*s\n", STR_ARG(p->facts[i].name));
    for (uint32_t i = 0; i < p->n_personas; i++)
        buf_printf(out, "persona %.*s e%u\n", STR_ARG(p->persona_names[p->personas[i].name]),
                p->personas[i].when->id);
    for (uint32_t i = 0; i < p->n_points; i++) {
        const struct points *points = &p->points[i];
        if (points->kind == POINTS_WHEN)
            buf_printf(out, "points %.17g when e%u", points->n, points->when->id);
        else
            buf_printf(out, "points %.17g %s m%u", points->n, points->kind == POINTS_EACH ? "each" : "once",
                    points->matcher);
        if (points->at_most)
            buf_printf(out, " at most %u per %llds", points->at_most, (long long)points->per);
        buf_printf(out, "  # %.*s\n", STR_ARG(points->text));
    }
    for (uint32_t i = 0; i < p->n_stages; i++) {
        const struct stage *s = &p->stages[i];
        buf_printf(out, "stage %.*s \"%.*s\" when e%u", STR_ARG(s->name), STR_ARG(s->label), s->when->id);
        if (s->until)
            buf_printf(out, " until e%u", s->until->id);
        buf_char(out, '\n');
    }
    for (uint32_t i = 0; i < p->n_grades; i++)
        buf_printf(out, "grade %.*s e%u\n",
                STR_ARG(p->grades[i].name == NO_INDEX ? STR("none") : p->grade_names[p->grades[i].name]),
                p->grades[i].when->id);
    if (p->filter)
        buf_printf(out, "filter e%u\n", p->filter->id);
}

void program_dump(const struct program *p, struct buf *out)
{
    if (p->title.n)
        buf_printf(out, "model %.*s\n", STR_ARG(p->title));
    if (p->about.n)
        buf_printf(out, "about %.*s\n", STR_ARG(p->about));
    if (p->half_life)
        buf_printf(out, "half-life %llds\n", (long long)p->half_life);
    put_declarations(out, p);
    for (uint32_t i = 0; i < p->n_matchers; i++) {
        buf_printf(out, "m%u", i);
        for (unsigned k = 0; k < p->matchers[i].n_pats; k++) {
            buf_put(out, k ? STR(", ") : STR(" "));
            put_pat(out, &p->matchers[i].pats[k]);
        }
        buf_char(out, '\n');
    }
    for (uint32_t i = 0; i < p->n_exprs; i++) {
        buf_printf(out, "e%u ", p->exprs[i]->id);
        put_operands(out, p, p->exprs[i]);
        buf_put(out, STR("  # "));
        buf_put(out, p->exprs[i]->text);
        buf_char(out, '\n');
    }
    for (uint32_t i = 0; i < p->n_names_unknown; i++)
        buf_printf(out, "unknown event %.*s\n", STR_ARG(p->names_unknown[i]));
}
