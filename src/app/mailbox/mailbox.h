// Mailboxes: an address of ours that mails are sent by (SMTP) and answers come to (IMAP), with its limits and
// its health. Numbers are small and never used again; outside, ids are UUIDs.
#ifndef SLUICE_APP_MAILBOX_MAILBOX_H
#define SLUICE_APP_MAILBOX_MAILBOX_H

#include "app/app.h"

enum mail_security { MAIL_PLAIN, MAIL_STARTTLS, MAIL_TLS };
enum mail_login { MAIL_NO_LOGIN, MAIL_PASSWORD, MAIL_XOAUTH2 };

struct mail_account {
    struct str host; // empty: none
    unsigned port;
    enum mail_security security;
    enum mail_login login;
    struct str user, secret; // secret: password or access token; never logged, never in an answer
};

struct mailbox {
    int64_t number;
    struct str id, name, address; // name: as recipients see it
    bool active;
    struct mail_account smtp, imap;
    int64_t version;
};
// In arena. ERR_NOT_FOUND.
bool mailbox_read(
        struct data *reader, struct arena *arena, int64_t number, struct mailbox *ret, struct err *err);
bool mailbox_each(struct data *reader, struct arena *arena,
        bool (*visit)(void *ctx, const struct mailbox *mailbox, struct err *err), void *ctx, struct err *err);

#endif
