// Shared by the files of this slice.
#ifndef SLUICE_APP_SUPPRESSION_PRIVATE_H
#define SLUICE_APP_SUPPRESSION_PRIVATE_H

#include "app/slice.h"
#include "app/suppression/slice.h"
#include "app/suppression/suppression.h"

enum { TOPICS_MAX = 200, PROOF_MAX = 500, IMPORT_LINES_MAX = 1000000, IMPORT_PART = 1000 };

extern const struct route SUPPRESSION_ROUTES[];
extern const struct schema SUPPRESSION_SCHEMAS[];
bool suppression_route_list(struct request *r, struct err *err);
bool suppression_route_add(struct request *r, struct err *err);
bool suppression_route_import(struct request *r, struct err *err);
bool suppression_route_remove(struct request *r, struct err *err);
bool topic_route_list(struct request *r, struct err *err);
bool topic_route_create(struct request *r, struct err *err);
bool topic_route_patch(struct request *r, struct err *err);

// Ends what is there of an address and a topic; it and `why` are kept among the past ones. only: nothing but
// this reason, "" any.
bool suppression_end(struct writing *w, struct str address, struct str topic, const char *only,
        struct str why, bool *ret_changed, struct err *err);

bool suppression_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);

#endif
