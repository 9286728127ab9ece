// Internet addresses: text, networks, which ones are inside. Pure.
#ifndef SLUICE_HTTP_ADDRESS_H
#define SLUICE_HTTP_ADDRESS_H

#include "base/err.h"
#include "base/str.h"

#include <stddef.h>

struct address {
    uint8_t bytes[16]; // IPv4: mapped (::ffff:…)
};

struct network {
    struct address address;
    unsigned bits; // 0 … 128
};

// "1.2.3.4", "::1", "[::1]:80", "1.2.3.4:80".
bool address_parse(struct str text, struct address *ret);
// "10.0.0.0/8", "::1". ERR_INPUT.
bool network_parse(const char *text, struct network *ret, struct err *err);
bool network_has(const struct network *network, const struct address *address);
// Text of it into out (48 bytes); mapped ones as IPv4.
void address_print(const struct address *address, char *out);
// Of a struct sockaddr; false for what is no internet address.
bool address_of_socket(const void *sockaddr, struct address *ret);

#endif
