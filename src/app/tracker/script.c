#include "app/tracker/script.h"

#include "app/setting/setting.h"
#include "app/tracker/handlers.h"

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
    response_type(r, "text/javascript; charset=utf-8");
    response_header(r, "Cache-Control", STR("public, max-age=3600, stale-while-revalidate=604800"));
    response_header(r, "Access-Control-Allow-Origin", STR("*"));
    response_header(r, "Cross-Origin-Resource-Policy", STR("cross-origin"));
    struct coded coded = {
            .plain = {(const char *)script->plain, script->plain_n},
            .gzip = {(const char *)script->gzip, script->gzip_n},
            .brotli = {(const char *)script->brotli, script->brotli_n},
    };
    response_coded(r, &coded, script->version);
    return true;
}
