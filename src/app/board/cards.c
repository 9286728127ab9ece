// The cards of a column.
#include "app/assignment/owner.h"
#include "app/board/board.h"
#include "app/contact/contact.h"
#include "app/user/account.h"
#include "base/json_put.h"
#include "replay/explain.h"

enum { MISSING_MOST = 3 };

static struct str name_or_none(const struct str *names, uint32_t i)
{
    return i == NO_INDEX ? STR("none") : names[i];
}

static bool put_owner(struct request *r, uint32_t contact, struct buf *out, struct err *err)
{
    char id[UUID_SIZE];
    struct account account;
    struct err why = {0};
    put_key(out, "owner");
    bool owned = owner_of(request_app(r), contact, id) &&
                 account_by_id(data_store(request_data(r)), r->arena, str_of(id), &account, &why);
    if (!owned && why.code && why.code != ERR_NOT_FOUND) {
        *err = why;
        return false;
    }
    if (!owned) {
        buf_put(out, STR("null"));
        return true;
    }
    buf_char(out, '{');
    put_text(out, "id", account.id);
    put_text(out, "name", account.name.n ? account.name : account.email);
    buf_char(out, '}');
    return true;
}

static void put_next(struct cards *cards, uint32_t index, struct buf *out)
{
    struct explained_next next;
    if (!explain_next(cards->program, cards->columns, index, cards->at, cards->r->arena, &next))
        next = (struct explained_next){.stage = NO_INDEX};
    put_key(out, "next_stage");
    if (next.stage == NO_INDEX) {
        buf_put(out, STR("null"));
    } else {
        buf_char(out, '{');
        put_text(out, "name", cards->program->stages[next.stage].name);
        put_text(out, "label", cards->program->stages[next.stage].label);
        buf_char(out, '}');
    }
    put_key(out, "missing");
    buf_char(out, '[');
    for (size_t i = 0; i < next.n && i < MISSING_MOST; i++) {
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "action", next.missing[i].action);
        put_text(out, "what", next.missing[i].what);
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

static bool put_card(struct cards *cards, uint32_t index, struct buf *out, struct err *err)
{
    const struct columns *c = cards->columns;
    const struct standing none = {
            .stage = NO_INDEX, .persona = NO_INDEX, .grade = NO_INDEX, .since = STEP_NONE};
    // All of it may be dated ahead.
    const struct standing *s = cards->result.exists[index] ? &cards->result.standings[index] : &none;
    struct request *r = cards->r;
    uint32_t contact = c->owner[index];
    char uuid[UUID_SIZE];
    buf_char(out, '{');
    put_text(out, "id", contact_uuid(request_app(r), contact, uuid));
    put_text(out, "name", card_name(r->arena, c, index));
    put_text(out, "email", card_trait(c, index, STR("email")));
    put_text(out, "company", card_trait(c, index, STR("company")));
    put_text(out, "title", card_trait(c, index, STR("title")));
    put_text(out, "persona", name_or_none(cards->program->persona_names, s->persona));
    if (!put_owner(r, contact, out, err))
        return false;
    put_text(out, "stage", change_name(cards->program, CHANGE_STAGE, s->stage));
    put_text(out, "grade", name_or_none(cards->program->grade_names, s->grade));
    put_key(out, "score");
    json_put_score(out, s->score);
    put_time(out, "since", s->since == STEP_NONE ? 0 : c->epoch + step_time(s->since));
    put_time(out, "last_seen", c->epoch + c->time[c->off[index + 1] - 1]);
    put_next(cards, index, out);
    buf_char(out, '}');
    return true;
}

bool board_cards(struct request *r, struct err *err)
{
    struct live_program model;
    struct contact_paging paging = {
            .stage = request_query(r, "stage"), .sort = "-last_seen", .put = put_card};
    if (!live_program(app_live(request_app(r)), r->arena, &model, err))
        return false;
    bool known = str_eq(paging.stage, STR("none"));
    for (uint32_t i = 0; !known && i < model.program->n_stages; i++)
        known = str_eq(paging.stage, model.program->stages[i].name);
    if (!known)
        return request_problem(r, 400, "stage", "The model has no stage of this name");
    return contact_page(r, &paging, err);
}
