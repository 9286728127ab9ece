// The store's figures: appending, size, rebuilding the columns from the rows, opening them cold and warm.
//   store [--small]     1 M contacts / 21 M events; --small: a twentieth
// The time of a rebuild is stated for 20 M events.
#include "support/histories.h"
#include "support/measure.h"
#include "support/stores.h"

#include <stdlib.h>
#include <string.h>

struct bench {
    struct arena *arena;
    struct arrivals arrivals;
    bool small;
};

static double for_20m(const struct bench *b, double ms)
{
    return ms * 20e6 / b->arrivals.columns->n_events;
}

static struct str fill(struct bench *b, enum detail detail, const char *name, double *ret_us)
{
    double events = b->arrivals.columns->n_events, ms, cpu;
    char text[80];
    struct str folder = stores_folder(b->arena, events * 250 / 1e6);
    stores_fill(folder, &b->arrivals, detail, &ms, &cpu);
    snprintf(text, sizeof text, "append, %s, processors' time", name);
    measure_note(text, cpu * 1e3 / events, "us");
    *ret_us = ms * 1e3 / events;
    return folder;
}

// Builds the cache file for the first time, or drops and builds it again.
static double rebuild(struct bench *b, struct str folder, bool again)
{
    struct data *data = stores_open(folder, DATA_READ);
    const struct columns *columns;
    struct err err;
    uint64_t events;
    double start = measure_ms(), cpu = stores_cpu_ms();
    if (again)
        stores_must(data_rebuild(data, &events, &err), &err);
    stores_must(data_columns(data, INT64_MAX, &columns, &err), &err);
    double ms = measure_ms() - start;
    if (again)
        measure_note("rebuild of 20 M, processors' time", for_20m(b, stores_cpu_ms() - cpu) / 1e3, "s");
    stores_check(columns, b->arrivals.columns);
    data_close(data);
    return ms;
}

static void sizes(struct bench *b)
{
    static const struct {
        enum detail detail;
        const char *name;
        double bar; // bytes an event
    } STORES[] = {{DETAIL_BARE, "no messageId", 60}, {DETAIL_NAMED, "a UUID each", 90}};
    for (size_t i = 0; i < sizeof STORES / sizeof *STORES; i++) {
        char text[80];
        double us;
        struct str folder = fill(b, STORES[i].detail, STORES[i].name, &us);
        snprintf(text, sizeof text, "append, %s", STORES[i].name);
        measure_at_most(text, us, 5, "us");
        rebuild(b, folder, false);
        snprintf(text, sizeof text, "bytes an event, %s", STORES[i].name);
        measure_at_most(text, stores_bytes(folder) / b->arrivals.columns->n_events, STORES[i].bar, "B");
        stores_remove(folder);
    }
}

struct opening {
    struct bench *bench;
    struct str folder;
    struct data *data;
};

static void open_all(void *ctx)
{
    struct opening *o = ctx;
    const struct columns *columns;
    struct err err;
    o->data = stores_open(o->folder, DATA_READ);
    stores_must(data_columns(o->data, INT64_MAX, &columns, &err), &err);
    measure_check(
            columns->n_events == o->bench->arrivals.columns->n_events, "an opened cache has all events");
    data_close(o->data);
}

// Milliseconds of the quickest of a few, each with nothing of the files in memory.
static double open_cold(struct opening *o)
{
    double least = 0;
    for (int i = 0; i < 3; i++) {
        stores_forget(o->folder);
        double start = measure_ms();
        open_all(o);
        double ms = measure_ms() - start;
        least = i && least < ms ? least : ms;
    }
    return least;
}

static void opening(struct bench *b)
{
    double us, least;
    struct str folder = fill(b, DETAIL_WHOLE, "with properties", &us);
    measure_at_most("append, with properties", us, 5, "us");
    rebuild(b, folder, false);
    measure_note(
            "bytes an event, with properties", stores_bytes(folder) / b->arrivals.columns->n_events, "B");
    measure_at_most("rebuild of 20 M from the rows", for_20m(b, rebuild(b, folder, true)) / 1e3, 12, "s");
    struct opening o = {.bench = b, .folder = folder};
    measure_at_most("open, cold", open_cold(&o), 1000, "ms");
    unsigned times = b->small ? 5 : 9;
    double cpu = stores_cpu_ms(), median = measure_median(times, open_all, &o, &least);
    cpu = (stores_cpu_ms() - cpu) / (times + 1);
    measure_at_most("open, warm", median, 50, "ms");
    measure_note("open, warm, least", least, "ms");
    measure_note("open, warm, processors' time", cpu, "ms");
    stores_remove(folder);
}

int main(int argc, char **argv)
{
    struct bench b = {.arena = arena_new(), .small = argc > 1 && strcmp(argv[1], "--small") == 0};
    struct columns *columns = histories_make(1, b.small ? 50000 : 1000000);
    b.arrivals = arrivals_of(columns);
    printf("%u contacts, %u events\n", columns->n_contacts, columns->n_events);
    opening(&b);
    sizes(&b);
    stores_note_waiting();
    arrivals_free(&b.arrivals);
    columns_free(columns);
    arena_free(b.arena);
    return 0;
}
