// GET /p/PAGE and GET /d/ASSET.
#include "app/page/serve.h"

#include "app/setting/setting.h"
#include "app/tracker/enrich.h"
#include "base/datetime.h"

static struct str tracker_script(struct request *r, const struct page_def *def)
{
    struct buf out = {0};
    const struct app *app = request_app(r);
    if (!def->write_key.n || !setting_flag(app, "own_pages_tracked"))
        return STR_NONE;
    // What it keeps and asks for is in the script itself, as the settings say.
    html_put(&out, "<script src=\"/s.js\" data-key=\"$\" async></script>", def->write_key);
    struct str text = arena_str(r->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static void open_form(struct request *r, const struct page_def *def, struct page_form *form)
{
    struct serving *s = ARENA_NEW(r->arena, struct serving);
    for (unsigned i = 0; i < def->n_blocks; i++)
        if (def->blocks[i].type == BLOCK_FORM && serving_open(r, def->blocks[i].form, s, NULL)) {
            s->framed = false;
            form->s = s;
        }
}

static bool find_page(struct request *r, struct page_def *def, struct err *err)
{
    struct page page;
    struct json *json;
    struct problems *problems = problems_new(r->arena);
    if (!page_find(data_store(request_data(r)), r->arena, request_param(r, "page"), &page, err))
        return false;
    if (!page.published)
        return err_set(err, ERR_NOT_FOUND, "there is no such page");
    return json_parse(r->arena, page.definition, &json, err) &&
           (page_def_read(r->arena, json, def, problems) ||
                   err_set(err, ERR_CORRUPT, "a stored page cannot be read"));
}

struct serving *page_show(struct request *r, const struct page_def *def, bool draft)
{
    struct page_form form = {0};
    open_form(r, def, &form);
    struct look look = {.wide = true};
    if (form.s) {
        look = serving_look(form.s, def->title);
        look.wide = true;
        look.frames = STR_NONE;
        look.script = draft ? STR_NONE
                            : arena_printf(r->arena,
                                      "%.*ssluiceForm(document.querySelector(\"form[data-bits]\"));\n",
                                      STR_ARG(form_js()));
    }
    look.language = def->language;
    look.title = def->title;
    look.description = def->description;
    look.listed = def->listed;
    look.style = page_css();
    look.tracker = draft ? STR_NONE : tracker_script(r, def);
    look_begin(r, &look);
    page_render(r, def, &form, r->out);
    look_end(r, &look);
    return form.s;
}

bool page_get(struct request *r, struct err *err)
{
    struct page_def def;
    if (!find_page(r, &def, err))
        return serving_missing(r, err);
    struct serving *s = page_show(r, &def, false);
    // The form's token is this visitor's.
    response_header(r, "Cache-Control", s ? STR("no-store") : STR("public, max-age=60"));
    if (s && !answer_machine(request_header(r, "User-Agent")) && str_eq(r->method, STR("GET")))
        form_count(request_app(r), s->form.id, false);
    return true;
}

// Who downloads: the person of the submission that gave the link, else the browser.
static bool find_person(
        struct request *r, struct str submission, struct str *ret_user, struct str *ret_visitor)
{
    struct submission s = {0};
    if (submission.n)
        submission_find(data_store(request_data(r)), r->arena, submission, &s, NULL);
    *ret_user = s.user_id;
    *ret_visitor =
            s.user_id.n || s.visitor.n ? s.visitor : serving_visitor(request_cookie(r, TRACKER_COOKIE));
    return ret_user->n || ret_visitor->n;
}

static void member(struct buf *out, const char *key, struct str value)
{
    if (!value.n)
        return;
    buf_printf(out, "%s\"%s\":", out->p[out->n - 1] == '{' ? "" : ",", key);
    json_put_string(out, value);
}

// One event an hour and link, however often a browser asks for parts of the file.
static bool record(struct request *r, const struct asset *asset, struct str submission, struct err *err)
{
    struct str user, visitor;
    struct buf out = {0};
    struct writing *w;
    char time[DATETIME_SIZE];
    if (!find_person(r, submission, &user, &visitor))
        return true;
    buf_put(&out, STR("{\"type\":\"track\",\"event\":\"asset.downloaded\""));
    member(&out, "messageId",
            arena_printf(r->arena, "download:%.*s:%.*s:%lld", STR_ARG(asset->id),
                    STR_ARG(user.n ? user : visitor), (long long)(r->now / 3600)));
    member(&out, "timestamp", datetime_format(r->now, time));
    member(&out, "userId", user);
    member(&out, "anonymousId", visitor);
    buf_put(&out, STR(",\"properties\":{"));
    member(&out, "asset", asset->name);
    member(&out, "asset_id", asset->id);
    member(&out, "submission", submission);
    if (answer_machine(request_header(r, "User-Agent")))
        buf_put(&out, STR(",\"machine\":true"));
    buf_put(&out, STR("}}"));
    bool ok = writing_begin(request_app(r), &w, err);
    if (ok && writing_append(w, buf_str(&out), NULL, err)) {
        ok = writing_commit(w, err);
    } else if (ok) {
        writing_abort(w);
        ok = false;
    }
    buf_free(&out);
    return ok;
}

// attachment; filename="plain"; filename*=UTF-8''percent-encoded (RFC 6266).
static struct str disposition(struct arena *arena, struct str name)
{
    struct buf out = {0};
    buf_put(&out, STR("attachment; filename=\""));
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool plain = c > 0x20 && c < 0x7F && !strchr("\"\\%/:;*?<>|'", c);
        buf_char(&out, plain ? c : '_');
    }
    buf_put(&out, STR("\"; filename*=UTF-8''"));
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || strchr("-._~", c))
            buf_char(&out, (char)c);
        else
            buf_printf(&out, "%%%02X", c);
    }
    struct str text = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

bool asset_get(struct request *r, struct err *err)
{
    struct asset asset;
    struct pairs *query = ARENA_NEW(r->arena, struct pairs);
    struct str subject, submission = STR_NONE;
    int64_t time;
    if (!asset_find(data_store(request_data(r)), r->arena, request_param(r, "asset"), &asset, err))
        return serving_missing(r, err);
    pairs_of_query(r->arena, query, r->query_string);
    bool opened = token_read(form_state_secret(request_app(r)), TOKEN_ASSET, pairs_get(query, STR("t")),
                          &subject, &time) &&
                  r->now - time <= 7 * 86400 && str_starts(subject, asset.id) && subject.n > asset.id.n &&
                  subject.p[asset.id.n] == ':';
    if (opened)
        submission = str_sub(subject, asset.id.n + 1, subject.n);
    if (asset.gated && !opened) {
        const struct words *words = words_in(serving_language(r));
        look_message(r, 403, words->language, words->gone_title, words->gone, false, STR_NONE);
        return true;
    }
    if (!asset_read(app_folder(request_app(r)), asset.id, r->out, err))
        return false;
    if (str_eq(r->method, STR("GET")) && !record(r, &asset, submission, err))
        return false;
    response_type(r, asset.type.p);
    response_header(r, "Content-Disposition", disposition(r->arena, asset.name));
    response_header(r, "X-Content-Type-Options", STR("nosniff"));
    response_header(r, "Content-Security-Policy", STR("default-src 'none'; sandbox"));
    response_header(r, "Cache-Control", asset.gated ? STR("private, no-store") : STR("public, max-age=3600"));
    return true;
}
