// A contact as JSON.
#include "app/contact/contact.h"

#include "app/assignment/owner.h"
#include "app/event/log.h"
#include "app/tag/tag.h"
#include "base/json_put.h"
#include "base/random.h"

static struct str name_or_none(const struct str *names, uint32_t i)
{
    return i == NO_INDEX ? STR("none") : names[i];
}

const char *change_kind(unsigned kind)
{
    static const char *const KINDS[] = {"persona", "stage", "grade"}; // by enum transition_kind
    return KINDS[kind];
}

struct str change_name(const struct program *program, unsigned kind, uint32_t number)
{
    if (number == NO_INDEX)
        return STR("none");
    return kind == CHANGE_STAGE   ? program->stages[number].name
           : kind == CHANGE_GRADE ? program->grade_names[number]
                                  : program->persona_names[number];
}

void cards_begin(struct cards *cards)
{
    struct replay_options options = {.at = cards->at, .threads = 1, .standings = true};
    replay_run(cards->program, cards->columns, &options, &cards->result);
}

void cards_end(struct cards *cards)
{
    replay_result_free(&cards->result);
}

void standing_put(const struct program *program, struct str model, const struct columns *columns,
        const struct replay_result *result, uint32_t index, struct buf *out)
{
    const struct standing none = {
            .stage = NO_INDEX, .persona = NO_INDEX, .grade = NO_INDEX, .since = STEP_NONE};
    const struct standing *s = result->exists[index] ? &result->standings[index] : &none;
    buf_char(out, '{');
    put_text(out, "model", model);
    put_text(out, "stage", change_name(program, CHANGE_STAGE, s->stage));
    if (s->since == STEP_NONE)
        put_raw(out, "since", STR_NONE);
    else
        put_time(out, "since", columns->epoch + step_time(s->since));
    put_text(out, "grade", name_or_none(program->grade_names, s->grade));
    put_text(out, "persona", name_or_none(program->persona_names, s->persona));
    put_key(out, "score");
    json_put_score(out, s->score);
    buf_char(out, '}');
}

// Events of a contact: first … end.
struct span {
    uint32_t first, end;
};

static struct span span_of(const struct columns *c, uint32_t index)
{
    return (struct span){c->off[index], c->off[index + 1]};
}

// The last entry of a sparse column among the contact's events, or n.
static uint32_t last_entry(struct span span, const uint32_t *ev, uint32_t n)
{
    uint32_t behind = sparse_at(ev, n, span.end);
    return behind > 0 && ev[behind - 1] >= span.first ? behind - 1 : n;
}

struct wanted {
    struct arena *arena;
    struct str key, text;
};

static bool find_raw(void *ctx, const struct log_row *row, struct err *err)
{
    struct wanted *w = ctx;
    struct json *body;
    struct str text = arena_str(w->arena, row->body);
    (void)err;
    if (!json_parse(w->arena, text, &body, &(struct err){0}))
        return true;
    const struct json *traits = json_get(body, STR("traits"));
    for (const struct json *j = traits ? traits->child : NULL; j; j = j->next)
        if (str_eq(trait_key(w->arena, j->key), w->key))
            w->text = j->text;
    return true;
}

// Lists and objects are not in the columns: the event that set them says what they are.
static bool put_raw_trait(
        struct cards *cards, const struct sparse *trait, uint32_t event, struct buf *out, struct err *err)
{
    struct wanted w = {.arena = cards->r->arena, .key = trait->key};
    if (!log_visit(data_log(request_data(cards->r)), &cards->columns->log[event], 1, find_raw, &w, err))
        return false;
    buf_put(out, w.text.n ? w.text : STR("null"));
    return true;
}

static bool put_traits(struct cards *cards, struct span span, struct buf *out, struct err *err)
{
    const struct columns *c = cards->columns;
    bool ok = true;
    put_key(out, "traits");
    buf_char(out, '{');
    for (uint32_t i = 0; ok && i < c->n_traits; i++) {
        const struct sparse *trait = &c->traits[i];
        uint32_t at = last_entry(span, trait->ev, trait->n);
        if (at == trait->n)
            continue;
        struct value v = columns_value(c, trait->val[at]);
        if (v.kind == JSON_NULL || (v.kind == JSON_STRING && !v.text.n)) // unset
            continue;
        put_comma(out);
        json_put_string(out, trait->key);
        buf_char(out, ':');
        if (v.kind == JSON_STRING)
            json_put_string(out, v.text);
        else if (v.kind == JSON_ARRAY || v.kind == JSON_OBJECT)
            ok = put_raw_trait(cards, trait, trait->ev[at], out, err);
        else
            buf_put(out, v.text);
    }
    buf_char(out, '}');
    return ok;
}

static void put_facts(struct cards *cards, struct span span, struct buf *out)
{
    const struct columns *c = cards->columns;
    put_key(out, "facts");
    buf_char(out, '{');
    for (uint32_t i = 0; i < c->n_facts; i++) {
        const struct fact_column *fact = &c->facts[i];
        uint32_t at = last_entry(span, fact->ev, fact->n);
        if (at == fact->n || fact->answer[at] == ANSWER_UNKNOWN)
            continue;
        put_comma(out);
        json_put_string(out, fact->name);
        buf_put(out,
                fact->answer[at] == ANSWER_YES ? STR(":{\"answer\":\"yes\"") : STR(":{\"answer\":\"no\""));
        put_raw(out, "amount",
                fact->amount[at] == VALUE_NONE ? STR_NONE : columns_value(c, fact->amount[at]).text);
        put_time(out, "time", c->epoch + c->time[fact->ev[at]]);
        buf_char(out, '}');
    }
    buf_char(out, '}');
}

static struct str text_trait(const struct columns *c, struct span span, struct str key)
{
    const struct sparse *trait = columns_trait(c, key);
    uint32_t at = trait ? last_entry(span, trait->ev, trait->n) : 0;
    if (!trait || at == trait->n)
        return STR_NONE;
    struct value v = columns_value(c, trait->val[at]);
    return v.kind == JSON_STRING && v.text.n ? v.text : STR_NONE;
}

static struct str full_name(struct arena *arena, const struct columns *c, struct span span)
{
    struct str name = text_trait(c, span, STR("name")), first = text_trait(c, span, STR("first_name")),
               last = text_trait(c, span, STR("last_name"));
    if (name.n)
        return name;
    if (first.n && last.n)
        return arena_printf(arena, "%.*s %.*s", STR_ARG(first), STR_ARG(last));
    return first.n ? first : last;
}

struct str card_trait(const struct columns *columns, uint32_t index, struct str key)
{
    return text_trait(columns, span_of(columns, index), key);
}

struct str card_name(struct arena *arena, const struct columns *columns, uint32_t index)
{
    return full_name(arena, columns, span_of(columns, index));
}

bool contact_called(struct request *r, uint32_t contact, struct str *ret, struct err *err)
{
    struct columns *columns;
    *ret = STR_NONE;
    if (!live_history(app_live(request_app(r)), request_data(r), &contact, 1, INT64_MAX, &columns, err))
        return false;
    struct str name = columns->n_contacts ? card_name(r->arena, columns, 0) : STR_NONE;
    if (name.n)
        *ret = arena_str(r->arena, name);
    columns_free(columns);
    return true;
}

static bool put_user_ids(struct cards *cards, uint32_t contact, struct buf *out, struct err *err)
{
    struct request *r = cards->r;
    struct str *ids;
    unsigned n;
    if (!live_user_ids(app_live(request_app(r)), request_data(r), contact, r->arena, &ids, &n, err))
        return false;
    put_key(out, "user_ids");
    buf_char(out, '[');
    for (unsigned i = 0; i < n; i++) {
        put_comma(out);
        json_put_string(out, ids[i]);
    }
    buf_char(out, ']');
    return true;
}

bool card_put(struct cards *cards, uint32_t index, struct buf *out, struct err *err)
{
    const struct columns *c = cards->columns;
    struct app *app = request_app(cards->r);
    struct span span = span_of(c, index);
    char uuid[UUID_SIZE], owner[UUID_SIZE];
    uint32_t contact = c->owner[index];
    buf_char(out, '{');
    put_text(out, "id", contact_uuid(app, contact, uuid));
    put_text(out, "name", full_name(cards->r->arena, c, span));
    put_text(out, "email", text_trait(c, span, STR("email")));
    if (!put_user_ids(cards, contact, out, err) || !put_traits(cards, span, out, err))
        return false;
    put_facts(cards, span, out);
    put_key(out, "tags");
    tags_put(c, index, out);
    put_key(out, "standing");
    standing_put(cards->program, cards->model, c, &cards->result, index, out);
    put_time(out, "first_seen", c->epoch + c->time[span.first]);
    put_time(out, "last_seen", c->epoch + c->time[span.end - 1]);
    put_text(out, "owner", owner_of(app, contact, owner) ? str_of(owner) : STR_NONE);
    buf_char(out, '}');
    return true;
}
