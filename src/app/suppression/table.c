// The list itself: putting in, asking, taking out.
#include "app/suppression/private.h"

#include "app/address/address.h"
#include "store/ask.h"

static const char *const REASONS[] = {"unsubscribed", "bounced", "complained", "manual", "imported"};

static const char *constant(struct str reason)
{
    for (unsigned i = 0; i < sizeof REASONS / sizeof *REASONS; i++)
        if (str_eq(reason, str_of(REASONS[i])))
            return REASONS[i];
    return "manual";
}

// STR_NONE: it is no address, so nothing could go there.
static struct str key_of(struct arena *arena, struct str address)
{
    struct str normal;
    struct err ignored;
    return address_email(arena, address, &normal, &ignored) ? address_email_key(arena, normal) : STR_NONE;
}

bool suppress(struct writing *w, struct str address, const char *reason, struct str topic, struct str proof,
        struct err *err)
{
    struct str key = key_of(w->arena, address);
    if (!key.n)
        return true;
    proof = str_sub(proof, 0, proof.n < PROOF_MAX ? proof.n : PROOF_MAX);
    return store_do(w->store,
            "INSERT INTO suppression (address, topic, reason, proof, at) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (address, topic, reason) DO NOTHING",
            PARAMS(P_TEXT(key), P_TEXT(topic.p ? topic : STR("")), P_TEXT(str_of(reason)),
                    P_TEXT(proof.p ? proof : STR("")), P_INT(w->now)),
            err);
}

bool suppressed(
        struct store *store, struct str address, struct str topic, const char **ret_reason, struct err *err)
{
    struct arena *arena = arena_new();
    struct query *query;
    bool row = false, ok = true;
    const char *reason = NULL;
    struct str key = key_of(arena, address);
    if (key.n)
        ok = store_ask(store,
                "SELECT reason FROM suppression WHERE address = $1 AND (topic = '' OR topic = $2)"
                " ORDER BY CASE reason WHEN 'unsubscribed' THEN 1 ELSE 0 END, topic, at, reason",
                PARAMS(P_TEXT(key), P_TEXT(topic.p ? topic : STR(""))), &query, err);
    if (ok && key.n) {
        ok = query_step(query, &row, err);
        reason = ok && row ? constant(query_text(query, 0)) : NULL;
        query_end(query);
    }
    arena_free(arena);
    if (ok)
        *ret_reason = reason;
    return ok;
}

bool suppression_has(struct store *store, struct str address, struct str topic, const char *reason, bool *ret,
        struct err *err)
{
    struct arena *arena = arena_new();
    struct str key = key_of(arena, address);
    int64_t n;
    bool ok = store_ask_number(store,
            "SELECT count(*) FROM suppression WHERE address = $1 AND topic = $2 AND reason = $3",
            PARAMS(P_TEXT(key.p ? key : STR("")), P_TEXT(topic.p ? topic : STR("")), P_TEXT(str_of(reason))),
            0, &n, err);
    arena_free(arena);
    if (ok)
        *ret = n > 0;
    return ok;
}

bool suppression_end(struct writing *w, struct str address, struct str topic, const char *only,
        struct str why, bool *ret_changed, struct err *err)
{
    struct query *query;
    bool row = false, changed = false;
    struct str key = key_of(w->arena, address), of = topic.p ? topic : STR("");
    if (!key.n) {
        *ret_changed = false;
        return true;
    }
    if (!store_ask(w->store,
                "INSERT INTO suppression_past (address, topic, reason, proof, at, ended, why)"
                " SELECT address, topic, reason, proof, at, $4, $5 FROM suppression"
                " WHERE address = $1 AND topic = $2 AND (reason = $3 OR $3 = '') RETURNING id",
                PARAMS(P_TEXT(key), P_TEXT(of), P_TEXT(str_of(only)), P_INT(w->now), P_TEXT(why)), &query,
                err))
        return false;
    bool ok = true;
    while ((ok = query_step(query, &row, err)) && row)
        changed = true;
    query_end(query);
    ok = ok && (!changed || store_do(w->store,
                                    "DELETE FROM suppression WHERE address = $1 AND topic = $2"
                                    " AND (reason = $3 OR $3 = '')",
                                    PARAMS(P_TEXT(key), P_TEXT(of), P_TEXT(str_of(only))), err));
    if (ok)
        *ret_changed = changed;
    return ok;
}

bool unsuppress(struct writing *w, struct str address, struct str topic, struct str proof, bool *ret_changed,
        struct err *err)
{
    bool changed;
    if (!suppression_end(w, address, topic, "unsubscribed", proof, &changed, err))
        return false;
    if (ret_changed)
        *ret_changed = changed;
    return true;
}

bool topics_for(struct store *store, struct arena *arena, struct str address, struct topic **ret,
        unsigned *ret_n, bool *ret_left_all, struct err *err)
{
    struct query *query;
    struct topic *topics = ARENA_ARRAY(arena, struct topic, TOPICS_MAX);
    struct str key = key_of(arena, address);
    int64_t all;
    unsigned n = 0;
    bool row, ok;
    if (!store_ask(store,
                "SELECT t.id, t.name, t.description,"
                " (SELECT count(*) FROM suppression s WHERE s.topic = t.id AND s.address = $1) FROM topic t"
                " WHERE t.is_public = 1 AND t.active = 1 ORDER BY t.name, t.id",
                PARAMS(P_TEXT(key.p ? key : STR(""))), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row && n < TOPICS_MAX)
        topics[n++] =
                (struct topic){arena_str(arena, query_text(query, 0)), arena_str(arena, query_text(query, 1)),
                        arena_str(arena, query_text(query, 2)), query_int(query, 3) > 0};
    query_end(query);
    if (!ok || !store_ask_number(store, "SELECT count(*) FROM suppression WHERE address = $1 AND topic = ''",
                       PARAMS(P_TEXT(key.p ? key : STR(""))), 0, &all, err))
        return false;
    *ret = topics;
    *ret_n = n;
    *ret_left_all = all > 0;
    return true;
}
