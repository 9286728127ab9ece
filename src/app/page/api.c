#include "app/form/api.h"
#include "app/page/serve.h"

#include "app/listing.h"
#include "base/datetime.h"
#include "base/random.h"

static void put_time(struct buf *out, const char *name, int64_t time)
{
    char text[DATETIME_SIZE];
    buf_printf(out, ",\"%s\":\"%.*s\"", name, STR_ARG(datetime_format(time, text)));
}

static void put_page(const struct page *page, struct buf *out)
{
    buf_put(out, STR("{\"id\":"));
    json_put_string(out, page->id);
    buf_put(out, STR(",\"slug\":"));
    json_put_string(out, page->slug);
    buf_put(out, STR(",\"name\":"));
    json_put_string(out, page->name);
    buf_printf(out, ",\"version\":%lld,\"published\":%s,\"path\":\"/p/%.*s\"", (long long)page->version,
            page->published ? "true" : "false", STR_ARG(page->slug));
    put_time(out, "created", page->created);
    put_time(out, "updated", page->updated);
    buf_put(out, STR(",\"definition\":"));
    buf_put(out, page->definition);
    buf_char(out, '}');
}

static struct str text_of(struct arena *arena, const struct page *page)
{
    struct buf out = {0};
    put_page(page, &out);
    struct str text = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return text;
}

// The page as it is inside a writing, if it is the version that was asked for: nobody comes between then.
static bool find_in(struct request *r, struct store *store, struct page *ret, struct err *err)
{
    return page_find(store, r->arena, request_param(r, "id"), ret, err) &&
           request_matches(r, ret->version, err);
}

static void add_page(void *ctx, const struct page *page)
{
    struct buf item = {0};
    put_page(page, &item);
    listing_add(ctx, page->id, buf_str(&item));
    buf_free(&item);
}

bool page_api_list(struct request *r, struct err *err)
{
    struct listing *list;
    return listing_new(r, "name", &list, err) &&
           page_each(data_store(request_data(r)), r->arena, add_page, list, err) && listing_end(list, err);
}

bool page_api_get(struct request *r, struct err *err)
{
    struct page page;
    if (!page_find(data_store(request_data(r)), r->arena, request_param(r, "id"), &page, err))
        return false;
    put_page(&page, r->out);
    response_etag(r, page.version);
    return true;
}

// Forms and assets that a page names must be there, or a visitor meets a hole.
static void check_names(struct request *r, const struct page_def *def, struct problems *problems)
{
    struct store *store = data_store(request_data(r));
    struct form form;
    struct asset asset;
    for (unsigned i = 0; i < def->n_blocks; i++) {
        const struct block *block = &def->blocks[i];
        if (block->form.n && !form_find(store, r->arena, block->form, &form, NULL))
            problems_add(problems, arena_printf(r->arena, "blocks[%u].form", i), "there is no such form");
        if (block->asset.n && !asset_find(store, r->arena, block->asset, &asset, NULL))
            problems_add(problems, arena_printf(r->arena, "blocks[%u].asset", i), "there is no such asset");
    }
}

static void tell(struct request *r, const struct problems *problems)
{
    for (unsigned i = 0; i < problems->n; i++)
        request_problem(r, 400, arena_printf(r->arena, "definition.%.*s", STR_ARG(problems->list[i].field)).p,
                "%.*s", STR_ARG(problems->list[i].message));
}

static bool read_page(struct request *r, struct page *page, struct err *err)
{
    const struct json *name = json_get(r->json, STR("name")), *slug = json_get(r->json, STR("slug")),
                      *published = json_get(r->json, STR("published")),
                      *definition = json_get(r->json, STR("definition"));
    struct problems *problems = problems_new(r->arena);
    struct page_def def;
    if (name)
        page->name = name->text;
    if (slug)
        page->slug = slug->text;
    if (published)
        page->published = published->kind == JSON_TRUE;
    bool named = form_label_fits(page->name);
    if (!named)
        request_problem(r, 400, "name", "must be a text in one line");
    if (!form_slug_fits(page->slug))
        request_problem(r, 400, "slug", "must be small letters, digits and inner hyphens, at most 60");
    if (definition) {
        struct buf text = {0};
        json_put(&text, definition);
        page->definition = arena_str(r->arena, buf_str(&text));
        buf_free(&text);
        if (page_def_read(r->arena, definition, &def, problems))
            check_names(r, &def, problems);
    }
    tell(r, problems);
    bool fine = named && form_slug_fits(page->slug) && !problems->n;
    return fine || err_set(err, ERR_INPUT, "the page cannot be taken");
}

// Writes the page and the audit's line; before: STR_NONE for a new one.
static bool save(struct request *r, struct writing *w, const struct page *page, struct str before,
        struct str after, struct err *err)
{
    struct page other;
    if (page_find(w->store, r->arena, page->slug, &other, NULL) && !str_eq(other.id, page->id))
        return request_problem(r, 409, "slug", "another page has this address already");
    return page_put(w->store, page, err) &&
           audit_write(w, request_principal(r), before.n ? "page.update" : "page.create", page->id, before,
                   after, err);
}

static bool end(struct request *r, struct writing *w, bool ok, struct str id, struct err *err)
{
    if (!writing_end(w, ok, err))
        return false;
    app_publish(request_app(r), "page", id);
    return true;
}

static bool answer(struct request *r, const struct page *page, struct str text)
{
    response_etag(r, page->version);
    buf_put(r->out, text);
    return true;
}

bool page_api_create(struct request *r, struct err *err)
{
    char uuid[UUID_SIZE];
    struct page page = {.id = uuid_v7(app_now_ms(request_app(r)), uuid),
            .version = 1,
            .created = r->now,
            .updated = r->now};
    struct writing *w;
    if (!read_page(r, &page, err) || !writing_begin(request_app(r), &w, err))
        return false;
    struct str text = text_of(r->arena, &page);
    bool ok = save(r, w, &page, STR_NONE, text, err);
    return end(r, w, ok, page.id, err) && answer(r, &page, text);
}

bool page_api_preview(struct request *r, struct err *err)
{
    struct problems *problems = problems_new(r->arena);
    struct page_def def;
    if (page_def_read(r->arena, json_get(r->json, STR("definition")), &def, problems))
        check_names(r, &def, problems);
    tell(r, problems);
    if (problems->n)
        return err_set(err, ERR_INPUT, "the page cannot be shown");
    page_show(r, &def, true);
    form_preview_answer(r);
    return true;
}

bool page_api_change(struct request *r, struct err *err)
{
    struct page page = {0};
    struct str before = STR_NONE, after = STR_NONE;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = find_in(r, w->store, &page, err);
    if (ok) {
        before = text_of(r->arena, &page);
        ok = read_page(r, &page, err);
    }
    if (ok) {
        page.version++;
        page.updated = r->now;
        after = text_of(r->arena, &page);
        ok = save(r, w, &page, before, after, err);
    }
    return end(r, w, ok, page.id, err) && answer(r, &page, after);
}

bool page_api_delete(struct request *r, struct err *err)
{
    struct page page = {0};
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = find_in(r, w->store, &page, err) && page_remove(w->store, page.id, err) &&
              audit_write(w, request_principal(r), "page.delete", page.id, text_of(r->arena, &page), STR_NONE,
                      err);
    return end(r, w, ok, page.id, err);
}
