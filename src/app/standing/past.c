// Everybody as of a moment in the past: the joins of that moment, too. Its columns may have to be built from
// the log, and are large: so one at a time, and nothing is kept.
#include "app/standing/live_private.h"

bool live_past(struct live *live, int64_t at,
        bool (*visit)(void *ctx, const struct columns *columns, struct err *err), void *ctx, struct err *err)
{
    const struct columns *columns;
    struct data *reader;
    pthread_mutex_lock(&live->past_mutex);
    bool ok = app_reader(live->app, &reader, err);
    if (ok) {
        ok = data_columns(reader, at, &columns, err) && visit(ctx, columns, err);
        data_close(reader);
    }
    pthread_mutex_unlock(&live->past_mutex);
    return ok;
}
