#include "app/privacy/erase.h"

#include "app/event/log.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/random.h"
#include "replay/cache.h"
#include "store/ask.h"

#include <stdio.h>
#include <sys/stat.h>

static const char *const VERSIONS[] = {
        // What was erased, without a word about whom: how many, when, why. clean: nothing of it is left in
        // the files.
        "CREATE TABLE erasure(id {id}, at {int} NOT NULL, by TEXT NOT NULL, people {int} NOT NULL,"
        " events {int} NOT NULL, identifiers {int} NOT NULL, clean {int} NOT NULL) {rows};"
        // Identifiers that name nobody any more.
        "CREATE TABLE erased(contact {int} NOT NULL, PRIMARY KEY (contact)) {keyed};"
        // How far the events of machines are erased.
        "CREATE TABLE retention(name TEXT NOT NULL, position {int} NOT NULL, PRIMARY KEY (name)) {keyed};",
};

const struct migration PRIVACY_MIGRATION = {"privacy", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

enum {
    TOKEN_BYTES = 12,
};

struct erasing {
    struct writing *w;
    struct strip *strip;
    struct arena *scratch;
    struct buf body;
    struct erasure *count;
    const struct person *who;
    uint32_t named; // a type of events that names the person; 0: none was met
};

static bool learn(void *ctx, const struct person_row *row, struct err *err)
{
    struct erasing *e = ctx;
    return strip_learn(e->strip, row, err);
}

static bool learn_names(struct erasing *e, const struct person *who, struct err *err)
{
    struct buf name = {0};
    bool ok = true;
    for (unsigned i = 0; ok && i < who->n_ids; i++) {
        name.n = 0;
        ok = log_contact_name(e->w->log, who->ids[i], &name, err);
        if (ok) {
            strip_needle(e->strip, buf_str(&name));
            strip_word(e->strip, buf_str(&name));
        }
    }
    buf_free(&name);
    return ok;
}

static bool strip_row(void *ctx, const struct person_row *row, struct err *err)
{
    struct erasing *e = ctx;
    arena_reset(e->scratch);
    e->body.n = 0;
    e->count->events++;
    if (person_in_text(e->who, row->type.name))
        e->named = row->type_id;
    return strip_body(e->strip, row, e->scratch, &e->body, err) &&
           log_rewrite(e->w->log, row->id, buf_str(&e->body), STR_NONE, err);
}

static bool look_for_type(void *ctx, const struct person_row *row, struct err *err)
{
    struct erasing *e = ctx;
    (void)err;
    if (person_in_text(e->who, row->type.name))
        e->named = row->type_id;
    return true;
}

static bool rename_all(struct erasing *e, const struct person *who, struct err *err)
{
    char token[TOKEN_BYTES * 2], name[sizeof token + 8];
    for (unsigned i = 0; i < who->n_ids; i++) {
        random_token(TOKEN_BYTES, token);
        int n = snprintf(name, sizeof name, "erased-%s", token);
        if (!log_rename(e->w->log, who->ids[i], (struct str){name, (size_t)n}, err) ||
                !store_do(e->w->store,
                        "INSERT INTO erased (contact) VALUES ($1) ON CONFLICT (contact) DO NOTHING",
                        PARAMS(P_INT(who->ids[i])), err))
            return false;
        e->count->identifiers++;
    }
    return true;
}

// "Call with Ann Example": of each type that names the person the name goes.
static bool rename_types(struct erasing *e, struct err *err)
{
    char token[TOKEN_BYTES * 2], name[sizeof token + 8];
    while (e->named) {
        uint32_t type = e->named;
        random_token(TOKEN_BYTES, token);
        int n = snprintf(name, sizeof name, "erased-%s", token);
        e->named = 0;
        if (!log_rename_type(e->w->log, type, (struct str){name, (size_t)n}, err) ||
                !person_rows(e->w->store, e->who, look_for_type, e, err))
            return false;
    }
    return true;
}

static bool run_hooks(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    for (const struct slice *const *slice = SLICES; *slice; slice++)
        if ((*slice)->erase && !(*slice)->erase(w, folder, who, err))
            return false;
    return true;
}

static bool learn_keys(struct erasing *e, const struct person *who, struct err *err)
{
    bool row, ok = true;
    for (unsigned i = 0; ok && i < who->n_ids; i++) {
        struct query *query;
        if (!store_ask(e->w->store,
                    "SELECT value FROM identity_key WHERE contact = $1 AND kind <= 4 UNION "
                    "SELECT value FROM identity_also WHERE contact = $1 AND kind <= 4",
                    PARAMS(P_INT(who->ids[i])), &query, err))
            return false;
        while ((ok = query_step(query, &row, err)) && row) {
            strip_needle(e->strip, query_text(query, 0));
            strip_word(e->strip, query_text(query, 0));
        }
        query_end(query);
    }
    return ok;
}

bool privacy_erase(struct writing *w, const char *folder, struct person *who, struct strip *strip,
        struct erasure *count, struct err *err)
{
    struct erasing e = {.w = w, .strip = strip, .scratch = arena_new(), .count = count, .who = who};
    strip_forget(strip);
    bool ok = learn_names(&e, who, err) && learn_keys(&e, who, err) &&
              person_rows(w->store, who, learn, &e, err);
    strip_words(strip, &who->words, &who->n_words);
    // The hooks may still ask what the identifiers were called.
    ok = ok && run_hooks(w, folder, who, err) && person_rows(w->store, who, strip_row, &e, err) &&
         rename_types(&e, err) && rename_all(&e, who, err);
    who->words = NULL;
    who->n_words = 0;
    count->people += ok;
    arena_free(e.scratch);
    buf_free(&e.body);
    return ok;
}

bool privacy_erase_end(struct writing *w, const struct erasure *count, struct str by, struct err *err)
{
    return log_erased(w->log, w->now, err) &&
           store_do(w->store,
                   "INSERT INTO erasure (at, by, people, events, identifiers, clean) "
                   "VALUES ($1, $2, $3, $4, $5, 0)",
                   PARAMS(P_INT(w->now), P_TEXT(by), P_INT(count->people), P_INT(count->events),
                           P_INT(count->identifiers)),
                   err);
}

static int64_t size_of(const char *folder)
{
    char path[4096];
    struct stat stat_of;
    if (snprintf(path, sizeof path, "%s/%s", folder, DATA_DATABASE) >= (int)sizeof path ||
            stat(path, &stat_of) != 0)
        return INT64_MAX - 1; // not a file of ours: never in passing
    return stat_of.st_size;
}

bool privacy_scrub(
        struct data *data, const char *folder, int64_t compact_max, bool *ret_clean, struct err *err)
{
    char path[4096];
    struct err why;
    bool whole = size_of(folder) <= compact_max;
    // Whoever has it mapped reads on; the next one builds it anew.
    if (snprintf(path, sizeof path, "%s/%s", folder, DATA_CACHE) < (int)sizeof path)
        cache_remove(path, &why);
    if (!store_scrub(data_store(data), whole, &why)) {
        *ret_clean = false;
        if (why.code == ERR_BUSY)
            return true;
        if (err)
            *err = why;
        return false;
    }
    *ret_clean = true;
    return true;
}

// On a connection of its own: clearing out takes a while, and nobody else's turn should wait for it.
bool privacy_scrub_app(struct app *app, int64_t compact_max, bool *ret_clean, struct err *err)
{
    struct data *data;
    if (!data_open(app_folder(app), DATA_BESIDE, &data, err))
        return false;
    bool ok = privacy_scrub(data, app_folder(app), compact_max, ret_clean, err);
    if (ok && *ret_clean)
        ok = store_exec(data_store(data), "UPDATE erasure SET clean = 1 WHERE clean = 0", err);
    data_close(data);
    return ok;
}

static bool find_stored(struct app *app, struct data *data, struct str id, struct arena *arena,
        struct str *ret, struct err *err)
{
    uint32_t number;
    struct buf name = {0};
    *ret = id;
    if (!contact_of_uuid(app, id, &number))
        return true;
    bool ok = log_contact_name(data_log(data), number, &name, err);
    if (ok)
        *ret = arena_str(arena, buf_str(&name));
    buf_free(&name);
    return ok;
}

static bool note(struct writing *w, const struct person *who, const struct principal *by, struct err *err)
{
    char uuid[UUID_SIZE];
    return audit_write(
            w, by, "contact.erase", contact_uuid(w->app, who->contact, uuid), STR_NONE, STR_NONE, err);
}

// Models take a while to compile: before the turn to write.
static bool read_models(struct app *app, struct strip *strip, struct err *err)
{
    struct data *reader;
    if (!app_reader(app, &reader, err))
        return false;
    bool ok = strip_models(strip, data_store(reader), err);
    data_close(reader);
    return ok;
}

static bool erase_one(struct app *app, struct person *who, int64_t last, const struct principal *by,
        struct erasure *ret, struct err *err)
{
    struct writing *w;
    struct arena *arena = arena_new();
    struct strip *strip = strip_new(arena);
    struct erasure count = {0};
    if (!read_models(app, strip, err) || !writing_begin(app, &w, err)) {
        arena_free(arena);
        return false;
    }
    bool ok = person_extend(w->log, last, arena, who, err) &&
              privacy_erase(w, app_folder(app), who, strip, &count, err) &&
              privacy_erase_end(w, &count, by ? by->name : STR("command line"), err) && note(w, who, by, err);
    ok = writing_end(w, ok, err);
    arena_free(arena);
    if (ok)
        *ret = count;
    return ok;
}

bool privacy_erase_person(struct app *app, struct person *who, int64_t last, const struct principal *by,
        struct erasure *ret, bool *ret_clean, struct err *err)
{
    return erase_one(app, who, last, by, ret, err) &&
           privacy_scrub_app(app, PRIVACY_COMPACT_MAX, ret_clean, err);
}

bool privacy_erase_stored(struct app *app, struct str id, int64_t compact_max, struct erasure *ret,
        bool *ret_clean, struct err *err)
{
    struct data *data;
    struct arena *arena = arena_new();
    struct person who;
    int64_t last = 0;
    bool ok = app_reader(app, &data, err);
    if (ok) {
        ok = find_stored(app, data, id, arena, &id, err) && person_stored(data, id, arena, &who, &last, err);
        data_close(data);
    }
    ok = ok && erase_one(app, &who, last, NULL, ret, err) &&
         privacy_scrub_app(app, compact_max, ret_clean, err);
    arena_free(arena);
    return ok;
}
