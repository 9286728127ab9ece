// Definitions side by side: funnels, who flows where, and the contacts that two of them see in different
// stages.
#include "app/study/study.h"

#include "app/listing.h"
#include "app/person/request.h"
#include "app/standing/live.h"
#include "base/datetime.h"
#include "base/random.h"

#include <stdlib.h>

struct comparison {
    struct request *r;
    struct study *study;
    uint32_t *stage[STUDY_MODELS_MAX]; // [contact], NO_INDEX: none
    struct funnel_row *rows[STUDY_MODELS_MAX];
    uint32_t none[STUDY_MODELS_MAX];
    uint8_t *exists; // [contact] by the last model
    uint32_t contacts, differing;
    unsigned limit;
    uint32_t after; // contact number that the last page ended with
};

static struct str stage_of(const struct comparison *c, unsigned model, uint32_t contact)
{
    uint32_t stage = c->stage[model][contact];
    return stage == NO_INDEX ? STR("none") : c->study->models[model].program->stages[stage].name;
}

static void stand(struct comparison *c, unsigned model)
{
    const struct program *program = c->study->models[model].program;
    const struct columns *columns = c->study->columns;
    struct replay_options options = {.at = c->study->at, .threads = STUDY_THREADS};
    struct replay_result result = {0};
    replay_run(program, columns, &options, &result);
    c->stage[model] = mem_alloc(((size_t)columns->n_contacts + 1) * sizeof *c->stage[model]);
    c->rows[model] = ARENA_ARRAY(c->r->arena, struct funnel_row, program->n_stages + 1);
    funnel_count(&result, c->rows[model]);
    for (uint32_t i = 0; i < columns->n_contacts; i++) {
        c->stage[model][i] = result_current_stage(&result, i);
        c->exists[i] = result.exists[i];
        c->none[model] += result.exists[i] && c->stage[model][i] == NO_INDEX;
    }
    replay_result_free(&result);
}

static bool differs(const struct comparison *c, uint32_t contact)
{
    for (unsigned m = 1; m < c->study->n; m++)
        if (!str_eq(stage_of(c, 0, contact), stage_of(c, m, contact)))
            return true;
    return false;
}

static void put_funnel(const struct comparison *c, unsigned model, struct buf *out)
{
    const struct study_model *m = &c->study->models[model];
    buf_put(out, STR("{\"id\":"));
    if (m->id.n)
        json_put_string(out, m->id);
    else
        buf_put(out, STR("null"));
    buf_put(out, STR(",\"title\":"));
    json_put_string(out, m->title);
    buf_put(out, STR(",\"stages\":["));
    for (uint32_t s = 0; s < m->program->n_stages; s++) {
        buf_put(out, s ? STR(",{\"name\":") : STR("{\"name\":"));
        json_put_string(out, m->program->stages[s].name);
        buf_put(out, STR(",\"label\":"));
        json_put_string(out, m->program->stages[s].label);
        buf_printf(out, ",\"ever\":%u,\"now\":%u,\"median_days\":", c->rows[model][s].ever,
                c->rows[model][s].now);
        json_put_number(out, c->rows[model][s].median_days);
        buf_char(out, '}');
    }
    buf_printf(out, "],\"none\":%u}", c->none[model]);
}

// From the first model's stages to another's: how many contacts each pair has; stages by index, none last.
static void put_flows(const struct comparison *c, unsigned model, bool *first, struct buf *out)
{
    const struct program *a = c->study->models[0].program, *b = c->study->models[model].program;
    uint32_t *counts = ARENA_ARRAY(c->r->arena, uint32_t, ((size_t)a->n_stages + 1) * (b->n_stages + 1));
    for (uint32_t i = 0; i < c->study->columns->n_contacts; i++) {
        uint32_t from = c->stage[0][i] == NO_INDEX ? a->n_stages : c->stage[0][i];
        uint32_t to = c->stage[model][i] == NO_INDEX ? b->n_stages : c->stage[model][i];
        counts[(size_t)from * (b->n_stages + 1) + to] += c->exists[i];
    }
    for (uint32_t from = 0; from <= a->n_stages; from++)
        for (uint32_t to = 0; to <= b->n_stages; to++) {
            uint32_t n = counts[(size_t)from * (b->n_stages + 1) + to];
            if (!n)
                continue;
            buf_printf(out, "%s{\"model\":%u,\"from\":", *first ? "" : ",", model);
            *first = false;
            json_put_string(out, from == a->n_stages ? STR("none") : a->stages[from].name);
            buf_put(out, STR(",\"to\":"));
            json_put_string(out, to == b->n_stages ? STR("none") : b->stages[to].name);
            buf_printf(out, ",\"contacts\":%u}", n);
        }
}

static void put_differing(struct comparison *c, uint32_t contact, struct buf *out)
{
    const struct columns *columns = c->study->columns;
    char id[UUID_SIZE];
    buf_put(out, STR("{\"contact\":"));
    json_put_string(out, contact_uuid(request_app(c->r), columns->owner[contact], id));
    buf_put(out, STR(",\"name\":"));
    json_put_string(out, columns_name(columns, contact));
    buf_put(out, STR(",\"stages\":["));
    for (unsigned m = 0; m < c->study->n; m++) {
        buf_put(out, m ? STR(",") : STR(""));
        json_put_string(out, stage_of(c, m, contact));
    }
    buf_put(out, STR("]}"));
}

static bool may_see(struct comparison *c, uint32_t number)
{
    return person_visible(c->r, live_owner(app_live(request_app(c->r)), number));
}

// The page of contacts that differ, behind the one that the page before ended with.
static void put_page(struct comparison *c, struct buf *out)
{
    const struct columns *columns = c->study->columns;
    bool started = c->after == STUDY_CURSOR_NONE;
    unsigned n = 0;
    uint32_t last = STUDY_CURSOR_NONE;
    bool more = false;
    buf_put(out, STR(",\"differ\":["));
    for (uint32_t i = 0; i < columns->n_contacts && !more; i++) {
        bool here = started && c->exists[i] && differs(c, i) && may_see(c, columns->owner[i]);
        if (here && n == c->limit) {
            more = true;
        } else if (here) {
            buf_put(out, n++ ? STR(",") : STR(""));
            put_differing(c, i, out);
            last = columns->owner[i];
        }
        started |= columns->owner[i] == c->after;
    }
    if (more)
        buf_printf(out, "],\"next\":\"%u\"}", last);
    else
        buf_put(out, STR("],\"next\":null}"));
}

static void compare_everybody(void *ctx)
{
    struct comparison *c = ctx;
    struct study *study = c->study;
    struct buf *out = c->r->out;
    char time[DATETIME_SIZE];
    bool first = true;
    c->exists = mem_zero((size_t)study->columns->n_contacts + 1, 1);
    for (unsigned m = 0; m < study->n; m++)
        stand(c, m);
    for (uint32_t i = 0; i < study->columns->n_contacts; i++) {
        c->contacts += c->exists[i];
        c->differing += c->exists[i] && differs(c, i);
    }
    buf_put(out, STR("{\"at\":"));
    json_put_string(out, datetime_format(study->at, time));
    buf_printf(out, ",\"contacts\":%u,\"agree\":%u,\"models\":[", c->contacts, c->contacts - c->differing);
    for (unsigned m = 0; m < study->n; m++) {
        buf_put(out, m ? STR(",") : STR(""));
        put_funnel(c, m, out);
    }
    buf_put(out, STR("],\"flows\":["));
    for (unsigned m = 1; m < study->n; m++)
        put_flows(c, m, &first, out);
    buf_char(out, ']');
    put_page(c, out);
    for (unsigned m = 0; m < study->n; m++)
        free(c->stage[m]);
    free(c->exists);
}

bool study_cursor(struct request *r, struct str after, uint32_t *ret)
{
    uint64_t number = 0;
    for (size_t i = 0; i < after.n && number < STUDY_CURSOR_NONE; i++) {
        if (after.p[i] < '0' || after.p[i] > '9')
            return request_problem(r, 400, "after", "this is no cursor of this list");
        number = number * 10 + (uint64_t)(after.p[i] - '0');
    }
    *ret = after.n && number < STUDY_CURSOR_NONE ? (uint32_t)number : STUDY_CURSOR_NONE;
    return true;
}

static bool compare(struct request *r, struct study *study, struct str after, unsigned limit, struct err *err)
{
    struct comparison c = {.r = r, .study = study, .limit = limit};
    return study_cursor(r, after, &c.after) && study_run(r, study, compare_everybody, &c, err);
}

bool study_page_of_body(struct request *r, unsigned *ret_limit, struct str *ret_after)
{
    const struct json *limit = json_get(r->json, STR("limit"));
    double n = LIST_LIMIT;
    if (limit && (!json_number(limit->text, &n) || n < 1 || n > LIST_LIMIT_MAX))
        return request_problem(r, 400, "limit", "1 to %d is expected", LIST_LIMIT_MAX);
    *ret_limit = (unsigned)n;
    *ret_after = json_get_str(r->json, STR("after"));
    return true;
}

bool study_compare(struct request *r, struct err *err)
{
    struct study study = {0};
    struct str with = request_query(r, "with");
    unsigned limit;
    if (!study_moment(r, request_query(r, "at"), &study, err) || !listing_limit(r, &limit, err) ||
            !study_add_stored(r, request_param(r, "id"), &study, err))
        return false;
    if (!with.n && !study_add_active(r, &study, err))
        return false;
    while (with.n) {
        size_t comma = str_find(with, ',');
        if (!study_add_stored(r, str_trim(str_sub(with, 0, comma)), &study, err))
            return false;
        with = comma < with.n ? str_sub(with, comma + 1, with.n) : STR_NONE;
    }
    return compare(r, &study, request_query(r, "after"), limit, err);
}

bool study_compare_texts(struct request *r, struct err *err)
{
    struct study study = {0};
    struct str after;
    unsigned limit;
    return study_moment(r, json_get_str(r->json, STR("at")), &study, err) &&
           study_page_of_body(r, &limit, &after) &&
           study_add_all(r, json_get(r->json, STR("models")), &study, err) &&
           (study.n > 1 || study_add_active(r, &study, err)) && compare(r, &study, after, limit, err);
}
