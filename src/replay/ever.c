// Who a part of a condition has ever held for: what may be left out when the rest of the condition changes.
#include "replay/block.h"

struct asked {
    const struct expr *const *parts;
    const bool *of_stages; // the part looks at other stages, which a hand may have moved
    const uint32_t *stages;
    uint32_t n;
    uint64_t *const *ever;
};

// Blocks end within words, and other threads have the other end.
static void add_bit(uint64_t *bits, uint32_t contact)
{
    __atomic_fetch_or(&bits[contact / 64], UINT64_C(1) << contact % 64, __ATOMIC_RELAXED);
}

static void do_unit(void *arg, struct block *b, uint32_t unit, uint32_t first, uint32_t end)
{
    const struct asked *asked = arg;
    (void)unit;
    while (first < end) {
        first = block_load(b, first, end);
        for (uint32_t i = 0; i < asked->n; i++) {
            const struct line *line = block_line(b, asked->parts[i], asked->stages[i], NULL);
            for (uint32_t c = 0; c < b->n; c++)
                if (contact_events(b, c) &&
                        ((b->by_hand[c] && asked->of_stages[i]) || !line_is(line, c, false)))
                    add_bit(asked->ever[i], b->first + c);
        }
    }
}

static bool looks_at_stages(const struct expr *e)
{
    bool looks = e->op == EXPR_REACHED || e->op == EXPR_IS || e->op == EXPR_IN_FOR;
    for (uint32_t i = 0; i < e->n_children; i++)
        looks |= looks_at_stages(e->children[i]);
    return looks;
}

bool replay_ever(const struct program *program, const struct columns *columns,
        const struct replay_options *options, const struct expr *const *parts, const uint32_t *stages,
        uint32_t n, uint64_t *const *ret_ever)
{
    struct arena *arena = arena_new();
    struct bound *bound = bind_program(program, columns);
    struct run run = {.bound = bound, .program = program, .columns = columns, .options = options};
    bool *wanted = ARENA_ARRAY(arena, bool, program->n_stages + 1),
         *of_stages = ARENA_ARRAY(arena, bool, (size_t)n + 1);
    struct asked asked = {parts, of_stages, stages, n, ret_ever};
    for (uint32_t i = 0; i < n; i++)
        of_stages[i] = looks_at_stages(parts[i]);
    memset(wanted, true, program->n_stages);
    run.wanted = wanted;
    run_init(&run, arena, NEED_STAGES);
    run.masked = false; // each part is asked for everybody
    if (!run.nothing)
        run_threads(&run, do_unit, &asked);
    bound_free(bound);
    arena_free(arena);
    return !options->cancel || !atomic_load(options->cancel);
}
