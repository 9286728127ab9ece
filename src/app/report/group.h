// A group of contacts behind a number of a report: what a query string of GET /api/contacts says of it, and
// who of a snapshot's rows is in it. Reports write the query, the list of contacts reads it, and both count
// with group_select or by the same words.
#ifndef SLUICE_APP_REPORT_GROUP_H
#define SLUICE_APP_REPORT_GROUP_H

#include "app/report/snapshot.h"
#include "base/buf.h"
#include "http/request.h"

// From a moment up to and without another, seconds since 1970. {0, 0}: always.
struct span {
    int64_t from, to; // 0: open
};

// All of what is set holds. Texts STR_NONE: whatever.
struct group {
    struct span first_seen;
    struct str stage; // where they are; "none"
    struct str reached;
    struct span reached_in;       // first entered it then
    struct str moved, moved_into; // "up" or "down", into this stage ("none")
    struct span moved_in;
    struct str source, medium; // "none": it is not known
    bool last_touch;           // the last source instead of the first
    // What the snapshot was made of.
    struct str filter, model;
    int64_t at;
};

// Query parameters of a group without filter and at, for a route's table.
#define GROUP_QUERY                                                                                        \
    {"first_seen_from", "time", "First seen then or later", false, 0},                                     \
            {"first_seen_to", "time", "First seen before", false, 0},                                      \
            {"stage", "text", "In this stage; `none`: in no stage", false, 0},                             \
            {"reached", "text", "Has entered this stage", false, 0},                                       \
            {"reached_from", "time", "With `reached`: for the first time then or later", false, 0},        \
            {"reached_to", "time", "With `reached`: for the first time before", false, 0},                 \
            {"moved", "enum:up|down", "Has moved in this direction (with `moved_into`)", false, 0},        \
            {"moved_into", "text", "Into this stage, or into `none`", false, 0},                           \
            {"moved_from", "time", "With `moved`: then or later", false, 0},                               \
            {"moved_to", "time", "With `moved`: before", false, 0},                                        \
            {"source", "text", "Came from this source; `none`: nobody knows where from", false, 0},        \
            {"medium", "text", "With `source`: by this medium, or `none`", false, 0},                      \
            {"touch", "enum:first|last", "Whether `source` means the first one (else) or the last", false, \
                    0},                                                                                    \
    {                                                                                                      \
        "model", "text", "Stages are those of this model, by its id or version; else of the active one",   \
                false, 0                                                                                   \
    }

// Everything but at. *ret_any: something is set that takes a snapshot. false: a problem was made.
bool group_read(struct request *r, struct group *ret, bool *ret_any);
// The query string, percent-encoded; nothing where neither filter nor anything else is set.
void group_put(const struct group *group, struct buf *out);
// Checks the names of stages. false: a problem was made, for the request.
bool group_check(struct request *r, const struct program *program, const struct group *group);
// ret: [snapshot.n] whether the row is in the group.
void group_select(const struct snapshot *s, const struct group *group, uint8_t *ret);

static inline bool span_holds(const struct span *span, int64_t time)
{
    return (!span->from || time >= span->from) && (!span->to || time < span->to);
}
// Seconds since 1970 of a snapshot's time.
static inline int64_t snapshot_time(const struct snapshot *s, uint32_t time)
{
    return s->epoch + time;
}
// "up" or "down"
static inline struct str change_direction(uint16_t from, uint16_t to)
{
    int a = from == STAGE_NONE ? -1 : from, b = to == STAGE_NONE ? -1 : to;
    return b > a ? STR("up") : STR("down");
}
// A touch's source or medium as groups call it.
static inline struct str touch_word(struct str text)
{
    return text.n ? text : STR("none");
}

#endif
