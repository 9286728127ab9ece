#include "replay/reference.h"

void replay_result_init(struct replay_result *ret, const struct program *program, uint32_t n_contacts,
        const struct replay_options *options)
{
    size_t n = (size_t)program->n_stages * n_contacts;
    *ret = (struct replay_result){
            .n_contacts = n_contacts,
            .n_stages = program->n_stages,
            .stages = mem_alloc((n + 1) * sizeof *ret->stages),
            .exists = mem_zero((size_t)n_contacts + 1, sizeof *ret->exists),
    };
    for (size_t i = 0; i < n; i++)
        ret->stages[i] = (struct stage_state){.first = STEP_NONE, .last = STEP_NONE};
    if (!options->standings)
        return;
    ret->standings = mem_alloc(((size_t)n_contacts + 1) * sizeof *ret->standings);
    for (uint32_t i = 0; i < n_contacts; i++)
        ret->standings[i] = (struct standing){
                .stage = NO_INDEX, .persona = NO_INDEX, .grade = NO_INDEX, .since = STEP_NONE};
}

void replay_result_free(struct replay_result *r)
{
    free(r->stages);
    free(r->standings);
    free(r->exists);
    vec_free(&r->transitions);
    vec_free(&r->evidence);
    *r = (struct replay_result){0};
}
