// Looking a data folder over.
#include "app/data_private.h"

#include "app/database.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

struct visit {
    const char *folder;
    void (*report)(void *ctx, enum finding finding, const char *text);
    void *ctx;
    bool healthy;
    unsigned broken_rows;
};

__attribute__((format(printf, 3, 4))) static void say(
        struct visit *v, enum finding finding, const char *format, ...)
{
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (finding == FINDING_WRONG)
        v->healthy = false;
    v->report(v->ctx, finding, text);
}

static void look_at_rights(struct visit *v, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return;
    if (st.st_uid != geteuid())
        say(v, FINDING_NOTE, "%s belongs to another user (%u): run sluice as that user, or chown it", path,
                (unsigned)st.st_uid);
    if (st.st_mode & 077)
        say(v, FINDING_WRONG, "others may read or write %s (mode %03o): chmod go= %s", path,
                (unsigned)(st.st_mode & 0777), path);
}

static void look_at_files(struct visit *v)
{
    struct buf path = {0};
    struct statvfs disk;
    look_at_rights(v, v->folder);
    buf_printf(&path, "%s/%s%c", v->folder, database_has_url(v->folder) ? DATA_URL : DATA_DATABASE, 0);
    look_at_rights(v, path.p);
    if (access(path.p, W_OK) != 0)
        say(v, FINDING_WRONG, "%s cannot be written by this user", path.p);
    buf_free(&path);
    if (statvfs(v->folder, &disk) == 0) {
        double free_mb = (double)disk.f_bavail * (double)disk.f_frsize / 1e6;
        if (free_mb < 200)
            say(v, FINDING_WRONG, "only %.0f MB are free on the disk: make room", free_mb);
    }
    DIR *dir = opendir(v->folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        struct str name = str_of(entry->d_name);
        if (str_starts(name, STR(DATA_CACHE ".")) && str_ends(name, STR(".new")))
            say(v, FINDING_NOTE,
                    "%s is left from a broken-off run: it may be removed, or `sluice rebuild` does",
                    entry->d_name);
        else if (str_eq(name, STR(DATA_DATABASE ".old")))
            say(v, FINDING_WRONG,
                    "a restore was cut short: %s is the database before it; run the restore again",
                    entry->d_name);
    }
    if (dir)
        closedir(dir);
}

static void note_broken(void *ctx, const char *what)
{
    struct visit *v = ctx;
    if (v->broken_rows++ < 5)
        say(v, FINDING_WRONG, "the database is damaged: %s", what);
}

// Rows that name what is not there.
static bool look_at_rows(struct visit *v, struct store *store, struct err *err)
{
    static const struct {
        const char *sql, *what;
    } CHECKS[] = {
            {"SELECT count(*) FROM event e WHERE NOT EXISTS (SELECT 1 FROM event_type t WHERE t.id = e.type)",
                    "events of an unknown type"},
            {"SELECT count(*) FROM event e JOIN event_type t ON t.id = e.type WHERE t.kind < 4 AND NOT "
             "EXISTS "
             "(SELECT 1 FROM contact c WHERE c.id = e.contact)",
                    "events without a contact"},
            {"SELECT count(*) FROM event e WHERE e.also > 0 AND NOT EXISTS "
             "(SELECT 1 FROM contact c WHERE c.id = e.also)",
                    "events whose second identifier is unknown"},
            {"SELECT count(*) FROM event e WHERE e.import > 0 AND NOT EXISTS "
             "(SELECT 1 FROM import i WHERE i.id = e.import)",
                    "events of an unknown import"},
            {"SELECT count(*) FROM identity i WHERE NOT EXISTS "
             "(SELECT 1 FROM contact c WHERE c.id = i.contact)",
                    "identifiers without a contact"},
    };
    for (size_t i = 0; i < sizeof CHECKS / sizeof *CHECKS; i++) {
        int64_t n;
        if (!store_number(store, CHECKS[i].sql, 0, &n, err))
            return false;
        if (n)
            say(v, FINDING_WRONG, "the database is damaged: %lld %s; restore a backup", (long long)n,
                    CHECKS[i].what);
    }
    return true;
}

static bool look_at_database(struct visit *v, struct data *data, struct err *err)
{
    int64_t events, contacts, behind = 0;
    enum cache_state state;
    if (!store_check(data->store, note_broken, v, err))
        return false;
    if (v->broken_rows) {
        say(v, FINDING_WRONG, "restore a backup: `sluice restore FILE --data %s --force`", v->folder);
        return true;
    }
    if (!look_at_rows(v, data->store, err) ||
            !store_number(data->store, "SELECT count(*) FROM event", 0, &events, err) ||
            !store_number(data->store, "SELECT count(*) FROM contact", 0, &contacts, err) ||
            !histories_cache_state(data->histories, &state, &behind, err))
        return false;
    if (v->healthy)
        say(v, FINDING_GOOD, "the database is whole: %lld rows of the log, %lld identifiers",
                (long long)events, (long long)contacts);
    switch (state) {
    case CACHE_TRUE:
        say(v, FINDING_GOOD, "the column cache is true");
        break;
    case CACHE_BEHIND:
        say(v, FINDING_NOTE, "the column cache lacks the newest %lld rows: the next command adds them",
                (long long)behind);
        break;
    case CACHE_NONE:
        if (events)
            say(v, FINDING_NOTE, "there is no column cache: the next command builds it");
        break;
    case CACHE_USELESS:
        say(v, FINDING_NOTE,
                "the column cache is damaged or of another database: the next command builds it anew");
        break;
    }
    return true;
}

static void look_at_lock(struct visit *v)
{
    int lock;
    struct err why = {0};
    if (data_lock(v->folder, &lock, &why))
        close(lock);
    else
        say(v, FINDING_NOTE, "%s", why.message);
}

bool data_doctor(const char *folder, void (*report)(void *ctx, enum finding finding, const char *text),
        void *ctx, bool *ret_healthy, struct err *err)
{
    struct visit v = {.folder = folder, .report = report, .ctx = ctx, .healthy = true};
    struct data *data;
    struct err why = {0};
    if (!data_open(folder, DATA_READ, &data, &why)) {
        if (why.code == ERR_NOT_FOUND) {
            if (err)
                *err = why;
            return false;
        }
        say(&v, FINDING_WRONG, "%s", why.message);
        look_at_files(&v);
        *ret_healthy = false;
        return true;
    }
    look_at_files(&v);
    look_at_lock(&v);
    // A check that cannot go on is itself a finding.
    if (!look_at_database(&v, data, &why))
        say(&v, FINDING_WRONG, "%s", why.message);
    data_close(data);
    *ret_healthy = v.healthy;
    return true;
}
