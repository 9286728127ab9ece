#include "app/setting/table.h"

#include "app/setting/setting.h"
#include "base/json_put.h"
#include "base/utf8.h"
#include "base/zone_file.h"
#include "store/ask.h"

#include <assert.h>
#include <unistd.h>

static const char *const VERSIONS[] = {
        // Only what somebody has set. value: text, decimal number, true or false.
        "CREATE TABLE setting(name TEXT NOT NULL, value TEXT NOT NULL, changed {int} NOT NULL,"
        " PRIMARY KEY (name)) {keyed};"
        "CREATE TABLE setting_revision(revision {int} NOT NULL, PRIMARY KEY (revision)) {keyed};"
        "INSERT INTO setting_revision (revision) VALUES (1);",
};

const struct migration SETTING_MIGRATION = {"setting", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

const struct setting KNOWN_SETTINGS[SETTINGS] = {
#define SETTING(name, type, otherwise, about, max) {#name, type, otherwise, max},
#include "app/setting/settings.def"
#undef SETTING
};

static bool find(struct str name, unsigned *ret)
{
    for (unsigned i = 0; i < SETTINGS; i++)
        if (str_eq(str_of(KNOWN_SETTINGS[i].name), name)) {
            *ret = i;
            return true;
        }
    return false;
}

unsigned setting_number(const char *name)
{
    unsigned number = 0;
    bool known = find(str_of(name), &number);
    assert(known);
    (void)known;
    return number;
}

bool settings_revision(struct store *store, int64_t *ret, struct err *err)
{
    return store_number(store, "SELECT max(revision) FROM setting_revision", 0, ret, err);
}

bool settings_read(struct store *store, struct arena *arena, struct str ret[SETTINGS], int64_t *ret_revision,
        struct err *err)
{
    struct query *query;
    struct str values[SETTINGS];
    int64_t revision;
    unsigned number;
    bool row, ok;
    if (!settings_revision(store, &revision, err) ||
            !store_query(store, "SELECT name, value FROM setting", &query, err))
        return false;
    for (unsigned i = 0; i < SETTINGS; i++)
        values[i] = str_of(KNOWN_SETTINGS[i].otherwise);
    while ((ok = query_step(query, &row, err)) && row)
        if (find(query_text(query, 0), &number)) // else of a version that knew more
            values[number] = arena_str(arena, query_text(query, 1));
    query_end(query);
    if (!ok)
        return false;
    memcpy(ret, values, sizeof values);
    *ret_revision = revision;
    return true;
}

bool setting_read(
        struct store *store, struct arena *arena, const char *name, struct str *ret, struct err *err)
{
    struct query *query;
    unsigned number = setting_number(name);
    bool row;
    if (!store_ask(store, "SELECT value FROM setting WHERE name = $1", PARAMS(P_TEXT(str_of(name))), &query,
                err))
        return false;
    bool ok = query_step(query, &row, err);
    if (ok)
        *ret = row ? arena_str(arena, query_text(query, 0)) : str_of(KNOWN_SETTINGS[number].otherwise);
    query_end(query);
    return ok;
}

bool setting_write(struct writing *w, unsigned number, struct str value, int64_t revision, struct err *err)
{
    struct str name = str_of(KNOWN_SETTINGS[number].name);
    bool ok = value.p ? store_do(w->store,
                                "INSERT INTO setting (name, value, changed) VALUES ($1, $2, $3) "
                                "ON CONFLICT (name) DO UPDATE SET value = excluded.value, "
                                "changed = excluded.changed",
                                PARAMS(P_TEXT(name), P_TEXT(value), P_INT(w->now)), err)
                      : store_do(w->store, "DELETE FROM setting WHERE name = $1", PARAMS(P_TEXT(name)), err);
    return ok &&
           store_do(w->store, "UPDATE setting_revision SET revision = $1", PARAMS(P_INT(revision)), err);
}

static bool is_word(struct str text, const char *more)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                    (c && strchr(more, c))))
            return false;
    }
    return text.n > 0;
}

// A name of the time zone database, which is asked where the system has it.
static bool is_time_zone(struct arena *arena, struct str text)
{
    if (!is_word(text, "/_+-") || text.p[0] == '/' || text.p[text.n - 1] == '/')
        return false;
    if (str_eq(text, STR("UTC")) || access(ZONE_FOLDER, F_OK) != 0)
        return true;
    struct str path = arena_printf(arena, ZONE_FOLDER "/%.*s", STR_ARG(text));
    struct str inside = arena_printf(arena, "%s/.", path.p); // a folder ("Europe") is none
    return access(path.p, F_OK) == 0 && access(inside.p, F_OK) != 0;
}

// "https://HOST[:PORT]", perhaps with a path; no user, no query.
static bool is_url(struct str text)
{
    struct str rest = str_starts(text, STR("https://"))  ? str_sub(text, 8, text.n)
                      : str_starts(text, STR("http://")) ? str_sub(text, 7, text.n)
                                                         : STR_NONE;
    size_t slash = str_find(rest, '/');
    return is_word(rest, ".-:/_~[]%") && slash > 0 && rest.p[0] != ':';
}

static bool are_origins(struct str text)
{
    if (str_eq(text, STR("none")))
        return true;
    while (text.n) {
        size_t blank = str_find(text, ' ');
        struct str one = str_sub(text, 0, blank);
        if (one.n && (!is_url(one) || str_find(str_sub(one, 8, one.n), '/') < one.n - 8))
            return false;
        text = str_sub(text, blank < text.n ? blank + 1 : blank, text.n);
    }
    return true;
}

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (((unsigned char)text.p[i] < ' ' && text.p[i] != '\n') || text.p[i] == 0x7F)
            return false;
    return utf8_valid(text);
}

bool setting_normal(struct arena *arena, unsigned number, struct str value, struct str *ret, struct err *err)
{
    struct str text = str_trim(value);
    const char *wanted = NULL;
    switch (number) {
    case SETTING_time_zone:
        wanted = is_time_zone(arena, text) ? NULL : "the name of a time zone, as in Europe/Berlin";
        break;
    case SETTING_language:
        wanted = is_word(text, "-") && text.n >= 2 && text.p[0] >= 'a' && text.p[0] <= 'z'
                         ? NULL
                         : "a language, as in de or pt-BR";
        break;
    case SETTING_country:
        wanted = !text.n || (text.n == 2 && text.p[0] >= 'A' && text.p[0] <= 'Z' && text.p[1] >= 'A' &&
                                    text.p[1] <= 'Z')
                         ? NULL
                         : "two capital letters, as in DE";
        break;
    case SETTING_public_url:
        while (str_ends(text, STR("/")))
            text.n--;
        wanted = !text.n || is_url(text) ? NULL : "an address that begins with https:// or http://";
        break;
    case SETTING_form_frame_hosts:
        wanted = are_origins(text) ? NULL
                                   : "addresses of sites, as in https://example.com, with blanks between";
        break;
    default:
        wanted = is_plain(text) ? NULL : "a text without control characters";
    }
    if (wanted)
        return err_set(err, ERR_INPUT, "it must be %s", wanted);
    *ret = text;
    return true;
}

void settings_json(const struct str values[SETTINGS], struct buf *out)
{
    buf_char(out, '{');
    for (unsigned i = 0; i < SETTINGS; i++) {
        const struct setting *known = &KNOWN_SETTINGS[i];
        if (strcmp(known->type, "integer") == 0 || strcmp(known->type, "flag") == 0)
            put_raw(out, known->name, values[i]);
        else
            put_text(out, known->name, values[i]);
    }
    buf_char(out, '}');
}
