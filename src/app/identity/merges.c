// Merges by people, and their end.
#include "app/event/log.h"
#include "app/identity/follow.h"
#include "app/identity/routes.h"
#include "app/person/request.h"
#include "app/standing/identifier.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/json_put.h"
#include "base/random.h"

#include <stdio.h>

#define COLUMNS "event, message, a, b, at, by, ended"

enum { CLUSTER_MAX = 256 };

struct merge {
    int64_t event, at, ended;
    uint32_t a, b;
    struct str message, by;
};

static struct merge read_row(struct query *query)
{
    return (struct merge){.event = query_int(query, 0),
            .message = query_text(query, 1),
            .a = (uint32_t)query_int(query, 2),
            .b = (uint32_t)query_int(query, 3),
            .at = query_int(query, 4),
            .by = query_text(query, 5),
            .ended = query_int(query, 6)};
}

static void put(struct request *r, const struct merge *m, struct buf *out)
{
    buf_char(out, '{');
    put_key(out, "id");
    buf_printf(out, "\"%lld\"", (long long)m->event);
    put_key(out, "contact");
    person_put(r, m->a, out);
    put_key(out, "with");
    person_put(r, m->b, out);
    put_time(out, "time", m->at);
    put_text(out, "by", m->by.n ? m->by : STR_NONE);
    put_flag(out, "ended", m->ended != 0);
    put_flag(out, "can_end", !m->ended && m->message.n > 0);
    buf_char(out, '}');
}

static bool put_one(struct request *r, struct store *store, int64_t event, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, "SELECT " COLUMNS " FROM contact_merge WHERE event = $1", PARAMS(P_INT(event)),
                "there is no such merge", &query, err))
        return false;
    struct merge m = read_row(query);
    put(r, &m, r->out);
    query_end(query);
    return true;
}

// For the audit trail, without the names that may have to go one day.
static struct str merge_number(struct request *r, int64_t event)
{
    return arena_printf(r->arena, "{\"merge\":\"%lld\"}", (long long)event);
}

struct pair {
    uint32_t contact, with;
    struct identifier user, previous;
};

// The alias names a userId, and what belonged to somebody else so far.
static bool read_pair(struct request *r, struct pair *ret, struct err *err)
{
    struct live *live = app_live(request_app(r));
    struct pair p;
    if (!person_of_request(r, request_param(r, "id"), &p.contact, err))
        return false;
    if (!person_of_request(r, json_get_str(r->json, STR("with")), &p.with, err))
        return err->code == ERR_NOT_FOUND ? request_problem(r, 404, "with", "there is no such contact")
                                          : false;
    if (p.contact == p.with)
        return request_problem(r, 409, "with", "they are one contact already");
    if (!contact_identifier(live, request_data(r), p.contact, r->arena, &p.user, err) ||
            !contact_identifier(live, request_data(r), p.with, r->arena, &p.previous, err))
        return false;
    if (p.user.anonymous && p.previous.anonymous)
        return request_problem(
                r, 409, "with", "both are unknown visitors: one of the two must be somebody known");
    if (p.user.anonymous) {
        struct identifier known = p.previous;
        p.previous = p.user;
        p.user = known;
    }
    *ret = p;
    return true;
}

static struct str alias_message(struct request *r, const struct pair *p, struct str id)
{
    struct buf text = {0};
    buf_char(&text, '{');
    put_text(&text, "type", STR("alias"));
    put_text(&text, "messageId", id);
    put_text(&text, "userId", p->user.name);
    put_text(&text, "previousId", p->previous.name);
    buf_char(&text, '}');
    struct str message = arena_str(r->arena, buf_str(&text));
    buf_free(&text);
    return message;
}

static bool note(struct request *r, struct writing *w, const struct pair *p, int64_t event, struct str id,
        struct err *err)
{
    int64_t user, previous;
    struct str by = request_principal(r) ? request_principal(r)->name : STR("");
    return log_number(w->log, p->user.name, &user, err) &&
           log_number(w->log, p->previous.name, &previous, err) &&
           store_do(w->store,
                   "INSERT INTO contact_merge (event, message, a, b, at, by) VALUES ($1, $2, $3, $4, $5, $6) "
                   "ON CONFLICT (event) DO UPDATE SET by = excluded.by",
                   PARAMS(P_INT(event), P_TEXT(id), P_INT(user), P_INT(previous), P_INT(w->now), P_TEXT(by)),
                   err) &&
           store_do(w->store,
                   "UPDATE merge_suggestion SET state = 1, decided = $3 WHERE a = $1 AND b = $2 AND state = "
                   "0",
                   PARAMS(P_INT(user < previous ? user : previous), P_INT(user < previous ? previous : user),
                           P_INT(w->now)),
                   err);
}

static void changed(struct request *r, uint32_t contact)
{
    char uuid[UUID_SIZE];
    app_publish(request_app(r), "contact", contact_uuid(request_app(r), contact, uuid));
}

bool merge_add(struct request *r, struct err *err)
{
    struct pair p = {0};
    struct writing *w;
    char id[UUID_SIZE], contact[UUID_SIZE];
    int64_t event;
    if (!read_pair(r, &p, err))
        return false;
    contact_uuid(request_app(r), p.contact, contact);
    struct str message = alias_message(r, &p, uuid_v7(app_now_ms(request_app(r)), id));
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = writing_append(w, message, &event, err) && note(r, w, &p, event, str_of(id), err) &&
              put_one(r, w->store, event, err) &&
              audit_write(w, request_principal(r), "contact.merge", str_of(contact), STR_NONE,
                      merge_number(r, event), err);
    if (!writing_end(w, ok, err))
        return false;
    person_settle(r, event);
    changed(r, p.contact);
    changed(r, p.with);
    return true;
}

// The numbers that aliases, ended ones too, connect with the contact; merges that still hold lead on.
struct cluster {
    uint32_t id[CLUSTER_MAX];
    unsigned n;
};

static void add(struct cluster *c, uint32_t id)
{
    for (unsigned i = 0; i < c->n; i++)
        if (c->id[i] == id)
            return;
    if (c->n < CLUSTER_MAX)
        c->id[c->n++] = id;
}

// Visits the merges of a contact: each once, no order. visit returns false to stop.
static bool each_merge(struct request *r, uint32_t contact,
        bool (*visit)(void *ctx, const struct merge *merge), void *ctx, struct err *err)
{
    struct cluster c = {{contact}, 1};
    bool ok = true, more = true;
    for (unsigned i = 0; ok && more && i < c.n; i++) {
        struct query *query;
        bool row;
        if (!store_ask(data_store(request_data(r)),
                    "SELECT " COLUMNS " FROM contact_merge WHERE a = $1 OR b = $1", PARAMS(P_INT(c.id[i])),
                    &query, err))
            return false;
        while (more && (ok = query_step(query, &row, err)) && row) {
            struct merge m = read_row(query);
            uint32_t other = m.a == c.id[i] ? m.b : m.a;
            bool seen = false; // from the other side
            for (unsigned j = 0; j < i; j++)
                seen = seen || c.id[j] == other;
            if (!seen)
                more = visit(ctx, &m);
            if (!m.ended)
                add(&c, other);
        }
        query_end(query);
    }
    return ok;
}

struct listed {
    struct request *r;
    struct merge merges[CLUSTER_MAX];
    unsigned n;
};

static bool take(void *ctx, const struct merge *merge)
{
    struct listed *l = ctx;
    unsigned at = l->n;
    if (at == CLUSTER_MAX)
        return false;
    for (; at > 0 && l->merges[at - 1].event < merge->event; at--)
        l->merges[at] = l->merges[at - 1];
    l->merges[at] = *merge;
    l->merges[at].message = arena_str(l->r->arena, merge->message);
    l->merges[at].by = arena_str(l->r->arena, merge->by);
    l->n++;
    return true;
}

bool merge_list(struct request *r, struct err *err)
{
    uint32_t contact;
    struct listed *l = ARENA_NEW(r->arena, struct listed);
    l->r = r;
    if (!person_of_request(r, request_param(r, "id"), &contact, err) || !each_merge(r, contact, take, l, err))
        return false;
    buf_put(r->out, STR("{\"items\":["));
    for (unsigned i = 0; i < l->n; i++) {
        put_comma(r->out);
        put(r, &l->merges[i], r->out);
    }
    buf_put(r->out, STR("],\"next\":null}"));
    return true;
}

static const struct merge *find(const struct listed *l, struct str id)
{
    char text[24];
    for (unsigned i = 0; i < l->n; i++) {
        int n = snprintf(text, sizeof text, "%lld", (long long)l->merges[i].event);
        if (str_eq(id, (struct str){text, (size_t)n}))
            return &l->merges[i];
    }
    return NULL;
}

bool merge_undo(struct request *r, struct err *err)
{
    uint32_t contact;
    struct writing *w;
    int64_t event;
    char uuid[UUID_SIZE];
    struct buf message = {0};
    struct listed *l = ARENA_NEW(r->arena, struct listed);
    l->r = r;
    if (!person_of_request(r, request_param(r, "id"), &contact, err) || !each_merge(r, contact, take, l, err))
        return false;
    const struct merge *m = find(l, request_param(r, "merge"));
    if (!m)
        return err_set(err, ERR_NOT_FOUND, "this contact has no such merge");
    if (m->ended)
        return request_problem(r, 409, NULL, "it was undone already");
    if (!m->message.n)
        return request_problem(r, 409, NULL, "the alias came without a messageId: it cannot be undone");
    if (!writing_begin(request_app(r), &w, err))
        return false;
    buf_char(&message, '{');
    put_text(&message, "type", STR("unalias"));
    put_text(&message, "messageId", m->message);
    buf_char(&message, '}');
    bool ok = writing_append(w, buf_str(&message), &event, err) &&
              store_do(w->store, "UPDATE contact_merge SET ended = $2 WHERE message = $1 AND ended IS NULL",
                      PARAMS(P_TEXT(m->message), P_INT(event)), err) &&
              store_do(w->store,
                      "UPDATE merge_suggestion SET state = 0, decided = NULL WHERE a = $1 AND b = $2 AND "
                      "state = 1",
                      PARAMS(P_INT(m->a < m->b ? m->a : m->b), P_INT(m->a < m->b ? m->b : m->a)), err) &&
              put_one(r, w->store, m->event, err) &&
              audit_write(w, request_principal(r), "contact.unmerge",
                      contact_uuid(request_app(r), contact, uuid), merge_number(r, m->event), STR_NONE, err);
    buf_free(&message);
    if (!writing_end(w, ok, err))
        return false;
    person_settle(r, event);
    changed(r, m->a);
    changed(r, m->b);
    return true;
}
