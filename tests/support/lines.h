// Reading the text files of a corpus line by line.
#ifndef SLUICE_TESTS_SUPPORT_LINES_H
#define SLUICE_TESTS_SUPPORT_LINES_H

#include "base/arena.h"

// The file below SLUICE_CORPORA, whole; STR_NONE where there is none (and a line that says it is skipped).
struct str corpus_file(struct arena *arena, const char *path);
// The next line of *rest, without its end; false at the end.
bool next_line(struct str *rest, struct str *ret);
// The next field of *line, up to a tab.
struct str next_field(struct str *line);

#endif
