// The routes of the day's list.
#include "app/today/slice.h"

#include "app/today/today.h"

#define KINDS "enum:answer|handover|hot|task|deal"

static const struct member PARAMETERS[] = {
        {"mine", "flag",
                "true: only what the asker has to do; false: what everybody has. Else true for users, false "
                "for keys",
                false, 0},
        {"limit", "integer", "At most so many items (1 to 500, else 200)", false, 0},
        {0},
};
static const struct member CONTACT_MEMBERS[] = {
        {"id", "text", "The contact's id", true, 0},
        {"name", "text?", "Its name, else its e-mail address", true, 0},
        {"company", "text?", "The trait company", true, 0},
        {"stage", "text", "The current stage, or none", true, 0},
        {"grade", "text", "The grade, or none", true, 0},
        {0},
};
static const struct member ITEM_MEMBERS[] = {
        {"id", "text", "The same as long as the same thing waits", true, 0},
        {"kind", KINDS, "What is to be done", true, 0},
        {"contact", "TodayContact?", "With whom; null: a task about nobody", true, 0},
        {"title", "text", "What is to be done, in words", true, 0},
        {"detail", "text?", "What they wrote, in short; of a hand-over the stage", true, 0},
        {"since", "time", "Since when it waits", true, 0},
        {"due", "time?", "By when", true, 0},
        {"overdue", "flag", "That is over", true, 0},
        {"task", "text?", "The task's id", true, 0},
        {"event", "text?", "What they wrote", true, 0},
        {0},
};
static const struct member COUNT_MEMBERS[] = {
        {"answer", "integer", "They wrote, and nothing has come from us since", true, 0},
        {"handover", "integer", "Handed over, and neither accepted nor returned", true, 0},
        {"hot", "integer", "Came to the model's first grade, and nothing has come from us since", true, 0},
        {"task", "integer", "Due within a day, or before", true, 0},
        {"deal", "integer", "A deal is open, and nothing has happened for two weeks", true, 0},
        {"overdue", "integer", "Of them all, those whose time is over", true, 0},
        {0},
};
static const struct member TODAY_MEMBERS[] = {
        {"items", "[TodayItem]", "What is due first, then what has no time", true, 0},
        {"counts", "TodayCounts", "Of all, also those behind the limit", true, 0},
        {0},
};
static const struct member LATER_MEMBERS[] = {
        {"contact", "text", "The contact's id, or a userId", true, 0},
        {"kind", KINDS, "Which item of the contact", true, 0},
        {"until", "time", "Until when; something new of the same kind shows all the same", true, 0},
        {0},
};
static const struct member ASIDE_MEMBERS[] = {
        {"id", "text", "For taking it back", true, 0},
        {0},
};
static const struct schema SCHEMAS[] = {
        {"Today", "What is to be done", TODAY_MEMBERS, false},
        {"TodayItem", "Something that waits", ITEM_MEMBERS, false},
        {"TodayContact", "With whom", CONTACT_MEMBERS, false},
        {"TodayCounts", "How many of each kind", COUNT_MEMBERS, false},
        {"TodayLater", "What to put aside", LATER_MEMBERS, false},
        {"TodayAside", "What was put aside", ASIDE_MEMBERS, false},
        {0},
};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/today",
                .summary = "What is to be done now, the most urgent first",
                .right = "contact.read",
                .query = PARAMETERS,
                .answer = "Today",
                .handle = today_list},
        {.method = "POST",
                .path = "/api/today/later",
                .summary = "Puts an item aside, for the asker only",
                .right = "contact.write",
                .body = "TodayLater",
                .answer = "TodayAside",
                .status = 201,
                .handle = today_later},
        {.method = "DELETE",
                .path = "/api/today/later/{id}",
                .summary = "Takes back what was put aside",
                .right = "contact.write",
                .status = 204,
                .handle = today_sooner},
        {0},
};

static const struct routes TODAY_ROUTES = {"Today", ROUTES, SCHEMAS};

const struct slice TODAY_SLICE = {
        .name = "today",
        .migration = &TODAY_MIGRATION,
        .routes = &TODAY_ROUTES,
        .erase = today_erase,
};
