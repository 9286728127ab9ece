// The routes and schemas of templates and content blocks.
#include "app/listing.h"
#include "app/template/private.h"

#define FORMATS "enum:markdown|html"
#define LAYOUT_NAMES "enum:plain|card"

#define TEMPLATE_TEXTS(required)                                                                             \
    {"subject", "text", "The subject; may hold Liquid", required, SUBJECT_MAX},                              \
            {"preheader", "text", "What lists of mails show behind the subject; Liquid", false,              \
                    SUBJECT_MAX},                                                                            \
            {"body", "text", "The body in Markdown or HTML; Liquid", required, BODY_MAX},                    \
            {"format", FORMATS, "What the body is written in; else markdown", false, 0},                     \
    {                                                                                                        \
        "layout", LAYOUT_NAMES,                                                                              \
                "plain: as if typed by a person; card: a box with the business's name; else plain", false, 0 \
    }

static const struct member TEMPLATE[] = {
        {"id", "text", "Its id", true, 0},
        {"name", "text", "What people call it", true, 0},
        {"note", "text", "What it is for", true, 0},
        {"subject", "text", "The subject, with its Liquid", true, 0},
        {"preheader", "text", "What lists of mails show behind the subject", true, 0},
        {"body", "text", "The body, with its Liquid", true, BODY_MAX},
        {"format", FORMATS, "What the body is written in", true, 0},
        {"layout", LAYOUT_NAMES, "What is put around it", true, 0},
        {"version", "integer", "Counts its changes; also its ETag. What was sent keeps its version", true, 0},
        {"created", "time", "When it was made", true, 0},
        {"changed", "time", "When it was last changed", true, 0},
        {0},
};
static const struct member TEMPLATE_NEW[] = {
        {"name", "text", "What people call it", true, 200},
        {"note", "text", "What it is for", false, 2000},
        TEMPLATE_TEXTS(true),
        {0},
};
static const struct member TEMPLATE_CHANGE[] = {
        {"name", "text", "What people call it", false, 200},
        {"note", "text", "What it is for", false, 2000},
        TEMPLATE_TEXTS(false),
        {0},
};
static const struct member TEMPLATE_LIST[] = {
        {"items", "[Template]", "Templates", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member VERSION[] = {
        {"version", "integer", "Its number, from 1", true, 0},
        {"subject", "text", "The subject", true, 0},
        {"preheader", "text", "The preheader", true, 0},
        {"body", "text", "The body", true, BODY_MAX},
        {"format", FORMATS, "What the body is written in", true, 0},
        {"layout", LAYOUT_NAMES, "What is put around it", true, 0},
        {"made", "time", "When", true, 0},
        {"by", "text", "By whom", true, 0},
        {0},
};
static const struct member VERSION_LIST[] = {
        {"items", "[TemplateVersion]", "Versions, the newest first", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member OFFER[] = {
        {"code", "text", "Its code", false, 200},
        {"text", "text", "What it offers", false, 2000},
        {"ends", "time", "Until when", false, 0},
        {0},
};
static const struct member PREVIEW[] = {
        {"template", "text", "A template's id; what is given besides stands in its place", false, 100},
        {"version", "integer", "Which version of it; else the newest", false, 0},
        TEMPLATE_TEXTS(false),
        {"contact", "text", "For whom: an id or userId; else for an invented one", false, 200},
        {"at", "time", "As of this moment; else now", false, 0},
        {"sender", "text", "The sender's name", false, 200},
        {"campaign", "text", "The campaign's name", false, 200},
        {"offer", "TemplateOffer", "An offer", false, 0},
        {0},
};
static const struct member PREVIEWED[] = {
        {"subject", "text", "As the recipient sees it", true, 0},
        {"preheader", "text", "As the recipient sees it", true, 0},
        {"html", "text", "The whole HTML document", true, 0},
        {"text", "text", "The text part", true, 0},
        {"missing", "[text]", "What the texts use and nothing is known of: contact.company", true, 0},
        {"links", "[TemplateLink]", "The body's links and pictures, in order", true, 0},
        {"bytes", "integer", "Size of the HTML", true, 0},
        {"warnings", "[TemplateWarning]", "What to look at before it is sent", true, 0},
        {0},
};
static const struct member LINK[] = {
        {"url", "text", "Where it leads", true, 0},
        {"text", "text", "Its words, or the picture's alternative text", true, 0},
        {"kind", "enum:link|button|image", "What it is", true, 0},
        {"problem", "text?", "What is wrong with it; null: nothing", true, 0},
        {0},
};
static const struct member WARNING[] = {
        {"field", "enum:subject|preheader|body", "Where", true, 0},
        {"code", "text", "too_large, long_subject, empty_subject, no_text …", true, 0},
        {"message", "text", "What it is, in words", true, 0},
        {0},
};
static const struct member TEST[] = {
        {"to", "email", "Where to", true, 320},
        {"contact", "text", "As whom: an id or userId; else as an invented one", false, 200},
        {"mailbox", "text", "Which mailbox sends it; else any that may", false, 100},
        {0},
};
static const struct member TESTED[] = {
        {"send", "text", "Id of the send: /api/sends/{id} tells what became of it", true, 0},
        {0},
};
static const struct member BLOCK[] = {
        {"id", "text", "Its id", true, 0},
        {"name", "text", "What templates call it", true, 0},
        {"note", "text", "What it is for", true, 0},
        {"variants", "[BlockVariant]", "The first whose condition holds is used", true, 0},
        {"fallback", "text", "What stands there where none holds", true, BLOCK_BODY_MAX},
        {"version", "integer", "Counts its changes; also its ETag", true, 0},
        {"created", "time", "When it was made", true, 0},
        {"changed", "time", "When it was last changed", true, 0},
        {0},
};
static const struct member VARIANT[] = {
        {"when", "text", "A condition of the model language: is opportunity, score >= 20 …", true,
                CONDITION_MAX},
        {"body", "text", "What stands there if it holds; Liquid, in the template's format", true,
                BLOCK_BODY_MAX},
        {0},
};
static const struct member BLOCK_NEW[] = {
        {"name", "text", "What templates call it: letters, digits, _", true, 60},
        {"note", "text", "What it is for", false, 2000},
        {"variants", "[BlockVariant]", "The first whose condition holds is used", false, VARIANTS_MAX},
        {"fallback", "text", "What stands there where none holds", false, BLOCK_BODY_MAX},
        {0},
};
static const struct member BLOCK_CHANGE[] = {
        {"name", "text", "What templates call it", false, 60},
        {"note", "text", "What it is for", false, 2000},
        {"variants", "[BlockVariant]", "All of them anew", false, VARIANTS_MAX},
        {"fallback", "text", "What stands there where none holds", false, BLOCK_BODY_MAX},
        {0},
};
static const struct member BLOCK_LIST[] = {
        {"items", "[Block]", "Content blocks", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};

const struct schema TEMPLATE_SCHEMAS[] = {
        {"Template", "A mail to be written to many", TEMPLATE, false},
        {"TemplateNew", "A template to be made", TEMPLATE_NEW, false},
        {"TemplateChange", "What to change of a template; it gets a new version", TEMPLATE_CHANGE, false},
        {"TemplateList", "A page of templates", TEMPLATE_LIST, false},
        {"TemplateVersion", "A template as it was from one change to the next", VERSION, false},
        {"TemplateVersionList", "A page of versions", VERSION_LIST, false},
        {"TemplateOffer", "An offer, for a preview", OFFER, false},
        {"TemplatePreview", "What to show", PREVIEW, false},
        {"TemplatePreviewed", "A mail as its recipient would see it", PREVIEWED, false},
        {"TemplateLink", "A link or picture of a mail", LINK, false},
        {"TemplateWarning", "Something that mail programs may take badly", WARNING, false},
        {"TemplateTest", "Where to send a test mail", TEST, false},
        {"TemplateTested", "The test mail that was queued", TESTED, false},
        {"Block", "A piece of content that depends on who reads it", BLOCK, false},
        {"BlockVariant", "A text and whom it is for", VARIANT, false},
        {"BlockNew", "A content block to be made", BLOCK_NEW, false},
        {"BlockChange", "What to change of a content block", BLOCK_CHANGE, false},
        {"BlockList", "A page of content blocks", BLOCK_LIST, false},
        {0},
};

static const struct member LIST_PARAMETERS[] = {LIST_QUERY, {0}};

const struct route TEMPLATE_ROUTES[] = {
        {.method = "GET",
                .path = "/api/templates",
                .summary = "Lists templates",
                .right = "campaign.read",
                .query = LIST_PARAMETERS,
                .answer = "TemplateList",
                .handle = template_route_list},
        {.method = "POST",
                .path = "/api/templates",
                .summary = "Makes a template",
                .right = "campaign.write",
                .body = "TemplateNew",
                .answer = "Template",
                .status = 201,
                .handle = template_route_create},
        {.method = "POST",
                .path = "/api/templates/preview",
                .summary = "Shows a mail as its recipient would see it, with what is wrong with it",
                .right = "campaign.read",
                .body = "TemplatePreview",
                .answer = "TemplatePreviewed",
                .handle = template_route_preview},
        {.method = "GET",
                .path = "/api/templates/{id}",
                .summary = "One template",
                .right = "campaign.read",
                .answer = "Template",
                .handle = template_route_get},
        {.method = "PATCH",
                .path = "/api/templates/{id}",
                .summary = "Changes a template: its next version",
                .right = "campaign.write",
                .body = "TemplateChange",
                .answer = "Template",
                .handle = template_route_patch},
        {.method = "DELETE",
                .path = "/api/templates/{id}",
                .summary = "Removes a template; what was sent from it can still be shown",
                .right = "campaign.write",
                .status = 204,
                .handle = template_route_delete},
        {.method = "GET",
                .path = "/api/templates/{id}/versions",
                .summary = "Lists all versions of a template, the newest first",
                .right = "campaign.read",
                .query = LIST_PARAMETERS,
                .answer = "TemplateVersionList",
                .handle = template_route_versions},
        {.method = "POST",
                .path = "/api/templates/{id}/test",
                .summary = "Sends a template to an address, for a look at it",
                .right = "campaign.write",
                .body = "TemplateTest",
                .answer = "TemplateTested",
                .status = 202,
                .handle = template_route_test},
        {.method = "GET",
                .path = "/api/blocks",
                .summary = "Lists content blocks",
                .right = "campaign.read",
                .query = LIST_PARAMETERS,
                .answer = "BlockList",
                .handle = block_route_list},
        {.method = "POST",
                .path = "/api/blocks",
                .summary = "Makes a content block, for {% block \"name\" %} in templates",
                .right = "campaign.write",
                .body = "BlockNew",
                .answer = "Block",
                .status = 201,
                .handle = block_route_create},
        {.method = "GET",
                .path = "/api/blocks/{id}",
                .summary = "One content block",
                .right = "campaign.read",
                .answer = "Block",
                .handle = block_route_get},
        {.method = "PATCH",
                .path = "/api/blocks/{id}",
                .summary = "Changes a content block",
                .right = "campaign.write",
                .body = "BlockChange",
                .answer = "Block",
                .handle = block_route_patch},
        {.method = "DELETE",
                .path = "/api/blocks/{id}",
                .summary = "Removes a content block; where templates name it, nothing stands",
                .right = "campaign.write",
                .status = 204,
                .handle = block_route_delete},
        {0},
};
