// A world's beginning: its folder, a copy of the template's, and everything that is going to happen.
#include "sim/run.h"

#include "app/campaign/campaign.h"
#include "support/data_help.h"

#include <stdio.h>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

static const char MODEL[] = "stage visitor when any page.viewed\nstage lead when any form.submitted\n";

static int64_t template_clock(void *ctx)
{
    (void)ctx;
    return INT64_C(1767225600) * 1000; // 2026-01-01
}

static bool copy_file(const char *from, const char *to)
{
    char bytes[65536];
    ssize_t n;
    int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = in >= 0 && out >= 0;
    while (ok && (n = read(in, bytes, sizeof bytes)) > 0)
        ok = write(out, bytes, (size_t)n) == n;
    close(in);
    close(out);
    return ok;
}

static bool copy_folder(const char *from, const char *to)
{
    DIR *folder = opendir(from);
    bool ok = folder != NULL;
    for (struct dirent *entry; ok && (entry = readdir(folder));) {
        char a[500], b[500];
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "lock") == 0)
            continue;
        snprintf(a, sizeof a, "%s/%s", from, entry->d_name);
        snprintf(b, sizeof b, "%s/%s", to, entry->d_name);
        ok = copy_file(a, b);
    }
    if (folder)
        closedir(folder);
    return ok;
}

static void make_folder(char *out, size_t size)
{
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm"
                       : getenv("TMPDIR")            ? getenv("TMPDIR")
                                                     : "/tmp";
    snprintf(out, size, "%s/sluice-sim-XXXXXX", base);
    if (!mkdtemp(out)) {
        perror(out);
        exit(2);
    }
}

void template_make(char *folder, size_t size)
{
    static const char BODY[] =
            "{\"name\":\"Ann\",\"address\":\"" OUR_ADDRESS "\",\"smtp\":{\"host\":\"mail.sim\",\"port\":25,"
            "\"security\":\"none\"}}";
    struct world *w = mem_zero(1, sizeof *w);
    struct app_options options = {
            .folder = folder, .clock = {template_clock, NULL}, .still = true, .mail = &w->network};
    struct err err = {0};
    struct str answer = STR_NONE;
    make_folder(folder, size);
    w->arena = arena_new();
    w->verbose = true;
    servers_init(w);
    help_init_with(folder, str_of(MODEL), "sim.model", template_clock(NULL) / 1000);
    if (!app_open(&options, &w->app, &err) || !app_start(w->app, &err) ||
            !app_reader(w->app, &w->reader, &err) ||
            !router_new(w->arena, app_routes(w->app), &w->router, &err) ||
            call_api(w, w->arena, "POST", "/api/mailboxes", str_of(BODY), &answer) != 201) {
        fprintf(stderr, "the template is not made: %s %.*s\n", err.message, STR_ARG(answer));
        exit(2);
    }
    data_close(w->reader);
    app_close(w->app);
    arena_free(w->arena);
    free(w);
}

void world_end(struct world *w)
{
    help_remove(w->folder);
}

// --- what is going to happen

static int64_t any_time(struct world *w, int64_t from, int64_t to)
{
    return from < to ? rng_range(&w->rng, from, to) : from;
}

static void plan_people(struct world *w, int64_t from, int64_t to)
{
    for (unsigned i = 0; i < w->n_people; i++) {
        int64_t known = rng_chance(&w->rng, 0.7) ? any_time(w, from, from + DAY) : any_time(w, from, to);
        comes(w, known, HAPPEN_CONTACT, i, 0, NULL);
        for (uint64_t n = rng_below(&w->rng, 5); n; n--)
            comes(w, any_time(w, known, rng_chance(&w->rng, 0.4) ? known + 2 * DAY : to), HAPPEN_PAGE, i, 0,
                    NULL);
        for (uint64_t n = rng_below(&w->rng, 4); n; n--)
            comes(w, any_time(w, known, rng_chance(&w->rng, 0.4) ? known + 2 * DAY : to), HAPPEN_FORM, i, 0,
                    NULL);
    }
    for (unsigned i = 0; i < 5; i++)
        if (rng_chance(&w->rng, 0.4))
            comes(w, any_time(w, from, to), HAPPEN_MOVE, (unsigned)rng_below(&w->rng, w->n_people),
                    w->n_people + i, NULL);
    for (uint64_t n = rng_chance(&w->rng, 0.4) ? 1 + rng_below(&w->rng, 3) : 0; n; n--)
        comes(w, any_time(w, from, to), HAPPEN_MERGE, (unsigned)rng_below(&w->rng, w->n_people),
                (unsigned)rng_below(&w->rng, w->n_people), NULL);
}

static void plan_campaign(struct world *w, unsigned i, int64_t from, int64_t to)
{
    int64_t start = any_time(w, from + DAY / 4, from + (to - from) / 2);
    comes(w, start, HAPPEN_START, i, 0, NULL);
    for (uint64_t n = rng_below(&w->rng, 3); n; n--) {
        int64_t at = any_time(w, start, to);
        comes(w, at, HAPPEN_PAUSE, i, 0, NULL);
        comes(w, at + soon(w, 4 * DAY), HAPPEN_RESUME, i, 0, NULL);
    }
    for (uint64_t n = rng_below(&w->rng, VERSIONS); n; n--)
        comes(w, any_time(w, start, to), HAPPEN_EDIT, i, 0, NULL);
    for (uint64_t n = rng_below(&w->rng, 3); n; n--)
        comes(w, any_time(w, start, to), rng_chance(&w->rng, 0.6) ? HAPPEN_HAND_IN : HAPPEN_HAND_OUT, i,
                (unsigned)rng_below(&w->rng, w->n_people), NULL);
    if (rng_chance(&w->rng, 0.12))
        comes(w, any_time(w, start, to), HAPPEN_FINISH, i, 0, NULL);
}

static void plan_trouble(struct world *w, int64_t from, int64_t to)
{
    for (uint64_t n = rng_chance(&w->rng, 0.8) ? rng_below(&w->rng, 10) : 0; n; n--)
        comes(w, any_time(w, from, to), HAPPEN_CRASH, (unsigned)rng_below(&w->rng, 120),
                rng_chance(&w->rng, 0.5), NULL);
    for (uint64_t n = rng_chance(&w->rng, 0.3) ? 1 + rng_below(&w->rng, 2) : 0; n; n--)
        comes(w, any_time(w, from, to), HAPPEN_CLOCK,
                (unsigned)(rng_chance(&w->rng, 0.5) ? rng_below(&w->rng, 240) : rng_below(&w->rng, 20000)), 0,
                NULL);
    comes(w, from + DAY / 2, HAPPEN_DAY, 0, 0, NULL);
}

int64_t world_begin(struct world *w, const char *template)
{
    // Around days on which clocks change, and others.
    static const int64_t STARTS[] = {
            1773878400 /* 2026-03-19 */, 1792281600 /* 2026-10-18 */, 1781481600, 1774742400, 1775174400};
    int64_t from = STARTS[rng_below(&w->rng, sizeof STARTS / sizeof *STARTS)] +
                   (int64_t)rng_below(&w->rng, 4 * DAY),
            to = from + (int64_t)(7 + rng_below(&w->rng, 28)) * DAY;
    make_folder(w->folder, sizeof w->folder);
    if (!copy_folder(template, w->folder)) {
        perror(w->folder);
        exit(2);
    }
    w->time = from;
    plans_make(w);
    plan_people(w, from, to);
    for (unsigned i = 0; i < w->n_campaigns; i++)
        plan_campaign(w, i, from, to);
    plan_trouble(w, from, to);
    comes(w, to, HAPPEN_END, 0, 0, NULL);
    return to;
}
