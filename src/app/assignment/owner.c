// Owners in memory, so that lists may ask for thousands of contacts, and the table behind them. Each change
// is a row of owner_change, too: its ids tell other threads (and processes) what is new.
#include "app/assignment/owner.h"

#include "app/assignment/private.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "app/webhook/webhook.h"
#include "base/json_put.h"
#include "base/map.h"
#include "base/mem.h"
#include "store/ask.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum {
    NOBODY = UINT16_MAX,
    OWNERS_MAX = UINT16_MAX - 1, // users that ever owned a contact
    // Rows of owner_change may become visible out of order where several processes write: look back so far.
    LOOK_BACK = 1000,
};

// Users by number from 1; 0: not known, NOBODY: it was taken away.
struct owner_table {
    uint16_t *of; // [n] by contact
    size_t n;
};

struct owners {
    pthread_rwlock_t lock; // of users, table, joined
    pthread_mutex_t mutex; // of reading anew; taken before lock
    pthread_cond_t cond;   // of ready
    atomic_bool ready;
    struct map *users;
    struct owner_table table;  // as in the database
    struct owner_table joined; // of contacts that own nothing, but an identifier of theirs does
    int64_t last;              // row of owner_change; with mutex
};

struct owners *owners_new(void)
{
    struct owners *o = mem_zero(1, sizeof *o);
    pthread_rwlock_init(&o->lock, NULL);
    pthread_mutex_init(&o->mutex, NULL);
    pthread_cond_init(&o->cond, NULL);
    o->users = map_new();
    return o;
}

void owners_free(struct owners *o)
{
    if (!o)
        return;
    map_free(o->users);
    free(o->table.of);
    free(o->joined.of);
    pthread_cond_destroy(&o->cond);
    pthread_mutex_destroy(&o->mutex);
    pthread_rwlock_destroy(&o->lock);
    free(o);
}

static uint16_t table_get(const struct owner_table *t, uint32_t contact)
{
    return contact < t->n ? t->of[contact] : 0;
}

static void table_set(struct owner_table *t, uint32_t contact, uint16_t user)
{
    if (contact >= t->n) {
        size_t n = t->n ? t->n : 1024;
        while (n <= contact)
            n *= 2;
        t->of = mem_resize(t->of, n, sizeof *t->of);
        memset(t->of + t->n, 0, (n - t->n) * sizeof *t->of);
        t->n = n;
    }
    t->of[contact] = user;
}

size_t owners_size(struct owners *o)
{
    pthread_rwlock_rdlock(&o->lock);
    size_t n = o->table.n;
    pthread_rwlock_unlock(&o->lock);
    return n;
}

static void wait_ready(struct owners *o, struct app *app)
{
    pthread_mutex_lock(&o->mutex);
    while (!o->ready && !app_closing(app)) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        pthread_cond_timedwait(&o->cond, &o->mutex, &until);
    }
    pthread_mutex_unlock(&o->mutex);
}

static uint16_t find(struct owners *o, uint32_t contact)
{
    uint16_t user = table_get(&o->table, contact);
    return user ? user : table_get(&o->joined, contact);
}

static struct str user_id(struct owners *o, uint16_t user)
{
    return user && user != NOBODY ? map_key(o->users, (uint32_t)(user - 1)) : STR_NONE;
}

bool owner_of(struct app *app, uint32_t contact, char out[UUID_SIZE])
{
    struct owners *o = assignment_owners(app);
    if (!atomic_load(&o->ready))
        wait_ready(o, app);
    pthread_rwlock_rdlock(&o->lock);
    struct str id = user_id(o, find(o, contact));
    if (id.n) {
        assert(id.n < UUID_SIZE);
        memcpy(out, id.p, id.n);
        out[id.n] = '\0';
    }
    pthread_rwlock_unlock(&o->lock);
    return id.n > 0;
}

static bool take(struct owners *o, struct query *query, struct err *err)
{
    int64_t contact = query_int(query, 0);
    struct str owner = query_text(query, 1);
    if (contact < 1 || contact > UINT32_MAX || owner.n >= UUID_SIZE)
        return err_set(
                err, ERR_CORRUPT, "the database is damaged: owner of contact %lld", (long long)contact);
    pthread_rwlock_wrlock(&o->lock);
    bool room = !owner.n || map_count(o->users) < OWNERS_MAX || map_get(o->users, owner) != MAP_NONE;
    if (room)
        table_set(&o->table, (uint32_t)contact,
                owner.n ? (uint16_t)(map_intern(o->users, owner) + 1) : (uint16_t)NOBODY);
    pthread_rwlock_unlock(&o->lock);
    return room || err_set(err, ERR_LIMIT, "more than %d users own contacts", OWNERS_MAX);
}

static bool read_rows(struct owners *o, struct query *query, struct err *err)
{
    bool row, ok;
    while ((ok = query_step(query, &row, err)) && row)
        if (!(ok = take(o, query, err)))
            break;
    query_end(query);
    return ok;
}

static bool read_changes(struct owners *o, struct store *store, struct err *err)
{
    struct query *query;
    int64_t last;
    if (!store_number(store, "SELECT max(id) FROM owner_change", 0, &last, err))
        return false;
    if (o->ready && last == o->last)
        return true;
    bool ok = o->ready ? store_ask(store,
                                 "SELECT contact, owner FROM contact_owner WHERE contact IN"
                                 " (SELECT contact FROM owner_change WHERE id > $1)",
                                 PARAMS(P_INT(o->last - LOOK_BACK)), &query, err)
                       : store_query(store, "SELECT contact, owner FROM contact_owner", &query, err);
    if (!ok || !read_rows(o, query, err))
        return false;
    o->last = last;
    return true;
}

bool owners_refresh(struct app *app, struct data *reader, struct err *err)
{
    struct owners *o = assignment_owners(app);
    pthread_mutex_lock(&o->mutex);
    bool ok = read_changes(o, data_store(reader), err);
    if (ok)
        atomic_store(&o->ready, true);
    pthread_cond_broadcast(&o->cond);
    pthread_mutex_unlock(&o->mutex);
    return ok;
}

// Asks the standings without a lock of ours, since they may ask for owners with one of theirs.
void owners_follow_joins(struct app *app)
{
    struct owners *o = assignment_owners(app);
    struct live *live = app_live(app);
    struct owner_table joined = {0};
    pthread_rwlock_rdlock(&o->lock);
    size_t n = o->table.n;
    uint16_t *of = mem_zero(n + 1, sizeof *of);
    if (n)
        memcpy(of, o->table.of, n * sizeof *of);
    pthread_rwlock_unlock(&o->lock);
    for (uint32_t i = 1; live && i < n; i++) {
        uint32_t owner = of[i] ? live_owner(live, i) : i;
        if (owner != i && (owner >= n || !of[owner]))
            table_set(&joined, owner, of[i]);
    }
    free(of);
    pthread_rwlock_wrlock(&o->lock);
    free(o->joined.of);
    o->joined = joined;
    pthread_rwlock_unlock(&o->lock);
}

void owner_changed(struct app *app, struct data *reader)
{
    struct err ignored; // the job comes by within a second
    owners_refresh(app, reader, &ignored);
}

bool owner_now(struct writing *w, uint32_t contact, struct str *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_ask(w->store, "SELECT owner FROM contact_owner WHERE contact = $1", PARAMS(P_INT(contact)),
                &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    struct str owner = ok && row ? query_text(query, 0) : STR_NONE;
    struct str found = owner.n ? arena_str(w->arena, owner) : STR_NONE;
    query_end(query);
    if (!ok)
        return false;
    if (!row) {
        struct owners *o = assignment_owners(w->app);
        pthread_rwlock_rdlock(&o->lock);
        struct str joined = user_id(o, table_get(&o->joined, contact));
        if (joined.n)
            found = arena_str(w->arena, joined);
        pthread_rwlock_unlock(&o->lock);
    }
    *ret = found;
    return true;
}

bool assignment_record(struct writing *w, uint32_t contact, const char *name, struct str properties,
        int64_t *ret_event, struct err *err)
{
    struct query *query;
    struct buf message = {0};
    if (!store_ask_row(w->store, "SELECT name FROM contact WHERE id = $1", PARAMS(P_INT(contact)),
                "there is no such contact", &query, err))
        return false;
    buf_char(&message, '{');
    put_text(&message, "type", STR("track"));
    put_text(&message, live_is_user(app_live(w->app), contact) ? "userId" : "anonymousId",
            query_text(query, 0));
    put_text(&message, "event", str_of(name));
    put_raw(&message, "properties", properties.n ? properties : STR("{}"));
    buf_char(&message, '}');
    query_end(query);
    bool ok = writing_append(w, buf_str(&message), ret_event, err);
    buf_free(&message);
    return ok;
}

// How many contacts somebody has, for spreading them by load.
static bool count_contact(struct writing *w, struct str user, int step, struct err *err)
{
    return !user.n || store_do(w->store,
                              "INSERT INTO owner_load (owner, contacts) VALUES ($1, $2) ON CONFLICT (owner)"
                              " DO UPDATE SET contacts = owner_load.contacts + excluded.contacts",
                              PARAMS(P_TEXT(user), P_INT(step)), err);
}

static bool append_assigned(
        struct writing *w, uint32_t contact, struct str user, struct str was, struct str by, struct err *err)
{
    struct buf properties = {0};
    buf_char(&properties, '{');
    put_text(&properties, "owner", user);
    put_text(&properties, "was", was);
    put_text(&properties, "by", by);
    buf_char(&properties, '}');
    bool ok = assignment_record(w, contact, "owner.assigned", buf_str(&properties), NULL, err);
    buf_free(&properties);
    return ok;
}

static bool announce(
        struct writing *w, uint32_t contact, struct str user, struct str was, struct str by, struct err *err)
{
    bool wanted;
    struct buf data = {0};
    if (!webhook_wanted(w, "contact.assigned", &wanted, err))
        return false;
    if (!wanted)
        return true;
    buf_char(&data, '{');
    bool ok = webhook_put_contact(w, contact, &data, err);
    put_text(&data, "owner", user);
    put_text(&data, "was", was);
    put_text(&data, "by", by);
    buf_char(&data, '}');
    ok = ok && webhook_emit(w, "contact.assigned", contact, buf_str(&data), err);
    buf_free(&data);
    return ok;
}

bool assignment_set(struct writing *w, uint32_t contact, struct str user, struct str by, struct err *err)
{
    struct str was;
    if (!owner_now(w, contact, &was, err))
        return false;
    if (str_eq(was, user))
        return true;
    struct str owner = user.n ? user : STR("");
    return store_do(w->store,
                   "INSERT INTO contact_owner (contact, owner, since) VALUES ($1, $2, $3) ON CONFLICT"
                   " (contact) DO UPDATE SET owner = excluded.owner, since = excluded.since",
                   PARAMS(P_INT(contact), P_TEXT(owner), P_INT(w->now)), err) &&
           store_do(w->store,
                   "INSERT INTO owner_change (contact, owner, was, by_whom, at) VALUES ($1, $2, $3, $4, $5)",
                   PARAMS(P_INT(contact), P_TEXT(owner), P_TEXT(was.n ? was : STR("")), P_TEXT(by),
                           P_INT(w->now)),
                   err) &&
           count_contact(w, was, -1, err) && count_contact(w, user, 1, err) &&
           append_assigned(w, contact, user.n ? user : STR_NONE, was.n ? was : STR_NONE, by, err) &&
           announce(w, contact, user.n ? user : STR_NONE, was.n ? was : STR_NONE, by, err);
}

bool owner_contact_named(struct request *r, struct str id, uint32_t *ret, struct err *err)
{
    struct app *app = request_app(r);
    const struct principal *who = request_principal(r);
    char owner[UUID_SIZE];
    uint32_t contact;
    if (!live_find(app_live(app), request_data(r), id, &contact, err))
        return false;
    if (who && who->own_only && !(owner_of(app, contact, owner) && str_eq(str_of(owner), who->id)))
        return err_set(err, ERR_NOT_FOUND, "there is no such contact");
    *ret = contact;
    return true;
}

bool owner_contact(struct request *r, uint32_t *ret, struct err *err)
{
    return owner_contact_named(r, request_param(r, "id"), ret, err);
}

bool owner_account(struct store *store, struct str user, bool *ret, struct err *err)
{
    int64_t there;
    if (!store_ask_number(store, "SELECT 1 FROM account WHERE id = $1 AND disabled = 0", PARAMS(P_TEXT(user)),
                0, &there, err))
        return false;
    *ret = there != 0;
    return true;
}
