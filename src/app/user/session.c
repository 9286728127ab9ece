#include "app/user/session.h"

#include "base/random.h"
#include "base/utf8.h"
#include "store/ask.h"

#define COLUMNS "hash, id, account, created, seen, client, agent"
enum { AGENT_MAX = 200 };

static struct session decode(struct query *query, struct arena *arena)
{
    return (struct session){
            .hash = arena_str(arena, query_blob(query, 0)),
            .id = arena_str(arena, query_text(query, 1)),
            .account = arena_str(arena, query_text(query, 2)),
            .created = query_int(query, 3),
            .seen = query_int(query, 4),
            .client = arena_str(arena, query_text(query, 5)),
            .agent = arena_str(arena, query_text(query, 6)),
    };
}

static bool alive(const struct session *session, int64_t now)
{
    return now < session->seen + SESSION_IDLE && now < session->created + SESSION_LIFE;
}

// Beyond the maximum the oldest go.
static bool make_room(struct writing *w, struct str account, struct err *err)
{
    return store_do(w->store,
            "DELETE FROM session WHERE account = $1 AND id IN (SELECT id FROM session WHERE account = $1 "
            "ORDER BY created DESC, id DESC LIMIT 1000 OFFSET $2)",
            PARAMS(P_TEXT(account), P_INT(SESSIONS_MAX - 1)), err);
}

bool session_add(struct writing *w, struct str account, struct str client, struct str agent,
        struct str *ret_token, struct err *err)
{
    char id[UUID_SIZE];
    struct str token = secret_token(w->arena, "");
    struct secret_hash hash = secret_hash(token);
    if (agent.n > AGENT_MAX)
        agent.n = AGENT_MAX;
    while (agent.n && !utf8_valid(agent))
        agent.n--;
    if (!make_room(w, account, err) ||
            !store_do(w->store,
                    "INSERT INTO session (hash, id, account, created, seen, client, agent) "
                    "VALUES ($1, $2, $3, $4, $4, $5, $6)",
                    PARAMS(P_BYTES(hash_str(&hash)), P_TEXT(uuid_v7(w->now * 1000, id)), P_TEXT(account),
                            P_INT(w->now), P_TEXT(client), P_TEXT(agent)),
                    err))
        return false;
    *ret_token = token;
    return true;
}

bool session_find(struct store *store, struct arena *arena, struct str token, int64_t now,
        struct session *ret, struct account *ret_account, struct err *err)
{
    static const char GONE[] = "the session has ended: log in again";
    struct query *query;
    struct account account;
    struct secret_hash hash = secret_hash(token);
    if (!store_ask_row(store, "SELECT " COLUMNS " FROM session WHERE hash = $1",
                PARAMS(P_BYTES(hash_str(&hash))), GONE, &query, err))
        return false;
    struct session session = decode(query, arena);
    query_end(query);
    if (!alive(&session, now))
        return err_set(err, ERR_NOT_FOUND, "%s", GONE);
    if (!account_by_id(store, arena, session.account, &account, err))
        return false;
    if (account.disabled)
        return err_set(err, ERR_NOT_FOUND, "%s", GONE);
    *ret = session;
    *ret_account = account;
    return true;
}

bool session_all(struct store *store, struct arena *arena, struct str account, int64_t now,
        struct session **ret, size_t *ret_n, struct err *err)
{
    struct query *query;
    bool row, ok;
    struct session *sessions = ARENA_ARRAY(arena, struct session, SESSIONS_MAX);
    size_t n = 0;
    if (!store_ask(store, "SELECT " COLUMNS " FROM session WHERE account = $1 ORDER BY created DESC, id DESC",
                PARAMS(P_TEXT(account)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row && n < SESSIONS_MAX) {
        struct session session = decode(query, arena);
        if (alive(&session, now))
            sessions[n++] = session;
    }
    query_end(query);
    if (!ok)
        return false;
    *ret = sessions;
    *ret_n = n;
    return true;
}

bool session_seen(struct writing *w, struct str hash, int64_t when, struct err *err)
{
    return store_do(w->store, "UPDATE session SET seen = $2 WHERE hash = $1 AND seen < $2",
            PARAMS(P_BYTES(hash), P_INT(when)), err);
}

bool session_end(struct writing *w, struct str account, struct str id, struct err *err)
{
    int64_t n;
    const struct param *binds = (const struct param[]){P_TEXT(account), P_TEXT(id)};
    if (!store_ask_number(w->store, "SELECT count(*) FROM session WHERE account = $1 AND id = $2", binds, 2,
                0, &n, err))
        return false;
    if (!n)
        return err_set(err, ERR_NOT_FOUND, "there is no such session");
    return store_do(w->store, "DELETE FROM session WHERE account = $1 AND id = $2", binds, 2, err);
}

bool session_end_this(struct writing *w, struct str hash, struct err *err)
{
    return store_do(w->store, "DELETE FROM session WHERE hash = $1", PARAMS(P_BYTES(hash)), err);
}

bool session_end_all(struct writing *w, struct str account, struct str but, struct err *err)
{
    return store_do(w->store, "DELETE FROM session WHERE account = $1 AND hash <> $2",
            PARAMS(P_TEXT(account), P_BYTES(but)), err);
}

bool session_purge(struct writing *w, struct err *err)
{
    return store_do(w->store, "DELETE FROM session WHERE seen <= $1 OR created <= $2",
            PARAMS(P_INT(w->now - SESSION_IDLE), P_INT(w->now - SESSION_LIFE)), err);
}
