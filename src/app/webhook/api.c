// The routes and schemas of webhooks.
#include "app/listing.h"
#include "app/webhook/private.h"

#define STATES "enum:active|disabled"
#define DELIVERY_STATES "enum:pending|sent|failed|dropped"

#define WEBHOOK_MEMBERS                                                                                \
    {"id", "text", "Its id", true, 0}, {"url", "text", "Where messages are sent", true, 0},            \
            {"name", "text", "What people call it", true, 0},                                          \
            {"events", "[text]", "Types it wants: contact.moved, form.submitted, order.* …", true, 0}, \
            {"state", STATES, "Whether it gets messages", true, 0},                                    \
            {"why", "text?", "Why it is disabled", true, 0},                                           \
            {"failing_since", "time?", "Nothing but failures since then", true, 0},                    \
            {"paused_until", "time?", "It is not asked before, since it fails or said so", true, 0},   \
            {"version", "integer", "Counts its changes; also its ETag", true, 0},                      \
            {"created", "time", "When it was made", true, 0},                                          \
            {"changed", "time", "When it was last changed", true, 0},                                  \
    {                                                                                                  \
        "secrets", "[WebhookSecret]", "The secrets in use, newest first, without themselves", true, 0  \
    }

static const struct member SECRET[] = {
        {"id", "text", "Its id", true, 0},
        {"made", "time", "When it was made", true, 0},
        {"expires", "time?", "Until when it still signs, once it was replaced", true, 0},
        {0},
};
static const struct member WEBHOOK[] = {WEBHOOK_MEMBERS, {0}};
static const struct member MADE[] = {
        WEBHOOK_MEMBERS,
        {"secret", "text", "whsec_…, to check signatures with; shown this once", true, 0},
        {0},
};
static const struct member NEW[] = {
        {"url", "url", "An http or https address outside of the own network", true, 2000},
        {"name", "text", "What people call it", false, 200},
        {"events", "[text]", "Types it wants; \"order.*\" stands for all that begin so", true, 100},
        {"secret", "text", "A secret of your own (whsec_…); else one is made", false, 100},
        {0},
};
static const struct member CHANGE[] = {
        {"url", "url", "An http or https address outside of the own network", false, 2000},
        {"name", "text", "What people call it", false, 200},
        {"events", "[text]", "Types it wants from now on", false, 100},
        {"state", STATES, "Whether it gets messages", false, 0},
        {0},
};
static const struct member ROTATE[] = {
        {"keep_hours", "number", "How long the old secrets sign, too: 0 to 720, else 24", false, 0},
        {"secret", "text", "A secret of your own (whsec_…); else one is made", false, 100},
        {0},
};
#define DELIVERY_MEMBERS                                                                             \
    {"id", "text", "Its id", true, 0}, {"message", "text", "The message's id, webhook-id", true, 0}, \
            {"type", "text", "The message's type", true, 0},                                         \
            {"state", DELIVERY_STATES, "dropped: its message was erased meanwhile", true, 0},        \
            {"attempts", "integer", "How often it was tried", true, 0},                              \
            {"due", "time?", "When it is tried next", true, 0},                                      \
            {"status", "integer?", "HTTP status of the last answer; null: none came", true, 0},      \
            {"created", "time", "When its cause happened", true, 0},                                 \
    {                                                                                                \
        "done", "time?", "When it was sent, or given up", true, 0                                    \
    }
static const struct member DELIVERY[] = {DELIVERY_MEMBERS, {0}};
static const struct member ATTEMPT[] = {
        {"number", "integer", "Which attempt", true, 0},
        {"at", "time", "When", true, 0},
        {"status", "integer?", "HTTP status; null: no answer came", true, 0},
        {"milliseconds", "integer", "How long it took", true, 0},
        {"error", "text?", "What went wrong where no answer came", true, 0},
        {"answer", "text", "The answer's first 1000 bytes", true, 0},
        {0},
};
static const struct member DELIVERY_WHOLE[] = {
        DELIVERY_MEMBERS,
        {"body", "object", "The message as it is sent", true, 0},
        {"log", "[WebhookAttempt]", "Each attempt and what came of it", true, 0},
        {0},
};
static const struct member LIST[] = {
        {"items", "[Webhook]", "Webhooks", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member DELIVERY_LIST[] = {
        {"items", "[WebhookDelivery]", "Deliveries, newest first", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member REPLAY[] = {
        {"since", "time", "Messages from then on", true, 0},
        {"all", "flag", "Also what was delivered already; else only what failed for good", false, 0},
        {0},
};
static const struct member REPLAYED[] = {
        {"deliveries", "integer", "So many are sent again, at most 10,000 at once", true, 0},
        {"more", "flag", "There may be more: ask again", true, 0},
        {0},
};
static const struct member TYPE[] = {
        {"name", "text", "What to ask for", true, 0},
        {"event", "flag", "An event in a contact's history; names of your own work, too", true, 0},
        {0},
};
static const struct member TYPES[] = {
        {"items", "[WebhookType]", "Types", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};

const struct schema WEBHOOK_SCHEMAS[] = {
        {"Webhook", "Where messages about what happens are sent", WEBHOOK, false},
        {"WebhookSecret", "A secret that messages are signed with", SECRET, false},
        {"WebhookMade", "A webhook with a secret that was just made", MADE, false},
        {"WebhookNew", "A webhook to be made", NEW, false},
        {"WebhookChange", "What to change of a webhook", CHANGE, false},
        {"WebhookRotate", "How to replace the secret", ROTATE, false},
        {"WebhookList", "A page of webhooks", LIST, false},
        {"WebhookDelivery", "A message to a webhook", DELIVERY, false},
        {"WebhookDeliveryWhole", "A message to a webhook, with its text and its attempts", DELIVERY_WHOLE,
                false},
        {"WebhookAttempt", "One attempt to deliver", ATTEMPT, false},
        {"WebhookDeliveryList", "A page of deliveries", DELIVERY_LIST, false},
        {"WebhookReplay", "What to send again", REPLAY, false},
        {"WebhookReplayed", "What is sent again", REPLAYED, false},
        {"WebhookType", "A type of message", TYPE, false},
        {"WebhookTypeList", "A page of types", TYPES, false},
        {0},
};

static const struct member LIST_PARAMETERS[] = {LIST_QUERY, {0}};
static const struct member DELIVERY_PARAMETERS[] = {
        PAGE_QUERY,
        {"state", DELIVERY_STATES, "Only those", false, 0},
        {0},
};

const struct route WEBHOOK_ROUTES[] = {
        {.method = "GET",
                .path = "/api/webhooks",
                .summary = "Lists webhooks",
                .right = "webhook.read",
                .query = LIST_PARAMETERS,
                .answer = "WebhookList",
                .handle = webhook_route_list},
        {.method = "POST",
                .path = "/api/webhooks",
                .summary = "Makes a webhook; the answer shows its secret, once",
                .right = "webhook.write",
                .body = "WebhookNew",
                .answer = "WebhookMade",
                .status = 201,
                .secret = true,
                .handle = webhook_route_create},
        {.method = "GET",
                .path = "/api/webhooks/{id}",
                .summary = "One webhook",
                .right = "webhook.read",
                .answer = "Webhook",
                .handle = webhook_route_get},
        {.method = "PATCH",
                .path = "/api/webhooks/{id}",
                .summary = "Changes a webhook, or makes it active again",
                .right = "webhook.write",
                .body = "WebhookChange",
                .answer = "Webhook",
                .handle = webhook_route_patch},
        {.method = "DELETE",
                .path = "/api/webhooks/{id}",
                .summary = "Removes a webhook with its deliveries",
                .right = "webhook.write",
                .status = 204,
                .handle = webhook_route_delete},
        {.method = "POST",
                .path = "/api/webhooks/{id}/secret",
                .summary = "Replaces the secret; for a while the old one signs, too",
                .right = "webhook.write",
                .body = "WebhookRotate",
                .answer = "WebhookMade",
                .secret = true,
                .handle = webhook_route_rotate},
        {.method = "POST",
                .path = "/api/webhooks/{id}/test",
                .summary = "Sends a message of type webhook.test",
                .right = "webhook.write",
                .answer = "WebhookDeliveryWhole",
                .status = 202,
                .handle = webhook_route_test},
        {.method = "POST",
                .path = "/api/webhooks/{id}/replay",
                .summary = "Sends messages again",
                .right = "webhook.write",
                .body = "WebhookReplay",
                .answer = "WebhookReplayed",
                .status = 202,
                .handle = webhook_route_replay},
        {.method = "GET",
                .path = "/api/webhooks/{id}/deliveries",
                .summary = "Lists what was sent to a webhook, newest first",
                .right = "webhook.read",
                .query = DELIVERY_PARAMETERS,
                .answer = "WebhookDeliveryList",
                .handle = webhook_route_deliveries},
        {.method = "GET",
                .path = "/api/webhooks/{id}/deliveries/{delivery}",
                .summary = "One delivery with its message and all attempts",
                .right = "webhook.read",
                .answer = "WebhookDeliveryWhole",
                .handle = webhook_route_delivery},
        {.method = "POST",
                .path = "/api/webhooks/{id}/deliveries/{delivery}/replay",
                .summary = "Sends one message again",
                .right = "webhook.write",
                .answer = "WebhookDeliveryWhole",
                .status = 202,
                .handle = webhook_route_delivery_replay},
        {.method = "GET",
                .path = "/api/webhook-types",
                .summary = "Lists the types of messages there are",
                .right = "webhook.read",
                .query = LIST_PARAMETERS,
                .answer = "WebhookTypeList",
                .handle = webhook_route_types},
        {0},
};
