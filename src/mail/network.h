// The network as mail needs it, passed in: the real one (network.c), or one that a test or simulation makes.
#ifndef SLUICE_MAIL_NETWORK_H
#define SLUICE_MAIL_NETWORK_H

#include "base/arena.h"
#include "base/err.h"
#include "mail/account.h"

// What came of handing over a mail. Only `unclear` leaves open whether the mail server took it: the final dot
// was sent, and no reply came.
enum handed {
    HANDED_DELIVERED, // 2xx for the content
    HANDED_LATER,     // 4xx: refused for now
    HANDED_REFUSED,   // 5xx: refused for good
    HANDED_UNREACHED, // the content was never complete there: no connection, no log-in, it broke before the
                      // dot
    HANDED_UNCLEAR,
};
const char *handed_word(enum handed handed);

enum { HANDED_TEXT = 200 };
enum mail_mark { MARK_ENDING, MARK_TAKEN };

// One mail to one recipient over one account. Everything is the caller's and must live until it is collected.
struct mail_delivery {
    const struct mail_account *account;
    uint64_t account_key; // equal ones share connections: of the account and its version
    struct str from, to;  // envelope, without brackets; from may be empty
    struct str content;   // the whole message, lines end with CRLF; dots are not doubled yet
    bool utf8;            // an address or a header needs SMTPUTF8
    void *ctx;            // the caller's
    // Called (on the network's thread) right before the content's end may leave, and right after it was
    // taken; so that the caller can write it down in time. May be NULL.
    void (*mark)(struct mail_delivery *delivery, enum mail_mark mark);
    // What came of it
    enum handed handed;
    unsigned reply;         // SMTP code of the reply that decided, 0: none
    char status[16];        // "5.1.1", or empty
    char text[HANDED_TEXT]; // the server's words, or why it was not reached; UTF-8
    bool at_recipient;      // the reply was to RCPT: it is about the recipient
    bool account_fault; // not this mail's: log-in refused, no connection, certificate …: others fare alike
    struct mail_delivery *next; // the network's
};

enum dns_type { DNS_A = 1, DNS_CNAME = 5, DNS_PTR = 12, DNS_MX = 15, DNS_TXT = 16, DNS_AAAA = 28 };
struct dns_answer {
    struct str *records; // TXT: its strings joined; MX: "10 mx.example.com"; A, AAAA: the address; names:
                         // without the last dot
    unsigned n;
    bool none; // the name does not exist, or has no such record
};

struct mail_network {
    void *ctx;
    bool marks; // it calls mail_delivery.mark
    // Takes a delivery; it is given back by collect(). Never blocks for long.
    void (*submit)(void *ctx, struct mail_delivery *delivery);
    // Those that are done, at most n; waits for the first one for up to `ms`. 0: none is done.
    size_t (*collect)(void *ctx, struct mail_delivery **out, size_t n, unsigned ms);
    // Logs in and out again without sending. false: err says what did not work, as a sentence.
    bool (*try_login)(void *ctx, const struct mail_account *account, struct arena *arena,
            struct str *ret_about, struct err *err);
    // ERR_BUSY: no answer came.
    bool (*resolve)(void *ctx, struct arena *arena, struct str name, enum dns_type type,
            struct dns_answer *ret, struct err *err);
    // Breaks off what is under way: collect() then has everything that was submitted, with its verdict.
    void (*stop)(void *ctx);
};

// The real one: a thread that keeps connections, up to `sessions` for an account.
struct mail_network_options {
    unsigned sessions;       // 0: 4
    unsigned per_connection; // mails, then a new connection; 0: 100
    bool any_certificate;    // tests only
    const char *trust_file;  // PEM; NULL: the system's
    struct str name;         // for EHLO; empty: the machine's
};
struct mail_network *mail_network_new(const struct mail_network_options *options);
// try_login of the real one.
bool mail_try_login(const struct mail_network_options *options, const struct mail_account *account,
        struct arena *arena, struct str *ret_about, struct err *err);
void mail_network_free(struct mail_network *network); // NULL is fine

#endif
