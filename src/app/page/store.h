// Tables of pages and of assets; assets' bytes lie in files of the data folder.
#ifndef SLUICE_APP_PAGE_STORE_H
#define SLUICE_APP_PAGE_STORE_H

#include "app/slice.h"

extern const struct migration PAGE_MIGRATION;

struct page {
    struct str id, slug, name, definition;
    int64_t version, created, updated;
    bool published;
};
// By slug or id; ERR_NOT_FOUND.
bool page_find(struct store *store, struct arena *arena, struct str key, struct page *ret, struct err *err);
bool page_each(struct store *store, struct arena *arena, void (*visit)(void *ctx, const struct page *page),
        void *ctx, struct err *err);
bool page_put(struct store *store, const struct page *page, struct err *err);
bool page_remove(struct store *store, struct str id, struct err *err);

enum { ASSET_MAX = 32 << 20 };

struct asset {
    struct str id, name, type; // name: of the file, as it is offered
    int64_t size, created, version;
    bool gated; // only with a link that a form gave
};
bool asset_find(struct store *store, struct arena *arena, struct str id, struct asset *ret, struct err *err);
bool asset_each(struct store *store, struct arena *arena, void (*visit)(void *ctx, const struct asset *asset),
        void *ctx, struct err *err);
bool asset_put(struct store *store, const struct asset *asset, struct err *err);
bool asset_remove(struct store *store, struct str id, struct err *err);

// The file of an asset: written whole or not at all, mode 0600, durable.
bool asset_write(const char *folder, struct str id, struct str bytes, struct err *err);
bool asset_read(const char *folder, struct str id, struct buf *out, struct err *err);
void asset_delete(const char *folder, struct str id);

#endif
