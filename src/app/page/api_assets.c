#include "app/page/serve.h"

#include "app/form/members.h"
#include "app/listing.h"
#include "base/datetime.h"
#include "base/random.h"
#include "base/utf8.h"

static void put_asset(const struct asset *asset, struct buf *out)
{
    char time[DATETIME_SIZE];
    buf_put(out, STR("{\"id\":"));
    json_put_string(out, asset->id);
    buf_put(out, STR(",\"name\":"));
    json_put_string(out, asset->name);
    buf_put(out, STR(",\"type\":"));
    json_put_string(out, asset->type);
    buf_printf(out, ",\"size\":%lld,\"gated\":%s,\"version\":%lld,\"path\":\"/d/%.*s\",\"created\":\"%.*s\"}",
            (long long)asset->size, asset->gated ? "true" : "false", (long long)asset->version,
            STR_ARG(asset->id), STR_ARG(datetime_format(asset->created, time)));
}

static struct str text_of(struct arena *arena, const struct asset *asset)
{
    struct buf out = {0};
    put_asset(asset, &out);
    struct str text = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

// The asset as it is inside a writing, if it is the version that was asked for: nobody comes between then.
static bool find_in(struct request *r, struct store *store, struct asset *ret, struct err *err)
{
    return asset_find(store, r->arena, request_param(r, "id"), ret, err) &&
           request_matches(r, ret->version, err);
}

static void add_asset(void *ctx, const struct asset *asset)
{
    struct buf item = {0};
    put_asset(asset, &item);
    listing_add(ctx, asset->id, buf_str(&item));
    buf_free(&item);
}

bool asset_api_list(struct request *r, struct err *err)
{
    struct listing *list;
    return listing_new(r, "name", &list, err) &&
           asset_each(data_store(request_data(r)), r->arena, add_asset, list, err) && listing_end(list, err);
}

bool asset_api_get(struct request *r, struct err *err)
{
    struct asset asset;
    if (!asset_find(data_store(request_data(r)), r->arena, request_param(r, "id"), &asset, err))
        return false;
    put_asset(&asset, r->out);
    response_etag(r, asset.version);
    return true;
}

// The last part of a path, without controls; "download" where nothing is left.
static struct str clean_name(struct arena *arena, struct str name)
{
    struct buf out = {0};
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] == '/' || name.p[i] == '\\')
            name = str_sub(name, i + 1, name.n), i = (size_t)-1;
    for (size_t i = 0; i < name.n;) {
        size_t start = i;
        uint32_t c = utf8_next(name, &i);
        bool control = c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
                       (c >= 0x2066 && c <= 0x2069); // texts that turn around hide what a file is
        if (!control && c != 0xFFFD && out.n < 200)
            buf_put(&out, str_sub(name, start, i));
    }
    struct str text = arena_str(arena, str_trim(buf_str(&out)));
    buf_free(&out);
    return !text.n || str_eq(text, STR(".")) || str_eq(text, STR("..")) ? STR("download") : text;
}

// "application/pdf"; what is no such type is sent as bytes.
static struct str clean_type(struct arena *arena, struct str type)
{
    unsigned slashes = 0;
    type = str_trim(str_sub(type, 0, str_find(type, ';')));
    for (size_t i = 0; i < type.n; i++) {
        char c = type.p[i];
        slashes += c == '/';
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    (c && strchr("/+-.", c))))
            return STR("application/octet-stream");
    }
    bool fits = slashes == 1 && type.n <= 100 && type.p[0] != '/' && type.p[type.n - 1] != '/';
    return fits ? arena_str(arena, type) : STR("application/octet-stream");
}

// Writes the asset and the audit's line, ends the writing and answers. ok: of what was done before.
static bool save(struct request *r, struct writing *w, bool ok, const struct asset *asset, struct str before,
        struct err *err)
{
    struct str after = text_of(r->arena, asset);
    ok = ok && asset_put(w->store, asset, err) &&
         audit_write(w, request_principal(r), before.n ? "asset.update" : "asset.create", asset->id, before,
                 after, err);
    if (!writing_end(w, ok, err))
        return false;
    response_etag(r, asset->version);
    buf_put(r->out, after);
    return true;
}

bool asset_api_create(struct request *r, struct err *err)
{
    const struct form_field *fields, *file = NULL;
    char uuid[UUID_SIZE];
    size_t n;
    if (!request_form(r, &fields, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (fields[i].file_name.p && str_eq(fields[i].name, STR("file")))
            file = &fields[i];
    if (!file || !file->value.n)
        return request_problem(
                r, 400, "file", "is missing: send multipart/form-data with a file of this name");
    struct str gated = request_form_value(r, "gated");
    struct asset asset = {.id = uuid_v7(app_now_ms(request_app(r)), uuid),
            .name = clean_name(r->arena, file->file_name),
            .type = clean_type(r->arena, file->type),
            .size = (int64_t)file->value.n,
            .gated = !str_eq(gated, STR("false")),
            .version = 1,
            .created = r->now};
    if (!asset_write(app_folder(request_app(r)), asset.id, file->value, err))
        return false;
    struct writing *w;
    if (writing_begin(request_app(r), &w, err) && save(r, w, true, &asset, STR_NONE, err))
        return true;
    asset_delete(app_folder(request_app(r)), asset.id);
    return false;
}

bool asset_api_change(struct request *r, struct err *err)
{
    struct asset asset = {0};
    const struct json *name = json_get(r->json, STR("name")), *gated = json_get(r->json, STR("gated"));
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = find_in(r, w->store, &asset, err);
    struct str before = text_of(r->arena, &asset);
    if (name)
        asset.name = clean_name(r->arena, name->text);
    if (gated)
        asset.gated = gated->kind == JSON_TRUE;
    asset.version++;
    return save(r, w, ok, &asset, before, err);
}

bool asset_api_delete(struct request *r, struct err *err)
{
    struct asset asset = {0};
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = find_in(r, w->store, &asset, err) && asset_remove(w->store, asset.id, err) &&
              audit_write(w, request_principal(r), "asset.delete", asset.id, text_of(r->arena, &asset),
                      STR_NONE, err);
    if (!writing_end(w, ok, err))
        return false;
    asset_delete(app_folder(request_app(r)), asset.id);
    return true;
}
