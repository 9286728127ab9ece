// What people say to suggestions, and "no, for now": what follows is written into the contact's history.
#include "app/inbox/private.h"

#include "app/assignment/owner.h"
#include "app/standing/live.h"
#include "app/task/task.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "base/json_put.h"
#include "store/ask.h"

enum { WAKE_AT_ONCE = 500 };

static bool hint_read(struct store *store, struct arena *arena, struct str id, int64_t conversation,
        struct hint *ret, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store,
                "SELECT " HINT_COLUMNS " FROM conversation_hint WHERE id = $1 AND conversation = $2",
                PARAMS(P_TEXT(id), P_INT(conversation)), "there is no such suggestion", &query, err))
        return false;
    *ret = hint_decode(query, arena);
    query_end(query);
    return true;
}

static bool record(struct writing *w, const struct conversation *c, const char *name,
        const struct buf *properties, struct err *err)
{
    return assignment_record(
            w, live_owner(app_live(w->app), c->contact), name, buf_str(properties), NULL, err);
}

static bool record_objection(struct writing *w, const struct principal *who, const struct conversation *c,
        const struct hint *hint, struct err *err)
{
    struct buf out = {0};
    buf_char(&out, '{');
    put_text(&out, "objection", hint->topic);
    put_text(&out, "words", hint->words);
    put_text(&out, "conversation", c->id);
    put_text(&out, "by", who->name);
    buf_char(&out, '}');
    bool ok = record(w, c, "contact.objected", &out, err);
    buf_free(&out);
    return ok;
}

static bool record_fact(struct writing *w, const struct principal *who, const struct conversation *c,
        const struct hint *hint, const char *fact, const char *answer, struct err *err)
{
    struct buf out = {0};
    buf_char(&out, '{');
    put_text(&out, "fact", str_of(fact));
    put_text(&out, "answer", str_of(answer));
    put_text(&out, "note", hint->words);
    put_text(&out, "conversation", c->id);
    put_text(&out, "by", who->name);
    buf_char(&out, '}');
    bool ok = record(w, c, "fact.recorded", &out, err);
    buf_free(&out);
    return ok;
}

static bool park(struct writing *w, const struct principal *who, struct conversation *c, int64_t until,
        struct str reason, struct err *err)
{
    struct buf out = {0};
    buf_char(&out, '{');
    put_time(&out, "until", until);
    put_text(&out, "reason", reason);
    put_text(&out, "conversation", c->id);
    put_text(&out, "by", who->name);
    buf_char(&out, '}');
    bool ok = record(w, c, "contact.parked", &out, err);
    buf_free(&out);
    struct task task = {.contact = c->contact,
            .title = arena_printf(w->arena, "Come back to %.*s", STR_ARG(c->name.n ? c->name : c->address)),
            .note = reason,
            .kind = STR("mail"),
            .owner = c->owner,
            .by = who->id,
            .due = until};
    c->state = STR("waiting");
    c->until = until;
    c->reason = reason;
    ok = ok && task_make(w, &task, err);
    if (ok)
        task_changed(w->app, task.id);
    return ok;
}

// What a confirmed suggestion means.
static bool apply(struct writing *w, const struct principal *who, struct conversation *c,
        const struct hint *hint, struct err *err)
{
    if (str_eq(hint->kind, STR("interest")))
        return record_fact(w, who, c, hint, "need", "yes", err);
    if (str_eq(hint->kind, STR("not_now")))
        return park(w, who, c, hint->until, hint->words, err);
    if (!record_objection(w, who, c, hint, err))
        return false;
    if (str_eq(hint->topic, STR("need")) || str_eq(hint->topic, STR("authority")))
        return record_fact(w, who, c, hint, hint->topic.p, "no", err);
    return true;
}

static bool moment(struct request *r, int64_t *ret)
{
    struct str until = json_get_str(r->json, STR("until"));
    if (!until.n)
        return true;
    return (datetime_parse(until, ret) && *ret > r->now) ||
           request_problem(r, 400, "until", "It must be a time in the future, such as 2026-03-01T10:00:00Z");
}

static bool decide(struct request *r, struct writing *w, struct conversation *c, bool yes, int64_t until,
        struct err *err)
{
    struct hint hint;
    struct conversation before = *c;
    const struct principal *who = request_principal(r);
    if (!hint_read(w->store, w->arena, json_get_str(r->json, STR("suggestion")), c->number, &hint, err))
        return err->code == ERR_NOT_FOUND
                       ? request_problem(r, 400, "suggestion", "There is no such suggestion")
                       : false;
    if (!str_eq(hint.state, STR("open")))
        return request_problem(r, 409, "suggestion", "Somebody has said something to it already");
    if (until)
        hint.until = until;
    if (yes && !c->contact)
        return request_problem(r, 409, "suggestion", "It is of nobody whom we know");
    if (yes && str_eq(hint.kind, STR("not_now")) && hint.until <= w->now)
        return request_problem(r, 400, "until", "Say when to come back to it");
    hint.state = yes ? STR("confirmed") : STR("dismissed");
    hint.by = who->id;
    hint.decided = w->now;
    return hint_store(w, &hint, err) && (!yes || apply(w, who, c, &hint, err)) &&
           conversation_store(w, c, err) &&
           audit_change(w, who, yes ? "conversation.confirm" : "conversation.dismiss", c->id,
                   conversation_put_plain, &before, c, err);
}

bool inbox_route_confirm(struct request *r, struct err *err)
{
    const struct json *confirmed = json_get(r->json, STR("confirmed"));
    struct conversation c = {0};
    struct writing *w;
    int64_t until = 0;
    if (!moment(r, &until) || !writing_begin(request_app(r), &w, err))
        return false;
    bool ok = conversation_seen(r, w->store, request_param(r, "id"), &c, err) &&
              decide(r, w, &c, !confirmed || confirmed->kind != JSON_FALSE, until, err);
    return conversation_end(r, w, ok, &c, err);
}

bool inbox_route_park(struct request *r, struct err *err)
{
    struct str reason = str_trim(json_get_str(r->json, STR("reason")));
    const struct principal *who = request_principal(r);
    struct conversation c = {0}, before;
    struct writing *w;
    int64_t until = 0;
    if (!moment(r, &until) || !writing_begin(request_app(r), &w, err))
        return false;
    bool ok = conversation_seen(r, w->store, request_param(r, "id"), &c, err) &&
              (c.contact || request_problem(r, 409, NULL, "It is of nobody whom we know"));
    before = c;
    ok = ok && park(w, who, &c, until, reason.p ? reason : STR(""), err) && conversation_store(w, &c, err) &&
         audit_change(w, who, "conversation.park", c.id, conversation_put_plain, &before, &c, err);
    return conversation_end(r, w, ok, &c, err);
}

// Those whose day has come are open again; their task is due, too.
bool inbox_wake(struct app *app, struct data *reader, struct err *err)
{
    struct arena *arena = arena_new();
    struct query *query;
    struct writing *w;
    struct str ids[WAKE_AT_ONCE];
    unsigned n = 0;
    bool row, ok = store_ask(data_store(reader),
                      "SELECT id FROM conversation WHERE state = 'waiting' AND until <= $1 LIMIT 500",
                      PARAMS(P_INT(app_now(app))), &query, err);
    if (ok) {
        while ((ok = query_step(query, &row, err)) && row && n < WAKE_AT_ONCE)
            ids[n++] = arena_str(arena, query_text(query, 0));
        query_end(query);
    }
    if (ok && n && (ok = writing_begin_tables(app, &w, err))) {
        for (unsigned i = 0; ok && i < n; i++)
            ok = store_do(w->store,
                    "UPDATE conversation SET state = 'open', until = NULL, version = version + 1, changed = "
                    "$2"
                    " WHERE id = $1 AND state = 'waiting'",
                    PARAMS(P_TEXT(ids[i]), P_INT(w->now)), err);
        ok = writing_end(w, ok, err);
        for (unsigned i = 0; ok && i < n; i++)
            app_publish(app, "conversation", ids[i]);
    }
    arena_free(arena);
    return ok;
}
