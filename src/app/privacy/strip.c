#include "app/privacy/strip.h"

#include "app/event/log.h"
#include "app/person/normal.h"
#include "base/datetime.h"
#include "base/json_put.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "rules/model.h"
#include "store/ask.h"

enum {
    KEPT_MAX = 100, // a text of the list that is longer says more than its kind
    NEEDLE_MIN = 3, // a shorter one would be found everywhere
    DIGITS_MAX = 7, // more of them may be a telephone or account number
    DECIMALS_MAX = 3,
    NEEDLES_MAX = 500, // of one person
};

// A comparison of a model, with whose value it is.
struct question {
    bool trait;
    struct str key;
    enum value_type type; // of a trait
    const struct cmp *cmp;
};

struct strip {
    struct arena *arena;
    VEC(struct question) questions;
    VEC(struct str) needles; // folded
    VEC(struct str) words;   // of them, what is nobody else's
};

static void free_lists(void *arg)
{
    struct strip *strip = arg;
    vec_free(&strip->questions);
    vec_free(&strip->needles);
    vec_free(&strip->words);
}

struct strip *strip_new(struct arena *arena)
{
    struct strip *strip = ARENA_NEW(arena, struct strip);
    strip->arena = arena;
    arena_defer(arena, free_lists, strip);
    return strip;
}

static void take_cond(struct strip *strip, const struct cond *cond)
{
    if (!cond)
        return;
    if (cond->op == COND_CMP)
        vec_push(&strip->questions, (struct question){.key = cond->prop, .cmp = &cond->cmp});
    for (unsigned i = 0; i < cond->n_children; i++)
        take_cond(strip, cond->children[i]);
}

void strip_model(struct strip *strip, struct str text)
{
    struct diagnostics *d = diagnostics_new(strip->arena);
    const struct program *p = model_compile(strip->arena, STR("model"), arena_str(strip->arena, text), d);
    if (!p) // of an older language: nobody asks by it any more
        return;
    for (uint32_t i = 0; i < p->n_matchers; i++)
        for (unsigned j = 0; j < p->matchers[i].n_pats; j++)
            take_cond(strip, p->matchers[i].pats[j].cond);
    for (uint32_t i = 0; i < p->n_exprs; i++)
        if (p->exprs[i]->op == EXPR_TRAIT) {
            const struct trait *trait = &p->traits[p->exprs[i]->index];
            vec_push(&strip->questions, (struct question){true, trait->name, trait->type, p->exprs[i]->cmp});
        }
}

bool strip_models(struct strip *strip, struct store *store, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_query(store, "SELECT text FROM model ORDER BY version", &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        strip_model(strip, query_text(query, 0));
    query_end(query);
    return ok;
}

void strip_needle(struct strip *strip, struct str text)
{
    text = str_trim(text);
    if (text.n < NEEDLE_MIN || text.n > NORMAL_MAX || strip->needles.n >= NEEDLES_MAX)
        return;
    struct str folded = utf8_fold(strip->arena, text);
    for (size_t i = 0; i < strip->needles.n; i++)
        if (str_eq(strip->needles.v[i], folded))
            return;
    vec_push(&strip->needles, folded);
}

void strip_forget(struct strip *strip)
{
    strip->needles.n = strip->words.n = 0;
}

static void needle_words(struct strip *strip, struct str text)
{
    strip_needle(strip, text);
    for (size_t from = 0, at = 0; at <= text.n; at++)
        if (at == text.n || strchr(" ,.-_@+", text.p[at])) {
            strip_needle(strip, str_sub(text, from, at));
            from = at + 1;
        }
}

static bool ends_with_any(struct str key, const char *const *ends)
{
    for (; *ends; ends++)
        if (str_eq(key, str_of(*ends)) || (key.n > strlen(*ends) + 1 && str_ends(key, str_of(*ends)) &&
                                                  key.p[key.n - strlen(*ends) - 1] == '_'))
            return true;
    return false;
}

enum { WORD_MIN = 6, WORDS_MAX = 100 };

void strip_word(struct strip *strip, struct str text)
{
    text = str_trim(text);
    if (text.n < WORD_MIN || text.n > NORMAL_MAX || strip->words.n >= WORDS_MAX)
        return;
    char *p = arena_alloc(strip->arena, text.n);
    for (size_t i = 0; i < text.n; i++)
        p[i] = text.p[i] >= 'A' && text.p[i] <= 'Z' ? (char)(text.p[i] + 32) : text.p[i];
    struct str word = {p, text.n};
    for (size_t i = 0; i < strip->words.n; i++)
        if (str_eq(strip->words.v[i], word))
            return;
    vec_push(&strip->words, word);
}

void strip_words(const struct strip *strip, const struct str **ret, unsigned *ret_n)
{
    *ret = strip->words.v;
    *ret_n = (unsigned)strip->words.n;
}

static const char *const ADDRESSES[] = {"email", "mail", "phone", "mobile", "linkedin", NULL};
static const char *const NAMES[] = {"name", "email", "mail", "username", "nickname", "login", NULL};
static const char *const NUMBERS[] = {"phone", "mobile", "fax", "url", "handle", "id", "linkedin", NULL};

static bool message_of(
        struct arena *arena, const struct person_row *row, struct message *ret, struct err *err)
{
    struct log_row stored = {
            .id = row->id, .time = row->time, .kind = MESSAGE_EVENT, .type = &row->type, .body = row->body};
    return message_of_row(arena, &stored, ret, err);
}

bool strip_learn(struct strip *strip, const struct person_row *row, struct err *err)
{
    struct message m;
    if (!row->body.n || row->type.kind == EVENT_TRACK)
        return true;
    struct person_row kept = *row;
    kept.body = arena_str(strip->arena, row->body);
    if (!message_of(strip->arena, &kept, &m, err))
        return false;
    for (unsigned i = 0; i < m.n_traits; i++) {
        const struct field *trait = &m.traits[i];
        if (trait->value.kind != JSON_STRING && trait->value.kind != JSON_NUMBER)
            continue;
        if (ends_with_any(trait->key, ADDRESSES))
            strip_word(strip, trait->value.text);
        if (ends_with_any(trait->key, NAMES))
            needle_words(strip, trait->value.text);
        else if (ends_with_any(trait->key, NUMBERS))
            strip_needle(strip, trait->value.text);
    }
    return true;
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static bool names_the_person(const struct strip *strip, struct arena *scratch, struct str text)
{
    enum { SURE = 8 };
    struct str folded = utf8_fold(scratch, text);
    for (size_t i = 0; i < strip->needles.n; i++) {
        struct str needle = strip->needles.v[i];
        for (size_t from = 0; from + needle.n <= folded.n;) {
            const char *at = memmem(folded.p + from, folded.n - from, needle.p, needle.n);
            if (!at)
                break;
            size_t start = (size_t)(at - folded.p), end = start + needle.n;
            bool whole =
                    (!start || !is_word(folded.p[start - 1])) && (end == folded.n || !is_word(folded.p[end]));
            if (whole || needle.n >= SURE)
                return true;
            from = start + 1;
        }
    }
    return false;
}

// Keys whose texts say what kind of thing it was, and whose numbers may be long.
static bool listed(struct str key)
{
    static const char *const KEYS[] = {"amount", "answer", "auto", "campaign", "category", "channel",
            "company_size", "content", "count", "country", "currency", "department", "direction", "discount",
            "employees", "fact", "form", "how", "income", "industry", "kind", "language", "list", "locale",
            "machine", "medium", "path", "plan", "position", "price", "product", "purpose", "quantity",
            "region", "returns_at", "revenue", "seniority", "shipping", "sku", "source", "stage", "state",
            "status", "step", "subtotal", "tax", "total", "type", "value", "variant", "version", NULL};
    for (const char *const *k = KEYS; *k; k++)
        if (str_eq(key, str_of(*k)))
            return true;
    return false;
}

// What counts up people even as a number.
static bool delicate(struct str key)
{
    static const char *const KEYS[] = {"phone", "mobile", "fax", "zip", "postal_code", "postcode", "plz",
            "birthday", "birthdate", "birth_date", "born", "id", "number", "iban", "card", "account", "ssn",
            "ip", "lat", "lon", "lng", "latitude", "longitude", "code", "token", "uuid", NULL};
    return ends_with_any(key, KEYS);
}

// A number of things, and no number that somebody goes by, nor one in which much could be hidden.
static bool is_count(struct str text)
{
    unsigned whole = 0, all = 0;
    bool point = false;
    for (size_t i = 0; i < text.n; i++) {
        bool digit = text.p[i] >= '0' && text.p[i] <= '9';
        all += digit;
        whole += digit && !point;
        point = point || text.p[i] == '.';
    }
    return whole <= DIGITS_MAX && all <= DIGITS_MAX + DECIMALS_MAX;
}

struct stripping {
    struct strip *strip;
    struct arena *scratch;
    bool trait;
    struct str key;
};

// Whether every question about this key has the same answer for both.
static bool same_answers(const struct stripping *s, const struct value *a, const struct value *b)
{
    for (size_t i = 0; i < s->strip->questions.n; i++) {
        const struct question *q = &s->strip->questions.v[i];
        if (q->trait != s->trait || !str_eq(q->key, s->key))
            continue;
        bool x = s->trait ? cmp_holds_trait(q->cmp, q->type, a) : cmp_holds(q->cmp, a);
        bool y = s->trait ? cmp_holds_trait(q->cmp, q->type, b) : cmp_holds(q->cmp, b);
        if (x != y)
            return false;
    }
    return true;
}

static struct value text_value(struct str text)
{
    return (struct value){JSON_STRING, text};
}

// The words of the models' own that stand in the text, one behind the other.
static struct str words_of_models(const struct stripping *s, struct str text)
{
    struct buf out = {0};
    struct str folded = utf8_fold(s->scratch, text);
    for (size_t i = 0; i < s->strip->questions.n; i++) {
        const struct question *q = &s->strip->questions.v[i];
        for (unsigned j = 0; j < q->cmp->n_values && q->trait == s->trait && str_eq(q->key, s->key); j++) {
            const struct literal *word = &q->cmp->values[j];
            if (word->type != TYPE_TEXT || !word->folded.n || word->folded.n > KEPT_MAX ||
                    !memmem(folded.p, folded.n, word->folded.p, word->folded.n))
                continue;
            if (out.n)
                buf_char(&out, ' ');
            buf_put(&out, word->text);
        }
    }
    struct str words = arena_str(s->scratch, buf_str(&out));
    buf_free(&out);
    return words;
}

static bool try_literals(const struct stripping *s, const struct value *v, struct value *ret)
{
    for (size_t i = 0; i < s->strip->questions.n; i++) {
        const struct question *q = &s->strip->questions.v[i];
        for (unsigned j = 0; j < q->cmp->n_values && q->trait == s->trait && str_eq(q->key, s->key); j++) {
            *ret = text_value(q->cmp->values[j].text);
            if (q->cmp->values[j].type == TYPE_TEXT && same_answers(s, v, ret))
                return true;
        }
    }
    return false;
}

// Something that says as little as possible and answers every model's questions as v does. Where there is
// nothing like that the person comes first, and the answers change.
static struct value replacement(const struct stripping *s, const struct value *v)
{
    static const char *const TRIES[] = {"erased", "erased@erased.invalid", "0", "1"};
    struct value with;
    int64_t time;
    char date[DATETIME_SIZE];
    for (size_t i = 0; i < sizeof TRIES / sizeof *TRIES; i++) {
        with = text_value(str_of(TRIES[i]));
        if (same_answers(s, v, &with))
            return with;
    }
    if (try_literals(s, v, &with))
        return with;
    with = text_value(words_of_models(s, v->text));
    if (with.text.n && same_answers(s, v, &with))
        return with;
    if (v->kind == JSON_STRING && !delicate(s->key) && datetime_parse(v->text, &time)) {
        int64_t year;
        unsigned month, day;
        datetime_civil(time / 86400, &year, &month, &day);
        datetime_format(datetime_days(year, month, 1) * 86400, date);
        with = text_value(arena_str(s->scratch, (struct str){date, 10}));
        if (same_answers(s, v, &with))
            return with;
    }
    return text_value(STR("erased"));
}

static bool may_stay(const struct stripping *s, const struct value *v)
{
    double number;
    bool flag;
    if (v->kind == JSON_NUMBER)
        return listed(s->key) || (!delicate(s->key) && is_count(v->text));
    if (v->kind != JSON_STRING)
        return true; // null and flags
    if (!v->text.n || value_flag(v, &flag))
        return true;
    if (listed(s->key))
        return v->text.n <= KEPT_MAX && str_find(v->text, '@') == v->text.n &&
               !names_the_person(s->strip, s->scratch, v->text);
    return !delicate(s->key) && !ends_with_any(s->key, NAMES) && value_number(v, &number) &&
           is_count(v->text);
}

static void put_value(struct stripping *s, struct str key, const struct value *v, struct buf *out)
{
    s->key = key;
    struct value with = *v;
    // A path is what was looked at, its query who did.
    if (str_eq(key, STR("path")) && v->kind == JSON_STRING) {
        size_t n = str_find(v->text, '?'), m = str_find(v->text, '#');
        with.text = str_sub(v->text, 0, n < m ? n : m);
    }
    put_comma(out);
    json_put_string(out, key);
    buf_char(out, ':');
    if (v->kind == JSON_OBJECT || v->kind == JSON_ARRAY) {
        buf_put(out, v->kind == JSON_OBJECT ? STR("{}") : STR("[]"));
        return;
    }
    if (!may_stay(s, &with))
        with = replacement(s, v);
    if (with.kind == JSON_STRING)
        json_put_string(out, with.text);
    else
        buf_put(out, with.text);
}

static void put_object(struct stripping *s, const struct json *object, struct buf *out)
{
    buf_char(out, '{');
    for (const struct json *j = object->child; j; j = j->next)
        if (json_get(object, j->key) == j && !names_the_person(s->strip, s->scratch, j->key))
            put_value(s, j->key, &(struct value){j->kind, j->text}, out);
    buf_char(out, '}');
}

// Of all the context only where the visit came from.
static void put_context(struct stripping *s, const struct json *context, struct buf *out)
{
    const struct json *campaign = json_get(context, STR("campaign"));
    static const char *const KEYS[] = {"source", "medium", "name", "content"};
    if (!campaign || campaign->kind != JSON_OBJECT)
        return;
    put_key(out, "context");
    buf_put(out, STR("{\"campaign\":{"));
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        struct value v = text_value(json_get_str(campaign, str_of(KEYS[i])));
        bool name = str_eq(str_of(KEYS[i]), STR("name"));
        s->key = name ? STR("campaign") : str_of(KEYS[i]);
        if (!v.text.n)
            continue;
        if (!may_stay(s, &v))
            v = replacement(s, &v);
        put_text(out, KEYS[i], v.text);
    }
    buf_put(out, STR("}}"));
}

bool strip_body(struct strip *strip, const struct person_row *row, struct arena *scratch, struct buf *out,
        struct err *err)
{
    struct stripping s = {.strip = strip, .scratch = scratch};
    struct json *json;
    struct message m;
    size_t start = out->n;
    if (!row->body.n)
        return true;
    struct person_row kept = *row;
    kept.body = arena_str(scratch, row->body);
    if (!json_parse(scratch, kept.body, &json, err) || !message_of(scratch, &kept, &m, err))
        return false;
    const struct json *properties = json_get(json, STR("properties"));
    buf_char(out, '{');
    put_context(&s, json_get(json, STR("context")), out);
    if (properties && properties->kind == JSON_OBJECT) {
        put_key(out, "properties");
        put_object(&s, properties, out);
    }
    s.trait = true;
    if (m.n_traits) {
        size_t before = out->n;
        put_key(out, "traits");
        buf_char(out, '{');
        size_t none = out->n;
        for (unsigned i = 0; i < m.n_traits; i++)
            if (!names_the_person(strip, scratch, m.traits[i].key))
                put_value(&s, m.traits[i].key, &m.traits[i].value, out);
        if (out->n == none)
            out->n = before;
        else
            buf_char(out, '}');
    }
    buf_char(out, '}');
    if (out->n == start + 2)
        out->n = start;
    return true;
}
