// Numbers of a campaign: what was counted of people and mails, by step, variant and persona.
#ifndef SLUICE_APP_CAMPAIGN_NUMBERS_H
#define SLUICE_APP_CAMPAIGN_NUMBERS_H

#include "app/app.h"

#include "base/buf.h"

// What may become of a mail; bit 1 << mark of campaign_mail.marks.
enum mark {
    MARK_SENT,
    MARK_SKIPPED,
    MARK_OPENED,
    MARK_OPENED_MACHINE,
    MARK_CLICKED,
    MARK_CLICKED_MACHINE,
    MARK_REPLIED,
    MARK_BOUNCED,
    MARK_COMPLAINED,
    MARK_UNSUBSCRIBED,
    MARK_GOAL,
    MARKS,
};
struct str mark_name(enum mark mark); // "opened_machine"

struct counted {
    int64_t step;
    unsigned variant;
    struct str persona, what;
    int64_t n;
};
// In arena.
struct numbers {
    struct counted *v;
    size_t n;
};
// Which of them: step -1, variant -1, persona STR_NONE: all.
struct which {
    int64_t step;
    int variant;
    struct str persona;
};
#define WHICH_ALL ((struct which){-1, -1, {NULL, 0}})

bool numbers_read(
        struct store *store, struct arena *arena, int64_t campaign, struct numbers *ret, struct err *err);
int64_t numbers_sum(const struct numbers *numbers, struct which which, struct str what);
// ,"people":{…}
void numbers_put_people(const struct numbers *numbers, int64_t audience, struct buf *out);
// ,"mails":{…}; which NULL: all.
void numbers_put_mails(const struct numbers *numbers, const struct which *which, struct buf *out);

#endif
