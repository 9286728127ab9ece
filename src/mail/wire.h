// A connection to a mail server: TCP, perhaps with TLS (GnuTLS, certificates checked). Connecting blocks, the
// rest does not. One owner, one thread at a time.
#ifndef SLUICE_MAIL_WIRE_H
#define SLUICE_MAIL_WIRE_H

#include "base/err.h"
#include "base/str.h"

struct wire;
struct wire_trust;

// Whom to believe: the system's authorities, or those of a PEM file; any: everybody (tests). Any thread,
// after it was made.
bool wire_trust_new(const char *file, bool any, struct wire_trust **ret, struct err *err);
void wire_trust_free(struct wire_trust *trust); // NULL is fine

// Looks the name up and connects; at most `ms` for each address. Errors are sentences for people.
bool wire_connect(struct str host, unsigned port, unsigned ms, struct wire **ret, struct err *err);
void wire_close(struct wire *wire); // NULL is fine
int wire_fd(const struct wire *wire);

enum wire_result { WIRE_DONE, WIRE_AGAIN, WIRE_CLOSED, WIRE_FAILED };
// One step of the handshake; AGAIN: when wire_wants says. FAILED: err.
enum wire_result wire_handshake(
        struct wire *wire, const struct wire_trust *trust, struct str host, struct err *err);
// DONE: *ret_n > 0 bytes.
enum wire_result wire_read(struct wire *wire, char *out, size_t size, size_t *ret_n);
enum wire_result wire_write(struct wire *wire, struct str bytes, size_t *ret_n);
// Whether the step that answered AGAIN waits for being able to write.
bool wire_wants_write(const struct wire *wire);
bool wire_is_tls(const struct wire *wire);

#endif
