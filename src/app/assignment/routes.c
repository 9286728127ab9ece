// /api/assignment-rules, and giving contacts an owner by hand.
#include "app/assignment/private.h"

#include "app/listing.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/json_put.h"
#include "base/mem.h"
#include "store/ask.h"

#include <stdlib.h>

enum { BULK_MAX = 10000 };

static struct str or_null(struct str text)
{
    return text.n ? text : STR_NONE;
}

static void put(const void *thing, struct buf *out)
{
    const struct rule *rule = thing;
    buf_char(out, '{');
    put_text(out, "id", rule->id);
    put_text(out, "name", rule->name);
    put_int(out, "position", rule->position);
    put_flag(out, "active", rule->active);
    put_text(out, "stage", or_null(rule->stage));
    put_text(out, "audience", or_null(rule->audience));
    put_text(out, "method", rule->method);
    put_raw(out, "members", rule->members_json);
    put_flag(out, "handover", rule->handover);
    put_int(out, "version", rule->version);
    put_time(out, "created", rule->created);
    put_time(out, "changed", rule->changed);
    buf_char(out, '}');
}

bool rule_route_list(struct request *r, struct err *err)
{
    struct listing *list;
    struct rule *rules;
    unsigned n;
    if (!listing_new(r, "position", &list, err) ||
            !rules_read(data_store(request_data(r)), r->arena, &rules, &n, err))
        return false;
    for (unsigned i = 0; i < n; i++) {
        struct buf item = {0};
        put(&rules[i], &item);
        listing_add(list, rules[i].id, buf_str(&item));
        buf_free(&item);
    }
    return listing_end(list, err);
}

bool rule_route_get(struct request *r, struct err *err)
{
    struct rule *rule = ARENA_NEW(r->arena, struct rule);
    if (!rule_read(data_store(request_data(r)), r->arena, request_param(r, "id"), rule, err))
        return false;
    response_etag(r, rule->version);
    put(rule, r->out);
    return true;
}

static bool check_members(struct request *r, struct rule *rule, const struct json *list, struct err *err)
{
    struct buf out = {0};
    if (!rule_members(rule, list))
        return request_problem(r, 400, "members", "Name 1 to %d users, each with a weight of 1 to %d if any",
                MEMBERS_MAX, WEIGHT_MAX);
    buf_char(&out, '[');
    for (unsigned i = 0; i < rule->n_members; i++) {
        bool there;
        if (!owner_account(data_store(request_data(r)), rule->members[i].user, &there, err)) {
            buf_free(&out);
            return false;
        }
        if (!there)
            request_problem(r, 400, "members", "There is no user %.*s, or they are disabled",
                    STR_ARG(rule->members[i].user));
        put_comma(&out);
        buf_char(&out, '{');
        put_text(&out, "user", rule->members[i].user);
        put_int(&out, "weight", rule->members[i].weight);
        buf_char(&out, '}');
        if (!there) {
            buf_free(&out);
            return false;
        }
    }
    buf_char(&out, ']');
    rule->members_json = arena_str(r->arena, buf_str(&out));
    buf_free(&out);
    return true;
}

static bool check_audience(struct request *r, struct rule *rule)
{
    struct err err;
    if (rule->audience.n && !audience_compile(request_data(r), r->arena, rule->audience, &err))
        return request_problem(r, 400, "audience", "%s", err.message);
    return true;
}

// A text that the body states, null for empty; else what was there.
static struct str stated(const struct json *json, const char *name, struct str otherwise)
{
    const struct json *j = json_get(json, str_of(name));
    return !j ? otherwise : j->kind == JSON_STRING ? j->text : STR("");
}

static bool flag(const struct json *json, const char *name, bool otherwise)
{
    const struct json *j = json_get(json, str_of(name));
    return j ? j->kind == JSON_TRUE : otherwise;
}

// What the body says over what the rule says.
static bool change(struct request *r, struct rule *rule, struct err *err)
{
    const struct json *members = json_get(r->json, STR("members")),
                      *position = json_get(r->json, STR("position"));
    double n = 0;
    rule->name = stated(r->json, "name", rule->name);
    rule->stage = stated(r->json, "stage", rule->stage);
    rule->audience = stated(r->json, "audience", rule->audience);
    rule->method = stated(r->json, "method", rule->method);
    rule->active = flag(r->json, "active", rule->active);
    rule->handover = flag(r->json, "handover", rule->handover);
    if (position && (!json_number(position->text, &n) || n < -1e6 || n > 1e6))
        return request_problem(r, 400, "position", "It must be -1,000,000 to 1,000,000");
    if (position)
        rule->position = (int64_t)n;
    if (!rule->stage.n && !rule->audience.n)
        return request_problem(r, 400, "stage", "Name a stage, an audience, or both");
    return (!members || check_members(r, rule, members, err)) && check_audience(r, rule);
}

static bool store(struct writing *w, const struct rule *rule, struct err *err)
{
    return store_do(w->store,
            "INSERT INTO assignment_rule (id, name, position, active, stage, audience, method, members,"
            " handover, version, created, changed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, position = excluded.position,"
            " active = excluded.active, stage = excluded.stage, audience = excluded.audience,"
            " method = excluded.method, members = excluded.members, handover = excluded.handover,"
            " version = excluded.version, changed = excluded.changed",
            PARAMS(P_TEXT(rule->id), P_TEXT(rule->name), P_INT(rule->position), P_INT(rule->active),
                    P_TEXT(rule->stage), P_TEXT(rule->audience), P_TEXT(rule->method),
                    P_TEXT(rule->members_json), P_INT(rule->handover), P_INT(rule->version),
                    P_INT(rule->created), P_INT(rule->changed)),
            err);
}

static bool insert(struct writing *w, const struct rule *rule, struct err *err)
{
    int64_t n;
    return store_number(w->store, "SELECT count(*) FROM assignment_rule", 0, &n, err) &&
           (n < RULES_MAX || err_set(err, ERR_CONFLICT, "there are %d rules already", RULES_MAX)) &&
           store(w, rule, err);
}

bool rule_route_create(struct request *r, struct err *err)
{
    char id[UUID_SIZE];
    struct writing *w;
    struct rule *rule = ARENA_NEW(r->arena, struct rule);
    *rule = (struct rule){.id = uuid_v7(app_now_ms(request_app(r)), id),
            .name = STR(""),
            .stage = STR(""),
            .audience = STR(""),
            .active = true,
            .version = 1,
            .created = r->now,
            .changed = r->now};
    if (!change(r, rule, err) || !writing_begin(request_app(r), &w, err) ||
            !writing_end(w,
                    insert(w, rule, err) && audit_change(w, request_principal(r), "assignment_rule.create",
                                                    rule->id, put, NULL, rule, err),
                    err))
        return false;
    response_etag(r, rule->version);
    put(rule, r->out);
    return true;
}

bool rule_route_patch(struct request *r, struct err *err)
{
    struct writing *w;
    struct rule *before = ARENA_NEW(r->arena, struct rule), *rule = ARENA_NEW(r->arena, struct rule);
    if (!rule_read(data_store(request_data(r)), r->arena, request_param(r, "id"), before, err))
        return false;
    *rule = *before;
    rule->version++;
    rule->changed = r->now;
    if (!request_matches(r, before->version, err) || !change(r, rule, err) ||
            !writing_begin(request_app(r), &w, err))
        return false;
    int64_t version;
    bool ok = store_ask_number(w->store, "SELECT version FROM assignment_rule WHERE id = $1",
            PARAMS(P_TEXT(rule->id)), 0, &version, err);
    if (ok && version != before->version)
        ok = err_set(err, ERR_CONFLICT, "somebody else changed the rule at the same moment");
    if (!writing_end(w,
                ok && store(w, rule, err) &&
                        audit_change(w, request_principal(r), "assignment_rule.update", rule->id, put, before,
                                rule, err),
                err))
        return false;
    response_etag(r, rule->version);
    put(rule, r->out);
    return true;
}

bool rule_route_delete(struct request *r, struct err *err)
{
    struct writing *w;
    struct rule *rule = ARENA_NEW(r->arena, struct rule);
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok =
            rule_read(w->store, r->arena, request_param(r, "id"), rule, err) &&
            request_matches(r, rule->version, err) &&
            store_do(
                    w->store, "DELETE FROM assignment_turn WHERE rule = $1", PARAMS(P_TEXT(rule->id)), err) &&
            store_do(w->store, "DELETE FROM assignment_rule WHERE id = $1", PARAMS(P_TEXT(rule->id)), err) &&
            audit_change(w, request_principal(r), "assignment_rule.delete", rule->id, put, rule, NULL, err);
    return writing_end(w, ok, err);
}

// The user that the body names, looked at; STR_NONE for nobody.
static bool named_user(struct request *r, struct store *store, struct str *ret, struct err *err)
{
    struct str user = json_get_str(r->json, STR("user"));
    bool there = true;
    if (user.p && !owner_account(store, user, &there, err))
        return false;
    if (!there)
        return request_problem(r, 400, "user", "There is no such user, or they are disabled");
    *ret = user;
    return true;
}

bool owner_route_set(struct request *r, struct err *err)
{
    uint32_t contact;
    struct str user;
    struct writing *w;
    char uuid[UUID_SIZE];
    if (!owner_contact(r, &contact, err) || !named_user(r, data_store(request_data(r)), &user, err) ||
            !writing_begin(request_app(r), &w, err) ||
            !writing_end(w, assignment_set(w, contact, user, request_principal(r)->id, err), err))
        return false;
    struct str id = contact_uuid(request_app(r), contact, uuid);
    owner_changed(request_app(r), request_data(r));
    app_publish(request_app(r), "contact", id);
    buf_char(r->out, '{');
    put_text(r->out, "contact", id);
    put_text(r->out, "owner", user);
    buf_char(r->out, '}');
    return true;
}

// The contacts of the body: those it names, or those that its filter selects; each of them the asker's own,
// if they are limited to these. free() what it gives.
static bool named_contacts(struct request *r, uint32_t **ret, uint32_t *ret_n, struct err *err)
{
    const struct json *list = json_get(r->json, STR("contacts"));
    struct str filter = json_get_str(r->json, STR("filter"));
    const struct principal *who = request_principal(r);
    char owner[UUID_SIZE];
    uint32_t n = 0;
    if (!list == !filter.p)
        return request_problem(r, 400, "contacts", "Say either contacts or filter");
    if (filter.p) {
        uint32_t *all, n_all;
        if (!live_select(app_live(request_app(r)), filter, &all, &n_all, err))
            return err->code == ERR_INPUT ? request_problem(r, 400, "filter", "%s", err->message) : false;
        for (uint32_t i = 0; i < n_all; i++)
            if (!who->own_only || (owner_of(request_app(r), all[i], owner) && str_eq(str_of(owner), who->id)))
                all[n++] = all[i];
        *ret = all;
        *ret_n = n;
        return true;
    }
    for (const struct json *j = list->child; j; j = j->next)
        n++;
    uint32_t *contacts = mem_zero(n + 1, sizeof *contacts);
    n = 0;
    for (const struct json *j = list->child; j; j = j->next)
        if (!owner_contact_named(r, j->text, &contacts[n++], err)) {
            free(contacts);
            return err->code == ERR_NOT_FOUND
                           ? request_problem(r, 400, "contacts", "There is no contact %.*s", STR_ARG(j->text))
                           : false;
        }
    *ret = contacts;
    *ret_n = n;
    return true;
}

// In pieces, so that others get their turn to write.
static bool set_all(struct request *r, const uint32_t *contacts, uint32_t n, struct str user, struct err *err)
{
    enum { PIECE = 500 };
    for (uint32_t from = 0; from < n; from += PIECE) {
        struct writing *w;
        bool ok = true;
        if (!writing_begin(request_app(r), &w, err))
            return false;
        for (uint32_t i = from; ok && i < n && i < from + PIECE; i++)
            ok = assignment_set(w, contacts[i], user, request_principal(r)->id, err);
        if (!writing_end(w, ok, err))
            return false;
        for (uint32_t i = from; i < n && i < from + PIECE; i++) {
            char uuid[UUID_SIZE];
            app_publish(request_app(r), "contact", contact_uuid(request_app(r), contacts[i], uuid));
        }
    }
    owner_changed(request_app(r), request_data(r));
    return true;
}

bool owner_route_bulk(struct request *r, struct err *err)
{
    uint32_t *contacts = NULL, n = 0;
    struct str user;
    if (!named_user(r, data_store(request_data(r)), &user, err) || !named_contacts(r, &contacts, &n, err))
        return false;
    bool ok =
            n <= BULK_MAX || request_problem(r, 413, json_get(r->json, STR("filter")) ? "filter" : "contacts",
                                     "These are %u contacts; at most %d at once", n, BULK_MAX);
    ok = ok && set_all(r, contacts, n, user, err);
    free(contacts);
    if (!ok)
        return false;
    buf_char(r->out, '{');
    put_int(r->out, "contacts", n);
    put_text(r->out, "owner", user);
    buf_char(r->out, '}');
    return true;
}
