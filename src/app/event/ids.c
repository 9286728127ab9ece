#include "app/event/ids.h"

#include <stdlib.h>

enum { KNOWN_MAX = 2000000 /* then the memory is given back */, FRESH_IN_BULK = 1 << 16 };
#define CONTACTS_MAX 4000000000

void ids_init(struct ids *ids, struct store *store)
{
    *ids = (struct ids){.store = store, .known = map_new(), .last = -1, .upto = -1};
}

void ids_free(struct ids *ids)
{
    map_free(ids->known);
    vec_free(&ids->contact_of);
    vec_free(&ids->fresh);
}

static void clear(struct ids *ids)
{
    map_free(ids->known);
    ids->known = map_new();
    ids->contact_of.n = ids->fresh.n = 0;
}

void ids_forget(struct ids *ids)
{
    clear(ids);
    ids->last = ids->upto = -1;
}

void ids_end(struct ids *ids)
{
    query_end(ids->find);
    ids->find = NULL;
}

static void know(struct ids *ids, struct str id, int64_t contact, bool fresh)
{
    uint32_t number = map_intern(ids->known, id);
    if (number < ids->contact_of.n)
        return;
    vec_push(&ids->contact_of, (uint32_t)contact);
    if (fresh)
        vec_push(&ids->fresh, number);
}

static bool read_fresh(struct ids *ids, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_query(ids->store, "SELECT id, name FROM contact WHERE id > $1 ORDER BY id", &query, err))
        return false;
    query_bind_int(query, 1, ids->upto);
    while ((ok = query_step(query, &row, err)) && row)
        know(ids, query_text(query, 1), query_int(query, 0), true);
    query_end(query);
    return ok;
}

bool ids_begin(struct ids *ids, struct err *err)
{
    int64_t last, upto;
    if (!store_number(ids->store, "SELECT max(id) FROM contact", 0, &last, err) ||
            !store_number(ids->store, "SELECT max(upto) FROM identified", 0, &upto, err) ||
            !store_query(ids->store, "SELECT contact FROM identity WHERE value = $1", &ids->find, err))
        return false;
    if (last == ids->last && upto == ids->upto)
        return true;
    clear(ids);
    ids->last = last;
    ids->upto = upto;
    return last == upto || read_fresh(ids, err);
}

static bool look_up(struct query *query, struct str id, int64_t *ret, struct err *err)
{
    bool row;
    query_bind_text(query, 1, id);
    bool ok = query_step(query, &row, err);
    if (ok)
        *ret = row ? query_int(query, 0) : 0;
    query_again(query);
    return ok;
}

static bool make(struct ids *ids, struct str id, int64_t *ret, struct err *err)
{
    struct query *query;
    if (ids->last >= CONTACTS_MAX)
        return err_set(err, ERR_LIMIT, "there are over 4 billion identifiers");
    if (!store_query(ids->store, "INSERT INTO contact (id, name) VALUES ($1, $2)", &query, err))
        return false;
    query_bind_int(query, 1, ids->last + 1);
    query_bind_text(query, 2, id);
    bool ok = query_run(query, err);
    query_end(query);
    if (!ok)
        return false;
    *ret = ++ids->last;
    ids->made++;
    return true;
}

bool ids_number(struct ids *ids, struct str id, int64_t *ret, struct err *err)
{
    uint32_t number = map_get(ids->known, id);
    if (number != MAP_NONE) {
        *ret = ids->contact_of.v[number];
        return true;
    }
    int64_t contact;
    if (!look_up(ids->find, id, &contact, err))
        return false;
    bool fresh = !contact;
    if (fresh && !make(ids, id, &contact, err))
        return false;
    know(ids, id, contact, fresh);
    *ret = contact;
    return true;
}

struct entry {
    struct str value;
    uint32_t contact;
};

static int by_value(const void *a, const void *b)
{
    return str_cmp(((const struct entry *)a)->value, ((const struct entry *)b)->value);
}

// In the order of the index, so that each of its pages is changed once.
static bool index_fresh(struct ids *ids, struct err *err)
{
    struct query *query;
    if (!store_query(ids->store, "INSERT INTO identity (value, contact) VALUES ($1, $2)", &query, err))
        return false;
    struct entry *entries = mem_alloc(ids->fresh.n * sizeof *entries);
    for (size_t i = 0; i < ids->fresh.n; i++) {
        uint32_t number = ids->fresh.v[i];
        entries[i] = (struct entry){map_key(ids->known, number), ids->contact_of.v[number]};
    }
    qsort(entries, ids->fresh.n, sizeof *entries, by_value);
    bool ok = true;
    for (size_t i = 0; ok && i < ids->fresh.n; i++) {
        query_bind_text(query, 1, entries[i].value);
        query_bind_int(query, 2, entries[i].contact);
        ok = query_run(query, err);
    }
    query_end(query);
    free(entries);
    return ok;
}

static bool move_mark(struct ids *ids, struct err *err)
{
    struct query *query;
    if (!store_query(ids->store, "UPDATE identified SET upto = $1", &query, err))
        return false;
    query_bind_int(query, 1, ids->last);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

bool ids_settle(struct ids *ids, struct err *err)
{
    bool due = ids->fresh.n >= (ids->bulk ? FRESH_IN_BULK : 1);
    if (due) {
        if (!index_fresh(ids, err) || !move_mark(ids, err))
            return false;
        ids->fresh.n = 0;
        ids->upto = ids->last;
    }
    if (map_count(ids->known) > KNOWN_MAX && !ids->fresh.n)
        clear(ids);
    return true;
}

static bool change_name(struct ids *ids, const char *sql, int64_t contact, struct str name, struct err *err)
{
    struct query *query;
    if (!store_query(ids->store, sql, &query, err))
        return false;
    query_bind_int(query, 1, contact);
    query_bind_text(query, 2, name);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

bool ids_rename(struct ids *ids, int64_t contact, struct str name, struct err *err)
{
    // All names in the index first: it must not get the old one later.
    bool bulk = ids->bulk;
    ids->bulk = false;
    bool ok = ids_settle(ids, err);
    ids->bulk = bulk;
    ok = ok &&
         change_name(ids,
                 "DELETE FROM identity WHERE value = (SELECT name FROM contact WHERE id = $1) AND value <> "
                 "$2",
                 contact, name, err) &&
         change_name(ids, "UPDATE contact SET name = $2 WHERE id = $1", contact, name, err) &&
         change_name(ids, "INSERT INTO identity (contact, value) VALUES ($1, $2)", contact, name, err);
    clear(ids);
    return ok;
}

bool ids_find(struct ids *ids, struct str id, int64_t *ret, struct err *err)
{
    static const char *const SQL[] = {"SELECT contact FROM identity WHERE value = $1",
            "SELECT max(id) FROM contact WHERE id > (SELECT max(upto) FROM identified) AND name = $1"};
    int64_t contact = 0;
    for (size_t i = 0; !contact && i < sizeof SQL / sizeof *SQL; i++) {
        struct query *query;
        if (!store_query(ids->store, SQL[i], &query, err))
            return false;
        bool ok = look_up(query, id, &contact, err);
        query_end(query);
        if (!ok)
            return false;
    }
    *ret = contact;
    return true;
}
