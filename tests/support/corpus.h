// Files of the corpora that SLUICE_CORPORA names.
#ifndef SLUICE_TESTS_SUPPORT_CORPUS_H
#define SLUICE_TESTS_SUPPORT_CORPUS_H

#include "base/arena.h"

// The folder's path, or skips the test with a line that says so.
const char *corpus_folder(char path[1000], const char *name);
// Calls visit for each file of a folder (and those below with `deep`) that is no licence and no JSON, its
// bytes in a block that is exactly as long. Returns how many.
unsigned corpus_each(const char *folder, bool deep,
        void (*visit)(void *ctx, const char *path, struct str bytes), void *ctx);
// A whole file in arena; STR_NONE: it is not there.
struct str corpus_bytes(struct arena *arena, const char *path);
// The field of a line of tab-separated values.
struct str corpus_field(struct str line, unsigned number);
// The next line, without its end; false behind the last.
bool corpus_line(struct str text, size_t *at, struct str *ret);

#endif
