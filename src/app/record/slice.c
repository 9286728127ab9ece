#include "app/record/slice.h"

#include "app/event/view.h"
#include "app/record/record.h"

static const struct member LIST_PARAMETERS[] = {
        {"contact", "text", "Only of this contact: its id, or a userId", false, 0},
        {"name", "text", "Only events of this name", false, 0},
        {"since", "time", "Not before this moment", false, 0},
        {"until", "time", "Not after this moment", false, 0},
        {"limit", "integer", "At most so many (1 to 500, else 50)", false, 0},
        {"after", "text",
                "The `next` of the page before. A page may hold fewer than asked for and still have one",
                false, 0},
        {0},
};

static const struct member EVENTS_MEMBERS[] = {
        {"items", "[Event]", "As they came in, the last first", true, 0},
        {"next", "text?", "Pass it as `after` for the next page; null on the last one", true, 0},
        {0},
};

static const struct member NEW_EVENT_MEMBERS[] = {
        {"contact", "text", "The contact's id, or a userId", true, 0},
        {"event", "text", "Its name: call.answered, meeting.held, note.added …", true, 200},
        {"properties", "object", "What else there is to say", false, 0},
        {"time", "time", "When it happened; now if it is left out", false, 0},
        {"message_id", "text", "Makes sending it twice harmless", false, 200},
        {0},
};

static const struct member FACT_MEMBERS[] = {
        {"fact", "text", "fit, need, budget, authority, timeline, or one of the model's", true, 0},
        {"answer", "enum:yes|no|unknown", "What is known", true, 0},
        {"amount", "number?", "Of a budget, a timeline's days …", true, 0},
        {"note", "text?", "In their words", true, 0},
        {"by", "text?", "Who recorded it", true, 0},
        {"confidence", "text?", "How sure it is", true, 0},
        {"time", "time", "When it was said", true, 0},
        {"event", "text", "The event that says so", true, 0},
        {0},
};

static const struct member FACTS_MEMBERS[] = {
        {"items", "[Fact]", "What is known, one each", true, 0},
        {"next", "text?", "Always null: there are few", true, 0},
        {0},
};

static const struct member NEW_FACT_MEMBERS[] = {
        {"fact", "text", "fit, need, budget, authority, timeline, or one of the model's", true, 200},
        {"answer", "enum:yes|no|unknown", "unknown withdraws what was recorded", false, 0},
        {"amount", "number", "Of a budget, a timeline's days …", false, 0},
        {"note", "text", "In their words", false, 0},
        {"confidence", "enum:low|medium|high", "How sure it is", false, 0},
        {"time", "time", "When it was said; now if it is left out", false, 0},
        {"message_id", "text", "Makes sending it twice harmless", false, 200},
        {0},
};

static const struct member QUESTION_MEMBERS[] = {
        {"fact", "text", "What the answer is recorded as", true, 0},
        {"question", "text", "What to ask: the setting question_ and the fact's name, or a default", true, 0},
        {"help", "text", "What to listen for; may be empty", true, 0},
        {"answer", "Fact?", "What is known already", true, 0},
        {0},
};

static const struct member QUESTIONS_MEMBERS[] = {
        {"questions", "[Question]", "One for each fact of the active model, in its order", true, 0},
        {0},
};

static const struct schema SCHEMAS[] = {
        {"Event", "Something that happened with a contact", EVENT_MEMBERS, false},
        {"Events", "A page of events", EVENTS_MEMBERS, false},
        {"NewEvent", "Something that happened", NEW_EVENT_MEMBERS, false},
        {"Fact", "What is known for the qualification", FACT_MEMBERS, false},
        {"Facts", "A contact's facts", FACTS_MEMBERS, false},
        {"NewFact", "An answer to record", NEW_FACT_MEMBERS, false},
        {"Questions", "What to ask a contact", QUESTIONS_MEMBERS, false},
        {"Question", "A question", QUESTION_MEMBERS, false},
        {0},
};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/events",
                .summary = "Lists events, the last ones first",
                .right = "contact.read",
                .query = LIST_PARAMETERS,
                .answer = "Events",
                .handle = record_list_events},
        {.method = "POST",
                .path = "/api/events",
                .summary = "Records something that happened with a contact",
                .right = "contact.write",
                .body = "NewEvent",
                .answer = "Event",
                .status = 201,
                .handle = record_add_event},
        {.method = "GET",
                .path = "/api/events/{id}",
                .summary = "One event",
                .right = "contact.read",
                .answer = "Event",
                .handle = record_get_event},
        {.method = "POST",
                .path = "/api/events/{id}/undo",
                .summary = "Takes back an event that somebody recorded by hand",
                .right = "contact.write",
                .status = 204,
                .handle = record_undo_event},
        {.method = "GET",
                .path = "/api/contacts/{id}/facts",
                .summary = "What is known of a contact's facts",
                .right = "contact.read",
                .answer = "Facts",
                .handle = record_list_facts},
        {.method = "POST",
                .path = "/api/contacts/{id}/facts",
                .summary = "Records an answer",
                .right = "contact.write",
                .body = "NewFact",
                .answer = "Event",
                .status = 201,
                .handle = record_add_fact},
        {.method = "GET",
                .path = "/api/contacts/{id}/questions",
                .summary = "What to ask a contact, with what is known already",
                .right = "contact.read",
                .answer = "Questions",
                .handle = record_list_questions},
        {0},
};

static const struct routes RECORD_ROUTES = {"Events and facts", ROUTES, SCHEMAS};

const struct slice RECORD_SLICE = {
        .name = "record",
        .migration = &RECORD_MIGRATION,
        .routes = &RECORD_ROUTES,
};
