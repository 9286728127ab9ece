// SMTP out (RFC 5321) as a pure protocol machine: push the server's bytes, pull events, take the bytes to
// send. PIPELINING (RFC 2920), SIZE (1870), 8BITMIME (6152), SMTPUTF8 (6531), STARTTLS (3207), AUTH PLAIN,
// LOGIN, XOAUTH2 (4954), enhanced status codes (2034). One owner; no clock, no socket: who drives it does
// time-outs, and calls smtp_lost() when the connection broke. A mail has one recipient, so that each has a
// verdict of its own.
#ifndef SLUICE_MAIL_SMTP_H
#define SLUICE_MAIL_SMTP_H

#include "base/buf.h"
#include "mail/network.h"

enum { SMTP_LINE_MAX = 2048, SMTP_REPLY_LINES = 100 };

enum smtp_event {
    SMTP_MORE,  // bytes are needed (send what smtp_output has first)
    SMTP_TLS,   // do the TLS handshake, then smtp_secured()
    SMTP_READY, // logged in: a mail may be begun
    SMTP_DONE,  // the mail begun last has its verdict (in the delivery); another may be begun unless closed
    SMTP_OVER,  // nothing more will come; what smtp_why() says, and a mail under way has its verdict
};

struct smtp;

// name: for EHLO. secured: TLS is on already.
struct smtp *smtp_new(const struct mail_account *account, struct str name, bool secured);
void smtp_free(struct smtp *smtp); // NULL is fine

void smtp_push(struct smtp *smtp, struct str bytes);
enum smtp_event smtp_pull(struct smtp *smtp);
void smtp_secured(struct smtp *smtp);
// What is to be sent; the caller takes bytes off with smtp_sent.
struct str smtp_output(const struct smtp *smtp);
void smtp_sent(struct smtp *smtp, size_t n);

// After SMTP_READY or SMTP_DONE. The delivery must live until its verdict.
void smtp_begin(struct smtp *smtp, struct mail_delivery *delivery);
void smtp_quit(struct smtp *smtp);
// The connection is gone, or too slow: the mail under way gets its verdict. why: a sentence.
void smtp_lost(struct smtp *smtp, const char *why);
// Whether the connection can take another mail.
bool smtp_usable(const struct smtp *smtp);
// Whether a reply is awaited after the final dot left, for the longer time-out.
bool smtp_dotted(const struct smtp *smtp);
// Why it is over, a sentence; empty: it ended as it should.
const char *smtp_why(const struct smtp *smtp);
// What the server offers, for people: "STARTTLS, AUTH PLAIN LOGIN, PIPELINING, SIZE 10240000".
struct str smtp_about(const struct smtp *smtp, struct arena *arena);

#endif
