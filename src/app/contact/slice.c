// The routes of contacts and of the decision journal.
#include "app/contact/slice.h"

#include "app/contact/contact.h"
#include "app/listing.h"
#include "app/report/group.h"

enum { DRAFT_MAX = 100000 }; // code points

#define PARAMETER_AT                                                       \
    {                                                                      \
        "at", "time", "As of this moment; now if it is left out", false, 0 \
    }
#define PARAMETER_MODEL                                                                       \
    {                                                                                         \
        "model", "text", "Under this model: its id or version; else the active one", false, 0 \
    }

static const struct member LIST_PARAMETERS[] = {
        PAGE_QUERY,
        {"sort", "text",
                "last_seen, first_seen, since, score or id; with - before it, descending. Else -last_seen",
                false, 0},
        {"filter", "text", "A condition of the model language: `is prospect and silent inbound for 30 days`",
                false, 0},
        CONTACT_OWNER,
        PARAMETER_AT,
        GROUP_QUERY,
        {"count", "flag", "true: also how many there are in all", false, 0},
        {0},
};
static const struct member AT[] = {PARAMETER_AT, {0}};
static const struct member AT_AND_MODEL[] = {PARAMETER_AT, PARAMETER_MODEL, {0}};
static const struct member EXPLAIN_PARAMETERS[] = {PARAMETER_AT, PARAMETER_MODEL,
        {"trees", "flag", "true: every condition also as a tree (docs/models.md)", false, 0}, {0}};
static const struct member EXPLAIN_MEMBERS[] = {
        {"text", "text", "A draft; without it and without `model` the active model", false, DRAFT_MAX},
        {"model", "text", "Or a model's id or version", false, 0}, PARAMETER_AT, {0}};
static const struct member STANDING_PARAMETERS[] = {PARAMETER_AT,
        {"model", "text", "A model's id or version, or `all`; else the active one", false, 0}, {0}};
static const struct member TIMELINE_PARAMETERS[] = {
        {"kind", "text", "Only events whose names begin so: email,call", false, 500},
        {"direction", "enum:inbound|outbound|internal", "Only from them, from us, or bookkeeping", false, 0},
        {"around", "text", "The page that holds this event, counted from the newest", false, 20},
        PAGE_QUERY,
        {0},
};
static const struct member JOURNAL_PARAMETERS[] = {
        {"contact", "text", "Only of this contact: its id, or a userId", false, 0},
        {"kind", "enum:stage|grade|persona|model", "Only changes of this kind", false, 0},
        {"stage", "text", "Only changes into this stage", false, 0},
        {"since", "time", "Not announced before this moment", false, 0},
        {"until", "time", "Not announced after this moment", false, 0},
        PAGE_QUERY,
        {0},
};

static const struct member STANDING_MEMBERS[] = {
        {"model", "text", "The model's title", true, 0},
        {"stage", "text", "The current stage, or none", true, 0},
        {"since", "time?", "Since when; null before the contact's first event", true, 0},
        {"grade", "text", "The current grade, or none", true, 0},
        {"persona", "text", "The persona, or none", true, 0},
        {"score", "number", "The score", true, 0},
        {0},
};
static const struct member CONTACT_MEMBERS[] = {
        {"id", "text", "The contact's id", true, 0},
        {"name", "text?", "From the traits name, or first_name and last_name", true, 0},
        {"email", "text?", "The trait email", true, 0},
        {"user_ids", "[text]", "Its userIds, the one that names it first; none of an anonymous visitor", true,
                0},
        {"traits", "object", "What identify and group said last", true, 0},
        {"facts", "{KnownFact}", "What was recorded for the qualification", true, 0},
        {"tags", "[text]", "The contact's tags, in the order in which they were given", true, 0},
        {"standing", "Standing", "Where it stands under the active model", true, 0},
        {"first_seen", "time", "Its first event", true, 0},
        {"last_seen", "time", "Its last event", true, 0},
        {"owner", "text?", "The user who is responsible for it", true, 0},
        {0},
};
static const struct member KNOWN_FACT_MEMBERS[] = {
        {"answer", "enum:yes|no", "What is known", true, 0},
        {"amount", "number?", "Of a budget, a timeline's days …", true, 0},
        {"time", "time", "When it was said", true, 0},
        {0},
};
static const struct member CONTACTS_MEMBERS[] = {
        {"items", "[Contact]", "The page", true, 0},
        {"next", "text?", "Pass it as `after` for the next page; null on the last one", true, 0},
        {"total", "integer", "How many there are in all, if count was asked for", false, 0},
        {0},
};
static const struct member NEW_CONTACT_MEMBERS[] = {
        {"user_id", "text", "Its id in your system; one is made if it is left out", false, 500},
        {"email", "text", "Its e-mail address", false, 500},
        {"phone", "text", "Its phone number", false, 100},
        {"external_id", "text", "Its id in another system, with that system's name: hubspot:1234", false,
                500},
        {"name", "text", "Its whole name", false, 500},
        {"first_name", "text", "Its first name", false, 500},
        {"last_name", "text", "Its last name", false, 500},
        {"traits", "object", "What else is known", false, 0},
        {0},
};
static const struct member CHANGE_MEMBERS[] = {
        {"traits", "object", "What is known now; null unsets", true, 0},
        {0},
};
static const struct member TRANSITION_MEMBERS[] = {
        {"at", "time", "When", true, 0},
        {"kind", "enum:persona|stage|grade", "What changed", true, 0},
        {"from", "text", "What it was, or none", true, 0},
        {"to", "text", "What it became, or none", true, 0},
        {"by", "enum:rule|hand", "hand: somebody assigned it", true, 0},
        {"evidence", "[text]", "The events that it rests on", true, 0},
        {0},
};
static const struct member TRANSITIONS_MEMBERS[] = {
        {"items", "[Transition]", "In the order of time", true, 0},
        {"next", "text?", "Always null: they are all there", true, 0},
        {0},
};
static const struct member MODEL_STANDING_MEMBERS[] = {
        {"version", "text", "The model's version", true, 0},
        {"standing", "Standing", "Where the contact stands under it", true, 0},
        {0},
};
static const struct member MODEL_STANDINGS_MEMBERS[] = {
        {"items", "[ModelStanding]", "One for each model", true, 0},
        {"next", "text?", "Always null: there are few", true, 0},
        {0},
};
static const struct member JOURNAL_MEMBERS[] = {
        {"id", "text", "Its place in the journal", true, 0},
        {"contact", "text?", "The contact's id; null for a change of the model", true, 0},
        {"kind", "enum:stage|grade|persona|model", "What changed", true, 0},
        {"from", "text", "What it was", true, 0},
        {"to", "text", "What it became", true, 0},
        {"at", "time", "When it happened by the model", true, 0},
        {"announced", "time", "When it was announced, and reactions followed", true, 0},
        {"model", "text", "The version of the model", true, 0},
        {"by", "enum:rule|hand", "hand: somebody assigned it", true, 0},
        {"event", "text?", "The event that brought it about", true, 0},
        {"cause", "enum:event|clock|start|model|gone",
                "An event, a window that ran out, found at the start, another model, or the contact is gone",
                true, 0},
        {0},
};
static const struct member JOURNAL_PAGE_MEMBERS[] = {
        {"items", "[JournalEntry]", "The last ones first", true, 0},
        {"next", "text?", "Pass it as `after` for the next page; null on the last one", true, 0},
        {0},
};
static const struct member BULK_RECORD_MEMBERS[] = {
        {"event", "text", "The event's name: note.added, call.attempted …", true, 200},
        {"properties", "object", "What else there is to say", false, 0},
        {0},
};
static const struct member BULK_ACTION_MEMBERS[] = {
        {"record", "BulkRecord", "Record this event for each", false, 0},
        {"traits", "object", "Set these traits of each", false, 0},
        {0},
};
static const struct member BULK_MEMBERS[] = {
        {"ids", "[text]", "The contacts: ids, or userIds", false, 10000},
        {"filter", "text", "Or all that this condition of the model language holds for", false, 0},
        {"action", "BulkAction", "What to do with each: one thing", true, 0},
        {0},
};
static const struct member BULK_FAILED_MEMBERS[] = {
        {"id", "text", "As it was sent", true, 0},
        {"error", "text", "Why nothing was done with it", true, 0},
        {0},
};
static const struct member BULK_REPORT_MEMBERS[] = {
        {"selected", "integer", "Contacts that were found", true, 0},
        {"done", "integer", "Of them, those that it was done with", true, 0},
        {"failed", "[BulkFailed]", "Those that it was not done with", true, 0},
        {0},
};
// As `sluice explain --json` prints it (docs/explain.md): the tree of conditions has no fixed depth.
static const struct member EXPLANATION_MEMBERS[] = {
        {"contact", "text", "The id that names the contact", true, 0},
        {"at", "time", "As of when", true, 0},
        {"model", "text", "The model's title", true, 0},
        {"stage", "text", "The current stage, or none", true, 0},
        {"since", "time", "Since when", true, 0},
        {"grade", "text", "The grade, or none", true, 0},
        {"persona", "text", "The persona, or none", true, 0},
        {"score", "number", "The score", true, 0},
        {"score_parts", "[object]", "What it is made of", true, 0},
        {"stages", "[object]", "Of each stage why it is on, or what is missing", true, 0},
        {0},
};

static const struct schema SCHEMAS[] = {
        {"Contact", "Somebody, with what is known of them", CONTACT_MEMBERS, false},
        {"Contacts", "A page of contacts", CONTACTS_MEMBERS, false},
        {"Standing", "Where a contact stands under a model", STANDING_MEMBERS, false},
        {"KnownFact", "A recorded answer", KNOWN_FACT_MEMBERS, false},
        {"NewContact", "A contact to make", NEW_CONTACT_MEMBERS, false},
        {"ContactChange", "What to change of a contact", CHANGE_MEMBERS, false},
        {"ExplainRequest", "What to explain a contact under", EXPLAIN_MEMBERS, false},
        {"Explanation", "Why a contact is where it is", EXPLANATION_MEMBERS, true},
        {"Transition", "A change of standing, as the history has it", TRANSITION_MEMBERS, false},
        {"Transitions", "A contact's changes of standing", TRANSITIONS_MEMBERS, false},
        {"ModelStanding", "A standing under one model", MODEL_STANDING_MEMBERS, false},
        {"ModelStandings", "A contact's standings under several models", MODEL_STANDINGS_MEMBERS, false},
        {"JournalEntry", "A change of standing, as it was announced", JOURNAL_MEMBERS, false},
        {"Journal", "A page of the decision journal", JOURNAL_PAGE_MEMBERS, false},
        {"BulkChange", "One change for many contacts", BULK_MEMBERS, false},
        {"BulkAction", "What to do", BULK_ACTION_MEMBERS, false},
        {"BulkRecord", "An event to record", BULK_RECORD_MEMBERS, false},
        {"BulkFailed", "A contact that nothing was done with", BULK_FAILED_MEMBERS, false},
        {"BulkReport", "What a change of many came to", BULK_REPORT_MEMBERS, false},
        {0},
};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/contacts",
                .summary = "Lists contacts, the last seen first",
                .right = "contact.read",
                .query = LIST_PARAMETERS,
                .answer = "Contacts",
                .handle = contact_list},
        {.method = "POST",
                .path = "/api/contacts",
                .summary = "Makes a contact",
                .right = "contact.write",
                .body = "NewContact",
                .answer = "Contact",
                .status = 201,
                .handle = contact_create},
        {.method = "POST",
                .path = "/api/contacts/bulk",
                .summary = "Does one thing with many contacts, at most 10,000",
                .right = "contact.write",
                .body = "BulkChange",
                .answer = "BulkReport",
                .handle = contact_bulk},
        {.method = "GET",
                .path = "/api/contacts/{id}",
                .summary = "One contact",
                .right = "contact.read",
                .query = AT,
                .answer = "Contact",
                .handle = contact_get},
        {.method = "PATCH",
                .path = "/api/contacts/{id}",
                .summary = "Changes a contact's traits",
                .right = "contact.write",
                .body = "ContactChange",
                .answer = "Contact",
                .handle = contact_change},
        {.method = "GET",
                .path = "/api/contacts/{id}/explain",
                .summary = "Says why a contact is where it is, and what is missing for more",
                .right = "contact.read",
                .query = EXPLAIN_PARAMETERS,
                .answer = "Explanation",
                .handle = contact_explain},
        {.method = "POST",
                .path = "/api/contacts/{id}/explain",
                .summary = "The same under a draft or another model, with trees",
                .right = "contact.read",
                .body = "ExplainRequest",
                .answer = "Explanation",
                .max_body = 4 << 20,
                .handle = contact_explain_under},
        {.method = "GET",
                .path = "/api/contacts/{id}/timeline",
                .summary = "A contact's events, the newest first",
                .right = "contact.read",
                .query = TIMELINE_PARAMETERS,
                .answer = "Events",
                .handle = contact_timeline},
        {.method = "GET",
                .path = "/api/contacts/{id}/transitions",
                .summary = "A contact's changes of stage, grade and persona, as its history has them",
                .right = "contact.read",
                .query = AT_AND_MODEL,
                .answer = "Transitions",
                .handle = contact_transitions},
        {.method = "GET",
                .path = "/api/contacts/{id}/standing",
                .summary = "Where a contact stands, also under other models",
                .right = "contact.read",
                .query = STANDING_PARAMETERS,
                .answer = "ModelStandings",
                .handle = contact_standings},
        {.method = "GET",
                .path = "/api/journal",
                .summary = "The decision journal: what was announced, the last first",
                .right = "contact.read",
                .query = JOURNAL_PARAMETERS,
                .answer = "Journal",
                .handle = journal_list},
        {0},
};

static const struct routes CONTACT_ROUTES = {"Contacts", ROUTES, SCHEMAS};

const struct slice CONTACT_SLICE = {
        .name = "contact",
        .routes = &CONTACT_ROUTES,
};
