#include "app/import/known.h"

#include "app/import/csv_identity.h"
#include "base/map.h"

struct known {
    const struct columns *columns;
    struct map *addresses;  // the kind's letter and the address
    VEC(uint32_t) contacts; // [number in addresses]
    struct buf scratch;
};

static const char LETTERS[] = {[CSV_BY_EMAIL] = 'e', [CSV_BY_PHONE] = 'p', [CSV_BY_PROFILE] = 'l'};

static void add(struct known *known, uint32_t contact, struct str cell, enum csv_identity kind)
{
    static bool (*const PUT[])(struct str, struct buf *) = {[CSV_BY_EMAIL] = csv_put_email,
            [CSV_BY_PHONE] = csv_put_phone,
            [CSV_BY_PROFILE] = csv_put_profile};
    known->scratch.n = 0;
    buf_char(&known->scratch, LETTERS[kind]);
    if (cell.n && PUT[kind](cell, &known->scratch) &&
            map_intern(known->addresses, buf_str(&known->scratch)) == known->contacts.n)
        vec_push(&known->contacts, contact);
}

// Only what a contact has now counts: the last entry of its events.
static void add_column(struct known *known, const struct sparse *trait, enum csv_identity kind)
{
    const struct columns *c = known->columns;
    uint32_t contact = 0;
    for (uint32_t i = 0; i < trait->n; i++) {
        while (trait->ev[i] >= c->off[contact + 1])
            contact++;
        if (i + 1 == trait->n || trait->ev[i + 1] >= c->off[contact + 1])
            add(known, contact, columns_value(c, trait->val[i]).text, kind);
    }
}

// Exports call it "linkedin_url", "profile_url", "person_linkedin_url" …; the address itself says whether it
// is one.
static bool may_be_profile(struct str key)
{
    return memmem(key.p, key.n, "linkedin", 8) || memmem(key.p, key.n, "profile", 7) ||
           str_eq(key, STR("url"));
}

struct known *known_new(const struct columns *columns)
{
    struct known *known = mem_zero(1, sizeof *known);
    known->columns = columns;
    known->addresses = map_new();
    for (uint32_t i = 0; i < columns->n_traits; i++) {
        const struct sparse *trait = &columns->traits[i];
        if (str_eq(trait->key, STR("email")))
            add_column(known, trait, CSV_BY_EMAIL);
        else if (str_eq(trait->key, STR("phone")))
            add_column(known, trait, CSV_BY_PHONE);
        else if (may_be_profile(trait->key))
            add_column(known, trait, CSV_BY_PROFILE);
    }
    return known;
}

void known_free(struct known *known)
{
    if (!known)
        return;
    map_free(known->addresses);
    vec_free(&known->contacts);
    buf_free(&known->scratch);
    free(known);
}

bool known_resolve(void *ctx, enum csv_identity kind, struct str value, struct buf *ret_user_id)
{
    struct known *known = ctx;
    known->scratch.n = 0;
    buf_char(&known->scratch, LETTERS[kind]);
    buf_put(&known->scratch, value);
    uint32_t number = map_get(known->addresses, buf_str(&known->scratch));
    if (number == MAP_NONE)
        return false;
    buf_put(ret_user_id, columns_name(known->columns, known->contacts.v[number]));
    return true;
}
