#include "app/user/limit.h"

#include "app/user/secret.h"
#include "store/ask.h"

#include <arpa/inet.h>

enum { SUBJECTS = 3 };

static const int64_t LIMITS[SUBJECTS] = {LIMIT_PAIR, LIMIT_ACCOUNT, LIMIT_ADDRESS};

struct str limit_network(struct arena *arena, struct str client)
{
    uint8_t bytes[16];
    struct str text = arena_str(arena, client);
    if (inet_pton(AF_INET6, text.p, bytes) != 1)
        return text;
    static const uint8_t MAPPED[12] = {[10] = 0xFF, [11] = 0xFF};
    if (memcmp(bytes, MAPPED, sizeof MAPPED) == 0)
        return arena_printf(arena, "%u.%u.%u.%u", bytes[12], bytes[13], bytes[14], bytes[15]);
    return arena_str(arena, (struct str){(const char *)bytes, 8});
}

static void subjects(
        struct arena *arena, struct str email, struct str client, struct secret_hash out[SUBJECTS])
{
    struct str from = limit_network(arena, client);
    out[0] = secret_hash(arena_printf(arena, "pair %.*s %.*s", STR_ARG(email), STR_ARG(from)));
    out[1] = secret_hash(arena_printf(arena, "account %.*s", STR_ARG(email)));
    struct str address = arena_printf(arena, "address %16s", "");
    memcpy((char *)(uintptr_t)address.p + 8, from.p, from.n < 16 ? from.n : 16);
    out[2] = secret_hash(address);
}

static bool read_limit(struct store *store, const struct secret_hash *subject, int64_t now,
        int64_t *ret_failures, int64_t *ret_since, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_ask(store, "SELECT failures, since FROM log_in_limit WHERE subject = $1",
                PARAMS(P_BYTES(hash_str(subject))), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok) {
        int64_t since = row ? query_int(query, 1) : now;
        bool old = since + LIMIT_SECONDS <= now || since > now;
        *ret_failures = row && !old ? query_int(query, 0) : 0;
        *ret_since = old ? now : since;
    }
    query_end(query);
    return ok;
}

bool limit_wait(struct store *store, struct arena *arena, int64_t now, struct str email, struct str client,
        int64_t *ret_wait, struct err *err)
{
    struct secret_hash subject[SUBJECTS];
    int64_t failures, since, wait = 0;
    subjects(arena, email, client, subject);
    for (unsigned i = 0; i < SUBJECTS; i++) {
        if (!read_limit(store, &subject[i], now, &failures, &since, err))
            return false;
        int64_t left = since + LIMIT_SECONDS - now;
        if (failures >= LIMITS[i] && left > wait)
            wait = left;
    }
    *ret_wait = wait;
    return true;
}

bool limit_failed(struct writing *w, struct str email, struct str client, struct err *err)
{
    struct secret_hash subject[SUBJECTS];
    int64_t failures, since;
    subjects(w->arena, email, client, subject);
    for (unsigned i = 0; i < SUBJECTS; i++)
        if (!read_limit(w->store, &subject[i], w->now, &failures, &since, err) ||
                !store_do(w->store,
                        "INSERT INTO log_in_limit (subject, failures, since) VALUES ($1, $2, $3) ON CONFLICT "
                        "(subject) DO UPDATE SET failures = excluded.failures, since = excluded.since",
                        PARAMS(P_BYTES(hash_str(&subject[i])), P_INT(failures + 1), P_INT(since)), err))
            return false;
    return true;
}

bool limit_forget(struct writing *w, struct str email, struct str client, struct err *err)
{
    struct secret_hash subject[SUBJECTS];
    subjects(w->arena, email, client, subject);
    return store_do(w->store, "DELETE FROM log_in_limit WHERE subject = $1",
            PARAMS(P_BYTES(hash_str(&subject[0]))), err);
}

bool limit_purge(struct writing *w, struct err *err)
{
    return store_do(w->store, "DELETE FROM log_in_limit WHERE since <= $1",
            PARAMS(P_INT(w->now - LIMIT_SECONDS)), err);
}
