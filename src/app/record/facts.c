// The qualification card: what is known of a contact's facts, who said so and when; and recording one.
#include "app/record/record.h"

#include "app/event/log.h"
#include "app/setting/setting.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/datetime.h"

#include <stdlib.h>

static const char *const ANSWERS[] = {
        [ANSWER_UNKNOWN] = "unknown", [ANSWER_YES] = "yes", [ANSWER_NO] = "no", [ANSWER_KNOWN] = "unknown"};

struct recorded {
    struct str body; // of its event, JSON
    bool found;
    struct arena *arena;
};

static bool keep_body(void *ctx, const struct log_row *row, struct err *err)
{
    struct recorded *k = ctx;
    (void)err;
    k->body = arena_str(k->arena, row->body);
    k->found = true;
    return true;
}

static void put_member(struct buf *out, const char *key, struct str text)
{
    buf_printf(out, ",\"%s\":", key);
    if (text.n)
        json_put_string(out, text);
    else
        buf_put(out, STR("null"));
}

// The newest entry of a fact, if it says something.
static bool put_fact(struct request *r, const struct columns *c, const struct fact_column *fact, bool *first,
        struct err *err)
{
    struct recorded k = {.arena = r->arena};
    struct json *body = NULL;
    struct err unread;
    char time[DATETIME_SIZE];
    if (!fact->n || fact->answer[fact->n - 1] == ANSWER_UNKNOWN)
        return true;
    uint32_t at = fact->n - 1, event = fact->ev[at];
    if (!log_scan(data_log(request_data(r)), (int64_t)c->log[event] - 1, c->log[event], false, keep_body, &k,
                err))
        return false;
    if (!k.found || !json_parse(r->arena, k.body, &body, &unread))
        body = NULL;
    const struct json *properties = json_get(body, STR("properties"));
    struct buf *out = r->out;
    buf_put(out, *first ? STR("{\"fact\":") : STR(",{\"fact\":"));
    *first = false;
    json_put_string(out, fact->name);
    buf_printf(out, ",\"answer\":\"%s\",\"amount\":", ANSWERS[fact->answer[at]]);
    if (fact->amount[at] == VALUE_NONE)
        buf_put(out, STR("null"));
    else
        buf_put(out, columns_value(c, fact->amount[at]).text);
    put_member(out, "note", json_get_str(properties, STR("note")));
    put_member(out, "by", json_get_str(properties, STR("by")));
    put_member(out, "confidence", json_get_str(properties, STR("confidence")));
    put_member(out, "time", datetime_format(c->epoch + c->time[event], time));
    buf_printf(out, ",\"event\":\"%lu\"}", (unsigned long)c->log[event]);
    return true;
}

bool record_list_facts(struct request *r, struct err *err)
{
    struct columns *columns;
    uint32_t contact;
    bool first = true;
    if (!record_contact(r, request_param(r, "id"), &contact, err) ||
            !live_history(app_live(request_app(r)), request_data(r), &contact, 1, INT64_MAX, &columns, err))
        return false;
    buf_put(r->out, STR("{\"items\":["));
    bool ok = true;
    for (uint32_t i = 0; ok && i < columns->n_facts; i++)
        ok = put_fact(r, columns, &columns->facts[i], &first, err);
    buf_put(r->out, STR("],\"next\":null}"));
    columns_free(columns);
    return ok;
}

bool record_add_fact(struct request *r, struct err *err)
{
    const struct json *j = r->json, *amount = json_get(j, STR("amount"));
    const struct principal *who = request_principal(r);
    struct buf properties = {0};
    uint32_t contact;
    if (!record_contact(r, request_param(r, "id"), &contact, err))
        return false;
    buf_put(&properties, STR("{\"fact\":"));
    json_put_string(&properties, json_get_str(j, STR("fact")));
    if (json_get_str(j, STR("answer")).n)
        put_member(&properties, "answer", json_get_str(j, STR("answer")));
    if (amount && amount->kind == JSON_NUMBER) {
        buf_put(&properties, STR(",\"amount\":"));
        buf_put(&properties, amount->text);
    }
    if (json_get_str(j, STR("note")).n)
        put_member(&properties, "note", json_get_str(j, STR("note")));
    if (json_get_str(j, STR("confidence")).n)
        put_member(&properties, "confidence", json_get_str(j, STR("confidence")));
    if (who)
        put_member(&properties, "by", who->name);
    buf_char(&properties, '}');
    struct recording what = {.name = STR("fact.recorded"),
            .properties = buf_str(&properties),
            .time = json_get_str(j, STR("time")),
            .message_id = json_get_str(j, STR("message_id"))};
    bool ok = record_append(r, contact, &what, err);
    buf_free(&properties);
    return ok;
}

// What to ask where nobody has set a question, and what to listen for.
static const struct {
    const char *fact, *setting, *help;
} QUESTIONS[] = {
        {"fit", "question_fit", "Do they belong to those whom we can help?"},
        {"need", "question_need", "Is there something that ours would do for them?"},
        {"budget", "question_budget", "Can they pay? The amount, if they say one."},
        {"authority", "question_authority", "May they decide, or whom do they have to ask?"},
        {"timeline", "question_timeline", "The amount is in days from now."},
};

static bool put_question(
        struct request *r, const struct columns *c, struct str name, bool first, struct err *err)
{
    const struct fact_column *fact = columns_fact(c, name);
    struct str question = arena_printf(r->arena, "What is known of %.*s?", STR_ARG(name)), help = STR("");
    bool none = true;
    for (size_t i = 0; i < sizeof QUESTIONS / sizeof *QUESTIONS; i++)
        if (str_eq(name, str_of(QUESTIONS[i].fact))) {
            question = setting_text(request_app(r), r->arena, QUESTIONS[i].setting);
            help = str_of(QUESTIONS[i].help);
        }
    buf_put(r->out, first ? STR("{\"fact\":") : STR(",{\"fact\":"));
    json_put_string(r->out, name);
    buf_put(r->out, STR(",\"question\":"));
    json_put_string(r->out, question);
    buf_put(r->out, STR(",\"help\":"));
    json_put_string(r->out, help);
    buf_put(r->out, STR(",\"answer\":"));
    if (fact && !put_fact(r, c, fact, &none, err))
        return false;
    buf_put(r->out, none ? STR("null}") : STR("}"));
    return true;
}

bool record_list_questions(struct request *r, struct err *err)
{
    struct live *live = app_live(request_app(r));
    struct live_program model;
    struct columns *columns;
    uint32_t contact;
    if (!record_contact(r, request_param(r, "id"), &contact, err) ||
            !live_program(live, r->arena, &model, err) ||
            !live_history(live, request_data(r), &contact, 1, INT64_MAX, &columns, err))
        return false;
    bool ok = true;
    buf_put(r->out, STR("{\"questions\":["));
    for (uint32_t i = 0; ok && i < model.program->n_facts; i++)
        ok = put_question(r, columns, model.program->facts[i].name, i == 0, err);
    buf_put(r->out, STR("]}"));
    columns_free(columns);
    return ok;
}
