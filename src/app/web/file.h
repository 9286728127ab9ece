// The web app's files as web/pack.mjs packed them into the program.
#ifndef SLUICE_APP_WEB_FILE_H
#define SLUICE_APP_WEB_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum web_coding { WEB_PLAIN, WEB_GZIP, WEB_BROTLI, WEB_CODINGS };

struct web_file {
    const char *path, *type; // "/assets/index-a1b2c3d4.js", its Content-Type
    bool immutable;          // its name has a hash of its content
    int64_t version;         // changes with its bytes
    struct {
        const char *bytes; // read-only, for as long as the program runs
        size_t n;
    } coded[WEB_CODINGS];
};

extern const struct web_file WEB_FILES[]; // sorted by path
extern const size_t WEB_FILES_N;

#endif
