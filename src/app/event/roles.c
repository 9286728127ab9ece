#include "app/event/roles.h"

// One that has stood in an alias only means the contact that the alias gave it to; as a userId it joins the
// two for good. Of several such aliases each joins another one.
static bool note_user(uint8_t *role, const struct roles_event *e)
{
    uint8_t before = role[e->user];
    role[e->user] |= ROLE_USER;
    if (before & ROLE_USER)
        return true;
    if (before & ROLE_ALIASED)
        return e->user_placed && !(before & (ROLE_MANY | ROLE_ANONYMOUS));
    // A browser's id that turns out to be a userId is that contact, unless it was seen with somebody.
    return !(before & ROLE_ANONYMOUS) || !(before & ROLE_PAIRED);
}

static bool note_anonymous(uint8_t *role, const struct roles_event *e)
{
    uint8_t before = role[e->anonymous];
    bool other = e->user && e->user != e->anonymous;
    role[e->anonymous] |= ROLE_ANONYMOUS;
    if (e->user && !(before & ROLE_PAIRED))
        role[e->anonymous] |= (uint8_t)(other ? ROLE_PAIRED | ROLE_ELSE : ROLE_PAIRED);
    bool placed =
            e->anonymous_placed || !(before & ROLE_ALIASED) || (before & (ROLE_USER | ROLE_ANONYMOUS)) != 0;
    if (!(before & (ROLE_USER | ROLE_NAMED)))
        return placed;
    // As an anonymousId it means who was seen with it first, else the userId that it is.
    return placed && (before & ROLE_PAIRED ? e->user || !(before & ROLE_ELSE) : !other);
}

bool roles_note(uint8_t *role, const struct roles_event *e)
{
    bool user = !e->user || note_user(role, e);
    return (!e->anonymous || note_anonymous(role, e)) && user;
}
