// Amazon SES's notices, which come by mail as JSON (bounces, complaints, deliveries).
#include "base/buf.h"
#include "base/json.h"
#include "mail/report.h"

// From the first "{" to the last "}", without the line ends that mailing put in.
static struct str object_in(struct arena *arena, struct str text)
{
    size_t from = str_find(text, '{'), to = text.n;
    while (to > from && text.p[to - 1] != '}')
        to--;
    if (from >= to)
        return STR_NONE;
    char *out = arena_alloc(arena, to - from);
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        if (text.p[i] != '\n' && text.p[i] != '\r')
            out[n++] = text.p[i];
    return (struct str){out, n};
}

static void add(struct report *r, const struct json *list, struct str action)
{
    for (const struct json *one = list && list->kind == JSON_ARRAY ? list->child : NULL; one;
            one = one->next) {
        struct report_recipient to = {.action = action, .status = json_get_str(one, STR("status"))};
        to.address = one->kind == JSON_STRING ? one->text : json_get_str(one, STR("emailAddress"));
        to.diagnostic = json_get_str(one, STR("diagnosticCode"));
        if (to.address.n)
            report_add(r, to);
    }
}

enum bounce_class report_read_json(struct report *r)
{
    struct json *j;
    struct str text = object_in(r->arena, r->mime->text);
    struct err err = {0};
    if (!text.n || !json_parse(r->arena, text, &j, &err))
        return BOUNCE_NONE;
    struct str inner = json_get_str(j, STR("Message")); // (of SNS: a notice as a string within a notice)
    if (inner.n && !json_parse(r->arena, inner, &j, &err))
        return BOUNCE_NONE;
    struct str type = json_get_str(j, STR("notificationType"));
    if (!type.n)
        type = json_get_str(j, STR("eventType"));
    if (str_eq(type, STR("Bounce"))) {
        const struct json *bounce = json_get(j, STR("bounce"));
        bool soft = str_eq(json_get_str(bounce, STR("bounceType")), STR("Transient"));
        add(r, json_get(bounce, STR("bouncedRecipients")), soft ? STR("delayed") : STR("failed"));
        return soft ? BOUNCE_SOFT : BOUNCE_HARD;
    }
    if (str_eq(type, STR("Complaint"))) {
        add(r, json_get(json_get(j, STR("complaint")), STR("complainedRecipients")), STR("complained"));
        return BOUNCE_COMPLAINT;
    }
    if (str_eq(type, STR("Delivery"))) {
        add(r, json_get(json_get(j, STR("delivery")), STR("recipients")), STR("delivered"));
        return BOUNCE_DELIVERED;
    }
    return BOUNCE_NONE;
}
