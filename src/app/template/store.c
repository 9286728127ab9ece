// Templates and content blocks as stored.
#include "app/template/private.h"

#include "base/json_put.h"
#include "store/ask.h"

static struct template_text decode_text(struct query *query, unsigned column, struct arena *arena)
{
    return (struct template_text){.subject = arena_str(arena, query_text(query, column)),
            .preheader = arena_str(arena, query_text(query, column + 1)),
            .body = arena_str(arena, query_text(query, column + 2)),
            .html = query_int(query, column + 3) != 0,
            .layout = arena_str(arena, query_text(query, column + 4))};
}

bool template_read(struct store *store, struct arena *arena, struct str id, int64_t version,
        struct template_text *ret, int64_t *ret_version, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store,
                "SELECT subject, preheader, body, html, layout, version FROM template_version"
                " WHERE template = $1 AND (version = $2 OR $2 = 0) ORDER BY version DESC LIMIT 1",
                PARAMS(P_TEXT(id), P_INT(version)), TEMPLATE_MISSING, &query, err))
        return false;
    *ret = decode_text(query, 0, arena);
    if (ret_version)
        *ret_version = query_int(query, 5);
    query_end(query);
    return true;
}

bool template_find(
        struct store *store, struct arena *arena, struct str id, struct template *ret, struct err *err)
{
    struct query *query;
    struct template found;
    if (!store_ask_row(store,
                "SELECT id, name, note, version, created, changed FROM template WHERE id = $1 AND gone IS "
                "NULL",
                PARAMS(P_TEXT(id)), TEMPLATE_MISSING, &query, err))
        return false;
    found = (struct template){.id = arena_str(arena, query_text(query, 0)),
            .name = arena_str(arena, query_text(query, 1)),
            .note = arena_str(arena, query_text(query, 2)),
            .version = query_int(query, 3),
            .created = query_int(query, 4),
            .changed = query_int(query, 5)};
    query_end(query);
    if (!template_read(store, arena, id, found.version, &found.text, NULL, err))
        return false;
    *ret = found;
    return true;
}

static void put_text_members(const struct template_text *text, struct buf *out)
{
    put_text(out, "subject", text->subject);
    put_text(out, "preheader", text->preheader);
    put_text(out, "body", text->body);
    put_text(out, "format", format_word(text->html));
    put_text(out, "layout", text->layout);
}

void template_put(const void *thing, struct buf *out)
{
    const struct template *t = thing;
    buf_char(out, '{');
    put_text(out, "id", t->id);
    put_text(out, "name", t->name);
    put_text(out, "note", t->note);
    put_text_members(&t->text, out);
    put_int(out, "version", t->version);
    put_time(out, "created", t->created);
    put_time(out, "changed", t->changed);
    buf_char(out, '}');
}

void template_put_version(struct query *query, struct arena *arena, struct buf *out)
{
    struct template_text text = decode_text(query, 0, arena);
    buf_char(out, '{');
    put_int(out, "version", query_int(query, 5));
    put_text_members(&text, out);
    put_time(out, "made", query_int(query, 6));
    put_text(out, "by", query_text(query, 7));
    buf_char(out, '}');
}

static struct block decode_block(struct query *query, struct arena *arena)
{
    return (struct block){.id = arena_str(arena, query_text(query, 0)),
            .name = arena_str(arena, query_text(query, 1)),
            .note = arena_str(arena, query_text(query, 2)),
            .variants = arena_str(arena, query_text(query, 3)),
            .fallback = arena_str(arena, query_text(query, 4)),
            .version = query_int(query, 5),
            .created = query_int(query, 6),
            .changed = query_int(query, 7)};
}

bool block_find(struct store *store, struct arena *arena, struct str id, struct block *ret, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store,
                "SELECT b.id, b.name, b.note, v.variants, v.fallback, b.version, b.created, b.changed"
                " FROM template_block b JOIN template_block_version v ON v.block = b.id"
                " AND v.version = b.version WHERE b.id = $1 AND b.gone IS NULL",
                PARAMS(P_TEXT(id)), "there is no such content block", &query, err))
        return false;
    *ret = decode_block(query, arena);
    query_end(query);
    return true;
}

bool block_at(struct store *store, struct arena *arena, struct str name, int64_t at, struct block *ret,
        struct err *err)
{
    struct query *query;
    // The newest version of any block made up to then; one that had another name by then, or was gone, is
    // none.
    if (!store_ask_row(store,
                "SELECT b.id, v.name, b.note, v.variants, v.fallback, v.version, b.created, v.made"
                " FROM template_block_version v JOIN template_block b ON b.id = v.block"
                " WHERE v.name = $1 AND v.made <= $2 AND (b.gone IS NULL OR b.gone > $2)"
                " AND NOT EXISTS (SELECT 1 FROM template_block_version n WHERE n.block = v.block"
                " AND n.version > v.version AND n.made <= $2)"
                " ORDER BY v.made DESC LIMIT 1",
                PARAMS(P_TEXT(name), P_INT(at)), "there is no such content block", &query, err))
        return false;
    *ret = decode_block(query, arena);
    query_end(query);
    return true;
}

void block_put(const void *thing, struct buf *out)
{
    const struct block *b = thing;
    buf_char(out, '{');
    put_text(out, "id", b->id);
    put_text(out, "name", b->name);
    put_text(out, "note", b->note);
    put_raw(out, "variants", b->variants);
    put_text(out, "fallback", b->fallback);
    put_int(out, "version", b->version);
    put_time(out, "created", b->created);
    put_time(out, "changed", b->changed);
    buf_char(out, '}');
}
