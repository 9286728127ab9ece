#include "app/identity/sayings.h"

#include "app/person/normal.h"

// No table takes a NUL everywhere, and nobody is called by a line break.
static struct str without_controls(struct arena *arena, struct str text)
{
    char *copy = arena_alloc(arena, text.n + 1);
    for (size_t i = 0; i < text.n; i++)
        copy[i] = (unsigned char)text.p[i] < ' ' ? ' ' : text.p[i];
    return (struct str){copy, text.n};
}

static void take_trait(struct arena *arena, struct sayings *said, const struct field *trait)
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
            *(struct str *)(void *)((char *)said + PLACES[i].at) = without_controls(arena, trait->value.text);
}

bool sayings_in(const struct log_row *row)
{
    return row->kind == MESSAGE_EVENT && row->user && row->type->kind != EVENT_TRACK && row->body.n;
}

bool sayings_take(const struct log_row *row, struct arena *arena, struct arena *scratch, struct sayings *ret,
        struct err *err)
{
    struct message m;
    *ret = (struct sayings){0};
    if (!message_of_row(scratch, row, &m, err))
        return false;
    for (unsigned i = 0; i < m.n_traits; i++)
        take_trait(arena, ret, &m.traits[i]);
    return true;
}

static struct str whole_name(struct arena *arena, const struct sayings *s)
{
    if (s->name.n || !s->first_name.n || !s->last_name.n)
        return s->name;
    return arena_printf(arena, "%.*s %.*s", STR_ARG(s->first_name), STR_ARG(s->last_name));
}

// A name alone says little: it counts together with the domain of the company.
static bool normal_named(struct arena *arena, const struct sayings *s, struct str domain, struct str *ret)
{
    struct str name;
    if (!domain.n || !normal_name(arena, whole_name(arena, s), &name) || str_find(name, ' ') == name.n)
        return false;
    *ret = arena_printf(arena, "%.*s @ %.*s", STR_ARG(name), STR_ARG(domain));
    return true;
}

unsigned sayings_keys(
        struct arena *arena, const struct sayings *s, struct said ret[SAID_KEYS], struct str *ret_domain)
{
    const struct {
        enum identity_kind kind;
        bool (*normal)(struct arena *arena, struct str typed, struct str *ret);
        struct str typed;
    } TYPED[] = {
            {IDENTITY_EXTERNAL, normal_external, s->external},
            {IDENTITY_EMAIL, normal_email, s->email},
            {IDENTITY_PROFILE, normal_profile, s->profile},
            {IDENTITY_PHONE, normal_phone, s->phone},
            {IDENTITY_PHONE, normal_phone, s->mobile},
    };
    unsigned n = 0;
    *ret_domain = STR_NONE;
    for (size_t i = 0; i < sizeof TYPED / sizeof *TYPED; i++)
        if (TYPED[i].normal(arena, TYPED[i].typed, &ret[n].value)) {
            ret[n].kind = TYPED[i].kind;
            if (ret[n].kind == IDENTITY_EMAIL)
                *ret_domain = normal_company_domain(arena, ret[n].value);
            n++;
        }
    if (normal_named(arena, s, *ret_domain, &ret[n].value))
        ret[n++].kind = IDENTITY_NAME;
    return n;
}
