// The routes and schemas of suppressions and topics.
#include "app/listing.h"
#include "app/suppression/private.h"

#define REASONS "enum:unsubscribed|bounced|complained|manual|imported"

static const struct member SUPPRESSION[] = {
        {"address", "text", "The address, in lower case", true, 0},
        {"topic", "text?", "Id of the topic that it does not get; null: nothing goes there", true, 0},
        {"reason", REASONS, "Why", true, 0},
        {"proof", "text", "Where this came from", true, 0},
        {"at", "time", "Since when", true, 0},
        {0},
};
static const struct member LIST[] = {
        {"items", "[Suppression]", "Suppressed addresses", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member ADD[] = {
        {"address", "email", "The address", true, 320},
        {"topic", "text", "Id of a topic; else nothing goes there at all", false, 40},
        {"why", "text", "Where this comes from; it is kept", true, 400},
        {0},
};
static const struct member IMPORT_ERROR[] = {
        {"line", "integer", "Its line", true, 0},
        {"message", "text", "What is wrong with it", true, 0},
        {0},
};
static const struct member IMPORTED[] = {
        {"added", "integer", "New addresses", true, 0},
        {"known", "integer", "Addresses that were there", true, 0},
        {"rejected", "integer", "Lines without an address", true, 0},
        {"errors", "[SuppressionImportError]", "The first hundred of these", true, 0},
        {0},
};
static const struct member TOPIC[] = {
        {"id", "text", "Its id", true, 0},
        {"name", "text", "What people see", true, 0},
        {"description", "text", "What it is about", true, 0},
        {"public", "flag", "Whether it stands on the preference page", true, 0},
        {"active", "flag", "Whether campaigns may use it", true, 0},
        {"version", "integer", "Counts its changes; also its ETag", true, 0},
        {"created", "time", "When it was made", true, 0},
        {"changed", "time", "When it was last changed", true, 0},
        {0},
};
static const struct member TOPIC_NEW[] = {
        {"name", "text", "What people see", true, 100},
        {"description", "text", "What it is about", false, 500},
        {"public", "flag", "Whether it stands on the preference page; else it does", false, 0},
        {0},
};
static const struct member TOPIC_CHANGE[] = {
        {"name", "text", "What people see", false, 100},
        {"description", "text", "What it is about", false, 500},
        {"public", "flag", "Whether it stands on the preference page", false, 0},
        {"active", "flag", "Whether campaigns may use it", false, 0},
        {0},
};
static const struct member TOPICS[] = {
        {"items", "[Topic]", "Topics", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};

const struct schema SUPPRESSION_SCHEMAS[] = {
        {"Suppression", "An address that must not be written to", SUPPRESSION, false},
        {"SuppressionList", "A page of suppressed addresses", LIST, false},
        {"SuppressionAdd", "An address to suppress", ADD, false},
        {"SuppressionImported", "What came of a list", IMPORTED, false},
        {"SuppressionImportError", "A line that was not taken", IMPORT_ERROR, false},
        {"Topic", "What people can take or leave", TOPIC, false},
        {"TopicNew", "A topic to be made", TOPIC_NEW, false},
        {"TopicChange", "What to change of a topic", TOPIC_CHANGE, false},
        {"TopicList", "A page of topics", TOPICS, false},
        {0},
};

static const struct member LIST_PARAMETERS[] = {
        PAGE_QUERY,
        {"search", "text", "Only addresses that begin with it, or with @ before it: of that domain", false,
                320},
        {"reason", REASONS, "Only these", false, 0},
        {0},
};
static const struct member REMOVE_PARAMETERS[] = {
        {"topic", "text", "Id of the topic; else what is about everything", false, 40},
        {"reason", REASONS, "Only the entry with this reason; else all of them", false, 0},
        {"why", "text", "Why it may be written to again; it is kept", true, 400},
        {0},
};
static const struct member IMPORT_PARAMETERS[] = {
        {"why", "text", "Where the list comes from; it is kept with each address", true, 400},
        {0},
};
static const struct member TOPIC_PARAMETERS[] = {LIST_QUERY, {0}};

const struct route SUPPRESSION_ROUTES[] = {
        {.method = "GET",
                .path = "/api/suppressions",
                .summary = "Lists addresses that must not be written to, newest first",
                .right = "setting.read",
                .query = LIST_PARAMETERS,
                .answer = "SuppressionList",
                .handle = suppression_route_list},
        {.method = "POST",
                .path = "/api/suppressions",
                .summary = "Suppresses an address",
                .right = "setting.write",
                .body = "SuppressionAdd",
                .answer = "Suppression",
                .status = 201,
                .handle = suppression_route_add},
        {.method = "POST",
                .path = "/api/suppressions/import",
                .summary = "Suppresses a list: CSV with a column of addresses, or an address a line",
                .right = "setting.write",
                .query = IMPORT_PARAMETERS,
                .raw_body = true,
                .max_body = (size_t)64 << 20,
                .answer = "SuppressionImported",
                .handle = suppression_route_import},
        {.method = "DELETE",
                .path = "/api/suppressions/{address}",
                .summary = "Takes an address off the list, with the reason",
                .right = "setting.write",
                .query = REMOVE_PARAMETERS,
                .status = 204,
                .handle = suppression_route_remove},
        {.method = "GET",
                .path = "/api/topics",
                .summary = "Lists topics that people can take or leave",
                .right = "setting.read",
                .query = TOPIC_PARAMETERS,
                .answer = "TopicList",
                .handle = topic_route_list},
        {.method = "POST",
                .path = "/api/topics",
                .summary = "Makes a topic",
                .right = "setting.write",
                .body = "TopicNew",
                .answer = "Topic",
                .status = 201,
                .handle = topic_route_create},
        {.method = "PATCH",
                .path = "/api/topics/{id}",
                .summary = "Changes a topic",
                .right = "setting.write",
                .body = "TopicChange",
                .answer = "Topic",
                .handle = topic_route_patch},
        {0},
};
