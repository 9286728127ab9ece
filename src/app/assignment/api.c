// The routes and schemas of owners, assignment rules and hand-overs.
#include "app/assignment/private.h"

#include "app/listing.h"

#define METHODS "enum:round_robin|load|user"
#define HANDOVER_STATES "enum:open|accepted|returned"

static const struct member MEMBER[] = {
        {"user", "text", "A user's id", true, 40},
        {"weight", "integer", "How much they take, compared with the others: 1 to 1000, else 1", false, 0},
        {0},
};
static const struct member RULE[] = {
        {"id", "text", "Its id", true, 0},
        {"name", "text", "What people call it", true, 0},
        {"position", "integer", "Rules are asked in this order; the first that fits decides", true, 0},
        {"active", "flag", "Whether it is asked", true, 0},
        {"stage", "text?", "The stage that contacts come to; null: any change of a standing", true, 0},
        {"audience", "text?", "A condition of the model language that must hold, too", true, 0},
        {"method", METHODS, "By turns, by least to do, or always the first", true, 0},
        {"members", "[AssignmentMember]", "Who gets contacts", true, 0},
        {"handover", "flag", "Whether contacts are handed over, to be accepted or returned", true, 0},
        {"version", "integer", "Counts its changes; also its ETag", true, 0},
        {"created", "time", "When it was made", true, 0},
        {"changed", "time", "When it was last changed", true, 0},
        {0},
};
#define RULE_CHANGE(needed)                                                                              \
    {"name", "text", "What people call it", needed, 200},                                                \
            {"position", "integer", "Rules are asked in this order, else 0", false, 0},                  \
            {"active", "flag", "Whether it is asked, else true", false, 0},                              \
            {"stage", "text?", "The stage that contacts come to", false, 200},                           \
            {"audience", "text?", "A condition of the model language that must hold, too", false, 5000}, \
            {"method", METHODS, "By turns, by least to do, or always the first", needed, 0},             \
            {"members", "[AssignmentMember]", "Who gets contacts", needed, 200},                         \
    {                                                                                                    \
        "handover", "flag", "Whether contacts are handed over, else false", false, 0                     \
    }
static const struct member RULE_NEW[] = {RULE_CHANGE(true), {0}};
static const struct member RULE_PATCH[] = {RULE_CHANGE(false), {0}};
static const struct member RULE_LIST[] = {
        {"items", "[AssignmentRule]", "Rules", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member OWNER_SET[] = {
        {"user", "text?", "The user's id, or null for nobody", true, 40},
        {0},
};
static const struct member OWNER[] = {
        {"contact", "text", "The contact's id", true, 0},
        {"owner", "text?", "Who owns it now", true, 0},
        {0},
};
static const struct member OWNERS_SET[] = {
        {"user", "text?", "The user's id, or null for nobody", true, 40},
        {"contacts", "[text]", "Ids of contacts", false, 10000},
        {"filter", "text", "Or a condition of the model language that selects them", false, 5000},
        {0},
};
static const struct member OWNERS[] = {
        {"contacts", "integer", "How many contacts", true, 0},
        {"owner", "text?", "Who owns them now", true, 0},
        {0},
};
static const struct member HANDOVER[] = {
        {"id", "text", "Its id", true, 0},
        {"contact", "text", "The contact's id", true, 0},
        {"owner", "text", "The user it was handed to", true, 0},
        {"rule", "text?", "The rule that did it; null: a person", true, 0},
        {"stage", "text?", "The stage that the contact had come to", true, 0},
        {"opened", "time", "When it was handed over", true, 0},
        {"state", HANDOVER_STATES, "What came of it", true, 0},
        {"decided", "time?", "When it was accepted or returned", true, 0},
        {"by", "text?", "Who decided", true, 0},
        {"reason", "text?", "Why it was returned", true, 0},
        {"seconds", "integer", "How long it took to be answered, or has waited so far", true, 0},
        {0},
};
static const struct member HANDOVER_LIST[] = {
        {"items", "[Handover]", "Hand-overs", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member HANDOVER_NEW[] = {
        {"user", "text", "Who is to have it; else its owner", false, 40},
        {0},
};
static const struct member HANDOVER_RETURN[] = {
        {"reason", "text", "Why", true, REASON_MAX},
        {0},
};

const struct schema ASSIGNMENT_SCHEMAS[] = {
        {"AssignmentMember", "A user that a rule gives contacts to", MEMBER, false},
        {"AssignmentRule", "Says who gets contacts that nobody owns", RULE, false},
        {"AssignmentRuleNew", "A rule to be made", RULE_NEW, false},
        {"AssignmentRuleChange", "What to change of a rule", RULE_PATCH, false},
        {"AssignmentRuleList", "A page of rules", RULE_LIST, false},
        {"OwnerSet", "Who is to own a contact", OWNER_SET, false},
        {"Owner", "Who owns a contact", OWNER, false},
        {"OwnersSet", "Who is to own contacts", OWNERS_SET, false},
        {"Owners", "Who owns contacts", OWNERS, false},
        {"Handover", "A contact handed over to sales", HANDOVER, false},
        {"HandoverList", "A page of hand-overs", HANDOVER_LIST, false},
        {"HandoverNew", "Whom a contact is handed to", HANDOVER_NEW, false},
        {"HandoverReturn", "Why a contact is returned", HANDOVER_RETURN, false},
        {0},
};

static const struct member LIST_PARAMETERS[] = {LIST_QUERY, {0}};
static const struct member HANDOVER_PARAMETERS[] = {
        LIST_QUERY,
        {"state", HANDOVER_STATES, "Only those, else the open ones", false, 0},
        {"owner", "text", "Only this user's", false, 40},
        {0},
};

const struct route ASSIGNMENT_ROUTES[] = {
        {.method = "POST",
                .path = "/api/contacts/{id}/owner",
                .summary = "Gives a contact an owner, or takes it away",
                .right = "contact.write",
                .body = "OwnerSet",
                .answer = "Owner",
                .handle = owner_route_set},
        {.method = "POST",
                .path = "/api/owners",
                .summary = "Gives many contacts an owner, at most 10,000 at once",
                .right = "contact.write",
                .body = "OwnersSet",
                .answer = "Owners",
                .handle = owner_route_bulk},
        {.method = "POST",
                .path = "/api/contacts/{id}/handover",
                .summary = "Hands a contact over to sales; what is open already stays as it is",
                .right = "contact.write",
                .body = "HandoverNew",
                .answer = "Handover",
                .handle = handover_route_open},
        {.method = "POST",
                .path = "/api/contacts/{id}/handover/accept",
                .summary = "Accepts the contact: sales.accepted",
                .right = "contact.write",
                .answer = "Handover",
                .handle = handover_route_accept},
        {.method = "POST",
                .path = "/api/contacts/{id}/handover/return",
                .summary = "Returns the contact to marketing: sales.returned; nobody owns it then",
                .right = "contact.write",
                .body = "HandoverReturn",
                .answer = "Handover",
                .handle = handover_route_return},
        {.method = "POST",
                .path = "/api/contacts/{id}/handover/reopen",
                .summary = "Takes back what was decided on the last hand-over: it waits again",
                .right = "contact.write",
                .answer = "Handover",
                .handle = handover_route_reopen},
        {.method = "GET",
                .path = "/api/handovers",
                .summary = "Lists hand-overs with how long they wait",
                .right = "contact.read",
                .query = HANDOVER_PARAMETERS,
                .answer = "HandoverList",
                .handle = handover_route_list},
        {.method = "GET",
                .path = "/api/assignment-rules",
                .summary = "Lists the rules that give contacts an owner",
                .right = "model.read",
                .query = LIST_PARAMETERS,
                .answer = "AssignmentRuleList",
                .handle = rule_route_list},
        {.method = "POST",
                .path = "/api/assignment-rules",
                .summary = "Makes a rule",
                .right = "model.write",
                .body = "AssignmentRuleNew",
                .answer = "AssignmentRule",
                .status = 201,
                .handle = rule_route_create},
        {.method = "GET",
                .path = "/api/assignment-rules/{id}",
                .summary = "One rule",
                .right = "model.read",
                .answer = "AssignmentRule",
                .handle = rule_route_get},
        {.method = "PATCH",
                .path = "/api/assignment-rules/{id}",
                .summary = "Changes a rule",
                .right = "model.write",
                .body = "AssignmentRuleChange",
                .answer = "AssignmentRule",
                .handle = rule_route_patch},
        {.method = "DELETE",
                .path = "/api/assignment-rules/{id}",
                .summary = "Removes a rule",
                .right = "model.write",
                .status = 204,
                .handle = rule_route_delete},
        {0},
};
