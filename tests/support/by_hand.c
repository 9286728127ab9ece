#include "support/by_hand.h"

#include "base/datetime.h"
#include "base/utf8.h"
#include "support/result_text.h"

#include <assert.h>
#include <inttypes.h>

struct by_hand *by_hand_new(void)
{
    struct by_hand *h = mem_zero(1, sizeof *h);
    h->arena = arena_new();
    h->builder = builder_new();
    struct program *p = &h->program;
    p->traits = h->traits;
    p->facts = h->facts;
    p->personas = h->personas;
    p->points = h->points;
    p->stages = h->stages;
    p->grades = h->grades;
    p->matchers = h->matchers;
    p->props = h->props;
    p->trait_cmps = h->trait_cmps;
    p->exprs = h->exprs;
    p->persona_names = h->persona_names;
    p->grade_names = h->grade_names;
    p->title = STR("By hand");
    h->facts[p->n_facts++].name = STR("budget");
    h->facts[p->n_facts++].name = STR("fit");
    return h;
}

void by_hand_free(struct by_hand *h)
{
    replay_result_free(&h->result);
    columns_free(h->columns);
    builder_free(h->builder);
    arena_free(h->arena);
    free(h);
}

int64_t days(int64_t n)
{
    return n * 86400;
}

int64_t moment(const char *text)
{
    int64_t seconds = 0;
    bool ok = datetime_parse(str_of(text), &seconds);
    assert(ok);
    return ok ? seconds : 0;
}

struct window within(int64_t seconds)
{
    return (struct window){WINDOW_WITHIN, seconds};
}

struct window since(const char *date)
{
    return (struct window){WINDOW_SINCE, moment(date)};
}

struct window before(const char *date)
{
    return (struct window){WINDOW_BEFORE, moment(date)};
}

static struct pat pattern(struct str text)
{
    struct pat p = {.kind = PAT_NAME, .machines = text.p[0] == '+'};
    if (p.machines)
        text = str_sub(text, 1, text.n);
    p.name = text;
    if (str_ends(text, STR("*"))) {
        p.kind = PAT_PREFIX;
        p.name.n--;
    } else if (direction_parse(text, &p.direction)) {
        p.kind = PAT_DIRECTION;
    }
    return p;
}

uint32_t matching(struct by_hand *h, const char *patterns)
{
    struct str rest = arena_str(h->arena, str_of(patterns));
    struct matcher *m = &h->matchers[h->program.n_matchers];
    m->pats = ARENA_ARRAY(h->arena, struct pat, BY_HAND_MOST);
    while (rest.n > 0) {
        size_t n = str_find(rest, ' ');
        m->pats[m->n_pats++] = pattern(str_sub(rest, 0, n));
        rest = n < rest.n ? str_sub(rest, n + 1, rest.n) : STR_NONE;
    }
    return h->program.n_matchers++;
}

static struct expr *expr(struct by_hand *h, enum expr_op op, struct str text)
{
    struct expr *e = ARENA_NEW(h->arena, struct expr);
    assert(h->program.n_exprs < BY_HAND_MOST);
    e->op = op;
    e->text = text;
    e->id = h->program.n_exprs;
    h->exprs[h->program.n_exprs++] = e;
    return e;
}

static struct expr *over(struct by_hand *h, enum expr_op op, const char *word, const char *patterns)
{
    struct expr *e = expr(h, op, arena_printf(h->arena, "%s %s", word, patterns));
    e->matcher = matching(h, patterns);
    return e;
}

const struct expr *any(struct by_hand *h, const char *patterns, struct window window)
{
    struct expr *e = over(h, EXPR_ANY, "any", patterns);
    e->window = window;
    return e;
}

const struct expr *no(struct by_hand *h, const char *patterns, struct window window)
{
    struct expr *e = over(h, EXPR_NO, "no", patterns);
    e->window = window;
    return e;
}

const struct expr *count(
        struct by_hand *h, const char *patterns, struct window window, enum relation rel, double n)
{
    struct expr *e = over(h, EXPR_COUNT, "count", patterns);
    e->text = arena_printf(h->arena, "%.*s >= %g", STR_ARG(e->text), n);
    e->window = window;
    e->rel = rel;
    e->number = n;
    return e;
}

const struct expr *sum(struct by_hand *h, const char *prop, const char *patterns, struct window window,
        enum relation rel, double n)
{
    struct expr *e = over(h, EXPR_SUM, "sum", patterns);
    e->text = arena_printf(h->arena, "sum %s of %s >= %g", prop, patterns, n);
    e->window = window;
    e->rel = rel;
    e->number = n;
    e->prop_index = h->program.n_props;
    h->props[h->program.n_props++] = str_of(prop);
    return e;
}

const struct expr *silent(struct by_hand *h, const char *patterns, int64_t duration)
{
    struct expr *e = over(h, EXPR_SILENT, "silent", patterns);
    e->text = arena_printf(h->arena, "%.*s for %" PRId64 " seconds", STR_ARG(e->text), duration);
    e->duration = duration;
    return e;
}

const struct expr *then(struct by_hand *h, int64_t seconds, const char *const *links)
{
    struct expr *e = expr(h, EXPR_THEN, STR("any"));
    e->chain = ARENA_ARRAY(h->arena, uint32_t, BY_HAND_MOST);
    e->within = ARENA_ARRAY(h->arena, int64_t, BY_HAND_MOST);
    for (; links[e->n_chain]; e->n_chain++) {
        e->text = arena_printf(
                h->arena, "%.*s%s %s", STR_ARG(e->text), e->n_chain > 0 ? " then" : "", links[e->n_chain]);
        e->chain[e->n_chain] = matching(h, links[e->n_chain]);
        e->within[e->n_chain] = seconds;
    }
    return e;
}

static const struct expr *junction(
        struct by_hand *h, enum expr_op op, const char *word, const struct expr *a, const struct expr *b)
{
    struct expr *e = expr(h, op,
            b ? arena_printf(h->arena, "%.*s %s %.*s", STR_ARG(a->text), word, STR_ARG(b->text))
              : arena_printf(h->arena, "%s %.*s", word, STR_ARG(a->text)));
    e->children = ARENA_ARRAY(h->arena, struct expr *, 2);
    e->children[e->n_children++] = h->exprs[a->id];
    if (b)
        e->children[e->n_children++] = h->exprs[b->id];
    return e;
}

const struct expr *all_of(struct by_hand *h, const struct expr *a, const struct expr *b)
{
    return junction(h, EXPR_AND, "and", a, b);
}

const struct expr *one_of(struct by_hand *h, const struct expr *a, const struct expr *b)
{
    return junction(h, EXPR_OR, "or", a, b);
}

const struct expr * not(struct by_hand * h, const struct expr *a)
{
    return junction(h, EXPR_NOT, "not", a, NULL);
}

const struct expr *constant(struct by_hand *h, bool holds)
{
    struct expr *e = expr(h, EXPR_CONST, holds ? STR("yes") : STR("no"));
    e->holds = holds;
    return e;
}

static uint32_t fact_index(const struct by_hand *h, const char *name)
{
    for (uint32_t i = 0; i < h->program.n_facts; i++)
        if (str_eq(h->facts[i].name, str_of(name)))
            return i;
    assert(false && "a fact of this name");
    return 0;
}

const struct expr *fact_is(struct by_hand *h, const char *name, enum answer answer)
{
    struct expr *e = expr(h, EXPR_FACT, str_of(name));
    e->index = fact_index(h, name);
    e->answer = answer;
    return e;
}

const struct expr *amount(struct by_hand *h, const char *name, enum relation rel, double n)
{
    struct expr *e = expr(h, EXPR_AMOUNT, arena_printf(h->arena, "%s >= %g", name, n));
    e->index = fact_index(h, name);
    e->rel = rel;
    e->number = n;
    return e;
}

const struct expr *trait_is(struct by_hand *h, const char *trait, const char *text)
{
    struct expr *e = expr(h, EXPR_TRAIT, arena_printf(h->arena, "%s is \"%s\"", trait, text));
    e->index = h->program.n_traits;
    h->traits[h->program.n_traits++] = (struct trait){str_of(trait), TYPE_TEXT};
    struct cmp *cmp = ARENA_NEW(h->arena, struct cmp);
    cmp->op = CMP_IS;
    cmp->n_values = 1;
    cmp->values = ARENA_NEW(h->arena, struct literal);
    cmp->values->type = TYPE_TEXT;
    cmp->values->text = str_of(text);
    cmp->values->folded = utf8_fold(h->arena, str_of(text));
    e->cmp = cmp;
    e->cmp_index = h->program.n_trait_cmps;
    h->trait_cmps[h->program.n_trait_cmps++] = e;
    return e;
}

const struct expr *score(struct by_hand *h, enum relation rel, double n)
{
    struct expr *e = expr(h, EXPR_SCORE, arena_printf(h->arena, "score %g", n));
    e->rel = rel;
    e->number = n;
    return e;
}

static uint32_t name_index(struct str *names, uint32_t *n, const char *name)
{
    for (uint32_t i = 0; i < *n; i++)
        if (str_eq(names[i], str_of(name)))
            return i;
    names[*n] = str_of(name);
    return (*n)++;
}

const struct expr *persona_is(struct by_hand *h, const char *name)
{
    struct expr *e = expr(
            h, EXPR_PERSONA, name ? arena_printf(h->arena, "persona is \"%s\"", name) : STR("persona known"));
    e->index = name ? name_index(h->persona_names, &h->program.n_persona_names, name) : NO_INDEX;
    return e;
}

const struct expr *stage_atom(struct by_hand *h, enum expr_op op, const char *stage, int64_t duration)
{
    struct expr *e = expr(h, op, arena_printf(h->arena, "stage %s", stage));
    e->duration = duration;
    for (e->index = 0; !str_eq(h->stages[e->index].name, str_of(stage)); e->index++)
        assert(e->index < h->program.n_stages);
    return e;
}

void add_stage(struct by_hand *h, const char *name, const struct expr *when, const struct expr *until)
{
    h->stages[h->program.n_stages++] =
            (struct stage){.name = str_of(name), .label = str_of(name), .when = when, .until = until};
}

void add_persona(struct by_hand *h, const char *name, const struct expr *when)
{
    uint32_t index = name_index(h->persona_names, &h->program.n_persona_names, name);
    h->personas[h->program.n_personas++] = (struct persona){index, when};
}

void add_grade(struct by_hand *h, const char *name, const struct expr *when)
{
    uint32_t index = name_index(h->grade_names, &h->program.n_grade_names, name);
    h->grades[h->program.n_grades++] = (struct grade){index, when};
}

void add_rule(struct by_hand *h, const char *fact, const struct expr *when)
{
    h->facts[fact_index(h, fact)].rule = when;
}

void add_each(struct by_hand *h, double n, const char *patterns, uint32_t at_most, int64_t per)
{
    h->points[h->program.n_points++] = (struct points){.kind = POINTS_EACH,
            .n = n,
            .matcher = matching(h, patterns),
            .at_most = at_most,
            .per = per,
            .text = arena_printf(h->arena, "points %g each %s", n, patterns)};
}

void add_once(struct by_hand *h, double n, const char *patterns)
{
    h->points[h->program.n_points++] = (struct points){.kind = POINTS_ONCE,
            .n = n,
            .matcher = matching(h, patterns),
            .text = arena_printf(h->arena, "points %g once %s", n, patterns)};
}

void add_when(struct by_hand *h, double n, const struct expr *when)
{
    h->points[h->program.n_points++] = (struct points){.kind = POINTS_WHEN,
            .n = n,
            .when = when,
            .text = arena_printf(h->arena, "points %g when %.*s", n, STR_ARG(when->text))};
}

void event(struct by_hand *h, const char *id, const char *contact, const char *time, const char *name,
        const char *json)
{
    struct message m;
    struct err err = {0};
    struct str line =
            message_json(h->arena, str_of(id), str_of(contact), str_of(time), str_of(name), str_of(json));
    bool ok = message_decode(h->arena, line, &m, &err);
    assert(ok);
    (void)ok;
    h->ids[++h->log] = arena_str(h->arena, str_of(id));
    builder_message(h->builder, h->log, &m);
}

void replay(struct by_hand *h, const char *at)
{
    struct err err = {0};
    struct replay_options options = {
            .at = moment(at), .threads = 1, .transitions = true, .evidence = true, .standings = true};
    columns_free(h->columns);
    replay_result_free(&h->result);
    bool ok = builder_finish(h->builder, options.at, &h->columns, &err);
    assert(ok);
    (void)ok;
    reference_run(&h->program, h->columns, &options, &h->result);
}

void event_id(const void *ctx, uint32_t log, struct buf *out)
{
    const struct by_hand *h = ctx;
    buf_put(out, h->ids[log]);
}

struct str transitions(struct by_hand *h, const char *at)
{
    replay(h, at);
    return transitions_text(h->arena, &h->program, h->columns, &h->result, event_id, h);
}
