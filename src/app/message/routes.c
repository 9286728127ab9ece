// The routes and schemas of sends, and the public ones that mails lead to.
#include "app/message/private.h"

#include "app/listing.h"

#define SEND_MEMBERS                                                                                    \
    {"id", "text", "Its id", true, 0},                                                                  \
            {"source", "text", "What asked for it: campaign, template, inbox …", true, 0},              \
            {"campaign", "text?", "The number of the campaign there", true, 0},                         \
            {"step", "integer", "Its step", true, 0},                                                   \
            {"round", "integer", "Which time this is, counted from 0", true, 0},                        \
            {"variant", "integer", "A/B, from 0", true, 0},                                             \
            {"contact", "text?", "The contact's id; null: nobody's, as a test mail", true, 0},          \
            {"address", "text?", "Where it went, or goes", true, 0},                                    \
            {"state", SEND_STATE_NAMES,                                                                 \
                    "unclear: perhaps delivered; it is not sent again unless somebody says it was not", \
                    true, 0},                                                                           \
            {"why", "text?", "Why it is not sent, or not yet", true, 0},                                \
            {"attempts", "integer", "How often it was handed over", true, 0},                           \
            {"mailbox", "text?", "The mailbox's id", true, 0}, {"due", "time", "Not before", true, 0},  \
            {"at", "time?", "When it was handed over, or ended", true, 0},                              \
            {"opens", "integer", "Recorded opens, machines' too", true, 0},                             \
    {                                                                                                   \
        "clicks", "integer", "Recorded clicks, machines' too", true, 0                                  \
    }

static const struct member SEND[] = {SEND_MEMBERS, {0}};
static const struct member EVENT[] = {
        {"name", "text", "email.sent, email.opened …", true, 0},
        {"at", "time", "When", true, 0},
        {"properties", "object", "What is known of it", true, 0},
        {0},
};
static const struct member WHOLE[] = {
        SEND_MEMBERS,
        {"subject", "text?", "Its subject", true, 0},
        {"html", "text?", "Its HTML; null: none, or it can no longer be made", true, 0},
        {"text", "text?", "Its text", true, 0},
        {"exact", "flag",
                "Whether these texts are exactly what was sent: bodies are made again, and compared by a "
                "hash",
                true, 0},
        {"events", "[SendEvent]", "What became of it, in order", true, 0},
        {0},
};
static const struct member LIST[] = {
        {"items", "[Send]", "Sends", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member NEW[] = {
        {"contact", "text", "The contact that it goes to", false, 200},
        {"to", "email", "Or an address", false, 320},
        {"name", "text", "The recipient's name; else the contact's", false, 200},
        {"subject", "text", "Its subject", true, 500},
        {"text", "text", "Its text", true, 500000},
        {"html", "text", "The same as HTML", false, 1000000},
        {"mailbox", "text", "Id of the mailbox to send by; else any", false, 40},
        {"topic", "text", "Id of a topic; else it belongs to none", false, 40},
        {"transactional", "flag",
                "The recipient asked for it: it goes out although they have left the list, and has no link "
                "to leave",
                false, 0},
        {0},
};
static const struct member DECIDE[] = {
        {"delivered", "flag", "true: it arrived; false: it did not, and is sent again", true, 0},
        {0},
};

const struct schema MESSAGE_SCHEMAS[] = {
        {"Send", "A mail on its way out", SEND, false},
        {"SendWhole", "A mail as it was sent, and what became of it", WHOLE, false},
        {"SendEvent", "Something that became of a mail", EVENT, false},
        {"SendList", "A page of sends", LIST, false},
        {"SendNew", "A mail to one person", NEW, false},
        {"SendDecide", "Whether a mail arrived", DECIDE, false},
        {0},
};

static const struct member LIST_PARAMETERS[] = {
        PAGE_QUERY,
        {"source", "text", "Only of this source; else with `campaign`: campaign", false, 40},
        {"campaign", "text", "Only of this campaign", false, 40},
        {"step", "integer", "Only of this step", false, 0},
        {"contact", "text", "Only to this contact", false, 200},
        {"state", SEND_STATE_NAMES, "Only in this state", false, 0},
        {0},
};

const struct route MESSAGE_ROUTES[] = {
        {.method = "GET",
                .path = "/api/sends",
                .summary = "Lists mails on their way out, newest first",
                .right = "campaign.read",
                .query = LIST_PARAMETERS,
                .answer = "SendList",
                .handle = send_route_list},
        {.method = "POST",
                .path = "/api/sends",
                .summary = "Queues a mail to one person",
                .right = "campaign.write",
                .body = "SendNew",
                .max_body = (size_t)4 << 20,
                .answer = "Send",
                .status = 202,
                .handle = send_route_create},
        {.method = "GET",
                .path = "/api/sends/{id}",
                .summary = "One mail as it was sent, and what became of it",
                .right = "campaign.read",
                .answer = "SendWhole",
                .handle = send_route_get},
        {.method = "POST",
                .path = "/api/sends/{id}/decide",
                .summary = "Says whether an unclear mail arrived",
                .right = "campaign.write",
                .body = "SendDecide",
                .answer = "Send",
                .handle = send_route_decide},
        {.method = "GET",
                .path = "/o/{token}",
                .summary = "A mail was opened",
                .hidden = true,
                .handle = open_route},
        {.method = "GET",
                .path = "/c/{token}",
                .summary = "A link was followed",
                .hidden = true,
                .handle = click_route},
        {.method = "GET",
                .path = "/u/{token}",
                .summary = "A page to leave by",
                .hidden = true,
                .handle = leave_route_page},
        {.method = "POST",
                .path = "/u/{token}",
                .summary = "Leaves (RFC 8058, and the page's form)",
                .raw_body = true,
                .max_body = 65536,
                .hidden = true,
                .handle = leave_route_post},
        {.method = "GET",
                .path = "/u/{token}/topics",
                .summary = "A page to choose topics",
                .hidden = true,
                .handle = topics_route_page},
        {.method = "POST",
                .path = "/u/{token}/topics",
                .summary = "Chooses topics",
                .raw_body = true,
                .max_body = 65536,
                .hidden = true,
                .handle = topics_route_post},
        {0},
};
