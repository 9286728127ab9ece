// The demo's history: the same bytes for a seed, messages that the decoder takes, shares as the business has
// them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/demo/demo.h"
#include "base/map.h"
#include "base/vec.h"
#include "replay/message.h"

enum { SEED = 1, CONTACTS = 4000 };

// Bytes of seed 1 with CONTACTS contacts. To be renewed when the demo is changed on purpose (and then the
// README).
#define GOLDEN UINT64_C(0x8429aaf3e5b09b09)

struct digest {
    uint64_t hash, lines;
    uint64_t stop_after; // 0: never
};

static bool digest_line(void *ctx, struct str message, struct err *err)
{
    struct digest *d = ctx;
    uint64_t pair[2] = {d->hash, hash64(message)};
    d->hash = hash64((struct str){(const char *)pair, sizeof pair});
    d->lines++;
    if (d->lines == d->stop_after)
        return err_set(err, ERR_IO, "enough");
    return true;
}

static struct digest digest_of(uint64_t seed, uint32_t contacts)
{
    struct digest d = {0};
    assert_true(demo_write(seed, contacts, DEMO_END, digest_line, &d, NULL));
    return d;
}

static void test_same_bytes(void **state)
{
    (void)state;
    struct digest a = digest_of(SEED, CONTACTS), b = digest_of(SEED, CONTACTS),
                  c = digest_of(SEED + 1, CONTACTS);
    assert_int_equal(a.hash, b.hash);
    if (a.hash != GOLDEN)
        fail_msg("the demo has changed: UINT64_C(0x%llx)", (unsigned long long)a.hash);
    assert_true(a.hash != c.hash);
}

static void test_stop(void **state)
{
    (void)state;
    struct err err = {0};
    struct digest d = {.stop_after = 100};
    assert_false(demo_write(SEED, CONTACTS, DEMO_END, digest_line, &d, &err));
    assert_int_equal(d.lines, 100);
    assert_int_equal(err.code, ERR_IO);
}

static void test_limits(void **state)
{
    (void)state;
    struct err err = {0};
    struct digest d = {0};
    assert_false(demo_write(SEED, DEMO_MIN_CONTACTS - 1, DEMO_END, digest_line, &d, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_false(demo_write(SEED, UINT32_MAX, DEMO_END, digest_line, &d, &err));
    assert_int_equal(d.lines, 0);
    assert_true(digest_of(SEED, DEMO_MIN_CONTACTS).lines > DEMO_MIN_CONTACTS);
}

// What a census of all messages finds.
struct census {
    struct arena *arena;
    struct map *names, *users, *ids;
    VEC(uint32_t) of_name, of_user;
    uint64_t events, copies, aliases, machines, anonymous, late;
    int64_t newest;
};

static void count(struct map *map, struct str key, uint32_t **v, size_t *n, size_t *cap)
{
    uint32_t number = map_intern(map, key);
    *v = vec_grown(*v, cap, number + 1, sizeof **v);
    for (; *n <= number; (*n)++)
        (*v)[*n] = 0;
    (*v)[number]++;
}

// Addresses must never reach anybody.
static void check_addresses(const struct message *m)
{
    for (unsigned i = 0; i < m->n_traits; i++) {
        struct str value = m->traits[i].value.text;
        if (str_eq(m->traits[i].key, STR("email")))
            assert_true(str_ends(value, STR(".example")));
        if (str_eq(m->traits[i].key, STR("phone")))
            assert_true(str_starts(value, STR("+999")));
    }
}

static bool census_line(void *ctx, struct str line, struct err *err)
{
    struct census *c = ctx;
    struct message m;
    arena_reset(c->arena);
    if (!message_decode(c->arena, line, &m, err))
        return false;
    uint32_t before = map_count(c->ids);
    assert_true(m.message_id.n > 0);
    if (map_intern(c->ids, m.message_id) < before) {
        c->copies++;
        return true;
    }
    assert_true(m.time >= DEMO_START && m.time < DEMO_END);
    if (m.kind == MESSAGE_ALIAS) {
        c->aliases++;
        return true;
    }
    c->events++;
    c->machines += m.type.machine;
    c->anonymous += m.user_id.n == 0;
    c->late += m.time < c->newest;
    c->newest = m.time > c->newest ? m.time : c->newest;
    if (m.type.name.n)
        count(c->names, m.type.name, &c->of_name.v, &c->of_name.n, &c->of_name.cap);
    if (m.user_id.n)
        count(c->users, m.user_id, &c->of_user.v, &c->of_user.n, &c->of_user.cap);
    check_addresses(&m);
    return true;
}

static int take_census(void **state)
{
    struct census *c = mem_zero(1, sizeof *c);
    *c = (struct census){.arena = arena_new(), .names = map_new(), .users = map_new(), .ids = map_new()};
    struct err err = {0};
    *state = c;
    if (demo_write(SEED, CONTACTS, DEMO_END, census_line, c, &err))
        return 0;
    print_error("%s\n", err.message);
    return -1;
}

static int drop_census(void **state)
{
    struct census *c = *state;
    arena_free(c->arena);
    map_free(c->names);
    map_free(c->users);
    map_free(c->ids);
    vec_free(&c->of_name);
    vec_free(&c->of_user);
    free(c);
    return 0;
}

static double per_contact(const struct census *c, const char *name)
{
    uint32_t number = map_get(c->names, str_of(name));
    return number == MAP_NONE ? 0 : c->of_name.v[number] / (double)CONTACTS;
}

#define assert_between(low, x, high)                                                        \
    do {                                                                                    \
        double value = (double)(x);                                                         \
        if (value < (low) || value > (high))                                                \
            fail_msg("%s is %f, not in %f … %f", #x, value, (double)(low), (double)(high)); \
    } while (0)

static void test_shares(void **state)
{
    const struct census *c = *state;
    double events = (double)c->events;
    assert_between(14, events / CONTACTS, 26);
    assert_between(0.001, (double)c->copies / events, 0.01);
    assert_between(0.02, (double)c->late / events, 0.15);
    assert_between(0.02, (double)c->machines / events, 0.15);
    assert_between(0.1, (double)c->anonymous / events, 0.5);
    assert_between(0.4, map_count(c->users) / (double)CONTACTS, 0.75);
    assert_true(c->aliases > 0);
    // A few of a hundred buy; deals are about half of the sales.
    assert_between(0.03, per_contact(c, "order.placed"), 0.14);
    assert_between(0.008, per_contact(c, "deal.won"), 0.04);
    assert_between(0.008, per_contact(c, "deal.lost"), 0.04);
    assert_between(0.05, per_contact(c, "contact.imported"), 0.25);
    assert_between(0.2, per_contact(c, "fact.recorded"), 1.2);
}

static void test_variety(void **state)
{
    static const char *const NAMES[] = {"page.viewed", "form.submitted", "list.subscribed", "optin.confirmed",
            "asset.downloaded", "webinar.registered", "webinar.attended", "email.sent", "email.opened",
            "email.clicked", "email.replied", "email.bounced", "list.unsubscribed", "linkedin.messaged",
            "social.liked", "social.commented", "social.shared", "social.inquired", "call.attempted",
            "call.answered", "call.received", "chat.messaged", "meeting.booked", "meeting.held", "event.met",
            "survey.answered", "contact.created", "cart.added", "cart.abandoned", "checkout.started",
            "coupon.redeemed", "trial.started", "trial.activated", "account.signed_in", "offer.sent",
            "deal.opened", "sales.accepted", "sales.returned", "stage.assigned", "referral.made",
            "subscription.cancelled"};
    const struct census *c = *state;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (per_contact(c, NAMES[i]) == 0)
            fail_msg("no %s", NAMES[i]);
}

static void test_heavy_tail(void **state)
{
    const struct census *c = *state;
    uint32_t most = 0, few = 0;
    for (size_t i = 0; i < c->of_user.n; i++) {
        most = c->of_user.v[i] > most ? c->of_user.v[i] : most;
        few += c->of_user.v[i] <= 5;
    }
    assert_true(most > 500);
    assert_true(few > c->of_user.n / 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_stop), cmocka_unit_test(test_limits)};
    const struct CMUnitTest counts[] = {
            cmocka_unit_test(test_shares), cmocka_unit_test(test_variety), cmocka_unit_test(test_heavy_tail)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return failed + cmocka_run_group_tests(counts, take_census, drop_census);
}
