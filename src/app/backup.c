// A backup while others write, and the export of the log.
#include "app/data_private.h"

#include "base/map.h"
#include "store/sqlite/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static bool step(void *ctx, uint64_t done, uint64_t total)
{
    struct progress *progress = ctx;
    if (progress) {
        progress->total = total;
        progress_update(progress, done, done);
    }
    return true;
}

static void note_wrong(void *ctx, const char *what)
{
    struct buf *first = ctx;
    if (!first->n)
        buf_printf(first, "%s", what);
}

static bool copy_is_whole(const char *copy, struct err *err)
{
    struct store *store;
    struct buf wrong = {0};
    if (!sqlite_open(copy, STORE_READ, &store, err))
        return false;
    bool ok = store_check(store, note_wrong, &wrong, err);
    if (ok && wrong.n)
        ok = err_set(err, ERR_CORRUPT, "the database is damaged, and so would be its backup: %.*s",
                STR_ARG(buf_str(&wrong)));
    store_close(store);
    buf_free(&wrong);
    return ok;
}

static bool sync_file(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (!ok)
        err_errno(err, ERR_IO, "cannot write %s", path);
    if (fd >= 0)
        close(fd);
    return ok;
}

bool data_backup(struct data *data, const char *file, struct progress *progress, struct err *err)
{
    struct buf copy = {0};
    if (access(file, F_OK) == 0)
        return err_set(err, ERR_CONFLICT, "%s is there already: choose another name or remove it", file);
    buf_printf(&copy, "%s.part%c", file, 0);
    unlink(copy.p);
    int fd = open(copy.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool made = fd >= 0;
    bool ok = made || err_errno(err, ERR_IO, "cannot write %s", file);
    if (made)
        close(fd);
    ok = ok && store_backup(data->store, copy.p, step, progress, err) && copy_is_whole(copy.p, err) &&
         sync_file(copy.p, err);
    // link() instead of rename(): a file that came there meanwhile is not replaced.
    ok = ok && (link(copy.p, file) == 0 || (errno != EEXIST && rename(copy.p, file) == 0) ||
                       err_errno(err, ERR_IO, "cannot write %s", file));
    if (made)
        unlink(copy.p);
    buf_free(&copy);
    return ok;
}

struct export
{
    bool (*write)(void *ctx, struct str text, struct err *err);
    void *ctx;
    struct arena *arena;
    struct str *names; // [contact]
    size_t n_names;
    struct map *ended; // messageIds of aliases that an unalias ended
    struct buf out, id;
    uint64_t messages;
};

static void take_name(void *ctx, int64_t contact, struct str id)
{
    struct export *x = ctx;
    if ((size_t)contact < x->n_names)
        x->names[contact] = arena_str(x->arena, id);
}

static bool flush(struct export *x, struct err *err)
{
    bool ok = !x->out.n || x->write(x->ctx, buf_str(&x->out), err);
    x->out.n = 0;
    return ok;
}

static struct str name_of(const struct export *x, int64_t contact)
{
    return contact > 0 && (size_t)contact < x->n_names ? x->names[contact] : STR_NONE;
}

static bool note_end(void *ctx, const struct log_row *row, struct err *err)
{
    struct export *x = ctx;
    (void)err;
    if (row->kind == MESSAGE_UNALIAS && !row->undo) {
        x->id.n = 0;
        message_text(row->message, &x->id);
        map_intern(x->ended, buf_str(&x->id));
    }
    return true;
}

static bool export_row(void *ctx, const struct log_row *row, struct err *err)
{
    enum { CHUNK = 256 << 10 };
    struct export *x = ctx;
    if (row->undo || row->kind == MESSAGE_UNALIAS)
        return true;
    if (row->kind == MESSAGE_ALIAS && row->message.n && map_count(x->ended)) {
        x->id.n = 0;
        message_text(row->message, &x->id);
        if (map_get(x->ended, buf_str(&x->id)) != MAP_NONE)
            return true;
    }
    message_line(row, name_of(x, row->user), name_of(x, row->anonymous), &x->out);
    buf_char(&x->out, '\n');
    x->messages++;
    return x->out.n < CHUNK || flush(x, err);
}

// The ends of aliases must be known before the first line is written; a log without any is read once.
static bool read_ends(struct data *data, struct export *x, int64_t last, struct err *err)
{
    int64_t types;
    if (!store_number(data->store, "SELECT count(*) FROM event_type WHERE kind = 4", 0, &types, err))
        return false;
    return !types || log_scan(data->log, 0, last, false, note_end, x, err);
}

bool data_export(struct data *data, bool (*write)(void *ctx, struct str text, struct err *err), void *ctx,
        uint64_t *ret_messages, struct err *err)
{
    struct export x = {.write = write, .ctx = ctx, .arena = arena_new(), .ended = map_new()};
    struct log_position now;
    int64_t highest;
    bool ok = store_begin_read(data->store, err);
    if (ok) {
        ok = log_position(data->log, &now, err) &&
             store_number(data->store, "SELECT max(id) FROM contact", 0, &highest, err);
        if (ok) {
            x.n_names = (size_t)highest + 1;
            x.names = ARENA_ARRAY(x.arena, struct str, x.n_names);
        }
        ok = ok && log_contacts(data->log, take_name, &x, err) && read_ends(data, &x, now.last, err) &&
             log_scan(data->log, 0, now.last, false, export_row, &x, err) && flush(&x, err);
        store_rollback(data->store);
    }
    if (ok)
        *ret_messages = x.messages;
    arena_free(x.arena);
    map_free(x.ended);
    buf_free(&x.out);
    buf_free(&x.id);
    return ok;
}
