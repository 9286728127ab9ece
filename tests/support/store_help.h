// A database for a test: SQLite in the folder, or, where SLUICE_TEST_DATABASE names a PostgreSQL database, a
// schema of its own there.
#ifndef SLUICE_TESTS_SUPPORT_STORE_HELP_H
#define SLUICE_TESTS_SUPPORT_STORE_HELP_H

#include "base/arena.h"
#include "store/sqlite/sqlite.h"

// NULL: the tests run on SQLite. Else a URL with a new, empty schema, in arena.
const char *help_database_url(struct arena *arena);
bool help_on_postgres(void);
// So many rounds, fewer on PostgreSQL, where a data folder takes a second to make.
unsigned help_fewer(unsigned rounds);
// Skips the test on PostgreSQL: it is about SQLite's own files.
void help_only_sqlite(void);
// Opens "NAME" in the folder; made if it is not there. On PostgreSQL the same folder and name are the same
// schema.
bool help_store(
        const char *folder, const char *name, enum store_mode mode, struct store **ret, struct err *err);

#endif
