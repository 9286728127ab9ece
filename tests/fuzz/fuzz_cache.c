// Fuzzes the column cache: any bytes, with the checksums set right so that what lies behind them is reached.
// An image that opens must be safe to read as a whole.
#include "replay/cache_format.h"

#include "base/mem.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

static uint64_t read_text(struct str s)
{
    uint64_t sum = s.n;
    for (size_t i = 0; i < s.n; i++)
        sum += (uint8_t)s.p[i];
    return sum;
}

static uint64_t read_sparse(const struct columns *c, const struct sparse *columns, uint32_t n)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        sum += read_text(columns[i].key);
        for (uint32_t j = 0; j < columns[i].n; j++)
            sum += c->time[columns[i].ev[j]] + read_text(columns_value(c, columns[i].val[j]).text);
    }
    return sum;
}

static uint64_t read_facts(const struct columns *c)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < c->n_facts; i++) {
        const struct fact_column *f = &c->facts[i];
        sum += read_text(f->name);
        for (uint32_t j = 0; j < f->n; j++) {
            sum += c->time[f->ev[j]] + f->answer[j];
            if (f->amount[j] != VALUE_NONE)
                sum += read_text(columns_value(c, f->amount[j]).text);
        }
    }
    return sum;
}

static uint64_t read_all(const struct cache_contents *contents)
{
    const struct columns *c = &contents->columns;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < c->n_contacts; i++) {
        sum += c->owner[i] + c->presence[i] + read_text(columns_name(c, i));
        for (uint32_t e = c->off[i]; e < c->off[i + 1]; e++)
            sum += c->time[e] + c->log[e] + read_text(c->types[c->type[e]].name);
    }
    for (uint32_t i = 0; i < contents->n_ids; i++)
        sum += contents->role[i] + (contents->member[i] == NO_INDEX ? 0 : c->presence[contents->member[i]]);
    for (uint64_t i = 0; i < contents->n_messages; i++)
        sum += contents->message_hash[i] + contents->message_row[i];
    return sum + read_sparse(c, c->props, c->n_props) + read_sparse(c, c->traits, c->n_traits) +
           read_facts(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cache *cache;
    struct err err;
    uint8_t *image = aligned_alloc(64, (size + 64) & ~(size_t)63);
    if (!image)
        return 0;
    if (size)
        memcpy(image, data, size);
    if (cache_open_image(image, size, &cache, &err)) {
        volatile uint64_t sum = cache_check_messages(cache);
        sum = sum + read_all(cache_contents(cache));
        cache_close(cache);
    }
    free(image);
    return 0;
}

// Counts that need more room than there is become small ones; what is missing is filled with zeros.
static size_t fit(uint8_t *image, size_t n, size_t room)
{
    struct cache_header h;
    struct cache_layout layout;
    if (n < CACHE_PAGE || room < CACHE_PAGE)
        return n;
    memcpy(&h, image, sizeof h);
    if (!cache_layout(&h, &layout) || layout.file_bytes > room) {
        uint32_t *counts[] = {&h.n_events, &h.n_contacts, &h.n_types, &h.n_props, &h.n_traits, &h.n_facts,
                &h.n_values, &h.n_ids};
        uint64_t *more[] = {
                &h.n_cells, &h.n_fact_cells, &h.n_messages, &h.value_bytes, &h.name_bytes, &h.key_bytes};
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            *counts[i] &= 15;
        for (size_t i = 0; i < sizeof more / sizeof *more; i++)
            *more[i] &= 15;
    }
    if (!cache_layout(&h, &layout) || layout.file_bytes > room)
        return n;
    memcpy(image, &h, sizeof h);
    if (layout.file_bytes > n)
        memset(image + n, 0, layout.file_bytes - n);
    cache_seal(image, layout.file_bytes);
    return layout.file_bytes;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    (void)seed;
    size_t n = LLVMFuzzerMutate(data, size, max);
    uint8_t *image = aligned_alloc(64, (max + 64) & ~(size_t)63);
    if (!image)
        return n;
    memcpy(image, data, n);
    n = fit(image, n, max);
    memcpy(data, image, n);
    free(image);
    return n;
}
