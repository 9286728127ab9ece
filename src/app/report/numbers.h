// The reports themselves: from a snapshot to JSON. Pure; any thread. What a number counts, the query beside
// it selects (group.h).
#ifndef SLUICE_APP_REPORT_NUMBERS_H
#define SLUICE_APP_REPORT_NUMBERS_H

#include "app/report/group.h"
#include "app/report/period.h"

struct report_ask {
    const struct snapshot *snapshot;
    struct str title;        // of the model
    const uint8_t *shown;    // [rows] who may be counted; NULL: everybody
    struct group base;       // filter, model and at, for the queries
    bool closed;             // no query can say who is meant: they are null
    const struct zone *zone; // whose days they are
    struct span span;
    struct periods periods; // of transitions and cohorts
    uint16_t stage;         // of cohorts
    bool last_touch;        // of sources
};

// {"model","at","stages":[…],"benchmark"}
void funnel_put(const struct report_ask *ask, struct buf *out);
// {"model","at","every","periods":[…]}
void transitions_put(const struct report_ask *ask, struct buf *out);
// {"model","at","every","stage","label","cohorts":[…]}
void cohorts_put(const struct report_ask *ask, struct buf *out);
// {"model","at","sale","sources":[…]}
void sources_put(const struct report_ask *ask, struct buf *out);

struct report {
    const char *name;
    void (*put)(const struct report_ask *ask, struct buf *out);
    const char *list;      // member with the rows
    unsigned periods_most; // 0: it has no periods
    unsigned periods;      // how many if none are named
};
extern const struct report REPORTS[]; // ends with a NULL name
const struct report *report_named(struct str name);

// What is asked of a report besides its snapshot; texts STR_NONE where they are not given. Fills span,
// periods, stage of ask, whose snapshot and zone are set. false: *ret_field is wrong, err says why.
struct report_words {
    struct str from, to, every, stage;
};
bool report_understand(const struct report *report, const struct report_words *words, struct arena *arena,
        struct report_ask *ask, const char **ret_field, struct err *err);

static inline bool ask_counts(const struct report_ask *ask, uint32_t row)
{
    return !ask->shown || ask->shown[row];
}
// "name":QUERY, of the base with what is set in group.
void put_query(struct buf *out, const struct report_ask *ask, struct group group); // only the value
void put_group(struct buf *out, const char *name, const struct report_ask *ask, struct group group);
void put_number(struct buf *out, const char *name, double value); // NaN: null
// "start" and "day" of a period.
void put_start(struct buf *out, const struct report_ask *ask, int64_t start);
double share_of(uint64_t part, uint64_t whole); // NaN of nothing
// The report's first members.
void put_head(const struct report_ask *ask, struct buf *out);

#endif
