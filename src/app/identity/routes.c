#include "app/identity/routes.h"

static const struct member SUGGESTION_QUERY[] = {
        {"state", "enum:open|merged|dismissed|all", "Which ones; open if it is left out", false, 0},
        {"contact", "text", "Only of this contact: its id, or a userId", false, 0},
        {"limit", "integer", "At most so many items (1 to 500, else 50)", false, 0},
        {"after", "text", "The `next` of the page before. A page may hold fewer than asked for and have one",
                false, 0},
        {0},
};

static const struct member PERSON_MEMBERS[] = {
        {"id", "text", "The contact's id", true, 0},
        {"user_id", "text", "The userId that names it", true, 0},
        {0},
};

static const struct member REASON_MEMBERS[] = {
        {"kind", "enum:email|phone|profile|external|name", "What both have", true, 0},
        {"value", "text", "In the form in which it was compared; of a name with the company's domain", true,
                0},
        {0},
};

static const struct member SUGGESTION_MEMBERS[] = {
        {"id", "text", "Its id", true, 0},
        {"state", "enum:open|merged|dismissed", "What became of it", true, 0},
        {"contacts", "[ContactName]", "The two that may be one person", true, 0},
        {"reasons", "[MergeReason]", "Why", true, 0},
        {"created", "time", "Since when", true, 0},
        {"decided", "time?", "When it was merged or dismissed", true, 0},
        {0},
};

static const struct member SUGGESTIONS_MEMBERS[] = {
        {"items", "[MergeSuggestion]", "The newest first", true, 0},
        {"next", "text?", "Pass it as `after` for the next page; null on the last one", true, 0},
        {0},
};

static const struct member NEW_MERGE_MEMBERS[] = {
        {"with", "text", "The other contact: its id, or a userId", true, 500},
        {0},
};

static const struct member MERGE_MEMBERS[] = {
        {"id", "text", "Its place in the log", true, 0},
        {"contact", "ContactName", "One of the two", true, 0},
        {"with", "ContactName", "The other one", true, 0},
        {"time", "time", "When", true, 0},
        {"by", "text?", "Who said so; null if a message did", true, 0},
        {"ended", "flag", "It was undone", true, 0},
        {"can_end", "flag", "It can be undone: an alias that came without a messageId cannot", true, 0},
        {0},
};

static const struct member MERGES_MEMBERS[] = {
        {"items", "[Merge]", "The newest first", true, 0},
        {"next", "text?", "Always null: there are few", true, 0},
        {0},
};

static const struct schema SCHEMAS[] = {
        {"ContactName", "A contact by its name", PERSON_MEMBERS, false},
        {"MergeReason", "Something that two contacts have in common", REASON_MEMBERS, false},
        {"MergeSuggestion", "Two contacts that may be one person; a person decides", SUGGESTION_MEMBERS,
                false},
        {"MergeSuggestions", "A page of suggestions", SUGGESTIONS_MEMBERS, false},
        {"NewMerge", "With whom", NEW_MERGE_MEMBERS, false},
        {"Merge", "Two contacts that are one person. Both keep what is theirs, so that it can be undone",
                MERGE_MEMBERS, false},
        {"Merges", "A contact's merges", MERGES_MEMBERS, false},
        {0},
};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/merge-suggestions",
                .summary = "Lists contacts that may be one person",
                .right = "contact.read",
                .query = SUGGESTION_QUERY,
                .answer = "MergeSuggestions",
                .handle = suggestion_list},
        {.method = "GET",
                .path = "/api/merge-suggestions/{id}",
                .summary = "One suggestion",
                .right = "contact.read",
                .answer = "MergeSuggestion",
                .handle = suggestion_get},
        {.method = "POST",
                .path = "/api/merge-suggestions/{id}/dismiss",
                .summary = "They are two people: the suggestion is not made again",
                .right = "contact.write",
                .answer = "MergeSuggestion",
                .handle = suggestion_dismiss},
        {.method = "POST",
                .path = "/api/merge-suggestions/{id}/reopen",
                .summary = "Takes a dismissal back",
                .right = "contact.write",
                .answer = "MergeSuggestion",
                .handle = suggestion_reopen},
        {.method = "POST",
                .path = "/api/contacts/{id}/merge",
                .summary = "Makes one contact of two",
                .right = "contact.write",
                .body = "NewMerge",
                .answer = "Merge",
                .status = 201,
                .handle = merge_add},
        {.method = "GET",
                .path = "/api/contacts/{id}/merges",
                .summary = "With whom a contact was merged",
                .right = "contact.read",
                .answer = "Merges",
                .handle = merge_list},
        {.method = "DELETE",
                .path = "/api/contacts/{id}/merges/{merge}",
                .summary = "Undoes a merge: both are again what they were, for every moment",
                .right = "contact.write",
                .answer = "Merge",
                .handle = merge_undo},
        {0},
};

const struct routes IDENTITY_ROUTES = {"Identity", ROUTES, SCHEMAS};
