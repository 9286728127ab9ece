// /api/templates: making, changing, removing them.
#include "app/template/private.h"

#include "app/listing.h"
#include "app/user/principal.h"
#include "base/random.h"
#include "store/ask.h"

bool template_route_list(struct request *r, struct err *err)
{
    struct listing *items;
    struct query *query;
    struct store *store = data_store(request_data(r));
    struct str *ids = ARENA_ARRAY(r->arena, struct str, TEMPLATES_MAX);
    unsigned n = 0;
    bool row, ok;
    if (!listing_new(r, "name", &items, err) ||
            !store_query(store, "SELECT id FROM template WHERE gone IS NULL ORDER BY id", &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row && n < TEMPLATES_MAX)
        ids[n++] = arena_str(r->arena, query_text(query, 0));
    query_end(query);
    struct arena *arena = arena_new();
    for (unsigned i = 0; ok && i < n; i++) {
        struct template found;
        struct buf item = {0};
        ok = template_find(store, arena, ids[i], &found, err);
        if (ok) {
            template_put(&found, &item);
            listing_add(items, ids[i], buf_str(&item));
        }
        buf_free(&item);
        arena_reset(arena);
    }
    arena_free(arena);
    return ok && listing_end(items, err);
}

static bool answer(struct request *r, const struct template *template)
{
    response_etag(r, template->version);
    template_put(template, r->out);
    return true;
}

bool template_route_get(struct request *r, struct err *err)
{
    struct template found;
    return template_find(data_store(request_data(r)), r->arena, request_param(r, "id"), &found, err) &&
           answer(r, &found);
}

static struct str stated(const struct request *r, const char *name, struct str otherwise)
{
    struct str text = json_get_str(r->json, str_of(name));
    return text.p ? text : otherwise;
}

// What the body says over what the template says.
static bool change(struct request *r, struct template *t)
{
    t->name = str_trim(stated(r, "name", t->name));
    t->note = stated(r, "note", t->note);
    t->text.subject = stated(r, "subject", t->text.subject);
    t->text.preheader = stated(r, "preheader", t->text.preheader);
    t->text.body = stated(r, "body", t->text.body);
    t->text.html = str_eq(stated(r, "format", format_word(t->text.html)), STR("html"));
    t->text.layout = stated(r, "layout", t->text.layout);
    if (!t->name.n)
        return request_problem(r, 400, "name", "Say what it is called");
    return template_check(r, &t->text);
}

static bool insert_version(
        struct writing *w, const struct principal *who, const struct template *t, struct err *err)
{
    const struct template_text *text = &t->text;
    return store_do(w->store,
            "INSERT INTO template_version (template, version, subject, preheader, body, html, layout, made,"
            " by_whom) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            PARAMS(P_TEXT(t->id), P_INT(t->version), P_TEXT(text->subject), P_TEXT(text->preheader),
                    P_TEXT(text->body), P_INT(text->html), P_TEXT(text->layout), P_INT(t->changed),
                    P_TEXT(who->name)),
            err);
}

static bool insert(struct request *r, struct writing *w, const struct template *t, struct err *err)
{
    int64_t n;
    return store_number(w->store, "SELECT count(*) FROM template WHERE gone IS NULL", 0, &n, err) &&
           (n < TEMPLATES_MAX ||
                   err_set(err, ERR_CONFLICT, "there are %d templates already", TEMPLATES_MAX)) &&
           store_do(w->store,
                   "INSERT INTO template (id, name, note, version, created, changed)"
                   " VALUES ($1, $2, $3, $4, $5, $5)",
                   PARAMS(P_TEXT(t->id), P_TEXT(t->name), P_TEXT(t->note), P_INT(t->version),
                           P_INT(t->created)),
                   err) &&
           insert_version(w, request_principal(r), t, err) &&
           audit_change(w, request_principal(r), "template.create", t->id, template_put, NULL, t, err);
}

bool template_route_create(struct request *r, struct err *err)
{
    struct template t = {
            .note = STR(""), .text = {.preheader = STR(""), .layout = STR("plain")}, .version = 1};
    struct writing *w;
    char id[UUID_SIZE];
    if (!change(r, &t) || !writing_begin(request_app(r), &w, err))
        return false;
    t.id = uuid_v7(app_now_ms(w->app), id);
    t.created = t.changed = w->now;
    if (!writing_end(w, insert(r, w, &t, err), err))
        return false;
    app_publish(request_app(r), "template", t.id);
    return answer(r, &t);
}

static bool update(struct request *r, struct writing *w, const struct template *before,
        const struct template *t, struct err *err)
{
    return store_do(w->store,
                   "UPDATE template SET name = $2, note = $3, version = $4, changed = $5 WHERE id = $1",
                   PARAMS(P_TEXT(t->id), P_TEXT(t->name), P_TEXT(t->note), P_INT(t->version),
                           P_INT(t->changed)),
                   err) &&
           insert_version(w, request_principal(r), t, err) &&
           audit_change(w, request_principal(r), "template.update", t->id, template_put, before, t, err);
}

bool template_route_patch(struct request *r, struct err *err)
{
    struct template before, t;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = template_find(w->store, r->arena, request_param(r, "id"), &before, err) &&
              request_matches(r, before.version, err);
    t = before;
    t.version = before.version + 1;
    t.changed = w->now;
    ok = ok && change(r, &t) && update(r, w, &before, &t, err);
    if (!writing_end(w, ok, err))
        return false;
    app_publish(request_app(r), "template", t.id);
    return answer(r, &t);
}

bool template_route_delete(struct request *r, struct err *err)
{
    struct template t;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = template_find(w->store, r->arena, request_param(r, "id"), &t, err) &&
              request_matches(r, t.version, err) &&
              store_do(w->store, "UPDATE template SET gone = $2 WHERE id = $1",
                      PARAMS(P_TEXT(t.id), P_INT(w->now)), err) &&
              audit_change(w, request_principal(r), "template.delete", t.id, template_put, &t, NULL, err);
    if (!writing_end(w, ok, err))
        return false;
    app_publish(request_app(r), "template", t.id);
    return true;
}

bool template_route_versions(struct request *r, struct err *err)
{
    struct listing *items;
    struct query *query;
    struct template t;
    struct store *store = data_store(request_data(r));
    bool row, ok;
    if (!template_find(store, r->arena, request_param(r, "id"), &t, err) ||
            !listing_new(r, "-version", &items, err) ||
            !store_ask(store,
                    "SELECT subject, preheader, body, html, layout, version, made, by_whom"
                    " FROM template_version WHERE template = $1 ORDER BY version DESC LIMIT 1000",
                    PARAMS(P_TEXT(t.id)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct buf item = {0};
        template_put_version(query, r->arena, &item);
        listing_add(items, arena_printf(r->arena, "%020lld", (long long)query_int(query, 5)), buf_str(&item));
        buf_free(&item);
    }
    query_end(query);
    return ok && listing_end(items, err);
}
