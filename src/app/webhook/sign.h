// Signatures of Standard Webhooks: secrets, and the header webhook-signature. Pure, any thread.
#ifndef SLUICE_APP_WEBHOOK_SIGN_H
#define SLUICE_APP_WEBHOOK_SIGN_H

#include "base/buf.h"
#include "base/err.h"

enum {
    SECRET_BYTES_LEAST = 24,
    SECRET_BYTES_MOST = 64,
    SECRET_BYTES_NEW = 32,
    SECRET_TEXT_SIZE = 6 + 88 + 1, // "whsec_", base64 of the most bytes, NUL
};

struct webhook_secret {
    uint8_t bytes[SECRET_BYTES_MOST];
    size_t n;
};

void secret_new(struct webhook_secret *ret);
// "whsec_" and base64 of 24 to 64 bytes. Errors: ERR_INPUT.
bool secret_parse(struct str text, struct webhook_secret *ret, struct err *err);
struct str secret_text(const struct webhook_secret *secret, char out[SECRET_TEXT_SIZE]);
// Appends "v1,…", behind a blank if something is there: one for each secret in use, so that whoever checks
// may know the old or the new one.
void webhook_sign(const struct webhook_secret *secret, struct str id, int64_t timestamp, struct str body,
        struct buf *out);

#endif
