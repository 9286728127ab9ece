// What the slice keeps in memory while the server runs: caches only, all of it in the tables too.
#ifndef SLUICE_APP_USER_STATE_H
#define SLUICE_APP_USER_STATE_H

#include "app/slice.h"
#include "app/user/key_cache.h"
#include "app/user/password.h"

struct user_state;

bool user_start(struct app *app, void **ret_state, struct err *err);
void user_stop(struct app *app, void *state);
extern const struct job USER_JOBS[];

// Of the running app; NULL before app_start.
struct user_state *user_state(const struct app *app);
struct gate *user_gate(const struct app *app); // NULL before app_start
// The key of a text, by memory; where it is not there, once more by the table, within bounds.
bool user_state_key(
        struct user_state *state, struct str text, int64_t now, struct arena *arena, struct key *ret);
bool user_state_may_capture(struct user_state *state, struct str text, int64_t now);
// A key was used, which was looked up in the table.
void user_state_key_used(struct user_state *state, const struct secret_hash *hash, int64_t now);
// A session was used: it is written down soon.
void user_state_seen(struct user_state *state, struct str hash, int64_t now);

#endif
