// Campaigns: an audience of everybody computed and frozen, the same of whom a condition of entry holds for,
// and how soon after an event was committed the first mail of the sequence that it begins is handed over (to
// a network that takes everything at once).
//   campaign [--small]     1 M contacts; --small: a fiftieth. SLUICE_BENCH_STORE names a data folder made by
//                          `sluice demo` to be used (and added to) instead
#include "support/histories.h"
#include "support/measure.h"
#include "support/stores.h"

#include "app/campaign/private.h"
#include "app/standing/live.h"
#include "mail/network.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PEOPLE = 400, WAIT_MS = 60000, APART_US = 20000, OPENING_S = 900 };
#define BAR_MS 2000

// A network that takes every mail at once, and notes when.
struct sink {
    pthread_mutex_t mutex;
    pthread_cond_t filled;
    struct mail_delivery *first;
    _Atomic double at[PEOPLE]; // by number of the recipient: c<number>@bench.example
    atomic_uint n;
};

static void submit(void *ctx, struct mail_delivery *d)
{
    struct sink *sink = ctx;
    char to[64];
    snprintf(to, sizeof to, "%.*s", STR_ARG(d->to));
    unsigned number = (unsigned)strtoul(to + 1, NULL, 10);
    d->handed = HANDED_DELIVERED;
    d->reply = 250;
    if (number < PEOPLE && atomic_load(&sink->at[number]) == 0) {
        atomic_store(&sink->at[number], measure_ms());
        atomic_fetch_add(&sink->n, 1);
    }
    pthread_mutex_lock(&sink->mutex);
    d->next = sink->first;
    sink->first = d;
    pthread_cond_signal(&sink->filled);
    pthread_mutex_unlock(&sink->mutex);
}

static size_t collect(void *ctx, struct mail_delivery **out, size_t n, unsigned ms)
{
    struct sink *sink = ctx;
    size_t got = 0;
    pthread_mutex_lock(&sink->mutex);
    if (!sink->first && ms) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += (long)(ms % 1000) * 1000000;
        until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&sink->filled, &sink->mutex, &until);
    }
    while (sink->first && got < n) {
        out[got++] = sink->first;
        sink->first = sink->first->next;
    }
    pthread_mutex_unlock(&sink->mutex);
    return got;
}

static void stop(void *ctx)
{
    (void)ctx;
}

static void must(bool ok, const struct err *err)
{
    if (!ok)
        fprintf(stderr, "campaign: %s\n", err->message);
    measure_check(ok, "it works");
}

static void write_rows(struct app *app, struct arena *arena, struct campaign *campaigns, unsigned n)
{
    static const char *const SQL =
            "INSERT INTO campaign (id, name, kind, state, definition, version, created,"
            " changed, next_chunk, looked, from_event) VALUES ($1, 'bench', $2, 'draft',"
            " $3, 1, 0, 0, 0, $4, 0) RETURNING number";
    struct err err = {0};
    struct writing *w;
    must(writing_begin(app, &w, &err), &err);
    for (unsigned i = 0; i < n; i++) {
        struct campaign *c = &campaigns[i];
        struct definition d;
        char field[80];
        c->id = arena_printf(arena, "%ld-%u", (long)getpid(), i);
        must(definition_read(w->arena, c->definition, &d, field, &err), &err);
        must(store_ask_number(w->store, SQL,
                     PARAMS(P_TEXT(c->id), P_TEXT(c->kind), P_TEXT(c->definition), P_INT(INT64_MAX)), 0,
                     &c->number, &err),
                &err);
        must(campaign_number_steps(w, c->number, &d, &err), &err);
    }
    must(store_do(w->store,
                 "INSERT INTO mailbox (id, name, address, active, bounce_address, smtp_host, smtp_port,"
                 " smtp_security, smtp_login, smtp_user, imap_host, imap_port, imap_security, imap_login,"
                 " imap_user, daily_cap, per_minute, per_domain, ramp_start, ramp_growth, ramp_ceiling,"
                 " brake_why, base_day, base_sent, base_bounced, base_complained, version, created, changed)"
                 " VALUES ($2, 'Us', 'us@bench.example', 1, '', 'sink', 25, 0, 0, '', '', 0, 0, 0, '', 0, "
                 "0, 0,"
                 " 0, 0, 0, '', 0, 0, 0, 0, 1, 0, $1)",
                 PARAMS(P_INT(0), P_TEXT(campaigns->id)), &err),
            &err);
    must(writing_commit(w, &err), &err);
}

static double own_cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static double begin(struct app *app, const struct campaign *campaign, double *ret_cpu_ms)
{
    struct err err = {0};
    double start = measure_ms(), cpu = own_cpu_ms();
    must(campaign_begin(app, campaign, NULL, &err), &err);
    *ret_cpu_ms = own_cpu_ms() - cpu;
    return (measure_ms() - start) / 1000;
}

static void freeze(struct app *app, const struct campaign *broadcast, const struct campaign *entry)
{
    struct err err = {0};
    struct arena *arena = arena_new();
    struct campaign now;
    struct data *reader;
    uint32_t *contacts, n;
    int64_t holds;
    must(live_select(app_live(app), STR_NONE, &contacts, &n, &err), &err);
    printf("%u contacts\n", n);
    double cpu, took = begin(app, broadcast, &cpu);
    must(app_reader(app, &reader, &err), &err);
    must(campaign_read_number(data_store(reader), arena, broadcast->number, &now, &err), &err);
    measure_check(now.audience == n, "everybody is in the audience");
    measure_at_most("audience computed and frozen", took, 2, "s");
    measure_note("  for which its thread took", cpu, "ms of a processor");
    took = begin(app, entry, &cpu);
    must(store_ask_number(data_store(reader), "SELECT count(*) FROM campaign_holds WHERE campaign = $1",
                 PARAMS(P_INT(entry->number)), 0, &holds, &err),
            &err);
    measure_check(holds == n, "the condition of entry holds for everybody");
    measure_note("condition of entry computed and written down", took * 1000, "ms");
    measure_note("  for which its thread took", cpu, "ms of a processor");
    free(contacts);
    data_close(reader);
    arena_free(arena);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void latency(struct app *app, const struct campaign *sequence, struct sink *sink)
{
    struct err err = {0};
    double sent[PEOPLE], took[PEOPLE];
    must(campaign_begin(app, sequence, NULL, &err), &err);
    for (unsigned i = 0; i < PEOPLE; i++) {
        struct writing *w;
        char message[300];
        must(writing_begin(app, &w, &err), &err);
        snprintf(message, sizeof message,
                "{\"type\":\"identify\",\"userId\":\"bench-%ld-%u\",\"traits\":{\"email\":\"c%u@bench."
                "example\"}"
                "}",
                (long)getpid(), i, i);
        must(writing_append(w, (struct str){message, strlen(message)}, NULL, &err), &err);
        snprintf(message, sizeof message,
                "{\"type\":\"track\",\"userId\":\"bench-%ld-%u\",\"event\":\"bench.asked\"}", (long)getpid(),
                i);
        must(writing_append(w, (struct str){message, strlen(message)}, NULL, &err), &err);
        must(writing_commit(w, &err), &err);
        sent[i] = measure_ms();
        usleep(APART_US);
    }
    for (double start = measure_ms(); atomic_load(&sink->n) < PEOPLE && measure_ms() - start < WAIT_MS;)
        usleep(10000);
    measure_check(atomic_load(&sink->n) == PEOPLE, "everybody got the mail");
    for (unsigned i = 0; i < PEOPLE; i++)
        took[i] = atomic_load(&sink->at[i]) - sent[i];
    qsort(took, PEOPLE, sizeof *took, by_size);
    measure_note("event to mail handed over, half within", took[PEOPLE / 2], "ms");
    measure_at_most("event to mail handed over, 99 of 100 within", took[PEOPLE * 99 / 100], BAR_MS, "ms");
}

#define EVERYBODY "any inbound or no inbound"
#define WAITS "\"steps\":[{\"id\":\"w\",\"kind\":\"wait\",\"for\":\"30 days\"}]}"
#define MAILS "\"steps\":[{\"id\":\"m\",\"kind\":\"mail\",\"subject\":\"Hello\",\"body\":\"You asked.\"}]}"

static struct str make_folder(struct arena *arena, bool small)
{
    struct columns *columns = histories_make(1, small ? 20000 : 1000000);
    struct arrivals arrivals = arrivals_of(columns);
    struct str folder = stores_folder(arena, small ? 200 : 6000);
    double ms, cpu;
    stores_fill(folder, &arrivals, DETAIL_BARE, &ms, &cpu);
    arrivals_free(&arrivals);
    columns_free(columns);
    return folder;
}

int main(int argc, char **argv)
{
    bool small = argc > 1 && strcmp(argv[1], "--small") == 0;
    const char *own = getenv("SLUICE_BENCH_STORE");
    struct arena *arena = arena_new();
    struct str folder = own ? str_of(own) : make_folder(arena, small);
    struct sink sink = {.mutex = PTHREAD_MUTEX_INITIALIZER, .filled = PTHREAD_COND_INITIALIZER};
    struct mail_network network = {.ctx = &sink, .submit = submit, .collect = collect, .stop = stop};
    struct app_options options = {.folder = folder.p, .clock = clock_system(), .mail = &network};
    enum { BROADCAST, ENTRY, SEQUENCE, ALL };
    struct campaign campaigns[ALL] = {
            [BROADCAST] = {.kind = STR("broadcast"),
                    .definition = STR("{\"audience\":\"" EVERYBODY "\"," WAITS)},
            [ENTRY] = {.kind = STR("sequence"),
                    .definition = STR("{\"entry\":{\"when\":\"" EVERYBODY "\"}," WAITS)},
            [SEQUENCE] = {.kind = STR("sequence"),
                    .definition = STR("{\"entry\":{\"event\":\"\\\"bench.asked\\\"\"}," MAILS)},
    };
    struct app *app;
    struct err err = {0};
    must(app_open(&options, &app, &err) && app_start(app, &err), &err);
    for (unsigned s = 0; s < OPENING_S && !live_ready(app_live(app), 1000, &err); s++)
        ;
    for (unsigned i = 0; i < ALL; i++)
        campaigns[i].version = 1;
    write_rows(app, arena, campaigns, ALL);
    freeze(app, &campaigns[BROADCAST], &campaigns[ENTRY]);
    // The broadcast lets people in all the while, as it would.
    latency(app, &campaigns[SEQUENCE], &sink);
    stores_note_waiting();
    app_close(app);
    if (!own)
        stores_remove(folder);
    arena_free(arena);
    return 0;
}
