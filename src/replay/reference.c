#include "replay/reference.h"
#include "replay/walk.h"

struct reference {
    struct walk *walk;
    struct replay_options options;
    int64_t at; // seconds from columns.epoch
};

struct reference *reference_new(const struct bound *bound, const struct replay_options *options)
{
    struct reference *r = mem_zero(1, sizeof *r);
    r->walk = walk_new(bound);
    r->options = *options;
    r->at = walk_clock(bound->columns, options->at);
    return r;
}

void reference_free(struct reference *r)
{
    if (!r)
        return;
    walk_free(r->walk);
    free(r);
}

static void record(struct reference *r, uint32_t contact, struct replay_result *ret)
{
    const struct change *changes = NULL;
    unsigned n = walk_changes(r->walk, &changes);
    for (unsigned i = 0; i < n; i++) {
        size_t from = ret->evidence.n;
        if (r->options.evidence)
            walk_evidence(r->walk, &changes[i], &ret->evidence, from);
        vec_push(&ret->transitions, (struct transition){
                                            .contact = contact,
                                            .from = changes[i].from,
                                            .to = changes[i].to,
                                            .kind = (uint8_t)changes[i].kind,
                                            .by_hand = changes[i].by_hand,
                                            .step = walk_now(r->walk),
                                            .evidence = (uint32_t)from,
                                            .n_evidence = (uint32_t)(ret->evidence.n - from),
                                    });
    }
}

void reference_contact(struct reference *r, uint32_t contact, struct replay_result *ret)
{
    walk_start(r->walk, contact, r->at);
    while (walk_step(r->walk, r->at))
        if (r->options.transitions)
            record(r, contact, ret);
    ret->exists[contact] = walk_now(r->walk) != STEP_NONE;
    if (!ret->exists[contact])
        return;
    walk_rest(r->walk, r->at);
    for (uint32_t i = 0; i < ret->n_stages; i++)
        if (ret->stages[i])
            ret->stages[i][contact] = *walk_stage(r->walk, i);
    if (ret->standings)
        ret->standings[contact] = walk_standing(r->walk);
}

void reference_run(const struct program *program, const struct columns *columns,
        const struct replay_options *options, struct replay_result *ret)
{
    struct bound *bound = bind_program(program, columns);
    struct reference *r = reference_new(bound, options);
    replay_result_init(ret, program, columns->n_contacts, options);
    for (uint32_t i = 0; i < columns->n_contacts; i++)
        reference_contact(r, i, ret);
    reference_free(r);
    bound_free(bound);
}
