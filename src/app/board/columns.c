// The columns: how many stand on each stage, and how that changed.
#include "app/board/board.h"
#include "app/contact/contact.h"
#include "app/report/keep.h"
#include "app/standing/board.h"
#include "app/standing/page.h"
#include "base/json_put.h"
#include "base/median.h"
#include "http/uri.h"
#include "replay/results.h"

#include <math.h>
#include <stdlib.h>

// The condition of those on a stage; of none: that they are on no stage. STR_NONE: everybody.
static struct str condition(struct arena *arena, const struct program *p, uint32_t column, struct str filter)
{
    struct buf text = {0};
    if (filter.n)
        buf_printf(&text, "(%.*s)", STR_ARG(filter));
    for (uint32_t i = 0; i < p->n_stages; i++)
        if (column ? i + 1 == column : true)
            buf_printf(&text, "%s%s%.*s", text.n ? " and " : "", column ? "is " : "not is ",
                    STR_ARG(p->stages[i].name));
    struct str kept = arena_str(arena, buf_str(&text));
    buf_free(&text);
    return kept;
}

static void put_parameter(struct buf *text, const char *name, struct str value)
{
    if (!value.n)
        return;
    buf_printf(text, "%s%s=", text->n ? "&" : "", name);
    uri_encode(value, text);
}

static struct str query_of(struct request *r, const struct program *p, uint32_t column)
{
    struct buf text = {0};
    put_parameter(&text, "filter", condition(r->arena, p, column, request_query(r, "filter")));
    put_parameter(&text, "owner", request_query(r, "owner"));
    put_parameter(&text, "at", request_query(r, "at"));
    struct str kept = arena_str(r->arena, buf_str(&text));
    buf_free(&text);
    return kept;
}

static void put_column(struct request *r, const struct live_board *board, uint32_t column)
{
    const struct program *p = board->model.program;
    const struct live_column *c = &board->columns[column];
    put_comma(r->out);
    buf_char(r->out, '{');
    put_text(r->out, "stage", column ? p->stages[column - 1].name : STR("none"));
    put_text(r->out, "label", column ? p->stages[column - 1].label : STR("No stage"));
    put_int(r->out, "position", column);
    put_int(r->out, "count", c->now);
    put_int(r->out, "change_7d", (int64_t)c->now - c->before);
    put_raw(r->out, "median_days", isnan(c->days) ? STR_NONE : arena_printf(r->arena, "%.6g", c->days));
    put_text(r->out, "contacts", query_of(r, p, column));
    buf_char(r->out, '}');
}

static void put_board(struct request *r, const struct live_board *board)
{
    buf_put(r->out, STR("{\"model\":{"));
    put_text(r->out, "id", arena_printf(r->arena, "%lld", (long long)board->model.version));
    put_text(r->out, "title", board->model.title);
    buf_put(r->out, STR("},\"columns\":["));
    for (uint32_t i = 0; i <= board->model.program->n_stages; i++)
        put_column(r, board, i);
    buf_put(r->out, STR("]}"));
}

// --- as of a moment in the past

struct past {
    struct request *r;
    struct live_board *board;
    const struct program *filter; // the model with the condition; or the model
    contact_filter *owned;
    int64_t at;
};

static uint32_t column_of(const struct replay_result *r, uint32_t contact)
{
    uint32_t stage = r->standings[contact].stage;
    return stage == NO_INDEX ? 0 : stage + 1;
}

static bool in_past(
        const struct past *p, const struct columns *c, const struct replay_result *now, uint32_t i)
{
    return now->exists[i] && (!p->filter->filter || now->standings[i].filter) &&
           (!p->owned || p->owned(p->r, live_owner(app_live(request_app(p->r)), c->owner[i])));
}

static void count_past(const struct past *p, const struct columns *c)
{
    struct live_board *board = p->board;
    uint32_t n = board->model.program->n_stages;
    struct replay_options options = {.at = p->at, .threads = 2, .standings = true};
    struct replay_result now, before;
    VEC(uint32_t) *since = mem_zero((size_t)n + 1, sizeof *since);
    replay_run(p->filter, c, &options, &now);
    options.at = p->at - BOARD_WEEK;
    replay_run(board->model.program, c, &options, &before);
    for (uint32_t i = 0; i < c->n_contacts; i++) {
        if (!in_past(p, c, &now, i))
            continue;
        uint32_t column = column_of(&now, i);
        board->columns[column].now++;
        vec_push(&since[column], step_time(now.standings[i].since));
        if (before.exists[i])
            board->columns[column_of(&before, i)].before++;
    }
    for (uint32_t i = 0; i <= n; i++) {
        board->columns[i].days = ((double)(p->at - c->epoch) - median_u32(since[i].v, since[i].n)) / 86400;
        vec_free(&since[i]);
    }
    free(since);
    replay_result_free(&now);
    replay_result_free(&before);
}

static bool board_past(
        struct request *r, struct str filter, int64_t at, struct live_board *ret, struct err *err)
{
    struct live *live = app_live(request_app(r));
    struct past p = {.r = r, .board = ret, .at = at, .owned = contact_owned(r)};
    const struct columns *columns;
    if (!live_program(live, r->arena, &ret->model, err))
        return false;
    p.filter = ret->model.program;
    if (filter.n && !live_compile_filter(live, r->arena, filter, &p.filter, err))
        return false;
    ret->columns = ARENA_ARRAY(r->arena, struct live_column, (size_t)ret->model.program->n_stages + 1);
    if (!keep_columns(r, at, &columns, err))
        return false;
    count_past(&p, columns);
    return true;
}

bool board_columns(struct request *r, struct err *err)
{
    struct str filter = request_query(r, "filter");
    struct live_board board = {0};
    int64_t at;
    bool now;
    if (!contact_moment(r, &at, &now, err))
        return false;
    bool ok = now ? live_board(app_live(request_app(r)), request_data(r), r->arena, filter, contact_owned(r),
                            r, &board, err)
                  : board_past(r, filter, at, &board, err);
    if (!ok)
        return err->code == ERR_INPUT ? request_problem(r, 400, "filter", "%s", err->message) : false;
    put_board(r, &board);
    return true;
}
