#include "app/form/store.h"

static const char *const VERSIONS[] = {
        // form.version counts the changes; a deleted form's versions and submissions stay.
        // state of a submission: accepted, pending, confirmed, suspect, spam. address, content, token: hashes
        // (who sent, what, with which form page).
        "CREATE TABLE form(id TEXT NOT NULL, slug TEXT NOT NULL, name TEXT NOT NULL, version {int} NOT NULL,"
        " published {int} NOT NULL, created {int} NOT NULL, updated {int} NOT NULL, PRIMARY KEY (id)) "
        "{keyed};"
        "CREATE UNIQUE INDEX form_slug ON form(slug);"
        "CREATE TABLE form_version(form TEXT NOT NULL, version {int} NOT NULL, definition TEXT NOT NULL,"
        " created {int} NOT NULL, PRIMARY KEY (form, version)) {keyed};"
        "CREATE TABLE form_submission(id TEXT NOT NULL, form TEXT NOT NULL, version {int} NOT NULL,"
        " state TEXT NOT NULL, time {int} NOT NULL, confirmed {int}, user_id TEXT, visitor TEXT,"
        " answers TEXT NOT NULL, context TEXT NOT NULL, points {int} NOT NULL, reasons TEXT NOT NULL,"
        " address {bytes} NOT NULL, content {bytes} NOT NULL, token {bytes}, PRIMARY KEY (id)) {keyed};"
        "CREATE INDEX form_submission_form ON form_submission(form, time);"
        "CREATE INDEX form_submission_address ON form_submission(address, time);"
        "CREATE INDEX form_submission_content ON form_submission(content, time);"
        "CREATE INDEX form_submission_token ON form_submission(token);"
        "CREATE INDEX form_submission_user ON form_submission(user_id);"
        "CREATE INDEX form_submission_visitor ON form_submission(visitor);"
        "CREATE TABLE form_day(form TEXT NOT NULL, day {int} NOT NULL, views {int} NOT NULL,"
        " starts {int} NOT NULL, PRIMARY KEY (form, day)) {keyed};"
        "CREATE TABLE form_secret(id {int} NOT NULL, secret {bytes} NOT NULL, PRIMARY KEY (id)) {keyed};",
        // The mails that ask to confirm. address: hash of the form that addresses are compared by.
        "CREATE TABLE form_letter(id {id}, submission TEXT NOT NULL, address {int} NOT NULL, time {int} NOT "
        "NULL) {rows};"
        "CREATE INDEX form_letter_address ON form_letter (address, time);"
        "CREATE INDEX form_letter_submission ON form_letter (submission);",
};

const struct migration FORM_MIGRATION = {"form", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

static struct form form_of_row(struct arena *arena, struct query *query)
{
    return (struct form){.id = arena_str(arena, query_text(query, 0)),
            .slug = arena_str(arena, query_text(query, 1)),
            .name = arena_str(arena, query_text(query, 2)),
            .version = query_int(query, 3),
            .published = query_int(query, 4) != 0,
            .created = query_int(query, 5),
            .updated = query_int(query, 6),
            .definition = arena_str(arena, query_text(query, 7))};
}

static bool find_by(struct store *store, const char *sql, struct arena *arena, struct str key,
        bool *ret_found, struct form *ret, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(store, sql, &query, err))
        return false;
    query_bind_text(query, 1, key);
    bool ok = query_step(query, &row, err);
    if (ok && row)
        *ret = form_of_row(arena, query);
    if (ok)
        *ret_found = row;
    query_end(query);
    return ok;
}

bool form_find(
        struct store *store, struct arena *arena, struct str id_or_slug, struct form *ret, struct err *err)
{
    bool found = false;
    if (!find_by(store,
                "SELECT f.id, f.slug, f.name, f.version, f.published, f.created, f.updated, v.definition"
                " FROM form f JOIN form_version v ON v.form = f.id AND v.version = f.version WHERE f.slug = "
                "$1",
                arena, id_or_slug, &found, ret, err))
        return false;
    if (!found && !find_by(store,
                          "SELECT f.id, f.slug, f.name, f.version, f.published, f.created, f.updated,"
                          " v.definition FROM form f JOIN form_version v ON v.form = f.id"
                          " AND v.version = f.version WHERE f.id = $1",
                          arena, id_or_slug, &found, ret, err))
        return false;
    return found || err_set(err, ERR_NOT_FOUND, "there is no such form");
}

bool form_at_version(struct store *store, struct arena *arena, struct str id, int64_t version,
        struct str *ret_definition, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(
                store, "SELECT definition FROM form_version WHERE form = $1 AND version = $2", &query, err))
        return false;
    query_bind_text(query, 1, id);
    query_bind_int(query, 2, version);
    bool ok = query_step(query, &row, err);
    if (ok && !row)
        ok = err_set(err, ERR_NOT_FOUND, "the form has no such version");
    if (ok)
        *ret_definition = arena_str(arena, query_text(query, 0));
    query_end(query);
    return ok;
}

bool form_each(struct store *store, struct arena *arena, void (*visit)(void *ctx, const struct form *form),
        void *ctx, struct err *err)
{
    struct query *query;
    bool row, ok;
    if (!store_query(store,
                "SELECT f.id, f.slug, f.name, f.version, f.published, f.created, f.updated, v.definition"
                " FROM form f JOIN form_version v ON v.form = f.id AND v.version = f.version ORDER BY f.id",
                &query, err))
        return false;
    while ((ok = query_step(query, &row, err)) && row) {
        struct form form = form_of_row(arena, query);
        visit(ctx, &form);
    }
    query_end(query);
    return ok;
}

static bool put_version(struct store *store, const struct form *form, struct err *err)
{
    struct query *query;
    if (!store_query(store,
                "INSERT INTO form_version (form, version, definition, created) VALUES ($1, $2, $3, $4)",
                &query, err))
        return false;
    query_bind_text(query, 1, form->id);
    query_bind_int(query, 2, form->version);
    query_bind_text(query, 3, form->definition);
    query_bind_int(query, 4, form->updated);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

bool form_put(struct store *store, const struct form *form, struct err *err)
{
    struct query *query;
    if (!store_query(store,
                "INSERT INTO form (id, slug, name, version, published, created, updated)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET slug = excluded.slug,"
                " name = excluded.name, version = excluded.version, published = excluded.published,"
                " updated = excluded.updated",
                &query, err))
        return false;
    query_bind_text(query, 1, form->id);
    query_bind_text(query, 2, form->slug);
    query_bind_text(query, 3, form->name);
    query_bind_int(query, 4, form->version);
    query_bind_int(query, 5, form->published);
    query_bind_int(query, 6, form->created);
    query_bind_int(query, 7, form->updated);
    bool ok = query_run(query, err);
    query_end(query);
    return ok && put_version(store, form, err);
}

bool form_remove(struct store *store, struct str id, struct err *err)
{
    struct query *query;
    if (!store_query(store, "DELETE FROM form WHERE id = $1", &query, err))
        return false;
    query_bind_text(query, 1, id);
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}

bool form_def_of(struct arena *arena, struct str definition, struct form_def *ret, struct err *err)
{
    struct json *json;
    struct problems *problems = problems_new(arena);
    if (!json_parse(arena, definition, &json, err))
        return false;
    return form_def_read(arena, json, ret, problems) ||
           err_set(err, ERR_CORRUPT, "a stored form cannot be read: %.*s %.*s",
                   STR_ARG(problems->list[0].field), STR_ARG(problems->list[0].message));
}

bool form_secret(struct store *store, uint8_t ret[TOKEN_SECRET], bool *ret_there, struct err *err)
{
    struct query *query;
    bool row;
    if (!store_query(store, "SELECT secret FROM form_secret WHERE id = 1", &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok && row) {
        struct str secret = query_blob(query, 0);
        if (secret.n == TOKEN_SECRET)
            memcpy(ret, secret.p, TOKEN_SECRET);
        else
            ok = err_set(err, ERR_CORRUPT, "the secret of the forms is damaged");
    }
    if (ok)
        *ret_there = row;
    query_end(query);
    return ok;
}

bool form_secret_put(struct store *store, const uint8_t secret[TOKEN_SECRET], struct err *err)
{
    struct query *query;
    if (!store_query(store, "INSERT INTO form_secret (id, secret) VALUES (1, $1) ON CONFLICT (id) DO NOTHING",
                &query, err))
        return false;
    query_bind_blob(query, 1, (struct str){(const char *)secret, TOKEN_SECRET});
    bool ok = query_run(query, err);
    query_end(query);
    return ok;
}
