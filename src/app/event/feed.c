#include "app/event/feed.h"

#include "base/map.h"

#include <pthread.h>
#include <stdlib.h>

// Side by side, since every row asks for both.
struct id {
    uint32_t number; // builder id, NO_INDEX: a gap in the contacts' numbers
    uint32_t role;   // enum id_role
};

struct feed {
    struct log *log;
    struct builder *builder;
    struct arena *arena;   // of one row
    VEC(struct id) ids;    // [contact]
    VEC(uint32_t) contact; // [builder id] contact
    VEC(uint32_t) type;    // [event type of the log] the builder's, NO_INDEX: not met yet
    VEC(struct key) keys;
    enum { KEYS_LOOSE, KEYS_BEING_SORTED, KEYS_SORTED } keys_state;
    pthread_t sorter;
    int64_t *joined; // [contact] of an anonymousId: time of the first message (in the log) with a userId
    int64_t latest;  // time of any row
    uint64_t aliases;
    uint32_t *member; // while feed_member fills it
    // Of feed_contents:
    uint8_t *role;
    uint64_t *hashes;
    uint32_t *rows;
};

// Besides enum id_role, and not kept: has messages with nothing but this anonymousId; the previousId of an
// alias.
enum { ROLES_KEPT = 0xFF, ROLE_ALONE = 256, ROLE_PREVIOUS = 512 };

enum { ROWS_WORTH_A_THREAD = 100000 };

static void take_contact(void *ctx, int64_t contact, struct str id)
{
    struct feed *f = ctx;
    while (f->ids.n < (size_t)contact)
        vec_push(&f->ids, (struct id){NO_INDEX, 0});
    uint32_t number = builder_id(f->builder, id);
    vec_push(&f->ids, (struct id){number, 0});
    if (number == f->contact.n)
        vec_push(&f->contact, (uint32_t)contact);
}

bool feed_new(struct log *log, struct feed **ret, struct err *err)
{
    struct feed *f = mem_zero(1, sizeof *f);
    f->log = log;
    f->builder = builder_new();
    f->arena = arena_new();
    f->latest = INT64_MIN;
    if (!log_contacts(log, take_contact, f, err)) {
        feed_free(f);
        return false;
    }
    f->joined = mem_zero(f->ids.n + 1, sizeof *f->joined);
    *ret = f;
    return true;
}

static void settle_keys(struct feed *f);

void feed_free(struct feed *f)
{
    if (!f)
        return;
    if (f->keys_state == KEYS_BEING_SORTED)
        settle_keys(f);
    builder_free(f->builder);
    arena_free(f->arena);
    vec_free(&f->ids);
    vec_free(&f->contact);
    vec_free(&f->type);
    vec_free(&f->keys);
    free(f->joined);
    free(f->role);
    free(f->hashes);
    free(f->rows);
    free(f);
}

static bool id_of(
        const struct feed *f, const struct log_row *row, int64_t contact, uint32_t *ret, struct err *err)
{
    *ret = NO_INDEX;
    if (!contact)
        return true;
    if ((size_t)contact < f->ids.n)
        *ret = f->ids.v[contact].number;
    return *ret != NO_INDEX || err_set(err, ERR_CORRUPT, "the database is damaged: event %lld has no contact",
                                       (long long)row->id);
}

static uint32_t type_of(struct feed *f, const struct log_row *row)
{
    while (f->type.n <= row->type_id)
        vec_push(&f->type, NO_INDEX);
    if (f->type.v[row->type_id] == NO_INDEX)
        f->type.v[row->type_id] = builder_type(f->builder, row->type);
    return f->type.v[row->type_id];
}

static void note_roles(struct feed *f, const struct log_row *row)
{
    if (row->user)
        f->ids.v[row->user].role |= ROLE_USER;
    if (!row->anonymous)
        return;
    uint32_t *role = &f->ids.v[row->anonymous].role;
    if (row->user && !(*role & ROLE_PAIRED)) {
        f->joined[row->anonymous] = row->time;
        *role |= row->user != row->anonymous ? ROLE_ELSE : 0;
    }
    *role |= ROLE_ANONYMOUS | (row->user ? ROLE_PAIRED : ROLE_ALONE);
}

static bool take_event(struct feed *f, const struct log_row *row, struct err *err)
{
    uint32_t user, anonymous;
    if (!id_of(f, row, row->user, &user, err) || !id_of(f, row, row->anonymous, &anonymous, err))
        return false;
    note_roles(f, row);
    if (!row->body.n) {
        builder_event(f->builder, (uint32_t)row->id, user, anonymous, row->time, type_of(f, row), NULL);
        return true;
    }
    struct message m;
    struct err reason;
    arena_reset(f->arena);
    if (!message_of_row(f->arena, row, &m, &reason))
        return err_set(err, ERR_CORRUPT, "the database is damaged: event %lld: %s", (long long)row->id,
                reason.message);
    builder_event(f->builder, (uint32_t)row->id, user, anonymous, row->time, type_of(f, row),
            &(struct payload){m.props, m.traits, m.n_props, m.n_traits, m.fact, m.answer, m.amount});
    return true;
}

// Aliases and their ends name each other by the messageId's text.
static uint64_t text_hash(struct str message)
{
    struct buf text = {0};
    if (!message.n)
        return 0;
    message_text(message, &text);
    uint64_t hash = hash64(buf_str(&text));
    buf_free(&text);
    return hash;
}

static bool take_alias(struct feed *f, const struct log_row *row, struct err *err)
{
    uint32_t user, previous;
    if (!id_of(f, row, row->user, &user, err) || !id_of(f, row, row->anonymous, &previous, err))
        return false;
    f->aliases++;
    uint32_t *before = &f->ids.v[row->anonymous].role;
    *before |= ROLE_ALIASED | ROLE_PREVIOUS | (*before & ROLE_PREVIOUS ? ROLE_MANY : 0);
    f->ids.v[row->user].role |= ROLE_ALIASED | ROLE_NAMED;
    builder_alias(f->builder, (uint32_t)row->id, previous, user, row->time, text_hash(row->message));
    return true;
}

static bool take_row(void *ctx, const struct log_row *row, struct err *err)
{
    struct feed *f = ctx;
    if (row->undo)
        return true;
    if (row->kind == MESSAGE_UNALIAS) {
        f->aliases++;
        builder_unalias(f->builder, text_hash(row->message));
        return true;
    }
    f->latest = row->time > f->latest ? row->time : f->latest;
    if (row->message.n)
        vec_push(&f->keys, (struct key){hash64(row->message), (uint32_t)row->id});
    return row->kind == MESSAGE_ALIAS ? take_alias(f, row, err) : take_event(f, row, err);
}

bool feed_rows(struct feed *f, int64_t last, struct err *err)
{
    if (last < ROWS_WORTH_A_THREAD)
        return log_scan(f->log, 0, last, false, take_row, f, err);
    return log_scan_ahead(f->log, 0, last, take_row, f, err);
}

static void *sort_keys(void *arg)
{
    struct feed *f = arg;
    keys_merge(NULL, f->keys.v, f->keys.n, &f->hashes, &f->rows);
    return NULL;
}

// Sorting the messageIds takes as long as making the columns: a second thread does it meanwhile.
static void start_keys(struct feed *f)
{
    if (f->keys_state == KEYS_LOOSE && f->keys.n >= ROWS_WORTH_A_THREAD &&
            pthread_create(&f->sorter, NULL, sort_keys, f) == 0)
        f->keys_state = KEYS_BEING_SORTED;
}

static void settle_keys(struct feed *f)
{
    if (f->keys_state == KEYS_LOOSE)
        sort_keys(f);
    else if (f->keys_state == KEYS_BEING_SORTED)
        pthread_join(f->sorter, NULL);
    f->keys_state = KEYS_SORTED;
}

bool feed_finish(struct feed *f, int64_t at, struct columns **ret, struct err *err)
{
    struct columns *columns;
    if (at == INT64_MAX) // then a cache file will want them
        start_keys(f);
    if (!builder_finish(f->builder, at, &columns, err))
        return false;
    // The builder made this array for these columns, which nobody else has seen yet.
    uint32_t *owner = (uint32_t *)(uintptr_t)columns->owner;
    for (uint32_t i = 0; i < columns->n_contacts; i++)
        owner[i] = f->contact.v[owner[i]];
    *ret = columns;
    return true;
}

static void take_member(void *ctx, int64_t contact, struct str id)
{
    struct feed *f = ctx;
    if ((size_t)contact < f->ids.n)
        f->member[contact] = builder_contact(f->builder, id);
}

// From which moment on the columns of everything are also those of that moment: no message that first shows
// an anonymousId beside a userId is later, where that moves messages to another contact. With aliases it is
// not worked out: from the latest message on.
static int64_t serves_from(const struct feed *f)
{
    int64_t from = INT64_MIN;
    if (f->aliases)
        return f->latest;
    for (size_t i = 0; i < f->ids.n; i++)
        if ((f->ids.v[i].role & (ROLE_PAIRED | ROLE_ALONE)) == (ROLE_PAIRED | ROLE_ALONE) &&
                f->joined[i] > from)
            from = f->joined[i];
    return from;
}

bool feed_member(struct feed *f, uint32_t **ret_member, uint32_t *ret_n, struct err *err)
{
    f->member = mem_alloc(f->ids.n * sizeof *f->member);
    memset(f->member, 0xFF, f->ids.n * sizeof *f->member);
    bool ok = log_contacts(f->log, take_member, f, err);
    if (ok) {
        *ret_member = f->member;
        *ret_n = (uint32_t)f->ids.n;
    } else {
        free(f->member);
    }
    f->member = NULL;
    return ok;
}

void feed_contents(struct feed *f, struct cache_contents *contents)
{
    contents->serves_from = serves_from(f);
    contents->latest = f->latest;
    f->role = mem_alloc(f->ids.n);
    for (size_t i = 0; i < f->ids.n; i++)
        f->role[i] = (uint8_t)(f->ids.v[i].role & ROLES_KEPT);
    settle_keys(f);
    contents->aliases = f->aliases;
    contents->role = f->role;
    contents->n_messages = f->keys.n;
    contents->message_hash = f->hashes;
    contents->message_row = f->rows;
}
