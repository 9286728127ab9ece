// API keys.
#include "app/listing.h"
#include "app/user/key.h"
#include "app/user/routes.h"
#include "base/json_put.h"

#include <stdlib.h>

bool route_keys(struct request *r, struct err *err)
{
    struct listing *list;
    struct key *keys;
    size_t n;
    if (!listing_new(r, "-created", &list, err) ||
            !key_all(data_store(request_data(r)), r->arena, &keys, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct buf item = {0};
        key_json(&keys[i], &item);
        listing_add(list, keys[i].id, buf_str(&item));
        buf_free(&item);
    }
    free(keys);
    return listing_end(list, err);
}

static bool add(
        struct request *r, struct writing *w, struct key *key, struct str *ret_secret, struct err *err)
{
    struct str secret;
    if (!key_add(w, request_principal(r), key, &secret, err))
        return false;
    key->id = arena_str(r->arena, key->id);
    key->prefix = arena_str(r->arena, key->prefix);
    *ret_secret = arena_str(r->arena, secret);
    return true;
}

bool route_key_add(struct request *r, struct err *err)
{
    struct writing *w;
    struct str secret, name = body_text(r, "name");
    struct key key = {.scope = body_text(r, "scope"), .name = name.p ? name : STR("")};
    if (!writing_begin(request_app(r), &w, err) || !writing_end(w, add(r, w, &key, &secret, err), err))
        return false;
    response_header(r, "Location", arena_printf(r->arena, "/api/keys/%.*s", STR_ARG(key.id)));
    key_json(&key, r->out);
    r->out->n--; // its closing brace
    put_text(r->out, "key", secret);
    buf_char(r->out, '}');
    return true;
}

bool route_key(struct request *r, struct err *err)
{
    struct key key;
    if (!key_by_id(data_store(request_data(r)), r->arena, request_param(r, "id"), &key, err))
        return false;
    key_json(&key, r->out);
    return true;
}

static bool rename_key(struct request *r, struct writing *w, struct err *err)
{
    struct key key;
    if (!key_rename(w, request_principal(r), request_param(r, "id"), body_text(r, "name"), &key, err))
        return false;
    key_json(&key, r->out); // before the transaction takes its texts along
    return true;
}

bool route_key_change(struct request *r, struct err *err)
{
    struct writing *w;
    return writing_begin(request_app(r), &w, err) && writing_end(w, rename_key(r, w, err), err);
}

bool route_key_revoke(struct request *r, struct err *err)
{
    struct writing *w;
    return writing_begin(request_app(r), &w, err) &&
           writing_end(w, key_revoke(w, request_principal(r), request_param(r, "id"), err), err);
}
