#include "app/person/language.h"

struct str person_language(const struct columns *c, struct str otherwise)
{
    static const char *const TRAITS[] = {"language", "locale"};
    for (size_t i = 0; c && c->n_contacts && i < sizeof TRAITS / sizeof *TRAITS; i++) {
        const struct sparse *trait = columns_trait(c, str_of(TRAITS[i]));
        if (!trait || !trait->n)
            continue;
        struct value v = columns_value(c, trait->val[trait->n - 1]);
        if (v.kind == JSON_STRING && v.text.n)
            return v.text;
    }
    return otherwise;
}
