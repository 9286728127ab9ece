// Campaigns: an audience of everybody computed and frozen, and how soon after an event was committed the
// first mail of the sequence that it begins is handed over (to a network that takes everything at once).
//   campaign [--small]     1 M contacts; --small: a fiftieth
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

enum { PEOPLE = 400, WAIT_MS = 60000, APART_US = 20000 };
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

static void write_rows(struct app *app, struct campaign *broadcast, struct campaign *sequence)
{
    static const char *const SQL =
            "INSERT INTO campaign (id, name, kind, state, definition, version, created,"
            " changed, next_chunk, looked, from_event) VALUES ($1, 'bench', $2, 'draft',"
            " $3, 1, 0, 0, 0, $4, 0) RETURNING number";
    struct err err = {0};
    struct writing *w;
    must(writing_begin(app, &w, &err), &err);
    struct campaign *both[2] = {broadcast, sequence};
    for (unsigned i = 0; i < 2; i++) {
        struct definition d;
        char field[80];
        must(definition_read(w->arena, both[i]->definition, &d, field, &err), &err);
        must(store_ask_number(w->store, SQL,
                     PARAMS(P_TEXT(both[i]->id), P_TEXT(both[i]->kind), P_TEXT(both[i]->definition),
                             P_INT(INT64_MAX)),
                     0, &both[i]->number, &err),
                &err);
        must(campaign_number_steps(w, both[i]->number, &d, &err), &err);
    }
    must(store_do(w->store,
                 "INSERT INTO mailbox (id, name, address, active, bounce_address, smtp_host, smtp_port,"
                 " smtp_security, smtp_login, smtp_user, imap_host, imap_port, imap_security, imap_login,"
                 " imap_user, daily_cap, per_minute, per_domain, ramp_start, ramp_growth, ramp_ceiling,"
                 " brake_why, base_day, base_sent, base_bounced, base_complained, version, created, changed)"
                 " VALUES ('m', 'Us', 'us@bench.example', 1, '', 'sink', 25, 0, 0, '', '', 0, 0, 0, '', 0, "
                 "0, 0,"
                 " 0, 0, 0, '', 0, 0, 0, 0, 1, 0, $1)",
                 PARAMS(P_INT(0)), &err),
            &err);
    must(writing_commit(w, &err), &err);
}

static void freeze(struct app *app, struct campaign *broadcast, unsigned contacts)
{
    struct err err = {0};
    struct arena *arena = arena_new();
    struct campaign now;
    struct data *reader;
    must(live_ready(app_live(app), 600000, &err), &err);
    double start = measure_ms();
    must(campaign_begin(app, broadcast, NULL, &err), &err);
    double took = measure_ms() - start;
    must(app_reader(app, &reader, &err), &err);
    must(campaign_read_number(data_store(reader), arena, broadcast->number, &now, &err), &err);
    measure_check(now.audience == contacts, "everybody is in the audience");
    measure_at_most("audience computed and frozen", took / 1000, 2, "s");
    data_close(reader);
    arena_free(arena);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void latency(struct app *app, struct campaign *sequence, struct sink *sink)
{
    struct err err = {0};
    double sent[PEOPLE], took[PEOPLE];
    must(campaign_begin(app, sequence, NULL, &err), &err);
    for (unsigned i = 0; i < PEOPLE; i++) {
        struct writing *w;
        char message[300];
        must(writing_begin(app, &w, &err), &err);
        snprintf(message, sizeof message,
                "{\"type\":\"identify\",\"userId\":\"bench-%u\",\"traits\":{\"email\":\"c%u@bench.example\"}"
                "}",
                i, i);
        must(writing_append(w, (struct str){message, strlen(message)}, NULL, &err), &err);
        snprintf(message, sizeof message,
                "{\"type\":\"track\",\"userId\":\"bench-%u\",\"event\":\"bench.asked\"}", i);
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

int main(int argc, char **argv)
{
    bool small = argc > 1 && strcmp(argv[1], "--small") == 0;
    unsigned contacts = small ? 20000 : 1000000;
    struct arena *arena = arena_new();
    struct columns *columns = histories_make(1, contacts);
    struct arrivals arrivals = arrivals_of(columns);
    struct str folder = stores_folder(arena, small ? 200 : 6000);
    double ms, cpu;
    stores_fill(folder, &arrivals, DETAIL_BARE, &ms, &cpu);
    contacts = columns->n_contacts;
    arrivals_free(&arrivals);
    columns_free(columns);
    struct sink sink = {.mutex = PTHREAD_MUTEX_INITIALIZER, .filled = PTHREAD_COND_INITIALIZER};
    struct mail_network network = {.ctx = &sink, .submit = submit, .collect = collect, .stop = stop};
    struct app_options options = {.folder = folder.p, .clock = clock_system(), .mail = &network};
    struct campaign broadcast = {.id = STR("b"),
                            .kind = STR("broadcast"),
                            .version = 1,
                            .definition =
                                    STR("{\"audience\":\"any inbound or no inbound\","
                                        "\"steps\":[{\"id\":\"w\",\"kind\":\"wait\",\"for\":\"30 days\"}]}")},
                    sequence = {.id = STR("s"),
                            .kind = STR("sequence"),
                            .version = 1,
                            .definition = STR(
                                    "{\"entry\":{\"event\":\"\\\"bench.asked\\\"\"},\"steps\":[{\"id\":\"m\","
                                    "\"kind\":\"mail\",\"subject\":\"Hello\",\"body\":\"You asked.\"}]}")};
    struct app *app;
    struct err err = {0};
    must(app_open(&options, &app, &err) && app_start(app, &err), &err);
    printf("%u contacts\n", contacts);
    write_rows(app, &broadcast, &sequence);
    freeze(app, &broadcast, contacts);
    // The broadcast lets people in all the while, as it would.
    latency(app, &sequence, &sink);
    app_close(app);
    stores_remove(folder);
    arena_free(arena);
    return 0;
}
