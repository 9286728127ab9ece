// The settings' table, and which there are.
#ifndef SLUICE_APP_SETTING_TABLE_H
#define SLUICE_APP_SETTING_TABLE_H

#include "app/app.h"
#include "app/user/principal.h"

struct setting {
    const char *name, *type, *otherwise;
    unsigned max;
};

enum {
#define SETTING(name, type, otherwise, about, max) SETTING_##name,
#include "app/setting/settings.def"
#undef SETTING
    SETTINGS
};

extern const struct setting KNOWN_SETTINGS[SETTINGS];
extern const struct migration SETTING_MIGRATION;

// Its number; a name that is not there ends the program.
unsigned setting_number(const char *name);
// All values, in the order of settings.def, in arena; *ret_revision grows with each change.
bool settings_read(struct store *store, struct arena *arena, struct str ret[SETTINGS], int64_t *ret_revision,
        struct err *err);
bool settings_revision(struct store *store, int64_t *ret, struct err *err);
// value STR_NONE: back to the default.
bool setting_write(struct writing *w, unsigned number, struct str value, int64_t revision, struct err *err);
// A value in its only form (URL without a slash at its end …), in arena. ERR_INPUT: it does not fit, and why.
bool setting_normal(struct arena *arena, unsigned number, struct str value, struct str *ret, struct err *err);
// {"business_name":…}
void settings_json(const struct str values[SETTINGS], struct buf *out);

#endif
