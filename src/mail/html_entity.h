// Character references of HTML.
#ifndef SLUICE_MAIL_HTML_ENTITY_H
#define SLUICE_MAIL_HTML_ENTITY_H

#include "base/str.h"

// The reference at s.p[at], a "&": its code point, and *ret_end behind it. 0: none. Named ones: those of HTML
// 4, with or without ";".
uint32_t html_entity(struct str s, size_t at, size_t *ret_end);

#endif
