// The syntax tree as JSON. Every object has its place: "from" and "to", offsets in the text's bytes, with the
// parentheses it stands in.
#include "rules/tree.h"

#include "base/datetime.h"
#include "base/json_put.h"
#include "rules/check.h"
#include "rules/print.h"
#include "rules/words.h"

static void begin(struct buf *out, uint32_t from, uint32_t to)
{
    put_comma(out);
    buf_printf(out, "{\"from\":%u,\"to\":%u", from, to);
}

static void put_word(struct buf *out, const char *name, const char *word)
{
    put_text(out, name, str_of(word));
}

static void put_number(struct buf *out, const char *name, double value)
{
    put_key(out, name);
    json_put_number(out, value);
}

// An RFC 3339 time; put_time() takes 1970 for none.
static void put_moment(struct buf *out, const char *name, int64_t seconds)
{
    char text[DATETIME_SIZE];
    put_text(out, name, datetime_format(seconds, text));
}

// --- comparisons

// Numbers, texts and flags are JSON's; a date is {"date"}, a duration {"seconds"}.
static void put_written(struct buf *out, const struct written *v)
{
    switch (v->kind) {
    case WRITTEN_NUMBER:
        json_put_number(out, v->number);
        break;
    case WRITTEN_TEXT:
        json_put_string(out, v->text);
        break;
    case WRITTEN_FLAG:
        buf_put(out, v->flag ? STR("true") : STR("false"));
        break;
    case WRITTEN_DATE:
        buf_char(out, '{');
        put_moment(out, "date", v->time);
        buf_char(out, '}');
        break;
    case WRITTEN_DURATION:
        buf_char(out, '{');
        put_int(out, "seconds", v->time);
        buf_char(out, '}');
        break;
    }
}

static void put_comparison(struct buf *out, const struct comparison *cmp)
{
    put_word(out, "compare", print_comparison(cmp));
    put_key(out, "value");
    if (!cmp->list) {
        if (cmp->values)
            put_written(out, cmp->values);
        else
            buf_put(out, STR("null"));
        return;
    }
    buf_char(out, '[');
    for (const struct written *v = cmp->values; v; v = v->next) {
        put_comma(out);
        put_written(out, v);
    }
    buf_char(out, ']');
}

static void put_relation(struct buf *out, const struct node *n)
{
    put_word(out, "compare", print_relation(n->rel));
    put_number(out, "value", n->number.value);
}

// --- patterns

static void put_node(struct buf *out, const struct node *n, bool of_event);

static void put_pattern(struct buf *out, const struct pattern *p)
{
    begin(out, p->at, p->end);
    switch (p->kind) {
    case PATTERN_EVENT:
        put_text(out, "name", p->name);
        break;
    case PATTERN_SIGNAL:
        put_text(out, "signal", p->name);
        break;
    case PATTERN_PREFIX:
        put_text(out, "prefix", str_sub(p->name, 0, p->name.n - 1));
        break;
    case PATTERN_DIRECTION:
        put_text(out, "direction", direction_word(p->direction));
        break;
    }
    put_key(out, "where");
    if (p->where)
        put_node(out, p->where, true);
    else
        buf_put(out, STR("null"));
    put_flag(out, "machines", p->machines);
    buf_char(out, '}');
}

static void put_patterns(struct buf *out, const struct pattern_list *list)
{
    put_key(out, "patterns");
    buf_char(out, '[');
    for (const struct pattern *p = list->first; p; p = p->next)
        put_pattern(out, p);
    buf_char(out, ']');
}

static void put_window(struct buf *out, const struct written_window *w)
{
    put_key(out, "window");
    switch (w->kind) {
    case WINDOW_NONE:
        buf_put(out, STR("null"));
        return;
    case WINDOW_WITHIN:
        buf_char(out, '{');
        put_int(out, "within", w->value);
        break;
    case WINDOW_SINCE:
    case WINDOW_BEFORE:
        buf_char(out, '{');
        put_moment(out, w->kind == WINDOW_SINCE ? "since" : "before", w->value);
        break;
    }
    buf_char(out, '}');
}

static void put_chain(struct buf *out, const struct pattern_list *list)
{
    put_key(out, "chain");
    buf_char(out, '[');
    for (const struct pattern_list *l = list; l; l = l->next) {
        put_comma(out);
        buf_char(out, '{');
        put_patterns(out, l);
        if (l == list)
            put_raw(out, "within", STR_NONE);
        else
            put_int(out, "within", l->within.seconds);
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

// --- conditions

static const char *op_word(const struct node *n, bool of_event)
{
    static const char *const WORDS[] = {
            [NODE_AND] = "and",
            [NODE_OR] = "or",
            [NODE_NOT] = "not",
            [NODE_CONST] = "constant",
            [NODE_ANY] = "any",
            [NODE_NO] = "no",
            [NODE_THEN] = "then",
            [NODE_SILENT] = "silent",
            [NODE_COUNT] = "count",
            [NODE_SUM] = "sum",
            [NODE_SCORE] = "score",
            [NODE_PERSONA] = "persona",
            [NODE_REACHED] = "reached",
            [NODE_IS] = "is",
            [NODE_IN_FOR] = "in",
    };
    if (n->op == NODE_WORD || n->op == NODE_COMPARE)
        return of_event ? "property" : n->is_trait ? "trait" : "fact";
    return WORDS[n->op];
}

static void put_children(struct buf *out, const struct node *n, bool of_event)
{
    put_key(out, "children");
    buf_char(out, '[');
    for (const struct node *c = n->first; c; c = c->next) {
        put_comma(out);
        put_node(out, c, of_event);
    }
    buf_char(out, ']');
}

static void put_persona(struct buf *out, const struct node *n)
{
    bool named = n->name.text.p != NULL;
    put_word(out, "compare", !named ? "known" : n->negated ? "is not" : "is");
    put_text(out, "value", named ? n->name.text : STR_NONE);
}

// Long because: one case for each kind of node.
static void put_members(struct buf *out, const struct node *n, bool of_event)
{
    switch (n->op) {
    case NODE_AND:
    case NODE_OR:
    case NODE_NOT:
        put_children(out, n, of_event);
        break;
    case NODE_CONST:
        put_flag(out, "value", n->holds);
        break;
    case NODE_ANY:
    case NODE_NO:
        put_patterns(out, n->list);
        put_window(out, &n->window);
        break;
    case NODE_THEN:
        put_chain(out, n->list);
        break;
    case NODE_SILENT:
        put_patterns(out, n->list);
        put_int(out, "for", n->duration.seconds);
        break;
    case NODE_SUM:
        put_text(out, "name", n->name.text);
        put_patterns(out, n->list);
        put_window(out, &n->window);
        put_relation(out, n);
        break;
    case NODE_COUNT:
        put_patterns(out, n->list);
        put_window(out, &n->window);
        put_relation(out, n);
        break;
    case NODE_WORD: // means that it is yes
        put_text(out, "name", n->name.text);
        put_text(out, "compare", STR("is"));
        put_flag(out, "value", true);
        break;
    case NODE_COMPARE:
        put_text(out, "name", n->name.text);
        put_comparison(out, &n->cmp);
        break;
    case NODE_SCORE:
        put_relation(out, n);
        break;
    case NODE_PERSONA:
        put_persona(out, n);
        break;
    case NODE_REACHED:
    case NODE_IS:
        put_text(out, "name", n->name.text);
        break;
    case NODE_IN_FOR:
        put_text(out, "name", n->name.text);
        put_int(out, "for", n->duration.seconds);
        break;
    }
}

static void put_node(struct buf *out, const struct node *n, bool of_event)
{
    buf_printf(out, "{\"op\":\"%s\",\"from\":%u,\"to\":%u", op_word(n, of_event), n->from, n->to);
    put_members(out, n, of_event);
    buf_char(out, '}');
}

static bool is_trait(const struct program *names, struct str name)
{
    for (uint32_t i = 0; i < names->n_traits; i++)
        if (str_eq(names->traits[i].name, name))
            return true;
    return false;
}

static void resolve(struct node *n, const struct program *names)
{
    if (n->op == NODE_WORD || n->op == NODE_COMPARE)
        n->is_trait = is_trait(names, n->name.text);
    for (struct node *c = n->first; c; c = c->next)
        resolve(c, names);
}

void tree_of_expression(struct arena *arena, const struct program *names, struct str text, struct buf *out,
        struct str *ret_canonical)
{
    struct arena *scratch = arena_new();
    struct diagnostics *d = diagnostics_new(scratch);
    struct ast *ast = parse(scratch, source_new(scratch, STR_NONE, text), PARSE_EXPR, d);
    bool readable = ast->expr && !d->errors;
    if (ret_canonical)
        *ret_canonical = STR_NONE;
    if (readable && ret_canonical) {
        print_texts(scratch, ast->expr);
        *ret_canonical = arena_str(arena, ast->expr->text);
    }
    if (readable) {
        resolve(ast->expr, names);
        put_node(out, ast->expr, false);
    } else {
        buf_put(out, STR("null"));
    }
    arena_free(scratch);
}

// --- statements

static void put_tree(struct buf *out, const char *name, const struct node *n)
{
    put_key(out, name);
    if (n)
        put_node(out, n, false);
    else
        buf_put(out, STR("null"));
}

static void put_points(struct buf *out, const struct stmt *s)
{
    static const char *const RULES[] = {
            [POINTS_EACH] = "each", [POINTS_ONCE] = "once", [POINTS_WHEN] = "when"};
    put_number(out, "points", s->n.value);
    put_word(out, "rule", RULES[s->points]);
    if (s->list)
        put_patterns(out, s->list);
    else
        put_tree(out, "tree", s->when);
    if (s->at_most.text.p) {
        put_number(out, "at_most", s->at_most.value);
        put_int(out, "per", s->per.seconds);
    }
}

static void put_body(struct buf *out, const struct stmt *s)
{
    static const char *const TYPES[] = {
            [TYPE_NUMBER] = "number", [TYPE_TEXT] = "text", [TYPE_FLAG] = "flag", [TYPE_DATE] = "date"};
    switch (s->kind) {
    case STMT_MODEL:
    case STMT_ABOUT:
        break;
    case STMT_HALF_LIFE:
        put_int(out, "seconds", s->duration.seconds);
        break;
    case STMT_TRAIT:
        put_word(out, "type", TYPES[s->type]);
        break;
    case STMT_SIGNAL:
        put_patterns(out, s->list);
        break;
    case STMT_FACT:
    case STMT_PERSONA:
    case STMT_GRADE:
        put_tree(out, "tree", s->when);
        break;
    case STMT_POINTS:
        put_points(out, s);
        break;
    case STMT_STAGE:
        put_text(out, "label", s->label.text.p ? s->label.text : s->name.text);
        put_tree(out, "tree", s->when);
        put_tree(out, "until", s->until);
        put_flag(out, "while", s->is_while);
        break;
    }
}

static void put_stmt(struct buf *out, const struct source *source, const struct stmt *s)
{
    static const char *const KINDS[] = {
            [STMT_MODEL] = "model",
            [STMT_ABOUT] = "about",
            [STMT_HALF_LIFE] = "half-life",
            [STMT_TRAIT] = "trait",
            [STMT_SIGNAL] = "signal",
            [STMT_FACT] = "fact",
            [STMT_PERSONA] = "persona",
            [STMT_POINTS] = "points",
            [STMT_STAGE] = "stage",
            [STMT_GRADE] = "grade",
    };
    uint32_t line, column, end_line, end_column;
    source_place(source, s->at, &line, &column);
    source_place(source, s->end, &end_line, &end_column);
    begin(out, s->at, s->end);
    put_word(out, "kind", KINDS[s->kind]);
    put_text(out, "name", s->name.text.p ? s->name.text : STR_NONE);
    put_int(out, "line", line);
    put_int(out, "column", column);
    put_int(out, "end_line", end_line);
    put_int(out, "end_column", end_column);
    put_flag(out, "ok", !s->broken);
    if (!s->broken)
        put_body(out, s);
    buf_char(out, '}');
}

void tree_of_statements(struct str text, struct buf *out)
{
    struct arena *scratch = arena_new();
    struct diagnostics *d = diagnostics_new(scratch);
    const struct source *source = source_new(scratch, STR_NONE, text);
    struct ast *ast = parse(scratch, source, PARSE_MODEL, d);
    check_free(check_model(scratch, ast, d)); // says which names are traits
    buf_char(out, '[');
    for (const struct stmt *s = ast->stmts; s; s = s->next)
        if (!s->next || s->next->at != s->at) // of one with an error behind it the broken one counts
            put_stmt(out, source, s);
    buf_char(out, ']');
    arena_free(scratch);
}
