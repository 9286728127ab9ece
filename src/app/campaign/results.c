// What came of a campaign, by step, variant and persona, and which variant is better.
#include "app/campaign/act.h"
#include "app/campaign/sure.h"

#include "app/user/principal.h"
#include "base/json_put.h"

enum { PERSONAS_MAX = 100 };
#define ALPHA (1 - SURE_CONFIDENCE)

struct result {
    struct store *store;
    struct arena *arena;
    const struct campaign *campaign;
    const struct definition *d;
    struct numbers numbers;
};

static struct str metric_of(const struct step *step)
{
    struct str metric = step_text(step, 0, "metric");
    return metric.n ? metric : STR("clicked");
}

static void rates(
        const struct numbers *numbers, const struct step *step, struct str persona, int64_t *k, int64_t *n)
{
    for (unsigned v = 0; v < step->n_variants; v++) {
        struct which which = {step->number, (int)v, persona};
        n[v] = numbers_sum(numbers, which, STR("sent"));
        k[v] = numbers_sum(numbers, which, metric_of(step));
        k[v] = k[v] < 0      ? 0
               : k[v] > n[v] ? n[v]
                             : k[v]; // who answered a mail whose hand-over is not written yet
    }
}

static void put_variants(const struct result *r, const struct step *step, struct str persona, struct buf *out)
{
    int64_t k[VARIANTS_MAX], n[VARIANTS_MAX];
    rates(&r->numbers, step, persona, k, n);
    put_key(out, "variants");
    buf_char(out, '[');
    for (unsigned v = 0; v < step->n_variants; v++) {
        struct which which = {step->number, (int)v, persona};
        struct str name = json_get_str(step_variant(step, v), STR("name"));
        double from, to;
        sure_interval(k[v], n[v], ALPHA / step->n_variants, &from, &to);
        put_comma(out);
        buf_char(out, '{');
        put_int(out, "variant", v);
        put_text(out, "name", name.n ? name : STR_NONE);
        numbers_put_mails(&r->numbers, &which, out);
        put_key(out, "interval");
        buf_put(out, STR("{\"rate\":"));
        json_put_number(out, n[v] ? (double)k[v] / (double)n[v] : 0.0 / 0.0);
        buf_put(out, STR(",\"from\":"));
        json_put_number(out, from);
        buf_put(out, STR(",\"to\":"));
        json_put_number(out, to);
        buf_put(out, STR("}}"));
    }
    buf_char(out, ']');
}

static void put_personas(const struct result *r, const struct step *step, struct buf *out)
{
    struct str seen[PERSONAS_MAX];
    unsigned n = 0;
    put_key(out, "personas");
    buf_char(out, '[');
    for (size_t i = 0; i < r->numbers.n; i++) {
        const struct counted *c = &r->numbers.v[i];
        bool old = c->step != step->number || !c->persona.n || n == PERSONAS_MAX;
        for (unsigned s = 0; !old && s < n; s++)
            old = str_eq(seen[s], c->persona);
        if (old)
            continue;
        seen[n++] = c->persona;
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "persona", c->persona);
        put_variants(r, step, c->persona, out);
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

static bool put_step(const struct result *r, int64_t number, struct str name, struct str kind,
        unsigned winner, struct buf *out)
{
    const struct step *step = definition_step(r->d, name);
    struct which which = {number, -1, STR_NONE};
    int64_t k[VARIANTS_MAX], n[VARIANTS_MAX];
    int leading = -1;
    buf_char(out, '{');
    put_text(out, "step", name);
    put_text(out, "kind", kind);
    put_flag(out, "there", step != NULL);
    put_int(out, "people", numbers_sum(&r->numbers, which, STR("at")));
    numbers_put_mails(&r->numbers, &which, out);
    bool mail = step && step->kind == STEP_MAIL;
    put_text(out, "metric", mail ? metric_of(step) : STR("clicked"));
    if (mail) {
        put_variants(r, step, STR_NONE, out);
        put_personas(r, step, out);
        rates(&r->numbers, step, STR_NONE, k, n);
        leading = sure_leading(k, n, step->n_variants, ALPHA);
    } else {
        buf_put(out, STR(",\"variants\":[],\"personas\":[]"));
    }
    put_raw(out, "winner", winner ? arena_printf(r->arena, "%u", winner - 1) : STR_NONE);
    put_raw(out, "leading", leading >= 0 ? arena_printf(r->arena, "%d", leading) : STR_NONE);
    put_key(out, "confidence");
    json_put_number(out, SURE_CONFIDENCE);
    buf_char(out, '}');
    return true;
}

// Steps in the order of the definition, then those that were taken out.
static bool put_steps(const struct result *r, struct buf *out, struct err *err)
{
    struct query *query;
    bool row, ok;
    put_key(out, "steps");
    buf_char(out, '[');
    for (unsigned i = 0; i <= r->d->n_steps; i++) {
        bool rest = i == r->d->n_steps;
        if (!store_ask(r->store,
                    "SELECT number, name, kind, winner FROM campaign_step WHERE campaign = $1 ORDER BY "
                    "number",
                    PARAMS(P_INT(r->campaign->number)), &query, err))
            return false;
        while ((ok = query_step(query, &row, err)) && row) {
            struct str name = query_text(query, 1);
            if (rest ? definition_step(r->d, name) != NULL : !str_eq(name, r->d->steps[i].id))
                continue;
            put_comma(out);
            put_step(r, query_int(query, 0), name, query_text(query, 2), (unsigned)query_int(query, 3), out);
        }
        query_end(query);
        if (!ok)
            return false;
    }
    buf_char(out, ']');
    return true;
}

static bool put_left_out(const struct result *r, struct buf *out, struct err *err)
{
    struct query *query;
    bool row, ok;
    put_key(out, "left_out");
    buf_char(out, '[');
    if (!store_ask(r->store,
                "SELECT substr(what, 6), n FROM campaign_count WHERE campaign = $1 AND what LIKE 'skip.%' "
                "AND n"
                " > 0 ORDER BY n DESC, what",
                PARAMS(P_INT(r->campaign->number)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "reason", query_text(query, 0));
        put_int(out, "count", query_int(query, 1));
        buf_char(out, '}');
    }
    query_end(query);
    buf_char(out, ']');
    return ok;
}

static bool put_numbers(struct request *r, const struct campaign *c, struct err *err)
{
    struct definition d;
    struct result result = {.store = data_store(request_data(r)), .arena = r->arena, .campaign = c, .d = &d};
    if (!campaign_definition(result.store, r->arena, c, &d, err) ||
            !numbers_read(result.store, r->arena, c->number, &result.numbers, err))
        return false;
    buf_char(r->out, '{');
    numbers_put_people(&result.numbers, c->audience, r->out);
    numbers_put_mails(&result.numbers, NULL, r->out);
    if (!put_steps(&result, r->out, err) || !put_left_out(&result, r->out, err))
        return false;
    buf_char(r->out, '}');
    return true;
}

bool campaign_route_numbers(struct request *r, struct err *err)
{
    struct campaign c;
    return campaign_read(data_store(request_data(r)), r->arena, request_param(r, "id"), &c, err) &&
           put_numbers(r, &c, err);
}

static bool set_winner(struct request *r, struct writing *w, struct campaign *c, struct err *err)
{
    struct definition d;
    const struct json *given = json_get(r->json, STR("variant"));
    double variant = 0;
    if (!campaign_read(w->store, r->arena, request_param(r, "id"), c, err) ||
            !campaign_definition(w->store, r->arena, c, &d, err))
        return false;
    const struct step *step = definition_step(&d, json_get_str(r->json, STR("step")));
    if (!step || step->kind != STEP_MAIL || step->n_variants < 2)
        return request_problem(r, 400, "step", "The id of a mail with variants is expected");
    bool none = !given || given->kind != JSON_NUMBER;
    if (!none && (!json_number(given->text, &variant) || variant < 0 || variant >= step->n_variants))
        return request_problem(r, 400, "variant", "It has the variants 0 to %u", step->n_variants - 1);
    return split_decide(w, c->number, step->number, none ? 0 : (unsigned)variant + 1, err) &&
           audit_write(w, request_principal(r), "campaign.winner", c->id, STR_NONE,
                   arena_printf(r->arena, "{\"step\":%lld,\"variant\":%d}", (long long)step->number,
                           none ? -1 : (int)variant),
                   err);
}

bool campaign_route_winner(struct request *r, struct err *err)
{
    struct campaign c;
    struct writing *w;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    if (!writing_end(w, set_winner(r, w, &c, err), err))
        return false;
    app_wake(request_app(r), "campaign");
    app_publish(request_app(r), "campaign", c.id);
    return put_numbers(r, &c, err);
}

// --- by itself

static bool decide_step(struct writing *w, const struct campaign *c, const struct numbers *numbers,
        const struct step *step, struct err *err)
{
    const struct json *automatic = json_get(step->json, STR("automatic"));
    int64_t k[VARIANTS_MAX], n[VARIANTS_MAX];
    unsigned winner;
    if (step->kind != STEP_MAIL || step->n_variants < 2 || !automatic || automatic->kind != JSON_TRUE)
        return true;
    rates(numbers, step, STR_NONE, k, n);
    int leading = sure_leading(k, n, step->n_variants, ALPHA);
    if (leading < 0)
        return true;
    return split_winner(w->store, c->number, step->number, &winner, err) &&
           (winner || (split_decide(w, c->number, step->number, (unsigned)leading + 1, err) &&
                              audit_write(w, NULL, "campaign.winner", c->id, STR_NONE,
                                      arena_printf(w->arena, "{\"step\":%lld,\"variant\":%d}",
                                              (long long)step->number, leading),
                                      err)));
}

bool results_decide(struct writing *w, const struct campaign *c, const struct definition *d, struct err *err)
{
    struct numbers numbers;
    bool any = false, ok = true;
    for (unsigned i = 0; i < d->n_steps; i++)
        any |= d->steps[i].kind == STEP_MAIL && d->steps[i].n_variants > 1;
    if (!any)
        return true;
    ok = numbers_read(w->store, w->arena, c->number, &numbers, err);
    for (unsigned i = 0; ok && i < d->n_steps; i++)
        ok = decide_step(w, c, &numbers, &d->steps[i], err);
    return ok;
}
