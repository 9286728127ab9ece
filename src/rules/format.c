// The canonical form of a model: one statement a line, neighbours of a kind aligned, long ones broken at
// `and`, `or` and commas. Comments stay where they are between the words; blank lines stay, one at most.
#include "base/utf8.h"
#include "rules/print.h"
#include "rules/words.h"

enum {
    WIDTH = 110,      // columns of a line, where it can be broken
    ALIGNED_MAX = 30, // a longer name does not move its neighbours
    INDENT_MAX = 60,  // deeper ones would leave no room
};

struct writer {
    struct arena *arena;
    struct buf *out;
    const struct comment *comments; // that are still to be written
    uint32_t n_comments;
    unsigned column; // code points of this line
    unsigned indent; // of this line, written before its first word
    unsigned owed;   // blanks of an alignment, written before the next word on this line
    bool fresh;      // nothing on this line yet
    bool commented;  // this line ends with a comment
};

static unsigned width(struct str s)
{
    unsigned n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

static void blanks(struct writer *w, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        buf_char(w->out, ' ');
    w->column += n;
}

static void put(struct writer *w, struct str s)
{
    if (w->fresh)
        blanks(w, w->indent);
    blanks(w, w->owed);
    w->owed = 0;
    w->fresh = false;
    buf_put(w->out, s);
    w->column += width(s);
}

static void new_line(struct writer *w, unsigned indent)
{
    if (!w->fresh)
        buf_char(w->out, '\n');
    w->column = w->owed = 0;
    w->indent = indent < INDENT_MAX ? indent : INDENT_MAX;
    w->fresh = true;
    w->commented = false;
}

static bool comment_before(const struct writer *w, uint32_t at)
{
    return w->n_comments && w->comments->at < at;
}

// Writes the comments that stand before a place, then begins a new line.
static void break_line(struct writer *w, uint32_t at, unsigned indent)
{
    while (comment_before(w, at)) {
        if (w->comments->trailing && !w->fresh && !w->commented) {
            w->owed = 2;
        } else {
            new_line(w, indent);
        }
        put(w, w->comments->text);
        w->commented = true;
        w->comments++;
        w->n_comments--;
    }
    new_line(w, indent);
}

// A blank, or a new line if a comment comes between.
static void gap(struct writer *w, uint32_t at, unsigned indent)
{
    if (comment_before(w, at))
        break_line(w, at, indent);
    else if (!w->fresh)
        put(w, STR(" "));
}

static unsigned here(const struct writer *w)
{
    return (w->fresh ? w->indent : w->column) + w->owed;
}

// Whether a text that ends at `end` in the source may be written on this line, with `more` columns behind it.
static bool fits(const struct writer *w, struct str text, uint32_t end, unsigned more)
{
    return !comment_before(w, end) && here(w) + width(text) + more <= WIDTH;
}

// Comments inside words that are written as one come behind them. Without this, the second formatting would
// see them at another place than the first.
struct settle {
    struct comment *comments;
    uint32_t n;
};

static void settle(struct settle *s, uint32_t from, uint32_t to)
{
    uint32_t lo = 0, hi = s->n;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (s->comments[mid].at <= from)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < s->n && s->comments[lo].at < to; lo++)
        s->comments[lo].at = to;
}

static void settle_node(struct settle *s, const struct node *n);

static bool breakable(const struct pattern *p)
{
    return p->where && (p->where->op == NODE_AND || p->where->op == NODE_OR);
}

static void settle_list(struct settle *s, const struct pattern_list *list)
{
    for (const struct pattern *p = list->first; p; p = p->next) {
        if (breakable(p)) {
            settle_node(s, p->where);
            settle(s, p->where->end - 1, p->end);
        } else {
            settle(s, p->at, p->end);
        }
    }
}

static void settle_node(struct settle *s, const struct node *n)
{
    if (n->op == NODE_AND || n->op == NODE_OR || n->op == NODE_NOT) {
        for (const struct node *child = n->first; child; child = child->next)
            settle_node(s, child);
        return;
    }
    if (!n->list) {
        settle(s, n->at, n->end);
        return;
    }
    if (n->op == NODE_SUM)
        settle(s, n->at, n->name.end);
    const struct pattern_list *last = n->list;
    for (const struct pattern_list *l = n->list; l; last = l, l = l->next) {
        settle_list(s, l);
        if (l->within.seconds)
            settle(s, l->end - 1, l->within.end);
    }
    if (n->op != NODE_THEN && n->end > last->end)
        settle(s, n->window.kind != WINDOW_NONE ? n->window.at : last->end - 1, n->end);
}

static void write_joined(struct writer *w, const struct node *n, unsigned operators, unsigned more);

// An operand, with parentheses if its parent asks for them.
static void write_node(struct writer *w, const struct node *n, bool parens, unsigned more);

static void write_pattern(struct writer *w, const struct pattern *p, unsigned more)
{
    if (!breakable(p) || fits(w, p->text, p->end, more)) {
        put(w, p->text);
        return;
    }
    struct buf head = {0};
    print_primary(&head, p);
    buf_put(&head, STR(" where ("));
    put(w, buf_str(&head));
    buf_free(&head);
    unsigned column = here(w);
    if (comment_before(w, p->where->at))
        break_line(w, p->where->first->at, column);
    write_joined(w, p->where, column, 1);
    put(w, p->machines ? STR(") including machines") : STR(")"));
}

// more: columns needed behind the last pattern.
static void write_list(struct writer *w, const struct pattern_list *list, unsigned more)
{
    unsigned column = here(w);
    for (const struct pattern *p = list->first; p; p = p->next) {
        if (p != list->first) {
            put(w, STR(","));
            if (comment_before(w, p->at) || here(w) + 1 + width(p->text) + (p->next ? 1 : more) > WIDTH)
                break_line(w, p->at, column);
            else
                put(w, STR(" "));
        }
        write_pattern(w, p, p->next ? 1 : more);
    }
}

static void write_over(struct writer *w, const struct node *n, unsigned more)
{
    unsigned start = here(w) + 4;
    struct buf text = {0};
    print_head(&text, n);
    text.n--; // the blank behind it
    put(w, buf_str(&text));
    gap(w, n->list->at, start);
    text.n = 0;
    print_tail(&text, n);
    struct str tail = str_trim(buf_str(&text));
    write_list(w, n->list, tail.n ? width(tail) + 1 : more);
    for (const struct pattern_list *l = n->list->next; l; l = l->next) {
        struct str within = arena_printf(w->arena, "within %.*s", STR_ARG(l->within.text));
        unsigned length = width(within);
        for (const struct pattern *p = l->first; p; p = p->next)
            length += width(p->text) + 2;
        if (comment_before(w, l->at) || here(w) + 6 + length > WIDTH)
            break_line(w, l->at, start);
        else
            put(w, STR(" "));
        put(w, STR("then "));
        write_list(w, l, width(within) + 1);
        gap(w, l->within.at, start);
        put(w, within);
    }
    if (tail.n) {
        gap(w, n->window.kind != WINDOW_NONE ? n->window.at : n->end, start);
        put(w, tail);
    }
    buf_free(&text);
}

// The operands of `and`, `or` on lines of their own, each operator at the column given.
static void write_joined(struct writer *w, const struct node *n, unsigned operators, unsigned more)
{
    for (const struct node *child = n->first; child; child = child->next) {
        if (child != n->first) {
            break_line(w, child->at, operators);
            put(w, n->op == NODE_AND ? STR("and ") : STR("or "));
        }
        write_node(w, child, print_parens(n->op, child), child->next ? 0 : more);
    }
}

static void write_node(struct writer *w, const struct node *n, bool parens, unsigned more)
{
    if (parens) {
        put(w, STR("("));
        more++;
    }
    unsigned column = here(w);
    // A comment behind the parenthesis or `not` before goes with the first word.
    if (comment_before(w, n->at))
        break_line(w, n->at, column);
    if (fits(w, n->text, n->end, more)) {
        put(w, n->text);
    } else if (n->op == NODE_AND || n->op == NODE_OR) {
        write_joined(w, n, parens ? column : column + 4, more);
    } else if (n->op == NODE_NOT) {
        put(w, STR("not "));
        write_node(w, n->first, print_parens(NODE_NOT, n->first), more);
    } else if (n->list) {
        write_over(w, n, more);
    } else {
        put(w, n->text);
    }
    if (parens)
        put(w, STR(")"));
}

// "when", "until" and the condition: operators end where the keyword does, so that operands stand in one
// column.
static void write_clause(struct writer *w, const char *keyword, const struct node *n)
{
    unsigned column = here(w), length = (unsigned)strlen(keyword);
    put(w, str_of(keyword));
    put(w, STR(" "));
    if (fits(w, n->text, n->end, 0) || (n->op != NODE_AND && n->op != NODE_OR)) {
        write_node(w, n, false, 0);
        return;
    }
    write_joined(w, n, column + length - (n->op == NODE_AND ? 3 : 2), 0);
}

// Widths to which neighbouring statements of a kind are aligned.
struct columns_of_run {
    unsigned name, label, number;
};

static struct str shown_name(struct writer *w, const struct stmt *s)
{
    if (s->kind != STMT_PERSONA && s->kind != STMT_MODEL && s->kind != STMT_ABOUT)
        return s->name.text;
    struct buf text = {0};
    print_string(&text, s->name.text);
    struct str out = arena_str(w->arena, buf_str(&text));
    buf_free(&text);
    return out;
}

static struct str shown_label(struct writer *w, const struct stmt *s)
{
    if (!s->label.text.p)
        return STR_NONE;
    struct buf text = {0};
    print_string(&text, s->label.text);
    struct str out = arena_str(w->arena, buf_str(&text));
    buf_free(&text);
    return out;
}

static void widen(unsigned *column, unsigned to)
{
    if (to > *column && to <= ALIGNED_MAX)
        *column = to;
}

static uint32_t end_of(const struct stmt *s)
{
    return s->until            ? s->until->end
           : s->when           ? s->when->end
           : s->at_most.text.p ? s->per.end
           : s->list           ? s->list->end
                               : s->head_end;
}

// s begins a run: the statements of its kind up to the next blank line.
static struct columns_of_run measure(struct writer *w, const struct stmt *s)
{
    struct columns_of_run run = {0};
    const struct comment *comment = w->comments, *end = w->comments + w->n_comments;
    const struct stmt *last = NULL;
    for (const struct stmt *t = s; t && t->kind == s->kind; last = t, t = t->next) {
        bool apart = t->newlines > 1;
        for (; comment < end && comment->at < t->at; comment++)
            apart |= comment->newlines > 1 && last && comment->at >= end_of(last);
        if (last && apart)
            break;
        // A fact without a rule and a grade `otherwise` have nothing to align but their names.
        if (t->kind != STMT_FACT || t->when)
            widen(&run.name, width(shown_name(w, t)));
        widen(&run.label, width(shown_label(w, t)));
        widen(&run.number, width(t->n.text));
    }
    return run;
}

static void pad(struct writer *w, struct str text, unsigned to)
{
    put(w, text);
    w->owed += width(text) < to ? to - width(text) : 0;
}

// " when …" behind the head, or below it if comments stand between or there is no room beside it.
static void write_when(struct writer *w, const char *keyword, const struct node *n)
{
    if (comment_before(w, n->at) || here(w) > INDENT_MAX)
        break_line(w, n->at, 8);
    else
        put(w, STR(" "));
    write_clause(w, keyword, n);
}

static void write_stage(struct writer *w, const struct stmt *s, struct columns_of_run run)
{
    put(w, STR("stage "));
    struct str label = shown_label(w, s);
    pad(w, s->name.text, run.name);
    if (label.n) {
        put(w, STR(" "));
        pad(w, label, run.label);
    } else if (run.label && width(s->name.text) <= ALIGNED_MAX) {
        w->owed += run.label + 1;
    }
    bool below = comment_before(w, s->when->at) || here(w) > INDENT_MAX;
    unsigned column = below ? 8 : here(w) + 1;
    write_when(w, s->is_while ? "while" : "when", s->when);
    if (s->until) {
        break_line(w, s->until->at, column);
        write_clause(w, "until", s->until);
    }
}

static void write_points(struct writer *w, const struct stmt *s, struct columns_of_run run)
{
    put(w, STR("points "));
    for (unsigned n = width(s->n.text); n < run.number; n++)
        put(w, STR(" "));
    put(w, s->n.text);
    if (s->points == POINTS_WHEN) {
        write_when(w, "when", s->when);
        return;
    }
    put(w, s->points == POINTS_EACH ? STR(" each") : STR(" once"));
    gap(w, s->list->at, 8);
    struct buf cap = {0};
    if (s->at_most.text.p)
        print_cap(&cap, s);
    write_list(w, s->list, cap.n ? width(buf_str(&cap)) + 1 : 0);
    if (cap.n) {
        gap(w, s->at_most.at, 8);
        put(w, buf_str(&cap));
    }
    buf_free(&cap);
}

static void write_named(struct writer *w, const struct stmt *s, struct columns_of_run run)
{
    static const char *const WORDS[] = {
            [STMT_MODEL] = "model ",
            [STMT_ABOUT] = "about ",
            [STMT_TRAIT] = "trait ",
            [STMT_SIGNAL] = "signal ",
            [STMT_FACT] = "fact ",
            [STMT_PERSONA] = "persona ",
            [STMT_GRADE] = "grade ",
    };
    static const char *const TYPES[] = {" number", " text", " flag", " date"};
    put(w, str_of(WORDS[s->kind]));
    bool more = s->when || s->kind == STMT_TRAIT || s->kind == STMT_SIGNAL || s->kind == STMT_GRADE;
    pad(w, shown_name(w, s), more ? run.name : 0);
    if (s->when) {
        write_when(w, "when", s->when);
    } else if (s->kind == STMT_TRAIT) {
        put(w, str_of(TYPES[s->type]));
    } else if (s->kind == STMT_GRADE) {
        put(w, STR(" otherwise"));
    } else if (s->kind == STMT_SIGNAL) {
        put(w, STR(" ="));
        unsigned column = here(w) + 1;
        gap(w, s->list->at, column <= 40 ? column : 8);
        write_list(w, s->list, 0);
    }
}

static void write_stmt(struct writer *w, const struct stmt *s, struct columns_of_run run)
{
    switch (s->kind) {
    case STMT_HALF_LIFE:
        put(w, STR("half-life "));
        put(w, s->duration.text);
        break;
    case STMT_POINTS:
        write_points(w, s, run);
        break;
    case STMT_STAGE:
        write_stage(w, s, run);
        break;
    default:
        write_named(w, s, run);
    }
}

// Comments between statements, and the blank lines around them.
static void write_between(struct writer *w, uint32_t at, uint32_t newlines)
{
    bool first = w->out->n == 0;
    while (comment_before(w, at)) {
        const struct comment *comment = w->comments;
        if (comment->trailing && !w->fresh && !w->commented) {
            w->owed = 2;
        } else {
            new_line(w, 0);
            if (comment->newlines > 1 && !first)
                buf_char(w->out, '\n');
        }
        put(w, comment->text);
        w->commented = true;
        first = false;
        w->comments++;
        w->n_comments--;
    }
    new_line(w, 0);
    if (newlines > 1 && !first)
        buf_char(w->out, '\n');
}

static void settle_all(const struct ast *ast)
{
    struct settle s = {ast->comments, ast->n_comments};
    for (const struct stmt *t = ast->stmts; t; t = t->next) {
        settle(&s, t->at, t->head_end);
        if (t->list)
            settle_list(&s, t->list);
        if (t->at_most.text.p)
            settle(&s, t->at_most.at, t->per.end);
        if (t->when)
            settle_node(&s, t->when);
        if (t->until)
            settle_node(&s, t->until);
    }
}

static void write_model(struct writer *w, const struct ast *ast)
{
    struct columns_of_run run = {0};
    const struct stmt *last = NULL;
    for (const struct stmt *s = ast->stmts; s; last = s, s = s->next) {
        bool apart = !last || last->kind != s->kind || s->newlines > 1;
        for (uint32_t i = 0; i < w->n_comments && w->comments[i].at < s->at; i++)
            apart |= w->comments[i].newlines > 1;
        if (s->when)
            print_texts(w->arena, s->when);
        if (s->until)
            print_texts(w->arena, s->until);
        if (s->list)
            print_list_texts(w->arena, s->list);
        if (apart)
            run = measure(w, s);
        write_between(w, s->at, s->newlines);
        write_stmt(w, s, run);
    }
    write_between(w, UINT32_MAX, 0);
}

bool model_format(struct str text, struct buf *out, struct diagnostics *d)
{
    struct arena *arena = arena_new();
    unsigned before = diag_errors(d);
    const struct source *source = source_new(arena, STR_NONE, text);
    const struct ast *ast = parse(arena, source, PARSE_MODEL, d);
    struct buf formatted = {0};
    if (diag_errors(d) == before) {
        settle_all(ast);
        struct writer w = {.arena = arena,
                .out = &formatted,
                .comments = ast->comments,
                .n_comments = ast->n_comments,
                .fresh = true};
        write_model(&w, ast);
        if (formatted.n > SOURCE_MAX)
            diag_error(d, source, 0, STR_NONE, "the formatted text would be more than 1 MB");
    }
    diag_sort(d);
    bool ok = diag_errors(d) == before;
    if (ok)
        buf_put(out, buf_str(&formatted));
    buf_free(&formatted);
    arena_free(arena);
    return ok;
}
