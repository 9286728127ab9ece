// Companies: new ones are read every few seconds, all of them now and then, for those that were renamed. What
// is shown is read from the database.
#include "app/company/company.h"
#include "app/search/search.h"
#include "app/search/slice.h"
#include "base/json_put.h"
#include "base/random.h"
#include "base/vec.h"

#include <stdlib.h>

enum { ALL_EVERY = 12 /* rounds of the job */ };

struct company_id {
    char text[UUID_SIZE];
};

struct company_texts {
    struct texts *texts;
    VEC(struct company_id) ids; // by number in texts
};

void company_texts_free(struct company_texts *companies)
{
    if (!companies)
        return;
    texts_free(companies->texts);
    vec_free(&companies->ids);
    free(companies);
}

struct taking {
    struct company_texts *into;
    struct arena *arena;
};

static void take(void *ctx, const struct company_found *company)
{
    struct taking *t = ctx;
    struct company_id id = {{0}};
    if (company->id.n >= sizeof id.text)
        return;
    memcpy(id.text, company->id.p, company->id.n);
    texts_put(t->into->texts, t->arena, (uint32_t)t->into->ids.n,
            &(struct search_fields){.name = company->name, .email = company->domain});
    vec_push(&t->into->ids, id);
    arena_reset(t->arena);
}

static bool read_new(struct search *search, struct data *reader, struct err *err)
{
    struct company_texts *companies = search->companies;
    size_t n = companies->ids.n;
    struct taking t = {companies, arena_new()};
    struct buf last = {0};
    if (n)
        buf_put(&last, str_of(companies->ids.v[n - 1].text));
    pthread_rwlock_wrlock(&search->lock);
    bool ok = company_each(data_store(reader), buf_str(&last), take, &t, err);
    pthread_rwlock_unlock(&search->lock);
    buf_free(&last);
    arena_free(t.arena);
    return ok;
}

bool search_read_companies(struct app *app, struct data *reader, struct err *err)
{
    struct search *search = app_state(app, &SEARCH_SLICE);
    if (search->companies && search->round++ % ALL_EVERY)
        return read_new(search, reader, err);
    struct company_texts *companies = mem_zero(1, sizeof *companies), *old;
    companies->texts = texts_new();
    struct taking t = {companies, arena_new()};
    bool ok = company_each(data_store(reader), STR(""), take, &t, err);
    arena_free(t.arena);
    if (!ok) {
        company_texts_free(companies);
        return false;
    }
    pthread_rwlock_wrlock(&search->lock);
    old = search->companies;
    search->companies = companies;
    pthread_rwlock_unlock(&search->lock);
    company_texts_free(old);
    return true;
}

struct candidate {
    enum search_rank rank;
    struct company_found company;
};

static int better(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->rank != y->rank)
        return (int)x->rank - (int)y->rank;
    if (x->company.contacts != y->company.contacts)
        return x->company.contacts > y->company.contacts ? -1 : 1;
    return str_cmp(x->company.id, y->company.id);
}

static void put(struct buf *out, const struct company_found *company)
{
    put_comma(out);
    buf_char(out, '{');
    put_text(out, "id", company->id);
    put_text(out, "name", company->name);
    put_text(out, "domain", company->domain.n ? company->domain : STR_NONE);
    put_int(out, "contacts", company->contacts);
    buf_char(out, '}');
}

bool search_put_companies(
        struct search *search, struct request *r, struct str query, size_t most, struct err *err)
{
    struct hit *hits = ARENA_ARRAY(r->arena, struct hit, SEARCH_RANKS * HITS_MOST);
    struct str *ids = ARENA_ARRAY(r->arena, struct str, SEARCH_RANKS * HITS_MOST);
    struct candidate *places = ARENA_ARRAY(r->arena, struct candidate, SEARCH_RANKS * HITS_MOST);
    size_t hit = 0, n = 0;
    bool ok = true, there;
    pthread_rwlock_rdlock(&search->lock);
    if (search->companies)
        hit = texts_find(search->companies->texts, query, NULL, NULL, hits);
    for (size_t i = 0; i < hit; i++)
        ids[i] = arena_str(r->arena, str_of(search->companies->ids.v[hits[i].contact].text));
    pthread_rwlock_unlock(&search->lock);
    // Ranks come in order: those that cannot be shown any more are not read.
    for (size_t i = 0; ok && i < hit && (n < most || hits[i].rank == places[n - 1].rank); i++) {
        places[n].rank = hits[i].rank;
        ok = company_find(data_store(request_data(r)), r->arena, ids[i], &places[n].company, &there, err);
        n += ok && there;
    }
    if (n)
        qsort(places, n, sizeof *places, better);
    for (size_t i = 0; ok && i < n && i < most; i++)
        put(r->out, &places[i].company);
    return ok;
}
