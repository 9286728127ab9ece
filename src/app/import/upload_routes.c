// The handlers of imports: hand in a file, see what it would do, map its columns, run it, undo it.
#include "app/import/upload.h"

#include "app/demo/demo.h"
#include "app/import/csv_import.h"
#include "app/import/csv_preview.h"
#include "app/import/demo_import.h"
#include "app/listing.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "base/input.h"
#include "base/random.h"
#include "base/utf8.h"
#include "store/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    REJECTS_SHOWN = 100,
    SAMPLES_SHOWN = 3,
    SAMPLE_MAX = 80,            // code points
    REJECT_LINE_MAX = 64 << 10, // of the rejects file
    RUNS_MAX = 100,             // of one file
};

// The runs that imported a file and are not undone: more than one where a server stopped in the middle.
struct runs {
    int64_t ids[RUNS_MAX];
    unsigned n;
    struct import_counts counts; // of all of them; of the newest where all are undone
    bool undone;                 // all are
};

static void add_run(struct query *query, bool newest, struct runs *runs)
{
    struct import_counts *c = &runs->counts;
    bool undone = !query_is_null(query, 1);
    if (newest) {
        c->lines = (uint64_t)query_int(query, 2);
        c->skipped = (uint64_t)query_int(query, 3);
    }
    if (undone && !newest)
        return;
    uint64_t *sums[] = {&c->events, &c->aliases, &c->copies, &c->bad, &c->contacts};
    for (unsigned i = 0; i < sizeof sums / sizeof *sums; i++)
        *sums[i] += (uint64_t)query_int(query, 4 + i);
    if (!undone)
        runs->ids[runs->n++] = query_int(query, 0);
}

// By the file's name in the folder: the folder may have been moved.
static bool runs_of(struct request *r, const struct upload *u, struct runs *ret, struct err *err)
{
    struct query *query;
    bool row, ok, newest = true;
    *ret = (struct runs){0};
    if (!store_query(data_store(request_data(r)),
                "SELECT id, undone, lines, skipped, events, aliases, copies, bad, contacts FROM import"
                " WHERE files LIKE '%/imports/' || $1 ORDER BY id DESC",
                &query, err))
        return false;
    query_bind_text(query, 1, u->id);
    while ((ok = query_step(query, &row, err)) && row && ret->n < RUNS_MAX) {
        add_run(query, newest, ret);
        newest = false;
    }
    query_end(query);
    ret->undone = !newest && !ret->n;
    return ok;
}

static void put_counts(const struct import_counts *c, struct buf *out)
{
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {{"lines", c->lines}, {"events", c->events}, {"aliases", c->aliases}, {"copies", c->copies},
            {"skipped", c->skipped}, {"rejected", c->bad}, {"new_contacts", c->contacts}};
    for (unsigned i = 0; i < sizeof counts / sizeof *counts; i++)
        buf_printf(out, "%s\"%s\":%llu", i ? "," : "{", counts[i].name, (unsigned long long)counts[i].value);
    buf_char(out, '}');
}

static bool put_upload(struct request *r, const struct upload *u, struct buf *out, struct err *err)
{
    struct runs runs;
    char time[DATETIME_SIZE];
    if (!runs_of(r, u, &runs, err))
        return false;
    buf_put(out, STR("{\"id\":"));
    json_put_string(out, u->id);
    buf_put(out, STR(",\"name\":"));
    json_put_string(out, u->name);
    buf_printf(out,
            ",\"format\":\"%.*s\",\"state\":\"%.*s\",\"bytes\":%lld,\"total_lines\":%lld,\"created\":",
            STR_ARG(u->format), STR_ARG(runs.undone ? STR("undone") : u->state), (long long)u->bytes,
            (long long)u->lines);
    json_put_string(out, datetime_format(u->created, time));
    buf_put(out, STR(",\"by\":"));
    json_put_string(out, u->by);
    buf_put(out, STR(",\"error\":"));
    if (u->error.n)
        json_put_string(out, u->error);
    else
        buf_put(out, STR("null"));
    buf_put(out, STR(",\"mapping\":"));
    buf_put(out, u->mapping.n ? u->mapping : STR("null"));
    buf_put(out, STR(",\"counts\":"));
    put_counts(&runs.counts, out);
    buf_char(out, '}');
    return true;
}

static bool find(struct request *r, struct upload *ret, struct err *err)
{
    return upload_find(data_store(request_data(r)), r->arena, request_param(r, "id"), ret, err);
}

struct gathering {
    struct request *r;
    struct listing *list;
    VEC(struct upload) uploads;
};

static void gather(void *ctx, const struct upload *u)
{
    struct gathering *g = ctx;
    struct upload kept = *u;
    struct str *texts[] = {
            &kept.id, &kept.name, &kept.format, &kept.mapping, &kept.state, &kept.error, &kept.by};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_str(g->r->arena, *texts[i]);
    vec_push(&g->uploads, kept);
}

bool upload_handle_list(struct request *r, struct err *err)
{
    struct gathering g = {.r = r};
    struct buf item = {0};
    bool ok = listing_new(r, "-created", &g.list, err) &&
              upload_list(data_store(request_data(r)), gather, &g, err);
    for (size_t i = 0; ok && i < g.uploads.n; i++) {
        item.n = 0;
        ok = put_upload(r, &g.uploads.v[i], &item, err);
        if (ok)
            listing_add(g.list, g.uploads.v[i].id, buf_str(&item));
    }
    buf_free(&item);
    vec_free(&g.uploads);
    return ok && listing_end(g.list, err);
}

bool upload_handle_get(struct request *r, struct err *err)
{
    struct upload u;
    return find(r, &u, err) && put_upload(r, &u, r->out, err);
}

// Messages begin with a brace; whatever does not is a list of contacts.
static bool format_of(
        struct request *r, const char *path, struct str *ret, int64_t *ret_lines, struct err *err)
{
    struct input *input;
    bool more = true, first = true, messages = true;
    int64_t lines = 0;
    if (!input_open(path, &input, err))
        return false;
    bool ok = true;
    while (ok && more) {
        struct str line;
        ok = input_line(input, &line, &more, err);
        if (!ok || !more)
            break;
        lines++;
        if (first && str_starts(line, STR("\xEF\xBB\xBF")))
            line = str_sub(line, 3, line.n);
        line = str_trim(line);
        if (first && line.n) {
            messages = line.p[0] == '{';
            first = false;
        }
    }
    input_close(input);
    (void)r;
    if (!ok)
        return false;
    *ret = messages ? STR("ndjson") : STR("csv");
    *ret_lines = lines;
    return true;
}

// Writes the row and the audit line, and answers with the import as it is now.
static bool conclude(struct request *r, const struct upload *u, const char *action,
        bool (*write)(struct store *store, const struct upload *u, struct err *err), struct err *err)
{
    struct writing *w;
    struct buf is = {0};
    if (!writing_begin(request_app(r), &w, err))
        return false;
    buf_put(&is, STR("{\"name\":"));
    json_put_string(&is, u->name);
    buf_printf(&is, ",\"state\":\"%.*s\"}", STR_ARG(u->state));
    bool ok = write(w->store, u, err) &&
              audit_write(w, request_principal(r), action, u->id, STR_NONE, buf_str(&is), err);
    buf_free(&is);
    if (!writing_end(w, ok, err))
        return false;
    app_publish(request_app(r), "import", u->id);
    return put_upload(r, u, r->out, err);
}

bool upload_handle_add(struct request *r, struct err *err)
{
    const struct principal *who = request_principal(r);
    struct upload u = {.name = request_query(r, "name"),
            .state = STR("uploaded"),
            .mapping = STR(""),
            .error = STR(""),
            .by = who ? who->name : STR(""),
            .bytes = (int64_t)r->body.n,
            .created = r->now};
    char id[UUID_SIZE];
    struct err why;
    if (!r->body.n)
        return request_problem(r, 400, NULL, "the body is empty: send the file's bytes");
    if (!u.name.n)
        u.name = STR("upload");
    u.id = arena_str(r->arena, uuid_v7(app_now_ms(request_app(r)), id));
    const char *path = upload_path(request_app(r), r->arena, u.id, "");
    if (!upload_write_file(path, r->body, err))
        return false;
    if (!format_of(r, path, &u.format, &u.lines, &why)) {
        unlink(path);
        return request_problem(r, 400, NULL, "the file cannot be read: %s", why.message);
    }
    if (conclude(r, &u, "import.upload", upload_insert, err))
        return true;
    unlink(path);
    return false;
}

static bool delete_row(struct store *store, const struct upload *u, struct err *err)
{
    return upload_delete(store, u->id, err);
}

static bool idle(struct request *r, const struct upload *u, struct err *err)
{
    (void)r;
    if (str_eq(u->state, STR("queued")) || str_eq(u->state, STR("running")))
        return err_set(err, ERR_CONFLICT, "the import is %.*s: wait until it is done", STR_ARG(u->state));
    return true;
}

bool upload_handle_delete(struct request *r, struct err *err)
{
    static const char *const SUFFIXES[] = {"", ".rejects"};
    struct upload u;
    if (!find(r, &u, err) || !idle(r, &u, err) || !conclude(r, &u, "import.delete", delete_row, err))
        return false;
    for (size_t i = 0; i < sizeof SUFFIXES / sizeof *SUFFIXES; i++)
        unlink(upload_path(request_app(r), r->arena, u.id, SUFFIXES[i]));
    return true;
}

// The mapping of an upload, if it has one, as the reader of lists takes it.
static bool mapping_of(struct request *r, const struct upload *u, struct csv_mapping **ret, struct err *err)
{
    *ret = NULL;
    return !u->mapping.n || csv_mapping_parse(r->arena, STR("mapping"), u->mapping, ret, err);
}

static bool has_file(const struct upload *u, struct err *err)
{
    return !str_eq(u->format, STR("demo")) || err_set(err, ERR_CONFLICT, "the demo comes without a file");
}

bool upload_handle_map(struct request *r, struct err *err)
{
    struct upload u;
    struct csv_mapping *mapping;
    struct csv_messages *m;
    const struct csv_messages_options options = {.import_time = r->now};
    struct err why;
    if (!find(r, &u, err) || !idle(r, &u, err))
        return false;
    if (!str_eq(u.format, STR("csv")))
        return err_set(err, ERR_CONFLICT, "a file of messages has no columns to map");
    u.mapping = r->json->text;
    if (!mapping_of(r, &u, &mapping, &why) ||
            !csv_messages_open(upload_path(request_app(r), r->arena, u.id, ""), mapping, &options, &m, &why))
        return request_problem(r, 400, NULL, "%s", why.message);
    csv_messages_close(m);
    return conclude(r, &u, "import.map", upload_save, err);
}

bool upload_handle_unmap(struct request *r, struct err *err)
{
    struct upload u;
    if (!find(r, &u, err) || !idle(r, &u, err) || !has_file(&u, err))
        return false;
    u.mapping = STR("");
    return conclude(r, &u, "import.map", upload_save, err);
}

bool upload_handle_run(struct request *r, struct err *err)
{
    struct upload u;
    if (!find(r, &u, err) || !idle(r, &u, err))
        return false;
    u.state = STR("queued");
    if (!conclude(r, &u, "import.run", upload_save, err))
        return false;
    app_wake(request_app(r), "import");
    return true;
}

bool upload_handle_undo(struct request *r, struct err *err)
{
    struct upload u;
    struct runs runs;
    struct import_counts counts;
    if (!find(r, &u, err) || !idle(r, &u, err) || !runs_of(r, &u, &runs, err))
        return false;
    if (!runs.n)
        return err_set(err, ERR_CONFLICT,
                runs.undone ? "the import is undone already"
                            : "the import has not run: there is nothing to undo");
    struct data *data = app_turn_begin(request_app(r));
    bool ok = true;
    for (unsigned i = 0; ok && i < runs.n; i++)
        ok = import_undo(data, runs.ids[i], r->now, &counts, err);
    app_turn_end(request_app(r));
    if (!ok)
        return false;
    u.state = STR("undone");
    return conclude(r, &u, "import.undo", upload_save, err);
}

// Takes the demo along: an import without a file. One at a time: its messages are always the same.
bool upload_handle_demo(struct request *r, struct err *err)
{
    const struct principal *who = request_principal(r);
    const struct json *wanted = json_get(r->json, STR("contacts"));
    double contacts = DEMO_CONTACTS;
    int64_t there;
    char id[UUID_SIZE];
    if (wanted && (!json_number(wanted->text, &contacts) || contacts < DEMO_MIN_CONTACTS ||
                          contacts > DEMO_CONTACTS))
        return request_problem(r, 400, "contacts", "%d to %d is expected", DEMO_MIN_CONTACTS, DEMO_CONTACTS);
    if (!store_ask_number(data_store(request_data(r)),
                "SELECT count(*) FROM upload WHERE format = 'demo' AND state IN ('queued', 'running', "
                "'done')",
                NULL, 0, 0, &there, err))
        return false;
    if (there)
        return err_set(err, ERR_CONFLICT, "the demo is there already: undo its import to take it away");
    struct upload u = {.id = arena_str(r->arena, uuid_v7(app_now_ms(request_app(r)), id)),
            .name = STR("demo"),
            .format = STR("demo"),
            .state = STR("queued"),
            .mapping = arena_printf(r->arena, "{\"contacts\":%u}", (unsigned)contacts),
            .error = STR(""),
            .by = who ? who->name : STR(""),
            .lines = (int64_t)import_demo_size((uint32_t)contacts),
            .created = r->now};
    if (!conclude(r, &u, "import.demo", upload_insert, err))
        return false;
    app_wake(request_app(r), "import");
    r->out->n = 0;
    buf_put(r->out, STR("{\"import\":"));
    json_put_string(r->out, u.id);
    buf_char(r->out, '}');
    return true;
}

struct shown {
    struct buf *out;
    unsigned n;
};

static void show_reject(void *ctx, const char *file, uint64_t line, const char *reason)
{
    struct shown *shown = ctx;
    (void)file;
    if (shown->n == REJECTS_SHOWN)
        return;
    buf_printf(shown->out, "%s{\"line\":%llu,\"reason\":", shown->n++ ? "," : "", (unsigned long long)line);
    json_put_string(shown->out, str_of(reason));
    buf_char(shown->out, '}');
}

// The first different values of a column, shortened.
static void put_samples(const struct csv_preview *p, size_t column, struct buf *out)
{
    struct str shown[SAMPLES_SHOWN];
    unsigned n = 0;
    for (size_t i = 0; i < p->n_sample && n < SAMPLES_SHOWN; i++) {
        struct str cell = str_trim(p->sample[i].cells[column]);
        size_t end = 0;
        for (unsigned k = 0; k < SAMPLE_MAX && end < cell.n; k++)
            utf8_next(cell, &end);
        cell = str_sub(cell, 0, end);
        bool seen = !cell.n;
        for (unsigned k = 0; k < n; k++)
            seen |= str_eq(shown[k], cell);
        if (seen)
            continue;
        if (n)
            buf_char(out, ',');
        json_put_string(out, cell);
        shown[n++] = cell;
    }
}

// How the file was read: recognised as whose export, which column is what.
static bool put_columns(struct request *r, const struct upload *u, struct csv_mapping *mapping,
        bool *ret_nobody, struct err *err)
{
    const struct csv_messages_options options = {.import_time = u->created};
    struct csv_preview p;
    struct buf *out = r->out;
    if (!csv_preview(r->arena, upload_path(request_app(r), r->arena, u->id, ""), mapping, &options, &p, err))
        return false;
    buf_put(out, STR(",\"encoding\":"));
    json_put_string(out, p.encoding);
    buf_put(out, STR(",\"delimiter\":"));
    if (p.vcard)
        buf_put(out, STR("null"));
    else
        json_put_string(out, p.delimiter);
    buf_printf(out, ",\"preamble\":%u,\"recognised\":", p.preamble);
    if (p.columns.format.n)
        json_put_string(out, p.columns.format);
    else
        buf_put(out, STR("null"));
    buf_put(out, STR(",\"columns\":["));
    for (size_t i = 0; i < p.columns.n; i++) {
        struct str trait = csv_target_trait(p.columns.columns[i].target);
        buf_put(out, i ? STR(",{\"header\":") : STR("{\"header\":"));
        json_put_string(out, p.names[i]);
        buf_put(out, STR(",\"trait\":"));
        if (trait.n)
            json_put_string(out, trait);
        else
            buf_put(out, STR("null"));
        buf_put(out, STR(",\"own\":"));
        json_put_string(out, p.columns.columns[i].trait);
        buf_put(out, STR(",\"samples\":["));
        put_samples(&p, i, out);
        buf_put(out, STR("]}"));
    }
    buf_printf(out, "],\"rows\":%llu,\"nobody\":%s", (unsigned long long)p.rows, p.nobody ? "true" : "false");
    *ret_nobody = p.nobody;
    return true;
}

// A dry run: what it would bring, who of it is known already, what cannot be read and why.
bool upload_handle_preview(struct request *r, struct err *err)
{
    struct upload u;
    struct csv_mapping *mapping;
    struct import_counts counts = {0};
    struct buf rejects = {0};
    struct shown shown = {.out = &rejects};
    const struct import_options options = {
            .dry_run = true, .now = r->now, .bad_line = show_reject, .ctx = &shown};
    int64_t run;
    if (!find(r, &u, err) || !has_file(&u, err) || !mapping_of(r, &u, &mapping, err))
        return false;
    bool list = str_eq(u.format, STR("csv"));
    const char *path = upload_path(request_app(r), r->arena, u.id, "");
    buf_printf(r->out, "{\"format\":\"%.*s\"", STR_ARG(u.format));
    bool nobody = false; // then there is nothing to try before it is said who the rows are
    bool ok = !list || put_columns(r, &u, mapping, &nobody, err);
    const struct csv_import_options csv = {.mapping_text = u.mapping};
    ok = ok && (nobody || (list ? import_csv(request_data(r), &path, 1, &csv, &options, &counts, &run, err)
                                : import_ndjson(request_data(r), &path, 1, &options, &counts, &run, err)));
    if (ok) {
        buf_put(r->out, STR(",\"counts\":"));
        put_counts(&counts, r->out);
        buf_put(r->out, STR(",\"rejects\":["));
        buf_put(r->out, buf_str(&rejects));
        buf_put(r->out, STR("]}"));
    }
    buf_free(&rejects);
    return ok;
}

bool upload_handle_rejects(struct request *r, struct err *err)
{
    struct upload u;
    struct listing *list;
    struct stat st;
    struct input *input;
    bool more = true;
    if (!find(r, &u, err) || !listing_new(r, "line", &list, err))
        return false;
    const char *path = upload_path(request_app(r), r->arena, u.id, ".rejects");
    if (stat(path, &st) != 0)
        return listing_end(list, err);
    bool ok = input_open(path, &input, err);
    for (unsigned n = 0; ok && more && n < LIST_ITEMS_MAX; n++) {
        struct str line;
        struct json *json;
        struct buf item = {0};
        struct err unread;
        ok = input_line(input, &line, &more, err);
        if (!ok || !more)
            break;
        if (line.n > REJECT_LINE_MAX || !json_parse(r->arena, arena_str(r->arena, line), &json, &unread))
            continue;
        char number[24];
        int length = snprintf(number, sizeof number, "%u", n);
        buf_printf(&item, "{\"line\":%.*s,\"reason\":", STR_ARG(json_get(json, STR("line"))->text));
        json_put_string(&item, json_get_str(json, STR("reason")));
        buf_put(&item, STR(",\"text\":"));
        json_put_string(&item, json_get_str(json, STR("text")));
        buf_char(&item, '}');
        listing_add(list, (struct str){number, (size_t)length}, buf_str(&item));
        buf_free(&item);
    }
    if (ok || more)
        input_close(input);
    return ok && listing_end(list, err);
}
