#include "app/web/slice.h"

#include "app/web/file.h"
#include "http/request.h"

// Scripts and styles come from us alone. Style attributes are allowed: positions of popovers and virtual rows
// are computed.
#define POLICY                                                                                              \
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " \
    "font-src 'self'; connect-src 'self'; frame-src 'self' blob:; form-action 'self'; base-uri 'none'; "    \
    "frame-ancestors 'none'"

static const struct web_file *file_at(struct str path)
{
    size_t from = 0, to = WEB_FILES_N;
    while (from < to) {
        size_t middle = (from + to) / 2;
        int order = str_cmp(path, str_of(WEB_FILES[middle].path));
        if (!order)
            return &WEB_FILES[middle];
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

static bool send_file(struct request *r, struct str path, struct err *err)
{
    const struct web_file *file = file_at(path);
    if (!file)
        return err_set(err, ERR_NOT_FOUND, "there is no such file");
    struct coded coded = {
            .plain = {file->coded[WEB_PLAIN].bytes, file->coded[WEB_PLAIN].n},
            .gzip = {file->coded[WEB_GZIP].bytes, file->coded[WEB_GZIP].n},
            .brotli = {file->coded[WEB_BROTLI].bytes, file->coded[WEB_BROTLI].n},
    };
    response_type(r, file->type);
    response_header(r, "Cache-Control",
            file->immutable ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
    response_coded(r, &coded, file->version);
    return true;
}

static bool web_asset(struct request *r, struct err *err)
{
    return send_file(r, r->path, err);
}

// Whichever page it is, the app finds out from the address.
static bool web_page(struct request *r, struct err *err)
{
    response_header(r, "Content-Security-Policy", STR(POLICY));
    response_header(r, "Referrer-Policy", STR("same-origin"));
    return send_file(r, STR("/index.html"), err);
}

// Also asked for where a browser goes to an address that is none (http/exchange.c): a person who mistyped a
// page of the app learns it from the app. What programs ask for, and links that strangers were sent, are none
// of its pages.
static bool web_root(struct request *r, struct err *err)
{
    static const char *const OTHERS[] = {"/api/", "/v1/", "/c/", "/d/", "/o/", "/p/", "/u/", "/.well-known/"};
    if (str_eq(r->path, STR("/")))
        return web_page(r, err);
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        if (str_starts(r->path, str_of(OTHERS[i])))
            return request_problem(r, 404, NULL, "there is nothing at this path");
    response_status(r, 404);
    return web_page(r, err);
}

#define FILES(at, function)                                                                       \
    {                                                                                             \
        .method = "GET", .path = (at), .summary = "The web app", .run = RUN_LOOP, .hidden = true, \
        .handle = (function)                                                                      \
    }
#define SECTION(name) FILES("/" name, web_page), FILES("/" name "/{rest...}", web_page)

static const struct route ROUTES[] = {
        FILES("/", web_root),
        FILES("/assets/{file}", web_asset),
        FILES("/icon.svg", web_asset),
        FILES("/login", web_page),
        FILES("/forgot", web_page),
        FILES("/setup/{token}", web_page),
        FILES("/today", web_page),
        FILES("/inbox", web_page),
        FILES("/board", web_page),
        SECTION("contacts"),
        SECTION("companies"),
        SECTION("campaigns"),
        SECTION("templates"),
        SECTION("offers"),
        SECTION("forms"),
        SECTION("pages"),
        SECTION("models"),
        SECTION("reports"),
        SECTION("imports"),
        SECTION("settings"),
        FILES("/welcome", web_page),
        {0},
};

static const struct routes WEB_ROUTES = {"Web app", ROUTES, NULL};

const struct slice WEB_SLICE = {
        .name = "web",
        .routes = &WEB_ROUTES,
};
