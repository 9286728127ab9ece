// Assets' bytes: DATA/assets/ID. Ids are ours (UUIDs), so no path comes from outside.
#include "app/page/store.h"

#include "base/random.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH = 4096 };

static bool path_of(const char *folder, struct str id, const char *suffix, char out[PATH], struct err *err)
{
    if (!uuid_valid(id))
        return err_set(err, ERR_NOT_FOUND, "there is no such asset");
    int n = snprintf(out, PATH, "%s/assets/%.*s%s", folder, STR_ARG(id), suffix);
    return n < PATH || err_set(err, ERR_LIMIT, "the data folder's path is too long");
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

static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

bool asset_write(const char *folder, struct str id, struct str bytes, struct err *err)
{
    char path[PATH], part[PATH], dir[PATH];
    if (!path_of(folder, id, "", path, err) || !path_of(folder, id, ".part", part, err))
        return false;
    snprintf(dir, sizeof dir, "%s/assets", folder);
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return err_errno(err, ERR_IO, "%s cannot be made", dir);
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(err, ERR_IO, "the asset cannot be stored");
    bool ok = write_all(fd, bytes);
    if (!ok)
        err_errno(err, ERR_IO, "the asset cannot be stored");
    close(fd);
    if (ok && (rename(part, path) != 0 || !sync_folder(dir)))
        ok = err_errno(err, ERR_IO, "the asset cannot be stored");
    if (!ok)
        unlink(part);
    return ok;
}

bool asset_read(const char *folder, struct str id, struct buf *out, struct err *err)
{
    char path[PATH];
    struct stat st;
    if (!path_of(folder, id, "", path, err))
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "the asset's file cannot be read");
    bool ok = fstat(fd, &st) == 0 && st.st_size <= ASSET_MAX;
    size_t left = ok ? (size_t)st.st_size : 0;
    char *p = buf_room(out, left + 1);
    while (ok && left) {
        ssize_t n = read(fd, p, left);
        if (n < 0 && errno == EINTR)
            continue;
        ok = n > 0;
        if (ok) {
            p += n;
            out->n += (size_t)n;
            left -= (size_t)n;
        }
    }
    close(fd);
    return ok || err_set(err, ERR_IO, "the asset's file cannot be read");
}

void asset_delete(const char *folder, struct str id)
{
    char path[PATH];
    if (path_of(folder, id, "", path, NULL))
        unlink(path);
}
