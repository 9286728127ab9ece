// The import's figures: messages and lists of contacts into an empty store and into one of 1 M contacts / 21
// M events, dedupe included.
//   import [--small]     --small: a twentieth of everything
#include "app/demo/demo.h"
#include "app/import/csv_import.h"
#include "base/mem.h"
#include "base/rng.h"
#include "support/histories.h"
#include "support/measure.h"
#include "support/stores.h"

#include <stdlib.h>
#include <string.h>

enum { SERIES_STORE, SERIES_FILE }; // of messageIds

struct bench {
    struct arena *arena;
    struct arrivals arrivals;
    struct str folder; // of the files and of the stores
    uint64_t events;   // in the large store
    uint32_t part;     // sizes are divided by it
};

static FILE *file_new(struct bench *b, const char *name, struct str *ret_path)
{
    *ret_path = arena_printf(b->arena, "%s/%s", b->folder.p, name);
    FILE *file = fopen(ret_path->p, "w");
    measure_check(file != NULL, "a file can be made");
    return file;
}

static void file_end(FILE *file)
{
    measure_check(ferror(file) == 0 && fclose(file) == 0, "a file can be written");
}

static bool put_line(void *ctx, struct str message, struct err *err)
{
    FILE *file = ctx;
    fwrite(message.p, 1, message.n, file);
    putc('\n', file);
    return !ferror(file) || err_set(err, ERR_IO, "a file cannot be written");
}

// Messages of people whom no store knows: 1 M of them. One in some hundred comes twice.
static struct str demo_file(struct bench *b)
{
    struct str path;
    struct err err;
    FILE *file = file_new(b, "demo.ndjson", &path);
    stores_must(demo_write(1, 50000 / b->part, DEMO_END, put_line, file, &err), &err);
    file_end(file);
    return path;
}

// Messages of people whom the large store knows. Every tenth is one of the store's own once more; `all`:
// every one is.
static struct str known_file(struct bench *b, const char *name, uint32_t lines, bool all)
{
    const struct arrivals *a = &b->arrivals;
    struct str path;
    FILE *file = file_new(b, name, &path);
    struct rng rng = rng_seed(7);
    struct buf line = {0};
    for (uint32_t i = 0; i < lines; i++) {
        char user[17], id[37];
        uint32_t number = (uint32_t)rng_below(&rng, a->columns->n_events), event = a->event[number];
        bool copy = all || i % 10 == 0;
        stores_user(a->contact[event], user);
        stores_uuid(copy ? SERIES_STORE : SERIES_FILE, copy ? number : i, id);
        line.n = 0;
        stores_line(a, event, str_of(user), str_of(id), &line);
        fwrite(line.p, 1, line.n, file);
    }
    buf_free(&line);
    file_end(file);
    return path;
}

// A list as another program exports it; the large store knows every other person by the e-mail address.
static struct str list_file(struct bench *b, uint32_t rows)
{
    static const char *const FIRST[] = {"Ann", "Bob", "Chloë", "David", "Erin", "Farid", "Grace", "Hugo"};
    static const char *const LAST[] = {"Lee", "Fox", "O'Neil", "García", "Weiß", "Ray", "Ito", "Novak"};
    static const char *const TITLES[] = {"Owner", "Head of Sales, EMEA", "Buyer", "", "CEO", "Engineer"};
    struct str path;
    FILE *file = file_new(b, "list.csv", &path);
    struct rng rng = rng_seed(11);
    fputs("Email,First Name,Last Name,Job Title,Company,Phone,Country,Employees,Notes\n", file);
    for (uint32_t i = 0; i < rows; i++) {
        char email[40];
        uint32_t contact = (uint32_t)rng_below(&rng, b->arrivals.columns->n_contacts);
        stores_email(i % 2 ? i / 2 : b->arrivals.columns->n_contacts + i, email);
        fprintf(file,
                "%s,%s,%s,\"%s\",\"%s & Sons, Ltd\",+49 30 %07u,%s,%u,\"met at the fair, \"\"%u\"\"\"\n",
                email, FIRST[contact % 8], LAST[contact / 8 % 8], TITLES[contact % 6], LAST[contact / 64 % 8],
                i, contact % 3 ? "Germany" : "France", contact % 1000, contact % 17);
    }
    file_end(file);
    return path;
}

struct took {
    double ms, cpu;
    struct import_counts counts;
};

static struct took import_file(struct str folder, struct str path, bool list)
{
    struct took took;
    struct err err;
    struct import_options options = {.now = HISTORIES_END};
    struct csv_import_options csv = {0};
    const char *paths[] = {path.p};
    int64_t import;
    struct data *data = stores_open(folder, DATA_WRITE);
    double start = measure_ms(), cpu = stores_cpu_ms();
    stores_must(list ? import_csv(data, paths, 1, &csv, &options, &took.counts, &import, &err)
                     : import_ndjson(data, paths, 1, &options, &took.counts, &import, &err),
            &err);
    took.ms = measure_ms() - start;
    took.cpu = stores_cpu_ms() - cpu;
    data_close(data);
    measure_check(took.counts.bad == 0, "no line is bad");
    return took;
}

static struct took into_empty(struct bench *b, struct str path, bool list)
{
    struct err err;
    struct str folder = arena_printf(b->arena, "%s/empty", b->folder.p);
    stores_must(data_init(folder.p, STR_NONE, NULL, HISTORIES_END, &err), &err);
    struct took took = import_file(folder, path, list);
    stores_remove(folder);
    return took;
}

static double rate(const struct took *took)
{
    return (double)took->counts.lines / took->ms * 1e3;
}

static double rate_cpu(const struct took *took)
{
    return (double)took->counts.lines / took->cpu * 1e3;
}

static void say(const char *what, const char *where, const struct took *took, double bar, const char *unit)
{
    char text[80];
    snprintf(text, sizeof text, "%s into %s", what, where);
    measure_at_least(text, rate(took), bar, unit);
    snprintf(text, sizeof text, "%s into %s, processors' time", what, where);
    measure_note(text, rate_cpu(took), unit);
}

// The store has what the imports say. Makes its cache file true, too, so that every import begins with one.
static void check_store(struct bench *b, struct str folder, uint64_t more)
{
    const struct columns *columns;
    struct err err;
    struct data *data = stores_open(folder, DATA_READ);
    b->events += more;
    stores_must(data_columns(data, INT64_MAX, &columns, &err), &err);
    measure_check(columns->n_events == b->events, "the store has what the imports say");
    data_close(data);
}

static void both(struct bench *b, const char *what, struct str large, struct str path, bool list)
{
    char text[80];
    double bar = list ? 50000 : 100000;
    const char *unit = list ? "rows/s" : "events/s";
    struct took empty = into_empty(b, path, list), into = import_file(large, path, list);
    say(what, "an empty store", &empty, bar, unit);
    say(what, "a large store", &into, bar, unit);
    snprintf(text, sizeof text, "%s, large against empty", what);
    measure_at_least(text, rate(&into) / rate(&empty), 0.8, "x");
    snprintf(text, sizeof text, "%s, the same in processors' time", what);
    measure_note(text, rate_cpu(&into) / rate_cpu(&empty), "x");
    measure_check(
            into.counts.lines == empty.counts.lines &&
                    into.counts.events + into.counts.copies == empty.counts.events + empty.counts.copies,
            "both stores take the same lines");
    check_store(b, large, into.counts.events);
}

static void run(struct bench *b)
{
    double ms, cpu;
    uint32_t lines = 1000000 / b->part, rows = 500000 / b->part;
    struct str demo = demo_file(b), known = known_file(b, "known.ndjson", lines, false),
               copies = known_file(b, "copies.ndjson", lines, true), list = list_file(b, rows),
               large = arena_printf(b->arena, "%s/large", b->folder.p);
    stores_fill(large, &b->arrivals, DETAIL_WHOLE, &ms, &cpu);
    check_store(b, large, b->arrivals.columns->n_events);
    both(b, "list", large, list, true);
    both(b, "messages of new people", large, demo, false);
    both(b, "messages of known people", large, known, false);
    struct took again = import_file(large, copies, false);
    measure_check(again.counts.copies == again.counts.lines, "every copy is recognised");
    say("copies of its own", "a large store", &again, 100000, "events/s");
}

int main(int argc, char **argv)
{
    bool small = argc > 1 && strcmp(argv[1], "--small") == 0;
    struct bench b = {.arena = arena_new(), .part = small ? 20 : 1};
    struct columns *columns = histories_make(1, 1000000 / b.part);
    b.arrivals = arrivals_of(columns);
    printf("%u contacts, %u events\n", columns->n_contacts, columns->n_events);
    b.folder = stores_folder(b.arena, columns->n_events * 350.0 / 1e6);
    run(&b);
    stores_remove(b.folder);
    stores_note_waiting();
    arrivals_free(&b.arrivals);
    columns_free(columns);
    arena_free(b.arena);
    return 0;
}
