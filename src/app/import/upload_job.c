// The job that imports what was handed in.
#include "app/import/upload.h"

#include "app/demo/demo.h"
#include "app/import/csv_import.h"
#include "app/import/demo_import.h"
#include "app/webhook/webhook.h"
#include "base/json_put.h"

#include <sys/stat.h>

struct running {
    struct app *app;
    struct str id;
    uint64_t shown; // events when it was last published
};

static void take_turn(void *ctx, bool mine)
{
    struct running *running = ctx;
    if (mine)
        app_turn_begin(running->app);
    else
        app_turn_end(running->app);
}

static bool progress(void *ctx, const struct import_counts *counts, uint64_t consumed, uint64_t size)
{
    struct running *running = ctx;
    (void)consumed;
    (void)size;
    if (counts->events - running->shown >= 10000) {
        running->shown = counts->events;
        app_publish(running->app, "import", running->id);
    }
    return !app_closing(running->app);
}

// For webhooks: an import that came to its end, by itself or by an error.
static bool announce(
        struct writing *w, const struct upload *upload, const struct import_counts *counts, struct err *err)
{
    struct buf data = {0};
    buf_char(&data, '{');
    put_text(&data, "import", upload->id);
    put_text(&data, "name", upload->name);
    put_text(&data, "state", upload->state);
    put_text(&data, "error", upload->error.n ? upload->error : STR_NONE);
    put_int(&data, "events", (int64_t)counts->events);
    put_int(&data, "new_contacts", (int64_t)counts->contacts);
    put_int(&data, "rejected", (int64_t)counts->bad);
    buf_char(&data, '}');
    bool ok = webhook_emit(w, "import.finished", 0, buf_str(&data), err);
    buf_free(&data);
    return ok;
}

// counts: of one that has ended, or NULL.
static bool save(
        struct app *app, const struct upload *upload, const struct import_counts *counts, struct err *err)
{
    struct writing *w;
    if (!writing_begin(app, &w, err))
        return false;
    if (!upload_save(w->store, upload, err) || (counts && !announce(w, upload, counts, err))) {
        writing_abort(w);
        return false;
    }
    if (!writing_commit(w, err))
        return false;
    app_publish(app, "import", upload->id);
    return true;
}

enum { DEMO_SEED = 1 };

static uint32_t demo_contacts(struct arena *arena, const struct upload *u)
{
    struct json *json = NULL;
    double n = DEMO_CONTACTS;
    if (json_parse(arena, u->mapping, &json, NULL) && json_get(json, STR("contacts")))
        json_number(json_get(json, STR("contacts"))->text, &n);
    return n >= DEMO_MIN_CONTACTS && n <= DEMO_CONTACTS ? (uint32_t)n : DEMO_CONTACTS;
}

static bool run_upload(struct app *app, struct data *reader, struct arena *arena, struct upload *u,
        struct import_counts *counts, struct err *err)
{
    struct running running = {.app = app, .id = u->id};
    const char *path = upload_path(app, arena, u->id, "");
    const struct import_options options = {.now = u->created,
            .rejects = upload_path(app, arena, u->id, ".rejects"),
            .progress = progress,
            .ctx = &running,
            .turn = take_turn,
            .turn_ctx = &running,
            .reader = reader};
    const struct csv_import_options csv = {.mapping_text = u->mapping};
    // Only its address: what it holds is touched in this run's turns.
    struct data *data = app_turn_begin(app);
    app_turn_end(app);
    if (str_eq(u->format, STR("demo")))
        return import_demo(
                data, path, DEMO_SEED, demo_contacts(arena, u), u->created, &options, counts, &u->run, err);
    if (str_eq(u->format, STR("ndjson")))
        return import_ndjson(data, &path, 1, &options, counts, &u->run, err);
    return import_csv(data, &path, 1, &csv, &options, counts, &u->run, err);
}

// What a server that stopped has left is taken up again: the run skips what is in the log.
static bool next(
        struct data *reader, struct arena *arena, struct upload *ret, bool *ret_found, struct err *err)
{
    return upload_next(data_store(reader), arena, STR("running"), ret, ret_found, err) &&
           (*ret_found || upload_next(data_store(reader), arena, STR("queued"), ret, ret_found, err));
}

bool upload_job(struct app *app, struct data *reader, struct err *err)
{
    struct arena *arena = arena_new();
    bool ok = true, found = true;
    while (ok && !app_closing(app)) {
        struct upload upload;
        struct import_counts counts = {0};
        struct err why;
        arena_reset(arena);
        ok = next(reader, arena, &upload, &found, err);
        if (!ok || !found)
            break;
        upload.state = STR("running");
        upload.error = STR("");
        ok = save(app, &upload, NULL, err);
        if (!ok)
            break;
        bool fine = run_upload(app, reader, arena, &upload, &counts, &why);
        if (app_closing(app))
            break; // stopped in the middle: it goes on at the next start
        upload.state = fine ? STR("done") : STR("failed");
        upload.error = fine ? STR("") : str_of(why.message);
        ok = save(app, &upload, &counts, err);
    }
    arena_free(arena);
    return ok;
}
