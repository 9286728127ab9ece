// Making a data folder, and making one from a backup.
#include "app/data_private.h"

#include "app/database.h"
#include "app/model/store.h"
#include "replay/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

// The folder, made or found empty. *ret_made: it was not there.
static bool make_folder(const char *folder, bool *ret_made, struct err *err)
{
    if (mkdir(folder, 0700) == 0) {
        *ret_made = true;
        return true;
    }
    if (errno != EEXIST)
        return err_errno(err, ERR_IO, "cannot make the folder %s", folder);
    DIR *dir = opendir(folder);
    if (!dir)
        return err_errno(err, ERR_IO, "cannot use %s as a data folder", folder);
    struct dirent *entry;
    bool empty = true;
    if (database_exists(folder))
        empty = err_set(err, ERR_CONFLICT, "%s is a data folder already", folder);
    while (empty && (entry = readdir(dir)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            empty = err_set(err, ERR_CONFLICT, "%s is not empty (there is %s): choose another name", folder,
                    entry->d_name);
    closedir(dir);
    if (empty && chmod(folder, 0700) != 0)
        return err_errno(err, ERR_IO, "cannot keep others out of %s", folder);
    *ret_made = false;
    return empty;
}

static void remove_files(const char *folder, bool made)
{
    static const char *const NAMES[] = {DATA_DATABASE, DATA_DATABASE "-wal", DATA_DATABASE "-shm",
            DATA_DATABASE "-journal", DATA_DATABASE ".new", DATA_DATABASE ".new-journal", DATA_URL,
            DATA_LOCK};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        struct buf path = {0};
        buf_printf(&path, "%s/%s%c", folder, NAMES[i], 0);
        unlink(path.p);
        buf_free(&path);
    }
    if (made)
        rmdir(folder);
}

static bool fill(struct store *store, struct str model, const char *model_name, int64_t now, struct err *err)
{
    int64_t version;
    if (!data_migrate(store, err) || !store_begin_write(store, err))
        return false;
    if (data_new_uuid(store, err) &&
            (!model.n || model_add(store, model, str_of(model_name), now, &version, err)))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

// A new store: a file, or a database of a server that has no Sluice in it yet. With the latter the folder
// keeps the URL.
static bool make_store(const char *folder, const char *url, struct store **ret, struct err *err)
{
    bool known;
    if (url && !database_keep_url(folder, url, err))
        return false;
    if (!database_open(folder, STORE_CREATE, ret, err))
        return false;
    if (!url)
        return true;
    return store_has_table(*ret, STR("migration"), &known, err) &&
           (!known || err_set(err, ERR_CONFLICT,
                              "there is a Sluice in this database already: name another schema "
                              "(?options=-csearch_path%%3DNAME) or database"));
}

bool data_init(const char *folder, struct str model, const char *model_name, int64_t now, struct err *err)
{
    return data_init_at(folder, NULL, model, model_name, now, err);
}

bool data_init_at(const char *folder, const char *url, struct str model, const char *model_name, int64_t now,
        struct err *err)
{
    struct store *store = NULL;
    bool made;
    int lock = -1;
    if (!make_folder(folder, &made, err))
        return false;
    bool ok = data_lock(folder, &lock, err) && make_store(folder, url, &store, err) &&
              fill(store, model, model_name, now, err);
    store_close(store);
    if (!ok)
        remove_files(folder, made);
    if (lock >= 0)
        close(lock);
    return ok;
}

static void note_wrong(void *ctx, const char *what)
{
    struct buf *first = ctx;
    if (!first->n)
        buf_printf(first, "%s", what);
}

// A backup is used only if it is whole, ours and not of the future.
static bool check_backup(struct store *store, const char *file, struct err *err)
{
    struct buf wrong = {0};
    bool known;
    bool ok = store_check(store, note_wrong, &wrong, err);
    if (ok && wrong.n)
        ok = err_set(err, ERR_CORRUPT, "%s is damaged: %.*s", file, STR_ARG(buf_str(&wrong)));
    ok = ok && store_has_table(store, STR("migration"), &known, err);
    if (ok && !known)
        ok = err_set(err, ERR_INPUT, "%s is no backup of Sluice", file);
    buf_free(&wrong);
    return ok && data_migrate(store, err);
}

// Copies the backup beside the database under another name, checked and with an identity of its own.
static bool prepare_copy(const char *file, const char *copy, struct err *err)
{
    struct store *from = NULL, *to = NULL;
    unlink(copy);
    int fd = open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(err, ERR_IO, "cannot write %s", copy);
    close(fd);
    struct err why = {0};
    bool ok = sqlite_open(file, STORE_READ, &from, &why) ||
              err_set(err, ERR_INPUT, "%s is no backup of Sluice: %s", file, why.message);
    ok = ok && store_backup(from, copy, NULL, NULL, err);
    store_close(from);
    ok = ok && sqlite_open(copy, STORE_WRITE, &to, err) && check_backup(to, file, err) &&
         store_begin_write(to, err);
    if (ok) {
        ok = data_new_uuid(to, err) && store_commit(to, err);
        if (!ok)
            store_rollback(to);
    }
    store_close(to); // leaves no WAL behind
    return ok;
}

static bool remove_beside(const char *database, const char *end, struct err *err)
{
    struct buf path = {0};
    buf_printf(&path, "%s%s%c", database, end, 0);
    bool ok = unlink(path.p) == 0 || errno == ENOENT || err_errno(err, ERR_IO, "cannot remove %s", path.p);
    buf_free(&path);
    return ok;
}

// The old database goes aside before its WAL does, so that no WAL ever stands beside a database it does not
// belong to.
static bool put_in_place(const char *copy, const char *database, struct err *err)
{
    struct buf old = {0};
    buf_printf(&old, "%s.old%c", database, 0);
    bool had = access(database, F_OK) == 0;
    bool ok =
            (!had || rename(database, old.p) == 0 || err_errno(err, ERR_IO, "cannot replace %s", database)) &&
            remove_beside(database, "-wal", err) && remove_beside(database, "-shm", err) &&
            (rename(copy, database) == 0 || err_errno(err, ERR_IO, "cannot write %s", database));
    if (ok && had)
        unlink(old.p);
    buf_free(&old);
    return ok;
}

// Folds the WAL of the database that is to be replaced into it, as far as it still can be opened: should the
// exchange be cut short, the file put aside is whole.
static void settle_old(const char *database)
{
    struct store *store;
    struct err err;
    if (sqlite_open(database, STORE_WRITE, &store, &err))
        store_close(store);
}

bool data_restore(const char *file, const char *folder, bool force, struct err *err)
{
    struct buf database = {0}, copy = {0}, cache = {0};
    bool made = false;
    int lock = -1;
    struct stat st;
    buf_printf(&database, "%s/%s%c", folder, DATA_DATABASE, 0);
    buf_printf(&copy, "%s/%s.new%c", folder, DATA_DATABASE, 0);
    buf_printf(&cache, "%s/%s%c", folder, DATA_CACHE, 0);
    if (database_has_url(folder))
        return err_set(err, ERR_USAGE,
                "%s keeps its data on a PostgreSQL server: restore into another folder, then "
                "`sluice move` it there",
                folder);
    bool ok = stat(file, &st) == 0 || err_errno(err, ERR_NOT_FOUND, "cannot read %s", file);
    bool there = access(database.p, F_OK) == 0;
    if (ok && there && !force)
        ok = err_set(err, ERR_CONFLICT,
                "%s has a database: --force replaces it by the backup (everything in it is lost)", folder);
    if (ok && !there && !force)
        ok = make_folder(folder, &made, err);
    else if (ok && !there && mkdir(folder, 0700) == 0)
        made = true;
    ok = ok && data_lock(folder, &lock, err);
    bool locked = ok;
    if (ok && there)
        settle_old(database.p);
    ok = ok && prepare_copy(file, copy.p, err) && put_in_place(copy.p, database.p, err);
    if (ok)
        cache_remove(cache.p, NULL);
    else if (locked)
        unlink(copy.p);
    if (!ok && !there && (made || locked))
        remove_files(folder, made);
    if (lock >= 0)
        close(lock);
    buf_free(&database);
    buf_free(&copy);
    buf_free(&cache);
    return ok;
}
