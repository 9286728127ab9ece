// Rendering: program and values → text.
#include "mail/liquid_run.h"

#include "base/html.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

// --- limits and errors

bool run_fail(struct run *r, const char *format, ...)
{
    char message[300];
    va_list args;
    if (r->failed)
        return false;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    r->failed = true;
    return liquid_fail(r->program->text, r->at, ERR_INPUT, r->err, "%s", message);
}

static bool too_much(struct run *r, const char *what)
{
    if (r->failed)
        return false;
    r->failed = true;
    return liquid_fail(r->program->text, r->at, ERR_LIMIT, r->err, "%s", what);
}

bool run_spend(struct run *r, size_t steps)
{
    r->steps += steps;
    if (r->steps > LIQUID_STEPS_MAX)
        return too_much(r, "rendering takes too many steps");
    if (arena_size(r->arena) > r->memory)
        return too_much(r, "rendering takes too much memory");
    return !r->failed;
}

void run_put(struct run *r, struct buf *out, struct str text)
{
    if (r->failed)
        return;
    if (out->n + text.n > LIQUID_OUTPUT_MAX)
        too_much(r, "the text becomes too large");
    else
        buf_put(out, text);
}

struct liquid_value run_made(struct run *r, struct buf *made)
{
    struct str text = arena_str(r->arena, (struct str){made->p ? made->p : "", made->n});
    r->steps += made->n / 256;
    buf_free(made);
    return liquid_text(text);
}

void liquid_escape_html(void *ctx, struct str value, struct buf *out)
{
    (void)ctx;
    html_text(out, value);
}

// --- variables

static struct local *local_find(struct local *list, struct str name)
{
    for (; list; list = list->next)
        if (str_eq(list->name, name))
            return list;
    return NULL;
}

static struct local *local_add(struct run *r, struct local **list, struct str name, struct liquid_value value)
{
    struct local *local = ARENA_NEW(r->arena, struct local);
    *local = (struct local){name, value, *list};
    *list = local;
    return local;
}

static void local_set(struct run *r, struct local **list, struct str name, struct liquid_value value)
{
    struct local *local = local_find(*list, name);
    if (local)
        local->value = value;
    else
        local_add(r, list, name, value);
}

// *ret_own: the template's own, of which nobody needs to be told that it is nil.
static struct liquid_value variable(struct run *r, struct str name, bool *ret_own)
{
    struct local *local = local_find(r->inner, name);
    if (!local)
        local = local_find(r->assigned, name);
    if (!local)
        local = local_find(r->counters, name);
    *ret_own = local != NULL;
    return local ? local->value : value_get(r, r->scope, liquid_text(name), false);
}

static struct liquid_value eval_path(struct run *r, const struct expr *e)
{
    bool own = false;
    struct str root = e->root;
    if (e->dynamic) {
        struct liquid_value name = run_eval(r, e->dynamic);
        root = value_text(r, name);
    }
    struct liquid_value v = variable(r, root, &own);
    for (unsigned i = 0; i < e->n && v.kind != LIQUID_NIL; i++) {
        const struct part *part = &e->parts[i];
        v = value_get(r, v, part->expr ? run_eval(r, part->expr) : liquid_text(part->key), !part->expr);
    }
    if (v.kind == LIQUID_NIL && r->told && !r->quiet && !own && r->options->missing)
        r->options->missing(r->options->missing_ctx, e->source);
    return v;
}

static int64_t bound(struct run *r, struct liquid_value v)
{
    int64_t n = 0;
    if (v.kind == LIQUID_TEXT)
        return number_of(v).whole;
    if (v.kind == LIQUID_REAL)
        return (int64_t)(v.real > 9e15 ? 9e15 : v.real < -9e15 ? -9e15 : v.real);
    if (v.kind != LIQUID_NIL)
        number_whole(r, v, &n);
    return n;
}

struct liquid_value run_eval(struct run *r, const struct expr *e)
{
    if (!run_spend(r, 1) || e->kind == EXPR_VALUE)
        return e->value;
    if (e->kind == EXPR_PATH)
        return eval_path(r, e);
    struct liquid_value range = {.kind = LIQUID_RANGE};
    range.range.from = bound(r, run_eval(r, e->from));
    range.range.to = bound(r, run_eval(r, e->to));
    return range;
}

// --- filters

static struct liquid_value apply(struct run *r, const struct filter_call *call, struct liquid_value in)
{
    struct liquid_value args[8], out = LIQUID_NOTHING;
    struct filter_args given = {args, call->n, false};
    bool quiet = r->quiet;
    for (unsigned i = 0; i < call->n && i < 8; i++)
        args[i] = run_eval(r, call->args[i]);
    r->quiet = quiet;
    r->at = call->at;
    if (call->allow_false)
        given.allow_false = value_true(run_eval(r, call->allow_false));
    if (!run_spend(r, 1 + (in.kind == LIQUID_TEXT ? in.text.n / 256 : 0)) ||
            !call->filter->run(r, in, &given, &out))
        return LIQUID_NOTHING;
    return out;
}

static struct liquid_value eval_filtered(struct run *r, const struct filtered *f)
{
    const char *at = r->at;
    if (!f->value)
        return LIQUID_NOTHING;
    for (const struct filter_call *c = f->filters; c; c = c->next)
        r->quiet = r->quiet || str_eq(str_of(c->filter->name), STR("default"));
    struct liquid_value v = run_eval(r, f->value);
    r->quiet = false;
    for (const struct filter_call *c = f->filters; c && !r->failed; c = c->next)
        v = apply(r, c, v);
    r->at = r->failed ? r->at : at;
    return v;
}

// --- conditions

static bool contains(struct run *r, struct liquid_value a, struct liquid_value b)
{
    if (!value_true(a) || !value_true(b))
        return false;
    if (a.kind == LIQUID_TEXT) {
        struct str part = value_text(r, b);
        return !part.n || memmem(a.text.p, a.text.n, part.p, part.n);
    }
    if (a.kind == LIQUID_OBJECT)
        return b.kind == LIQUID_TEXT && value_get(r, a, b, false).kind != LIQUID_NIL;
    if (a.kind == LIQUID_RANGE)
        return b.kind == LIQUID_INT && b.number >= a.range.from && b.number <= a.range.to;
    if (a.kind == LIQUID_ARRAY)
        for (uint32_t i = 0; i < a.n && run_spend(r, 1); i++)
            if (value_equal(r, a.items[i], b))
                return true;
    return false;
}

static bool ordered(struct run *r, struct liquid_value a, enum compare compare, struct liquid_value b)
{
    int order;
    bool able_a = value_is_number(a) || a.kind == LIQUID_TEXT || a.kind == LIQUID_TIME;
    bool able_b = value_is_number(b) || b.kind == LIQUID_TEXT || b.kind == LIQUID_TIME;
    if (!able_a || !able_b)
        return false;
    if (!value_order(a, b, &order))
        return run_fail(r, "a number and a text cannot be compared by < and >");
    return compare == CMP_LT   ? order < 0
           : compare == CMP_GT ? order > 0
           : compare == CMP_LE ? order <= 0
                               : order >= 0;
}

static bool holds_one(struct run *r, const struct condition *c)
{
    struct liquid_value a = run_eval(r, c->left), b;
    if (c->compare == CMP_NONE)
        return value_true(a);
    b = run_eval(r, c->right);
    r->at = c->left->at;
    switch (c->compare) {
    case CMP_EQ:
        return value_equal(r, a, b);
    case CMP_NE:
        return !value_equal(r, a, b);
    case CMP_CONTAINS:
        return contains(r, a, b);
    default:
        return ordered(r, a, c->compare, b);
    }
}

static bool holds(struct run *r, const struct condition *c)
{
    for (; !r->failed; c = c->next) {
        bool one = holds_one(r, c);
        if (!c->next || (c->or ? one : !one))
            return one;
    }
    return false;
}

// --- nodes

static void render_body(struct run *r, const struct body *body, struct buf *out);

static void write_value(struct run *r, struct liquid_value v, struct buf *out)
{
    struct str text = value_text(r, v);
    if (!r->options->escape || v.raw || !text.n) {
        run_put(r, out, text);
        return;
    }
    struct buf escaped = {0};
    r->options->escape(r->options->escape_ctx, text, &escaped);
    run_put(r, out, buf_str(&escaped));
    buf_free(&escaped);
}

static void render_output(struct run *r, const struct node *node, struct buf *out)
{
    r->told = true;
    struct liquid_value v = eval_filtered(r, &node->value);
    r->told = false;
    write_value(r, v, out);
}

static void render_if(struct run *r, const struct node *node, struct buf *out)
{
    for (const struct branch *b = node->branches; b && !r->failed; b = b->next)
        if (!b->condition || holds(r, b->condition) != b->negated) {
            render_body(r, &b->body, out);
            return;
        }
}

// As Ruby's: each value that fits writes its body, else ones as long as none has.
static void render_case(struct run *r, const struct node *node, struct buf *out)
{
    struct liquid_value subject = run_eval(r, node->subject);
    bool any = false;
    for (const struct branch *b = node->branches; b && !r->failed; b = b->next) {
        if (b->otherwise && !any)
            render_body(r, &b->body, out);
        for (unsigned i = 0; i < b->n && !r->failed; i++)
            if (value_equal(r, subject, run_eval(r, b->values[i]))) {
                any = true;
                render_body(r, &b->body, out);
            }
    }
}

// What of the items a loop goes through: offset and limit.
static struct liquid_value slice(struct run *r, const struct node *node, struct liquid_value subject,
        int64_t from, bool limited, int64_t to)
{
    struct liquid_value items = value_items(r, subject);
    (void)node;
    if (subject.kind == LIQUID_TEXT)
        return items; // one, whatever is asked for
    int64_t first = from < 0 ? 0 : from, end = items.n;
    if (limited && to < end)
        end = to < 0 ? 0 : to;
    if (first >= end)
        return value_array(NULL, 0);
    items.items += first;
    items.n = (uint32_t)(end - first);
    return items;
}

static int64_t added(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? (b < 0 ? INT64_MIN : INT64_MAX) : sum;
}

static struct liquid_value loop_items(struct run *r, const struct node *node)
{
    struct liquid_value v, subject = run_eval(r, node->subject);
    int64_t from = 0, to = 0;
    bool limited = false;
    if (node->goes_on) {
        struct local *before = local_find(r->offsets, node->loop);
        from = before ? before->value.number : 0;
    } else if (node->offset && (v = run_eval(r, node->offset)).kind != LIQUID_NIL &&
               !number_whole(r, v, &from))
        return value_array(NULL, 0);
    if (node->limit && (v = run_eval(r, node->limit)).kind != LIQUID_NIL) {
        limited = true;
        if (!number_whole(r, v, &to))
            return value_array(NULL, 0);
    }
    v = slice(r, node, subject, from, limited, added(from, to));
    local_set(r, &r->offsets, node->loop, liquid_int(added(from, v.n)));
    if (!node->reversed || v.n < 2)
        return v;
    struct liquid_value *turned = ARENA_ARRAY(r->arena, struct liquid_value, v.n);
    for (uint32_t i = 0; i < v.n; i++)
        turned[i] = v.items[v.n - 1 - i];
    return value_array(turned, v.n);
}

struct loop_state {
    struct liquid_value parent;
    struct str name;
    int64_t i, n, columns; // columns: of tablerow, else 0
};

static bool loop_find(void *ctx, struct arena *arena, struct str key, struct liquid_value *ret)
{
    const struct loop_state *s = ctx;
    const struct {
        struct str key;
        struct liquid_value value;
    } KNOWN[] = {{STR("index"), liquid_int(s->i + 1)}, {STR("index0"), liquid_int(s->i)},
            {STR("rindex"), liquid_int(s->n - s->i)}, {STR("rindex0"), liquid_int(s->n - s->i - 1)},
            {STR("first"), liquid_flag(s->i == 0)}, {STR("last"), liquid_flag(s->i == s->n - 1)},
            {STR("length"), liquid_int(s->n)}, {STR("name"), liquid_text(s->name)},
            {STR("parentloop"), s->parent}, {STR("col"), liquid_int(s->columns ? s->i % s->columns + 1 : 0)},
            {STR("col0"), liquid_int(s->columns ? s->i % s->columns : 0)},
            {STR("row"), liquid_int(s->columns ? s->i / s->columns + 1 : 0)},
            {STR("col_first"), liquid_flag(s->columns && s->i % s->columns == 0)},
            {STR("col_last"), liquid_flag(s->columns && s->i % s->columns == s->columns - 1)}};
    (void)arena;
    for (size_t i = 0; i < (s->columns ? 14u : 9u); i++)
        if (str_eq(key, KNOWN[i].key) && !(s->columns && (i == 7 || i == 8))) {
            *ret = KNOWN[i].value;
            return true;
        }
    return false;
}

// The loop's own variables, until `inner` is what it was.
static struct local *loop_begin(struct run *r, const char *name, struct loop_state *state, struct str item)
{
    struct liquid_object *object = ARENA_NEW(r->arena, struct liquid_object);
    *object = (struct liquid_object){.find = loop_find, .ctx = state};
    local_add(r, &r->inner, str_of(name), liquid_object(object));
    return local_add(r, &r->inner, item, LIQUID_NOTHING);
}

static void render_for(struct run *r, const struct node *node, struct buf *out)
{
    struct liquid_value items = loop_items(r, node);
    struct local *before = r->inner, *outer = local_find(r->inner, STR("forloop"));
    struct loop_state *state = ARENA_NEW(r->arena, struct loop_state);
    if (!items.n) {
        if (node->branches && !r->failed)
            render_body(r, &node->branches->body, out);
        return;
    }
    *state = (struct loop_state){
            .parent = outer ? outer->value : LIQUID_NOTHING, .name = node->loop, .n = items.n};
    struct local *item = loop_begin(r, "forloop", state, node->text);
    for (; state->i < state->n && run_spend(r, 1); state->i++) {
        item->value = items.items[state->i];
        render_body(r, &node->body, out);
        bool stop = r->flow == BREAKS;
        r->flow = GOES;
        if (stop)
            break;
    }
    r->inner = before;
}

static int64_t rows_number(struct run *r, const struct expr *e, int64_t otherwise)
{
    int64_t n = 0;
    struct liquid_value v = run_eval(r, e);
    return v.kind == LIQUID_NIL ? otherwise : number_whole(r, v, &n) ? n : otherwise;
}

static void put_cell(struct run *r, const struct node *node, const struct loop_state *s, struct buf *out)
{
    char text[64];
    snprintf(text, sizeof text, "<td class=\"col%" PRId64 "\">", s->i % s->columns + 1);
    run_put(r, out, str_of(text));
    render_body(r, &node->body, out);
    run_put(r, out, STR("</td>"));
}

static void render_rows(struct run *r, const struct node *node, struct buf *out)
{
    struct liquid_value subject = run_eval(r, node->subject);
    struct local *before = r->inner;
    struct loop_state *state = ARENA_NEW(r->arena, struct loop_state);
    char text[64];
    if (!value_true(subject))
        return;
    int64_t from = node->offset ? rows_number(r, node->offset, 0) : 0;
    int64_t to = node->limit ? added(from, rows_number(r, node->limit, 0)) : 0;
    struct liquid_value items = slice(r, node, subject, from, node->limit != NULL, to);
    *state = (struct loop_state){.n = items.n, .columns = items.n};
    if (node->columns)
        state->columns = rows_number(r, node->columns, items.n);
    state->columns = state->columns > 0 ? state->columns : INT64_MAX;
    run_put(r, out, STR("<tr class=\"row1\">\n"));
    struct local *item = loop_begin(r, "tablerowloop", state, node->text);
    for (; state->i < state->n && run_spend(r, 1); state->i++) {
        item->value = items.items[state->i];
        put_cell(r, node, state, out);
        bool stop = r->flow == BREAKS;
        r->flow = GOES;
        if (stop)
            break;
        if (state->i % state->columns == state->columns - 1 && state->i + 1 < state->n) {
            snprintf(
                    text, sizeof text, "</tr>\n<tr class=\"row%" PRId64 "\">", state->i / state->columns + 2);
            run_put(r, out, str_of(text));
        }
    }
    run_put(r, out, STR("</tr>\n"));
    r->inner = before;
}

// Counters live beside the data, and win over it.
static void render_counter(struct run *r, const struct node *node, struct buf *out)
{
    struct local *counter = local_find(r->counters, node->text);
    bool up = node->kind == NODE_INCREMENT;
    if (!counter) {
        struct liquid_value data = value_get(r, r->scope, liquid_text(node->text), false);
        counter = local_add(r, &r->counters, node->text, data.kind == LIQUID_INT ? data : liquid_int(0));
    }
    if (!up)
        counter->value.number = added(counter->value.number, -1);
    value_put(r, counter->value, out);
    if (up)
        counter->value.number = added(counter->value.number, 1);
}

static void render_cycle(struct run *r, const struct node *node, struct buf *out)
{
    // One without a name goes by what it says.
    struct buf key = {0};
    buf_char(&key, node->subject ? 'n' : 'u');
    if (node->subject) {
        struct liquid_value name = run_eval(r, node->subject);
        buf_char(&key, (char)('A' + (int)name.kind));
        buf_put(&key, value_text(r, name));
    } else
        buf_put(&key, node->text);
    struct str name = run_made(r, &key).text;
    struct local *place = local_find(r->cycles, name);
    if (!place)
        place = local_add(r, &r->cycles, name, liquid_int(0));
    int64_t i = place->value.number;
    if (i < node->n)
        write_value(r, run_eval(r, node->values[i]), out);
    place->value.number = i + 1 >= node->n ? 0 : i + 1;
}

// Runs the body into a text of its own. plain: nothing in it is escaped.
static struct str captured(struct run *r, const struct body *body, bool plain)
{
    struct buf out = {0};
    const struct liquid_options *options = r->options;
    struct liquid_options bare = *options;
    bare.escape = NULL;
    if (plain)
        r->options = &bare;
    render_body(r, body, &out);
    r->options = options;
    return run_made(r, &out).text;
}

static void render_changed(struct run *r, const struct node *node, struct buf *out)
{
    struct str text = captured(r, &node->body, false);
    if (r->has_changed && str_eq(text, r->changed))
        return;
    r->has_changed = true;
    r->changed = text;
    run_put(r, out, text);
}

static void render_node(struct run *r, const struct node *node, struct buf *out)
{
    r->at = node->at;
    switch (node->kind) {
    case NODE_TEXT:
        run_put(r, out, node->text);
        break;
    case NODE_OUTPUT:
        render_output(r, node, out);
        break;
    case NODE_IF:
        render_if(r, node, out);
        break;
    case NODE_CASE:
        render_case(r, node, out);
        break;
    case NODE_FOR:
        render_for(r, node, out);
        break;
    case NODE_ROWS:
        render_rows(r, node, out);
        break;
    case NODE_ASSIGN:
        local_set(r, &r->assigned, node->text, eval_filtered(r, &node->value));
        break;
    case NODE_CAPTURE:
        local_set(r, &r->assigned, node->text, liquid_text(captured(r, &node->body, true)));
        break;
    case NODE_INCREMENT:
    case NODE_DECREMENT:
        render_counter(r, node, out);
        break;
    case NODE_CYCLE:
        render_cycle(r, node, out);
        break;
    case NODE_CHANGED:
        render_changed(r, node, out);
        break;
    case NODE_BREAK:
        r->flow = BREAKS;
        break;
    case NODE_CONTINUE:
        r->flow = CONTINUES;
        break;
    }
}

static void render_body(struct run *r, const struct body *body, struct buf *out)
{
    for (const struct node *node = body->first; node && r->flow == GOES && run_spend(r, 1); node = node->next)
        render_node(r, node, out);
}

bool liquid_render(const struct liquid *program, struct arena *arena, struct liquid_value scope,
        const struct liquid_options *options, struct buf *out, struct err *err)
{
    struct run r = {.program = program,
            .arena = arena,
            .options = options,
            .scope = scope,
            .err = err,
            .at = program->text.p,
            .memory = arena_size(arena) + LIQUID_MEMORY_MAX,
            .depth = options->depth};
    struct buf made = {0};
    if (options->depth > LIQUID_DEPTH_MAX)
        return err_set(err, ERR_LIMIT, "templates are nested too deeply");
    render_body(&r, &program->body, &made);
    if (!r.failed)
        buf_put(out, buf_str(&made));
    buf_free(&made);
    return !r.failed;
}
