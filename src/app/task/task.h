// Tasks: something a person must do by a time.
#ifndef SLUICE_APP_TASK_TASK_H
#define SLUICE_APP_TASK_TASK_H

#include "app/app.h"
#include "base/random.h"

struct task {
    struct str id;
    uint32_t contact; // 0: none
    struct str title, note;
    struct str kind;   // "call" "mail" "linkedin" "letter" "todo"
    struct str owner;  // a user; empty: whoever owns the contact
    struct str state;  // "open" "done" "dropped"
    struct str by;     // who made it: a user's or key's id, or "reaction:" and its id
    int64_t due, done; // 0: none
    int64_t version, created, changed;
};

// Makes an open task: id, state, version and times are set here. The texts must live until the call returns;
// id lives in w->arena. For rules, campaigns and the like; tell task_changed after the commit.
bool task_make(struct writing *w, struct task *task, struct err *err);
void task_changed(struct app *app, struct str id);

// Open tasks that are due before a moment, the first due first. owner: who has to do it, empty for nobody; it
// and the task live until visit returns.
bool task_each_due(struct app *app, struct store *store, int64_t before,
        void (*visit)(void *ctx, const struct task *task, struct str owner), void *ctx, struct err *err);

#endif
