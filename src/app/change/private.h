// Shared by the files of this slice.
#ifndef SLUICE_APP_CHANGE_PRIVATE_H
#define SLUICE_APP_CHANGE_PRIVATE_H

#include "app/change/slice.h"
#include "app/user/principal.h"
#include "base/random.h"
#include "base/vec.h"
#include "http/server.h"

#include <pthread.h>

enum {
    READERS_MAX = 2000,
    READERS_OF_ONE_MAX = 20,
    ROUND = 256,        // changes in one event at most
    PAUSE_MS = 100,     // between two rounds: what changes again and again is told once
    LIFE_SECONDS = 600, // then a reader must come back, and is asked anew who they are
};

// Which topics somebody may hear of: bit i for the i-th of TOPICS; the last bit for all others.
typedef uint32_t topics_t;
topics_t topics_of(const struct principal *who);
// The bits of "contact,task"; 0 for an empty text; names that are no topics count as the last bit.
topics_t topics_parse(struct str text);
topics_t topic_bit(const char *topic);

struct reader {
    struct stream *stream;
    topics_t topics;
    bool own_only;
    char user[UUID_SIZE];
    int64_t until_ms;
};

struct change_state {
    pthread_mutex_t mutex;
    VEC(struct reader) readers;
    uint64_t told;  // number of the last change that all readers know
    char epoch[24]; // of this process: numbers begin anew with each
};
struct change_state *change_state(const struct app *app);

// Tells one reader of changes (n of them, at least one); false: they are gone.
bool reader_tell(struct app *app, const struct reader *reader, const struct change *changes, size_t n);
// Lets go of those whose time is over, and of those who have left. With the mutex.
void readers_drop(struct change_state *state, int64_t now);
void change_id(const struct change_state *state, uint64_t number, struct buf *out);
bool run_pump(struct app *app, struct data *data, struct err *err);
bool stream_route(struct request *r, struct err *err);

#endif
