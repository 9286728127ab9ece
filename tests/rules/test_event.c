// The words of events: the catalogue, Segment's names, directions.
#include "rules/event.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void catalogue_is_sorted(void **state)
{
    (void)state;
    unsigned n = 0;
    for (; event_catalogue(n).n; n++) {
        struct str name = event_catalogue(n);
        assert_true(event_known(name));
        assert_true(str_eq(event_canonical(name), name));
        if (n > 0)
            assert_true(str_cmp(event_catalogue(n - 1), name) < 0);
    }
    assert_int_equal(n, 72);
    assert_null(event_catalogue(n).p);
    assert_null(event_catalogue(UINT32_MAX).p);
}

static void catalogue_knows_every_name_of_the_contract(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"cart.added", "cart.removed", "cart.viewed", "checkout.started",
            "order.placed", "order.refunded", "coupon.redeemed", "product.viewed", "social.shared",
            "email.delivered", "email.opened", "email.clicked", "email.bounced", "email.complained",
            "list.unsubscribed", "account.created", "account.signed_in", "trial.started", "trial.ended",
            "form.submitted", "list.subscribed", "optin.confirmed", "email.replied", "sms.replied",
            "sms.clicked", "call.received", "call.answered", "chat.messaged", "social.followed",
            "social.liked", "social.commented", "social.inquired", "asset.downloaded", "webinar.registered",
            "webinar.attended", "cart.abandoned", "trial.activated", "meeting.booked", "meeting.held",
            "event.met", "survey.answered", "referral.made", "contact.imported", "contact.created",
            "deal.opened", "deal.moved", "deal.won", "deal.lost", "sales.accepted", "sales.returned",
            "stage.assigned", "fact.recorded", "task.done", "note.added", "owner.assigned", "page.viewed",
            "screen.viewed", "email.sent", "sms.sent", "sms.delivered", "linkedin.messaged",
            "social.messaged", "call.attempted", "letter.sent", "offer.sent", "ad.shown", "list.added",
            "sms.bounced"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
        assert_true(event_known(str_of(NAMES[i])));
    assert_false(event_known(STR("email.repliedx")));
    assert_false(event_known(STR("email.replie")));
    assert_false(event_known(STR("Email.replied")));
    assert_false(event_known(STR("")));
    assert_false(event_known(STR("Order Completed")));
}

static void segment_names_stand_for_the_catalogue(void **state)
{
    (void)state;
    static const char *const PAIRS[][2] = {{"Product Added", "cart.added"},
            {"Product Removed", "cart.removed"}, {"Cart Viewed", "cart.viewed"},
            {"Checkout Started", "checkout.started"}, {"Order Completed", "order.placed"},
            {"Order Refunded", "order.refunded"}, {"Coupon Applied", "coupon.redeemed"},
            {"Product Viewed", "product.viewed"}, {"Product Shared", "social.shared"},
            {"Email Delivered", "email.delivered"}, {"Email Opened", "email.opened"},
            {"Email Link Clicked", "email.clicked"}, {"Email Bounced", "email.bounced"},
            {"Email Marked as Spam", "email.complained"}, {"Unsubscribed", "list.unsubscribed"},
            {"Signed Up", "account.created"}, {"Signed In", "account.signed_in"},
            {"Trial Started", "trial.started"}, {"Trial Ended", "trial.ended"}};
    for (size_t i = 0; i < sizeof PAIRS / sizeof PAIRS[0]; i++)
        assert_true(str_eq(event_canonical(str_of(PAIRS[i][0])), str_of(PAIRS[i][1])));
    // Spelling is exact; anything else is itself.
    static const char *const OTHERS[] = {
            "order completed", "Order  Completed", "Order Completed ", "Demo", ""};
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++)
        assert_true(str_eq(event_canonical(str_of(OTHERS[i])), str_of(OTHERS[i])));
}

static void directions_follow_the_lists(void **state)
{
    (void)state;
    static const char *const OUT[] = {"email.sent", "email.delivered", "sms.sent", "sms.delivered",
            "linkedin.messaged", "social.messaged", "call.attempted", "letter.sent", "offer.sent",
            "ad.shown"};
    for (size_t i = 0; i < sizeof OUT / sizeof OUT[0]; i++)
        assert_int_equal(event_direction(str_of(OUT[i])), DIR_OUTBOUND);
    static const char *const INTERNAL[] = {"contact.imported", "contact.whatever", "fact.recorded",
            "stage.assigned", "stage.x", "sales.accepted", "deal.won", "deal.paused", "task.done",
            "task.opened", "note.added", "owner.assigned", "consent.given", "list.added", "email.bounced",
            "sms.bounced"};
    for (size_t i = 0; i < sizeof INTERNAL / sizeof INTERNAL[0]; i++)
        assert_int_equal(event_direction(str_of(INTERNAL[i])), DIR_INTERNAL);
    static const char *const IN[] = {"email.replied", "email.opened", "list.subscribed", "list.unsubscribed",
            "page.viewed", "Demo Requested", "contact", "contacts.listed", "email.sent2", "", "deals.won"};
    for (size_t i = 0; i < sizeof IN / sizeof IN[0]; i++)
        assert_int_equal(event_direction(str_of(IN[i])), DIR_INBOUND);
}

// A name of the catalogue in an internal family is internal in the table too.
static void families_and_catalogue_agree(void **state)
{
    (void)state;
    static const char *const FAMILIES[] = {
            "contact.", "fact.", "stage.", "sales.", "deal.", "task.", "note.", "owner.", "consent."};
    for (unsigned i = 0; event_catalogue(i).n; i++)
        for (size_t f = 0; f < sizeof FAMILIES / sizeof FAMILIES[0]; f++)
            if (str_starts(event_catalogue(i), str_of(FAMILIES[f])))
                assert_int_equal(event_direction(event_catalogue(i)), DIR_INTERNAL);
}

static void direction_words(void **state)
{
    (void)state;
    enum direction d = DIR_INTERNAL;
    assert_true(direction_parse(STR("inbound"), &d));
    assert_int_equal(d, DIR_INBOUND);
    assert_true(direction_parse(STR("outbound"), &d));
    assert_int_equal(d, DIR_OUTBOUND);
    assert_true(direction_parse(STR("internal"), &d));
    assert_int_equal(d, DIR_INTERNAL);
    assert_false(direction_parse(STR("Inbound"), &d));
    assert_false(direction_parse(STR(""), &d));
    assert_int_equal(d, DIR_INTERNAL);
    assert_true(str_eq(direction_word(DIR_OUTBOUND), STR("outbound")));
    assert_true(str_eq(direction_word(DIR_INBOUND), STR("inbound")));
    assert_true(str_eq(direction_word(DIR_INTERNAL), STR("internal")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(catalogue_is_sorted),
            cmocka_unit_test(catalogue_knows_every_name_of_the_contract),
            cmocka_unit_test(segment_names_stand_for_the_catalogue),
            cmocka_unit_test(directions_follow_the_lists),
            cmocka_unit_test(families_and_catalogue_agree),
            cmocka_unit_test(direction_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
