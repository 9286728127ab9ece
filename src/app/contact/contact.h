// Private to app/contact: the handlers, and what they share.
#ifndef SLUICE_APP_CONTACT_CONTACT_H
#define SLUICE_APP_CONTACT_CONTACT_H

#include "app/app.h"
#include "app/standing/live.h"

bool contact_list(struct request *r, struct err *err);
bool contact_get(struct request *r, struct err *err);
bool contact_explain(struct request *r, struct err *err);
bool contact_explain_under(struct request *r, struct err *err);
bool contact_timeline(struct request *r, struct err *err);
bool contact_transitions(struct request *r, struct err *err);
bool contact_standings(struct request *r, struct err *err);
bool contact_create(struct request *r, struct err *err);
bool contact_change(struct request *r, struct err *err);
bool contact_bulk(struct request *r, struct err *err);
bool journal_list(struct request *r, struct err *err);

// The contact that {id} of the path means, if the one who asks may see it; else as if it were not there.
bool contact_of_path(struct request *r, uint32_t *ret_contact, struct err *err);
bool contact_visible(struct request *r, uint32_t contact);
// The query's `owner` (a user's id, none) as a filter of lists, which get the request as ctx: who is visible,
// and theirs. NULL: everybody.
#define CONTACT_OWNER                                                            \
    {                                                                            \
        "owner", "text", "Only contacts of this user; none: of nobody", false, 0 \
    }
typedef bool contact_filter(void *ctx, uint32_t contact);
contact_filter *contact_owned(struct request *r);
// The query's `at`: *ret_now where it is not given, or not in the past.
bool contact_moment(struct request *r, int64_t *ret_at, bool *ret_now, struct err *err);

// A page of contacts as the query's limit, after, sort, filter, at and count ask for them: of those on a
// stage ("none": on none; STR_NONE: of all), each as `put` writes it, in place of cards_begin's card.
struct cards;
struct contact_paging {
    struct str stage;
    const char *sort; // where the query names none
    bool (*put)(struct cards *cards, uint32_t index, struct buf *out, struct err *err);
};
bool contact_page(struct request *r, const struct contact_paging *paging, struct err *err);

// Contacts as the API shows them, from columns of their histories.
struct cards {
    struct request *r;
    const struct columns *columns;
    const struct program *program;
    struct str model; // its title
    int64_t at;
    struct replay_result result;
};
// cards->columns … at are set; replays. cards_end frees the result.
void cards_begin(struct cards *cards);
void cards_end(struct cards *cards);
// One contact, by its index in the columns.
bool card_put(struct cards *cards, uint32_t index, struct buf *out, struct err *err);
// The text of a trait as it stands; STR_NONE: not set, or no text.
struct str card_trait(const struct columns *columns, uint32_t index, struct str key);
// From name, or first_name and last_name; may live in the arena.
struct str card_name(struct arena *arena, const struct columns *columns, uint32_t index);
// The same of one contact, by its number, as of now; STR_NONE: it has none.
bool contact_called(struct request *r, uint32_t contact, struct str *ret, struct err *err);
// {"model","stage",…} of a contact in a replay's result.
void standing_put(const struct program *program, struct str model, const struct columns *columns,
        const struct replay_result *result, uint32_t index, struct buf *out);
// Answers with one contact as it is now.
bool contact_answer(struct request *r, uint32_t contact, struct err *err);
const char *change_kind(unsigned kind);
struct str change_name(const struct program *program, unsigned kind, uint32_t number);

#endif
