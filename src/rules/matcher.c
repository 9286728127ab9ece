// Patterns to matchers: signals expanded, equal conditions, patterns and lists shared.
#include "base/utf8.h"
#include "rules/compiler.h"
#include "rules/words.h"

// Signals that use signals multiply; no model of a person comes near.
enum { PATS_MAX = 10000, WORK_MAX = 1000000 };

void compiler_init(
        struct compiler *c, struct arena *arena, const struct source *source, struct diagnostics *d)
{
    *c = (struct compiler){.arena = arena, .source = source, .d = d};
    c->props = map_new();
    c->cmp_keys = map_new();
    c->cond_keys = map_new();
    c->pat_keys = map_new();
    c->matcher_keys = map_new();
    c->expr_keys = map_new();
}

void compiler_free(struct compiler *c)
{
    map_free(c->props);
    map_free(c->cmp_keys);
    map_free(c->cond_keys);
    map_free(c->pat_keys);
    map_free(c->matcher_keys);
    map_free(c->expr_keys);
    buf_free(&c->key);
    vec_free(&c->cmps);
    vec_free(&c->conds);
    vec_free(&c->pats);
    vec_free(&c->pat_conds);
    vec_free(&c->stamps);
    vec_free(&c->matchers);
    vec_free(&c->exprs);
    vec_free(&c->traits);
    for (uint32_t i = 0; i < c->n_signals; i++)
        vec_free(&c->signals[i]);
    free(c->signals);
}

uint32_t compile_prop(struct compiler *c, struct str key)
{
    return map_intern(c->props, key);
}

static struct literal literal_of(struct compiler *c, const struct written *v)
{
    switch (v->kind) {
    case WRITTEN_NUMBER:
        return (struct literal){.type = TYPE_NUMBER, .number = v->number};
    case WRITTEN_FLAG:
        return (struct literal){.type = TYPE_FLAG, .number = v->flag};
    case WRITTEN_DATE:
        return (struct literal){.type = TYPE_DATE, .date = v->time};
    case WRITTEN_TEXT:
    case WRITTEN_DURATION:
        break;
    }
    return (struct literal){.type = TYPE_TEXT, .text = v->text, .folded = utf8_fold(c->arena, v->text)};
}

struct cmp compile_cmp(struct compiler *c, const struct comparison *cmp, struct regex *regex)
{
    struct cmp out = {.op = cmp->op, .n_values = cmp->n_values, .regex = regex};
    out.values = ARENA_ARRAY(c->arena, struct literal, cmp->n_values);
    unsigned i = 0;
    for (const struct written *v = cmp->values; v; v = v->next)
        out.values[i++] = literal_of(c, v);
    return out;
}

void cmp_key(struct buf *key, const struct cmp *cmp)
{
    key_number(key, cmp->op);
    key_number(key, cmp->n_values);
    for (unsigned i = 0; i < cmp->n_values; i++) {
        const struct literal *v = &cmp->values[i];
        key_number(key, v->type);
        if (v->type == TYPE_TEXT)
            // A pattern is not folded: case means something in it.
            key_str(key, cmp->op == CMP_MATCHES ? v->text : v->folded);
        else if (v->type == TYPE_DATE)
            key_bytes(key, &v->date, sizeof v->date);
        else
            key_bytes(key, &v->number, sizeof v->number);
    }
}

static uint32_t intern_cond(struct compiler *c, struct cond cond)
{
    uint32_t number = map_intern(c->cond_keys, buf_str(&c->key));
    if (number == c->conds.n) {
        struct cond *new = ARENA_NEW(c->arena, struct cond);
        *new = cond;
        vec_push(&c->conds, new);
    }
    return number;
}

static uint32_t compile_compare(struct compiler *c, const struct node *n)
{
    struct cond cond = {.op = COND_CMP, .prop = n->name.text, .cmp = compile_cmp(c, &n->cmp, n->regex)};
    cond.prop_index = compile_prop(c, n->name.text);
    c->key.n = 0;
    key_number(&c->key, cond.prop_index);
    cmp_key(&c->key, &cond.cmp);
    cond.cmp_index = map_intern(c->cmp_keys, buf_str(&c->key));
    bool new = cond.cmp_index == c->cmps.n;
    c->key.n = 0;
    key_number(&c->key, COND_CMP);
    key_number(&c->key, cond.cmp_index);
    uint32_t number = intern_cond(c, cond);
    if (new)
        vec_push(&c->cmps, &c->conds.v[number]->cmp);
    return number;
}

// `and`, `or`, `not` of conditions by number.
static uint32_t join_conds(struct compiler *c, enum cond_op op, const uint32_t *children, uint32_t n)
{
    c->key.n = 0;
    key_number(&c->key, op);
    for (uint32_t i = 0; i < n; i++)
        key_number(&c->key, children[i]);
    uint32_t found = map_get(c->cond_keys, buf_str(&c->key));
    if (found != MAP_NONE)
        return found;
    c->work += n;
    struct cond cond = {.op = op, .n_children = n};
    cond.children = ARENA_ARRAY(c->arena, struct cond *, n);
    for (uint32_t i = 0; i < n; i++)
        cond.children[i] = c->conds.v[children[i]];
    return intern_cond(c, cond);
}

uint32_t compile_cond(struct compiler *c, const struct node *n)
{
    if (n->op == NODE_COMPARE)
        return compile_compare(c, n);
    number_list children = {0};
    for (const struct node *child = n->first; child; child = child->next)
        vec_push(&children, compile_cond(c, child));
    enum cond_op op = n->op == NODE_AND ? COND_AND : n->op == NODE_OR ? COND_OR : COND_NOT;
    uint32_t number = join_conds(c, op, children.v, (uint32_t)children.n);
    vec_free(&children);
    return number;
}

// Both conditions, either of which may be NO_INDEX.
static uint32_t both_conds(struct compiler *c, uint32_t a, uint32_t b)
{
    if (a == NO_INDEX || b == NO_INDEX || a == b)
        return a == NO_INDEX ? b : a;
    number_list children = {0};
    const uint32_t sides[] = {a, b};
    for (unsigned i = 0; i < 2; i++) {
        const struct cond *side = c->conds.v[sides[i]];
        if (side->op != COND_AND) {
            vec_push(&children, sides[i]);
            continue;
        }
        // A chain of `and` is one node; its children's numbers stand in its key.
        struct str key = map_key(c->cond_keys, sides[i]);
        for (uint32_t k = 0; k < side->n_children; k++) {
            uint32_t child;
            memcpy(&child, key.p + sizeof child * (k + 1), sizeof child);
            vec_push(&children, child);
        }
    }
    uint32_t number = join_conds(c, COND_AND, children.v, (uint32_t)children.n);
    vec_free(&children);
    return number;
}

static uint32_t intern_pat(struct compiler *c, struct pat pat, uint32_t cond)
{
    c->key.n = 0;
    key_number(&c->key, pat.kind);
    key_number(&c->key, pat.direction);
    key_number(&c->key, pat.machines);
    key_number(&c->key, cond);
    key_str(&c->key, pat.name);
    uint32_t number = map_intern(c->pat_keys, buf_str(&c->key));
    if (number == c->pats.n) {
        pat.cond = cond == NO_INDEX ? NULL : c->conds.v[cond];
        vec_push(&c->pats, pat);
        vec_push(&c->pat_conds, cond);
        vec_push(&c->stamps, 0);
    }
    return number;
}

static void take(struct compiler *c, number_list *list, struct pat pat, uint32_t cond)
{
    uint32_t number = intern_pat(c, pat, cond);
    if (c->stamps.v[number] == c->stamp)
        return; // an alternative once is enough
    c->stamps.v[number] = c->stamp;
    c->work++;
    vec_push(list, number);
}

static void expand(struct compiler *c, number_list *list, const struct pattern *p)
{
    uint32_t cond = p->where ? compile_cond(c, p->where) : NO_INDEX;
    struct pat pat = {.machines = p->machines};
    switch (p->kind) {
    case PATTERN_EVENT:
        pat.kind = PAT_NAME;
        pat.name = event_canonical(p->name);
        break;
    case PATTERN_PREFIX:
        pat.kind = PAT_PREFIX;
        pat.name = p->name;
        break;
    case PATTERN_DIRECTION:
        pat.kind = PAT_DIRECTION;
        pat.direction = p->direction;
        break;
    case PATTERN_SIGNAL: {
        const number_list *signal = &c->signals[p->signal];
        for (size_t i = 0; i < signal->n && !c->overflow; i++) {
            uint32_t number = signal->v[i];
            struct pat inner = c->pats.v[number];
            inner.machines |= p->machines;
            take(c, list, inner, both_conds(c, c->pat_conds.v[number], cond));
            c->overflow = list->n > PATS_MAX || c->work > WORK_MAX;
        }
        return;
    }
    }
    take(c, list, pat, cond);
}

static void expand_list(struct compiler *c, number_list *ret, const struct pattern_list *list)
{
    c->stamp++;
    bool before = c->overflow;
    for (const struct pattern *p = list->first; p && !c->overflow; p = p->next) {
        expand(c, ret, p);
        c->overflow |= c->work > WORK_MAX;
        if (c->overflow && !before)
            diag_error(c->d, c->source, p->at, STR("use fewer signals within signals"),
                    "the signals of this model come to too many patterns");
    }
}

void compile_signals(struct compiler *c)
{
    c->n_signals = (uint32_t)c->check->signals.n;
    c->signals = mem_zero(c->n_signals ? c->n_signals : 1, sizeof *c->signals);
    for (uint32_t i = 0; i < c->n_signals; i++)
        expand_list(c, &c->signals[i], c->check->decls.v[c->check->signals.v[i]].stmt->list);
}

uint32_t compile_matcher(struct compiler *c, const struct pattern_list *list)
{
    number_list numbers = {0};
    expand_list(c, &numbers, list);
    struct str key = {(const char *)numbers.v, numbers.n * sizeof *numbers.v};
    uint32_t number = map_intern(c->matcher_keys, key);
    if (number == c->matchers.n) {
        struct matcher m = {.n_pats = (unsigned)numbers.n};
        m.pats = ARENA_ARRAY(c->arena, struct pat, numbers.n);
        for (size_t i = 0; i < numbers.n; i++)
            m.pats[i] = c->pats.v[numbers.v[i]];
        vec_push(&c->matchers, m);
    }
    vec_free(&numbers);
    return number;
}

struct cond *cond_compile(struct arena *arena, struct str text, struct str **ret_props, uint32_t *ret_n_props,
        struct diagnostics *d)
{
    unsigned before = diag_errors(d);
    const struct source *source = source_new(arena, STR_NONE, text);
    const struct ast *ast = parse(arena, source, PARSE_COND, d);
    struct cond *cond = NULL;
    if (diag_errors(d) == before) {
        struct check check = {
                .arena = arena, .d = d, .ast = ast, .source = source, .enough = before + ERRORS_MAX};
        check_cond(&check, ast->expr);
    }
    if (diag_errors(d) == before) {
        struct compiler c;
        compiler_init(&c, arena, source, d);
        uint32_t number = compile_cond(&c, ast->expr);
        cond = c.conds.v[number];
        *ret_n_props = map_count(c.props);
        *ret_props = ARENA_ARRAY(arena, struct str, *ret_n_props);
        for (uint32_t i = 0; i < *ret_n_props; i++)
            (*ret_props)[i] = arena_str(arena, map_key(c.props, i));
        compiler_free(&c);
    }
    diag_sort(d);
    return cond;
}
