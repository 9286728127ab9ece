#include "app/identity/follow.h"

#include "app/company/company.h"
#include "app/event/log.h"
#include "app/identity/sayings.h"
#include "app/identity/undone.h"
#include "app/person/normal.h"
#include "base/vec.h"

// Rows read before a transaction; and how many of what was found go into one.
enum { READ_ROWS = 50000, FOUND_MAX = 2000 };

enum finding_kind { FOUND_KNOWN /* a new userId */, FOUND_TRAITS, FOUND_ALIAS, FOUND_UNALIAS, FOUND_UNDO };

struct found {
    enum finding_kind kind;
    int64_t row, time, user, other, import;
    struct str message; // of an alias or unalias, as text
    struct sayings said;
    bool group;
};

struct finds {
    struct arena *arena, *scratch;
    VEC(struct found) list;
    int64_t after, upto;     // the rows that were looked at
    int64_t known, known_to; // identifiers up to here were known before, and are now
};

static void finds_free(struct finds *f)
{
    arena_free(f->arena);
    arena_free(f->scratch);
    vec_free(&f->list);
}

static bool take_traits(struct finds *f, const struct log_row *row, struct err *err)
{
    struct found found = {.kind = FOUND_TRAITS,
            .row = row->id,
            .time = row->time,
            .user = row->user,
            .group = row->type->kind == EVENT_GROUP};
    arena_reset(f->scratch);
    if (!sayings_take(row, f->arena, f->scratch, &found.said, err))
        return false;
    vec_push(&f->list, found);
    return true;
}

static bool take_row(void *ctx, const struct log_row *row, struct err *err)
{
    struct finds *f = ctx;
    struct buf message = {0};
    if (f->list.n >= FOUND_MAX)
        return err_set(err, ERR_NONE, "enough for one transaction");
    f->upto = row->id;
    if (row->undo) {
        vec_push(&f->list, (struct found){.kind = FOUND_UNDO, .row = row->id, .import = row->import});
        return true;
    }
    if (row->user > f->known && row->user > f->known_to) {
        f->known_to = row->user;
        vec_push(&f->list,
                (struct found){.kind = FOUND_KNOWN, .row = row->id, .time = row->time, .user = row->user});
    }
    if (row->kind != MESSAGE_EVENT) {
        message_text(row->message, &message);
        vec_push(&f->list, (struct found){.kind = row->kind == MESSAGE_ALIAS ? FOUND_ALIAS : FOUND_UNALIAS,
                                   .row = row->id,
                                   .time = row->time,
                                   .user = row->user,
                                   .other = row->anonymous,
                                   .message = arena_str(f->arena, buf_str(&message))});
        buf_free(&message);
        return true;
    }
    return !sayings_in(row) || take_traits(f, row, err);
}

static bool read_rows(
        struct log *log, int64_t after, int64_t last, int64_t known, struct finds *f, struct err *err)
{
    struct err why = {0};
    *f = (struct finds){.arena = arena_new(),
            .scratch = arena_new(),
            .after = after,
            .upto = after,
            .known = known,
            .known_to = known};
    if (last - after > READ_ROWS)
        last = after + READ_ROWS;
    if (log_scan(log, after, last, false, take_row, f, &why)) {
        f->upto = last; // hidden rows at the end were not visited
        return true;
    }
    if (f->list.n >= FOUND_MAX)
        return true;
    if (err)
        *err = why;
    finds_free(f);
    return false;
}

static bool note_company(struct writing *w, const struct found *f, struct str domain, struct err *err)
{
    double employees = 0;
    struct str site = normal_site_domain(w->arena, f->said.site);
    struct company_hint hint = {.domain = site.n ? site : domain,
            .name = str_trim(f->said.company),
            .industry = f->said.industry,
            .group = f->group};
    if (json_number(f->said.employees, &employees) && employees >= 1 && employees < 1e9)
        hint.employees = (int64_t)employees;
    return company_note(w, f->user, &hint, f->time, err);
}

static bool apply_traits(struct writing *w, const struct found *f, struct err *err)
{
    struct said keys[SAID_KEYS];
    struct str domain;
    unsigned n = sayings_keys(w->arena, &f->said, keys, &domain);
    if (f->group)
        return note_company(w, f, STR_NONE, err);
    for (unsigned i = 0; i < n; i++)
        if (!identity_enter(w, f->user, keys[i].kind, keys[i].value, f->time, err))
            return false;
    return note_company(w, f, domain, err);
}

// Many programs use the address itself as the userId.
static bool apply_known(struct writing *w, const struct found *f, struct err *err)
{
    struct buf name = {0};
    struct str email;
    bool ok = log_contact_name(w->log, f->user, &name, err);
    if (ok && str_find(buf_str(&name), '@') < name.n && normal_email(w->arena, buf_str(&name), &email))
        ok = identity_enter(w, f->user, IDENTITY_EMAIL, email, f->time, err);
    buf_free(&name);
    return ok;
}

static bool apply_alias(struct writing *w, const struct found *f, struct err *err)
{
    int64_t a = f->user < f->other ? f->user : f->other, b = f->user < f->other ? f->other : f->user;
    return store_do(w->store,
                   "INSERT INTO contact_merge (event, message, a, b, at) VALUES ($1, $2, $3, $4, $5) "
                   "ON CONFLICT (event) DO NOTHING",
                   PARAMS(P_INT(f->row), P_TEXT(f->message), P_INT(f->user), P_INT(f->other), P_INT(f->time)),
                   err) &&
           store_do(w->store,
                   "UPDATE merge_suggestion SET state = 1, decided = $3 WHERE a = $1 AND b = $2 AND state = "
                   "0",
                   PARAMS(P_INT(a), P_INT(b), P_INT(w->now)), err);
}

static bool apply(struct writing *w, const struct found *f, struct err *err)
{
    switch (f->kind) {
    case FOUND_KNOWN:
        return apply_known(w, f, err);
    case FOUND_TRAITS:
        return apply_traits(w, f, err);
    case FOUND_ALIAS:
        return apply_alias(w, f, err);
    case FOUND_UNALIAS:
        return !f->message.n ||
               store_do(w->store, "UPDATE contact_merge SET ended = $2 WHERE message = $1 AND ended IS NULL",
                       PARAMS(P_TEXT(f->message), P_INT(f->row)), err);
    case FOUND_UNDO:
        return !f->import || (store_do(w->store,
                                      "UPDATE contact_merge SET ended = $2 WHERE ended IS NULL AND $1 = "
                                      "(SELECT import FROM event WHERE event.id = contact_merge.event)",
                                      PARAMS(P_INT(f->import), P_INT(f->row)), err) &&
                                     (f->import < 0 || undone_note(w, f->row, f->import, err)));
    }
    return true;
}

static bool position(struct store *store, int64_t *ret_upto, int64_t *ret_contacts, struct err *err)
{
    return store_number(store, "SELECT upto FROM identity_position", 0, ret_upto, err) &&
           store_number(store, "SELECT contacts FROM identity_position", 0, ret_contacts, err);
}

static bool apply_all(struct writing *w, const struct finds *f, struct err *err)
{
    int64_t upto, contacts;
    if (!position(w->store, &upto, &contacts, err))
        return false;
    for (size_t i = 0; i < f->list.n; i++)
        if (f->list.v[i].row > upto && !apply(w, &f->list.v[i], err))
            return false;
    return f->upto <= upto ||
           store_do(w->store, "UPDATE identity_position SET upto = $1, contacts = $2",
                   PARAMS(P_INT(f->upto), P_INT(f->known_to > contacts ? f->known_to : contacts)), err);
}

bool identity_catch_up(struct writing *w, int64_t max_rows, bool *ret_whole, struct err *err)
{
    struct log_position now;
    int64_t upto, contacts;
    if (!log_position(w->log, &now, err) || !position(w->store, &upto, &contacts, err))
        return false;
    if (ret_whole)
        *ret_whole = !max_rows || now.last - upto <= max_rows;
    if (max_rows && now.last - upto > max_rows)
        return true;
    while (upto < now.last) {
        struct finds finds;
        if (!read_rows(w->log, upto, now.last, contacts, &finds, err))
            return false;
        bool ok = apply_all(w, &finds, err);
        upto = finds.upto;
        contacts = finds.known_to;
        finds_free(&finds);
        if (!ok)
            return false;
    }
    return true;
}

// The rows are read before the turn to write comes, so that nobody waits for that.
static bool step(struct app *app, struct data *reader, int64_t *ret_upto, struct err *err)
{
    struct finds finds;
    struct writing *w;
    struct log_position now;
    int64_t upto, contacts;
    if (!log_position(data_log(reader), &now, err) || !position(data_store(reader), &upto, &contacts, err) ||
            !read_rows(data_log(reader), upto, now.last, contacts, &finds, err))
        return false;
    *ret_upto = finds.upto;
    bool ok = finds.upto == upto || writing_begin(app, &w, err);
    if (ok && finds.upto != upto) {
        ok = apply_all(w, &finds, err);
        ok = writing_end(w, ok, err);
    }
    finds_free(&finds);
    return ok;
}

static bool follow(struct app *app, struct data *reader, struct err *err)
{
    int64_t upto;
    while (!app_closing(app)) {
        bool busy;
        if (!step(app, reader, &upto, err) || !undone_step(app, reader, &busy, err))
            return false;
        if (!busy)
            app_follow(app, upto, 1000);
    }
    return true;
}

const struct job IDENTITY_JOBS[] = {{"identity", 1, follow}, {0}};
