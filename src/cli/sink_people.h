// The people behind the addresses that test-sink takes mails for: what they do with a mail, and when. The
// same seed, addresses and order of mails give the same deeds. One owner.
#ifndef SLUICE_CLI_SINK_PEOPLE_H
#define SLUICE_CLI_SINK_PEOPLE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "mail/smtpd.h"

// Of a hundred people, or of a hundred mails where it says so.
struct sink_shares {
    unsigned answer, away, bounce, leave; // of people
    unsigned open, click;                 // of mails that reach somebody who reads
};
// "answer=20,away=5,bounce=2,leave=3,open=60,click=25", any of them; ERR_USAGE.
bool sink_shares_parse(struct str text, struct sink_shares *shares, struct err *err);

struct sink_options {
    const char *server; // "http://127.0.0.1:8080"; NULL: nobody does anything
    struct str key;     // API key with inbox.write
    uint64_t seed;
    unsigned least_ms, most_ms; // between a mail and what comes of it
    struct sink_shares shares;
    void (*tell)(void *ctx, struct str line); // a JSON line for each deed
    void *ctx;
};

struct people;
struct people *people_new(const struct sink_options *options);
void people_free(struct people *people); // NULL is fine
// A mail reached somebody: plans what comes of it. now_ms: any clock that only goes forward.
void people_get(struct people *people, struct str from, struct str to, struct str content, int64_t now_ms);
// Does what is due. Returns the milliseconds until the next deed, at most 1000.
unsigned people_act(struct people *people, int64_t now_ms);

#endif
