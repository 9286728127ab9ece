// Tags: text → program.
#include "mail/liquid_private.h"

static bool fail_at(struct parser *p, const char *at, const char *what)
{
    return liquid_fail(p->program->text, at, ERR_INPUT, p->err, "%s", what);
}

static void body_init(struct body *body)
{
    *body = (struct body){.end = &body->first, .blank = true};
}

static void body_add(struct body *body, struct node *node)
{
    *body->end = node;
    body->end = &node->next;
    body->blank = body->blank && node->blank;
}

// In a body that writes nothing but white space, that goes, too.
static void drop_blanks(struct body *body)
{
    struct node **at = &body->first;
    while (*at)
        if ((*at)->kind == NODE_TEXT)
            *at = (*at)->next;
        else
            at = &(*at)->next;
    body->end = at;
}

static struct node *new_node(struct parser *p, enum node_kind kind, const struct piece *piece)
{
    struct node *node = ARENA_NEW(p->arena, struct node);
    node->kind = kind;
    node->at = piece->at;
    return node;
}

static bool parse_body(struct parser *p, const struct piece *opened, const char *const *ends,
        struct body *body, struct piece *ret_end);

// --- what the tags say

static bool parse_values(struct parser *p, struct markup *m, struct node *node)
{
    struct expr *list[100] = {NULL};
    unsigned n = 0;
    bool more = true;
    while (more && m->token != TOKEN_END) {
        if (n == sizeof list / sizeof *list)
            return fail_at(p, node->at, "there are too many values");
        if (!markup_expr(m, &list[n++]) || !markup_take(m, ',', &more))
            return false;
    }
    node->values = ARENA_ARRAY(p->arena, struct expr *, (size_t)n + 1);
    memcpy(node->values, list, n * sizeof *list);
    node->n = n;
    return markup_end(m);
}

// "name" of assign, capture, increment: letters, digits, - _ . [ ] ( ).
static struct str variable_name(struct str text, struct str *ret_rest)
{
    size_t from = 0, to;
    static const char SIGNS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.[]()";
    while (from < text.n && !memchr(SIGNS, text.p[from], sizeof SIGNS - 1))
        from++;
    for (to = from; to < text.n && memchr(SIGNS, text.p[to], sizeof SIGNS - 1); to++)
        ;
    *ret_rest = str_trim(str_sub(text, to, text.n));
    return str_sub(text, from, to);
}

static bool parse_assign(struct parser *p, struct piece *piece, struct body *body)
{
    struct node *node = new_node(p, NODE_ASSIGN, piece);
    struct markup m;
    struct str rest;
    node->blank = true;
    node->text = variable_name(piece->markup, &rest);
    if (!node->text.n || !rest.n || rest.p[0] != '=')
        return fail_at(p, piece->at, "assign NAME = VALUE is expected");
    body_add(body, node);
    return markup_begin(p, str_sub(rest, 1, rest.n), &m) && markup_filtered(&m, &node->value);
}

static bool parse_capture(struct parser *p, struct piece *piece, struct body *body)
{
    static const char *const ENDS[] = {"endcapture", NULL};
    struct node *node = new_node(p, NODE_CAPTURE, piece);
    struct piece end;
    struct str rest;
    node->blank = true;
    node->text = variable_name(piece->markup, &rest);
    if (!node->text.n)
        return fail_at(p, piece->at, "capture NAME is expected");
    body_add(body, node);
    return parse_body(p, piece, ENDS, &node->body, &end);
}

static bool parse_counter(struct parser *p, struct piece *piece, struct body *body)
{
    struct node *node =
            new_node(p, str_eq(piece->tag, STR("increment")) ? NODE_INCREMENT : NODE_DECREMENT, piece);
    node->text = piece->markup;
    body_add(body, node);
    return node->text.n || fail_at(p, piece->at, "a name is expected");
}

static bool parse_output(struct parser *p, struct piece *piece, struct str text, struct body *body)
{
    struct node *node = new_node(p, NODE_OUTPUT, piece);
    struct markup m;
    body_add(body, node);
    return markup_begin(p, text, &m) && markup_filtered(&m, &node->value);
}

static bool parse_echo(struct parser *p, struct piece *piece, struct body *body)
{
    return parse_output(p, piece, piece->markup, body);
}

// {% block "name" %} is {{ blocks["name"] }}.
static bool parse_block(struct parser *p, struct piece *piece, struct body *body)
{
    struct node *node = new_node(p, NODE_OUTPUT, piece);
    struct expr *path = ARENA_NEW(p->arena, struct expr);
    struct markup m;
    struct use *use = ARENA_NEW(p->arena, struct use);
    *path = (struct expr){.kind = EXPR_PATH, .at = piece->at, .root = STR("blocks"), .n = 1};
    path->parts = ARENA_NEW(p->arena, struct part);
    path->source = piece->markup;
    node->value.value = path;
    use->path = path;
    *p->program->uses_end = use;
    p->program->uses_end = &use->next;
    body_add(body, node);
    return markup_begin(p, piece->markup, &m) && markup_expr(&m, &path->parts[0].expr) && markup_end(&m);
}

static bool parse_cycle(struct parser *p, struct piece *piece, struct body *body)
{
    struct node *node = new_node(p, NODE_CYCLE, piece);
    struct markup m, ahead;
    struct expr *first;
    bool named;
    body_add(body, node);
    if (!markup_begin(p, piece->markup, &m))
        return false;
    if (m.token == TOKEN_END)
        return fail_at(p, piece->at, "cycle needs values");
    ahead = m;
    if (!markup_expr(&ahead, &first) || !markup_take(&ahead, ':', &named))
        return false;
    node->subject = named ? first : NULL;
    node->text = piece->markup;
    if (!parse_values(p, named ? &ahead : &m, node))
        return false;
    return node->n || fail_at(p, piece->at, "cycle needs values");
}

static bool parse_stop(struct parser *p, struct piece *piece, struct body *body)
{
    body_add(body, new_node(p, str_eq(piece->tag, STR("break")) ? NODE_BREAK : NODE_CONTINUE, piece));
    return true;
}

static bool parse_changed(struct parser *p, struct piece *piece, struct body *body)
{
    static const char *const ENDS[] = {"endifchanged", NULL};
    struct node *node = new_node(p, NODE_CHANGED, piece);
    struct piece end;
    if (!parse_body(p, piece, ENDS, &node->body, &end))
        return false;
    node->blank = node->body.blank;
    body_add(body, node);
    return true;
}

static bool parse_comment(struct parser *p, struct piece *piece, struct body *body)
{
    (void)body;
    return piece_skip_comment(p, piece->at);
}

// {% # each line of it begins with # %}
static bool parse_hash(struct parser *p, struct piece *piece, struct body *body)
{
    struct str rest = piece->markup;
    (void)body;
    for (size_t end = str_find(rest, '\n'); end < rest.n; end = str_find(rest, '\n')) {
        rest = str_trim(str_sub(rest, end + 1, rest.n));
        if (rest.n && rest.p[0] != '#')
            return fail_at(p, piece->at, "each line of such a comment must begin with #");
    }
    return true;
}

static bool parse_raw(struct parser *p, struct piece *piece, struct body *body)
{
    bool raw = str_eq(piece->tag, STR("raw"));
    struct node *node = new_node(p, NODE_TEXT, piece);
    if (piece->markup.n)
        return fail_at(p, piece->at, "nothing is expected behind the tag's name");
    if (!piece_raw(p, raw ? "endraw" : "enddoc", piece->at, &node->text))
        return false;
    if (!raw || !node->text.n)
        return true;
    // Also white space is meant here: it does not make a body blank, and is not dropped with one.
    node->kind = NODE_OUTPUT;
    node->value.value = ARENA_NEW(p->arena, struct expr);
    node->value.value->value = liquid_text(node->text);
    node->value.value->value.raw = true;
    body_add(body, node);
    return true;
}

static bool parse_liquid(struct parser *p, struct piece *piece, struct body *body)
{
    struct scanner lines = {.text = piece->markup, .lines = true}, *outer = p->scanner;
    struct piece end;
    struct body inner;
    p->scanner = &lines;
    bool ok = parse_body(p, piece, NULL, &inner, &end);
    p->scanner = outer;
    for (struct node *node = inner.first, *next; ok && node; node = next) {
        next = node->next;
        node->next = NULL;
        body_add(body, node);
    }
    return ok;
}

// --- if, unless, case

static bool parse_branch_condition(struct parser *p, const struct piece *piece, struct branch *branch)
{
    struct markup m;
    return markup_begin(p, piece->markup, &m) && markup_condition(&m, &branch->condition);
}

static bool parse_if(struct parser *p, struct piece *piece, struct body *body)
{
    static const char *const IF[] = {"endif", "elsif", "else", NULL}, *const UNLESS[] = {"endunless", "elsif",
                                                                              "else", NULL};
    bool unless = str_eq(piece->tag, STR("unless"));
    struct node *node = new_node(p, NODE_IF, piece);
    struct branch **end = &node->branches;
    struct piece at = *piece;
    node->blank = true;
    do {
        struct branch *branch = *end = ARENA_NEW(p->arena, struct branch);
        end = &branch->next;
        branch->negated = unless && branch == node->branches;
        if ((!str_eq(at.tag, STR("else")) && !parse_branch_condition(p, &at, branch)) ||
                !parse_body(p, piece, unless ? UNLESS : IF, &branch->body, &at))
            return false;
        node->blank = node->blank && branch->body.blank;
    } while (!str_starts(at.tag, STR("end")));
    for (struct branch *b = node->branches; node->blank && b; b = b->next)
        drop_blanks(&b->body);
    body_add(body, node);
    return true;
}

// 'a', 'b' or 'c'; what cannot be understood behind one is left out, as Shopify does.
static bool parse_when(struct parser *p, const struct piece *piece, struct branch *branch)
{
    struct expr *list[100] = {NULL};
    struct markup m;
    bool more = true;
    if (!markup_begin(p, piece->markup, &m))
        return false;
    while (more && branch->n < 100) {
        if (!markup_expr(&m, &list[branch->n++]))
            return false;
        more = markup_is(&m, "or");
        if (more ? !markup_next(&m) : !markup_take(&m, ',', &more))
            return false;
    }
    branch->values = ARENA_ARRAY(p->arena, struct expr *, (size_t)branch->n + 1);
    memcpy(branch->values, list, branch->n * sizeof *list);
    return true;
}

static bool parse_case(struct parser *p, struct piece *piece, struct body *body)
{
    static const char *const ENDS[] = {"endcase", "when", "else", NULL};
    struct node *node = new_node(p, NODE_CASE, piece);
    struct branch **end = &node->branches;
    struct body before;
    struct markup m;
    struct piece at;
    if (!markup_begin(p, piece->markup, &m) || !markup_expr(&m, &node->subject) || !markup_end(&m) ||
            !parse_body(p, piece, ENDS, &before, &at))
        return false;
    node->blank = before.blank;
    while (!str_starts(at.tag, STR("end"))) {
        struct branch *branch = *end = ARENA_NEW(p->arena, struct branch);
        end = &branch->next;
        branch->otherwise = str_eq(at.tag, STR("else"));
        if ((!branch->otherwise && !parse_when(p, &at, branch)) ||
                !parse_body(p, piece, ENDS, &branch->body, &at))
            return false;
        node->blank = node->blank && branch->body.blank;
    }
    for (struct branch *b = node->branches; node->blank && b; b = b->next)
        drop_blanks(&b->body);
    body_add(body, node);
    return true;
}

// --- loops

static bool loop_argument(struct parser *p, struct markup *m, struct node *node)
{
    struct str name = m->text;
    struct expr **slot = NULL;
    bool colon;
    if (markup_is(m, "limit"))
        slot = &node->limit;
    else if (markup_is(m, "offset"))
        slot = &node->offset;
    else if (node->kind == NODE_ROWS && markup_is(m, "cols"))
        slot = &node->columns;
    if (!slot)
        return fail_at(p, name.p, "limit: or offset: is expected");
    if (!markup_next(m) || !markup_take(m, ':', &colon))
        return false;
    if (!colon)
        return fail_at(p, name.p, "a colon is expected behind it");
    if (slot == &node->offset && node->kind == NODE_FOR && markup_is(m, "continue")) {
        node->goes_on = true;
        return markup_next(m);
    }
    return markup_expr(m, slot);
}

static bool loop_markup(struct parser *p, const struct piece *piece, struct node *node)
{
    struct markup m;
    bool comma;
    if (!markup_begin(p, piece->markup, &m))
        return false;
    node->text = m.text;
    if (m.token != TOKEN_ID || !markup_next(&m) || !markup_is(&m, "in"))
        return fail_at(p, piece->at, "NAME in VALUES is expected");
    if (!markup_next(&m) || !markup_expr(&m, &node->subject))
        return false;
    node->loop = arena_printf(p->arena, "%.*s-%.*s", STR_ARG(node->text), STR_ARG(node->subject->source));
    if (node->kind == NODE_FOR && markup_is(&m, "reversed")) {
        node->reversed = true;
        if (!markup_next(&m))
            return false;
    }
    for (;;) {
        if (!markup_take(&m, ',', &comma))
            return false;
        if (m.token == TOKEN_END)
            return true;
        if (!loop_argument(p, &m, node))
            return false;
    }
}

static bool parse_for(struct parser *p, struct piece *piece, struct body *body)
{
    static const char *const ENDS[] = {"endfor", "else", NULL};
    struct node *node = new_node(p, NODE_FOR, piece);
    struct piece at;
    if (!loop_markup(p, piece, node) || !parse_body(p, piece, ENDS, &node->body, &at))
        return false;
    node->blank = node->body.blank;
    if (str_eq(at.tag, STR("else"))) {
        static const char *const END[] = {"endfor", NULL};
        node->branches = ARENA_NEW(p->arena, struct branch);
        if (!parse_body(p, piece, END, &node->branches->body, &at))
            return false;
        node->blank = node->blank && node->branches->body.blank;
    }
    if (node->blank) {
        drop_blanks(&node->body);
        if (node->branches)
            drop_blanks(&node->branches->body);
    }
    body_add(body, node);
    return true;
}

static bool parse_rows(struct parser *p, struct piece *piece, struct body *body)
{
    static const char *const ENDS[] = {"endtablerow", NULL};
    struct node *node = new_node(p, NODE_ROWS, piece);
    struct piece end;
    body_add(body, node);
    return loop_markup(p, piece, node) && parse_body(p, piece, ENDS, &node->body, &end);
}

// --- all of it

static const struct {
    const char *name;
    bool (*parse)(struct parser *p, struct piece *piece, struct body *body);
} TAGS[] = {{"assign", parse_assign}, {"block", parse_block}, {"break", parse_stop},
        {"capture", parse_capture}, {"case", parse_case}, {"comment", parse_comment},
        {"continue", parse_stop}, {"cycle", parse_cycle}, {"decrement", parse_counter}, {"doc", parse_raw},
        {"echo", parse_echo}, {"for", parse_for}, {"if", parse_if}, {"ifchanged", parse_changed},
        {"increment", parse_counter}, {"liquid", parse_liquid}, {"raw", parse_raw}, {"tablerow", parse_rows},
        {"unless", parse_if}, {"#", parse_hash}};

static bool parse_tag(struct parser *p, struct piece *piece, struct body *body)
{
    for (size_t i = 0; i < sizeof TAGS / sizeof *TAGS; i++)
        if (str_eq(piece->tag, str_of(TAGS[i].name)))
            return TAGS[i].parse(p, piece, body);
    return liquid_fail(p->program->text, piece->at, ERR_INPUT, p->err, "there is no tag \"%.*s\" here",
            (int)(piece->tag.n > 40 ? 40 : piece->tag.n), piece->tag.p);
}

static bool is_end(const struct piece *piece, const char *const *ends)
{
    for (; ends && *ends; ends++)
        if (str_eq(piece->tag, str_of(*ends)))
            return true;
    return false;
}

static void add_text(struct parser *p, const struct piece *piece, struct body *body)
{
    struct node *node = new_node(p, NODE_TEXT, piece);
    node->text = piece->text;
    node->blank = !str_trim(piece->text).n;
    body_add(body, node);
}

// Up to one of the tags `ends` (NULL: the template's, or the lines', end).
static bool parse_body(struct parser *p, const struct piece *opened, const char *const *ends,
        struct body *body, struct piece *ret_end)
{
    struct piece piece;
    bool ok = true;
    body_init(body);
    if (++p->depth > LIQUID_DEPTH_MAX)
        return fail_at(p, opened->at, "tags are nested too deeply");
    while (ok && (ok = piece_next(p, &piece))) {
        if (piece.kind == PIECE_END) {
            *ret_end = piece;
            p->depth--;
            return !ends || liquid_fail(p->program->text, opened->at, ERR_INPUT, p->err,
                                    "\"%.*s\" is never closed by %s", STR_ARG(opened->tag), ends[0]);
        }
        if (++p->nodes > LIQUID_NODES_MAX)
            return liquid_fail(p->program->text, piece.at, ERR_LIMIT, p->err, "the template is too large");
        if (piece.kind == PIECE_TAG && is_end(&piece, ends)) {
            *ret_end = piece;
            p->depth--;
            return true;
        }
        if (piece.kind == PIECE_TEXT)
            add_text(p, &piece, body);
        else
            ok = piece.kind == PIECE_TAG ? parse_tag(p, &piece, body)
                                         : parse_output(p, &piece, piece.text, body);
    }
    return false;
}

bool liquid_parse(struct arena *arena, struct str text, const struct liquid **ret, struct err *err)
{
    struct liquid *program = ARENA_NEW(arena, struct liquid);
    struct scanner scanner = {.text = text};
    struct parser p = {.arena = arena, .program = program, .scanner = &scanner, .err = err};
    struct piece begin = {.at = text.p}, end;
    if (text.n > LIQUID_TEXT_MAX)
        return err_set(err, ERR_LIMIT, "the template is larger than %d bytes", LIQUID_TEXT_MAX);
    program->text = text;
    program->uses_end = &program->uses;
    if (!parse_body(&p, &begin, NULL, &program->body, &end))
        return false;
    *ret = program;
    return true;
}

void liquid_uses(
        const struct liquid *program, struct arena *arena, const struct liquid_use **ret, size_t *ret_n)
{
    size_t n = 0, max = 0;
    for (const struct use *use = program->uses; use; use = use->next)
        max++;
    struct liquid_use *list = ARENA_ARRAY(arena, struct liquid_use, max + 1);
    for (const struct use *use = program->uses; use; use = use->next) {
        struct liquid_use found = {.path = use->path->source, .line = 1, .column = 1};
        bool there = false;
        for (size_t i = 0; i < n && !there; i++)
            there = str_eq(list[i].path, found.path);
        for (const char *p = program->text.p; !there && p < use->path->at; p++) {
            found.column = *p == '\n' ? 1 : found.column + 1;
            found.line += *p == '\n';
        }
        if (!there)
            list[n++] = found;
    }
    *ret = list;
    *ret_n = n;
}
