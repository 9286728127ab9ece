// NDJSON files in the Segment message format.
#include "app/import/import.h"

#include "base/input.h"

#include <sys/stat.h>

enum { PROGRESS_LINES = 2048 };

struct reading {
    struct import_run *run;
    struct arena *arena; // of one line
    uint64_t line, skip;
    uint64_t before, size; // bytes of the files before this one; of all, 0 if one is unknown
};

static bool take_line(struct reading *r, struct str line, struct err *err)
{
    struct message m;
    struct err reason;
    if (r->line == 1 && str_starts(line, STR("\xEF\xBB\xBF")))
        line = str_sub(line, 3, line.n);
    bool take;
    if (!import_line(r->run, r->line, &take, err))
        return false;
    if (!take || !str_trim(line).n)
        return true;
    arena_reset(r->arena);
    if (message_decode(r->arena, line, &m, &reason))
        return import_message(r->run, &m, err);
    import_reject(r->run, line, reason.message);
    return true;
}

static bool read_lines(struct reading *r, struct input *input, bool *ret_go, struct err *err)
{
    bool more = true;
    while (more && *ret_go) {
        struct str line;
        if (!input_line(input, &line, &more, err))
            return false;
        if (more && ++r->line > r->skip && !take_line(r, line, err))
            return false;
        if (r->line % PROGRESS_LINES == 0)
            *ret_go = import_progress(r->run, r->before + input_consumed(input), r->size);
    }
    r->before += input_consumed(input);
    return true;
}

static bool read_file(struct reading *r, const char *path, bool *ret_go, struct err *err)
{
    struct input *input;
    uint64_t key;
    r->line = 0;
    if (!import_file_key(path, &key, err) || !import_source(r->run, path, key, &r->skip, err) ||
            !input_open(path, &input, err))
        return false;
    bool ok = read_lines(r, input, ret_go, err);
    input_close(input);
    return ok;
}

uint64_t import_size(const char *const *paths, unsigned n)
{
    uint64_t size = 0;
    for (unsigned i = 0; i < n; i++) {
        struct stat st;
        if (stat(paths[i], &st) != 0 || !S_ISREG(st.st_mode))
            return 0;
        size += (uint64_t)st.st_size;
    }
    return size;
}

bool import_ndjson(struct data *data, const char *const *paths, unsigned n_paths,
        const struct import_options *options, struct import_counts *ret, int64_t *ret_import, struct err *err)
{
    struct reading r = {.size = import_size(paths, n_paths)};
    bool ok = true, go = true;
    if (!import_begin(data, options, &r.run, err))
        return false;
    r.arena = arena_new();
    for (unsigned i = 0; ok && go && i < n_paths; i++)
        ok = read_file(&r, paths[i], &go, err);
    arena_free(r.arena);
    if (ok)
        return import_end(r.run, ret, ret_import, err);
    import_abandon(r.run);
    return false;
}
