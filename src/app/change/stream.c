// GET /api/stream: a request becomes a reader.
#include "app/change/private.h"

#include <stdio.h>

// "EPOCH-NUMBER" of this process; false: of another one, or nonsense.
static bool parse_id(const struct change_state *state, struct str id, uint64_t *ret)
{
    struct str epoch = str_of(state->epoch);
    uint64_t number = 0;
    if (!str_starts(id, epoch) || id.n < epoch.n + 2 || id.n > epoch.n + 19 || id.p[epoch.n] != '-')
        return false;
    for (size_t i = epoch.n + 1; i < id.n; i++) {
        if (id.p[i] < '0' || id.p[i] > '9')
            return false;
        number = number * 10 + (uint64_t)(id.p[i] - '0');
    }
    *ret = number;
    return true;
}

static unsigned readers_of(const struct change_state *state, const char *user)
{
    unsigned n = 0;
    for (size_t i = 0; i < state->readers.n; i++)
        n += strcmp(state->readers.v[i].user, user) == 0;
    return n;
}

// What was missed since `after`, up to what all others know. With the mutex.
static bool catch_up(struct app *app, struct change_state *state, const struct reader *reader, uint64_t after)
{
    struct change changes[ROUND];
    while (after < state->told) {
        bool lost;
        size_t n = app_changes(app, after, changes, ROUND, 0, &lost);
        while (n && changes[n - 1].number > state->told)
            n--;
        if (lost)
            return stream_send(reader->stream, STR_NONE, STR("reset"), STR("{}"));
        if (!n)
            break;
        if (!reader_tell(app, reader, changes, n))
            return false;
        after = changes[n - 1].number;
    }
    return true;
}

// The first event: says from where on the reader hears, and whether it missed something for good ("reset":
// ask for everything anew).
static bool greet(struct app *app, struct change_state *state, const struct reader *reader, struct str last)
{
    uint64_t after = state->told;
    struct buf id = {0};
    bool known = !last.n || parse_id(state, last, &after);
    change_id(state, state->told, &id);
    bool there = known && after <= state->told
                         ? catch_up(app, state, reader, after)
                         : stream_send(reader->stream, STR_NONE, STR("reset"), STR("{}"));
    there = there && stream_send(reader->stream, buf_str(&id), STR("ready"), STR("{}"));
    buf_free(&id);
    return there;
}

static bool room_for(struct change_state *state, const struct reader *reader, struct err *err)
{
    if (state->readers.n >= READERS_MAX)
        return err_set(err, ERR_BUSY, "%d streams are open already", READERS_MAX);
    if (readers_of(state, reader->user) >= READERS_OF_ONE_MAX)
        return err_set(err, ERR_BUSY, "you have %d streams open already", READERS_OF_ONE_MAX);
    return true;
}

bool stream_route(struct request *r, struct err *err)
{
    struct app *app = request_app(r);
    struct change_state *state = change_state(app);
    const struct principal *who = request_principal(r);
    struct str topics = request_query(r, "topics"), last = request_header(r, "Last-Event-ID");
    struct reader reader = {.topics = topics_of(who),
            .own_only = who->own_only,
            .until_ms = app_now_ms(app) + (int64_t)LIFE_SECONDS * 1000};
    snprintf(reader.user, sizeof reader.user, "%.*s", STR_ARG(who->id));
    if (topics.n)
        reader.topics &= topics_parse(topics);
    if (!last.n)
        last = request_query(r, "after");
    pthread_mutex_lock(&state->mutex);
    bool ok = room_for(state, &reader, err) && response_stream(r, &reader.stream, err);
    if (ok && greet(app, state, &reader, last))
        vec_push(&state->readers, reader);
    else if (ok)
        stream_release(reader.stream);
    pthread_mutex_unlock(&state->mutex);
    return ok;
}
