#include "app/event/keys.h"
#include "base/mem.h"
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t sum_of(const struct keys *keys, uint64_t hash)
{
    struct keys_cursor cursor = keys_find(keys, hash);
    uint64_t sum = 0;
    for (uint32_t row; (row = keys_next(&cursor)) != 0;)
        sum += row;
    return sum;
}

static uint64_t odd_hash(struct rng *rng, uint64_t shape, uint64_t i)
{
    uint64_t h = rng_next(rng);
    switch (shape) {
    case 1:
        return h & 63; // many equal ones, all at one end
    case 2:
        return h | ~0ull << 20;
    case 3:
        return i % 2 ? 0 : UINT64_MAX;
    case 4:
        return rng_chance(rng, 0.5) ? h : h >> 30;
    default:
        return h;
    }
}

// Every hash finds exactly its rows, in the base and behind it, however the hashes are spread.
static void every_row_is_found(void **state)
{
    enum { N = 3000 };
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct rng rng = rng_seed(seed);
        struct key *v = mem_alloc(N * sizeof *v);
        uint64_t n_base = rng_below(&rng, N), *hashes, n = rng_below(&rng, N - n_base + 1) + n_base;
        uint32_t *rows;
        for (uint64_t i = 0; i < n; i++) {
            uint64_t h = odd_hash(&rng, seed % 5, i);
            v[i] = (struct key){h, (uint32_t)i + 1};
        }
        struct message_keys base = {n_base, NULL, NULL};
        keys_merge(NULL, v, n_base, &hashes, &rows);
        base.hash = hashes;
        base.row = rows;
        struct keys keys;
        keys_init(&keys, &base);
        for (uint64_t i = n_base; i < n; i++)
            keys_add(&keys, v[i].hash, v[i].row);
        for (uint64_t i = 0; i < n; i += 1 + n / 200) {
            uint64_t expected = 0;
            for (uint64_t j = 0; j < n; j++)
                expected += v[j].hash == v[i].hash ? v[j].row : 0;
            assert_true(sum_of(&keys, v[i].hash) == expected);
        }
        for (int i = 0; i < 100; i++) {
            uint64_t h = rng_next(&rng), expected = 0;
            for (uint64_t j = 0; j < n; j++)
                expected += v[j].hash == h ? v[j].row : 0;
            assert_true(sum_of(&keys, h) == expected);
        }
        uint64_t *all;
        uint32_t *all_rows;
        keys_merge(&base, v + n_base, n - n_base, &all, &all_rows);
        for (uint64_t i = 1; i < n; i++)
            assert_true(all[i - 1] <= all[i]);
        keys_clear(&keys);
        assert_true(n == n_base || keys.n == 0);
        keys_free(&keys);
        free(all);
        free(all_rows);
        free(hashes);
        free(rows);
        free(v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(every_row_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
