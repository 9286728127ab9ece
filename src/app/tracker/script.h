// The tracker as browsers get it; lists/script.mjs packs script.js.
#ifndef SLUICE_APP_TRACKER_SCRIPT_H
#define SLUICE_APP_TRACKER_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

extern const uint8_t SCRIPT_PLAIN[], SCRIPT_GZIP[], SCRIPT_BROTLI[];
extern const size_t SCRIPT_PLAIN_N, SCRIPT_GZIP_N, SCRIPT_BROTLI_N;
extern const int64_t SCRIPT_VERSION; // changes with its bytes

#endif
