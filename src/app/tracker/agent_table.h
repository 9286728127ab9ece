// Needles of user agents of machines; lists/agents.mjs makes the tables from crawler-user-agents and
// agents.tsv.
#ifndef SLUICE_APP_TRACKER_AGENT_TABLE_H
#define SLUICE_APP_TRACKER_AGENT_TABLE_H

#include <stdint.h>

enum {
    AGENT_AT_START = 1,
    AGENT_AT_END = 2,
    AGENT_ANY_CASE = 4,     // the needle is lower case, and compared with the agent in lower case
    AGENT_INNOCENT = 8,     // this place is not to be looked at
    AGENT_WORD_BEGINS = 16, // no letter stands before it
    AGENT_WORD_ENDS = 32,   // no letter stands behind it
    AGENT_BUCKET_BITS = 12,
};

// Offsets into AGENT_TEXT, lengths in bytes. `then`, if it is not empty, must stand somewhere behind.
struct agent_needle {
    uint32_t text, then, reason;
    uint8_t n, then_n, flags;
};

extern const char AGENT_TEXT[];
extern const struct agent_needle AGENT_NEEDLES[];
// [2^BITS + 1] where the needles of a bucket begin; a bucket is a hash of the needle's first three bytes.
extern const uint16_t AGENT_BUCKETS[];

static inline unsigned agent_bucket(const char *p)
{
    unsigned a = (uint8_t)p[0], b = (uint8_t)p[1], c = (uint8_t)p[2];
    return (a * 0x9e5u + b * 0x47u + c) & ((1u << AGENT_BUCKET_BITS) - 1);
}

#endif
