#include "app/search/texts.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"

#include <stdlib.h>
#include <string.h>

// A contact's text: its fields folded, each behind its number, and a zero byte behind them all. What is gone
// is overwritten with GONE.
enum {
    FIELD_FIRST = 1 /* bytes 1 … 5 */,
    GONE = 7,
    FIELD_MOST = 300 /* bytes: what stands behind is not found */
};

enum { WASTE_LEAST = 1 << 20 };

struct entry {
    size_t at;
    uint32_t contact;
};

struct texts {
    struct buf heap;
    VEC(struct entry) entries; // by place
    VEC(uint32_t) entry_of;    // by contact: number in entries + 1, 0 for none
    size_t gone;               // bytes
    uint64_t count[256];       // how often each byte was put: the rarest of a query is looked for
};

struct texts *texts_new(void)
{
    return mem_zero(1, sizeof(struct texts));
}

void texts_free(struct texts *texts)
{
    if (!texts)
        return;
    buf_free(&texts->heap);
    vec_free(&texts->entries);
    vec_free(&texts->entry_of);
    free(texts);
}

size_t texts_size(const struct texts *texts)
{
    return texts->heap.cap + texts->entries.cap * sizeof *texts->entries.v +
           texts->entry_of.cap * sizeof *texts->entry_of.v;
}

bool texts_has(const struct texts *texts, uint32_t contact)
{
    return contact < texts->entry_of.n && texts->entry_of.v[contact];
}

bool texts_wasteful(const struct texts *texts)
{
    return texts->gone > WASTE_LEAST && texts->gone > texts->heap.n / 2;
}

static void forget(struct texts *texts, uint32_t contact)
{
    if (!texts_has(texts, contact))
        return;
    char *p = texts->heap.p + texts->entries.v[texts->entry_of.v[contact] - 1].at;
    for (; *p; p++, texts->gone++)
        *p = GONE;
    texts->entry_of.v[contact] = 0;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

// A letter or digit, of any script: what words consist of.
static bool in_word(char c)
{
    return digit(c) || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static void put_field(struct texts *texts, struct arena *scratch, unsigned number, struct str text)
{
    if (!text.n)
        return;
    text = utf8_plain(scratch, text.n > FIELD_MOST ? str_sub(text, 0, FIELD_MOST) : text);
    buf_char(&texts->heap, (char)(FIELD_FIRST + number));
    for (size_t i = 0; i < text.n; i++)
        buf_char(&texts->heap, (unsigned char)text.p[i] < ' ' ? ' ' : text.p[i]);
}

// Once more without what people put between the digits.
static void put_digits(struct texts *texts, unsigned number, struct str text)
{
    buf_char(&texts->heap, (char)(FIELD_FIRST + number));
    for (size_t i = 0; i < text.n && i < FIELD_MOST; i++)
        if (digit(text.p[i]))
            buf_char(&texts->heap, text.p[i]);
}

void texts_put(struct texts *texts, struct arena *scratch, uint32_t contact, const struct search_fields *f)
{
    struct entry entry = {texts->heap.n, contact};
    forget(texts, contact);
    put_field(texts, scratch, 0, f->name);
    put_field(texts, scratch, 1, f->email);
    put_field(texts, scratch, 2, f->phone);
    if (f->phone.n)
        put_digits(texts, 2, f->phone);
    put_field(texts, scratch, 3, f->company);
    put_field(texts, scratch, 4, f->title);
    if (texts->heap.n == entry.at)
        return;
    for (size_t i = entry.at; i < texts->heap.n; i++)
        texts->count[(unsigned char)texts->heap.p[i]]++;
    buf_char(&texts->heap, '\0');
    vec_push(&texts->entries, entry);
    while (texts->entry_of.n <= contact)
        vec_push(&texts->entry_of, 0);
    texts->entry_of.v[contact] = (uint32_t)texts->entries.n;
}

// A phone number with its signs, rather than words with a number.
static bool is_phone(struct str text)
{
    unsigned digits = 0;
    for (size_t i = 0; i < text.n; i++) {
        digits += digit(text.p[i]);
        if (!digit(text.p[i]) && !strchr("+-/.() ", text.p[i]))
            return false;
    }
    return digits >= 3;
}

struct str search_form(struct arena *arena, struct str typed)
{
    struct str text = utf8_plain(arena, str_trim(typed));
    size_t n = 0;
    for (size_t at = 0; at < text.n; n++)
        utf8_next(text, &at);
    if (n < SEARCH_LEAST || memchr(text.p, '\0', text.n))
        return STR("");
    if (!is_phone(text))
        return text;
    struct buf digits = {0};
    for (size_t i = 0; i < text.n; i++)
        if (digit(text.p[i]))
            buf_char(&digits, text.p[i]);
    text = arena_str(arena, buf_str(&digits));
    buf_free(&digits);
    return text;
}

// The next place of the query, by its byte `rare`; NULL: there is none. Several times as fast as memmem.
static const char *find(const char *p, const char *end, struct str query, size_t rare)
{
    while ((size_t)(end - p) >= query.n) {
        const char *found = memchr(p + rare, query.p[rare], (size_t)(end - p) - query.n + 1);
        if (!found)
            return NULL;
        if (memcmp(found - rare, query.p, query.n) == 0)
            return found - rare;
        p = found - rare + 1;
    }
    return NULL;
}

static size_t rarest(const struct texts *texts, struct str query)
{
    size_t best = 0;
    for (size_t i = 1; i < query.n; i++)
        if (texts->count[(unsigned char)query.p[i]] < texts->count[(unsigned char)query.p[best]])
            best = i;
    return best;
}

static size_t entry_at(const struct texts *texts, size_t at)
{
    size_t low = 0, high = texts->entries.n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (texts->entries.v[middle].at <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static enum search_rank rank_at(const char *text, const char *found)
{
    const char *field = found;
    while (field > text && (unsigned char)field[-1] >= FIELD_FIRST + FIELDS)
        field--;
    bool name = field > text && field[-1] == FIELD_FIRST, word = field == found || !in_word(found[-1]);
    return name && field == found ? RANK_NAME
           : name && word         ? RANK_WORD_OF_NAME
           : word                 ? RANK_WORD
                                  : RANK_INSIDE;
}

// The best of all places of the text where the query stands, the first of which is known.
static enum search_rank best_rank(const char *text, const char *end, const char *found, struct str query)
{
    enum search_rank best = RANK_INSIDE;
    while (found) {
        enum search_rank rank = rank_at(text, found);
        best = rank < best ? rank : best;
        found = memmem(found + 1, (size_t)(end - found - 1), query.p, query.n);
    }
    return best;
}

size_t texts_find(const struct texts *texts, struct str query, bool (*visible)(void *ctx, uint32_t contact),
        void *ctx, struct hit *ret)
{
    const char *heap = texts->heap.p, *end = heap + texts->heap.n;
    uint32_t found[SEARCH_RANKS][HITS_MOST];
    size_t n[SEARCH_RANKS] = {0}, total = 0, rare = rarest(texts, query);
    for (const char *p = heap; p && p < end && n[RANK_NAME] < HITS_MOST;) {
        p = find(p, end, query, rare);
        if (!p)
            break;
        size_t i = entry_at(texts, (size_t)(p - heap));
        const char *text = heap + texts->entries.v[i].at,
                   *next = i + 1 < texts->entries.n ? heap + texts->entries.v[i + 1].at : end;
        uint32_t contact = texts->entries.v[i].contact;
        if (!visible || visible(ctx, contact)) {
            enum search_rank rank = best_rank(text, next, p, query);
            if (n[rank] < HITS_MOST)
                found[rank][n[rank]++] = contact;
        }
        p = next;
    }
    for (unsigned rank = 0; rank < SEARCH_RANKS; rank++)
        for (size_t i = 0; i < n[rank]; i++)
            ret[total++] = (struct hit){found[rank][i], (enum search_rank)rank};
    return total;
}
