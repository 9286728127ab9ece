#include "app/tag/tag.h"

#include "app/event/log.h"
#include "app/standing/live.h"
#include "base/json_put.h"
#include "base/random.h"
#include "store/ask.h"

#define TAGGED STR("contact.tagged")

// Calls visit with each event of a contact that gives it a tag.
static void each(const struct columns *c, uint32_t index,
        void (*visit)(void *ctx, uint32_t event, struct str tag), void *ctx)
{
    const struct sparse *prop = columns_prop(c, STR("tag"));
    if (!prop)
        return;
    for (uint32_t i = sparse_at(prop->ev, prop->n, c->off[index]);
            i < prop->n && prop->ev[i] < c->off[index + 1]; i++) {
        struct value v = columns_value(c, prop->val[i]);
        if (v.kind == JSON_STRING && v.text.n && str_eq(c->types[c->type[prop->ev[i]]].name, TAGGED))
            visit(ctx, prop->ev[i], v.text);
    }
}

struct names {
    struct str v[500];
    unsigned n;
};

static void keep_name(void *ctx, uint32_t event, struct str tag)
{
    struct names *names = ctx;
    (void)event;
    for (unsigned i = 0; i < names->n; i++)
        if (str_eq(names->v[i], tag))
            return;
    if (names->n < sizeof names->v / sizeof *names->v)
        names->v[names->n++] = tag;
}

void tags_put(const struct columns *columns, uint32_t index, struct buf *out)
{
    struct names names = {.n = 0};
    each(columns, index, keep_name, &names);
    buf_char(out, '[');
    for (unsigned i = 0; i < names.n; i++) {
        put_comma(out);
        json_put_string(out, names.v[i]);
    }
    buf_char(out, ']');
}

bool tag_add(
        struct writing *w, uint32_t contact, struct str tag, struct str by, bool *ret_new, struct err *err)
{
    struct query *query;
    struct buf message = {0};
    char uuid[UUID_SIZE];
    int64_t row;
    if (!store_ask_row(w->store, "SELECT name FROM contact WHERE id = $1", PARAMS(P_INT(contact)),
                "there is no such contact", &query, err))
        return false;
    buf_char(&message, '{');
    put_text(&message, "type", STR("track"));
    put_text(&message, live_is_user(app_live(w->app), contact) ? "userId" : "anonymousId",
            query_text(query, 0));
    put_text(&message, "event", TAGGED);
    // The same tag of the same contact is a copy, until it is hidden.
    put_text(&message, "messageId",
            arena_printf(w->arena, "tag:%s:%.*s", contact_uuid(w->app, contact, uuid).p, STR_ARG(tag)));
    put_key(&message, "properties");
    buf_char(&message, '{');
    put_text(&message, "tag", tag);
    put_text(&message, "by", by);
    buf_char(&message, '}');
    buf_char(&message, '}');
    query_end(query);
    bool ok = writing_append(w, buf_str(&message), &row, err);
    buf_free(&message);
    if (ok && ret_new)
        *ret_new = row != 0;
    return ok;
}

struct rows {
    const struct columns *columns;
    struct str tag;
    uint32_t v[1000];
    unsigned n;
};

static void keep_row(void *ctx, uint32_t event, struct str tag)
{
    struct rows *rows = ctx;
    if (str_eq(tag, rows->tag) && rows->n < sizeof rows->v / sizeof *rows->v)
        rows->v[rows->n++] = rows->columns->log[event];
}

bool tag_remove(struct writing *w, uint32_t contact, struct str tag, unsigned *ret_n, struct err *err)
{
    struct columns *columns;
    struct data *reader;
    struct rows rows = {.tag = tag};
    if (!app_reader(w->app, &reader, err))
        return false;
    bool ok = live_history(app_live(w->app), reader, &contact, 1, INT64_MAX, &columns, err);
    data_close(reader);
    if (!ok)
        return false;
    rows.columns = columns;
    if (columns->n_contacts)
        each(columns, 0, keep_row, &rows);
    columns_free(columns);
    for (unsigned i = 0; ok && i < rows.n; i++)
        ok = log_undo_row(w->log, rows.v[i], w->now, err);
    if (ok && ret_n)
        *ret_n = rows.n;
    return ok;
}
