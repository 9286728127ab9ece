// Whom a campaign would reach now, and whom not and why: the condition of everybody, the reasons of everybody
// where they are few, of a sample spread over them where they are many.
#include "app/campaign/private.h"

#include "app/contact/contact.h"
#include "app/message/message.h"
#include "app/setting/setting.h"
#include "app/standing/live.h"
#include "app/suppression/suppression.h"
#include "base/json_put.h"

#include <stdlib.h>

enum { LOOKED_AT = 1000, SAMPLE = 20, SAMPLE_MAX = 100, REASONS = 12, DAY = 86400 };

struct preview {
    struct request *r;
    struct campaign campaign;
    struct definition d;
    const char *reasons[REASONS];
    unsigned counts[REASONS], n_reasons;
    unsigned looked, out, sample, put;
    struct buf items;
};

static bool over_cap(
        struct preview *p, uint32_t contact, unsigned mails, unsigned days, bool *ret, struct err *err)
{
    unsigned n;
    int64_t last;
    if (*ret || !mails || !days)
        return true;
    if (!message_counts(request_app(p->r), data_store(request_data(p->r)), contact,
                p->r->now - (int64_t)days * DAY, &n, &last, err))
        return false;
    *ret = n >= mails;
    return true;
}

static bool reason_of(
        struct preview *p, uint32_t contact, struct str email, const char **ret, struct err *err)
{
    struct store *store = data_store(request_data(p->r));
    struct app *app = request_app(p->r);
    struct person_row row;
    bool there, capped = false;
    *ret = NULL;
    if (!email.n) {
        *ret = "no_address";
        return true;
    }
    if (!suppressed(store, email, p->d.topic.n ? p->d.topic : STR(""), ret, err) || *ret)
        return *ret != NULL;
    if (!person_read(store, p->r->arena, p->campaign.number, contact, &there, &row, err))
        return false;
    if (there && (p->d.again == AGAIN_NEVER ||
                         (p->d.again == AGAIN_AFTER_LEAVING && !str_eq(row.state, STR("left")))))
        *ret = "already_had_it";
    if (*ret)
        return true;
    if (!over_cap(p, contact, p->d.cap_mails, p->d.cap_days, &capped, err) ||
            !over_cap(p, contact, (unsigned)setting_int(app, "mail_cap_mails"),
                    (unsigned)setting_int(app, "mail_cap_days"), &capped, err))
        return false;
    *ret = capped ? "frequency_cap" : NULL;
    return true;
}

static void count_reason(struct preview *p, const char *reason)
{
    unsigned i = 0;
    while (i < p->n_reasons && strcmp(p->reasons[i], reason) != 0)
        i++;
    if (i == REASONS)
        return;
    if (i == p->n_reasons) {
        p->reasons[p->n_reasons] = reason;
        p->counts[p->n_reasons++] = 0;
    }
    p->counts[i]++;
    p->out++;
}

static bool look_at(
        struct preview *p, const struct columns *c, uint32_t index, const char *held, struct err *err)
{
    struct str email = card_trait(c, index, STR("email")), name = card_name(p->r->arena, c, index);
    const char *reason = held;
    char uuid[UUID_SIZE];
    if (!reason && !reason_of(p, c->owner[index], email, &reason, err))
        return false;
    if (reason)
        count_reason(p, reason);
    p->looked++;
    if (p->put == p->sample)
        return true;
    p->put++;
    put_comma(&p->items);
    buf_char(&p->items, '{');
    put_text(&p->items, "contact", contact_uuid(request_app(p->r), c->owner[index], uuid));
    put_text(&p->items, "name", name);
    put_text(&p->items, "email", email);
    put_text(&p->items, "reason", reason ? str_of(reason) : STR_NONE);
    buf_char(&p->items, '}');
    return true;
}

// Goals and stops of those who are looked at; by index of `contacts`.
static bool ask(struct preview *p, struct str condition, const uint32_t *contacts, unsigned n, uint8_t *out,
        struct err *err)
{
    return !condition.n ||
           live_holds(app_live(request_app(p->r)), request_data(p->r), condition, contacts, n, out, err);
}

static bool look(struct preview *p, const uint32_t *contacts, uint32_t n, struct err *err)
{
    uint32_t some[LOOKED_AT];
    uint8_t goal[LOOKED_AT] = {0}, stop[LOOKED_AT] = {0};
    unsigned n_some = n < LOOKED_AT ? n : LOOKED_AT;
    struct columns *columns;
    for (unsigned i = 0; i < n_some; i++)
        some[i] = contacts[(uint64_t)i * n / n_some];
    if (!ask(p, p->d.goal, some, n_some, goal, err) || !ask(p, p->d.stop_when, some, n_some, stop, err) ||
            !live_history(
                    app_live(request_app(p->r)), request_data(p->r), some, n_some, INT64_MAX, &columns, err))
        return false;
    bool ok = true;
    for (uint32_t k = 0; ok && k < columns->n_contacts; k++) {
        unsigned i = 0;
        while (i < n_some && some[i] != columns->owner[k])
            i++;
        const char *held = i == n_some ? NULL : goal[i] ? "goal" : stop[i] ? "stopped" : NULL;
        ok = look_at(p, columns, k, held, err);
    }
    columns_free(columns);
    return ok;
}

static void put_reasons(const struct preview *p, uint32_t n, struct buf *out)
{
    double each = p->looked ? (double)n / p->looked : 0;
    uint32_t left = (uint32_t)(p->out * each + 0.5);
    put_int(out, "count", n);
    put_int(out, "reached", n - (left > n ? n : left));
    put_key(out, "left_out");
    buf_char(out, '[');
    for (unsigned i = 0; i < p->n_reasons; i++) {
        put_comma(out);
        buf_char(out, '{');
        put_text(out, "reason", str_of(p->reasons[i]));
        put_int(out, "count", (int64_t)(p->counts[i] * each + 0.5));
        buf_char(out, '}');
    }
    buf_char(out, ']');
    put_flag(out, "estimated", n > LOOKED_AT);
}

static bool read_sample(struct request *r, unsigned *ret)
{
    struct str text = request_query(r, "sample");
    double n = SAMPLE;
    if (text.n && (!json_number(text, &n) || n < 0 || n > SAMPLE_MAX))
        return request_problem(r, 400, "sample", "0 to %d examples", SAMPLE_MAX);
    *ret = (unsigned)n;
    return true;
}

bool campaign_route_audience(struct request *r, struct err *err)
{
    struct preview p = {.r = r};
    struct str condition = request_query(r, "audience");
    struct err why = {0};
    uint32_t *contacts = NULL, n = 0;
    if (!read_sample(r, &p.sample) ||
            !campaign_read(data_store(request_data(r)), r->arena, request_param(r, "id"), &p.campaign, err) ||
            !campaign_definition(data_store(request_data(r)), r->arena, &p.campaign, &p.d, err))
        return false;
    condition = condition.n ? condition : p.d.audience.n ? p.d.audience : p.d.entry_when;
    if (condition.n && !live_select(app_live(request_app(r)), condition, &contacts, &n, &why)) {
        if (why.code == ERR_INPUT)
            return request_problem(r, 400, "audience", "%s", why.message);
        *err = why;
        return false;
    }
    bool ok = !n || look(&p, contacts, n, err);
    free(contacts);
    if (ok) {
        buf_char(r->out, '{');
        put_reasons(&p, n, r->out);
        put_key(r->out, "sample");
        buf_char(r->out, '[');
        buf_put(r->out, buf_str(&p.items));
        buf_put(r->out, STR("]}"));
    }
    buf_free(&p.items);
    return ok;
}
