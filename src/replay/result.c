#include "replay/reference.h"

void replay_result_init(struct replay_result *ret, const struct program *program, uint32_t n_contacts,
        const struct replay_options *options)
{
    *ret = (struct replay_result){.n_contacts = n_contacts, .n_stages = program->n_stages};
    ret->stages = mem_zero(program->n_stages, sizeof(struct stage_state *));
    ret->borrowed = mem_zero(program->n_stages, sizeof *ret->borrowed);
    ret->states = mem_alloc((size_t)program->n_stages * n_contacts * sizeof *ret->states);
    for (uint32_t s = 0; s < program->n_stages; s++) {
        ret->stages[s] = ret->states + (size_t)s * n_contacts;
        for (uint32_t i = 0; i < n_contacts; i++)
            ret->stages[s][i] = (struct stage_state){STEP_NONE, STEP_NONE};
    }
    ret->exists = mem_zero(n_contacts, sizeof *ret->exists);
    if (!options->standings)
        return;
    ret->standings = mem_alloc((size_t)n_contacts * sizeof *ret->standings);
    for (uint32_t i = 0; i < n_contacts; i++)
        ret->standings[i] = (struct standing){
                .stage = NO_INDEX, .persona = NO_INDEX, .grade = NO_INDEX, .since = STEP_NONE};
}

void replay_result_free(struct replay_result *r)
{
    free(r->stages);
    free(r->states);
    free(r->borrowed);
    free(r->standings);
    free(r->exists);
    vec_free(&r->transitions);
    vec_free(&r->evidence);
    *r = (struct replay_result){0};
}
