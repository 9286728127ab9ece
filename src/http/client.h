// Outgoing HTTP (libcurl), for webhooks and the like: one request at a time a client, bounded answers, no
// redirects, and no way into the own network.
#ifndef SLUICE_HTTP_CLIENT_H
#define SLUICE_HTTP_CLIENT_H

#include "base/arena.h"
#include "base/err.h"

struct client;

struct client_options {
    unsigned seconds;    // for the whole exchange; 0: 20
    bool allow_internal; // loopback, private, link-local, multicast and unspecified addresses, IPv4-mapped
                         // ones included; else they are refused after the name was resolved, for each address
                         // it has
    bool (*give_up)(void *ctx); // asked at least once a second: true ends the exchange with ERR_IO. Or NULL
    void *ctx;
};

struct client *client_new(const struct client_options *options); // one owner, one thread
void client_free(struct client *client);                         // NULL is fine

struct client_header {
    const char *name;
    struct str value;
};
struct client_answer {
    int status;
    struct str body;     // the first 16 KB
    int64_t retry_after; // seconds; 0: not said
};
// method "POST" …; https or http only. The answer lives in arena. Errors: ERR_INPUT the URL cannot be used or
// leads into the own network, ERR_IO no answer.
bool client_send(struct client *client, struct arena *arena, const char *method, struct str url,
        const struct client_header *headers, size_t n_headers, struct str body, struct client_answer *ret,
        struct err *err);
// Whether an address (binary, 4 or 16 bytes) is internal.
bool address_internal(const void *address, size_t bytes);

#endif
