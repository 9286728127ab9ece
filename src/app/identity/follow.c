#include "app/identity/follow.h"

#include "app/company/company.h"
#include "app/event/log.h"
#include "app/person/normal.h"
#include "base/vec.h"

// Rows read before a transaction; and how many of what was found go into one.
enum { READ_ROWS = 50000, FOUND_MAX = 2000 };

enum finding_kind { FOUND_KNOWN /* a new userId */, FOUND_TRAITS, FOUND_ALIAS, FOUND_UNALIAS, FOUND_UNDO };

struct sayings {
    struct str email, phone, mobile, profile, external, name, first_name, last_name;
    struct str company, industry, site, employees;
};

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

static void take_trait(struct finds *f, struct sayings *said, const struct field *trait)
{
    static const struct {
        const char *key;
        size_t at;
    } PLACES[] = {
            {"email", offsetof(struct sayings, email)},
            {"phone", offsetof(struct sayings, phone)},
            {"mobile_phone", offsetof(struct sayings, mobile)},
            {"mobile", offsetof(struct sayings, mobile)},
            {"linkedin_url", offsetof(struct sayings, profile)},
            {"linkedin", offsetof(struct sayings, profile)},
            {"profile_url", offsetof(struct sayings, profile)},
            {"external_id", offsetof(struct sayings, external)},
            {"name", offsetof(struct sayings, name)},
            {"first_name", offsetof(struct sayings, first_name)},
            {"last_name", offsetof(struct sayings, last_name)},
            {"company", offsetof(struct sayings, company)},
            {"industry", offsetof(struct sayings, industry)},
            {"website", offsetof(struct sayings, site)},
            {"company_domain", offsetof(struct sayings, site)},
            {"domain", offsetof(struct sayings, site)},
            {"employees", offsetof(struct sayings, employees)},
    };
    bool text = trait->value.kind == JSON_STRING || trait->value.kind == JSON_NUMBER;
    if (!text || !trait->value.text.n || trait->value.text.n > NORMAL_MAX)
        return;
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++)
        if (str_eq(trait->key, str_of(PLACES[i].key)))
            *(struct str *)(void *)((char *)said + PLACES[i].at) = arena_str(f->arena, trait->value.text);
}

static bool take_traits(struct finds *f, const struct log_row *row, struct err *err)
{
    struct message m;
    struct found found = {.kind = FOUND_TRAITS,
            .row = row->id,
            .time = row->time,
            .user = row->user,
            .group = row->type->kind == EVENT_GROUP};
    arena_reset(f->scratch);
    if (!message_of_row(f->scratch, row, &m, err))
        return false;
    for (unsigned i = 0; i < m.n_traits; i++)
        take_trait(f, &found.said, &m.traits[i]);
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
    // Only of people who are known: what an unknown visitor says they are called decides nothing.
    if (!row->user)
        return true;
    return row->type->kind == EVENT_TRACK || !row->body.n || take_traits(f, row, err);
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

static bool enter(struct writing *w, const struct found *f, enum identity_kind kind, bool is,
        struct str value, struct err *err)
{
    return !is || identity_enter(w, f->user, kind, value, f->time, err);
}

static struct str whole_name(struct arena *arena, const struct sayings *s)
{
    if (s->name.n || !s->first_name.n || !s->last_name.n)
        return s->name;
    return arena_printf(arena, "%.*s %.*s", STR_ARG(s->first_name), STR_ARG(s->last_name));
}

// A name alone says little: it counts together with the domain of the company.
static bool enter_name(struct writing *w, const struct found *f, struct str domain, struct err *err)
{
    struct str name;
    if (!domain.n || !normal_name(w->arena, whole_name(w->arena, &f->said), &name) ||
            str_find(name, ' ') == name.n)
        return true;
    return identity_enter(w, f->user, IDENTITY_NAME,
            arena_printf(w->arena, "%.*s @ %.*s", STR_ARG(name), STR_ARG(domain)), f->time, err);
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
    struct str email, phone, mobile, profile, external, domain = STR_NONE;
    const struct sayings *s = &f->said;
    bool has_email = normal_email(w->arena, s->email, &email);
    if (f->group)
        return note_company(w, f, STR_NONE, err);
    if (has_email)
        domain = normal_company_domain(w->arena, email);
    bool ok = enter(w, f, IDENTITY_EXTERNAL, normal_external(w->arena, s->external, &external), external,
                      err) &&
              enter(w, f, IDENTITY_EMAIL, has_email, email, err) &&
              enter(w, f, IDENTITY_PROFILE, normal_profile(w->arena, s->profile, &profile), profile, err) &&
              enter(w, f, IDENTITY_PHONE, normal_phone(w->arena, s->phone, &phone), phone, err) &&
              enter(w, f, IDENTITY_PHONE, normal_phone(w->arena, s->mobile, &mobile), mobile, err);
    return ok && enter_name(w, f, domain, err) && note_company(w, f, domain, err);
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
        return !f->import || store_do(w->store,
                                     "UPDATE contact_merge SET ended = $2 WHERE ended IS NULL AND $1 = "
                                     "(SELECT import FROM event WHERE event.id = contact_merge.event)",
                                     PARAMS(P_INT(f->import), P_INT(f->row)), err);
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
        if (!step(app, reader, &upto, err))
            return false;
        app_follow(app, upto, 1000);
    }
    return true;
}

const struct job IDENTITY_JOBS[] = {{"identity", 1, follow}, {0}};
