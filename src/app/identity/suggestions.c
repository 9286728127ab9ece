// Merge suggestions over the API.
#include "app/identity/keys.h"
#include "app/identity/routes.h"
#include "app/listing.h"
#include "app/person/request.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/json_put.h"
#include "base/random.h"

#define COLUMNS "id, a, b, reasons, state, created, decided"

enum { LOOKED_AT = 5000 /* rows for a page */, OPEN = 0, MERGED = 1, DISMISSED = 2, ALL = -1 };

static const char *const STATES[] = {"open", "merged", "dismissed"};

struct suggestion {
    struct str id, reasons;
    uint32_t a, b; // as the contacts are now
    int64_t state, created, decided;
};

static struct suggestion read_row(struct request *r, struct query *query)
{
    struct live *live = app_live(request_app(r));
    struct suggestion s = {.id = query_text(query, 0),
            .a = live_owner(live, (uint32_t)query_int(query, 1)),
            .b = live_owner(live, (uint32_t)query_int(query, 2)),
            .reasons = query_text(query, 3),
            .state = query_int(query, 4),
            .created = query_int(query, 5),
            .decided = query_int(query, 6)};
    // Others may have made one contact of them meanwhile, or taken that back.
    if (s.a == s.b)
        s.state = MERGED;
    else if (s.state == MERGED)
        s.state = OPEN;
    return s;
}

static void put(struct request *r, const struct suggestion *s, struct buf *out)
{
    buf_char(out, '{');
    put_text(out, "id", s->id);
    put_text(out, "state", str_of(STATES[s->state]));
    put_key(out, "contacts");
    buf_char(out, '[');
    person_put(r, s->a, out);
    buf_char(out, ',');
    person_put(r, s->b, out);
    buf_char(out, ']');
    put_raw(out, "reasons", s->reasons);
    put_time(out, "created", s->created);
    put_time(out, "decided", s->state == OPEN ? 0 : s->decided);
    buf_char(out, '}');
}

static bool may_see(const struct request *r, const struct suggestion *s)
{
    return person_visible(r, s->a) && person_visible(r, s->b);
}

struct wanted {
    int64_t state;
    uint32_t contact; // 0: everybody's
    unsigned limit;
};

static bool fits(const struct request *r, const struct wanted *wanted, const struct suggestion *s)
{
    return (wanted->state == ALL || s->state == wanted->state) &&
           (!wanted->contact || s->a == wanted->contact || s->b == wanted->contact) && may_see(r, s);
}

// Puts what fits of the rows before the cursor, newest first. next: where the next page begins; empty:
// nowhere.
static bool put_page(
        struct request *r, const struct wanted *wanted, struct str after, struct str *next, struct err *err)
{
    struct query *query;
    bool row, ok;
    unsigned n = 0, looked = 0;
    struct str last = STR_NONE;
    *next = STR_NONE;
    // A merge, or its end, shows only in the contacts: all but the dismissed ones are asked for open ones.
    const char *sql = wanted->state == DISMISSED
                              ? "SELECT " COLUMNS " FROM merge_suggestion WHERE state = 2 AND id < $1 "
                                "ORDER BY id DESC"
                              : "SELECT " COLUMNS " FROM merge_suggestion WHERE id < $1 ORDER BY id DESC";
    if (!store_ask(data_store(request_data(r)), sql, PARAMS(P_TEXT(after)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct suggestion s = read_row(r, query);
        if (n == wanted->limit || looked++ == LOOKED_AT) {
            *next = last;
            break;
        }
        last = arena_str(r->arena, s.id);
        if (!fits(r, wanted, &s))
            continue;
        put_comma(r->out);
        put(r, &s, r->out);
        n++;
    }
    query_end(query);
    return ok;
}

bool suggestion_list(struct request *r, struct err *err)
{
    struct wanted wanted = {.state = OPEN};
    struct str state = request_query(r, "state"), contact = request_query(r, "contact"),
               after = request_query(r, "after"), next;
    for (int i = 0; i < 3; i++)
        if (str_eq(state, str_of(STATES[i])))
            wanted.state = i;
    if (str_eq(state, STR("all")))
        wanted.state = ALL;
    if (!listing_limit(r, &wanted.limit, err) ||
            (contact.n && !person_of_request(r, contact, &wanted.contact, err)))
        return false;
    if (after.n && !uuid_valid(after))
        return request_problem(r, 400, "after", "is no `next` of a page before");
    buf_put(r->out, STR("{\"items\":["));
    if (!put_page(r, &wanted, after.n ? after : STR("g"), &next, err))
        return false;
    buf_char(r->out, ']');
    put_text(r->out, "next", next);
    buf_char(r->out, '}');
    return true;
}

static bool put_one(struct request *r, struct store *store, struct str id, struct err *err)
{
    struct query *query;
    if (!store_ask_row(store, "SELECT " COLUMNS " FROM merge_suggestion WHERE id = $1", PARAMS(P_TEXT(id)),
                "there is no such suggestion", &query, err))
        return false;
    struct suggestion s = read_row(r, query);
    bool ok = may_see(r, &s) || err_set(err, ERR_NOT_FOUND, "there is no such suggestion");
    if (ok)
        put(r, &s, r->out);
    query_end(query);
    return ok;
}

bool suggestion_get(struct request *r, struct err *err)
{
    return put_one(r, data_store(request_data(r)), request_param(r, "id"), err);
}

static bool decide(struct request *r, int64_t state, const char *action, struct err *err)
{
    struct writing *w;
    struct str id = request_param(r, "id");
    // Whether it is there, and theirs to decide.
    if (!put_one(r, data_store(request_data(r)), id, err))
        return false;
    bool merged = memmem(r->out->p, r->out->n, "\"state\":\"merged\"", 16) != NULL;
    r->out->n = 0;
    if (merged)
        return request_problem(r, 409, NULL, "they are one contact already: undo the merge first");
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = store_do(w->store, "UPDATE merge_suggestion SET state = $2, decided = $3 WHERE id = $1",
                      PARAMS(P_TEXT(id), P_INT(state), state == OPEN ? P_NULL : P_INT(w->now)), err) &&
              put_one(r, w->store, id, err) &&
              audit_write(w, request_principal(r), action, id, STR_NONE, STR_NONE, err);
    return writing_end(w, ok, err);
}

bool suggestion_dismiss(struct request *r, struct err *err)
{
    return decide(r, DISMISSED, "merge_suggestion.dismiss", err);
}

bool suggestion_reopen(struct request *r, struct err *err)
{
    return decide(r, OPEN, "merge_suggestion.reopen", err);
}
