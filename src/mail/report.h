// Between bounce.c and its parts: the recipients of a report, while they are gathered.
#ifndef SLUICE_MAIL_REPORT_H
#define SLUICE_MAIL_REPORT_H

#include "base/vec.h"
#include "mail/bounce.h"

struct report_recipient {
    struct str address, action, status, diagnostic; // as the report says; each may be empty
};

struct report {
    struct arena *arena;
    const struct mime *mime;
    struct str text;             // what the report says to people, without the mail that came back
    const struct mime *original; // NULL: not there
    VEC(struct report_recipient) found;
};

void report_add(struct report *r, struct report_recipient recipient);
// The groups of fields of a delivery status (RFC 3464 section 2.3), however they are spaced.
void report_read_status(struct report *r, struct str fields);
// The addresses that the words of the report name.
void report_read_text(struct report *r);
// Sets text and original.
void report_split(struct report *r);
// The JSON notice of a service in the mail's text: what kind it is, its recipients; BOUNCE_NONE: it holds
// none.
enum bounce_class report_read_json(struct report *r);
// The next address in a text from *at on, which moves behind it.
struct str report_next_address(struct str text, size_t *at);

#endif
