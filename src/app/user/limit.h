// How often log-in may fail: by an account from one address, by an account from anywhere, by an address for
// any account. Kept in the database, so that several processes count together.
#ifndef SLUICE_APP_USER_LIMIT_H
#define SLUICE_APP_USER_LIMIT_H

#include "app/app.h"

enum {
    LIMIT_SECONDS = 900, // the window that failures are counted in
    LIMIT_PAIR = 5,      // failures of an account from one address (IPv6: one /64)
    LIMIT_ACCOUNT = 25,  // of an account
    LIMIT_ADDRESS = 30,  // of an address
};

// What stands for an address when attempts are counted: whoever has an IPv6 address has its whole /64 (8
// bytes); of IPv4 the text. In arena.
struct str limit_network(struct arena *arena, struct str client);

// Before a password is looked at: how many seconds to wait, 0 for none. email need not have an account.
bool limit_wait(struct store *store, struct arena *arena, int64_t now, struct str email, struct str client,
        int64_t *ret_wait, struct err *err);
// It was the wrong one. (Attempts at the same moment may pass limit_wait together: as many as there are
// threads.)
bool limit_failed(struct writing *w, struct str email, struct str client, struct err *err);
// It was the right one: what failed before from this address is forgotten.
bool limit_forget(struct writing *w, struct str email, struct str client, struct err *err);
bool limit_purge(struct writing *w, struct err *err);

#endif
