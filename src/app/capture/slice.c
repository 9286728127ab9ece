#include "app/capture/slice.h"

#include "app/capture/api.h"

#define CALL(at, unseen, about)                                                            \
    {                                                                                      \
        .method = "POST", .path = (at), .summary = (about), .answer = "CaptureAnswer",     \
        .refusal = "CaptureAnswer", .run = RUN_LOOP, .raw_body = true, .hidden = (unseen), \
        .handle = capture_handle                                                           \
    }
#define CALLS(prefix, unseen)                                                                             \
    CALL(prefix "track", unseen, "Takes one event"),                                                      \
            CALL(prefix "identify", unseen, "Takes what is known of a person"),                           \
            CALL(prefix "page", unseen, "Takes a page view"),                                             \
            CALL(prefix "screen", unseen, "Takes a view of an app's screen"),                             \
            CALL(prefix "group", unseen, "Takes what is known of a person's company"),                    \
            CALL(prefix "alias", unseen, "Joins two identifiers of one person"),                          \
            CALL(prefix "batch", unseen, "Takes up to 2,500 messages; bad ones are reported one by one"), \
            CALL(prefix "import", true, "Takes a batch of past messages")
#define SHORT(at) CALL(at, true, "Short for the whole word")
#define PREFLIGHT(in)                                                                          \
    {                                                                                          \
        .method = "OPTIONS", .path = (in), .summary = "Lets pages of other hosts send events", \
        .status = 204, .run = RUN_LOOP, .hidden = true, .handle = capture_preflight            \
    }

static const struct route ROUTES[] = {
        CALLS("/v1/", false),
        CALLS("/api/public/apps/", true),
        SHORT("/v1/t"),
        SHORT("/v1/i"),
        SHORT("/v1/p"),
        SHORT("/v1/s"),
        SHORT("/v1/g"),
        SHORT("/v1/a"),
        SHORT("/v1/b"),
        {.method = "GET",
                .path = "/v1/projects/{key}/settings",
                .summary = "What Segment's browser library asks for at its start",
                .answer = "object",
                .run = RUN_LOOP,
                .handle = capture_settings},
        PREFLIGHT("/v1/{rest...}"),
        PREFLIGHT("/api/public/apps/{rest...}"),
        {0},
};

static const struct member DETAIL[] = {
        {"index", "integer", "Position in the batch, from 0", true, 0},
        {"status", "integer", "400: it is no message; 413: it is too large", true, 0},
        {"error", "text", "What is wrong with it", true, 0},
        {0},
};

static const struct member ANSWER[] = {
        {"size", "integer", "Messages in the body", true, 0},
        {"processed", "integer", "Messages that are durable now", true, 0},
        {"errors", "integer", "Messages that were not taken", true, 0},
        {"details", "[CaptureError]", "Why not", true, 2500},
        {0},
};

static const struct schema SCHEMAS[] = {
        {"CaptureError", "A message that was not taken", DETAIL, false},
        {"CaptureAnswer", "What became of the messages", ANSWER, false},
        {0},
};

static const struct routes CAPTURE_ROUTES = {"Capture", ROUTES, SCHEMAS};

const struct slice CAPTURE_SLICE = {
        .name = "capture",
        .routes = &CAPTURE_ROUTES,
};
