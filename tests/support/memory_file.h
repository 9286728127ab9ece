// A file in memory with a path, for what reads files.
#ifndef TESTS_SUPPORT_MEMORY_FILE_H
#define TESTS_SUPPORT_MEMORY_FILE_H

#include "base/str.h"

struct memory_file {
    int fd;
    char path[40];
};

struct memory_file memory_file(struct str bytes);
void memory_file_close(struct memory_file *file);

#endif
