// Previews of drafts, as an editor asks for them at every keystroke: the stage that was edited, replayed over
// everybody, beside a replay of all stages in the same run.
//   preview [--small]     1 M contacts / 21 M events; --small: a twentieth
// Run from the project's root.
#include "support/histories.h"
#include "support/measure.h"

#include "app/study/snapshot.h"
#include "rules/model.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const MODEL = "bench/six-stages.model";
static const char *const EDITED = "within 30 days >= 3";

struct bench {
    struct arena *arena;
    struct str text;
    struct columns *columns;
    const struct program *program;
    struct study_snapshot *snapshot; // knows what the program makes of everybody
    unsigned threads, keys;
};

static struct str read_file(struct arena *arena, const char *path)
{
    struct buf all = {0};
    FILE *file = fopen(path, "r");
    measure_check(file != NULL, "the model can be read");
    size_t n;
    while ((n = fread(buf_room(&all, 4096), 1, 4096, file)) > 0)
        all.n += n;
    fclose(file);
    struct str text = arena_str(arena, buf_str(&all));
    buf_free(&all);
    return text;
}

static void look(struct bench *b, struct study_snapshot *s, const struct program *p)
{
    const uint64_t **on = mem_zero((size_t)p->n_stages + 1, sizeof *on);
    study_snapshot_round(s);
    measure_check(study_snapshot_stages(s, p, b->threads, NULL, on), "the stages are there");
    free(on);
}

static void whole(void *ctx)
{
    struct bench *b = ctx;
    struct study_snapshot *s = study_snapshot_over(b->columns, HISTORIES_END);
    look(b, s, b->program);
    study_snapshot_free(s);
}

// Every key makes a draft that nobody has seen.
static void key(void *ctx)
{
    struct bench *b = ctx;
    const char *at = strstr(b->text.p, EDITED);
    measure_check(at != NULL, "the model has the line that is edited");
    struct str text = arena_printf(b->arena, "%.*swithin 30 days >= %u%s", (int)(at - b->text.p), b->text.p,
            4 + b->keys++, at + strlen(EDITED));
    const struct program *p = model_compile(b->arena, STR("draft"), text, diagnostics_new(b->arena));
    measure_check(p != NULL, "the draft compiles");
    look(b, b->snapshot, p);
}

int main(int argc, char **argv)
{
    bool small = argc > 1 && strcmp(argv[1], "--small") == 0;
    unsigned times = small ? 3 : 7;
    struct bench b = {.arena = arena_new()};
    b.text = read_file(b.arena, MODEL);
    b.program = model_compile(b.arena, STR("model"), b.text, diagnostics_new(b.arena));
    measure_check(b.program != NULL, "the model compiles");
    b.columns = histories_make(1, small ? 50000 : 1000000);
    b.snapshot = study_snapshot_over(b.columns, HISTORIES_END);
    printf("%u contacts, %u events\n", b.columns->n_contacts, b.columns->n_events);
    for (b.threads = 1; b.threads <= 2; b.threads++) {
        look(&b, b.snapshot, b.program);
        measure_check(study_snapshot_prepare(b.snapshot, b.program, b.threads, NULL), "it is prepared");
        double all = measure_median(times, whole, &b, NULL), least,
               one = measure_median(times, key, &b, &least);
        double all_cpu = measure_median_cpu(times, whole, &b), one_cpu = measure_median_cpu(times, key, &b);
        printf("%u thread%s\n", b.threads, b.threads > 1 ? "s" : "");
        measure_note("all stages", all, "ms");
        measure_note("  of processor time", all_cpu, "ms");
        if (b.threads == 2)
            measure_at_most("preview of an edit of one stage", one, 300, "ms");
        else
            measure_note("preview of an edit of one stage", one, "ms");
        measure_note("  the least", least, "ms");
        measure_note("  of processor time", one_cpu, "ms");
        measure_at_most("  of all stages, by processor time", 100 * one_cpu / all_cpu, 40, "%");
    }
    study_snapshot_free(b.snapshot);
    columns_free(b.columns);
    arena_free(b.arena);
    return 0;
}
