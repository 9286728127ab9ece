// A program as readable text, for tests that compare programs.
#ifndef SLUICE_TESTS_PROGRAM_DUMP_H
#define SLUICE_TESTS_PROGRAM_DUMP_H

#include "rules/model.h"

// Everything that decides what the program means, and the texts of its expressions; no places.
void program_dump(const struct program *p, struct buf *out);

#endif
