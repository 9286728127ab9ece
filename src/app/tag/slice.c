// /api/contacts/{id}/tags and /api/tags
#include "app/tag/slice.h"

#include "app/assignment/owner.h"
#include "app/event/log.h"
#include "app/listing.h"
#include "app/standing/everybody.h"
#include "app/standing/live.h"
#include "app/tag/tag.h"
#include "app/user/principal.h"
#include "base/json_put.h"
#include "base/map.h"
#include "base/random.h"
#include "base/vec.h"

#include <stdlib.h>

enum { SHOWN_MS = 5000, AT_ONCE = 500, RENAMED_MOST = 100000, TRIES = 8 };

static bool answer(struct request *r, uint32_t contact, struct err *err)
{
    struct columns *columns;
    if (!live_history(app_live(request_app(r)), request_data(r), &contact, 1, INT64_MAX, &columns, err))
        return false;
    buf_put(r->out, STR("{\"tags\":"));
    if (columns->n_contacts)
        tags_put(columns, 0, r->out);
    else
        buf_put(r->out, STR("[]"));
    buf_char(r->out, '}');
    columns_free(columns);
    return true;
}

static bool list_of_contact(struct request *r, struct err *err)
{
    uint32_t contact;
    return owner_contact(r, &contact, err) && answer(r, contact, err);
}

// A name: one line without white space around it.
static bool check_name(struct request *r, struct str given, struct str *ret)
{
    *ret = str_trim(given);
    for (size_t i = 0; i < ret->n; i++)
        if ((unsigned char)ret->p[i] < ' ' || ret->p[i] == 0x7F)
            return request_problem(r, 400, "tag", "A tag is one line without control characters");
    return ret->n > 0 || request_problem(r, 400, "tag", "A tag needs a name");
}

static bool done(struct request *r, struct writing *w, bool ok, struct err *err)
{
    int64_t last = log_last(w->log);
    if (!writing_end(w, ok, err))
        return false;
    live_wait(app_live(request_app(r)), last, SHOWN_MS);
    return true;
}

static bool add(struct request *r, struct err *err)
{
    struct str tag;
    struct writing *w;
    uint32_t contact;
    char uuid[UUID_SIZE];
    if (!check_name(r, json_get_str(r->json, STR("tag")), &tag) || !owner_contact(r, &contact, err) ||
            !writing_begin(request_app(r), &w, err))
        return false;
    struct str id = contact_uuid(w->app, contact, uuid);
    bool new = false,
         ok = tag_add(w, contact, tag, request_principal(r)->id, &new, err) &&
              (!new || audit_write(w, request_principal(r), "tag.add", id, STR_NONE, STR_NONE, err));
    if (!done(r, w, ok, err))
        return false;
    app_publish(request_app(r), "contact", id);
    return answer(r, contact, err);
}

static bool take_away(struct request *r, struct err *err)
{
    struct writing *w;
    uint32_t contact;
    unsigned n = 0;
    char uuid[UUID_SIZE];
    if (!owner_contact(r, &contact, err) || !writing_begin(request_app(r), &w, err))
        return false;
    struct str id = contact_uuid(w->app, contact, uuid);
    bool ok = tag_remove(w, contact, request_param(r, "tag"), &n, err) &&
              (n || err_set(err, ERR_NOT_FOUND, "the contact has no such tag")) &&
              audit_write(w, request_principal(r), "tag.remove", id, STR_NONE, STR_NONE, err);
    if (!done(r, w, ok, err))
        return false;
    app_publish(request_app(r), "contact", id);
    return answer(r, contact, err);
}

// --- all tags

struct counting {
    struct map *names;
    VEC(uint32_t) contacts, last; // by number of the name; last: index + 1 of the contact counted last
};

static void count_events(struct counting *k, const struct columns *c, const uint8_t *skip)
{
    const struct sparse *prop = columns_prop(c, STR("tag"));
    uint32_t contact = 0;
    for (uint32_t i = 0; prop && i < prop->n; i++) {
        struct value v = columns_value(c, prop->val[i]);
        while (prop->ev[i] >= c->off[contact + 1])
            contact++;
        if ((skip && skip[contact]) || v.kind != JSON_STRING || !v.text.n ||
                !str_eq(c->types[c->type[prop->ev[i]]].name, STR("contact.tagged")))
            continue;
        uint32_t name = map_intern(k->names, v.text);
        while (k->contacts.n <= name) {
            vec_push(&k->contacts, 0);
            vec_push(&k->last, 0);
        }
        // A contact's events stand together, its tags may come in any order: counted once for each in a row.
        if (k->last.v[name] != contact + 1)
            k->contacts.v[name]++;
        k->last.v[name] = contact + 1;
    }
}

static bool visit(void *ctx, const struct columns *columns, const uint8_t *skip, struct err *err)
{
    struct counting *k = ctx;
    (void)err;
    for (size_t i = 0; i < k->last.n; i++)
        k->last.v[i] = 0;
    count_events(k, columns, skip);
    return true;
}

// The histories may just be renewed: then once more.
static bool count_all(struct request *r, struct counting *k, struct err *err)
{
    struct err why = {0};
    for (unsigned i = 0; i < TRIES && (i == 0 || why.code == ERR_BUSY); i++) {
        map_free(k->names);
        k->names = map_new();
        k->contacts.n = k->last.n = 0;
        if (live_everybody(app_live(request_app(r)), request_data(r), visit, k, &why))
            return true;
    }
    *err = why;
    return false;
}

static bool list_all(struct request *r, struct err *err)
{
    struct counting k = {0};
    struct listing *list;
    bool ok = listing_new(r, "name", &list, err) && count_all(r, &k, err);
    for (uint32_t i = 0; ok && i < k.contacts.n; i++) {
        struct buf item = {0};
        buf_char(&item, '{');
        put_text(&item, "name", map_key(k.names, i));
        put_int(&item, "contacts", k.contacts.v[i]);
        buf_char(&item, '}');
        listing_add(list, map_key(k.names, i), buf_str(&item));
        buf_free(&item);
    }
    ok = ok && listing_end(list, err);
    map_free(k.names);
    vec_free(&k.contacts);
    vec_free(&k.last);
    return ok;
}

static bool change_some(struct request *r, const uint32_t *contacts, uint32_t n, struct str tag,
        struct str to, struct err *err)
{
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = true;
    for (uint32_t i = 0; ok && i < n; i++)
        ok = tag_remove(w, contacts[i], tag, NULL, err) &&
             (!to.n || tag_add(w, contacts[i], to, request_principal(r)->id, NULL, err));
    ok = ok && audit_write(w, request_principal(r), to.n ? "tag.rename" : "tag.delete", tag, STR_NONE,
                       STR_NONE, err);
    return done(r, w, ok, err);
}

// Of everybody who has it. to: empty: it goes.
static bool change_all(struct request *r, struct str tag, struct str to, struct err *err)
{
    struct buf condition = {0};
    uint32_t *contacts, n;
    buf_put(&condition, STR("any \"contact.tagged\" where tag is "));
    json_put_string(&condition, tag);
    bool ok = live_select(app_live(request_app(r)), buf_str(&condition), &contacts, &n, err);
    buf_free(&condition);
    if (!ok)
        return false;
    if (!n || n > RENAMED_MOST) {
        free(contacts);
        return n ? err_set(err, ERR_LIMIT, "%u contacts have it: at most %d may be changed", n, RENAMED_MOST)
                 : err_set(err, ERR_NOT_FOUND, "nobody has this tag");
    }
    for (uint32_t at = 0; ok && at < n; at += AT_ONCE)
        ok = change_some(r, contacts + at, n - at > AT_ONCE ? AT_ONCE : n - at, tag, to, err);
    free(contacts);
    if (!ok)
        return false;
    app_publish(request_app(r), "contact", STR("bulk"));
    buf_char(r->out, '{');
    put_int(r->out, "contacts", n);
    buf_char(r->out, '}');
    return true;
}

static bool rename_tag(struct request *r, struct err *err)
{
    struct str to;
    return check_name(r, json_get_str(r->json, STR("name")), &to) &&
           (!str_eq(to, request_param(r, "tag")) ||
                   request_problem(r, 400, "name", "That is its name already")) &&
           change_all(r, request_param(r, "tag"), to, err);
}

static bool delete_tag(struct request *r, struct err *err)
{
    return change_all(r, request_param(r, "tag"), STR_NONE, err);
}

static const struct member TAGS_OF[] = {
        {"tags", "[text]", "The contact's tags, in the order in which they were given", true, 0},
        {0},
};
static const struct member TAG_NEW[] = {
        {"tag", "text", "Its name", true, TAG_MAX},
        {0},
};
static const struct member TAG[] = {
        {"name", "text", "Its name", true, 0},
        {"contacts", "integer", "How many contacts have it", true, 0},
        {0},
};
static const struct member TAG_LIST[] = {
        {"items", "[Tag]", "Tags that somebody has", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member TAG_CHANGE[] = {
        {"name", "text", "What it is to be called", true, TAG_MAX},
        {0},
};
static const struct member TAG_DONE[] = {
        {"contacts", "integer", "Of how many contacts it was changed", true, 0},
        {0},
};
static const struct schema SCHEMAS[] = {
        {"ContactTags", "A contact's tags", TAGS_OF, false},
        {"TagNew", "A tag for a contact", TAG_NEW, false},
        {"Tag", "A tag", TAG, false},
        {"TagList", "A page of tags", TAG_LIST, false},
        {"TagChange", "What to change of a tag", TAG_CHANGE, false},
        {"TagDone", "What came of it", TAG_DONE, false},
        {0},
};
static const struct member LIST_PARAMETERS[] = {LIST_QUERY, {0}};

static const struct route TABLE[] = {
        ROW("GET", "/api/contacts/{id}/tags", "A contact's tags", .right = "contact.read",
                .answer = "ContactTags", .handle = list_of_contact),
        ROW("POST", "/api/contacts/{id}/tags", "Gives a contact a tag", .right = "contact.write",
                .body = "TagNew", .answer = "ContactTags", .handle = add),
        ROW("DELETE", "/api/contacts/{id}/tags/{tag}", "Takes a tag away from a contact",
                .right = "contact.write", .answer = "ContactTags", .handle = take_away),
        ROW("GET", "/api/tags", "All tags, and how many contacts have them", .right = "contact.read",
                .query = LIST_PARAMETERS, .answer = "TagList", .handle = list_all),
        ROW("PATCH", "/api/tags/{tag}", "Renames a tag, of everybody who has it", .right = "contact.write",
                .body = "TagChange", .answer = "TagDone", .handle = rename_tag),
        ROW("DELETE", "/api/tags/{tag}", "Takes a tag away from everybody", .right = "contact.write",
                .answer = "TagDone", .handle = delete_tag),
        {0},
};
static const struct routes ROUTES = {.tag = "Tags", .routes = TABLE, .schemas = SCHEMAS};

const struct slice TAG_SLICE = {.name = "tag", .routes = &ROUTES};
