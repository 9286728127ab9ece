// One-time codes by time (RFC 6238: SHA-1, 6 digits, 30 seconds), as authenticator apps make them.
#ifndef SLUICE_APP_USER_TOTP_H
#define SLUICE_APP_USER_TOTP_H

#include "base/arena.h"
#include "base/buf.h"

enum { TOTP_SECRET = 20, TOTP_STEP = 30, TOTP_DIGITS = 6 };

uint32_t totp_code(struct str secret, int64_t step);
// Whether code (blanks in it are fine) belongs to a step after `used`, at most one step away from now
// (seconds since 1970). ret_step: which; it becomes the next `used`, so that no code works twice.
bool totp_fits(struct str secret, struct str code, int64_t now, int64_t used, int64_t *ret_step);
// otpauth://totp/… for a QR code.
struct str totp_uri(struct arena *arena, struct str secret, struct str issuer, struct str account);

#endif
