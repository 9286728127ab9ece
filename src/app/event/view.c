#include "app/event/view.h"

#include "base/datetime.h"

const struct member EVENT_MEMBERS[] = {
        {"id", "text", "Its place in the log, a decimal number", true, 0},
        {"contact", "text", "The contact's id", true, 0},
        {"type", "enum:track|identify|group", "The kind of message; page and screen are track", true, 0},
        {"name", "text?", "email.replied; null for identify and group", true, 0},
        {"time", "time", "When it happened", true, 0},
        {"direction", "enum:inbound|outbound|internal", "From them, from us, or bookkeeping", true, 0},
        {"channel", "text?", "email, page, call …", true, 0},
        {"machine", "flag", "A scanner or prefetcher did it, no person", true, 0},
        {"two_way", "flag", "Part of a talk between them and a person of ours", true, 0},
        {"message_id", "text?", "What evidence calls it, if it was sent with one", true, 0},
        {"source", "text?", "Where it came from (utm_source, or the property)", true, 0},
        {"campaign", "text?", "Of which campaign", true, 0},
        {"properties", "object", "As they were sent", true, 0},
        {"traits", "object", "Of identify and group", true, 0},
        {"context", "object", "As it was sent: page, campaign …", true, 0},
        {0},
};

static void put_text_or_null(struct buf *out, const char *key, struct str text)
{
    buf_printf(out, ",\"%s\":", key);
    if (text.n)
        json_put_string(out, text);
    else
        buf_put(out, STR("null"));
}

static void put_object(struct buf *out, const char *key, const struct json *body)
{
    const struct json *j = json_get(body, str_of(key));
    buf_printf(out, ",\"%s\":", key);
    buf_put(out, j && j->kind == JSON_OBJECT ? j->text : STR("{}"));
}

// The event's own property, else what the campaign of the context says.
static struct str property_or_campaign(const struct json *body, const char *property, const char *campaign)
{
    struct str own = json_get_str(json_get(body, STR("properties")), str_of(property));
    return own.n ? own
                 : json_get_str(json_get(json_get(body, STR("context")), STR("campaign")), str_of(campaign));
}

static struct str channel_of(const struct json *body, const struct event_type *type)
{
    struct str own = json_get_str(json_get(body, STR("properties")), STR("channel"));
    return own.n ? own : str_sub(type->name, 0, str_find(type->name, '.'));
}

void event_put(struct arena *arena, const struct log_row *row, struct str contact, struct buf *out)
{
    static const char *const TYPES[] = {
            [EVENT_TRACK] = "track", [EVENT_IDENTIFY] = "identify", [EVENT_GROUP] = "group"};
    static const char *const DIRECTIONS[] = {
            [DIR_INBOUND] = "inbound", [DIR_OUTBOUND] = "outbound", [DIR_INTERNAL] = "internal"};
    struct json *body = NULL;
    struct err unread;
    struct buf id = {0};
    char time[DATETIME_SIZE];
    // What cannot be read any more (a damaged row) shows as nothing; doctor finds it.
    if (row->body.n && !json_parse(arena, row->body, &body, &unread))
        body = NULL;
    buf_printf(out, "{\"id\":\"%lld\",\"contact\":", (long long)row->id);
    json_put_string(out, contact);
    buf_printf(out, ",\"type\":\"%s\"", TYPES[row->type->kind]);
    put_text_or_null(out, "name", row->type->name);
    put_text_or_null(out, "time", datetime_format(row->time, time));
    buf_printf(out, ",\"direction\":\"%s\"", DIRECTIONS[row->type->direction]);
    put_text_or_null(out, "channel", channel_of(body, row->type));
    buf_printf(out, ",\"machine\":%s", row->type->machine ? "true" : "false");
    bool two_way = row->type->kind == EVENT_TRACK && !row->type->machine && event_two_way(row->type->name);
    buf_printf(out, ",\"two_way\":%s", two_way ? "true" : "false");
    if (row->message.n)
        message_text(row->message, &id);
    put_text_or_null(out, "message_id", buf_str(&id));
    buf_free(&id);
    put_text_or_null(out, "source", property_or_campaign(body, "source", "source"));
    put_text_or_null(out, "campaign", property_or_campaign(body, "campaign", "name"));
    put_object(out, "properties", body);
    put_object(out, "traits", body);
    put_object(out, "context", body);
    buf_char(out, '}');
}
