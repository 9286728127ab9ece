// Shared by the files of this slice.
#ifndef SLUICE_APP_ASSIGNMENT_PRIVATE_H
#define SLUICE_APP_ASSIGNMENT_PRIVATE_H

#include "app/assignment/owner.h"
#include "app/assignment/slice.h"
#include "base/json.h"
#include "rules/program.h"
#include "store/store.h"

struct owners;
struct owners *owners_new(void);
void owners_free(struct owners *owners);
size_t owners_size(struct owners *owners); // highest number of a contact that ever had one
struct owners *assignment_owners(const struct app *app);
// Reads what changed since the last time, the first time everything.
bool owners_refresh(struct app *app, struct data *reader, struct err *err);
// Owners of visitors who became known since: the contacts that they are now.
void owners_follow_joins(struct app *app);

enum { MEMBERS_MAX = 200, RULES_MAX = 200, WEIGHT_MAX = 1000, REASON_MAX = 2000 };

struct rule_member {
    struct str user;
    int64_t weight;
};
// A rule says who gets a contact that comes to a stage, or whom a condition holds for, and has no owner.
// Texts live in the arena that it was read into.
struct rule {
    struct str id, name, stage, audience, method; // stage, audience: empty for any
    struct str members_json;
    struct rule_member members[MEMBERS_MAX];
    unsigned n_members;
    int64_t position, version, created, changed;
    bool active, handover;
};

// The rules in their order; n at most RULES_MAX.
bool rules_read(
        struct store *store, struct arena *arena, struct rule **ret, unsigned *ret_n, struct err *err);
bool rule_read(struct store *store, struct arena *arena, struct str id, struct rule *ret, struct err *err);
// [{"user","weight"}] into rule->members. false: it is no such list.
bool rule_members(struct rule *rule, const struct json *list);
// Whether a move is one that the rule waits for, its audience apart.
bool rule_meets(const struct rule *rule, struct str kind, struct str to);
// Gives the contact an owner if it has none, and hands it over if the rule says so. Inside the transaction.
bool rule_apply(
        struct writing *w, const struct rule *rule, uint32_t contact, struct str stage, struct err *err);
// Something is being put into the queue: its job looks for it until the commit.
void assignment_expect(struct app *app);
// What was expected since the last call.
bool assignment_expected(struct app *app);
bool assignment_react(struct writing *w, const struct moved *moved, struct err *err);
// Moves that waited for an audience to be looked at.
bool run_queue(struct app *app, struct data *reader, struct err *err);

// The active model with a condition; NULL with ERR_INPUT and the place in the condition.
const struct program *audience_compile(
        struct data *reader, struct arena *arena, struct str expr, struct err *err);

// Opens a hand-over to the contact's owner, unless one is open.
bool handover_open(struct writing *w, uint32_t contact, struct str owner, struct str rule, struct str stage,
        struct err *err);

bool assignment_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);
bool assignment_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err);

extern const struct route ASSIGNMENT_ROUTES[];
extern const struct schema ASSIGNMENT_SCHEMAS[];
bool rule_route_list(struct request *r, struct err *err);
bool rule_route_get(struct request *r, struct err *err);
bool rule_route_create(struct request *r, struct err *err);
bool rule_route_patch(struct request *r, struct err *err);
bool rule_route_delete(struct request *r, struct err *err);
bool owner_route_set(struct request *r, struct err *err);
bool owner_route_bulk(struct request *r, struct err *err);
bool handover_route_list(struct request *r, struct err *err);
bool handover_route_open(struct request *r, struct err *err);
bool handover_route_accept(struct request *r, struct err *err);
bool handover_route_return(struct request *r, struct err *err);
bool handover_route_reopen(struct request *r, struct err *err);

#endif
