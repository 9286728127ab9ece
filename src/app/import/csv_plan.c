#include "app/import/csv_plan.h"

#include "app/import/csv_identity.h"
#include "app/import/csv_name.h"
#include "app/import/csv_value.h"

static struct str key_json(struct arena *arena, struct str key)
{
    struct buf b = {0};
    json_put_string(&b, key);
    buf_char(&b, ':');
    struct str copy = arena_str(arena, buf_str(&b));
    buf_free(&b);
    return copy;
}

static struct csv_field *add_field(
        struct csv_plan *plan, struct arena *arena, enum csv_target target, struct str key, size_t room)
{
    struct csv_field *field = &plan->fields[plan->n++];
    *field = (struct csv_field){target, key, key_json(arena, key), ARENA_ARRAY(arena, size_t, room), 0};
    return field;
}

// The columns of a target, best first.
static void gather(struct csv_field *field, const struct csv_columns *c)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->columns[i].target != field->target)
            continue;
        size_t at = field->n_columns++;
        for (; at > 0 && c->columns[field->columns[at - 1]].rank > c->columns[i].rank; at--)
            field->columns[at] = field->columns[at - 1];
        field->columns[at] = i;
    }
}

static bool is_our_trait(enum csv_target target)
{
    return target > TARGET_OWN && target <= TARGET_NAME;
}

static enum csv_target target_of(struct str trait)
{
    for (enum csv_target t = TARGET_EMAIL; t <= TARGET_NAME; t++)
        if (str_eq(trait, csv_target_trait(t)))
            return t == TARGET_NAME ? TARGET_OWN : t;
    return TARGET_OWN;
}

struct csv_plan csv_plan_traits(
        struct arena *arena, const struct csv_columns *columns, const struct csv_mapping *mapping)
{
    struct csv_plan plan = {0};
    if (mapping && mapping->has_traits) {
        plan.fields = ARENA_ARRAY(arena, struct csv_field, mapping->n_traits + 1);
        for (size_t i = 0; i < mapping->n_traits; i++) {
            const struct csv_trait_map *t = &mapping->traits[i];
            enum csv_target target = t->number ? TARGET_INCOME : target_of(t->trait);
            struct csv_field *field = add_field(&plan, arena, target, t->trait, 1);
            field->columns[field->n_columns++] = t->column.index;
        }
        return plan;
    }
    plan.fields = ARENA_ARRAY(arena, struct csv_field, 2 * columns->n + 1);
    plan.split_names = columns->split_names;
    for (size_t i = 0; i < columns->n; i++) {
        const struct csv_column *c = &columns->columns[i];
        if (is_our_trait(c->target) && !c->second)
            gather(add_field(&plan, arena, c->target, csv_target_trait(c->target), columns->n), columns);
        if (c->target == TARGET_ATTRIBUTES) {
            struct csv_field *field = add_field(&plan, arena, c->target, c->trait, 1);
            field->columns[field->n_columns++] = i;
        } else if (c->second || c->target == TARGET_OWN || c->target == TARGET_SALUTATION ||
                   c->target == TARGET_PROFILE || (c->target == TARGET_ID && columns->foreign_id)) {
            struct csv_field *field = add_field(&plan, arena, TARGET_OWN, c->trait, 1);
            field->columns[field->n_columns++] = i;
        }
    }
    return plan;
}

struct writer {
    const struct csv_plan *plan;
    const struct str *cells;
    struct arena *scratch;
    struct buf *out;
    bool some;
};

static void put_key(struct writer *w, struct str quoted_key)
{
    if (w->some)
        buf_char(w->out, ',');
    w->some = true;
    buf_put(w->out, quoted_key);
}

static void put_text(struct writer *w, struct str quoted_key, struct str text)
{
    put_key(w, quoted_key);
    json_put_string(w->out, text);
}

// JSON again, without the line ends that may stand in it.
static void put_json(const struct json *j, struct buf *out)
{
    if (j->kind == JSON_STRING) {
        json_put_string(out, j->text);
    } else if (j->kind == JSON_OBJECT || j->kind == JSON_ARRAY) {
        buf_char(out, j->kind == JSON_OBJECT ? '{' : '[');
        for (const struct json *m = j->child; m; m = m->next) {
            if (j->kind == JSON_OBJECT) {
                json_put_string(out, m->key);
                buf_char(out, ':');
            }
            put_json(m, out);
            if (m->next)
                buf_char(out, ',');
        }
        buf_char(out, j->kind == JSON_OBJECT ? '}' : ']');
    } else {
        buf_put(out, j->text);
    }
}

static bool key_taken(const struct csv_plan *plan, struct str key)
{
    for (size_t i = 0; i < plan->n; i++)
        if (str_eq(plan->fields[i].key, key))
            return true;
    return false;
}

// listmonk's attributes: each member a trait, those of the row's columns left out.
static void put_attributes(struct writer *w, const struct csv_field *field, struct str text)
{
    struct json *j;
    if (!json_parse(w->scratch, text, &j, NULL) || j->kind != JSON_OBJECT) {
        put_text(w, field->key_json, text);
        return;
    }
    size_t n = 0;
    for (const struct json *m = j->child; m; m = m->next) {
        struct str key = csv_key(w->scratch, m->key, ++n);
        if (key_taken(w->plan, key) || m->kind == JSON_NULL)
            continue;
        put_key(w, key_json(w->scratch, key));
        put_json(m, w->out);
    }
}

static void put_name(struct writer *w, const struct csv_field *field, struct str text)
{
    struct str first, last;
    put_text(w, field->key_json, text);
    if (w->plan->split_names && csv_split_name(w->scratch, text, &first, &last)) {
        put_text(w, STR("\"first_name\":"), first);
        put_text(w, STR("\"last_name\":"), last);
    }
}

// Writes the value by put(); what it cannot read goes into a trait of its own, so that nothing is lost and
// the trait holds nothing else.
static void put_read(struct writer *w, const struct csv_field *field, struct str text,
        bool (*put)(struct str, struct buf *), bool number)
{
    struct buf value = {0};
    if (!put(text, &value)) {
        struct str key = arena_printf(w->scratch, "%.*s_as_given", STR_ARG(field->key));
        put_text(w, key_json(w->scratch, key), text);
    } else if (number) {
        put_key(w, field->key_json);
        buf_put(w->out, buf_str(&value));
    } else {
        put_text(w, field->key_json, buf_str(&value));
    }
    buf_free(&value);
}

static void put_field(struct writer *w, const struct csv_field *field)
{
    struct str text = STR_NONE;
    for (size_t i = 0; i < field->n_columns && !text.n; i++)
        text = w->cells[field->columns[i]];
    if (!text.n)
        return;
    switch (field->target) {
    case TARGET_EMAIL:
        put_read(w, field, text, csv_put_email, false);
        break;
    case TARGET_EMPLOYEES:
    case TARGET_INCOME:
        put_read(w, field, text, csv_put_number, true);
        break;
    case TARGET_PHONE:
        put_text(w, field->key_json, text.p[0] == '\'' ? str_sub(text, 1, text.n) : text);
        break;
    case TARGET_NAME:
        put_name(w, field, text);
        break;
    case TARGET_ATTRIBUTES:
        put_attributes(w, field, text);
        break;
    default:
        put_text(w, field->key_json, text);
    }
}

void csv_put_traits(
        const struct csv_plan *plan, const struct str *cells, struct arena *scratch, struct buf *out)
{
    struct writer w = {plan, cells, scratch, out, false};
    buf_char(out, '{');
    for (size_t i = 0; i < plan->n; i++)
        put_field(&w, &plan->fields[i]);
    buf_char(out, '}');
}
