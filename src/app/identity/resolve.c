#include "app/identity/follow.h"

#include "app/event/log.h"
#include "app/person/normal.h"
#include "base/random.h"

// So many rows that the follower has not worked in yet are caught up with before somebody is looked for.
enum { CATCH_UP_ROWS = 2000 };

struct key {
    enum identity_kind kind;
    bool given;
    struct str value;
    int64_t holder;
};

enum { KEYS = 4 };

static bool look_up(struct store *store, struct arena *arena, const struct identity_ask *ask,
        struct key *keys, struct err *err)
{
    bool (*const normal[KEYS])(struct arena *, struct str, struct str *) = {
            normal_external, normal_email, normal_profile, normal_phone};
    const struct str typed[KEYS] = {ask->external, ask->email, ask->profile, ask->phone};
    static const enum identity_kind KINDS[KEYS] = {
            IDENTITY_EXTERNAL, IDENTITY_EMAIL, IDENTITY_PROFILE, IDENTITY_PHONE};
    for (unsigned i = 0; i < KEYS; i++) {
        keys[i] = (struct key){.kind = KINDS[i]};
        keys[i].given = normal[i](arena, typed[i], &keys[i].value);
        if (keys[i].given && !identity_holder(store, KINDS[i], keys[i].value, &keys[i].holder, err))
            return false;
    }
    return true;
}

// People share telephones: who has another address than the one given is somebody else.
static bool phone_decides(struct store *store, const struct key *keys, int64_t *ret, struct err *err)
{
    int64_t addresses = 0;
    const struct key *phone = &keys[3];
    *ret = phone->holder;
    if (!phone->holder || !keys[1].given)
        return true;
    if (!store_ask_number(store, "SELECT count(*) FROM identity_key WHERE contact = $1 AND kind = 2",
                PARAMS(P_INT(phone->holder)), 0, &addresses, err))
        return false;
    if (addresses)
        *ret = 0;
    return true;
}

static bool decide(struct store *store, const struct key *keys, int64_t *ret, struct err *err)
{
    for (unsigned i = 0; i < KEYS - 1; i++)
        if (keys[i].holder) {
            *ret = keys[i].holder;
            return true;
        }
    return phone_decides(store, keys, ret, err);
}

static bool name_of(struct log *log, struct arena *arena, int64_t contact, struct str *ret, struct err *err)
{
    struct buf name = {0};
    bool ok = log_contact_name(log, contact, &name, err);
    if (ok)
        *ret = arena_str(arena, buf_str(&name));
    buf_free(&name);
    return ok;
}

bool identity_resolve(struct writing *w, const struct identity_ask *ask, struct str *ret_user_id,
        bool *ret_new, struct err *err)
{
    struct key keys[KEYS];
    char uuid[UUID_SIZE];
    int64_t contact;
    struct str user_id;
    if (!identity_catch_up(w, CATCH_UP_ROWS, NULL, err) || !look_up(w->store, w->arena, ask, keys, err) ||
            !decide(w->store, keys, &contact, err))
        return false;
    bool is_new = !contact;
    if (is_new) {
        user_id = arena_str(w->arena, uuid_v7(w->app ? app_now_ms(w->app) : w->now * 1000, uuid));
        if (!log_number(w->log, user_id, &contact, err))
            return false;
    } else if (!name_of(w->log, w->arena, contact, &user_id, err)) {
        return false;
    }
    for (unsigned i = 0; i < KEYS; i++)
        if (keys[i].given && !identity_enter(w, contact, keys[i].kind, keys[i].value, w->now, err))
            return false;
    *ret_user_id = user_id;
    *ret_new = is_new;
    return true;
}

bool identity_find(struct store *store, struct arena *arena, const struct identity_ask *ask,
        struct str *ret_user_id, struct err *err)
{
    struct key keys[KEYS];
    int64_t contact;
    struct query *query;
    bool row;
    if (!look_up(store, arena, ask, keys, err) || !decide(store, keys, &contact, err))
        return false;
    *ret_user_id = STR_NONE;
    if (!contact)
        return true;
    if (!store_ask(store, "SELECT name FROM contact WHERE id = $1", PARAMS(P_INT(contact)), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok && row)
        *ret_user_id = arena_str(arena, query_text(query, 0));
    query_end(query);
    return ok;
}
