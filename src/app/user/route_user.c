// The users, as those who manage them see them.
#include "app/listing.h"
#include "app/user/link.h"
#include "app/user/password.h"
#include "app/user/routes.h"
#include "app/user/session.h"
#include "app/user/state.h"
#include "base/json_put.h"

bool user_may_touch(struct request *r, struct str role)
{
    const struct principal *who = request_principal(r);
    if (!str_eq(role, STR("owner")) || (who->kind == PRINCIPAL_USER && str_eq(who->role, STR("owner"))))
        return true;
    return request_problem(r, 403, NULL, "only an owner may do this to an owner");
}

struct str link_url(struct request *r, struct str token)
{
    struct str host = request_header(r, "Host");
    return arena_printf(
            r->arena, "%s://%.*s/setup/%.*s", r->secure ? "https" : "http", STR_ARG(host), STR_ARG(token));
}

static bool one(struct request *r, struct store *store, struct account *ret, struct err *err)
{
    return account_by_id(store, r->arena, request_param(r, "id"), ret, err);
}

bool route_users(struct request *r, struct err *err)
{
    struct listing *list;
    struct account *accounts;
    size_t n;
    if (!listing_new(r, "email", &list, err) ||
            !account_all(data_store(request_data(r)), r->arena, &accounts, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct buf item = {0};
        account_json(&accounts[i], &item);
        listing_add(list, accounts[i].id, buf_str(&item));
        buf_free(&item);
    }
    return listing_end(list, err);
}

bool route_colleagues(struct request *r, struct err *err)
{
    struct listing *list;
    struct account *accounts;
    size_t n;
    if (!listing_new(r, "name", &list, err) ||
            !account_all(data_store(request_data(r)), r->arena, &accounts, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct account *a = &accounts[i];
        struct buf item = {0};
        if (a->disabled)
            continue;
        buf_char(&item, '{');
        put_text(&item, "id", a->id);
        put_text(&item, "name", a->name.n ? a->name : str_sub(a->email, 0, str_find(a->email, '@')));
        put_text(&item, "role", a->role);
        buf_char(&item, '}');
        listing_add(list, a->id, buf_str(&item));
        buf_free(&item);
    }
    return listing_end(list, err);
}

bool route_user(struct request *r, struct err *err)
{
    struct account account;
    if (!one(r, data_store(request_data(r)), &account, err))
        return false;
    response_etag(r, account.version);
    account_json(&account, r->out);
    return true;
}

// A seller's limit; of the other roles there is none.
static bool own_only_fits(struct request *r, const struct account *account)
{
    return !account->own_only || str_eq(account->role, STR("seller")) ||
           request_problem(r, 400, "own_only", "only a seller can be limited to their own contacts");
}

static bool add(
        struct request *r, struct writing *w, struct account *account, struct str *ret_token, struct err *err)
{
    int64_t expires;
    if (!account_add(w, account, err))
        return err->code == ERR_CONFLICT ? request_problem(r, 409, "email", "%s", err->message) : false;
    if (!audit_account(w, request_principal(r), "user.create", NULL, account, err))
        return false;
    if (!account->password.n && !link_add(w, "invite", account->id, ret_token, &expires, err))
        return false;
    account->id = arena_str(r->arena, account->id);
    if (ret_token->p)
        *ret_token = arena_str(r->arena, *ret_token);
    return true;
}

bool route_user_add(struct request *r, struct err *err)
{
    struct writing *w;
    char hash[PASSWORD_HASH];
    struct str token = STR_NONE, password = body_text(r, "password"), name = body_text(r, "name");
    const struct json *own_only = json_get(r->json, STR("own_only"));
    struct account account = {.role = body_text(r, "role"),
            .name = name.p ? name : STR(""),
            .password = STR(""),
            .own_only = own_only && own_only->kind == JSON_TRUE};
    if (!user_may_touch(r, account.role) || !own_only_fits(r, &account))
        return false;
    if (!email_normal(r->arena, body_text(r, "email"), &account.email, err))
        return request_problem(r, 400, "email", "%s", err->message);
    if (password.p) {
        if (!password_check(password, account.email, err))
            return request_problem(r, 400, "password", "%s", err->message);
        if (!password_hash(user_gate(request_app(r)), password, hash, err))
            return false;
        account.password = str_of(hash);
    }
    if (!writing_begin(request_app(r), &w, err) || !writing_end(w, add(r, w, &account, &token, err), err))
        return false;
    response_header(r, "Location", arena_printf(r->arena, "/api/users/%.*s", STR_ARG(account.id)));
    response_etag(r, account.version);
    account_json(&account, r->out);
    if (token.p) {
        r->out->n--; // its closing brace
        put_text(r->out, "link", link_url(r, token));
        buf_char(r->out, '}');
    }
    return true;
}

// What the body asks for. false with a problem.
static bool apply(struct request *r, struct account *account)
{
    struct err why = {0};
    struct str email = body_text(r, "email"), name = body_text(r, "name"), role = body_text(r, "role");
    struct str state = body_text(r, "state");
    const struct json *own_only = json_get(r->json, STR("own_only"));
    const struct json *two_factor = json_get(r->json, STR("two_factor"));
    if (email.p && !email_normal(r->arena, email, &account->email, &why))
        return request_problem(r, 400, "email", "%s", why.message);
    if (name.p)
        account->name = name;
    if (role.p)
        account->role = role;
    if (own_only)
        account->own_only = own_only->kind == JSON_TRUE;
    else if (!str_eq(account->role, STR("seller")))
        account->own_only = false;
    if (state.p)
        account->disabled = str_eq(state, STR("disabled"));
    if (two_factor && two_factor->kind == JSON_TRUE && !account->totp.n)
        return request_problem(r, 400, "two_factor",
                "only the user can turn the second factor on; it can be turned off here");
    if (two_factor && two_factor->kind == JSON_FALSE)
        account->totp = account->totp_new = STR_NONE;
    return user_may_touch(r, account->role) && own_only_fits(r, account);
}

static bool email_is_free(struct request *r, struct writing *w, const struct account *before,
        const struct account *after, struct err *err)
{
    struct account other;
    struct err why = {0};
    if (str_eq(before->email, after->email))
        return true;
    if (account_by_email(w->store, r->arena, after->email, &other, &why))
        return request_problem(r, 409, "email", "there is a user with this mail address already");
    if (why.code == ERR_NOT_FOUND)
        return true;
    if (err)
        *err = why;
    return false;
}

static bool change(struct request *r, struct writing *w, struct account *ret, struct err *err)
{
    struct account before, after;
    if (!one(r, w->store, &before, err) || !user_may_touch(r, before.role) ||
            !request_matches(r, before.version, err))
        return false;
    after = before;
    if (!apply(r, &after) || !email_is_free(r, w, &before, &after, err) || !account_save(w, &after, err))
        return false;
    if (after.disabled && !before.disabled && !session_end_all(w, after.id, STR_NONE, err))
        return false;
    // A link that was mailed to an address that was wrong is in wrong hands.
    if ((after.disabled || !str_eq(before.email, after.email)) && !link_remove(w, after.id, err))
        return false;
    if (before.totp.n && !after.totp.n && !recovery_remove(w, after.id, err))
        return false;
    *ret = after;
    return audit_account(w, request_principal(r), "user.update", &before, &after, err);
}

bool route_user_change(struct request *r, struct err *err)
{
    struct writing *w;
    struct account account;
    if (!writing_begin(request_app(r), &w, err) || !writing_end(w, change(r, w, &account, err), err))
        return false;
    response_etag(r, account.version);
    account_json(&account, r->out);
    return true;
}

bool route_user_remove(struct request *r, struct err *err)
{
    struct writing *w;
    struct account account;
    return writing_begin(request_app(r), &w, err) &&
           writing_end(w,
                   one(r, w->store, &account, err) && user_may_touch(r, account.role) &&
                           request_matches(r, account.version, err) && account_remove(w, account.id, err) &&
                           audit_account(w, request_principal(r), "user.remove", &account, NULL, err),
                   err);
}

static bool make_link(struct request *r, struct writing *w, const char **ret_kind, struct str *ret_token,
        int64_t *ret_expires, struct err *err)
{
    struct account account;
    if (!one(r, w->store, &account, err) || !user_may_touch(r, account.role))
        return false;
    if (account.disabled)
        return err_set(err, ERR_CONFLICT, "the user is disabled");
    *ret_kind = account.password.n ? "reset" : "invite";
    if (!link_add(w, *ret_kind, account.id, ret_token, ret_expires, err) ||
            !audit_write(w, request_principal(r), "user.link", account.id, STR_NONE, STR_NONE, err))
        return false;
    *ret_token = arena_str(r->arena, *ret_token);
    return true;
}

bool route_user_link(struct request *r, struct err *err)
{
    struct writing *w;
    const char *kind = "";
    struct str token = STR_NONE;
    int64_t expires;
    if (!writing_begin(request_app(r), &w, err) ||
            !writing_end(w, make_link(r, w, &kind, &token, &expires, err), err))
        return false;
    buf_char(r->out, '{');
    put_text(r->out, "kind", str_of(kind));
    put_text(r->out, "link", link_url(r, token));
    put_time(r->out, "expires", expires);
    buf_char(r->out, '}');
    return true;
}
