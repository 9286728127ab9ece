// Touched contacts replayed, and what of it is news.
#include "app/standing/board.h"
#include "app/standing/marks.h"
#include "app/standing/qualify.h"

#include <stdlib.h>

// Names of what a transition changes, as numbers in live->names.
static uint16_t name_number(const struct live_model *model, unsigned kind, uint32_t index)
{
    const uint16_t *names[] = {model->personas, model->stages, model->grades}; // by enum transition_kind
    return index == NO_INDEX ? 0 : names[kind][index];
}

uint32_t clamped(int64_t time)
{
    return time < 0 ? 0 : time > UINT32_MAX ? UINT32_MAX : (uint32_t)time;
}

struct announced standing_now(const struct live_model *model, const struct columns *columns,
        const struct replay_result *r, uint32_t contact)
{
    const struct standing *s = &r->standings[contact];
    if (!r->exists[contact])
        return (struct announced){.number = columns->owner[contact]};
    return (struct announced){.number = columns->owner[contact],
            .since = clamped(columns->epoch + step_time(s->since)),
            .score = s->score,
            .stage = name_number(model, CHANGE_STAGE, s->stage),
            .grade = name_number(model, CHANGE_GRADE, s->grade),
            .persona = name_number(model, CHANGE_PERSONA, s->persona)};
}

bool same_standing(const struct state *s, const struct announced *a)
{
    return s->stage == a->stage && s->grade == a->grade && s->persona == a->persona;
}

static uint16_t value_of(const struct announced *a, unsigned kind)
{
    return kind == CHANGE_STAGE ? a->stage : kind == CHANGE_GRADE ? a->grade : a->persona;
}

// A contact's transitions in the result, up to now.
struct span {
    const struct transition *t;
    size_t n;
};

static int64_t time_of(const struct round *round, const struct transition *t)
{
    return round->columns->epoch + step_time(t->step);
}

static struct move move_of(
        const struct round *round, const struct transition *t, uint32_t contact, enum cause cause)
{
    uint32_t place = (uint32_t)t->step;
    return (struct move){.number = round->columns->owner[contact],
            .kind = t->kind,
            .by_hand = t->by_hand,
            .from = name_number(round->model, t->kind, t->from),
            .to = name_number(round->model, t->kind, t->to),
            .at = time_of(round, t),
            .event = place ? round->columns->log[round->columns->off[contact] + place - 1] : 0,
            .cause = cause};
}

// Every transition of a kind behind what was announced last; where they do not continue that, the net change.
static void add_moves(struct round *round, struct span span, unsigned kind, uint32_t contact,
        const struct announced *old, const struct announced *new, bool net, enum cause cause)
{
    uint16_t was = value_of(old, kind);
    const struct transition *last = NULL, *start = NULL;
    for (size_t i = 0; i < span.n; i++) {
        const struct transition *t = &span.t[i];
        if (t->kind != kind)
            continue;
        last = t;
        if (!net && !start && (!old->moved || time_of(round, t) > old->moved) &&
                name_number(round->model, kind, t->from) == was)
            start = t;
    }
    if (start) {
        for (const struct transition *t = start; t < span.t + span.n; t++)
            if (t->kind == kind)
                vec_push(&round->moves, move_of(round, t, contact, cause));
    } else if (was != value_of(new, kind)) {
        struct move move = last ? move_of(round, last, contact, cause)
                                : (struct move){.number = new->number,
                                          .kind = (uint8_t)kind,
                                          .at = round->now,
                                          .cause = cause};
        move.from = was;
        move.to = value_of(new, kind);
        vec_push(&round->moves, move);
    }
}

static int by_time(const void *a, const void *b)
{
    const struct move *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->kind > y->kind) - (x->kind < y->kind);
}

static struct span span_of(const struct round *round, uint32_t contact)
{
    size_t from = round->first_transition[contact], to = round->first_transition[contact + 1];
    while (to > from && time_of(round, &round->ahead.transitions.v[to - 1]) > round->now)
        to--;
    return (struct span){round->ahead.transitions.v + from, to - from};
}

// When the clock or an event of the future moves it next, or it begins to be there; 0: not within the
// horizon.
static int64_t next_move(const struct round *round, uint32_t contact)
{
    const struct columns *c = round->columns;
    int64_t first = c->epoch + c->time[c->off[contact]];
    if (first > round->now)
        return first <= round->now + HORIZON ? first : 0;
    struct span past = span_of(round, contact);
    const struct transition *next = past.t + past.n;
    if (next == round->ahead.transitions.v + round->first_transition[contact + 1])
        return 0;
    return time_of(round, next);
}

static struct marks marks_now(const struct round *round, uint32_t contact)
{
    struct marks marks = marks_of(round->columns, round->classes, contact, round->now);
    struct span span = span_of(round, contact);
    for (size_t i = 0; i < span.n; i++)
        if (span.t[i].kind == CHANGE_GRADE)
            marks.graded = clamped(time_of(round, &span.t[i]));
    return marks;
}

static uint16_t stage_then(const struct round *round, uint32_t contact, int64_t at)
{
    const struct columns *c = round->columns;
    struct span span = span_of(round, contact);
    if (c->epoch + c->time[c->off[contact]] > at)
        return BOARD_ABSENT;
    for (size_t i = span.n; i-- > 0;)
        if (span.t[i].kind == CHANGE_STAGE && time_of(round, &span.t[i]) <= at)
            return name_number(round->model, CHANGE_STAGE, span.t[i].to);
    return 0;
}

static bool old_standing(
        struct live *live, struct data *reader, const struct state *s, struct announced *ret, struct err *err)
{
    if (s->flags & STATE_PENDING)
        return announced_read(live, data_store(reader), s->number, ret, err);
    *ret = (struct announced){.number = s->number,
            .since = s->since,
            .moved = s->moved,
            .stage = s->stage,
            .grade = s->grade,
            .persona = s->persona};
    return true;
}

static enum cause cause_of(const struct live *live, uint32_t slot, const struct state *s)
{
    if (s->flags & STATE_PENDING)
        return s->flags & STATE_BY_MODEL ? CAUSE_MODEL : CAUSE_START;
    return live->sweeping && live->sweep_cause == CAUSE_MODEL && slot >= live->sweep_next ? CAUSE_MODEL
                                                                                          : CAUSE_LIVE;
}

bool decide(struct live *live, struct data *reader, struct round *round, uint32_t slot, uint32_t contact,
        struct err *err)
{
    const struct state *s = &live->states.v[slot];
    struct outcome outcome = {
            .slot = slot, .now = {.number = s->number}, .week = {BOARD_ABSENT, BOARD_ABSENT}};
    struct announced old;
    if (contact != NO_INDEX) {
        outcome.now = standing_now(round->model, round->columns, &round->result, contact);
        outcome.due = next_move(round, contact);
        outcome.marks = marks_now(round, contact);
        for (unsigned i = 0; i < 2; i++)
            outcome.week[i] = stage_then(round, contact, round->weeks[i]);
    }
    if ((s->flags & STATE_PENDING) && !(s->flags & STATE_NOW)) { // its turn comes
        outcome.later = true;
        vec_push(&round->outcomes, outcome);
        return true;
    }
    if (!old_standing(live, reader, s, &old, err))
        return false;
    enum cause cause = cause_of(live, slot, s);
    bool net = cause == CAUSE_MODEL || (cause == CAUSE_START && live->first && !old.moved);
    size_t before = round->moves.n;
    struct span span = contact == NO_INDEX ? (struct span){NULL, 0} : span_of(round, contact);
    for (unsigned kind = 0; kind < 3; kind++)
        add_moves(round, span, kind, contact, &old, &outcome.now, net, cause);
    outcome.now.moved = old.moved;
    if (round->moves.n > before) {
        qsort(round->moves.v + before, round->moves.n - before, sizeof *round->moves.v, by_time);
        uint32_t last = clamped(round->moves.v[round->moves.n - 1].at);
        outcome.now.moved = last > old.moved ? last : old.moved;
    }
    if (round->moves.n > before || (s->flags & STATE_INHERITED))
        vec_push(&round->standings, outcome.now);
    vec_push(&round->outcomes, outcome);
    return true;
}
