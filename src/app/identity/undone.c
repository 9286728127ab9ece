#include "app/identity/undone.h"

#include "app/company/company.h"
#include "app/identity/sayings.h"
#include "app/person/normal.h"
#include "base/map.h"
#include "base/vec.h"

// How many keys, and people, are held in memory at a time; and how many are gone through in one turn.
enum { HELD_MAX = 100000, TURN_MAX = 500 };

struct taken {
    int64_t user;
    struct said key;
    bool kept; // what is left says it, too
};

struct undone {
    int64_t event, import;
    int64_t upto, last; // its rows up to `upto` are looked at, and what else says the same up to `last`
    struct arena *arena, *scratch;
    struct map *users, *index; // whose rows they are; of `keys`
    VEC(bool) left;            // [users]: there are rows of them that nobody undid
    VEC(struct taken) keys;
    struct buf name;
};

bool undone_note(struct writing *w, int64_t event, int64_t import, struct err *err)
{
    return store_do(w->store,
            "INSERT INTO identity_undone (event, import, upto) VALUES ($1, $2, 0) ON CONFLICT (event) DO "
            "NOTHING",
            PARAMS(P_INT(event), P_INT(import)), err);
}

// --- what it said, and who else says so

static struct str user_bytes(const int64_t *user)
{
    return (struct str){(const char *)user, sizeof *user};
}

static struct str name_of_key(struct undone *u, int64_t user, const struct said *key)
{
    u->name.n = 0;
    buf_put(&u->name, user_bytes(&user));
    buf_char(&u->name, (char)key->kind);
    buf_put(&u->name, key->value);
    return buf_str(&u->name);
}

static bool keys_of_row(struct undone *u, const struct log_row *row, struct said keys[SAID_KEYS],
        unsigned *ret_n, struct err *err)
{
    struct sayings s;
    struct str domain;
    *ret_n = 0;
    if (!sayings_in(row) || row->type->kind == EVENT_GROUP)
        return true;
    arena_reset(u->scratch);
    if (!sayings_take(row, u->scratch, u->scratch, &s, err))
        return false;
    *ret_n = sayings_keys(u->scratch, &s, keys, &domain);
    return true;
}

static bool is_full(const struct undone *u)
{
    return u->keys.n >= HELD_MAX || u->left.n >= HELD_MAX;
}

static bool collect(void *ctx, const struct log_row *row, struct err *err)
{
    struct undone *u = ctx;
    struct said keys[SAID_KEYS];
    unsigned n;
    if (is_full(u))
        return err_set(err, ERR_NONE, "enough at a time");
    u->upto = row->id;
    if (row->undo || row->import != u->import || !row->user)
        return true;
    if (map_intern(u->users, user_bytes(&row->user)) == u->left.n)
        vec_push(&u->left, false);
    if (!keys_of_row(u, row, keys, &n, err))
        return false;
    for (unsigned i = 0; i < n; i++)
        if (map_intern(u->index, name_of_key(u, row->user, &keys[i])) == u->keys.n) {
            struct said key = {keys[i].kind, arena_str(u->arena, keys[i].value)};
            vec_push(&u->keys, (struct taken){row->user, key, false});
        }
    return true;
}

static bool keep(void *ctx, const struct log_row *row, struct err *err)
{
    struct undone *u = ctx;
    struct said keys[SAID_KEYS];
    unsigned n;
    uint32_t user = map_get(u->users, user_bytes(&row->user));
    if (user == MAP_NONE)
        return true;
    u->left.v[user] = true;
    if (!keys_of_row(u, row, keys, &n, err))
        return false;
    for (unsigned i = 0; i < n; i++) {
        uint32_t at = map_get(u->index, name_of_key(u, row->user, &keys[i]));
        if (at != MAP_NONE)
            u->keys.v[at].kept = true;
    }
    return true;
}

static bool find_keys(struct undone *u, struct data *reader, struct err *err)
{
    struct log *log = data_log(reader);
    struct log_position now;
    struct err why = {0};
    if (!log_position(log, &now, err))
        return false;
    u->last = now.last;
    if (log_scan(log, u->upto, u->event, true, collect, u, &why)) { // its rows came before its undo
        u->upto = u->event;
    } else if (!is_full(u)) {
        *err = why;
        return false;
    }
    return !u->left.n || log_scan(log, 0, u->last, false, keep, u, err);
}

// --- in the turn

static bool has_key(struct store *store, int64_t user, enum identity_kind kind, struct str value, bool *ret,
        struct err *err)
{
    int64_t there;
    bool ok = store_ask_number(store,
            "SELECT count(*) FROM (SELECT 1 FROM identity_key WHERE kind = $1 AND value = $2 AND contact = $3"
            " UNION ALL SELECT 1 FROM identity_also WHERE kind = $1 AND value = $2 AND contact = $3) AS has",
            PARAMS(P_INT(kind), P_TEXT(value), P_INT(user)), 0, &there, err);
    *ret = ok && there;
    return ok;
}

struct suggested {
    struct str id, reasons;
    int64_t a, b;
};

static bool both_have(
        struct store *store, const struct suggested *s, const struct json *reason, bool *ret, struct err *err)
{
    enum identity_kind kind = IDENTITY_EXTERNAL;
    struct str word = json_get_str(reason, STR("kind")), value = json_get_str(reason, STR("value"));
    while (kind < IDENTITY_NAME && !str_eq(word, str_of(identity_kind_word(kind))))
        kind++;
    bool ok = has_key(store, s->a, kind, value, ret, err);
    return ok && *ret ? has_key(store, s->b, kind, value, ret, err) : ok;
}

// Reasons that are none any more go, and a suggestion without any.
static bool review(struct writing *w, const struct suggested *s, struct err *err)
{
    struct json *json;
    struct buf out = {0};
    bool ok = json_parse(w->arena, s->reasons, &json, err);
    for (const struct json *item = ok ? json->child : NULL; ok && item; item = item->next) {
        bool both;
        ok = both_have(w->store, s, item, &both, err);
        if (ok && both) {
            buf_char(&out, out.n ? ',' : '[');
            buf_put(&out, item->text);
        }
    }
    if (ok && !out.n)
        ok = store_do(w->store, "DELETE FROM merge_suggestion WHERE id = $1", PARAMS(P_TEXT(s->id)), err);
    buf_char(&out, ']');
    if (ok && out.n > 1 && !str_eq(buf_str(&out), s->reasons))
        ok = store_do(w->store, "UPDATE merge_suggestion SET reasons = $2 WHERE id = $1",
                PARAMS(P_TEXT(s->id), P_TEXT(buf_str(&out))), err);
    buf_free(&out);
    return ok;
}

static bool review_all(struct writing *w, int64_t user, struct err *err)
{
    struct query *query;
    VEC(struct suggested) list = {0};
    bool row, ok;
    if (!store_ask(w->store,
                "SELECT id, reasons, a, b FROM merge_suggestion WHERE a = $1 AND state = 0 UNION ALL"
                " SELECT id, reasons, a, b FROM merge_suggestion WHERE b = $1 AND state = 0",
                PARAMS(P_INT(user)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        vec_push(&list,
                (struct suggested){arena_str(w->arena, query_text(query, 0)),
                        arena_str(w->arena, query_text(query, 1)), query_int(query, 2), query_int(query, 3)});
    query_end(query);
    for (size_t i = 0; ok && i < list.n; i++)
        ok = review(w, &list.v[i], err);
    vec_free(&list);
    return ok;
}

// Many programs use the address itself as the userId: that says it, whatever was undone.
static bool is_own_name(struct writing *w, const struct taken *t, bool *ret, struct err *err)
{
    struct buf name = {0};
    struct str email;
    *ret = false;
    if (t->key.kind != IDENTITY_EMAIL)
        return true;
    bool ok = log_contact_name(w->log, t->user, &name, err);
    *ret = ok && normal_email(w->arena, buf_str(&name), &email) && str_eq(email, t->key.value);
    buf_free(&name);
    return ok;
}

static bool take_back(struct writing *w, const struct taken *t, struct err *err)
{
    bool own;
    if (t->kept)
        return true;
    if (!is_own_name(w, t, &own, err) || own)
        return own;
    return identity_forget(w, t->user, t->key.kind, t->key.value, err) && review_all(w, t->user, err);
}

// Of whom nothing is left, nobody says any more where they work.
static bool take_back_company(struct writing *w, const struct undone *u, uint32_t user, struct err *err)
{
    int64_t contact;
    if (u->left.v[user])
        return true;
    memcpy(&contact, map_key(u->users, user).p, sizeof contact);
    return company_forget(w, contact, err);
}

static bool conclude(struct writing *w, const struct undone *u, struct err *err)
{
    if (u->upto < u->event)
        return store_do(w->store, "UPDATE identity_undone SET upto = $2 WHERE event = $1",
                PARAMS(P_INT(u->event), P_INT(u->upto)), err);
    return store_do(w->store, "DELETE FROM identity_undone WHERE event = $1", PARAMS(P_INT(u->event)), err);
}

static bool take_back_some(struct app *app, const struct undone *u, size_t from, size_t to, struct err *err)
{
    struct writing *w;
    bool ok = true;
    if (!writing_begin(app, &w, err))
        return false;
    for (size_t i = from; ok && i < to; i++)
        ok = i < u->keys.n ? take_back(w, &u->keys.v[i], err)
                           : take_back_company(w, u, (uint32_t)(i - u->keys.n), err);
    // What came since may say the same: it is worked in once more.
    ok = ok && store_do(w->store, "UPDATE identity_position SET upto = $1 WHERE upto > $1",
                       PARAMS(P_INT(u->last)), err);
    if (ok && to == u->keys.n + u->left.n)
        ok = conclude(w, u, err);
    return writing_end(w, ok, err);
}

static bool work(struct app *app, struct data *reader, struct undone *u, struct err *err)
{
    size_t from = 0, to;
    if (!find_keys(u, reader, err))
        return false;
    size_t n = u->keys.n + u->left.n;
    do {
        to = n - from > TURN_MAX ? from + TURN_MAX : n;
        if (!take_back_some(app, u, from, to, err))
            return false;
        from = to;
    } while (from < n && !app_closing(app));
    return true;
}

static bool read_next(struct undone *u, struct store *store, bool *ret, struct err *err)
{
    struct query *query;
    if (!store_query(
                store, "SELECT event, import, upto FROM identity_undone ORDER BY event LIMIT 1", &query, err))
        return false;
    bool ok = query_step(query, ret, err);
    if (ok && *ret) {
        u->event = query_int(query, 0);
        u->import = query_int(query, 1);
        u->upto = query_int(query, 2);
    }
    query_end(query);
    return ok;
}

bool undone_step(struct app *app, struct data *reader, bool *ret_busy, struct err *err)
{
    struct undone u = {0};
    if (!read_next(&u, data_store(reader), ret_busy, err))
        return false;
    if (!*ret_busy)
        return true;
    u.arena = arena_new();
    u.scratch = arena_new();
    u.users = map_new();
    u.index = map_new();
    bool ok = work(app, reader, &u, err);
    map_free(u.users);
    map_free(u.index);
    arena_free(u.arena);
    arena_free(u.scratch);
    buf_free(&u.name);
    vec_free(&u.keys);
    vec_free(&u.left);
    return ok;
}
