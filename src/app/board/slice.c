// The routes of the board.
#include "app/board/slice.h"

#include "app/board/board.h"
#include "app/contact/contact.h"
#include "app/listing.h"

#define PARAMETER_FILTER                                                                                \
    {                                                                                                   \
        "filter", "text", "Only contacts that this condition of the model language holds for", false, 0 \
    }
#define PARAMETER_AT                                                       \
    {                                                                      \
        "at", "time", "As of this moment; now if it is left out", false, 0 \
    }

static const struct member BOARD_PARAMETERS[] = {PARAMETER_FILTER, CONTACT_OWNER, PARAMETER_AT, {0}};
static const struct member CARD_PARAMETERS[] = {
        {"stage", "text", "The column: a stage's name, or none", true, 0},
        PARAMETER_FILTER,
        CONTACT_OWNER,
        PARAMETER_AT,
        PAGE_QUERY,
        {"sort", "text",
                "last_seen, first_seen, since, score or id; with - before it, descending. Else -last_seen",
                false, 0},
        {0},
};
static const struct member MODEL_MEMBERS[] = {
        {"id", "text", "Its version; 0 without a model", true, 0},
        {"title", "text", "Its title", true, 0},
        {0},
};
static const struct member COLUMN_MEMBERS[] = {
        {"stage", "text", "The stage's name, or none", true, 0},
        {"label", "text", "What people call it", true, 0},
        {"position", "integer", "0 for none, then the stages in the model's order", true, 0},
        {"count", "integer", "Contacts that stand on it", true, 0},
        {"change_7d", "integer",
                "How many more than of the same contacts a week before (the moment is rounded to the hour)",
                true, 0},
        {"median_days", "number?", "How long half of them have stood there at least; null: nobody does", true,
                0},
        {"contacts", "text", "The query of GET /api/contacts that lists them", true, 0},
        {0},
};
static const struct member BOARD_MEMBERS[] = {
        {"model", "BoardModel", "The active model", true, 0},
        {"columns", "[BoardColumn]", "none first, then the model's stages in order", true, 0},
        {0},
};
static const struct member OWNER_MEMBERS[] = {
        {"id", "text", "The user's id", true, 0},
        {"name", "text", "The user's name, or mail address", true, 0},
        {0},
};
static const struct member STAGE_MEMBERS[] = {
        {"name", "text", "The stage's name", true, 0},
        {"label", "text", "What people call it", true, 0},
        {0},
};
static const struct member MISSING_MEMBERS[] = {
        {"action", "enum:ask|fill|check|wait|do|raise|reach|leave|wait_until",
                "What can be done, as in explain", true, 0},
        {"what", "text", "To what: a fact, a trait, an event …", true, 0},
        {0},
};
static const struct member CARD_MEMBERS[] = {
        {"id", "text", "The contact's id", true, 0},
        {"name", "text?", "From the traits name, or first_name and last_name", true, 0},
        {"email", "text?", "The trait email", true, 0},
        {"company", "text?", "The trait company", true, 0},
        {"title", "text?", "The trait title", true, 0},
        {"persona", "text", "The persona, or none", true, 0},
        {"owner", "CardOwner?", "The user who is responsible for it", true, 0},
        {"stage", "text", "The current stage, or none", true, 0},
        {"grade", "text", "The grade, or none", true, 0},
        {"score", "number", "The score", true, 0},
        {"since", "time?", "Since when it stands there; null before its first event", true, 0},
        {"last_seen", "time", "Its last event", true, 0},
        {"next_stage", "StageName?", "The stage that the model declares next; null on the last one", true, 0},
        {"missing", "[CardMissing]", "What is missing for it, at most three", true, 0},
        {0},
};
static const struct member CARDS_MEMBERS[] = {
        {"items", "[Card]", "The page", true, 0},
        {"next", "text?", "Pass it as `after` for the next page; null on the last one", true, 0},
        {0},
};
static const struct member ASSIGN_MEMBERS[] = {
        {"stage", "text", "The stage's name, or none", true, 200},
        {"reason", "text", "Why; it is kept in the event", true, 2000},
        {0},
};
static const struct member ASSIGNED_MEMBERS[] = {
        {"event", "text", "The event stage.assigned, which POST /api/events/{id}/undo takes back", true, 0},
        {"standing", "Standing", "Where the contact stands now", true, 0},
        {0},
};

static const struct schema SCHEMAS[] = {
        {"Board", "The stages with their counts", BOARD_MEMBERS, false},
        {"BoardModel", "Which model's stages they are", MODEL_MEMBERS, false},
        {"BoardColumn", "A stage with its count", COLUMN_MEMBERS, false},
        {"Cards", "A page of a column", CARDS_MEMBERS, false},
        {"Card", "A contact on the board", CARD_MEMBERS, false},
        {"CardOwner", "A user", OWNER_MEMBERS, false},
        {"CardMissing", "Something that is missing for the next stage", MISSING_MEMBERS, false},
        {"StageName", "A stage of the model", STAGE_MEMBERS, false},
        {"StageAssignment", "Where to put a contact, and why", ASSIGN_MEMBERS, false},
        {"StageAssigned", "What came of it", ASSIGNED_MEMBERS, false},
        {0},
};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/board",
                .summary = "How many contacts stand on each stage",
                .right = "contact.read",
                .query = BOARD_PARAMETERS,
                .answer = "Board",
                .handle = board_columns},
        {.method = "GET",
                .path = "/api/board/cards",
                .summary = "The contacts on a stage, with what is missing for the next one",
                .right = "contact.read",
                .query = CARD_PARAMETERS,
                .answer = "Cards",
                .handle = board_cards},
        {.method = "POST",
                .path = "/api/contacts/{id}/stage",
                .summary = "Puts a contact on a stage by hand",
                .right = "contact.write",
                .body = "StageAssignment",
                .answer = "StageAssigned",
                .handle = board_assign},
        {0},
};

static const struct routes BOARD_ROUTES = {"Board", ROUTES, SCHEMAS};

const struct slice BOARD_SLICE = {
        .name = "board",
        .routes = &BOARD_ROUTES,
};
