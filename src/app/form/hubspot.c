// HubSpot's form submission, so that pages written for it need only another host:
// POST /submissions/v3/integration/submit/{portal}/{form} with {"fields":[{"name","value"}],"context":{…},
// "legalConsentOptions":{…}}. The portal is not looked at.
#include "app/form/serve.h"

// Their names of what we call otherwise.
static const struct {
    const char *theirs, *trait;
} NAMES[] = {{"firstname", "first_name"}, {"lastname", "last_name"}, {"jobtitle", "title"},
        {"mobilephone", "phone"}, {"numemployees", "employees"}, {"annualrevenue", "income"}};

// Our name for a field of theirs: the same, or that of the field with the trait. STR_NONE: there is none.
static struct str our_name(const struct form_def *def, struct str theirs)
{
    struct str trait = theirs;
    if (form_def_field(def, theirs))
        return theirs;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (str_eq(theirs, str_of(NAMES[i].theirs)))
            trait = str_of(NAMES[i].trait);
    if (form_def_field(def, trait))
        return trait;
    for (unsigned i = 0; i < def->n_fields; i++)
        if (def->fields[i].trait.n && str_eq(def->fields[i].trait, trait))
            return def->fields[i].name;
    return STR_NONE;
}

static bool read_fields(struct serving *s, struct pairs *sent, struct problems *problems)
{
    const struct json *fields = json_get(s->r->json, STR("fields"));
    for (const struct json *f = fields && fields->kind == JSON_ARRAY ? fields->child : NULL; f; f = f->next) {
        struct str theirs = json_get_str(f, STR("name")), name = our_name(&s->def, theirs);
        const struct json *value = json_get(f, STR("value"));
        if (!name.n)
            problems_add(problems, theirs, "the form has no such field");
        else if (value)
            pairs_add(sent, name,
                    value->kind == JSON_STRING   ? value->text
                    : value->kind == JSON_NUMBER ? number_typed(s->r->arena, value->text)
                    : value->kind == JSON_TRUE   ? STR("yes")
                                                 : STR(""));
    }
    return problems->n == 0;
}

// A consent of theirs is the one of ours with its words, or with its number as id, list or purpose.
static void agree(struct serving *s, struct pairs *sent, struct str text, struct str type)
{
    for (unsigned i = 0; i < s->def.n_consents; i++) {
        const struct form_consent *c = &s->def.consents[i];
        bool same = (text.n && str_eq(text, c->label)) ||
                    (type.n && (str_eq(type, c->id) || str_eq(type, c->list) || str_eq(type, c->purpose)));
        if (same)
            pairs_add(sent, c->id, STR("yes"));
    }
}

static bool is_true(const struct json *j)
{
    return j && j->kind == JSON_TRUE;
}

static void read_consents(struct serving *s, struct pairs *sent)
{
    const struct json *options = json_get(s->r->json, STR("legalConsentOptions")),
                      *consent = json_get(options, STR("consent")),
                      *all = json_get(consent, STR("communications"));
    if (is_true(json_get(consent, STR("consentToProcess"))))
        agree(s, sent, json_get_str(consent, STR("text")), STR("processing"));
    for (const struct json *c = all && all->kind == JSON_ARRAY ? all->child : NULL; c; c = c->next) {
        const struct json *type = json_get(c, STR("subscriptionTypeId"));
        if (is_true(json_get(c, STR("value"))))
            agree(s, sent, json_get_str(c, STR("text")),
                    type && (type->kind == JSON_NUMBER || type->kind == JSON_STRING) ? type->text : STR_NONE);
    }
}

// As they answer: {"status":"error","message","errors":[{"message","errorType"}]}.
static bool refuse(struct request *r, const struct problems *problems)
{
    response_status(r, 400);
    buf_put(r->out, STR("{\"status\":\"error\",\"message\":\"The request is not valid\",\"errors\":["));
    for (unsigned i = 0; i < problems->n; i++) {
        buf_put(r->out, i ? STR(",{\"message\":") : STR("{\"message\":"));
        json_put_string(
                r->out, arena_printf(r->arena, "Error in 'fields.%.*s'. %.*s",
                                STR_ARG(problems->list[i].field), STR_ARG(problems->list[i].message)));
        buf_put(r->out, STR(",\"errorType\":\"INVALID_VALUE\"}"));
    }
    buf_put(r->out, STR("]}"));
    return true;
}

static bool answer(struct serving *s, const struct submit_result *result)
{
    struct request *r = s->r;
    if (result->outcome == SUBMIT_INVALID)
        return refuse(r, result->problems);
    if (result->outcome == SUBMIT_LIMITED) {
        response_header(r, "Retry-After", STR("300"));
        return request_problem(r, 429, NULL, "too many submissions from this address");
    }
    if (s->def.redirect.n) {
        buf_put(r->out, STR("{\"redirectUri\":"));
        json_put_string(r->out, s->def.redirect);
    } else {
        buf_put(r->out, STR("{\"inlineMessage\":"));
        json_put_string(r->out, s->def.thanks.n ? s->def.thanks : s->words->thanks);
    }
    buf_char(r->out, '}');
    return true;
}

bool form_hubspot(struct request *r, struct err *err)
{
    struct serving *s = ARENA_NEW(r->arena, struct serving);
    struct pairs *sent = ARENA_NEW(r->arena, struct pairs);
    struct submit_input *in = ARENA_NEW(r->arena, struct submit_input);
    struct problems *problems = problems_new(r->arena);
    struct submit_result result;
    const struct json *context = json_get(r->json, STR("context"));
    response_header(r, "Access-Control-Allow-Origin", STR("*"));
    if (!serving_open(r, request_param(r, "form"), s, err))
        return false;
    if (!read_fields(s, sent, problems))
        return refuse(r, problems);
    read_consents(s, sent);
    if (json_get_str(context, STR("pageUri")).n)
        pairs_add(sent, STR("_page"), json_get_str(context, STR("pageUri")));
    if (json_get_str(context, STR("hutk")).n)
        pairs_add(sent, STR("_visitor"), json_get_str(context, STR("hutk")));
    serving_input(s, sent, in);
    in->context.via = VIA_HUBSPOT;
    in->context.title = json_get_str(context, STR("pageName"));
    if (in->context.title.n > CONTEXT_TEXT_MAX)
        in->context.title = STR_NONE;
    return form_submit(request_app(r), request_data(r), r->arena, in, r->now, &result, err) &&
           answer(s, &result);
}
