// Forms in the visitor's language.
#include "app/form/definition.h"

#include <stdlib.h>

static struct str either(const struct json *j, const char *key, struct str otherwise)
{
    struct str text = json_get_str(j, str_of(key));
    return text.n ? text : otherwise;
}

static void translate_field(struct arena *arena, struct question *field, const struct json *words)
{
    field->label = either(words, "label", field->label);
    field->help = either(words, "help", field->help);
    const struct json *options = json_get(words, STR("options"));
    struct form_option *copy = ARENA_ARRAY(arena, struct form_option, field->n_options);
    for (unsigned i = 0; i < field->n_options; i++) {
        copy[i] = field->options[i];
        struct str label = json_get_str(options, copy[i].value);
        if (label.n)
            copy[i].label = label;
    }
    field->options = copy;
}

struct form_def form_def_translated(struct arena *arena, const struct form_def *def, struct str language)
{
    struct form_def t = *def;
    const struct json *words = json_get(def->translations, language);
    if (!words || str_eq(language, def->language))
        return t;
    t.language = language;
    t.title = either(words, "title", t.title);
    t.intro = either(words, "intro", t.intro);
    t.submit = either(words, "submit", STR_NONE);
    const struct json *after = json_get(words, STR("after"));
    t.thanks_title = either(after, "title", t.thanks_title);
    t.thanks = either(after, "text", t.thanks);
    const struct json *fields = json_get(words, STR("fields")), *consents = json_get(words, STR("consents"));
    t.fields = ARENA_ARRAY(arena, struct question, t.n_fields);
    for (unsigned i = 0; i < t.n_fields; i++) {
        t.fields[i] = def->fields[i];
        translate_field(arena, &t.fields[i], json_get(fields, t.fields[i].name));
    }
    t.consents = ARENA_ARRAY(arena, struct form_consent, t.n_consents);
    for (unsigned i = 0; i < t.n_consents; i++) {
        t.consents[i] = def->consents[i];
        t.consents[i].label = either(json_get(consents, t.consents[i].id), "label", t.consents[i].label);
    }
    return t;
}

// The form's own word for a language that was asked for: the same, or the same up to the first hyphen.
static struct str spoken(const struct form_def *def, struct str asked)
{
    struct str main = str_sub(asked, 0, str_find(asked, '-')), found = STR_NONE;
    if (!asked.n)
        return STR_NONE;
    if (str_eq_nocase(def->language, asked))
        return def->language;
    for (const struct json *j = def->translations ? def->translations->child : NULL; j; j = j->next) {
        if (str_eq_nocase(j->key, asked))
            return j->key;
        if (str_eq_nocase(str_sub(j->key, 0, str_find(j->key, '-')), main))
            found = j->key;
    }
    if (str_eq_nocase(str_sub(def->language, 0, str_find(def->language, '-')), main))
        found = def->language;
    return found;
}

static unsigned weight_of(struct str parameters)
{
    size_t at = 0;
    while (at < parameters.n && parameters.p[at] != '=')
        at++;
    if (at == parameters.n)
        return 1000;
    struct str q = str_trim(str_sub(parameters, at + 1, parameters.n));
    unsigned weight = q.n && q.p[0] == '1' ? 1000 : 0, unit = 100;
    for (size_t i = 2; i < q.n && i < 5 && weight < 1000; i++, unit /= 10)
        if (q.p[i] >= '0' && q.p[i] <= '9')
            weight += (unsigned)(q.p[i] - '0') * unit;
    return weight;
}

struct str form_def_language(const struct form_def *def, struct str wanted, struct str accepted)
{
    struct str best = spoken(def, wanted);
    unsigned best_weight = 0;
    if (best.n)
        return best;
    for (size_t from = 0; from < accepted.n && from < 1000;) {
        struct str rest = str_sub(accepted, from, accepted.n), part = str_sub(rest, 0, str_find(rest, ','));
        size_t semicolon = str_find(part, ';');
        struct str found = spoken(def, str_trim(str_sub(part, 0, semicolon)));
        unsigned weight = weight_of(str_sub(part, semicolon, part.n));
        if (found.n && weight > best_weight) {
            best = found;
            best_weight = weight;
        }
        from += part.n + 1;
    }
    return best.n ? best : def->language;
}
