// The replay's figures: against a scan of the same memory, against DuckDB (bench/duckdb, if it is installed
// there), one thread against two, a what-if, a new event, a filter, memory.
//   replay [--small | --large]     1 M contacts / 21 M events; --small: a twentieth; --large: five times
// Run from the project's root.
#include "support/histories.h"
#include "support/measure.h"

#include "base/json.h"
#include "base/rng.h"
#include "replay/one.h"
#include "rules/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct bench {
    struct arena *arena;
    struct columns *columns;
    struct str text; // of the model
    const struct program *program;
    struct replay_options options;
    struct replay_result result; // of the last run
    bool again;
    const struct program *changed, *filter;
    struct replay_result stages;
    uint8_t *holds;
    uint64_t sum;
    unsigned times;
};

static const char *const MODEL = "bench/six-stages.model";

static struct str read_file(struct arena *arena, const char *path)
{
    struct buf all = {0};
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        exit(1);
    }
    size_t n;
    while ((n = fread(buf_room(&all, 4096), 1, 4096, file)) > 0)
        all.n += n;
    fclose(file);
    struct str text = arena_str(arena, buf_str(&all));
    buf_free(&all);
    return text;
}

static const struct program *compile(struct bench *b, struct str text, const char *filter)
{
    struct diagnostics *d = diagnostics_new(b->arena);
    const struct program *p = model_compile(b->arena, str_of(MODEL), text, d);
    if (p && filter)
        p = model_compile_filter(b->arena, p, text, str_of(filter), d);
    struct buf out = {0};
    for (size_t i = 0; i < d->list.n && d->errors; i++)
        diagnostic_print(&d->list.v[i], str_of(MODEL), &out);
    fwrite(out.p, 1, out.n, stderr);
    buf_free(&out);
    measure_check(p != NULL, "the model compiles");
    return p;
}

// Reads every byte that the replay reads of every event.
static void scan(void *ctx)
{
    struct bench *b = ctx;
    const struct columns *c = b->columns;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < c->n_events; i++)
        sum += c->time[i];
    for (uint32_t i = 0; i < c->n_events; i++)
        sum += c->type[i];
    for (uint32_t i = 0; i < c->n_contacts; i++)
        sum += c->off[i] + c->presence[i];
    b->sum += sum;
}

static void replay(void *ctx)
{
    struct bench *b = ctx;
    if (b->again)
        replay_result_free(&b->result);
    replay_run(b->program, b->columns, &b->options, &b->result);
    b->again = true;
}

static void replay_changed(void *ctx)
{
    struct bench *b = ctx;
    struct replay_options options = b->options;
    struct replay_result result;
    options.transitions = false;
    options.known = b->program;
    options.known_result = &b->stages;
    replay_run(b->changed, b->columns, &options, &result);
    replay_result_free(&result);
}

static void filter(void *ctx)
{
    struct bench *b = ctx;
    replay_filter(b->filter, b->columns, &b->options, &b->stages, b->holds);
}

static double per_event(const struct bench *b, double ms)
{
    return ms * 1e6 / b->columns->n_events;
}

// Replaces the first occurrence of `from` in the model's text.
static struct str with(struct bench *b, const char *from, const char *to)
{
    const char *at = strstr(b->text.p, from);
    measure_check(at != NULL, "the model has the line that the what-if changes");
    return arena_printf(b->arena, "%.*s%s%s", (int)(at - b->text.p), b->text.p, to, at + strlen(from));
}

static void new_events(struct bench *b)
{
    enum { N = 20000 };
    const struct columns *c = b->columns;
    struct replay_options options = b->options;
    options.threads = 1;
    struct one *one = one_new(b->program, c, &options);
    struct rng rng = rng_seed(3);
    double *took = mem_zero(N, sizeof *took), sum = 0;
    for (uint32_t i = 0; i < N; i++) {
        uint32_t event = (uint32_t)rng_below(&rng, c->n_events), low = 0,
                 high = c->n_contacts; // by size: as events come in
        while (high - low > 1) {
            uint32_t mid = low + (high - low) / 2;
            if (c->off[mid] <= event)
                low = mid;
            else
                high = mid;
        }
        struct new_event added = {
                .time = c->time[c->off[low + 1] - 1] + 60, .log = c->n_events + i, .type = c->type[event]};
        double start = measure_ms();
        one_replay(one, low, &added, 1);
        took[i] = (measure_ms() - start) * 1e3;
        sum += took[i];
    }
    double p99 = 0;
    // The N/100 largest are above it.
    for (unsigned k = 0; k <= N / 100; k++) {
        uint32_t most = 0;
        for (uint32_t i = 0; i < N; i++)
            if (took[i] > took[most])
                most = i;
        p99 = took[most];
        took[most] = 0;
    }
    measure_at_most("new event for one contact, mean by size", sum / N, 5, "us");
    measure_at_most("new event for one contact, p99", p99, 30, "us");
    one_free(one);
    free(took);
}

static void check_peer(const struct bench *b, const struct json *results)
{
    for (uint32_t s = 0; s < b->program->n_stages; s++) {
        struct str name = b->program->stages[s].name;
        uint64_t n = 0;
        __extension__ unsigned __int128 sum = 0;
        const struct json *row = json_get(results, name);
        // A stage that comes and goes is compared by all its beginnings: those of the transitions of a model
        // of its own.
        for (uint32_t c = 0;
                c < b->columns->n_contacts &&
                !(str_eq(name, STR("prospect")) || str_eq(name, STR("cold")) || str_eq(name, STR("hot")));
                c++)
            if (b->result.stages[s][c].first != STEP_NONE) {
                n++;
                sum += (uint64_t)(step_time(b->result.stages[s][c].first) + b->columns->epoch);
            }
        if (!n)
            continue;
        double peer_n = 0, peer_sum = 0;
        measure_check(row && row->child && row->child->next && json_number(row->child->text, &peer_n) &&
                              json_number(row->child->next->text, &peer_sum) && (uint64_t)peer_n == n &&
                              peer_sum == (double)sum,
                "DuckDB enters every stage as often, at the same seconds");
    }
}

static void check_toggles(struct bench *b, const struct json *results, const char *stage)
{
    // The one stage alone, so that its transitions are its beginnings and ends.
    struct buf text = {0};
    struct str rest = b->text;
    while (rest.n) {
        size_t n = str_find(rest, '\n');
        struct str line = {rest.p, n};
        struct str wanted = arena_printf(b->arena, "stage %s ", stage);
        if (!str_starts(line, STR("stage ")) || str_starts(line, wanted)) {
            buf_put(&text, line);
            buf_char(&text, '\n');
        }
        rest = str_sub(rest, n < rest.n ? n + 1 : n, rest.n);
    }
    const struct program *alone = compile(b, arena_str(b->arena, buf_str(&text)), NULL);
    buf_free(&text);
    struct replay_options options = b->options;
    struct replay_result r;
    options.transitions = true;
    replay_run(alone, b->columns, &options, &r);
    double n[2] = {0}, sum[2] = {0}, peer[2];
    for (size_t i = 0; i < r.transitions.n; i++) {
        const struct transition *t = &r.transitions.v[i];
        if (t->kind == CHANGE_STAGE) {
            n[t->to == NO_INDEX]++;
            sum[t->to == NO_INDEX] += (double)(step_time(t->step) + b->columns->epoch);
        }
    }
    replay_result_free(&r);
    for (unsigned k = 0; k < 2; k++) {
        const struct json *row =
                json_get(results, k ? arena_printf(b->arena, "%s ends", stage) : str_of(stage));
        bool read = row && row->child && row->child->next && json_number(row->child->text, &peer[0]) &&
                    json_number(row->child->next->text, &peer[1]);
        if (!read || peer[0] != n[k] || peer[1] != sum[k])
            fprintf(stderr, "%s%s: %.0f (%.0f) here, %.0f (%.0f) there\n", stage, k ? " ends" : "", n[k],
                    sum[k], read ? peer[0] : -1, read ? peer[1] : -1);
        measure_check(read && peer[0] == n[k] && peer[1] == sum[k],
                "DuckDB begins and ends every stage at the same seconds");
    }
}

// All transitions: what both put out at the end.
static void check_transitions(const struct bench *b, const struct json *results)
{
    double sum = 0, peer_n = 0, peer_sum = 0;
    for (size_t i = 0; i < b->result.transitions.n; i++)
        sum += (double)(step_time(b->result.transitions.v[i].step) + b->columns->epoch);
    const struct json *row = json_get(results, STR("transitions"));
    measure_check(row && row->child && row->child->next && json_number(row->child->text, &peer_n) &&
                          json_number(row->child->next->text, &peer_sum) &&
                          peer_n == (double)b->result.transitions.n && peer_sum == sum,
            "DuckDB finds all transitions, at the same seconds");
}

static void against_duckdb(struct bench *b, unsigned threads, double ms, double cpu_ms)
{
    const char *temporary = getenv("TMPDIR");
    char folder[300], command[1024], line[8192];
    snprintf(folder, sizeof folder, "%s/sluice-bench-XXXXXX", temporary ? temporary : P_tmpdir);
    if (access("bench/duckdb/node_modules", R_OK) != 0) {
        printf("skipped: DuckDB (bench/run installs it into bench/duckdb)\n");
        return;
    }
    struct err err = {0};
    measure_check(mkdtemp(folder) != NULL, "a temporary folder");
    struct str events = arena_printf(b->arena, "%s/events.csv", folder),
               types = arena_printf(b->arena, "%s/types.json", folder);
    measure_check(
            histories_write_csv(b->columns, events.p, types.p, &err), "the events are written for DuckDB");
    snprintf(command, sizeof command, "node bench/duckdb/run.mjs %s %s %u 3", events.p, types.p, threads);
    FILE *peer = popen(command, "r");
    bool answered = peer && fgets(line, sizeof line, peer);
    if (peer)
        pclose(peer);
    unlink(events.p);
    unlink(types.p);
    rmdir(folder);
    struct json *json;
    double peer_ms, peer_cpu_ms;
    measure_check(answered && json_parse(b->arena, str_of(line), &json, &err), "DuckDB answers");
    measure_check(json_number(json_get(json, STR("ms"))->text, &peer_ms) &&
                          json_number(json_get(json, STR("cpu_ms"))->text, &peer_cpu_ms),
            "DuckDB says how long it took");
    check_peer(b, json_get(json, STR("results")));
    check_transitions(b, json_get(json, STR("results")));
    check_toggles(b, json_get(json, STR("results")), "prospect");
    check_toggles(b, json_get(json, STR("results")), "cold");
    check_toggles(b, json_get(json, STR("results")), "hot");
    snprintf(command, sizeof command, "DuckDB, %u thread%s", threads, threads > 1 ? "s" : "");
    measure_note(command, peer_ms, "ms");
    snprintf(command, sizeof command, "faster than DuckDB, %u thread%s", threads, threads > 1 ? "s" : "");
    measure_at_least(command, peer_ms / ms, 60, "x");
    measure_note("  by processor time", peer_cpu_ms / cpu_ms, "x");
}

static void what_if_and_filter(struct bench *b, double full)
{
    struct replay_options options = b->options;
    options.transitions = false;
    options.standings = true;
    replay_run(b->program, b->columns, &options, &b->stages);
    b->changed = compile(b, with(b, "30 days >= 3", "30 days >= 4"), NULL);
    double changed = measure_median(b->times, replay_changed, b, NULL);
    measure_note("what-if: one changed stage", changed, "ms");
    measure_at_most("what-if, of the full replay", 100 * changed / full, 25, "%");
    b->filter =
            compile(b, b->text, "reached lead and any email.clicked within 90 days and not reached customer");
    b->holds = mem_alloc(b->columns->n_contacts);
    double ms = measure_median(b->times, filter, b, NULL);
    uint32_t found = 0;
    for (uint32_t i = 0; i < b->columns->n_contacts; i++)
        found += b->holds[i];
    measure_note("contacts that the filter finds", found, "");
    measure_at_most("filter over all contacts", ms, 50, "ms");
    replay_result_free(&b->stages);
    free(b->holds);
}

int main(int argc, char **argv)
{
    bool small = argc > 1 && strcmp(argv[1], "--small") == 0,
         large = argc > 1 && strcmp(argv[1], "--large") == 0;
    struct bench b = {.arena = arena_new(), .times = small ? 3 : 7};
    b.text = read_file(b.arena, MODEL);
    b.program = compile(&b, b.text, NULL);
    b.columns = histories_make(1, small ? 50000 : large ? 5000000 : 1000000);
    b.options = (struct replay_options){.at = HISTORIES_END, .threads = 1, .transitions = true};
    printf("%u contacts, %u events\n", b.columns->n_contacts, b.columns->n_events);

    double scanned = measure_median(b.times, scan, &b, NULL), one = measure_median(b.times, replay, &b, NULL);
    measure_note("scan of the same columns", scanned, "ms");
    measure_note("replay, 1 thread", one, "ms");
    measure_note("replay, 1 thread, per event", per_event(&b, one), "ns");
    double one_cpu = measure_median_cpu(b.times, replay, &b);
    measure_note("  of processor time", per_event(&b, one_cpu), "ns");
    measure_note("transitions", (double)b.result.transitions.n, "");
    measure_at_most("times the scan", one / scanned, 40, "x");
    b.options.threads = 2;
    double two = measure_median(b.times, replay, &b, NULL);
    measure_note("replay, 2 threads", two, "ms");
    measure_at_least("2 threads against 1", one / two, 1.7, "x");
    double two_cpu = measure_median_cpu(b.times, replay, &b);
    measure_note("  processor time of 2, of that of 1", 100 * two_cpu / one_cpu, "%");
    b.again = false; // the parent's result stays as it is
    double columns = (double)b.columns->n_events * (4 + 2 + 4) + (double)b.columns->n_contacts * (4 + 8 + 4);
    double budget = 16.0 * b.columns->n_events + 200.0 * b.columns->n_contacts;
    measure_at_most("peak memory, of 16 B an event + 200 B a contact",
            100 * (columns + measure_peak(replay, &b)) / budget, 100, "%");
    b.again = true;
    if (!large) {
        b.options.threads = 1;
        against_duckdb(&b, 1, one, one_cpu);
        b.options.threads = 2;
        if (!small)
            against_duckdb(&b, 2, two, two_cpu);
        what_if_and_filter(&b, two);
        new_events(&b);
    }
    replay_result_free(&b.result);
    columns_free(b.columns);
    arena_free(b.arena);
    return b.sum == 1; // the scans must not be optimised away
}
