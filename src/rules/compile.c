// From the checked tree to the program that both evaluators run.
#include "rules/compiler.h"
#include "rules/print.h"
#include "rules/words.h"

static struct expr *intern(struct compiler *c, struct expr proto, const struct node *n)
{
    uint32_t number = map_intern(c->expr_keys, buf_str(&c->key));
    if (number < c->exprs.n)
        return c->exprs.v[number];
    struct expr *e = ARENA_NEW(c->arena, struct expr);
    *e = proto;
    e->id = number;
    e->file = c->source->file;
    source_place(c->source, n->at, &e->line, &e->column);
    vec_push(&c->exprs, e);
    return e;
}

// An atom: the same words with the same meaning share one. (The words belong to it because an explanation
// shows them.) What is not used of the operands is zero.
static struct expr *atom(struct compiler *c, struct expr e, const struct node *n)
{
    c->key.n = 0;
    key_number(&c->key, e.op);
    key_str(&c->key, e.text);
    key_number(&c->key, e.holds);
    key_number(&c->key, e.matcher);
    for (uint32_t i = 0; i < e.n_chain; i++) {
        key_number(&c->key, e.chain[i]);
        key_bytes(&c->key, &e.within[i], sizeof *e.within);
    }
    key_number(&c->key, e.window.kind);
    key_bytes(&c->key, &e.window.value, sizeof e.window.value);
    key_bytes(&c->key, &e.duration, sizeof e.duration);
    key_number(&c->key, e.rel);
    key_bytes(&c->key, &e.number, sizeof e.number);
    key_number(&c->key, e.index);
    key_number(&c->key, e.prop_index);
    key_number(&c->key, e.answer);
    if (e.cmp)
        cmp_key(&c->key, e.cmp);
    size_t before = c->exprs.n;
    struct expr *found = intern(c, e, n);
    if (found->op == EXPR_TRAIT && c->exprs.n > before) {
        found->cmp_index = (uint32_t)c->traits.n;
        vec_push(&c->traits, found);
    }
    return found;
}

static enum relation relation_of(const struct comparison *cmp)
{
    switch (cmp->op) {
    case CMP_LESS:
        return REL_LESS;
    case CMP_LESS_EQUAL:
        return REL_LESS_EQUAL;
    case CMP_GREATER:
        return REL_GREATER;
    case CMP_GREATER_EQUAL:
        return REL_GREATER_EQUAL;
    case CMP_NOT_EQUAL:
        return REL_NOT_EQUAL;
    default:
        return REL_EQUAL;
    }
}

static struct expr *compile_trait(struct compiler *c, const struct node *n, struct expr e)
{
    struct cmp *cmp = ARENA_NEW(c->arena, struct cmp);
    if (n->op == NODE_COMPARE) {
        *cmp = compile_cmp(c, &n->cmp, n->regex);
    } else {
        *cmp = (struct cmp){.op = CMP_IS, .n_values = 1, .values = ARENA_NEW(c->arena, struct literal)};
        cmp->values[0] = (struct literal){.type = TYPE_FLAG, .number = 1};
    }
    e.op = EXPR_TRAIT;
    e.index = n->index;
    e.cmp = cmp;
    return atom(c, e, n);
}

static struct expr *compile_fact(struct compiler *c, const struct node *n, struct expr e)
{
    e.op = EXPR_FACT;
    e.index = n->index;
    e.answer = ANSWER_YES;
    if (n->op == NODE_WORD)
        return atom(c, e, n);
    const struct written *v = n->cmp.values;
    if (n->cmp.op == CMP_KNOWN) {
        e.answer = ANSWER_KNOWN;
    } else if (n->cmp.op == CMP_UNKNOWN) {
        e.answer = ANSWER_UNKNOWN;
    } else if (v->kind == WRITTEN_FLAG) {
        e.answer = v->flag ? ANSWER_YES : ANSWER_NO;
    } else {
        e.op = EXPR_AMOUNT;
        e.answer = ANSWER_UNKNOWN;
        e.rel = relation_of(&n->cmp);
        e.number = v->kind == WRITTEN_DURATION ? (double)v->time / 86400 : v->number;
    }
    return atom(c, e, n);
}

static struct expr *compile_over(struct compiler *c, const struct node *n, struct expr e)
{
    static const enum expr_op OPS[] = {
            [NODE_ANY] = EXPR_ANY,
            [NODE_NO] = EXPR_NO,
            [NODE_THEN] = EXPR_THEN,
            [NODE_SILENT] = EXPR_SILENT,
            [NODE_COUNT] = EXPR_COUNT,
            [NODE_SUM] = EXPR_SUM,
    };
    e.op = OPS[n->op];
    e.window = (struct window){n->window.kind, n->window.value};
    e.duration = n->duration.seconds;
    if (n->op == NODE_COUNT || n->op == NODE_SUM) {
        e.rel = n->rel;
        e.number = n->number.value;
    }
    if (n->op == NODE_SUM)
        e.prop_index = compile_prop(c, n->name.text);
    if (n->op != NODE_THEN) {
        e.matcher = compile_matcher(c, n->list);
        return atom(c, e, n);
    }
    for (const struct pattern_list *l = n->list; l; l = l->next)
        e.n_chain++;
    e.chain = ARENA_ARRAY(c->arena, uint32_t, e.n_chain);
    e.within = ARENA_ARRAY(c->arena, int64_t, e.n_chain);
    uint32_t i = 0;
    for (const struct pattern_list *l = n->list; l; l = l->next, i++) {
        e.chain[i] = compile_matcher(c, l);
        e.within[i] = l->within.seconds;
    }
    return atom(c, e, n);
}

// inside: `persona is not X`, which has its `not` between other words.
static struct expr *compile_not(
        struct compiler *c, struct expr *child, bool inside, struct str text, const struct node *n)
{
    c->key.n = 0;
    key_number(&c->key, EXPR_NOT);
    key_number(&c->key, inside);
    key_number(&c->key, child->id);
    struct expr **children = ARENA_NEW(c->arena, struct expr *);
    children[0] = child;
    return intern(c, (struct expr){.op = EXPR_NOT, .n_children = 1, .children = children, .text = text}, n);
}

// `persona is not X` is the negation of `persona is X`, whose words it does not contain.
static struct expr *compile_persona(struct compiler *c, const struct node *n, struct expr e)
{
    e.op = EXPR_PERSONA;
    e.index = n->index;
    if (!n->negated)
        return atom(c, e, n);
    struct buf text = {0};
    buf_put(&text, STR("persona is "));
    print_string(&text, n->name.text);
    e.text = arena_str(c->arena, buf_str(&text));
    buf_free(&text);
    return compile_not(c, atom(c, e, n), true, n->text, n);
}

static struct expr *compile_node(struct compiler *c, const struct node *n);

static struct expr *compile_joined(struct compiler *c, const struct node *n)
{
    struct expr e = {
            .op = n->op == NODE_AND ? EXPR_AND : EXPR_OR, .n_children = n->n_children, .text = n->text};
    e.children = ARENA_ARRAY(c->arena, struct expr *, n->n_children);
    uint32_t i = 0;
    for (const struct node *child = n->first; child; child = child->next)
        e.children[i++] = compile_node(c, child);
    c->key.n = 0;
    key_number(&c->key, e.op);
    i = 0;
    for (const struct node *child = n->first; child; child = child->next) {
        key_number(&c->key, e.children[i++]->id);
        key_number(&c->key, print_parens(n->op, child)); // part of the words
    }
    return intern(c, e, n);
}

static struct expr *compile_node(struct compiler *c, const struct node *n)
{
    struct expr e = {.text = n->text};
    switch (n->op) {
    case NODE_AND:
    case NODE_OR:
        return compile_joined(c, n);
    case NODE_NOT:
        return compile_not(c, compile_node(c, n->first), false, n->text, n);
    case NODE_CONST:
        e.op = EXPR_CONST;
        e.holds = n->holds;
        return atom(c, e, n);
    case NODE_ANY:
    case NODE_NO:
    case NODE_THEN:
    case NODE_SILENT:
    case NODE_COUNT:
    case NODE_SUM:
        return compile_over(c, n, e);
    case NODE_WORD:
    case NODE_COMPARE:
        return n->is_trait ? compile_trait(c, n, e) : compile_fact(c, n, e);
    case NODE_SCORE:
        e.op = EXPR_SCORE;
        e.rel = n->rel;
        e.number = n->number.value;
        return atom(c, e, n);
    case NODE_PERSONA:
        return compile_persona(c, n, e);
    case NODE_REACHED:
    case NODE_IS:
        e.op = n->op == NODE_REACHED ? EXPR_REACHED : EXPR_IS;
        e.index = n->index;
        return atom(c, e, n);
    case NODE_IN_FOR:
        e.op = EXPR_IN_FOR;
        e.index = n->index;
        e.duration = n->duration.seconds;
        return atom(c, e, n);
    }
    return NULL;
}

static struct expr *compile_root(struct compiler *c, struct node *n)
{
    print_texts(c->arena, n);
    return compile_node(c, n);
}

static struct str *names_of(struct compiler *c, const struct map *map, uint32_t *ret_n)
{
    *ret_n = map_count(map);
    struct str *names = ARENA_ARRAY(c->arena, struct str, *ret_n);
    for (uint32_t i = 0; i < *ret_n; i++)
        names[i] = arena_str(c->arena, map_key(map, i));
    return names;
}

static void compile_traits_and_facts(struct compiler *c)
{
    const struct check *k = c->check;
    struct program *p = c->program;
    p->n_traits = (uint32_t)k->traits.n;
    p->traits = ARENA_ARRAY(c->arena, struct trait, p->n_traits);
    for (uint32_t i = 0; i < p->n_traits; i++) {
        const struct decl *decl = &k->decls.v[k->traits.v[i]];
        p->traits[i] = (struct trait){decl->name, decl->type};
    }
    p->n_facts = (uint32_t)k->facts.n;
    p->facts = ARENA_ARRAY(c->arena, struct fact, p->n_facts);
    for (uint32_t i = 0; i < p->n_facts; i++) {
        const struct decl *decl = &k->decls.v[k->facts.v[i]];
        p->facts[i].name = decl->name;
        if (decl->stmt && decl->stmt->when)
            p->facts[i].rule = compile_root(c, decl->stmt->when);
    }
}

static struct points compile_points(struct compiler *c, const struct stmt *s)
{
    struct points points = {.kind = s->points, .n = s->n.value};
    struct buf text = {0};
    buf_printf(&text, "points %.*s ", STR_ARG(s->n.text));
    if (s->points == POINTS_WHEN) {
        points.when = compile_root(c, s->when);
        buf_put(&text, STR("when "));
        buf_put(&text, points.when->text);
    } else {
        points.matcher = compile_matcher(c, s->list);
        buf_put(&text, s->points == POINTS_EACH ? STR("each ") : STR("once "));
        buf_put(&text, print_list_texts(c->arena, s->list));
    }
    if (s->at_most.text.p) {
        // No history holds more events than that.
        points.at_most = s->at_most.value < UINT32_MAX ? (uint32_t)s->at_most.value : UINT32_MAX;
        points.per = s->per.seconds;
        buf_char(&text, ' ');
        print_cap(&text, s);
    }
    points.text = arena_str(c->arena, buf_str(&text));
    buf_free(&text);
    return points;
}

static struct stage compile_stage(struct compiler *c, const struct stmt *s)
{
    struct stage stage = {.name = s->name.text, .label = s->label.text.p ? s->label.text : s->name.text};
    source_place(c->source, s->at, &stage.line, &stage.column);
    struct expr *when = compile_root(c, s->when);
    stage.when = when;
    if (s->until)
        stage.until = compile_root(c, s->until);
    if (s->is_while) {
        bool parens = print_parens(NODE_NOT, s->when);
        struct buf text = {0};
        buf_put(&text, parens ? STR("not (") : STR("not "));
        buf_put(&text, when->text);
        if (parens)
            buf_char(&text, ')');
        stage.until = compile_not(c, when, false, arena_str(c->arena, buf_str(&text)), s->when);
        buf_free(&text);
    }
    return stage;
}

static const struct expr *compile_otherwise(struct compiler *c, const struct stmt *s)
{
    struct node n = {.at = s->at};
    return atom(c, (struct expr){.op = EXPR_CONST, .holds = true, .text = STR("otherwise")}, &n);
}

static void compile_stmt(struct compiler *c, struct stmt *s)
{
    struct program *p = c->program;
    switch (s->kind) {
    case STMT_MODEL:
        p->title = s->name.text;
        break;
    case STMT_ABOUT:
        p->about = s->name.text;
        break;
    case STMT_HALF_LIFE:
        p->half_life = s->duration.seconds;
        break;
    case STMT_PERSONA:
        p->personas[p->n_personas++] =
                (struct persona){map_get(c->check->persona_names, s->name.text), compile_root(c, s->when)};
        break;
    case STMT_POINTS:
        p->points[p->n_points++] = compile_points(c, s);
        break;
    case STMT_STAGE:
        p->stages[p->n_stages++] = compile_stage(c, s);
        break;
    case STMT_GRADE:
        p->grades[p->n_grades++] = (struct grade){map_get(c->check->grade_names, s->name.text),
                s->when ? compile_root(c, s->when) : compile_otherwise(c, s)};
        break;
    case STMT_TRAIT:
    case STMT_SIGNAL:
    case STMT_FACT:
        break;
    }
}

static void compile_unknown_names(struct compiler *c, size_t from, const struct source *source)
{
    struct program *p = c->program;
    p->n_names_unknown = (uint32_t)(c->check->unknown.n - from);
    p->names_unknown = ARENA_ARRAY(c->arena, struct str, p->n_names_unknown);
    struct place *places = ARENA_ARRAY(c->arena, struct place, p->n_names_unknown);
    for (uint32_t i = 0; i < p->n_names_unknown; i++) {
        const struct unknown_name *u = &c->check->unknown.v[from + i];
        p->names_unknown[i] = u->name;
        source_place(source, u->at, &places[i].line, &places[i].column);
        places[i].length = source_length(source, u->at);
        bool same = i && places[i].line == places[i - 1].line;
        places[i].source = same ? places[i - 1].source : source_line(source, places[i].line);
    }
    p->names_unknown_at = places;
}

#define KEEP(c, type, vec, ret, ret_n)                         \
    do {                                                       \
        (ret_n) = (uint32_t)(vec).n;                           \
        (ret) = ARENA_ARRAY((c)->arena, type, (vec).n);        \
        if ((vec).n)                                           \
            memcpy((ret), (vec).v, (vec).n * sizeof *(vec).v); \
    } while (0)

// Moves the compiler's tables into the program.
static void keep_tables(struct compiler *c)
{
    struct program *p = c->program;
    KEEP(c, struct matcher, c->matchers, p->matchers, p->n_matchers);
    KEEP(c, const struct cmp *, c->cmps, p->prop_cmps, p->n_prop_cmps);
    KEEP(c, const struct expr *, c->traits, p->trait_cmps, p->n_trait_cmps);
    KEEP(c, struct expr *, c->exprs, p->exprs, p->n_exprs);
    p->props = names_of(c, c->props, &p->n_props);
    p->persona_names = names_of(c, c->check->persona_names, &p->n_persona_names);
    p->grade_names = names_of(c, c->check->grade_names, &p->n_grade_names);
}

static void compile_all(struct compiler *c, struct ast *ast)
{
    struct program *p = c->program;
    uint32_t n[STMT_GRADE + 1] = {0};
    for (const struct stmt *s = ast->stmts; s; s = s->next)
        n[s->kind]++;
    p->personas = ARENA_ARRAY(c->arena, struct persona, n[STMT_PERSONA]);
    p->points = ARENA_ARRAY(c->arena, struct points, n[STMT_POINTS]);
    p->stages = ARENA_ARRAY(c->arena, struct stage, n[STMT_STAGE]);
    p->grades = ARENA_ARRAY(c->arena, struct grade, n[STMT_GRADE]);
    compile_signals(c);
    compile_traits_and_facts(c);
    for (struct stmt *s = ast->stmts; s; s = s->next)
        compile_stmt(c, s);
}

// What model_compile and model_compile_filter share. filter may be NULL; its errors go to d_filter.
static const struct program *build(struct arena *arena, const struct source *source, struct diagnostics *d,
        const struct source *filter, struct diagnostics *d_filter)
{
    unsigned before = diag_errors(d);
    struct ast *ast = parse(arena, source, PARSE_MODEL, d);
    struct check *check = check_model(arena, ast, d);
    size_t names = 0;
    struct node *expr = NULL;
    bool ok = diag_errors(d) == before;
    if (ok && filter) {
        unsigned before_filter = diag_errors(d_filter);
        expr = parse(arena, filter, PARSE_EXPR, d_filter)->expr;
        names = check->unknown.n;
        check->d = d_filter;
        if (diag_errors(d_filter) == before_filter)
            check_filter(check, filter, expr);
        ok = diag_errors(d_filter) == before_filter;
    }
    struct program *p = NULL;
    if (ok) {
        p = ARENA_NEW(arena, struct program);
        p->file = source->file;
        struct compiler c;
        compiler_init(&c, arena, source, d);
        c.check = check;
        c.program = p;
        compile_all(&c, ast);
        if (filter) {
            c.source = filter;
            c.d = d_filter;
            p->filter = compile_root(&c, expr);
        }
        compile_unknown_names(&c, names, filter ? filter : source);
        keep_tables(&c);
        ok = !c.overflow;
        compiler_free(&c);
    }
    check_free(check);
    return ok ? p : NULL;
}

const struct program *model_compile(
        struct arena *arena, struct str file, struct str text, struct diagnostics *d)
{
    const struct program *p = build(arena, source_new(arena, file, text), d, NULL, d);
    diag_sort(d);
    return p;
}

const struct program *model_compile_filter(struct arena *arena, const struct program *base,
        struct str base_text, struct str expr, struct diagnostics *d)
{
    struct arena *scratch = arena_new();
    struct diagnostics *silent = diagnostics_new(scratch); // the model has been judged before
    unsigned before = diag_errors(d);
    const struct source *filter = source_new(arena, base->file, expr);
    const struct program *p = build(arena, source_new(arena, base->file, base_text), silent, filter, d);
    if (!p && diag_errors(d) == before)
        diag_error(d, filter, 0, STR_NONE, "the model itself has errors");
    arena_free(scratch);
    diag_sort(d);
    return p;
}

void model_warn_names(const struct program *program, bool (*has)(void *ctx, struct str name), void *ctx,
        struct diagnostics *d)
{
    for (uint32_t i = 0; i < program->n_names_unknown; i++) {
        struct str name = program->names_unknown[i];
        if (has && has(ctx, name))
            continue;
        struct nearest near = {.word = name};
        for (unsigned k = 0; event_catalogue(k).n; k++)
            nearest_try(&near, event_catalogue(k));
        struct str suggestion = STR_NONE;
        if (near.found)
            suggestion = arena_printf(d->arena, "did you mean `%.*s`?", STR_ARG(near.best));
        diag_warn_place(d, &program->names_unknown_at[i], suggestion,
                has ? "the event `%.*s` is neither in the catalogue nor in the history"
                    : "the event `%.*s` is not in the catalogue",
                STR_ARG(word_shown(name)));
    }
    diag_sort(d);
}
