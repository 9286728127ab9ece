#include "app/user/account.h"

#include "app/user/secret.h"
#include "base/json_put.h"
#include "base/random.h"
#include "base/utf8.h"
#include "store/ask.h"

#define COLUMNS                                                                                          \
    "id, email, name, role, own_only, disabled, password, totp, totp_new, totp_step, version, created, " \
    "changed, logged_in"

static bool domain_fits(struct str domain)
{
    if (!domain.n || domain.p[0] == '.' || domain.p[domain.n - 1] == '.' || domain.p[0] == '-')
        return false;
    for (size_t i = 0; i < domain.n; i++) {
        unsigned char c = (unsigned char)domain.p[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c >= 0x80;
        if (!good || (c == '.' && domain.p[i + 1] == '.'))
            return false;
    }
    return true;
}

bool email_normal(struct arena *arena, struct str text, struct str *ret, struct err *err)
{
    struct str trimmed = str_trim(text);
    size_t at = str_find(trimmed, '@');
    if (!at || at == trimmed.n || !utf8_valid(trimmed))
        return err_set(err, ERR_INPUT, "this is no mail address");
    if (trimmed.n > EMAIL_MAX || at > 64)
        return err_set(
                err, ERR_INPUT, "a mail address has at most %d letters, 64 of them before the @", EMAIL_MAX);
    char *out = arena_alloc(arena, trimmed.n + 1);
    for (size_t i = 0; i < trimmed.n; i++) {
        char c = trimmed.p[i];
        bool before = i < at;
        if ((unsigned char)c <= ' ' || c == 0x7F || (before && strchr("\"(),:;<>[]\\", c)))
            return err_set(err, ERR_INPUT, "a mail address has no such sign before the @");
        out[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
    out[trimmed.n] = '\0';
    struct str normal = {out, trimmed.n};
    if (!domain_fits(str_sub(normal, at + 1, normal.n)))
        return err_set(err, ERR_INPUT, "behind the @ of a mail address stands a domain");
    *ret = normal;
    return true;
}

static struct account decode(struct query *query, struct arena *arena)
{
    return (struct account){
            .id = arena_str(arena, query_text(query, 0)),
            .email = arena_str(arena, query_text(query, 1)),
            .name = arena_str(arena, query_text(query, 2)),
            .role = arena_str(arena, query_text(query, 3)),
            .own_only = query_int(query, 4) != 0,
            .disabled = query_int(query, 5) != 0,
            .password = arena_str(arena, query_text(query, 6)),
            .totp = arena_str(arena, query_blob(query, 7)),
            .totp_new = arena_str(arena, query_blob(query, 8)),
            .totp_step = query_int(query, 9),
            .version = query_int(query, 10),
            .created = query_int(query, 11),
            .changed = query_int(query, 12),
            .logged_in = query_int(query, 13),
    };
}

static bool one(struct store *store, struct arena *arena, const char *sql, struct str key,
        struct account *ret, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, sql, PARAMS(P_TEXT(key)), "there is no such user", &query, err))
        return false;
    *ret = decode(query, arena);
    query_end(query);
    return true;
}

bool account_by_id(
        struct store *store, struct arena *arena, struct str id, struct account *ret, struct err *err)
{
    return one(store, arena, "SELECT " COLUMNS " FROM account WHERE id = $1", id, ret, err);
}

bool account_by_email(
        struct store *store, struct arena *arena, struct str email, struct account *ret, struct err *err)
{
    return one(store, arena, "SELECT " COLUMNS " FROM account WHERE email = $1", email, ret, err);
}

bool account_count(struct store *store, int64_t *ret, struct err *err)
{
    return store_number(store, "SELECT count(*) FROM account", 0, ret, err);
}

bool account_all(
        struct store *store, struct arena *arena, struct account **ret, size_t *ret_n, struct err *err)
{
    int64_t count;
    struct query *query;
    bool row, ok;
    if (!account_count(store, &count, err) ||
            !store_query(store, "SELECT " COLUMNS " FROM account ORDER BY email", &query, err))
        return false;
    size_t n = 0, room = (size_t)count + 16; // some may have come between the two
    struct account *accounts = ARENA_ARRAY(arena, struct account, room);
    while ((ok = query_step(query, &row, err)) && row && n < room)
        accounts[n++] = decode(query, arena);
    query_end(query);
    if (!ok)
        return false;
    *ret = accounts;
    *ret_n = n;
    return true;
}

bool account_add(struct writing *w, struct account *account, struct err *err)
{
    int64_t count, same;
    char id[UUID_SIZE];
    if (!account_count(w->store, &count, err) ||
            !store_ask_number(w->store, "SELECT count(*) FROM account WHERE email = $1",
                    PARAMS(P_TEXT(account->email)), 0, &same, err))
        return false;
    if (same)
        return err_set(err, ERR_CONFLICT, "there is a user with this mail address already");
    if (count >= ACCOUNTS_MAX)
        return err_set(err, ERR_LIMIT, "there are %d users already", ACCOUNTS_MAX);
    account->id = arena_str(w->arena, uuid_v7(w->now * 1000, id));
    account->version = 1;
    account->created = account->changed = w->now;
    return store_do(w->store,
            "INSERT INTO account (id, email, name, role, own_only, disabled, password, totp_step, version, "
            "created, changed) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 1, $8, $8)",
            PARAMS(P_TEXT(account->id), P_TEXT(account->email), P_TEXT(account->name), P_TEXT(account->role),
                    P_INT(account->own_only), P_INT(account->disabled), P_TEXT(account->password),
                    P_INT(w->now)),
            err);
}

// After a change, in its transaction: somebody must be left who may do everything.
static bool owner_left(struct writing *w, struct err *err)
{
    int64_t owners;
    if (!store_number(w->store,
                "SELECT count(*) FROM account WHERE role = 'owner' AND disabled = 0 AND password <> ''", 0,
                &owners, err))
        return false;
    return owners > 0 ||
           err_set(err, ERR_CONFLICT, "this is the last owner: make somebody else an owner first");
}

static bool is_owner(const struct account *account)
{
    return str_eq(account->role, STR("owner")) && !account->disabled && account->password.n;
}

bool account_save(struct writing *w, struct account *account, struct err *err)
{
    struct account before;
    if (!account_by_id(w->store, w->arena, account->id, &before, err))
        return false;
    struct param totp = account->totp.n ? P_BYTES(account->totp) : P_NULL;
    struct param totp_new = account->totp_new.n ? P_BYTES(account->totp_new) : P_NULL;
    struct param logged_in = account->logged_in ? P_INT(account->logged_in) : P_NULL;
    if (!store_do(w->store,
                "UPDATE account SET email = $2, name = $3, role = $4, own_only = $5, disabled = $6, "
                "password = $7, totp = $8, totp_new = $9, totp_step = $10, version = version + 1, "
                "changed = $11, logged_in = $12 WHERE id = $1",
                PARAMS(P_TEXT(account->id), P_TEXT(account->email), P_TEXT(account->name),
                        P_TEXT(account->role), P_INT(account->own_only), P_INT(account->disabled),
                        P_TEXT(account->password), totp, totp_new, P_INT(account->totp_step), P_INT(w->now),
                        logged_in),
                err))
        return false;
    account->version = before.version + 1;
    account->changed = w->now;
    return !is_owner(&before) || is_owner(account) || owner_left(w, err);
}

bool account_logged_in(struct writing *w, const struct account *account, int64_t step, struct err *err)
{
    return store_do(w->store, "UPDATE account SET logged_in = $2, totp_step = $3 WHERE id = $1",
            PARAMS(P_TEXT(account->id), P_INT(w->now), P_INT(step)), err);
}

bool account_remove(struct writing *w, struct str id, struct err *err)
{
    struct account account;
    const struct param *binds = (const struct param[]){P_TEXT(id)};
    return account_by_id(w->store, w->arena, id, &account, err) &&
           store_do(w->store, "DELETE FROM session WHERE account = $1", binds, 1, err) &&
           store_do(w->store, "DELETE FROM one_time_link WHERE account = $1", binds, 1, err) &&
           store_do(w->store, "DELETE FROM recovery_code WHERE account = $1", binds, 1, err) &&
           store_do(w->store, "DELETE FROM account WHERE id = $1", binds, 1, err) &&
           (!is_owner(&account) || owner_left(w, err));
}

// Letters and digits only, lower case, so that blanks and dashes do not matter.
static struct secret_hash code_hash(struct arena *arena, struct str code)
{
    char *out = arena_alloc(arena, code.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < code.n; i++) {
        char c = code.p[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + ('a' - 'A'));
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            out[n++] = c;
    }
    return secret_hash((struct str){out, n});
}

bool recovery_new(struct writing *w, struct str account, struct str *ret, struct err *err)
{
    if (!recovery_remove(w, account, err))
        return false;
    for (unsigned i = 0; i < RECOVERY_CODES; i++) {
        uint8_t bytes[10];
        random_bytes(bytes, sizeof bytes);
        struct str text = base32(w->arena, bytes, sizeof bytes, false);
        struct str code =
                arena_printf(w->arena, "%.4s-%.4s-%.4s-%.4s", text.p, text.p + 4, text.p + 8, text.p + 12);
        struct secret_hash hash = code_hash(w->arena, code);
        if (!store_do(w->store, "INSERT INTO recovery_code (account, hash) VALUES ($1, $2)",
                    PARAMS(P_TEXT(account), P_BYTES(hash_str(&hash))), err))
            return false;
        ret[i] = code;
    }
    return true;
}

bool recovery_remove(struct writing *w, struct str account, struct err *err)
{
    return store_do(w->store, "DELETE FROM recovery_code WHERE account = $1", PARAMS(P_TEXT(account)), err);
}

bool recovery_use(struct writing *w, struct str account, struct str code, bool *ret_fits, struct err *err)
{
    struct query *query;
    bool row;
    struct secret_hash hash = code_hash(w->arena, code);
    if (!store_ask(w->store, "DELETE FROM recovery_code WHERE account = $1 AND hash = $2 RETURNING account",
                PARAMS(P_TEXT(account), P_BYTES(hash_str(&hash))), &query, err))
        return false;
    bool ok = query_step(query, &row, err), fits = ok && row;
    while (ok && row)
        ok = query_step(query, &row, err);
    query_end(query);
    if (ok)
        *ret_fits = fits;
    return ok;
}

bool recovery_left(struct store *store, struct str account, int64_t *ret, struct err *err)
{
    return store_ask_number(store, "SELECT count(*) FROM recovery_code WHERE account = $1",
            PARAMS(P_TEXT(account)), 0, ret, err);
}

void account_json(const struct account *a, struct buf *out)
{
    buf_char(out, '{');
    put_text(out, "id", a->id);
    put_text(out, "email", a->email);
    put_text(out, "name", a->name);
    put_text(out, "role", a->role);
    put_flag(out, "own_only", a->own_only);
    put_text(out, "state", a->disabled ? STR("disabled") : a->password.n ? STR("active") : STR("invited"));
    put_flag(out, "two_factor", a->totp.n > 0);
    put_time(out, "created", a->created);
    put_time(out, "changed", a->changed);
    put_time(out, "logged_in", a->logged_in);
    buf_char(out, '}');
}
