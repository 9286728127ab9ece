// Random bytes of the kernel, for ids and secrets (rng.h has the repeatable ones). Any thread.
#ifndef SLUICE_BASE_RANDOM_H
#define SLUICE_BASE_RANDOM_H

#include "base/str.h"

void random_bytes(void *out, size_t n); // never fails: without entropy the program ends

enum { UUID_SIZE = 37 };
// A UUID version 7 (RFC 9562, 5.7) as text into out, at least UUID_SIZE bytes; ms: since 1970. Ascending by
// ms.
struct str uuid_v7(int64_t ms, char *out);
// Whether it is a UUID in its usual form (any version, any case).
bool uuid_valid(struct str text);
// n random bytes as text of base64url without padding, for tokens: out has (n * 4 + 2) / 3 + 1 bytes.
struct str random_token(size_t n, char *out);

#endif
