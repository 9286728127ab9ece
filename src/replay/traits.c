#include "replay/traits.h"

#include "base/map.h"

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_snake(struct str key)
{
    for (size_t i = 0; i < key.n; i++)
        if (is_upper(key.p[i]) || key.p[i] == '-' || key.p[i] == ' ' || key.p[i] == '\t')
            return false;
    return true;
}

// A word begins at a capital behind a small letter or digit, and at the last capital of several before a
// small letter: companyURL, URLOfCompany.
static bool begins_word(struct str key, size_t i)
{
    if (!i || !is_upper(key.p[i]))
        return false;
    char before = key.p[i - 1];
    return is_lower(before) || is_digit(before) ||
           (is_upper(before) && i + 1 < key.n && is_lower(key.p[i + 1]));
}

struct str trait_key(struct arena *arena, struct str key)
{
    if (is_snake(key))
        return key;
    key = str_trim(key);
    char *out = arena_alloc(arena, key.n * 2 + 1);
    size_t n = 0;
    for (size_t i = 0; i < key.n; i++) {
        char c = key.p[i];
        bool blank = c == ' ' || c == '-' || c == '\t';
        if ((blank || begins_word(key, i)) && n && out[n - 1] != '_')
            out[n++] = '_';
        if (!blank)
            out[n++] = (char)(is_upper(c) ? c + ('a' - 'A') : c);
    }
    if (n && key.p[key.n - 1] == '-')
        n--;
    return (struct str){out, n};
}

static unsigned unique_few(struct field *fields, unsigned n)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < n; i++) {
        unsigned j = 0;
        while (j < kept && !str_eq(fields[j].key, fields[i].key))
            j++;
        fields[j] = fields[i];
        kept += j == kept;
    }
    return kept;
}

unsigned fields_unique(struct arena *arena, struct field *fields, unsigned n)
{
    if (n <= 24)
        return unique_few(fields, n);
    uint64_t mask = 63;
    while (mask < (uint64_t)n * 2)
        mask = mask * 2 + 1;
    uint32_t *slots = ARENA_ARRAY(arena, uint32_t, mask + 1); // index + 1, 0: free
    unsigned kept = 0;
    for (unsigned i = 0; i < n; i++) {
        uint64_t at = hash64(fields[i].key) & mask;
        while (slots[at] && !str_eq(fields[slots[at] - 1].key, fields[i].key))
            at = (at + 1) & mask;
        if (!slots[at])
            slots[at] = ++kept;
        fields[slots[at] - 1] = fields[i];
    }
    return kept;
}

// What is being read, and the fields so far: weaker ones first, since of equal keys the last one wins.
struct reading {
    struct arena *arena;
    const struct json **members;
    struct str *keys; // folded
    unsigned n_members;
    bool group;
    struct field *fields;
    unsigned n;
};

static void add(struct reading *r, struct str key, const struct json *value)
{
    r->fields[r->n++] = (struct field){key, {value->kind, value->text}};
}

// The member of an object whose folded key is `key`.
static const struct json *folded_get(struct arena *arena, const struct json *object, struct str key)
{
    const struct json *found = NULL;
    for (const struct json *j = object->child; j; j = j->next)
        if (str_eq(trait_key(arena, j->key), key))
            found = j;
    return found;
}

static void open_object(struct reading *r, const struct json *object, struct str a, struct str b)
{
    const struct json *j = object->kind == JSON_OBJECT ? folded_get(r->arena, object, a) : NULL;
    if (j)
        add(r, a, j);
    j = object->kind == JSON_OBJECT ? folded_get(r->arena, object, b) : NULL;
    if (j)
        add(r, b, j);
}

// Everything a member says under another key than its own.
static void add_derived(struct reading *r, unsigned i)
{
    const struct json *member = r->members[i];
    struct str key = r->keys[i];
    if (str_eq(key, STR("company")))
        open_object(r, member, STR("industry"), STR("employees"));
    else if (r->group && str_eq(key, STR("name")))
        add(r, STR("company"), member);
    else if (!r->group && str_eq(key, STR("address")))
        open_object(r, member, STR("city"), STR("country"));
    else if (!r->group && str_eq(key, STR("job_title")))
        add(r, STR("title"), member);
}

// A group speaks of a company: its name, mail or city are not the contact's.
static bool of_group(struct str key)
{
    static const struct str NOT[] = {{"name", 4}, {"income", 6}, {"email", 5}, {"phone", 5},
            {"first_name", 10}, {"last_name", 9}, {"title", 5}, {"country", 7}, {"city", 4}, {"gender", 6},
            {"source", 6}};
    for (size_t i = 0; i < sizeof NOT / sizeof *NOT; i++)
        if (str_eq(key, NOT[i]))
            return false;
    return true;
}

static void add_named(struct reading *r, unsigned i)
{
    const struct json *member = r->members[i];
    struct str key = r->keys[i];
    if (!key.n || (r->group && !of_group(key)))
        return;
    if (member->kind == JSON_OBJECT && str_eq(key, STR("company")))
        member = folded_get(r->arena, member, STR("name"));
    if (member)
        add(r, key, member);
}

unsigned traits_read(struct arena *arena, const struct json *traits, enum event_kind kind, struct field **ret)
{
    *ret = NULL;
    if (!traits || traits->kind != JSON_OBJECT || !traits->child)
        return 0;
    struct reading r = {.arena = arena, .group = kind == EVENT_GROUP};
    for (const struct json *j = traits->child; j; j = j->next)
        r.n_members++;
    r.members = ARENA_ARRAY(arena, const struct json *, r.n_members);
    r.keys = ARENA_ARRAY(arena, struct str, r.n_members);
    r.fields = ARENA_ARRAY(
            arena, struct field, (size_t)r.n_members * 3); // at most two derived and one of its own
    unsigned n = 0;
    for (const struct json *j = traits->child; j; j = j->next, n++) {
        r.members[n] = j;
        r.keys[n] = trait_key(arena, j->key);
    }
    for (unsigned i = 0; i < n; i++) // the weakest: `position` gives way to `jobTitle`
        if (!r.group && str_eq(r.keys[i], STR("position")))
            add(&r, STR("title"), r.members[i]);
    for (unsigned i = 0; i < n; i++)
        add_derived(&r, i);
    for (int own = 0; own < 2; own++)
        for (unsigned i = 0; i < n; i++)
            if (str_eq(r.keys[i], r.members[i]->key) == own)
                add_named(&r, i);
    *ret = r.fields;
    return fields_unique(arena, r.fields, r.n);
}
