// A form that was sent: by a browser, by the script in somebody's page, by a program.
#include "app/form/serve.h"

static bool has_word(struct str header, const char *word)
{
    struct str w = str_of(word);
    for (size_t i = 0; i + w.n <= header.n; i++)
        if (str_eq_nocase(str_sub(header, i, i + w.n), w))
            return true;
    return false;
}

bool form_preflight(struct request *r, struct err *err)
{
    (void)err;
    response_header(r, "Access-Control-Allow-Origin", STR("*"));
    response_header(r, "Access-Control-Allow-Methods", STR("POST"));
    response_header(r, "Access-Control-Allow-Headers", STR("Content-Type, Accept"));
    response_header(r, "Access-Control-Max-Age", STR("86400"));
    return true;
}

// "Bearer KEY", or a Basic user KEY.
bool serving_trusted(struct request *r)
{
    struct str header = request_header(r, "Authorization");
    return str_starts(header, STR("Bearer ")) &&
           key_may_capture(request_app(r), str_trim(str_sub(header, 7, header.n)));
}

static struct str bounded_url(struct str url)
{
    return url.n <= CONTEXT_URL_MAX ? url : STR_NONE;
}

// The parameters of the page that shows the form, where the form's own address does not have them: a form put
// into somebody's page is not asked for at that page's address.
static const struct pairs *with_page(struct arena *arena, const struct pairs *own, struct str url)
{
    size_t question = str_find(url, '?'), hash = str_find(url, '#');
    struct pairs *all = ARENA_NEW(arena, struct pairs), *page = ARENA_NEW(arena, struct pairs);
    *all = *own;
    if (question < hash)
        pairs_of_query(arena, page, str_sub(url, question + 1, hash));
    for (unsigned i = 0; i < page->n; i++)
        if (!pairs_get(own, page->list[i].name).n)
            pairs_add(all, page->list[i].name, page->list[i].value);
    return all;
}

static struct str first_of(struct str a, struct str b)
{
    return a.n ? a : b;
}

void serving_input(struct serving *s, const struct pairs *sent, struct submit_input *ret)
{
    struct request *r = s->r;
    struct submission_context *context = &ret->context;
    *ret = (struct submit_input){.form = &s->form,
            .def = &s->def,
            .words = s->words,
            .sent = sent,
            .known = s->known,
            .person = s->person,
            .client = r->client,
            .user_agent = request_header(r, "User-Agent"),
            .token = pairs_get(sent, STR("_token")),
            .proof = pairs_get(sent, STR("_proof")),
            .checked = pairs_get(sent, STR("_checked")),
            .trusted = serving_trusted(r)};
    ret->visitor = serving_visitor(first_of(pairs_get(sent, STR("_visitor")), s->visitor));
    context->language = s->def.language;
    context->page = bounded_url(first_of(pairs_get(sent, STR("_page")), request_header(r, "Referer")));
    context->referrer = bounded_url(pairs_get(sent, STR("_referrer")));
    ret->query = with_page(r->arena, &s->query, context->page);
    context_campaign(r->arena, context, ret->query);
}

// The language that the form was shown in goes before the browser's.
static void speak(struct serving *s, const struct pairs *sent, struct err *err)
{
    struct form_def def;
    struct str language = pairs_get(sent, STR("_language"));
    if (!language.n || str_eq(language, s->def.language) ||
            !form_def_of(s->r->arena, s->form.definition, &def, err))
        return;
    def.country = s->def.country;
    s->def = form_def_translated(s->r->arena, &def, form_def_language(&def, language, STR_NONE));
    s->words = words_in(s->def.language);
}

static bool read_body(struct request *r, struct pairs *sent, bool *ret_json, struct err *err)
{
    struct str type = request_header(r, "Content-Type");
    const struct form_field *fields;
    struct json *json;
    size_t n;
    *ret_json = has_word(type, "application/json");
    if (*ret_json) {
        if (!json_parse(r->arena, r->body, &json, err))
            return false;
        if (json->kind != JSON_OBJECT)
            return err_set(err, ERR_INPUT, "the body must be a JSON object");
        pairs_of_json(r->arena, sent, json);
        return true;
    }
    if (has_word(type, "application/x-www-form-urlencoded")) {
        pairs_of_query(r->arena, sent, r->body);
        return true;
    }
    if (!request_form(r, &fields, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!fields[i].file_name.p)
            pairs_add(sent, fields[i].name, fields[i].value);
    return true;
}

bool serving_json(struct serving *s, const struct submit_result *result)
{
    struct request *r = s->r;
    struct buf *out = r->out;
    bool pending =
            result->outcome == SUBMIT_PENDING || (result->outcome == SUBMIT_SUSPECT && s->def.double_opt_in);
    if (result->outcome == SUBMIT_INVALID) {
        for (unsigned i = 0; i < result->problems->n; i++)
            request_problem(r, 400, result->problems->list[i].field.p, "%.*s",
                    STR_ARG(result->problems->list[i].message));
        return false;
    }
    if (result->outcome == SUBMIT_LIMITED) {
        response_header(r, "Retry-After", STR("300"));
        return request_problem(r, 429, NULL, "%.*s", STR_ARG(s->words->limited));
    }
    if (result->outcome == SUBMIT_PROOF) {
        response_status(r, 428);
        buf_printf(out,
                "{\"title\":\"More proof of work is asked for\",\"status\":428,\"bits\":%u,\"token\":",
                result->bits);
        json_put_string(out, serving_token(s, TOKEN_FORM, FORM_FAST_SECONDS));
        buf_char(out, '}');
        return true;
    }
    struct str title =
            pending ? s->words->pending_title : first_of(s->def.thanks_title, s->words->thanks_title);
    struct str download =
            serving_download(r, &s->def, pending ? STR("pending") : STR("accepted"), result->id);
    buf_printf(out, "{\"state\":\"%s\",\"id\":\"%.*s\",\"title\":", pending ? "pending" : "accepted",
            STR_ARG(result->id));
    json_put_string(out, title);
    buf_put(out, STR(",\"text\":"));
    json_put_string(out, pending ? s->words->pending : first_of(s->def.thanks, s->words->thanks));
    buf_put(out, STR(",\"redirect\":"));
    if (s->def.redirect.n) {
        struct str own = s->def.redirect.p[0] == '/' ? serving_origin(r) : STR("");
        json_put_string(out, arena_printf(r->arena, "%.*s%.*s", STR_ARG(own), STR_ARG(s->def.redirect)));
    } else {
        buf_put(out, STR("null"));
    }
    buf_put(out, STR(",\"download\":"));
    if (download.n) {
        buf_put(out, STR("{\"url\":"));
        json_put_string(
                out, arena_printf(r->arena, "%.*s%.*s", STR_ARG(serving_origin(r)), STR_ARG(download)));
        buf_put(out, STR(",\"label\":"));
        json_put_string(out, s->words->download);
        buf_char(out, '}');
    } else {
        buf_put(out, STR("null"));
    }
    buf_char(out, '}');
    return true;
}

static void put_check(struct serving *s, struct form_view *view, const struct pairs *sent)
{
    struct request *r = s->r;
    struct look look = serving_look(s, s->words->check_title);
    struct str checked = serving_token(s, TOKEN_CHECK, 0);
    response_header(r, "Cache-Control", STR("no-store"));
    look_begin(r, &look);
    form_render_check(r->out, view, sent, checked);
    look_end(r, &look);
}

// Answers with a page.
static void put_page(struct serving *s, const struct submit_input *in, const struct submit_result *result)
{
    s->again = true;
    struct form_view view = serving_view(s);
    struct str message = s->words->limited;
    view.answers = &result->answers;
    view.page = in->context.page;
    view.referrer = in->context.referrer;
    view.visitor = in->visitor;
    switch (result->outcome) {
    case SUBMIT_INVALID:
        view.problems = result->problems;
        serving_page(s, &view, pairs_get(in->sent, STR("_change")).n ? 200 : 400);
        break;
    case SUBMIT_CHECK:
    case SUBMIT_PROOF:
        put_check(s, &view, in->sent);
        break;
    case SUBMIT_LIMITED:
        response_header(s->r, "Retry-After", STR("300"));
        problems_add(result->problems, STR("_token"), "%.*s", STR_ARG(message));
        view.problems = result->problems;
        serving_page(s, &view, 429);
        break;
    case SUBMIT_ACCEPTED:
    case SUBMIT_PENDING:
    case SUBMIT_SUSPECT:
        response_redirect(s->r, 303, serving_after(s, result->id));
        break;
    }
}

bool form_post(struct request *r, struct err *err)
{
    struct serving *s = ARENA_NEW(r->arena, struct serving);
    struct pairs *sent = ARENA_NEW(r->arena, struct pairs);
    struct submit_input *in = ARENA_NEW(r->arena, struct submit_input);
    struct submit_result result = {0};
    bool json, opened = serving_open(r, request_param(r, "form"), s, err);
    bool wants_json = has_word(request_header(r, "Accept"), "application/json");
    response_header(r, "Access-Control-Allow-Origin", STR("*"));
    if (!opened)
        return wants_json ? false : serving_missing(r, err);
    if (!read_body(r, sent, &json, err)) {
        if (!json && !wants_json)
            look_message(r, 400, s->words->language, s->words->error, s->words->failed, s->framed, s->frames);
        return !json && !wants_json;
    }
    if (!serving_version(s, pairs_get(sent, STR("_token")), err))
        return false;
    speak(s, sent, err);
    serving_input(s, sent, in);
    in->context.via = json ? VIA_JSON : wants_json ? VIA_SCRIPT : in->token.n ? VIA_PAGE : VIA_POST;
    in->browser = !json && !wants_json;
    if (in->browser && pairs_get(sent, STR("_change")).n) {
        result.outcome = SUBMIT_INVALID;
        answers_read(r->arena, in->def, in->words, sent, in->query, in->known, &result.answers,
                problems_new(r->arena));
        put_page(s, in, &result);
        return true;
    }
    if (!form_submit(request_app(r), request_data(r), r->arena, in, r->now, &result, err))
        return false;
    if (!in->browser)
        return serving_json(s, &result);
    put_page(s, in, &result);
    return true;
}
