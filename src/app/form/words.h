// Our own texts on pages that visitors see, in their language. "$" stands for a number or name.
#ifndef SLUICE_APP_FORM_WORDS_H
#define SLUICE_APP_FORM_WORDS_H

#include "base/str.h"

struct words {
    struct str language;
    // what is wrong with an answer
    struct str missing, tick, choose, email, phone, number, least, most, date, too_long, disposable;
    struct str one_error, more_errors, error; // above the form; "Error:" in the title
    // the form
    struct str optional, required, pick, send, trap, busy, failed;
    // afterwards
    struct str thanks_title, thanks, pending_title, pending, download;
    // looking it over once more
    struct str check_title, check, check_send, check_change, yes, no;
    // the link of the double opt-in
    struct str confirm_title, confirm, confirm_button, confirmed_title, confirmed, gone_title, gone;
    struct str limited_title, limited, missing_title, missing_page;
    // the mail with that link
    struct str mail_subject, mail_text, mail_button, mail_ending;
};

// English for languages that we do not speak.
const struct words *words_in(struct str language);

#endif
