// Writes random cases for tests/oracle/compare.py: random_case FOLDER FIRST-SEED COUNT makes SEED.model,
// SEED.ndjson and SEED.at in the folder.
#include "support/random_case.h"

#include "base/datetime.h"

#include <stdio.h>
#include <stdlib.h>

static void write_file(const char *folder, uint64_t seed, const char *ending, struct str text)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%llu.%s", folder, (unsigned long long)seed, ending);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(text.p, 1, text.n, f) != text.n || fclose(f) != 0) {
        perror(path);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: random_case FOLDER FIRST-SEED COUNT\n");
        return 2;
    }
    uint64_t first = strtoull(argv[2], NULL, 10), count = strtoull(argv[3], NULL, 10);
    for (uint64_t seed = first; seed < first + count; seed++) {
        struct random_case c = random_case_make(seed);
        char at[DATETIME_SIZE];
        datetime_format(c.at, at);
        write_file(argv[1], seed, "model", buf_str(&c.model));
        write_file(argv[1], seed, "ndjson", buf_str(&c.events));
        write_file(argv[1], seed, "at", str_of(at));
        random_case_free(&c);
    }
    return 0;
}
