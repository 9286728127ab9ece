// Files that were handed in are kept until somebody deletes them; an erased person's lines go at once. Lines
// are blanked, not removed: an import that is taken up again counts them.
#include "app/import/erase.h"

#include "app/person/person.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void blank_lines(const struct person *who, char *p, size_t n)
{
    for (size_t from = 0; from < n;) {
        const char *end = memchr(p + from, '\n', n - from);
        size_t to = end ? (size_t)(end - p) : n;
        if (person_in_text(who, (struct str){p + from, to - from}))
            memset(p + from, ' ', to - from);
        from = to + 1;
    }
}

static bool blank_file(const char *path, const struct person *who, struct err *err)
{
    struct stat stat_of;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || err_errno(err, ERR_IO, "cannot open %s", path);
    bool ok = fstat(fd, &stat_of) == 0;
    if (ok && S_ISREG(stat_of.st_mode) && stat_of.st_size > 0) {
        size_t n = (size_t)stat_of.st_size;
        char *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        ok = p != MAP_FAILED;
        if (ok) {
            blank_lines(who, p, n);
            ok = msync(p, n, MS_SYNC) == 0;
            munmap(p, n);
        }
    }
    if (!ok)
        err_errno(err, ERR_IO, "cannot change %s", path);
    close(fd);
    return ok;
}

bool import_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    char path[4096];
    struct dirent *entry;
    (void)w;
    if (snprintf(path, sizeof path, "%s/imports", folder) >= (int)sizeof path)
        return err_set(err, ERR_LIMIT, "the folder's name is too long");
    DIR *dir = opendir(path);
    if (!dir)
        return errno == ENOENT || err_errno(err, ERR_IO, "cannot open %s", path);
    bool ok = true;
    while (ok && (entry = readdir(dir)))
        if (entry->d_name[0] != '.' &&
                snprintf(path, sizeof path, "%s/imports/%s", folder, entry->d_name) < (int)sizeof path)
            ok = blank_file(path, who, err);
    closedir(dir);
    return ok;
}
