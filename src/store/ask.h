// Queries with their parameters in one call, for the many small ones.
#ifndef SLUICE_STORE_ASK_H
#define SLUICE_STORE_ASK_H

#include "store/store.h"

struct param {
    enum { PARAM_INT, PARAM_TEXT, PARAM_BYTES, PARAM_NULL } kind;
    int64_t number;
    struct str text; // must live until the query has been stepped
};
#define P_INT(value) ((struct param){PARAM_INT, (int64_t)(value), {NULL, 0}})
#define P_TEXT(value) ((struct param){PARAM_TEXT, 0, (value)})
#define P_BYTES(value) ((struct param){PARAM_BYTES, 0, (value)})
#define P_NULL ((struct param){PARAM_NULL, 0, {NULL, 0}})
// NULL where a time is 0, a text is STR_NONE.
#define P_INT_OR_NULL(value) ((value) ? P_INT(value) : P_NULL)
#define P_TEXT_OR_NULL(value) ((value).p ? P_TEXT(value) : P_NULL)
#define PARAMS(...)                      \
    (const struct param[]){__VA_ARGS__}, \
            (unsigned)(sizeof((const struct param[]){__VA_ARGS__}) / sizeof(struct param))

// `store_ask(store, "SELECT … $1", PARAMS(P_INT(7)), &query, err)`: before its first row; end it.
bool store_ask(struct store *store, const char *sql, const struct param *params, unsigned n,
        struct query **ret, struct err *err);
// Its first row; without one ERR_NOT_FOUND with the message `missing`. End it.
bool store_ask_row(struct store *store, const char *sql, const struct param *params, unsigned n,
        const char *missing, struct query **ret, struct err *err);
// The first column of its first row; `otherwise` if there is none or it is NULL.
bool store_ask_number(struct store *store, const char *sql, const struct param *params, unsigned n,
        int64_t otherwise, int64_t *ret, struct err *err);
// A statement whose rows nobody wants.
bool store_do(struct store *store, const char *sql, const struct param *params, unsigned n, struct err *err);

#endif
