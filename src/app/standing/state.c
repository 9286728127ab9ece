// Slots: which contact an identifier belongs to, and what came since the base. The rules are those of
// docs/events.md, "Whose event it is".
#include "app/event/roles.h"
#include "app/standing/live_private.h"

static uint32_t clamp(int64_t time)
{
    return time < 0 ? 0 : time > UINT32_MAX ? UINT32_MAX : (uint32_t)time;
}

// Each contact's identifiers in a ring, upwards from the one that names it.
static void rings_reset(struct live *live, const struct base *base)
{
    uint32_t n = base->ids.n;
    live->ring.n = 0;
    vec_reserve(&live->ring, (size_t)n + 1);
    for (uint32_t id = 0; id < n; id++)
        live->ring.v[id] = id;
    live->ring.n = n;
    for (uint32_t id = n; id-- > 0;) {
        uint32_t contact = base->ids.member[id],
                 first = contact == NO_INDEX ? id : base->columns->owner[contact];
        if (first == id)
            continue;
        live->ring.v[id] = live->ring.v[first];
        live->ring.v[first] = id;
    }
}

// Two rings become one.
static void rings_join(struct live *live, uint32_t one, uint32_t other)
{
    uint32_t next = live->ring.v[one];
    live->ring.v[one] = live->ring.v[other];
    live->ring.v[other] = next;
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
    rings_reset(live, base);
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
        vec_push(&live->ring, (uint32_t)live->slot_of.n);
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
    rings_join(live, from->number, to->number);
    vec_push(&live->gone, from->number);
    from->rows = 0;
    from->parts = into;
    from->flags |= STATE_ABSORBED;
}

// The first userId that an anonymousId is seen together with owns it. before: its roles until then.
static void pair(struct live *live, uint32_t anonymous, uint32_t slot, uint8_t before)
{
    uint32_t own = slot_of(live, anonymous);
    bool aliased = (before & ROLE_ALIASED) && own != NO_INDEX && live->states.v[own].number != anonymous;
    if ((before & ROLE_PAIRED) || aliased || own == slot)
        return;
    if (own != NO_INDEX) {
        absorb(live, own, slot);
        return;
    }
    live->slot_of.v[anonymous] = slot;
    rings_join(live, anonymous, live->states.v[slot].number);
}

// An event that the base has and the log no longer: among the contact's rows, where it is found to be hidden
// (gather.c). One that brought two identifiers together did more than to be there, and an alias may have
// taken it into account.
static bool take_undone(struct live *live, const struct arrival *a)
{
    uint32_t number = a->user ? a->user : a->anonymous, slot = slot_of(live, number);
    bool in_base = a->undone <= live->base->ids.last, told = a->row <= live->base->ids.last;
    uint8_t role = number < live->role.n ? live->role.v[number] : 0;
    if (a->user && a->anonymous)
        return told;
    if (in_base && !told) {
        if ((role & ROLE_ALIASED) || ((role & ROLE_USER) && (role & ROLE_ANONYMOUS)) || slot == NO_INDEX)
            return false;
        live->states.v[slot].rows = link_push(live, a->undone, live->states.v[slot].rows);
        live->extra_rows++;
        live->stale = true;
    }
    if (slot != NO_INDEX) // its rows are read again, without this one
        state_touch(live, slot);
    return true;
}

static void add_row(struct live *live, const struct arrival *a, uint32_t slot)
{
    uint32_t link = link_push(live, a->row, live->states.v[slot].rows);
    struct state *s = &live->states.v[slot];
    s->rows = link;
    s->first = clamp(a->time) < s->first ? clamp(a->time) : s->first;
    s->last = clamp(a->time) > s->last ? clamp(a->time) : s->last;
    live->extra_rows++;
}

bool states_take(struct live *live, const struct arrival *a)
{
    bool base_has_it = a->row <= live->base->ids.last, plain = true;
    if (a->row > live->applied)
        live->applied = a->row;
    if (a->undone)
        return take_undone(live, a);
    if (!a->event)
        return base_has_it;
    know(live, a->user > a->anonymous ? a->user : a->anonymous);
    uint32_t number = a->user ? a->user : a->anonymous, slot = slot_of(live, number);
    uint8_t before = live->role.v[a->anonymous];
    if (!base_has_it) {
        struct roles_event e = {.user = a->user,
                .anonymous = a->anonymous,
                .user_placed = slot_of(live, a->user) != NO_INDEX,
                .anonymous_placed = slot_of(live, a->anonymous) != NO_INDEX};
        plain = roles_note(live->role.v, &e);
    }
    if (slot == NO_INDEX)
        slot = new_slot(live, number, a->time);
    if (!base_has_it && plain && a->user && a->anonymous)
        pair(live, a->anonymous, slot, before);
    if (!base_has_it)
        add_row(live, a, slot);
    state_touch(live, slot);
    return plain;
}
