#include "base/datetime.h"
#include "replay/explain_view.h"

#include <math.h>

enum { EVENTS_SHOWN = 3 };

enum ink { PLAIN, GREEN, RED, DIM, BOLD };

static void ink(const struct explanation *x, struct buf *out, enum ink which)
{
    static const char *const CODES[] = {"\033[0m", "\033[32m", "\033[31m", "\033[2m", "\033[1m"};
    if (x->options->color)
        buf_put(out, str_of(CODES[which]));
}

// Text of strangers: what would move the terminal's cursor becomes a question mark.
static void put(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool c1 = c == 0xc2 && i + 1 < s.n && (unsigned char)s.p[i + 1] < 0xa0;
        if (c < 0x20 || c == 0x7f || c1)
            buf_char(out, '?');
        else
            buf_char(out, s.p[i]);
        i += c1;
    }
}

// "2026-03-01 10:00": to the minute, as people say it; seconds only where there are some.
static void put_moment(struct buf *out, int64_t seconds)
{
    char text[DATETIME_SIZE];
    datetime_format(seconds, text);
    bool whole = memcmp(text + 17, "00", 2) == 0;
    buf_put(out, (struct str){text, 10});
    buf_char(out, ' ');
    buf_put(out, (struct str){text + 11, whole ? 5 : 8});
}

static void put_event(const struct explanation *x, struct buf *out, uint32_t event)
{
    const struct event_type *type = &x->columns->types[x->columns->type[event]];
    struct buf name = {0};
    x->options->event_name(x->options->ctx, x->columns->log[event], &name);
    put(out, buf_str(&name));
    buf_free(&name);
    buf_char(out, ' ');
    put(out, type->kind == EVENT_TRACK      ? type->name
             : type->kind == EVENT_IDENTIFY ? STR("(traits)")
                                            : STR("(company)"));
    buf_char(out, ' ');
    put_moment(out, x->columns->epoch + x->columns->time[event]);
}

static void put_events(const struct explanation *x, struct buf *out, const uint32_t *events, size_t n)
{
    for (size_t i = 0; i < n && i < EVENTS_SHOWN; i++) {
        buf_put(out, i > 0 ? STR(", ") : STR(""));
        put_event(x, out, events[i]);
    }
    if (n > EVENTS_SHOWN)
        buf_printf(out, ", and %zu more", n - EVENTS_SHOWN);
}

// An action as a sentence without its full stop.
static void put_action(struct buf *out, const struct action *a)
{
    static const struct {
        struct str action, before, behind;
    } SENTENCES[] = {
            {STR("ask"), STR("ask for the "), STR("")},
            {STR("fill"), STR("fill in "), STR("")},
            {STR("check"), STR("check "), STR(", which says otherwise")},
            {STR("wait"), STR("wait for "), STR("")},
            {STR("do"), STR("bring about "), STR("")},
            {STR("raise"), STR("earn "), STR("")},
            {STR("reach"), STR("reach "), STR("")},
            {STR("leave"), STR("leave "), STR("")},
    };
    int64_t time = 0;
    for (size_t i = 0; i < sizeof SENTENCES / sizeof *SENTENCES; i++)
        if (str_eq(a->action, SENTENCES[i].action)) {
            put(out, SENTENCES[i].before);
            put(out, a->what);
            put(out, SENTENCES[i].behind);
        }
    if (str_eq(a->action, STR("wait_until")) && datetime_parse(a->what, &time)) {
        buf_put(out, STR("wait until "));
        put_moment(out, time);
    }
}

static void put_actions(const struct explanation *x, struct buf *out, const struct expr *e, uint32_t scope)
{
    action_list actions = {0};
    explanation_missing(x, e, scope, true, &actions);
    for (size_t i = 0; i < actions.n; i++) {
        buf_put(out, i > 0 ? STR("; ") : STR("   missing: "));
        put_action(out, &actions.v[i]);
    }
    vec_free(&actions);
}

static void put_mark(const struct explanation *x, struct buf *out, bool holds)
{
    ink(x, out, holds ? GREEN : RED);
    buf_put(out, holds ? STR("✓ ") : STR("✗ "));
    ink(x, out, PLAIN);
}

static void put_indent(struct buf *out, unsigned depth)
{
    buf_printf(out, "%*s", (int)depth * 2, "");
}

// One line a condition, its sides below it. What is missing is said where it can be acted upon: at the
// innermost condition that fails. An `until` that does not hold misses nothing.
static void put_node(const struct explanation *x, struct buf *out, const struct expr *e, uint32_t scope,
        unsigned depth, bool wanted)
{
    bool holds = walk_holds(x->walk, e, scope);
    int64_t ends = explanation_ends(x, e, scope);
    put_indent(out, depth);
    put_mark(x, out, holds);
    put(out, e->text);
    ink(x, out, DIM);
    if (e->n_children == 0 || (e->op == EXPR_NOT && e->children[0]->n_children == 0)) {
        event_list events = {0};
        walk_evidence_of(x->walk, e, scope, &events, 0);
        buf_put(out, events.n > 0 ? STR("   ") : STR(""));
        put_events(x, out, events.v, events.n);
        vec_free(&events);
        if (!holds && wanted)
            put_actions(x, out, e, scope);
        if (ends != NO_TIME && (holds || !wanted)) {
            buf_put(out, holds ? STR("   ends ") : STR("   begins "));
            put_moment(out, x->columns->epoch + ends);
        }
    }
    ink(x, out, PLAIN);
    buf_char(out, '\n');
    if (e->op == EXPR_AND || e->op == EXPR_OR)
        for (uint32_t i = 0; i < e->n_children; i++)
            put_node(x, out, e->children[i], scope, depth + 1, wanted);
    else if (e->op == EXPR_NOT && e->children[0]->n_children > 0)
        put_node(x, out, e->children[0], scope, depth + 1, false);
}

// `while X` is `when X until not X`: one tree says it all.
static bool is_while(const struct stage *stage)
{
    return stage->until && stage->until->op == EXPR_NOT && stage->until->children[0] == stage->when;
}

static void put_stage(const struct explanation *x, struct buf *out, uint32_t i)
{
    const struct stage *stage = &x->program->stages[i];
    const struct stage_state *state = walk_stage(x->walk, i);
    bool on = state->since != STEP_NONE;
    buf_char(out, '\n');
    put_mark(x, out, on);
    ink(x, out, BOLD);
    put(out, stage->label);
    ink(x, out, PLAIN);
    if (state->first == STEP_NONE) {
        buf_put(out, STR("  never reached"));
    } else {
        buf_put(out, on ? STR("  since ") : STR("  was reached "));
        put_moment(out, x->columns->epoch + step_time(on ? state->since : state->first));
    }
    if (i == x->standing.stage)
        buf_put(out, STR("  (the current stage)"));
    buf_put(out, is_while(stage) ? STR("\n  while\n") : STR("\n  when\n"));
    put_node(x, out, stage->when, i, 2, !on);
    if (stage->until && !is_while(stage)) {
        buf_put(out, STR("  until\n"));
        put_node(x, out, stage->until, i, 2, false);
    }
}

// --- the score, rule by rule

static void put_points(struct buf *out, double value)
{
    buf_printf(out, "  %10.2f  ", fabs(value) < 0.005 ? 0 : value);
}

static void put_rule(const struct explanation *x, struct buf *out, uint32_t rule)
{
    const struct points *p = &x->program->points[rule];
    const struct earning *earnings = NULL;
    size_t n = walk_earnings(x->walk, &earnings);
    event_list events = {0};
    double sum = 0;
    // Newest first, as a person looks for them.
    for (size_t i = n; i-- > 0;)
        if (earnings[i].rule == rule) {
            sum += p->n * walk_decay(x->walk, earnings[i].event);
            vec_push(&events, earnings[i].event);
        }
    bool holds = p->kind == POINTS_WHEN && walk_holds(x->walk, p->when, WALK_ALL);
    if (holds) {
        sum = p->n;
        walk_evidence_of(x->walk, p->when, WALK_ALL, &events, 0);
    }
    if (holds || events.n > 0) {
        put_points(out, sum);
        put(out, p->text);
        ink(x, out, DIM);
        buf_put(out, events.n > 0 ? STR("   ") : STR(""));
        put_events(x, out, events.v, events.n);
        ink(x, out, PLAIN);
        buf_char(out, '\n');
    }
    vec_free(&events);
}

// --- what to do next

static bool is_doable(const struct action *a)
{
    static const struct str NOW[] = {STR("ask"), STR("fill"), STR("check"), STR("do")};
    for (size_t i = 0; i < sizeof NOW / sizeof *NOW; i++)
        if (str_eq(a->action, NOW[i]))
            return true;
    return false;
}

// What brings a later stage nearer: what it misses, or what keeps it off though its condition holds.
static void stage_actions(const struct explanation *x, uint32_t stage, action_list *out)
{
    const struct stage *s = &x->program->stages[stage];
    out->n = 0;
    explanation_missing(x, s->when, stage, true, out);
    if (s->until && out->n == 0)
        explanation_missing(x, s->until, stage, false, out);
}

// The next best action: of the stages to come the first thing that a person can do now; if there is none,
// what the next stage waits for.
static void put_next(const struct explanation *x, struct buf *out)
{
    const struct program *p = x->program;
    uint32_t next = x->standing.stage == NO_INDEX ? 0 : x->standing.stage + 1, towards = next;
    action_list actions = {0};
    const struct action *best = NULL;
    buf_put(out, STR("next      "));
    if (next >= p->n_stages) {
        buf_put(out, STR("nothing: this is the last stage\n"));
        return;
    }
    for (uint32_t s = next; s < p->n_stages && !best; s++) {
        stage_actions(x, s, &actions);
        for (size_t i = 0; i < actions.n && !best; i++)
            if (is_doable(&actions.v[i]))
                best = &actions.v[i];
        towards = s;
    }
    if (!best) {
        towards = next;
        stage_actions(x, next, &actions);
        best = actions.n > 0 ? &actions.v[0] : NULL;
    }
    if (best)
        put_action(out, best);
    else if (walk_holds(x->walk, p->stages[next].when, next))
        buf_put(out, STR("wait for news: a person moved this contact by hand"));
    else
        buf_put(out, STR("nothing that can be done"));
    buf_put(out, STR(", towards "));
    put(out, p->stages[towards].label);
    buf_char(out, '\n');
    vec_free(&actions);
}

void explanation_text(const struct explanation *x, struct buf *out)
{
    const struct program *p = x->program;
    ink(x, out, BOLD);
    put(out, columns_name(x->columns, x->contact));
    ink(x, out, PLAIN);
    buf_put(out, STR("\nat        "));
    put_moment(out, x->options->at);
    buf_put(out, STR(" UTC\nmodel     "));
    put(out, p->title.n > 0 ? p->title : p->file);
    buf_put(out, STR("\nstage     "));
    put(out, x->standing.stage == NO_INDEX ? STR("none") : p->stages[x->standing.stage].label);
    buf_put(out, STR(", since "));
    put_moment(out, x->columns->epoch + step_time(x->standing.since));
    if (p->n_grades > 0) {
        buf_put(out, STR("\ngrade     "));
        put(out, explanation_grade(x));
    }
    if (p->n_personas > 0) {
        buf_put(out, STR("\npersona   "));
        put(out, explanation_persona(x));
    }
    buf_char(out, '\n');
    put_next(x, out);
    if (p->n_points > 0) {
        buf_put(out, STR("score     "));
        json_put_score(out, x->standing.score);
        buf_char(out, '\n');
    }
    for (uint32_t i = 0; i < p->n_points; i++)
        put_rule(x, out, i);
    for (uint32_t i = 0; i < p->n_stages; i++)
        put_stage(x, out, i);
}
