// GET /p.gif: an event by loading a picture, for mails and for pages without scripts.
#include "app/app.h"
#include "app/tracker/handlers.h"
#include "app/tracker/visit.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "http/uri.h"
#include "replay/message.h"

#include <sodium.h>

// One transparent dot.
static const uint8_t GIF[] = {'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF,
        0x21, 0xF9, 4, 1, 0, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B};

enum { PROPERTIES_MAX = 30, VALUE_MAX = 1000, COOKIE_MAX = 100 };

struct loading {
    struct capture capture;
    struct message message;
    struct request *r;
};

static void picture(struct request *r)
{
    response_type(r, "image/gif");
    response_header(r, "Cache-Control", STR("no-store"));
    response_header(r, "Cross-Origin-Resource-Policy", STR("cross-origin"));
    response_static(r, (struct str){(const char *)GIF, sizeof GIF});
}

static void done(struct capture *capture, bool ok, const struct err *err)
{
    struct loading *loading = capture->ctx;
    if (ok)
        picture(loading->r);
    request_finish(loading->r, ok, err);
}

// Who loads it, where nothing says so: the same address and program within a day are the same. The hash does
// not lead back to them, and the next day it is another one.
static struct str id_of_the_day(struct request *r)
{
    unsigned char hash[16];
    struct str agent = request_header(r, "User-Agent"),
               text = arena_printf(r->arena, "%lld %.*s %.*s", (long long)(r->now / 86400),
                       STR_ARG(r->client), STR_ARG(agent));
    crypto_generichash(
            hash, sizeof hash, (const unsigned char *)text.p, text.n, app_uuid(request_app(r)), 16);
    char hex[2 * sizeof hash + 1];
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    return arena_printf(r->arena, "day-%s", hex);
}

// The visitor does not want to be followed.
static bool refuses(const struct request *r)
{
    return str_eq(request_header(r, "Sec-GPC"), STR("1")) || str_eq(request_header(r, "DNT"), STR("1"));
}

static void put_member(struct buf *out, const char *key, struct str value)
{
    if (!value.n)
        return;
    if (out->p[out->n - 1] != '{')
        buf_char(out, ',');
    json_put_string(out, str_of(key));
    buf_char(out, ':');
    json_put_string(out, value);
}

static bool has_meaning(struct str name)
{
    static const char *const NAMES[] = {
            "key", "event", "user_id", "anonymous_id", "message_id", "machine", "machine_reason", NULL};
    for (const char *const *known = NAMES; *known; known++)
        if (str_eq(name, str_of(*known)))
            return true;
    return false;
}

static bool put_properties(struct request *r, struct buf *out, struct err *err)
{
    struct pair *pairs;
    size_t n;
    unsigned taken = 0;
    if (!uri_pairs(r->arena, r->query_string, &pairs, &n, err))
        return false;
    buf_put(out, STR(",\"properties\":{"));
    for (size_t i = 0; i < n && taken < PROPERTIES_MAX; i++) {
        struct str value = pairs[i].value;
        if (has_meaning(pairs[i].name) || !pairs[i].name.n || pairs[i].name.n > 100)
            continue;
        if (value.n > VALUE_MAX && !str_eq(pairs[i].name, STR("url")) &&
                !str_eq(pairs[i].name, STR("referrer")))
            return request_problem(
                    r, 400, arena_str(r->arena, pairs[i].name).p, "longer than %d bytes", VALUE_MAX);
        put_member(out, arena_str(r->arena, pairs[i].name).p, value);
        taken++;
    }
    // The page that shows the picture.
    if (!request_query(r, "url").n && !request_query(r, "event").n)
        put_member(out, "url", request_header(r, "Referer"));
    buf_char(out, '}');
    return true;
}

static struct str visitor(struct request *r)
{
    struct str id = request_query(r, "anonymous_id");
    if (id.n)
        return id;
    id = request_cookie(r, TRACKER_COOKIE);
    return id.n <= COOKIE_MAX ? id : STR_NONE;
}

// The message as text; *ret_silent: nobody is named, and nobody wants to be.
static bool compose(struct request *r, struct str *ret, bool *ret_silent, struct err *err)
{
    char time[DATETIME_SIZE];
    struct str event = request_query(r, "event"), user = request_query(r, "user_id"), anonymous = visitor(r);
    *ret_silent = !user.n && !anonymous.n && refuses(r);
    if (!user.n && !anonymous.n)
        anonymous = id_of_the_day(r);
    struct buf out = {0};
    buf_printf(&out, "{\"type\":\"%s\"", event.n ? "track" : "page");
    put_member(&out, "event", event);
    put_member(&out, "userId", user);
    put_member(&out, "anonymousId", anonymous);
    put_member(&out, "messageId", request_query(r, "message_id"));
    put_member(&out, "timestamp", datetime_format(r->now, time));
    bool fine = put_properties(r, &out, err);
    buf_put(&out, STR(",\"context\":{\"library\":{\"name\":\"p.gif\"}}}"));
    *ret = arena_str(r->arena, buf_str(&out));
    buf_free(&out);
    return fine;
}

bool tracker_pixel(struct request *r, struct err *err)
{
    struct loading *loading = ARENA_NEW(r->arena, struct loading);
    struct visit visit = tracker_visit(r);
    struct str key = request_query(r, "key"), text;
    struct json *json;
    bool silent;
    visit.own = true;
    if (!key.n || !key_may_capture(request_app(r), key))
        return request_problem(r, 401, "key", "%s", key.n ? "this write key is not known" : "no write key");
    if (!compose(r, &text, &silent, err))
        return false;
    // Who only asks whether it is there looks at nothing.
    if (silent || str_eq(r->method, STR("HEAD"))) {
        picture(r);
        return true;
    }
    if (!json_parse(r->arena, text, &json, err) ||
            !message_from_json(r->arena, tracker_enrich(r->arena, json, &visit), &loading->message, err))
        return false;
    loading->r = r;
    loading->capture = (struct capture){.messages = &loading->message,
            .n = 1,
            .bytes = arena_size(r->arena),
            .done = done,
            .ctx = loading};
    request_suspend(r);
    struct err refused;
    if (!app_capture(request_app(r), &loading->capture, &refused))
        request_finish(r, false, &refused);
    return true;
}
