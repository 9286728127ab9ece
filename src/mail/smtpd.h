// The receiving side of SMTP (RFC 5321; PIPELINING, 8BITMIME, SIZE, SMTPUTF8) as a pure protocol machine:
// push the client's bytes, take mails and the bytes to send. For test-sink: it takes every mail from anybody,
// without encryption. One owner.
#ifndef SLUICE_MAIL_SMTPD_H
#define SLUICE_MAIL_SMTPD_H

#include "base/arena.h"
#include "base/buf.h"

enum {
    SMTPD_LINE_MAX = 2048, // of a command
    SMTPD_CONTENT_LINE_MAX = 1 << 20,
    SMTPD_CONTENT_MAX = 20 << 20,
    SMTPD_RECIPIENTS_MAX = 100, // of one mail
    SMTPD_ERRORS_MAX = 20,      // then the connection is closed
};

struct smtpd;

struct smtpd *smtpd_new(const char *host_name); // greets at once
void smtpd_free(struct smtpd *smtpd);           // NULL is fine

void smtpd_push(struct smtpd *smtpd, struct str bytes);

struct smtpd_mail {
    struct str from; // of the envelope, without brackets; empty: a report
    const struct str *to;
    size_t n_to;
    struct str content; // lines end with CRLF, dots are single again
};
// The next mail that is complete; it lives until smtpd_taken, which says whether it was kept.
bool smtpd_pull(struct smtpd *smtpd, struct smtpd_mail *ret);
void smtpd_taken(struct smtpd *smtpd, bool kept);

// What is to be sent; the caller takes bytes off with smtpd_sent.
struct str smtpd_output(const struct smtpd *smtpd);
void smtpd_sent(struct smtpd *smtpd, size_t n);
// Whether the connection is to be closed once everything is sent.
bool smtpd_over(const struct smtpd *smtpd);

#endif
