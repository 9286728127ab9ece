// The running server over a large store: how soon after an event was acknowledged its contact's standing
// shows over the API, and how long lists and single contacts take meanwhile. 1 M contacts with 20 M events,
// 5,000 more a second, from this same machine.
//   live [--small]        SLUICE_BENCH_STORE names a data folder made by `sluice demo` to be used (and added
//   to) instead
//                         of a new one; SLUICE_PROGRAM the program
#include "support/measure.h"
#include "support/served.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/vec.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BATCH = 100, EVENTS_A_SECOND = 5000, MARK_EVERY = 5 };

struct bench {
    struct served served;
    char key[200], capture[200];
    atomic_bool stop;
    // The marked contact that was acknowledged last, and when.
    _Atomic uint32_t mark;
    _Atomic int64_t acknowledged_us;
    atomic_uint sent, late;
};

static int64_t now_us(void)
{
    return (int64_t)(measure_ms() * 1000);
}

// --- the three that work at once

static void put_batch(struct bench *b, struct rng *rng, uint32_t number, uint32_t mark, struct buf *out)
{
    static const char *const NAMES[] = {
            "page.viewed", "page.viewed", "page.viewed", "email.opened", "email.clicked"};
    out->n = 0;
    buf_put(out, STR("{\"batch\":["));
    for (unsigned i = 0; i < BATCH; i++) {
        buf_printf(out, "%s{\"type\":\"track\",\"messageId\":\"%ld-%u-%u\",", i ? "," : "", (long)getpid(),
                number, i);
        if (mark && i == 0)
            buf_printf(
                    out, "\"userId\":\"bench-%ld-%u\",\"event\":\"form.submitted\"}", (long)getpid(), mark);
        else
            buf_printf(out, "\"userId\":\"u%u\",\"event\":\"%s\",\"properties\":{\"path\":\"/p\"}}",
                    b->served.people.v[rng_below(rng, b->served.people.n)], NAMES[rng_below(rng, 5)]);
    }
    buf_put(out, STR("]}"));
}

static void *send_events(void *arg)
{
    struct bench *b = arg;
    struct connection c;
    struct buf body = {0};
    struct str answer;
    struct rng rng = rng_seed(7);
    connection_open(&c, &b->served, b->capture);
    int64_t start = now_us(), step = (int64_t)BATCH * 1000000 / EVENTS_A_SECOND;
    for (uint32_t i = 0; !atomic_load(&b->stop); i++) {
        int64_t due = start + i * step, now = now_us();
        if (now < due)
            usleep((useconds_t)(due - now));
        else if (now > due + 1000000)
            atomic_fetch_add(&b->late, 1);
        uint32_t mark = i % MARK_EVERY ? 0 : i / MARK_EVERY + 1;
        put_batch(b, &rng, i, mark, &body);
        measure_check(
                request(&c, "POST", "/v1/batch", buf_str(&body), &answer) == 200, "events are acknowledged");
        atomic_fetch_add(&b->sent, BATCH);
        if (mark) {
            atomic_store(&b->acknowledged_us, now_us());
            atomic_store(&b->mark, mark);
        }
    }
    buf_free(&body);
    connection_close(&c);
    return NULL;
}

struct watch {
    struct bench *b;
    times shown;
};

static void *watch_marks(void *arg)
{
    struct watch *w = arg;
    struct connection c;
    struct str answer;
    char path[200];
    uint32_t seen = 0;
    connection_open(&c, &w->b->served, w->b->key);
    while (!atomic_load(&w->b->stop)) {
        uint32_t mark = atomic_load(&w->b->mark);
        if (mark == seen) {
            usleep(1000);
            continue;
        }
        int64_t since = atomic_load(&w->b->acknowledged_us);
        if (mark != atomic_load(&w->b->mark))
            continue;
        seen = mark;
        snprintf(path, sizeof path, "/api/contacts/bench-%ld-%u/transitions", (long)getpid(), mark);
        char standing[200];
        snprintf(standing, sizeof standing, "/api/journal?kind=stage&contact=bench-%ld-%u", (long)getpid(),
                mark);
        while (request(&c, "GET", path, STR(""), &answer) != 200 ||
                request(&c, "GET", standing, STR(""), &answer) != 200 || !strstr(answer.p, "\"to\":\"lead\""))
            usleep(3000);
        vec_push(&w->shown, (double)(now_us() - since) / 1000);
    }
    connection_close(&c);
    return NULL;
}

struct reading {
    struct bench *b;
    times lists, contacts;
};

static const char *const FILTERS[] = {"is%20prospect",
        "is%20customer%20and%20silent%20inbound%20for%2030%20days",
        "employees%20%3E%3D%2050%20and%20industry%20is%20%22beauty%22", "budget%20%3E%3D%2010000",
        "any%20meeting.held%20within%2090%20days", "persona%20known%20and%20not%20is%20customer"};

static void read_contact(struct reading *r, struct connection *c, struct rng *rng)
{
    static const char *const PARTS[] = {"", "/timeline", "/explain"};
    struct str answer;
    char path[200];
    unsigned contact = r->b->served.people.v[rng_below(rng, r->b->served.people.n)];
    int64_t start = now_us();
    for (unsigned i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "/api/contacts/u%u%s", contact, PARTS[i]);
        measure_check(request(c, "GET", path, STR(""), &answer) == 200, "a contact is answered");
    }
    vec_push(&r->contacts, (double)(now_us() - start) / 1000);
}

static void *read_contacts(void *arg)
{
    struct reading *r = arg;
    struct connection c;
    struct str answer;
    struct rng rng = rng_seed(9);
    char path[300];
    connection_open(&c, &r->b->served, r->b->key);
    for (unsigned i = 0; !atomic_load(&r->b->stop); i++) {
        snprintf(path, sizeof path, "/api/contacts?filter=%s",
                FILTERS[i % (sizeof FILTERS / sizeof *FILTERS)]);
        int64_t start = now_us();
        measure_check(request(&c, "GET", path, STR(""), &answer) == 200, "a list is answered");
        vec_push(&r->lists, (double)(now_us() - start) / 1000);
        read_contact(r, &c, &rng);
        usleep(10000);
    }
    connection_close(&c);
    return NULL;
}

static void report(const char *what, times *t, double bar, bool small)
{
    char name[200];
    measure_check(t->n > 0, what);
    times_sort(t);
    snprintf(name, sizeof name, "%s, median of %zu", what, t->n);
    measure_note(name, t->v[t->n / 2], "ms");
    snprintf(name, sizeof name, "%s, p99", what);
    double p99 = times_part(t, 0.99);
    if (small)
        measure_note(name, p99, "ms");
    else
        measure_at_most(name, p99, bar, "ms");
    vec_free(t);
}

int main(int argc, char **argv)
{
    struct bench b = {0};
    bool small = argc > 1 && strcmp(argv[1], "--small") == 0;
    unsigned seconds = small ? 6 : 45;
    served_begin(&b.served, "live", small);
    served_key(&b.served, "read", b.key, sizeof b.key);
    served_key(&b.served, "capture", b.capture, sizeof b.capture);
    pthread_t sender, watcher, reader;
    struct watch watch = {.b = &b};
    struct reading reading = {.b = &b};
    pthread_create(&sender, NULL, send_events, &b);
    pthread_create(&watcher, NULL, watch_marks, &watch);
    pthread_create(&reader, NULL, read_contacts, &reading);
    double cpu = served_cpu(&b.served);
    sleep(seconds);
    cpu = served_cpu(&b.served) - cpu;
    double rss = served_mb(&b.served, "VmRSS"), own = served_mb(&b.served, "RssAnon");
    atomic_store(&b.stop, true);
    pthread_join(sender, NULL);
    pthread_join(watcher, NULL);
    pthread_join(reader, NULL);
    measure_note("events sent", (double)atomic_load(&b.sent) / seconds, "a second");
    measure_note("  of a processor that the server took", 100 * cpu / seconds, "%");
    measure_check(atomic_load(&b.sent) > 0, "events were sent");
    report("acknowledged until announced over the API", &watch.shown, 1000, small);
    report("a filtered list of 50", &reading.lists, 50, small);
    report("one contact with timeline and explanation", &reading.contacts, 20, small);
    measure_note("resident, mapped files included", rss, "MB");
    measure_note("resident, its own", own, "MB");
    served_end(&b.served);
    return 0;
}
