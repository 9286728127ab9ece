// How long what the web app asks takes over a large store, route by route, with nobody else asking: the first
// time after the start, and p95 of all. 1 M contacts with 20 M events.
//   requests [--small]    SLUICE_BENCH_STORE names a data folder made by `sluice demo` to be used instead of
//   a new one;
//                         SLUICE_PROGRAM the program
// Reports and lists of a moment in the past are left out: they replay everybody's past.
#include "support/measure.h"
#include "support/served.h"

#include "base/rng.h"

#include <stdio.h>
#include <unistd.h>

enum { ROUNDS = 40, SETTLE_SECONDS = 10 };

struct route {
    const char *name, *path; // %s: a contact's id
};

static const struct route ROUTES[] = {
        {"today", "/api/today"},
        {"checklist", "/api/checklist"},
        {"tasks", "/api/tasks"},
        {"board", "/api/board"},
        {"board, filtered", "/api/board?filter=employees%%20%%3E%%3D%%2050"},
        {"board's cards", "/api/board/cards?stage=prospect"},
        {"contacts", "/api/contacts?count=true"},
        {"contacts by score", "/api/contacts?sort=-score&count=true"},
        {"contacts by last seen", "/api/contacts?sort=-last_seen"},
        {"contacts of a stage", "/api/contacts?stage=prospect&count=true"},
        {"contacts, filtered", "/api/contacts?filter=is%%20prospect"},
        {"contacts, filtered and counted", "/api/contacts?filter=is%%20prospect&sort=-score&count=true"},
        {"contacts, filtered by a window",
                "/api/"
                "contacts?filter=any%%20meeting.held%%20within%%2090%%20days&sort=-last_seen&count=true"},
        {"contact", "/api/contacts/%s"},
        {"contact's timeline", "/api/contacts/%s/timeline"},
        {"contact's explanation", "/api/contacts/%s/explain"},
        {"contact's transitions", "/api/contacts/%s/transitions"},
        {"contact's questions", "/api/contacts/%s/questions"},
        {"contact's company", "/api/contacts/%s/company"},
        {"search for a name", "/api/search?q=anna"},
        {"search for two letters", "/api/search?q=an"},
        {"search for an address", "/api/search?q=%s@"},
        {"companies", "/api/companies"},
        {"journal", "/api/journal"},
        {"events", "/api/events"},
        {"merge suggestions", "/api/merge-suggestions"},
        {"handovers", "/api/handovers"},
        {"models", "/api/models"},
        {"funnel", "/api/reports/funnel"},
        {"transitions", "/api/reports/transitions"},
        {"cohorts", "/api/reports/cohorts"},
        {"sources", "/api/reports/sources"},
        {"fields", "/api/fields"},
        {"audit", "/api/audit"},
};
enum { N_ROUTES = sizeof ROUTES / sizeof *ROUTES };

static double ask(struct connection *c, const struct route *route, unsigned person)
{
    char id[32], path[300];
    struct str answer;
    snprintf(id, sizeof id, "u%u", person);
    snprintf(path, sizeof path, route->path, id);
    double start = measure_ms();
    int status = request(c, "GET", path, STR(""), &answer);
    double took = measure_ms() - start;
    if (status != 200 && !(status == 404 && str_eq(str_of(route->name), STR("contact's company"))))
        fprintf(stderr, "%d %.*s\n", status, STR_ARG(answer));
    measure_check(status == 200 || status == 404, path);
    return took;
}

int main(int argc, char **argv)
{
    bool small = argc > 1 && strcmp(argv[1], "--small") == 0;
    struct served s;
    struct connection c;
    struct rng rng = rng_seed(11);
    char key[200];
    static times took[N_ROUTES];
    served_begin(&s, "requests", small);
    served_key(&s, "admin", key, sizeof key);
    sleep(SETTLE_SECONDS);
    connection_open(&c, &s, key);
    for (unsigned i = 0; i < ROUNDS; i++)
        for (unsigned r = 0; r < N_ROUTES; r++)
            vec_push(&took[r], ask(&c, &ROUTES[r], s.people.v[rng_below(&rng, s.people.n)]));
    for (unsigned r = 0; r < N_ROUTES; r++) {
        char name[100];
        snprintf(name, sizeof name, "%s, first", ROUTES[r].name);
        measure_note(name, took[r].v[0], "ms");
        times_sort(&took[r]);
        snprintf(name, sizeof name, "%s, p95 of %u", ROUTES[r].name, ROUNDS);
        measure_at_most(name, times_part(&took[r], 0.95), 300, "ms");
        vec_free(&took[r]);
    }
    measure_note("resident, its own", served_mb(&s, "RssAnon"), "MB");
    connection_close(&c);
    served_end(&s);
    return 0;
}
