#include "support/memory_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct memory_file memory_file(struct str bytes)
{
    struct memory_file file = {.fd = memfd_create("test", MFD_CLOEXEC)};
    size_t done = 0;
    if (file.fd < 0)
        abort();
    while (done < bytes.n) {
        ssize_t n = write(file.fd, bytes.p + done, bytes.n - done);
        if (n <= 0)
            abort();
        done += (size_t)n;
    }
    snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.fd);
    return file;
}

void memory_file_close(struct memory_file *file)
{
    close(file->fd);
}
