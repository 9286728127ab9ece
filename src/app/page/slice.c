#include "app/page/slice.h"

#include "app/listing.h"
#include "app/page/serve.h"

#define ONE(verb, at, text, needs, takes, gives, code, function)                              \
    {                                                                                         \
        .method = (verb), .path = (at), .summary = (text), .right = (needs), .body = (takes), \
        .answer = (gives), .status = (code), .handle = (function)                             \
    }

static const struct member LIST[] = {LIST_QUERY, {0}};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/pages",
                .summary = "Lists pages",
                .right = "page.read",
                .query = LIST,
                .answer = "PageList",
                .handle = page_api_list},
        ONE("POST", "/api/pages", "Makes a page", "page.write", "NewPage", "Page", 201, page_api_create),
        ONE("POST", "/api/pages/preview", "Shows a draft as visitors would see it", "page.read", "PageDraft",
                "Rendered", 200, page_api_preview),
        ONE("GET", "/api/pages/{id}", "One page, by its id or slug", "page.read", NULL, "Page", 200,
                page_api_get),
        ONE("PATCH", "/api/pages/{id}", "Changes a page", "page.write", "PageChange", "Page", 200,
                page_api_change),
        ONE("DELETE", "/api/pages/{id}", "Takes a page away", "page.write", NULL, NULL, 204, page_api_delete),
        {.method = "GET",
                .path = "/api/assets",
                .summary = "Lists assets: files to download",
                .right = "page.read",
                .query = LIST,
                .answer = "AssetList",
                .handle = asset_api_list},
        {.method = "POST",
                .path = "/api/assets",
                .summary = "Uploads an asset: multipart/form-data with `file` (at most 32 MB) and perhaps"
                           " `gated` (\"false\": anybody may have it)",
                .right = "page.write",
                .answer = "Asset",
                .status = 201,
                .max_body = ASSET_MAX + (64 << 10),
                .raw_body = true,
                .handle = asset_api_create},
        ONE("GET", "/api/assets/{id}", "One asset", "page.read", NULL, "Asset", 200, asset_api_get),
        ONE("PATCH", "/api/assets/{id}", "Changes an asset's name, or whether it is gated", "page.write",
                "AssetChange", "Asset", 200, asset_api_change),
        ONE("DELETE", "/api/assets/{id}", "Takes an asset away", "page.write", NULL, NULL, 204,
                asset_api_delete),
        {.method = "GET", .path = "/p/{page}", .summary = "A page", .hidden = true, .handle = page_get},
        {.method = "GET", .path = "/d/{asset}", .summary = "A download", .hidden = true, .handle = asset_get},
        {0},
};

static const struct member PAGE[] = {
        {"id", "text", "UUID", true, 0},
        {"slug", "text", "Its address: /p/slug", true, 0},
        {"name", "text", "What it is called among us", true, 0},
        {"version", "integer", "Counts its changes; also the ETag", true, 0},
        {"published", "flag", "Whether visitors get it", true, 0},
        {"path", "text", "Where it is", true, 0},
        {"created", "time", "When it was made", true, 0},
        {"updated", "time", "When it was changed last", true, 0},
        {"definition", "object", "What stands on it: see the manual on forms", true, 0},
        {0},
};
static const struct member NEW_PAGE[] = {
        {"slug", "text", "Its address: small letters, digits, inner hyphens", true, 60},
        {"name", "text", "What it is called among us", true, 200},
        {"published", "flag", "Whether visitors get it; else false", false, 0},
        {"definition", "object", "What stands on it: see the manual on forms", true, 0},
        {0},
};
static const struct member PAGE_DRAFT[] = {
        {"definition", "object", "What stands on it: see the manual on forms", true, 0},
        {0},
};
static const struct member PAGE_CHANGE[] = {
        {"slug", "text", "Its address: small letters, digits, inner hyphens", false, 60},
        {"name", "text", "What it is called among us", false, 200},
        {"published", "flag", "Whether visitors get it", false, 0},
        {"definition", "object", "What stands on it: see the manual on forms", false, 0},
        {0},
};
static const struct member PAGE_LIST[] = {
        {"items", "[Page]", "Pages", true, 0}, {"next", "text?", "For the next page", true, 0}, {0}};
static const struct member ASSET[] = {
        {"id", "text", "UUID", true, 0},
        {"name", "text", "Of the file", true, 0},
        {"type", "text", "As application/pdf", true, 0},
        {"size", "integer", "Bytes", true, 0},
        {"gated", "flag", "Only with a link that a form gave", true, 0},
        {"version", "integer", "Counts its changes; also the ETag", true, 0},
        {"path", "text", "Where it is", true, 0},
        {"created", "time", "When it was uploaded", true, 0},
        {0},
};
static const struct member ASSET_CHANGE[] = {
        {"name", "text", "Of the file", false, 200},
        {"gated", "flag", "Only with a link that a form gave", false, 0},
        {0},
};
static const struct member ASSET_LIST[] = {
        {"items", "[Asset]", "Assets", true, 0}, {"next", "text?", "For the next page", true, 0}, {0}};

static const struct schema SCHEMAS[] = {
        {"Page", "A page for visitors", PAGE, false},
        {"NewPage", "A page to be made", NEW_PAGE, false},
        {"PageDraft", "A page that is being written", PAGE_DRAFT, false},
        {"PageChange", "What is to change of a page", PAGE_CHANGE, false},
        {"PageList", "Pages", PAGE_LIST, false},
        {"Asset", "A file to download", ASSET, false},
        {"AssetChange", "What is to change of an asset", ASSET_CHANGE, false},
        {"AssetList", "Assets", ASSET_LIST, false},
        {0},
};

static const struct routes PAGE_ROUTES = {"Pages", ROUTES, SCHEMAS};

const struct slice PAGE_SLICE = {
        .name = "page",
        .migration = &PAGE_MIGRATION,
        .routes = &PAGE_ROUTES,
        .start = page_start,
};
