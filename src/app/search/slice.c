// GET /api/search.
#include "app/search/slice.h"

#include "app/contact/contact.h"
#include "app/search/search.h"
#include "app/standing/live.h"
#include "app/user/principal.h"
#include "base/json_put.h"
#include "base/random.h"

#include <stdlib.h>

enum { LIMIT = 8, LIMIT_MOST = 50 };

struct found {
    uint32_t contact;
    enum search_rank rank;
    struct live_standing standing;
};

static bool visible(void *ctx, uint32_t contact)
{
    return contact_visible(ctx, contact);
}

// By rank, then who was seen last.
static int better(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->rank != y->rank)
        return (int)x->rank - (int)y->rank;
    if (x->standing.last != y->standing.last)
        return x->standing.last > y->standing.last ? -1 : 1;
    return (x->contact > y->contact) - (x->contact < y->contact);
}

static size_t find(struct request *r, struct search *search, struct str query, struct found *ret)
{
    const struct principal *who = request_principal(r);
    struct hit *hits = ARENA_ARRAY(r->arena, struct hit, SEARCH_RANKS * HITS_MOST);
    size_t n = 0, hit = 0;
    pthread_rwlock_rdlock(&search->lock);
    if (search->texts)
        hit = texts_find(search->texts, query, who && who->own_only ? visible : NULL, r, hits);
    pthread_rwlock_unlock(&search->lock);
    for (size_t i = 0; i < hit; i++) {
        ret[n] = (struct found){.contact = hits[i].contact, .rank = hits[i].rank};
        // Who is gone since is left out.
        if (live_standing(
                    app_live(request_app(r)), hits[i].contact, r->arena, &ret[n].standing, &(struct err){0}))
            n++;
    }
    qsort(ret, n, sizeof *ret, better);
    return n;
}

static void put_contact(struct request *r, const struct found *f, const struct columns *c)
{
    char uuid[UUID_SIZE];
    for (uint32_t i = 0; i < c->n_contacts; i++) {
        if (c->owner[i] != f->contact)
            continue;
        put_comma(r->out);
        buf_char(r->out, '{');
        put_text(r->out, "id", contact_uuid(request_app(r), f->contact, uuid));
        put_text(r->out, "name", card_name(r->arena, c, i));
        put_text(r->out, "email", card_trait(c, i, STR("email")));
        put_text(r->out, "company", card_trait(c, i, STR("company")));
        put_text(r->out, "stage", f->standing.stage);
        put_text(r->out, "grade", f->standing.grade);
        buf_char(r->out, '}');
    }
}

static bool put_contacts(struct request *r, const struct found *found, size_t n, struct err *err)
{
    uint32_t *numbers = ARENA_ARRAY(r->arena, uint32_t, n + 1);
    struct columns *columns;
    for (size_t i = 0; i < n; i++)
        numbers[i] = found[i].contact;
    if (!live_history(
                app_live(request_app(r)), request_data(r), numbers, (unsigned)n, INT64_MAX, &columns, err))
        return false;
    for (size_t i = 0; i < n; i++)
        put_contact(r, &found[i], columns);
    columns_free(columns);
    return true;
}

static bool search_all(struct request *r, struct err *err)
{
    struct search *search = app_state(request_app(r), &SEARCH_SLICE);
    const struct principal *who = request_principal(r);
    struct str typed = request_query(r, "q"), limit = request_query(r, "limit"),
               query = search_form(r->arena, typed);
    double most = LIMIT;
    if (limit.n && (!json_number(limit, &most) || most < 1 || most > LIMIT_MOST))
        return request_problem(r, 400, "limit", "a number from 1 to %d is expected", LIMIT_MOST);
    if (!query.n)
        return request_problem(r, 400, "q", "at least %d characters are expected", SEARCH_LEAST);
    struct found *found = ARENA_ARRAY(r->arena, struct found, SEARCH_RANKS * HITS_MOST);
    size_t n = find(r, search, query, found);
    buf_put(r->out, STR("{\"contacts\":["));
    if (!put_contacts(r, found, n > (size_t)most ? (size_t)most : n, err))
        return false;
    buf_put(r->out, STR("],\"companies\":["));
    // A company says how many work there: nothing for who may see only some of them.
    if (!(who && who->own_only) && !search_put_companies(search, r, query, (size_t)most, err))
        return false;
    buf_put(r->out, STR("]}"));
    return true;
}

static bool start(struct app *app, void **ret_state, struct err *err)
{
    struct search *search = mem_zero(1, sizeof *search);
    (void)app, (void)err;
    pthread_rwlock_init(&search->lock, NULL);
    *ret_state = search;
    return true;
}

static void stop(struct app *app, void *state)
{
    struct search *search = state;
    (void)app;
    texts_free(search->texts);
    company_texts_free(search->companies);
    pthread_rwlock_destroy(&search->lock);
    free(search);
}

static const struct member PARAMETERS[] = {
        {"q", "text", "Part of a name, e-mail address, phone number, company or title: 2 characters or more",
                true, 200},
        {"limit", "integer", "At most so many contacts, and so many companies (1 to 50, else 8)", false, 0},
        {0},
};
static const struct member CONTACT_MEMBERS[] = {
        {"id", "text", "The contact's id", true, 0},
        {"name", "text?", "From the traits name, or first_name and last_name", true, 0},
        {"email", "text?", "The trait email", true, 0},
        {"company", "text?", "The trait company", true, 0},
        {"stage", "text", "The current stage, or none", true, 0},
        {"grade", "text", "The grade, or none", true, 0},
        {0},
};
static const struct member COMPANY_MEMBERS[] = {
        {"id", "text", "The company's id", true, 0},
        {"name", "text", "What it is called", true, 0},
        {"domain", "text?", "Its mail domain", true, 0},
        {"contacts", "integer", "How many contacts work there", true, 0},
        {0},
};
static const struct member MEMBERS[] = {
        {"contacts", "[FoundContact]",
                "Best first: names that begin so, words that do, then what has it inside", true, 0},
        {"companies", "[FoundCompany]", "Best first, then those with most contacts", true, 0},
        {0},
};
static const struct schema SCHEMAS[] = {
        {"Found", "What was found", MEMBERS, false},
        {"FoundContact", "A contact that was found", CONTACT_MEMBERS, false},
        {"FoundCompany", "A company that was found", COMPANY_MEMBERS, false},
        {0},
};

static const struct route ROUTES[] = {
        {.method = "GET",
                .path = "/api/search",
                .summary = "Contacts and companies by any part of what they are called",
                .right = "contact.read",
                .query = PARAMETERS,
                .answer = "Found",
                .handle = search_all},
        {0},
};

static const struct routes SEARCH_ROUTES = {"Search", ROUTES, SCHEMAS};

static const struct job JOBS[] = {
        {"search", 1, search_follow}, {"search-companies", 5, search_read_companies}, {0}};

const struct slice SEARCH_SLICE = {
        .name = "search",
        .routes = &SEARCH_ROUTES,
        .jobs = JOBS,
        .start = start,
        .stop = stop,
        .erase = search_erase,
};
