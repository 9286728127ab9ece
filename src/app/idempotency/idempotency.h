// server_options.before and after: stored answers of POST /api/* with an Idempotency-Key. Worker threads.
#ifndef SLUICE_APP_IDEMPOTENCY_IDEMPOTENCY_H
#define SLUICE_APP_IDEMPOTENCY_IDEMPOTENCY_H

#include "app/app.h"

// true: the answer is there already (the stored one; 409 while the first is still worked on; 422 if the key
// came with another request).
bool idempotency_before(void *app, struct request *r, struct err *err);
void idempotency_after(void *app, struct request *r, int status);

#endif
