// Texts of contacts, one after the other, looked through from the first byte to the last: a hundred bytes a
// contact, a gigabyte a second and core. One owner; whoever shares them locks.
#ifndef SLUICE_APP_SEARCH_TEXTS_H
#define SLUICE_APP_SEARCH_TEXTS_H

#include "base/arena.h"
#include "base/buf.h"

enum { SEARCH_LEAST = 2 /* characters of a search */, FIELDS = 5 };

struct texts;

struct texts *texts_new(void);
void texts_free(struct texts *texts);         // NULL is fine
size_t texts_size(const struct texts *texts); // bytes

// Most of it is of contacts that were put anew since: making it anew is worth it.
bool texts_wasteful(const struct texts *texts);

// What a contact is found by; STR_NONE where there is none.
struct search_fields {
    struct str name, email, phone, company, title;
};
// Replaces what was said of the contact; nothing but empty fields: it is not found any more.
void texts_put(
        struct texts *texts, struct arena *scratch, uint32_t contact, const struct search_fields *fields);
bool texts_has(const struct texts *texts, uint32_t contact);

// Better ones are smaller.
enum search_rank { RANK_NAME, RANK_WORD_OF_NAME, RANK_WORD, RANK_INSIDE, SEARCH_RANKS };
enum { HITS_MOST = 200 /* of a rank: of more, others are as good */ };

struct hit {
    uint32_t contact;
    enum search_rank rank;
};
// The query in the form that texts are looked through for; empty: it is too short. In arena.
struct str search_form(struct arena *arena, struct str typed);
// Contacts that have the query (as search_form gives it) in one of their fields and that `visible` says yes
// to (NULL: all), by rank, at most HITS_MOST of each. Returns how many; ret: SEARCH_RANKS * HITS_MOST.
size_t texts_find(const struct texts *texts, struct str query, bool (*visible)(void *ctx, uint32_t contact),
        void *ctx, struct hit *ret);

#endif
