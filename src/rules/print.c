// The canonical text of expressions on one line. The formatter breaks the same text over lines.
#include "rules/print.h"
#include "rules/words.h"

void print_string(struct buf *out, struct str s)
{
    buf_char(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '"' || c == '\\')
            buf_char(out, '\\');
        if (c == '\n')
            buf_put(out, STR("\\n"));
        else
            buf_char(out, c);
    }
    buf_char(out, '"');
}

void print_cap(struct buf *out, const struct stmt *points)
{
    struct str per = points->per.text;
    if (str_starts(per, STR("1 ")))
        per = str_sub(per, 2, per.n);
    buf_printf(out, "at most %.*s per %.*s", STR_ARG(points->at_most.text), STR_ARG(per));
}

const char *print_relation(enum relation rel)
{
    static const char *const SIGNS[] = {"<", "<=", ">", ">=", "=", "!="};
    return SIGNS[rel];
}

// `and` binds tighter than `or`, `not` tighter than both; a group of `and` within `or` keeps the parentheses
// it was written with.
bool print_parens(enum node_op parent, const struct node *child)
{
    switch (parent) {
    case NODE_AND:
        return child->op == NODE_OR;
    case NODE_OR:
        return child->op == NODE_AND && child->paren;
    case NODE_NOT:
        return child->op == NODE_AND || child->op == NODE_OR;
    default:
        return false;
    }
}

static void put_node(struct buf *out, struct node *n);

void print_property(struct buf *out, struct str name)
{
    if (word_is_property(name))
        buf_put(out, name);
    else
        print_string(out, name);
}

const char *print_comparison(const struct comparison *cmp)
{
    static const char *const WORDS[] = {
            [CMP_IS] = "is",
            [CMP_IS_NOT] = "is not",
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
    if (cmp->list)
        return cmp->op == CMP_IS ? "in" : "not in";
    return cmp->op == CMP_IS && cmp->sign ? "=" : WORDS[cmp->op];
}

static void put_comparison(struct buf *out, const struct comparison *cmp)
{
    buf_printf(out, " %s", print_comparison(cmp));
    if (cmp->list)
        buf_put(out, STR(" ("));
    for (const struct written *v = cmp->values; v; v = v->next) {
        if (!cmp->list)
            buf_char(out, ' ');
        buf_put(out, v->canon);
        if (v->next)
            buf_put(out, STR(", "));
    }
    if (cmp->list)
        buf_char(out, ')');
}

void print_primary(struct buf *out, const struct pattern *p)
{
    switch (p->kind) {
    case PATTERN_EVENT:
        if (word_is_event(p->name))
            buf_put(out, p->name);
        else
            print_string(out, p->name);
        break;
    case PATTERN_SIGNAL:
        buf_put(out, p->name);
        break;
    case PATTERN_PREFIX:
        buf_put(out, p->name);
        buf_char(out, '*');
        break;
    case PATTERN_DIRECTION:
        buf_put(out, direction_word(p->direction));
        break;
    }
}

// `where not x is 1` needs no parentheses, `where not (…)` stands in another pair: `where (not (…))`.
bool print_where_parens(const struct node *where)
{
    return !(where->op == NODE_COMPARE || (where->op == NODE_NOT && where->first->op == NODE_COMPARE));
}

static void put_pattern(struct buf *out, struct pattern *p)
{
    size_t from = out->n;
    print_primary(out, p);
    if (p->where) {
        bool parens = print_where_parens(p->where);
        buf_put(out, parens ? STR(" where (") : STR(" where "));
        put_node(out, p->where);
        if (parens)
            buf_char(out, ')');
    }
    if (p->machines)
        buf_put(out, STR(" including machines"));
    p->text = (struct str){NULL, out->n - from};
    p->text_at = from;
}

static void put_list(struct buf *out, struct pattern_list *list)
{
    for (struct pattern *p = list->first; p; p = p->next) {
        put_pattern(out, p);
        if (p->next)
            buf_put(out, STR(", "));
    }
}

void print_tail(struct buf *out, const struct node *n)
{
    if (n->window.kind != WINDOW_NONE) {
        buf_char(out, ' ');
        buf_put(out, n->window.text);
    }
    if (n->op == NODE_COUNT || n->op == NODE_SUM)
        buf_printf(out, " %s %.*s", print_relation(n->rel), STR_ARG(n->number.text));
    if (n->op == NODE_SILENT)
        buf_printf(out, " for %.*s", STR_ARG(n->duration.text));
}

void print_head(struct buf *out, const struct node *n)
{
    static const char *const HEADS[] = {
            [NODE_ANY] = "any ",
            [NODE_NO] = "no ",
            [NODE_THEN] = "any ",
            [NODE_SILENT] = "silent ",
            [NODE_COUNT] = "count ",
            [NODE_SUM] = "sum ",
    };
    buf_put(out, str_of(HEADS[n->op]));
    if (n->op == NODE_SUM) {
        print_property(out, n->name.text);
        buf_put(out, STR(" of "));
    }
}

static void put_over(struct buf *out, struct node *n)
{
    print_head(out, n);
    put_list(out, n->list);
    for (struct pattern_list *l = n->list->next; l; l = l->next) {
        buf_put(out, STR(" then "));
        put_list(out, l);
        buf_printf(out, " within %.*s", STR_ARG(l->within.text));
    }
    print_tail(out, n);
}

static void put_joined(struct buf *out, struct node *n)
{
    for (struct node *c = n->first; c; c = c->next) {
        bool parens = print_parens(n->op, c);
        if (parens)
            buf_char(out, '(');
        put_node(out, c);
        if (parens)
            buf_char(out, ')');
        if (c->next)
            buf_put(out, n->op == NODE_AND ? STR(" and ") : STR(" or "));
    }
}

static void put_node(struct buf *out, struct node *n)
{
    size_t from = out->n;
    switch (n->op) {
    case NODE_NOT:
        buf_put(out, STR("not "));
        put_joined(out, n);
        break;
    case NODE_AND:
    case NODE_OR:
        put_joined(out, n);
        break;
    case NODE_CONST:
        buf_put(out, n->holds ? STR("yes") : STR("no"));
        break;
    case NODE_ANY:
    case NODE_NO:
    case NODE_THEN:
    case NODE_SILENT:
    case NODE_COUNT:
    case NODE_SUM:
        put_over(out, n);
        break;
    case NODE_WORD:
        buf_put(out, n->name.text);
        break;
    case NODE_COMPARE:
        print_property(out, n->name.text);
        put_comparison(out, &n->cmp);
        break;
    case NODE_SCORE:
        buf_printf(out, "score %s %.*s", print_relation(n->rel), STR_ARG(n->number.text));
        break;
    case NODE_PERSONA:
        buf_put(out, !n->name.text.p ? STR("persona known")
                     : n->negated    ? STR("persona is not ")
                                     : STR("persona is "));
        if (n->name.text.p)
            print_string(out, n->name.text);
        break;
    case NODE_REACHED:
        buf_printf(out, "reached %.*s", STR_ARG(n->name.text));
        break;
    case NODE_IS:
        buf_printf(out, "is %.*s", STR_ARG(n->name.text));
        break;
    case NODE_IN_FOR:
        buf_printf(out, "in %.*s for %.*s", STR_ARG(n->name.text), STR_ARG(n->duration.text));
        break;
    }
    n->text = (struct str){NULL, out->n - from};
    n->text_at = from;
}

// Second pass: the texts are slices of the whole.
static void place_node(struct node *n, const char *base);

static void place_list(struct pattern_list *list, const char *base)
{
    for (struct pattern *p = list->first; p; p = p->next) {
        p->text.p = base + p->text_at;
        if (p->where)
            place_node(p->where, base);
    }
}

static void place_node(struct node *n, const char *base)
{
    n->text.p = base + n->text_at;
    for (struct node *c = n->first; c; c = c->next)
        place_node(c, base);
    for (struct pattern_list *l = n->list; l; l = l->next)
        place_list(l, base);
}

void print_texts(struct arena *arena, struct node *node)
{
    struct buf out = {0};
    put_node(&out, node);
    place_node(node, arena_str(arena, buf_str(&out)).p);
    buf_free(&out);
}

struct str print_list_texts(struct arena *arena, struct pattern_list *list)
{
    struct buf out = {0};
    put_list(&out, list);
    struct str text = arena_str(arena, buf_str(&out));
    place_list(list, text.p);
    buf_free(&out);
    return text;
}
