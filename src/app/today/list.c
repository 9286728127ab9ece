// The list: everything that waits, the most urgent first.
#include "app/assignment/owner.h"
#include "app/contact/contact.h"
#include "app/event/log.h"
#include "app/setting/setting.h"
#include "app/standing/waiting.h"
#include "app/task/task.h"
#include "app/today/today.h"
#include "app/user/principal.h"
#include "base/json_put.h"
#include "base/random.h"
#include "base/utf8.h"

#include <stdlib.h>

enum {
    DAY = 86400,
    WAITS_MOST = 60 * DAY, // what has waited longer is nothing for today any more
    DEAL_ROTS = 14 * DAY,
    LIMIT = 200,
    LIMIT_MOST = 500,
    DETAIL_MOST = 200, // characters
};

const char *const TODAY_NAMES[TODAY_KINDS] = {"answer", "handover", "hot", "task", "deal"};

struct item {
    enum today_kind kind;
    uint32_t contact;      // 0: none
    int64_t since, due;    // due 0: none
    int64_t event;         // log row, 0: none
    struct str task, text; // of a task: its id and title; of a hand-over the stage
};

struct gathering {
    struct request *r;
    struct str mine; // only what this user has to do; empty: what everybody has
    struct str who;  // whose contacts may be seen; empty: all
    aside_list asides;
    int64_t promise; // seconds within which an answer is promised
    VEC(struct item) items;
};

// owner: who has to do it, empty for nobody.
static void add(struct gathering *g, const struct item *item, struct str owner)
{
    if ((g->mine.n && !str_eq(owner, g->mine)) || (g->who.n && !str_eq(owner, g->who)))
        return;
    if (item->contact && aside_has(&g->asides, item->contact, item->kind, item->since))
        return;
    vec_push(&g->items, *item);
}

static void take_waiting(void *ctx, const struct waiting *w)
{
    static const enum today_kind KINDS[] = {
            [WAITING_ANSWER] = TODAY_ANSWER, [WAITING_HOT] = TODAY_HOT, [WAITING_DEAL] = TODAY_DEAL};
    struct gathering *g = ctx;
    char owner[UUID_SIZE];
    struct item item = {.kind = KINDS[w->kind], .contact = w->contact, .since = w->since, .event = w->event};
    item.due = w->kind == WAITING_ANSWER ? w->since + g->promise
               : w->kind == WAITING_DEAL ? w->since + DEAL_ROTS
                                         : 0;
    add(g, &item, owner_of(request_app(g->r), w->contact, owner) ? str_of(owner) : STR(""));
}

static void take_handover(void *ctx, const struct waiting_handover *h)
{
    struct gathering *g = ctx;
    add(g,
            &(struct item){.kind = TODAY_HANDOVER,
                    .contact = h->contact,
                    .since = h->opened,
                    .due = h->opened + g->promise,
                    .text = arena_str(g->r->arena, h->stage)},
            h->owner);
}

static void take_task(void *ctx, const struct task *task, struct str owner)
{
    struct gathering *g = ctx;
    add(g,
            &(struct item){.kind = TODAY_TASK,
                    .contact = task->contact,
                    .since = task->created,
                    .due = task->due,
                    .task = arena_str(g->r->arena, task->id),
                    .text = arena_str(g->r->arena, task->title)},
            owner);
}

// What is due first, then what has no time, the newest first.
static int more_urgent(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (!x->due != !y->due)
        return !x->due ? 1 : -1;
    if (x->due != y->due)
        return x->due < y->due ? -1 : 1;
    if (x->since != y->since)
        return x->since > y->since ? -1 : 1;
    return (x->contact > y->contact) - (x->contact < y->contact);
}

static bool gather_items(struct gathering *g, struct err *err)
{
    struct app *app = request_app(g->r);
    struct store *store = data_store(request_data(g->r));
    int64_t now = g->r->now;
    struct waiting_query query = {
            .since = now - WAITS_MOST, .rot = now - DEAL_ROTS, .visit = take_waiting, .ctx = g};
    g->promise = setting_int(app, "answer_within_hours") * 3600;
    if (!asides_read(store, request_principal(g->r)->id, now, &g->asides, err) ||
            !live_waiting(app_live(app), &query, err) || !handover_each_open(store, take_handover, g, err) ||
            !task_each_due(app, store, now + DAY, take_task, g, err))
        return false;
    if (g->items.n)
        qsort(g->items.v, g->items.n, sizeof *g->items.v, more_urgent);
    return true;
}

// --- showing them

struct words {
    struct arena *arena;
    struct str text;
};

// What they wrote, in short: the subject, or the text.
static bool find_words(void *ctx, const struct log_row *row, struct err *err)
{
    static const char *const MEMBERS[] = {"subject", "text", "message", "form", NULL};
    struct words *w = ctx;
    struct json *body;
    (void)err;
    if (!json_parse(w->arena, arena_str(w->arena, row->body), &body, &(struct err){0}))
        return true;
    const struct json *properties = json_get(body, STR("properties"));
    for (unsigned i = 0; MEMBERS[i] && !w->text.n; i++)
        w->text = json_get_str(properties, str_of(MEMBERS[i]));
    size_t end = 0;
    for (unsigned n = 0; n < DETAIL_MOST && end < w->text.n; n++)
        utf8_next(w->text, &end);
    w->text = str_sub(w->text, 0, end);
    return true;
}

static const char *title_of(const struct item *item)
{
    static const char *const TITLES[TODAY_KINDS] = {[TODAY_ANSWER] = "Answer",
            [TODAY_HANDOVER] = "Accept or return",
            [TODAY_HOT] = "Get in touch",
            [TODAY_DEAL] = "Move the deal on"};
    return TITLES[item->kind];
}

static bool detail_of(struct request *r, const struct item *item, struct str *ret, struct err *err)
{
    uint32_t row = (uint32_t)item->event;
    struct words words = {r->arena, STR_NONE};
    *ret = item->kind == TODAY_HANDOVER && item->text.n ? item->text : STR_NONE;
    if (!item->event)
        return true;
    if (!log_visit(data_log(request_data(r)), &row, 1, find_words, &words, err))
        return false;
    *ret = words.text.n ? words.text : STR_NONE;
    return true;
}

static struct str put_contact(struct request *r, uint32_t contact, const struct columns *c)
{
    char uuid[UUID_SIZE];
    struct live_standing s;
    struct str name = STR_NONE, company = STR_NONE;
    put_key(r->out, "contact");
    if (!contact || !contact_visible(r, contact) ||
            !live_standing(app_live(request_app(r)), contact, r->arena, &s, &(struct err){0})) {
        buf_put(r->out, STR("null"));
        return STR_NONE;
    }
    for (uint32_t i = 0; i < c->n_contacts; i++)
        if (c->owner[i] == contact) {
            name = card_name(r->arena, c, i);
            company = card_trait(c, i, STR("company"));
            name = name.n ? name : card_trait(c, i, STR("email"));
        }
    buf_char(r->out, '{');
    put_text(r->out, "id", contact_uuid(request_app(r), contact, uuid));
    put_text(r->out, "name", name);
    put_text(r->out, "company", company);
    put_text(r->out, "stage", s.stage);
    put_text(r->out, "grade", s.grade);
    buf_char(r->out, '}');
    return name;
}

static bool put_item(struct request *r, const struct item *item, const struct columns *c, struct err *err)
{
    struct str detail;
    char uuid[UUID_SIZE];
    uint32_t contact = item->contact ? live_owner(app_live(request_app(r)), item->contact) : 0;
    if (!detail_of(r, item, &detail, err))
        return false;
    put_comma(r->out);
    buf_char(r->out, '{');
    // The same for as long as it is the same thing that waits.
    struct str who = contact_uuid(request_app(r), contact, uuid);
    put_text(r->out, "id",
            item->task.n ? item->task
                         : arena_printf(r->arena, "%s-%.*s-%lld", TODAY_NAMES[item->kind], STR_ARG(who),
                                   (long long)item->since));
    put_text(r->out, "kind", str_of(TODAY_NAMES[item->kind]));
    struct str name = put_contact(r, contact, c);
    struct str title = item->kind == TODAY_TASK ? item->text
                       : name.n ? arena_printf(r->arena, "%s: %.*s", title_of(item), STR_ARG(name))
                                : str_of(title_of(item));
    put_text(r->out, "title", title);
    put_text(r->out, "detail", detail);
    put_time(r->out, "since", item->since);
    put_time(r->out, "due", item->due);
    put_flag(r->out, "overdue", item->due && item->due < r->now);
    put_text(r->out, "task", item->task.n ? item->task : STR_NONE);
    put_text(
            r->out, "event", item->event ? arena_printf(r->arena, "%lld", (long long)item->event) : STR_NONE);
    buf_char(r->out, '}');
    return true;
}

static bool put_items(struct gathering *g, size_t limit, struct err *err)
{
    struct request *r = g->r;
    size_t n = g->items.n < limit ? g->items.n : limit;
    uint32_t *contacts = ARENA_ARRAY(r->arena, uint32_t, n + 1);
    unsigned n_contacts = 0;
    struct columns *columns;
    for (size_t i = 0; i < n; i++)
        if (g->items.v[i].contact)
            contacts[n_contacts++] = g->items.v[i].contact;
    if (!live_history(
                app_live(request_app(r)), request_data(r), contacts, n_contacts, INT64_MAX, &columns, err))
        return false;
    bool ok = true;
    buf_put(r->out, STR("{\"items\":["));
    for (size_t i = 0; ok && i < n; i++)
        ok = put_item(r, &g->items.v[i], columns, err);
    buf_char(r->out, ']');
    columns_free(columns);
    return ok;
}

static void put_counts(struct gathering *g)
{
    int64_t counts[TODAY_KINDS] = {0}, overdue = 0;
    for (size_t i = 0; i < g->items.n; i++) {
        counts[g->items.v[i].kind]++;
        overdue += g->items.v[i].due && g->items.v[i].due < g->r->now;
    }
    put_key(g->r->out, "counts");
    buf_char(g->r->out, '{');
    for (unsigned i = 0; i < TODAY_KINDS; i++)
        put_int(g->r->out, TODAY_NAMES[i], counts[i]);
    put_int(g->r->out, "overdue", overdue);
    buf_put(g->r->out, STR("}}"));
}

bool today_list(struct request *r, struct err *err)
{
    const struct principal *who = request_principal(r);
    struct str mine = request_query(r, "mine"), text = request_query(r, "limit");
    struct gathering g = {.r = r, .mine = STR(""), .who = who->own_only ? who->id : STR("")};
    double limit = LIMIT;
    if (text.n && (!json_number(text, &limit) || limit < 1 || limit > LIMIT_MOST))
        return request_problem(r, 400, "limit", "a number from 1 to %d is expected", LIMIT_MOST);
    if (str_eq(mine, STR("true")) || (!mine.n && who->kind == PRINCIPAL_USER))
        g.mine = who->id;
    bool ok = gather_items(&g, err) && put_items(&g, (size_t)limit, err);
    if (ok)
        put_counts(&g);
    vec_free(&g.items);
    vec_free(&g.asides);
    return ok;
}
