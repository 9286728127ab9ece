// Rules that give contacts an owner: by turns, by load, or always the same.
#include "app/assignment/private.h"

#include "app/standing/live.h"
#include "base/json_put.h"
#include "store/ask.h"

#define RULE_COLUMNS \
    "id, name, position, active, stage, audience, method, members, handover, version, created, changed"

bool rule_members(struct rule *rule, const struct json *list)
{
    rule->n_members = 0;
    for (const struct json *j = list ? list->child : NULL; j; j = j->next) {
        const struct json *weight = json_get(j, STR("weight"));
        double n = 1;
        struct str user = json_get_str(j, STR("user"));
        if (rule->n_members >= MEMBERS_MAX || !user.n || user.n >= UUID_SIZE)
            return false;
        if (weight && (!json_number(weight->text, &n) || n < 1 || n > WEIGHT_MAX))
            return false;
        rule->members[rule->n_members++] = (struct rule_member){user, (int64_t)n};
    }
    return rule->n_members > 0;
}

static void decode(struct query *query, struct arena *arena, struct rule *rule)
{
    struct json *members = NULL;
    *rule = (struct rule){.id = arena_str(arena, query_text(query, 0)),
            .name = arena_str(arena, query_text(query, 1)),
            .position = query_int(query, 2),
            .active = query_int(query, 3) != 0,
            .stage = arena_str(arena, query_text(query, 4)),
            .audience = arena_str(arena, query_text(query, 5)),
            .method = arena_str(arena, query_text(query, 6)),
            .members_json = arena_str(arena, query_text(query, 7)),
            .handover = query_int(query, 8) != 0,
            .version = query_int(query, 9),
            .created = query_int(query, 10),
            .changed = query_int(query, 11)};
    if (json_parse(arena, rule->members_json, &members, NULL))
        rule_members(rule, members);
}

bool rules_read(struct store *store, struct arena *arena, struct rule **ret, unsigned *ret_n, struct err *err)
{
    struct query *query;
    int64_t count;
    bool row, ok;
    unsigned n = 0;
    if (!store_number(store, "SELECT count(*) FROM assignment_rule", 0, &count, err) ||
            !store_query(
                    store, "SELECT " RULE_COLUMNS " FROM assignment_rule ORDER BY position, id", &query, err))
        return false;
    struct rule *rules = ARENA_ARRAY(arena, struct rule, (size_t)count + 1);
    while ((ok = query_step(query, &row, err)) && row && n < count)
        decode(query, arena, &rules[n++]);
    query_end(query);
    if (!ok)
        return false;
    *ret = rules;
    *ret_n = n;
    return true;
}

bool rule_read(struct store *store, struct arena *arena, struct str id, struct rule *ret, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, "SELECT " RULE_COLUMNS " FROM assignment_rule WHERE id = $1",
                PARAMS(P_TEXT(id)), "there is no such rule", &query, err))
        return false;
    decode(query, arena, ret);
    query_end(query);
    return true;
}

bool rule_meets(const struct rule *rule, struct str kind, struct str to)
{
    return rule->active && (!rule->stage.n || (str_eq(kind, STR("stage")) && str_eq(to, rule->stage)));
}

// Those of the rule's members who can take something.
static bool able(
        struct writing *w, const struct rule *rule, struct rule_member *ret, unsigned *ret_n, struct err *err)
{
    unsigned n = 0;
    for (unsigned i = 0; i < rule->n_members; i++) {
        bool there;
        if (!owner_account(w->store, rule->members[i].user, &there, err))
            return false;
        if (there)
            ret[n++] = rule->members[i];
    }
    *ret_n = n;
    return true;
}

// Smooth weighted turns: everybody's balance grows by their weight, the highest has the turn and pays all
// weights. With weights 2 and 1: a b a a b a …
static bool by_turns(struct writing *w, struct str rule, const struct rule_member *members, unsigned n,
        unsigned *ret, struct err *err)
{
    int64_t balance[MEMBERS_MAX] = {0}, total = 0;
    unsigned best = 0;
    for (unsigned i = 0; i < n; i++) {
        if (!store_ask_number(w->store, "SELECT balance FROM assignment_turn WHERE rule = $1 AND member = $2",
                    PARAMS(P_TEXT(rule), P_TEXT(members[i].user)), 0, &balance[i], err))
            return false;
        balance[i] += members[i].weight;
        total += members[i].weight;
        if (balance[i] > balance[best])
            best = i;
    }
    balance[best] -= total;
    for (unsigned i = 0; i < n; i++)
        if (!store_do(w->store,
                    "INSERT INTO assignment_turn (rule, member, balance) VALUES ($1, $2, $3)"
                    " ON CONFLICT (rule, member) DO UPDATE SET balance = excluded.balance",
                    PARAMS(P_TEXT(rule), P_TEXT(members[i].user), P_INT(balance[i])), err))
            return false;
    *ret = best;
    return true;
}

// What somebody has to do: open tasks and hand-overs; and how many contacts they have.
static bool load_of(
        struct writing *w, struct str user, int64_t *ret_work, int64_t *ret_contacts, struct err *err)
{
    int64_t tasks, handovers;
    if (!store_ask_number(w->store, "SELECT count(*) FROM task WHERE owner = $1 AND state = 'open'",
                PARAMS(P_TEXT(user)), 0, &tasks, err) ||
            !store_ask_number(w->store, "SELECT count(*) FROM handover WHERE owner = $1 AND state = 'open'",
                    PARAMS(P_TEXT(user)), 0, &handovers, err) ||
            !store_ask_number(w->store, "SELECT contacts FROM owner_load WHERE owner = $1",
                    PARAMS(P_TEXT(user)), 0, ret_contacts, err))
        return false;
    *ret_work = tasks + handovers;
    return true;
}

// Loads are compared by weight: twice the weight bears twice as much.
static bool by_load(
        struct writing *w, const struct rule_member *members, unsigned n, unsigned *ret, struct err *err)
{
    int64_t work[MEMBERS_MAX], contacts[MEMBERS_MAX];
    unsigned best = 0;
    for (unsigned i = 0; i < n; i++) {
        if (!load_of(w, members[i].user, &work[i], &contacts[i], err))
            return false;
        int64_t mine = work[i] * members[best].weight, theirs = work[best] * members[i].weight;
        if (mine < theirs ||
                (mine == theirs && contacts[i] * members[best].weight < contacts[best] * members[i].weight))
            best = i;
    }
    *ret = best;
    return true;
}

bool rule_apply(
        struct writing *w, const struct rule *rule, uint32_t contact, struct str stage, struct err *err)
{
    struct str owner;
    struct rule_member members[MEMBERS_MAX];
    unsigned n, chosen = 0;
    if (!owner_now(w, contact, &owner, err))
        return false;
    if (!owner.n) {
        bool ok = able(w, rule, members, &n, err);
        if (!ok || !n)
            return ok; // nobody can take it: it stays without an owner, where lists show it
        if (str_eq(rule->method, STR("round_robin")))
            ok = by_turns(w, rule->id, members, n, &chosen, err);
        else if (str_eq(rule->method, STR("load")))
            ok = by_load(w, members, n, &chosen, err);
        owner = members[chosen].user;
        struct str by = arena_printf(w->arena, "rule:%.*s", STR_ARG(rule->id));
        if (!ok || !assignment_set(w, contact, owner, by, err))
            return false;
    }
    return !rule->handover || handover_open(w, contact, owner, rule->id, stage, err);
}

// The first rule that waits for such a move decides.
static bool react(struct writing *w, struct arena *arena, const struct moved *moved, struct err *err)
{
    struct rule *rules;
    unsigned n;
    struct str kind = str_of(moved->kind);
    if (!rules_read(w->store, arena, &rules, &n, err))
        return false;
    for (unsigned i = 0; i < n; i++) {
        if (!rule_meets(&rules[i], kind, moved->to))
            continue;
        if (!rules[i].audience.n)
            return rule_apply(w, &rules[i], moved->contact, moved->to, err);
        // Whether the audience has the contact takes a replay, which is too long for this transaction.
        assignment_expect(w->app);
        return store_do(w->store,
                "INSERT INTO assignment_queue (contact, kind, became, at) VALUES ($1, $2, $3, $4)",
                PARAMS(P_INT(moved->contact), P_TEXT(kind), P_TEXT(moved->to), P_INT(w->now)), err);
    }
    return true;
}

bool assignment_react(struct writing *w, const struct moved *moved, struct err *err)
{
    if (!moved->fresh)
        return true;
    struct arena *arena = arena_new();
    bool ok = react(w, arena, moved, err);
    arena_free(arena);
    return ok;
}
