// One contact: card, explanation, timeline, transitions, standings under other models.
#include "app/contact/contact.h"

#include "app/assignment/owner.h"
#include "app/event/view.h"
#include "app/listing.h"
#include "app/model/store.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "base/json_put.h"
#include "base/random.h"
#include "replay/explain.h"
#include "rules/model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

bool contact_visible(struct request *r, uint32_t contact)
{
    const struct principal *who = request_principal(r);
    char owner[UUID_SIZE];
    return !who || !who->own_only ||
           (owner_of(request_app(r), contact, owner) && str_eq(str_of(owner), who->id));
}

static bool owned(void *ctx, uint32_t contact)
{
    struct request *r = ctx;
    struct str wanted = request_query(r, "owner");
    char owner[UUID_SIZE];
    bool has = wanted.n && owner_of(request_app(r), contact, owner);
    return contact_visible(r, contact) &&
           (!wanted.n || (has ? str_eq(str_of(owner), wanted) : str_eq(wanted, STR("none"))));
}

contact_filter *contact_owned(struct request *r)
{
    const struct principal *who = request_principal(r);
    return (who && who->own_only) || request_query(r, "owner").n ? owned : NULL;
}

bool contact_of_path(struct request *r, uint32_t *ret_contact, struct err *err)
{
    uint32_t contact;
    if (!live_find(app_live(request_app(r)), request_data(r), request_param(r, "id"), &contact, err))
        return false;
    if (!contact_visible(r, contact))
        return err_set(err, ERR_NOT_FOUND, "there is no contact of this id");
    *ret_contact = contact;
    return true;
}

static bool moment(struct request *r, struct str text, int64_t *ret_at, bool *ret_now)
{
    int64_t at = r->now;
    if (text.n && !datetime_parse(text, &at))
        return request_problem(r, 400, "at", "a time like 2026-03-01T10:00:00Z is expected");
    *ret_at = at;
    *ret_now = !text.n || at == r->now;
    return true;
}

bool contact_moment(struct request *r, int64_t *ret_at, bool *ret_now, struct err *err)
{
    (void)err;
    return moment(r, request_query(r, "at"), ret_at, ret_now);
}

static void free_columns(void *columns)
{
    columns_free(columns);
}

// The contact's own columns, freed with the request; at INT64_MAX: as of now. ERR_NOT_FOUND: it has no event
// up to then.
static bool history(struct request *r, uint32_t contact, int64_t at, struct columns **ret, struct err *err)
{
    struct live *live = app_live(request_app(r));
    if (at >= r->now ? !live_history(live, request_data(r), &contact, 1, at, ret, err)
                     : !live_history_past(live, request_data(r), contact, at, ret, err))
        return false;
    arena_defer(r->arena, free_columns, *ret);
    return (*ret)->n_contacts > 0 || err_set(err, ERR_NOT_FOUND, "the contact has no event up to that time");
}

// The contact of the path with its history at the moment asked for.
struct subject {
    uint32_t contact;
    int64_t at;
    bool now;
    struct columns *columns;
    struct live_program model;
};

static bool subject_at(struct request *r, struct str at, struct subject *s, struct err *err)
{
    return contact_of_path(r, &s->contact, err) && moment(r, at, &s->at, &s->now) &&
           live_program(app_live(request_app(r)), r->arena, &s->model, err) &&
           history(r, s->contact, s->now ? INT64_MAX : s->at, &s->columns, err);
}

static bool subject_of(struct request *r, struct subject *s, struct err *err)
{
    return subject_at(r, request_query(r, "at"), s, err);
}

static int64_t version_of(const struct columns *c)
{
    uint32_t last = 0;
    for (uint32_t e = 0; e < c->n_events; e++)
        last = c->log[e] > last ? c->log[e] : last;
    return last;
}

static bool put_card(struct request *r, const struct subject *s, struct err *err)
{
    struct cards cards = {
            .r = r, .columns = s->columns, .program = s->model.program, .model = s->model.title, .at = s->at};
    cards_begin(&cards);
    bool ok = card_put(&cards, 0, r->out, err);
    cards_end(&cards);
    return ok;
}

bool contact_get(struct request *r, struct err *err)
{
    struct subject s;
    if (!subject_of(r, &s, err))
        return false;
    if (s.now)
        response_etag(r, version_of(s.columns));
    return put_card(r, &s, err);
}

bool contact_answer(struct request *r, uint32_t contact, struct err *err)
{
    // Not when the request began: what it wrote may have happened a second later.
    struct subject s = {.contact = contact, .at = app_now(request_app(r)), .now = true};
    return live_program(app_live(request_app(r)), r->arena, &s.model, err) &&
           history(r, contact, INT64_MAX, &s.columns, err) && put_card(r, &s, err);
}

// The model that the query names, else the active one.
static bool asked_model(struct request *r, struct str id, struct live_program *ret, struct err *err)
{
    struct stored_model stored;
    if (!id.n)
        return live_program(app_live(request_app(r)), r->arena, ret, err);
    if (!model_find(data_store(request_data(r)), r->arena, id, &stored, err))
        return false;
    struct diagnostics *d = diagnostics_new(r->arena);
    const struct program *program = model_compile(r->arena, stored.name, stored.text, d);
    if (!program)
        return err_set(err, ERR_CONFLICT, "model %lld does not compile", (long long)stored.version);
    *ret = (struct live_program){program, program->title.n ? program->title : stored.name, stored.version};
    return true;
}

static bool explain(struct request *r, const struct subject *s, bool trees, struct err *err)
{
    struct explain_options options = {
            .at = s->at, .json = true, .trees = trees, .event_name = data_event_name, .ctx = request_data(r)};
    if (!explain_contact(s->model.program, s->columns, 0, &options, r->out))
        return err_set(err, ERR_NOT_FOUND, "the contact has no event up to that time");
    return true;
}

bool contact_explain(struct request *r, struct err *err)
{
    struct subject s;
    return subject_of(r, &s, err) && asked_model(r, request_query(r, "model"), &s.model, err) &&
           explain(r, &s, str_eq(request_query(r, "trees"), STR("true")), err);
}

static bool draft(struct request *r, struct str text, struct live_program *ret)
{
    struct diagnostics *d = diagnostics_new(r->arena);
    const struct program *program = model_compile(r->arena, STR("draft"), text, d);
    for (size_t i = 0; !program && i < d->list.n; i++)
        if (d->list.v[i].severity == SEVERITY_ERROR)
            request_problem(r, 400, "text", "line %u, column %u: %.*s", d->list.v[i].line,
                    d->list.v[i].column, STR_ARG(d->list.v[i].message));
    if (!program)
        return false;
    *ret = (struct live_program){.program = program, .title = program->title};
    return true;
}

bool contact_explain_under(struct request *r, struct err *err)
{
    struct subject s;
    const struct json *text = json_get(r->json, STR("text")), *model = json_get(r->json, STR("model"));
    if (text && model)
        return request_problem(r, 400, "text", "either `text` or `model` is expected");
    return subject_at(r, json_get_str(r->json, STR("at")), &s, err) &&
           (text ? draft(r, text->text, &s.model)
                 : asked_model(r, model ? model->text : STR_NONE, &s.model, err)) &&
           explain(r, &s, true, err);
}

// --- timeline

struct line {
    int64_t time;
    uint32_t row;
};

static bool read_cursor(struct request *r, struct line *ret)
{
    struct str after = request_query(r, "after");
    long long time;
    unsigned long row;
    char text[64];
    int used = 0;
    *ret = (struct line){INT64_MAX, UINT32_MAX};
    if (!after.n)
        return true;
    memcpy(text, after.p, after.n < sizeof text ? after.n : 0);
    text[after.n < sizeof text ? after.n : 0] = '\0';
    if (sscanf(text, "%lld_%lu%n", &time, &row, &used) != 2 || (size_t)used != after.n || row > UINT32_MAX)
        return request_problem(r, 400, "after", "this is no cursor of this list");
    *ret = (struct line){time, (uint32_t)row};
    return true;
}

struct showing {
    struct request *r;
    struct str contact;
};

static bool show_row(void *ctx, const struct log_row *row, struct err *err)
{
    struct showing *s = ctx;
    (void)err;
    if (row->kind != MESSAGE_EVENT || row->undo)
        return true;
    put_comma(s->r->out);
    event_put(s->r->arena, row, s->contact, s->r->out);
    return true;
}

// Whether a type is of a kind: a comma list of beginnings of names; empty: of any.
static bool is_of_kind(const struct event_type *type, struct str kinds)
{
    while (kinds.n) {
        size_t end = str_find(kinds, ',');
        struct str kind = str_trim(str_sub(kinds, 0, end));
        if (kind.n && type->name.n && str_starts(type->name, kind))
            return true;
        kinds = end < kinds.n ? str_sub(kinds, end + 1, kinds.n) : STR("");
    }
    return false;
}

// The events that the query asks for, the newest first, as indices into the columns. Returns how many.
static uint32_t wanted_events(struct request *r, const struct columns *c, uint32_t *ret)
{
    struct str kinds = request_query(r, "kind"), direction = request_query(r, "direction");
    bool *wanted = ARENA_ARRAY(r->arena, bool, (size_t)c->n_types + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->n_types; i++)
        wanted[i] = (!kinds.n || is_of_kind(&c->types[i], kinds)) &&
                    (!direction.n || str_eq(direction, direction_word(c->types[i].direction)));
    for (uint32_t e = c->n_events; e-- > 0;)
        if (wanted[c->type[e]])
            ret[n++] = e;
    return n;
}

// Where the page begins: behind the cursor; or with the page, counted from the newest, that holds an event.
static bool page_begins(struct request *r, const struct columns *c, const uint32_t *events, uint32_t n,
        unsigned limit, uint32_t *ret)
{
    struct str around = request_query(r, "around");
    struct line before;
    uint32_t i = 0;
    if (!read_cursor(r, &before))
        return false;
    if (around.n) {
        while (i < n && !str_eq(around, arena_printf(r->arena, "%" PRIu32, c->log[events[i]])))
            i++;
        if (i == n)
            return request_problem(r, 400, "around", "the contact has no such event among those asked for");
        *ret = i - i % limit;
        return true;
    }
    for (; i < n; i++) {
        int64_t time = c->epoch + c->time[events[i]];
        if (time < before.time || (time == before.time && c->log[events[i]] < before.row))
            break;
    }
    *ret = i;
    return true;
}

bool contact_timeline(struct request *r, struct err *err)
{
    struct columns *c;
    uint32_t contact, from = 0, n = 0;
    unsigned limit;
    char uuid[UUID_SIZE];
    if (!listing_limit(r, &limit, err) || !contact_of_path(r, &contact, err) ||
            !history(r, contact, INT64_MAX, &c, err))
        return false;
    uint32_t *events = ARENA_ARRAY(r->arena, uint32_t, (size_t)c->n_events + 1);
    uint32_t n_events = wanted_events(r, c, events);
    if (!page_begins(r, c, events, n_events, limit, &from))
        return false;
    struct showing showing = {r, contact_uuid(request_app(r), contact, uuid)};
    uint32_t *rows = ARENA_ARRAY(r->arena, uint32_t, (size_t)limit + 1);
    while (n < limit && from + n < n_events) {
        rows[n] = c->log[events[from + n]];
        n++;
    }
    buf_put(r->out, STR("{\"items\":["));
    if (!log_visit(data_log(request_data(r)), rows, n, show_row, &showing, err))
        return false;
    buf_char(r->out, ']');
    uint32_t last = n ? events[from + n - 1] : 0;
    put_text(r->out, "next",
            from + n < n_events
                    ? arena_printf(r->arena, "%" PRId64 "_%" PRIu32, c->epoch + c->time[last], c->log[last])
                    : STR_NONE);
    buf_char(r->out, '}');
    return true;
}

// --- transitions

static void put_evidence(struct request *r, const struct columns *c, const struct replay_result *result,
        const struct transition *t, struct buf *name)
{
    put_key(r->out, "evidence");
    buf_char(r->out, '[');
    for (uint32_t i = 0; i < t->n_evidence; i++) {
        name->n = 0;
        data_event_name(request_data(r), c->log[result->evidence.v[t->evidence + i]], name);
        put_comma(r->out);
        json_put_string(r->out, buf_str(name));
    }
    buf_char(r->out, ']');
}

bool contact_transitions(struct request *r, struct err *err)
{
    struct subject s;
    struct replay_result result;
    struct buf name = {0};
    if (!subject_of(r, &s, err) || !asked_model(r, request_query(r, "model"), &s.model, err))
        return false;
    struct replay_options options = {.at = s.at, .threads = 1, .transitions = true, .evidence = true};
    replay_run(s.model.program, s.columns, &options, &result);
    buf_put(r->out, STR("{\"items\":["));
    for (size_t i = 0; i < result.transitions.n; i++) {
        const struct transition *t = &result.transitions.v[i];
        put_comma(r->out);
        buf_char(r->out, '{');
        put_time(r->out, "at", s.columns->epoch + step_time(t->step));
        put_text(r->out, "kind", str_of(change_kind(t->kind)));
        put_text(r->out, "from", change_name(s.model.program, t->kind, t->from));
        put_text(r->out, "to", change_name(s.model.program, t->kind, t->to));
        put_text(r->out, "by", t->by_hand ? STR("hand") : STR("rule"));
        put_evidence(r, s.columns, &result, t, &name);
        buf_char(r->out, '}');
    }
    buf_put(r->out, STR("],\"next\":null}"));
    replay_result_free(&result);
    buf_free(&name);
    return true;
}

// --- standings under other models

static void put_standing(struct request *r, const struct subject *s, const struct live_program *model)
{
    struct replay_options options = {.at = s->at, .threads = 1, .standings = true};
    struct replay_result result;
    replay_run(model->program, s->columns, &options, &result);
    put_comma(r->out);
    buf_char(r->out, '{');
    put_text(r->out, "version", arena_printf(r->arena, "%lld", (long long)model->version));
    put_key(r->out, "standing");
    standing_put(model->program, model->title, s->columns, &result, 0, r->out);
    buf_char(r->out, '}');
    replay_result_free(&result);
}

struct versions {
    struct arena *arena;
    VEC(int64_t) list;
};

static void take_version(void *ctx, const struct stored_model *model)
{
    struct versions *v = ctx;
    if (!model->archived)
        vec_push(&v->list, model->version);
}

bool contact_standings(struct request *r, struct err *err)
{
    struct subject s;
    struct str id = request_query(r, "model");
    struct live_program model;
    if (!subject_of(r, &s, err))
        return false;
    buf_put(r->out, STR("{\"items\":["));
    bool ok = true;
    if (!str_eq(id, STR("all"))) {
        ok = asked_model(r, id, &model, err);
        if (ok)
            put_standing(r, &s, &model);
    } else {
        struct versions versions = {.arena = r->arena};
        ok = model_list(data_store(request_data(r)), take_version, &versions, err);
        for (size_t i = 0; ok && i < versions.list.n; i++) {
            ok = asked_model(r, arena_printf(r->arena, "%lld", (long long)versions.list.v[i]), &model, err);
            if (ok)
                put_standing(r, &s, &model);
        }
        vec_free(&versions.list);
    }
    buf_put(r->out, STR("],\"next\":null}"));
    return ok;
}
