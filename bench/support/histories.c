#include "support/histories.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/rng.h"
#include "base/vec.h"

#include <math.h>
#include <stdio.h>

enum { DAY = 86400, SECONDS = HISTORIES_END - HISTORIES_START, MOST = 6000 };

// Event types with their share, per 10000 (about). The first few also begin histories.
static const struct {
    const char *name;
    uint16_t share;
    bool machine;
} TYPES[] = {
        {"contact.imported", 30, false},
        {"list.subscribed", 60, false},
        {"form.submitted", 120, false},
        {"social.shared", 40, false},
        {"social.commented", 60, false},
        {"page.viewed", 3900, false},
        {"fact.recorded", 340, false},
        {"cart.added", 90, false},
        {"order.placed", 12, false},
        {"deal.won", 15, false},
        {"email.clicked", 300, false},
        {"email.clicked", 60, true},
        {"email.sent", 1800, false},
        {"email.opened", 1100, false},
        {"email.replied", 70, false},
        {"email.bounced", 80, false},
        {"list.unsubscribed", 25, false},
        {"call.attempted", 150, false},
        {"call.answered", 60, false},
        {"call.received", 20, false},
        {"cart.abandoned", 50, false},
        {"asset.downloaded", 160, false},
        {"webinar.registered", 50, false},
        {"webinar.attended", 40, false},
        {"event.met", 40, false},
        {"meeting.held", 30, false},
        {"sales.accepted", 60, false},
        {"deal.opened", 40, false},
        {"deal.moved", 60, false},
        {"deal.lost", 20, false},
        {"chat.messaged", 170, false},
        {"sms.sent", 200, false},
        {"sms.replied", 40, false},
        {"product.viewed", 150, false},
        {"note.added", 120, false},
        {"task.done", 120, false},
        {"ad.clicked", 130, false},
        {"social.liked", 110, false},
        {"account.signed_in", 90, false},
        {"survey.answered", 20, false},
};
enum {
    TYPE_IMPORTED,
    TYPE_SUBSCRIBED,
    TYPE_FORM,
    TYPE_SHARED,
    TYPE_COMMENTED,
    TYPE_PAGE,
    TYPE_FACT,
    TYPE_CART,
    TYPE_ORDER,
    TYPE_WON,
    TYPE_CLICKED,
    N_TRACKS = sizeof TYPES / sizeof *TYPES,
    TYPE_IDENTIFY = N_TRACKS,
    N_TYPES,
};

static const char *const FACTS[] = {"fit", "budget", "authority", "need", "timeline"};
static const char *const LINKS[] = {"article", "offer", "pricing", "unsubscribe"};
static const char *const INDUSTRIES[] = {"beauty", "health care", "hospitality", "manufacturing", "education",
        "publishing", "retail", "transport"};
enum {
    N_FACTS = 5,
    FACT_TIMELINE = 4,
    N_LINKS = 4,
    N_INDUSTRIES = 8,
    N_NUMBERS = 1000, // values "0" … "999"
    VALUE_LINK = N_NUMBERS,
    VALUE_INDUSTRY = VALUE_LINK + N_LINKS,
    N_VALUES = VALUE_INDUSTRY + N_INDUSTRIES,
};

struct column {
    VEC(uint32_t) ev, val;
    VEC(uint8_t) answer; // facts only
};

struct maker {
    struct columns c; // first: what columns_free() gets
    uint8_t *pick;    // [N_PICK] types by their share
    uint32_t *time, *log, *off;
    uint16_t *type;
    uint64_t *presence;
    struct column props[2], traits[2], facts[N_FACTS];
    struct sparse prop_columns[2], trait_columns[2];
    struct fact_column fact_columns[N_FACTS];
    struct event_type types[N_TYPES];
    struct buf values, names;
    VEC(uint64_t) value_off, name_off;
};

enum { N_PICK = 16384 };

static void make_types(struct maker *m)
{
    double sum = 0, part = 0;
    for (int i = 0; i < N_TRACKS; i++)
        sum += TYPES[i].share;
    m->pick = mem_alloc(N_PICK);
    for (int i = 0, k = 0; i < N_TRACKS; i++) {
        struct str name = str_of(TYPES[i].name);
        m->types[i] = (struct event_type){EVENT_TRACK, event_direction(name), TYPES[i].machine, name};
        part += TYPES[i].share;
        for (; k < N_PICK && k < part / sum * N_PICK; k++)
            m->pick[k] = (uint8_t)i;
    }
    m->types[TYPE_IDENTIFY] = (struct event_type){.kind = EVENT_IDENTIFY, .direction = DIR_INBOUND};
    m->c.types = m->types;
    m->c.n_types = N_TYPES;
}

static void add_value(struct maker *m, enum json_kind kind, struct str text)
{
    buf_char(&m->values, (char)kind);
    buf_put(&m->values, text);
    vec_push(&m->value_off, m->values.n);
}

static void make_values(struct maker *m)
{
    vec_push(&m->value_off, 0);
    for (int i = 0; i < N_NUMBERS; i++) {
        char digits[16];
        snprintf(digits, sizeof digits, "%d", i);
        add_value(m, JSON_NUMBER, str_of(digits));
    }
    for (int i = 0; i < N_LINKS; i++)
        add_value(m, JSON_STRING, str_of(LINKS[i]));
    for (int i = 0; i < N_INDUSTRIES; i++)
        add_value(m, JSON_STRING, str_of(INDUSTRIES[i]));
    m->c.n_values = N_VALUES;
    m->c.value_off = m->value_off.v;
    m->c.value_heap = m->values.p;
}

static void put(struct column *column, uint32_t event, uint32_t value)
{
    vec_push(&column->ev, event);
    vec_push(&column->val, value);
}

static double gauss(struct rng *rng)
{
    return sqrt(-2 * log(1 - rng_unit(rng))) * cos(6.283185307179586 * rng_unit(rng));
}

static struct rng rng_of(uint64_t seed, uint32_t contact)
{
    return rng_seed(seed * 0x9e3779b97f4a7c15u + contact * 0xd1b54a32d192ed03u);
}

// Log-normal, so that a few contacts have most of the events. The first draw of a contact.
static uint32_t length(struct rng *rng)
{
    uint32_t n = 1 + (uint32_t)exp(2.02 + 1.42 * gauss(rng));
    return n < MOST ? n : MOST;
}

static uint32_t first_type(struct rng *rng)
{
    double at = rng_unit(rng);
    return at < .35   ? TYPE_IMPORTED
           : at < .55 ? TYPE_SUBSCRIBED
           : at < .68 ? TYPE_FORM
           : at < .74 ? TYPE_SHARED
           : at < .78 ? TYPE_COMMENTED
                      : TYPE_PAGE;
}

// What an event carries beyond its type.
static void add_payload(struct maker *m, struct rng *rng, uint32_t event, uint32_t type)
{
    uint64_t bits = rng_next(rng);
    uint32_t number = (uint32_t)(bits >> 32) % N_NUMBERS;
    if (type == TYPE_FACT) {
        struct column *fact = &m->facts[bits % N_FACTS];
        bool amount = bits % N_FACTS == FACT_TIMELINE || bits % N_FACTS == 1;
        put(fact, event, amount ? number : VALUE_NONE);
        vec_push(&fact->answer, (uint8_t)(number % 100 < 88 ? ANSWER_YES : ANSWER_NO));
    } else if (type == TYPE_CLICKED) {
        put(&m->props[0], event, VALUE_LINK + number % N_LINKS);
    } else if (type == TYPE_CART || type == TYPE_ORDER || type == TYPE_WON) {
        put(&m->props[1], event, number);
    } else if (type == TYPE_IDENTIFY) {
        put(&m->traits[0], event, VALUE_INDUSTRY + (uint32_t)bits % N_INDUSTRIES);
        put(&m->traits[1], event, number);
    }
}

static bool has_payload(uint32_t type)
{
    return type == TYPE_FACT || (type >= TYPE_CART && type <= TYPE_CLICKED) || type == TYPE_IDENTIFY;
}

static void make_contact(struct maker *m, struct rng rng)
{
    uint32_t want = length(&rng), first = m->c.n_events;
    uint64_t presence = 0;
    double t = rng_unit(&rng) * (SECONDS - DAY);
    // Gaps: some of nothing, most within a visit, the rest so that the events fill what is left of the years.
    double gap = fmin(12.0 * DAY, 2.2 * (SECONDS - t) / want);
    bool identified = rng_chance(&rng, 0.5);
    for (uint32_t n = 0; n < want; n++) {
        double u = rng_unit(&rng);
        if (n && u >= .02)
            t += -(u < .6 ? 400 : gap) * log(1 - rng_unit(&rng));
        if (t >= SECONDS)
            break;
        uint32_t type = n == 0                 ? first_type(&rng)
                        : n == 1 && identified ? (uint32_t)TYPE_IDENTIFY
                                               : m->pick[rng_next(&rng) % N_PICK];
        uint32_t event = m->c.n_events++;
        m->time[event] = (uint32_t)t;
        m->type[event] = (uint16_t)type;
        m->log[event] = event;
        presence |= 1ull << presence_bit(type);
        if (has_payload(type))
            add_payload(m, &rng, event, type);
    }
    uint32_t contact = m->c.n_contacts++;
    m->presence[contact] = presence;
    m->off[contact] = first;
    m->off[contact + 1] = m->c.n_events;
    buf_int(&m->names, contact);
    vec_push(&m->name_off, m->names.n);
}

static void hand_over(struct maker *m)
{
    static const char *const PROPS[] = {"link", "value"}, *const TRAITS[] = {"industry", "employees"};
    for (int i = 0; i < 2; i++) {
        struct column *p = &m->props[i], *t = &m->traits[i];
        m->prop_columns[i] = (struct sparse){str_of(PROPS[i]), (uint32_t)p->ev.n, p->ev.v, p->val.v};
        m->trait_columns[i] = (struct sparse){str_of(TRAITS[i]), (uint32_t)t->ev.n, t->ev.v, t->val.v};
    }
    for (int i = 0; i < N_FACTS; i++) {
        struct column *f = &m->facts[i];
        m->fact_columns[i] =
                (struct fact_column){str_of(FACTS[i]), (uint32_t)f->ev.n, f->ev.v, f->answer.v, f->val.v};
    }
    struct columns *c = &m->c;
    c->n_props = c->n_traits = 2;
    c->n_facts = N_FACTS;
    c->props = m->prop_columns;
    c->traits = m->trait_columns;
    c->facts = m->fact_columns;
    c->time = m->time;
    c->type = m->type;
    c->log = m->log;
    c->off = m->off;
    c->presence = m->presence;
    c->name_off = m->name_off.v;
    c->name_heap = m->names.p;
}

static void free_column(struct column *column)
{
    vec_free(&column->ev);
    vec_free(&column->val);
    vec_free(&column->answer);
}

static void release(struct columns *c)
{
    struct maker *m = c->owner_data;
    for (int i = 0; i < 2; i++) {
        free_column(&m->props[i]);
        free_column(&m->traits[i]);
    }
    for (int i = 0; i < N_FACTS; i++)
        free_column(&m->facts[i]);
    free(m->pick);
    free(m->time);
    free(m->log);
    free(m->off);
    free(m->type);
    free(m->presence);
    free((void *)(uintptr_t)c->owner);
    buf_free(&m->values);
    buf_free(&m->names);
    vec_free(&m->value_off);
    vec_free(&m->name_off);
    free(m);
}

struct columns *histories_make(uint64_t seed, uint32_t contacts)
{
    struct maker *m = mem_zero(1, sizeof *m);
    size_t most = 1;
    for (uint32_t i = 0; i < contacts; i++) {
        struct rng rng = rng_of(seed, i);
        most += length(&rng);
    }
    // What stays unused of these is never touched, and so costs no memory.
    m->time = mem_alloc(most * sizeof *m->time);
    m->type = mem_alloc(most * sizeof *m->type);
    m->log = mem_alloc(most * sizeof *m->log);
    m->off = mem_zero((size_t)contacts + 1, sizeof *m->off);
    m->presence = mem_alloc(((size_t)contacts + 1) * sizeof *m->presence);
    uint32_t *owner = mem_alloc(((size_t)contacts + 1) * sizeof *owner);
    m->c.epoch = HISTORIES_START;
    m->c.release = release;
    m->c.owner_data = m;
    m->c.owner = owner;
    make_types(m);
    make_values(m);
    vec_push(&m->name_off, 0);
    for (uint32_t i = 0; i < contacts; i++) {
        owner[i] = i;
        make_contact(m, rng_of(seed, i));
    }
    hand_over(m);
    return &m->c;
}

void histories_skew(const struct columns *c, uint32_t ret_counts[6], uint32_t *ret_most)
{
    static const uint32_t UP_TO[] = {1, 5, 20, 100, 1000};
    *ret_most = 0;
    for (int i = 0; i < 6; i++)
        ret_counts[i] = 0;
    for (uint32_t contact = 0; contact < c->n_contacts; contact++) {
        uint32_t n = c->off[contact + 1] - c->off[contact];
        int size = 0;
        while (size < 5 && n > UP_TO[size])
            size++;
        ret_counts[size]++;
        *ret_most = n > *ret_most ? n : *ret_most;
    }
}

static void put_line(
        struct buf *out, const struct columns *c, uint32_t contact, uint32_t event, int fact, int answer)
{
    const int64_t fields[] = {contact, c->epoch + c->time[event], event, c->type[event], fact, answer};
    for (int i = 0; i < 6; i++) {
        buf_int(out, fields[i]);
        buf_char(out, i < 5 ? ',' : '\n');
    }
}

// Events come in ascending order, so each fact's column has one place to look at.
static void put_events(FILE *file, const struct columns *c, uint32_t *at)
{
    struct buf out = {0};
    for (uint32_t contact = 0; contact < c->n_contacts; contact++) {
        for (uint32_t e = c->off[contact]; e < c->off[contact + 1]; e++) {
            int fact = -1, answer = -1;
            for (uint32_t f = 0; f < c->n_facts; f++) {
                if (at[f] == c->facts[f].n || c->facts[f].ev[at[f]] != e)
                    continue;
                enum answer said = c->facts[f].answer[at[f]++];
                fact = (int)f;
                answer = said == ANSWER_YES ? 1 : said == ANSWER_NO ? 0 : -1;
            }
            put_line(&out, c, contact, e, fact, answer);
        }
        if (out.n > 1 << 20) {
            fwrite(out.p, 1, out.n, file);
            out.n = 0;
        }
    }
    fwrite(out.p, 1, out.n, file);
    buf_free(&out);
}

static void put_types(FILE *file, const struct columns *c)
{
    struct buf out = {0};
    buf_put(&out, STR("{\"types\":{"));
    bool any = false;
    struct buf inbound = {0};
    for (uint32_t i = 0; i < c->n_types; i++) {
        if (c->types[i].machine || !c->types[i].name.n)
            continue;
        if (any)
            buf_char(&out, ',');
        any = true;
        json_put_string(&out, c->types[i].name);
        buf_char(&out, ':');
        buf_int(&out, i);
        if (c->types[i].direction == DIR_INBOUND)
            buf_printf(&inbound, "%s%u", inbound.n ? "," : "", i);
    }
    buf_put(&out, STR("},\"inbound\":["));
    buf_put(&out, buf_str(&inbound));
    buf_char(&out, ']');
    buf_free(&inbound);
    buf_put(&out, STR(",\"at\":"));
    buf_int(&out, HISTORIES_END);
    buf_put(&out, STR("}\n"));
    fwrite(out.p, 1, out.n, file);
    buf_free(&out);
}

static bool finish(FILE *file, const char *path, struct err *err)
{
    bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed)
        return err_errno(err, ERR_IO, "cannot write %s", path);
    return true;
}

bool histories_write_csv(
        const struct columns *c, const char *events_path, const char *types_path, struct err *err)
{
    FILE *events = fopen(events_path, "w");
    if (!events)
        return err_errno(err, ERR_IO, "cannot write %s", events_path);
    uint32_t *at = mem_zero((size_t)c->n_facts + 1, sizeof *at);
    put_events(events, c, at);
    free(at);
    if (!finish(events, events_path, err))
        return false;
    FILE *types = fopen(types_path, "w");
    if (!types)
        return err_errno(err, ERR_IO, "cannot write %s", types_path);
    put_types(types, c);
    return finish(types, types_path, err);
}
