// What came of mails, once each.
#include "app/campaign/private.h"

#include "app/message/message.h"
#include "app/standing/live.h"

// A mail of ours by its send: whose row, and what it is already.
struct marked {
    uint32_t contact;
    int64_t campaign, step, marks;
    unsigned round, variant;
    struct str persona;
};

static struct marked decode(struct writing *w, struct query *query)
{
    return (struct marked){.contact = (uint32_t)query_int(query, 0),
            .campaign = query_int(query, 1),
            .step = query_int(query, 2),
            .round = (unsigned)query_int(query, 3),
            .variant = (unsigned)query_int(query, 4),
            .persona = arena_str(w->arena, query_text(query, 5)),
            .marks = query_int(query, 6)};
}
#define MARKED "SELECT contact, campaign, step, round, variant, persona, marks FROM campaign_mail"

static bool count(struct writing *w, const struct marked *m, enum mark mark, int64_t n, struct err *err)
{
    return count_add(w, m->campaign, m->step, m->variant, m->persona, mark_name(mark), n, err);
}

static bool set(struct writing *w, const struct marked *m, enum mark mark, struct err *err)
{
    enum mark machine = mark == MARK_OPENED    ? MARK_OPENED_MACHINE
                        : mark == MARK_CLICKED ? MARK_CLICKED_MACHINE
                                               : MARKS;
    enum mark human = mark == MARK_OPENED_MACHINE    ? MARK_OPENED
                      : mark == MARK_CLICKED_MACHINE ? MARK_CLICKED
                                                     : MARKS;
    int64_t marks = m->marks, bit = INT64_C(1) << mark;
    // What a person did is not a machine's any more.
    if ((marks & bit) || (human != MARKS && (marks & (INT64_C(1) << human))))
        return true;
    marks |= bit;
    if (machine != MARKS && (marks & (INT64_C(1) << machine))) {
        marks &= ~(INT64_C(1) << machine);
        if (!count(w, m, machine, -1, err))
            return false;
    }
    return count(w, m, mark, 1, err) &&
           store_do(w->store,
                   "UPDATE campaign_mail SET marks = $5 WHERE contact = $1 AND campaign = $2 AND step = $3"
                   " AND round = $4",
                   PARAMS(P_INT(m->contact), P_INT(m->campaign), P_INT(m->step), P_INT(m->round),
                           P_INT(marks)),
                   err);
}

bool mail_mark_at(
        struct writing *w, const struct message_order *order, int64_t send, enum mark mark, struct err *err)
{
    struct query *query;
    struct marked m;
    bool row;
    if (!store_ask(w->store,
                MARKED
                " WHERE contact IN ($1, $6) AND campaign = $2 AND step = $3 AND round = $4 AND send = $5",
                PARAMS(P_INT(order->contact), P_INT(order->campaign), P_INT(order->step), P_INT(order->round),
                        P_INT(send), P_INT(live_owner(app_live(w->app), order->contact))),
                &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok && row)
        m = decode(w, query);
    query_end(query);
    return ok && (!row || set(w, &m, mark, err));
}

bool mail_mark(struct writing *w, int64_t send, enum mark mark, struct err *err)
{
    struct message_sent sent;
    struct err why = {0};
    if (!message_sent(w->store, w->arena, send, &sent, &why)) {
        *err = why;
        return why.code == ERR_NOT_FOUND;
    }
    return !sent.order.source || strcmp(sent.order.source, CAMPAIGN_SOURCE) != 0 ||
           mail_mark_at(w, &sent.order, send, mark, err);
}

bool mail_mark_all(struct writing *w, const struct person_row *person, enum mark mark, struct err *err)
{
    struct query *query;
    struct marked found[STEPS_MAX];
    unsigned n = 0;
    bool row, ok;
    if (!store_ask(w->store,
                MARKED " WHERE contact = $1 AND campaign = $2 AND round = $3 AND marks % 2 = 1 ORDER BY step",
                PARAMS(P_INT(person->contact), P_INT(person->campaign), P_INT(person->round)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row && n < STEPS_MAX)
        found[n++] = decode(w, query);
    query_end(query);
    for (unsigned i = 0; ok && i < n; i++)
        ok = set(w, &found[i], mark, err);
    return ok;
}
