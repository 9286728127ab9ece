// What each kind of step does.
#include "app/campaign/act.h"

#include "app/assignment/owner.h"
#include "app/message/message.h"
#include "app/offer/offer.h"
#include "app/standing/live.h"
#include "app/tag/tag.h"
#include "app/task/task.h"
#include "app/webhook/webhook.h"
#include "base/json_put.h"
#include "rules/model.h"

enum { EVERY_DAY = 127 };

bool step_index(struct store *store, const struct definition *d, int64_t campaign, int64_t number, int *ret,
        struct err *err)
{
    for (unsigned round = 0; round <= STEPS_MAX && number > 0; round++) {
        for (unsigned i = 0; i < d->n_steps; i++)
            if (d->steps[i].number == number) {
                *ret = (int)i;
                return true;
            }
        if (!store_ask_number(store, "SELECT follows FROM campaign_step WHERE campaign = $1 AND number = $2",
                    PARAMS(P_INT(campaign), P_INT(number)), STEP_END, &number, err))
            return false;
    }
    *ret = STEP_END;
    return true;
}

bool person_move(
        struct writing *w, const struct definition *d, const struct person_row *row, int to, struct err *err)
{
    struct person_row after = *row;
    if (to == STEP_END)
        return person_leave(w, row, "finished", err);
    const struct step *step = &d->steps[to];
    after.step = step->number;
    after.state = STR("active");
    after.since = after.changed = w->now;
    after.due = w->now + (step->kind == STEP_WAIT || step->kind == STEP_WAIT_FOR ? step->seconds : 0);
    return person_write(w, row, &after, err);
}

// Stays at the step until then.
static bool stay(
        struct writing *w, const struct person_row *row, const char *state, int64_t due, struct err *err)
{
    struct person_row after = *row;
    after.state = str_of(state);
    after.due = due;
    after.changed = w->now;
    return person_write(w, row, &after, err);
}

static bool go_on(struct writing *w, const struct batch *b, const struct person_row *row, const char *what,
        struct str why, int to, struct err *err)
{
    return person_log(w, row->campaign, row->contact, row->round, row->step, what, why, err) &&
           person_move(w, &b->d, row, to, err);
}

// --- mails

// When the variant's hour has come, outside of quiet hours.
static int64_t mail_time(
        const struct batch *b, const struct due *due, const struct step *step, unsigned variant, int64_t now)
{
    unsigned minute;
    int64_t at = now;
    if (minute_parse(json_get_str(step_variant(step, variant), STR("hour")), &minute))
        at = zone_next(due->zone, at, EVERY_DAY, minute);
    return quiet_end(&b->quiet, due->zone, at);
}

static bool write_mail(struct writing *w, const struct person_row *row, int64_t send, unsigned variant,
        struct str persona, struct err *err)
{
    return store_do(w->store,
                   "INSERT INTO campaign_mail (contact, campaign, step, round, send, variant, persona, marks,"
                   " at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8) ON CONFLICT (contact, campaign, step,"
                   " round) DO UPDATE SET send = excluded.send, variant = excluded.variant, persona ="
                   " excluded.persona, marks = 0, at = excluded.at",
                   PARAMS(P_INT(row->contact), P_INT(row->campaign), P_INT(row->step), P_INT(row->round),
                           P_INT(send), P_INT(variant), P_TEXT(persona), P_INT(w->now)),
                   err) &&
           count_add(w, row->campaign, row->step, variant, persona, STR("queued"), 1, err);
}

static bool do_mail(struct writing *w, const struct batch *b, const struct due *due,
        const struct person_row *row, const struct step *step, struct err *err)
{
    unsigned winner;
    int64_t send;
    bool new;
    int64_t had;
    if (!person_had(w, row, row->contact, &had, err))
        return false;
    if (had) // they were two, and the other one had it
        return go_on(w, b, row, "skipped", STR("already sent"), step->next, err);
    if (!split_winner(w->store, row->campaign, row->step, &winner, err))
        return false;
    int variant = split_variant(step, row->campaign, row->contact, winner);
    if (variant < 0)
        return person_log(w, row->campaign, row->contact, row->round, row->step, "held", STR("test"), err) &&
               stay(w, row, "active", w->now + NEVER_SECONDS, err);
    struct message_order order = {.source = CAMPAIGN_SOURCE,
            .campaign = row->campaign,
            .step = row->step,
            .round = row->round,
            .contact = row->contact,
            .variant = (unsigned)variant,
            .due = mail_time(b, due, step, (unsigned)variant, w->now)};
    struct live_standing standing = {.persona = STR("none")};
    struct err unread;
    if (!live_standing(app_live(w->app), row->contact, w->arena, &standing, &unread))
        standing.persona = STR("none");
    if (!message_queue(w, &order, &send, &new, err))
        return false;
    if (!new) // it was sent in another life of this person (two that became one)
        return go_on(w, b, row, "skipped", STR("already sent"), step->next, err);
    struct str offer = step_text(step, 0, "offer");
    struct str text = step->n_variants > 1 ? arena_printf(w->arena, "variant %d", variant) : STR("");
    bool got = true;
    if (offer.n && !offer_reserve(w, offer, row->contact, row->campaign, send, &got, err))
        return false;
    if (!got) // nothing is promised that nobody can keep: compose() sees that there is no code, and skips it
        text = STR("no code is left");
    return write_mail(w, row, send, (unsigned)variant, standing.persona, err) &&
           person_log(w, row->campaign, row->contact, row->round, row->step, "mail", text, err) &&
           stay(w, row, "mailing", order.due, err);
}

// --- the others

static bool do_fact(struct writing *w, const struct batch *b, const struct person_row *row,
        const struct step *step, struct err *err)
{
    struct buf properties = {0};
    struct str fact = step_text(step, 0, "fact"), answer = step_text(step, 0, "answer");
    const struct json *amount = json_get(step->json, STR("amount"));
    buf_char(&properties, '{');
    put_text(&properties, "fact", fact);
    put_text(&properties, "answer", answer.n ? answer : STR("yes"));
    if (amount && amount->kind == JSON_NUMBER)
        put_raw(&properties, "amount", amount->text);
    put_text(&properties, "by", arena_printf(w->arena, "campaign:%.*s", STR_ARG(b->campaign.id)));
    buf_char(&properties, '}');
    bool ok = assignment_record(w, row->contact, "fact.recorded", buf_str(&properties), NULL, err) &&
              go_on(w, b, row, "fact", fact, step->next, err);
    buf_free(&properties);
    return ok;
}

static bool do_tag(struct writing *w, const struct batch *b, const struct person_row *row,
        const struct step *step, struct err *err)
{
    const struct json *remove = json_get(step->json, STR("remove"));
    struct str tag = step_text(step, 0, "tag");
    bool away = remove && remove->kind == JSON_TRUE;
    struct str by = arena_printf(w->arena, "campaign:%.*s", STR_ARG(b->campaign.id));
    return (away ? tag_remove(w, row->contact, tag, NULL, err)
                 : tag_add(w, row->contact, tag, by, NULL, err)) &&
           go_on(w, b, row, away ? "untagged" : "tag", tag, step->next, err);
}

static bool do_task(struct writing *w, const struct batch *b, const struct person_row *row,
        const struct step *step, struct err *err)
{
    struct str due_in = step_text(step, 0, "due_in"), kind = step_text(step, 0, "task"),
               note = step_text(step, 0, "note"), owner = step_text(step, 0, "owner");
    struct task task = {.contact = row->contact,
            .title = step_text(step, 0, "title"),
            .note = note.n ? note : STR(""),
            .kind = kind.n ? kind : STR("todo"),
            .owner = owner.n ? owner : STR(""),
            .by = arena_printf(w->arena, "campaign:%.*s", STR_ARG(b->campaign.id))};
    int64_t seconds = 0;
    struct err unread;
    if (due_in.n && duration_parse(due_in, &seconds, &unread))
        task.due = w->now + seconds;
    return task_make(w, &task, err) && go_on(w, b, row, "task", task.id, step->next, err);
}

static bool do_webhook(struct writing *w, const struct batch *b, const struct person_row *row,
        const struct step *step, struct err *err)
{
    struct buf data = {0};
    struct str webhook = step_text(step, 0, "webhook");
    buf_char(&data, '{');
    bool ok = webhook_put_contact(w, row->contact, &data, err);
    put_text(&data, "campaign", b->campaign.id);
    put_text(&data, "name", b->campaign.name);
    put_text(&data, "step", step->id);
    put_int(&data, "round", row->round);
    buf_char(&data, '}');
    ok = ok && webhook_emit_to(w, webhook, "campaign.step", row->contact, buf_str(&data), err) &&
         go_on(w, b, row, "webhook", webhook, step->next, err);
    buf_free(&data);
    return ok;
}

static bool do_wait_until(struct writing *w, const struct batch *b, const struct due *due,
        const struct person_row *row, const struct step *step, struct err *err)
{
    int64_t until = zone_next(due->zone, row->since, step->weekdays, step->minute);
    return until > w->now ? stay(w, row, "active", until, err)
                          : go_on(w, b, row, "waited", STR(""), step->next, err);
}

bool step_do(struct writing *w, const struct batch *b, const struct due *due, const struct person_row *row,
        struct err *err)
{
    const struct step *step = &b->d.steps[due->step];
    struct str why;
    // Whose step was taken out, or who came in before there was one, arrives here only now.
    if (row->step != step->number)
        return person_move(w, &b->d, row, due->step, err);
    switch (step->kind) {
    case STEP_MAIL:
        return do_mail(w, b, due, row, step, err);
    case STEP_WAIT:
        // Who came in at this step has not waited yet.
        return row->due < row->since + step->seconds && row->due == row->since
                       ? stay(w, row, "active", row->since + step->seconds, err)
                       : go_on(w, b, row, "waited", STR(""), step->next, err);
    case STEP_WAIT_UNTIL:
        return do_wait_until(w, b, due, row, step, err);
    case STEP_WAIT_FOR:
        return row->due == row->since ? stay(w, row, "active", row->since + step->seconds, err)
                                      : go_on(w, b, row, "timed out", STR(""), step->otherwise, err);
    case STEP_BRANCH:
        return go_on(w, b, row, "branch", due->holds & HOLDS_BRANCH ? STR("then") : STR("otherwise"),
                due->holds & HOLDS_BRANCH ? step->then : step->otherwise, err);
    case STEP_FACT:
        return do_fact(w, b, row, step, err);
    case STEP_TAG:
        return do_tag(w, b, row, step, err);
    case STEP_TASK:
        return do_task(w, b, row, step, err);
    case STEP_WEBHOOK:
        return do_webhook(w, b, row, step, err);
    case STEP_STOP:
        why = step_text(step, 0, "why");
        return person_leave(w, row, why.n ? arena_str(w->arena, why).p : "stop step", err);
    }
    return true;
}
