#include "app/privacy/routes.h"

#include "app/listing.h"

static const struct member CONSENT_MEMBERS[] = {
        {"event", "text", "The event that says so", true, 0},
        {"state", "enum:given|withdrawn", "What was said", true, 0},
        {"purpose", "text?", "What for", true, 0},
        {"wording", "text?", "The words that were agreed to", true, 0},
        {"version", "text?", "Of the wording", true, 0},
        {"language", "text?", "In which it was asked", true, 0},
        {"how", "text?", "By a form, on the phone …", true, 0},
        {"by", "text?", "Who recorded it, if not the contact", true, 0},
        {"form", "text?", "On which form", true, 0},
        {"address", "text?", "The internet address it came from", true, 0},
        {"time", "time", "When it was recorded", true, 0},
        {"given_at", "time", "When it was said", true, 0},
        {0},
};

static const struct member PURPOSE_MEMBERS[] = {
        {"purpose", "text?", "What for", true, 0},
        {"state", "enum:given|withdrawn", "The last word about it", true, 0},
        {"since", "time", "Since when", true, 0},
        {"version", "text?", "Of the wording", true, 0},
        {0},
};

static const struct member CONSENTS_MEMBERS[] = {
        {"purposes", "[ConsentState]", "What holds now", true, 0},
        {"items", "[Consent]", "Everything that was said, the last word first", true, 0},
        {"next", "text?", "Always null: there are few", true, 0},
        {0},
};

static const struct member NEW_CONSENT_MEMBERS[] = {
        {"state", "enum:given|withdrawn", "What was said", true, 0},
        {"purpose", "text", "What for: newsletter, calls …", true, 100},
        {"wording", "text", "The words that were agreed to", false, 5000},
        {"version", "text", "Of the wording", false, 100},
        {"language", "text", "In which it was asked", false, 20},
        {"how", "text", "On the phone, on paper …", false, 200},
        {"time", "time", "When it was said; now if it is left out", false, 0},
        {0},
};

// What slices add: tasks, submissions …
static const struct member EXPORT_MEMBERS[] = {
        {"contact", "text", "The contact's id", true, 0},
        {"exported", "time", "When", true, 0},
        {"identifiers", "[text]", "userIds and anonymousIds", true, 0},
        {"traits", "object", "What the contact is like", true, 0},
        {"facts", "object", "What is known for the qualification", true, 0},
        {"standing", "any", "Where the contact is under the active model", true, 0},
        {"consents", "Consents", "What the contact agreed to", true, 0},
        {"events", "[Event]", "Everything that happened", true, 0},
        {0},
};

static const struct member NAME_MEMBERS[] = {
        {"id", "text", "The contact's id", true, 0},
        {"user_id", "text", "The userId that names it", true, 0},
        {0},
};

static const struct member ERASED_MEMBERS[] = {
        {"contact", "text", "The contact's id, which names nobody any more", true, 0},
        {"events", "integer", "How many events were made anonymous", true, 0},
        {"identifiers", "integer", "How many identifiers were", true, 0},
        {"clean", "flag",
                "Nothing is left in the files. If not, because somebody was reading, it is tried again "
                "within an hour",
                true, 0},
        {"perhaps_also", "[ErasureDouble]", "Contacts that may be the same person, and were not erased", true,
                0},
        {0},
};

static const struct member ERASURE_MEMBERS[] = {
        {"id", "text", "Its id", true, 0},
        {"time", "time", "When", true, 0},
        {"by", "text", "Who wanted it, or why", true, 0},
        {"people", "integer", "How many contacts", true, 0},
        {"events", "integer", "How many events", true, 0},
        {"identifiers", "integer", "How many identifiers", true, 0},
        {"clean", "flag", "Nothing is left in the files", true, 0},
        {0},
};

static const struct member ERASURES_MEMBERS[] = {
        {"items", "[Erasure]", "The last one first", true, 0},
        {"next", "text?", "Pass it as `after` for the next page; null on the last one", true, 0},
        {0},
};

static const struct member RETENTION_MEMBERS[] = {
        {"machine_days", "integer", "Days after which events of machines are erased; 0: never", true, 0},
        {"anonymous_days", "integer",
                "Days without an event after which unknown visitors are erased; 0: never", true, 0},
        {"contact_days", "integer",
                "Days without an event after which known contacts who never bought are erased; 0: never",
                true, 0},
        {"machine_events", "integer", "How many events of machines the next run erases", true, 0},
        {"anonymous", "integer", "How many unknown visitors", true, 0},
        {"contacts", "integer", "How many known contacts", true, 0},
        {0},
};

static const struct member ERASURES_PARAMETERS[] = {LIST_QUERY, {0}};

static const struct schema SCHEMAS[] = {
        {"Consent", "What somebody agreed to, or took back", CONSENT_MEMBERS, false},
        {"ConsentState", "What holds for a purpose", PURPOSE_MEMBERS, false},
        {"Consents", "A contact's ledger of consents", CONSENTS_MEMBERS, false},
        {"NewConsent", "What somebody said", NEW_CONSENT_MEMBERS, false},
        {"ContactExport", "Everything that is stored about one person", EXPORT_MEMBERS, true},
        {"ErasureDouble", "A contact by its name", NAME_MEMBERS, false},
        {"Erased", "What was erased", ERASED_MEMBERS, false},
        {"Erasure", "An erasure, without a word about whom", ERASURE_MEMBERS, false},
        {"Erasures", "A page of erasures", ERASURES_MEMBERS, false},
        {"Retention", "The periods, and what is over them now", RETENTION_MEMBERS, false},
        {0},
};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/contacts/{id}/consents",
                .summary = "What a contact agreed to",
                .right = "contact.read",
                .answer = "Consents",
                .handle = consent_list},
        {.method = "POST",
                .path = "/api/contacts/{id}/consents",
                .summary = "Records that a contact agreed to something, or took it back",
                .right = "contact.write",
                .body = "NewConsent",
                .answer = "Consents",
                .status = 201,
                .handle = consent_add},
        {.method = "GET",
                .path = "/api/contacts/{id}/export",
                .summary = "Everything that is stored about one person",
                .right = "privacy.read",
                .answer = "ContactExport",
                .handle = privacy_export},
        {.method = "POST",
                .path = "/api/contacts/{id}/erase",
                .summary = "Makes a contact anonymous, for ever, and keeps the statistics",
                .right = "privacy.write",
                .answer = "Erased",
                .handle = privacy_erase_contact},
        {.method = "GET",
                .path = "/api/privacy/erasures",
                .summary = "Which erasures there were",
                .right = "privacy.read",
                .query = ERASURES_PARAMETERS,
                .answer = "Erasures",
                .handle = privacy_erasures},
        {.method = "GET",
                .path = "/api/privacy/retention",
                .summary = "The retention periods, and what the next run would erase",
                .right = "privacy.read",
                .answer = "Retention",
                .handle = privacy_retention},
        {.method = "POST",
                .path = "/api/privacy/retention",
                .summary = "Erases now what is over the retention periods. Answers with what was erased",
                .right = "privacy.write",
                .answer = "Retention",
                .handle = privacy_retention_now},
        {0},
};

const struct routes PRIVACY_ROUTES = {"Privacy", ROUTES, SCHEMAS};
