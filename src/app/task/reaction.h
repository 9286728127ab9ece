// Reactions as rows. Within this slice.
#ifndef SLUICE_APP_TASK_REACTION_H
#define SLUICE_APP_TASK_REACTION_H

#include "app/task/private.h"

#define REACTION_COLUMNS                                                                                 \
    "id, name, active, kind, becomes, task_title, task_note, task_kind, task_owner, task_due, webhook, " \
    "version, created, changed"
struct reaction reaction_decode(struct query *query, struct arena *arena);

#endif
