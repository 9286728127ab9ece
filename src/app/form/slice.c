#include "app/form/slice.h"

#include "app/form/serve.h"
#include "app/form/state.h"

#define PUBLIC(verb, at, text, code, function)                                              \
    {                                                                                       \
        .method = verb, .path = at, .summary = text, .status = code, .max_body = 512 << 10, \
        .raw_body = true, .hidden = true, .handle = function                                \
    }

static const struct route ROUTES[] = {
        PUBLIC("GET", "/f/{form}", "The hosted form, or with .js the script that embeds it", 200, form_get),
        PUBLIC("POST", "/f/{form}", "Submits the form", 200, form_post),
        PUBLIC("OPTIONS", "/f/{form}", "Lets pages of other hosts submit", 204, form_preflight),
        PUBLIC("POST", "/f/{form}/start", "Counts that somebody began to fill it in", 204, form_started),
        PUBLIC("GET", "/f/{form}/thanks", "The page after the form", 200, form_thanks),
        PUBLIC("GET", "/f/{form}/confirm/{token}", "Asks whether to confirm the address", 200,
                form_confirm_get),
        PUBLIC("POST", "/f/{form}/confirm/{token}", "Confirms the address", 200, form_confirm_post),
        {0},
};

static const struct schema SCHEMAS[] = {
        {0},
};

static const struct routes FORM_ROUTES = {"Forms", ROUTES, SCHEMAS};

static const struct job JOBS[] = {
        {"form-counts", 5, form_flush},
        {0},
};

const struct slice FORM_SLICE = {
        .name = "form",
        .migration = &FORM_MIGRATION,
        .routes = &FORM_ROUTES,
        .jobs = JOBS,
        .start = form_start,
        .stop = form_stop,
};
