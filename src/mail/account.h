// A mail server that we log in to: by SMTP to send, by IMAP to read.
#ifndef SLUICE_MAIL_ACCOUNT_H
#define SLUICE_MAIL_ACCOUNT_H

#include "base/str.h"

enum mail_security { MAIL_PLAIN, MAIL_STARTTLS, MAIL_TLS };
enum mail_login { MAIL_NO_LOGIN, MAIL_PASSWORD, MAIL_XOAUTH2 };

struct mail_account {
    struct str host; // empty: none
    unsigned port;
    enum mail_security security;
    enum mail_login login;
    struct str user, secret; // secret: password or access token; never logged, never in an answer
};

#endif
