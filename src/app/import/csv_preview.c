#include "app/import/csv_preview.h"

static void free_list(void *list)
{
    free(list);
}

static void take(struct arena *arena, struct csv_preview *p, const struct csv_result *result)
{
    if (!result->reject.n) {
        p->rows++;
        p->messages += result->n_messages;
        return;
    }
    p->n_rejects++;
    if (p->rejects.n < CSV_REJECTS_KEPT)
        vec_push(&p->rejects, (struct csv_reject){result->line, arena_str(arena, result->reject)});
}

static void describe(struct arena *arena, const struct csv_messages *m, struct csv_preview *p)
{
    const struct csv_text *text = csv_messages_text(m);
    const struct csv_layout *layout = csv_text_layout(text);
    const struct str *names, *texts = csv_text_header(text);
    size_t n = csv_text_columns(text, &names);
    struct str *copies = ARENA_ARRAY(arena, struct str, n + 1),
               *shown = ARENA_ARRAY(arena, struct str, n + 1);
    p->columns = *csv_messages_columns(m);
    p->columns.format = arena_str(arena, p->columns.format);
    p->columns.columns = ARENA_ARRAY(arena, struct csv_column, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct csv_column *c = &p->columns.columns[i];
        *c = csv_messages_columns(m)->columns[i];
        copies[i] = c->header = arena_str(arena, names[i]);
        shown[i] = layout->header ? arena_str(arena, texts[i]) : copies[i];
        c->trait = arena_str(arena, c->trait);
    }
    p->names = copies;
    p->texts = shown;
    p->encoding = arena_str(arena, csv_text_encoding(text));
    p->vcard = csv_text_is_vcard(text);
    p->delimiter = p->vcard ? STR_NONE : arena_str(arena, str_of(layout->dialect.delimiter));
    p->header = layout->header;
    p->nobody = csv_messages_nobody(m);
    p->preamble = layout->preamble;
    p->blank = csv_text_blank(text);
}

bool csv_preview(struct arena *arena, const char *path, struct csv_mapping *mapping,
        const struct csv_messages_options *options, struct csv_preview *ret, struct err *err)
{
    struct csv_messages_options o = *options;
    struct csv_messages *m;
    struct csv_preview p = {0};
    struct csv_result result;
    struct buf out = {0};
    bool more = true, fine = true;
    o.preview = true;
    if (!csv_messages_open(path, mapping, &o, &m, err))
        return false;
    struct csv_row *sample;
    p.n_sample = csv_text_sample(csv_messages_text(m), arena, &sample);
    p.sample = sample;
    while (fine && more) {
        out.n = 0;
        fine = csv_messages_next(m, &out, &result, &more, err);
        if (fine && more)
            take(arena, &p, &result);
    }
    if (fine)
        describe(arena, m, &p);
    csv_messages_close(m);
    buf_free(&out);
    arena_defer(arena, free_list, p.rejects.v);
    if (fine)
        *ret = p;
    return fine;
}

void csv_preview_json(const struct csv_preview *p, struct str file, struct buf *out)
{
    bool some = false;
    buf_put(out, STR("{\"file\":"));
    json_put_string(out, file);
    buf_put(out, STR(",\"encoding\":"));
    json_put_string(out, p->encoding);
    buf_put(out, STR(",\"delimiter\":"));
    if (p->vcard)
        buf_put(out, STR("null"));
    else
        json_put_string(out, p->delimiter);
    buf_printf(out, ",\"preamble\":%u,\"header\":[", p->preamble);
    for (size_t i = 0; i < p->columns.n; i++) {
        if (i)
            buf_char(out, ',');
        json_put_string(out, p->texts[i]);
    }
    buf_put(out, STR("],\"recognised\":"));
    if (p->columns.format.n)
        json_put_string(out, p->columns.format);
    else
        buf_put(out, STR("null"));
    buf_put(out, STR(",\"mapping\":{"));
    for (size_t i = 0; i < p->columns.n; i++) {
        struct str trait = csv_target_trait(p->columns.columns[i].target);
        if (!trait.n)
            continue;
        if (some)
            buf_char(out, ',');
        some = true;
        json_put_string(out, p->names[i]);
        buf_char(out, ':');
        json_put_string(out, trait);
    }
    buf_printf(out, "},\"rows\":%llu,\"rejects\":[", (unsigned long long)p->rows);
    for (size_t i = 0; i < p->rejects.n; i++) {
        buf_printf(
                out, "%s{\"line\":%llu,\"reason\":", i ? "," : "", (unsigned long long)p->rejects.v[i].line);
        json_put_string(out, p->rejects.v[i].reason);
        buf_char(out, '}');
    }
    buf_put(out, STR("]}\n"));
}
