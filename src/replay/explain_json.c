#include "base/datetime.h"
#include "replay/explain_view.h"
#include "rules/tree.h"

#include <stdio.h>

static void key(struct buf *out, const char *name)
{
    buf_printf(out, "\"%s\":", name);
}

static void put_string(struct buf *out, const char *name, struct str s)
{
    key(out, name);
    json_put_string(out, s);
    buf_char(out, ',');
}

static void put_time(const struct explanation *x, struct buf *out, const char *name, int64_t time)
{
    char text[DATETIME_SIZE];
    if (time != NO_TIME) {
        put_string(out, name, explanation_time(x, time, text));
        return;
    }
    key(out, name);
    buf_put(out, STR("null,"));
}

static void put_bool(struct buf *out, const char *name, bool value)
{
    key(out, name);
    buf_put(out, value ? STR("true,") : STR("false,"));
}

// A part of the score keeps its digits, so that the parts add up to the score however many there are.
static void put_exact(struct buf *out, const char *name, double value)
{
    char text[40];
    snprintf(text, sizeof text, "%.15g", value);
    buf_printf(out, "\"%s\":%s,", name, strcmp(text, "-0") == 0 ? "0" : text);
}

// Takes back a comma, closes what is open.
static void close(struct buf *out, char bracket)
{
    if (out->p[out->n - 1] == ',')
        out->n--;
    buf_char(out, bracket);
}

static void put_events(const struct explanation *x, struct buf *out, const uint32_t *events, size_t n)
{
    buf_put(out, STR("\"evidence\":["));
    for (size_t i = 0; i < n; i++) {
        struct buf name = {0};
        x->options->event_name(x->options->ctx, x->columns->log[events[i]], &name);
        json_put_string(out, buf_str(&name));
        buf_char(out, ',');
        buf_free(&name);
    }
    close(out, ']');
    buf_char(out, ',');
}

static void put_evidence(const struct explanation *x, struct buf *out, const struct expr *e, uint32_t scope)
{
    event_list events = {0};
    walk_evidence_of(x->walk, e, scope, &events, 0);
    put_events(x, out, events.v, events.n);
    vec_free(&events);
}

static void put_missing(const struct explanation *x, struct buf *out, const struct expr *e, uint32_t scope)
{
    action_list actions = {0};
    explanation_missing(x, e, scope, true, &actions);
    buf_put(out, STR("\"missing\":["));
    for (size_t i = 0; i < actions.n; i++) {
        buf_char(out, '{');
        put_string(out, "action", actions.v[i].action);
        put_string(out, "what", actions.v[i].what);
        close(out, '}');
        buf_char(out, ',');
    }
    close(out, ']');
    buf_char(out, ',');
    vec_free(&actions);
}

static struct str op_word(const struct expr *e)
{
    return e->op == EXPR_AND   ? STR("and")
           : e->op == EXPR_OR  ? STR("or")
           : e->op == EXPR_NOT ? STR("not")
                               : STR("atom");
}

// A tree says all that its node's children say again, so that deep conditions become large.
static void put_tree(const struct explanation *x, struct buf *out, const struct expr *e)
{
    enum { TREES_MAX = 8 << 20 }; // bytes
    key(out, "tree");
    if (out->n < TREES_MAX)
        tree_of_expression(x->arena, x->program, e->text, out, NULL);
    else
        buf_put(out, STR("null"));
    buf_char(out, ',');
}

// wanted: whether the condition's truth is what somebody may want; not so below a `not`.
static void put_node(
        const struct explanation *x, struct buf *out, const struct expr *e, uint32_t scope, bool wanted)
{
    buf_char(out, '{');
    put_string(out, "text", e->text);
    put_string(out, "op", op_word(e));
    if (x->options->trees)
        put_tree(x, out, e);
    put_bool(out, "holds", walk_holds(x->walk, e, scope));
    put_time(x, out, "ends_at", explanation_ends(x, e, scope));
    put_evidence(x, out, e, scope);
    if (wanted)
        put_missing(x, out, e, scope);
    else
        buf_put(out, STR("\"missing\":[],"));
    buf_put(out, STR("\"children\":["));
    for (uint32_t i = 0; i < e->n_children; i++)
        put_node(x, out, e->children[i], scope, wanted && e->op != EXPR_NOT);
    close(out, ']');
    buf_put(out, STR("},"));
}

static void put_stage(const struct explanation *x, struct buf *out, uint32_t i)
{
    const struct stage *stage = &x->program->stages[i];
    const struct stage_state *state = walk_stage(x->walk, i);
    buf_char(out, '{');
    put_string(out, "name", stage->name);
    put_string(out, "label", stage->label);
    put_bool(out, "on", state->since != STEP_NONE);
    put_bool(out, "reached", state->first != STEP_NONE);
    key(out, "when");
    put_node(x, out, stage->when, i, true);
    key(out, "until");
    if (stage->until)
        put_node(x, out, stage->until, i, true);
    else
        buf_put(out, STR("null"));
    close(out, '}');
    buf_char(out, ',');
}

static void put_part(struct buf *out, double points, double decay)
{
    buf_char(out, '{');
    put_exact(out, "points", points);
    put_exact(out, "decay", decay);
    put_exact(out, "value", points * decay);
}

static void put_parts(const struct explanation *x, struct buf *out)
{
    const struct earning *earnings = NULL;
    size_t n = walk_earnings(x->walk, &earnings);
    for (size_t i = 0; i < n; i++) {
        const struct earning *e = &earnings[i];
        put_part(out, x->program->points[e->rule].n, walk_decay(x->walk, e->event));
        put_events(x, out, &e->event, 1);
        close(out, '}');
        buf_char(out, ',');
    }
    for (uint32_t i = 0; i < x->program->n_points; i++) {
        const struct points *p = &x->program->points[i];
        if (p->kind != POINTS_WHEN || !walk_holds(x->walk, p->when, WALK_ALL))
            continue;
        put_part(out, p->n, 1);
        put_evidence(x, out, p->when, WALK_ALL);
        close(out, '}');
        buf_char(out, ',');
    }
}

void explanation_json(const struct explanation *x, struct buf *out)
{
    const struct program *p = x->program;
    char at[DATETIME_SIZE];
    buf_char(out, '{');
    put_string(out, "contact", columns_name(x->columns, x->contact));
    put_string(out, "at", datetime_format(x->options->at, at));
    put_string(out, "model", p->title.n > 0 ? p->title : p->file);
    put_string(out, "stage", explanation_stage(x, x->standing.stage));
    put_time(x, out, "since", step_time(x->standing.since));
    put_string(out, "grade", explanation_grade(x));
    put_string(out, "persona", explanation_persona(x));
    key(out, "score");
    json_put_score(out, x->standing.score);
    buf_put(out, STR(",\"score_parts\":["));
    put_parts(x, out);
    close(out, ']');
    buf_put(out, STR(",\"stages\":["));
    for (uint32_t i = 0; i < p->n_stages; i++)
        put_stage(x, out, i);
    close(out, ']');
    buf_put(out, STR("}\n"));
}
