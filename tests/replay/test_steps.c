// Random programs over random histories of a few minutes, put together by hand: steps at seconds at which
// nothing changes have no effect, so a program that makes the clock stop at every second must give the same
// transitions; and the block evaluator must give them too.
#include "base/rng.h"
#include "support/by_hand.h"
#include "support/result_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { CASES = 400, SPAN = 120, LONGEST = 40 };

static const char *const EVENTS[] = {"email.sent", "email.replied", "page.viewed", "deal.won"};
static const char *const PATTERNS[] = {
        "email.sent", "email.replied", "page.viewed", "inbound", "email.*", "deal.won", "inbound deal.won"};

struct dice {
    struct rng rng;
    struct by_hand *h;
    uint32_t stages; // declared so far
    bool scored;     // the score may be asked for
};

static uint32_t roll(struct dice *d, uint32_t sides)
{
    return (uint32_t)rng_below(&d->rng, sides);
}

static int64_t span(struct dice *d)
{
    return 1 + roll(d, LONGEST);
}

static const char *pattern(struct dice *d)
{
    return PATTERNS[roll(d, sizeof PATTERNS / sizeof *PATTERNS)];
}

static struct window window(struct dice *d)
{
    switch (roll(d, 5)) {
    case 0:
        return ALWAYS;
    case 1:
        return since("2026-01-01T00:01:00");
    case 2:
        return before("2026-01-01T00:01:00");
    default:
        return within(span(d));
    }
}

static const struct expr *stage_or_score(struct dice *d)
{
    static const enum expr_op OPS[] = {EXPR_REACHED, EXPR_IS, EXPR_IN_FOR};
    if (d->scored && (d->stages == 0 || roll(d, 2)))
        return score(d->h, (enum relation)roll(d, 4), (double)roll(d, 30));
    if (d->stages == 0)
        return persona_is(d->h, roll(d, 2) ? NULL : "P0");
    const char *stage = d->h->stages[roll(d, d->stages)].name.p;
    return stage_atom(d->h, OPS[roll(d, 3)], stage, span(d));
}

static const struct expr *atom(struct dice *d)
{
    struct by_hand *h = d->h;
    switch (roll(d, 9)) {
    case 0:
        return any(h, pattern(d), window(d));
    case 1:
        return no(h, pattern(d), window(d));
    case 2:
        return silent(h, pattern(d), span(d));
    case 3:
        return count(h, pattern(d), window(d), (enum relation)roll(d, 6), (double)roll(d, 4));
    case 4:
        return sum(h, "value", pattern(d), window(d), (enum relation)roll(d, 6), (double)roll(d, 6) / 2);
    case 5:
        return then(h, span(d),
                (const char *const[]){pattern(d), pattern(d), roll(d, 2) ? pattern(d) : NULL, NULL});
    case 6:
        return fact_is(h, "budget", (enum answer)roll(d, 4));
    case 7:
        return trait_is(h, "city", roll(d, 2) ? "Bonn" : "Ulm");
    default:
        return stage_or_score(d);
    }
}

static const struct expr *condition(struct dice *d, unsigned depth)
{
    if (depth == 0 || roll(d, 3) == 0)
        return atom(d);
    const struct expr *a = condition(d, depth - 1);
    switch (roll(d, 5)) {
    case 0:
        return not(d->h, a);
    case 1:
    case 2:
        return all_of(d->h, a, condition(d, depth - 1));
    default:
        return one_of(d->h, a, condition(d, depth - 1));
    }
}

// Conditions of personas and points may not ask for stages, scores or personas; of those atoms none are left
// once an index beyond this is drawn.
static const struct expr *plain(struct dice *d)
{
    return roll(d, 2) ? any(d->h, pattern(d), window(d)) : silent(d->h, pattern(d), span(d));
}

static void program(struct dice *d)
{
    static const char *const STAGES[] = {"s0", "s1", "s2", "s3"};
    struct by_hand *h = d->h;
    h->program.half_life = roll(d, 2) ? span(d) : 0;
    add_persona(h, "P0", plain(d));
    add_persona(h, "P1", plain(d));
    add_persona(h, "P0", plain(d));
    add_rule(h, "budget", plain(d));
    add_each(h, 10, pattern(d), roll(d, 3), span(d));
    add_each(h, -3, pattern(d), 0, 0);
    add_once(h, 2.5, pattern(d));
    add_when(h, 4, plain(d));
    d->scored = true;
    for (d->stages = 0; d->stages < 4;) {
        const struct expr *when = condition(d, 2), *until = roll(d, 3) ? condition(d, 2) : NULL;
        add_stage(h, STAGES[d->stages++], when, roll(d, 4) ? until : not(h, when));
    }
    add_grade(h, "g0", condition(d, 1));
    add_grade(h, "g1", condition(d, 1));
    add_grade(h, "g0", condition(d, 1));
}

static void history(struct dice *d)
{
    static const char *const ANSWERS[] = {"yes", "no", "unknown"};
    uint32_t n = 1 + roll(d, 12);
    for (uint32_t i = 0, t = 0; i < n; i++) {
        t += roll(d, 3) ? roll(d, SPAN / 8) : 0;
        char id[16], time[32], json[64] = "{}";
        snprintf(id, sizeof id, "m%u", i);
        snprintf(time, sizeof time, "2026-01-01T00:%02u:%02uZ", t / 60, t % 60);
        const char *name = EVENTS[roll(d, 4)];
        switch (roll(d, 9)) {
        case 0:
            name = "fact.recorded";
            snprintf(json, sizeof json, "{\"fact\":\"budget\",\"answer\":\"%s\"}", ANSWERS[roll(d, 3)]);
            break;
        case 1:
            name = "identify";
            snprintf(json, sizeof json, "{\"city\":\"%s\"}", roll(d, 2) ? "Ulm" : "Bonn");
            break;
        case 2:
            if (roll(d, 2)) {
                name = "stage.assigned";
                snprintf(json, sizeof json, "{\"stage\":\"%s\"}",
                        roll(d, 5) ? (const char *[]){"s0", "s1", "s2", "s3"}[roll(d, 4)] : "none");
            }
            break;
        default:
            snprintf(json, sizeof json, "{\"value\":%u.%u}", roll(d, 2), roll(d, 2) * 5);
        }
        event(d->h, id, "u1", time, name, json);
    }
}

// Stops the clock at every second that a window could end at.
static void stop_every_second(struct by_hand *h)
{
    for (int64_t s = 1; s < SPAN * 2; s++)
        any(h, "inbound outbound internal", within(s));
}

static void one_case(uint64_t seed)
{
    struct dice d = {.h = by_hand_new(), .rng = rng_seed(seed)};
    program(&d);
    history(&d);
    const char *at = "2026-01-01T00:03:30";
    struct str plain_steps = transitions(d.h, at);
    struct replay_result blocks;
    struct replay_options options = {
            .at = moment(at), .threads = 1, .transitions = true, .evidence = true, .standings = true};
    replay_run(&d.h->program, d.h->columns, &options, &blocks);
    struct str by_blocks = transitions_text(d.h->arena, &d.h->program, d.h->columns, &blocks, event_id, d.h);
    struct str stood = standing_text(d.h->arena, &d.h->program, d.h->columns, &d.h->result, 0);
    struct str block_stood = standing_text(d.h->arena, &d.h->program, d.h->columns, &blocks, 0);
    replay_result_free(&blocks);
    stop_every_second(d.h);
    struct str all_steps = transitions(d.h, at);
    if (!str_eq(plain_steps, all_steps) || !str_eq(plain_steps, by_blocks) || !str_eq(stood, block_stood)) {
        for (uint32_t i = 0; i < d.h->program.n_stages; i++)
            print_message("stage %s when %s until %s\n", d.h->stages[i].name.p, d.h->stages[i].when->text.p,
                    d.h->stages[i].until ? d.h->stages[i].until->text.p : "-");
        fail_msg("seed %llu:\n%s--- every second:\n%s--- blocks:\n%s%s\n%s", (unsigned long long)seed,
                plain_steps.p, all_steps.p, by_blocks.p, stood.p, block_stood.p);
    }
    by_hand_free(d.h);
}

static void idle_steps_have_no_effect(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= CASES; seed++)
        one_case(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(idle_steps_have_no_effect)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
