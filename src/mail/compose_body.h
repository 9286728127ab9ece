// Texts for the wire, for compose.c.
#ifndef SLUICE_MAIL_COMPOSE_BODY_H
#define SLUICE_MAIL_COMPOSE_BODY_H

#include "mail/compose.h"

// Content-Type, Content-Transfer-Encoding, an empty line, and the text in the coding that fits it: as it is,
// quoted-printable or base64, with CRLF at its end. No line of it begins with "--=_". type: "text/plain".
void body_put(struct buf *out, const char *type, struct str text);

#endif
