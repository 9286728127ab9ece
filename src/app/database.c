#include "app/database.h"

#include "app/data.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { URL_MAX = 4000 };

static void path_of(const char *folder, const char *name, struct buf *out)
{
    out->n = 0;
    buf_printf(out, "%s/%s%c", folder, name, 0);
}

static bool is_there(const char *folder, const char *name)
{
    struct buf path = {0};
    path_of(folder, name, &path);
    bool there = access(path.p, F_OK) == 0;
    buf_free(&path);
    return there;
}

bool database_has_url(const char *folder)
{
    return is_there(folder, DATA_URL);
}

bool database_exists(const char *folder)
{
    return is_there(folder, DATA_DATABASE) || database_has_url(folder);
}

bool database_url(const char *folder, struct buf *out, struct err *err)
{
    struct buf path = {0};
    path_of(folder, DATA_URL, &path);
    int fd = open(path.p, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, buf_room(out, URL_MAX + 1), URL_MAX + 1);
    bool ok = n > 0 || err_errno(err, ERR_IO, "cannot read %s", path.p);
    if (fd >= 0)
        close(fd);
    if (ok) {
        struct str url = str_trim((struct str){out->p + out->n, (size_t)n});
        ok = (n <= URL_MAX && postgres_is_url(url)) ||
             err_set(err, ERR_INPUT, "%s does not hold a URL postgres://…", path.p);
        memmove(out->p + out->n, url.p, url.n);
        out->n += url.n;
        buf_char(out, '\0');
    }
    buf_free(&path);
    return ok;
}

bool database_keep_url(const char *folder, const char *url, struct err *err)
{
    struct buf path = {0}, fresh = {0};
    size_t n = strlen(url);
    if (n > URL_MAX || !postgres_is_url(str_of(url)))
        return err_set(err, ERR_USAGE, "a URL postgres://… is expected");
    path_of(folder, DATA_URL, &path);
    path_of(folder, DATA_URL ".new", &fresh);
    int fd = open(fresh.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, url, n) == (ssize_t)n && write(fd, "\n", 1) == 1 && fsync(fd) == 0;
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    ok = (ok && rename(fresh.p, path.p) == 0) || err_errno(err, ERR_IO, "cannot write %s", path.p);
    buf_free(&path);
    buf_free(&fresh);
    return ok;
}

bool database_open(const char *folder, enum store_mode mode, struct store **ret, struct err *err)
{
    struct buf text = {0};
    bool ok;
    if (database_has_url(folder)) {
        ok = database_url(folder, &text, err) && postgres_open(text.p, mode, ret, err);
    } else {
        path_of(folder, DATA_DATABASE, &text);
        ok = sqlite_open(text.p, mode, ret, err);
    }
    buf_free(&text);
    return ok;
}
