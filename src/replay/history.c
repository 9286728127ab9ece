#include "replay/history.h"

#include "base/input.h"
#include "base/mem.h"

#include <stdlib.h>

enum { PROGRESS_LINES = 4096 };

struct reading {
    struct history *h;
    const struct history_options *options;
    struct arena *arena; // of one line
    const char *path;
    uint64_t line; // in this file
};

static bool is_blank(struct str line)
{
    return str_trim(line).n == 0;
}

static bool bad_line(struct reading *r, const char *reason, struct err *err)
{
    r->h->bad++;
    if (r->options->strict)
        return err_set(err, ERR_INPUT, "%s:%llu: %s", r->path, (unsigned long long)r->line, reason);
    if (r->options->bad_line)
        r->options->bad_line(r->options->ctx, r->path, r->line, reason);
    return true;
}

static void take(struct history *h, uint32_t log, const struct message *m)
{
    // An unalias carries the messageId of the alias that it ends, and needs no idempotence of its own.
    if (m->kind != MESSAGE_UNALIAS && m->message_id.n && !id_table_add(h->message_ids, m->message_id, log)) {
        h->copies++;
        return;
    }
    if (m->kind == MESSAGE_EVENT)
        h->events++;
    else
        h->aliases++;
    builder_message(h->builder, log, m);
}

static bool read_line(struct reading *r, struct str line, struct err *err)
{
    struct history *h = r->h;
    struct message m;
    struct err reason;
    r->line++;
    if (++h->lines >= UINT32_MAX)
        return err_set(err, ERR_LIMIT, "the history is too large: over 4 billion lines");
    if (r->line == 1 && str_starts(line, STR("\xEF\xBB\xBF")))
        line = str_sub(line, 3, line.n);
    if (is_blank(line))
        return true;
    arena_reset(r->arena);
    if (!message_decode(r->arena, line, &m, &reason))
        return bad_line(r, reason.message, err);
    take(h, (uint32_t)h->lines, &m);
    return true;
}

static bool read_file(struct reading *r, struct err *err)
{
    struct input *input;
    if (!input_open(r->path, &input, err))
        return false;
    bool fine = true, more = true;
    r->line = 0;
    while (fine && more) {
        struct str line;
        fine = input_line(input, &line, &more, err) && (!more || read_line(r, line, err));
        if (r->options->progress && r->h->lines % PROGRESS_LINES == 0)
            r->options->progress(r->options->ctx, r->h->lines, input_consumed(input), input_size(input));
    }
    input_close(input);
    return fine;
}

bool history_read(const char *const *paths, unsigned n_paths, const struct history_options *options,
        struct history **ret, struct err *err)
{
    struct history *h = mem_zero(1, sizeof *h);
    h->builder = builder_new();
    h->message_ids = id_table_new();
    struct reading r = {.h = h, .options = options, .arena = arena_new()};
    bool fine = true;
    for (unsigned i = 0; fine && i < n_paths; i++) {
        r.path = paths[i];
        fine = read_file(&r, err);
    }
    arena_free(r.arena);
    if (!fine || !builder_finish(h->builder, options->at, &h->columns, err)) {
        history_free(h);
        return false;
    }
    *ret = h;
    return true;
}

void history_free(struct history *h)
{
    if (!h)
        return;
    columns_free(h->columns);
    builder_free(h->builder);
    id_table_free(h->message_ids);
    free(h);
}

void history_event_name(const void *history, uint32_t log, struct buf *out)
{
    const struct history *h = history;
    if (!id_table_at(h->message_ids, log, out))
        buf_printf(out, "line:%lu", (unsigned long)log);
}
