// Conditions asked of some contacts only.
#include "app/standing/select.h"

#include <stdlib.h>

enum { TRIES = 3 };

bool live_check(struct live *live, struct str condition, struct err *err)
{
    struct arena *arena = arena_new();
    struct selecting s;
    bool ok = select_begin(live, arena, condition, &s, err);
    if (ok)
        select_end(&s);
    arena_free(arena);
    return ok;
}

static bool hold(struct live *live, struct data *reader, struct str condition, const uint32_t *contacts,
        unsigned n, uint8_t *holds, struct err *err)
{
    struct arena *arena = arena_new();
    struct selecting s;
    uint32_t *slots = ARENA_ARRAY(arena, uint32_t, n + 1ul), *index = ARENA_ARRAY(arena, uint32_t, n + 1ul);
    size_t known = 0;
    bool ok = select_begin(live, arena, condition, &s, err);
    if (!ok) {
        arena_free(arena);
        return false;
    }
    pthread_rwlock_rdlock(&live->lock);
    for (unsigned i = 0; i < n; i++) {
        uint32_t slot = slot_of(live, contacts[i]);
        if (slot == NO_INDEX)
            continue;
        index[known] = i;
        slots[known++] = slot;
    }
    pthread_rwlock_unlock(&live->lock);
    uint8_t *part = arena_zero(arena, known + 1, 1);
    ok = select_gathered(live, data_log(reader), &s, slots, known, part, err);
    select_end(&s);
    if (ok) {
        memset(holds, 0, n);
        for (size_t i = 0; i < known; i++)
            holds[index[i]] = part[i];
    }
    arena_free(arena);
    return ok;
}

bool live_holds(struct live *live, struct data *reader, struct str condition, const uint32_t *contacts,
        unsigned n, uint8_t *holds, struct err *err)
{
    struct err why = {0};
    bool ok = n == 0;
    for (unsigned i = 0; i < TRIES && !ok && (i == 0 || why.code == ERR_BUSY); i++)
        ok = hold(live, reader, condition, contacts, n, holds, &why);
    if (!ok)
        *err = why;
    return ok;
}

static void end_selecting(void *selecting)
{
    select_end(selecting);
}

bool live_pattern(struct live *live, struct arena *arena, struct str pattern, const struct program **ret,
        const struct matcher **ret_matcher, struct err *err)
{
    struct selecting *s = ARENA_NEW(arena, struct selecting);
    if (!select_begin(live, arena, arena_printf(arena, "any %.*s", STR_ARG(pattern)), s, err))
        return false;
    arena_defer(arena, end_selecting, s);
    const struct expr *e = s->program->filter;
    if (e->op != EXPR_ANY || e->window.kind != WINDOW_NONE)
        return err_set(err, ERR_INPUT, "a pattern of events is expected, as in \"form.submitted\"");
    *ret = s->program;
    *ret_matcher = &s->program->matchers[e->matcher];
    return true;
}
