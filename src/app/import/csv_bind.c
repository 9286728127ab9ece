// Binding a mapping to the columns of a file.
#include "app/import/csv_mapping.h"
#include "app/import/csv_value.h"

#include <stdio.h>

struct binder {
    const struct csv_mapping *m;
    const struct str *names;
    size_t n;
    struct err *err;
};

static bool no_such_column(const struct binder *b, struct str name, const char *place)
{
    const struct str *near = NULL;
    unsigned best = 4;
    for (size_t i = 0; i < b->n && name.n <= 64; i++) {
        if (b->names[i].n > 64)
            continue;
        unsigned d = str_eq_nocase(name, b->names[i]) ? 0 : str_distance(name, b->names[i], 3);
        if (d < best && d < name.n) {
            best = d;
            near = &b->names[i];
        }
    }
    if (near)
        return err_set(b->err, ERR_INPUT, "%.*s: %s: there is no column \"%.*s\"; did you mean \"%.*s\"?",
                STR_ARG(b->m->file), place, STR_ARG(name), STR_ARG(*near));
    struct buf list = {0};
    for (size_t i = 0; i < b->n && list.n < 200; i++)
        buf_printf(&list, "%s%.*s", i ? ", " : "", STR_ARG(b->names[i]));
    err_set(b->err, ERR_INPUT, "%.*s: %s: there is no column \"%.*s\" (the columns are %.*s%s)",
            STR_ARG(b->m->file), place, STR_ARG(name), STR_ARG(buf_str(&list)), list.n < 200 ? "" : ", …");
    buf_free(&list);
    return false;
}

static bool bind(const struct binder *b, struct csv_ref *ref, const char *place)
{
    if (!ref->name.n)
        return true;
    for (size_t i = 0; i < b->n; i++)
        if (str_eq(ref->name, b->names[i])) {
            ref->index = i;
            return true;
        }
    return no_such_column(b, ref->name, place);
}

static bool bind_template(const struct binder *b, struct csv_template *t, const char *place)
{
    for (size_t i = 0; i < t->n; i++)
        if (!bind(b, &t->pieces[i].column, place))
            return false;
    return true;
}

static bool bind_time(const struct binder *b, struct csv_when *when, const char *place)
{
    return bind(b, &when->column, place) && bind(b, &when->month, place) && bind(b, &when->day, place) &&
           bind_template(b, &when->text, place);
}

static bool bind_event(const struct binder *b, struct csv_event_map *event, size_t index)
{
    char place[80];
    snprintf(place, sizeof place, "events[%zu].when", index);
    for (uint32_t i = 0; i < event->n_columns; i++)
        if (!bind(b, &event->columns[i], place))
            return false;
    snprintf(place, sizeof place, "events[%zu].time", index);
    if (!bind_time(b, &event->time, place))
        return false;
    for (size_t i = 0; i < event->n_properties; i++) {
        snprintf(place, sizeof place, "events[%zu].properties.%.*s", index,
                (int)(event->properties[i].key.n < 40 ? event->properties[i].key.n : 40),
                event->properties[i].key.p);
        if (!bind_template(b, &event->properties[i].text, place) ||
                !bind(b, &event->properties[i].column, place))
            return false;
    }
    return true;
}

bool csv_mapping_bind(struct csv_mapping *m, const struct str *names, size_t n, struct err *err)
{
    struct binder b = {m, names, n, err};
    if (!bind(&b, &m->id.column, "id") || !bind_time(&b, &m->time, "time"))
        return false;
    for (size_t i = 0; i < m->n_traits; i++)
        if (!bind(&b, &m->traits[i].column, "traits"))
            return false;
    for (size_t i = 0; i < m->n_facts; i++)
        if (!bind(&b, &m->facts[i].column, "facts") || !bind(&b, &m->facts[i].amount, "facts"))
            return false;
    for (size_t i = 0; i < m->n_events; i++)
        if (!bind_event(&b, &m->events[i], i))
            return false;
    return true;
}

void csv_template_put(
        const struct csv_template *t, const struct str *cells, bool months, struct buf *out, bool *ret_empty)
{
    bool columns = false, filled = false;
    for (size_t i = 0; i < t->n; i++) {
        if (!t->pieces[i].column.name.n) {
            buf_put(out, t->pieces[i].text);
            continue;
        }
        struct str cell = cells[t->pieces[i].column.index];
        unsigned month = months ? csv_month(cell) : 0;
        columns = true;
        filled |= cell.n > 0;
        if (month)
            buf_printf(out, "%02u", month);
        else if (months && cell.n == 1 && cell.p[0] >= '0' && cell.p[0] <= '9')
            buf_printf(out, "0%c", cell.p[0]);
        else
            buf_put(out, cell);
    }
    *ret_empty = columns && !filled;
}
