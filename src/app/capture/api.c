#include "app/capture/api.h"

#include "app/capture/items.h"
#include "app/tracker/visit.h"
#include "app/user/principal.h"

void capture_allow_pages(struct request *r)
{
    response_header(r, "Access-Control-Allow-Origin", STR("*"));
    response_header(r, "Access-Control-Expose-Headers", STR("Retry-After"));
}

bool capture_preflight(struct request *r, struct err *err)
{
    (void)err;
    capture_allow_pages(r);
    response_header(r, "Access-Control-Allow-Methods", STR("GET, POST, OPTIONS"));
    // The star does not stand for Authorization.
    response_header(
            r, "Access-Control-Allow-Headers", STR("*, Authorization, Content-Type, Content-Encoding"));
    response_header(r, "Access-Control-Max-Age", STR("86400"));
    response_status(r, 204);
    return true;
}

// The user's name of "Basic BASE64": what stands before the colon. Everything behind it is left alone.
static struct str basic_user(struct arena *arena, struct str encoded)
{
    enum { KEY_MAX = 200 };
    char out[KEY_MAX];
    size_t n = 0;
    unsigned bits = 0, held = 0;
    for (size_t i = 0; i < encoded.n; i++) {
        int value = base64_digit(encoded.p[i]);
        if (value < 0)
            break;
        held = held << 6 | (unsigned)value;
        bits += 6;
        if (bits < 8)
            continue;
        bits -= 8;
        char c = (char)(held >> bits & 0xFF);
        if (c == ':')
            break;
        if (n == KEY_MAX)
            return STR_NONE;
        out[n++] = c;
    }
    return arena_str(arena, (struct str){out, n});
}

static bool has_scheme(struct str header, struct str scheme, struct str *ret_rest)
{
    if (header.n <= scheme.n || !str_eq_nocase(str_sub(header, 0, scheme.n), scheme) ||
            header.p[scheme.n] != ' ')
        return false;
    *ret_rest = str_trim(str_sub(header, scheme.n, header.n));
    return true;
}

static struct str header_key(struct request *r)
{
    struct str header = request_header(r, "Authorization"), rest;
    if (has_scheme(header, STR("Basic"), &rest))
        return basic_user(r->arena, rest);
    return has_scheme(header, STR("Bearer"), &rest) ? rest : STR_NONE;
}

// A call that waits for its commit; in the request's arena.
struct call {
    struct capture capture;
    struct request *r;
    struct capture_items items;
    bool single;
};

static void answer(struct call *call)
{
    // A client that sends one message wants to know in the status what became of it.
    if (call->single && call->items.n_errors)
        response_status(call->r, call->items.errors[0].status);
    capture_answer(&call->items, call->r->out);
}

static void finished(struct capture *capture, bool ok, const struct err *err)
{
    struct call *call = capture->ctx;
    if (ok) {
        capture_refuse(&call->items, capture->ret_refused);
        answer(call);
    }
    request_finish(call->r, ok, err);
}

// "track" of its own name or first letter; NULL: a batch.
static const char *type_of(struct str path)
{
    static const char *const TYPES[] = {"track", "identify", "page", "screen", "group", "alias"};
    size_t from = path.n;
    while (from && path.p[from - 1] != '/')
        from--;
    struct str name = str_sub(path, from, path.n);
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (str_eq(name, str_of(TYPES[i])) || (name.n == 1 && name.p[0] == TYPES[i][0]))
            return TYPES[i];
    return NULL;
}

static bool unpacked_body(struct request *r, struct str *ret, struct err *err)
{
    struct str encoding = request_header(r, "Content-Encoding");
    // Beacons cannot say that they are packed.
    bool packed = r->body.n > 2 && (unsigned char)r->body.p[0] == 0x1F && (unsigned char)r->body.p[1] == 0x8B;
    *ret = r->body;
    if (packed || str_eq_nocase(encoding, STR("gzip")) || str_eq_nocase(encoding, STR("x-gzip")) ||
            str_eq_nocase(encoding, STR("deflate")))
        return capture_unpack(r->arena, r->body, ret, err);
    if (encoding.n && !str_eq_nocase(encoding, STR("identity")))
        return request_problem(r, 415, NULL, "Content-Encoding is gzip, deflate or none");
    return true;
}

static bool may_capture(struct request *r, struct str key)
{
    if (key.n && key_may_capture(request_app(r), key))
        return true;
    return request_problem(r, 401, NULL, "%s",
            key.n ? "this write key is not known, or must not capture"
                  : "no write key: send it as the user's name of HTTP Basic, or as \"writeKey\" in the body");
}

bool capture_handle(struct request *r, struct err *err)
{
    struct call *call = ARENA_NEW(r->arena, struct call);
    struct capture_call read = {.type = type_of(r->path), .now = r->now};
    struct str key = header_key(r);
    capture_allow_pages(r);
    if ((key.n && !may_capture(r, key)) || !unpacked_body(r, &read.body, err))
        return false;
    read.visit = tracker_visit(r);
    if (!capture_read(r->arena, &read, &call->items, err) ||
            (!key.n && !may_capture(r, call->items.write_key)))
        return false;
    call->r = r;
    call->single = read.type != NULL;
    if (!call->items.n) {
        answer(call);
        return true;
    }
    call->capture = (struct capture){.messages = call->items.messages,
            .n = call->items.n,
            .bytes = arena_size(r->arena) + r->body.n,
            .ret_refused = ARENA_ARRAY(r->arena, bool, call->items.n),
            .done = finished,
            .ctx = call};
    request_suspend(r);
    struct err refused;
    if (!app_capture(request_app(r), &call->capture, &refused))
        request_finish(r, false, &refused);
    return true;
}
