// One-time links: a plain page with a form, and the same as JSON.
#include "app/user/link.h"
#include "app/user/password.h"
#include "app/user/routes.h"
#include "app/user/session.h"
#include "app/user/setup.h"
#include "app/user/state.h"
#include "base/html.h"
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
    if (!find(r, w->store, &link, &account, err) || !link_remove(w, &link, err) ||
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
            !session_end_all(w, account.id, STR_NONE, err))
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

static void begin_page(struct request *r, const char *title)
{
    static const char STYLE[] =
            ":root{color-scheme:light "
            "dark;--g:#f6f6f4;--s:#fff;--l:#dad9d4;--c:#8f8e88;--t:#1b1b19;--m:#696862;"
            "--a:#0f6c65;--f:#0f6c65;--e:#b3261e}"
            "@media(prefers-color-scheme:dark){:root{--g:#111110;--s:#191918;--l:#393936;--c:#6b6a65;--t:#"
            "edece8;"
            "--m:#98978f;--a:#62c7bd;--f:#127a72;--e:#f2938b}}"
            "body{font:16px/24px Inter,system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:var(--t);"
            "background:var(--g);margin:0}"
            "main{box-sizing:border-box;max-width:440px;margin:48px auto;padding:32px;background:var(--s);"
            "border:1px solid var(--l);border-radius:10px}"
            "h1{font-size:24px;line-height:32px;font-weight:600;margin:0 0 8px}p{margin:8px 0}"
            "label{display:block;font-weight:500;margin:20px 0 4px}"
            "small{display:block;font-size:14px;line-height:20px;color:var(--m);margin-top:4px}"
            "input{box-sizing:border-box;width:100%;height:40px;font:inherit;padding:0 12px;"
            "border:1px solid var(--c);border-radius:6px;background:transparent;color:inherit}"
            "input[aria-invalid]{border-color:var(--e)}small.e{color:var(--e)}"
            "button{margin-top:24px;height:44px;font:inherit;font-weight:500;padding:0 20px;border:0;"
            "border-radius:6px;background:var(--f);color:#fff}"
            ":focus-visible{outline:2px solid var(--a);outline-offset:2px}"
            "@media(max-width:480px){main{margin:0;border:0;border-radius:0;padding:24px "
            "16px;min-height:100vh}}";
    response_type(r, "text/html; charset=utf-8");
    response_header(r, "Cache-Control", STR("no-store"));
    response_header(r, "Referrer-Policy", STR("same-origin"));
    response_header(r, "Content-Security-Policy",
            arena_printf(r->arena,
                    "default-src 'none'; style-src %s; form-action 'self'; frame-ancestors 'none'; "
                    "base-uri 'none'",
                    html_hash_source(r->arena, STR(STYLE)).p));
    r->out->n = 0;
    buf_printf(r->out,
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s – Sluice</title>"
            "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
            "<meta name=\"robots\" content=\"noindex\"><style>%s</style></head><body><main><h1>%s</h1>",
            title, STYLE, title);
}

static void end_page(struct request *r)
{
    buf_put(r->out, STR("</main></body></html>\n"));
}

static bool say_page(struct request *r, int status, const char *title, const char *text)
{
    response_status(r, status);
    begin_page(r, title);
    buf_printf(r->out, "<p>%s</p>", text);
    end_page(r);
    return true;
}

// What is wrong with one field of a form that came.
struct wrong {
    const char *field, *message;
};

static void put_field(struct buf *out, const char *name, const char *label, const char *type,
        const char *autocomplete, struct str value, const char *hint, const struct wrong *wrong)
{
    bool is_wrong = wrong && strcmp(wrong->field, name) == 0;
    buf_printf(out,
            "<label for=\"%s\">%s</label><input id=\"%s\" name=\"%s\" type=\"%s\" autocomplete=\"%s\" "
            "value=\"",
            name, label, name, name, type, autocomplete);
    html_text(out, value);
    buf_printf(out, "\"%s%s", strcmp(name, "name") == 0 ? "" : " required",
            is_wrong ? " aria-invalid=\"true\" autofocus" : "");
    if (is_wrong || hint)
        buf_printf(out, " aria-describedby=\"%s%s%s%s\"", is_wrong ? name : "", is_wrong ? "-error " : "",
                hint ? name : "", hint ? "-hint" : "");
    buf_char(out, '>');
    if (is_wrong) {
        buf_printf(out, "<small class=\"e\" id=\"%s-error\" role=\"alert\">", name);
        size_t begin = out->n;
        html_text(out, str_of(wrong->message));
        if (out->p[begin] >= 'a' && out->p[begin] <= 'z') // (errors begin small, for the terminal)
            out->p[begin] = (char)(out->p[begin] - ('a' - 'A'));
        buf_put(out, STR(".</small>"));
    }
    if (hint)
        buf_printf(out, "<small id=\"%s-hint\">%s</small>", name, hint);
}

// wrong: NULL before anything was sent.
static bool form_page(struct request *r, const struct link *link, const struct account *account,
        const struct choice *choice, const struct wrong *wrong)
{
    bool first = !link->account.n, reset = str_eq(link->kind, STR("reset"));
    if (wrong)
        response_status(r, 400);
    begin_page(r, first ? "Set up Sluice" : reset ? "New password" : "Welcome to Sluice");
    if (first) {
        buf_put(r->out, STR("<p>You become the owner: you may do everything, and invite others.</p>"));
    } else {
        buf_put(r->out, STR("<p>Choose a password for <b>"));
        html_text(r->out, account->email);
        buf_put(r->out, STR("</b>.</p>"));
    }
    buf_put(r->out, STR("<form method=\"post\" novalidate>"));
    if (first)
        put_field(r->out, "email", "Mail address", "email", "username", choice->email, NULL, wrong);
    if (!reset)
        put_field(r->out, "name", "Your name", "text", "name", choice->name, "As others here will see it.",
                wrong);
    put_field(r->out, "password", "Password", "password", "new-password", STR(""),
            "At least 10 letters. Several words make a good one.", wrong);
    put_field(r->out, "again", "Password once more", "password", "new-password", STR(""), NULL, wrong);
    buf_printf(r->out, "<button>%s</button></form>", first ? "Become the owner" : "Save the password");
    end_page(r);
    return true;
}

static const char GONE[] =
        "This link was used already, or is too old. Ask for a new one: somebody who may manage "
        "users makes it, or whoever runs the server with <code>sluice user reset</code>. "
        "Where nobody has an account yet, starting the server prints a new link.";

bool route_setup_page(struct request *r, struct err *err)
{
    struct link link;
    struct account account;
    if (!find(r, data_store(request_data(r)), &link, &account, err))
        return err->code == ERR_NOT_FOUND ? say_page(r, 404, "This link is used up", GONE) : false;
    struct choice choice = {STR(""), account.name, STR("")};
    return form_page(r, &link, &account, &choice, NULL);
}

static struct str form_text(struct request *r, const char *name)
{
    struct str value = request_form_value(r, name);
    return value.p ? value : STR("");
}

bool route_setup_form(struct request *r, struct err *err)
{
    struct link link;
    struct account account, now = {0};
    struct choice choice = {form_text(r, "email"), form_text(r, "name"), form_text(r, "password")};
    if (!find(r, data_store(request_data(r)), &link, &account, err))
        return err->code == ERR_NOT_FOUND ? say_page(r, 404, "This link is used up", GONE) : false;
    struct err why = {0};
    struct wrong wrong = {wrong_field(r, &link, &choice, &account, &why), why.message};
    if (!wrong.field && !str_eq(choice.password, form_text(r, "again")))
        wrong = (struct wrong){"again", "this is not the same password"};
    if (wrong.field)
        return form_page(r, &link, &account, &choice, &wrong);
    if (!use(r, &choice, &now, err))
        return err->code == ERR_NOT_FOUND ? say_page(r, 404, "This link is used up", GONE) : false;
    return say_page(r, 200, "Done",
            now.totp.n ? "Your password is changed. Log in with it and a code of your second factor."
                       : "Your password is set and you are logged in.");
}
