// The PostgreSQL engine (libpq, PostgreSQL 12 or later): for where one machine is outgrown. One connection,
// one owner. What was committed survives a power cut as far as the server's synchronous_commit says.
//
// A write transaction takes an advisory lock of the schema, so that there is one writer at a time as with
// SQLite, and rows of the log become visible in the order of their ids. After an error inside a transaction
// nothing but store_rollback works. Texts with a NUL character are refused with ERR_INPUT.
#ifndef SLUICE_STORE_POSTGRES_POSTGRES_H
#define SLUICE_STORE_POSTGRES_POSTGRES_H

#include "store/sqlite/sqlite.h"

// Whether a text is a URL of this engine: postgres://… or postgresql://…
bool postgres_is_url(struct str text);
// url: as libpq takes it; a schema of one's own by ?options=-csearch_path%3DNAME. mode: STORE_CREATE as
// STORE_WRITE. Errors never show the password. ERR_IO: the server cannot be reached or refuses us; ERR_USAGE:
// the database sorts texts other than by bytes (its LC_COLLATE is not C).
bool postgres_open(const char *url, enum store_mode mode, struct store **ret, struct err *err);

#endif
