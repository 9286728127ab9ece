#include "app/form/definition.h"

#include "app/form/members.h"
#include "base/html.h"

#include <math.h>

static const char *const TYPES[] = {[FIELD_TEXT] = "text",
        [FIELD_EMAIL] = "email",
        [FIELD_PHONE] = "phone",
        [FIELD_SELECT] = "select",
        [FIELD_CHECKBOX] = "checkbox",
        [FIELD_TEXTAREA] = "textarea",
        [FIELD_NUMBER] = "number",
        [FIELD_DATE] = "date",
        [FIELD_HIDDEN] = "hidden",
        NULL};

struct str field_type_word(enum field_type type)
{
    return str_of(TYPES[type]);
}

bool form_name_fits(struct str name)
{
    if (!name.n || name.n > FORM_NAME_MAX || name.p[0] < 'a' || name.p[0] > 'z')
        return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return true;
}

bool form_label_fits(struct str name)
{
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.p[i] < 0x20)
            return false;
    return str_trim(name).n > 0;
}

bool form_slug_fits(struct str slug)
{
    if (!slug.n || slug.n > 60 || slug.p[0] == '-' || slug.p[slug.n - 1] == '-')
        return false;
    for (size_t i = 0; i < slug.n; i++) {
        char c = slug.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return true;
}

const struct question *form_def_field(const struct form_def *def, struct str name)
{
    for (unsigned i = 0; i < def->n_fields; i++)
        if (str_eq(def->fields[i].name, name))
            return &def->fields[i];
    return NULL;
}

bool form_def_has(const struct form_def *def, struct str name)
{
    bool found = form_def_field(def, name) != NULL;
    for (unsigned i = 0; i < def->n_consents && !found; i++)
        found = str_eq(def->consents[i].id, name);
    return found;
}

static const char *const ANSWERS[] = {"unknown", "yes", "no", NULL};

static struct fact_answer read_answer(const struct members *m, const char *answer, const char *amount)
{
    unsigned word = members_word(m, answer, ANSWERS);
    return (struct fact_answer){
            word ? str_of(ANSWERS[word]) : STR_NONE, amount ? members_number(m, amount) : STR_NONE};
}

static void read_options(const struct members *m, struct question *field)
{
    static const char *const KNOWN[] = {"value", "label", "answer", "amount", NULL};
    const struct json *item = members_list(m, "options", FORM_OPTIONS_MAX, &field->n_options);
    field->options = ARENA_ARRAY(m->arena, struct form_option, field->n_options);
    for (unsigned i = 0; i < field->n_options; i++, item = item->next) {
        struct members o = members_item(m, "options", i, item);
        struct form_option *option = &field->options[i];
        members_known(&o, KNOWN);
        option->value = members_text(&o, "value", 200, true);
        option->label = members_text(&o, "label", FORM_LABEL_MAX, false);
        option->means = read_answer(&o, "answer", "amount");
        if (!option->label.n)
            option->label = option->value;
        for (unsigned k = 0; k < i; k++)
            if (option->value.n && str_eq(field->options[k].value, option->value))
                members_problem(&o, "value", "is there twice");
    }
    if (field->type == FIELD_SELECT && !field->n_options)
        members_problem(m, "options", "is missing: a select needs them");
    if (field->type != FIELD_SELECT && field->n_options)
        members_problem(m, "options", "belongs to fields of type select");
}

static double bound(const struct members *m, const char *key, double otherwise)
{
    double value;
    return json_number(members_number(m, key), &value) ? value : otherwise;
}

static void read_meaning(const struct members *m, struct question *field)
{
    field->trait = members_text(m, "trait", FORM_NAME_MAX, false);
    field->fact = members_text(m, "fact", FORM_NAME_MAX, false);
    if (field->trait.n && !form_name_fits(field->trait))
        members_problem(m, "trait", "must be small letters, digits and _, a letter first");
    if (field->fact.n && !form_name_fits(field->fact))
        members_problem(m, "fact", "must be small letters, digits and _, a letter first");
    bool may = field->type == FIELD_SELECT || field->type == FIELD_CHECKBOX || field->type == FIELD_NUMBER ||
               field->type == FIELD_DATE;
    if (field->fact.n && !may)
        members_problem(m, "fact", "can only be answered by a select, checkbox, number or date");
    if (field->type == FIELD_EMAIL && !field->trait.n)
        field->trait = STR("email");
    if (field->type == FIELD_PHONE && !field->trait.n)
        field->trait = STR("phone");
    field->checked = read_answer(m, "checked", "amount");
    field->unchecked = read_answer(m, "unchecked", NULL);
    if (!field->checked.answer.n)
        field->checked.answer = STR("yes");
}

static unsigned default_max(enum field_type type)
{
    return type == FIELD_TEXTAREA ? 5000 : type == FIELD_EMAIL ? 254 : 200;
}

static void read_field(const struct members *m, const struct form_def *def, struct question *field)
{
    static const char *const KNOWN[] = {"name", "type", "label", "help", "required", "trait", "fact",
            "options", "checked", "unchecked", "amount", "max", "min_value", "max_value", "value", "query",
            "once", NULL};
    members_known(m, KNOWN);
    field->name = members_text(m, "name", FORM_NAME_MAX, true);
    if (field->name.n && !form_name_fits(field->name))
        members_problem(m, "name", "must be small letters, digits and _, a letter first");
    if (str_eq(field->name, STR("homepage")))
        members_problem(m, "name", "is the name of the field that only machines fill in: take another");
    if (field->name.n && form_def_field(def, field->name) != NULL)
        members_problem(m, "name", "is there twice");
    field->type = (enum field_type)members_word(m, "type", TYPES);
    field->label = members_text(m, "label", FORM_LABEL_MAX, field->type != FIELD_HIDDEN);
    field->help = members_text(m, "help", FORM_LABEL_MAX, false);
    field->required = members_flag(m, "required");
    field->once = members_flag(m, "once");
    field->value = members_text(m, "value", 200, false);
    field->query = members_text(m, "query", FORM_NAME_MAX, false);
    if (field->type != FIELD_HIDDEN && (field->value.n || field->query.n))
        members_problem(m, "value", "belongs to hidden fields: what people fill in begins empty");
    read_options(m, field);
    read_meaning(m, field);
    double max = bound(m, "max", default_max(field->type));
    if (!(max >= 1 && max <= FORM_VALUE_MAX)) {
        members_problem(m, "max", "must be from 1 to 10000");
        max = 1;
    }
    field->max = (unsigned)max;
    field->least = bound(m, "min_value", -INFINITY);
    field->most = bound(m, "max_value", INFINITY);
    if (field->least > field->most)
        members_problem(m, "max_value", "is less than min_value");
}

static void read_consents(const struct members *m, struct form_def *def)
{
    static const char *const KNOWN[] = {"id", "purpose", "label", "version", "list", "required", NULL};
    unsigned n;
    const struct json *item = members_list(m, "consents", FORM_CONSENTS_MAX, &n);
    def->consents = ARENA_ARRAY(m->arena, struct form_consent, n);
    for (unsigned i = 0; i < n; i++, item = item->next) {
        struct members c = members_item(m, "consents", i, item);
        struct form_consent *consent = &def->consents[i];
        members_known(&c, KNOWN);
        consent->id = members_text(&c, "id", FORM_NAME_MAX, true);
        consent->purpose = members_text(&c, "purpose", 100, true);
        consent->label = members_text(&c, "label", FORM_TEXT_MAX, true);
        consent->version = members_text(&c, "version", 100, true);
        consent->list = members_text(&c, "list", 100, false);
        consent->required = members_flag(&c, "required");
        if (consent->id.n && !form_name_fits(consent->id))
            members_problem(&c, "id", "must be small letters, digits and _, a letter first");
        if (consent->id.n && form_def_has(def, consent->id))
            members_problem(&c, "id", "is there twice: fields and consents share their names");
        def->n_consents = i + 1;
    }
}

static void read_after(const struct members *m, struct form_def *def)
{
    static const char *const KNOWN[] = {"title", "text", "redirect", "download", NULL};
    struct members after = members_inside(m, "after");
    members_known(&after, KNOWN);
    def->thanks_title = members_text(&after, "title", FORM_LABEL_MAX, false);
    def->thanks = members_text(&after, "text", FORM_TEXT_MAX, false);
    def->redirect = members_text(&after, "redirect", 2000, false);
    def->download = members_text(&after, "download", 40, false);
    if (def->redirect.n && !html_target(def->redirect))
        members_problem(
                &after, "redirect", "must be a whole https address, or a path of this server: /p/thanks");
    if (def->redirect.n && def->download.n)
        members_problem(&after, "download", "is offered on our own thank-you page: leave redirect out");
}

// "https://www.example.com", with a port if need be; no path.
static bool origin_fits(struct str origin)
{
    struct str scheme = STR("https://");
    if (str_starts(origin, STR("http://localhost")))
        scheme = STR("http://");
    else if (!html_target(origin))
        return false;
    struct str rest = str_starts(origin, scheme) ? str_sub(origin, scheme.n, origin.n) : STR_NONE;
    for (size_t i = 0; i < rest.n; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:", rest.p[i]))
            return false;
    return rest.n > 0;
}

static void read_embed(const struct members *m, struct form_def *def)
{
    static const char *const KNOWN[] = {"frames", NULL};
    struct members embed = members_inside(m, "embed");
    members_known(&embed, KNOWN);
    const struct json *item = members_list(&embed, "frames", 50, &def->n_frames);
    def->frames = ARENA_ARRAY(m->arena, struct str, def->n_frames);
    for (unsigned i = 0; i < def->n_frames; i++, item = item->next) {
        struct str origin = item->kind == JSON_STRING ? item->text : STR_NONE;
        if (!str_eq(origin, STR("*")) && !origin_fits(origin))
            problems_add(m->problems, arena_printf(m->arena, "%.*sframes[%u]", STR_ARG(embed.path), i),
                    "must be an origin such as https://www.example.com, or *");
        def->frames[i] = origin;
    }
}

static void read_spam(const struct members *m, struct form_def *def)
{
    static const char *const KNOWN[] = {"disposable", NULL};
    static const char *const WORDS[] = {[DISPOSABLE_DEFAULT] = "default",
            [DISPOSABLE_SUSPECT] = "suspect",
            [DISPOSABLE_ALLOW] = "allow",
            [DISPOSABLE_REFUSE] = "refuse",
            NULL};
    struct members spam = members_inside(m, "spam");
    members_known(&spam, KNOWN);
    def->disposable = (enum disposable)members_word(&spam, "disposable", WORDS);
}

static bool language_fits(struct str language)
{
    if (language.n < 2 || language.n > 12)
        return false;
    for (size_t i = 0; i < language.n; i++)
        if (!((language.p[i] >= 'a' && language.p[i] <= 'z') || (i >= 2 && language.p[i] == '-')))
            return false;
    return true;
}

static void check_translated(const struct members *m, const char *key, const struct form_def *def)
{
    static const char *const FIELD[] = {"label", "help", "options", NULL}, *const CONSENT[] = {"label", NULL};
    bool fields = strcmp(key, "fields") == 0;
    struct members all = members_inside(m, key);
    for (const struct json *j = all.object ? all.object->child : NULL; j; j = j->next) {
        struct members one = members_inside(&all, arena_str(m->arena, j->key).p);
        bool known = fields && form_def_field(def, j->key);
        for (unsigned i = 0; !fields && i < def->n_consents && !known; i++)
            known = str_eq(def->consents[i].id, j->key);
        if (!known)
            problems_add(m->problems, members_path(&all, arena_str(m->arena, j->key).p),
                    "the form has nothing of that name");
        members_known(&one, fields ? FIELD : CONSENT);
        members_text(&one, "label", fields ? FORM_LABEL_MAX : FORM_TEXT_MAX, false);
        if (!fields)
            continue;
        members_text(&one, "help", FORM_LABEL_MAX, false);
        struct members options = members_inside(&one, "options");
        for (const struct json *o = options.object ? options.object->child : NULL; o; o = o->next)
            members_text(&options, arena_str(m->arena, o->key).p, FORM_LABEL_MAX, true);
    }
}

static void check_translations(const struct members *m, struct form_def *def)
{
    static const char *const KNOWN[] = {"title", "intro", "submit", "after", "fields", "consents", NULL},
                             *const AFTER[] = {"title", "text", NULL};
    struct members all = members_inside(m, "translations");
    unsigned n = 0;
    def->translations = all.object;
    for (const struct json *j = all.object ? all.object->child : NULL; j; j = j->next) {
        struct str key = arena_str(m->arena, j->key);
        struct members one = members_inside(&all, key.p);
        if (!language_fits(key) || ++n > FORM_LANGUAGES_MAX) {
            problems_add(
                    m->problems, members_path(&all, key.p), "is no language such as de, or one too many");
            continue;
        }
        members_known(&one, KNOWN);
        members_text(&one, "title", FORM_LABEL_MAX, false);
        members_text(&one, "intro", FORM_TEXT_MAX, false);
        members_text(&one, "submit", 100, false);
        struct members after = members_inside(&one, "after");
        members_known(&after, AFTER);
        members_text(&after, "title", FORM_LABEL_MAX, false);
        members_text(&after, "text", FORM_TEXT_MAX, false);
        check_translated(&one, "fields", def);
        check_translated(&one, "consents", def);
    }
}

static void read_fields(const struct members *m, struct form_def *def)
{
    unsigned n;
    const struct json *item = members_list(m, "fields", FORM_FIELDS_MAX, &n);
    if (!n)
        members_problem(m, "fields", "is missing: a form asks something");
    def->fields = ARENA_ARRAY(m->arena, struct question, n);
    for (unsigned i = 0; i < n; i++, item = item->next) {
        struct members f = members_item(m, "fields", i, item);
        read_field(&f, def, &def->fields[i]);
        def->n_fields = i + 1;
    }
}

bool form_def_read(
        struct arena *arena, const struct json *json, struct form_def *ret, struct problems *problems)
{
    static const char *const KNOWN[] = {"language", "title", "intro", "submit", "fields", "consents", "after",
            "double_opt_in", "mailbox", "spam", "embed", "translations", NULL};
    struct form_def def = {0};
    struct members m = members_of(arena, problems, json);
    unsigned before = problems->n;
    members_known(&m, KNOWN);
    def.language = members_text(&m, "language", 12, false);
    if (!def.language.n)
        def.language = STR("en");
    if (!language_fits(def.language))
        members_problem(&m, "language", "must be a language such as en or pt-br");
    def.title = members_text(&m, "title", FORM_LABEL_MAX, true);
    def.intro = members_text(&m, "intro", FORM_TEXT_MAX, false);
    def.submit = members_text(&m, "submit", 100, false);
    def.double_opt_in = members_flag(&m, "double_opt_in");
    def.mailbox = members_text(&m, "mailbox", FORM_NAME_MAX, false);
    read_fields(&m, &def);
    read_consents(&m, &def);
    read_after(&m, &def);
    read_embed(&m, &def);
    read_spam(&m, &def);
    check_translations(&m, &def);
    bool mail = false;
    for (unsigned i = 0; i < def.n_fields; i++)
        mail = mail || def.fields[i].type == FIELD_EMAIL;
    if (def.double_opt_in && !mail)
        members_problem(&m, "double_opt_in", "needs a field of type email");
    if (problems->n != before)
        return false;
    *ret = def;
    return true;
}
