// A run: messages into the log in transactions, with what is needed to go on after a kill and to undo it.
#include "app/import/import.h"

#include "app/event/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// Together with others a run lets them have their turn soon.
enum { ROWS_A_TRANSACTION = 10000, ROWS_A_TURN = 2000 };

static const char *const VERSIONS[] = {
        "CREATE TABLE import(id {id}, started {int} NOT NULL, finished {int}, undone {int}, files TEXT NOT "
        "NULL,"
        " lines {int} NOT NULL, events {int} NOT NULL, aliases {int} NOT NULL, copies {int} NOT NULL,"
        " skipped {int} NOT NULL, bad {int} NOT NULL, contacts {int} NOT NULL) {rows};"
        // key: of the content, 0 if it cannot be read twice. The lines behind `first` up to and with `lines`
        // are in the log.
        "CREATE TABLE import_source(import {int} NOT NULL, number {int} NOT NULL, key {int} NOT NULL,"
        " name TEXT NOT NULL, first {int} NOT NULL, lines {int} NOT NULL, PRIMARY KEY (import, number)) "
        "{keyed};"
        "CREATE INDEX import_source_key ON import_source (key);",
        // Files handed in over the API. mapping: JSON, or empty; run: of import, 0 before it ran.
        "CREATE TABLE upload(id TEXT NOT NULL, name TEXT NOT NULL, format TEXT NOT NULL, mapping TEXT NOT "
        "NULL,"
        " state TEXT NOT NULL, error TEXT NOT NULL, by_whom TEXT NOT NULL, bytes {int} NOT NULL,"
        " lines {int} NOT NULL, created {int} NOT NULL, run {int} NOT NULL, PRIMARY KEY (id)) {keyed};"
        "CREATE INDEX import_files ON import (files);",
};

const struct migration IMPORT_MIGRATION = {"import", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

struct stretch {
    uint64_t first, last; // first excluded
};

struct import_run {
    struct data *data;
    struct store *store;
    struct log *log;
    struct import_options options;
    struct import_counts counts;
    int64_t id; // 0 before the first transaction
    bool open;
    bool mine;     // it is this run's turn to write
    uint64_t rows; // in the open transaction
    struct buf files;
    // The stretch of a file that is being read: lines behind `first`, up to `line` so far.
    int64_t number;
    uint64_t key, first, line;
    VEC(struct stretch) done; // of this file, by other runs, ascending
    size_t done_at;           // those before it lie behind us
    struct str name;
    struct arena *arena; // names
    FILE *rejects;
    bool rejects_failed;
    uint64_t contacts_before; // so that contacts made since it are this run's, while it is its turn
    // A dry run remembers what it would have written.
    struct map *dry_messages, *dry_contacts;
    struct buf packed;
};

static void turn(struct import_run *run, bool mine)
{
    if (run->options.turn && run->mine != mine)
        run->options.turn(run->options.turn_ctx, mine);
    run->mine = mine;
}

bool import_begin(
        struct data *data, const struct import_options *options, struct import_run **ret, struct err *err)
{
    if (!options->dry_run && !data_writable(data))
        return err_set(err, ERR_IO, "the data folder is open for reading only");
    struct import_run *run = mem_zero(1, sizeof *run);
    run->options = *options;
    turn(run, true);
    bool ok = data_prepare_log(data, err);
    turn(run, false);
    if (!ok) {
        free(run);
        return false;
    }
    run->data = data;
    run->store = data_store(data);
    run->log = data_log(data);
    run->arena = arena_new();
    if (options->dry_run) {
        run->dry_messages = map_new();
        run->dry_contacts = map_new();
    }
    *ret = run;
    return true;
}

static void run_free(struct import_run *run)
{
    if (run->rejects)
        fclose(run->rejects);
    arena_free(run->arena);
    map_free(run->dry_messages);
    map_free(run->dry_contacts);
    vec_free(&run->done);
    buf_free(&run->files);
    buf_free(&run->packed);
    free(run);
}

static bool insert_run(struct import_run *run, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(run->store,
                "INSERT INTO import (started, files, lines, events, aliases, copies, skipped, bad, contacts) "
                "VALUES ($1, '', 0, 0, 0, 0, 0, 0, 0) RETURNING id",
                &query, err))
        return false;
    query_bind_int(query, 1, run->options.now);
    bool ok = query_step(query, &row, err);
    if (ok) {
        run->id = query_int(query, 0);
        ok = query_step(query, &row, err);
    }
    query_end(query);
    return ok;
}

static bool open_transaction(struct import_run *run, struct err *err)
{
    if (run->open)
        return true;
    turn(run, true);
    if (!log_begin(run->log, err)) {
        turn(run, false);
        return false;
    }
    run->open = true;
    run->rows = 0;
    run->contacts_before = log_contacts_made(run->log) - run->counts.contacts;
    return run->id || insert_run(run, err);
}

// Gives up what is not committed.
static void take_back(struct import_run *run)
{
    if (run->open)
        log_rollback(run->log);
    run->open = false;
    turn(run, false);
}

static bool save_counts(struct import_run *run, bool finished, struct err *err)
{
    struct query *query;
    const struct import_counts *c = &run->counts;
    if (!store_query(run->store,
                "UPDATE import SET finished = $2, files = $3, lines = $4, events = $5, aliases = $6, "
                "copies = $7, skipped = $8, bad = $9, contacts = $10 WHERE id = $1",
                &query, err))
        return false;
    query_bind_int(query, 1, run->id);
    if (finished)
        query_bind_int(query, 2, run->options.now);
    else
        query_bind_null(query, 2);
    query_bind_text(query, 3, buf_str(&run->files));
    const uint64_t counts[] = {c->lines, c->events, c->aliases, c->copies, c->skipped, c->bad, c->contacts};
    for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++)
        query_bind_int(query, 4 + i, (int64_t)counts[i]);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

static bool save_source(struct import_run *run, struct err *err)
{
    struct query *query;
    if (run->line == run->first)
        return true;
    if (!store_query(run->store,
                "INSERT INTO import_source (import, number, key, name, first, lines) "
                "VALUES ($1, $2, $3, $4, $5, $6) "
                "ON CONFLICT (import, number) DO UPDATE SET lines = excluded.lines",
                &query, err))
        return false;
    query_bind_int(query, 1, run->id);
    query_bind_int(query, 2, run->number);
    query_bind_int(query, 3, (int64_t)run->key);
    query_bind_text(query, 4, run->name);
    query_bind_int(query, 5, (int64_t)run->first);
    query_bind_int(query, 6, (int64_t)run->line);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

// Everything handed in so far, whole lines, with how far that is.
static bool commit(struct import_run *run, bool finished, struct err *err)
{
    if (!open_transaction(run, err))
        return false;
    run->counts.contacts = log_contacts_made(run->log) - run->contacts_before;
    if (!save_counts(run, finished, err) || !save_source(run, err))
        return false;
    run->open = false;
    log_bulk(run->log, !finished && !run->options.turn);
    bool ok = log_commit(run->log, err);
    turn(run, false);
    return ok;
}

// What other runs, which were not undone, have committed of this content.
static bool read_done_runs(struct import_run *run, struct err *err)
{
    struct query *query;
    bool row = true, ok;
    run->done.n = run->done_at = 0;
    if (!run->key)
        return true;
    if (!store_query(run->store,
                "SELECT s.first, s.lines FROM import_source s JOIN import i ON i.id = s.import "
                "WHERE s.key = $1 AND i.undone IS NULL ORDER BY s.first, s.lines",
                &query, err))
        return false;
    query_bind_int(query, 1, (int64_t)run->key);
    while ((ok = query_step(query, &row, err)) && row)
        vec_push(&run->done, (struct stretch){(uint64_t)query_int(query, 0), (uint64_t)query_int(query, 1)});
    query_end(query);
    return ok;
}

static bool read_done(struct import_run *run, struct err *err)
{
    bool mine = run->mine;
    turn(run, true);
    bool ok = read_done_runs(run, err);
    turn(run, mine);
    return ok;
}

// How far the stretch got belongs to the same transaction as its last messages.
static bool end_stretch(struct import_run *run, struct err *err)
{
    if (run->line == run->first || run->options.dry_run)
        return true;
    return open_transaction(run, err) && save_source(run, err);
}

bool import_source(
        struct import_run *run, const char *name, uint64_t key, uint64_t *ret_skip, struct err *err)
{
    uint64_t skip = 0;
    if (!end_stretch(run, err))
        return false;
    run->number++;
    run->key = key;
    run->name = arena_str(run->arena, str_of(name));
    if (run->files.n)
        buf_put(&run->files, STR(", "));
    buf_put(&run->files, run->name);
    if (!read_done(run, err))
        return false;
    for (; run->done_at < run->done.n && run->done.v[run->done_at].first <= skip; run->done_at++)
        if (run->done.v[run->done_at].last > skip)
            skip = run->done.v[run->done_at].last;
    run->first = run->line = skip;
    run->counts.lines += skip;
    run->counts.skipped += skip;
    *ret_skip = skip;
    return true;
}

static bool is_done(struct import_run *run, uint64_t line)
{
    while (run->done_at < run->done.n && run->done.v[run->done_at].last < line)
        run->done_at++;
    return run->done_at < run->done.n && run->done.v[run->done_at].first < line;
}

bool import_line(struct import_run *run, uint64_t line, bool *ret_take, struct err *err)
{
    assert(line > run->line);
    if (run->open && run->rows >= (run->options.turn ? ROWS_A_TURN : ROWS_A_TRANSACTION) &&
            !commit(run, false, err))
        return false;
    run->counts.lines += line - run->line;
    *ret_take = !is_done(run, line);
    if (*ret_take) {
        run->line = line;
        return true;
    }
    // Only after an undo is there anything done behind what is not.
    if (!end_stretch(run, err))
        return false;
    run->number += run->line > run->first;
    run->first = run->line = line;
    run->counts.skipped++;
    return true;
}

static void count(struct import_run *run, enum log_outcome outcome)
{
    if (outcome == LOG_EVENT)
        run->counts.events++;
    else if (outcome == LOG_COPY)
        run->counts.copies++;
    else
        run->counts.aliases++;
}

static bool try_contact(struct import_run *run, struct str id, struct err *err)
{
    int64_t contact;
    if (!id.n || map_get(run->dry_contacts, id) != MAP_NONE)
        return true;
    if (!log_contact(run->log, id, &contact, err))
        return false;
    map_intern(run->dry_contacts, id);
    run->counts.contacts += contact == 0;
    return true;
}

// What import_message would do, remembered instead of written.
static bool try_message(struct import_run *run, const struct message *m, struct err *err)
{
    static const enum log_outcome OUTCOMES[] = {
            [MESSAGE_EVENT] = LOG_EVENT, [MESSAGE_ALIAS] = LOG_ALIAS, [MESSAGE_UNALIAS] = LOG_UNALIAS};
    if (m->message_id.n && m->kind != MESSAGE_UNALIAS) {
        struct str packed = message_pack(m->message_id, &run->packed);
        bool copy = map_get(run->dry_messages, packed) != MAP_NONE;
        if (!copy && !log_has_message(run->log, m->message_id, &copy, err))
            return false;
        if (copy) {
            count(run, LOG_COPY);
            return true;
        }
        map_intern(run->dry_messages, packed);
    }
    count(run, OUTCOMES[m->kind]);
    return try_contact(run, m->user_id, err) && try_contact(run, m->anonymous_id, err) &&
           try_contact(run, m->previous_id, err);
}

bool import_message(struct import_run *run, const struct message *m, struct err *err)
{
    enum log_outcome outcome;
    if (run->options.dry_run)
        return try_message(run, m, err);
    if (!open_transaction(run, err) || !log_append(run->log, m, run->id, &outcome, err))
        return false;
    run->rows++;
    count(run, outcome);
    return true;
}

static void write_reject(struct import_run *run, struct str text, const char *reason)
{
    if (!run->rejects && !run->rejects_failed) {
        // Appended to: what an earlier run that was killed has written stays.
        int fd = open(run->options.rejects, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        run->rejects = fd < 0 ? NULL : fdopen(fd, "a");
        run->rejects_failed = !run->rejects;
    }
    if (!run->rejects)
        return;
    struct buf line = {0};
    buf_put(&line, STR("{\"file\":"));
    json_put_string(&line, run->name);
    buf_printf(&line, ",\"line\":%llu,\"reason\":", (unsigned long long)run->line);
    json_put_string(&line, str_of(reason));
    buf_put(&line, STR(",\"text\":"));
    json_put_string(&line, text);
    buf_put(&line, STR("}\n"));
    if (fwrite(line.p, 1, line.n, run->rejects) != line.n)
        run->rejects_failed = true;
    buf_free(&line);
}

void import_reject(struct import_run *run, struct str text, const char *reason)
{
    run->counts.bad++;
    if (run->options.bad_line)
        run->options.bad_line(run->options.ctx, run->name.p, run->line, reason);
    if (run->options.rejects)
        write_reject(run, text, reason);
}

bool import_progress(struct import_run *run, uint64_t consumed, uint64_t size)
{
    if (!run->options.dry_run && run->open)
        run->counts.contacts = log_contacts_made(run->log) - run->contacts_before;
    return !run->options.progress || run->options.progress(run->options.ctx, &run->counts, consumed, size);
}

bool import_end(struct import_run *run, struct import_counts *ret, int64_t *ret_import, struct err *err)
{
    bool ok = run->options.dry_run || commit(run, true, err);
    if (!ok)
        take_back(run);
    if (run->rejects) {
        run->rejects_failed |= fclose(run->rejects) != 0;
        run->rejects = NULL;
    }
    if (ok && run->rejects_failed)
        ok = err_set(err, ERR_IO, "the import is done, but the rejects could not be written to %s",
                run->options.rejects);
    *ret = run->counts;
    *ret_import = run->id;
    run_free(run);
    return ok;
}

void import_abandon(struct import_run *run)
{
    if (!run)
        return;
    take_back(run);
    run_free(run);
}

bool import_file_key(const char *path, uint64_t *ret, struct err *err)
{
    enum { CHUNK = 1 << 20 };
    struct stat st;
    *ret = 0;
    if (strcmp(path, "-") == 0)
        return true;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        err_errno(err, ERR_IO, "cannot open %s", path);
        if (fd >= 0)
            close(fd);
        return false;
    }
    // Each chunk is hashed together with the hash of all before it.
    char *chunk = mem_alloc(CHUNK + sizeof *ret);
    uint64_t key = 1;
    ssize_t n = S_ISREG(st.st_mode) ? 1 : 0;
    bool regular = n == 1;
    while (n > 0) {
        memcpy(chunk, &key, sizeof key);
        n = read(fd, chunk + sizeof key, CHUNK);
        if (n > 0)
            key = hash64((struct str){chunk, sizeof key + (size_t)n});
    }
    free(chunk);
    if (n < 0) {
        err_errno(err, ERR_IO, "cannot read %s", path);
        close(fd);
        return false;
    }
    close(fd);
    if (regular)
        *ret = key ? key : 1;
    return true;
}
