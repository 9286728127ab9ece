// Messages as the log stores them, and back.
#include "app/event/log_private.h"

#include "base/datetime.h"

enum { UUID_BYTES = 16, UUID_TEXT = 36 };

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool dash_at(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

static bool pack_uuid(struct str id, char *out)
{
    if (id.n != UUID_TEXT)
        return false;
    for (size_t i = 0; i < UUID_TEXT; i++) {
        if (dash_at(i)) {
            if (id.p[i] != '-')
                return false;
            continue;
        }
        int high = nibble(id.p[i]), low = nibble(id.p[i + 1]);
        if (high < 0 || low < 0)
            return false;
        *out++ = (char)(high << 4 | low);
        i++;
    }
    return true;
}

// 16 bytes are a UUID. Any other text stands behind 1 + k bytes, the first of which is k: k is 1 where the
// whole would be 16 bytes long otherwise.
struct str message_pack(struct str id, struct buf *out)
{
    out->n = 0;
    if (!id.n)
        return STR_NONE;
    char *room = buf_room(out, UUID_BYTES);
    if (pack_uuid(id, room)) {
        out->n = UUID_BYTES;
        return buf_str(out);
    }
    char k = id.n + 1 == UUID_BYTES;
    buf_char(out, k);
    if (k)
        buf_char(out, 0);
    buf_put(out, id);
    return buf_str(out);
}

void message_text(struct str stored, struct buf *out)
{
    static const char HEX[] = "0123456789abcdef";
    if (stored.n != UUID_BYTES) {
        size_t skip = stored.n && stored.p[0] == 1 ? 2 : 1;
        if (stored.n > skip)
            buf_put(out, str_sub(stored, skip, stored.n));
        return;
    }
    char *p = buf_room(out, UUID_TEXT);
    for (size_t i = 0, at = 0; i < UUID_BYTES; i++) {
        if (dash_at(at))
            p[at++] = '-';
        p[at++] = HEX[(unsigned char)stored.p[i] >> 4];
        p[at++] = HEX[(unsigned char)stored.p[i] & 15];
    }
    out->n += UUID_TEXT;
}

// JSON without the white space between its words.
static void put_compact(struct str json, struct buf *out)
{
    char *p = buf_room(out, json.n);
    size_t n = 0;
    bool text = false;
    for (size_t i = 0; i < json.n; i++) {
        char c = json.p[i];
        if (text && c == '\\') {
            p[n++] = c;
            c = json.p[++i];
        } else if (c == '"') {
            text = !text;
        } else if (!text && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
            continue;
        }
        p[n++] = c;
    }
    out->n += n;
}

// Members that the columns hold, and what the clients add for their own transport.
static bool in_columns(struct str key)
{
    static const struct str KEYS[] = {{"type", 4}, {"event", 5}, {"messageId", 9}, {"userId", 6},
            {"anonymousId", 11}, {"previousId", 10}, {"timestamp", 9}, {"receivedAt", 10}, {"sentAt", 6},
            {"originalTimestamp", 17}, {"integrations", 12}, {"writeKey", 8}};
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
        if (str_eq(key, KEYS[i]))
            return true;
    return false;
}

static bool says_nothing(const struct json *j)
{
    return j->kind == JSON_NULL || ((j->kind == JSON_OBJECT || j->kind == JSON_ARRAY) && !j->child);
}

void message_body(const struct json *json, struct buf *out)
{
    out->n = 0;
    for (const struct json *m = json ? json->child : NULL; m; m = m->next) {
        // Of two members of one name the last counts, even if it says nothing: then the name goes.
        if (in_columns(m->key) || says_nothing(m) || json_get(json, m->key) != m)
            continue;
        buf_char(out, out->n ? ',' : '{');
        json_put_string(out, m->key);
        buf_char(out, ':');
        if (m->kind == JSON_STRING)
            json_put_string(out, m->text);
        else
            put_compact(m->text, out);
    }
    if (out->n)
        buf_char(out, '}');
}

static const char *const KIND_WORDS[] = {
        [EVENT_TRACK] = "track", [EVENT_IDENTIFY] = "identify", [EVENT_GROUP] = "group"};

static struct json *member(struct arena *arena, struct str key, struct str text, struct json *next)
{
    struct json *j = ARENA_NEW(arena, struct json);
    *j = (struct json){.kind = JSON_STRING, .key = key, .text = text, .next = next};
    return j;
}

bool message_of_row(struct arena *arena, const struct log_row *row, struct message *ret, struct err *err)
{
    struct json *json;
    if (!json_parse(arena, row->body, &json, err))
        return false;
    // The decoder wants a whole message; what the columns know replaces what is made up here.
    struct json *first = member(arena, STR("userId"), STR("-"), json->child);
    first = member(arena, STR("timestamp"), STR("1970-01-01"), first);
    if (row->type->kind == EVENT_TRACK)
        first = member(arena, STR("event"), row->type->name, first);
    json->child = member(arena, STR("type"), str_of(KIND_WORDS[row->type->kind]), first);
    struct message m;
    if (!message_from_json(arena, json, &m, err))
        return false;
    m.type = *row->type;
    m.time = row->time;
    *ret = m;
    return true;
}

static void put_member(struct buf *out, const char *key, struct str value)
{
    if (!value.n)
        return;
    buf_char(out, ',');
    json_put_string(out, str_of(key));
    buf_char(out, ':');
    json_put_string(out, value);
}

void message_line(const struct log_row *row, struct str user, struct str anonymous, struct buf *out)
{
    struct buf id = {0};
    char time[DATETIME_SIZE];
    bool alias = row->kind == MESSAGE_ALIAS;
    if (row->message.n)
        message_text(row->message, &id);
    buf_put(out, STR("{\"type\":\""));
    buf_put(out, str_of(alias ? "alias" : KIND_WORDS[row->type->kind]));
    buf_char(out, '"');
    if (!alias && row->type->kind == EVENT_TRACK)
        put_member(out, "event", row->type->name);
    put_member(out, "messageId", buf_str(&id));
    put_member(out, "userId", user);
    put_member(out, alias ? "previousId" : "anonymousId", anonymous);
    put_member(out, "timestamp", datetime_format(row->time, time));
    if (row->body.n > 2) {
        buf_char(out, ',');
        buf_put(out, str_sub(row->body, 1, row->body.n));
    } else {
        buf_char(out, '}');
    }
    buf_free(&id);
}
