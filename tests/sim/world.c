// The world's course: what happens when, and the program's turns in between.
#include "app/campaign/campaign.h"
#include "app/message/private.h"
#include "app/standing/live.h"
#include "sim/run.h"

#include <stdarg.h>
#include <stdio.h>

enum { ROUNDS = 200, IDLE_MOST = 3600, CALM_DAYS = 150, TICKS_MOST = 60000 };

unsigned person_root(const struct world *w, unsigned person)
{
    while (w->people[person].same_as != person)
        person = w->people[person].same_as;
    return person;
}

void comes(struct world *w, int64_t at, enum happening what, unsigned a, unsigned b, void *thing)
{
    vec_push(&w->coming, (struct coming){at, w->order++, what, a, b, thing});
}

int64_t soon(struct world *w, int64_t most)
{
    return (int64_t)(rng_unit(&w->rng) * rng_unit(&w->rng) * (double)most);
}

static void put_time(struct world *w, struct buf *out)
{
    buf_printf(out, "%lld ", (long long)w->time);
}

void note(struct world *w, const char *format, ...)
{
    char line[300];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    put_time(w, &w->trace);
    buf_printf(&w->trace, "%s\n", line);
    if (w->verbose)
        printf("%lld %s\n", (long long)w->time, line);
}

void fault(struct world *w, const char *format, ...)
{
    char line[600];
    va_list list;
    va_start(list, format);
    vsnprintf(line, sizeof line, format, list);
    va_end(list);
    if (w->n_faults++ < 20)
        buf_printf(&w->faults, "  at %lld: %s\n", (long long)w->time, line);
    note(w, "FAULT %s", line);
}

// --- the program's life

static int64_t clock_of(void *ctx)
{
    const struct world *w = ctx;
    return program_now(w) * 1000;
}

static struct store *wrap(void *ctx, struct store *inner)
{
    struct world *w = ctx;
    store_exec(inner, "PRAGMA synchronous = OFF", NULL);
    return faulty_dying(inner, &w->death);
}

static void start(struct world *w)
{
    struct app_options options = {.folder = w->folder,
            .clock = {clock_of, w},
            .mail = &w->network,
            .still = true,
            .wrap = wrap,
            .wrap_ctx = w};
    struct err err = {0};
    w->death = (struct faulty_death){0};
    if (!app_open(&options, &w->app, &err) || !app_start(w->app, &err) ||
            !app_reader(w->app, &w->reader, &err) || !live_tick(w->app, w->reader, &err) ||
            !router_new(w->arena, app_routes(w->app), &w->router, &err)) {
        fault(w, "the program does not start: %s", err.message);
        w->over = true;
    }
}

static void end(struct world *w)
{
    data_close(w->reader);
    w->reader = NULL;
    app_close(w->app);
    w->app = NULL;
}

void world_restart(struct world *w)
{
    w->crashes++;
    note(w, "crash");
    servers_died(w);
    end(w);
    start(w);
}

static void find_mailbox(struct world *w)
{
    struct str answer = STR_NONE;
    struct json *j;
    if (w->over || call_api(w, w->arena, "GET", "/api/mailboxes", STR(""), &answer) != 200 ||
            !json_parse(w->arena, answer, &j, NULL) || !json_get(j, STR("items"))->child)
        fault(w, "there is no mailbox");
    else
        snprintf(w->mailbox, sizeof w->mailbox, "%s",
                json_get_str(json_get(j, STR("items"))->child, STR("id")).p);
    w->mailbox[36] = '\0';
}

// Whether what failed may be tried again: the program has died, and lives again.
bool world_revived(struct world *w)
{
    if (!w->death.dead || w->over)
        return false;
    world_restart(w);
    return !w->over;
}

static void complain(struct world *w, const char *what, const struct err *err)
{
    if (!w->death.dead)
        fault(w, "%s: %s", what, err->message);
}

static bool turn(struct world *w, bool *busy)
{
    struct err err = {0};
    bool campaign = false, message = false;
    w->ticks++;
    if (!live_tick(w->app, w->reader, &err) || !campaign_tick(w->app, w->reader, &campaign, &err)) {
        complain(w, "campaigns", &err);
        return false;
    }
    if (!live_tick(w->app, w->reader, &err) || !message_tick(w->app, w->reader, &message, &err)) {
        complain(w, "messages", &err);
        return false;
    }
    *busy = campaign || message;
    for (size_t i = 0; i < w->mails.n && !w->done.n; i++) {
        w->mails.v[i]->pending = false;
        if (w->mails.v[i]->hard && !w->mails.v[i]->unsure &&
                w->addresses[w->mails.v[i]->address].bounced == NEVER)
            w->addresses[w->mails.v[i]->address].bounced = program_now(w);
    }
    return true;
}

static bool take_done(struct world *w)
{
    bool any = false;
    for (size_t i = 0; i < w->coming.n; i++)
        if (w->coming.v[i].what == HAPPEN_DONE && w->coming.v[i].at <= w->time) {
            delivery_done(w, w->coming.v[i].thing);
            w->coming.v[i] = w->coming.v[--w->coming.n];
            any = true;
            i--;
        }
    return any;
}

// The program does all that it has to do now.
static void settle(struct world *w)
{
    bool busy = true;
    for (unsigned i = 0; (busy || take_done(w)) && !w->over; i++) {
        if (i == ROUNDS) {
            fault(w, "the program does not come to rest");
            w->over = true;
            return;
        }
        if (!turn(w, &busy)) {
            if (!world_revived(w)) {
                w->over = true;
                return;
            }
            busy = true;
        }
    }
}

// When the program wants to do something next, by its own tables; NEVER: not at all.
static int64_t program_due(struct world *w)
{
    static const char *const SQL[] = {"SELECT min(due) FROM campaign_person WHERE state = 'active'",
            "SELECT min(due) FROM message_send WHERE state = 0"};
    int64_t due = NEVER;
    for (unsigned i = 0; i < 2; i++) {
        int64_t at;
        struct err err = {0};
        if (!store_number(data_store(w->reader), SQL[i], NEVER, &at, &err))
            fault(w, "due: %s", err.message);
        else if (at && at < due)
            due = at;
    }
    return due == NEVER ? NEVER : due - w->skew;
}

// What is still to be done, for whoever looks for the reason.
static void show_waiting(struct world *w)
{
    static const char SQL[] =
            "SELECT 'campaign ' || campaign || ', contact ' || contact || ', step ' || step ||"
            " ', due ' || due || ' ' || why FROM campaign_person WHERE state = 'active' UNION ALL"
            " SELECT 'send ' || id || ' of campaign ' || campaign || ', contact ' || contact || ', due ' || "
            "due"
            " || ', ' || attempts || ' attempts' FROM message_send WHERE state = 0";
    struct query *query = NULL;
    struct err err = {0};
    bool row = true;
    if (store_query(data_store(w->reader), SQL, &query, &err))
        while (query_step(query, &row, &err) && row)
            fault(w, "waiting: %.*s", STR_ARG(query_text(query, 0)));
    query_end(query);
}

static size_t next_coming(const struct world *w)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < w->coming.n; i++)
        if (best == SIZE_MAX || w->coming.v[i].at < w->coming.v[best].at ||
                (w->coming.v[i].at == w->coming.v[best].at && w->coming.v[i].order < w->coming.v[best].order))
            best = i;
    return best;
}

// Goes to the next moment at which something happens. false: nothing will any more.
static bool go_on(struct world *w, int64_t *idle)
{
    size_t next = next_coming(w);
    int64_t due = program_due(w), at = next == SIZE_MAX ? NEVER : w->coming.v[next].at;
    size_t mails = w->mails.n;
    if (due != NEVER && due < w->time + *idle)
        due = w->time + *idle; // what only looks again is not watched second by second
    if (due >= NEVER && at >= NEVER)
        return false;
    if (at <= due) {
        struct coming c = w->coming.v[next];
        w->coming.v[next] = w->coming.v[--w->coming.n];
        w->time = at > w->time ? at : w->time;
        *idle = 1;
        if (c.what == HAPPEN_DONE)
            delivery_done(w, c.thing);
        else
            world_happens(w, &c);
        if (c.what == HAPPEN_DAY && (w->coming.n || program_due(w) != NEVER))
            comes(w, w->time + DAY, HAPPEN_DAY, 0, 0, NULL);
    } else {
        w->time = due > w->time ? due : w->time + 1;
    }
    settle(w);
    *idle = w->mails.n > mails ? 1 : *idle * 2 < IDLE_MOST ? *idle * 2 : IDLE_MOST;
    return !w->over;
}

bool world_run(
        uint64_t seed, bool verbose, const char *template, struct buf *ret_trace, struct buf *ret_faults)
{
    struct world *w = mem_zero(1, sizeof *w);
    int64_t idle = 1, until;
    w->seed = seed;
    w->rng = rng_seed(seed);
    w->arena = arena_new();
    w->verbose = verbose;
    servers_init(w);
    until = world_begin(w, template) + CALM_DAYS * (int64_t)DAY;
    start(w);
    find_mailbox(w);
    while (!w->over && go_on(w, &idle))
        if (w->time > until || w->ticks > TICKS_MOST) {
            fault(w, "it does not come to an end (%u turns)", w->ticks);
            show_waiting(w);
            break;
        }
    if (w->app && !w->n_faults)
        check_end(w);
    end(w);
    world_end(w);
    if (ret_trace)
        buf_put(ret_trace, buf_str(&w->trace));
    buf_put(ret_faults, buf_str(&w->faults));
    bool fine = !w->n_faults;
    if (verbose)
        printf("%u turns, %u crashes, %zu mails\n", w->ticks, w->crashes, w->mails.n);
    servers_free(w);
    vec_free(&w->mails);
    vec_free(&w->coming);
    buf_free(&w->trace);
    buf_free(&w->faults);
    arena_free(w->arena);
    free(w);
    return fine;
}
