#include "support/random_case.h"

#include "base/datetime.h"
#include "base/rng.h"

#include <stdio.h>

enum { T0 = 1767225600 /* 2026-01-01 */, MINUTES = 240 };

static const char *const EVENTS[] = {"email.replied", "email.clicked", "page.viewed", "form.submitted",
        "email.sent", "deal.won", "call.answered", "\"Custom Thing\"", "\"Order Completed\""};
static const char *const DURATIONS[] = {
        "1 minute", "2 minutes", "5 minutes", "10 minutes", "0.5 minutes", "30 minutes", "1 hour", "2 hours"};
static const char *const RELATIONS[] = {">=", "<=", ">", "<", "=", "!="};
static const char *const FACTS[] = {"fit", "need", "budget", "authority", "timeline", "pilot"};
static const char *const STAGES[] = {"lead", "prospect", "sql", "customer", "fan"};

struct maker {
    struct rng rng;
    struct buf *out;
    bool derived[6]; // fact has a rule
    bool personas, has_score;
    unsigned stages; // declared so far, that conditions may name
    unsigned level;  // 0 persona, 1 derived fact, 2 points, 3 stage, 4 grade
};

static unsigned pick(struct maker *m, unsigned n)
{
    return (unsigned)rng_below(&m->rng, n);
}

static bool chance(struct maker *m, double p)
{
    return rng_chance(&m->rng, p);
}

static const char *one_of(struct maker *m, const char *const *list, unsigned n)
{
    return list[pick(m, n)];
}

#define ONE_OF(m, list) one_of(m, list, sizeof(list) / sizeof *(list))

static void put(struct maker *m, const char *text)
{
    buf_put(m->out, str_of(text));
}

static void put_comparison(struct maker *m)
{
    switch (pick(m, 9)) {
    case 0:
        buf_printf(m->out, "value %s %u", one_of(m, RELATIONS, 6), pick(m, 4));
        break;
    case 1:
        put(m, chance(m, 0.5) ? "link is \"a\"" : "link is not \"a\"");
        break;
    case 2:
        put(m, chance(m, 0.5) ? "plan in (\"Pro\", 2, yes)" : "plan not in (\"pro\", 3)");
        break;
    case 3:
        put(m, chance(m, 0.5) ? "plan known" : "plan unknown");
        break;
    case 4:
        put(m, chance(m, 0.5) ? "plan contains \"r\"" : "plan matches \"^p.o$|b\"");
        break;
    case 5:
        put(m, chance(m, 0.5) ? "channel is \"email\"" : "channel is not \"email\"");
        break;
    case 6:
        put(m, chance(m, 0.5) ? "campaign is \"spring\"" : "source unknown");
        break;
    case 7:
        put(m, chance(m, 0.5) ? "flag is yes" : "flag is no");
        break;
    default:
        put(m, chance(m, 0.5) ? "due < 2026-01-02" : "due >= 2026-01-01T12:00:00Z");
    }
}

static void put_cond(struct maker *m, unsigned depth)
{
    if (depth == 0 || chance(m, 0.5)) {
        put_comparison(m);
        return;
    }
    unsigned kind = pick(m, 3);
    put(m, kind == 2 ? "not (" : "(");
    put_cond(m, depth - 1);
    if (kind < 2) {
        put(m, kind ? ") or (" : ") and (");
        put_cond(m, depth - 1);
    }
    put(m, ")");
}

static void put_pattern(struct maker *m)
{
    static const char *const WIDE[] = {"inbound", "outbound", "internal", "email.*", "busy", "talk"};
    put(m, chance(m, 0.3) ? ONE_OF(m, WIDE) : ONE_OF(m, EVENTS));
    if (chance(m, 0.25)) {
        put(m, " where ");
        if (chance(m, 0.6)) {
            put_comparison(m);
        } else {
            put(m, "(");
            put_cond(m, 2);
            put(m, ")");
        }
    }
    if (chance(m, 0.15))
        put(m, " including machines");
}

static void put_patterns(struct maker *m)
{
    put_pattern(m);
    while (chance(m, 0.3)) {
        put(m, ", ");
        put_pattern(m);
    }
}

static void put_window(struct maker *m)
{
    char text[DATETIME_SIZE];
    if (chance(m, 0.5)) {
        buf_printf(m->out, " within %s", ONE_OF(m, DURATIONS));
    } else if (chance(m, 0.3)) {
        datetime_format(T0 + 60 * rng_range(&m->rng, 0, MINUTES), text);
        buf_printf(m->out, " %s %s", chance(m, 0.5) ? "since" : "before", text);
    }
}

static void put_event_atom(struct maker *m)
{
    switch (pick(m, 6)) {
    case 0:
    case 1:
        put(m, chance(m, 0.7) ? "any " : "no ");
        put_patterns(m);
        put_window(m);
        break;
    case 2:
        put(m, "silent ");
        put_patterns(m);
        buf_printf(m->out, " for %s", ONE_OF(m, DURATIONS));
        break;
    case 3:
        put(m, "count ");
        put_patterns(m);
        put_window(m);
        buf_printf(m->out, " %s %u", ONE_OF(m, RELATIONS), pick(m, 4));
        break;
    case 4:
        put(m, "sum value of ");
        put_patterns(m);
        put_window(m);
        buf_printf(m->out, " %s %s%u", ONE_OF(m, RELATIONS), chance(m, 0.2) ? "-" : "", pick(m, 6));
        break;
    default:
        put(m, "any ");
        put_patterns(m);
        do {
            put(m, " then ");
            put_patterns(m);
            buf_printf(m->out, " within %s", ONE_OF(m, DURATIONS));
        } while (chance(m, 0.3));
    }
}

static void put_trait_atom(struct maker *m)
{
    static const char *const ATOMS[] = {"title contains \"author\"", "title is \"Author\"", "employees < 5",
            "employees >= 3", "industry in (\"publishing\", \"retail\")", "company known", "company unknown",
            "title matches \"^a.*r$\"", "vip", "vip is no", "renewal < 2026-01-02", "employees is 3",
            "industry not in (\"retail\")", "city is not \"Berlin\""};
    put(m, ONE_OF(m, ATOMS));
}

static void put_fact_atom(struct maker *m)
{
    unsigned f = pick(m, 6);
    if (m->level <= 1 && m->derived[f]) {
        put_trait_atom(m);
        return;
    }
    switch (pick(m, 5)) {
    case 0:
        buf_printf(m->out, "%s %s %u", FACTS[f], one_of(m, RELATIONS, 6), pick(m, 4));
        break;
    case 1:
        buf_printf(m->out, "%s is %s", FACTS[f], chance(m, 0.5) ? "no" : "unknown");
        break;
    case 2:
        buf_printf(m->out, "%s %s", FACTS[f], chance(m, 0.5) ? "known" : "unknown");
        break;
    default:
        put(m, FACTS[f]);
    }
}

static void put_standing_atom(struct maker *m)
{
    unsigned kind = pick(m, 5);
    if (kind == 0 && m->personas && m->level >= 1) {
        static const char *const ATOMS[] = {
                "persona known", "persona is \"Big\"", "persona is not \"Small\""};
        put(m, ONE_OF(m, ATOMS));
    } else if (kind <= 2 && m->level >= 3 && m->has_score) {
        buf_printf(
                m->out, "score %s %s%u", one_of(m, RELATIONS, 4), chance(m, 0.1) ? "-" : "", 5 * pick(m, 6));
    } else if (m->stages && m->level >= 3) {
        const char *stage = one_of(m, STAGES, m->stages);
        switch (pick(m, 3)) {
        case 0:
            buf_printf(m->out, "reached %s", stage);
            break;
        case 1:
            buf_printf(m->out, "is %s", stage);
            break;
        default:
            buf_printf(m->out, "in %s for %s", stage, ONE_OF(m, DURATIONS));
        }
    } else {
        put(m, chance(m, 0.9) ? "any page.viewed" : chance(m, 0.5) ? "yes" : "no");
    }
}

static void put_expr(struct maker *m, unsigned depth)
{
    if (depth == 0 || chance(m, 0.35)) {
        unsigned kind = pick(m, 10);
        if (kind < 5)
            put_event_atom(m);
        else if (kind < 6)
            put_trait_atom(m);
        else if (kind < 8)
            put_fact_atom(m);
        else
            put_standing_atom(m);
        return;
    }
    unsigned kind = pick(m, 5);
    put(m, kind == 4 ? "not (" : "(");
    put_expr(m, depth - 1);
    if (kind < 4) {
        put(m, kind % 2 ? ") or (" : ") and (");
        put_expr(m, depth - 1);
    }
    put(m, ")");
}

static void put_points(struct maker *m)
{
    int n = (int)pick(m, 25) - 5;
    n = n ? n : 7;
    switch (pick(m, 3)) {
    case 0:
        buf_printf(m->out, "points %d each ", n);
        put_patterns(m);
        if (chance(m, 0.4))
            buf_printf(m->out, " at most %u per %s", 1 + pick(m, 3), ONE_OF(m, DURATIONS));
        break;
    case 1:
        buf_printf(m->out, "points %d once ", n);
        put_patterns(m);
        break;
    default:
        buf_printf(m->out, "points %d when ", n);
        m->level = 2;
        put_expr(m, 1);
    }
    put(m, "\n");
}

static void put_stage(struct maker *m, unsigned i)
{
    m->level = 3;
    m->stages = i;
    buf_printf(m->out, "stage %s ", STAGES[i]);
    if (chance(m, 0.3))
        put(m, "\"A label\" ");
    if (chance(m, 0.2)) {
        put(m, "while ");
        put_expr(m, 2);
    } else {
        put(m, "when ");
        put_expr(m, 2);
        if (chance(m, 0.5)) {
            put(m, " until ");
            put_expr(m, 1);
        }
    }
    put(m, "\n");
}

static void put_model(struct maker *m)
{
    static const char *const HALF_LIVES[] = {"10 minutes", "1 hour", "7 minutes", "1 day"};
    unsigned stages = 1 + pick(m, 5), points = pick(m, 4), personas = pick(m, 4), grades = pick(m, 4);
    put(m, "model \"Random\"\n");
    m->personas = personas > 0;
    m->has_score = true;
    if (chance(m, 0.6))
        buf_printf(m->out, "half-life %s\n", ONE_OF(m, HALF_LIVES));
    put(m, "trait vip flag\ntrait renewal date\nfact pilot\n");
    put(m, "signal talk = email.replied, call.answered where value > 1\n");
    put(m, "signal busy = email.clicked including machines, form.submitted, talk\n");
    for (unsigned i = 0; i < 6; i++)
        m->derived[i] = i < 5 && chance(m, 0.25);
    for (unsigned i = 0; i < personas; i++) {
        m->level = 0;
        buf_printf(m->out, "persona \"%s\" when ", i == 0 ? "Big" : i == 1 ? "Small" : "Big");
        put_expr(m, 1);
        put(m, "\n");
    }
    if (personas == 1) // so that what conditions name is there
        put(m, "persona \"Small\" when city is \"Berlin\"\n");
    if (personas >= 1)
        put(m, "persona \"Big\" when employees > 100\n");
    for (unsigned i = 0; i < 6; i++)
        if (m->derived[i]) {
            m->level = 1;
            buf_printf(m->out, "fact %s when ", FACTS[i]);
            put_expr(m, 1);
            put(m, "\n");
        }
    for (unsigned i = 0; i < points; i++)
        put_points(m);
    for (unsigned i = 0; i < stages; i++)
        put_stage(m, i);
    m->stages = stages;
    for (unsigned i = 0; i < grades; i++) {
        m->level = 4;
        if (i + 1 == grades && chance(m, 0.7)) {
            put(m, "grade cold otherwise\n");
            continue;
        }
        buf_printf(m->out, "grade %s when ", i % 2 ? "warm" : "hot");
        put_expr(m, 1);
        put(m, "\n");
    }
}

// --- histories

static void put_properties(struct maker *m, const char *name)
{
    static const char *const PLANS[] = {
            "\"Pro\"", "\"pRo\"", "2", "true", "null", "\"\"", "\"basic\"", "\"3\"", "[1]"};
    static const char *const FLAGS[] = {"true", "\"Yes\"", "\"no\"", "false", "\"maybe\""};
    put(m, ",\"properties\":{\"x\":1");
    if (chance(m, 0.4))
        buf_printf(m->out, ",\"%s\":%u", chance(m, 0.7) ? "value" : "revenue", pick(m, 4));
    else if (chance(m, 0.1))
        buf_printf(m->out, ",\"value\":\"%u\"", pick(m, 4));
    if (chance(m, 0.2))
        put(m, chance(m, 0.5) ? ",\"link\":\"a\"" : ",\"link\":\"A\"");
    if (chance(m, 0.3))
        buf_printf(m->out, ",\"plan\":%s", ONE_OF(m, PLANS));
    if (chance(m, 0.2))
        buf_printf(m->out, ",\"flag\":%s", ONE_OF(m, FLAGS));
    if (chance(m, 0.1))
        put(m, chance(m, 0.5) ? ",\"due\":\"2026-01-01\"" : ",\"due\":\"2026-01-03T00:00:00+02:00\"");
    if (chance(m, 0.15))
        put(m, ",\"machine\":true");
    if (chance(m, 0.1))
        put(m, chance(m, 0.5) ? ",\"direction\":\"outbound\"" : ",\"direction\":\"inbound\"");
    if (chance(m, 0.1))
        put(m, ",\"channel\":\"email\"");
    if (strcmp(name, "fact.recorded") == 0) {
        static const char *const ANSWERS[] = {
                "\"yes\"", "\"no\"", "\"unknown\"", "true", "false", "\"perhaps\"", "null"};
        buf_printf(m->out, ",\"fact\":\"%s\"", ONE_OF(m, FACTS));
        if (chance(m, 0.8))
            buf_printf(m->out, ",\"answer\":%s", ONE_OF(m, ANSWERS));
        if (chance(m, 0.4))
            buf_printf(m->out, ",\"amount\":%u", pick(m, 4));
    }
    if (strcmp(name, "stage.assigned") == 0)
        buf_printf(m->out, ",\"stage\":\"%s\"",
                chance(m, 0.1)    ? "none"
                : chance(m, 0.05) ? "nowhere"
                                  : ONE_OF(m, STAGES));
    put(m, "}");
}

static void put_traits(struct maker *m)
{
    static const char *const PAIRS[] = {"\"title\":\"Author\"", "\"title\":null",
            "\"jobTitle\":\"An author here\"", "\"employees\":3", "\"employees\":\"12\"",
            "\"employees\":\"many\"", "\"industry\":\"Publishing\"", "\"industry\":\"\"",
            "\"company\":{\"name\":\"Acme\",\"employees\":200}", "\"company\":\"Beta\"", "\"vip\":true",
            "\"vip\":\"no\"", "\"renewal\":\"2026-01-01\"", "\"address\":{\"city\":\"Berlin\"}",
            "\"City\":\"Bonn\""};
    put(m, ",\"traits\":{");
    for (unsigned i = 0, n = 1 + pick(m, 3); i < n; i++)
        buf_printf(m->out, "%s%s", i ? "," : "", ONE_OF(m, PAIRS));
    put(m, "}");
}

static void put_event(struct maker *m, unsigned number, unsigned contacts, bool hands)
{
    char text[DATETIME_SIZE];
    int64_t t = T0 + 60 * rng_range(&m->rng, 0, MINUTES);
    if (chance(m, 0.3))
        t = T0 + 60 * rng_range(&m->rng, 0, 20); // crowded
    if (chance(m, 0.1))
        t += rng_range(&m->rng, -1, 30);
    unsigned who = pick(m, contacts), kind = pick(m, 20);
    const char *type = kind < 2 ? "identify" : kind == 2 ? "group" : kind == 3 ? "page" : "track";
    datetime_format(t, text);
    buf_printf(m->out, "{\"type\":\"%s\",\"timestamp\":\"%s\"", type, text);
    if (chance(m, 0.9))
        buf_printf(m->out, ",\"messageId\":\"m%u\"", chance(m, 0.03) ? pick(m, number + 1) : number);
    if (chance(m, 0.75))
        buf_printf(m->out, ",\"userId\":\"u%u\"", who);
    else
        buf_printf(m->out, ",\"anonymousId\":\"a%u\"", who);
    if (chance(m, 0.05))
        put(m, ",\"context\":{\"campaign\":{\"name\":\"spring\",\"source\":\"ads\"}}");
    if (kind < 3) {
        put_traits(m);
    } else {
        const char *name = "page.viewed";
        char plain[32];
        if (kind > 3) {
            name = chance(m, 0.25)            ? "fact.recorded"
                   : hands && chance(m, 0.15) ? "stage.assigned"
                                              : ONE_OF(m, EVENTS);
            snprintf(plain, sizeof plain, "%s", name[0] == '"' ? name + 1 : name);
            if (name[0] == '"')
                plain[strlen(plain) - 1] = '\0';
            buf_printf(m->out, ",\"event\":\"%s\"", plain);
        }
        put_properties(m, name);
    }
    put(m, "}\n");
}

struct random_case random_case_make(uint64_t seed)
{
    struct random_case c = {0};
    struct maker m = {.rng = rng_seed(seed), .out = &c.model};
    put_model(&m);
    m.out = &c.filter;
    put_expr(&m, 2);
    m.out = &c.events;
    unsigned contacts = 1 + pick(&m, 4), events = 1 + pick(&m, 40);
    bool hands = chance(&m, 0.25);
    for (unsigned i = 0; i < events; i++)
        put_event(&m, i, contacts, hands);
    c.at = T0 + 60 * rng_range(&m.rng, 0, 2 * MINUTES);
    return c;
}

void random_case_free(struct random_case *c)
{
    buf_free(&c->model);
    buf_free(&c->filter);
    buf_free(&c->events);
}
