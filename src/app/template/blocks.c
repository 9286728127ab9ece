// /api/blocks: content that depends on who reads it.
#include "app/template/private.h"

#include "app/listing.h"
#include "app/user/principal.h"
#include "base/json_put.h"
#include "base/random.h"
#include "store/ask.h"

bool block_route_list(struct request *r, struct err *err)
{
    struct listing *items;
    struct query *query;
    struct store *store = data_store(request_data(r));
    struct str *ids = ARENA_ARRAY(r->arena, struct str, BLOCKS_MAX);
    unsigned n = 0;
    bool row, ok;
    if (!listing_new(r, "name", &items, err) ||
            !store_query(store, "SELECT id FROM template_block WHERE gone IS NULL ORDER BY id", &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row && n < BLOCKS_MAX)
        ids[n++] = arena_str(r->arena, query_text(query, 0));
    query_end(query);
    for (unsigned i = 0; ok && i < n; i++) {
        struct block block;
        struct buf item = {0};
        ok = block_find(store, r->arena, ids[i], &block, err);
        if (ok) {
            block_put(&block, &item);
            listing_add(items, ids[i], buf_str(&item));
        }
        buf_free(&item);
    }
    return ok && listing_end(items, err);
}

static bool answer(struct request *r, const struct block *block)
{
    response_etag(r, block->version);
    block_put(block, r->out);
    return true;
}

bool block_route_get(struct request *r, struct err *err)
{
    struct block block;
    return block_find(data_store(request_data(r)), r->arena, request_param(r, "id"), &block, err) &&
           answer(r, &block);
}

static bool name_good(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(i && c >= '0' && c <= '9'))
            return false;
    }
    return name.n > 0;
}

static bool check_variants(struct request *r, const struct json *variants, struct str *ret)
{
    struct buf out = {0};
    bool ok = true;
    buf_char(&out, '[');
    for (const struct json *j = variants->child; ok && j; j = j->next) {
        struct str when = str_trim(json_get_str(j, STR("when"))), body = json_get_str(j, STR("body"));
        ok = block_check_condition(r, when) && block_check_body(r, "variants", body);
        put_comma(&out);
        buf_char(&out, '{');
        put_text(&out, "when", when);
        put_text(&out, "body", body);
        buf_char(&out, '}');
    }
    buf_char(&out, ']');
    *ret = ok ? arena_str(r->arena, buf_str(&out)) : *ret;
    buf_free(&out);
    return ok;
}

// What the body says over what the block says.
static bool change(struct request *r, struct block *block)
{
    struct str name = json_get_str(r->json, STR("name")), note = json_get_str(r->json, STR("note")),
               fallback = json_get_str(r->json, STR("fallback"));
    const struct json *variants = json_get(r->json, STR("variants"));
    block->name = name.p ? name : block->name;
    block->note = note.p ? note : block->note;
    block->fallback = fallback.p ? fallback : block->fallback;
    if (!name_good(block->name))
        return request_problem(r, 400, "name", "It must be letters, digits and _, a letter first");
    return (!fallback.p || block_check_body(r, "fallback", fallback)) &&
           (!variants || check_variants(r, variants, &block->variants));
}

// Templates know blocks by their names.
static bool name_free(struct writing *w, const struct block *block, struct err *err)
{
    int64_t n;
    return store_ask_number(w->store,
                   "SELECT count(*) FROM template_block WHERE name = $1 AND id <> $2 AND gone IS NULL",
                   PARAMS(P_TEXT(block->name), P_TEXT(block->id)), 0, &n, err) &&
           (!n || err_set(err, ERR_CONFLICT, "there is a content block of this name already"));
}

static bool insert_version(struct writing *w, const struct block *block, struct err *err)
{
    return store_do(w->store,
            "INSERT INTO template_block_version (block, version, name, variants, fallback, made)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            PARAMS(P_TEXT(block->id), P_INT(block->version), P_TEXT(block->name), P_TEXT(block->variants),
                    P_TEXT(block->fallback), P_INT(block->changed)),
            err);
}

static bool insert(struct request *r, struct writing *w, const struct block *block, struct err *err)
{
    int64_t n;
    return store_number(w->store, "SELECT count(*) FROM template_block WHERE gone IS NULL", 0, &n, err) &&
           (n < BLOCKS_MAX ||
                   err_set(err, ERR_CONFLICT, "there are %d content blocks already", BLOCKS_MAX)) &&
           name_free(w, block, err) &&
           store_do(w->store,
                   "INSERT INTO template_block (id, name, note, version, created, changed)"
                   " VALUES ($1, $2, $3, $4, $5, $5)",
                   PARAMS(P_TEXT(block->id), P_TEXT(block->name), P_TEXT(block->note), P_INT(block->version),
                           P_INT(block->created)),
                   err) &&
           insert_version(w, block, err) &&
           audit_change(w, request_principal(r), "block.create", block->id, block_put, NULL, block, err);
}

bool block_route_create(struct request *r, struct err *err)
{
    struct block block = {.note = STR(""), .variants = STR("[]"), .fallback = STR(""), .version = 1};
    struct writing *w;
    char id[UUID_SIZE];
    if (!change(r, &block) || !writing_begin(request_app(r), &w, err))
        return false;
    block.id = uuid_v7(app_now_ms(w->app), id);
    block.created = block.changed = w->now;
    if (!writing_end(w, insert(r, w, &block, err), err))
        return false;
    app_publish(request_app(r), "block", block.id);
    return answer(r, &block);
}

static bool update(struct request *r, struct writing *w, const struct block *before,
        const struct block *block, struct err *err)
{
    return name_free(w, block, err) &&
           store_do(w->store,
                   "UPDATE template_block SET name = $2, note = $3, version = $4, changed = $5 WHERE id = $1",
                   PARAMS(P_TEXT(block->id), P_TEXT(block->name), P_TEXT(block->note), P_INT(block->version),
                           P_INT(block->changed)),
                   err) &&
           insert_version(w, block, err) &&
           audit_change(w, request_principal(r), "block.update", block->id, block_put, before, block, err);
}

bool block_route_patch(struct request *r, struct err *err)
{
    struct block before, block;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = block_find(w->store, r->arena, request_param(r, "id"), &before, err) &&
              request_matches(r, before.version, err);
    block = before;
    block.version = before.version + 1;
    block.changed = w->now;
    ok = ok && change(r, &block) && update(r, w, &before, &block, err);
    if (!writing_end(w, ok, err))
        return false;
    app_publish(request_app(r), "block", block.id);
    return answer(r, &block);
}

bool block_route_delete(struct request *r, struct err *err)
{
    struct block block;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = block_find(w->store, r->arena, request_param(r, "id"), &block, err) &&
              request_matches(r, block.version, err) &&
              store_do(w->store, "UPDATE template_block SET gone = $2 WHERE id = $1",
                      PARAMS(P_TEXT(block.id), P_INT(w->now)), err) &&
              audit_change(w, request_principal(r), "block.delete", block.id, block_put, &block, NULL, err);
    if (!writing_end(w, ok, err))
        return false;
    app_publish(request_app(r), "block", block.id);
    return true;
}
