// DKIM signatures (RFC 6376; RFC 8301: no rsa-sha1, keys of 1024 bits and more; RFC 8463: Ed25519). RSA by
// libcrypto, Ed25519 by libsodium (docs/decisions/0022). A key may be used by several threads at once.
#ifndef SLUICE_MAIL_DKIM_H
#define SLUICE_MAIL_DKIM_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum {
    DKIM_SIGNATURES_MAX = 10,    // of a mail that are looked at
    DKIM_RECORD_MAX = 8192,      // bytes of a key record
    DKIM_HEADER_MAX = 1 << 20,   // bytes of a mail's header
    DKIM_NAMES_MAX = 1000,       // names in h=
    DKIM_PRIVATE_MAX = 16 << 10, // bytes of a private key's text
};

enum dkim_algorithm { DKIM_RSA, DKIM_ED25519 };

struct dkim_key;
// A private key: PEM (PKCS#8 or PKCS#1), or 32 bytes of an Ed25519 seed in base64 (as dkimpy keeps them).
// Free with dkim_key_free. ERR_INPUT.
bool dkim_key_read(struct str text, struct dkim_key **ret, struct err *err);
void dkim_key_free(struct dkim_key *key); // NULL is fine
enum dkim_algorithm dkim_key_algorithm(const struct dkim_key *key);
// A new key (RSA: 2048 bits, some 0.1 s) as PEM in arena: what dkim_key_read takes.
bool dkim_key_make(struct arena *arena, enum dkim_algorithm algorithm, struct str *ret_pem, struct err *err);
// What is to stand in the DNS, as TXT of SELECTOR._domainkey.DOMAIN: "v=DKIM1; k=rsa; p=…"; in arena. One
// text; a zone file splits it into strings of at most 255 bytes, which dkim_record_quoted does.
struct str dkim_record(struct arena *arena, const struct dkim_key *key);
struct str dkim_record_quoted(struct arena *arena, struct str record); // "\"v=DKIM1; …\" \"…\""

// One signature of a mail: who signs, with what.
struct dkim_signer {
    const struct dkim_key *key;
    struct str domain, selector; // domain: ASCII form
    struct str fields;           // names by ":" for h=; empty: Sluice's own choice (below)
    struct str canonical;        // "relaxed/relaxed"; empty: that
    struct str identity;         // i=; empty: "@" and the domain
    int64_t time;                // t=, seconds since 1970; 0: left out
    int64_t expires;             // x=; 0: left out
};
// Appends "DKIM-Signature: …" CRLF for the mail (CRLF or LF line ends; the latter count as CRLF), to be put
// in front of it. Sluice's own choice of fields: those of RFC 6376 5.4.1 that the mail has, List-Unsubscribe
// and List-Unsubscribe-Post, and From, Subject and Date once more than there are, so that nobody can add
// another. Two signers: sign twice, either order. ERR_INPUT: no From, a domain or
// selector that is none. On failure out is as it was.
bool dkim_sign(const struct dkim_signer *signer, struct str mail, struct buf *out, struct err *err);

enum dkim_result {
    DKIM_NONE,      // no signature
    DKIM_PASS,      // at least this one holds
    DKIM_FAIL,      // it does not hold, or never can: expired, revoked, malformed, too weak
    DKIM_TEMPORARY, // the key could not be asked for
};
struct dkim_verdict {
    enum dkim_result result;
    struct str domain, selector, identity; // in arena; may be empty
    struct str algorithm;                  // "rsa-sha256"; may be empty
    const char *reason;                    // of a fail, in words: "the body was changed"
    bool testing;                          // the key record says t=y
    int64_t length;                        // l=: so many bytes of the body are signed; -1: all
};

// Asks for the TXT record at a name ("s._domainkey.example.com"), its strings joined, into arena.
// DKIM_PASS: it is in *ret; DKIM_NONE: there is none; DKIM_TEMPORARY: ask later.
typedef enum dkim_result dkim_lookup(void *ctx, struct arena *arena, struct str name, struct str *ret);

// Looks at every signature (at most DKIM_SIGNATURES_MAX). *ret_all in arena, in the mail's order; returns how
// many. now: seconds since 1970, for x=.
size_t dkim_verify(struct arena *arena, struct str mail, int64_t now, dkim_lookup *lookup, void *ctx,
        const struct dkim_verdict **ret_all);
// The best of them: a pass before all others. result DKIM_NONE where there is none.
struct dkim_verdict dkim_best(const struct dkim_verdict *all, size_t n);
const char *dkim_result_name(enum dkim_result result); // "pass", "fail", "none", "temperror"

// The pieces, for tests and fuzzing. Canonical forms (RFC 6376 3.4) of a field "Name: value" (with its line
// end), and of a body; CRLF line ends in what they append. SIZE_MAX: no limit (l=).
void dkim_canonical_field(struct str field, bool relaxed, struct buf *out);
void dkim_canonical_body(struct str body, bool relaxed, size_t limit, struct buf *out);

#endif
