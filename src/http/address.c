#include "http/address.h"

#include "http/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

static const uint8_t MAPPED[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static void map_v4(struct address *address, const void *v4)
{
    memcpy(address->bytes, MAPPED, sizeof MAPPED);
    memcpy(address->bytes + 12, v4, 4);
}

static bool is_mapped(const struct address *address)
{
    return memcmp(address->bytes, MAPPED, sizeof MAPPED) == 0;
}

bool address_parse(struct str text, struct address *ret)
{
    char name[64];
    uint8_t v4[4];
    struct address v6;
    if (text.n && text.p[0] == '[') {
        size_t end = str_find(text, ']');
        if (end == text.n)
            return false;
        text = str_sub(text, 1, end);
    } else {
        size_t colon = str_find(text, ':');
        bool one = colon < text.n && str_find(str_sub(text, colon + 1, text.n), ':') == text.n - colon - 1;
        if (one)
            text.n = colon; // a port
    }
    if (text.n >= sizeof name || !text.n)
        return false;
    memcpy(name, text.p, text.n);
    name[text.n] = '\0';
    if (inet_pton(AF_INET, name, v4) == 1)
        map_v4(ret, v4);
    else if (inet_pton(AF_INET6, name, v6.bytes) == 1)
        *ret = v6;
    else
        return false;
    return true;
}

bool network_parse(const char *text, struct network *ret, struct err *err)
{
    struct str all = str_of(text);
    size_t slash = str_find(all, '/');
    struct network network = {.bits = 128};
    if (!address_parse(str_sub(all, 0, slash), &network.address))
        return err_set(err, ERR_INPUT, "'%s' is no network: an address, or one like 10.0.0.0/8", text);
    if (slash < all.n) {
        char *end;
        unsigned most = is_mapped(&network.address) ? 32 : 128;
        unsigned long bits = strtoul(text + slash + 1, &end, 10);
        if (end == text + slash + 1 || *end || bits > most)
            return err_set(err, ERR_INPUT, "'%s' is no network: behind the / stands 0 to %u", text, most);
        network.bits = (unsigned)bits + (128 - most);
    }
    *ret = network;
    return true;
}

bool network_has(const struct network *network, const struct address *address)
{
    unsigned whole = network->bits / 8, rest = network->bits % 8;
    if (memcmp(network->address.bytes, address->bytes, whole) != 0)
        return false;
    return !rest || !((network->address.bytes[whole] ^ address->bytes[whole]) & (0xff00 >> rest) & 0xff);
}

void address_print(const struct address *address, char *out)
{
    bool v4 = is_mapped(address);
    if (!inet_ntop(v4 ? AF_INET : AF_INET6, address->bytes + (v4 ? 12 : 0), out, 48))
        out[0] = '\0';
}

bool address_of_socket(const void *sockaddr, struct address *ret)
{
    const struct sockaddr *any = sockaddr;
    if (!any)
        return false;
    if (any->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, sockaddr, sizeof in);
        map_v4(ret, &in.sin_addr);
        return true;
    }
    if (any->sa_family != AF_INET6)
        return false;
    struct sockaddr_in6 in6;
    memcpy(&in6, sockaddr, sizeof in6);
    memcpy(ret->bytes, &in6.sin6_addr, 16);
    return true;
}

// What is not the public internet (IANA's registries of special-purpose addresses).
bool address_internal(const void *address, size_t bytes)
{
    static const struct {
        uint8_t first[16];
        uint8_t bits;
    } V4[] = {
            {{0}, 8}, {{10}, 8}, {{100, 64}, 10}, {{127}, 8}, {{169, 254}, 16}, {{172, 16}, 12},
            {{192, 0, 0}, 24}, {{192, 0, 2}, 24}, {{192, 88, 99}, 24}, {{192, 168}, 16}, {{198, 18}, 15},
            {{198, 51, 100}, 24}, {{203, 0, 113}, 24}, {{224}, 3}, // multicast, reserved, broadcast
    };
    static const uint8_t NAT64[12] = {0x00, 0x64, 0xff, 0x9b};
    struct address a;
    const uint8_t *p = address;
    if (bytes == 4) {
        map_v4(&a, p);
    } else if (bytes == 16) {
        memcpy(a.bytes, p, 16);
    } else {
        return true;
    }
    static const uint8_t ZERO[12] = {0};
    bool embeds = is_mapped(&a) || memcmp(a.bytes, NAT64, 12) == 0 || memcmp(a.bytes, ZERO, 12) == 0;
    const uint8_t *v4 = embeds ? a.bytes + 12 : NULL;
    if (a.bytes[0] == 0x20 && a.bytes[1] == 0x02) // 6to4
        v4 = a.bytes + 2;
    if (!v4) // only 2000::/3 is public, without documentation (2001:db8::/32) and 2001::/23
        return (a.bytes[0] & 0xe0) != 0x20 ||
               (a.bytes[0] == 0x20 && a.bytes[1] == 0x01 &&
                       ((a.bytes[2] & 0xfe) == 0 || (a.bytes[2] == 0x0d && a.bytes[3] == 0xb8)));
    struct address inside;
    map_v4(&inside, v4);
    for (size_t i = 0; i < sizeof V4 / sizeof *V4; i++) {
        struct network network = {.bits = 96u + V4[i].bits};
        map_v4(&network.address, V4[i].first);
        if (network_has(&network, &inside))
            return true;
    }
    return false;
}
