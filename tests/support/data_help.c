#include "support/data_help.h"

#include "base/datetime.h"
#include "base/mem.h"
#include "replay/history.h"
#include "support/store_help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <ftw.h>
#include <unistd.h>

struct str help_folder(void)
{
    static _Thread_local char path[200];
    const char *base = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/sluice-test-XXXXXX", base ? base : P_tmpdir);
    assert_non_null(mkdtemp(path));
    return str_of(path);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(path);
}

void help_remove(const char *folder)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *help_path(struct arena *arena, const char *folder, const char *name)
{
    return arena_printf(arena, "%s/%s", folder, name).p;
}

void help_write(const char *path, struct str text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(text.n ? fwrite(text.p, 1, text.n, f) : 0, text.n);
    assert_int_equal(fclose(f), 0);
}

struct str help_read(struct arena *arena, const char *path)
{
    struct buf all = {0};
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t n;
    while ((n = fread(buf_room(&all, 4096), 1, 4096, f)) > 0)
        all.n += n;
    fclose(f);
    struct str text = arena_str(arena, buf_str(&all));
    buf_free(&all);
    return text;
}

static void put_id(struct rng *rng, const char *key, char kind, unsigned people, struct buf *out)
{
    buf_printf(out, ",\"%s\":\"%c%u\"", key, kind, (unsigned)rng_below(rng, people));
}

static void put_message_id(struct rng *rng, unsigned number, bool keyed, struct buf *out)
{
    // Lengths around that of a packed UUID, among others.
    static const char *const ODD[] = {"x", "fourteen-bytes", "fifteen--bytes-", "sixteen--bytes--",
            "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6", "\\u0000", "schön"};
    uint64_t kind = rng_below(rng, 10);
    if (kind == 0 && !keyed)
        return;
    if (kind == 1 && number)
        number = (unsigned)rng_below(rng, number); // perhaps a copy
    if (kind == 2)
        buf_printf(out, ",\"messageId\":\"%s\"", ODD[rng_below(rng, sizeof ODD / sizeof *ODD)]);
    else if (kind < 6)
        buf_printf(out, ",\"messageId\":\"f81d4fae-7dec-11d0-a765-%012x\"", number);
    else
        buf_printf(out, ",\"messageId\":\"m%u\"", number);
}

static void put_event(struct rng *rng, struct buf *out)
{
    static const char *const NAMES[] = {"page.viewed", "email.replied", "form.submitted", "Order Completed",
            "call.answered", "Own Name", "meeting.held"};
    buf_printf(out, "{\"type\":\"track\",\"event\":\"%s\"", NAMES[rng_below(rng, 7)]);
    if (rng_chance(rng, 0.5))
        buf_printf(out, ",\"properties\":{ \"path\" : \"/p %u\", \"value\":%u,\"deep\":{\"a\": [1, 2]}%s}",
                (unsigned)rng_below(rng, 4), (unsigned)rng_below(rng, 30),
                rng_chance(rng, 0.2) ? ",\"machine\":true" : "");
    if (rng_chance(rng, 0.1))
        buf_printf(out, ",\"context\":{\"campaign\":{\"name\":\"spring\",\"source\":\"ads\"},\"ip\":null}");
}

static void put_person(struct rng *rng, unsigned people, bool plain, struct buf *out)
{
    uint64_t who = rng_below(rng, 10);
    if (who < 7)
        put_id(rng, "userId", !plain && rng_chance(rng, 0.05) ? 'a' : 'u', people,
                out); // some ids play both roles
    if (who >= 5)
        put_id(rng, "anonymousId", 'a', people, out);
}

static void put_kind(struct rng *rng, unsigned people, bool plain, struct buf *out)
{
    static const char *const FACTS[] = {"fit", "budget", "need"};
    uint64_t kind = rng_below(rng, 100);
    if (kind < 10) {
        buf_printf(out, "{\"type\":\"identify\",\"traits\":{\"jobTitle\":\"T%u\",\"employees\":%u}",
                (unsigned)rng_below(rng, 3), (unsigned)rng_below(rng, 9));
    } else if (kind < 13) {
        buf_printf(out, "{\"type\":\"group\",\"groupId\":\"g1\",\"traits\":{\"name\":\"Firm %u\"}",
                (unsigned)rng_below(rng, 3));
    } else if (kind < 20) {
        buf_printf(out,
                "{\"type\":\"track\",\"event\":\"fact.recorded\",\"properties\":{\"fact\":\"%s\",\"answer\":"
                "\"%s\",\"amount\":%u}",
                FACTS[rng_below(rng, 3)], rng_chance(rng, 0.7) ? "yes" : "unknown",
                (unsigned)rng_below(rng, 99));
    } else if (kind < 24) {
        buf_printf(out, "{\"type\":\"page\",\"name\":\"Home\"");
    } else if (kind < 26 && !plain) {
        buf_printf(out, "{\"type\":\"alias\"");
        put_id(rng, "previousId", rng_chance(rng, 0.5) ? 'u' : 'a', people, out);
        put_id(rng, "userId", 'u', people, out);
        return;
    } else {
        put_event(rng, out);
    }
    put_person(rng, people, plain, out);
}

static void put_messages(
        struct rng *rng, unsigned n, unsigned people, bool all_keyed, bool plain, struct buf *out)
{
    char time[DATETIME_SIZE];
    for (unsigned i = 0; i < n; i++) {
        uint64_t odd = rng_below(rng, 200);
        if (odd == 0) {
            buf_put(out, STR("{\"type\":\"track\"}\n\n"));
        } else if (odd == 1 && !plain) {
            buf_printf(
                    out, "{\"type\":\"unalias\",\"messageId\":\"m%u\"}\n", (unsigned)rng_below(rng, i + 1));
        } else {
            int64_t at = NOW - 20000000 + (int64_t)i * 1000 - (int64_t)rng_below(rng, 500000);
            put_kind(rng, people, plain, out);
            put_message_id(rng, i, all_keyed, out);
            buf_printf(out, ",\"timestamp\":\"%.*s\"}\n", STR_ARG(datetime_format(at, time)));
        }
    }
}

void help_messages(struct rng *rng, unsigned n, bool all_keyed, struct buf *out)
{
    put_messages(rng, n, 3 + (unsigned)rng_below(rng, 20), all_keyed, false, out);
}

void help_plain_messages(struct rng *rng, unsigned n, unsigned people, struct buf *out)
{
    put_messages(rng, n, people, false, true, out);
}

struct named {
    struct str name;
    uint32_t contact;
};

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

struct cell {
    struct str key, text;
    char kind;
};

static int by_key(const void *a, const void *b)
{
    return str_cmp(((const struct cell *)a)->key, ((const struct cell *)b)->key);
}

static size_t sparse_cells(
        const struct columns *c, const struct sparse *columns, uint32_t n, uint32_t e, struct cell *cells)
{
    size_t found = 0;
    for (uint32_t i = 0; i < n && found < 16; i++) {
        uint32_t at = sparse_at(columns[i].ev, columns[i].n, e);
        if (at < columns[i].n && columns[i].ev[at] == e) {
            struct value v = columns_value(c, columns[i].val[at]);
            cells[found++] = (struct cell){columns[i].key, v.text, (char)('0' + v.kind)};
        }
    }
    qsort(cells, found, sizeof *cells, by_key);
    return found;
}

static void put_cells(const struct columns *c, uint32_t e, struct buf *out)
{
    struct cell cells[16];
    for (int traits = 0; traits < 2; traits++) {
        size_t n = traits ? sparse_cells(c, c->traits, c->n_traits, e, cells)
                          : sparse_cells(c, c->props, c->n_props, e, cells);
        for (size_t i = 0; i < n; i++)
            buf_printf(out, " %s%.*s=%c%.*s", traits ? "trait:" : "", STR_ARG(cells[i].key), cells[i].kind,
                    STR_ARG(cells[i].text));
    }
    static const char *const FACTS[] = {"budget", "fit", "need"};
    for (size_t i = 0; i < sizeof FACTS / sizeof *FACTS; i++) {
        const struct fact_column *f = columns_fact(c, str_of(FACTS[i]));
        uint32_t at = f ? sparse_at(f->ev, f->n, e) : 0;
        if (!f || at == f->n || f->ev[at] != e)
            continue;
        struct str amount = f->amount[at] == VALUE_NONE ? STR("-") : columns_value(c, f->amount[at]).text;
        buf_printf(out, " fact:%s=%d/%.*s", FACTS[i], f->answer[at], STR_ARG(amount));
    }
}

static void put_columns(const struct columns *c, bool log, int64_t until, struct buf *out)
{
    struct named *names = mem_alloc((c->n_contacts + 1) * sizeof *names);
    for (uint32_t i = 0; i < c->n_contacts; i++)
        names[i] = (struct named){columns_name(c, i), i};
    qsort(names, c->n_contacts, sizeof *names, by_name);
    for (uint32_t i = 0; i < c->n_contacts; i++) {
        uint32_t contact = names[i].contact;
        uint64_t presence = 0;
        if (c->epoch + c->time[c->off[contact]] > until)
            continue;
        buf_printf(out, "%.*s\n", STR_ARG(names[i].name));
        for (uint32_t e = c->off[contact]; e < c->off[contact + 1]; e++) {
            const struct event_type *t = &c->types[c->type[e]];
            presence |= 1ull << presence_bit(c->type[e]);
            if (c->epoch + c->time[e] > until)
                continue;
            buf_printf(out, "  %lld %d%d%d %.*s", (long long)(c->epoch + c->time[e]), t->kind, t->direction,
                    t->machine, STR_ARG(t->name));
            if (log)
                buf_printf(out, " @%u", c->log[e]);
            put_cells(c, e, out);
            buf_char(out, '\n');
        }
        assert_true(presence == c->presence[contact]);
    }
    free(names);
}

void help_columns(const struct columns *c, bool log, struct buf *out)
{
    put_columns(c, log, INT64_MAX, out);
}

void help_columns_until(const struct columns *c, int64_t until, struct buf *out)
{
    put_columns(c, false, until, out);
}

struct data *help_open(const char *folder, enum data_mode mode)
{
    struct data *data;
    struct err err;
    if (!data_open(folder, mode, &data, &err))
        fail_msg("%s", err.message);
    return data;
}

void help_init_with(const char *folder, struct str model, const char *name, int64_t now)
{
    struct arena *arena = arena_new();
    struct err err;
    if (!data_init_at(folder, help_database_url(arena), model, name, now, &err))
        fail_msg("%s", err.message);
    arena_free(arena);
}

void help_init(const char *folder)
{
    help_init_with(folder, STR_NONE, "", NOW);
}

struct import_counts help_import(const char *folder, const char *file)
{
    struct import_options options = {.now = NOW};
    struct import_counts counts;
    struct data *data = help_open(folder, DATA_WRITE);
    struct err err;
    int64_t id;
    if (!import_ndjson(data, &file, 1, &options, &counts, &id, &err))
        fail_msg("%s", err.message);
    data_close(data);
    return counts;
}

static bool put_text(void *ctx, struct str text, struct err *err)
{
    (void)err;
    buf_put(ctx, text);
    return true;
}

struct str help_export(struct arena *arena, struct data *data)
{
    struct buf all = {0};
    struct err err;
    uint64_t n;
    if (!data_export(data, put_text, &all, &n, &err))
        fail_msg("%s", err.message);
    struct str text = arena_str(arena, buf_str(&all));
    buf_free(&all);
    return text;
}

void help_data_columns(struct data *data, int64_t at, struct buf *out)
{
    const struct columns *columns;
    struct err err;
    if (!data_columns(data, at, &columns, &err))
        fail_msg("%s", err.message);
    help_columns(columns, false, out);
}

void help_file_columns(const char *file, int64_t at, struct buf *out)
{
    struct history_options options = {.at = at};
    struct history *history;
    struct err err;
    if (!history_read(&file, 1, &options, &history, &err))
        fail_msg("%s", err.message);
    help_columns(history->columns, false, out);
    history_free(history);
}
