// Putting a contact on a stage by hand.
#include "app/board/board.h"
#include "app/record/record.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/json_put.h"

enum { SHOWN_MS = 5000 }; // after that the answer comes without waiting for the standings

static bool put_standing(struct request *r, uint32_t contact, struct err *err)
{
    struct live_standing s;
    if (!live_standing(app_live(request_app(r)), contact, r->arena, &s, err))
        return false;
    put_key(r->out, "standing");
    buf_char(r->out, '{');
    put_text(r->out, "model", s.model);
    put_text(r->out, "stage", s.stage);
    put_time(r->out, "since", s.since);
    put_text(r->out, "grade", s.grade);
    put_text(r->out, "persona", s.persona);
    put_key(r->out, "score");
    json_put_score(r->out, s.score);
    buf_char(r->out, '}');
    return true;
}

static bool stage_known(struct request *r, struct str stage, bool *ret, struct err *err)
{
    struct live_program model;
    if (!live_program(app_live(request_app(r)), r->arena, &model, err))
        return false;
    *ret = str_eq(stage, STR("none"));
    for (uint32_t i = 0; i < model.program->n_stages; i++)
        *ret |= str_eq(stage, model.program->stages[i].name);
    return true;
}

bool board_assign(struct request *r, struct err *err)
{
    struct str stage = json_get_str(r->json, STR("stage")),
               reason = str_trim(json_get_str(r->json, STR("reason")));
    const struct principal *who = request_principal(r);
    struct buf properties = {0};
    uint32_t contact;
    int64_t event;
    bool known;
    if (!record_contact(r, request_param(r, "id"), &contact, err) || !stage_known(r, stage, &known, err))
        return false;
    if (!known)
        return request_problem(r, 400, "stage", "The model has no stage of this name");
    if (!reason.n)
        return request_problem(r, 400, "reason", "Say why: whoever reads the history will ask");
    buf_char(&properties, '{');
    put_text(&properties, "stage", stage);
    put_text(&properties, "reason", reason);
    put_text(&properties, "by", who->name);
    buf_char(&properties, '}');
    struct recording what = {.name = STR("stage.assigned"), .properties = buf_str(&properties)};
    bool ok = record_write(r, contact, &what, &event, err);
    buf_free(&properties);
    if (!ok)
        return false;
    live_wait(app_live(request_app(r)), event, SHOWN_MS);
    buf_char(r->out, '{');
    put_text(r->out, "event", arena_printf(r->arena, "%lld", (long long)event));
    ok = put_standing(r, contact, err);
    buf_char(r->out, '}');
    return ok;
}
