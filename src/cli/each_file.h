// For hidden drivers that answer each file named with a line of output.
#ifndef SLUICE_CLI_EACH_FILE_H
#define SLUICE_CLI_EACH_FILE_H

#include "base/json_put.h"
#include "cli/command.h"

// Calls answer with each file's bytes; it writes members behind {"file":…. A file that cannot be read gives
// {"file","error"}, and the run goes on.
bool each_file(struct cli *cli, void (*answer)(struct arena *arena, struct str bytes, struct buf *out),
        struct err *err);

#endif
