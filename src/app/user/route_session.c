// Logging in and out, and what people do with their own account.
#include "app/listing.h"
#include "app/user/authorize.h"
#include "app/user/limit.h"
#include "app/user/link.h"
#include "app/user/rights.h"
#include "app/user/routes.h"
#include "app/user/session.h"
#include "app/user/state.h"
#include "app/user/totp.h"
#include "base/json_put.h"
#include "base/random.h"

struct str body_text(const struct request *r, const char *name)
{
    return json_get_str(r->json, str_of(name));
}

void put_session_cookie(struct request *r, struct str token)
{
    response_cookie(r, SESSION_COOKIE, token.p ? token : STR(""), token.p ? SESSION_LIFE : 0, true);
}

void session_json(struct request *r, const struct account *account, int64_t expires)
{
    buf_char(r->out, '{');
    put_key(r->out, "user");
    account_json(account, r->out);
    put_key(r->out, "rights");
    buf_char(r->out, '[');
    for (const char *const *right = RIGHTS; *right; right++)
        if (role_may(account->role, str_of(*right))) {
            put_comma(r->out);
            json_put_string(r->out, str_of(*right));
        }
    buf_char(r->out, ']');
    put_time(r->out, "expires", expires);
    buf_char(r->out, '}');
}

static void put_account(const void *account, struct buf *out)
{
    account_json(account, out);
}

bool audit_account(struct writing *w, const struct principal *who, const char *action,
        const struct account *before, const struct account *after, struct err *err)
{
    return audit_change(w, who, action, before ? before->id : after->id, put_account, before, after, err);
}

static bool too_often(struct request *r, int64_t wait)
{
    response_header(r, "Retry-After", arena_printf(r->arena, "%lld", (long long)wait));
    return request_problem(
            r, 429, NULL, "too many attempts failed: wait %lld minutes", (long long)((wait + 59) / 60));
}

// false with a 429 if too many attempts have failed.
static bool may_attempt(struct request *r, struct str email, struct err *err)
{
    int64_t wait;
    if (!limit_wait(data_store(request_data(r)), r->arena, r->now, email, r->client, &wait, err))
        return false;
    return !wait || too_often(r, wait);
}

static bool attempt_failed(struct request *r, struct str email, struct err *err)
{
    struct writing *w;
    return writing_begin(request_app(r), &w, err) &&
           writing_end(w, limit_failed(w, email, r->client, err), err);
}

static bool refused(struct request *r)
{
    return request_problem(r, 401, NULL, "the mail address or the password is wrong");
}

enum code_result { CODE_FITS, CODE_WRONG, CODE_FAILED };

// In the open transaction. ret_step: the step of a one-time code.
static enum code_result check_code(
        struct writing *w, const struct account *account, struct str code, int64_t *ret_step, struct err *err)
{
    bool recovery = false;
    if (totp_fits(account->totp, code, w->now, account->totp_step, ret_step))
        return CODE_FITS;
    if (!recovery_use(w, account->id, code, &recovery, err))
        return CODE_FAILED;
    return recovery ? CODE_FITS : CODE_WRONG;
}

// The password was right: the rest, in one transaction. known: the account as it was then. ret_wrong_code:
// set where that is the problem.
static bool log_in(struct request *r, struct writing *w, const struct account *known, struct str code,
        bool *ret_wrong_code, struct err *err)
{
    struct account account;
    struct str token;
    int64_t step;
    if (!account_by_id(w->store, r->arena, known->id, &account, err))
        return err->code == ERR_NOT_FOUND ? refused(r) : false;
    if (account.disabled || !str_eq(account.password, known->password)) // changed meanwhile
        return refused(r);
    step = account.totp_step;
    if (account.totp.n) {
        enum code_result result = check_code(w, &account, code, &step, err);
        *ret_wrong_code = result == CODE_WRONG;
        if (result != CODE_FITS)
            return *ret_wrong_code ? request_problem(r, 401, "code", "the code is wrong") : false;
    }
    struct principal who = {.kind = PRINCIPAL_USER, .id = account.id, .name = account.email};
    if (!limit_forget(w, account.email, r->client, err) ||
            !session_add(w, account.id, r->client, request_header(r, "User-Agent"), &token, err) ||
            !account_logged_in(w, &account, step, err) ||
            !audit_write(w, &who, "session.create", account.id, STR_NONE, STR_NONE, err))
        return false;
    account.logged_in = w->now;
    put_session_cookie(r, arena_str(r->arena, token));
    session_json(r, &account, w->now + SESSION_IDLE);
    return true;
}

bool route_log_in(struct request *r, struct err *err)
{
    struct str email, code = body_text(r, "code");
    struct account account = {0};
    struct writing *w;
    bool fits;
    if (!request_own_origin(r, false))
        return false;
    if (!email_normal(r->arena, body_text(r, "email"), &email, err))
        return request_problem(r, 400, "email", "%s", err->message);
    if (!may_attempt(r, email, err))
        return false;
    // Somebody unknown takes as long, and hears the same.
    if (!account_by_email(data_store(request_data(r)), r->arena, email, &account, err) &&
            err->code != ERR_NOT_FOUND)
        return false;
    if (!password_fits(user_gate(request_app(r)), body_text(r, "password"), account.password, &fits, err))
        return false;
    if (!fits || account.disabled)
        return attempt_failed(r, email, err) && refused(r);
    if (account.totp.n && !code.n)
        return request_problem(r, 401, "code", "a code of the second factor is needed");
    bool wrong_code = false;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = writing_end(w, log_in(r, w, &account, code, &wrong_code, err), err);
    if (wrong_code) // after that transaction was taken back
        attempt_failed(r, email, err);
    return ok;
}

static bool own_account(struct request *r, struct store *store, struct account *ret, struct err *err)
{
    return account_by_id(store, r->arena, request_principal(r)->id, ret, err);
}

// The request's own session.
static bool own_session(struct request *r, struct session *ret, struct err *err)
{
    struct account account;
    return session_find(data_store(request_data(r)), r->arena, request_cookie(r, SESSION_COOKIE), r->now, ret,
            &account, err);
}

bool route_session(struct request *r, struct err *err)
{
    struct account account;
    struct session session;
    if (!own_account(r, data_store(request_data(r)), &account, err) || !own_session(r, &session, err))
        return false;
    int64_t idle = r->now + SESSION_IDLE, life = session.created + SESSION_LIFE;
    session_json(r, &account, idle < life ? idle : life);
    return true;
}

bool route_log_out(struct request *r, struct err *err)
{
    struct writing *w;
    const struct principal *who = request_principal(r);
    if (!writing_begin(request_app(r), &w, err) ||
            !writing_end(w,
                    session_end_this(w, who->session, err) &&
                            audit_write(w, who, "session.end", who->id, STR_NONE, STR_NONE, err),
                    err))
        return false;
    put_session_cookie(r, STR_NONE);
    return true;
}

bool route_session_change(struct request *r, struct err *err)
{
    struct writing *w;
    struct account before, after;
    struct session session;
    const struct principal *who = request_principal(r);
    if (!own_session(r, &session, err) || !writing_begin(request_app(r), &w, err))
        return false;
    bool ok = own_account(r, w->store, &before, err);
    if (ok) {
        after = before;
        after.name = body_text(r, "name");
        ok = account_save(w, &after, err) && audit_account(w, who, "user.update", &before, &after, err);
    }
    if (!writing_end(w, ok, err))
        return false;
    session_json(r, &after, r->now + SESSION_IDLE);
    return true;
}

bool route_sessions(struct request *r, struct err *err)
{
    struct listing *list;
    struct session *sessions;
    size_t n;
    const struct principal *who = request_principal(r);
    if (!listing_new(r, "-created", &list, err) ||
            !session_all(data_store(request_data(r)), r->arena, who->id, r->now, &sessions, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct session *s = &sessions[i];
        struct buf item = {0};
        buf_char(&item, '{');
        put_text(&item, "id", s->id);
        put_time(&item, "created", s->created);
        put_time(&item, "seen", s->seen);
        put_text(&item, "client", s->client);
        put_text(&item, "agent", s->agent);
        put_flag(&item, "current", str_eq(s->hash, who->session));
        buf_char(&item, '}');
        listing_add(list, s->id, buf_str(&item));
        buf_free(&item);
    }
    return listing_end(list, err);
}

bool route_session_end(struct request *r, struct err *err)
{
    struct writing *w;
    const struct principal *who = request_principal(r);
    return writing_begin(request_app(r), &w, err) &&
           writing_end(w,
                   session_end(w, who->id, request_param(r, "id"), err) &&
                           audit_write(w, who, "session.end", who->id, STR_NONE, STR_NONE, err),
                   err);
}

bool route_sessions_end(struct request *r, struct err *err)
{
    struct writing *w;
    const struct principal *who = request_principal(r);
    return writing_begin(request_app(r), &w, err) &&
           writing_end(w,
                   session_end_all(w, who->id, who->session, err) &&
                           audit_write(w, who, "session.end_others", who->id, STR_NONE, STR_NONE, err),
                   err);
}

// Whoever sits at an open browser must know the password for what would lock its owner out.
static bool knows_password(struct request *r, const char *field, struct account *ret, struct err *err)
{
    struct account account;
    bool fits;
    if (!own_account(r, data_store(request_data(r)), &account, err) || !may_attempt(r, account.email, err) ||
            !password_fits(user_gate(request_app(r)), body_text(r, field), account.password, &fits, err))
        return false;
    if (!fits)
        return attempt_failed(r, account.email, err) &&
               request_problem(r, 400, field, "the password is wrong");
    *ret = account;
    return true;
}

bool route_password(struct request *r, struct err *err)
{
    struct writing *w;
    struct account account;
    char hash[PASSWORD_HASH];
    struct str password = body_text(r, "password");
    const struct principal *who = request_principal(r);
    if (!knows_password(r, "current", &account, err))
        return false;
    if (!password_check(password, account.email, err))
        return request_problem(r, 400, "password", "%s", err->message);
    if (!password_hash(user_gate(request_app(r)), password, hash, err) ||
            !writing_begin(request_app(r), &w, err))
        return false;
    bool ok = own_account(r, w->store, &account, err);
    account.password = str_of(hash);
    return writing_end(w,
            ok && account_save(w, &account, err) && link_remove(w, who->id, err) &&
                    session_end_all(w, who->id, who->session, err) &&
                    audit_write(w, who, "user.password", who->id, STR_NONE, STR_NONE, err),
            err);
}

bool route_two_factor_begin(struct request *r, struct err *err)
{
    struct writing *w;
    struct account account = {0};
    uint8_t secret[TOTP_SECRET];
    if (!knows_password(r, "password", &account, err))
        return false;
    if (account.totp.n)
        return err_set(err, ERR_CONFLICT, "two-factor log-in is on already");
    random_bytes(secret, sizeof secret);
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = own_account(r, w->store, &account, err);
    account.totp_new = (struct str){(const char *)secret, sizeof secret};
    if (!writing_end(w, ok && account_save(w, &account, err), err))
        return false;
    buf_char(r->out, '{');
    put_text(r->out, "secret", base32(r->arena, secret, sizeof secret, true));
    put_text(r->out, "uri", totp_uri(r->arena, account.totp_new, STR("Sluice"), account.email));
    buf_char(r->out, '}');
    return true;
}

static void put_codes(struct request *r, const struct str *codes)
{
    buf_put(r->out, STR("{\"recovery_codes\":["));
    for (unsigned i = 0; i < RECOVERY_CODES; i++) {
        put_comma(r->out);
        json_put_string(r->out, codes[i]);
    }
    buf_put(r->out, STR("]}"));
}

static bool confirm(struct request *r, struct writing *w, struct str *codes, struct err *err)
{
    struct account account;
    int64_t step;
    const struct principal *who = request_principal(r);
    if (!own_account(r, w->store, &account, err))
        return false;
    if (!account.totp_new.n)
        return err_set(err, ERR_CONFLICT, "two-factor log-in is not being set up");
    if (!totp_fits(account.totp_new, body_text(r, "code"), w->now, 0, &step))
        return request_problem(r, 400, "code", "the code does not fit: is the phone's clock right?");
    account.totp = account.totp_new;
    account.totp_new = STR_NONE;
    account.totp_step = step;
    return account_save(w, &account, err) && recovery_new(w, account.id, codes, err) &&
           audit_write(w, who, "user.two_factor_on", who->id, STR_NONE, STR_NONE, err);
}

// Codes live in the transaction's arena until it ends.
static bool keep_codes(struct request *r, struct str *codes)
{
    for (unsigned i = 0; i < RECOVERY_CODES; i++)
        codes[i] = arena_str(r->arena, codes[i]);
    return true;
}

bool route_two_factor_confirm(struct request *r, struct err *err)
{
    struct writing *w;
    struct str codes[RECOVERY_CODES];
    if (!writing_begin(request_app(r), &w, err) ||
            !writing_end(w, confirm(r, w, codes, err) && keep_codes(r, codes), err))
        return false;
    put_codes(r, codes);
    return true;
}

bool route_two_factor_end(struct request *r, struct err *err)
{
    struct writing *w;
    struct account account;
    const struct principal *who = request_principal(r);
    if (!knows_password(r, "password", &account, err) || !writing_begin(request_app(r), &w, err))
        return false;
    bool ok = own_account(r, w->store, &account, err);
    account.totp = account.totp_new = STR_NONE;
    return writing_end(w,
            ok && account_save(w, &account, err) && recovery_remove(w, account.id, err) &&
                    audit_write(w, who, "user.two_factor_off", who->id, STR_NONE, STR_NONE, err),
            err);
}

bool route_recovery_codes(struct request *r, struct err *err)
{
    struct writing *w;
    struct account account = {0};
    struct str codes[RECOVERY_CODES];
    const struct principal *who = request_principal(r);
    if (!knows_password(r, "password", &account, err))
        return false;
    if (!account.totp.n)
        return err_set(err, ERR_CONFLICT, "two-factor log-in is off");
    if (!writing_begin(request_app(r), &w, err) ||
            !writing_end(w,
                    recovery_new(w, account.id, codes, err) && keep_codes(r, codes) &&
                            audit_write(w, who, "user.recovery_codes", who->id, STR_NONE, STR_NONE, err),
                    err))
        return false;
    put_codes(r, codes);
    return true;
}
