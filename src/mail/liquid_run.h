// Shared by the files of Liquid: values, a rendering, filters.
#ifndef SLUICE_MAIL_LIQUID_RUN_H
#define SLUICE_MAIL_LIQUID_RUN_H

#include "mail/liquid_private.h"

// --- values

struct run;
bool value_true(struct liquid_value v);
bool value_equal(struct run *r, struct liquid_value a, struct liquid_value b);
// a <=> b; false: they cannot be compared.
bool value_order(struct liquid_value a, struct liquid_value b, int *ret);
struct str value_text(struct run *r, struct liquid_value v); // as it is written out
void value_put(struct run *r, struct liquid_value v, struct buf *out);
// A member, item, or size, first, last (command); nil where there is none.
struct liquid_value value_get(struct run *r, struct liquid_value v, struct liquid_value key, bool command);
bool value_is_number(struct liquid_value v);
// The items that a loop goes through (text: itself; object: pairs). Counted as steps.
struct liquid_value value_items(struct run *r, struct liquid_value v);
struct liquid_value value_pair(struct run *r, const struct liquid_member *member);
struct liquid_value value_array(struct liquid_value *items, size_t n);
size_t value_letters(struct str text); // code points

// A number as arithmetic sees it: whole ones stay whole, others have more digits than a double.
struct number {
    bool real;
    int64_t whole;
    long double value;
};
struct number number_of(struct liquid_value v);
struct liquid_value number_value(struct number n);
// "12" and 12; nil is refused. false: an error was set.
bool number_whole(struct run *r, struct liquid_value v, int64_t *ret);

// --- rendering

struct local {
    struct str name;
    struct liquid_value value;
    struct local *next;
};
struct run {
    const struct liquid *program;
    struct arena *arena;
    const struct liquid_options *options;
    struct liquid_value scope;
    struct err *err;
    bool failed;
    const char *at; // of what is being done, for errors
    size_t steps, memory;
    struct local *inner, *assigned, *counters, *cycles, *offsets;
    struct str changed; // what ifchanged wrote last
    bool has_changed;
    enum { GOES, BREAKS, CONTINUES } flow;
    unsigned depth;
    bool quiet; // nobody is told of missing values: a default stands in
    bool told;  // a value that is written out: tell of missing ones
};
// Counts; false: a limit is reached, and the error set.
bool run_spend(struct run *r, size_t steps);
bool run_fail(struct run *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct liquid_value run_eval(struct run *r, const struct expr *expr);
// Appends within the limit of what may be made.
void run_put(struct run *r, struct buf *out, struct str text);
// A text that was made, into the arena; frees the buffer.
struct liquid_value run_made(struct run *r, struct buf *made);

// --- filters

struct filter_args {
    const struct liquid_value *v;
    unsigned n;
    bool allow_false;
};
// false: an error was set.
typedef bool filter_run(
        struct run *r, struct liquid_value in, const struct filter_args *args, struct liquid_value *ret);
struct liquid_filter {
    const char *name;
    unsigned least, most; // arguments
    filter_run *run;
};
extern const struct liquid_filter LIQUID_TEXT_FILTERS[], LIQUID_CODE_FILTERS[], LIQUID_NUMBER_FILTERS[],
        LIQUID_LIST_FILTERS[];
// NULL: there is none of this name.
const struct liquid_filter *liquid_filter_find(struct str name);
// "March 14, 2016", "2016-03-14 10:00", 1457913600, "now" → seconds since 1970.
bool liquid_date_parse(struct liquid_value v, int64_t now, int64_t *ret);
void liquid_date_format(int64_t seconds, struct str format, struct buf *out);

static inline struct str argument_text(struct run *r, const struct filter_args *args, unsigned i)
{
    return i < args->n ? value_text(r, args->v[i]) : STR("");
}

#endif
