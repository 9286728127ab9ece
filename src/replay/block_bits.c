// Which events of a block each matcher takes, as bitmaps.
#include "replay/block.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

// Bit `bit` of 64 bytes.
static uint64_t gather_bit(const uint8_t *bytes, int bit)
{
#ifdef __SSE2__
    uint64_t word = 0;
    __m128i shift = _mm_cvtsi32_si128(7 - bit);
    for (int i = 0; i < 4; i++) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * i));
        word |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_sll_epi16(v, shift)) << (16 * i);
    }
    return word;
#else
    uint64_t word = 0;
    for (int i = 0; i < 64; i++)
        word |= (uint64_t)(bytes[i] >> bit & 1) << i;
    return word;
#endif
}

static void drop_unmet(struct block *b, uint32_t matcher)
{
    const struct run *run = b->run;
    const uint8_t *take = run->bound->matchers[matcher].take;
    uint64_t *bits = b->bits[matcher];
    for (uint32_t w = 0; w * 64 < b->n_events; w++)
        for (uint64_t rest = bits[w]; rest; rest &= rest - 1) {
            uint32_t event = b->e0 + w * 64 + (uint32_t)__builtin_ctzll(rest);
            if (take[run->columns->type[event]] == TAKE_IF && !bound_matches(run->bound, matcher, event))
                bits[w] &= ~(rest & -rest);
        }
}

void block_bits(struct block *b)
{
    const struct run *run = b->run;
    const uint16_t *type = run->columns->type + b->e0;
    uint32_t n = b->n_events;
    for (uint32_t group = 0; group * 8 < run->n_used; group++) {
        const uint8_t *classes = run->classes[group];
        uint32_t in_group = run->n_used - group * 8 < 8 ? run->n_used - group * 8 : 8;
        uint8_t *restrict bytes = b->class_bytes;
        for (uint32_t i = 0; i < n; i++)
            bytes[i] = classes[type[i]];
        memset(bytes + n, 0, 64);
        for (uint32_t k = 0; k < in_group; k++) {
            uint64_t *bits = b->bits[run->used[group * 8 + k]];
            for (uint32_t i = 0; i < n; i += 64)
                bits[i / 64] = gather_bit(bytes + i, (int)k);
            bits[(n + 63) / 64] = 0;
            bits[(n + 63) / 64 + 1] = 0;
        }
    }
    for (uint32_t i = 0; i < run->n_used; i++)
        if (run->bound->matchers[run->used[i]].conditional)
            drop_unmet(b, run->used[i]);
}

uint32_t collect_hits(const struct block *b, uint32_t matcher, uint32_t c, uint32_t *hits)
{
    const uint64_t *bits = b->bits[matcher];
    uint32_t n = 0;
    for (uint32_t i = b->begin[c], end = b->end[c]; i < end; i += 64)
        for (uint64_t word = bits_word(bits, i, end - i < 64 ? end - i : 64); word; word &= word - 1)
            hits[n++] = i + (uint32_t)__builtin_ctzll(word);
    return n;
}

bool any_hit(const struct block *b, uint32_t matcher, uint32_t c)
{
    for (uint32_t i = b->begin[c], end = b->end[c]; i < end; i += 64)
        if (bits_word(b->bits[matcher], i, end - i < 64 ? end - i : 64))
            return true;
    return false;
}

uint32_t count_hits(const struct block *b, uint32_t matcher, uint32_t c)
{
    uint32_t n = 0;
    for (uint32_t i = b->begin[c], end = b->end[c]; i < end; i += 64)
        n += (uint32_t)__builtin_popcountll(bits_word(b->bits[matcher], i, end - i < 64 ? end - i : 64));
    return n;
}
