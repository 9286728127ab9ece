// A mail as it came (RFC 5322, MIME: RFC 2045-2049, 2231, 6532) → its fields, its texts in UTF-8, its parts.
// Nothing here fails: a broken mail is read as far as it goes, and what is beyond a limit is left out
// (`cut`). Each mail belongs to one thread; several threads may read mails at once.
#ifndef SLUICE_MAIL_MIME_H
#define SLUICE_MAIL_MIME_H

#include "base/arena.h"

enum {
    MIME_BYTES_MAX = 32 << 20, // of a mail; the rest is not read
    MIME_HEADER_MAX = 1 << 20, // of the mail's own header and of each part's
    MIME_PARTS_MAX = 1000,     // parts, at any depth
    MIME_DEPTH_MAX = 50,       // parts within parts, mails within mails
    MIME_TEXT_MAX = 2 << 20,   // of each text and of the content of each report
    MIME_VALUE_MAX = 64 << 10, // of one header field
    MIME_ADDRESSES_MAX = 2000, // of one header field
    MIME_REFERENCES_MAX = 200, // the last ones
};

struct mime_address {
    struct str name, address; // as written, decoded; name may be empty
};

struct mime_addresses {
    const struct mime_address *v;
    size_t n;
};

struct mime_part {
    struct str type;     // "text/plain", lower case
    struct str name;     // file name, decoded; empty: none
    struct str charset;  // as the part says, lower case; empty: nothing said
    size_t bytes;        // of the decoded content; of a nested mail and a multipart: 0
    unsigned depth;      // 0: the mail's own body
    unsigned nested;     // mails around it: 0 for what belongs to this mail itself
    bool attachment;     // a file, or something that is neither of the texts
    bool text;           // its content is text, see mime_text
    const void *private; // GMime's object; lives as long as the arena
};

struct mime {
    struct mime_address from; // the first; address empty: none
    struct mime_address sender;
    struct mime_addresses to, cc, reply_to;
    struct str subject;     // one line; STR_NONE: no such field
    int64_t date;           // seconds since 1970; 0: none, or not understood
    struct str message_id;  // without < >; so are the next two
    struct str in_reply_to; // the first
    const struct str *references;
    size_t n_references;
    struct str return_path, delivered_to; // addresses without < >; empty: none
    struct str text, html;                // UTF-8, lines end with \n; STR_NONE: no such part
    const struct mime_part *parts;        // all but multiparts, in the order of the mail, nested ones too
    size_t n_parts;
    bool cut;           // something was beyond a limit
    struct str bytes;   // the mail itself, up to MIME_BYTES_MAX
    const void *fields; // for mime_field
};

// bytes must live as long as the arena, in which everything else is. A line "From …" of an mbox in front is
// skipped; lines may end with CR only.
const struct mime *mime_read(struct arena *arena, struct str bytes);

// The first field of this name (any case), unfolded, decoded, in one line; STR_NONE: none. Or the next one
// behind *at (0 to begin with), which moves.
struct str mime_field(const struct mime *mime, const char *name);
struct str mime_field_next(const struct mime *mime, const char *name, size_t *at);

// The content of a part: bytes as decoded, or text as UTF-8 with \n (for parts with `text`; whatever its
// charset says, if that cannot be). For nested mails and their headers ("message/rfc822",
// "text/rfc822-headers") the bytes of that mail.
struct str mime_content(struct arena *arena, const struct mime_part *part);
struct str mime_text(struct arena *arena, const struct mime_part *part);

// The mails of an mbox, one after another, from *at (0 to begin with), which moves: false behind the last.
// What does not begin like an mbox is one mail.
bool mime_mbox(struct str bytes, size_t *at, struct str *ret_mail);

#endif
