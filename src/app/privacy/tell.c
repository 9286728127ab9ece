// Everything that is stored about one person.
#include "app/event/view.h"
#include "app/privacy/history.h"
#include "base/json_put.h"
#include "base/vec.h"

struct known {
    struct str key;
    struct value value;
};
typedef VEC(struct known) known_list;

static void know(known_list *list, struct str key, struct value value)
{
    size_t at = 0;
    while (at < list->n && !str_eq(list->v[at].key, key))
        at++;
    if (at == list->n)
        vec_push(list, (struct known){key, value});
    else
        list->v[at].value = value;
}

static void put_value(struct buf *out, const struct value *v)
{
    if (v->kind == JSON_STRING)
        json_put_string(out, v->text);
    else
        buf_put(out, v->text);
}

static void put_traits(const struct said *said, unsigned n, struct buf *out)
{
    known_list traits = {0};
    for (unsigned i = 0; i < n; i++)
        for (unsigned j = 0; j < said[i].message.n_traits; j++)
            know(&traits, said[i].message.traits[j].key, said[i].message.traits[j].value);
    put_key(out, "traits");
    buf_char(out, '{');
    for (size_t i = 0; i < traits.n; i++) {
        const struct value *v = &traits.v[i].value;
        if (v->kind == JSON_NULL || (v->kind == JSON_STRING && !v->text.n))
            continue;
        put_comma(out);
        json_put_string(out, traits.v[i].key);
        buf_char(out, ':');
        put_value(out, v);
    }
    buf_char(out, '}');
    vec_free(&traits);
}

static void put_facts(const struct said *said, unsigned n, struct buf *out)
{
    known_list facts = {0};
    for (unsigned i = 0; i < n; i++)
        if (said[i].message.fact.n)
            know(&facts, said[i].message.fact,
                    (struct value){said[i].message.answer == ANSWER_UNKNOWN ? JSON_NULL : JSON_OBJECT,
                            said[i].body ? json_get(said[i].body, STR("properties"))->text : STR_NONE});
    put_key(out, "facts");
    buf_char(out, '{');
    for (size_t i = 0; i < facts.n; i++) {
        if (facts.v[i].value.kind == JSON_NULL)
            continue;
        put_comma(out);
        json_put_string(out, facts.v[i].key);
        buf_char(out, ':');
        buf_put(out, facts.v[i].value.text);
    }
    buf_char(out, '}');
    vec_free(&facts);
}

static bool put_identifiers(const struct telling *t, struct buf *out, struct err *err)
{
    struct buf name = {0};
    bool ok = true;
    put_key(out, "identifiers");
    buf_char(out, '[');
    for (unsigned i = 0; ok && i < t->who->n_ids; i++) {
        name.n = 0;
        ok = log_contact_name(data_log(t->reader), t->who->ids[i], &name, err);
        if (ok) {
            put_comma(out);
            json_put_string(out, buf_str(&name));
        }
    }
    buf_char(out, ']');
    buf_free(&name);
    return ok;
}

static void put_events(
        const struct telling *t, const struct said *said, unsigned n, struct arena *arena, struct buf *out)
{
    put_key(out, "events");
    buf_char(out, '[');
    for (unsigned i = 0; i < n; i++) {
        put_comma(out);
        event_put(arena, &said[i].row, t->id, out);
    }
    buf_char(out, ']');
}

bool privacy_tell(const struct telling *t, struct arena *arena, struct buf *out, struct err *err)
{
    struct said *said;
    unsigned n;
    if (!said_read(t->reader, t->who->rows, t->who->n_rows, STR_NONE, arena, &said, &n, err))
        return false;
    buf_char(out, '{');
    put_text(out, "contact", t->id);
    put_time(out, "exported", t->now);
    if (!put_identifiers(t, out, err))
        return false;
    put_traits(said, n, out);
    put_facts(said, n, out);
    put_raw(out, "standing", t->standing);
    put_key(out, "consents");
    consents_put(said, n, out);
    for (const struct slice *const *slice = SLICES; *slice; slice++)
        if ((*slice)->tell && !(*slice)->tell(t->reader, t->who, out, err))
            return false;
    put_events(t, said, n, arena, out);
    buf_char(out, '}');
    return true;
}
