#include "replay/message.h"

#include "base/datetime.h"
#include "replay/context_key.h"
#include "replay/traits.h"

// The members of a message that mean something here; the last one of a name counts.
struct envelope {
    const struct json *type, *event, *user_id, *anonymous_id, *previous_id, *message_id, *timestamp,
            *received_at, *properties, *traits, *context;
};

static void read_envelope(const struct json *json, struct envelope *e)
{
    const struct {
        struct str key;
        const struct json **member;
    } TABLE[] = {
            {STR("type"), &e->type},
            {STR("event"), &e->event},
            {STR("userId"), &e->user_id},
            {STR("anonymousId"), &e->anonymous_id},
            {STR("previousId"), &e->previous_id},
            {STR("messageId"), &e->message_id},
            {STR("timestamp"), &e->timestamp},
            {STR("receivedAt"), &e->received_at},
            {STR("properties"), &e->properties},
            {STR("traits"), &e->traits},
            {STR("context"), &e->context},
    };
    *e = (struct envelope){0};
    for (const struct json *j = json->child; j; j = j->next)
        for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++)
            if (str_eq(j->key, TABLE[i].key)) {
                *TABLE[i].member = j;
                break;
            }
}

// As much of a stranger's text as fits in a message, whole code points.
static struct str shortened(struct str s)
{
    enum { LONGEST = 80 };
    if (s.n <= LONGEST)
        return s;
    s.n = LONGEST;
    while (s.n && ((unsigned char)s.p[s.n] & 0xC0) == 0x80)
        s.n--;
    return s;
}

static bool is_absent(const struct json *j)
{
    return !j || j->kind == JSON_NULL || (j->kind == JSON_STRING && !j->text.n);
}

// A text that may be absent (then empty), but nothing else.
static bool read_id(const struct json *j, const char *name, struct str *ret, struct err *err)
{
    if (is_absent(j))
        return true;
    if (j->kind != JSON_STRING)
        return err_set(err, ERR_INPUT, "%s is not a text", name);
    *ret = j->text;
    return true;
}

static bool read_ids(const struct envelope *e, struct message *m, struct err *err)
{
    if (!read_id(e->message_id, "messageId", &m->message_id, err) ||
            !read_id(e->user_id, "userId", &m->user_id, err) ||
            !read_id(e->anonymous_id, "anonymousId", &m->anonymous_id, err))
        return false;
    switch (m->kind) {
    case MESSAGE_EVENT:
        return m->user_id.n || m->anonymous_id.n || err_set(err, ERR_INPUT, "no userId and no anonymousId");
    case MESSAGE_ALIAS:
        if (!read_id(e->previous_id, "previousId", &m->previous_id, err))
            return false;
        if (!m->user_id.n || !m->previous_id.n)
            return err_set(err, ERR_INPUT, "an alias without %s", m->user_id.n ? "previousId" : "userId");
        return true;
    case MESSAGE_UNALIAS:
        return m->message_id.n || err_set(err, ERR_INPUT, "an unalias without messageId");
    }
    return false;
}

// A program's zero or "never" is no moment of a customer's history, and columns hold 136 years at most.
bool message_time_fits(int64_t time)
{
    return time >= datetime_days(1900, 1, 1) * 86400 && time < datetime_days(2100, 1, 1) * 86400;
}

static bool read_time(const struct envelope *e, struct message *m, struct err *err)
{
    bool own = !is_absent(e->timestamp);
    const struct json *j = own ? e->timestamp : e->received_at;
    if (is_absent(j))
        return m->kind == MESSAGE_UNALIAS || err_set(err, ERR_INPUT, "no timestamp");
    if (j->kind != JSON_STRING || !datetime_parse(j->text, &m->time)) {
        struct str text = shortened(j->text);
        return err_set(
                err, ERR_INPUT, "%s \"%.*s\" is no time", own ? "timestamp" : "receivedAt", STR_ARG(text));
    }
    if (!message_time_fits(m->time)) {
        struct str text = shortened(j->text);
        return err_set(err, ERR_INPUT, "%s \"%.*s\" is not between the years 1900 and 2099",
                own ? "timestamp" : "receivedAt", STR_ARG(text));
    }
    return true;
}

// Kind of message and, of an event, its kind and name.
static bool read_type(const struct envelope *e, struct message *m, struct err *err)
{
    static const struct {
        struct str word;
        enum message_kind kind;
        enum event_kind event;
        struct str name;
    } TABLE[] = {
            {{"track", 5}, MESSAGE_EVENT, EVENT_TRACK, {NULL, 0}},
            {{"page", 4}, MESSAGE_EVENT, EVENT_TRACK, {"page.viewed", 11}},
            {{"screen", 6}, MESSAGE_EVENT, EVENT_TRACK, {"screen.viewed", 13}},
            {{"identify", 8}, MESSAGE_EVENT, EVENT_IDENTIFY, {NULL, 0}},
            {{"group", 5}, MESSAGE_EVENT, EVENT_GROUP, {NULL, 0}},
            {{"alias", 5}, MESSAGE_ALIAS, EVENT_TRACK, {NULL, 0}},
            {{"unalias", 7}, MESSAGE_UNALIAS, EVENT_TRACK, {NULL, 0}},
    };
    if (is_absent(e->type))
        return err_set(err, ERR_INPUT, "no type");
    if (e->type->kind != JSON_STRING)
        return err_set(err, ERR_INPUT, "type is not a text");
    size_t i = 0, n = sizeof TABLE / sizeof *TABLE;
    while (i < n && !str_eq(e->type->text, TABLE[i].word))
        i++;
    if (i == n) {
        struct str word = shortened(e->type->text);
        return err_set(err, ERR_INPUT, "unknown type \"%.*s\"", STR_ARG(word));
    }
    m->kind = TABLE[i].kind;
    m->type = (struct event_type){.kind = TABLE[i].event, .direction = DIR_INTERNAL, .name = TABLE[i].name};
    if (i == 0) {
        if (is_absent(e->event))
            return err_set(err, ERR_INPUT, "no event");
        if (e->event->kind != JSON_STRING)
            return err_set(err, ERR_INPUT, "event is not a text");
        m->type.name = event_canonical(e->event->text);
    }
    return true;
}

static bool value_of(const struct json *j, struct value *ret)
{
    if (!j)
        return false;
    *ret = (struct value){j->kind, j->text};
    return true;
}

static void read_properties(struct arena *arena, const struct envelope *e, struct message *m)
{
    const struct json *campaign = json_get(json_get(e->context, STR("campaign")), STR("source")),
                      *medium = json_get(json_get(e->context, STR("campaign")), STR("medium")),
                      *name = json_get(json_get(e->context, STR("campaign")), STR("name"));
    const struct json *first =
            e->properties && e->properties->kind == JSON_OBJECT ? e->properties->child : NULL;
    unsigned n = 3;
    for (const struct json *j = first; j; j = j->next)
        n++;
    m->props = ARENA_ARRAY(arena, struct field, n);
    n = 0;
    for (const struct json *j = first; j; j = j->next)
        m->props[n++] = (struct field){j->key, {j->kind, j->text}};
    if (campaign && campaign->kind != JSON_NULL)
        m->props[n++] = (struct field){CONTEXT_SOURCE, {campaign->kind, campaign->text}};
    if (medium && medium->kind != JSON_NULL)
        m->props[n++] = (struct field){CONTEXT_MEDIUM, {medium->kind, medium->text}};
    if (name && name->kind != JSON_NULL)
        m->props[n++] = (struct field){CONTEXT_CAMPAIGN, {name->kind, name->text}};
    m->n_props = fields_unique(arena, m->props, n);

    struct value flag;
    const struct json *direction = json_get(e->properties, STR("direction"));
    if (!direction || direction->kind != JSON_STRING || !direction_parse(direction->text, &m->type.direction))
        m->type.direction = event_direction(m->type.name);
    if (value_of(json_get(e->properties, STR("machine")), &flag) && !value_flag(&flag, &m->type.machine))
        m->type.machine = false;
}

// false: neither an answer nor none, so that the event records nothing.
static bool read_answer(const struct json *j, bool amount, enum answer *ret)
{
    if (is_absent(j)) {
        *ret = ANSWER_YES;
        return amount;
    }
    if (j->kind == JSON_TRUE || j->kind == JSON_FALSE) {
        *ret = j->kind == JSON_TRUE ? ANSWER_YES : ANSWER_NO;
        return true;
    }
    if (j->kind != JSON_STRING)
        return false;
    if (str_eq_nocase(j->text, STR("yes")) || str_eq_nocase(j->text, STR("true")))
        *ret = ANSWER_YES;
    else if (str_eq_nocase(j->text, STR("no")) || str_eq_nocase(j->text, STR("false")))
        *ret = ANSWER_NO;
    else if (str_eq_nocase(j->text, STR("unknown")))
        *ret = ANSWER_UNKNOWN;
    else
        return false;
    return true;
}

static void read_fact(const struct envelope *e, struct message *m)
{
    if (!str_eq(m->type.name, STR("fact.recorded")))
        return;
    struct str fact = json_get_str(e->properties, STR("fact"));
    struct value amount;
    double number;
    bool has = value_of(json_get(e->properties, STR("amount")), &amount) && value_number(&amount, &number);
    if (!fact.n || !read_answer(json_get(e->properties, STR("answer")), has, &m->answer))
        return;
    m->fact = fact;
    if (has && m->answer != ANSWER_UNKNOWN)
        m->amount = (struct value){JSON_NUMBER, amount.text};
}

bool message_from_json(struct arena *arena, const struct json *json, struct message *ret, struct err *err)
{
    struct message m = {.json = json};
    struct envelope e;
    if (json->kind != JSON_OBJECT)
        return err_set(err, ERR_INPUT, "not a JSON object");
    read_envelope(json, &e);
    if (!read_type(&e, &m, err) || !read_ids(&e, &m, err) || !read_time(&e, &m, err))
        return false;
    if (m.kind == MESSAGE_EVENT && m.type.kind == EVENT_TRACK) {
        read_properties(arena, &e, &m);
        read_fact(&e, &m);
    } else if (m.kind == MESSAGE_EVENT) {
        m.n_traits = traits_read(arena, e.traits, m.type.kind, &m.traits);
    }
    *ret = m;
    return true;
}

bool message_decode(struct arena *arena, struct str line, struct message *ret, struct err *err)
{
    struct json *json;
    return json_parse(arena, line, &json, err) && message_from_json(arena, json, ret, err);
}
