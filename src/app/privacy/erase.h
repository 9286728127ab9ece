// Erasure of a person: anonymises in place and keeps the statistics. Events keep their place, time, name and
// what strip.h leaves; identifiers get random names; every slice's hook (slice.h) takes its own part away.
#ifndef SLUICE_APP_PRIVACY_ERASE_H
#define SLUICE_APP_PRIVACY_ERASE_H

#include "app/privacy/strip.h"

struct principal;

extern const struct migration PRIVACY_MIGRATION;

struct erasure {
    uint64_t people, events, identifiers; // so far
};

// Begins an erasure in the open transaction: any number of people, then privacy_erase_end. strip: of this
// erasure, with its models.
bool privacy_erase(struct writing *w, const char *folder, struct person *who, struct strip *strip,
        struct erasure *count, struct err *err);
// The record of it, in the log and in the table erasure. by: who wanted it, or why.
bool privacy_erase_end(struct writing *w, const struct erasure *count, struct str by, struct err *err);

// After the commit: takes away what the folder's files still hold of it. *ret_clean false: somebody reads old
// pages of the database, so its write-ahead log could not be emptied; the job tries again. A small database
// is written anew in passing, of one with more bytes than compact_max only what was overwritten is taken out.
#define PRIVACY_COMPACT_MAX ((int64_t)16 << 20) // more takes too long while others wait to write
bool privacy_scrub(
        struct data *data, const char *folder, int64_t compact_max, bool *ret_clean, struct err *err);

bool privacy_scrub_app(struct app *app, int64_t compact_max, bool *ret_clean, struct err *err);

// One person in a transaction of its own, then the files. last: of person_live(). by NULL: the command line.
bool privacy_erase_person(struct app *app, struct person *who, int64_t last, const struct principal *by,
        struct erasure *ret, bool *ret_clean, struct err *err);
// `sluice erase`: one person of a folder that no server writes (app is open, not started).
bool privacy_erase_stored(struct app *app, struct str id, int64_t compact_max, struct erasure *ret,
        bool *ret_clean, struct err *err);

#endif
