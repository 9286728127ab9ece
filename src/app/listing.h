// A list's answer: {"items":[…],"next":"cursor" or null}, with limit, after, sort and filter as every list
// has them. For lists whose items are all read (users, forms, tasks …): the handler adds them, this filters,
// sorts, cuts, and keeps no more of them than a page needs. Contacts, events, journals page by themselves and
// use the same query fields.
#ifndef SLUICE_APP_LISTING_H
#define SLUICE_APP_LISTING_H

#include "base/json.h"
#include "http/request.h"

// For a route's query: `static const struct member QUERY[] = {LIST_QUERY, {0}}`.
#define PAGE_QUERY                                                               \
    {"limit", "integer", "At most so many items (1 to 500, else 50)", false, 0}, \
    {                                                                            \
        "after", "text", "The `next` of the page before", false, 0               \
    }
#define LIST_QUERY                                                                                        \
    PAGE_QUERY,                                                                                           \
            {"sort", "text", "A member of the items to sort by; with - before it, descending", false, 0}, \
    {                                                                                                     \
        "filter", "text",                                                                                 \
                "A condition: of a list of contacts in the model language, of others on the items' "      \
                "members (`state is \"open\"`)",                                                          \
                false, 0                                                                                  \
    }

enum {
    LIST_LIMIT = 50,
    LIST_LIMIT_MAX = 500,
    LIST_ITEMS_MAX = 100000, // what a handler reads at most
};

struct listing;
// Reads the query. default_sort: a member, perhaps with "-" before it; items equal in it go by id.
bool listing_new(struct request *r, const char *default_sort, struct listing **ret, struct err *err);
// item: one JSON object (copied); id: unique among the items.
void listing_add(struct listing *list, struct str id, struct str item);
// Writes the page to r->out.
bool listing_end(struct listing *list, struct err *err);
// The same; `more` writes members that only the items of the page get, since they cost too much for all of
// them (so nothing can be sorted or filtered by them).
typedef bool listing_more(void *ctx, struct str id, struct buf *out, struct err *err);
bool listing_end_with(struct listing *list, listing_more *more, void *ctx, struct err *err);
// For lists that page by themselves: limit; after, where it is a number (`otherwise`: the first page); a
// time. What is wrong with them is answered.
bool listing_limit(struct request *r, unsigned *ret_limit, struct err *err);
bool listing_after(struct request *r, int64_t otherwise, int64_t *ret);
bool listing_time(struct request *r, const char *name, int64_t otherwise, int64_t *ret);

#endif
