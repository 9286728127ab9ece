// The first steps: which are done, as the data show. Only that somebody has put the list away is kept.
#include "app/model/builtin.h"
#include "app/model/store.h"
#include "app/report/keep.h"
#include "app/report/report.h"
#include "app/setting/setting.h"
#include "app/standing/page.h"
#include "app/user/count.h"
#include "base/json_put.h"
#include "store/ask.h"

// So many of the newest events are searched for one of the website.
enum { LOOKED_AT = 200000 };

static bool model_chosen(struct request *r, bool *ret, struct err *err)
{
    struct store *store = data_store(request_data(r));
    struct stored_model model;
    struct err why;
    if (!model_active(store, r->arena, &model, &why)) {
        *ret = false;
        *err = why;
        return why.code == ERR_NOT_FOUND;
    }
    if (!audit_knows(store, "model.activate", ret, err))
        return false;
    *ret = *ret || !str_eq(model.text, builtin_default()); // named at sluice init
    return true;
}

// An event of the website that no import has brought.
static bool site_sends(struct request *r, bool *ret, struct err *err)
{
    struct app_numbers log;
    int64_t event;
    app_numbers(request_app(r), &log);
    if (!store_ask_number(data_store(request_data(r)),
                "SELECT e.id FROM event e JOIN event_type t ON t.id = e.type WHERE e.id > $1 "
                "AND e.import IS NULL AND t.name = 'page.viewed' LIMIT 1",
                PARAMS(P_INT(log.position - LOOKED_AT)), 0, &event, err))
        return false;
    *ret = event > 0;
    return true;
}

// Whether somebody stands on the stage now.
static bool anybody(struct request *r, struct str stage, bool *ret, struct err *err)
{
    struct live_query query = {.stage = stage, .sort = SORT_ID, .limit = 1};
    struct live_page page;
    if (!live_page(app_live(request_app(r)), request_data(r), r->arena, &query, &page, err))
        return false;
    *ret = page.n > 0;
    return true;
}

// Standings say so at once; only where nobody is a prospect now does it take everybody's past.
static bool prospects(struct request *r, bool *ret_contacts, bool *ret_prospect, struct err *err)
{
    struct live_program model;
    struct group group = {0};
    const struct kept *kept;
    bool now = false;
    if (!live_program(app_live(request_app(r)), r->arena, &model, err))
        return false;
    uint16_t goal = program_goal(model.program);
    if (goal != STAGE_NONE && !anybody(r, model.program->stages[goal].name, &now, err))
        return false;
    *ret_contacts = *ret_prospect = now;
    if (now)
        return true;
    if (!keep_borrow(r, &group, &kept, err))
        return false;
    const struct snapshot *s = kept->snapshot;
    goal = program_goal(s->program);
    *ret_contacts = s->n > 0;
    for (uint32_t i = 0; i < s->n && goal != STAGE_NONE && !*ret_prospect; i++)
        *ret_prospect = s->entered[goal][i] != NEVER;
    return true;
}

bool report_checklist(struct request *r, struct err *err)
{
    enum { OWNER, BUSINESS, MODEL, INVITE, SNIPPET, CONTACTS, PROSPECT, STEPS };
    static const char *const IDS[STEPS] = {
            "owner", "business", "model", "invite", "snippet", "contacts", "prospect"};
    struct app *app = request_app(r);
    bool done[STEPS];
    int64_t owners, users;
    if (!users_count(data_store(request_data(r)), &owners, &users, err) ||
            !model_chosen(r, &done[MODEL], err) || !site_sends(r, &done[SNIPPET], err) ||
            !prospects(r, &done[CONTACTS], &done[PROSPECT], err))
        return false;
    done[OWNER] = owners > 0;
    done[BUSINESS] = setting_text(app, r->arena, "business_name").n > 0;
    done[INVITE] = users > 1;
    buf_put(r->out, STR("{\"steps\":["));
    for (unsigned i = 0; i < STEPS; i++) {
        put_comma(r->out);
        buf_char(r->out, '{');
        put_text(r->out, "id", str_of(IDS[i]));
        put_flag(r->out, "done", done[i]);
        buf_char(r->out, '}');
    }
    buf_char(r->out, ']');
    put_flag(r->out, "finished", done[PROSPECT]);
    put_flag(r->out, "dismissed", setting_flag(app, "checklist_dismissed"));
    buf_char(r->out, '}');
    return true;
}

bool report_dismiss(struct request *r, struct err *err)
{
    return setting_change(r, "checklist_dismissed", STR("true"), err);
}
