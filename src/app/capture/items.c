#include "app/capture/items.h"

#include "base/datetime.h"

#include <zlib.h>

bool capture_unpack(struct arena *arena, struct str packed, struct str *ret, struct err *err)
{
    enum { WINDOW_ANY = 15 + 32 /* zlib's or gzip's header */ };
    z_stream z = {.next_in = (Bytef *)(uintptr_t)packed.p, .avail_in = (uInt)packed.n};
    size_t room = packed.n * 8 + 4096, n = 0;
    int code = Z_OK;
    if (inflateInit2(&z, WINDOW_ANY) != Z_OK)
        return err_set(err, ERR_IO, "no memory to unpack the body");
    room = room < CAPTURE_BODY_MAX + 1 ? room : CAPTURE_BODY_MAX + 1;
    char *out = arena_alloc(arena, room);
    for (;;) {
        z.next_out = (Bytef *)out + n;
        z.avail_out = (uInt)(room - n);
        code = inflate(&z, Z_NO_FLUSH);
        n = room - z.avail_out;
        if (code != Z_OK || n > CAPTURE_BODY_MAX || (z.avail_out && !z.avail_in))
            break;
        if (n == room) {
            size_t more = room * 4 < CAPTURE_BODY_MAX + 1 ? room * 4 : CAPTURE_BODY_MAX + 1;
            char *larger = arena_alloc(arena, more);
            memcpy(larger, out, n);
            out = larger;
            room = more;
        }
    }
    inflateEnd(&z);
    if (n > CAPTURE_BODY_MAX)
        return err_set(err, ERR_LIMIT, "the body is larger than %d KB when unpacked", CAPTURE_BODY_MAX >> 10);
    // (What stands behind the end would be lost: a second member, or what a client has mixed up.)
    if (code != Z_STREAM_END || z.avail_in)
        return err_set(
                err, ERR_INPUT, "the body cannot be unpacked: it is not gzip, not whole, or more than one");
    *ret = (struct str){out, n};
    return true;
}

static void add_error(
        struct arena *arena, struct capture_items *items, unsigned index, int status, const char *text)
{
    items->errors[items->n_errors++] = (struct capture_error){
            .index = index, .status = status, .text = arena_str(arena, str_of(text)).p};
}

static bool is_text(const struct json *j)
{
    return j && j->kind == JSON_STRING && j->text.n;
}

// Of several members of one name the last counts: what is added behind them replaces them.
static void set_member(struct json *object, struct json *member)
{
    struct json **end = &object->child;
    while (*end)
        end = &(*end)->next;
    *end = member;
}

static void set_text(struct arena *arena, struct json *object, struct str key, struct str text)
{
    struct json *member = ARENA_NEW(arena, struct json);
    *member = (struct json){.kind = JSON_STRING, .key = key, .text = text};
    set_member(object, member);
}

static void put_member(struct buf *out, const struct json *member)
{
    buf_char(out, out->n ? ',' : '{');
    json_put_string(out, member->key);
    buf_char(out, ':');
    if (member->kind == JSON_STRING)
        json_put_string(out, member->text);
    else
        buf_put(out, member->text);
}

// The batch's context holds for all its items; what an item says itself goes before it.
static void inherit_context(struct arena *arena, struct json *item, const struct json *context)
{
    const struct json *own = json_get(item, STR("context"));
    struct json *both = ARENA_NEW(arena, struct json);
    if (!context || context->kind != JSON_OBJECT ||
            (own && own->kind != JSON_OBJECT && own->kind != JSON_NULL))
        return;
    *both = *context;
    both->next = NULL;
    if (own && own->child) {
        struct buf text = {0};
        struct json **end = &both->child;
        for (int i = 0; i < 2; i++)
            for (const struct json *m = i ? context->child : own->child; m; m = m->next) {
                if (i && json_get(own, m->key))
                    continue;
                struct json *copy = ARENA_NEW(arena, struct json);
                *copy = *m;
                copy->next = NULL;
                *end = copy;
                end = &copy->next;
                put_member(&text, m);
            }
        buf_char(&text, '}');
        both->text = arena_str(arena, buf_str(&text));
        buf_free(&text);
    }
    set_member(item, both);
}

// The moment is the message's own; clients that only note when it was made (originalTimestamp) mean the same.
static void settle_time(struct arena *arena, struct json *item, int64_t now)
{
    const struct json *stated = json_get(item, STR("timestamp")),
                      *original = json_get(item, STR("originalTimestamp"));
    char text[DATETIME_SIZE];
    bool absent = !stated || stated->kind == JSON_NULL || (stated->kind == JSON_STRING && !stated->text.n);
    if (absent && is_text(original))
        set_text(arena, item, STR("timestamp"), original->text);
    else if (absent)
        set_text(arena, item, STR("timestamp"), arena_str(arena, datetime_format(now, text)));
}

static bool check_text(const char *name, struct str text, struct err *err)
{
    if (text.n > CAPTURE_ID_MAX)
        return err_set(err, ERR_INPUT, "%s is longer than %d bytes", name, CAPTURE_ID_MAX);
    if (text.n && memchr(text.p, '\0', text.n))
        return err_set(err, ERR_INPUT, "%s has a character U+0000 in it", name);
    return true;
}

static bool check(const struct message *m, int64_t now, struct err *err)
{
    // A write key stands in web pages: what ends a person's merge is not for everybody who reads it.
    if (m->kind == MESSAGE_UNALIAS)
        return err_set(err, ERR_INPUT, "unknown type \"unalias\"");
    if (m->time > now + CAPTURE_AHEAD)
        return err_set(err, ERR_INPUT, "timestamp lies more than a day in the future");
    return check_text("userId", m->user_id, err) && check_text("anonymousId", m->anonymous_id, err) &&
           check_text("previousId", m->previous_id, err) && check_text("messageId", m->message_id, err) &&
           check_text("event", m->type.name, err);
}

// What the server adds to a message is added here, before it is understood.
static bool read_item(struct arena *arena, const struct capture_call *call, struct json *item,
        const struct json *context, struct message *ret, struct err *err)
{
    if (item->kind != JSON_OBJECT)
        return err_set(err, ERR_INPUT, "not a JSON object");
    if (call->type)
        set_text(arena, item, STR("type"), str_of(call->type));
    settle_time(arena, item, call->now);
    inherit_context(arena, item, context);
    const struct json *message = tracker_enrich(arena, item, &call->visit);
    return message_from_json(arena, message, ret, err) && check(ret, call->now, err);
}

static void read_one(struct arena *arena, const struct capture_call *call, struct json *item, unsigned index,
        const struct json *context, struct capture_items *items)
{
    struct err err = {0};
    items->size++;
    if (item->text.n > CAPTURE_ITEM_MAX)
        add_error(arena, items, index, 413, "larger than 32 KB");
    else if (read_item(arena, call, item, context, &items->messages[items->n], &err))
        items->index[items->n++] = index;
    else
        add_error(arena, items, index, err.code == ERR_LIMIT ? 413 : 400, err.message);
}

static bool read_batch(struct arena *arena, const struct capture_call *call, const struct json *json,
        struct capture_items *items, struct err *err)
{
    const struct json *batch = json_get(json, STR("batch")), *context = json_get(json, STR("context"));
    if (!batch || batch->kind != JSON_ARRAY)
        return err_set(err, ERR_INPUT, "no list of messages under \"batch\"");
    unsigned n = 0, index = 0;
    for (const struct json *item = batch->child; item; item = item->next)
        if (++n > CAPTURE_ITEMS_MAX)
            return err_set(err, ERR_LIMIT, "a batch has at most %d items", CAPTURE_ITEMS_MAX);
    items->messages = ARENA_ARRAY(arena, struct message, n);
    items->index = ARENA_ARRAY(arena, unsigned, n);
    items->errors = ARENA_ARRAY(arena, struct capture_error, n);
    for (struct json *item = batch->child; item; item = item->next)
        read_one(arena, call, item, index++, context, items);
    return true;
}

bool capture_read(
        struct arena *arena, const struct capture_call *call, struct capture_items *ret, struct err *err)
{
    struct capture_items items = {0};
    struct json *json;
    if (call->body.n > CAPTURE_BODY_MAX)
        return err_set(err, ERR_LIMIT, "the body is larger than %d KB", CAPTURE_BODY_MAX >> 10);
    if (!json_parse(arena, call->body, &json, err))
        return false;
    if (json->kind != JSON_OBJECT)
        return err_set(err, ERR_INPUT, "not a JSON object");
    items.write_key = json_get_str(json, STR("writeKey"));
    if (!call->type) {
        if (!read_batch(arena, call, json, &items, err))
            return false;
    } else {
        items.messages = ARENA_NEW(arena, struct message);
        items.index = ARENA_NEW(arena, unsigned);
        items.errors = ARENA_NEW(arena, struct capture_error);
        read_one(arena, call, json, 0, NULL, &items);
    }
    *ret = items;
    return true;
}

void capture_refuse(struct capture_items *items, const bool *refused)
{
    unsigned n = items->n;
    for (unsigned i = 0; i < n; i++)
        if (refused[i]) {
            items->errors[items->n_errors++] = (struct capture_error){items->index[i], 413,
                    "there are too many different event types already: put what varies into properties"};
            items->n--;
        }
}

void capture_answer(const struct capture_items *items, struct buf *out)
{
    buf_printf(out, "{\"size\":%u,\"processed\":%u,\"errors\":%u,\"details\":[", items->size, items->n,
            items->n_errors);
    for (unsigned i = 0; i < items->n_errors; i++) {
        const struct capture_error *e = &items->errors[i];
        buf_printf(out, "%s{\"index\":%u,\"status\":%d,\"error\":", i ? "," : "", e->index, e->status);
        json_put_string(out, str_of(e->text));
        buf_char(out, '}');
    }
    buf_put(out, STR("]}"));
}
