// The tracker as browsers get it; lists/script.mjs packs script.js.
#ifndef SLUICE_APP_TRACKER_SCRIPT_H
#define SLUICE_APP_TRACKER_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One for each value of the settings tracker_consent and tracker_respect_dnt.
struct script {
    const char *consent;
    bool respect_dnt;
    int64_t version; // changes with its bytes
    const uint8_t *plain;
    size_t plain_n;
    const uint8_t *gzip;
    size_t gzip_n;
    const uint8_t *brotli;
    size_t brotli_n;
};

extern const struct script SCRIPTS[];
extern const size_t SCRIPTS_N;

#endif
