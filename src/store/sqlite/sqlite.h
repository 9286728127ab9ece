// The SQLite engine: one file, WAL, synchronous=FULL (what was committed survives a power cut).
#ifndef SLUICE_STORE_SQLITE_SQLITE_H
#define SLUICE_STORE_SQLITE_SQLITE_H

#include "store/store.h"

enum store_mode {
    STORE_CREATE, // read and write; made with mode 0600 if it is not there
    STORE_WRITE,  // read and write; must be there
    STORE_READ,   // never writes a row
};

// Opens a database file. ERR_NOT_FOUND: no such file; ERR_CORRUPT: it is no SQLite database.
bool sqlite_open(const char *path, enum store_mode mode, struct store **ret, struct err *err);

#endif
