// Letters with a one-time link of a user (app/user/link.h): a new password, an invitation.
#ifndef SLUICE_APP_LETTER_LINK_H
#define SLUICE_APP_LETTER_LINK_H

#include "app/letter/letter.h"
#include "app/slice.h"

enum {
    RESET_LIFE = 3600,        // seconds that a link of a new password works
    RESET_WINDOW = 3600,      // that asking for one is counted in:
    RESET_EMAIL = 3,          // for one mail address
    RESET_CLIENT = 20,        // from one network address
    RESET_ALL = 20000,        // in all: the table is bounded, no network shuts out the others
    LINK_LETTER_WAIT = 86400, // for a mail server; later it is not sent any more
};

// POST /api/password-reset: anybody's. Whether there is an account is looked up by link_work, so that neither
// the answer nor how long it takes tells.
bool letter_route_reset(struct request *r, struct err *err);
// POST /api/users/{id}/mail
bool letter_route_user(struct request *r, struct err *err);
bool link_work(struct app *app, struct data *reader, struct err *err);
// Makes the link when the mail is about to leave: it is in no table and no answer, only its hash is kept.
bool link_compose(struct app *app, struct data *reader, const struct message *message, struct arena *arena,
        struct mail_draft *ret, struct err *err);

#endif
