#include "app/privacy/retention.h"

#include "app/event/log.h"
#include "app/privacy/erase.h"
#include "app/setting/setting.h"
#include "app/standing/live.h"
#include "base/vec.h"
#include "store/ask.h"

enum {
    DAY = 86400,
    // Each transaction makes everything derived be built anew, and keeps other writers waiting.
    PEOPLE_A_TRANSACTION = 500,
    EVENTS_A_TRANSACTION = 20000,
    TRANSACTIONS_A_RUN = 20,
    READY_MS = 60000,
    MOVES_WORTH = 100000, // rows that need not be looked at again
};

static struct retention read_settings(const struct app *app)
{
    return (struct retention){.machine_days = setting_int(app, "retention_machine_days"),
            .anonymous_days = setting_int(app, "retention_anonymous_days"),
            .contact_days = setting_int(app, "retention_contact_days")};
}

struct looking {
    struct app *app;
    struct store *store;
    struct arena *scratch;
    struct query *erased;
    int64_t anonymous_before, contact_before; // INT64_MIN: never
    VEC(uint32_t) anonymous, contacts;
};

static bool is_erased(struct looking *l, uint32_t contact, bool *ret, struct err *err)
{
    query_bind_int(l->erased, 1, contact);
    bool ok = query_step(l->erased, ret, err);
    query_again(l->erased);
    return ok;
}

static bool look_at(struct looking *l, uint32_t contact, struct err *err)
{
    struct live *live = app_live(l->app);
    struct live_standing s;
    struct err none;
    bool erased;
    if (live_owner(live, contact) != contact || !live_standing(live, contact, l->scratch, &s, &none))
        return true;
    bool user = live_is_user(live, contact);
    if (s.last >= (user ? l->contact_before : l->anonymous_before))
        return true;
    if (!is_erased(l, contact, &erased, err))
        return false;
    if (erased)
        return true;
    if (user)
        vec_push(&l->contacts, contact);
    else
        vec_push(&l->anonymous, contact);
    return true;
}

// Everybody who is over a period; live answers from memory.
static bool look_at_all(struct looking *l, struct err *err)
{
    int64_t highest;
    if (l->anonymous_before == INT64_MIN && l->contact_before == INT64_MIN)
        return true;
    bool ok = store_number(l->store, "SELECT max(id) FROM contact", 0, &highest, err) &&
              store_query(l->store, "SELECT 1 FROM erased WHERE contact = $1", &l->erased, err);
    for (uint32_t contact = 1; ok && contact <= highest && !app_closing(l->app); contact++) {
        if (contact % 1024 == 0)
            arena_reset(l->scratch);
        ok = look_at(l, contact, err);
    }
    query_end(l->erased);
    return ok;
}

static void end_looking(struct looking *l)
{
    arena_free(l->scratch);
    vec_free(&l->anonymous);
    vec_free(&l->contacts);
}

// Who has bought stays: what was sold must be kept for other reasons, and other periods.
static bool has_bought(struct store *store, const struct person *who, bool *ret, struct err *err)
{
    struct query *query;
    bool found = false, ok = true;
    if (!store_query(store,
                "SELECT 1 FROM event e JOIN event_type t ON t.id = e.type "
                "WHERE e.id = $1 AND t.name IN ('order.placed', 'deal.won')",
                &query, err))
        return false;
    for (unsigned i = 0; ok && !found && i < who->n_rows; i++) {
        query_bind_int(query, 1, who->rows[i]);
        ok = query_step(query, &found, err);
        query_again(query);
    }
    query_end(query);
    *ret = found;
    return ok;
}

struct batch {
    struct app *app;
    struct data *reader;
    struct arena *arena;
    struct person *people;
    unsigned n;
    int64_t last;
    bool known; // customers among them are left out
};

// Takes the next ones of a list, as many as fit into a transaction. *at moves on.
static bool fill(struct batch *b, const uint32_t *contacts, size_t n, size_t *at, struct err *err)
{
    size_t left = n - *at, take = left < PEOPLE_A_TRANSACTION ? left : PEOPLE_A_TRANSACTION, events = 0;
    struct person *people = ARENA_ARRAY(b->arena, struct person, take);
    b->people = people;
    b->n = 0;
    if (!person_live_many(b->app, b->reader, contacts + *at, (unsigned)take, b->arena, people, &b->last, err))
        return false;
    for (size_t i = 0; i < take && events < EVENTS_A_TRANSACTION; i++, ++*at) {
        bool bought = false;
        if (b->known && !has_bought(data_store(b->reader), &people[i], &bought, err))
            return false;
        if (bought)
            continue;
        events += people[i].n_rows;
        people[b->n++] = people[i];
    }
    return true;
}

// Whoever came back since they were looked at stays.
static bool came_back(
        struct writing *w, const struct batch *b, struct person *who, bool *ret, struct err *err)
{
    unsigned before = who->n_rows;
    bool ok = person_extend(w->log, b->last, b->arena, who, err);
    *ret = who->n_rows > before;
    return ok;
}

static bool erase_batch(struct batch *b, uint64_t *ret_people, struct err *err)
{
    struct writing *w;
    struct erasure count = {0};
    struct strip *strip = strip_new(b->arena);
    if (!b->n)
        return true;
    if (!strip_models(strip, data_store(b->reader), err) || !writing_begin(b->app, &w, err))
        return false;
    bool ok = true;
    for (unsigned i = 0; ok && i < b->n; i++) {
        bool back;
        ok = came_back(w, b, &b->people[i], &back, err) &&
             (back || privacy_erase(w, app_folder(b->app), &b->people[i], strip, &count, err));
    }
    ok = ok && (!count.people || privacy_erase_end(w, &count, STR("retention"), err));
    ok = writing_end(w, ok, err);
    *ret_people += ok ? count.people : 0;
    return ok;
}

static bool erase_list(struct app *app, struct data *reader, const uint32_t *contacts, size_t n, bool known,
        unsigned *transactions, uint64_t *ret_people, struct err *err)
{
    bool ok = true;
    for (size_t at = 0; ok && at < n && *transactions < TRANSACTIONS_A_RUN && !app_closing(app);) {
        struct batch b = {.app = app, .reader = reader, .arena = arena_new(), .known = known};
        ok = fill(&b, contacts, n, &at, err) && erase_batch(&b, ret_people, err);
        *transactions += b.n > 0; // of who has bought, and stays, there may be very many
        arena_free(b.arena);
    }
    return ok;
}

// Events of machines by their place in the log. Everything up to `position` is done; it moves on to the first
// one that is too young.
struct machines {
    struct arena *arena, *scratch;
    struct strip *strip;
    int64_t before, from, position;
    bool young; // one was met
    VEC(uint32_t) rows;
    struct buf body;
};

static bool take_row(void *ctx, const struct log_row *row, struct err *err)
{
    struct machines *m = ctx;
    bool machine = row->kind == MESSAGE_EVENT && !row->undo && row->type->machine;
    (void)err;
    m->young = m->young || (machine && row->time >= m->before);
    if (!m->young)
        m->position = row->id;
    if (machine && row->time < m->before && row->body.n)
        vec_push(&m->rows, (uint32_t)row->id);
    return true;
}

static bool strip_machine(struct machines *m, const struct person_row *row, struct err *err)
{
    arena_reset(m->scratch);
    m->body.n = 0;
    return strip_body(m->strip, row, m->scratch, &m->body, err);
}

struct narrowing {
    struct machines *machines;
    size_t n;
};

static bool keep_changed(void *ctx, const struct person_row *row, struct err *err)
{
    struct narrowing *n = ctx;
    if (!strip_machine(n->machines, row, err))
        return false;
    if (!str_eq(buf_str(&n->machines->body), row->body))
        n->machines->rows.v[n->n++] = (uint32_t)row->id;
    return true;
}

// Those that an earlier run has done stand behind a younger one.
static bool narrow(struct machines *m, struct store *store, struct err *err)
{
    struct narrowing n = {m, 0};
    struct arena *arena = arena_new();
    uint32_t *rows = arena_alloc(arena, (m->rows.n + 1) * sizeof *rows);
    if (m->rows.n)
        memcpy(rows, m->rows.v, m->rows.n * sizeof *rows);
    struct person all = {.rows = rows, .n_rows = (unsigned)m->rows.n};
    bool ok = strip_models(m->strip, store, err) && person_rows(store, &all, keep_changed, &n, err);
    m->rows.n = n.n;
    arena_free(arena);
    return ok;
}

static bool find_machines(struct data *reader, int64_t before, struct machines *m, struct err *err)
{
    struct log_position now;
    *m = (struct machines){.arena = arena_new(), .scratch = arena_new(), .before = before};
    m->strip = strip_new(m->arena);
    bool ok = store_number(data_store(reader), "SELECT position FROM retention WHERE name = 'machine'", 0,
            &m->position, err);
    m->from = m->position;
    return ok && log_position(data_log(reader), &now, err) &&
           log_scan(data_log(reader), m->position, now.last, true, take_row, m, err) &&
           narrow(m, data_store(reader), err);
}

static void end_machines(struct machines *m)
{
    arena_free(m->arena);
    arena_free(m->scratch);
    vec_free(&m->rows);
    buf_free(&m->body);
}

struct writing_machines {
    struct writing *w;
    struct machines *machines;
};

static bool strip_row(void *ctx, const struct person_row *row, struct err *err)
{
    struct writing_machines *s = ctx;
    // The messageId stays: it names the message, not a person, and keeps the same one from coming again.
    return strip_machine(s->machines, row, err) &&
           log_rewrite(s->w->log, row->id, buf_str(&s->machines->body), row->message, err);
}

static bool write_machines(
        struct app *app, struct machines *m, const uint32_t *rows, unsigned n, bool last, struct err *err)
{
    struct writing_machines s = {.machines = m};
    struct erasure count = {.events = n};
    struct person part = {.rows = rows, .n_rows = n};
    if (!writing_begin(app, &s.w, err))
        return false;
    bool ok = person_rows(s.w->store, &part, strip_row, &s, err) &&
              (!last || store_do(s.w->store,
                                "INSERT INTO retention (name, position) VALUES ('machine', $1) "
                                "ON CONFLICT (name) DO UPDATE SET position = excluded.position",
                                PARAMS(P_INT(m->position)), err)) &&
              (!n || privacy_erase_end(s.w, &count, STR("retention"), err));
    return writing_end(s.w, ok, err);
}

static bool erase_machines(
        struct app *app, struct data *reader, int64_t before, uint64_t *ret_events, struct err *err)
{
    struct machines m;
    bool ok = find_machines(reader, before, &m, err), last = !m.rows.n && m.position - m.from < MOVES_WORTH;
    for (size_t at = 0; ok && !last; at += EVENTS_A_TRANSACTION) {
        size_t left = m.rows.n - at;
        last = left <= EVENTS_A_TRANSACTION;
        unsigned n = (unsigned)(last ? left : EVENTS_A_TRANSACTION);
        ok = write_machines(app, &m, m.rows.v + at, n, last, err);
        *ret_events += ok ? n : 0;
    }
    end_machines(&m);
    return ok;
}

static int64_t moment(const struct app *app, int64_t days)
{
    return days > 0 ? app_now(app) - days * DAY : INT64_MIN;
}

static struct looking looking_of(struct app *app, struct data *reader, const struct retention *r)
{
    return (struct looking){.app = app,
            .store = data_store(reader),
            .scratch = arena_new(),
            .anonymous_before = moment(app, r->anonymous_days),
            .contact_before = moment(app, r->contact_days)};
}

// Of known contacts only those who have not bought.
static bool count_contacts(
        struct app *app, struct data *reader, const struct looking *l, uint64_t *ret, struct err *err)
{
    bool ok = true;
    for (size_t at = 0; ok && at < l->contacts.n && !app_closing(app);) {
        struct batch b = {.app = app, .reader = reader, .arena = arena_new(), .known = true};
        ok = fill(&b, l->contacts.v, l->contacts.n, &at, err);
        *ret += b.n;
        arena_free(b.arena);
    }
    return ok;
}

bool retention_look(struct app *app, struct data *reader, struct retention *ret, struct err *err)
{
    struct retention r = read_settings(app);
    struct looking l = looking_of(app, reader, &r);
    struct machines m;
    bool ok = look_at_all(&l, err) && count_contacts(app, reader, &l, &r.contacts, err);
    if (ok && r.machine_days > 0) {
        ok = find_machines(reader, moment(app, r.machine_days), &m, err);
        r.machine_events = m.rows.n;
        end_machines(&m);
    }
    r.anonymous = l.anonymous.n;
    end_looking(&l);
    if (ok)
        *ret = r;
    return ok;
}

bool retention_run(struct app *app, struct data *reader, struct retention *ret, struct err *err)
{
    struct retention r = read_settings(app);
    struct looking l = looking_of(app, reader, &r);
    unsigned transactions = 0;
    bool clean, ok = true;
    if (r.machine_days > 0)
        ok = erase_machines(app, reader, moment(app, r.machine_days), &r.machine_events, err);
    ok = ok && look_at_all(&l, err) &&
         erase_list(app, reader, l.anonymous.v, l.anonymous.n, false, &transactions, &r.anonymous, err) &&
         erase_list(app, reader, l.contacts.v, l.contacts.n, true, &transactions, &r.contacts, err);
    end_looking(&l);
    if (ok && r.machine_events + r.anonymous + r.contacts)
        ok = privacy_scrub_app(app, PRIVACY_COMPACT_MAX, &clean, err);
    if (ok && ret)
        *ret = r;
    return ok;
}

// Erasures whose traces could not be taken out of the files at once, because somebody was reading.
static bool scrub_again(struct app *app, struct data *reader, struct err *err)
{
    int64_t left;
    bool clean;
    return store_number(data_store(reader), "SELECT count(*) FROM erasure WHERE clean = 0", 0, &left, err) &&
           (!left || privacy_scrub_app(app, PRIVACY_COMPACT_MAX, &clean, err));
}

static bool run(struct app *app, struct data *reader, struct err *err)
{
    if (!live_ready(app_live(app), READY_MS, err))
        return true; // the standings are still computed: next time
    return scrub_again(app, reader, err) && retention_run(app, reader, NULL, err);
}

const struct job RETENTION_JOBS[] = {{"retention", 3600, run}, {0}};
