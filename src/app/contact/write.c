// Making and changing contacts: what is written are events, as if somebody had sent them.
#include "app/contact/contact.h"

#include "app/assignment/owner.h"
#include "app/event/log.h"
#include "app/identity/identity.h"
#include "app/record/record.h"
#include "app/standing/identifier.h"
#include "app/user/principal.h"
#include "base/json_put.h"
#include "base/random.h"

#include <stdlib.h>

enum {
    BULK_MAX = 10000, // contacts in one request
    BULK_CHUNK = 500, // of them in one transaction
    SHOWN_MS = 5000,  // after that the answer comes without waiting for the standings
};

// {"type":"identify","userId":…,"traits":{…}}; members of the body that are traits of their own are added.
static void put_identify(const struct identifier *who, const struct json *body, struct buf *out)
{
    static const char *const OWN[] = {"email", "phone", "name", "first_name", "last_name"};
    const struct json *traits = json_get(body, STR("traits"));
    buf_put(out, STR("{\"type\":\"identify\","));
    identifier_put(who, out);
    buf_put(out, STR(",\"traits\":{"));
    for (const struct json *j = traits ? traits->child : NULL; j; j = j->next) {
        put_comma(out);
        json_put_string(out, j->key);
        buf_char(out, ':');
        if (j->kind == JSON_STRING)
            json_put_string(out, j->text);
        else
            buf_put(out, j->text);
    }
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++) {
        struct str value = json_get_str(body, str_of(OWN[i]));
        if (value.n)
            put_text(out, OWN[i], value);
    }
    buf_put(out, STR("}}"));
}

static void put_created(const struct identifier *who, const struct principal *by, struct buf *out)
{
    buf_put(out, STR("{\"type\":\"track\",\"event\":\"contact.created\","));
    identifier_put(who, out);
    buf_put(out, STR(",\"properties\":{\"source\":\"api\""));
    if (by)
        put_text(out, "by", by->name);
    buf_put(out, STR("}}"));
}

static bool append(struct writing *w, struct buf *message, int64_t *ret_row, struct err *err)
{
    bool ok = writing_append(w, buf_str(message), ret_row, err);
    message->n = 0;
    return ok;
}

// Whether anything is left of an identifier: of a contact whose import was undone there is not.
static bool is_there(struct request *r, int64_t number, bool *ret, struct err *err)
{
    struct live *live = app_live(request_app(r));
    uint32_t *rows, n;
    if (!live_rows(live, request_data(r), live_owner(live, (uint32_t)number), &rows, &n, err))
        return false;
    free(rows);
    *ret = n > 0;
    return true;
}

// The userId of the new contact. ERR_CONFLICT: it is there.
static bool new_user(struct request *r, struct writing *w, struct identifier *ret, struct err *err)
{
    struct str id = json_get_str(r->json, STR("user_id"));
    struct identity_ask ask = {.email = json_get_str(r->json, STR("email")),
            .phone = json_get_str(r->json, STR("phone")),
            .external = json_get_str(r->json, STR("external_id"))};
    int64_t known = 0;
    bool new = false, there = false;
    char uuid[UUID_SIZE];
    struct str user = id;
    if (!id.n && !identity_resolve(w, &ask, &user, &new, err))
        return false;
    if (!new && (!log_contact(w->log, user, &known, err) || (known && !is_there(r, known, &there, err))))
        return false;
    if (there && id.n)
        return err_set(err, ERR_CONFLICT, "there is a contact with this user_id");
    if (there) {
        uint32_t contact = live_owner(app_live(w->app), (uint32_t)known);
        struct str text = contact_uuid(w->app, contact, uuid);
        return err_set(err, ERR_CONFLICT, "there is a contact with this address: %.*s", STR_ARG(text));
    }
    *ret = (struct identifier){arena_str(r->arena, user), false};
    return true;
}

static bool create(struct request *r, struct writing *w, struct identifier *user, int64_t *ret_number,
        int64_t *ret_row, struct err *err)
{
    const struct principal *who = request_principal(r);
    struct buf message = {0};
    char uuid[UUID_SIZE];
    bool ok = new_user(r, w, user, err);
    if (ok) {
        put_identify(user, r->json, &message);
        ok = append(w, &message, ret_row, err);
    }
    if (ok) {
        put_created(user, who, &message);
        ok = append(w, &message, ret_row, err);
    }
    buf_free(&message);
    if (!ok || !log_contact(w->log, user->name, ret_number, err))
        return false;
    if (who && who->own_only && !assignment_set(w, (uint32_t)*ret_number, who->id, who->id, err))
        return false;
    return audit_write(w, who, "contact.create", contact_uuid(w->app, (uint32_t)*ret_number, uuid), STR_NONE,
            r->body, err);
}

bool contact_create(struct request *r, struct err *err)
{
    struct app *app = request_app(r);
    struct writing *w;
    struct identifier user;
    int64_t number, row;
    const struct principal *who = request_principal(r);
    if (!writing_begin(app, &w, err))
        return false;
    if (!writing_end(w, create(r, w, &user, &number, &row, err), err))
        return false;
    if (who && who->own_only)
        owner_changed(app, request_data(r));
    live_wait(app_live(app), row, SHOWN_MS);
    return contact_answer(r, live_owner(app_live(app), (uint32_t)number), err);
}

static bool last_row(struct request *r, uint32_t contact, int64_t *ret, struct err *err)
{
    uint32_t *rows, n;
    if (!live_rows(app_live(request_app(r)), request_data(r), contact, &rows, &n, err))
        return false;
    *ret = 0;
    for (uint32_t i = 0; i < n; i++)
        *ret = rows[i] > *ret ? rows[i] : *ret;
    free(rows);
    return true;
}

bool contact_change(struct request *r, struct err *err)
{
    struct app *app = request_app(r);
    struct identifier who;
    struct writing *w;
    struct buf message = {0};
    char uuid[UUID_SIZE];
    uint32_t contact;
    int64_t row, version;
    if (!contact_of_path(r, &contact, err) || !last_row(r, contact, &version, err) ||
            !request_matches(r, version, err) ||
            !contact_identifier(app_live(app), request_data(r), contact, r->arena, &who, err))
        return false;
    if (!writing_begin(app, &w, err))
        return false;
    put_identify(&who, r->json, &message);
    bool ok = append(w, &message, &row, err) &&
              audit_write(w, request_principal(r), "contact.change", contact_uuid(app, contact, uuid),
                      STR_NONE, r->body, err);
    buf_free(&message);
    if (!writing_end(w, ok, err))
        return false;
    live_wait(app_live(app), row, SHOWN_MS);
    return contact_answer(r, live_owner(app_live(app), contact), err);
}

// --- many at once

struct bulk {
    struct request *r;
    VEC(uint32_t) contacts;
    struct buf failed, message; // failed: items of the report
    unsigned n_failed, done;
    int64_t row; // the last one written
};

static void fail(struct bulk *b, struct str id, const char *why)
{
    put_comma(&b->failed);
    buf_char(&b->failed, '{');
    put_text(&b->failed, "id", id);
    put_text(&b->failed, "error", str_of(why));
    buf_char(&b->failed, '}');
    b->n_failed++;
}

static bool take_ids(struct bulk *b, const struct json *ids)
{
    struct request *r = b->r;
    for (const struct json *j = ids->child; j; j = j->next) {
        struct err why;
        uint32_t contact;
        if (!live_find(app_live(request_app(r)), request_data(r), j->text, &contact, &why))
            fail(b, j->text, why.message);
        else if (!contact_visible(r, contact))
            fail(b, j->text, "there is no contact of this id");
        else
            vec_push(&b->contacts, contact);
    }
    return true;
}

static bool take_filter(struct bulk *b, struct str filter, struct err *err)
{
    struct request *r = b->r;
    uint32_t *numbers, n;
    if (!live_select(app_live(request_app(r)), filter, &numbers, &n, err))
        return err->code == ERR_INPUT ? request_problem(r, 400, "filter", "%s", err->message) : false;
    for (uint32_t i = 0; i < n && b->contacts.n <= BULK_MAX; i++)
        if (contact_visible(r, numbers[i]))
            vec_push(&b->contacts, numbers[i]);
    free(numbers);
    return true;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static bool choose(struct bulk *b, struct err *err)
{
    struct request *r = b->r;
    const struct json *ids = json_get(r->json, STR("ids"));
    struct str filter = json_get_str(r->json, STR("filter"));
    if ((ids != NULL) == (filter.p != NULL))
        return request_problem(r, 400, "ids", "either `ids` or `filter` is expected");
    if (ids ? !take_ids(b, ids) : !take_filter(b, filter, err))
        return false;
    if (b->contacts.n > BULK_MAX)
        return request_problem(
                r, 413, ids ? "ids" : "filter", "these are more than %d contacts: do it in parts", BULK_MAX);
    if (b->contacts.n)
        qsort(b->contacts.v, b->contacts.n, sizeof *b->contacts.v, by_number);
    size_t n = 0;
    for (size_t i = 0; i < b->contacts.n; i++)
        if (!i || b->contacts.v[i] != b->contacts.v[i - 1])
            b->contacts.v[n++] = b->contacts.v[i];
    b->contacts.n = n;
    return true;
}

static void put_record(const struct identifier *who, const struct json *record, struct buf *out)
{
    const struct json *properties = json_get(record, STR("properties"));
    buf_put(out, STR("{\"type\":\"track\","));
    identifier_put(who, out);
    put_text(out, "event", json_get_str(record, STR("event")));
    put_raw(out, "properties", properties ? properties->text : STR("{}"));
    buf_char(out, '}');
}

static bool change_one(
        struct bulk *b, struct writing *w, uint32_t contact, const struct json *action, struct err *err)
{
    struct request *r = b->r;
    const struct json *record = json_get(action, STR("record"));
    struct identifier who;
    char uuid[UUID_SIZE];
    if (!contact_identifier(app_live(request_app(r)), request_data(r), contact, r->arena, &who, err))
        return false;
    if (record)
        put_record(&who, record, &b->message);
    else
        put_identify(&who, action, &b->message);
    if (!append(w, &b->message, &b->row, err) || (record && b->row && !record_note(w, b->row, err)))
        return false;
    b->done++;
    return audit_write(w, request_principal(r), record ? "contact.record" : "contact.change",
            contact_uuid(w->app, contact, uuid), STR_NONE, action->text, err);
}

static bool change_some(struct bulk *b, size_t from, size_t to, const struct json *action, struct err *err)
{
    struct writing *w;
    if (!writing_begin(request_app(b->r), &w, err))
        return false;
    bool ok = true;
    for (size_t i = from; ok && i < to; i++)
        ok = change_one(b, w, b->contacts.v[i], action, err);
    return writing_end(w, ok, err);
}

static bool change_all(struct bulk *b, struct err *err)
{
    const struct json *action = json_get(b->r->json, STR("action")),
                      *record = json_get(action, STR("record")), *traits = json_get(action, STR("traits"));
    if ((record != NULL) == (traits != NULL))
        return request_problem(b->r, 400, "action", "either `record` or `traits` is expected");
    for (size_t i = 0; i < b->contacts.n; i += BULK_CHUNK) {
        size_t to = b->contacts.n - i > BULK_CHUNK ? i + BULK_CHUNK : b->contacts.n;
        if (!change_some(b, i, to, action, err)) {
            if (!i || err->code == ERR_INPUT)
                return false;
            // The parts before are written: the answer says how far it came.
            fail(b, STR(""), err->message);
            return true;
        }
    }
    return true;
}

bool contact_bulk(struct request *r, struct err *err)
{
    struct bulk b = {.r = r};
    bool ok = choose(&b, err) && change_all(&b, err);
    if (ok) {
        if (b.row)
            live_wait(app_live(request_app(r)), b.row, SHOWN_MS);
        buf_char(r->out, '{');
        put_int(r->out, "selected", (int64_t)b.contacts.n);
        put_int(r->out, "done", b.done);
        put_key(r->out, "failed");
        buf_char(r->out, '[');
        buf_put(r->out, buf_str(&b.failed));
        buf_put(r->out, STR("]}"));
    }
    vec_free(&b.contacts);
    buf_free(&b.failed);
    buf_free(&b.message);
    return ok;
}
