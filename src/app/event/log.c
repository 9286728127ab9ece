// Appending to the log: transactions, identifiers, event types, messageIds.
#include "app/event/log_private.h"

#include <assert.h>
#include <stdlib.h>

static const char *const VERSIONS[] = {
        // also: NULL, contact is a userId; 0, contact is an anonymousId; else contact is the userId and also
        // the anonymousId seen with it. Of an alias: the previousId.
        // identity finds a contact by its name; contacts behind identified.upto are not in it yet.
        "CREATE TABLE contact(id {id}, name TEXT NOT NULL) {rows};"
        "CREATE TABLE identity(value TEXT NOT NULL, contact {int} NOT NULL, PRIMARY KEY (value)) {keyed};"
        "CREATE TABLE identified(upto {int} NOT NULL, PRIMARY KEY (upto)) {keyed};"
        "INSERT INTO identified (upto) VALUES (0);"
        "CREATE TABLE event_type(id {id}, kind {int} NOT NULL, direction {int} NOT NULL,"
        " machine {int} NOT NULL, name TEXT NOT NULL) {rows};"
        "CREATE TABLE event(id {id}, contact {int} NOT NULL, also {int}, time {int} NOT NULL,"
        " type {int} NOT NULL, message {bytes}, body TEXT, import {int}) {rows};"
        // hidden: an import, or with a minus before it one row; event: the record that says so.
        "CREATE TABLE hidden(import {int} NOT NULL, event {int} NOT NULL, PRIMARY KEY (import)) {keyed};"
        "CREATE TABLE rewrite(epoch {int} NOT NULL, PRIMARY KEY (epoch)) {keyed};",
};

const struct migration LOG_MIGRATION = {"event", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

bool log_new(struct store *store, struct log **ret, struct err *err)
{
    struct log *log = mem_zero(1, sizeof *log);
    log->store = store;
    log->arena = arena_new();
    log->type_keys = map_new();
    ids_init(&log->ids, store);
    if (!log_refresh(log, err)) {
        log_free(log);
        return false;
    }
    *ret = log;
    return true;
}

void log_free(struct log *log)
{
    if (!log)
        return;
    if (log->open)
        log_rollback(log);
    arena_free(log->arena);
    map_free(log->type_keys);
    ids_free(&log->ids);
    vec_free(&log->types);
    vec_free(&log->type_of);
    vec_free(&log->hidden);
    keys_free(&log->keys);
    keys_free(&log->fresh);
    buf_free(&log->packed);
    buf_free(&log->body);
    buf_free(&log->key);
    free(log);
}

static struct str type_key(struct log *log, unsigned kind, const struct event_type *type)
{
    log->key.n = 0;
    buf_char(&log->key, (char)kind);
    buf_char(&log->key, (char)type->direction);
    buf_char(&log->key, (char)type->machine);
    buf_put(&log->key, type->name);
    return buf_str(&log->key);
}

static void know_type(struct log *log, uint32_t id, unsigned kind, struct event_type type)
{
    uint32_t number = map_intern(log->type_keys, type_key(log, kind, &type));
    struct str kept = map_key(log->type_keys, number);
    type.name = str_sub(kept, 3, kept.n);
    if (number == log->type_of.n)
        vec_push(&log->type_of, id);
    while (log->types.n <= id)
        vec_push(&log->types, (struct row_type){.kind = UINT32_MAX});
    log->types.v[id] = (struct row_type){kind, type};
}

static bool read_types(struct log *log, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_query(log->store, "SELECT id, kind, direction, machine, name FROM event_type ORDER BY id",
                &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        int64_t id = query_int(query, 0), kind = query_int(query, 1), direction = query_int(query, 2);
        if (id < 1 || id > LOG_TYPES_MAX || kind < 0 || kind > ROW_ERASED || direction < 0 ||
                direction > DIR_INTERNAL) {
            ok = err_set(err, ERR_CORRUPT, "the database is damaged: event type %lld makes no sense",
                    (long long)id);
            break;
        }
        know_type(log, (uint32_t)id, (unsigned)kind,
                (struct event_type){.kind = kind <= EVENT_GROUP ? (enum event_kind)kind : EVENT_TRACK,
                        .direction = (enum direction)direction,
                        .machine = query_int(query, 3) != 0,
                        .name = query_text(query, 4)});
    }
    query_end(query);
    return ok;
}

static bool read_hidden(struct log *log, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_query(log->store, "SELECT import FROM hidden ORDER BY import", &query, err))
        return false;
    log->hidden.n = 0;
    while ((ok = query_step(query, &row, err)) && row)
        vec_push(&log->hidden, query_int(query, 0));
    query_end(query);
    return ok;
}

bool log_refresh(struct log *log, struct err *err)
{
    return read_types(log, err) && read_hidden(log, err);
}

static int compare_imports(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

bool log_hidden(const struct log *log, int64_t import)
{
    return import && log->hidden.n &&
           bsearch(&import, log->hidden.v, log->hidden.n, sizeof import, compare_imports);
}

bool log_hides(const struct log *log, int64_t row, int64_t import)
{
    return log_hidden(log, import) || log_hidden(log, -row);
}

bool log_dedupe_base(struct log *log, const struct message_keys *base, int64_t last, struct err *err)
{
    assert(!log->open);
    keys_free(&log->keys);
    keys_free(&log->fresh);
    keys_init(&log->keys, base);
    keys_init(&log->fresh, NULL);
    log->keys_ready = true;
    log->last = last;
    if (log_catch_up(log, err))
        return true;
    keys_free(&log->keys);
    keys_free(&log->fresh);
    log->keys_ready = false;
    log->last = 0;
    return false;
}

// What memory learned in a transaction that did not happen.
static void forget(struct log *log)
{
    map_free(log->type_keys);
    log->type_keys = map_new();
    log->types.n = log->type_of.n = 0;
    ids_forget(&log->ids);
    if (log->keys_ready)
        keys_clear(&log->fresh);
    log->last = log->begun;
    log->stale = true;
}

void log_end_queries(struct log *log)
{
    query_end(log->insert);
    query_end(log->stored);
    log->insert = log->stored = NULL;
    ids_end(&log->ids);
}

static bool open_queries(struct log *log, struct err *err)
{
    return store_query(log->store,
                   "INSERT INTO event (id, contact, also, time, type, message, body, import) "
                   "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                   &log->insert, err) &&
           store_query(log->store, "SELECT message, import FROM event WHERE id = $1", &log->stored, err);
}

bool log_begin(struct log *log, struct err *err)
{
    assert(log->keys_ready && !log->open);
    if (!store_begin_write(log->store, err))
        return false;
    log->open = true;
    log->begun = log->last;
    // Memory may be behind: another process wrote, or a transaction was taken back.
    bool ok = (!log->stale || log_refresh(log, err)) && log_catch_up(log, err);
    log->begun = log->last;
    ok = ok && ids_begin(&log->ids, err) && open_queries(log, err);
    if (!ok) {
        log_rollback(log);
        return false;
    }
    log->stale = false;
    return true;
}

void log_bulk(struct log *log, bool bulk)
{
    log->ids.bulk = bulk;
}

bool log_commit(struct log *log, struct err *err)
{
    if (!ids_settle(&log->ids, err)) {
        log_rollback(log);
        return false;
    }
    log_end_queries(log);
    log->open = false;
    if (!store_commit(log->store, err)) {
        forget(log);
        return false;
    }
    keys_move(&log->keys, &log->fresh);
    return true;
}

void log_rollback(struct log *log)
{
    log_end_queries(log);
    store_rollback(log->store);
    log->open = false;
    forget(log);
}

static bool too_many_types(unsigned most, struct str name, struct err *err)
{
    return err_set(err, ERR_LIMIT,
            "there are %u different event types already: put what varies (\"%.*s\") into properties", most,
            STR_ARG(name));
}

bool log_admits(struct log *log, const struct message *m, struct err *err)
{
    return m->kind != MESSAGE_EVENT || log->types.n <= LOG_TYPES_OUTSIDE ||
           map_get(log->type_keys, type_key(log, m->type.kind, &m->type)) != MAP_NONE ||
           too_many_types(LOG_TYPES_OUTSIDE, m->type.name, err);
}

bool log_type(struct log *log, unsigned kind, const struct event_type *type, uint32_t *ret, struct err *err)
{
    uint32_t number = map_get(log->type_keys, type_key(log, kind, type));
    if (number != MAP_NONE) {
        *ret = log->type_of.v[number];
        return true;
    }
    uint32_t id = log->types.n ? (uint32_t)log->types.n : 1;
    struct query *query;
    if (id > LOG_TYPES_MAX)
        return too_many_types(LOG_TYPES_MAX, type->name, err);
    if (!store_query(log->store,
                "INSERT INTO event_type (id, kind, direction, machine, name) VALUES ($1, $2, $3, $4, $5)",
                &query, err))
        return false;
    query_bind_int(query, 1, id);
    query_bind_int(query, 2, kind);
    query_bind_int(query, 3, type->direction);
    query_bind_int(query, 4, type->machine);
    query_bind_text(query, 5, type->name);
    bool ok = query_run(query, err);
    query_end(query);
    if (!ok)
        return false;
    know_type(log, id, kind, *type);
    *ret = id;
    return true;
}

bool log_contact(struct log *log, struct str id, int64_t *ret, struct err *err)
{
    return ids_find(&log->ids, id, ret, err);
}

bool log_number(struct log *log, struct str id, int64_t *ret, struct err *err)
{
    assert(log->open);
    return ids_number(&log->ids, id, ret, err);
}

uint64_t log_keys_held(const struct log *log)
{
    return log->keys.n;
}

int64_t log_last(const struct log *log)
{
    return log->last;
}

uint64_t log_contacts_made(const struct log *log)
{
    return log->ids.made;
}

// Whether a visible row has this stored messageId.
static bool is_copy(
        struct log *log, struct query *stored, struct str packed, uint64_t hash, bool *ret, struct err *err)
{
    bool found = false, ok = true;
    for (int i = 0; i < 2; i++) {
        struct keys_cursor cursor = keys_find(i ? &log->fresh : &log->keys, hash);
        uint32_t id;
        while (ok && !found && (id = keys_next(&cursor)) != 0) {
            bool row;
            query_bind_int(stored, 1, id);
            ok = query_step(stored, &row, err);
            found = ok && row && str_eq(query_blob(stored, 0), packed) &&
                    !log_hides(log, id, query_int(stored, 1));
            query_again(stored);
        }
    }
    *ret = found;
    return ok;
}

bool log_has_message(struct log *log, struct str message_id, bool *ret, struct err *err)
{
    struct query *stored;
    struct str packed = message_pack(message_id, &log->packed);
    if (!store_query(log->store, "SELECT message, import FROM event WHERE id = $1", &stored, err))
        return false;
    bool ok = is_copy(log, stored, packed, hash64(packed), ret, err);
    query_end(stored);
    return ok;
}

struct new_row {
    int64_t contact, also, time, import; // also: -1 for NULL
    uint32_t type;
    struct str message, body;
};

static void bind_text_or_null(struct query *query, unsigned n, struct str text, bool bytes)
{
    if (!text.n)
        query_bind_null(query, n);
    else if (bytes)
        query_bind_blob(query, n, text);
    else
        query_bind_text(query, n, text);
}

static bool insert(struct log *log, const struct new_row *row, struct err *err)
{
    struct query *query = log->insert;
    if (log->last >= LOG_ROWS_MAX)
        return err_set(err, ERR_LIMIT, "the log is full: 4 billion rows");
    query_bind_int(query, 1, log->last + 1);
    query_bind_int(query, 2, row->contact);
    if (row->also < 0)
        query_bind_null(query, 3);
    else
        query_bind_int(query, 3, row->also);
    query_bind_int(query, 4, row->time);
    query_bind_int(query, 5, row->type);
    bind_text_or_null(query, 6, row->message, true);
    bind_text_or_null(query, 7, row->body, false);
    if (row->import)
        query_bind_int(query, 8, row->import);
    else
        query_bind_null(query, 8);
    if (!query_run(query, err))
        return false;
    log->last++;
    return true;
}

static const struct event_type NO_TYPE = {.direction = DIR_INTERNAL};

static bool row_of_event(struct log *log, const struct message *m, struct new_row *row, struct err *err)
{
    int64_t other;
    row->also = -1;
    if (!log_type(log, m->type.kind, &m->type, &row->type, err) ||
            !ids_number(&log->ids, m->user_id.n ? m->user_id : m->anonymous_id, &row->contact, err))
        return false;
    if (!m->user_id.n) {
        row->also = 0;
    } else if (m->anonymous_id.n) {
        if (!ids_number(&log->ids, m->anonymous_id, &other, err))
            return false;
        row->also = other;
    }
    message_body(m->json, &log->body);
    row->body = buf_str(&log->body);
    return true;
}

static bool has_event(const struct log *log, struct str name)
{
    for (size_t i = 0; i < log->types.n; i++)
        if (log->types.v[i].kind == EVENT_TRACK && str_eq(log->types.v[i].type.name, name))
            return true;
    return false;
}

bool log_knows_event(struct log *log, struct str name, bool look, bool *ret, struct err *err)
{
    if (!has_event(log, name) && look && !log_refresh(log, err))
        return false;
    *ret = has_event(log, name);
    return true;
}

static bool row_of_alias(struct log *log, const struct message *m, struct new_row *row, struct err *err)
{
    return log_type(log, ROW_ALIAS, &NO_TYPE, &row->type, err) &&
           ids_number(&log->ids, m->user_id, &row->contact, err) &&
           ids_number(&log->ids, m->previous_id, &row->also, err);
}

bool log_append(
        struct log *log, const struct message *m, int64_t import, enum log_outcome *ret, struct err *err)
{
    assert(log->open);
    static const enum log_outcome OUTCOMES[] = {
            [MESSAGE_EVENT] = LOG_EVENT, [MESSAGE_ALIAS] = LOG_ALIAS, [MESSAGE_UNALIAS] = LOG_UNALIAS};
    struct new_row row = {
            .time = m->time, .import = import, .message = message_pack(m->message_id, &log->packed)};
    // An unalias has the messageId of the alias that it ends, and needs none of its own.
    bool keyed = row.message.n && m->kind != MESSAGE_UNALIAS, copy = false, ok = true;
    uint64_t hash = keyed ? hash64(row.message) : 0;
    if (keyed && !is_copy(log, log->stored, row.message, hash, &copy, err))
        return false;
    if (copy) {
        *ret = LOG_COPY;
        return true;
    }
    switch (m->kind) {
    case MESSAGE_EVENT:
        ok = row_of_event(log, m, &row, err);
        break;
    case MESSAGE_ALIAS:
        ok = row_of_alias(log, m, &row, err);
        break;
    case MESSAGE_UNALIAS:
        row.also = -1;
        ok = log_type(log, ROW_UNALIAS, &NO_TYPE, &row.type, err);
        break;
    }
    if (!ok || !insert(log, &row, err))
        return false;
    if (keyed)
        keys_add(&log->fresh, hash, (uint32_t)log->last);
    *ret = OUTCOMES[m->kind];
    return true;
}

bool log_rewrite(struct log *log, int64_t row, struct str body, struct str message_id, struct err *err)
{
    assert(log->open);
    struct query *query;
    if (!store_query(log->store, "UPDATE event SET body = $2, message = $3 WHERE id = $1", &query, err))
        return false;
    query_bind_int(query, 1, row);
    bind_text_or_null(query, 2, body, false);
    bind_text_or_null(query, 3, message_pack(message_id, &log->packed), true);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

bool log_rename(struct log *log, int64_t contact, struct str name, struct err *err)
{
    assert(log->open);
    return ids_rename(&log->ids, contact, name, err);
}

bool log_rename_type(struct log *log, uint32_t type, struct str name, struct err *err)
{
    assert(log->open);
    struct query *query;
    if (!store_query(log->store, "UPDATE event_type SET name = $2 WHERE id = $1", &query, err))
        return false;
    query_bind_int(query, 1, type);
    query_bind_text(query, 2, name);
    bool ok = query_run(query, err);
    query_end(query);
    // Memory must not find it by the old name any more.
    map_free(log->type_keys);
    log->type_keys = map_new();
    log->types.n = log->type_of.n = 0;
    return read_types(log, err) && ok;
}

bool log_erased(struct log *log, int64_t time, struct err *err)
{
    assert(log->open);
    struct new_row row = {.time = time, .also = -1};
    return log_type(log, ROW_ERASED, &NO_TYPE, &row.type, err) && insert(log, &row, err) &&
           store_exec(log->store,
                   "INSERT INTO rewrite (epoch) SELECT coalesce(max(epoch), 0) + 1 FROM rewrite", err);
}

static bool hide(struct log *log, int64_t what, int64_t time, struct err *err)
{
    struct new_row row = {.time = time, .import = what, .also = -1};
    struct query *query;
    if (!log_type(log, ROW_UNDO, &NO_TYPE, &row.type, err) || !insert(log, &row, err) ||
            !store_query(log->store, "INSERT INTO hidden (import, event) VALUES ($1, $2)", &query, err))
        return false;
    query_bind_int(query, 1, what);
    query_bind_int(query, 2, log->last);
    bool ok = query_run(query, err);
    query_end(query);
    return ok && read_hidden(log, err);
}

bool log_undo(struct log *log, int64_t import, int64_t time, struct err *err)
{
    assert(log->open);
    if (log_hidden(log, import))
        return err_set(err, ERR_CONFLICT, "import %lld is undone already", (long long)import);
    return hide(log, import, time, err);
}

bool log_undo_row(struct log *log, int64_t row, int64_t time, struct err *err)
{
    assert(log->open);
    if (log_hidden(log, -row))
        return err_set(err, ERR_CONFLICT, "event %lld is taken back already", (long long)row);
    return hide(log, -row, time, err);
}
