// What the queue of mails asks of campaigns.
#include "app/campaign/act.h"

#include "app/mailbox/mailbox.h"
#include "app/message/message.h"
#include "app/offer/offer.h"
#include "app/setting/setting.h"
#include "app/standing/live.h"
#include "app/template/template.h"
#include "base/map.h"
#include "replay/columns.h"

enum {
    PAUSED_SECONDS = 60, // until a paused campaign's mail is looked at again
    CAPPED_SECONDS = 6 * 3600,
    CAPPED_MOST = 7 * 86400, // a mail that waits longer for the frequency cap is not sent
    BEHIND_SECONDS = 1,
    DAY = 86400,
};

// A mail with all it takes to say something about it.
struct letter {
    struct campaign campaign;
    struct definition d;
    const struct step *step; // NULL: it was taken out
    struct person_row row;
    bool there;
    bool again;       // they have gone on, but a person knows that it did not arrive and sends it again
    uint32_t contact; // as it is called now
};

static bool skip(struct mail_draft *draft, const char *why)
{
    draft->verdict = MAIL_SKIP;
    draft->why = str_of(why);
    return true;
}

static bool later(struct mail_draft *draft, const char *why, int64_t at)
{
    draft->verdict = MAIL_LATER;
    draft->why = str_of(why);
    draft->later = at;
    return true;
}

static bool read_person(struct app *app, struct store *store, struct arena *arena,
        const struct message_order *order, struct letter *ret, struct err *err)
{
    uint32_t owner = live_owner(app_live(app), order->contact);
    ret->contact = owner;
    if (!person_read(store, arena, order->campaign, order->contact, &ret->there, &ret->row, err))
        return false;
    return ret->there || owner == order->contact ||
           person_read(store, arena, order->campaign, owner, &ret->there, &ret->row, err);
}

// Whether the person still stands where this mail was queued for them.
static bool stands(const struct letter *l, const struct message_order *order)
{
    return l->there && str_eq(l->row.state, STR("mailing")) && l->row.step == order->step &&
           l->row.round == order->round;
}

// A mail of which nobody knew whether it arrived is only queued again by a person's decision.
static bool read_again(
        struct store *store, struct letter *l, const struct message_order *order, struct err *err)
{
    int64_t unclear = 0;
    if (l->there && !stands(l, order) &&
            !store_ask_number(store,
                    "SELECT count(*) FROM campaign_log WHERE contact = $1 AND campaign = $2 AND step = $3 AND"
                    " round = $4 AND what = 'unclear'",
                    PARAMS(P_INT(l->row.contact), P_INT(order->campaign), P_INT(order->step),
                            P_INT(order->round)),
                    0, &unclear, err))
        return false;
    l->again = unclear > 0;
    return true;
}

static bool read_letter(struct app *app, struct store *store, struct arena *arena,
        const struct message_order *order, struct letter *ret, struct err *err)
{
    *ret = (struct letter){0};
    if (!campaign_read_number(store, arena, order->campaign, &ret->campaign, err) ||
            !campaign_definition(store, arena, &ret->campaign, &ret->d, err) ||
            !read_person(app, store, arena, order, ret, err) || !read_again(store, ret, order, err))
        return false;
    for (unsigned i = 0; i < ret->d.n_steps; i++)
        if (ret->d.steps[i].number == order->step && ret->d.steps[i].kind == STEP_MAIL)
            ret->step = &ret->d.steps[i];
    return true;
}

static bool holds(struct app *app, struct data *reader, uint32_t contact, struct str condition, bool *ret,
        struct err *err)
{
    uint8_t truth = 0;
    struct err why = {0};
    if (condition.n && !live_holds(app_live(app), reader, condition, &contact, 1, &truth, &why) &&
            why.code != ERR_INPUT) {
        *err = why;
        return false;
    }
    *ret = truth != 0;
    return true;
}

// --- the time of day

static bool check_day(struct app *app, struct data *reader, const struct message *m, const struct letter *l,
        struct arena *arena, struct mail_draft *draft, struct err *err)
{
    struct quiet quiet = quiet_of(app, &l->d);
    struct columns *columns;
    if (!quiet.there)
        return true;
    if (!live_history(app_live(app), reader, &l->contact, 1, INT64_MAX, &columns, err))
        return false;
    struct places *places = places_new(app, arena);
    const struct zone *zone = columns->n_contacts ? place_of(places, columns, 0) : place_own(places);
    columns_free(columns);
    int64_t now = app_now(app), from = quiet_end(&quiet, zone, now);
    if (from > now)
        return later(draft, "quiet_hours", from);
    allowed_until(app, m->id, quiet_start(&quiet, zone, now));
    return true;
}

// --- what it says

// One of the mailboxes, always the same for a contact; 0: any.
struct choice {
    const struct json *ids;
    struct str only;
    unsigned n, pick;
    struct mailbox found;
    bool there;
};

static bool visit_mailbox(void *ctx, const struct mailbox *mailbox, struct err *err)
{
    struct choice *choice = ctx;
    unsigned i = 0;
    (void)err;
    for (const struct json *j = choice->ids ? choice->ids->child : NULL; j; j = j->next, i++)
        if (i == choice->pick && str_eq(j->text, mailbox->id)) {
            choice->found = *mailbox;
            choice->there = true;
        }
    if (choice->only.n && str_eq(choice->only, mailbox->id)) {
        choice->found = *mailbox;
        choice->there = true;
    }
    return true;
}

static bool choose_mailbox(struct data *reader, const struct message *m, const struct letter *l,
        struct arena *arena, struct mailbox *ret, struct err *err)
{
    struct choice choice = {.only = json_get_str(step_variant(l->step, m->order.variant), STR("mailbox"))};
    uint32_t contact = l->contact;
    if (!choice.only.n) {
        const struct json *own = json_get(l->step->json, STR("mailboxes"));
        choice.ids = own && own->child ? own : json_get(l->d.json, STR("mailboxes"));
        for (const struct json *j = choice.ids ? choice.ids->child : NULL; j; j = j->next)
            choice.n++;
    }
    if (choice.n)
        choice.pick = (unsigned)(hash64((struct str){(const char *)&contact, sizeof contact}) % choice.n);
    *ret = (struct mailbox){0};
    if (!choice.n && !choice.only.n)
        return true;
    if (!mailbox_each(reader, arena, visit_mailbox, &choice, err))
        return false;
    if (choice.there)
        *ret = choice.found;
    return true;
}

static bool text_of(struct data *reader, const struct message *m, const struct letter *l, struct arena *arena,
        struct template_text *ret, struct err *err)
{
    unsigned v = m->order.variant;
    struct str template = step_text(l->step, v, "template"), subject = step_text(l->step, v, "subject"),
               body = step_text(l->step, v, "body"), preheader = step_text(l->step, v, "preheader"),
               layout = step_text(l->step, v, "layout");
    int64_t version;
    *ret = (struct template_text){
            .subject = STR(""), .preheader = STR(""), .body = STR(""), .layout = STR("plain")};
    if (template.n && !template_read(data_store(reader), arena, template, 0, ret, &version, err))
        return false;
    ret->subject = subject.n ? subject : ret->subject;
    ret->preheader = preheader.n ? preheader : ret->preheader;
    ret->layout = layout.n ? layout : ret->layout;
    if (body.n) {
        ret->body = body;
        ret->html = str_eq(step_text(l->step, v, "format"), STR("html"));
    }
    return true;
}

static bool flag_of(const struct json *json, const char *name)
{
    const struct json *j = json_get(json, str_of(name));
    return !j || j->kind != JSON_FALSE;
}

static bool write(struct app *app, struct data *reader, const struct message *m, const struct letter *l,
        struct arena *arena, struct mail_draft *ret, struct err *err)
{
    struct template_text text;
    struct mailbox mailbox;
    struct offer_code code;
    struct template_mail mail;
    struct err why = {0};
    if (!choose_mailbox(reader, m, l, arena, &mailbox, err) ||
            !offer_of_send(data_store(reader), arena, m->id, &code, err))
        return false;
    if (step_text(l->step, 0, "offer").n && !code.code.n)
        return skip(ret, "no_code");
    struct template_scene scene = {.contact = l->contact,
            .at = m->now,
            .sender_name = mailbox.name,
            .sender_address = mailbox.address,
            .campaign_name = l->campaign.name,
            .offer_code = code.code,
            .offer_text = code.text,
            .offer_ends = code.ends,
            .unsubscribe_url = message_unsubscribe_url(app, arena, m->id),
            .preferences_url = message_preferences_url(app, arena, m->id)};
    if (!text_of(reader, m, l, arena, &text, &why) ||
            !template_render(app, reader, arena, &text, &scene, &mail, &why)) {
        if (why.code == ERR_INPUT || why.code == ERR_NOT_FOUND)
            return skip(ret, "template");
        *err = why;
        return false;
    }
    ret->mailbox = mailbox.number;
    ret->subject = mail.subject;
    ret->html = mail.html;
    ret->text = mail.text;
    ret->topic = l->d.topic.n ? l->d.topic : STR("");
    ret->track_opens = flag_of(l->step->json, "track_opens");
    ret->track_clicks = flag_of(l->step->json, "track_clicks");
    return true;
}

bool campaign_compose(struct app *app, struct data *reader, const struct message *message,
        struct arena *arena, struct mail_draft *ret, struct err *err)
{
    struct letter l;
    struct err why = {0};
    bool goal, stop;
    *ret = (struct mail_draft){.verdict = MAIL_SEND};
    if (!read_letter(app, data_store(reader), arena, &message->order, &l, &why)) {
        *err = why;
        return why.code == ERR_NOT_FOUND && skip(ret, "campaign gone");
    }
    if (message->past)
        return l.step ? write(app, reader, message, &l, arena, ret, err) : skip(ret, "step removed");
    if (str_eq(l.campaign.state, STR("paused")))
        return later(ret, "paused", app_now(app) + PAUSED_SECONDS);
    if (!stands(&l, &message->order) && !l.again)
        return skip(ret, "left");
    if (!l.step)
        return skip(ret, "step removed");
    if (!holds(app, reader, l.contact, l.d.goal, &goal, err) ||
            !holds(app, reader, l.contact, l.d.stop_when, &stop, err))
        return false;
    if (goal || stop)
        return skip(ret, goal ? "goal" : "stopped");
    if (!check_day(app, reader, message, &l, arena, ret, err) || ret->verdict != MAIL_SEND)
        return ret->verdict != MAIL_SEND;
    return write(app, reader, message, &l, arena, ret, err);
}

// --- right before the hand-over

static bool check_cap(struct writing *w, const struct letter *l, unsigned mails, unsigned days,
        struct mail_draft *draft, struct err *err)
{
    int64_t last, queued;
    unsigned n;
    if (!mails || !days || draft->verdict != MAIL_SEND)
        return true;
    if (!message_counts(w->app, w->store, l->contact, w->now - (int64_t)days * DAY, &n, &last, err))
        return false;
    if (n < mails)
        return true;
    if (!store_ask_number(w->store,
                "SELECT at FROM campaign_mail WHERE contact = $1 AND campaign = $2 AND step = $3 AND round ="
                " $4",
                PARAMS(P_INT(l->row.contact), P_INT(l->row.campaign), P_INT(l->row.step),
                        P_INT(l->row.round)),
                w->now, &queued, err))
        return false;
    return w->now - queued > CAPPED_MOST ? skip(draft, "frequency_cap")
                                         : later(draft, "frequency_cap", w->now + CAPPED_SECONDS);
}

bool campaign_admit(
        struct writing *w, const struct message *message, struct mail_draft *draft, struct err *err)
{
    struct letter l;
    struct err why = {0};
    const char *stops;
    if (!read_letter(w->app, w->store, w->arena, &message->order, &l, &why)) {
        *err = why;
        return why.code == ERR_NOT_FOUND && skip(draft, "campaign gone");
    }
    if (str_eq(l.campaign.state, STR("paused")))
        return later(draft, "paused", w->now + PAUSED_SECONDS);
    if (!l.again && (!str_eq(l.campaign.state, STR("running")) || !stands(&l, &message->order)))
        return skip(draft, "left");
    if (answers_far_behind(w))
        return later(draft, "behind", w->now + BEHIND_SECONDS);
    if (!answer_stops(w, &l.d, &l.row, &stops, err))
        return false;
    if (stops)
        return skip(draft, stops);
    // Composed before the night fell, or by a process that is no more: once more.
    if (quiet_of(w->app, &l.d).there && !still_allowed(w->app, message->id, w->now))
        return later(draft, "quiet_hours", w->now + 1);
    return check_cap(w, &l, l.d.cap_mails, l.d.cap_days, draft, err) &&
           check_cap(w, &l, (unsigned)setting_int(w->app, "mail_cap_mails"),
                   (unsigned)setting_int(w->app, "mail_cap_days"), draft, err);
}

// --- afterwards

// Whether the person's row waits for this very mail.
static bool waits_for(
        struct writing *w, const struct letter *l, const struct message *message, bool *ret, struct err *err)
{
    int64_t send = 0;
    if (!stands(l, &message->order)) {
        *ret = false;
        return true;
    }
    if (!store_ask_number(w->store,
                "SELECT send FROM campaign_mail WHERE contact = $1 AND campaign = $2 AND step = $3 AND round "
                "="
                " $4",
                PARAMS(P_INT(l->row.contact), P_INT(l->row.campaign), P_INT(l->row.step),
                        P_INT(l->row.round)),
                0, &send, err))
        return false;
    *ret = send == message->id;
    return true;
}

// Whose row waits for it where it is not theirs who were to get it: they were one, and are two again.
static bool find_waiting(struct writing *w, struct letter *l, const struct message *message, struct err *err)
{
    int64_t contact;
    if (!store_ask_number(w->store,
                "SELECT p.contact FROM campaign_person p JOIN campaign_mail m ON m.contact = p.contact AND"
                " m.campaign = p.campaign AND m.step = p.step AND m.round = p.round"
                " WHERE p.campaign = $1 AND p.state = 'mailing' AND m.send = $2",
                PARAMS(P_INT(message->order.campaign), P_INT(message->id)), 0, &contact, err))
        return false;
    return !contact || person_read(w->store, w->arena, message->order.campaign, (uint32_t)contact, &l->there,
                               &l->row, err);
}

// Reasons for which not only the mail ends.
static const char *ends_way(struct str why)
{
    static const char *const ENDS[] = {
            "replied", "unsubscribed", "bounced", "complained", "goal", "stopped", NULL};
    for (unsigned i = 0; ENDS[i]; i++)
        if (str_eq(why, str_of(ENDS[i])))
            return ENDS[i];
    return NULL;
}

bool campaign_settled(
        struct writing *w, const struct message *message, const char *state, struct str why, struct err *err)
{
    struct letter l;
    struct err gone = {0};
    bool sent = strcmp(state, "sent") == 0, waits;
    if (!read_letter(w->app, w->store, w->arena, &message->order, &l, &gone)) {
        *err = gone;
        return gone.code == ERR_NOT_FOUND;
    }
    if (!mail_mark_at(w, &message->order, message->id, sent ? MARK_SENT : MARK_SKIPPED, err) ||
            (!l.there && !find_waiting(w, &l, message, err)) || !waits_for(w, &l, message, &waits, err) ||
            (strcmp(state, "skipped") == 0 &&
                    !count_add(w, message->order.campaign, message->order.step, message->order.variant,
                            STR(""), arena_printf(w->arena, "skip.%.*s", STR_ARG(why)), 1, err)) ||
            !person_log(w, message->order.campaign, l.there ? l.row.contact : message->order.contact,
                    message->order.round, message->order.step, state, why, err))
        return false;
    if (!waits)
        return true;
    const char *ends = strcmp(state, "skipped") == 0 ? ends_way(why) : NULL;
    int step;
    if (ends) {
        struct person_row row = l.row;
        row.state = STR("active"); // there is no mail to take back any more
        return person_leave(w, &row, ends, err);
    }
    if (!step_index(w->store, &l.d, message->order.campaign, message->order.step, &step, err))
        return false;
    return person_move(w, &l.d, &l.row, l.step ? l.step->next : step, err);
}
