// Finding contacts by parts of their texts.
#include "app/search/texts.h"
#include "base/mem.h"
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <string.h>

static struct hit hits[SEARCH_RANKS * HITS_MOST];

static size_t find(struct texts *texts, const char *typed)
{
    struct arena *arena = arena_new();
    struct str form = search_form(arena, str_of(typed));
    size_t n = form.n ? texts_find(texts, form, NULL, NULL, hits) : 0;
    arena_free(arena);
    return n;
}

static void put(struct texts *texts, uint32_t contact, const char *name, const char *email, const char *phone)
{
    struct arena *arena = arena_new();
    texts_put(texts, arena, contact,
            &(struct search_fields){.name = str_of(name), .email = str_of(email), .phone = str_of(phone)});
    arena_free(arena);
}

static void test_ranks(void **state)
{
    (void)state;
    struct texts *texts = texts_new();
    put(texts, 4, "Gerdanna", "x@example.org", "");
    put(texts, 3, "Otto", "anna@example.org", "");
    put(texts, 2, "Mia Anna", "", "");
    put(texts, 1, "Anna Lee", "", "");
    assert_int_equal(find(texts, "ANNA"), 4);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(hits[i].contact, i + 1);
    assert_int_equal(hits[0].rank, RANK_NAME);
    assert_int_equal(hits[3].rank, RANK_INSIDE);
    assert_int_equal(find(texts, "an"), 4);
    assert_int_equal(find(texts, "a"), 0);
    assert_int_equal(find(texts, "lee mia"), 0); // not over the end of a contact
    texts_free(texts);
}

static void test_forms(void **state)
{
    (void)state;
    struct texts *texts = texts_new();
    put(texts, 1, "Jürgen Öztürk-Weiß", "", "+49 (170) 12-34");
    assert_int_equal(find(texts, "ozturk"), 1);
    assert_int_equal(find(texts, "Öztürk-WEISS"), 1);
    assert_int_equal(find(texts, "4917012"), 1);
    assert_int_equal(find(texts, "170 1234"), 1);
    assert_int_equal(find(texts, "(170)"), 1);
    assert_int_equal(find(texts, "üö"), 0);
    texts_free(texts);
}

static void test_changes(void **state)
{
    (void)state;
    struct texts *texts = texts_new();
    put(texts, 7, "Old Name", "", "");
    put(texts, 7, "New Name", "", "");
    assert_int_equal(find(texts, "old"), 0);
    assert_int_equal(find(texts, "name"), 1);
    assert_true(texts_has(texts, 7));
    put(texts, 7, "", "", "");
    assert_false(texts_has(texts, 7));
    assert_int_equal(find(texts, "name"), 0);
    texts_free(texts);
}

// Against looking at each name by itself.
static void test_random(void **state)
{
    (void)state;
    enum { CONTACTS = 60 };
    struct rng rng = rng_seed(11);
    for (unsigned round = 0; round < 300; round++) {
        struct texts *texts = texts_new();
        char names[CONTACTS][8] = {{0}}, query[4] = {0};
        for (unsigned put_at = 0; put_at < 2 * CONTACTS; put_at++) {
            unsigned i = (unsigned)rng_below(&rng, CONTACTS);
            size_t n = rng_below(&rng, 7);
            memset(names[i], 0, sizeof names[i]);
            for (size_t k = 0; k < n; k++)
                names[i][k] = (char)('a' + rng_below(&rng, 3));
            put(texts, i, names[i], "", "");
        }
        for (unsigned k = 0; k < 2 + round % 2; k++)
            query[k] = (char)('a' + rng_below(&rng, 3));
        size_t expected = 0, n = find(texts, query);
        for (unsigned i = 0; i < CONTACTS; i++)
            expected += strstr(names[i], query) != NULL;
        assert_int_equal(n, expected);
        for (size_t i = 0; i < n; i++)
            assert_non_null(strstr(names[hits[i].contact], query));
        texts_free(texts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ranks), cmocka_unit_test(test_forms),
            cmocka_unit_test(test_changes), cmocka_unit_test(test_random)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
