// Sessions by cookie, keys by Authorization, and their rights.
#include "app/user/authorize.h"

#include "app/user/session.h"
#include "app/user/state.h"

#include <sodium.h>

enum { SEEN_SECONDS = 600, AUTHORIZATION_MAX = 1000 };

static bool is_reading(struct str method)
{
    return str_eq(method, STR("GET")) || str_eq(method, STR("HEAD")) || str_eq(method, STR("OPTIONS"));
}

static bool same_origin(struct request *r, struct str origin)
{
    struct str host = request_header(r, "Host"), https = STR("https://"), http = STR("http://");
    if (str_starts(origin, https))
        origin = str_sub(origin, https.n, origin.n);
    else if (str_starts(origin, http) && !r->secure)
        origin = str_sub(origin, http.n, origin.n);
    else
        return false;
    return host.n && str_eq_nocase(origin, host);
}

bool request_own_origin(struct request *r, bool must)
{
    struct str site = request_header(r, "Sec-Fetch-Site"), origin = request_header(r, "Origin");
    if (site.p ? str_eq(site, STR("same-origin")) : origin.p ? same_origin(r, origin) : !must)
        return true;
    return request_problem(r, 403, NULL,
            "this change was asked for by a page of another site: with a session it must come from our own "
            "(header Origin or Sec-Fetch-Site)");
}

// A cookie goes along with what a form of another site sends; JSON it cannot send unasked.
static bool checked_change(struct request *r)
{
    struct str type = request_header(r, "Content-Type");
    type = str_trim(str_sub(type, 0, str_find(type, ';')));
    if (!request_own_origin(r, true))
        return false;
    if (r->body.n && !r->route->raw_body && !str_eq_nocase(type, STR("application/json")))
        return request_problem(r, 415, NULL, "the body must be sent as application/json");
    return true;
}

static bool nobody(struct request *r, const char *why)
{
    response_header(r, "WWW-Authenticate", STR("Bearer"));
    return request_problem(r, 401, NULL, "%s", why);
}

// The key in "Bearer KEY" or "Basic BASE64(KEY:)"; STR_NONE: another scheme, or ill-formed.
static struct str key_of(struct request *r, struct str authorization)
{
    size_t blank = str_find(authorization, ' ');
    struct str scheme = str_sub(authorization, 0, blank);
    struct str rest =
            blank < authorization.n ? str_trim(str_sub(authorization, blank, authorization.n)) : STR_NONE;
    if (!rest.n || authorization.n > AUTHORIZATION_MAX)
        return STR_NONE;
    if (str_eq_nocase(scheme, STR("Bearer")))
        return rest;
    if (!str_eq_nocase(scheme, STR("Basic")))
        return STR_NONE;
    size_t n, max = rest.n;
    unsigned char *out = arena_alloc(r->arena, max);
    while (rest.n && rest.p[rest.n - 1] == '=')
        rest.n--;
    if (sodium_base642bin(
                out, max, rest.p, rest.n, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0)
        return STR_NONE;
    struct str pair = {(const char *)out, n};
    size_t colon = str_find(pair, ':');
    struct str user = str_sub(pair, 0, colon);
    return user.n || colon == pair.n ? user : str_sub(pair, colon + 1, pair.n);
}

// Handlers on the loop's thread have no reader: memory must do.
static bool find_key(struct app *app, struct request *r, struct str text, struct key *ret, struct err *err)
{
    struct user_state *state = user_state(app);
    struct secret_hash hash = secret_hash(text);
    if (!r->worker)
        return user_state_key(state, text, r->now, r->arena, ret) ||
               err_set(err, ERR_NOT_FOUND, "there is no such key");
    if (!key_find(data_store(request_data(r)), r->arena, &hash, ret, err))
        return false;
    user_state_key_used(state, &hash, r->now);
    return true;
}

static bool by_key(
        struct app *app, struct request *r, struct str authorization, struct principal *who, struct err *err)
{
    struct key key;
    struct str text = key_of(r, authorization);
    if (!text.n)
        return nobody(r, "Authorization must be \"Bearer KEY\", or Basic with the key as its user");
    if (!find_key(app, r, text, &key, err)) {
        if (err->code != ERR_NOT_FOUND)
            return false;
        return nobody(r, "there is no such key, or it was revoked");
    }
    *who = (struct principal){
            .kind = PRINCIPAL_KEY, .id = key.id, .name = key.name.n ? key.name : key.id, .role = key.scope};
    return true;
}

static bool by_cookie(
        struct app *app, struct request *r, struct str cookie, struct principal *who, struct err *err)
{
    struct session session;
    struct account account;
    if (!r->worker)
        return err_set(err, ERR_BUSY, "a session cannot be looked up here");
    if (!session_find(data_store(request_data(r)), r->arena, cookie, r->now, &session, &account, err)) {
        if (err->code != ERR_NOT_FOUND)
            return false;
        return nobody(r, err->message);
    }
    if (!is_reading(r->method) && !checked_change(r))
        return false;
    if (r->now >= session.seen + SEEN_SECONDS)
        user_state_seen(user_state(app), session.hash, r->now);
    *who = (struct principal){.kind = PRINCIPAL_USER,
            .id = account.id,
            .name = account.email,
            .role = account.role,
            .own_only = account.own_only,
            .session = session.hash};
    return true;
}

bool user_authorize(void *context, struct request *r, struct err *err)
{
    struct app *app = context;
    struct principal *who = ARENA_NEW(r->arena, struct principal);
    struct str authorization = request_header(r, "Authorization");
    struct str cookie = authorization.p ? STR_NONE : request_cookie(r, SESSION_COOKIE);
    if (!authorization.p && !cookie.n)
        return nobody(r, "log in, or send a key: Authorization: Bearer KEY");
    if (authorization.p ? !by_key(app, r, authorization, who, err) : !by_cookie(app, r, cookie, who, err))
        return false;
    if (!principal_may(who, r->route->right))
        return request_problem(r, 403, NULL, "the %s %.*s does not have the right %s",
                who->kind == PRINCIPAL_USER ? "role" : "key's scope", STR_ARG(who->role), r->route->right);
    r->who = who;
    return true;
}
