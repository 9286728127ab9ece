#include "app/letter/link.h"

#include "app/letter/words.h"
#include "app/setting/setting.h"
#include "app/suppression/suppression.h"
#include "app/user/account.h"
#include "app/user/limit.h"
#include "app/user/link.h"
#include "app/user/principal.h"
#include "app/user/routes.h"
#include "app/user/secret.h"
#include "base/json_put.h"
#include "base/map.h"
#include "store/ask.h"

enum { AT_ONCE = 100, WAIT_URL = 300 };

// --- asking

// Whether so many have asked within the window. sql counts them: $1 is where it begins.
static bool full(struct writing *w, const char *sql, const struct param *params, unsigned n, int64_t most,
        bool *ret, struct err *err)
{
    int64_t asked;
    if (!store_ask_number(w->store, sql, params, n, 0, &asked, err))
        return false;
    *ret = asked >= most;
    return true;
}

// Writes down that somebody asked. An address that asked often enough gets no more mails, and hears the same.
static bool take(struct request *r, struct writing *w, struct str email, struct str language, struct err *err)
{
    bool email_full, client_full, all_full;
    int64_t client = (int64_t)hash64(limit_network(r->arena, r->client));
    int64_t since = w->now - RESET_WINDOW;
    if (!full(w, "SELECT count(*) FROM letter_ask WHERE time > $1 AND email = $2",
                PARAMS(P_INT(since), P_TEXT(email)), RESET_EMAIL, &email_full, err) ||
            !full(w, "SELECT count(*) FROM letter_ask WHERE time > $1 AND client = $2",
                    PARAMS(P_INT(since), P_INT(client)), RESET_CLIENT, &client_full, err) ||
            !full(w, "SELECT count(*) FROM letter_ask WHERE time > $1", PARAMS(P_INT(since)), RESET_ALL,
                    &all_full, err))
        return false;
    if (client_full || all_full) {
        response_header(r, "Retry-After", STR("3600"));
        return request_problem(r, 429, NULL, "new passwords were asked for too often: wait an hour");
    }
    return email_full ||
           store_do(w->store,
                   "INSERT INTO letter_ask (email, client, language, time, done) VALUES ($1, $2, $3, $4, 0)",
                   PARAMS(P_TEXT(email), P_INT(client), P_TEXT(language), P_INT(w->now)), err);
}

// {"mail": whether mails go out at all}
static bool answer(struct request *r, enum letter_state state)
{
    buf_char(r->out, '{');
    put_text(r->out, "mail", str_of(LETTER_STATES[state]));
    buf_char(r->out, '}');
    return true;
}

bool letter_route_reset(struct request *r, struct err *err)
{
    struct str email, language = json_get_str(r->json, STR("language"));
    enum letter_state state;
    struct writing *w;
    if (!email_normal(r->arena, json_get_str(r->json, STR("email")), &email, err))
        return request_problem(r, 400, "email", "%s", err->message);
    if (!letter_state(request_app(r), request_data(r), 0, &state, err))
        return false;
    if (state != LETTER_READY)
        return answer(r, state);
    if (!writing_begin_tables(request_app(r), &w, err) ||
            !writing_end(w, take(r, w, email, language.n ? language : STR(""), err), err))
        return false;
    app_wake(request_app(r), "letter");
    return answer(r, state);
}

// --- queueing

static bool queue(struct writing *w, struct str account, struct str language, struct err *err)
{
    int64_t letter;
    if (!store_ask_number(w->store,
                "INSERT INTO letter_link (account, language, time, hash) VALUES ($1, $2, $3, NULL) RETURNING "
                "id",
                PARAMS(P_TEXT(account), P_TEXT(language), P_INT(w->now)), 0, &letter, err))
        return false;
    struct message_order order = {.source = "letter", .campaign = letter, .due = w->now};
    return message_queue(w, &order, NULL, NULL, err);
}

struct asked {
    int64_t id;
    struct str email, language;
};

static bool serve(struct writing *w, const struct asked *asked, struct err *err)
{
    struct account account;
    struct err none = {0};
    if (!store_do(w->store, "UPDATE letter_ask SET done = 1 WHERE id = $1", PARAMS(P_INT(asked->id)), err))
        return false;
    if (!account_by_email(w->store, w->arena, asked->email, &account, &none))
        return none.code == ERR_NOT_FOUND || err_set(err, none.code, "%s", none.message);
    return account.disabled ||
           (queue(w, account.id, asked->language, err) &&
                   audit_write(w, NULL, "user.mail", account.id, STR_NONE, STR_NONE, err));
}

static bool read_asked(
        struct data *reader, struct arena *arena, struct asked *ret, unsigned *ret_n, struct err *err)
{
    struct query *query;
    bool row, ok;
    *ret_n = 0;
    if (!store_ask(data_store(reader),
                "SELECT id, email, language FROM letter_ask WHERE done = 0 ORDER BY id LIMIT $1",
                PARAMS(P_INT(AT_ONCE)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        ret[(*ret_n)++] = (struct asked){query_int(query, 0), arena_str(arena, query_text(query, 1)),
                arena_str(arena, query_text(query, 2))};
    query_end(query);
    return ok;
}

static bool serve_all(
        struct app *app, struct data *reader, struct arena *arena, unsigned *ret_n, struct err *err)
{
    struct asked *asked = ARENA_ARRAY(arena, struct asked, AT_ONCE);
    struct writing *w;
    int64_t old;
    int64_t before = app_now(app) - RESET_WINDOW;
    if (!read_asked(reader, arena, asked, ret_n, err) ||
            !store_ask_number(data_store(reader), "SELECT count(*) FROM letter_ask WHERE time <= $1",
                    PARAMS(P_INT(before)), 0, &old, err))
        return false;
    if (!*ret_n && !old)
        return true;
    if (!writing_begin_tables(app, &w, err))
        return false;
    bool ok = true;
    for (unsigned i = 0; ok && i < *ret_n; i++)
        ok = serve(w, &asked[i], err);
    ok = ok && store_do(w->store, "DELETE FROM letter_ask WHERE time <= $1 AND done = 1",
                       PARAMS(P_INT(before)), err);
    if (!writing_end(w, ok, err))
        return false;
    message_wake(app);
    return true;
}

bool link_work(struct app *app, struct data *reader, struct err *err)
{
    struct arena *arena = arena_new();
    unsigned n;
    bool ok;
    do
        ok = serve_all(app, reader, arena, &n, err);
    while (ok && n == AT_ONCE && !app_closing(app));
    arena_free(arena);
    return ok;
}

static bool invite(struct request *r, struct writing *w, struct err *err)
{
    struct account account;
    struct str language = setting_text(request_app(r), r->arena, "language");
    const char *reason;
    if (!account_by_id(w->store, r->arena, request_param(r, "id"), &account, err) ||
            !user_may_touch(r, account.role))
        return false;
    if (account.disabled)
        return err_set(err, ERR_CONFLICT, "the user is disabled");
    if (!suppressed(w->store, account.email, STR(""), &reason, err))
        return false;
    if (reason && strcmp(reason, "unsubscribed") != 0)
        return err_set(err, ERR_CONFLICT,
                "mails to this address are held back (%s): it is on the list of who must not be written to",
                reason);
    return queue(w, account.id, language, err) &&
           audit_write(w, request_principal(r), "user.mail", account.id, STR_NONE, STR_NONE, err);
}

bool letter_route_user(struct request *r, struct err *err)
{
    enum letter_state state;
    struct account account;
    struct writing *w;
    if (!account_by_id(data_store(request_data(r)), r->arena, request_param(r, "id"), &account, err) ||
            !letter_state(request_app(r), request_data(r), 0, &state, err))
        return false;
    if (state != LETTER_READY)
        return answer(r, state);
    if (!writing_begin_tables(request_app(r), &w, err) || !writing_end(w, invite(r, w, err), err))
        return false;
    message_wake(request_app(r));
    return answer(r, state);
}

// --- the mail

struct link_letter {
    int64_t id, time;
    struct str language, hash; // hash: of the link that was made for it last
    struct account account;
    bool reset; // else an invitation
};

static bool read_letter(
        struct store *store, struct arena *arena, int64_t id, struct link_letter *ret, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, "SELECT account, language, time, hash FROM letter_link WHERE id = $1",
                PARAMS(P_INT(id)), "there is no such letter", &query, err))
        return false;
    struct str account = arena_str(arena, query_text(query, 0));
    *ret = (struct link_letter){.id = id,
            .language = arena_str(arena, query_text(query, 1)),
            .time = query_int(query, 2),
            .hash = query_is_null(query, 3) ? STR_NONE : arena_str(arena, query_blob(query, 3))};
    query_end(query);
    if (!account_by_id(store, arena, account, &ret->account, err))
        return false;
    ret->reset = ret->account.password.n > 0;
    return true;
}

// A link of its own for each attempt; the one of the attempt before, which led to nothing, goes.
static bool make_link(struct writing *w, const struct link_letter *l, struct str *ret_token, struct err *err)
{
    int64_t expires;
    struct str token;
    if ((l->hash.n && !link_forget(w, l->hash, err)) ||
            !link_add_another(w, l->reset ? "reset" : "invite", l->account.id,
                    l->reset ? RESET_LIFE : INVITE_LIFE, &token, &expires, err))
        return false;
    struct secret_hash hash = secret_hash(token);
    *ret_token = token;
    return store_do(w->store, "UPDATE letter_link SET hash = $2 WHERE id = $1",
            PARAMS(P_INT(l->id), P_BYTES(hash_str(&hash))), err);
}

static bool link_of(struct app *app, struct arena *arena, const struct link_letter *l, struct str base,
        struct str *ret, struct err *err)
{
    struct writing *w;
    struct str token = STR_NONE, url = STR_NONE;
    if (!writing_begin_tables(app, &w, err))
        return false;
    bool ok = make_link(w, l, &token, err);
    if (ok)
        url = arena_printf(arena, "%.*s/setup/%.*s", STR_ARG(base), STR_ARG(token));
    if (!writing_end(w, ok, err))
        return false;
    *ret = url;
    return true;
}

bool link_compose(struct app *app, struct data *reader, const struct message *message, struct arena *arena,
        struct mail_draft *ret, struct err *err)
{
    struct link_letter l;
    struct str base = letter_base(app, arena), url = base;
    bool look = message->past || message->shown;
    if (!read_letter(data_store(reader), arena, message->order.campaign, &l, err))
        return err->code == ERR_NOT_FOUND && letter_skip(ret, "the user was removed");
    if (!look && l.account.disabled)
        return letter_skip(ret, "the user is disabled");
    if (!look && app_now(app) > l.time + LINK_LETTER_WAIT)
        return letter_skip(ret, "too late");
    if (!look && !base.n)
        return letter_later(ret, "public_url is not set", app_now(app) + WAIT_URL);
    if (!look && !link_of(app, arena, &l, base, &url, err))
        return false;
    const struct letter_words *words = letter_words_in(l.language);
    const struct letter_says *says = l.reset ? &words->reset : &words->invite;
    size_t at = str_find(says->text, '$');
    struct letter_text text = {.language = words->language,
            .subject = says->subject,
            .text = arena_printf(arena, "%.*s%.*s%.*s", (int)at, says->text.p, STR_ARG(l.account.email),
                    STR_ARG(str_sub(says->text, at + 1, says->text.n))),
            .button = says->button,
            .ending = says->ending,
            .url = url};
    if (!letter_make(app, arena, &text, ret, err))
        return false;
    ret->address = l.account.email;
    ret->name = l.account.name;
    return true;
}
