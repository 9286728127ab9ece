// /api/suppressions and /api/topics.
#include "app/suppression/private.h"

#include "app/address/address.h"
#include "app/listing.h"
#include "app/user/principal.h"
#include "base/json_put.h"
#include "base/random.h"
#include "base/utf8.h"
#include "store/ask.h"

#include <stdio.h>
#include <stdlib.h>

static void put_row(struct query *q, struct buf *out)
{
    struct str topic = query_text(q, 1);
    buf_char(out, '{');
    put_text(out, "address", query_text(q, 0));
    put_text(out, "topic", topic.n ? topic : STR_NONE);
    put_text(out, "reason", query_text(q, 2));
    put_text(out, "proof", query_text(q, 3));
    put_time(out, "at", query_int(q, 4));
    buf_char(out, '}');
}

// The last item of a page: "TIME REASON TOPIC ADDRESS"; the topic may be empty.
struct cursor {
    int64_t at;
    struct str reason, topic, address;
};

static struct str next_word(struct str *rest)
{
    size_t blank = str_find(*rest, ' ');
    struct str word = str_sub(*rest, 0, blank);
    *rest = str_sub(*rest, blank < rest->n ? blank + 1 : blank, rest->n);
    return word;
}

static bool read_cursor(struct request *r, struct cursor *ret)
{
    struct str after = request_query(r, "after");
    *ret = (struct cursor){INT64_MAX, STR(""), STR(""), STR("")};
    if (!after.n)
        return true;
    ret->at = strtoll(after.p, NULL, 10);
    next_word(&after);
    ret->reason = next_word(&after);
    ret->topic = next_word(&after);
    ret->address = after;
    return after.n || request_problem(r, 400, "after", "This is no `next` of a page");
}

bool suppression_route_list(struct request *r, struct err *err)
{
    struct query *q;
    struct cursor from;
    struct str search = request_query(r, "search"), reason = request_query(r, "reason");
    unsigned limit, n = 0;
    bool row, ok, domain = search.n && search.p[0] == '@';
    char next[440] = "";
    if (!listing_limit(r, &limit, err) || !read_cursor(r, &from))
        return false;
    struct str low = utf8_fold(r->arena, search),
               high = arena_printf(r->arena, "%.*s\xf4\x8f\xbf\xbf", STR_ARG(low));
    if (!store_ask(data_store(request_data(r)),
                "SELECT address, topic, reason, proof, at FROM suppression WHERE"
                " (at < $1 OR (at = $1 AND (address, topic, reason) > ($2, $8, $9)))"
                " AND ($3 = '' OR reason = $3) AND ($4 = '' OR (address >= $4 AND address < $5))"
                " AND ($6 = '' OR substr(address, length(address) - length($6) + 1) = $6)"
                " ORDER BY at DESC, address, topic, reason LIMIT $7",
                PARAMS(P_INT(from.at), P_TEXT(from.address), P_TEXT(reason.p ? reason : STR("")),
                        P_TEXT(domain || !low.p ? STR("") : low), P_TEXT(high),
                        P_TEXT(domain ? low : STR("")), P_INT(limit + 1), P_TEXT(from.topic),
                        P_TEXT(from.reason)),
                &q, err))
        return false;
    buf_put(r->out, STR("{\"items\":["));
    while ((ok = query_step(q, &row, err)) && row && n < limit) {
        put_comma(r->out);
        put_row(q, r->out);
        snprintf(next, sizeof next, "%lld %.*s %.*s %.*s", (long long)query_int(q, 4),
                STR_ARG(query_text(q, 2)), STR_ARG(query_text(q, 1)), STR_ARG(query_text(q, 0)));
        n++;
    }
    query_end(q);
    buf_char(r->out, ']');
    put_text(r->out, "next", ok && row ? str_of(next) : STR_NONE);
    buf_char(r->out, '}');
    return ok;
}

static bool answer_manual(struct request *r, struct str address, struct str topic, struct err *err)
{
    struct query *q;
    if (!store_ask_row(data_store(request_data(r)),
                "SELECT address, topic, reason, proof, at FROM suppression"
                " WHERE address = $1 AND topic = $2 AND reason = 'manual'",
                PARAMS(P_TEXT(address), P_TEXT(topic)), "this address is not suppressed", &q, err))
        return false;
    put_row(q, r->out);
    query_end(q);
    return true;
}

static bool known_topic(struct store *store, struct str topic, struct err *err)
{
    int64_t n;
    return !topic.n || (store_ask_number(store, "SELECT count(*) FROM topic WHERE id = $1",
                                PARAMS(P_TEXT(topic)), 0, &n, err) &&
                               (n || err_set(err, ERR_NOT_FOUND, "there is no such topic")));
}

static void put_entry(const void *thing, struct buf *out)
{
    const struct str *entry = thing; // topic, why, reason: the audit's subject is no address
    buf_char(out, '{');
    put_text(out, "topic", entry[0].n ? entry[0] : STR_NONE);
    put_text(out, "reason", entry[2].n ? entry[2] : STR_NONE);
    put_text(out, "why", entry[1]);
    buf_char(out, '}');
}

static struct str proof_of(struct request *r, struct str why)
{
    const struct principal *who = request_principal(r);
    return arena_printf(r->arena, "%.*s (by %.*s)", STR_ARG(why), STR_ARG(who->name));
}

bool suppression_route_add(struct request *r, struct err *err)
{
    struct str normal, topic = json_get_str(r->json, STR("topic")), why = json_get_str(r->json, STR("why"));
    struct writing *w;
    struct err bad;
    topic = topic.p ? topic : STR("");
    if (!address_email(r->arena, json_get_str(r->json, STR("address")), &normal, &bad))
        return request_problem(r, 400, "address", "%s", bad.message);
    if (!writing_begin(request_app(r), &w, err))
        return false;
    struct str key = address_email_key(r->arena, normal), entry[] = {topic, why, STR("manual")};
    bool ok = known_topic(w->store, topic, err) &&
              suppress(w, normal, "manual", topic, proof_of(r, why), err) &&
              audit_change(w, request_principal(r), "suppression.add", key, put_entry, NULL, entry, err);
    if (!writing_end(w, ok, err))
        return false;
    app_publish(request_app(r), "suppression", STR(""));
    return answer_manual(r, key, topic, err);
}

bool suppression_route_remove(struct request *r, struct err *err)
{
    struct str address = request_param(r, "address"), topic = request_query(r, "topic"),
               reason = request_query(r, "reason"), entry[] = {topic, request_query(r, "why"), reason};
    struct writing *w;
    bool changed = false;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok =
            suppression_end(w, address, topic, reason.n ? arena_str(r->arena, reason).p : "",
                    proof_of(r, entry[1]), &changed, err) &&
            (changed || err_set(err, ERR_NOT_FOUND, "this address is not suppressed")) &&
            audit_change(w, request_principal(r), "suppression.remove", address, put_entry, entry, NULL, err);
    if (!writing_end(w, ok, err))
        return false;
    app_publish(request_app(r), "suppression", STR(""));
    return true;
}

struct topic_row {
    struct str id, name, description;
    bool is_public, active;
    int64_t version, created, changed;
};

static void topic_put_members(const void *p, struct buf *out)
{
    const struct topic_row *t = p;
    buf_char(out, '{');
    put_text(out, "id", t->id);
    put_text(out, "name", t->name);
    put_text(out, "description", t->description);
    put_flag(out, "public", t->is_public);
    put_flag(out, "active", t->active);
    put_int(out, "version", t->version);
    put_time(out, "created", t->created);
    put_time(out, "changed", t->changed);
    buf_char(out, '}');
}

#define TOPIC_COLUMNS "id, name, description, is_public, active, version, created, changed"

static struct topic_row topic_of(struct arena *arena, struct query *q)
{
    return (struct topic_row){arena_str(arena, query_text(q, 0)), arena_str(arena, query_text(q, 1)),
            arena_str(arena, query_text(q, 2)), query_int(q, 3) != 0, query_int(q, 4) != 0, query_int(q, 5),
            query_int(q, 6), query_int(q, 7)};
}

bool topic_route_list(struct request *r, struct err *err)
{
    struct listing *items;
    struct query *q;
    bool row, ok;
    if (!listing_new(r, "name", &items, err) ||
            !store_query(
                    data_store(request_data(r)), "SELECT " TOPIC_COLUMNS " FROM topic ORDER BY id", &q, err))
        return false;
    while ((ok = query_step(q, &row, err)) && row) {
        struct topic_row topic = topic_of(r->arena, q);
        struct buf item = {0};
        topic_put_members(&topic, &item);
        listing_add(items, topic.id, buf_str(&item));
        buf_free(&item);
    }
    query_end(q);
    return ok && listing_end(items, err);
}

static void topic_take(struct request *r, struct topic_row *t)
{
    struct str name = json_get_str(r->json, STR("name")),
               description = json_get_str(r->json, STR("description"));
    const struct json *is_public = json_get(r->json, STR("public")),
                      *active = json_get(r->json, STR("active"));
    t->name = name.p ? name : t->name;
    t->description = description.p ? description : t->description;
    t->is_public = is_public ? is_public->kind == JSON_TRUE : t->is_public;
    t->active = active ? active->kind == JSON_TRUE : t->active;
}

static bool topic_write(struct writing *w, const struct topic_row *t, struct err *err)
{
    return store_do(w->store,
            "INSERT INTO topic (" TOPIC_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description,"
            " is_public = excluded.is_public, active = excluded.active, version = excluded.version,"
            " changed = excluded.changed",
            PARAMS(P_TEXT(t->id), P_TEXT(t->name), P_TEXT(t->description), P_INT(t->is_public),
                    P_INT(t->active), P_INT(t->version), P_INT(t->created), P_INT(t->changed)),
            err);
}

static bool topic_answer(struct request *r, const struct topic_row *t)
{
    app_publish(request_app(r), "topic", t->id);
    response_etag(r, t->version);
    topic_put_members(t, r->out);
    return true;
}

bool topic_route_create(struct request *r, struct err *err)
{
    struct topic_row t = {.description = STR(""), .is_public = true, .active = true, .version = 1};
    struct writing *w;
    char id[UUID_SIZE];
    int64_t n;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    topic_take(r, &t);
    t.id = uuid_v7(app_now_ms(w->app), id);
    t.created = t.changed = w->now;
    bool ok = store_number(w->store, "SELECT count(*) FROM topic", 0, &n, err) &&
              (n < TOPICS_MAX || err_set(err, ERR_CONFLICT, "there are %d topics already", TOPICS_MAX)) &&
              topic_write(w, &t, err) &&
              audit_change(w, request_principal(r), "topic.create", t.id, topic_put_members, NULL, &t, err);
    return writing_end(w, ok, err) && topic_answer(r, &t);
}

bool topic_route_patch(struct request *r, struct err *err)
{
    struct query *q;
    struct writing *w;
    struct topic_row before, t;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = store_ask_row(w->store, "SELECT " TOPIC_COLUMNS " FROM topic WHERE id = $1",
            PARAMS(P_TEXT(request_param(r, "id"))), "there is no such topic", &q, err);
    if (ok) {
        before = t = topic_of(r->arena, q);
        query_end(q);
        topic_take(r, &t);
        t.version++;
        t.changed = w->now;
        ok = request_matches(r, before.version, err) && topic_write(w, &t, err) &&
             audit_change(w, request_principal(r), "topic.update", t.id, topic_put_members, &before, &t, err);
    }
    return writing_end(w, ok, err) && topic_answer(r, &t);
}
