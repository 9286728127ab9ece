#include "app/report/numbers.h"

#include "base/datetime.h"
#include "base/json_put.h"

#include <math.h>

const struct report REPORTS[] = {
        {"funnel", funnel_put, "stages", 0, 0},
        {"transitions", transitions_put, "periods", 400, 12},
        {"cohorts", cohorts_put, "cohorts", 100, 12},
        {"sources", sources_put, "sources", 0, 0},
        {0},
};

const struct report *report_named(struct str name)
{
    for (const struct report *r = REPORTS; r->name; r++)
        if (str_eq(str_of(r->name), name))
            return r;
    return NULL;
}

// A date alone means the zone's day.
static bool read_moment(const struct zone *zone, struct str text, int64_t *ret, struct err *err)
{
    int64_t time;
    if (!text.n)
        return true;
    if (!datetime_parse(text, &time) || time <= 0)
        return err_set(err, ERR_INPUT, "a time like 2026-03-01 or 2026-03-01T10:00:00Z is expected");
    *ret = text.n == sizeof "2026-03-01" - 1 ? zone_utc_of(zone, time) : time;
    return true;
}

// Whole periods that hold the span; where it is open, up to the moment, and as many as are usual before it.
static bool make_periods(const struct report *report, enum every every, struct arena *arena,
        struct report_ask *ask, struct err *err)
{
    int64_t last = period_start(ask->zone, every, ask->span.to ? ask->span.to - 1 : ask->snapshot->at);
    int64_t first = ask->span.from ? period_start(ask->zone, every, ask->span.from)
                                   : period_add(ask->zone, every, last, 1 - (int)report->periods);
    unsigned n = 1;
    for (int64_t start = first; start < last; n++) {
        if (n == report->periods_most)
            return err_set(err, ERR_INPUT, "at most %u periods can be shown", report->periods_most);
        start = period_add(ask->zone, every, start, 1);
    }
    struct periods p = {every, n, ARENA_ARRAY(arena, int64_t, n + 1)};
    for (unsigned i = 0; i <= n; i++)
        p.starts[i] = period_add(ask->zone, every, first, (int)i);
    ask->periods = p;
    return true;
}

bool report_understand(const struct report *report, const struct report_words *words, struct arena *arena,
        struct report_ask *ask, const char **ret_field, struct err *err)
{
    const struct program *program = ask->snapshot->program;
    enum every every = EVERY_MONTH;
    *ret_field = "from";
    if (!read_moment(ask->zone, words->from, &ask->span.from, err))
        return false;
    *ret_field = "to";
    if (!read_moment(ask->zone, words->to, &ask->span.to, err))
        return false;
    if (ask->span.from && ask->span.to && ask->span.from >= ask->span.to)
        return err_set(err, ERR_INPUT, "it must be later than `from`");
    *ret_field = "stage";
    ask->stage = words->stage.n ? program_stage(program, words->stage) : program_goal(program);
    if (words->stage.n && ask->stage == STAGE_NONE)
        return err_set(err, ERR_INPUT, "the model has no stage %.*s", STR_ARG(words->stage));
    *ret_field = "every";
    if (words->every.n && !every_parse(words->every, &every))
        return err_set(err, ERR_INPUT, "day, week or month is expected");
    *ret_field = "from";
    return !report->periods_most || make_periods(report, every, arena, ask, err);
}

void put_query(struct buf *out, const struct report_ask *ask, struct group group)
{
    struct buf query = {0};
    if (ask->closed) {
        buf_put(out, STR("null"));
        return;
    }
    group.filter = ask->base.filter;
    group.model = ask->base.model;
    group.at = ask->base.at;
    group_put(&group, &query);
    json_put_string(out, buf_str(&query));
    buf_free(&query);
}

void put_group(struct buf *out, const char *name, const struct report_ask *ask, struct group group)
{
    put_key(out, name);
    put_query(out, ask, group);
}

void put_number(struct buf *out, const char *name, double value)
{
    put_key(out, name);
    json_put_number(out, value);
}

void put_start(struct buf *out, const struct report_ask *ask, int64_t start)
{
    char text[DATETIME_SIZE];
    put_time(out, "start", start);
    put_text(out, "day", str_sub(datetime_format(start + zone_offset(ask->zone, start), text), 0, 10));
}

double share_of(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : NAN;
}

void put_head(const struct report_ask *ask, struct buf *out)
{
    buf_char(out, '{');
    put_text(out, "model", ask->title);
    put_time(out, "at", ask->snapshot->at);
}
