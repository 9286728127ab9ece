#include "app/form/answers.h"

#include "app/form/members.h"
#include "base/datetime.h"
#include "base/utf8.h"

#include <math.h>
#include <sodium.h>

void pairs_add(struct pairs *pairs, struct str name, struct str value)
{
    if (pairs->n < FORM_PAIRS_MAX && name.n && name.n <= 100)
        pairs->list[pairs->n++] = (struct pair){name, value};
}

void pairs_of_query(struct arena *arena, struct pairs *pairs, struct str query)
{
    while (query.n && pairs->n < FORM_PAIRS_MAX) {
        size_t end = str_find(query, '&');
        struct str one = str_sub(query, 0, end);
        size_t equals = str_find(one, '=');
        pairs_add(pairs, uri_text(arena, str_sub(one, 0, equals), true),
                equals < one.n ? uri_text(arena, str_sub(one, equals + 1, one.n), true) : STR(""));
        query = str_sub(query, end < query.n ? end + 1 : end, query.n);
    }
}

struct str pairs_get(const struct pairs *pairs, struct str name)
{
    for (unsigned i = pairs ? pairs->n : 0; i; i--)
        if (str_eq(pairs->list[i - 1].name, name))
            return pairs->list[i - 1].value.p ? pairs->list[i - 1].value : STR("");
    return STR_NONE;
}

// "10,000", "1.250.000": with three digits behind it, a sign is far more often one of thousands than a point.
static bool grouped(struct str text)
{
    size_t i = text.n && (text.p[0] == '+' || text.p[0] == '-'), n = 0;
    while (i + n < text.n && text.p[i + n] >= (n ? '0' : '1') && text.p[i + n] <= '9')
        n++;
    if (!n || n > 3 || i + n == text.n)
        return false;
    char sign = text.p[i + n];
    if (sign != '.' && sign != ',')
        return false;
    for (i += n; i < text.n; i += 4) {
        if (text.n - i < 4 || text.p[i] != sign)
            return false;
        for (size_t k = 1; k < 4; k++)
            if (text.p[i + k] < '0' || text.p[i + k] > '9')
                return false;
    }
    return true;
}

struct str number_typed(struct arena *arena, struct str number)
{
    return grouped(number) ? arena_printf(arena, "%.*s0", STR_ARG(number)) : number;
}

void pairs_of_json(struct arena *arena, struct pairs *pairs, const struct json *object)
{
    for (const struct json *j = object && object->kind == JSON_OBJECT ? object->child : NULL; j;
            j = j->next) {
        if (j->kind == JSON_STRING)
            pairs_add(pairs, j->key, j->text);
        else if (j->kind == JSON_NUMBER)
            pairs_add(pairs, j->key, number_typed(arena, j->text));
        else if (j->kind == JSON_TRUE)
            pairs_add(pairs, j->key, STR("yes"));
        else if (j->kind == JSON_FALSE || j->kind == JSON_NULL)
            pairs_add(pairs, j->key, STR(""));
    }
}

// NFC, ends trimmed, line ends as \n; controls become blanks, in one line also the line ends.
static struct str clean(struct arena *arena, struct str text, bool lines)
{
    char *out = arena_alloc(arena, text.n * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n;) {
        size_t start = i;
        uint32_t c = utf8_next(text, &i);
        if (c == '\r' && lines) {
            if (i == text.n || text.p[i] != '\n')
                out[n++] = '\n';
        } else if (c == '\n' && lines) {
            out[n++] = '\n';
        } else if (c < 0x20 || (c >= 0x7F && c < 0xA0)) {
            out[n++] = ' ';
        } else if (c == 0xFFFD) {
            n += utf8_put(c, out + n);
        } else {
            memcpy(out + n, text.p + start, i - start);
            n += i - start;
        }
    }
    return str_trim(utf8_nfc(arena, (struct str){out, n}));
}

static bool is_no(struct str text)
{
    return !text.n || str_eq_nocase(text, STR("no")) || str_eq_nocase(text, STR("false")) ||
           str_eq_nocase(text, STR("off")) || str_eq(text, STR("0"));
}

static struct str fill_in(struct arena *arena, struct str words, const char *what)
{
    size_t at = str_find(words, '$');
    return at == words.n ? words
                         : arena_printf(arena, "%.*s%s%.*s", (int)at, words.p, what, (int)(words.n - at - 1),
                                   words.p + at + 1);
}

struct reading {
    struct str country;
    struct arena *arena;
    const struct words *words;
    struct problems *problems;
};

// What does not pass is no answer.
static void complain(struct reading *r, struct given *g, struct str message)
{
    problems_add(r->problems, g->field->name, "%.*s", STR_ARG(message));
    g->value = STR("");
}

static void read_number(struct reading *r, struct given *g)
{
    const struct question *field = g->field;
    char text[40], bound[40];
    double value;
    if (g->value.n >= sizeof text) {
        complain(r, g, r->words->number);
        return;
    }
    size_t n = 0;
    bool thousands = grouped(g->value);
    for (size_t i = 0; i < g->value.n; i++)
        if (!thousands || (g->value.p[i] != ',' && g->value.p[i] != '.'))
            text[n++] = g->value.p[i] == ',' ? '.' : g->value.p[i];
    struct str number = {text, n};
    if (number.n && number.p[0] == '+')
        number = str_sub(number, 1, number.n);
    if (!json_number(number, &value)) {
        complain(r, g, r->words->number);
        return;
    }
    g->value = arena_str(r->arena, number);
    if (value < field->least) {
        snprintf(bound, sizeof bound, "%.15g", field->least);
        complain(r, g, fill_in(r->arena, r->words->least, bound));
    } else if (value > field->most) {
        snprintf(bound, sizeof bound, "%.15g", field->most);
        complain(r, g, fill_in(r->arena, r->words->most, bound));
    }
}

static void read_date(struct reading *r, struct given *g)
{
    char text[DATETIME_SIZE];
    int64_t seconds;
    if (g->value.n != 10 || !datetime_parse(g->value, &seconds)) {
        complain(r, g, r->words->date);
        return;
    }
    g->value = arena_str(r->arena, str_sub(datetime_format(seconds, text), 0, 10));
}

static void read_select(struct reading *r, struct given *g)
{
    for (unsigned i = 0; i < g->field->n_options; i++)
        if (str_eq(g->field->options[i].value, g->value))
            g->option = &g->field->options[i];
    if (!g->option)
        complain(r, g, r->words->choose);
}

static struct str missing_word(const struct words *words, enum field_type type)
{
    return type == FIELD_CHECKBOX ? words->tick
           : type == FIELD_SELECT ? words->choose
           : type == FIELD_EMAIL  ? words->email
                                  : words->missing;
}

static struct str shortened(struct str text, unsigned max)
{
    size_t end = 0;
    for (unsigned i = 0; i < max && end < text.n; i++)
        utf8_next(text, &end);
    return str_sub(text, 0, end);
}

static void read_one(struct reading *r, struct given *g)
{
    const struct question *field = g->field;
    char number[20];
    g->value = clean(r->arena, g->typed, field->type == FIELD_TEXTAREA);
    if (field->type == FIELD_HIDDEN) { // what nobody sees nobody can mend
        g->value = shortened(g->value, field->max);
        return;
    }
    if (field->type == FIELD_CHECKBOX)
        g->value = is_no(g->value) ? STR("") : STR("yes");
    if (!g->value.n) {
        if (field->required)
            complain(r, g, missing_word(r->words, field->type));
        return;
    }
    if (text_length(g->value) > field->max && field->type != FIELD_SELECT) {
        snprintf(number, sizeof number, "%u", field->max);
        complain(r, g, fill_in(r->arena, r->words->too_long, number));
        return;
    }
    if (field->type == FIELD_NUMBER)
        read_number(r, g);
    else if (field->type == FIELD_DATE)
        read_date(r, g);
    else if (field->type == FIELD_SELECT)
        read_select(r, g);
    else if (field->type == FIELD_EMAIL && !answer_email(r->arena, g->value, &g->value))
        complain(r, g, r->words->email);
    else if (field->type == FIELD_PHONE && !answer_phone(r->arena, g->value, r->country, &g->value))
        complain(r, g, r->words->phone);
}

void answers_read(struct arena *arena, const struct form_def *def, const struct words *words,
        const struct pairs *sent, const struct pairs *query, const bool *known, struct answers *ret,
        struct problems *problems)
{
    struct reading r = {def->country, arena, words, problems};
    *ret = (struct answers){.given = ARENA_ARRAY(arena, struct given, def->n_fields),
            .agreed = ARENA_ARRAY(arena, bool, def->n_consents),
            .n = def->n_fields};
    for (unsigned i = 0; i < def->n_fields; i++) {
        const struct question *field = &def->fields[i];
        struct given *g = &ret->given[i];
        g->field = field;
        g->typed = pairs_get(sent, field->name);
        if (field->type == FIELD_HIDDEN && !g->typed.n && field->query.n)
            g->typed = pairs_get(query, field->query);
        if (field->type == FIELD_HIDDEN && !g->typed.n)
            g->typed = field->value;
        if (known && known[i] && !g->typed.n)
            continue;
        read_one(&r, g);
        if (field->type == FIELD_EMAIL && !ret->email.n)
            ret->email = g->value;
        if (field->type == FIELD_PHONE && !ret->phone.n)
            ret->phone = g->value;
    }
    for (unsigned i = 0; i < def->n_consents; i++) {
        ret->agreed[i] = !is_no(str_trim(pairs_get(sent, def->consents[i].id)));
        if (def->consents[i].required && !ret->agreed[i])
            problems_add(problems, def->consents[i].id, "%.*s", STR_ARG(words->tick));
    }
}

void answers_hash(
        const struct answers *answers, const struct form_def *def, struct str sender, uint8_t out[16])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, 16);
    for (unsigned i = 0; i < answers->n; i++) {
        uint64_t n = answers->given[i].value.n;
        crypto_generichash_update(&state, (const unsigned char *)&n, sizeof n);
        crypto_generichash_update(&state, (const unsigned char *)answers->given[i].value.p, n);
    }
    crypto_generichash_update(&state, (const unsigned char *)answers->agreed, def->n_consents);
    if (!answers->email.n && !answers->phone.n)
        crypto_generichash_update(&state, (const unsigned char *)sender.p, sender.n);
    crypto_generichash_final(&state, out, 16);
}
