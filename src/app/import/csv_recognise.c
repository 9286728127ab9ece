#include "app/import/csv_recognise.h"

#include "app/import/csv_value.h"
#include "base/map.h"

enum format {
    FORMAT_linkedin,
    FORMAT_phantombuster,
    FORMAT_evaboot,
    FORMAT_apollo,
    FORMAT_kaspr,
    FORMAT_hubspot,
    FORMAT_salesforce,
    FORMAT_mautic,
    FORMAT_listmonk,
    FORMAT_google,
    FORMAT_outlook,
    FORMATS
};

static const char *const FORMAT_NAMES[FORMATS] = {"linkedin", "phantombuster", "evaboot", "apollo", "kaspr",
        "hubspot", "salesforce", "mautic", "listmonk", "google", "outlook"};

enum { ENOUGH = 4 }; // weight of signs that recognises a format

static const struct alias {
    enum csv_target target;
    const char *key;
    unsigned rank;
} ALIASES[] = {
#define CSV_ALIAS(target, key, rank) {TARGET_##target, key, rank},
#include "app/import/csv_recognise.def"
};

static const struct sign {
    enum format format;
    const char *key;
    unsigned weight;
} SIGNS[] = {
#define CSV_SIGN(format, key, weight) {FORMAT_##format, key, weight},
#include "app/import/csv_recognise.def"
};

static const struct rule {
    enum format format;
    const char *key;
    enum csv_target target;
    unsigned rank;
} RULES[] = {
#define CSV_RULE(format, key, target, rank) {FORMAT_##format, key, TARGET_##target, rank},
#include "app/import/csv_recognise.def"
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

struct str csv_target_trait(enum csv_target target)
{
    static const char *const NAMES[TARGETS] = {[TARGET_EMAIL] = "email",
            [TARGET_PHONE] = "phone",
            [TARGET_FIRST_NAME] = "first_name",
            [TARGET_LAST_NAME] = "last_name",
            [TARGET_TITLE] = "title",
            [TARGET_COMPANY] = "company",
            [TARGET_INDUSTRY] = "industry",
            [TARGET_EMPLOYEES] = "employees",
            [TARGET_COUNTRY] = "country",
            [TARGET_CITY] = "city",
            [TARGET_GENDER] = "gender",
            [TARGET_WEBSITE] = "website",
            [TARGET_SOURCE] = "source",
            [TARGET_INCOME] = "income",
            [TARGET_NAME] = "name"};
    return str_of(NAMES[target]);
}

static const struct alias *find_alias(struct str key)
{
    for (size_t i = 0; i < COUNT(ALIASES); i++)
        if (str_eq(key, str_of(ALIASES[i].key)))
            return &ALIASES[i];
    return NULL;
}

bool csv_header_known(struct str text)
{
    if (!text.n || text.n > 60)
        return false;
    struct arena *arena = arena_new();
    bool known = find_alias(csv_squash(arena, text)) != NULL;
    arena_free(arena);
    return known;
}

struct table {
    struct arena *arena;
    const struct str *names;
    struct str *keys; // squashed
    struct csv_column *columns;
    size_t n;
    const struct csv_row *rows;
    size_t n_rows;
};

static bool has_key(const struct table *t, const char *key)
{
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(t->keys[i], str_of(key)))
            return true;
    return false;
}

static bool has_name(const struct table *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(str_trim(t->names[i]), str_of(name)))
            return true;
    return false;
}

// Formats whose few signs are ordinary words need them just as their program writes them.
static bool excluded(const struct table *t, enum format format)
{
    switch (format) {
    case FORMAT_linkedin:
        return !has_key(t, "connectedon") || has_key(t, "vmid");
    case FORMAT_mautic:
        return !has_name(t, "firstname") || !has_name(t, "lastname") || !has_name(t, "email");
    case FORMAT_listmonk:
        return !has_name(t, "email") || !has_name(t, "name") || !has_name(t, "attributes");
    case FORMAT_salesforce:
        return has_key(t, "lifecyclestage");
    case FORMAT_kaspr:
        return !(has_key(t, "linkedin") || has_key(t, "linkedinurl") || has_key(t, "linkedinid") ||
                 has_key(t, "kasprid"));
    default:
        return false;
    }
}

static enum format find_format(const struct table *t)
{
    unsigned best = 0;
    enum format found = FORMATS;
    for (enum format f = 0; f < FORMATS; f++) {
        unsigned weight = 0;
        for (size_t i = 0; i < COUNT(SIGNS); i++)
            if (SIGNS[i].format == f && has_key(t, SIGNS[i].key))
                weight += SIGNS[i].weight;
        if (weight >= ENOUGH && weight > best && !excluded(t, f)) {
            best = weight;
            found = f;
        }
    }
    return found;
}

static void apply_tables(struct table *t, enum format format)
{
    for (size_t c = 0; c < t->n; c++) {
        const struct alias *alias = find_alias(t->keys[c]);
        if (alias) {
            t->columns[c].target = alias->target;
            t->columns[c].rank = alias->rank;
        }
        for (size_t i = 0; i < COUNT(RULES); i++)
            if (RULES[i].format == format && str_eq(t->keys[c], str_of(RULES[i].key))) {
                t->columns[c].target = RULES[i].target;
                t->columns[c].rank = RULES[i].rank;
            }
    }
}

// What the sample says of a column.
struct content {
    size_t filled, emails, phones, numbers, salutations, genders, dotted, profiles, objects;
};

static struct content content_of(const struct table *t, size_t column)
{
    struct content c = {0};
    for (size_t i = 0; i < t->n_rows; i++) {
        struct str text = str_trim(t->rows[i].cells[column]);
        struct buf number = {0};
        if (!text.n)
            continue;
        c.filled++;
        c.emails += memchr(text.p, '@', text.n) != NULL;
        c.phones += csv_is_phone(text);
        c.numbers += csv_put_number(text, &number);
        buf_free(&number);
        c.salutations += csv_is_salutation(text);
        c.genders += csv_is_gender(text);
        c.dotted += memchr(text.p, '.', text.n) != NULL;
        c.profiles += memmem(text.p, text.n, "linkedin.", 9) != NULL;
        c.objects += text.p[0] == '{';
    }
    return c;
}

// Whether the cells can be what the header says. Half of them is enough: real columns are dirty.
static bool plausible(enum csv_target target, const struct content *c)
{
    switch (target) {
    case TARGET_EMAIL:
        return c->emails * 2 >= c->filled;
    case TARGET_PHONE:
        return c->phones * 2 >= c->filled;
    case TARGET_GENDER:
        return c->genders * 2 >= c->filled;
    case TARGET_EMPLOYEES:
    case TARGET_INCOME:
        return c->numbers * 2 >= c->filled;
    case TARGET_WEBSITE:
        return c->dotted * 2 >= c->filled;
    case TARGET_PROFILE:
        return c->profiles * 2 >= c->filled;
    case TARGET_ATTRIBUTES:
        return c->objects * 2 >= c->filled;
    case TARGET_ID:
    case TARGET_SOURCE:
    case TARGET_SALUTATION:
    case TARGET_OWN:
        return true;
    default:
        return c->numbers * 5 < c->filled * 4 || !c->filled;
    }
}

static void check_contents(struct table *t)
{
    for (size_t i = 0; i < t->n; i++) {
        struct csv_column *column = &t->columns[i];
        if (column->target == TARGET_OWN)
            continue;
        struct content c = content_of(t, i);
        if (column->target == TARGET_TITLE && c.filled && c.salutations * 2 >= c.filled)
            column->target = TARGET_SALUTATION;
        else if (!plausible(column->target, &c))
            column->target = TARGET_OWN;
    }
}

static size_t find_target(const struct table *t, enum csv_target target)
{
    size_t best = t->n;
    for (size_t i = 0; i < t->n; i++)
        if (t->columns[i].target == target && (best == t->n || t->columns[i].rank < t->columns[best].rank))
            best = i;
    return best;
}

// In "Name" beside "Vorname" stands the family name, in "Nombre" beside "Apellidos" the first one, but a
// column that repeats the other is the full name.
static void settle_names(struct table *t)
{
    size_t first = find_target(t, TARGET_FIRST_NAME), last = find_target(t, TARGET_LAST_NAME),
           name = find_target(t, TARGET_NAME);
    if (name == t->n || (first == t->n) == (last == t->n))
        return;
    size_t other = first == t->n ? last : first, repeats = 0;
    for (size_t i = 0; i < t->n_rows; i++) {
        struct str whole = str_trim(t->rows[i].cells[name]), part = str_trim(t->rows[i].cells[other]);
        repeats += part.n && memmem(whole.p, whole.n, part.p, part.n) != NULL;
    }
    if (repeats * 2 > t->n_rows || (repeats && t->n_rows < 4))
        return;
    t->columns[name].target = first == t->n ? TARGET_FIRST_NAME : TARGET_LAST_NAME;
}

// An id that differs between rows of one e-mail address is that of an order or the like.
static void check_id(struct table *t)
{
    size_t id = find_target(t, TARGET_ID), email = find_target(t, TARGET_EMAIL);
    if (id == t->n || email == t->n)
        return;
    for (size_t i = 0; i < t->n_rows; i++)
        for (size_t k = i + 1; k < t->n_rows; k++) {
            struct str a = str_trim(t->rows[i].cells[email]), b = str_trim(t->rows[k].cells[email]);
            struct str ia = str_trim(t->rows[i].cells[id]), ib = str_trim(t->rows[k].cells[id]);
            if (a.n && ia.n && ib.n && str_eq_nocase(a, b) && !str_eq(ia, ib)) {
                t->columns[id].target = TARGET_OWN;
                return;
            }
        }
}

// Without a header only an e-mail address is certain.
static void by_content(struct table *t)
{
    size_t found = t->n;
    for (size_t i = 0; i < t->n; i++) {
        size_t filled = 0, emails = 0;
        for (size_t k = 0; k < t->n_rows; k++) {
            struct str text = str_trim(t->rows[k].cells[i]);
            filled += text.n > 0;
            emails += csv_is_email(text);
        }
        if (!emails || emails < filled)
            continue;
        if (found < t->n)
            return; // two of them: who knows
        found = i;
    }
    if (found < t->n)
        t->columns[found].target = TARGET_EMAIL;
}

// Each column its own key; those of our traits, and those that Sluice itself would read as a title, are
// taken.
static void name_traits(struct table *t)
{
    struct map *taken = map_new();
    for (enum csv_target target = TARGET_EMAIL; target <= TARGET_NAME; target++)
        map_intern(taken, csv_target_trait(target));
    map_intern(taken, STR("position"));
    map_intern(taken, STR("job_title"));
    const uint32_t reserved = map_count(taken);
    for (size_t i = 0; i < t->n; i++) {
        struct csv_column *column = &t->columns[i];
        struct str key = csv_key(t->arena, t->names[i], i + 1), base;
        column->header = t->names[i];
        column->second = column->target != TARGET_OWN && find_target(t, column->target) != i;
        if (column->target == TARGET_SALUTATION)
            key = STR("salutation");
        else if (map_get(taken, key) < reserved)
            key = arena_printf(t->arena, "%.*s_column", STR_ARG(key));
        base = key;
        for (unsigned k = 2; map_get(taken, key) != MAP_NONE; k++)
            key = arena_printf(t->arena, "%.*s_%u", STR_ARG(base), k);
        map_intern(taken, key);
        column->trait = key;
    }
    map_free(taken);
}

// Deals and companies have ids too, but not of contacts.
static bool is_person(const struct table *t)
{
    static const enum csv_target SIGNS_OF_ONE[] = {
            TARGET_EMAIL, TARGET_FIRST_NAME, TARGET_LAST_NAME, TARGET_NAME, TARGET_PROFILE};
    if (has_key(t, "dealname") || has_key(t, "dealstage") || has_key(t, "companyowner"))
        return false;
    for (size_t i = 0; i < COUNT(SIGNS_OF_ONE); i++)
        if (find_target(t, SIGNS_OF_ONE[i]) < t->n)
            return true;
    return find_target(t, TARGET_PHONE) < t->n && find_target(t, TARGET_COMPANY) == t->n;
}

struct csv_columns csv_recognise(struct arena *arena, const struct str *names, size_t n, bool header,
        const struct csv_row *rows, size_t n_rows)
{
    struct table t = {arena, names, ARENA_ARRAY(arena, struct str, n),
            ARENA_ARRAY(arena, struct csv_column, n), n, rows, n_rows};
    enum format format = FORMATS;
    for (size_t i = 0; i < n; i++)
        t.keys[i] = csv_squash(arena, names[i]);
    if (header) {
        format = find_format(&t);
        apply_tables(&t, format);
        check_contents(&t);
        settle_names(&t);
        check_id(&t);
    } else {
        by_content(&t);
    }
    bool person = is_person(&t);
    for (size_t i = 0; i < n; i++)
        if (!person && t.columns[i].target >= TARGET_ID)
            t.columns[i].target = TARGET_OWN;
    name_traits(&t);
    bool names_apart = find_target(&t, TARGET_FIRST_NAME) < n || find_target(&t, TARGET_LAST_NAME) < n;
    bool contact = find_target(&t, TARGET_EMAIL) < n || find_target(&t, TARGET_PHONE) < n ||
                   find_target(&t, TARGET_PROFILE) < n || find_target(&t, TARGET_TITLE) < n;
    size_t id = find_target(&t, TARGET_ID);
    bool own_id = id < n && (str_eq(t.keys[id], STR("userid")) || str_eq(t.keys[id], STR("externalid")));
    return (struct csv_columns){.format = format < FORMATS ? str_of(FORMAT_NAMES[format]) : STR_NONE,
            .columns = t.columns,
            .n = n,
            .person = person,
            .split_names = person && contact && !names_apart && find_target(&t, TARGET_NAME) < n,
            .foreign_id = format < FORMATS && !own_id};
}
