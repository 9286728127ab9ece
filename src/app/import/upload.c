#include "app/import/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define UPLOAD_COLUMNS "id, name, format, mapping, state, error, by_whom, bytes, lines, created, run"

static struct upload decode(struct query *query)
{
    return (struct upload){.id = query_text(query, 0),
            .name = query_text(query, 1),
            .format = query_text(query, 2),
            .mapping = query_text(query, 3),
            .state = query_text(query, 4),
            .error = query_text(query, 5),
            .by = query_text(query, 6),
            .bytes = query_int(query, 7),
            .lines = query_int(query, 8),
            .created = query_int(query, 9),
            .run = query_int(query, 10)};
}

static struct upload kept(struct arena *arena, struct upload u)
{
    struct str *texts[] = {&u.id, &u.name, &u.format, &u.mapping, &u.state, &u.error, &u.by};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_str(arena, *texts[i]);
    return u;
}

static bool first(struct store *store, const char *sql, struct str key, struct arena *arena,
        struct upload *ret, bool *ret_found, struct err *err)
{
    struct query *query;
    if (!store_query(store, sql, &query, err))
        return false;
    query_bind_text(query, 1, key);
    bool ok = query_step(query, ret_found, err);
    if (ok && *ret_found)
        *ret = kept(arena, decode(query));
    query_end(query);
    return ok;
}

bool upload_find(struct store *store, struct arena *arena, struct str id, struct upload *ret, struct err *err)
{
    bool found;
    if (!first(store, "SELECT " UPLOAD_COLUMNS " FROM upload WHERE id = $1", id, arena, ret, &found, err))
        return false;
    return found || err_set(err, ERR_NOT_FOUND, "there is no import %.*s", STR_ARG(id));
}

bool upload_next(struct store *store, struct arena *arena, struct str state, struct upload *ret,
        bool *ret_found, struct err *err)
{
    return first(store, "SELECT " UPLOAD_COLUMNS " FROM upload WHERE state = $1 ORDER BY id LIMIT 1", state,
            arena, ret, ret_found, err);
}

bool upload_list(struct store *store, void (*visit)(void *ctx, const struct upload *upload), void *ctx,
        struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_query(store, "SELECT " UPLOAD_COLUMNS " FROM upload ORDER BY id DESC", &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct upload u = decode(query);
        visit(ctx, &u);
    }
    query_end(query);
    return ok;
}

static bool bind_and_run(struct store *store, const char *sql, const struct upload *u, struct err *err)
{
    const struct str texts[] = {u->id, u->name, u->format, u->mapping, u->state, u->error, u->by};
    const int64_t numbers[] = {u->bytes, u->lines, u->created, u->run};
    struct query *query;
    unsigned n = 0;
    if (!store_query(store, sql, &query, err))
        return false;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        query_bind_text(query, ++n, texts[i]);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        query_bind_int(query, ++n, numbers[i]);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

bool upload_insert(struct store *store, const struct upload *upload, struct err *err)
{
    return bind_and_run(store,
            "INSERT INTO upload (" UPLOAD_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            upload, err);
}

bool upload_save(struct store *store, const struct upload *upload, struct err *err)
{
    return bind_and_run(store,
            "INSERT INTO upload (" UPLOAD_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
            "ON CONFLICT (id) DO UPDATE SET format = excluded.format, mapping = excluded.mapping, "
            "state = excluded.state, error = excluded.error, lines = excluded.lines, run = excluded.run",
            upload, err);
}

bool upload_delete(struct store *store, struct str id, struct err *err)
{
    struct query *query;
    if (!store_query(store, "DELETE FROM upload WHERE id = $1", &query, err))
        return false;
    query_bind_text(query, 1, id);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

const char *upload_path(const struct app *app, struct arena *arena, struct str id, const char *suffix)
{
    return arena_printf(arena, "%s/imports/%.*s%s", app_folder(app), STR_ARG(id), suffix).p;
}

static bool write_all(int fd, struct str bytes)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.p, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes = str_sub(bytes, (size_t)n, bytes.n);
    }
    return fsync(fd) == 0;
}

bool upload_write_file(const char *path, struct str bytes, struct err *err)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    if (n >= sizeof folder)
        return err_set(err, ERR_LIMIT, "the data folder's name is too long");
    memcpy(folder, path, n);
    folder[n] = '\0';
    if (n && mkdir(folder, 0700) != 0 && errno != EEXIST)
        return err_errno(err, ERR_IO, "cannot make the folder imports");
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(err, ERR_IO, "cannot keep the file");
    bool ok = write_all(fd, bytes);
    int error = errno;
    ok = close(fd) == 0 && ok;
    if (ok)
        return true;
    errno = error;
    err_errno(err, ERR_IO, "cannot keep the file");
    unlink(path);
    return false;
}
