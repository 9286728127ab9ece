// DKIM keys of a domain: made once, an RSA and an Ed25519 one; the private parts never leave the store.
#include "app/mailbox/private.h"

#include "app/address/address.h"
#include "app/user/principal.h"
#include "base/json_put.h"
#include "mail/dkim.h"
#include "store/ask.h"

static struct str ascii_domain(struct request *r, struct str address)
{
    return arena_str(r->arena, address_domain(address));
}

static bool put_keys(struct request *r, struct str domain, struct err *err)
{
    struct query *q;
    bool row, ok;
    if (!store_ask(data_store(request_data(r)),
                "SELECT selector, kind, record, made FROM mailbox_dkim WHERE domain = $1 ORDER BY selector",
                PARAMS(P_TEXT(domain)), &q, err))
        return false;
    buf_char(r->out, '{');
    put_text(r->out, "domain", domain);
    put_key(r->out, "keys");
    buf_char(r->out, '[');
    while ((ok = query_step(q, &row, err)) && row) {
        struct str selector = arena_str(r->arena, query_text(q, 0));
        put_comma(r->out);
        buf_char(r->out, '{');
        put_text(r->out, "selector", selector);
        put_text(r->out, "kind", query_text(q, 1));
        put_text(r->out, "name",
                arena_printf(r->arena, "%.*s._domainkey.%.*s", STR_ARG(selector), STR_ARG(domain)));
        put_text(r->out, "record", query_text(q, 2));
        put_time(r->out, "made", query_int(q, 3));
        buf_char(r->out, '}');
    }
    query_end(q);
    buf_put(r->out, STR("]}"));
    return ok;
}

bool mailbox_route_dkim(struct request *r, struct err *err)
{
    struct mailbox_whole whole;
    return mailbox_whole(data_store(request_data(r)), r->arena, request_param(r, "id"), &whole, err) &&
           put_keys(r, ascii_domain(r, whole.box.address), err);
}

bool mailbox_keys(struct store *store, struct str domain,
        bool (*visit)(void *ctx, struct str selector, struct str pem, struct err *err), void *ctx,
        struct err *err)
{
    struct query *q;
    bool row, ok;
    if (!store_ask(store, "SELECT selector, secret FROM mailbox_dkim WHERE domain = $1 ORDER BY selector",
                PARAMS(P_TEXT(domain)), &q, err))
        return false;
    while ((ok = query_step(q, &row, err)) && row && ok)
        if (!(ok = visit(ctx, query_text(q, 0), query_blob(q, 1), err)))
            break;
    query_end(q);
    return ok;
}

struct pair_of_keys {
    struct str pem[2], record[2];
};

static bool make_keys(struct request *r, struct pair_of_keys *keys, struct err *err)
{
    static const enum dkim_algorithm ALGORITHMS[] = {DKIM_RSA, DKIM_ED25519};
    for (unsigned i = 0; i < 2; i++) {
        struct dkim_key *key;
        if (!dkim_key_make(r->arena, ALGORITHMS[i], &keys->pem[i], err) ||
                !dkim_key_read(keys->pem[i], &key, err))
            return false;
        keys->record[i] = dkim_record(r->arena, key);
        dkim_key_free(key);
    }
    return true;
}

static bool insert_keys(
        struct writing *w, struct str domain, const struct pair_of_keys *keys, struct err *err)
{
    static const char *const SELECTORS[] = {"sluice1", "sluice1e"}, *const KINDS[] = {"rsa", "ed25519"};
    bool ok = true;
    for (unsigned i = 0; ok && i < 2; i++)
        ok = store_do(w->store,
                "INSERT INTO mailbox_dkim (domain, selector, kind, secret, record, made)"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (domain, selector) DO NOTHING",
                PARAMS(P_TEXT(domain), P_TEXT(str_of(SELECTORS[i])), P_TEXT(str_of(KINDS[i])),
                        P_BYTES(keys->pem[i]), P_TEXT(keys->record[i]), P_INT(w->now)),
                err);
    return ok;
}

bool mailbox_route_dkim_make(struct request *r, struct err *err)
{
    struct mailbox_whole whole;
    struct pair_of_keys keys;
    struct writing *w;
    int64_t there;
    if (!mailbox_whole(data_store(request_data(r)), r->arena, request_param(r, "id"), &whole, err))
        return false;
    struct str domain = ascii_domain(r, whole.box.address);
    if (!store_ask_number(data_store(request_data(r)), "SELECT count(*) FROM mailbox_dkim WHERE domain = $1",
                PARAMS(P_TEXT(domain)), 0, &there, err))
        return false;
    if (there)
        return put_keys(r, domain, err);
    if (!make_keys(r, &keys, err) || !writing_begin(request_app(r), &w, err))
        return false;
    if (!writing_end(w,
                insert_keys(w, domain, &keys, err) && audit_write(w, request_principal(r), "mailbox.dkim",
                                                              whole.box.id, STR_NONE, STR_NONE, err),
                err))
        return false;
    app_publish(request_app(r), "mailbox", whole.box.id);
    return put_keys(r, domain, err);
}
