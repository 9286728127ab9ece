// What a submission says in the log.
#include "app/form/submission.h"

#include "base/datetime.h"

#include <math.h>

struct writer {
    struct arena *arena;
    const struct form *form;
    const struct form_def *def;
    const struct submission *s;
    const struct submission_context *context;
    int64_t time;
    struct buf out;
    struct messages *messages;
};

static void member(struct buf *out, const char *key, struct str value)
{
    if (!value.n)
        return;
    buf_printf(out, "%s\"%s\":", out->p[out->n - 1] == '{' ? "" : ",", key);
    json_put_string(out, value);
}

static void put_pairs(struct buf *out, const struct pair *list, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        buf_put(out, out->p[out->n - 1] == '{' ? STR("") : STR(","));
        json_put_string(out, list[i].name);
        buf_char(out, ':');
        json_put_string(out, list[i].value);
    }
}

// Begins a message; name: of a track event, or NULL. Ends within "properties":{ or "traits":{.
static void begin(struct writer *w, const char *name, struct str suffix)
{
    char time[DATETIME_SIZE];
    struct buf *out = &w->out;
    out->n = 0;
    buf_put(out, name ? STR("{\"type\":\"track\"") : STR("{\"type\":\"identify\""));
    if (name)
        member(out, "event", str_of(name));
    member(out, "messageId", arena_printf(w->arena, "%.*s:%.*s", STR_ARG(w->s->id), STR_ARG(suffix)));
    member(out, "timestamp", datetime_format(w->time, time));
    member(out, "userId", w->s->user_id);
    member(out, "anonymousId", w->s->visitor);
    const struct submission_context *c = w->context;
    buf_put(out, STR(",\"context\":{"));
    if (c->page.n || c->referrer.n) {
        buf_put(out, STR("\"page\":{"));
        member(out, "url", c->page);
        member(out, "referrer", c->referrer);
        member(out, "title", c->title);
        buf_char(out, '}');
    }
    member(out, "locale", c->language);
    if (c->n_campaign) {
        buf_put(out, out->p[out->n - 1] == '{' ? STR("\"campaign\":{") : STR(",\"campaign\":{"));
        put_pairs(out, c->campaign, c->n_campaign);
        buf_char(out, '}');
    }
    buf_put(out, name ? STR("},\"properties\":{") : STR("},\"traits\":{"));
}

static void end(struct writer *w)
{
    buf_put(&w->out, STR("}}"));
    w->messages->list[w->messages->n++] = arena_str(w->arena, buf_str(&w->out));
}

static void put_form(struct writer *w)
{
    member(&w->out, "form", w->form->slug);
    member(&w->out, "form_id", w->form->id);
    member(&w->out, "submission", w->s->id);
    buf_printf(&w->out, ",\"form_version\":%lld", (long long)w->s->version);
}

static void put_value(struct buf *out, const struct given *g)
{
    if (g->field->type == FIELD_NUMBER)
        buf_put(out, g->value);
    else if (g->field->type == FIELD_CHECKBOX)
        buf_put(out, g->value.n ? STR("true") : STR("false"));
    else
        json_put_string(out, g->value);
}

static void put_given(struct buf *out, struct str key, const struct given *g)
{
    buf_put(out, out->p[out->n - 1] == '{' ? STR("") : STR(","));
    json_put_string(out, key);
    buf_char(out, ':');
    put_value(out, g);
}

static bool said(const struct given *g)
{
    return g->value.n || (g->field->type == FIELD_CHECKBOX && g->typed.p);
}

static void put_traits(struct writer *w, const struct answers *answers)
{
    begin(w, NULL, STR("identify"));
    for (unsigned i = 0; i < answers->n; i++)
        if (answers->given[i].field->trait.n && said(&answers->given[i]))
            put_given(&w->out, answers->given[i].field->trait, &answers->given[i]);
    end(w);
}

static void put_submitted(struct writer *w, const struct answers *answers)
{
    begin(w, "form.submitted", STR("form"));
    put_form(w);
    member(&w->out, "name", w->form->name);
    member(&w->out, "via", via_word(w->context->via));
    put_pairs(&w->out, w->context->clicks, w->context->n_clicks);
    buf_put(&w->out, STR(",\"answers\":{"));
    for (unsigned i = 0; i < answers->n; i++)
        if (!answers->given[i].field->trait.n && said(&answers->given[i]))
            put_given(&w->out, answers->given[i].field->name, &answers->given[i]);
    buf_char(&w->out, '}');
    end(w);
}

// What an answer says about its fact; false: nothing.
static bool meaning(const struct given *g, int64_t now, struct arena *arena, struct fact_answer *ret)
{
    struct fact_answer m = {STR_NONE, STR_NONE};
    int64_t day;
    switch (g->field->type) {
    case FIELD_SELECT:
        if (g->option)
            m = g->option->means;
        break;
    case FIELD_CHECKBOX:
        m = g->value.n ? g->field->checked : g->field->unchecked;
        break;
    case FIELD_NUMBER:
        m.amount = g->value;
        break;
    case FIELD_DATE: // a time line: days from now
        if (datetime_parse(g->value, &day))
            m.amount = arena_printf(arena, "%lld", (long long)(day > now ? (day - now + 86399) / 86400 : 0));
        break;
    default:
        break;
    }
    *ret = m;
    return m.answer.n || m.amount.n;
}

static void put_facts(struct writer *w, const struct answers *answers)
{
    struct fact_answer m;
    for (unsigned i = 0; i < answers->n; i++) {
        const struct given *g = &answers->given[i];
        if (!g->field->fact.n || !(g->value.n || g->field->type == FIELD_CHECKBOX) ||
                !meaning(g, w->time, w->arena, &m))
            continue;
        begin(w, "fact.recorded", arena_printf(w->arena, "fact.%.*s", STR_ARG(g->field->name)));
        member(&w->out, "fact", g->field->fact);
        member(&w->out, "answer", m.answer);
        if (m.amount.n)
            buf_printf(&w->out, ",\"amount\":%.*s", STR_ARG(m.amount));
        member(&w->out, "by", STR("contact"));
        member(&w->out, "question", g->field->label);
        member(&w->out, "note", g->option ? g->option->label : g->value);
        put_form(w);
        end(w);
    }
}

static void put_consents(struct writer *w, const struct answers *answers)
{
    char time[DATETIME_SIZE];
    for (unsigned i = 0; i < w->def->n_consents; i++) {
        const struct form_consent *c = &w->def->consents[i];
        if (!answers->agreed[i])
            continue;
        begin(w, "consent.given", arena_printf(w->arena, "consent.%.*s", STR_ARG(c->id)));
        member(&w->out, "purpose", c->purpose);
        member(&w->out, "wording", c->label);
        member(&w->out, "version", c->version);
        member(&w->out, "language", w->def->language);
        member(&w->out, "how", w->def->double_opt_in ? STR("form, confirmed by link") : STR("form"));
        member(&w->out, "given_at", datetime_format(w->s->time, time));
        member(&w->out, "address", w->context->address);
        put_form(w);
        end(w);
        if (!c->list.n)
            continue;
        begin(w, "list.subscribed", arena_printf(w->arena, "list.%.*s", STR_ARG(c->id)));
        member(&w->out, "list", c->list);
        put_form(w);
        end(w);
    }
}

void submission_messages(struct arena *arena, const struct form *form, const struct form_def *def,
        const struct submission *s, const struct submission_context *context, const struct answers *answers,
        unsigned phase, int64_t time, struct messages *ret)
{
    struct writer w = {.arena = arena,
            .form = form,
            .def = def,
            .s = s,
            .context = context,
            .time = time,
            .messages = ret};
    ret->n = 0;
    if (phase & PHASE_SUBMIT) {
        if (s->user_id.n)
            put_traits(&w, answers);
        put_submitted(&w, answers);
        put_facts(&w, answers);
    }
    if (phase & PHASE_CONFIRM) {
        if (def->double_opt_in) {
            begin(&w, "optin.confirmed", STR("optin"));
            put_form(&w);
            end(&w);
        }
        put_consents(&w, answers);
    }
    buf_free(&w.out);
}
