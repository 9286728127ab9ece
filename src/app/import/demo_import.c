#include "app/import/demo_import.h"

#include "app/demo/demo.h"
#include "base/arena.h"
#include "base/map.h"

struct sink {
    struct arena *arena; // reset after each message
    struct import_run *run;
    uint64_t lines, skip, size;
};

enum { PROGRESS_LINES = 4096 };

uint64_t import_demo_size(uint32_t contacts)
{
    return (uint64_t)contacts * 20; // a contact has 20 events on average
}

static bool take(void *ctx, struct str text, struct err *err)
{
    struct sink *sink = ctx;
    struct message message;
    bool wanted = false;
    arena_reset(sink->arena);
    sink->lines++;
    if (sink->lines % PROGRESS_LINES == 0 && !import_progress(sink->run, sink->lines, sink->size))
        return err_set(err, ERR_BUSY, "the import was stopped");
    if (sink->lines <= sink->skip)
        return true;
    if (!import_line(sink->run, sink->lines, &wanted, err))
        return false;
    return !wanted ||
           (message_decode(sink->arena, text, &message, err) && import_message(sink->run, &message, err));
}

bool import_demo(struct data *data, const char *name, uint64_t seed, uint32_t contacts, int64_t until,
        const struct import_options *options, struct import_counts *ret, int64_t *ret_import, struct err *err)
{
    struct sink sink = {.arena = arena_new(), .size = import_demo_size(contacts)};
    uint64_t what[] = {seed, contacts, (uint64_t)until};
    uint64_t key = hash64((struct str){(const char *)what, sizeof what}) | 1; // 0 has a meaning
    bool ok = import_begin(data, options, &sink.run, err);
    if (ok) {
        ok = import_source(sink.run, name, key, &sink.skip, err) &&
             demo_write(seed, contacts, until, take, &sink, err);
        if (ok)
            ok = import_end(sink.run, ret, ret_import, err); // frees it either way
        else
            import_abandon(sink.run);
    }
    arena_free(sink.arena);
    return ok;
}
