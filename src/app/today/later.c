// What somebody has put aside for a while.
#include "app/contact/contact.h"
#include "app/record/record.h"
#include "app/tell.h"
#include "app/today/today.h"
#include "app/user/principal.h"
#include "base/datetime.h"
#include "base/json_put.h"
#include "base/random.h"
#include "store/ask.h"

#include <stdlib.h>

static const char *const VERSIONS[] = {
        // by_whom: a user's or key's id. kind: enum today_kind.
        "CREATE TABLE today_later(id TEXT NOT NULL, contact {int} NOT NULL, kind {int} NOT NULL,"
        " by_whom TEXT NOT NULL, created {int} NOT NULL, until {int} NOT NULL, PRIMARY KEY (id)) {keyed};"
        "CREATE INDEX today_later_by ON today_later (by_whom, until);"
        "CREATE INDEX today_later_contact ON today_later (contact);",
};

const struct migration TODAY_MIGRATION = {"today", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

static int by_contact(const void *a, const void *b)
{
    const struct aside *x = a, *y = b;
    return (x->contact > y->contact) - (x->contact < y->contact);
}

bool asides_read(struct store *store, struct str by, int64_t now, aside_list *ret, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_ask(store,
                "SELECT contact, kind, created, until FROM today_later WHERE by_whom = $1 AND until > $2",
                PARAMS(P_TEXT(by), P_INT(now)), &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row)
        vec_push(ret, (struct aside){.contact = (uint32_t)query_int(query, 0),
                              .kind = (enum today_kind)query_int(query, 1),
                              .created = query_int(query, 2),
                              .until = query_int(query, 3)});
    query_end(query);
    if (ret->n)
        qsort(ret->v, ret->n, sizeof *ret->v, by_contact);
    return ok;
}

bool aside_has(const aside_list *list, uint32_t contact, enum today_kind kind, int64_t since)
{
    size_t low = 0, high = list->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->v[middle].contact < contact)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < list->n && list->v[low].contact == contact; low++)
        if (list->v[low].kind == kind && since <= list->v[low].created)
            return true;
    return false;
}

static enum today_kind kind_of(struct str name)
{
    unsigned kind = 0;
    while (kind < TODAY_KINDS - 1 && !str_eq(name, str_of(TODAY_NAMES[kind])))
        kind++;
    return (enum today_kind)kind;
}

static bool end(struct writing *w, bool ok, struct err *err)
{
    if (ok)
        return writing_commit(w, err);
    writing_abort(w);
    return false;
}

bool today_later(struct request *r, struct err *err)
{
    struct writing *w;
    char id[UUID_SIZE];
    uint32_t contact;
    int64_t until;
    if (!datetime_parse(json_get_str(r->json, STR("until")), &until) || until <= r->now)
        return request_problem(
                r, 400, "until", "It must be a time in the future, such as 2026-03-01T10:00:00Z");
    if (!record_contact(r, json_get_str(r->json, STR("contact")), &contact, err))
        return err->code == ERR_NOT_FOUND ? request_problem(r, 400, "contact", "There is no such contact")
                                          : false;
    int64_t kind = kind_of(json_get_str(r->json, STR("kind")));
    struct str by = request_principal(r)->id;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    struct str new_id = uuid_v7(app_now_ms(request_app(r)), id);
    // One for each: the last word counts. What is over goes, too.
    bool ok = store_do(w->store,
                      "DELETE FROM today_later WHERE by_whom = $1 AND (until <= $2 OR (contact = $3 AND kind "
                      "= $4))",
                      PARAMS(P_TEXT(by), P_INT(r->now), P_INT(contact), P_INT(kind)), err) &&
              store_do(w->store,
                      "INSERT INTO today_later (id, contact, kind, by_whom, created, until)"
                      " VALUES ($1, $2, $3, $4, $5, $6)",
                      PARAMS(P_TEXT(new_id), P_INT(contact), P_INT(kind), P_TEXT(by), P_INT(w->now),
                              P_INT(until)),
                      err);
    if (!end(w, ok, err))
        return false;
    buf_char(r->out, '{');
    put_text(r->out, "id", new_id);
    buf_char(r->out, '}');
    return true;
}

bool today_sooner(struct request *r, struct err *err)
{
    struct writing *w;
    int64_t there = 0;
    struct str id = request_param(r, "id"), by = request_principal(r)->id;
    if (!writing_begin(request_app(r), &w, err))
        return false;
    bool ok = store_ask_number(w->store, "SELECT count(*) FROM today_later WHERE id = $1 AND by_whom = $2",
                      PARAMS(P_TEXT(id), P_TEXT(by)), 0, &there, err) &&
              (there || err_set(err, ERR_NOT_FOUND, "you have put nothing of this id aside")) &&
              store_do(w->store, "DELETE FROM today_later WHERE id = $1", PARAMS(P_TEXT(id)), err);
    return end(w, ok, err);
}

bool today_erase(struct writing *w, const char *folder, const struct person *who, struct err *err)
{
    (void)folder;
    return erase_rows(w, who, "DELETE FROM today_later WHERE contact = $1", err);
}
