#include "replay/ids.h"

#include "base/map.h"
#include "base/vec.h"

// How an id is kept: its first byte says which.
enum { FORM_TEXT, FORM_UUID };
enum { UUID_TEXT = 36, UUID_PACKED = 17 };

struct id_table {
    uint64_t *slots; // high half: of the hash; low half: number + 1, 0 for a free slot
    uint64_t mask;
    VEC(char) heap;
    VEC(uint64_t) off; // off[i] … off[i + 1] of the heap is id i
    VEC(uint32_t) log; // ascending
};

struct id_table *id_table_new(void)
{
    struct id_table *t = mem_zero(1, sizeof *t);
    t->mask = 1023;
    t->slots = mem_zero(t->mask + 1, sizeof *t->slots);
    vec_push(&t->off, 0);
    return t;
}

void id_table_free(struct id_table *t)
{
    if (!t)
        return;
    vec_free(&t->heap);
    vec_free(&t->off);
    vec_free(&t->log);
    free(t->slots);
    free(t);
}

static bool is_dash_place(size_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

static int lower_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Only the lower-case form with dashes is packed, so that equal bytes always mean equal ids.
static bool pack_uuid(struct str id, char *out)
{
    if (id.n != UUID_TEXT)
        return false;
    unsigned nibbles = 0;
    *out++ = FORM_UUID;
    for (size_t i = 0; i < UUID_TEXT; i++) {
        if (is_dash_place(i)) {
            if (id.p[i] != '-')
                return false;
            continue;
        }
        int digit = lower_hex(id.p[i]);
        if (digit < 0)
            return false;
        if (nibbles++ % 2 == 0)
            *out = (char)(digit << 4);
        else {
            *out = (char)(*out | digit);
            out++;
        }
    }
    return true;
}

static void unpack_uuid(const char *packed, struct buf *out)
{
    static const char HEX[] = "0123456789abcdef";
    for (size_t i = 0, nibble = 0; i < UUID_TEXT; i++) {
        if (is_dash_place(i)) {
            buf_char(out, '-');
            continue;
        }
        unsigned byte = (unsigned char)packed[nibble / 2];
        buf_char(out, HEX[nibble % 2 == 0 ? byte >> 4 : byte & 15]);
        nibble++;
    }
}

static void grow(struct id_table *t)
{
    uint64_t mask = t->mask * 2 + 1, *slots = mem_zero(mask + 1, sizeof *slots);
    for (uint64_t i = 0; i <= t->mask; i++) {
        if (!t->slots[i])
            continue;
        // The low half of the hash is not kept; the high half places the slot.
        uint64_t at = (t->slots[i] >> 32) & mask;
        while (slots[at])
            at = (at + 1) & mask;
        slots[at] = t->slots[i];
    }
    free(t->slots);
    t->slots = slots;
    t->mask = mask;
}

static bool equals(const struct id_table *t, uint32_t number, bool packed, struct str bytes)
{
    const char *p = t->heap.v + t->off.v[number];
    size_t n = (size_t)(t->off.v[number + 1] - t->off.v[number]);
    if (packed)
        return str_eq((struct str){p, n}, bytes);
    return p[0] == FORM_TEXT && str_eq((struct str){p + 1, n - 1}, bytes);
}

bool id_table_add(struct id_table *t, struct str id, uint32_t log)
{
    char uuid[UUID_PACKED];
    bool packed = pack_uuid(id, uuid);
    struct str bytes = packed ? (struct str){uuid, UUID_PACKED} : id;
    uint64_t hash = hash64(bytes) >> 32, at = hash & t->mask;
    for (; t->slots[at]; at = (at + 1) & t->mask)
        if (t->slots[at] >> 32 == hash && equals(t, (uint32_t)t->slots[at] - 1, packed, bytes))
            return false;
    if (!packed)
        vec_push(&t->heap, FORM_TEXT);
    vec_reserve(&t->heap, t->heap.n + bytes.n);
    if (bytes.n)
        memcpy(t->heap.v + t->heap.n, bytes.p, bytes.n);
    t->heap.n += bytes.n;
    vec_push(&t->off, t->heap.n);
    vec_push(&t->log, log);
    t->slots[at] = hash << 32 | (uint32_t)t->log.n;
    if (t->log.n * 4 > t->mask * 3)
        grow(t);
    return true;
}

bool id_table_at(const struct id_table *t, uint32_t log, struct buf *out)
{
    size_t from = 0, to = t->log.n;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (t->log.v[middle] < log)
            from = middle + 1;
        else
            to = middle;
    }
    if (from == t->log.n || t->log.v[from] != log)
        return false;
    const char *p = t->heap.v + t->off.v[from];
    size_t n = (size_t)(t->off.v[from + 1] - t->off.v[from]);
    if (p[0] == FORM_UUID)
        unpack_uuid(p + 1, out);
    else
        buf_put(out, (struct str){p + 1, n - 1});
    return true;
}
