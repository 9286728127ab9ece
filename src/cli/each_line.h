// For drivers that answer each line of standard input with one of output.
#ifndef SLUICE_CLI_EACH_LINE_H
#define SLUICE_CLI_EACH_LINE_H

#include "cli/command.h"

// Calls answer for each line, without its \n; what it takes from the arena is given back behind each.
bool each_line(struct cli *cli,
        void (*answer)(struct arena *arena, struct str line, struct buf *out, void *ctx), void *ctx,
        struct err *err);
// A member behind "name": its text as a string, or null for STR_NONE.
void put_text_or_null(struct buf *out, const char *member, struct str text);

#endif
