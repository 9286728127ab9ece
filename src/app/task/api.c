// The routes and schemas of tasks and reactions.
#include "app/listing.h"
#include "app/task/private.h"

#define REACTION_KINDS "enum:stage|grade|persona"

static const struct member TASK[] = {
        {"id", "text", "Its id", true, 0},
        {"contact", "text?", "The id of the contact that it is about", true, 0},
        {"title", "text", "What is to be done", true, 0},
        {"note", "text", "More about it", true, 0},
        {"kind", TASK_KINDS, "How", true, 0},
        {"due", "time?", "By when", true, 0},
        {"owner", "text?", "The user who has to do it", true, 0},
        {"follows_contact", "flag", "Whoever owns the contact has to do it", true, 0},
        {"state", TASK_STATES, "What became of it", true, 0},
        {"by", "text", "Who made it: a user's or key's id, or reaction: and its id", true, 0},
        {"done", "time?", "When it was done", true, 0},
        {"version", "integer", "Counts its changes; also its ETag", true, 0},
        {"created", "time", "When it was made", true, 0},
        {"changed", "time", "When it was last changed", true, 0},
        {0},
};
#define TASK_CHANGE(needed)                                                                          \
    {"title", "text", "What is to be done", needed, TITLE_MAX},                                      \
            {"note", "text", "More about it", false, NOTE_MAX},                                      \
            {"kind", TASK_KINDS, "How, else todo", false, 0}, {"due", "time?", "By when", false, 0}, \
    {                                                                                                \
        "owner", "text?", "The user who has to do it; null: whoever owns the contact", false, 40     \
    }
static const struct member TASK_NEW[] = {
        TASK_CHANGE(true),
        {"contact", "text?", "The contact that it is about", false, 500},
        {0},
};
static const struct member TASK_PATCH[] = {
        TASK_CHANGE(false),
        {"state", TASK_STATES, "done puts task.done into the contact's history", false, 0},
        {0},
};
static const struct member TASK_LIST[] = {
        {"items", "[Task]", "Tasks", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member BULK[] = {
        {"ids", "[text]", "Tasks", true, BULK_MAX},
        {"change", "TaskChange", "What to change of each", true, 0},
        {0},
};
static const struct member BULK_DONE[] = {
        {"tasks", "integer", "How many were changed", true, 0},
        {0},
};
static const struct member TEMPLATE[] = {
        {"title", "text", "What is to be done", true, TITLE_MAX},
        {"note", "text", "More about it", false, NOTE_MAX},
        {"kind", TASK_KINDS, "How, else todo", false, 0},
        {"owner", "text?", "Who has to do it; null: whoever owns the contact", false, 40},
        {"due_in", "text?", "By when, from then on: 2 days, 4 hours", false, 100},
        {0},
};
static const struct member REACTION[] = {
        {"id", "text", "Its id", true, 0},
        {"name", "text", "What people call it", true, 0},
        {"active", "flag", "Whether it happens", true, 0},
        {"kind", REACTION_KINDS, "What changes", true, 0},
        {"becomes", "text?", "Into what; null: into anything", true, 0},
        {"task", "TaskTemplate?", "The task that is made", true, 0},
        {"webhook", "text?", "The webhook that is told, as reaction.fired", true, 0},
        {"version", "integer", "Counts its changes; also its ETag", true, 0},
        {"created", "time", "When it was made", true, 0},
        {"changed", "time", "When it was last changed", true, 0},
        {0},
};
#define REACTION_CHANGE(needed)                                                 \
    {"name", "text", "What people call it", needed, 200},                       \
            {"active", "flag", "Whether it happens, else true", false, 0},      \
            {"kind", REACTION_KINDS, "What changes", needed, 0},                \
            {"becomes", "text?", "Into what; null: into anything", false, 200}, \
            {"task", "TaskTemplate?", "The task that is made", false, 0},       \
    {                                                                           \
        "webhook", "text?", "The id of the webhook that is told", false, 40     \
    }
static const struct member REACTION_NEW[] = {REACTION_CHANGE(true), {0}};
static const struct member REACTION_PATCH[] = {REACTION_CHANGE(false), {0}};
static const struct member REACTION_LIST[] = {
        {"items", "[Reaction]", "Reactions", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};

const struct schema TASK_SCHEMAS[] = {
        {"Task", "Something a person must do", TASK, false},
        {"TaskNew", "A task to be made", TASK_NEW, false},
        {"TaskChange", "What to change of a task", TASK_PATCH, false},
        {"TaskList", "A page of tasks", TASK_LIST, false},
        {"TaskBulk", "The same change of many tasks", BULK, false},
        {"TaskBulkDone", "What came of it", BULK_DONE, false},
        {"TaskTemplate", "A task that is made when something happens", TEMPLATE, false},
        {"Reaction", "What is done when a contact's standing changes", REACTION, false},
        {"ReactionNew", "A reaction to be made", REACTION_NEW, false},
        {"ReactionChange", "What to change of a reaction", REACTION_PATCH, false},
        {"ReactionList", "A page of reactions", REACTION_LIST, false},
        {0},
};

static const struct member LIST_PARAMETERS[] = {LIST_QUERY, {0}};
static const struct member TASK_PARAMETERS[] = {
        LIST_QUERY,
        {"state", TASK_STATES, "Only those", false, 0},
        {"owner", "text", "Only what this user has to do", false, 40},
        {"mine", "flag", "Only what the asker has to do", false, 0},
        {"contact", "text", "Only what is about this contact", false, 500},
        {"due_before", "time", "Only what is due before then", false, 0},
        {0},
};

const struct route TASK_ROUTES[] = {
        ROW("GET", "/api/tasks", "Lists tasks", .right = "task.read", .query = TASK_PARAMETERS,
                .answer = "TaskList", .handle = task_route_list),
        ROW("POST", "/api/tasks", "Makes a task", .right = "task.write", .body = "TaskNew", .answer = "Task",
                .status = 201, .handle = task_route_create),
        ROW("POST", "/api/tasks/bulk", "Changes many tasks alike, all or none", .right = "task.write",
                .body = "TaskBulk", .answer = "TaskBulkDone", .handle = task_route_bulk),
        ROW("GET", "/api/tasks/{id}", "One task", .right = "task.read", .answer = "Task",
                .handle = task_route_get),
        ROW("PATCH", "/api/tasks/{id}", "Changes a task, or says that it is done", .right = "task.write",
                .body = "TaskChange", .answer = "Task", .handle = task_route_patch),
        ROW("DELETE", "/api/tasks/{id}", "Removes a task", .right = "task.write", .status = 204,
                .handle = task_route_delete),
        ROW("GET", "/api/reactions", "Lists what is done when standings change", .right = "model.read",
                .query = LIST_PARAMETERS, .answer = "ReactionList", .handle = reaction_route_list),
        ROW("POST", "/api/reactions", "Makes a reaction", .right = "model.write", .body = "ReactionNew",
                .answer = "Reaction", .status = 201, .handle = reaction_route_create),
        ROW("GET", "/api/reactions/{id}", "One reaction", .right = "model.read", .answer = "Reaction",
                .handle = reaction_route_get),
        ROW("PATCH", "/api/reactions/{id}", "Changes a reaction", .right = "model.write",
                .body = "ReactionChange", .answer = "Reaction", .handle = reaction_route_patch),
        ROW("DELETE", "/api/reactions/{id}", "Removes a reaction", .right = "model.write", .status = 204,
                .handle = reaction_route_delete),
        {0},
};
