// Compilation: the tree of a regular expression to the steps of a nondeterministic automaton (Thompson 1968).
#include "rules/regex.h"

#include "base/utf8.h"
#include "rules/cond.h"

struct emitter {
    struct regex_step *steps;
    uint32_t n;
};

static void put(struct emitter *e, struct regex_step step)
{
    e->steps[e->n++] = step;
}

static void emit(struct emitter *e, const struct regex_node *node);

// Sizes are known beforehand, so jumps ahead need no patching.
static void emit_alternatives(struct emitter *e, const struct regex_node *node)
{
    uint32_t end = e->n + node->size;
    for (const struct regex_node *child = node->child; child; child = child->next) {
        if (child->next)
            put(e, (struct regex_step){.op = STEP_SPLIT, .x = e->n + 1, .y = e->n + child->size + 2});
        emit(e, child);
        if (child->next)
            put(e, (struct regex_step){.op = STEP_JUMP, .x = end});
    }
}

static void emit_repeat(struct emitter *e, const struct regex_node *node)
{
    const struct regex_node *child = node->child;
    uint32_t end = e->n + node->size;
    if (child->size == 0) // repeats nothing: no steps, and no loop over a count that no size bounds
        return;
    for (uint32_t i = 0; i < node->min; i++)
        emit(e, child);
    if (node->max != REGEX_NO_LIMIT) {
        for (uint32_t i = node->min; i < node->max; i++) {
            put(e, (struct regex_step){.op = STEP_SPLIT, .x = e->n + 1, .y = end});
            emit(e, child);
        }
    } else if (node->min > 0) {
        put(e, (struct regex_step){.op = STEP_SPLIT, .x = e->n - child->size, .y = end});
    } else {
        uint32_t loop = e->n;
        put(e, (struct regex_step){.op = STEP_SPLIT, .x = loop + 1, .y = end});
        emit(e, child);
        put(e, (struct regex_step){.op = STEP_JUMP, .x = loop});
    }
}

static void emit(struct emitter *e, const struct regex_node *node)
{
    switch (node->kind) {
    case NODE_CHAR:
        put(e, (struct regex_step){.op = STEP_CHAR, .x = node->code_point});
        break;
    case NODE_ANY:
        put(e, (struct regex_step){.op = STEP_ANY});
        break;
    case NODE_SET:
        put(e, (struct regex_step){.op = STEP_SET, .set = node->set});
        break;
    case NODE_BEGIN:
        put(e, (struct regex_step){.op = STEP_BEGIN});
        break;
    case NODE_END:
        put(e, (struct regex_step){.op = STEP_END});
        break;
    case NODE_CAT:
        for (const struct regex_node *child = node->child; child; child = child->next)
            emit(e, child);
        break;
    case NODE_ALT:
        emit_alternatives(e, node);
        break;
    case NODE_REPEAT:
        emit_repeat(e, node);
        break;
    }
}

// The byte of the pattern as written that became byte `at` of its NFC: where a prefix's NFC gets as long.
static size_t place_as_written(struct arena *scratch, struct str pattern, struct str nfc, size_t at)
{
    if (str_eq(pattern, nfc))
        return at;
    size_t place = 0;
    while (place < pattern.n && utf8_nfc(scratch, str_sub(pattern, 0, place)).n < at)
        utf8_next(pattern, &place);
    return place;
}

struct regex *regex_compile(struct arena *arena, struct str pattern, size_t *ret_at, struct err *err)
{
    struct arena *scratch = arena_new();
    // A pattern too long is refused by its first bytes, before anything is spent on it.
    struct str nfc = pattern.n <= REGEX_BYTES_MAX ? utf8_nfc(scratch, pattern) : pattern;
    struct err what = {0};
    size_t at = 0;
    struct regex *regex = NULL;
    const struct regex_node *root = regex_parse(arena, scratch, nfc, &at, &what);
    if (root) {
        struct emitter e = {ARENA_ARRAY(arena, struct regex_step, root->size + 1), 0};
        emit(&e, root);
        put(&e, (struct regex_step){.op = STEP_MATCH});
        regex = ARENA_NEW(arena, struct regex);
        *regex = (struct regex){e.n, e.steps};
    } else {
        at = place_as_written(scratch, pattern, nfc, at);
        if (ret_at)
            *ret_at = at;
        err_set(err, what.code, "%s (at byte %zu)", what.message, at + 1);
    }
    arena_free(scratch);
    return regex;
}
