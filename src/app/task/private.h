// Shared by the files of this slice.
#ifndef SLUICE_APP_TASK_PRIVATE_H
#define SLUICE_APP_TASK_PRIVATE_H

#include "app/task/slice.h"
#include "app/task/task.h"
#include "base/json.h"

#define TASK_KINDS "enum:call|mail|linkedin|letter|todo"
#define TASK_STATES "enum:open|done|dropped"

enum { TITLE_MAX = 500, NOTE_MAX = 20000, REACTIONS_MAX = 200, BULK_MAX = 1000 };

#define TASK_COLUMNS \
    "id, contact, title, note, kind, owner, state, by_whom, due, done, version, created, changed"
struct task task_decode(struct query *query, struct arena *arena);
bool task_read(struct store *store, struct arena *arena, struct str id, struct task *ret, struct err *err);
bool task_store(struct writing *w, const struct task *task, struct err *err);
void task_put(struct app *app, const struct task *task, struct buf *out);
// Who has to do it: its owner, else the contact's; empty for nobody.
struct str task_owner(struct app *app, const struct task *task, char out[UUID_SIZE]);

// Tells webhooks, where one wants it.
bool task_announce(struct writing *w, const char *type, const struct task *task, struct err *err);

// A reaction: when a contact's stage, grade or persona becomes something, a task is made, or a webhook is
// told.
struct reaction {
    struct str id, name, kind, becomes;                                // becomes: empty for any
    struct str task_title, task_note, task_kind, task_owner, task_due; // title empty: no task
    struct str webhook;                                                // id, or empty
    int64_t version, created, changed;
    bool active;
};
bool task_react(struct writing *w, const struct moved *moved, struct err *err);

bool task_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);
bool task_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err);

extern const struct route TASK_ROUTES[];
extern const struct schema TASK_SCHEMAS[];
bool task_route_list(struct request *r, struct err *err);
bool task_route_get(struct request *r, struct err *err);
bool task_route_create(struct request *r, struct err *err);
bool task_route_patch(struct request *r, struct err *err);
bool task_route_delete(struct request *r, struct err *err);
bool task_route_bulk(struct request *r, struct err *err);
bool reaction_route_list(struct request *r, struct err *err);
bool reaction_route_get(struct request *r, struct err *err);
bool reaction_route_create(struct request *r, struct err *err);
bool reaction_route_patch(struct request *r, struct err *err);
bool reaction_route_delete(struct request *r, struct err *err);

#endif
