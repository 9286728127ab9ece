// Asking only what is not known yet. What is known is never shown, to nobody: a link may be passed on, a
// browser shared.
#include "app/form/serve.h"

#include "app/standing/live.h"

static bool asks_once(const struct form_def *def)
{
    for (unsigned i = 0; i < def->n_fields; i++)
        if (def->fields[i].once)
            return true;
    return false;
}

// The last thing said about a trait is a value.
static bool trait_known(const struct columns *c, struct str key)
{
    const struct sparse *trait = key.n ? columns_trait(c, key) : NULL;
    if (!trait || !trait->n)
        return false;
    struct value value = columns_value(c, trait->val[trait->n - 1]);
    return value.kind != JSON_NULL && (value.kind != JSON_STRING || str_trim(value.text).n);
}

static bool fact_known(const struct columns *c, struct str name)
{
    const struct fact_column *fact = name.n ? columns_fact(c, name) : NULL;
    if (!fact || !fact->n)
        return false;
    uint32_t last = fact->n - 1;
    return fact->answer[last] == ANSWER_YES || fact->answer[last] == ANSWER_NO ||
           fact->amount[last] != VALUE_NONE;
}

bool serving_known(struct serving *s, struct err *err)
{
    struct request *r = s->r;
    struct live *live = app_live(request_app(r));
    struct str id = s->person.n ? s->person : s->visitor;
    struct columns *c;
    uint32_t contact;
    struct err why = {0};
    if (!live || !id.n || !asks_once(&s->def))
        return true;
    if (!live_find(live, request_data(r), id, &contact, &why))
        return why.code == ERR_NOT_FOUND || err_set(err, why.code, "%s", why.message);
    if (!live_history(live, request_data(r), &contact, 1, r->now, &c, err))
        return false;
    s->known = ARENA_ARRAY(r->arena, bool, s->def.n_fields);
    for (unsigned i = 0; i < s->def.n_fields; i++) {
        const struct question *q = &s->def.fields[i];
        // An address says who it is: a browser may be anybody's, only the link says so, too.
        bool address = q->type == FIELD_EMAIL || q->type == FIELD_PHONE;
        s->known[i] = q->once && q->type != FIELD_HIDDEN && (!address || s->person.n) &&
                      (trait_known(c, q->trait) || fact_known(c, q->fact));
    }
    columns_free(c);
    return true;
}
