// Slots: which contact an identifier belongs to, and what came since the base. The rules are those of
// docs/events.md, "Whose event it is".
#include "app/standing/live_private.h"
#include "replay/cache.h"

static uint32_t clamp(int64_t time)
{
    return time < 0 ? 0 : time > UINT32_MAX ? UINT32_MAX : (uint32_t)time;
}

void states_reset(struct live *live, struct base *base)
{
    const struct columns *c = base->columns;
    live->base = base;
    live->states.n = live->links.n = 0;
    vec_reserve(&live->states, (size_t)c->n_contacts + c->n_contacts / 16 + 64);
    for (uint32_t i = 0; i < c->n_contacts; i++)
        vec_push(&live->states, (struct state){.number = c->owner[i],
                                        .first = clamp(c->epoch + c->time[c->off[i]]),
                                        .last = clamp(c->epoch + c->time[c->off[i + 1] - 1])});
    live->slot_of.n = live->role.n = 0;
    vec_reserve(&live->slot_of, (size_t)base->ids.n + 1);
    vec_reserve(&live->role, (size_t)base->ids.n + 1);
    if (base->ids.n) {
        memcpy(live->slot_of.v, base->ids.member, base->ids.n * sizeof *live->slot_of.v);
        memcpy(live->role.v, base->ids.role, base->ids.n);
    }
    live->slot_of.n = live->role.n = base->ids.n;
    live->extra_rows = 0;
    live->applied = base->ids.last;
}

uint32_t slot_of(const struct live *live, uint32_t number)
{
    if (number >= live->slot_of.n)
        return NO_INDEX;
    uint32_t slot = live->slot_of.v[number];
    while (slot != NO_INDEX && (live->states.v[slot].flags & STATE_ABSORBED))
        slot = live->states.v[slot].parts;
    return slot;
}

static void know(struct live *live, uint32_t number)
{
    while (live->slot_of.n <= number) {
        vec_push(&live->slot_of, NO_INDEX);
        vec_push(&live->role, 0);
    }
}

static uint32_t link_push(struct live *live, uint32_t value, uint32_t next)
{
    vec_push(&live->links, (struct link){value, next});
    return (uint32_t)live->links.n;
}

static uint32_t new_slot(struct live *live, uint32_t number, int64_t time)
{
    vec_push(&live->states, (struct state){.number = number, .first = clamp(time), .last = clamp(time)});
    live->slot_of.v[number] = (uint32_t)live->states.n - 1;
    return (uint32_t)live->states.n - 1;
}

void state_touch(struct live *live, uint32_t slot)
{
    if (live->states.v[slot].flags & STATE_TOUCHED)
        return;
    live->states.v[slot].flags |= STATE_TOUCHED;
    vec_push(&live->touched, slot);
}

// Appends the chain `from` to the chain that starts at *to.
static void chain_onto(struct live *live, uint32_t *to, uint32_t from)
{
    uint32_t *end = to;
    while (*end)
        end = &live->links.v[*end - 1].next;
    *end = from;
}

// A browser's own contact becomes part of the person's.
static void absorb(struct live *live, uint32_t slot, uint32_t into)
{
    if (slot < live->base->columns->n_contacts) {
        uint32_t link = link_push(live, slot, live->states.v[into].parts);
        live->states.v[into].parts = link;
    }
    struct state *from = &live->states.v[slot], *to = &live->states.v[into];
    chain_onto(live, &to->parts, from->parts);
    // The shorter chain is walked to its end; which one is first does not matter.
    chain_onto(live, &from->rows, to->rows);
    to->rows = from->rows;
    to->first = from->first < to->first ? from->first : to->first;
    to->last = from->last > to->last ? from->last : to->last;
    if (!to->moved && !(to->flags & STATE_PENDING)) { // nothing was said of them yet, but of the browser
        to->stage = from->stage;
        to->grade = from->grade;
        to->persona = from->persona;
        to->since = from->since;
        to->moved = from->moved;
        to->flags |= STATE_INHERITED;
    }
    vec_push(&live->gone, from->number);
    from->rows = 0;
    from->parts = into;
    from->flags |= STATE_ABSORBED;
}

// The first userId that an anonymousId is seen together with owns it.
static void pair(struct live *live, uint32_t anonymous, uint32_t slot)
{
    uint32_t named = slot_of(live, anonymous);
    bool aliased = (live->role.v[anonymous] & ROLE_ALIASED) && named != NO_INDEX &&
                   live->states.v[named].number != anonymous;
    if ((live->role.v[anonymous] & ROLE_PAIRED) || aliased)
        return;
    live->role.v[anonymous] |= ROLE_PAIRED;
    uint32_t own = slot_of(live, anonymous);
    if (own == slot)
        return;
    if (own == NO_INDEX)
        live->slot_of.v[anonymous] = slot;
    else
        absorb(live, own, slot);
}

// Neither in two roles, nor until now in an alias only: what it is says what that alias means.
static bool one_role(struct live *live, uint32_t number, uint8_t role)
{
    if ((live->role.v[number] & ROLE_ALIASED) && !(live->role.v[number] & role)) {
        live->role.v[number] = (uint8_t)(live->role.v[number] | role);
        return false;
    }
    live->role.v[number] = (uint8_t)(live->role.v[number] | role);
    return (live->role.v[number] & (ROLE_USER | ROLE_ANONYMOUS)) != (ROLE_USER | ROLE_ANONYMOUS);
}

bool states_take(struct live *live, const struct arrival *a)
{
    bool base_has_it = a->row <= live->base->ids.last, plain = a->event;
    if (a->row > live->applied)
        live->applied = a->row;
    // One that brought two identifiers together did more than to be there.
    bool simple = a->undone && !(a->user && a->anonymous);
    if (simple && (base_has_it || a->undone > live->base->ids.last)) {
        uint32_t of = slot_of(live, a->user ? a->user : a->anonymous);
        if (of != NO_INDEX) // its rows are read again, without this one
            state_touch(live, of);
        return true;
    }
    if (!a->event)
        return base_has_it;
    know(live, a->user > a->anonymous ? a->user : a->anonymous);
    if (!base_has_it) {
        plain = !a->user || one_role(live, a->user, ROLE_USER);
        plain = (!a->anonymous || one_role(live, a->anonymous, ROLE_ANONYMOUS)) && plain;
    }
    uint32_t number = a->user ? a->user : a->anonymous, slot = slot_of(live, number);
    if (slot == NO_INDEX)
        slot = new_slot(live, number, a->time);
    if (!base_has_it && a->user && a->anonymous)
        pair(live, a->anonymous, slot);
    if (!base_has_it) {
        uint32_t link = link_push(live, a->row, live->states.v[slot].rows);
        struct state *s = &live->states.v[slot];
        s->rows = link;
        s->first = clamp(a->time) < s->first ? clamp(a->time) : s->first;
        s->last = clamp(a->time) > s->last ? clamp(a->time) : s->last;
        live->extra_rows++;
    }
    state_touch(live, slot);
    return plain;
}
