#include "support/stores.h"

#include "app/import/import.h"
#include "base/datetime.h"
#include "base/map.h"
#include "base/mem.h"
#include "support/histories.h"
#include "support/measure.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

void stores_must(bool ok, const struct err *err)
{
    if (!ok)
        fprintf(stderr, "%s\n", err->message);
    measure_check(ok, "what has to work works");
}

double stores_cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

void stores_note_waiting(void)
{
    double ran = 0, waited = 0;
    FILE *file = fopen("/proc/self/schedstat", "r");
    if (!file)
        return; // not on Linux, or without these statistics
    if (fscanf(file, "%lf %lf", &ran, &waited) == 2 && ran + waited > 0)
        measure_note("of the time, waited for a processor", 100 * waited / (ran + waited), "%");
    fclose(file);
}

struct str stores_folder(struct arena *arena, double megabytes)
{
    const char *parent = getenv("TMPDIR");
    struct statvfs space;
    if (!parent || !*parent)
        parent = P_tmpdir;
    struct str path = arena_printf(arena, "%s/sluice-bench-XXXXXX", parent);
    measure_check(statvfs(parent, &space) == 0, "the folder for temporary files is there");
    double free_mb = (double)space.f_bavail * (double)space.f_frsize / 1e6;
    if (free_mb < megabytes) {
        fprintf(stderr, "%s has %.0f MB free, %.0f MB are needed: set TMPDIR to another folder\n", parent,
                free_mb, megabytes);
        exit(1);
    }
    measure_check(mkdtemp((char *)(uintptr_t)path.p) != NULL, "a temporary folder can be made");
    return path;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

void stores_remove(struct str folder)
{
    enum { OPEN_AT_ONCE = 8 };
    nftw(folder.p, remove_one, OPEN_AT_ONCE, FTW_DEPTH | FTW_PHYS);
}

struct arrivals arrivals_of(const struct columns *c)
{
    enum { BITS = 14, PASSES = 2 }; // 2^28 seconds: more than the histories have
    struct arrivals a = {.columns = c,
            .event = mem_alloc(c->n_events * sizeof *a.event),
            .contact = mem_alloc(c->n_events * sizeof *a.contact)};
    uint32_t *from = mem_alloc(c->n_events * sizeof *from);
    for (uint32_t i = 0; i < c->n_contacts; i++)
        for (uint32_t e = c->off[i]; e < c->off[i + 1]; e++)
            a.contact[e] = i;
    for (uint32_t e = 0; e < c->n_events; e++)
        from[e] = e;
    // By the low bits, then, keeping that order, by the high ones.
    for (unsigned pass = 0; pass < PASSES; pass++) {
        uint32_t *at = mem_zero((1 << BITS) + 1, sizeof *at), *to = a.event;
        for (uint32_t e = 0; e < c->n_events; e++)
            at[(c->time[e] >> pass * BITS & ((1 << BITS) - 1)) + 1]++;
        for (uint32_t i = 0; i < 1 << BITS; i++)
            at[i + 1] += at[i];
        for (uint32_t i = 0; i < c->n_events; i++)
            to[at[c->time[from[i]] >> pass * BITS & ((1 << BITS) - 1)]++] = from[i];
        a.event = from;
        from = to;
        free(at);
    }
    free(a.event);
    a.event = from;
    return a;
}

void arrivals_free(struct arrivals *a)
{
    free(a->event);
    free(a->contact);
    *a = (struct arrivals){0};
}

// The finaliser of splitmix64: no two numbers give the same.
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static void put_hex(char *p, uint64_t bits, unsigned digits)
{
    for (unsigned i = digits; i-- > 0; bits >>= 4)
        p[i] = "0123456789abcdef"[bits & 15];
}

void stores_user(uint32_t contact, char ret[17])
{
    put_hex(ret, mix(contact + 1u), 16);
    ret[16] = '\0';
}

void stores_email(uint32_t contact, char ret[40])
{
    snprintf(ret, 40, "c%u@example.org", contact);
}

void stores_uuid(uint32_t series, uint32_t number, char ret[37])
{
    uint64_t high = mix((uint64_t)series << 32 | number), low = mix(high + 1);
    put_hex(ret, high >> 32, 8);
    put_hex(ret + 9, high >> 16, 4);
    put_hex(ret + 14, 0x4000 | (high & 0xfff), 4);
    put_hex(ret + 19, 0x8000 | (low >> 48 & 0x3fff), 4);
    put_hex(ret + 24, low, 12);
    ret[8] = ret[13] = ret[18] = ret[23] = '-';
    ret[36] = '\0';
}

static void put_member(struct buf *out, bool *first, struct str key, struct value value)
{
    buf_char(out, *first ? '{' : ',');
    *first = false;
    json_put_string(out, key);
    buf_char(out, ':');
    if (value.kind == JSON_STRING)
        json_put_string(out, value.text);
    else
        buf_put(out, value.text);
}

static void put_cells(const struct columns *c, const struct sparse *columns, uint32_t n, uint32_t event,
        struct buf *out, bool *first)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = sparse_at(columns[i].ev, columns[i].n, event);
        if (at < columns[i].n && columns[i].ev[at] == event)
            put_member(out, first, columns[i].key, columns_value(c, columns[i].val[at]));
    }
}

static void put_fact(const struct columns *c, uint32_t event, struct buf *out, bool *first)
{
    for (uint32_t i = 0; i < c->n_facts; i++) {
        const struct fact_column *f = &c->facts[i];
        uint32_t at = sparse_at(f->ev, f->n, event);
        if (at == f->n || f->ev[at] != event)
            continue;
        struct str answer = f->answer[at] == ANSWER_YES ? STR("yes") : STR("no");
        put_member(out, first, STR("fact"), (struct value){JSON_STRING, f->name});
        put_member(out, first, STR("answer"), (struct value){JSON_STRING, answer});
        if (f->amount[at] != VALUE_NONE)
            put_member(out, first, STR("amount"), columns_value(c, f->amount[at]));
    }
}

static const struct event_type *type_of(const struct arrivals *a, uint32_t event)
{
    return &a->columns->types[a->columns->type[event]];
}

static bool is_fact(const struct event_type *type)
{
    return str_eq(type->name, STR("fact.recorded"));
}

// Properties or traits, after a comma; nothing if there are none.
static void put_payload(const struct arrivals *a, uint32_t event, struct buf *out)
{
    const struct columns *c = a->columns;
    const struct event_type *type = type_of(a, event);
    bool identify = type->kind == EVENT_IDENTIFY, first = true;
    size_t before = out->n;
    buf_put(out, identify ? STR(",\"traits\":") : STR(",\"properties\":"));
    if (identify) {
        char email[40];
        stores_email(a->contact[event], email);
        put_member(out, &first, STR("email"), (struct value){JSON_STRING, str_of(email)});
        put_cells(c, c->traits, c->n_traits, event, out, &first);
    } else {
        put_cells(c, c->props, c->n_props, event, out, &first);
        if (is_fact(type))
            put_fact(c, event, out, &first);
        if (type->machine)
            put_member(out, &first, STR("machine"), (struct value){JSON_TRUE, STR("true")});
    }
    if (first)
        out->n = before;
    else
        buf_char(out, '}');
}

void stores_line(const struct arrivals *a, uint32_t event, struct str user, struct str id, struct buf *out)
{
    const struct event_type *type = type_of(a, event);
    char time[DATETIME_SIZE];
    buf_put(out, type->kind == EVENT_IDENTIFY ? STR("{\"type\":\"identify\"") : STR("{\"type\":\"track\""));
    if (type->kind == EVENT_TRACK) {
        buf_put(out, STR(",\"event\":"));
        json_put_string(out, type->name);
    }
    buf_printf(
            out, ",\"messageId\":\"%.*s\",\"userId\":\"%.*s\",\"timestamp\":\"", STR_ARG(id), STR_ARG(user));
    buf_put(out, datetime_format(a->columns->epoch + a->columns->time[event], time));
    buf_char(out, '"');
    put_payload(a, event, out);
    buf_put(out, STR("}\n"));
}

// Few types of event say more than their columns, and only their messages have to be put together.
static bool has_payload(const struct columns *c, uint32_t event)
{
    const struct event_type *type = &c->types[c->type[event]];
    static const struct str NAMES[] = {{"fact.recorded", 13}, {"email.clicked", 13}, {"cart.added", 10},
            {"order.placed", 12}, {"deal.won", 8}};
    bool found = type->kind == EVENT_IDENTIFY;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES && !found; i++)
        found = str_eq(type->name, NAMES[i]);
    return found;
}

enum { BATCH = 4096 };

// Messages are made a batch at a time, so that making them is not measured.
struct filling {
    const struct arrivals *arrivals;
    enum detail detail;
    struct import_run *run;
    struct arena *arena; // of one batch
    struct buf line;
    struct message batch[BATCH];
    double ms, cpu;
};

static struct message message_at(struct filling *f, uint32_t number)
{
    const struct columns *c = f->arrivals->columns;
    uint32_t event = f->arrivals->event[number];
    char *user = arena_alloc(f->arena, 17), *id = arena_alloc(f->arena, 37);
    struct message m = {.kind = MESSAGE_EVENT, .type = *type_of(f->arrivals, event)};
    struct err err;
    stores_user(f->arrivals->contact[event], user);
    stores_uuid(0, number, id);
    if (f->detail == DETAIL_WHOLE && has_payload(c, event)) {
        f->line.n = 0;
        stores_line(f->arrivals, event, str_of(user), str_of(id), &f->line);
        stores_must(message_decode(f->arena, arena_str(f->arena, buf_str(&f->line)), &m, &err), &err);
    } else {
        m.time = c->epoch + c->time[event];
        m.user_id = str_of(user);
        m.message_id = f->detail == DETAIL_BARE ? STR_NONE : str_of(id);
    }
    return m;
}

static bool append(struct filling *f, uint32_t first, uint32_t n, struct err *err)
{
    bool take, ok = true;
    double start = measure_ms(), cpu = stores_cpu_ms();
    for (uint32_t i = 0; ok && i < n; i++)
        ok = import_line(f->run, first + i + 1ull, &take, err) && import_message(f->run, &f->batch[i], err);
    f->ms += measure_ms() - start;
    f->cpu += stores_cpu_ms() - cpu;
    return ok;
}

static void fill_run(struct filling *f, struct import_counts *ret)
{
    uint32_t n = f->arrivals->columns->n_events;
    struct err err;
    uint64_t skip;
    int64_t import;
    stores_must(import_source(f->run, "-", 0, &skip, &err), &err);
    for (uint32_t first = 0; first < n; first += BATCH) {
        uint32_t some = n - first < BATCH ? n - first : BATCH;
        arena_reset(f->arena);
        for (uint32_t i = 0; i < some; i++)
            f->batch[i] = message_at(f, first + i);
        stores_must(append(f, first, some, &err), &err);
    }
    double start = measure_ms(), cpu = stores_cpu_ms();
    stores_must(import_end(f->run, ret, &import, &err), &err);
    f->ms += measure_ms() - start;
    f->cpu += stores_cpu_ms() - cpu;
}

void stores_fill(
        struct str folder, const struct arrivals *a, enum detail detail, double *ret_ms, double *ret_cpu)
{
    struct err err;
    struct import_counts counts;
    struct import_options options = {.now = HISTORIES_END};
    struct filling *f = mem_zero(1, sizeof *f);
    f->arrivals = a;
    f->detail = detail;
    f->arena = arena_new();
    stores_must(data_init(folder.p, STR_NONE, NULL, HISTORIES_END, &err), &err);
    struct data *data = stores_open(folder, DATA_WRITE);
    stores_must(import_begin(data, &options, &f->run, &err), &err);
    fill_run(f, &counts);
    data_close(data);
    *ret_ms = f->ms;
    *ret_cpu = f->cpu;
    arena_free(f->arena);
    buf_free(&f->line);
    free(f);
    measure_check(counts.events == a->columns->n_events && counts.contacts == a->columns->n_contacts,
            "the store takes every event and every contact");
}

static const char *const FILES[] = {DATA_DATABASE, DATA_DATABASE "-wal", DATA_CACHE};
enum { N_FILES = sizeof FILES / sizeof *FILES };

double stores_bytes(struct str folder)
{
    double bytes = 0;
    for (unsigned i = 0; i < N_FILES; i++) {
        char path[4096];
        struct stat st;
        snprintf(path, sizeof path, "%s/%s", folder.p, FILES[i]);
        if (stat(path, &st) == 0)
            bytes += (double)st.st_size;
    }
    return bytes;
}

void stores_forget(struct str folder)
{
    for (unsigned i = 0; i < N_FILES; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder.p, FILES[i]);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            continue;
        measure_check(fsync(fd) == 0 && posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0,
                "files can be dropped from memory");
        close(fd);
    }
}

struct data *stores_open(struct str folder, enum data_mode mode)
{
    struct data *data;
    struct err err;
    stores_must(data_open(folder.p, mode, &data, &err), &err);
    return data;
}

// Independent of the order of contacts and types.
static uint64_t digest(const struct columns *c)
{
    uint64_t sum = 0, *types = mem_zero((size_t)c->n_types + 1, sizeof *types);
    for (uint32_t i = 0; i < c->n_types; i++)
        types[i] = hash64(c->types[i].name) + (uint64_t)c->types[i].kind * 2 + (c->types[i].machine ? 1 : 0);
    for (uint32_t i = 0; i < c->n_contacts; i++) {
        uint64_t contact = 0;
        for (uint32_t e = c->off[i]; e < c->off[i + 1]; e++)
            contact = mix(contact ^ (uint64_t)(c->epoch + c->time[e]) ^ types[c->type[e]]);
        sum += mix(contact + (c->off[i + 1] - c->off[i]));
    }
    free(types);
    return sum;
}

void stores_check(const struct columns *columns, const struct columns *from)
{
    measure_check(columns->n_contacts == from->n_contacts, "the columns have all contacts");
    measure_check(columns->n_events == from->n_events, "the columns have all events");
    measure_check(digest(columns) == digest(from), "every contact has its events in their order");
}
