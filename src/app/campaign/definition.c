// Reading a campaign's definition, and saying what is wrong with it and where.
#include "app/campaign/definition.h"

#include "base/datetime.h"
#include "base/json_put.h"
#include "rules/model.h"

#include <stdio.h>

const char *const DEFINITION_MEMBERS[] = {"audience", "entry", "again", "mailboxes", "topic", "quiet", "cap",
        "goal", "stop", "start_at", "steps", NULL};

static const char *const KINDS[] = {"mail", "wait", "wait_until", "wait_for", "branch", "fact", "tag", "task",
        "webhook", "stop"}; // by enum step_kind

// Which members belong to which kinds: bits by enum step_kind.
#define M(kind) (1u << STEP_##kind)
static const struct {
    const char *name;
    unsigned of, needed;
} MEMBERS[] = {
        {"template", M(MAIL), 0},
        {"subject", M(MAIL), 0},
        {"preheader", M(MAIL), 0},
        {"body", M(MAIL), 0},
        {"format", M(MAIL), 0},
        {"layout", M(MAIL), 0},
        {"mailboxes", M(MAIL), 0},
        {"variants", M(MAIL), 0},
        {"offer", M(MAIL), 0},
        {"metric", M(MAIL), 0},
        {"automatic", M(MAIL), 0},
        {"test_percent", M(MAIL), 0},
        {"track_opens", M(MAIL), 0},
        {"track_clicks", M(MAIL), 0},
        {"for", M(WAIT), M(WAIT)},
        {"weekdays", M(WAIT_UNTIL), 0},
        {"hour", M(WAIT_UNTIL), M(WAIT_UNTIL)},
        {"event", M(WAIT_FOR), M(WAIT_FOR)},
        {"timeout", M(WAIT_FOR), M(WAIT_FOR)},
        {"when", M(BRANCH), M(BRANCH)},
        {"then", M(BRANCH) | M(WAIT_FOR), 0},
        {"otherwise", M(BRANCH) | M(WAIT_FOR), 0},
        {"fact", M(FACT), M(FACT)},
        {"answer", M(FACT), 0},
        {"amount", M(FACT), 0},
        {"tag", M(TAG), M(TAG)},
        {"remove", M(TAG), 0},
        {"title", M(TASK), M(TASK)},
        {"note", M(TASK), 0},
        {"task", M(TASK), 0},
        {"owner", M(TASK), 0},
        {"due_in", M(TASK), 0},
        {"webhook", M(WEBHOOK), M(WEBHOOK)},
        {"why", M(STOP), 0},
};
#undef M

static bool there(const struct json *j)
{
    return j && j->kind != JSON_NULL && !(j->kind == JSON_STRING && !j->text.n);
}

static struct str text_of(const struct json *json, const char *name)
{
    struct str text = json_get_str(json, str_of(name));
    return text.n ? text : STR_NONE;
}

bool minute_parse(struct str text, unsigned *ret)
{
    if (text.n != 5 || text.p[2] != ':')
        return false;
    for (unsigned i = 0; i < 5; i++)
        if (i != 2 && (text.p[i] < '0' || text.p[i] > '9'))
            return false;
    unsigned hour = (unsigned)((text.p[0] - '0') * 10 + text.p[1] - '0'),
             minute = (unsigned)((text.p[3] - '0') * 10 + text.p[4] - '0');
    *ret = hour * 60 + minute;
    return hour < 24 && minute < 60;
}

const struct step *definition_step(const struct definition *d, struct str id)
{
    for (unsigned i = 0; i < d->n_steps; i++)
        if (str_eq(d->steps[i].id, id))
            return &d->steps[i];
    return NULL;
}

const struct json *step_variant(const struct step *step, unsigned variant)
{
    const struct json *list = json_get(step->json, STR("variants")), *j = list ? list->child : NULL;
    for (; j && variant; variant--)
        j = j->next;
    return j;
}

struct str step_text(const struct step *step, unsigned variant, const char *member)
{
    struct str text = text_of(step_variant(step, variant), member);
    return text.p ? text : text_of(step->json, member);
}

// What is being read, and where something is wrong with it.
struct reading {
    struct definition *d;
    char *field;
    struct err *err;
    struct str *next, *then, *otherwise; // [steps] as written
};

static bool wrong(struct reading *r, const char *field, const char *text)
{
    snprintf(r->field, 80, "%s", field);
    return err_set(r->err, ERR_INPUT, "%s", text);
}

static bool wrong_step(struct reading *r, unsigned i, const char *member, const char *text)
{
    const struct step *step = &r->d->steps[i];
    snprintf(r->field, 80, "steps.%u%s%s", i, *member ? "." : "", member);
    return err_set(r->err, ERR_INPUT, "step %.*s: %s", STR_ARG(step->id), text);
}

static bool read_duration(struct reading *r, unsigned i, const char *member, int64_t least, int64_t *ret)
{
    struct err unread;
    if (duration_parse(text_of(r->d->steps[i].json, member), ret, &unread) && *ret >= least &&
            *ret <= STEP_WAIT_MAX)
        return true;
    return wrong_step(r, i, member, "a time such as 2 days or 4 hours is expected, at most three years");
}

static bool read_weekdays(struct reading *r, unsigned i, unsigned *ret)
{
    static const char *const DAYS[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const struct json *list = json_get(r->d->steps[i].json, STR("weekdays"));
    *ret = 0;
    for (const struct json *j = list ? list->child : NULL; j; j = j->next) {
        unsigned day = 0;
        while (day < 7 && !str_eq(j->text, str_of(DAYS[day])))
            day++;
        if (day == 7)
            return wrong_step(r, i, "weekdays", "mon, tue, wed, thu, fri, sat and sun are days");
        *ret |= 1u << day;
    }
    *ret = *ret ? *ret : 127;
    return true;
}

static bool read_mail(struct reading *r, unsigned i)
{
    struct step *step = &r->d->steps[i];
    const struct json *list = json_get(step->json, STR("variants"));
    unsigned n = 0, minute;
    for (const struct json *j = list ? list->child : NULL; j; j = j->next, n++)
        if (text_of(j, "hour").n && !minute_parse(text_of(j, "hour"), &minute))
            return wrong_step(r, i, "variants", "an hour such as 09:30 is expected");
    if (n > VARIANTS_MAX)
        return wrong_step(r, i, "variants", "there may be ten of them");
    step->n_variants = n ? n : 1;
    for (unsigned v = 0; v < step->n_variants; v++)
        if (!step_text(step, v, "template").n &&
                (!step_text(step, v, "subject").n || !step_text(step, v, "body").n))
            return wrong_step(r, i, step_text(step, v, "subject").n ? "body" : "subject",
                    "a mail needs a template, or a subject and a body of its own");
    return true;
}

static bool read_kind(struct reading *r, unsigned i)
{
    struct step *step = &r->d->steps[i];
    struct str kind = text_of(step->json, "kind");
    for (unsigned k = 0; k < sizeof KINDS / sizeof *KINDS; k++)
        if (str_eq(kind, str_of(KINDS[k]))) {
            step->kind = (enum step_kind)k;
            return true;
        }
    return wrong_step(r, i, "kind", "this is no kind of step");
}

static bool read_members(struct reading *r, unsigned i)
{
    const struct step *step = &r->d->steps[i];
    unsigned bit = 1u << step->kind;
    for (unsigned m = 0; m < sizeof MEMBERS / sizeof *MEMBERS; m++) {
        bool set = there(json_get(step->json, str_of(MEMBERS[m].name)));
        char text[100];
        if (set && !(MEMBERS[m].of & bit)) {
            snprintf(text, sizeof text, "%s does not belong to a step of the kind %s", MEMBERS[m].name,
                    KINDS[step->kind]);
            return wrong_step(r, i, MEMBERS[m].name, text);
        }
        if (!set && (MEMBERS[m].needed & bit)) {
            snprintf(text, sizeof text, "a step of the kind %s needs %s", KINDS[step->kind], MEMBERS[m].name);
            return wrong_step(r, i, MEMBERS[m].name, text);
        }
    }
    return true;
}

static bool read_step(struct reading *r, unsigned i)
{
    struct step *step = &r->d->steps[i];
    int64_t seconds;
    if (!read_kind(r, i) || !read_members(r, i))
        return false;
    r->next[i] = text_of(step->json, "next");
    r->then[i] = text_of(step->json, "then");
    r->otherwise[i] = text_of(step->json, "otherwise");
    switch (step->kind) {
    case STEP_MAIL:
        return read_mail(r, i);
    case STEP_WAIT:
        return read_duration(r, i, "for", 1, &step->seconds);
    case STEP_WAIT_FOR:
        return read_duration(r, i, "timeout", 1, &step->seconds);
    case STEP_WAIT_UNTIL:
        return (minute_parse(text_of(step->json, "hour"), &step->minute) ||
                       wrong_step(r, i, "hour", "an hour such as 09:30 is expected")) &&
               read_weekdays(r, i, &step->weekdays);
    case STEP_TASK:
        return !text_of(step->json, "due_in").n || read_duration(r, i, "due_in", 0, &seconds);
    case STEP_BRANCH:
    case STEP_FACT:
    case STEP_TAG:
    case STEP_WEBHOOK:
    case STEP_STOP:
        break;
    }
    return true;
}

// Where a step leads: only ever down, so that nobody goes round.
static bool resolve(struct reading *r, unsigned i, const char *member, struct str id, int otherwise, int *ret)
{
    const struct step *to = definition_step(r->d, id);
    *ret = otherwise;
    if (!id.n)
        return true;
    if (str_eq(id, STR("end"))) {
        *ret = STEP_END;
        return true;
    }
    if (!to || to <= &r->d->steps[i])
        return wrong_step(r, i, member, "the id of a step further down is expected, or end");
    *ret = (int)(to - r->d->steps);
    return true;
}

static bool resolve_all(struct reading *r)
{
    for (unsigned i = 0; i < r->d->n_steps; i++) {
        struct step *step = &r->d->steps[i];
        int below = i + 1 < r->d->n_steps ? (int)i + 1 : STEP_END;
        if (!resolve(r, i, "next", r->next[i], below, &step->next) ||
                !resolve(r, i, "then", r->then[i], step->next, &step->then) ||
                !resolve(r, i, "otherwise", r->otherwise[i], step->next, &step->otherwise))
            return false;
    }
    return true;
}

static bool read_steps(struct reading *r, struct arena *arena)
{
    const struct json *list = json_get(r->d->json, STR("steps"));
    unsigned n = 0;
    for (const struct json *j = list ? list->child : NULL; j; j = j->next)
        n++;
    if (n > STEPS_MAX)
        return wrong(r, "steps", "there may be 200 steps");
    r->d->steps = ARENA_ARRAY(arena, struct step, n + 1);
    r->next = ARENA_ARRAY(arena, struct str, 3 * (n + 1));
    r->then = r->next + n + 1;
    r->otherwise = r->then + n + 1;
    for (const struct json *j = list ? list->child : NULL; j; j = j->next) {
        unsigned i = r->d->n_steps;
        struct str id = text_of(j, "id");
        r->d->steps[i] = (struct step){.json = j, .id = id};
        if (!id.n || id.n > STEP_ID_MAX || str_eq(id, STR("end")))
            return wrong_step(r, i, "id", "it needs an id of 1 to 40 characters, and not end");
        if (definition_step(r->d, id))
            return wrong_step(r, i, "id", "another step has this id");
        r->d->n_steps++;
        if (!read_step(r, i))
            return false;
    }
    return resolve_all(r);
}

static unsigned read_count(const struct json *json, const char *member)
{
    const struct json *j = json_get(json, str_of(member));
    double n;
    return j && j->kind == JSON_NUMBER && json_number(j->text, &n) && n >= 0 && n < 1e6 ? (unsigned)n : 0;
}

static bool flag_of(const struct json *json, const char *member, bool otherwise)
{
    const struct json *j = json_get(json, str_of(member));
    return !j || j->kind == JSON_NULL ? otherwise : j->kind == JSON_TRUE;
}

static bool read_rest(struct reading *r)
{
    struct definition *d = r->d;
    const struct json *entry = json_get(d->json, STR("entry")), *quiet = json_get(d->json, STR("quiet")),
                      *cap = json_get(d->json, STR("cap")), *stop = json_get(d->json, STR("stop"));
    struct str again = text_of(d->json, "again"), start = text_of(d->json, "start_at");
    d->audience = text_of(d->json, "audience");
    d->entry_when = text_of(entry, "when");
    d->entry_event = text_of(entry, "event");
    d->goal = text_of(d->json, "goal");
    d->topic = text_of(d->json, "topic");
    d->stop_when = text_of(stop, "when");
    d->stop_reply = flag_of(stop, "reply", true);
    d->stop_unsubscribe = flag_of(stop, "unsubscribe", true);
    d->again = str_eq(again, STR("always"))          ? AGAIN_ALWAYS
               : str_eq(again, STR("after_leaving")) ? AGAIN_AFTER_LEAVING
                                                     : AGAIN_NEVER;
    d->cap_mails = read_count(cap, "mails");
    d->cap_days = read_count(cap, "days");
    d->quiet = there(quiet);
    if (d->quiet && (!minute_parse(text_of(quiet, "from"), &d->quiet_from) ||
                            !minute_parse(text_of(quiet, "to"), &d->quiet_to)))
        return wrong(r, "quiet", "hours such as 20:00 and 08:00 are expected");
    if (start.n && !datetime_parse(start, &d->start_at))
        return wrong(r, "start_at", "a time like 2026-03-01T10:00:00Z is expected");
    return true;
}

bool definition_read(
        struct arena *arena, struct str text, struct definition *ret, char field[80], struct err *err)
{
    struct json *json;
    struct reading r = {.d = ret, .field = field, .err = err};
    *ret = (struct definition){0};
    *field = '\0';
    if (!json_parse(arena, text, &json, err))
        return false;
    ret->json = json;
    return read_rest(&r) && read_steps(&r, arena);
}

static bool taken(const struct json *steps, struct str id)
{
    for (const struct json *j = steps->child; j; j = j->next)
        if (str_eq(json_get_str(j, STR("id")), id))
            return true;
    return false;
}

// Steps without an id get one: s1, s2 … that no other has.
static void put_steps(struct arena *arena, const struct json *steps, struct buf *out)
{
    unsigned n = 0;
    put_key(out, "steps");
    buf_char(out, '[');
    for (const struct json *j = steps->child; j; j = j->next) {
        put_comma(out);
        if (json_get_str(j, STR("id")).n) {
            json_put(out, j);
            continue;
        }
        struct str id;
        do
            id = arena_printf(arena, "s%u", ++n);
        while (taken(steps, id));
        buf_char(out, '{');
        put_text(out, "id", id);
        for (const struct json *m = j->child; m; m = m->next)
            if (!str_eq(m->key, STR("id"))) {
                put_comma(out);
                json_put_string(out, m->key);
                buf_char(out, ':');
                json_put(out, m);
            }
        buf_char(out, '}');
    }
    buf_char(out, ']');
}

struct str definition_text(struct arena *arena, const struct json *before, const struct json *change)
{
    struct buf out = {0};
    buf_char(&out, '{');
    for (const char *const *name = DEFINITION_MEMBERS; *name; name++) {
        const struct json *j = json_get(change, str_of(*name));
        j = j ? j : json_get(before, str_of(*name));
        if (!j || j->kind == JSON_NULL)
            continue;
        if (strcmp(*name, "steps") == 0) {
            put_steps(arena, j, &out);
            continue;
        }
        put_key(&out, *name);
        json_put(&out, j);
    }
    buf_char(&out, '}');
    struct str text = arena_str(arena, buf_str(&out));
    buf_free(&out);
    return text;
}
