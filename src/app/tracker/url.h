// As much of a URL as sources need. Strangers' bytes; any thread.
#ifndef SLUICE_APP_TRACKER_URL_H
#define SLUICE_APP_TRACKER_URL_H

#include "base/arena.h"

enum { URL_MAX = 8192 /* bytes; a longer one is no URL */ };

struct url {
    struct str scheme, host;          // lower case; host without port, and without a dot at its end
    struct str path, query, fragment; // as written, without "?" and "#"; path may be empty
};

// "https://host/path?query#fragment", "//host/…" (scheme empty), "android-app://program/…". false: none of
// these.
bool url_parse(struct arena *arena, struct str text, struct url *ret);
// The first parameter of this name (any case) that is not empty, decoded, UTF-8, at most 500 bytes. STR_NONE:
// there is none.
struct str url_param(struct arena *arena, struct str query, const char *name);
// Percent-decoded; plus: "+" is a blank. What is no UTF-8 is taken for Windows-1252. Controls become blanks.
struct str url_decode(struct arena *arena, struct str text, bool plus);

#endif
