// Private to app/search: the texts with their lock, and the job that follows the log.
#ifndef SLUICE_APP_SEARCH_SEARCH_H
#define SLUICE_APP_SEARCH_SEARCH_H

#include "app/search/texts.h"
#include "app/slice.h"

#include <pthread.h>

struct search {
    pthread_rwlock_t lock;
    struct texts *texts;             // NULL: not read yet
    struct company_texts *companies; // NULL: not read yet
    // The jobs' own.
    int64_t position; // rows up to here are in the texts
    unsigned round;   // of reading companies
};

void company_texts_free(struct company_texts *companies); // NULL is fine
bool search_read_companies(struct app *app, struct data *reader, struct err *err);
// The companies that have the query in their name or domain, at most so many, as items of a list.
bool search_put_companies(
        struct search *search, struct request *r, struct str query, size_t most, struct err *err);

bool search_follow(struct app *app, struct data *reader, struct err *err);
// Within the transaction, so that nobody finds who is being erased; the follower reads everybody anew behind
// it.
bool search_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);

#endif
