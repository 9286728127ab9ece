// Lists of contacts: those that a condition holds for, in an order, a page at a time.
#ifndef SLUICE_APP_STANDING_PAGE_H
#define SLUICE_APP_STANDING_PAGE_H

#include "app/standing/live.h"

enum live_sort { SORT_LAST_SEEN, SORT_FIRST_SEEN, SORT_SINCE, SORT_SCORE, SORT_ID };

struct live_query {
    struct str filter; // a condition of the model language; STR_NONE: all
    struct str stage;  // only those on it now ("none": on none); STR_NONE: all
    enum live_sort sort;
    bool descending;
    bool after; // only what comes behind this place:
    double after_key;
    uint32_t after_number;
    unsigned limit;
    bool count; // how many there are in all
    // Only those that it says yes to; NULL: all.
    bool (*visible)(void *ctx, uint32_t contact);
    void *ctx;
};

struct live_page {
    uint32_t *contacts; // [n], in order
    double *keys;       // [n] what they are sorted by
    unsigned n;
    bool more; // there are some behind them
    uint64_t total;
};

// Lives in arena. As of now; a contact whose window runs out may be some seconds behind in it, events are
// not. ERR_INPUT: the condition cannot be understood; err says where.
bool live_page(struct live *live, struct data *reader, struct arena *arena, const struct live_query *query,
        struct live_page *ret, struct err *err);
// The active model's program with the condition, in arena. ERR_INPUT.
bool live_compile_filter(struct live *live, struct arena *arena, struct str filter,
        const struct program **ret, struct err *err);

#endif
