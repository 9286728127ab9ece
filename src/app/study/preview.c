// Who would move if a draft became the active model: asked at every keystroke. Previews run one after the
// other, each on two threads; a newer one of the same session ends the one before.
#include "app/study/preview.h"

#include "app/listing.h"
#include "app/model/store.h"
#include "app/person/request.h"
#include "app/standing/live.h"
#include "app/study/slice.h"
#include "app/study/snapshot.h"
#include "app/study/study.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "base/json_put.h"
#include "base/random.h"
#include "replay/one.h"
#include "rules/model.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    AGE_MAX = 60,       // seconds: an older snapshot is not used,
    AGE_MAX_SLOW = 300, // if making one does not take long
    SLOW = 1,           // seconds
    AGE_RENEWED = 30,
    RENEWED_PARTS = 20, // making them takes no more than one part of the time
    IDLE_MAX = 300,     // seconds without a preview: it is let go
};

static const int64_t SECOND = 1000000000; // ns

struct asking {
    struct str session;
    atomic_bool superseded;
    struct asking *next;
};

struct previews {
    pthread_mutex_t mutex; // of asking, asked, made and took
    pthread_mutex_t turn;  // whoever has it has the snapshot
    struct asking *asking;
    struct study_snapshot *snapshot; // NULL: none
    bool prepared;                   // it is, for drafts of the active model
    int64_t asked, made, took;       // monotonic ns
    bool opening;                    // the job's: it has run once, as all do at the start
};

bool previews_start(struct app *app, void **ret_state, struct err *err)
{
    struct previews *p = mem_zero(1, sizeof *p);
    (void)app, (void)err;
    pthread_mutex_init(&p->mutex, NULL);
    pthread_mutex_init(&p->turn, NULL);
    *ret_state = p;
    return true;
}

void previews_stop(struct app *app, void *state)
{
    struct previews *p = state;
    (void)app;
    study_snapshot_free(p->snapshot);
    pthread_mutex_destroy(&p->mutex);
    pthread_mutex_destroy(&p->turn);
    free(p);
}

// With the turn.
static void replace(struct previews *p, struct study_snapshot *snapshot, int64_t made)
{
    study_snapshot_free(p->snapshot);
    p->snapshot = snapshot;
    p->prepared = false;
    pthread_mutex_lock(&p->mutex);
    p->made = made;
    p->took = clock_monotonic_ns() - made;
    pthread_mutex_unlock(&p->mutex);
}

// With the turn: whether there is one that is not too old.
static bool serves(const struct previews *p, int64_t now)
{
    return p->snapshot && now - p->made <= (p->took > SLOW * SECOND ? AGE_MAX_SLOW : AGE_MAX) * SECOND;
}

// NULL where there is none that compiles: previews say so themselves.
static const struct program *active(struct data *reader, struct arena *arena, struct err *err)
{
    struct stored_model model;
    return model_active(data_store(reader), arena, &model, err)
                   ? model_compile(arena, model.name, model.text, diagnostics_new(arena))
                   : NULL;
}

static void fill(
        struct study_snapshot *s, const struct program *program, struct arena *arena, unsigned threads)
{
    study_snapshot_stages(
            s, program, threads, NULL, ARENA_ARRAY(arena, const uint64_t *, program->n_stages + 1));
}

// Aside, so that no keystroke waits for it.
static bool renew(struct app *app, struct previews *p, struct arena *arena, const struct program *program,
        struct err *err)
{
    struct study_snapshot *snapshot;
    int64_t made = clock_monotonic_ns();
    if (!study_snapshot_open(app, &snapshot, err))
        return false;
    fill(snapshot, program, arena, 1);
    study_snapshot_prepare(snapshot, program, 1, NULL);
    pthread_mutex_lock(&p->turn);
    replace(p, snapshot, made);
    p->prepared = true;
    pthread_mutex_unlock(&p->turn);
    return true;
}

// What is there, for the drafts that come.
static void prepare(struct previews *p, const struct program *program)
{
    pthread_mutex_lock(&p->turn);
    if (p->snapshot && !p->prepared)
        p->prepared = study_snapshot_prepare(p->snapshot, program, STUDY_THREADS, NULL);
    pthread_mutex_unlock(&p->turn);
}

bool previews_renew(struct app *app, struct data *reader, struct err *err)
{
    struct previews *p = app_state(app, &STUDY_SLICE);
    int64_t now = clock_monotonic_ns();
    pthread_mutex_lock(&p->mutex);
    bool there = p->made != 0, idle = now - p->asked > IDLE_MAX * SECOND;
    bool wanted = now - p->asked < AGE_RENEWED * SECOND;
    bool old = now - p->made > AGE_RENEWED * SECOND && now - p->made > RENEWED_PARTS * p->took;
    pthread_mutex_unlock(&p->mutex);
    if (there && idle) {
        pthread_mutex_lock(&p->turn);
        replace(p, NULL, 0);
        pthread_mutex_unlock(&p->turn);
    }
    if (!there || !wanted)
        return true;
    struct arena *arena = arena_new();
    struct err why;
    const struct program *program = active(reader, arena, &why);
    bool ok = !program || !old || renew(app, p, arena, program, err);
    if (program)
        prepare(p, program);
    arena_free(arena);
    return ok;
}

bool previews_open(struct app *app, struct data *reader, struct err *err)
{
    struct previews *p = app_state(app, &STUDY_SLICE);
    struct arena *arena = arena_new();
    struct err why;
    const struct program *program = p->opening ? active(reader, arena, &why) : NULL;
    bool ok = true;
    p->opening = true;
    if (program) {
        pthread_mutex_lock(&p->mutex);
        p->asked = clock_monotonic_ns();
        pthread_mutex_unlock(&p->mutex);
        pthread_mutex_lock(&p->turn);
        int64_t now = clock_monotonic_ns();
        struct study_snapshot *snapshot;
        if (!serves(p, now) && (ok = study_snapshot_open(app, &snapshot, err))) {
            fill(snapshot, program, arena, STUDY_THREADS);
            replace(p, snapshot, now);
        }
        pthread_mutex_unlock(&p->turn);
        prepare(p, program);
    }
    arena_free(arena);
    return ok;
}

// --- taking turns

static void ask(struct previews *p, struct asking *asking)
{
    pthread_mutex_lock(&p->mutex);
    for (struct asking *a = p->asking; a; a = a->next)
        if (str_eq(a->session, asking->session))
            atomic_store(&a->superseded, true);
    asking->next = p->asking;
    p->asking = asking;
    p->asked = clock_monotonic_ns();
    pthread_mutex_unlock(&p->mutex);
}

static void asked(struct previews *p, struct asking *asking)
{
    pthread_mutex_lock(&p->mutex);
    struct asking **at = &p->asking;
    while (*at != asking)
        at = &(*at)->next;
    *at = asking->next;
    pthread_mutex_unlock(&p->mutex);
}

// --- counting

struct preview {
    struct request *r;
    struct study study; // the active model, then the draft
    struct str after;
    unsigned limit;
    int64_t begun; // monotonic ns
    struct asking asking;
    struct study_snapshot *s;
    uint64_t **current[2]; // [model][stage, n_stages for none]: bit set of who is there
    uint64_t *moved;
};

static const struct program *program_of(const struct preview *p, unsigned model)
{
    return p->study.models[model].program;
}

static struct str stage_name(const struct program *program, uint32_t stage)
{
    return stage == program->n_stages ? STR("none") : program->stages[stage].name;
}

static bool superseded(struct err *err)
{
    return err_set(err, ERR_CONFLICT, "a newer draft of this session is being looked at");
}

// Who is where: a contact is on the last of the stages that are on.
static bool place(struct preview *p, unsigned model)
{
    const struct program *program = program_of(p, model);
    uint32_t n = program->n_stages;
    const uint64_t **on = ARENA_ARRAY(p->r->arena, const uint64_t *, (size_t)n + 1);
    if (!study_snapshot_stages(p->s, program, STUDY_THREADS, &p->asking.superseded, on))
        return false;
    p->current[model] = ARENA_ARRAY(p->r->arena, uint64_t *, (size_t)n + 1);
    for (uint32_t i = 0; i <= n; i++)
        p->current[model][i] = ARENA_ARRAY(p->r->arena, uint64_t, p->s->words + 1);
    for (size_t w = 0; w < p->s->words; w++) {
        uint64_t left = p->s->exists[w];
        for (uint32_t i = n; i-- > 0;) {
            p->current[model][i][w] = left & on[i][w];
            left &= ~on[i][w];
        }
        p->current[model][n][w] = left;
    }
    return true;
}

static uint32_t count_both(const struct preview *p, const uint64_t *a, const uint64_t *b)
{
    uint32_t n = 0;
    for (size_t w = 0; w < p->s->words; w++)
        n += (uint32_t)__builtin_popcountll(a[w] & b[w]);
    return n;
}

// Stage `i` of the order that answers have: none first.
static uint32_t in_order(const struct program *program, uint32_t i)
{
    return i ? i - 1 : program->n_stages;
}

static void put_counts(const struct preview *p, const char *name, unsigned model)
{
    const struct program *program = program_of(p, model);
    struct buf *out = p->r->out;
    put_key(out, name);
    buf_char(out, '[');
    for (uint32_t i = 0; i <= program->n_stages; i++) {
        uint32_t stage = in_order(program, i);
        const uint64_t *who = p->current[model][stage];
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "stage", stage_name(program, stage));
        put_text(out, "label", stage < program->n_stages ? program->stages[stage].label : STR("none"));
        put_int(out, "count", count_both(p, who, who));
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

static void put_flows(struct preview *p)
{
    const struct program *a = program_of(p, 0), *b = program_of(p, 1);
    struct buf *out = p->r->out;
    p->moved = ARENA_ARRAY(p->r->arena, uint64_t, p->s->words + 1);
    put_key(out, "flows");
    buf_char(out, '[');
    for (uint32_t i = 0; i <= a->n_stages; i++)
        for (uint32_t k = 0; k <= b->n_stages; k++) {
            uint32_t from = in_order(a, i), to = in_order(b, k), n;
            if (str_eq(stage_name(a, from), stage_name(b, to)) ||
                    !(n = count_both(p, p->current[0][from], p->current[1][to])))
                continue;
            for (size_t w = 0; w < p->s->words; w++)
                p->moved[w] |= p->current[0][from][w] & p->current[1][to][w];
            put_comma(out);
            buf_char(out, '{');
            put_text(out, "from", stage_name(a, from));
            put_text(out, "to", stage_name(b, to));
            put_int(out, "count", n);
            buf_char(out, '}');
        }
    buf_char(out, ']');
}

// --- the page of movers

struct movers {
    uint32_t *index, *contact; // in the columns; its number now
    unsigned n;
    bool more;
    struct columns *people; // their histories as they are now, for names
    struct one *under[2];
};

static bool test_bit(const uint64_t *bits, uint32_t i)
{
    return bits[i / 64] >> i % 64 & 1;
}

static void find_movers(const struct preview *p, uint32_t after, struct movers *m)
{
    const struct columns *c = p->s->columns;
    struct live *live = app_live(request_app(p->r));
    uint32_t i = 0;
    for (; after != STUDY_CURSOR_NONE && i < c->n_contacts && c->owner[i] != after; i++)
        ;
    for (i += after != STUDY_CURSOR_NONE; i < c->n_contacts && !m->more; i++) {
        if (!p->moved[i / 64]) { // most are where they were
            i |= 63;
            continue;
        }
        if (!test_bit(p->moved, i))
            continue;
        uint32_t contact = live_owner(live, c->owner[i]);
        if (!person_visible(p->r, contact))
            continue;
        m->more = m->n == p->limit;
        if (!m->more) {
            m->index[m->n] = i;
            m->contact[m->n++] = contact;
        }
    }
}

static struct str trait_of(const struct columns *c, uint32_t contact, struct str key)
{
    for (uint32_t i = 0; i < c->n_traits; i++) {
        const struct sparse *trait = &c->traits[i];
        if (!str_eq(trait->key, key))
            continue;
        uint32_t behind = sparse_at(trait->ev, trait->n, c->off[contact + 1]);
        if (behind && trait->ev[behind - 1] >= c->off[contact]) {
            struct value v = columns_value(c, trait->val[behind - 1]);
            return v.kind == JSON_STRING && v.text.n ? v.text : STR_NONE;
        }
    }
    return STR_NONE;
}

static struct str name_of(struct arena *arena, const struct columns *c, uint32_t contact)
{
    struct str first = trait_of(c, contact, STR("first_name")), last = trait_of(c, contact, STR("last_name"));
    struct str email = trait_of(c, contact, STR("email"));
    if (first.n && last.n)
        return arena_printf(arena, "%.*s %.*s", STR_ARG(first), STR_ARG(last));
    return first.n ? first : last.n ? last : email.n ? email : columns_name(c, contact);
}

static struct str grade_of(const struct preview *p, const struct movers *m, unsigned model, uint32_t index)
{
    const struct replay_result *result = one_replay(m->under[model], index, NULL, 0);
    uint32_t grade = result->standings[0].grade;
    return grade == NO_INDEX ? STR("none") : program_of(p, model)->grade_names[grade];
}

static struct str where(const struct preview *p, unsigned model, uint32_t index)
{
    uint32_t stage = 0;
    while (stage < program_of(p, model)->n_stages && !test_bit(p->current[model][stage], index))
        stage++;
    return stage_name(program_of(p, model), stage);
}

static void put_mover(struct preview *p, const struct movers *m, unsigned i)
{
    struct buf *out = p->r->out;
    char id[UUID_SIZE];
    uint32_t k = 0;
    while (k < m->people->n_contacts && m->people->owner[k] != m->contact[i])
        k++;
    bool there = k < m->people->n_contacts; // not so if it was erased meanwhile
    put_comma(out);
    buf_char(out, '{');
    put_text(out, "id", contact_uuid(request_app(p->r), m->contact[i], id));
    put_text(out, "name", there ? name_of(p->r->arena, m->people, k) : STR(""));
    put_text(out, "company", there ? trait_of(m->people, k, STR("company")) : STR_NONE);
    put_text(out, "from", where(p, 0, m->index[i]));
    put_text(out, "to", where(p, 1, m->index[i]));
    put_text(out, "grade_from", grade_of(p, m, 0, m->index[i]));
    put_text(out, "grade_to", grade_of(p, m, 1, m->index[i]));
    buf_char(out, '}');
}

static bool put_movers(struct preview *p, uint32_t after, struct err *err)
{
    struct request *r = p->r;
    struct movers m = {.index = ARENA_ARRAY(r->arena, uint32_t, p->limit + 1),
            .contact = ARENA_ARRAY(r->arena, uint32_t, p->limit + 1)};
    struct replay_options options = {.at = p->s->at, .threads = 1, .standings = true};
    find_movers(p, after, &m);
    if (!live_history(app_live(request_app(r)), request_data(r), m.contact, m.n, INT64_MAX, &m.people, err))
        return false;
    for (unsigned k = 0; k < 2 && m.n; k++)
        m.under[k] = one_new(program_of(p, k), p->s->columns, &options);
    put_key(r->out, "movers");
    buf_put(r->out, STR("{\"items\":["));
    for (unsigned i = 0; i < m.n; i++)
        put_mover(p, &m, i);
    buf_char(r->out, ']');
    put_text(r->out, "next",
            m.more ? arena_printf(r->arena, "%u", p->s->columns->owner[m.index[m.n - 1]]) : STR_NONE);
    buf_char(r->out, '}');
    one_free(m.under[0]);
    one_free(m.under[1]);
    columns_free(m.people);
    return true;
}

// --- the answer

static void put_model(const struct preview *p, const char *name, unsigned model)
{
    struct buf *out = p->r->out;
    put_key(out, name);
    buf_char(out, '{');
    put_text(out, "id", p->study.models[model].id.n ? p->study.models[model].id : STR_NONE);
    put_text(out, "title", p->study.models[model].title);
    buf_char(out, '}');
}

static bool answer(struct preview *p, struct err *err)
{
    struct buf *out = p->r->out;
    uint32_t after;
    if (!study_cursor(p->r, p->after, &after))
        return false;
    study_snapshot_round(p->s);
    if (!place(p, 0) || !place(p, 1))
        return superseded(err);
    buf_char(out, '{');
    put_model(p, "model", 1);
    put_model(p, "active", 0);
    put_time(out, "at", p->s->at);
    put_int(out, "contacts", p->s->contacts);
    put_counts(p, "before", 0);
    put_counts(p, "after", 1);
    put_flows(p);
    if (!put_movers(p, after, err))
        return false;
    put_int(out, "milliseconds", (clock_monotonic_ns() - p->begun) / 1000000);
    buf_char(out, '}');
    return true;
}

static bool answer_now(struct preview *p, struct err *err)
{
    struct previews *all = app_state(request_app(p->r), &STUDY_SLICE);
    const struct principal *who = request_principal(p->r);
    bool ok = true;
    p->asking.session = !who ? STR("") : who->session.n ? who->session : who->id;
    ask(all, &p->asking);
    pthread_mutex_lock(&all->turn);
    int64_t now = clock_monotonic_ns();
    if (atomic_load(&p->asking.superseded)) {
        ok = superseded(err);
    } else if (!serves(all, now)) {
        struct study_snapshot *snapshot;
        ok = study_snapshot_open(request_app(p->r), &snapshot, err);
        if (ok)
            replace(all, snapshot, now);
    }
    if (ok) {
        p->s = all->snapshot;
        ok = answer(p, err);
    }
    bool prepared = all->prepared;
    pthread_mutex_unlock(&all->turn);
    if (!prepared)
        app_wake(request_app(p->r), "preview");
    asked(all, &p->asking);
    return ok;
}

struct past {
    struct preview *preview;
    struct err *err;
    bool ok;
};

static void answer_past(void *ctx)
{
    struct past *past = ctx;
    struct preview *p = past->preview;
    p->s = study_snapshot_over(p->study.columns, p->study.at);
    past->ok = answer(p, past->err);
    study_snapshot_free(p->s);
}

static bool preview(struct preview *p, struct err *err)
{
    struct past past = {.preview = p, .err = err};
    p->begun = clock_monotonic_ns();
    if (p->study.at >= p->r->now)
        return answer_now(p, err);
    return study_run(p->r, &p->study, answer_past, &past, err) && past.ok;
}

bool study_preview(struct request *r, struct err *err)
{
    struct preview p = {.r = r, .after = request_query(r, "after")};
    return study_moment(r, request_query(r, "at"), &p.study, err) && listing_limit(r, &p.limit, err) &&
           study_add_active(r, &p.study, err) && study_add_stored(r, request_param(r, "id"), &p.study, err) &&
           preview(&p, err);
}

bool study_preview_text(struct request *r, struct err *err)
{
    struct preview p = {.r = r};
    return study_moment(r, json_get_str(r->json, STR("at")), &p.study, err) &&
           study_page_of_body(r, &p.limit, &p.after) && study_add_active(r, &p.study, err) &&
           study_add_text(r, json_get_str(r->json, STR("text")), "text", &p.study, err) && preview(&p, err);
}
