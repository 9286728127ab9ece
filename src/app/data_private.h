// The inside of struct data, shared by the files of src/app.
#ifndef SLUICE_APP_DATA_PRIVATE_H
#define SLUICE_APP_DATA_PRIVATE_H

#include "app/data.h"
#include "app/event/histories.h"
#include "app/event/log.h"

#include <sys/types.h>

struct data {
    struct str folder; // NUL-terminated, like all paths here
    const char *cache;
    struct arena *arena; // paths
    int lock;            // -1: a reader
    struct store *store;
    struct log *log;
    struct histories *histories;
    uint8_t uuid[16];
    bool log_prepared;
    ino_t cache_file; // the one that the log's messageIds were read from
};

// Makes every slice's tables, or brings them up to date.
bool data_migrate(struct store *store, struct err *err);

// Takes the writer's lock of a folder; close() gives it back.
bool data_lock(const char *folder, int *ret_fd, struct err *err);
// Gives a database a new identity, so that no cache file of another one fits.
bool data_new_uuid(struct store *store, struct err *err);

#endif
