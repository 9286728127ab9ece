// Standard output with its errors noticed, and the small pieces that outputs are made of.
#ifndef SLUICE_CLI_OUT_H
#define SLUICE_CLI_OUT_H

#include "base/buf.h"
#include "base/err.h"

// Text goes into buf with the buf_… and json_… functions; out_step writes it away from time to time.
struct out {
    struct buf buf;
    int fd;
    int error; // errno of the first write that failed; 0: none
};

// Writes what has gathered once it is large. false: writing failed before, so further work is in vain.
bool out_step(struct out *out);
// Writes all that has gathered, for whoever waits for it while the program goes on.
bool out_flush(struct out *out);
// Writes the rest and closes the descriptor. A reader that went away (EPIPE) is an error with an empty
// message.
bool out_end(struct out *out, struct err *err);

// A CSV field (RFC 4180): quoted where it must be.
void put_csv(struct buf *buf, struct str field);
// "12,345".
void put_count(struct buf *buf, uint64_t n);
// "61.7 %"; "–" for NaN.
void put_percent(struct buf *buf, double ratio);
// A bar of up to `width` cells, in eighths of a cell; the smallest part that is not 0 shows.
void put_bar(struct buf *buf, double part, unsigned width);
// Text of a stranger for a terminal: control characters become U+FFFD, so that none of it can steer the
// terminal.
void put_plain(struct buf *buf, struct str text);

#endif
