// Who asks: what the handlers of this slice need besides principal.h.
#ifndef SLUICE_APP_USER_AUTHORIZE_H
#define SLUICE_APP_USER_AUTHORIZE_H

#include "app/user/principal.h"

// A change that a browser asks for with its cookie must come from our own pages: Sec-Fetch-Site, else Origin,
// must say so. false with a 403 problem. must: also refuse where neither is there.
bool request_own_origin(struct request *r, bool must);

#endif
