#include "app/form/slice.h"

#include "app/form/api.h"
#include "app/form/state.h"
#include "app/form/submit.h"
#include "app/letter/letter.h"
#include "app/listing.h"

#define PUBLIC(verb, at, text, code, function)                                                      \
    {                                                                                               \
        .method = (verb), .path = (at), .summary = (text), .status = (code), .max_body = 512 << 10, \
        .raw_body = true, .hidden = true, .handle = (function)                                      \
    }

#define API(verb, at, text, needs, gives, code, function)                                       \
    {                                                                                           \
        .method = (verb), .path = (at), .summary = (text), .right = (needs), .answer = (gives), \
        .status = (code), .handle = (function)                                                  \
    }
#define LISTED(at, text, gives, function)                                                      \
    {                                                                                          \
        .method = "GET", .path = (at), .summary = (text), .right = "form.read", .query = LIST, \
        .answer = (gives), .handle = (function)                                                \
    }

static const struct member LIST[] = {LIST_QUERY, {0}};
static const struct member SUBMISSION_LIST[] = {
        PAGE_QUERY,
        {"state", "enum:accepted|pending|confirmed|suspect|spam", "Only those in this state", false, 0},
        {0},
};
static const struct member DAYS[] = {
        {"from", "date", "First day (UTC); else 29 days before the last", false, 0},
        {"to", "date", "Last day; else today. At most 400 days", false, 0},
        {0},
};

static const struct route ROUTES[] = {
        LISTED("/api/forms", "Lists forms", "FormList", form_api_list),
        {.method = "POST",
                .path = "/api/forms",
                .summary = "Makes a form",
                .right = "form.write",
                .body = "NewForm",
                .answer = "Form",
                .status = 201,
                .handle = form_api_create},
        API("GET", "/api/forms/{id}", "One form, by its id or slug", "form.read", "Form", 200, form_api_get),
        {.method = "PATCH",
                .path = "/api/forms/{id}",
                .summary = "Changes a form: a new version, the old ones are kept",
                .right = "form.write",
                .body = "FormChange",
                .answer = "Form",
                .handle = form_api_change},
        API("DELETE", "/api/forms/{id}", "Takes a form away; its submissions are kept", "form.write", NULL,
                204, form_api_delete),
        LISTED("/api/forms/{id}/versions", "Lists the versions of a form", "FormVersionList",
                form_api_versions),
        API("GET", "/api/forms/{id}/versions/{version}", "The definition at a version", "form.read",
                "FormVersionDefinition", 200, form_api_version),
        {.method = "GET",
                .path = "/api/forms/{id}/submissions",
                .summary = "Lists submissions, newest first",
                .right = "form.read",
                .query = SUBMISSION_LIST,
                .answer = "SubmissionList",
                .handle = submission_api_list},
        API("GET", "/api/forms/{id}/submissions/{submission}", "One submission", "form.read", "Submission",
                200, submission_api_get),
        API("POST", "/api/forms/{id}/submissions/{submission}/accept",
                "Says that a submission under suspicion is a person's: it counts from its own time",
                "form.write", "Submission", 200, submission_api_accept),
        API("POST", "/api/forms/{id}/submissions/{submission}/reject",
                "Says that a submission under suspicion is spam", "form.write", "Submission", 200,
                submission_api_reject),
        {.method = "POST",
                .path = "/api/forms/{id}/test",
                .summary = "Shows what a submission would say in the log, without taking it",
                .right = "form.read",
                .body = "FormTest",
                .answer = "FormTestResult",
                .handle = form_api_test},
        {.method = "POST",
                .path = "/api/forms/preview",
                .summary = "Shows a draft as visitors would see it",
                .right = "form.read",
                .body = "FormDraft",
                .answer = "Rendered",
                .handle = form_api_preview},
        {.method = "POST",
                .path = "/api/forms/{id}/link",
                .summary = "Makes a link to the form for one contact, good for 30 days",
                .right = "form.write",
                .body = "FormLinkAsk",
                .answer = "FormLink",
                .handle = form_api_link},
        {.method = "GET",
                .path = "/api/forms/{id}/numbers",
                .summary = "Views, starts and submissions by day",
                .right = "form.read",
                .query = DAYS,
                .answer = "FormDayList",
                .handle = form_api_numbers},
        PUBLIC("GET", "/f/{form}", "The hosted form, or with .js the script that embeds it", 200, form_get),
        PUBLIC("POST", "/f/{form}", "Submits the form", 200, form_post),
        PUBLIC("OPTIONS", "/f/{form}", "Lets pages of other hosts submit", 204, form_preflight),
        PUBLIC("POST", "/f/{form}/start", "Counts that somebody began to fill it in", 204, form_started),
        PUBLIC("GET", "/f/{form}/thanks", "The page after the form", 200, form_thanks),
        PUBLIC("GET", "/f/{form}/confirm/{token}", "Asks whether to confirm the address", 200,
                form_confirm_get),
        PUBLIC("POST", "/f/{form}/confirm/{token}", "Confirms the address", 200, form_confirm_post),
        {.method = "POST",
                .path = "/submissions/v3/integration/submit/{portal}/{form}",
                .summary = "Submits a form as HubSpot's clients do",
                .body = "HubSpotSubmission",
                .answer = "HubSpotAnswer",
                .max_body = 512 << 10,
                .handle = form_hubspot},
        PUBLIC("OPTIONS", "/submissions/v3/integration/submit/{portal}/{form}",
                "Lets pages of other hosts submit", 204, form_preflight),
        {0},
};

static const struct member HUBSPOT[] = {
        {"fields", "[HubSpotField]", "What was filled in", true, 200},
        {"context", "object", "pageUri, pageName, hutk", false, 0},
        {"legalConsentOptions", "object", "What was agreed to", false, 0},
        {0},
};
static const struct member HUBSPOT_FIELD[] = {
        {"name", "text", "Of a field of the form, or HubSpot's name for it", true, 100},
        {"value", "any", "What was filled in", false, 0},
        {0},
};
static const struct member HUBSPOT_ANSWER[] = {
        {"inlineMessage", "text", "The form's thanks", false, 0},
        {"redirectUri", "text", "Where the form leads", false, 0},
        {0},
};
static const struct member FORM[] = {
        {"id", "text", "UUID", true, 0},
        {"slug", "text", "Its address: /f/slug", true, 0},
        {"name", "text", "What it is called among us", true, 0},
        {"version", "integer", "Counts its changes; also the ETag", true, 0},
        {"published", "flag", "Whether visitors get it", true, 0},
        {"path", "text", "Where it is hosted", true, 0},
        {"created", "time", "When it was made", true, 0},
        {"updated", "time", "When it was changed last", true, 0},
        {"definition", "object", "What it asks: see the manual on forms", true, 0},
        {"confirmation", "enum:" LETTER_STATE_NAMES,
                "Whether the mails of its double opt-in can go out, or lack a mailbox that sends, or the "
                "setting public_url. Not in lists, and not without double opt-in",
                false, 0},
        {0},
};
static const struct member NEW_FORM[] = {
        {"slug", "text", "Its address: small letters, digits, inner hyphens", true, 60},
        {"name", "text", "What it is called among us", true, 200},
        {"published", "flag", "Whether visitors get it; else false", false, 0},
        {"definition", "object", "What it asks: see the manual on forms", true, 0},
        {0},
};
static const struct member FORM_CHANGE[] = {
        {"slug", "text", "Its address: small letters, digits, inner hyphens", false, 60},
        {"name", "text", "What it is called among us", false, 200},
        {"published", "flag", "Whether visitors get it", false, 0},
        {"definition", "object", "What it asks: see the manual on forms", false, 0},
        {0},
};
static const struct member FORM_LIST[] = {
        {"items", "[Form]", "Forms", true, 0}, {"next", "text?", "For the next page", true, 0}, {0}};
static const struct member FORM_VERSION[] = {
        {"version", "integer", "Counts from 1", true, 0}, {"created", "time", "Since when", true, 0}, {0}};
static const struct member FORM_VERSION_LIST[] = {{"items", "[FormVersion]", "Versions", true, 0},
        {"next", "text?", "For the next page", true, 0}, {0}};
static const struct member FORM_VERSION_DEFINITION[] = {{"version", "integer", "Counts from 1", true, 0},
        {"definition", "object", "As it was", true, 0}, {0}};
static const struct member SUBMISSION[] = {
        {"id", "text", "UUID", true, 0},
        {"form", "text", "Id of the form", true, 0},
        {"form_version", "integer", "That was shown", true, 0},
        {"state", "enum:accepted|pending|confirmed|suspect|spam",
                "pending: the address is to be confirmed; suspect: kept apart until somebody decides", true,
                0},
        {"time", "time", "When it came", true, 0},
        {"confirmed", "time?", "When the address was confirmed", true, 0},
        {"user_id", "text?", "The contact it belongs to", true, 0},
        {"anonymous_id", "text?", "The browser it came from", true, 0},
        {"answers", "object", "By names of fields and ids of consents", true, 0},
        {"context", "object", "The page, the campaign, the language", true, 0},
        {"suspicion", "integer", "Points; from 50 on it is suspect", true, 0},
        {"reasons", "[text]", "What gave the points", true, 0},
        {"confirm_url", "text?", "The link that confirms the address, for who may change forms", true, 0},
        {0},
};
static const struct member SUBMISSION_LIST_ANSWER[] = {{"items", "[Submission]", "Submissions", true, 0},
        {"next", "text?", "For the next page", true, 0}, {0}};
static const struct member FORM_DRAFT[] = {
        {"definition", "object", "What it asks: see the manual on forms", true, 0},
        {"language", "text", "Of the visitor", false, 12},
        {0},
};
static const struct member RENDERED[] = {
        {"html", "text", "The whole document", true, 0},
        {0},
};
static const struct member FORM_TEST[] = {
        {"answers", "object", "By names of fields and ids of consents", true, 0},
        {"language", "text", "Of the visitor", false, 12},
        {0},
};
static const struct member FORM_PROBLEM[] = {
        {"field", "text", "Name of a field or id of a consent", true, 0},
        {"message", "text", "In the visitor's language", true, 0},
        {0},
};
static const struct member FORM_TEST_RESULT[] = {
        {"state", "enum:accepted|pending|invalid", "What would become of it", true, 0},
        {"errors", "[FormProblem]", "What is wrong with the answers", true, 0},
        {"messages", "[object]", "For the log; the userId \"new\" stands for a contact still to be made",
                true, 0},
        {0},
};
static const struct member FORM_LINK_ASK[] = {{"user_id", "text", "userId of the contact", true, 100}, {0}};
static const struct member FORM_LINK[] = {{"path", "text", "On this server", true, 0},
        {"url", "text", "With the host that was asked", true, 0},
        {"expires", "time", "Until when it is good", true, 0}, {0}};
static const struct member FORM_DAY[] = {
        {"day", "date", "UTC", true, 0},
        {"views", "integer", "Shown to people, not machines", true, 0},
        {"starts", "integer", "Somebody began to fill it in (needs a script)", true, 0},
        {"submissions", "integer", "Accepted, also those still to be confirmed", true, 0},
        {"confirmed", "integer", "Of these, with a confirmed address", true, 0},
        {"suspect", "integer", "Kept apart, or spam", true, 0},
        {0},
};
static const struct member FORM_DAY_LIST[] = {
        {"items", "[FormDay]", "Days", true, 0}, {"next", "text?", "Always null", true, 0}, {0}};

static const struct schema SCHEMAS[] = {
        {"HubSpotField", "A field", HUBSPOT_FIELD, true},
        {"HubSpotSubmission", "A form as HubSpot's clients send it", HUBSPOT, true},
        {"HubSpotAnswer", "As HubSpot answers", HUBSPOT_ANSWER, false},
        {"Form", "A form", FORM, false},
        {"NewForm", "A form to be made", NEW_FORM, false},
        {"FormChange", "What is to change of a form", FORM_CHANGE, false},
        {"FormList", "Forms", FORM_LIST, false},
        {"FormVersion", "A version of a form", FORM_VERSION, false},
        {"FormVersionList", "Versions of a form", FORM_VERSION_LIST, false},
        {"FormVersionDefinition", "A form's definition at a version", FORM_VERSION_DEFINITION, false},
        {"Submission", "A form that was sent", SUBMISSION, false},
        {"SubmissionList", "Submissions", SUBMISSION_LIST_ANSWER, false},
        {"FormDraft", "A form that is being written", FORM_DRAFT, false},
        {"Rendered", "What visitors would see", RENDERED, false},
        {"FormTest", "Answers to try", FORM_TEST, false},
        {"FormProblem", "What is wrong with an answer", FORM_PROBLEM, false},
        {"FormTestResult", "What the answers would do", FORM_TEST_RESULT, false},
        {"FormLinkAsk", "For whom", FORM_LINK_ASK, false},
        {"FormLink", "A link to a form for one contact", FORM_LINK, false},
        {"FormDay", "A day of a form", FORM_DAY, false},
        {"FormDayList", "Days of a form", FORM_DAY_LIST, false},
        {0},
};

static const struct routes FORM_ROUTES = {"Forms", ROUTES, SCHEMAS};

static const struct job JOBS[] = {
        {"form-counts", 5, form_flush},
        {"form-forget", 3600, form_forget},
        {0},
};

const struct slice FORM_SLICE = {
        .name = "form",
        .migration = &FORM_MIGRATION,
        .routes = &FORM_ROUTES,
        .jobs = JOBS,
        .start = form_start,
        .stop = form_stop,
        .erase = form_erase,
        .tell = form_tell,
        .compose = form_compose,
};
