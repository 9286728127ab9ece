// Short writes of the command line into a data folder that a server may be using: users, keys.
#ifndef SLUICE_CLI_SHORT_WRITE_H
#define SLUICE_CLI_SHORT_WRITE_H

#include "app/app.h"
#include "cli/folder.h"

// Opens the folder of --data and a transaction in it; commit or abort with store_commit, store_rollback of
// ret->store (closing the folder aborts, too). There is no log and no app in it. ERR_BUSY: the server's own
// transactions left no gap for some seconds.
bool short_write_begin(struct cli *cli, struct writing *ret, struct err *err);

#endif
