#include "app/page/store.h"

static const char *const VERSIONS[] = {
        "CREATE TABLE page(id TEXT NOT NULL, slug TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT "
        "NULL,"
        " version {int} NOT NULL, published {int} NOT NULL, created {int} NOT NULL, updated {int} NOT NULL,"
        " PRIMARY KEY (id)) {keyed};"
        "CREATE UNIQUE INDEX page_slug ON page(slug);"
        "CREATE TABLE asset(id TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, size {int} NOT NULL,"
        " gated {int} NOT NULL, version {int} NOT NULL, created {int} NOT NULL, PRIMARY KEY (id)) {keyed};",
};

const struct migration PAGE_MIGRATION = {"page", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

static struct page page_of_row(struct arena *arena, struct query *query)
{
    return (struct page){.id = arena_str(arena, query_text(query, 0)),
            .slug = arena_str(arena, query_text(query, 1)),
            .name = arena_str(arena, query_text(query, 2)),
            .definition = arena_str(arena, query_text(query, 3)),
            .version = query_int(query, 4),
            .published = query_int(query, 5) != 0,
            .created = query_int(query, 6),
            .updated = query_int(query, 7)};
}

bool page_find(struct store *store, struct arena *arena, struct str key, struct page *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(store,
                "SELECT id, slug, name, definition, version, published, created, updated FROM page"
                " WHERE slug = $1 OR id = $1 ORDER BY CASE WHEN slug = $1 THEN 0 ELSE 1 END",
                &query, err))
        return false;
    query_bind_text(query, 1, key);
    bool ok = query_step(query, &row, err);
    if (ok && !row)
        ok = err_set(err, ERR_NOT_FOUND, "there is no such page");
    if (ok)
        *ret = page_of_row(arena, query);
    query_end(query);
    return ok;
}

bool page_each(struct store *store, struct arena *arena, void (*visit)(void *ctx, const struct page *page),
        void *ctx, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_query(store,
                "SELECT id, slug, name, definition, version, published, created, updated FROM page ORDER BY "
                "id",
                &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct page page = page_of_row(arena, query);
        visit(ctx, &page);
    }
    query_end(query);
    return ok;
}

bool page_put(struct store *store, const struct page *page, struct err *err)
{
    struct query *query;
    if (!store_query(store,
                "INSERT INTO page (id, slug, name, definition, version, published, created, updated)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET slug = "
                "excluded.slug,"
                " name = excluded.name, definition = excluded.definition, version = excluded.version,"
                " published = excluded.published, updated = excluded.updated",
                &query, err))
        return false;
    query_bind_text(query, 1, page->id);
    query_bind_text(query, 2, page->slug);
    query_bind_text(query, 3, page->name);
    query_bind_text(query, 4, page->definition);
    query_bind_int(query, 5, page->version);
    query_bind_int(query, 6, page->published);
    query_bind_int(query, 7, page->created);
    query_bind_int(query, 8, page->updated);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

static bool remove_row(struct store *store, const char *sql, struct str id, struct err *err)
{
    struct query *query;
    if (!store_query(store, sql, &query, err))
        return false;
    query_bind_text(query, 1, id);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

bool page_remove(struct store *store, struct str id, struct err *err)
{
    return remove_row(store, "DELETE FROM page WHERE id = $1", id, err);
}

static struct asset asset_of_row(struct arena *arena, struct query *query)
{
    return (struct asset){.id = arena_str(arena, query_text(query, 0)),
            .name = arena_str(arena, query_text(query, 1)),
            .type = arena_str(arena, query_text(query, 2)),
            .size = query_int(query, 3),
            .gated = query_int(query, 4) != 0,
            .version = query_int(query, 5),
            .created = query_int(query, 6)};
}

bool asset_find(struct store *store, struct arena *arena, struct str id, struct asset *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(store, "SELECT id, name, type, size, gated, version, created FROM asset WHERE id = $1",
                &query, err))
        return false;
    query_bind_text(query, 1, id);
    bool ok = query_step(query, &row, err);
    if (ok && !row)
        ok = err_set(err, ERR_NOT_FOUND, "there is no such asset");
    if (ok)
        *ret = asset_of_row(arena, query);
    query_end(query);
    return ok;
}

bool asset_each(struct store *store, struct arena *arena, void (*visit)(void *ctx, const struct asset *asset),
        void *ctx, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_query(store, "SELECT id, name, type, size, gated, version, created FROM asset ORDER BY id",
                &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct asset asset = asset_of_row(arena, query);
        visit(ctx, &asset);
    }
    query_end(query);
    return ok;
}

bool asset_put(struct store *store, const struct asset *asset, struct err *err)
{
    struct query *query;
    if (!store_query(store,
                "INSERT INTO asset (id, name, type, size, gated, version, created)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
                " type = excluded.type, gated = excluded.gated, version = excluded.version",
                &query, err))
        return false;
    query_bind_text(query, 1, asset->id);
    query_bind_text(query, 2, asset->name);
    query_bind_text(query, 3, asset->type);
    query_bind_int(query, 4, asset->size);
    query_bind_int(query, 5, asset->gated);
    query_bind_int(query, 6, asset->version);
    query_bind_int(query, 7, asset->created);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

bool asset_remove(struct store *store, struct str id, struct err *err)
{
    return remove_row(store, "DELETE FROM asset WHERE id = $1", id, err);
}
