// Moves whose rules ask for an audience: looked at outside of the transaction that established them.
#include "app/assignment/private.h"

#include "app/standing/live.h"
#include "replay/replay.h"
#include "rules/model.h"
#include "store/ask.h"

#include <stdlib.h>

// Who puts something into the queue wakes the job before the commit, so it looks some times.
enum { BATCH = 200, LOOKS = 50, LOOK_MS = 20 };

struct waiting {
    int64_t id;
    uint32_t contact;
    struct str kind, to;
};

struct batch {
    struct app *app;
    struct data *reader;
    struct arena *arena;
    struct waiting waiting[BATCH];
    unsigned n;
    struct rule *rules;
    unsigned n_rules;
    bool *holds; // [n_rules * n]
};

const struct program *audience_compile(
        struct data *reader, struct arena *arena, struct str expr, struct err *err)
{
    struct data_model model;
    struct diagnostics *d = diagnostics_new(arena);
    if (!data_model_active(reader, arena, &model, err))
        return NULL;
    const struct program *base = model_compile(arena, model.name, model.text, d), *program = NULL;
    if (base)
        program = model_compile_filter(arena, base, model.text, expr, d);
    if (!program) {
        struct diagnostic first = d->list.n ? d->list.v[0] : (struct diagnostic){0};
        err_set(err, ERR_INPUT, "%u:%u: %.*s%s%.*s", first.line, first.column, STR_ARG(first.message),
                first.suggestion.n ? ": " : "", STR_ARG(first.suggestion));
    }
    return program;
}

static bool read_queue(struct batch *b, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_query(data_store(b->reader),
                "SELECT id, contact, kind, became FROM assignment_queue ORDER BY id LIMIT 200", &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row && b->n < BATCH)
        b->waiting[b->n++] = (struct waiting){query_int(query, 0), (uint32_t)query_int(query, 1),
                arena_str(b->arena, query_text(query, 2)), arena_str(b->arena, query_text(query, 3))};
    query_end(query);
    return ok;
}

static uint32_t find(const struct columns *columns, uint32_t contact)
{
    for (uint32_t i = 0; i < columns->n_contacts; i++)
        if (columns->owner[i] == contact)
            return i;
    return NO_INDEX;
}

// Fills holds[] of one rule. An audience that the active model no longer understands holds for nobody.
static void judge(struct batch *b, unsigned rule, const struct columns *columns)
{
    struct replay_result result = {0};
    struct err err;
    bool *holds = b->holds + (size_t)rule * b->n;
    const struct program *program = audience_compile(b->reader, b->arena, b->rules[rule].audience, &err);
    if (!program) {
        logger_write(app_logger(b->app), LEVEL_WARNING, "an assignment rule's audience cannot be understood",
                (const struct log_field[]){LOG_TEXT("rule", b->rules[rule].id)}, 1);
        return;
    }
    struct replay_options options = {.at = app_now(b->app), .threads = 1, .standings = true};
    replay_run(program, columns, &options, &result);
    for (unsigned i = 0; i < b->n; i++) {
        uint32_t index = find(columns, live_owner(app_live(b->app), b->waiting[i].contact));
        holds[i] = index != NO_INDEX && result.exists[index] && result.standings[index].filter;
    }
    replay_result_free(&result);
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static bool judge_all(struct batch *b, struct err *err)
{
    uint32_t contacts[BATCH] = {0};
    unsigned n = 0;
    struct columns *columns;
    for (unsigned i = 0; i < b->n; i++)
        contacts[i] = live_owner(app_live(b->app), b->waiting[i].contact);
    qsort(contacts, b->n, sizeof *contacts, by_number);
    for (unsigned i = 0; i < b->n; i++)
        if (!i || contacts[i] != contacts[i - 1])
            contacts[n++] = contacts[i];
    if (!live_history(app_live(b->app), b->reader, contacts, n, app_now(b->app), &columns, err))
        return false;
    b->holds = ARENA_ARRAY(b->arena, bool, (size_t)b->n_rules * b->n + 1);
    for (unsigned i = 0; i < b->n_rules; i++)
        if (b->rules[i].active && b->rules[i].audience.n)
            judge(b, i, columns);
    columns_free(columns);
    return true;
}

static bool apply(struct writing *w, const struct batch *b, unsigned i, struct err *err)
{
    const struct waiting *waiting = &b->waiting[i];
    uint32_t contact = live_owner(app_live(b->app), waiting->contact);
    int64_t id;
    // Another process may have done it.
    if (!store_ask_number(w->store, "SELECT id FROM assignment_queue WHERE id = $1",
                PARAMS(P_INT(waiting->id)), 0, &id, err))
        return false;
    if (!id)
        return true;
    for (unsigned rule = 0; rule < b->n_rules; rule++)
        if (rule_meets(&b->rules[rule], waiting->kind, waiting->to) &&
                (!b->rules[rule].audience.n || b->holds[(size_t)rule * b->n + i])) {
            if (!rule_apply(w, &b->rules[rule], contact, waiting->to, err))
                return false;
            break;
        }
    return store_do(w->store, "DELETE FROM assignment_queue WHERE id = $1", PARAMS(P_INT(waiting->id)), err);
}

static bool run_batch(struct batch *b, struct err *err)
{
    struct writing *w;
    if (!read_queue(b, err))
        return false;
    if (!b->n)
        return true;
    if (!rules_read(data_store(b->reader), b->arena, &b->rules, &b->n_rules, err) || !judge_all(b, err) ||
            !writing_begin(b->app, &w, err))
        return false;
    bool ok = true;
    for (unsigned i = 0; ok && i < b->n; i++)
        ok = apply(w, b, i, err);
    if (!writing_end(w, ok, err))
        return false;
    owner_changed(b->app, b->reader);
    for (unsigned i = 0; i < b->n; i++) {
        char uuid[UUID_SIZE];
        app_publish(b->app, "contact", contact_uuid(b->app, b->waiting[i].contact, uuid));
    }
    return true;
}

bool run_queue(struct app *app, struct data *reader, struct err *err)
{
    struct arena *arena = arena_new();
    unsigned looks = 0;
    bool ok = true;
    while (ok && !app_closing(app)) {
        if (assignment_expected(app))
            looks = LOOKS;
        struct batch *b = ARENA_NEW(arena, struct batch);
        *b = (struct batch){.app = app, .reader = reader, .arena = arena};
        ok = run_batch(b, err);
        bool more = b->n > 0;
        arena_reset(arena);
        if (!ok || more)
            continue;
        if (!looks)
            break;
        looks--;
        app_follow(app, INT64_MAX, LOOK_MS);
    }
    arena_free(arena);
    return ok;
}
