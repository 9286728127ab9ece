// Opening a data folder and what is asked of it.
#include "app/data_private.h"

#include "app/database.h"
#include "app/model/store.h"
#include "app/slice.h"
#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const VERSIONS[] = {
        // What identifies the store: store, a UUID.
        "CREATE TABLE meta(key TEXT NOT NULL, value {bytes} NOT NULL, PRIMARY KEY (key)) {keyed};",
};

enum { MIGRATIONS_MAX = 64 };

static const struct migration DATA_MIGRATION = {"data", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

static unsigned all_migrations(const struct migration **out)
{
    unsigned n = 0;
    out[n++] = &DATA_MIGRATION;
    for (const struct slice *const *slice = SLICES; *slice; slice++)
        if ((*slice)->migration) {
            assert(n < MIGRATIONS_MAX);
            out[n++] = (*slice)->migration;
        }
    return n;
}

bool data_migrate(struct store *store, struct err *err)
{
    const struct migration *migrations[MIGRATIONS_MAX];
    return store_migrate(store, migrations, all_migrations(migrations), err);
}

bool data_lock(const char *folder, int *ret_fd, struct err *err)
{
    char path[4096], pid[32] = "";
    if (snprintf(path, sizeof path, "%s/%s", folder, DATA_LOCK) >= (int)sizeof path)
        return err_set(err, ERR_LIMIT, "the folder's name is too long");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(err, ERR_IO, "cannot write in %s", folder);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        bool taken = errno == EWOULDBLOCK;
        ssize_t n = pread(fd, pid, sizeof pid - 1, 0);
        pid[n > 0 ? n : 0] = '\0';
        if (taken)
            err_set(err, ERR_BUSY,
                    "%s is being written by another sluice (process %.*s): wait for it, or stop it", folder,
                    (int)strcspn(pid, "\n"), *pid ? pid : "unknown");
        else
            err_errno(err, ERR_IO, "cannot lock %s", path);
        close(fd);
        return false;
    }
    int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    // The number only serves the message above.
    if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)n, 0) != n)
        errno = 0;
    *ret_fd = fd;
    return true;
}

bool data_new_uuid(struct store *store, struct err *err)
{
    uint8_t uuid[16];
    struct query *query;
    if (getrandom(uuid, sizeof uuid, 0) != (ssize_t)sizeof uuid)
        return err_errno(err, ERR_IO, "no random numbers");
    uuid[6] = (uint8_t)((uuid[6] & 0x0F) | 0x40); // version 4 of RFC 9562
    uuid[8] = (uint8_t)((uuid[8] & 0x3F) | 0x80);
    if (!store_query(store,
                "INSERT INTO meta (key, value) VALUES ('store', $1) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                &query, err))
        return false;
    query_bind_blob(query, 1, (struct str){(const char *)uuid, sizeof uuid});
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

static bool read_uuid(struct data *data, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(data->store, "SELECT value FROM meta WHERE key = 'store'", &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    struct str uuid = ok && row ? query_blob(query, 0) : STR_NONE;
    if (ok && uuid.n != sizeof data->uuid)
        ok = err_set(err, ERR_CORRUPT, "the database is damaged: it has no identity");
    if (ok)
        memcpy(data->uuid, uuid.p, sizeof data->uuid);
    query_end(query);
    return ok;
}

static bool open_store(struct data *data, enum data_mode mode,
        struct store *(*wrap)(void *ctx, struct store *inner), void *ctx, struct err *err)
{
    const char *folder = data->folder.p;
    bool known;
    if (!database_exists(folder))
        return err_set(err, ERR_NOT_FOUND, "%s is no data folder: `sluice init --data %s` makes one", folder,
                folder);
    if (mode == DATA_WRITE && !data_lock(folder, &data->lock, err))
        return false;
    if (!database_open(folder, mode == DATA_READ ? STORE_READ : STORE_WRITE, &data->store, err))
        return false;
    if (wrap)
        data->store = wrap(ctx, data->store);
    if (!store_has_table(data->store, STR("migration"), &known, err))
        return false;
    return known || err_set(err, ERR_CORRUPT, "the database of %s is no database of Sluice", folder);
}

// A reader of data that an older Sluice wrote lets a writer bring it up to date.
static bool migrate(struct data *data, enum data_mode mode, struct err *err)
{
    struct err why;
    const struct migration *migrations[MIGRATIONS_MAX];
    if (mode == DATA_WRITE)
        return data_migrate(data->store, err);
    if (store_migrated(data->store, migrations, all_migrations(migrations), &why))
        return true;
    struct data *writer;
    if (why.code != ERR_NOT_FOUND) {
        *err = why;
        return false;
    }
    if (!data_open(data->folder.p, DATA_WRITE, &writer, err))
        return false;
    data_close(writer);
    return true;
}

bool data_open_with(const char *folder, enum data_mode mode,
        struct store *(*wrap)(void *ctx, struct store *inner), void *ctx, struct data **ret, struct err *err)
{
    struct data *data = mem_zero(1, sizeof *data);
    data->arena = arena_new();
    data->lock = -1;
    data->folder = arena_str(data->arena, str_of(folder));
    data->cache = arena_printf(data->arena, "%s/%s", folder, DATA_CACHE).p;
    if (!open_store(data, mode, wrap, ctx, err) || !migrate(data, mode, err) || !read_uuid(data, err) ||
            !log_new(data->store, &data->log, err)) {
        data_close(data);
        return false;
    }
    data->histories = histories_new(data->store, data->log, data->cache, data->uuid);
    *ret = data;
    return true;
}

bool data_open(const char *folder, enum data_mode mode, struct data **ret, struct err *err)
{
    return data_open_with(folder, mode, NULL, NULL, ret, err);
}

void data_close(struct data *data)
{
    if (!data)
        return;
    log_free(data->log);
    histories_free(data->histories);
    store_close(data->store);
    if (data->lock >= 0)
        close(data->lock);
    arena_free(data->arena);
    free(data);
}

struct store *data_store(struct data *data)
{
    return data->store;
}

struct log *data_log(struct data *data)
{
    return data->log;
}

bool data_writable(const struct data *data)
{
    return data->lock >= 0;
}

// 0: there is none.
static ino_t cache_file(const struct data *data)
{
    struct stat st;
    return stat(data->cache, &st) == 0 ? st.st_ino : 0;
}

bool data_prepare_log(struct data *data, struct err *err)
{
    if (data->log_prepared)
        return true;
    data->cache_file = cache_file(data);
    data->log_prepared = histories_prepare_log(data->histories, err);
    return data->log_prepared;
}

bool data_relieve_log(struct data *data, uint64_t many, struct err *err)
{
    if (log_keys_held(data->log) <= many)
        return true;
    ino_t file = cache_file(data);
    if (!file || file == data->cache_file) // making one takes too long for those who wait
        return true;
    data->log_prepared = false;
    return data_prepare_log(data, err);
}

bool data_columns(struct data *data, int64_t at, const struct columns **ret, struct err *err)
{
    return histories_at(data->histories, at, ret, err);
}

void data_rest(struct data *data)
{
    histories_rest(data->histories);
}

uint32_t data_contact(struct data *data, struct str id)
{
    uint32_t contact;
    struct err err;
    return histories_contact(data->histories, id, &contact, &err) ? contact : NO_INDEX;
}

bool data_columns_stored(struct data *data, const struct columns **ret, struct err *err)
{
    return histories_stored(data->histories, ret, err);
}

bool data_identifiers(struct data *data, struct identifiers *ret)
{
    return histories_identifiers(data->histories, ret);
}

void data_event_name(const void *context, uint32_t log, struct buf *out)
{
    // Evidence is named while a result is printed, which has no place for an error.
    struct data *data = (struct data *)(uintptr_t)context;
    size_t before = out->n;
    struct err err;
    if (!log_message_id(data->log, log, out, &err) || out->n == before)
        buf_printf(out, "event:%lu", (unsigned long)log);
}

bool data_rebuild(struct data *data, uint64_t *ret_events, struct err *err)
{
    return histories_rebuild(data->histories, ret_events, err);
}

bool data_model_active(struct data *data, struct arena *arena, struct data_model *ret, struct err *err)
{
    struct stored_model model;
    if (!model_active(data->store, arena, &model, err))
        return false;
    *ret = (struct data_model){model.text, model.name, model.version, model.added};
    return true;
}

bool data_model_add(struct data *data, struct str text, const char *name, int64_t now, int64_t *ret_version,
        struct err *err)
{
    int64_t version;
    if (!store_begin_write(data->store, err))
        return false;
    if (!model_add(data->store, text, str_of(name), now, &version, err)) {
        store_rollback(data->store);
        return false;
    }
    if (!store_commit(data->store, err))
        return false;
    *ret_version = version;
    return true;
}
