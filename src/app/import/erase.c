// Files that were handed in are kept until somebody deletes them; what they say of an erased person goes at
// once. It is blanked, not removed: an import that is taken up again counts its lines. A file in which
// nothing can be blanked, as it is packed or UTF-16, is emptied.
#include "app/import/erase.h"

#include "app/person/person.h"
#include "base/input.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RECORD_MAX = 1 << 20, HEAD = 4096, CHUNK = 1 << 18, OVERLAP = 1024 };

static bool begins(struct str text, const char *with)
{
    size_t n = strlen(with);
    return text.n >= n && str_eq_nocase(str_sub(text, 0, n), (struct str){with, n});
}

// Where what is said of one person ends: behind a line, a row of CSV whose cells have line breaks, a vCard.
// *rows: it may be longer than a line; false from the first one on that does not end as it should.
static size_t record_end(struct str text, bool *rows)
{
    bool card = *rows && begins(text, "BEGIN:VCARD"), quoted = false;
    size_t first = text.n, most = text.n < RECORD_MAX ? text.n : RECORD_MAX;
    for (size_t at = 0, line = 0; at < most; at++) {
        // A quote opens a cell at its beginning, or goes on with one behind another quote.
        if (*rows && !card && text.p[at] == '"')
            quoted = !quoted && (at == line || strchr(",;\t|\"", text.p[at - 1]));
        if (text.p[at] != '\n')
            continue;
        first = first == text.n ? at + 1 : first;
        if (card ? begins(str_sub(text, line, text.n), "END:VCARD") : !quoted)
            return at + 1;
        line = at + 1;
    }
    *rows = *rows && !card && !quoted; // the last line may be without an end
    return first;
}

static void blank_records(const struct person *who, char *p, size_t n)
{
    size_t from = begins((struct str){p, n}, "\xEF\xBB\xBF") ? 3 : 0, to;
    bool rows = from < n && p[from] != '{'; // messages are lines
    for (; from < n; from = to) {
        struct str rest = {p + from, n - from};
        to = from + record_end(rest, &rows);
        if (person_in_text(who, str_sub(rest, 0, to - from)))
            for (size_t i = from; i < to; i++)
                p[i] = p[i] == '\n' ? '\n' : ' ';
    }
}

// Packed, or with two bytes to a letter.
static bool is_closed(struct str text)
{
    return begins(text, "\x1f\x8b") || begins(text, "\x28\xb5\x2f\xfd") ||
           memchr(text.p, '\0', text.n < HEAD ? text.n : HEAD);
}

// Also where it cannot be read to its end.
static bool may_name(const char *path, const struct person *who)
{
    struct input *input;
    struct err err;
    bool found = false;
    if (!input_open(path, &input, &err))
        return true;
    char *text = mem_alloc(OVERLAP + CHUNK);
    size_t kept = 0, n = 1;
    while (!found && n) {
        size_t end = kept;
        found = !input_read(input, text + kept, CHUNK, &n, &err);
        for (size_t i = kept; !found && i < kept + n; i++)
            if (text[i])
                text[end++] = text[i];
        found = found || person_in_text(who, (struct str){text, end});
        kept = end < OVERLAP ? end : OVERLAP;
        memmove(text, text + end - kept, kept);
    }
    free(text);
    input_close(input);
    return found;
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
        bool closed = ok && is_closed((struct str){p, n});
        if (ok) {
            if (!closed)
                blank_records(who, p, n);
            ok = msync(p, n, MS_SYNC) == 0;
            munmap(p, n);
        }
        if (ok && closed && may_name(path, who))
            ok = ftruncate(fd, 0) == 0;
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
