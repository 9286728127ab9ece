// The pump: takes what is due, has it composed, and hands it over; writes down what came of it. Its own
// thread only, but for composing.
#include "app/message/pump.h"

#include "app/standing/live.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

enum { LOOKS = 50, LOOK_MS = 20, WAIT_MS = 200, CLOSING_MS = 3000 };

struct lane *lane_of(struct pump *pump, int64_t number)
{
    for (size_t i = 0; i < pump->lanes.n; i++)
        if (pump->lanes.v[i]->number == number)
            return pump->lanes.v[i];
    struct lane *lane = mem_zero(1, sizeof *lane);
    lane->number = number;
    vec_push(&pump->lanes, lane);
    return lane;
}

void flight_free(struct flight *flight)
{
    arena_free(flight->arena); // it lives there itself
}

// NULL: err.
static struct pump *pump_of(struct app *app, struct err *err)
{
    struct message_state *state = message_state(app);
    struct slots *slots;
    if (state->pump)
        return state->pump;
    if (!slots_open(app_folder(app), &slots, err))
        return NULL;
    struct pump *pump = mem_zero(1, sizeof *pump);
    pump->slots = slots;
    pump->network = app_mail(app);
    if (!pump->network) {
        struct mail_network_options options = {.trust_file = getenv("SLUICE_MAIL_TRUST")};
        pump->network = pump->own = mail_network_new(&options);
    }
    return state->pump = pump;
}

// Takes what is done from the network; waits for the first one for up to `ms`.
static void collect(struct pump *pump, unsigned ms)
{
    struct mail_delivery *done[BATCH];
    size_t n;
    while ((n = pump->network->collect(pump->network->ctx, done, BATCH, ms)) > 0) {
        for (size_t i = 0; i < n; i++) {
            struct flight *flight = done[i]->ctx;
            lane_of(pump, flight->mailbox)->under_way--;
            pump->under_way--;
            vec_push(&pump->done, flight);
        }
        ms = 0;
    }
}

void pump_free(struct pump *pump)
{
    if (!pump)
        return;
    crew_free(pump->crew);
    // Nobody writes these verdicts down any more: recover() finds their slots.
    pump->network->stop(pump->network->ctx);
    collect(pump, 0);
    mail_network_free(pump->own);
    slots_close(pump->slots);
    for (size_t i = 0; i < pump->done.n; i++)
        flight_free(pump->done.v[i]);
    for (size_t i = 0; i < pump->lanes.n; i++) {
        vec_free(&pump->lanes.v[i]->domains);
        free(pump->lanes.v[i]);
    }
    vec_free(&pump->done);
    vec_free(&pump->ready);
    vec_free(&pump->lanes);
    free(pump);
}

static struct flight *flight_new(struct app *app, struct query *q)
{
    struct arena *arena = arena_new();
    struct flight *flight = ARENA_NEW(arena, struct flight);
    flight->arena = arena;
    flight->row = send_of_row(app, arena, q);
    // Tried again, it says the same as the first time.
    if (flight->row.first)
        flight->row.message.now = flight->row.first;
    return flight;
}

static bool take_due(struct app *app, struct data *reader, struct pump *pump, struct err *err)
{
    struct query *q;
    bool row, ok;
    // What is done keeps its slot until it is written down.
    size_t busy = pump->under_way + pump->done.n, room = FLIGHTS_MAX > busy ? FLIGHTS_MAX - busy : 0;
    if (!room)
        return true;
    if (!store_ask(data_store(reader),
                "SELECT " SEND_COLUMNS " FROM " SEND_FROM " WHERE s.state = 0 AND s.due <= $1"
                " ORDER BY s.due, s.id LIMIT $2",
                PARAMS(P_INT(app_now(app)), P_INT(room < BATCH ? room : BATCH)), &q, err))
        return false;
    while ((ok = query_step(q, &row, err)) && row)
        vec_push(&pump->ready, flight_new(app, q));
    query_end(q);
    return ok;
}

void flight_compose(struct app *app, struct data *reader, struct flight *f)
{
    const struct slice *slice = slice_named(str_of(f->row.message.order.source));
    struct mail_draft *draft = &f->draft;
    f->draft = (struct mail_draft){.why = STR("")};
    if (!slice || !slice->compose) {
        err_set(&f->err, ERR_NOT_FOUND, "nobody composes mails of %s", f->row.message.order.source);
        return;
    }
    if (!slice->compose(app, reader, &f->row.message, f->arena, draft, &f->err))
        return;
    f->composed = draft->verdict != MAIL_SEND || flight_prepare(app, reader, f, &f->err);
}

static bool write_down(struct app *app, struct pump *pump, struct err *err)
{
    struct writing *w;
    bool ok = true;
    if (!pump->done.n && !pump->ready.n)
        return true;
    if (!writing_begin(app, &w, err))
        return false;
    for (size_t i = 0; ok && i < pump->done.n; i++)
        ok = flight_settle(w, pump, pump->done.v[i], err);
    for (size_t i = 0; ok && i < pump->ready.n; i++)
        ok = flight_admit(w, pump, pump->ready.v[i], err);
    return writing_end(w, ok, err);
}

static void mark(struct mail_delivery *delivery, enum mail_mark mark)
{
    const struct flight *f = delivery->ctx;
    slots_mark(f->slots, f->slot, mark == MARK_TAKEN ? SLOT_DELIVERED : SLOT_DOT);
}

static void hand_over(struct pump *pump, struct flight *f)
{
    f->slots = pump->slots;
    f->slot = slots_take(pump->slots, f->row.message.id);
    assert(f->slot >= 0); // there are more than flights; without one a kill would not be told from "not sent"

    lane_of(pump, f->mailbox)->under_way++;
    pump->under_way++;
    f->delivery = (struct mail_delivery){.account = &f->account,
            .account_key = f->delivery.account_key,
            .from = f->letter.from,
            .to = f->letter.to,
            .content = f->letter.content,
            .utf8 = f->letter.utf8,
            .mark = mark,
            .ctx = f};
    pump->network->submit(pump->network->ctx, &f->delivery);
}

// After the commit: what was settled is over, what was admitted goes.
static void go_on(struct pump *pump, bool committed)
{
    for (size_t i = 0; committed && i < pump->done.n; i++) {
        slots_give(pump->slots, pump->done.v[i]->slot);
        flight_free(pump->done.v[i]);
    }
    if (committed)
        pump->done.n = 0;
    for (size_t i = 0; i < pump->ready.n; i++)
        if (committed && pump->ready.v[i]->admitted)
            hand_over(pump, pump->ready.v[i]);
        else
            flight_free(pump->ready.v[i]);
    pump->ready.n = 0;
}

static bool turn(struct app *app, struct data *reader, struct pump *pump, unsigned ms, bool *ret_worked,
        struct err *err)
{
    if (!pump->recovered && !recover(app, reader, pump, err))
        return false;
    collect(pump, ms);
    bool ok = take_due(app, reader, pump, err);
    if (ok && pump->crew)
        crew_compose(pump->crew, reader);
    for (size_t i = 0; ok && !pump->crew && i < pump->ready.n; i++)
        flight_compose(app, reader, pump->ready.v[i]);
    bool worked = pump->done.n || pump->ready.n;
    ok = ok && write_down(app, pump, err);
    go_on(pump, ok);
    if (ok && worked)
        app_publish(app, "send", STR(""));
    if (ok)
        *ret_worked = worked;
    return ok;
}

bool message_tick(struct app *app, struct data *reader, bool *ret_worked, struct err *err)
{
    struct pump *pump = pump_of(app, err);
    return pump && turn(app, reader, pump, 0, ret_worked, err);
}

// The last turn: what is under way may end, then is broken off; its verdicts are written down.
static bool close_down(struct app *app, struct pump *pump, struct err *err)
{
    for (unsigned ms = 0; pump->under_way && ms < CLOSING_MS; ms += WAIT_MS)
        collect(pump, WAIT_MS);
    pump->network->stop(pump->network->ctx);
    collect(pump, 0);
    bool ok = write_down(app, pump, err);
    go_on(pump, ok);
    return ok;
}

bool pump_run(struct app *app, struct data *reader, struct err *err)
{
    struct message_state *state = message_state(app);
    struct pump *pump = pump_of(app, err);
    unsigned looks = 0;
    bool ok = true;
    if (!pump)
        return false;
    if (!pump->crew)
        pump->crew = crew_new(app, pump);
    while (ok && !app_closing(app)) {
        bool worked;
        unsigned queued = atomic_load(&state->queued);
        // Who queues wakes us before the commit, so look for it some times.
        looks = queued != pump->seen ? LOOKS : looks;
        pump->seen = queued;
        ok = turn(app, reader, pump, 0, &worked, err);
        if (!ok || worked)
            continue;
        if (pump->under_way)
            collect(pump, LOOK_MS);
        else if (looks--)
            app_follow(app, INT64_MAX, LOOK_MS);
        else
            break;
    }
    if (!app_closing(app))
        return ok;
    crew_free(pump->crew);
    pump->crew = NULL;
    return close_down(app, pump, err);
}
