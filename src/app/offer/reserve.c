// Codes, and who has them.
#include "app/offer/private.h"

struct offer offer_decode(struct query *query, struct arena *arena)
{
    return (struct offer){.number = query_int(query, 0),
            .id = arena_str(arena, query_text(query, 1)),
            .name = arena_str(arena, query_text(query, 2)),
            .text = arena_str(arena, query_text(query, 3)),
            .kind = arena_str(arena, query_text(query, 4)),
            .code = arena_str(arena, query_text(query, 5)),
            .makes = query_int(query, 6) != 0,
            .ends = query_int(query, 7),
            .version = query_int(query, 8),
            .created = query_int(query, 9),
            .changed = query_int(query, 10)};
}

bool offer_read(struct store *store, struct arena *arena, struct str id, struct offer *ret, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, "SELECT " OFFER_COLUMNS " FROM offer WHERE id = $1", PARAMS(P_TEXT(id)),
                "there is no such offer", &query, err))
        return false;
    *ret = offer_decode(query, arena);
    query_end(query);
    return true;
}

bool code_normal(struct arena *arena, struct str text, struct str *ret, struct err *err)
{
    struct str code = arena_str(arena, str_trim(text));
    char *p = (char *)(uintptr_t)code.p; // our own copy
    for (size_t i = 0; i < code.n; i++) {
        if (p[i] >= 'a' && p[i] <= 'z')
            p[i] = (char)(p[i] - 'a' + 'A');
        if (!((p[i] >= 'A' && p[i] <= 'Z') || (p[i] >= '0' && p[i] <= '9') || p[i] == '-' || p[i] == '_'))
            return err_set(err, ERR_INPUT, "a code has letters, digits, - and _");
    }
    if (!code.n || code.n > CODE_MAX)
        return err_set(err, ERR_INPUT, "a code has 1 to %d signs", CODE_MAX);
    *ret = code;
    return true;
}

bool code_insert(struct writing *w, int64_t offer, struct str code, bool *ret_new, struct err *err)
{
    int64_t there;
    if (!store_ask_number(
                w->store, "SELECT 1 FROM offer_code WHERE code = $1", PARAMS(P_TEXT(code)), 0, &there, err))
        return false;
    *ret_new = !there;
    return there || store_do(w->store, "INSERT INTO offer_code (code, offer) VALUES ($1, $2)",
                            PARAMS(P_TEXT(code), P_INT(offer)), err);
}

struct str code_made(struct arena *arena, struct str prefix)
{
    static const char SIGNS[] = "ABCDEFGHJKMNPQRSTVWXYZ23456789"; // 30; bytes above 239 would favour some
    char code[10];
    for (unsigned i = 0; i < sizeof code;) {
        uint8_t byte;
        random_bytes(&byte, 1);
        if (byte < 240)
            code[i++] = SIGNS[byte % 30];
    }
    return arena_printf(arena, "%.*s%.*s", STR_ARG(prefix), (int)sizeof code, code);
}

// A code that nobody has; STR_NONE: none is left.
static bool free_code(struct writing *w, const struct offer *offer, struct str *ret, struct err *err)
{
    struct query *query;
    bool row, new = false;
    *ret = STR_NONE;
    if (!store_ask(w->store,
                "SELECT code FROM offer_code WHERE offer = $1 AND contact IS NULL ORDER BY code LIMIT 1",
                PARAMS(P_INT(offer->number)), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok && row)
        *ret = arena_str(w->arena, query_text(query, 0));
    query_end(query);
    while (ok && !ret->n && offer->makes && !new) {
        struct str code = code_made(w->arena, offer->code);
        ok = code_insert(w, offer->number, code, &new, err);
        if (new)
            *ret = code;
    }
    return ok;
}

// The one that somebody has of this offer already.
static bool own_code(
        struct writing *w, const struct offer *offer, uint32_t contact, struct str *ret, struct err *err)
{
    struct query *query;
    bool row;
    *ret = STR_NONE;
    if (!store_ask(w->store,
                "SELECT code FROM offer_code WHERE offer = $1 AND contact = $2 ORDER BY at, code LIMIT 1",
                PARAMS(P_INT(offer->number), P_INT(contact)), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok && row)
        *ret = arena_str(w->arena, query_text(query, 0));
    query_end(query);
    return ok;
}

static bool give(
        struct writing *w, const struct offer *offer, uint32_t contact, struct str *ret, struct err *err)
{
    if (str_eq(offer->kind, STR("shared"))) {
        *ret = offer->code;
        return true;
    }
    return own_code(w, offer, contact, ret, err) &&
           (ret->n ||
                   (free_code(w, offer, ret, err) &&
                           (!ret->n || store_do(w->store,
                                               "UPDATE offer_code SET contact = $2, at = $3 WHERE code = $1",
                                               PARAMS(P_TEXT(*ret), P_INT(contact), P_INT(w->now)), err))));
}

bool offer_reserve(struct writing *w, struct str id, uint32_t contact, int64_t campaign, int64_t send,
        bool *ret_got, struct err *err)
{
    struct offer offer;
    struct str code;
    struct err why = {0};
    *ret_got = false;
    if (!offer_read(w->store, w->arena, id, &offer, &why)) {
        *err = why;
        return why.code == ERR_NOT_FOUND;
    }
    if (offer.ends && offer.ends <= w->now)
        return true;
    if (!give(w, &offer, contact, &code, err))
        return false;
    *ret_got = code.n > 0;
    return !code.n ||
           store_do(w->store,
                   "INSERT INTO offer_send (send, offer, code, contact, campaign) VALUES ($1, $2, $3,"
                   " $4, $5) ON CONFLICT (send) DO NOTHING",
                   PARAMS(P_INT(send), P_INT(offer.number), P_TEXT(code), P_INT(contact), P_INT(campaign)),
                   err);
}

bool offer_of_send(
        struct store *store, struct arena *arena, int64_t send, struct offer_code *ret, struct err *err)
{
    struct query *query;
    bool row;
    *ret = (struct offer_code){STR_NONE, STR_NONE, 0};
    if (!store_ask(store,
                "SELECT s.code, o.text, o.ends FROM offer_send s JOIN offer o ON o.number = s.offer WHERE"
                " s.send = $1",
                PARAMS(P_INT(send)), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok && row)
        *ret = (struct offer_code){arena_str(arena, query_text(query, 0)),
                arena_str(arena, query_text(query, 1)), query_int(query, 2)};
    query_end(query);
    return ok;
}
