// Shared by the files of DKIM.
#ifndef SLUICE_MAIL_DKIM_PRIVATE_H
#define SLUICE_MAIL_DKIM_PRIVATE_H

#include "mail/dkim.h"

// --- dkim_mail.c: a mail as DKIM sees it

struct dkim_field {
    struct str name;  // as written, without blanks before the colon
    struct str whole; // with its line end; LF or CRLF
};
struct dkim_mail {
    struct dkim_field *fields;
    size_t n;
    struct str body;
    struct arena *arena;
};
// ERR_INPUT: no header, or more than DKIM_HEADER_MAX of it.
bool dkim_split(struct arena *arena, struct str mail, struct dkim_mail *ret, struct err *err);
bool dkim_hash_body(struct str body, bool relaxed, int64_t length /* -1: all */, uint8_t ret[32]);

// The bytes that are signed: the fields that h= names, bottom up (RFC 6376, 5.4.2), then the signature's own
// field with its b= empty and without a line end.
void dkim_signed_bytes(const struct dkim_mail *mail, struct str names, bool relaxed,
        struct str signature /* the field, b= emptied */, struct buf *out);

// --- dkim_tags.c: "a=1; b=2"

enum { DKIM_TAGS_MAX = 40 };
struct dkim_tags {
    struct {
        struct str name, value; // value: trimmed, as written; points into the text
    } v[DKIM_TAGS_MAX];
    unsigned n;
};
// false: it is no list of tags, or one is there twice.
bool dkim_tags_read(struct str text, struct dkim_tags *ret);
struct str dkim_tag(const struct dkim_tags *tags, const char *name); // STR_NONE: it is not there
// Next of a list with ":" between, trimmed; false behind the last.
bool dkim_list_next(struct str *rest, struct str *ret);
// Base64 with blanks in it; in arena. false: it is none.
bool dkim_base64(struct arena *arena, struct str text, struct str *ret);
void dkim_base64_put(struct str bytes, struct buf *out);

// --- dkim_key.c

bool dkim_key_sign(const struct dkim_key *key, struct str bytes, struct buf *ret, struct err *err);
// The public key of a record (p=) against the signature. *ret_why: what is wrong with the key, else NULL.
bool dkim_key_holds(enum dkim_algorithm algorithm, struct str public, struct str bytes, struct str signature,
        const char **ret_why);

#endif
