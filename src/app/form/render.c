#include "app/form/render.h"

#include "app/form/submit.h"
#include "base/html.h"

struct str form_errors_title(struct arena *arena, const struct words *words, unsigned n)
{
    size_t at = str_find(words->more_errors, '$');
    return n == 1 ? words->one_error
                  : arena_printf(arena, "%.*s%u%.*s", (int)at, words->more_errors.p, n,
                            (int)(words->more_errors.n - at - 1), words->more_errors.p + at + 1);
}

static void put_number(struct buf *out, const char *format, unsigned n)
{
    buf_printf(out, format, n);
}

static void hidden(struct buf *out, struct str name, struct str value)
{
    html_put(out, "<input type=\"hidden\" name=\"$\" value=\"$\">", name, value);
}

// What browsers may fill in, by the trait that the answer becomes.
static struct str autocomplete_of(const struct question *q)
{
    static const struct {
        const char *trait, *token;
    } TOKENS[] = {{"email", "email"}, {"phone", "tel"}, {"first_name", "given-name"},
            {"last_name", "family-name"}, {"name", "name"}, {"company", "organization"},
            {"title", "organization-title"}, {"city", "address-level2"}, {"country", "country-name"},
            {"website", "url"}};
    for (size_t i = 0; i < sizeof TOKENS / sizeof *TOKENS; i++)
        if (str_eq(q->trait, str_of(TOKENS[i].trait)))
            return str_of(TOKENS[i].token);
    return STR("off");
}

struct one {
    struct buf *out;
    const struct form_view *view;
    const struct question *q;
    struct str id, typed, problem;
};

// Attributes that every kind of control has. The name of an id is a field's, so letters, digits, _.
static void put_attributes(const struct one *o)
{
    html_put(o->out, " id=\"f-$\" name=\"$\"", o->q->name, o->q->name);
    if (o->q->required)
        html_literal(o->out, " required");
    if (o->problem.n)
        html_literal(o->out, " aria-invalid=\"true\"");
    html_put(o->out, " aria-describedby=\"f-$-bad", o->q->name);
    if (o->q->help.n)
        html_put(o->out, " f-$-help", o->q->name);
    html_literal(o->out, "\"");
}

static void put_label(const struct one *o)
{
    html_put(o->out, "<label for=\"f-$\">$", o->q->name, o->q->label);
    // Of fields most are answered, of boxes few are ticked: the others are marked.
    bool box = o->q->type == FIELD_CHECKBOX;
    if (o->q->required == box)
        html_put(o->out, " <span class=\"opt\">($)</span>",
                box ? o->view->words->required : o->view->words->optional);
    html_literal(o->out, "</label>");
}

static void put_below(const struct one *o)
{
    if (o->problem.n)
        html_put(o->out, "<p class=\"bad\" id=\"f-$-bad\">$</p>", o->q->name, o->problem);
    else
        html_put(o->out, "<p class=\"bad\" id=\"f-$-bad\" hidden></p>", o->q->name);
    if (o->q->help.n)
        html_put(o->out, "<p class=\"help\" id=\"f-$-help\">$</p>", o->q->name, o->q->help);
}

static void put_select(const struct one *o)
{
    html_literal(o->out, "<select");
    put_attributes(o);
    html_put(o->out, "><option value=\"\">$</option>", o->view->words->pick);
    for (unsigned i = 0; i < o->q->n_options; i++) {
        html_put(o->out, "<option value=\"$\"", o->q->options[i].value);
        if (str_eq(o->typed, o->q->options[i].value))
            html_literal(o->out, " selected");
        html_put(o->out, ">$</option>", o->q->options[i].label);
    }
    html_literal(o->out, "</select>");
}

static void put_control(const struct one *o)
{
    static const char *const INPUTS[] = {[FIELD_TEXT] = "text",
            [FIELD_EMAIL] = "email",
            [FIELD_PHONE] = "tel",
            [FIELD_NUMBER] = "text",
            [FIELD_DATE] = "date"};
    if (o->q->type == FIELD_SELECT) {
        put_select(o);
    } else if (o->q->type == FIELD_TEXTAREA) {
        html_literal(o->out, "<textarea rows=\"5\"");
        put_attributes(o);
        html_put(o->out, ">\n$</textarea>", o->typed);
    } else {
        html_put(o->out, "<input type=\"$\"", str_of(INPUTS[o->q->type]));
        put_attributes(o);
        if (o->q->type == FIELD_NUMBER)
            html_literal(o->out, " inputmode=\"decimal\"");
        if (o->q->type == FIELD_EMAIL)
            html_literal(o->out, " spellcheck=\"false\"");
        html_put(o->out, " autocomplete=\"$\" value=\"$\">", autocomplete_of(o->q), o->typed);
    }
}

static void put_tick(const struct one *o)
{
    html_literal(o->out, "<div class=\"tick\"><input type=\"checkbox\" value=\"yes\"");
    put_attributes(o);
    if (o->typed.n)
        html_literal(o->out, " checked");
    html_literal(o->out, ">");
    put_label(o);
    put_below(o);
    html_literal(o->out, "</div>");
}

static void put_field(const struct one *o)
{
    if (o->q->type == FIELD_CHECKBOX) {
        put_tick(o);
        return;
    }
    html_literal(o->out, "<div class=\"field\">");
    put_label(o);
    put_control(o);
    put_below(o);
    html_literal(o->out, "</div>");
}

static void put_hidden_field(
        struct buf *out, const struct form_view *view, const struct question *q, struct str typed)
{
    struct str value = typed.n ? typed : q->query.n ? pairs_get(view->query, q->query) : STR_NONE;
    hidden(out, q->name, value); // (what it is without any is known where it is read)
}

static void put_fields(struct buf *out, const struct form_view *view)
{
    for (unsigned i = 0; i < view->def->n_fields; i++) {
        const struct question *q = &view->def->fields[i];
        struct str typed = view->answers ? view->answers->given[i].typed : STR_NONE;
        if (view->known && view->known[i])
            continue;
        if (q->type == FIELD_HIDDEN) {
            put_hidden_field(out, view, q, typed);
            continue;
        }
        struct one o = {out, view, q, q->name, typed, STR_NONE};
        if (view->problems)
            o.problem = problems_of(view->problems, q->name);
        put_field(&o);
    }
    for (unsigned i = 0; i < view->def->n_consents; i++) { // a box that asks for consent looks like any other
        const struct form_consent *c = &view->def->consents[i];
        struct question box = {
                .name = c->id, .type = FIELD_CHECKBOX, .label = c->label, .required = c->required};
        struct one o = {out, view, &box, c->id, STR_NONE, STR_NONE};
        if (view->answers && view->answers->agreed[i])
            o.typed = STR("yes");
        if (view->problems)
            o.problem = problems_of(view->problems, c->id);
        put_field(&o);
    }
}

static struct str label_of(const struct form_def *def, struct str name)
{
    const struct question *q = form_def_field(def, name);
    if (q)
        return q->label;
    for (unsigned i = 0; i < def->n_consents; i++)
        if (str_eq(def->consents[i].id, name))
            return def->consents[i].label;
    return name;
}

// Between a label and what is wrong: no colon behind a question mark.
static struct str behind(struct str label)
{
    return label.n && strchr(".?!:", label.p[label.n - 1]) ? STR(" ") : STR(": ");
}

// Takes the focus, so that a screen reader begins with what is wrong; without a script, too.
static void put_errors(struct buf *out, const struct form_view *view)
{
    const struct problems *p = view->problems;
    if (!p || !p->n) {
        html_literal(
                out, "<div class=\"errors\" role=\"alert\" tabindex=\"-1\" hidden><h2></h2><ul></ul></div>");
        return;
    }
    html_put(out, "<div class=\"errors\" role=\"alert\" tabindex=\"-1\" autofocus><h2>$</h2><ul>",
            form_errors_title(p->arena, view->words, p->n));
    for (unsigned i = 0; i < p->n; i++)
        html_put(out, "<li><a href=\"#f-$\">$$$</a></li>", p->list[i].field,
                label_of(view->def, p->list[i].field), behind(label_of(view->def, p->list[i].field)),
                p->list[i].message);
    html_literal(out, "</ul></div>");
}

static void put_hidden(struct buf *out, const struct form_view *view)
{
    hidden(out, STR("_token"), view->token);
    hidden(out, STR("_proof"), STR(""));
    hidden(out, STR("_language"), view->def->language);
    if (view->page.n)
        hidden(out, STR("_page"), view->page);
    if (view->referrer.n)
        hidden(out, STR("_referrer"), view->referrer);
    if (view->visitor.n)
        hidden(out, STR("_visitor"), view->visitor);
    if (view->person.n)
        hidden(out, STR("_who"), view->person);
}

static void put_trap(struct buf *out, const struct words *words)
{
    html_put(out,
            "<div class=\"trap\" aria-hidden=\"true\"><label for=\"f-" FORM_TRAP
            "\">$</label><input type=\"text\""
            " id=\"f-" FORM_TRAP "\" name=\"" FORM_TRAP "\" tabindex=\"-1\" autocomplete=\"off\"></div>",
            words->trap);
}

static void put_form_tag(struct buf *out, const struct form_view *view)
{
    html_put(out,
            "<form method=\"post\" action=\"$\" novalidate data-sluice-off data-form=\"$\" data-start=\"$\" "
            "data-busy=\"$\""
            " data-failed=\"$\"",
            html_url(view->action), view->form->slug, html_url(view->start), view->words->busy,
            view->words->failed);
    put_number(out, " data-bits=\"%u\">", view->bits ? view->bits : FORM_BITS);
}

void form_render(struct buf *out, const struct form_view *view)
{
    if (view->second)
        html_put(out, "<h2 class=\"title\">$</h2>", view->def->title);
    else
        html_put(out, "<h1>$</h1>", view->def->title);
    if (view->def->intro.n)
        html_put(out, "<p class=\"intro\">$</p>", view->def->intro);
    put_errors(out, view);
    put_form_tag(out, view);
    put_hidden(out, view);
    put_fields(out, view);
    put_trap(out, view->words);
    html_put(out, "<button type=\"submit\">$</button></form>",
            view->def->submit.n ? view->def->submit : view->words->send);
}

static struct str shown(const struct form_view *view, const struct given *g)
{
    if (g->field->type == FIELD_CHECKBOX)
        return g->value.n ? view->words->yes : view->words->no;
    return g->option ? g->option->label : g->value;
}

void form_render_check(
        struct buf *out, const struct form_view *view, const struct pairs *sent, struct str checked)
{
    html_put(out, "<h1>$</h1><p class=\"text\">$</p><dl class=\"answers\">", view->words->check_title,
            view->words->check);
    for (unsigned i = 0; i < view->answers->n; i++) {
        const struct given *g = &view->answers->given[i];
        if (g->field->type != FIELD_HIDDEN && (g->value.n || g->field->type == FIELD_CHECKBOX))
            html_put(out, "<dt>$</dt><dd>$</dd>", g->field->label, shown(view, g));
    }
    for (unsigned i = 0; i < view->def->n_consents; i++)
        html_put(out, "<dt>$</dt><dd>$</dd>", view->def->consents[i].label,
                view->answers->agreed[i] ? view->words->yes : view->words->no);
    html_literal(out, "</dl>");
    put_form_tag(out, view);
    put_hidden(out, view);
    for (unsigned i = 0; i < sent->n; i++)
        if (form_def_has(view->def, sent->list[i].name))
            hidden(out, sent->list[i].name, sent->list[i].value);
    hidden(out, STR("_checked"), checked);
    html_put(out,
            "<button type=\"submit\">$</button><button type=\"submit\" class=\"plain\" name=\"_change\""
            " value=\"yes\">$</button></form>",
            view->words->check_send, view->words->check_change);
}
