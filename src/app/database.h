// Which database a data folder has: a file of its own (SQLite), or one of a PostgreSQL server whose URL it
// keeps.
#ifndef SLUICE_APP_DATABASE_H
#define SLUICE_APP_DATABASE_H

#include "base/buf.h"
#include "store/postgres/postgres.h"

bool database_exists(const char *folder);
bool database_has_url(const char *folder);
// The URL that the folder keeps, into out, NUL-terminated. It may hold a password: never print it.
bool database_url(const char *folder, struct buf *out, struct err *err);
// Writes it, readable by the owner only, in one step.
bool database_keep_url(const char *folder, const char *url, struct err *err);
// Opens what the folder has; STORE_CREATE makes the file.
bool database_open(const char *folder, enum store_mode mode, struct store **ret, struct err *err);

#endif
