// The parts of a world.
#ifndef SLUICE_TESTS_SIM_RUN_H
#define SLUICE_TESTS_SIM_RUN_H

#include "sim/world.h"

// call.c: the API without a server. Returns the status; *ret_body lives until arena is gone; NULL: not
// wanted.
int call_api(struct world *w, struct arena *arena, const char *method, const char *path, struct str body,
        struct str *ret_body);
// The same of a form.
int call_form(struct world *w, const char *path, const char *name, const char *value);

// servers.c
void servers_init(struct world *w);
void servers_died(struct world *w); // the program's connections are gone
void servers_free(struct world *w);
void delivery_done(struct world *w, struct flying *f);

// letters.c: mails that people and their servers write. In arena.
struct str letter_reply(struct world *w, struct arena *arena, const struct handed_mail *mail, bool away);
struct str letter_bounce(struct world *w, struct arena *arena, const struct handed_mail *mail);
struct str letter_complaint(struct world *w, struct arena *arena, const struct handed_mail *mail);

// plans.c: people and campaigns by chance.
void plans_make(struct world *w);
struct str plan_json(struct world *w, struct arena *arena, const struct campaign_plan *c, bool whole);
void plan_edit(struct world *w, struct campaign_plan *c);

// world.c, happen.c, folder.c
void world_happens(struct world *w, const struct coming *c);
// Plans everything; copies the template's folder. When the calm begins.
int64_t world_begin(struct world *w, const char *template);
void world_end(struct world *w); // removes the folder
void world_restart(struct world *w);
bool world_revived(struct world *w);
// A data folder with a model and a mailbox, to be copied.
void template_make(char *folder, size_t size);

#endif
