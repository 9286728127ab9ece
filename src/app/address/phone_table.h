// Number plans; lists/phones.mjs makes the tables of libphonenumber's data.
#ifndef SLUICE_APP_ADDRESS_PHONE_TABLE_H
#define SLUICE_APP_ADDRESS_PHONE_TABLE_H

#include <stdint.h>

// Programs are places in PHONE_CODE; 0: none.
struct phone_region {
    char id[3]; // "DE"; "" for numbers of no country (+800)
    uint16_t country_code;
    uint32_t lengths;       // bit n: a national number may have n digits
    uint16_t national;      // matches national numbers whole
    uint16_t international; // what is dialled before a country code ("00"), at the beginning
    uint16_t trunk;         // what is dialled before a national number ("0"), at the beginning
    uint16_t transform;     // 1 + offset into PHONE_TEXT: what takes the trunk's place ("9$1"); 0: nothing
};

enum { PHONE_MATCH, PHONE_END, PHONE_SET, PHONE_SPLIT, PHONE_JUMP, PHONE_SAVE };

extern const uint16_t PHONE_CODE[];
extern const char PHONE_TEXT[];
extern const struct phone_region PHONE_REGIONS[]; // ascending by country code, its main region first
extern const uint32_t PHONE_REGIONS_N;

#endif
