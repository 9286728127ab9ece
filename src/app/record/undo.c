// Taking back what a person has recorded: the row stays in the log and is hidden from everything.
#include "app/event/log.h"
#include "app/record/record.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/random.h"
#include "store/ask.h"

enum { SHOWN_MS = 5000 };

static const char *const VERSIONS[] = {
        // Events that were recorded over the API, one by one or many at once.
        "CREATE TABLE recorded_event(event {int} NOT NULL, PRIMARY KEY (event)) {keyed};",
};

const struct migration RECORD_MIGRATION = {"record", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

bool record_note(struct writing *w, int64_t event, struct err *err)
{
    return store_do(w->store, "INSERT INTO recorded_event (event) VALUES ($1)", PARAMS(P_INT(event)), err);
}

struct whose {
    uint32_t identifier; // 0: no event
};

static bool look(void *ctx, const struct log_row *row, struct err *err)
{
    struct whose *whose = ctx;
    (void)err;
    if (row->kind == MESSAGE_EVENT && !row->undo)
        whose->identifier = (uint32_t)(row->user ? row->user : row->anonymous);
    return true;
}

// As if it were not there to whom its contact is not.
static bool find(struct request *r, int64_t row, struct err *err)
{
    struct app *app = request_app(r);
    struct whose whose = {0};
    char uuid[UUID_SIZE];
    uint32_t contact;
    if (!log_scan(data_log(request_data(r)), row - 1, row, true, look, &whose, err))
        return false;
    if (!whose.identifier)
        return err_set(err, ERR_NOT_FOUND, "there is no event %lld", (long long)row);
    struct str id = contact_uuid(app, live_owner(app_live(app), whose.identifier), uuid);
    return record_contact(r, arena_str(r->arena, id), &contact, err);
}

static bool take_back(struct writing *w, struct request *r, int64_t row, struct err *err)
{
    int64_t recorded = 0;
    if (!store_ask_number(w->store, "SELECT count(*) FROM recorded_event WHERE event = $1",
                PARAMS(P_INT(row)), 0, &recorded, err))
        return false;
    if (!recorded)
        return err_set(err, ERR_CONFLICT, "nobody has recorded this event by hand: it cannot be taken back");
    return log_undo_row(w->log, row, w->now, err) && audit_write(w, request_principal(r), "event.undo",
                                                             request_param(r, "id"), STR_NONE, STR_NONE, err);
}

bool record_undo_event(struct request *r, struct err *err)
{
    struct writing *w;
    int64_t row;
    struct str id = request_param(r, "id");
    if (!record_row(id, &row))
        return err_set(err, ERR_NOT_FOUND, "there is no event %.*s", STR_ARG(id));
    if (!find(r, row, err) || !writing_begin(request_app(r), &w, err))
        return false;
    if (!take_back(w, r, row, err)) {
        writing_abort(w);
        return false;
    }
    int64_t last = log_last(w->log);
    if (!writing_commit(w, err))
        return false;
    live_wait(app_live(request_app(r)), last, SHOWN_MS);
    return true;
}
