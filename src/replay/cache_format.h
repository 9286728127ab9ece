// The layout of the cache file, shared by its reader and its writer. All numbers in the machine's own order.
//
//   header, one page of 4096 bytes
//   the sections, in the order of enum section, each at a multiple of 64 bytes; the first 18 are one part,
//   the messageIds another one XXH3 for each block of 1 MB of either part, the last one of a part may be
//   shorter
//
// Where a section lies follows from the counts in the header alone, so that no offset has to be believed.
#ifndef SLUICE_REPLAY_CACHE_FORMAT_H
#define SLUICE_REPLAY_CACHE_FORMAT_H

#include "replay/cache.h"

enum { CACHE_VERSION = 6, CACHE_PAGE = 4096, CACHE_BLOCK = 1 << 20, CACHE_ALIGN = 64 };

#define CACHE_MAGIC "SLUICEev"
#define CACHE_ORDER 0x01020304u

struct cache_header {
    char magic[8];
    uint32_t version, order;
    uint64_t file_bytes;
    uint8_t store[16];
    uint64_t epoch, last, last_hash;
    int64_t serves_from, latest;
    uint64_t aliases;
    int64_t time_epoch; // of the columns
    uint32_t n_events, n_contacts, n_types, n_props, n_traits, n_facts, n_values, n_ids;
    uint64_t n_cells, n_fact_cells; // of all columns; of the facts', which come last
    uint64_t n_messages, value_bytes, name_bytes, key_bytes;
    uint64_t checks_hash; // of the blocks' checksums
    uint64_t header_hash; // of all before it
};

struct cache_type {
    uint64_t name; // in the keys
    uint32_t name_n;
    uint8_t kind, direction, machine, unused;
};

struct cache_column {
    uint64_t key;   // in the keys
    uint64_t start; // in the cells
    uint32_t key_n, n;
};

enum section {
    SECTION_TIME,
    SECTION_TYPE,
    SECTION_LOG,
    SECTION_OFF,
    SECTION_PRESENCE,
    SECTION_OWNER,
    SECTION_VALUE_OFF,
    SECTION_VALUES,
    SECTION_NAME_OFF,
    SECTION_NAMES,
    SECTION_MEMBER,
    SECTION_ROLE,
    SECTION_TYPES,
    SECTION_COLUMNS, // properties, traits, facts
    SECTION_KEYS,    // texts of types and columns
    SECTION_CELL_EV,
    SECTION_CELL_VAL,
    SECTION_ANSWER, // of the facts' cells
    SECTION_MESSAGE_HASH,
    SECTION_MESSAGE_ROW,
    SECTIONS
};

struct cache_layout {
    uint64_t at[SECTIONS], bytes[SECTIONS]; // at: from the start of the file
    uint64_t part_at[2], part_end[2];       // columns; messageIds
    uint64_t blocks[2];                     // of each part
    uint64_t checks_at, file_bytes;
};

// false: the counts are beyond all reason.
bool cache_layout(const struct cache_header *h, struct cache_layout *ret);
uint64_t cache_header_hash(const struct cache_header *h);

#endif
