#include "app/standing/marks.h"

enum { ANSWERABLE = 1, FROM_US = 2, DEAL_OPEN = 4, DEAL_ENDED = 8, LIFE = 16, ALL = 31 };
enum { AHEAD = 86400 /* clocks differ: what is dated ahead by less counts already */ };

// What somebody did: neither bookkeeping of ours nor a machine.
static bool is_life(const struct event_type *type)
{
    static const char *const WORK[] = {"deal.", "note.", "task.", "sales.", "fact."};
    for (size_t i = 0; i < sizeof WORK / sizeof *WORK; i++)
        if (str_starts(type->name, str_of(WORK[i])))
            return true;
    return type->direction != DIR_INTERNAL && !type->machine;
}

// A mail that arrives says no more than that it was sent, and nobody is answered by an advertisement.
static bool is_from_us(const struct event_type *type)
{
    return type->direction == DIR_OUTBOUND && !str_ends(type->name, STR(".delivered")) &&
           !str_eq(type->name, STR("ad.shown"));
}

static uint8_t class_of(const struct event_type *type)
{
    unsigned class = 0;
    if (type->kind != EVENT_TRACK)
        return 0;
    if (type->direction == DIR_INBOUND && !type->machine && event_answerable(type->name))
        class |= ANSWERABLE;
    else if (is_from_us(type) || (!type->machine && event_two_way(type->name)))
        class |= FROM_US;
    if (is_life(type))
        class |= LIFE;
    if (str_eq(type->name, STR("deal.opened")) || str_eq(type->name, STR("deal.moved")))
        class |= DEAL_OPEN;
    if (str_eq(type->name, STR("deal.won")) || str_eq(type->name, STR("deal.lost")))
        class |= DEAL_ENDED;
    return (uint8_t) class;
}

uint8_t *marks_classes(const struct columns *columns)
{
    uint8_t *classes = mem_alloc((size_t)columns->n_types + 1);
    for (uint32_t i = 0; i < columns->n_types; i++)
        classes[i] = class_of(&columns->types[i]);
    return classes;
}

struct marks marks_of(const struct columns *columns, const uint8_t *classes, uint32_t contact, int64_t now)
{
    struct marks marks = {0};
    unsigned seen = 0;
    for (uint32_t e = columns->off[contact + 1]; e-- > columns->off[contact];) {
        unsigned class = classes[columns->type[e]] & ~seen;
        int64_t time = columns->epoch + columns->time[e];
        if (!class || time > now + AHEAD || time < 0 || time > UINT32_MAX)
            continue;
        if ((class & ANSWERABLE) && !(seen & FROM_US)) {
            marks.wrote = (uint32_t)time;
            marks.wrote_row = columns->log[e];
        }
        if (class & FROM_US)
            marks.reached = (uint32_t)time;
        if (class & LIFE)
            marks.lived = (uint32_t)time;
        if (class & DEAL_OPEN)
            marks.deal = (uint32_t)time;
        // What is found once is not looked for in what was before: of deals one or the other.
        seen |= class | (class & (DEAL_OPEN | DEAL_ENDED) ? DEAL_OPEN | DEAL_ENDED : 0);
        if (seen == ALL)
            break;
    }
    return marks;
}
