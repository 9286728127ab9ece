// Which role and which key scope gives which right.
#include "app/user/rights.h"

const char *const RIGHTS[] = {"contact.read", "contact.write", "model.read", "model.write", "form.read",
        "form.write", "page.read", "page.write", "import.read", "import.write", "task.read", "task.write",
        "audience.read", "audience.write", "campaign.read", "campaign.write", "inbox.read", "inbox.write",
        "user.read", "user.write", "key.read", "key.write", "webhook.read", "webhook.write", "setting.read",
        "setting.write", "audit.read", "privacy.read", "privacy.write", "capture", "session", NULL};

enum { WORDS_MAX = 20 };

// A word is a right, "AREA.*", "*.read", "*.write" or "*" (every right); with "-" before it, it takes away.
// A later word wins; a bare area in a word with "-" means all rights of it.
struct rights_of {
    const char *name;
    const char *words[WORDS_MAX];
};

static const struct rights_of ROLES[] = {
        {"owner", {"*"}},
        {"admin", {"*"}},
        {"marketer", {"contact.*", "model.*", "form.*", "page.*", "import.*", "audience.*", "campaign.*",
                             "inbox.*", "task.*", "webhook.read", "setting.read", "session"}},
        {"seller", {"contact.*", "task.*", "inbox.*", "model.read", "audience.read", "campaign.read",
                           "form.read", "page.read", "session"}},
        {"viewer", {"*.read", "session", "-user.*", "-key.*", "-webhook.*", "-setting.*", "-audit.*",
                           "-privacy.*"}},
        {NULL, {NULL}},
};

static const struct rights_of SCOPES[] = {
        {"capture", {"capture"}},
        {"read", {"*.read", "-user.*", "-key.*", "-audit.*", "-privacy.*"}},
        {"write", {"*.read", "*.write", "capture", "-user.*", "-key.*", "-audit.*", "-privacy.*",
                          "-webhook.write", "-setting.write"}},
        {"admin", {"*", "-session"}},
        {NULL, {NULL}},
};

static bool fits(struct str word, struct str right)
{
    if (str_eq(word, STR("*")) || str_eq(word, right))
        return true;
    if (str_starts(word, STR("*.")))
        return str_ends(right, str_sub(word, 1, word.n));
    return str_ends(word, STR(".*")) && str_starts(right, str_sub(word, 0, word.n - 1));
}

static const struct rights_of *find(const struct rights_of *table, struct str name)
{
    for (; table->name; table++)
        if (str_eq(str_of(table->name), name))
            return table;
    return NULL;
}

static bool gives(const struct rights_of *rights, struct str right)
{
    bool may = false;
    for (unsigned i = 0; rights && i < WORDS_MAX && rights->words[i]; i++) {
        struct str word = str_of(rights->words[i]);
        bool take = word.n && word.p[0] == '-';
        if (fits(take ? str_sub(word, 1, word.n) : word, right))
            may = !take;
    }
    return may;
}

bool role_known(struct str role)
{
    return find(ROLES, role) != NULL;
}

bool scope_known(struct str scope)
{
    return find(SCOPES, scope) != NULL;
}

bool role_may(struct str role, struct str right)
{
    return gives(find(ROLES, role), right);
}

bool scope_may(struct str scope, struct str right)
{
    return gives(find(SCOPES, scope), right);
}

bool principal_may(const struct principal *who, const char *right)
{
    if (!who || !right)
        return false;
    return who->kind == PRINCIPAL_USER ? role_may(who->role, str_of(right))
                                       : scope_may(who->role, str_of(right));
}
