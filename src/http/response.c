// What handlers say about their answer, and how it becomes libmicrohttpd's.
#include "base/json.h"
#include "http/private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

static const char *status_text(int status)
{
    const char *text = MHD_get_reason_phrase_for((unsigned)status);
    return text ? text : "Unknown";
}

void response_status(struct request *r, int status)
{
    exchange_of(r)->status = status;
}

void response_type(struct request *r, const char *type)
{
    exchange_of(r)->type = type;
}

void response_header(struct request *r, const char *name, struct str value)
{
    struct exchange *x = exchange_of(r);
    size_t n = 0;
    while (n < value.n && value.p[n] != '\r' && value.p[n] != '\n' && value.p[n])
        n++;
    struct header_out *header = ARENA_NEW(x->arena, struct header_out);
    header->name = arena_str(x->arena, str_of(name)).p;
    header->value = arena_str(x->arena, str_sub(value, 0, n));
    struct header_out **end = &x->headers;
    while (*end)
        end = &(*end)->next;
    *end = header;
}

bool header_is_set(const struct exchange *x, const char *name)
{
    for (const struct header_out *header = x->headers; header; header = header->next)
        if (str_eq_nocase(str_of(header->name), str_of(name)))
            return true;
    return false;
}

void response_cookie(
        struct request *r, const char *name, struct str value, int64_t max_age_seconds, bool http_only)
{
    struct str text =
            arena_printf(r->arena, "%s=%.*s; Path=/; Max-Age=%lld; SameSite=Lax%s%s", name, STR_ARG(value),
                    (long long)max_age_seconds, http_only ? "; HttpOnly" : "", r->secure ? "; Secure" : "");
    response_header(r, "Set-Cookie", text);
}

void response_redirect(struct request *r, int status, struct str location)
{
    response_status(r, status);
    response_header(r, "Location", location);
}

void response_static(struct request *r, struct str bytes)
{
    struct exchange *x = exchange_of(r);
    x->constant = bytes;
    x->is_constant = true;
}

void response_etag(struct request *r, int64_t version)
{
    exchange_of(r)->etag = version;
}

// Whether a list like "gzip, deflate, br;q=0" takes the coding.
static bool takes(struct str accepts, struct str coding)
{
    while (accepts.n) {
        size_t comma = str_find(accepts, ',');
        struct str one = str_sub(accepts, 0, comma);
        size_t semicolon = str_find(one, ';');
        struct str weight = str_trim(str_sub(one, semicolon < one.n ? semicolon + 1 : one.n, one.n));
        if (str_eq_nocase(str_trim(str_sub(one, 0, semicolon)), coding))
            return !str_eq(weight, STR("q=0")) && !str_starts(weight, STR("q=0.0"));
        accepts = str_sub(accepts, comma < accepts.n ? comma + 1 : comma, accepts.n);
    }
    return false;
}

void response_coded(struct request *r, const struct coded *coded, int64_t version)
{
    struct str accepts = request_header(r, "Accept-Encoding");
    bool brotli = takes(accepts, STR("br")), gzip = !brotli && takes(accepts, STR("gzip"));
    response_header(r, "Vary", STR("Accept-Encoding"));
    if (brotli || gzip)
        response_header(r, "Content-Encoding", brotli ? STR("br") : STR("gzip"));
    response_static(r, brotli ? coded->brotli : gzip ? coded->gzip : coded->plain);
    response_etag(r, version + (brotli ? 2 : gzip ? 1 : 0));
}

// Whether a list of tags (If-Match, If-None-Match) has this version's.
static bool tags_have(struct str tags, int64_t version)
{
    char own[32];
    int n = snprintf(own, sizeof own, "\"%lld\"", (long long)version);
    while (tags.n) {
        size_t comma = str_find(tags, ',');
        struct str tag = str_trim(str_sub(tags, 0, comma));
        tags = str_sub(tags, comma < tags.n ? comma + 1 : comma, tags.n);
        if (str_starts(tag, STR("W/")))
            tag = str_sub(tag, 2, tag.n);
        if (str_eq(tag, STR("*")) || str_eq(tag, (struct str){own, (size_t)n}))
            return true;
    }
    return false;
}

bool request_matches(struct request *r, int64_t version, struct err *err)
{
    struct str wanted = request_header(r, "If-Match");
    if (!wanted.p || tags_have(wanted, version))
        return true;
    err_set(err, ERR_CONFLICT, "somebody has changed it meanwhile");
    return request_problem(r, 412, NULL, "somebody has changed it meanwhile: read it again");
}

void response_not_modified(struct exchange *x)
{
    struct str tag = arena_printf(x->arena, "\"%lld\"", (long long)x->etag);
    response_header(&x->r, "ETag", tag);
    bool read = str_eq(x->r.method, STR("GET")) || str_eq(x->r.method, STR("HEAD"));
    struct str have = request_header(&x->r, "If-None-Match");
    if (!read || x->status != 200 || !have.p || !tags_have(have, x->etag))
        return;
    x->status = 304;
    x->out.n = 0;
    x->is_constant = false;
}

bool request_problem(struct request *r, int status, const char *field, const char *format, ...)
{
    struct exchange *x = exchange_of(r);
    char text[1000];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct str message = arena_str(x->arena, str_of(text));
    if (!x->problem_status) {
        x->problem_status = status;
        x->detail = message;
    }
    if (field && x->n_problems < ERRORS_MAX) {
        const char *name = arena_str(x->arena, str_of(field)).p;
        x->problems[x->n_problems++] = (struct problem_field){name, message};
    }
    return false;
}

int err_http_status(const struct err *err)
{
    switch (err->code) {
    case ERR_USAGE:
    case ERR_INPUT:
        return 400;
    case ERR_NOT_FOUND:
        return 404;
    case ERR_CONFLICT:
        return 409;
    case ERR_LIMIT:
        return 413;
    case ERR_BUSY:
    case ERR_IO:
        return 503;
    case ERR_NONE:
    case ERR_CORRUPT:
        break;
    }
    return 500;
}

static void write_problem(struct exchange *x)
{
    struct buf *out = &x->out;
    out->n = 0;
    buf_put(out, STR("{\"type\":\"about:blank\",\"title\":"));
    json_put_string(out, str_of(status_text(x->status)));
    buf_printf(out, ",\"status\":%d,\"detail\":", x->status);
    json_put_string(out, x->detail);
    if (x->n_problems) {
        buf_put(out, STR(",\"errors\":["));
        for (unsigned i = 0; i < x->n_problems; i++) {
            buf_put(out, i ? STR(",{\"field\":") : STR("{\"field\":"));
            json_put_string(out, str_of(x->problems[i].field));
            buf_put(out, STR(",\"message\":"));
            json_put_string(out, x->problems[i].message);
            buf_char(out, '}');
        }
        buf_char(out, ']');
    }
    buf_char(out, '}');
}

// Where pages of other sites are let in (the path answers OPTIONS), they may read refusals too; also those
// that come before the handler could say so. Else a page sees a broken network, and tries again for ever.
static void allow_pages(struct exchange *x)
{
    struct route_match preflight;
    if (!x->r.route && !x->match.allow.n) // nothing is known of the path, perhaps it is none
        return;
    router_find(x->server->router, x->arena, STR("OPTIONS"), x->r.path, &preflight);
    if (preflight.route && !header_is_set(x, "Access-Control-Allow-Origin"))
        response_header(&x->r, "Access-Control-Allow-Origin", STR("*"));
}

void response_problem(struct exchange *x, const struct err *err)
{
    static const struct err UNKNOWN = {ERR_NONE, "it failed"};
    x->status = x->problem_status;
    if (!x->status) {
        if (!err)
            err = &UNKNOWN;
        x->status = err_http_status(err);
        x->detail = arena_str(x->arena, str_of(err->message));
    }
    if (x->status == 503 && !header_is_set(x, "Retry-After"))
        response_header(&x->r, "Retry-After", STR("2"));
    allow_pages(x);
    x->is_constant = false;
    x->type = "application/problem+json";
    x->etag = -1;
    write_problem(x);
}

static void set_header(struct exchange *x, struct MHD_Response *response, const char *name, const char *value)
{
    if (!header_is_set(x, name))
        MHD_add_response_header(response, name, value);
}

static void add_headers(struct exchange *x, struct MHD_Response *response, bool has_body)
{
    for (const struct header_out *header = x->headers; header; header = header->next)
        MHD_add_response_header(response, header->name, header->value.p);
    if (has_body && !header_is_set(x, "Content-Type"))
        MHD_add_response_header(response, "Content-Type", x->type ? x->type : "application/json");
    set_header(x, response, "X-Content-Type-Options", "nosniff");
    set_header(x, response, "Referrer-Policy", "strict-origin-when-cross-origin");
    set_header(x, response, "X-Request-Id", x->r.id.p);
    if (str_starts(x->r.path, STR("/api/")))
        set_header(x, response, "Cache-Control", "no-store");
    if (x->gzipped)
        MHD_add_response_header(response, "Content-Encoding", "gzip");
    if (x->closes || atomic_load_explicit(&x->server->stopping, memory_order_relaxed))
        MHD_add_response_header(response, "Connection", "close");
}

enum MHD_Result exchange_send(struct exchange *x)
{
    struct str body = x->is_constant ? x->constant : buf_str(&x->out);
    bool has_body = x->status >= 200 && x->status != 204 && x->status != 304;
    struct MHD_Response *response;
    if (x->streams)
        response = stream_response(x);
    else // the bytes live until the exchange is done
        response = MHD_create_response_from_buffer(
                has_body ? body.n : 0, (void *)(uintptr_t)body.p, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    x->connection->bytes = has_body ? body.n : 0;
    add_headers(x, response, has_body && (body.n || x->type || x->streams));
    enum MHD_Result result = MHD_queue_response(x->mhd, (unsigned)x->status, response);
    MHD_destroy_response(response);
    return result;
}

static bool accepts_gzip(const struct exchange *x)
{
    struct str accepted = request_header(&x->r, "Accept-Encoding");
    while (accepted.n) {
        size_t comma = str_find(accepted, ',');
        struct str one = str_trim(str_sub(accepted, 0, comma));
        accepted = str_sub(accepted, comma < accepted.n ? comma + 1 : comma, accepted.n);
        size_t semicolon = str_find(one, ';');
        struct str weight = str_trim(str_sub(one, semicolon < one.n ? semicolon + 1 : semicolon, one.n));
        if (!str_eq_nocase(str_trim(str_sub(one, 0, semicolon)), STR("gzip")))
            continue;
        return !str_starts(weight, STR("q=0")) || str_starts(weight, STR("q=0.")); // (q=0.000 is not met)
    }
    return false;
}

// What a compressed answer is worth: texts, of some length.
static bool worth_it(const struct exchange *x)
{
    struct str type = str_of(x->type ? x->type : "application/json");
    return !x->is_constant && !x->streams && x->out.n >= GZIP_LEAST &&
           !header_is_set(x, "Content-Encoding") &&
           (str_starts(type, STR("application/json")) || str_starts(type, STR("text/")) ||
                   str_starts(type, STR("application/problem+json")));
}

void response_gzip(struct exchange *x)
{
    z_stream z = {0};
    if (!worth_it(x))
        return;
    response_header(&x->r, "Vary", STR("Accept-Encoding"));
    if (!accepts_gzip(x) || x->out.n > UINT32_MAX ||
            deflateInit2(&z, 3, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return;
    struct buf packed = {0};
    size_t room = deflateBound(&z, (uLong)x->out.n);
    z.next_in = (Bytef *)x->out.p;
    z.avail_in = (uInt)x->out.n;
    z.next_out = (Bytef *)buf_room(&packed, room);
    z.avail_out = (uInt)room;
    if (deflate(&z, Z_FINISH) == Z_STREAM_END) {
        packed.n = z.total_out;
        buf_free(&x->out);
        x->out = packed;
        x->gzipped = true;
    } else {
        buf_free(&packed);
    }
    deflateEnd(&z);
}
