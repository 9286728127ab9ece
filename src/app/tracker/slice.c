#include "app/tracker/slice.h"

#include "app/tracker/handlers.h"

static const struct member PIXEL[] = {
        {"key", "text", "A write key (scope capture)", true, 200},
        {"event", "text", "The event's name; without one it is a page view", false, 200},
        {"user_id", "text", "Whose event it is", false, 1000},
        {"anonymous_id", "text", "The browser's id; else that of the tracker's cookie", false, 1000},
        {"message_id", "text", "Makes loading it again harmless", false, 1000},
        {"url", "text", "The page; else the one that shows the picture", false, 4000},
        {"referrer", "text", "What linked to the page", false, 4000},
        {"title", "text", "The page's title", false, 1000},
        {0},
};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/s.js",
                .summary = "The tracker, a script for pages",
                .run = RUN_LOOP,
                .hidden = true,
                .handle = tracker_script},
        {.method = "GET",
                .path = "/p.gif",
                .summary = "A picture whose loading is an event; further parameters are its properties",
                .query = PIXEL,
                .run = RUN_LOOP,
                .handle = tracker_pixel},
        {0},
};

static const struct routes TRACKER_ROUTES = {"Tracker", ROUTES, NULL};

const struct slice TRACKER_SLICE = {
        .name = "tracker",
        .routes = &TRACKER_ROUTES,
};
