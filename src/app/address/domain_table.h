// Domains of mail providers as ascending hashes; lists/domains.mjs makes the tables.
#ifndef SLUICE_APP_ADDRESS_DOMAIN_TABLE_H
#define SLUICE_APP_ADDRESS_DOMAIN_TABLE_H

#include <stdint.h>

extern const uint64_t DOMAINS_FREE[], DOMAINS_DISPOSABLE[];
extern const uint32_t DOMAINS_FREE_N, DOMAINS_DISPOSABLE_N;

#endif
