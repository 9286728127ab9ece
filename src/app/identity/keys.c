#include "app/identity/keys.h"

#include "base/random.h"
#include "base/vec.h"

static const char *const VERSIONS[] = {
        // identity_key: who had a key first; identity_also: who else has it. contact: an identifier's number.
        "CREATE TABLE identity_key(kind {int} NOT NULL, value TEXT NOT NULL, contact {int} NOT NULL,"
        " seen {int} NOT NULL, PRIMARY KEY (kind, value)) {keyed};"
        "CREATE INDEX identity_key_contact ON identity_key (contact);"
        "CREATE TABLE identity_also(kind {int} NOT NULL, value TEXT NOT NULL, contact {int} NOT NULL,"
        " seen {int} NOT NULL, PRIMARY KEY (kind, value, contact)) {keyed};"
        "CREATE INDEX identity_also_contact ON identity_also (contact);"
        // The rows of the log up to `upto` and the identifiers up to `contacts` are worked in.
        "CREATE TABLE identity_position(one {int} NOT NULL, upto {int} NOT NULL, contacts {int} NOT NULL,"
        " PRIMARY KEY (one)) {keyed};"
        "INSERT INTO identity_position (one, upto, contacts) VALUES (1, 0, 0);"
        // a < b. state: 0 open, 1 merged, 2 dismissed. reasons: [{\"kind\",\"value\"}].
        "CREATE TABLE merge_suggestion(id TEXT NOT NULL, a {int} NOT NULL, b {int} NOT NULL,"
        " reasons TEXT NOT NULL, state {int} NOT NULL, created {int} NOT NULL, decided {int},"
        " PRIMARY KEY (id)) {keyed};"
        "CREATE UNIQUE INDEX merge_suggestion_pair ON merge_suggestion (a, b);"
        "CREATE INDEX merge_suggestion_other ON merge_suggestion (b);"
        "CREATE INDEX merge_suggestion_state ON merge_suggestion (state, id);"
        // The aliases of the log: user and previous are identifiers' numbers. message: the messageId, by
        // which it can be ended; ended: the row that did.
        "CREATE TABLE contact_merge(event {int} NOT NULL, message TEXT NOT NULL, a {int} NOT NULL,"
        " b {int} NOT NULL, at {int} NOT NULL, by TEXT, ended {int}, PRIMARY KEY (event)) {keyed};"
        "CREATE INDEX contact_merge_a ON contact_merge (a);"
        "CREATE INDEX contact_merge_b ON contact_merge (b);"
        "CREATE INDEX contact_merge_message ON contact_merge (message);",
        // Undone imports whose keys are still to be taken back, by the record that says so; upto: the rows up
        // to here are done.
        "CREATE TABLE identity_undone(event {int} NOT NULL, import {int} NOT NULL, upto {int} NOT NULL,"
        " PRIMARY KEY (event)) {keyed};"
        "INSERT INTO identity_undone (event, import, upto) SELECT event, import, 0 FROM hidden WHERE import >"
        " 0;",
};

const struct migration IDENTITY_MIGRATION = {"identity", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

// A number that more contacts than this share is a switchboard's, and says nothing about who is who.
enum { SHARED_MAX = 4, REASONS_MAX = 8, MERGED_MAX = 64 };

const char *identity_kind_word(enum identity_kind kind)
{
    static const char *const WORDS[] = {[IDENTITY_EXTERNAL] = "external",
            [IDENTITY_EMAIL] = "email",
            [IDENTITY_PROFILE] = "profile",
            [IDENTITY_PHONE] = "phone",
            [IDENTITY_NAME] = "name"};
    return WORDS[kind];
}

bool identity_holder(
        struct store *store, enum identity_kind kind, struct str value, int64_t *ret, struct err *err)
{
    return store_ask_number(store, "SELECT contact FROM identity_key WHERE kind = $1 AND value = $2",
            PARAMS(P_INT(kind), P_TEXT(value)), 0, ret, err);
}

// Whether aliases, directly or over others, make one contact of the two.
static bool are_merged(struct store *store, int64_t one, int64_t other, bool *ret, struct err *err)
{
    int64_t met[MERGED_MAX] = {one};
    size_t n = 1;
    bool found = false;
    for (size_t i = 0; i < n && !found; i++) {
        struct query *query;
        bool row, ok;
        if (!store_ask(store,
                    "SELECT b FROM contact_merge WHERE a = $1 AND ended IS NULL "
                    "UNION SELECT a FROM contact_merge WHERE b = $1 AND ended IS NULL",
                    PARAMS(P_INT(met[i])), &query, err))
            return false;
        while ((ok = query_step(query, &row, err)) && row && !found) {
            int64_t next = query_int(query, 0);
            size_t at = 0;
            while (at < n && met[at] != next)
                at++;
            if (at == n && n < MERGED_MAX)
                met[n++] = next;
            found = next == other;
        }
        query_end(query);
        if (!ok)
            return false;
    }
    *ret = found;
    return true;
}

static void put_reason(struct buf *out, enum identity_kind kind, struct str value)
{
    buf_printf(out, "{\"kind\":\"%s\",\"value\":", identity_kind_word(kind));
    json_put_string(out, value);
    buf_char(out, '}');
}

// The reasons with one more; STR_NONE if it stands there, or there are very many.
static struct str with_reason(
        struct writing *w, struct str reasons, enum identity_kind kind, struct str value)
{
    struct json *json;
    struct buf out = {0};
    unsigned n = 0;
    bool there = !json_parse(w->arena, arena_str(w->arena, reasons), &json, NULL) || json->kind != JSON_ARRAY;
    buf_char(&out, '[');
    for (const struct json *item = there ? NULL : json->child; item; item = item->next, n++) {
        there = there || (str_eq(json_get_str(item, STR("kind")), str_of(identity_kind_word(kind))) &&
                                 str_eq(json_get_str(item, STR("value")), value));
        buf_put(&out, item->text);
        buf_char(&out, ',');
    }
    put_reason(&out, kind, value);
    buf_char(&out, ']');
    struct str text = there || n >= REASONS_MAX ? STR_NONE : arena_str(w->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static bool add_reason(struct writing *w, struct str id, struct str reasons, enum identity_kind kind,
        struct str value, struct err *err)
{
    struct str more = with_reason(w, reasons, kind, value);
    return !more.n || store_do(w->store, "UPDATE merge_suggestion SET reasons = $2 WHERE id = $1",
                              PARAMS(P_TEXT(id), P_TEXT(more)), err);
}

static bool new_suggestion(
        struct writing *w, int64_t a, int64_t b, enum identity_kind kind, struct str value, struct err *err)
{
    char id[UUID_SIZE];
    struct buf reasons = {0};
    int64_t ms = w->app ? app_now_ms(w->app) : w->now * 1000;
    buf_char(&reasons, '[');
    put_reason(&reasons, kind, value);
    buf_char(&reasons, ']');
    bool ok = store_do(w->store,
            "INSERT INTO merge_suggestion (id, a, b, reasons, state, created) VALUES ($1, $2, $3, $4, 0, $5)",
            PARAMS(P_TEXT(uuid_v7(ms, id)), P_INT(a), P_INT(b), P_TEXT(buf_str(&reasons)), P_INT(w->now)),
            err);
    buf_free(&reasons);
    return ok;
}

bool identity_suggest(struct writing *w, int64_t one, int64_t other, enum identity_kind kind,
        struct str value, struct err *err)
{
    struct query *query;
    bool row, merged;
    int64_t a = one < other ? one : other, b = one < other ? other : one;
    if (a == b)
        return true;
    if (!store_ask(w->store, "SELECT id, reasons FROM merge_suggestion WHERE a = $1 AND b = $2",
                PARAMS(P_INT(a), P_INT(b)), &query, err))
        return false;
    bool ok = query_step(query, &row, err);
    struct str id = STR_NONE, reasons = STR_NONE;
    if (ok && row) {
        id = arena_str(w->arena, query_text(query, 0));
        reasons = arena_str(w->arena, query_text(query, 1));
    }
    query_end(query);
    if (!ok)
        return false;
    if (id.n)
        return add_reason(w, id, reasons, kind, value, err);
    if (!are_merged(w->store, a, b, &merged, err))
        return false;
    return merged || new_suggestion(w, a, b, kind, value, err);
}

static bool enter_also(struct writing *w, int64_t contact, int64_t holder, enum identity_kind kind,
        struct str value, int64_t seen, struct err *err)
{
    int64_t there, others;
    if (!store_ask_number(w->store,
                "SELECT 1 FROM identity_also WHERE kind = $1 AND value = $2 AND contact = $3",
                PARAMS(P_INT(kind), P_TEXT(value), P_INT(contact)), 0, &there, err))
        return false;
    if (there)
        return true;
    if (!store_ask_number(w->store, "SELECT count(*) FROM identity_also WHERE kind = $1 AND value = $2",
                PARAMS(P_INT(kind), P_TEXT(value)), 0, &others, err) ||
            !store_do(w->store,
                    "INSERT INTO identity_also (kind, value, contact, seen) VALUES ($1, $2, $3, $4)",
                    PARAMS(P_INT(kind), P_TEXT(value), P_INT(contact), P_INT(seen)), err))
        return false;
    bool shared = kind >= IDENTITY_PHONE && others >= SHARED_MAX;
    return shared || identity_suggest(w, holder, contact, kind, value, err);
}

bool identity_enter(struct writing *w, int64_t contact, enum identity_kind kind, struct str value,
        int64_t seen, struct err *err)
{
    int64_t holder;
    if (!identity_holder(w->store, kind, value, &holder, err))
        return false;
    if (holder == contact)
        return true;
    if (holder)
        return enter_also(w, contact, holder, kind, value, seen, err);
    return store_do(w->store, "INSERT INTO identity_key (kind, value, contact, seen) VALUES ($1, $2, $3, $4)",
            PARAMS(P_INT(kind), P_TEXT(value), P_INT(contact), P_INT(seen)), err);
}

bool identity_forget(
        struct writing *w, int64_t contact, enum identity_kind kind, struct str value, struct err *err)
{
    int64_t holder;
    if (!store_do(w->store, "DELETE FROM identity_also WHERE kind = $1 AND value = $2 AND contact = $3",
                PARAMS(P_INT(kind), P_TEXT(value), P_INT(contact)), err) ||
            !identity_holder(w->store, kind, value, &holder, err))
        return false;
    return holder != contact ||
           (store_do(w->store, "DELETE FROM identity_key WHERE kind = $1 AND value = $2",
                    PARAMS(P_INT(kind), P_TEXT(value)), err) &&
                   store_do(w->store,
                           "INSERT INTO identity_key (kind, value, contact, seen) SELECT kind, value, "
                           "contact,"
                           " seen FROM identity_also WHERE kind = $1 AND value = $2 ORDER BY seen, contact"
                           " LIMIT 1",
                           PARAMS(P_INT(kind), P_TEXT(value)), err) &&
                   store_do(w->store,
                           "DELETE FROM identity_also WHERE kind = $1 AND value = $2 AND contact = (SELECT"
                           " contact FROM identity_key WHERE kind = $1 AND value = $2)",
                           PARAMS(P_INT(kind), P_TEXT(value)), err));
}
