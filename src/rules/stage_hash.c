// The hash of a stage with all it depends on: what decides whether cached results of it are still right. It
// holds names and values rather than numbers, so that declaring something unrelated changes nothing.
#include "base/map.h"
#include "rules/compiler.h"

enum { HASH_VERSION = 2 }; // raise it when the language's meaning, or what is put here, changes

struct hasher {
    const struct program *p;
    struct buf out;
    bool *stages, *facts;  // to be written: those something refers to
    bool personas, points; // so are these, as a whole
};

static void put_cond(struct hasher *h, const struct cond *cond)
{
    key_number(&h->out, cond->op);
    if (cond->op == COND_CMP) {
        key_str(&h->out, cond->prop);
        cmp_key(&h->out, &cond->cmp);
    }
    key_number(&h->out, cond->n_children);
    for (unsigned i = 0; i < cond->n_children; i++)
        put_cond(h, cond->children[i]);
}

static void put_matcher(struct hasher *h, uint32_t number)
{
    const struct matcher *m = &h->p->matchers[number];
    key_number(&h->out, m->n_pats);
    for (unsigned i = 0; i < m->n_pats; i++) {
        const struct pat *pat = &m->pats[i];
        key_number(&h->out, pat->kind);
        key_number(&h->out, pat->direction);
        key_number(&h->out, pat->machines);
        key_str(&h->out, pat->name);
        key_number(&h->out, pat->cond != NULL);
        if (pat->cond)
            put_cond(h, pat->cond);
    }
}

static void refer_stage(struct hasher *h, uint32_t stage)
{
    key_str(&h->out, h->p->stages[stage].name);
    h->stages[stage] = true;
}

// Long because: one case for each kind of atom.
static void put_expr(struct hasher *h, const struct expr *e, uint32_t before)
{
    key_number(&h->out, e->op);
    key_number(&h->out, e->n_children);
    for (uint32_t i = 0; i < e->n_children; i++)
        put_expr(h, e->children[i], before);
    key_number(&h->out, e->holds);
    key_number(&h->out, e->rel);
    key_bytes(&h->out, &e->number, sizeof e->number);
    key_number(&h->out, e->window.kind);
    key_bytes(&h->out, &e->window.value, sizeof e->window.value);
    key_bytes(&h->out, &e->duration, sizeof e->duration);
    switch (e->op) {
    case EXPR_ANY:
    case EXPR_NO:
    case EXPR_SILENT:
    case EXPR_COUNT:
        put_matcher(h, e->matcher);
        break;
    case EXPR_SUM:
        key_str(&h->out, h->p->props[e->prop_index]);
        put_matcher(h, e->matcher);
        break;
    case EXPR_THEN:
        key_number(&h->out, e->n_chain);
        for (uint32_t i = 0; i < e->n_chain; i++) {
            put_matcher(h, e->chain[i]);
            key_bytes(&h->out, &e->within[i], sizeof *e->within);
        }
        break;
    case EXPR_FACT:
    case EXPR_AMOUNT:
        key_number(&h->out, e->answer);
        key_str(&h->out, h->p->facts[e->index].name);
        h->facts[e->index] = true;
        break;
    case EXPR_TRAIT:
        key_str(&h->out, h->p->traits[e->index].name);
        key_number(&h->out, h->p->traits[e->index].type);
        cmp_key(&h->out, e->cmp);
        break;
    case EXPR_SCORE:
        h->points = true;
        break;
    case EXPR_PERSONA:
        key_str(&h->out, e->index == NO_INDEX ? STR_NONE : h->p->persona_names[e->index]);
        h->personas = true;
        break;
    case EXPR_IS:
        // The current stage among those before depends on all of them.
        key_str(&h->out, e->index == NO_INDEX ? STR_NONE : h->p->stages[e->index].name);
        for (uint32_t i = 0; i < before; i++)
            h->stages[i] = true;
        break;
    case EXPR_REACHED:
    case EXPR_IN_FOR:
        refer_stage(h, e->index);
        break;
    case EXPR_AND:
    case EXPR_OR:
    case EXPR_NOT:
    case EXPR_CONST:
        break;
    }
}

static void put_points(struct hasher *h)
{
    key_bytes(&h->out, &h->p->half_life, sizeof h->p->half_life);
    key_number(&h->out, h->p->n_points);
    for (uint32_t i = 0; i < h->p->n_points; i++) {
        const struct points *points = &h->p->points[i];
        key_number(&h->out, points->kind);
        key_bytes(&h->out, &points->n, sizeof points->n);
        key_number(&h->out, points->at_most);
        key_bytes(&h->out, &points->per, sizeof points->per);
        if (points->when)
            put_expr(h, points->when, 0);
        else
            put_matcher(h, points->matcher);
    }
}

// Whose rule it is counts as much as the rule, and so does having none.
static void put_facts(struct hasher *h)
{
    for (uint32_t i = 0; i < h->p->n_facts; i++) {
        const struct fact *fact = &h->p->facts[i];
        if (!h->facts[i])
            continue;
        key_str(&h->out, fact->name);
        key_number(&h->out, fact->rule != NULL);
        if (fact->rule)
            put_expr(h, fact->rule, 0);
    }
    key_str(&h->out, STR_NONE); // ends the list: no fact is called so
}

static void put_personas(struct hasher *h)
{
    key_number(&h->out, h->p->n_personas);
    for (uint32_t i = 0; i < h->p->n_personas; i++) {
        key_str(&h->out, h->p->persona_names[h->p->personas[i].name]);
        put_expr(h, h->p->personas[i].when, 0);
    }
}

// Behind what was put: the stages before `behind` that it refers to, and what all of it depends on besides.
// Every list has its length or its end in it and every optional part its flag, so that no two read the same.
static uint64_t finish(struct hasher *h, uint32_t behind)
{
    const struct program *program = h->p;
    key_number(&h->out, behind);
    // A stage refers only to those before it, so going down meets all. An assignment by hand to any of those
    // before turns this one off: their names count even where nothing refers to them.
    for (uint32_t i = behind; i-- > 0;) {
        const struct stage *s = &program->stages[i];
        key_str(&h->out, s->name);
        key_number(&h->out, h->stages[i]);
        if (!h->stages[i])
            continue;
        put_expr(h, s->when, i);
        key_number(&h->out, s->until != NULL);
        if (s->until)
            put_expr(h, s->until, i);
    }
    // In this order each part may call for the next ones, never for one behind it.
    key_number(&h->out, h->points);
    if (h->points)
        put_points(h);
    put_facts(h);
    key_number(&h->out, h->personas);
    if (h->personas)
        put_personas(h);
    uint64_t hash = hash64(buf_str(&h->out));
    buf_free(&h->out);
    free(h->stages);
    free(h->facts);
    return hash;
}

static struct hasher begin(const struct program *program)
{
    struct hasher h = {.p = program};
    h.stages = mem_zero(program->n_stages + 1, sizeof *h.stages);
    h.facts = mem_zero(program->n_facts + 1, sizeof *h.facts);
    key_number(&h.out, HASH_VERSION);
    return h;
}

uint64_t program_stage_hash(const struct program *program, uint32_t stage)
{
    struct hasher h = begin(program);
    h.stages[stage] = true;
    return finish(&h, stage + 1);
}

uint64_t program_expr_hash(const struct program *program, const struct expr *e, uint32_t stage)
{
    struct hasher h = begin(program);
    put_expr(&h, e, stage);
    return finish(&h, stage);
}
