#include "app/study/snapshot.h"

#include "replay/replay.h"
#include "rules/model.h"

#include <stdlib.h>

enum {
    KEPT_BYTES_MAX = 64 << 20, // of bit sets
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
    for (size_t i = 0; i < s->stages.n; i++)
        free(s->stages.v[i].on);
    vec_free(&s->stages);
    free(s->exists);
    data_close(s->reader);
    free(s);
}

void study_snapshot_round(struct study_snapshot *s)
{
    s->round++;
    while (s->stages.n > 1 && s->stages.n * s->words * sizeof(uint64_t) > KEPT_BYTES_MAX) {
        size_t oldest = 0;
        for (size_t i = 1; i < s->stages.n; i++)
            if (s->stages.v[i].used < s->stages.v[oldest].used)
                oldest = i;
        free(s->stages.v[oldest].on);
        s->stages.v[oldest] = s->stages.v[--s->stages.n];
    }
}

static const uint64_t *known(struct study_snapshot *s, uint64_t hash)
{
    for (size_t i = 0; i < s->stages.n; i++)
        if (s->stages.v[i].hash == hash) {
            s->stages.v[i].used = s->round;
            return s->stages.v[i].on;
        }
    return NULL;
}

static const uint64_t *keep(struct study_snapshot *s, uint64_t hash, const struct stage_state *states)
{
    uint64_t *on = mem_zero(s->words + 1, sizeof *on);
    for (uint32_t i = 0; i < s->columns->n_contacts; i++)
        on[i / 64] |= (uint64_t)(states[i].since != STEP_NONE) << i % 64;
    for (size_t w = 0; w < s->words; w++)
        on[w] &= s->exists[w];
    vec_push(&s->stages, (struct kept_stage){hash, on, s->round});
    return on;
}

bool study_snapshot_stages(struct study_snapshot *s, const struct program *program, unsigned threads,
        const atomic_bool *cancel, const uint64_t **ret_on)
{
    uint32_t n = program->n_stages, missing = 0;
    uint64_t *hashes = mem_zero((size_t)n + 1, sizeof *hashes);
    bool *skip = mem_zero((size_t)n + 1, sizeof *skip), go_on = true;
    for (uint32_t i = 0; i < n; i++) {
        hashes[i] = program_stage_hash(program, i);
        ret_on[i] = known(s, hashes[i]);
        missing += !ret_on[i];
    }
    while (missing && go_on) {
        uint32_t taken = 0;
        for (uint32_t i = 0; i < n; i++)
            skip[i] = ret_on[i] || taken++ >= AT_ONCE;
        struct replay_options options = {.at = s->at, .threads = threads, .skip = skip, .cancel = cancel};
        struct replay_result result = {0};
        replay_run(program, s->columns, &options, &result);
        go_on = !cancel || !atomic_load(cancel);
        for (uint32_t i = 0; i < n && go_on; i++)
            if (!skip[i]) {
                ret_on[i] = keep(s, hashes[i], result.stages[i]);
                missing--;
            }
        replay_result_free(&result);
    }
    free(hashes);
    free(skip);
    return go_on;
}
