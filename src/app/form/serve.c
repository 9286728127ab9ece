// The hosted form: the page, thanks, the confirmation link.
#include "app/form/serve.h"

#include "app/form/slice.h"
#include "app/setting/setting.h"
#include "app/tracker/enrich.h"

#include "app/user/principal.h"
#include <stdlib.h>

struct str serving_language(struct request *r)
{
    static const struct json DE = {.kind = JSON_OBJECT, .key = {"de", 2}},
                             FR = {.kind = JSON_OBJECT, .key = {"fr", 2}, .next = (struct json *)&DE},
                             ALL = {.kind = JSON_OBJECT, .child = (struct json *)&FR};
    struct form_def def = {.language = STR("en"), .translations = &ALL};
    struct pairs query = {0};
    pairs_of_query(r->arena, &query, r->query_string);
    return form_def_language(&def, pairs_get(&query, STR("lang")), request_header(r, "Accept-Language"));
}

bool serving_missing(struct request *r, const struct err *err)
{
    const struct words *words = words_in(serving_language(r));
    if (err->code != ERR_NOT_FOUND)
        return false;
    look_message(r, 404, words->language, words->missing_title, words->missing_page, false, STR_NONE);
    return true;
}

struct str serving_visitor(struct str id)
{
    if (!id.n || id.n > 100)
        return STR_NONE;
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    strchr("-_.:", c)) ||
                !c)
            return STR_NONE;
    }
    return id;
}

struct str serving_origin(struct request *r)
{
    struct str host = request_header(r, "Host"), set = setting_text(request_app(r), r->arena, "public_url");
    if (set.n)
        return set;
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    (c && strchr("-.:[]", c))))
            return STR("");
    }
    return arena_printf(r->arena, "%s://%.*s", r->secure ? "https" : "http", STR_ARG(host));
}

// The form's own list, else the setting's: nothing for all, "none", or hosts with blanks between them.
static struct str frames_of(struct request *r, const struct form_def *def)
{
    struct arena *arena = r->arena;
    struct buf out = {0};
    if (!def->n_frames) {
        struct str hosts = setting_text(request_app(r), arena, "form_frame_hosts");
        return !hosts.n                     ? STR("*")
               : str_eq(hosts, STR("none")) ? STR("'self'")
                                            : arena_printf(arena, "'self' %.*s", STR_ARG(hosts));
    }
    buf_put(&out, STR("'self'"));
    for (unsigned i = 0; i < def->n_frames; i++)
        buf_printf(&out, " %.*s", STR_ARG(def->frames[i]));
    struct str text = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

bool serving_open(struct request *r, struct str name, struct serving *ret, struct err *err)
{
    struct form_def def;
    struct str subject, who;
    int64_t time;
    *ret = (struct serving){.r = r};
    pairs_of_query(r->arena, &ret->query, r->query_string);
    if (!form_find(data_store(request_data(r)), r->arena, name, &ret->form, err))
        return false;
    if (!ret->form.published)
        return err_set(err, ERR_NOT_FOUND, "there is no such form");
    if (!form_def_of(r->arena, ret->form.definition, &def, err))
        return false;
    struct str language = form_def_language(
            &def, pairs_get(&ret->query, STR("lang")), request_header(r, "Accept-Language"));
    ret->def = form_def_translated(r->arena, &def, language);
    ret->def.country = setting_text(request_app(r), r->arena, "country");
    ret->words = words_in(ret->def.language);
    ret->framed = pairs_get(&ret->query, STR("embed")).n > 0;
    ret->frames = ret->framed ? frames_of(r, &ret->def) : STR_NONE;
    ret->visitor = serving_visitor(request_cookie(r, TRACKER_COOKIE));
    who = pairs_get(&ret->query, STR("who"));
    if (who.n && token_read(form_state_secret(request_app(r)), TOKEN_PERSON, who, &subject, &time) &&
            r->now - time < FORM_LINK_SECONDS)
        ret->person = subject;
    return serving_known(ret, err);
}

struct look serving_look(struct serving *s, struct str title)
{
    struct look look = {
            .language = s->def.language, .title = title, .framed = s->framed, .frames = s->frames};
    struct str to = s->def.redirect;
    if (to.n && to.p[0] != '/') {
        size_t end = 8;
        while (end < to.n && !strchr("/?#", to.p[end]))
            end++;
        look.form_targets = str_sub(to, 0, end);
    }
    return look;
}

struct str serving_token(struct serving *s, enum token_kind kind, int64_t seconds)
{
    struct request *r = s->r;
    struct str subject = arena_printf(r->arena, "%.*s:%lld", STR_ARG(s->form.id), (long long)s->form.version);
    return token_make(r->arena, form_state_secret(request_app(r)), kind, subject, r->now - seconds);
}

bool serving_version(struct serving *s, struct str token, struct err *err)
{
    struct request *r = s->r;
    struct str subject;
    struct form_def def;
    int64_t time;
    if (!token.n || !token_read(form_state_secret(request_app(r)), TOKEN_FORM, token, &subject, &time) ||
            !str_starts(subject, s->form.id) || subject.n <= s->form.id.n + 1)
        return true;
    int64_t version = strtoll(arena_str(r->arena, subject).p + s->form.id.n + 1, NULL, 10);
    if (version == s->form.version)
        return true;
    if (!form_at_version(
                data_store(request_data(r)), r->arena, s->form.id, version, &s->form.definition, err) ||
            !form_def_of(r->arena, s->form.definition, &def, err))
        return false;
    def.country = s->def.country;
    s->form.version = version;
    s->def = form_def_translated(r->arena, &def, s->def.language);
    return serving_known(s, err);
}

// As much work as will be asked for, or the page's own proof would not do.
static unsigned bits_of(struct serving *s)
{
    struct request *r = s->r;
    uint8_t address[16];
    int64_t n = 0;
    token_address(form_state_secret(request_app(r)), r->client, address);
    submission_count(data_store(request_data(r)), s->form.id,
            (struct str){(const char *)address, sizeof address}, r->now - FORM_RATE_SECONDS, &n, NULL);
    return n >= FORM_RATE_MORE ? FORM_BITS_MORE : FORM_BITS;
}

struct form_view serving_view(struct serving *s)
{
    struct request *r = s->r;
    struct str query = r->query_string;
    return (struct form_view){.form = &s->form,
            .def = &s->def,
            .words = s->words,
            .action = query.n ? arena_printf(r->arena, "/f/%.*s?%.*s", STR_ARG(s->form.slug), STR_ARG(query))
                              : arena_printf(r->arena, "/f/%.*s", STR_ARG(s->form.slug)),
            .start = arena_printf(r->arena, "/f/%.*s/start", STR_ARG(s->form.slug)),
            .token = serving_token(s, TOKEN_FORM, s->again ? FORM_FAST_SECONDS : 0),
            .query = &s->query,
            .known = s->known,
            .bits = bits_of(s)};
}

void serving_page(struct serving *s, const struct form_view *view, int status)
{
    bool wrong = view->problems && view->problems->n;
    struct str title =
            wrong ? arena_printf(s->r->arena, "%.*s: %.*s", STR_ARG(s->words->error), STR_ARG(s->def.title))
                  : s->def.title;
    struct look look = serving_look(s, title);
    look.script = arena_printf(s->r->arena, "%.*ssluiceForm(document.querySelector(\"form[data-bits]\"));\n",
            STR_ARG(form_js()));
    response_status(s->r, status);
    response_header(s->r, "Cache-Control", STR("no-store"));
    look_begin(s->r, &look);
    form_render(s->r->out, view);
    look_end(s->r, &look);
}

bool form_get(struct request *r, struct err *err)
{
    struct str name = request_param(r, "form");
    struct serving *s = ARENA_NEW(r->arena, struct serving);
    if (str_ends(name, STR(".js")))
        return form_script(r, str_sub(name, 0, name.n - 3), err);
    if (!serving_open(r, name, s, err))
        return serving_missing(r, err);
    struct form_view view = serving_view(s);
    struct str referrer = request_header(r, "Referer");
    if (s->framed)
        view.page = referrer;
    else
        view.referrer = referrer;
    if (!answer_machine(request_header(r, "User-Agent")) && str_eq(r->method, STR("GET")))
        form_count(request_app(r), s->form.id, false);
    serving_page(s, &view, 200);
    return true;
}

bool form_started(struct request *r, struct err *err)
{
    struct serving *s = ARENA_NEW(r->arena, struct serving);
    if (!serving_open(r, request_param(r, "form"), s, err))
        return false;
    form_count(request_app(r), s->form.id, true);
    response_header(r, "Access-Control-Allow-Origin", STR("*"));
    return true;
}

struct str serving_after(struct serving *s, struct str submission)
{
    if (s->def.redirect.n)
        return s->def.redirect;
    struct str token = token_make(
            s->r->arena, form_state_secret(request_app(s->r)), TOKEN_THANKS, submission, s->r->now);
    return arena_printf(s->r->arena, "/f/%.*s/thanks?t=%.*s&lang=%.*s%s", STR_ARG(s->form.slug),
            STR_ARG(token), STR_ARG(s->def.language), s->framed ? "&embed=1" : "");
}

// What people hear of a submission: one under suspicion is told what everybody is told, and gets no more.
static bool seems_pending(const struct form_def *def, struct str state)
{
    return str_eq(state, STR("pending")) ||
           (def->double_opt_in && (str_eq(state, STR("suspect")) || str_eq(state, STR("spam"))));
}

struct str serving_download(
        struct request *r, const struct form_def *def, struct str state, struct str submission)
{
    if (!def->download.n || seems_pending(def, state))
        return STR_NONE;
    struct str subject = arena_printf(r->arena, "%.*s:%.*s", STR_ARG(def->download), STR_ARG(submission));
    return arena_printf(r->arena, "/d/%.*s?t=%.*s", STR_ARG(def->download),
            STR_ARG(token_make(r->arena, form_state_secret(request_app(r)), TOKEN_ASSET, subject, r->now)));
}

static void put_thanks(struct serving *s, struct str title, struct str text, struct str download)
{
    struct look look = serving_look(s, title);
    response_header(s->r, "Cache-Control", STR("no-store"));
    look_begin(s->r, &look);
    html_put(s->r->out, "<h1>$</h1><p class=\"text\">$</p>", title, text);
    if (download.n)
        html_put(s->r->out, "<a class=\"button\" href=\"$\">$</a>", html_url(download), s->words->download);
    look_end(s->r, &look);
}

bool form_thanks(struct request *r, struct err *err)
{
    struct serving *s = ARENA_NEW(r->arena, struct serving);
    struct submission submission;
    struct str id;
    int64_t time;
    if (!serving_open(r, request_param(r, "form"), s, err))
        return serving_missing(r, err);
    const uint8_t *secret = form_state_secret(request_app(r));
    if (!token_read(secret, TOKEN_THANKS, pairs_get(&s->query, STR("t")), &id, &time) ||
            r->now - time > FORM_SHOWN_SECONDS ||
            !submission_find(data_store(request_data(r)), r->arena, id, &submission, NULL) ||
            !str_eq(submission.form, s->form.id)) {
        response_redirect(r, 303, arena_printf(r->arena, "/f/%.*s", STR_ARG(s->form.slug)));
        return true;
    }
    bool pending = seems_pending(&s->def, submission.state);
    struct str title = pending                 ? s->words->pending_title
                       : s->def.thanks_title.n ? s->def.thanks_title
                                               : s->words->thanks_title;
    struct str text = pending ? s->words->pending : s->def.thanks.n ? s->def.thanks : s->words->thanks;
    put_thanks(s, title, text, serving_download(r, &s->def, submission.state, id));
    return true;
}

// The submission of a confirmation link. false: the page that says that it is gone was written.
static bool confirm_open(struct request *r, struct serving *s, struct str *ret_id, struct err *err)
{
    int64_t time;
    struct str id;
    struct submission submission;
    bool ok = serving_open(r, request_param(r, "form"), s, err);
    ok = ok &&
         token_read(form_state_secret(request_app(r)), TOKEN_LINK, request_param(r, "token"), &id, &time) &&
         r->now - time <= FORM_LINK_SECONDS &&
         submission_find(data_store(request_data(r)), r->arena, id, &submission, err) &&
         str_eq(submission.form, s->form.id) &&
         !str_eq(submission.answers, STR("{}")); // else erased meanwhile
    if (ok) {
        *ret_id = id;
        return true;
    }
    const struct words *words = s->words ? s->words : words_in(serving_language(r));
    look_message(r, 410, words->language, words->gone_title, words->gone, false, STR_NONE);
    return false;
}

bool form_confirm_get(struct request *r, struct err *err)
{
    struct serving *s = ARENA_NEW(r->arena, struct serving);
    struct str id;
    if (!confirm_open(r, s, &id, err))
        return true;
    struct look look = serving_look(s, s->words->confirm_title);
    size_t at = str_find(s->words->confirm, '$');
    response_header(r, "Cache-Control", STR("no-store"));
    look_begin(r, &look);
    html_put(r->out,
            "<h1>$</h1><p class=\"text\">$$$</p><form method=\"post\"><button "
            "type=\"submit\">$</button></form>",
            s->words->confirm_title, str_sub(s->words->confirm, 0, at), s->def.title,
            str_sub(s->words->confirm, at + 1, s->words->confirm.n), s->words->confirm_button);
    look_end(r, &look);
    return true;
}

bool form_confirm_post(struct request *r, struct err *err)
{
    struct serving *s = ARENA_NEW(r->arena, struct serving);
    struct submission submission;
    struct str id;
    if (!confirm_open(r, s, &id, err))
        return true;
    if (!form_confirm(request_app(r), r->arena, id, &submission, err))
        return false;
    put_thanks(s, s->words->confirmed_title, s->def.thanks.n ? s->def.thanks : s->words->confirmed,
            serving_download(r, &s->def, submission.state, id));
    return true;
}
