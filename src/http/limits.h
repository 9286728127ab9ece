// What a stranger can make the server hold, and for how long.
#ifndef SLUICE_HTTP_LIMITS_H
#define SLUICE_HTTP_LIMITS_H

enum {
    ADDRESS_TEXT = 48,
    REQUEST_ID_MAX = 64,
    // Of a connection: its request line and headers must fit, its cookies twice and 56 bytes for each header
    // and cookie, and the answer's head. Idle, it is what a connection costs (libmicrohttpd writes zeros over
    // all of it): bench/idle's bar allows no more.
    POOL_BYTES = 18 << 10,
    SWALLOW_MAX = 8 << 20,  // of a body that is too long, so that the answer can be read
    BODIES_MAX = 512 << 20, // of all bodies together that are in memory
    BODY_KEPT = 64 << 10,   // a buffer larger than this is not kept for the next request
    EXCHANGES_KEPT = 128,   // of a loop, for reuse
    QUEUE_MAX = 1000,       // requests that wait for a worker
    ERRORS_MAX = 20,        // listed in a problem
    SLOWEST = 4096,         // bytes a second of a body or an answer, or the connection is closed
    HEARTBEAT = 20,         // seconds
    GZIP_LEAST = 1400,
};

#endif
