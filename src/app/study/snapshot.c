#include "app/study/snapshot.h"

#include "base/map.h"
#include "replay/replay.h"
#include "rules/model.h"

#include <math.h>
#include <stdlib.h>

enum {
    KEPT_BYTES_MAX = 64 << 20, // of bit sets
    PARTS_MAX = 64,            // of conditions
    AT_ONCE = 8,               // stages replayed together: their states take 16 bytes a contact each
};

struct study_snapshot *study_snapshot_over(const struct columns *columns, int64_t at)
{
    struct study_snapshot *s = mem_zero(1, sizeof *s);
    s->columns = columns;
    s->at = at;
    s->words = ((size_t)columns->n_contacts + 63) / 64;
    s->exists = mem_zero(s->words + 1, sizeof *s->exists);
    for (uint32_t i = 0; i < columns->n_contacts; i++)
        if (columns->off[i] < columns->off[i + 1] && columns->epoch + columns->time[columns->off[i]] <= at) {
            s->exists[i / 64] |= 1ull << i % 64;
            s->contacts++;
        }
    return s;
}

bool study_snapshot_open(struct app *app, struct study_snapshot **ret, struct err *err)
{
    const struct columns *columns;
    struct data *reader;
    int64_t at = app_now(app);
    if (!app_reader(app, &reader, err))
        return false;
    if (!data_columns(reader, INT64_MAX, &columns, err)) {
        data_close(reader);
        return false;
    }
    *ret = study_snapshot_over(columns, at);
    (*ret)->reader = reader;
    return true;
}

void study_snapshot_free(struct study_snapshot *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->sets.n; i++)
        free(s->sets.v[i].bits);
    vec_free(&s->sets);
    vec_free(&s->scores);
    free(s->exists);
    data_close(s->reader);
    free(s);
}

void study_snapshot_round(struct study_snapshot *s)
{
    s->round++;
    while (s->sets.n > 1 && s->sets.n * s->words * sizeof(uint64_t) > KEPT_BYTES_MAX) {
        size_t oldest = 0;
        for (size_t i = 1; i < s->sets.n; i++)
            if (s->sets.v[i].used < s->sets.v[oldest].used)
                oldest = i;
        free(s->sets.v[oldest].bits);
        s->sets.v[oldest] = s->sets.v[--s->sets.n];
    }
}

static const uint64_t *known(struct study_snapshot *s, uint64_t hash)
{
    for (size_t i = 0; i < s->sets.n; i++)
        if (s->sets.v[i].hash == hash) {
            s->sets.v[i].used = s->round;
            return s->sets.v[i].bits;
        }
    return NULL;
}

// --- who a condition can hold for

struct parts {
    const struct program *program;
    const struct expr *e[PARTS_MAX];
    uint32_t stage[PARTS_MAX], n;
    uint64_t hash[PARTS_MAX];
};

static bool is_logic(const struct expr *e)
{
    return e->op == EXPR_AND || e->op == EXPR_OR;
}

// The condition, and what it is put together of by `and` and `or`, as far as it is not known.
static void add_parts(struct study_snapshot *s, struct parts *parts, const struct expr *e, uint32_t stage)
{
    uint64_t hash = program_expr_hash(parts->program, e, stage);
    bool there = known(s, hash) != NULL;
    for (uint32_t i = 0; i < parts->n && !there; i++)
        there = parts->hash[i] == hash;
    if (!there && parts->n < PARTS_MAX) {
        parts->e[parts->n] = e;
        parts->stage[parts->n] = stage;
        parts->hash[parts->n++] = hash;
    }
    for (uint32_t i = 0; i < e->n_children && is_logic(e); i++)
        add_parts(s, parts, e->children[i], stage);
}

bool study_snapshot_prepare(
        struct study_snapshot *s, const struct program *program, unsigned threads, const atomic_bool *cancel)
{
    struct parts parts = {.program = program};
    struct replay_options options = {.at = s->at, .threads = threads, .cancel = cancel};
    uint64_t *ever[PARTS_MAX];
    for (uint32_t i = 0; i < program->n_stages; i++)
        add_parts(s, &parts, program->stages[i].when, i);
    if (!parts.n)
        return true;
    for (uint32_t i = 0; i < parts.n; i++)
        ever[i] = mem_zero(s->words + 1, sizeof **ever);
    bool ok = replay_ever(program, s->columns, &options, parts.e, parts.stage, parts.n, ever);
    for (uint32_t i = 0; i < parts.n; i++) {
        const struct expr *e = parts.e[i];
        if (!ok) {
            free(ever[i]);
            continue;
        }
        vec_push(&s->sets, (struct kept_set){parts.hash[i], ever[i], s->round});
        if (e->op == EXPR_SCORE && e->rel == REL_GREATER_EQUAL)
            vec_push(&s->scores, e->number);
    }
    return ok;
}

// Whoever has come to a score has come to all that are lower.
static const uint64_t *possible_score(
        struct study_snapshot *s, const struct program *program, const struct expr *e, uint32_t stage)
{
    struct expr lower = *e;
    const uint64_t *best = NULL;
    double most = -INFINITY;
    lower.rel = REL_GREATER_EQUAL;
    for (size_t i = 0; i < s->scores.n && (e->rel == REL_GREATER_EQUAL || e->rel == REL_GREATER); i++) {
        lower.number = s->scores.v[i];
        if (lower.number > e->number || lower.number <= most)
            continue;
        const uint64_t *bits = known(s, program_expr_hash(program, &lower, stage));
        best = bits ? bits : best;
        most = bits ? lower.number : most;
    }
    return best;
}

// Whom a condition of a stage can have held for at some time; NULL: anybody.
static const uint64_t *possible(struct study_snapshot *s, struct arena *arena, const struct program *program,
        const struct expr *e, uint32_t stage)
{
    const uint64_t *bits = known(s, program_expr_hash(program, e, stage));
    if (bits || e->op == EXPR_SCORE)
        return bits ? bits : possible_score(s, program, e, stage);
    if (!is_logic(e))
        return NULL;
    uint64_t *both = NULL;
    for (uint32_t i = 0; i < e->n_children; i++) {
        const uint64_t *child = possible(s, arena, program, e->children[i], stage);
        if (!child && e->op == EXPR_OR)
            return NULL;
        if (!child)
            continue;
        bool first = !both;
        both = first ? ARENA_ARRAY(arena, uint64_t, s->words + 1) : both;
        for (size_t w = 0; w < s->words; w++)
            both[w] = first ? child[w] : e->op == EXPR_AND ? both[w] & child[w] : both[w] | child[w];
    }
    return both;
}

// Whom somebody's hand has put on the stage of this name.
static const uint64_t *assigned(struct study_snapshot *s, struct arena *arena, struct str name)
{
    const struct columns *c = s->columns;
    const struct sparse *prop = columns_prop(c, STR("stage"));
    uint64_t hash = hash64(arena_printf(arena, "stage.assigned %.*s", STR_ARG(name)));
    const uint64_t *there = known(s, hash);
    if (there)
        return there;
    uint64_t *bits = mem_zero(s->words + 1, sizeof *bits);
    uint32_t contact = 0;
    for (uint32_t i = 0; prop && i < prop->n; i++) {
        const struct event_type *type = &c->types[c->type[prop->ev[i]]];
        while (c->off[contact + 1] <= prop->ev[i])
            contact++;
        if (type->kind == EVENT_TRACK && str_eq(type->name, STR("stage.assigned")) &&
                str_eq(columns_value(c, prop->val[i]).text, name))
            bits[contact / 64] |= UINT64_C(1) << contact % 64;
    }
    vec_push(&s->sets, (struct kept_set){hash, bits, s->round});
    return bits;
}

// Who can be on a stage: whoever its condition can have held for, and whom a hand has put there.
static const uint64_t *possible_on(
        struct study_snapshot *s, struct arena *arena, const struct program *program, uint32_t stage)
{
    const uint64_t *held = possible(s, arena, program, program->stages[stage].when, stage);
    if (!held)
        return NULL;
    const uint64_t *put = assigned(s, arena, program->stages[stage].name);
    uint64_t *both = ARENA_ARRAY(arena, uint64_t, s->words + 1);
    for (size_t w = 0; w < s->words; w++)
        both[w] = held[w] | put[w];
    return both;
}

// --- stages

struct missing {
    uint64_t *hashes;
    bool *skip;              // known, or not yet
    const uint64_t **within; // who can be on it; NULL: anybody
    uint64_t *only;          // who can be on one that is not skipped
};

static const uint64_t *keep(
        struct study_snapshot *s, uint64_t hash, const struct stage_state *states, const uint64_t *within)
{
    uint64_t *on = mem_zero(s->words + 1, sizeof *on);
    for (uint32_t i = 0; i < s->columns->n_contacts; i++)
        on[i / 64] |= (uint64_t)(states[i].since != STEP_NONE) << i % 64;
    for (size_t w = 0; w < s->words; w++)
        on[w] &= s->exists[w] & (within ? within[w] : UINT64_MAX);
    vec_push(&s->sets, (struct kept_set){hash, on, s->round});
    return on;
}

// The next stages to be replayed together, and over whom (NULL: everybody).
static const uint64_t *choose(
        const struct study_snapshot *s, const struct missing *m, uint32_t n, const uint64_t *const *on)
{
    uint32_t taken = 0;
    bool all = false;
    memset(m->only, 0, s->words * sizeof *m->only);
    for (uint32_t i = 0; i < n; i++) {
        m->skip[i] = on[i] || taken++ >= AT_ONCE;
        all |= !m->skip[i] && !m->within[i];
        for (size_t w = 0; w < s->words && !m->skip[i] && !all; w++)
            m->only[w] |= m->within[i][w];
    }
    return all ? NULL : m->only;
}

bool study_snapshot_stages(struct study_snapshot *s, const struct program *program, unsigned threads,
        const atomic_bool *cancel, const uint64_t **ret_on)
{
    uint32_t n = program->n_stages, missing = 0;
    struct arena *arena = arena_new();
    struct missing m = {.hashes = ARENA_ARRAY(arena, uint64_t, n + 1),
            .skip = ARENA_ARRAY(arena, bool, n + 1),
            .within = ARENA_ARRAY(arena, const uint64_t *, n + 1),
            .only = ARENA_ARRAY(arena, uint64_t, s->words + 1)};
    bool go_on = true;
    for (uint32_t i = 0; i < n; i++) {
        m.hashes[i] = program_stage_hash(program, i);
        ret_on[i] = known(s, m.hashes[i]);
        missing += !ret_on[i];
        m.within[i] = ret_on[i] ? NULL : possible_on(s, arena, program, i);
    }
    while (missing && go_on) {
        struct replay_options options = {.at = s->at, .threads = threads, .skip = m.skip, .cancel = cancel};
        struct replay_result result = {0};
        options.only = choose(s, &m, n, ret_on);
        replay_run(program, s->columns, &options, &result);
        go_on = !cancel || !atomic_load(cancel);
        for (uint32_t i = 0; i < n && go_on; i++)
            if (!m.skip[i]) {
                ret_on[i] = keep(s, m.hashes[i], result.stages[i], m.within[i]);
                missing--;
            }
        replay_result_free(&result);
    }
    arena_free(arena);
    return go_on;
}
