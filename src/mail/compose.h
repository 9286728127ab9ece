// A mail for the wire: header fields and a multipart/alternative of text and HTML (RFC 5322, 2045-2047, 2387,
// 6532; List-Unsubscribe: RFC 2369, 8058; Auto-Submitted: RFC 3834). Lines end with CRLF and have at most 78
// characters in the header where they can be folded, 76 in the body. Pure; any thread.
#ifndef SLUICE_MAIL_COMPOSE_H
#define SLUICE_MAIL_COMPOSE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum {
    COMPOSE_ADDRESS_MAX = 320, // bytes of an address
    COMPOSE_VALUE_MAX = 4000,  // bytes of any other value of the header
    COMPOSE_TEXT_MAX = 4 << 20,
};

struct compose_address {
    struct str name, address; // name: UTF-8, may be empty. address: "a@example.com"; its domain may be an IDN
};

struct compose_mail {
    struct compose_address from, to;
    struct compose_address reply_to; // address empty: none
    struct str subject;
    struct str message_id;              // without < >
    int64_t date;                       // seconds since 1970
    struct str in_reply_to, references; // with their < >; empty: none
    struct str unsubscribe_url;         // https, takes the one-click POST; empty: none
    struct str unsubscribe_mail;        // address for the mailto variant; empty: none
    struct str list_id;                 // "topic.example.com"; empty: none
    bool bulk;                          // "Precedence: bulk": absence notices do not answer
    bool automatic;  // "Auto-Submitted: auto-generated": nobody asked for it and nobody wrote it by hand
    struct str text; // UTF-8, \n or \r\n; must not be empty
    struct str html; // empty: text only
    // Behind all others, as they are ("X-Entity-Ref-ID"): name, value, name, value …
    const struct str *more;
    size_t n_more;     // of values: pairs * 2
    uint64_t boundary; // anything: the boundary between the parts is made of it, so that the same mail has
                       // the same bytes; what is in the texts cannot meet it
};

// Appends the mail. *ret_utf8 (may be NULL): an address has letters beyond ASCII before its "@", so the mail
// needs SMTPUTF8 (RFC 6531); domains are written as IDNA's ASCII form.
// ERR_INPUT, saying which: a value with a line break or another control character, an address that is none, a
// missing one. ERR_LIMIT. On failure out is as it was.
bool compose(const struct compose_mail *mail, struct buf *out, bool *ret_utf8, struct err *err);

// The address as servers are told it (MAIL FROM, RCPT TO): IDN as ASCII; in arena. ERR_INPUT.
bool compose_envelope(
        struct arena *arena, struct str address, struct str *ret, bool *ret_utf8, struct err *err);

#endif
