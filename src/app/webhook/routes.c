// /api/webhooks: making, changing, removing them; their secrets.
#include "app/webhook/view.h"

#include "app/listing.h"
#include "app/user/principal.h"
#include "app/webhook/sign.h"
#include "base/json_put.h"
#include "rules/event.h"
#include "store/ask.h"

enum { SECRETS_MAX = 4, KEEP_HOURS = 24, KEEP_HOURS_MAX = 30 * 24 };

static bool check_url(struct request *r, struct str url)
{
    const char *wrong = url_wrong(url);
    return !wrong || request_problem(r, 400, "url", "%s", wrong);
}

// The names as a JSON list.
static bool check_events(struct request *r, const struct json *list, struct str *ret)
{
    struct buf out = {0};
    unsigned n = 0;
    buf_char(&out, '[');
    for (const struct json *j = list->child; j; j = j->next, n++) {
        if (!j->text.n || j->text.n > NAME_MAX_BYTES || n >= EVENTS_MAX || str_eq(j->text, STR(".*"))) {
            buf_free(&out);
            return request_problem(r, 400, "events",
                    "There may be %d names of 1 to %d bytes, such as contact.moved or order.*", EVENTS_MAX,
                    NAME_MAX_BYTES);
        }
        put_comma(&out);
        json_put_string(&out, j->text);
    }
    buf_char(&out, ']');
    *ret = arena_str(r->arena, buf_str(&out));
    buf_free(&out);
    return n > 0 || request_problem(r, 400, "events", "Name at least one type, such as contact.moved");
}

static bool check_secret(struct request *r, struct str text, struct webhook_secret *ret)
{
    struct err err;
    if (!text.p)
        secret_new(ret);
    else if (!secret_parse(text, ret, &err))
        return request_problem(r, 400, "secret", "%s", err.message);
    return true;
}

static bool insert_secret(
        struct writing *w, struct str webhook, const struct webhook_secret *secret, struct err *err)
{
    char id[UUID_SIZE];
    return store_do(w->store,
            "INSERT INTO webhook_secret (webhook, id, secret, made) VALUES ($1, $2, $3, $4)",
            PARAMS(P_TEXT(webhook), P_TEXT(uuid_v7(app_now_ms(w->app), id)),
                    P_BYTES(((struct str){(const char *)secret->bytes, secret->n})), P_INT(w->now)),
            err);
}

static void put(const void *hook, struct buf *out)
{
    webhook_put_plain(hook, out);
}

static bool answer(struct request *r, const struct webhook *hook, struct str secret, struct err *err)
{
    response_etag(r, hook->version);
    return webhook_put(data_store(request_data(r)), hook, r->now, secret, r->out, err);
}

bool webhook_route_list(struct request *r, struct err *err)
{
    struct listing *items;
    struct query *query;
    struct store *store = data_store(request_data(r));
    bool row, ok;
    struct str ids[WEBHOOKS_MAX];
    unsigned n = 0;
    if (!listing_new(r, "created", &items, err) ||
            !store_query(store, "SELECT id FROM webhook ORDER BY id", &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row && n < WEBHOOKS_MAX)
        ids[n++] = arena_str(r->arena, query_text(query, 0));
    query_end(query);
    for (unsigned i = 0; ok && i < n; i++) {
        struct webhook hook;
        struct buf item = {0};
        ok = webhook_read(store, r->arena, ids[i], &hook, err) &&
             webhook_put(store, &hook, r->now, STR_NONE, &item, err);
        if (ok)
            listing_add(items, hook.id, buf_str(&item));
        buf_free(&item);
    }
    return ok && listing_end(items, err);
}

bool webhook_route_get(struct request *r, struct err *err)
{
    struct webhook hook;
    return webhook_read(data_store(request_data(r)), r->arena, request_param(r, "id"), &hook, err) &&
           answer(r, &hook, STR_NONE, err);
}

static bool insert(struct writing *w, const struct webhook *hook, struct err *err)
{
    int64_t n, last;
    return store_number(w->store, "SELECT count(*) FROM webhook", 0, &n, err) &&
           (n < WEBHOOKS_MAX || err_set(err, ERR_CONFLICT, "there are %d webhooks already", WEBHOOKS_MAX)) &&
           store_number(w->store, "SELECT max(id) FROM event", 0, &last, err) &&
           store_do(w->store,
                   "INSERT INTO webhook (id, url, name, events, state, why, from_event, failures, paused,"
                   " slow, version, created, changed)"
                   " VALUES ($1, $2, $3, $4, 'active', '', $5, 0, 0, 0, 1, $6, $6)",
                   PARAMS(P_TEXT(hook->id), P_TEXT(hook->url), P_TEXT(hook->name), P_TEXT(hook->events),
                           P_INT(last), P_INT(w->now)),
                   err);
}

bool webhook_route_create(struct request *r, struct err *err)
{
    struct webhook hook = {.url = json_get_str(r->json, STR("url")),
            .name = json_get_str(r->json, STR("name")),
            .state = STR("active"),
            .version = 1};
    struct webhook_secret secret;
    struct writing *w;
    char id[UUID_SIZE], text[SECRET_TEXT_SIZE];
    if (!check_url(r, hook.url) || !check_events(r, json_get(r->json, STR("events")), &hook.events) ||
            !check_secret(r, json_get_str(r->json, STR("secret")), &secret) ||
            !writing_begin(request_app(r), &w, err))
        return false;
    hook.id = uuid_v7(app_now_ms(w->app), id);
    hook.name = hook.name.p ? hook.name : STR("");
    hook.created = hook.changed = w->now;
    if (!writing_end(w,
                insert(w, &hook, err) && insert_secret(w, hook.id, &secret, err) &&
                        audit_change(
                                w, request_principal(r), "webhook.create", hook.id, put, NULL, &hook, err),
                err))
        return false;
    app_publish(request_app(r), "webhook", hook.id);
    return answer(r, &hook, secret_text(&secret, text), err);
}

static bool update(struct writing *w, const struct webhook *before, struct webhook *hook, struct err *err)
{
    int64_t last;
    bool woken = str_eq(hook->state, STR("active")) && !str_eq(before->state, STR("active"));
    if (woken || str_eq(hook->state, STR("active")))
        hook->why = STR("");
    else if (!before->why.n)
        hook->why = STR("by hand");
    hook->version = before->version + 1;
    hook->changed = w->now;
    // What it newly asks for, it gets from now on.
    return store_number(w->store, "SELECT max(id) FROM event", 0, &last, err) &&
           store_do(w->store,
                   "UPDATE webhook SET url = $2, name = $3, events = $4, state = $5, why = $6,"
                   " version = $7, changed = $8 WHERE id = $1",
                   PARAMS(P_TEXT(hook->id), P_TEXT(hook->url), P_TEXT(hook->name), P_TEXT(hook->events),
                           P_TEXT(hook->state), P_TEXT(hook->why), P_INT(hook->version),
                           P_INT(hook->changed)),
                   err) &&
           (!woken || store_do(w->store,
                              "UPDATE webhook SET failing_since = NULL, failures = 0, paused = 0,"
                              " from_event = $2 WHERE id = $1",
                              PARAMS(P_TEXT(hook->id), P_INT(last)), err));
}

// What the body says over what is there.
static bool change(struct request *r, struct webhook *hook)
{
    const struct json *events = json_get(r->json, STR("events"));
    struct str url = json_get_str(r->json, STR("url")), name = json_get_str(r->json, STR("name")),
               state = json_get_str(r->json, STR("state"));
    if (url.p && !check_url(r, url))
        return false;
    if (events && !check_events(r, events, &hook->events))
        return false;
    hook->url = url.p ? url : hook->url;
    hook->name = name.p ? name : hook->name;
    hook->state = state.p ? state : hook->state;
    return true;
}

bool webhook_route_patch(struct request *r, struct err *err)
{
    struct webhook before, hook;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = webhook_read(w->store, r->arena, request_param(r, "id"), &before, err) &&
              request_matches(r, before.version, err);
    hook = before;
    ok = ok && change(r, &hook) && update(w, &before, &hook, err) &&
         audit_change(w, request_principal(r), "webhook.update", hook.id, put, &before, &hook, err);
    if (!writing_end(w, ok, err))
        return false;
    wake_senders(request_app(r));
    app_publish(request_app(r), "webhook", hook.id);
    return webhook_read(data_store(request_data(r)), r->arena, hook.id, &hook, err) &&
           answer(r, &hook, STR_NONE, err);
}

static bool remove_rows(struct writing *w, struct str id, struct err *err)
{
    return store_do(w->store, "DELETE FROM webhook_secret WHERE webhook = $1", PARAMS(P_TEXT(id)), err) &&
           store_do(w->store,
                   "DELETE FROM webhook_attempt WHERE delivery IN"
                   " (SELECT id FROM webhook_delivery WHERE webhook = $1)",
                   PARAMS(P_TEXT(id)), err) &&
           store_do(w->store, "DELETE FROM webhook_delivery WHERE webhook = $1", PARAMS(P_TEXT(id)), err) &&
           store_do(w->store, "DELETE FROM webhook WHERE id = $1", PARAMS(P_TEXT(id)), err);
}

bool webhook_route_delete(struct request *r, struct err *err)
{
    struct webhook hook;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = webhook_read(w->store, r->arena, request_param(r, "id"), &hook, err) &&
              request_matches(r, hook.version, err) && remove_rows(w, hook.id, err) &&
              audit_change(w, request_principal(r), "webhook.delete", hook.id, put, &hook, NULL, err);
    if (!writing_end(w, ok, err))
        return false;
    app_publish(request_app(r), "webhook", hook.id);
    return true;
}

// The secrets so far end after a while, in which both sign; the oldest go where there are many.
static bool retire(struct writing *w, struct str webhook, int64_t expires, struct err *err)
{
    return store_do(w->store,
                   "UPDATE webhook_secret SET expires = $2 WHERE webhook = $1"
                   " AND (expires IS NULL OR expires > $2)",
                   PARAMS(P_TEXT(webhook), P_INT(expires)), err) &&
           store_do(w->store,
                   "DELETE FROM webhook_secret WHERE webhook = $1 AND (expires <= $2 OR id NOT IN"
                   " (SELECT id FROM webhook_secret WHERE webhook = $1 ORDER BY id DESC LIMIT 3))",
                   PARAMS(P_TEXT(webhook), P_INT(w->now)), err);
}

bool webhook_route_rotate(struct request *r, struct err *err)
{
    struct webhook hook;
    struct webhook_secret secret;
    struct writing *w;
    char text[SECRET_TEXT_SIZE];
    const struct json *keep = json_get(r->json, STR("keep_hours"));
    double hours = KEEP_HOURS;
    if (keep && (!json_number(keep->text, &hours) || hours < 0 || hours > KEEP_HOURS_MAX))
        return request_problem(r, 400, "keep_hours", "It must be 0 to %d", KEEP_HOURS_MAX);
    if (!check_secret(r, json_get_str(r->json, STR("secret")), &secret) ||
            !writing_begin(request_app(r), &w, err))
        return false;
    bool ok = webhook_read(w->store, r->arena, request_param(r, "id"), &hook, err) &&
              retire(w, hook.id, w->now + (int64_t)(hours * 3600), err) &&
              insert_secret(w, hook.id, &secret, err) &&
              audit_change(w, request_principal(r), "webhook.rotate", hook.id, put, &hook, &hook, err);
    return writing_end(w, ok, err) && answer(r, &hook, secret_text(&secret, text), err);
}

bool webhook_route_types(struct request *r, struct err *err)
{
    static const char *const OWN[] = {WEBHOOK_TYPES};
    enum { N_OWN = sizeof OWN / sizeof *OWN };
    struct listing *items;
    if (!listing_new(r, "name", &items, err))
        return false;
    for (unsigned i = 0;; i++) {
        bool own = i < N_OWN;
        struct str name = own ? str_of(OWN[i]) : event_catalogue(i - N_OWN);
        struct buf item = {0};
        if (!name.n)
            break;
        buf_char(&item, '{');
        put_text(&item, "name", name);
        put_flag(&item, "event", !own);
        buf_char(&item, '}');
        listing_add(items, name, buf_str(&item));
        buf_free(&item);
    }
    return listing_end(items, err);
}
