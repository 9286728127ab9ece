#include "app/report/snapshot.h"

#include "replay/replay.h"

// Replayed by chunks, so that what a replay gives about transitions never is all there at once.
enum { CHUNK = 1 << 18 };

uint16_t program_stage(const struct program *program, struct str name)
{
    for (uint32_t s = 0; s < program->n_stages; s++)
        if (str_eq(program->stages[s].name, name))
            return (uint16_t)s;
    return STAGE_NONE;
}

uint16_t program_goal(const struct program *program)
{
    uint16_t named = program_stage(program, STR("prospect"));
    if (named != STAGE_NONE || program->n_stages == 0)
        return named;
    return (uint16_t)(program->n_stages > 1 ? program->n_stages - 2 : 0);
}

uint16_t program_sale(const struct program *program)
{
    uint16_t named = program_stage(program, STR("customer"));
    if (named != STAGE_NONE || program->n_stages == 0)
        return named;
    return (uint16_t)(program->n_stages - 1);
}

static uint32_t *numbers(struct arena *arena, uint32_t n)
{
    return arena_alloc(arena, ((size_t)n + 1) * sizeof(uint32_t));
}

static struct snapshot *snapshot_new(const struct program *program, const struct columns *c, int64_t at)
{
    struct arena *arena = arena_new();
    struct snapshot *s = ARENA_NEW(arena, struct snapshot);
    s->arena = arena;
    s->program = program;
    s->at = at;
    s->epoch = c->epoch;
    s->number = numbers(arena, c->n_contacts);
    s->first = numbers(arena, c->n_contacts);
    s->last = numbers(arena, c->n_contacts);
    s->since = numbers(arena, c->n_contacts);
    s->score = arena_alloc(arena, ((size_t)c->n_contacts + 1) * sizeof *s->score);
    s->stage = arena_alloc(arena, ((size_t)c->n_contacts + 1) * sizeof *s->stage);
    s->entered = ARENA_ARRAY(arena, uint32_t *, program->n_stages + 1);
    for (uint32_t k = 0; k < program->n_stages; k++)
        s->entered[k] = numbers(arena, c->n_contacts);
    return s;
}

static uint32_t last_event(const struct columns *c, uint32_t contact, int64_t at)
{
    uint32_t e = c->off[contact + 1];
    while (e > c->off[contact] + 1 && c->epoch + c->time[e - 1] > at)
        e--;
    return c->time[e - 1];
}

static uint16_t small(uint32_t stage)
{
    return stage == NO_INDEX ? STAGE_NONE : (uint16_t)stage;
}

// A contact becomes a row; index: in the chunk, contact: in all columns.
static void add_row(struct snapshot *s, const struct columns *all, const struct replay_result *r,
        uint32_t index, uint32_t contact)
{
    const struct standing *standing = &r->standings[index];
    uint32_t row = s->n++;
    s->number[row] = all->owner[contact];
    s->first[row] = all->time[all->off[contact]];
    s->last[row] = last_event(all, contact, s->at);
    s->since[row] = step_time(standing->since);
    s->score[row] = standing->score;
    s->stage[row] = small(standing->stage);
    for (uint32_t k = 0; k < r->n_stages; k++) {
        step_t first = r->stages[k][index].first;
        s->entered[k][row] = first == STEP_NONE ? NEVER : step_time(first);
    }
}

static void add_changes(
        struct snapshot *s, const struct replay_result *r, size_t *next, uint32_t index, uint32_t row)
{
    while (*next < r->transitions.n && r->transitions.v[*next].contact < index)
        ++*next;
    for (; *next < r->transitions.n && r->transitions.v[*next].contact == index; ++*next) {
        const struct transition *t = &r->transitions.v[*next];
        if (t->kind == CHANGE_STAGE)
            vec_push(&s->changes,
                    (struct stage_change){row, step_time(t->step), small(t->from), small(t->to)});
    }
}

static void add_chunk(struct snapshot *s, const struct columns *all, uint32_t from, uint32_t to,
        unsigned threads, uint32_t *rows_of)
{
    struct columns view = columns_view(all, from, to);
    struct replay_options options = {.at = s->at, .threads = threads, .transitions = true, .standings = true};
    struct replay_result r;
    size_t next = 0;
    replay_run(s->program, &view, &options, &r);
    for (uint32_t i = 0; i < r.n_contacts; i++) {
        if (!r.exists[i] || (s->program->filter && !r.standings[i].filter))
            continue;
        rows_of[s->n] = from + i;
        add_changes(s, &r, &next, i, s->n);
        add_row(s, all, &r, i, from + i);
    }
    replay_result_free(&r);
}

struct snapshot *snapshot_build(
        const struct program *program, const struct columns *columns, int64_t at, unsigned threads)
{
    struct snapshot *s = snapshot_new(program, columns, at);
    uint32_t *touch[2], *contact = mem_alloc(((size_t)columns->n_contacts + 1) * sizeof *contact);
    for (uint32_t from = 0; from < columns->n_contacts; from += CHUNK)
        add_chunk(s, columns, from, columns->n_contacts - from > CHUNK ? from + CHUNK : columns->n_contacts,
                threads, contact);
    for (unsigned i = 0; i < 2; i++)
        touch[i] = numbers(s->arena, columns->n_contacts);
    touches_find(columns, at, s->arena, touch, &s->touches, &s->n_touches);
    for (uint32_t row = 0; row < s->n; row++) // rows are in the order of contacts, so none is read late
        for (unsigned i = 0; i < 2; i++)
            touch[i][row] = touch[i][contact[row]];
    for (unsigned i = 0; i < 2; i++)
        s->touch[i] = touch[i];
    free(contact);
    return s;
}

void snapshot_free(struct snapshot *s)
{
    if (!s)
        return;
    vec_free(&s->changes);
    arena_free(s->arena);
}
