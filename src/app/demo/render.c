#include "app/demo/render.h"

#include "base/datetime.h"
#include "base/json.h"

// What writing one message needs.
struct writer {
    struct buf *out;
    const struct person *p;
    const struct event *e;
    uint64_t seed;
    int64_t start;
};

static void key(struct buf *out, const char *name)
{
    char last = out->p[out->n - 1];
    if (last != '{')
        buf_char(out, ',');
    buf_char(out, '"');
    buf_put(out, str_of(name));
    buf_put(out, STR("\":"));
}

static void text(struct buf *out, const char *name, const char *value)
{
    key(out, name);
    buf_char(out, '"');
    buf_put(out, str_of(value)); // our own tables: nothing to escape
    buf_char(out, '"');
}

static void number(struct buf *out, const char *name, uint64_t value)
{
    key(out, name);
    buf_int(out, (int64_t)value);
}

static void name_of(struct buf *out, const char *name, const char *prefix, uint32_t n)
{
    key(out, name);
    buf_char(out, '"');
    buf_put(out, str_of(prefix));
    buf_int(out, n);
    buf_char(out, '"');
}

static void open(struct buf *out, const char *name)
{
    key(out, name);
    buf_char(out, '{');
}

static void close_object(struct buf *out)
{
    buf_char(out, '}');
}

static void moment(struct writer *w, const char *name, uint32_t t)
{
    struct buf *out = w->out;
    char digits[DATETIME_SIZE];
    key(out, name);
    buf_char(out, '"');
    buf_put(out, datetime_format(w->start + t, digits));
    buf_char(out, '"');
}

static void put_mail_name(struct buf *out, const struct event *e)
{
    static const char *const NAMES[N_SERIES] = {
            "newsletter", "welcome", "cold", "offer", "trial", "personal", "onboarding"};
    uint32_t series = e->a >> 16, n = e->a & 0xFFFF;
    buf_put(out, str_of(NAMES[series]));
    buf_char(out, '-');
    if (series == SERIES_OFFER)
        buf_put(out, str_of(OFFERS[n].name));
    else if (series == SERIES_NEWSLETTER)
        buf_printf(out, "%u-%02u", 2024 + (n + 9) / 12, (n + 9) % 12 + 1);
    else
        buf_int(out, n);
}

static void mail_properties(struct writer *w)
{
    struct buf *out = w->out;
    const struct event *e = w->e;
    key(out, "campaign");
    buf_char(out, '"');
    put_mail_name(out, e);
    buf_char(out, '"');
    if (e->kind == KIND_CLICKED)
        text(out, "link", LINKS[e->b]);
    if (e->kind == KIND_AUTO_REPLY) {
        key(out, "auto");
        buf_put(out, STR("true"));
        moment(w, "returns_at", (e->time / DAY + e->b) * DAY + 7 * HOUR);
    }
}

static void page_properties(struct buf *out, const struct event *e)
{
    text(out, "path", PAGES[e->a].path);
    text(out, "title", PAGES[e->a].title);
    static const char *const REFERRERS[] = {[ENTRY_SEARCH] = "https://search.example/",
            [ENTRY_SOCIAL] = "https://social.example/",
            [ENTRY_DIRECT] = NULL,
            [ENTRY_REFERRAL] = "https://friends.example/",
            [ENTRY_MAIL] = NULL};
    if (e->b > ENTRY_NONE && e->b < ENTRY_CAMPAIGN && REFERRERS[e->b])
        text(out, "referrer", REFERRERS[e->b]);
}

static void fact_properties(struct writer *w)
{
    static const char *const ANSWERS[] = {[SAID_YES] = "yes", [SAID_NO] = "no", [SAID_WITHDRAWN] = "unknown"};
    uint32_t fact = w->e->b / 4u, said = w->e->b % 4u;
    text(w->out, "fact", FACTS[fact]);
    if (said == SAID_AMOUNT)
        number(w->out, "amount", w->e->a);
    else
        text(w->out, "answer", ANSWERS[said]);
    text(w->out, "by", SELLERS[w->p->seller]);
}

static void deal_properties(struct writer *w)
{
    name_of(w->out, "deal", "d", w->p->number);
    number(w->out, "value", w->e->a);
    text(w->out, "by", SELLERS[w->p->seller]);
    if (w->e->kind == KIND_DEAL_MOVED)
        text(w->out, "step", STEPS[w->e->b]);
    if (w->e->kind == KIND_DEAL_LOST)
        text(w->out, "reason", LOSSES[w->e->b]);
}

static void product_properties(struct buf *out, const struct event *e)
{
    text(out, "product_id", PRODUCTS[e->a].sku);
    text(out, "name", PRODUCTS[e->a].name);
    number(out, "price", PRODUCTS[e->a].price);
    text(out, "currency", "EUR");
}

static void order_properties(struct writer *w)
{
    static const char *const WHAT[] = {"shop", "subscription", "service", "add-on"};
    key(w->out, "order_id");
    buf_printf(w->out, "\"o%u-%u\"", w->p->number, w->e->seq);
    number(w->out, "revenue", w->e->a);
    text(w->out, "currency", "EUR");
    text(w->out, "kind", WHAT[w->e->b]);
}

// How an event's own properties are written.
enum shape {
    SHAPE_NONE,
    SHAPE_PAGE,
    SHAPE_MAIL,
    SHAPE_FORM,
    SHAPE_ASSET,
    SHAPE_WEBINAR,
    SHAPE_NETWORK,
    SHAPE_MINUTES,
    SHAPE_SHOW,
    SHAPE_SCORE,
    SHAPE_LIST,
    SHAPE_PRODUCT,
    SHAPE_CHECKOUT,
    SHAPE_ORDER,
    SHAPE_COUPON,
    SHAPE_VALUE,
    SHAPE_DEAL,
    SHAPE_RETURNED,
    SHAPE_ASSIGNED,
    SHAPE_FACT,
    SHAPE_REFERRAL,
    SHAPE_NOTE,
    SHAPE_BY,
    SHAPE_CANCELLED,
};

// The names are those of the model language or Segment's own, as clients send them.
static const struct {
    const char *event;
    enum shape shape;
} KINDS[N_KINDS] = {
        [KIND_PAGE] = {NULL, SHAPE_PAGE},
        [KIND_FORM] = {"form.submitted", SHAPE_FORM},
        [KIND_SUBSCRIBED] = {"list.subscribed", SHAPE_NONE},
        [KIND_OPTIN] = {"optin.confirmed", SHAPE_NONE},
        [KIND_ASSET] = {"asset.downloaded", SHAPE_ASSET},
        [KIND_WEBINAR] = {"webinar.registered", SHAPE_WEBINAR},
        [KIND_WEBINAR_ATTENDED] = {"webinar.attended", SHAPE_WEBINAR},
        [KIND_MAIL] = {"email.sent", SHAPE_MAIL},
        [KIND_BOUNCED] = {"Email Bounced", SHAPE_MAIL},
        [KIND_OPENED] = {"Email Opened", SHAPE_MAIL},
        [KIND_CLICKED] = {"Email Link Clicked", SHAPE_MAIL},
        [KIND_REPLIED] = {"email.replied", SHAPE_MAIL},
        [KIND_AUTO_REPLY] = {"email.replied", SHAPE_MAIL},
        [KIND_COMPLAINED] = {"Email Marked as Spam", SHAPE_MAIL},
        [KIND_UNSUBSCRIBED] = {"Unsubscribed", SHAPE_MAIL},
        [KIND_LINKEDIN] = {"linkedin.messaged", SHAPE_BY},
        [KIND_FOLLOWED] = {"social.followed", SHAPE_NETWORK},
        [KIND_LIKED] = {"social.liked", SHAPE_NETWORK},
        [KIND_COMMENTED] = {"social.commented", SHAPE_NETWORK},
        [KIND_SHARED] = {"social.shared", SHAPE_NETWORK},
        [KIND_INQUIRED] = {"social.inquired", SHAPE_NETWORK},
        [KIND_CALL_ATTEMPTED] = {"call.attempted", SHAPE_BY},
        [KIND_CALL_ANSWERED] = {"call.answered", SHAPE_MINUTES},
        [KIND_CALL_RECEIVED] = {"call.received", SHAPE_NONE},
        [KIND_CHAT] = {"chat.messaged", SHAPE_NONE},
        [KIND_MEETING_BOOKED] = {"meeting.booked", SHAPE_BY},
        [KIND_MEETING_HELD] = {"meeting.held", SHAPE_MINUTES},
        [KIND_MET] = {"event.met", SHAPE_SHOW},
        [KIND_SURVEY] = {"survey.answered", SHAPE_SCORE},
        [KIND_IMPORTED] = {"contact.imported", SHAPE_LIST},
        [KIND_CREATED] = {"contact.created", SHAPE_BY},
        [KIND_PRODUCT] = {"Product Viewed", SHAPE_PRODUCT},
        [KIND_CART_ADDED] = {"Product Added", SHAPE_PRODUCT},
        [KIND_CART_ABANDONED] = {"cart.abandoned", SHAPE_PRODUCT},
        [KIND_CHECKOUT] = {"Checkout Started", SHAPE_CHECKOUT},
        [KIND_ORDER] = {"Order Completed", SHAPE_ORDER},
        [KIND_COUPON] = {"Coupon Applied", SHAPE_COUPON},
        [KIND_TRIAL_STARTED] = {"Trial Started", SHAPE_NONE},
        [KIND_TRIAL_ACTIVATED] = {"trial.activated", SHAPE_NONE},
        [KIND_TRIAL_ENDED] = {"Trial Ended", SHAPE_NONE},
        [KIND_SIGNED_UP] = {"Signed Up", SHAPE_NONE},
        [KIND_SIGNED_IN] = {"Signed In", SHAPE_NONE},
        [KIND_RENEWED] = {"subscription.renewed", SHAPE_VALUE},
        [KIND_CANCELLED] = {"subscription.cancelled", SHAPE_CANCELLED},
        [KIND_QUOTE] = {"offer.sent", SHAPE_VALUE},
        [KIND_DEAL_OPENED] = {"deal.opened", SHAPE_DEAL},
        [KIND_DEAL_MOVED] = {"deal.moved", SHAPE_DEAL},
        [KIND_DEAL_WON] = {"deal.won", SHAPE_DEAL},
        [KIND_DEAL_LOST] = {"deal.lost", SHAPE_DEAL},
        [KIND_ACCEPTED] = {"sales.accepted", SHAPE_BY},
        [KIND_RETURNED] = {"sales.returned", SHAPE_RETURNED},
        [KIND_ASSIGNED] = {"stage.assigned", SHAPE_ASSIGNED},
        [KIND_FACT] = {"fact.recorded", SHAPE_FACT},
        [KIND_REFERRAL] = {"referral.made", SHAPE_REFERRAL},
        [KIND_NOTE] = {"note.added", SHAPE_NOTE},
        [KIND_TASK] = {"task.done", SHAPE_BY},
        [KIND_OWNER] = {"owner.assigned", SHAPE_BY},
};

static void sales_properties(struct writer *w, enum shape shape)
{
    static const char *const HANDS[N_HANDS] = {"lead", "prospect", "customer"};
    struct buf *out = w->out;
    if (shape == SHAPE_RETURNED)
        text(out, "reason", RETURNS[w->e->b]);
    else if (shape == SHAPE_ASSIGNED)
        text(out, "stage", HANDS[w->e->b]);
    else if (shape == SHAPE_NOTE)
        text(out, "text", NOTES[w->e->b]);
    else if (shape == SHAPE_MINUTES)
        number(out, "minutes", w->e->a);
    text(out, "by", SELLERS[w->p->seller]);
}

static void properties(struct writer *w, enum shape shape)
{
    struct buf *out = w->out;
    const struct event *e = w->e;
    switch (shape) {
    case SHAPE_NONE:
        return;
    case SHAPE_PAGE:
        return page_properties(out, e);
    case SHAPE_MAIL:
        return mail_properties(w);
    case SHAPE_FORM:
        return text(out, "form", FORMS[e->a]);
    case SHAPE_ASSET:
        return text(out, "asset", ASSETS[e->a]);
    case SHAPE_WEBINAR:
        return text(out, "webinar", WEBINARS[e->a].name);
    case SHAPE_NETWORK:
        return text(out, "network", NETWORKS[e->a]);
    case SHAPE_SHOW:
        return text(out, "show", SHOWS[e->a].name);
    case SHAPE_SCORE:
        return number(out, "score", e->a);
    case SHAPE_LIST:
        return text(out, "list", LISTS[e->a].name);
    case SHAPE_PRODUCT:
        return product_properties(out, e);
    case SHAPE_ORDER:
        return order_properties(w);
    case SHAPE_COUPON:
        return text(out, "coupon", OFFERS[e->a].name);
    case SHAPE_CHECKOUT:
    case SHAPE_VALUE:
        return number(out, "value", e->a);
    case SHAPE_CANCELLED:
        return text(out, "reason", LOSSES[e->b]);
    case SHAPE_DEAL:
        return deal_properties(w);
    case SHAPE_FACT:
        return fact_properties(w);
    case SHAPE_REFERRAL:
        return name_of(out, "referred", "u", e->a);
    case SHAPE_MINUTES:
    case SHAPE_RETURNED:
    case SHAPE_ASSIGNED:
    case SHAPE_NOTE:
    case SHAPE_BY:
        return sales_properties(w, shape);
    }
}

static void person_traits(struct writer *w)
{
    const struct person *p = w->p;
    const struct country *c = &COUNTRIES[p->country];
    struct buf *out = w->out;
    uint32_t set = w->e->a;
    key(out, "email");
    buf_char(out, '"');
    person_put_email(w->seed, p, out);
    buf_char(out, '"');
    if (set == TRAITS_ADDRESS)
        return;
    text(out, "firstName", p->female ? c->female[p->given] : c->male[p->given]);
    if (set == TRAITS_SHORT)
        return;
    text(out, "lastName", c->family[p->family]);
    text(out, "source", CHANNELS[p->channel].name);
    if (p->phone) {
        key(out, "phone");
        buf_char(out, '"');
        person_put_phone(p, out);
        buf_char(out, '"');
    }
    open(out, "address");
    text(out, "city", c->cities[p->city]);
    text(out, "country", c->name);
    close_object(out);
    if (p->business) {
        text(out, "title", SEGMENTS[p->segment].titles[p->title].name);
        open(out, "company");
        key(out, "name");
        buf_char(out, '"');
        company_put_name(w->seed, p, out);
        buf_char(out, '"');
        text(out, "industry", SEGMENTS[p->segment].industry);
        number(out, "employees", p->employees);
        close_object(out);
        return;
    }
    if (SEGMENTS[p->segment].titles[0].weight)
        text(out, "title", SEGMENTS[p->segment].titles[p->title].name);
    text(out, "gender", p->female ? "female" : "male");
    number(out, "income", p->income);
}

static void company_traits(struct writer *w)
{
    struct buf *out = w->out;
    key(out, "name");
    buf_char(out, '"');
    company_put_name(w->seed, w->p, out);
    buf_char(out, '"');
    text(out, "industry", SEGMENTS[w->p->segment].industry);
    number(out, "employees", w->p->employees);
    key(out, "website");
    buf_put(out, STR("\"https://"));
    company_put_domain(w->seed, w->p, out);
    buf_put(out, STR("/\""));
}

static void ids(struct writer *w)
{
    unsigned who = w->e->who;
    if (who & WHO_ACCOUNT)
        name_of(w->out, "userId", "shop-", w->p->number);
    if (who & WHO_USER)
        name_of(w->out, "userId", "u", w->p->number);
    if (who & WHO_SECOND)
        name_of(w->out, "anonymousId", "b", w->p->number);
    else if (who & WHO_COLLEAGUE)
        name_of(w->out, "anonymousId", "a", w->p->number - 1);
    else if (who & WHO_ANONYMOUS)
        name_of(w->out, "anonymousId", "a", w->p->number);
    if (w->e->kind == KIND_ALIAS)
        name_of(w->out, "previousId", "shop-", w->p->number);
    if (w->e->kind == KIND_GROUP)
        name_of(w->out, "groupId", "c", w->p->segment * 10000u + w->p->company);
}

static void context(struct writer *w)
{
    if (w->e->kind != KIND_PAGE || w->e->b < ENTRY_CAMPAIGN)
        return;
    const struct campaign *c = &CAMPAIGNS[w->e->b - ENTRY_CAMPAIGN];
    open(w->out, "context");
    open(w->out, "campaign");
    text(w->out, "source", c->source);
    text(w->out, "medium", c->medium);
    text(w->out, "name", c->name);
    if (c->term[0])
        text(w->out, "term", c->term);
    if (c->content[0])
        text(w->out, "content", c->content);
    close_object(w->out);
    close_object(w->out);
}

static void body(struct writer *w)
{
    const struct event *e = w->e;
    if (e->kind == KIND_ALIAS)
        return;
    if (e->kind == KIND_IDENTIFY || e->kind == KIND_GROUP) {
        open(w->out, "traits");
        if (e->kind == KIND_IDENTIFY)
            person_traits(w);
        else
            company_traits(w);
        close_object(w->out);
        return;
    }
    enum shape shape = KINDS[e->kind].shape;
    if (shape == SHAPE_NONE && !(e->who & WHO_MACHINE))
        return;
    open(w->out, "properties");
    properties(w, shape);
    if (e->who & WHO_MACHINE) {
        key(w->out, "machine");
        buf_put(w->out, STR("true"));
    }
    close_object(w->out);
}

void render_message(
        uint64_t seed, int64_t start, const struct person *p, const struct event *e, struct buf *out)
{
    struct writer w = {.out = out, .p = p, .e = e, .seed = seed, .start = start};
    static const char *const TYPES[] = {[KIND_PAGE] = "page",
            [KIND_IDENTIFY] = "identify",
            [KIND_GROUP] = "group",
            [KIND_ALIAS] = "alias"};
    out->n = 0;
    buf_char(out, '{');
    text(out, "type", e->kind <= KIND_ALIAS ? TYPES[e->kind] : "track");
    key(out, "messageId");
    buf_put(out, STR("\"m"));
    buf_int(out, p->number);
    buf_char(out, '.');
    buf_int(out, e->seq);
    buf_char(out, '"');
    moment(&w, "timestamp", e->time);
    if (e->arrival - e->time >= 60)
        moment(&w, "receivedAt", e->arrival);
    ids(&w);
    if (e->kind > KIND_ALIAS)
        text(out, "event", KINDS[e->kind].event);
    if (e->kind == KIND_PAGE)
        text(out, "name", PAGES[e->a].title);
    body(&w);
    context(&w);
    buf_char(out, '}');
}
