// Texts that we hand out and know again: signed with a secret of the store, so nothing need be remembered.
// Also the proof of work that a browser's script does in the background.
#ifndef SLUICE_APP_FORM_TOKEN_H
#define SLUICE_APP_FORM_TOKEN_H

#include "base/arena.h"

enum { TOKEN_SECRET = 32, TOKEN_MAX = 300 };

enum token_kind {
    TOKEN_FORM = 'f',    // a form was shown; subject: its id, a colon and its version
    TOKEN_CHECK = 'c',   // answers were shown to look over; subject: the same
    TOKEN_LINK = 'l',    // confirms an address; subject: the submission's id
    TOKEN_THANKS = 't',  // the page after a submission; subject: its id
    TOKEN_ASSET = 'a',   // a download; subject: the asset's id, a colon and the userId
    TOKEN_PERSON = 'p',  // who a form is for; subject: the userId
    TOKEN_ADDRESS = 'i', // no token: key of the hash of IP addresses
};

// "SUBJECT.TIME.NONCE.MAC" in characters that addresses may have; the subject must be of such (ids are).
struct str token_make(struct arena *arena, const uint8_t secret[TOKEN_SECRET], enum token_kind kind,
        struct str subject, int64_t time);
// The same text for the same subject and time, without a nonce: links that are made again when they are asked
// for.
struct str token_link(struct arena *arena, const uint8_t secret[TOKEN_SECRET], enum token_kind kind,
        struct str subject, int64_t time);
// false: not ours, of another kind, or changed. Its age is the caller's business.
bool token_read(const uint8_t secret[TOKEN_SECRET], enum token_kind kind, struct str token,
        struct str *ret_subject, int64_t *ret_time);

// Hash of an IP address under a key, 16 bytes: tells equal ones apart from others without keeping them.
void token_address(const uint8_t secret[TOKEN_SECRET], struct str address, uint8_t out[16]);

// Zero bits at the start of SHA-256("TOKEN:NUMBER").
unsigned proof_bits(struct str token, struct str number);

#endif
