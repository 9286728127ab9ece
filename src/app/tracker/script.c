#include "app/tracker/script.h"

#include "app/setting/setting.h"
#include "app/tracker/handlers.h"

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

static void send(struct request *r, const uint8_t *bytes, size_t n, const char *coding, int64_t version)
{
    if (coding)
        response_header(r, "Content-Encoding", str_of(coding));
    response_static(r, (struct str){(const char *)bytes, n});
    response_etag(r, version);
}

// As the business has set it; pages may say otherwise.
static const struct script *script_as_set(struct request *r)
{
    struct str consent = setting_text(request_app(r), r->arena, "tracker_consent");
    bool respect = setting_flag(request_app(r), "tracker_respect_dnt");
    for (size_t i = 0; i < SCRIPTS_N; i++)
        if (str_eq(consent, str_of(SCRIPTS[i].consent)) && respect == SCRIPTS[i].respect_dnt)
            return &SCRIPTS[i];
    return &SCRIPTS[0];
}

bool tracker_script(struct request *r, struct err *err)
{
    (void)err;
    const struct script *script = script_as_set(r);
    struct str accepts = request_header(r, "Accept-Encoding");
    response_type(r, "text/javascript; charset=utf-8");
    response_header(r, "Cache-Control", STR("public, max-age=3600, stale-while-revalidate=604800"));
    response_header(r, "Vary", STR("Accept-Encoding"));
    response_header(r, "Access-Control-Allow-Origin", STR("*"));
    response_header(r, "Cross-Origin-Resource-Policy", STR("cross-origin"));
    // Each form has a tag of its own.
    if (takes(accepts, STR("br")))
        send(r, script->brotli, script->brotli_n, "br", script->version + 2);
    else if (takes(accepts, STR("gzip")))
        send(r, script->gzip, script->gzip_n, "gzip", script->version + 1);
    else
        send(r, script->plain, script->plain_n, NULL, script->version);
    return true;
}
