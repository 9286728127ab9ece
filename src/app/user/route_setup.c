// One-time links: what they are for, and using them. The web app shows their page (/setup/TOKEN).
#include "app/user/limit.h"
#include "app/user/link.h"
#include "app/user/password.h"
#include "app/user/routes.h"
#include "app/user/session.h"
#include "app/user/setup.h"
#include "app/user/state.h"
#include "base/json_put.h"
#include "base/utf8.h"

enum { NAME_MAX_BYTES = 800 };

bool user_setup_link(
        struct app *app, struct arena *arena, const char *base, struct str *ret_link, struct err *err)
{
    struct writing *w;
    struct str token = STR_NONE;
    int64_t count, expires;
    if (!writing_begin_tables(app, &w, err))
        return false;
    bool ok = account_count(w->store, &count, err);
    if (ok && !count)
        ok = link_add(w, "setup", STR(""), &token, &expires, err);
    struct str link = STR_NONE;
    if (ok && token.p)
        link = arena_printf(arena, "%s/setup/%.*s", base, STR_ARG(token));
    if (!writing_end(w, ok, err))
        return false;
    *ret_link = link;
    return true;
}

// What somebody sent to a link.
struct choice {
    struct str email, name, password; // email and name: of a first owner
};

static bool find(struct request *r, struct store *store, struct link *ret_link, struct account *ret_account,
        struct err *err)
{
    struct link link;
    struct account account = {.email = STR(""), .name = STR("")};
    if (!link_find(store, r->arena, request_param(r, "token"), r->now, &link, err) ||
            (link.account.n && !account_by_id(store, r->arena, link.account, &account, err)))
        return false;
    if (account.disabled)
        return err_set(err, ERR_NOT_FOUND, "this link was used already, or is too old");
    *ret_link = link;
    *ret_account = account;
    return true;
}

// What is wrong with an choice, and in which field.
static const char *wrong_field(struct request *r, const struct link *link, const struct choice *choice,
        struct account *account, struct err *err)
{
    if (!link->account.n) {
        if (!email_normal(r->arena, choice->email, &account->email, err))
            return "email";
        account->role = STR("owner");
    }
    if (choice->name.n > NAME_MAX_BYTES || !utf8_valid(choice->name)) {
        err_set(err, ERR_INPUT, "a name is a text of at most 200 letters");
        return "name";
    }
    if (choice->name.n)
        account->name = choice->name;
    return password_check(choice->password, account->email, err) ? NULL : "password";
}

// The account that the link makes or changes; what is wrong with the choice becomes a problem of its field.
static bool prepare(struct request *r, const struct link *link, const struct choice *choice,
        struct account *account, char hash[PASSWORD_HASH], struct err *err)
{
    const char *field = wrong_field(r, link, choice, account, err);
    if (field)
        return request_problem(r, 400, field, "%s", err->message);
    if (!password_hash(user_gate(request_app(r)), choice->password, hash, err))
        return false;
    account->password = str_of(hash);
    return true;
}

static bool establish(struct request *r, struct writing *w, const struct account *wanted,
        struct str *ret_token, struct account *ret, struct err *err)
{
    struct link link; // once more: it may have been used meanwhile
    struct account account;
    int64_t count;
    if (!find(r, w->store, &link, &account, err) || !link_remove(w, link.account, err) ||
            !account_count(w->store, &count, err))
        return false;
    if (!link.account.n && count)
        return err_set(
                err, ERR_CONFLICT, "there is a user already: log in, or ask an owner for an invitation");
    bool first = !link.account.n;
    if (first) {
        account = *wanted;
    } else {
        account.password = wanted->password;
        account.name = wanted->name;
    }
    struct principal who = {.kind = PRINCIPAL_USER, .name = account.email};
    if (!(first ? account_add(w, &account, err) : account_save(w, &account, err)) ||
            !limit_forget(w, account.email, r->client, err) || !session_end_all(w, account.id, STR_NONE, err))
        return false;
    account.id = who.id = arena_str(r->arena, account.id);
    // Whoever has a second factor logs in with it.
    if (!account.totp.n &&
            !session_add(w, account.id, r->client, request_header(r, "User-Agent"), ret_token, err))
        return false;
    if (ret_token->p)
        *ret_token = arena_str(r->arena, *ret_token);
    *ret = account;
    return audit_account(w, &who, first ? "user.create" : "user.password", NULL, &account, err);
}

// ret: as it is now; logged in unless it has a second factor.
static bool use(struct request *r, const struct choice *choice, struct account *ret, struct err *err)
{
    struct writing *w;
    struct link link;
    struct account account;
    char hash[PASSWORD_HASH];
    struct str token = STR_NONE;
    if (!find(r, data_store(request_data(r)), &link, &account, err) ||
            !prepare(r, &link, choice, &account, hash, err) || !writing_begin(request_app(r), &w, err) ||
            !writing_end(w, establish(r, w, &account, &token, ret, err), err))
        return false;
    ret->password = STR("set"); // hash is gone with this frame
    if (token.p)
        put_session_cookie(r, token);
    return true;
}

bool route_setup(struct request *r, struct err *err)
{
    struct link link;
    struct account account;
    if (!find(r, data_store(request_data(r)), &link, &account, err))
        return false;
    buf_char(r->out, '{');
    put_text(r->out, "kind", link.kind);
    put_text(r->out, "email", link.account.n ? account.email : STR_NONE);
    put_time(r->out, "expires", link.expires);
    buf_char(r->out, '}');
    return true;
}

bool route_setup_use(struct request *r, struct err *err)
{
    struct account account;
    struct choice choice = {body_text(r, "email"), body_text(r, "name"), body_text(r, "password")};
    if (!use(r, &choice, &account, err))
        return false;
    account_json(&account, r->out);
    return true;
}
