// Numbers of a campaign, and the route that shows them.
#include "app/campaign/numbers.h"

#include "app/campaign/private.h"
#include "base/json_put.h"
#include "base/vec.h"

static const char *const MARK_NAMES[] = {"sent", "skipped", "opened", "opened_machine", "clicked",
        "clicked_machine", "replied", "bounced", "complained", "unsubscribed", "goal"}; // by enum mark

struct str mark_name(enum mark mark)
{
    return str_of(MARK_NAMES[mark]);
}

bool numbers_read(
        struct store *store, struct arena *arena, int64_t campaign, struct numbers *ret, struct err *err)
{
    struct query *query;
    VEC(struct counted) list = {0};
    bool row, ok;
    if (!store_ask(store, "SELECT step, variant, persona, what, n FROM campaign_count WHERE campaign = $1",
                PARAMS(P_INT(campaign)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        vec_push(&list, (struct counted){.step = query_int(query, 0),
                                .variant = (unsigned)query_int(query, 1),
                                .persona = arena_str(arena, query_text(query, 2)),
                                .what = arena_str(arena, query_text(query, 3)),
                                .n = query_int(query, 4)});
    query_end(query);
    ret->n = list.n;
    ret->v = ARENA_ARRAY(arena, struct counted, list.n + 1);
    if (list.n)
        memcpy(ret->v, list.v, list.n * sizeof *list.v);
    vec_free(&list);
    return ok;
}

int64_t numbers_sum(const struct numbers *numbers, struct which which, struct str what)
{
    int64_t sum = 0;
    for (size_t i = 0; i < numbers->n; i++) {
        const struct counted *c = &numbers->v[i];
        if (str_eq(c->what, what) && (which.step < 0 || c->step == which.step) &&
                (which.variant < 0 || c->variant == (unsigned)which.variant) &&
                (!which.persona.p || str_eq(c->persona, which.persona)))
            sum += c->n;
    }
    return sum;
}

void numbers_put_people(const struct numbers *numbers, int64_t audience, struct buf *out)
{
    int64_t left = 0;
    for (size_t i = 0; i < numbers->n; i++)
        if (str_starts(numbers->v[i].what, STR("left.")))
            left += numbers->v[i].n;
    put_key(out, "people");
    buf_char(out, '{');
    if (audience < 0)
        put_raw(out, "audience", STR_NONE);
    else
        put_int(out, "audience", audience);
    put_int(out, "entered", numbers_sum(numbers, WHICH_ALL, STR("entered")));
    put_int(out, "active", numbers_sum(numbers, WHICH_ALL, STR("at")));
    put_int(out, "left", left);
    put_key(out, "reasons");
    buf_char(out, '{');
    for (size_t i = 0; i < numbers->n; i++)
        if (str_starts(numbers->v[i].what, STR("left.")) && numbers->v[i].n) {
            put_comma(out);
            json_put_string(out, str_sub(numbers->v[i].what, 5, numbers->v[i].what.n));
            buf_printf(out, ":%lld", (long long)numbers->v[i].n);
        }
    buf_char(out, '}');
    buf_char(out, '}');
}

void numbers_put_mails(const struct numbers *numbers, const struct which *which, struct buf *out)
{
    struct which w = which ? *which : WHICH_ALL;
    put_key(out, "mails");
    buf_char(out, '{');
    put_int(out, "queued", numbers_sum(numbers, w, STR("queued")));
    for (unsigned mark = 0; mark < MARKS; mark++)
        put_int(out, MARK_NAMES[mark], numbers_sum(numbers, w, str_of(MARK_NAMES[mark])));
    buf_char(out, '}');
}
