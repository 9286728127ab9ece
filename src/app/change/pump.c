// One thread tells all readers what changed, in rounds.
#include "app/assignment/owner.h"
#include "app/change/private.h"
#include "app/standing/live.h"
#include "base/json_put.h"

void change_id(const struct change_state *state, uint64_t number, struct buf *out)
{
    buf_printf(out, "%s-%llu", state->epoch, (unsigned long long)number);
}

static bool is_own(struct app *app, const struct reader *reader, const struct change *change)
{
    uint32_t contact;
    char owner[UUID_SIZE];
    if (strcmp(change->topic, "task") == 0)
        return true; // an id that means nothing to whoever may not see the task
    return contact_of_uuid(app, str_of(change->id), &contact) && owner_of(app, contact, owner) &&
           strcmp(owner, reader->user) == 0;
}

// Whether a later one says the same.
static bool again(const struct change *changes, size_t i, size_t n)
{
    for (size_t j = i + 1; j < n; j++)
        if (strcmp(changes[j].id, changes[i].id) == 0 && strcmp(changes[j].topic, changes[i].topic) == 0)
            return true;
    return false;
}

// What a reader may hear, as an event's data; nothing if it is nothing.
static void compose(
        struct app *app, const struct reader *reader, const struct change *changes, size_t n, struct buf *out)
{
    bool any = false;
    out->n = 0;
    buf_put(out, STR("{\"changes\":["));
    for (size_t i = 0; i < n; i++) {
        if (!(topic_bit(changes[i].topic) & reader->topics) ||
                (reader->own_only && !is_own(app, reader, &changes[i])) || again(changes, i, n))
            continue;
        any = true;
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "topic", str_of(changes[i].topic));
        put_text(out, "id", str_of(changes[i].id));
        buf_char(out, '}');
    }
    buf_put(out, STR("]}"));
    if (!any)
        out->n = 0;
}

bool reader_tell(struct app *app, const struct reader *reader, const struct change *changes, size_t n)
{
    struct buf id = {0}, data = {0};
    compose(app, reader, changes, n, &data);
    change_id(change_state(app), changes[n - 1].number, &id);
    bool there = !data.n || stream_send(reader->stream, buf_str(&id), STR("change"), buf_str(&data));
    buf_free(&id);
    buf_free(&data);
    return there;
}

static void drop(struct change_state *state, size_t i)
{
    stream_release(state->readers.v[i].stream);
    state->readers.v[i] = state->readers.v[--state->readers.n];
}

// What one reader hears, another with the same topics hears, too: mostly it is composed once for all.
static void tell_all(struct app *app, struct change_state *state, const struct change *changes, size_t n)
{
    struct buf id = {0}, data = {0};
    topics_t composed = 0;
    bool any = false;
    change_id(state, changes[n - 1].number, &id);
    for (size_t i = 0; i < state->readers.n;) {
        struct reader *reader = &state->readers.v[i];
        bool there;
        if (reader->own_only) {
            there = reader_tell(app, reader, changes, n);
        } else {
            if (!any || composed != reader->topics)
                compose(app, reader, changes, n, &data);
            any = true;
            composed = reader->topics;
            there = !data.n || stream_send(reader->stream, buf_str(&id), STR("change"), buf_str(&data));
        }
        if (there)
            i++;
        else
            drop(state, i);
    }
    buf_free(&id);
    buf_free(&data);
}

// Readers whose time is over come back by themselves, with the last id that they know. Those who have left go
// even if nothing is ever told to them: they would count against the streams of their user.
void readers_drop(struct change_state *state, int64_t now)
{
    for (size_t i = 0; i < state->readers.n;) {
        const struct reader *reader = &state->readers.v[i];
        if (now < reader->until_ms && stream_there(reader->stream))
            i++;
        else
            drop(state, i);
    }
}

bool run_pump(struct app *app, struct data *data, struct err *err)
{
    struct change_state *state = change_state(app);
    struct change changes[ROUND];
    (void)data, (void)err;
    while (!app_closing(app)) {
        bool lost;
        size_t n = app_changes(app, state->told, changes, ROUND, 1000, &lost);
        pthread_mutex_lock(&state->mutex);
        if (n) {
            tell_all(app, state, changes, n);
            state->told = changes[n - 1].number;
        }
        if (lost)
            for (size_t i = 0; i < state->readers.n; i++)
                stream_send(state->readers.v[i].stream, STR_NONE, STR("reset"), STR("{}"));
        readers_drop(state, app_now_ms(app));
        pthread_mutex_unlock(&state->mutex);
        if (n < ROUND)
            app_follow(app, INT64_MAX, PAUSE_MS);
    }
    return true;
}
