// Long because: one fixture, and a case for each rule of docs/campaigns.md.
// Campaigns by a clock that the test turns: what is done when, as docs/campaigns.md says.
#include "support/api_call.h"
#include "support/store_help.h"

#include "app/campaign/campaign.h"
#include "app/message/private.h"
#include "app/standing/live.h"
#include "base/datetime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

// Of support/data_help.h, which cannot be included: the log has a struct message of its own.
struct str help_folder(void);
void help_remove(const char *folder);
void help_init_with(const char *folder, struct str model, const char *name, int64_t now);

#define MODEL "stage visitor when any page.viewed\nstage lead when any form.submitted\n"
#define MAILBOX                                                                                      \
    "{\"name\":\"Us\",\"address\":\"us@ours.example\",\"smtp\":{\"host\":\"mail.test\",\"port\":25," \
    "\"security\":\"none\"}}"
#define MAIL(id) "{\"id\":\"" id "\",\"kind\":\"mail\",\"subject\":\"" id "\",\"body\":\"Hello\"}"
#define WAIT(id, time) "{\"id\":\"" id "\",\"kind\":\"wait\",\"for\":\"" time "\"}"

enum { MAILS_MAX = 100, ROUNDS = 100 };

struct fixture {
    struct arena *arena;
    char folder[200], data[220];
    struct api api;
    struct mail_network network;
    struct err err;
    int64_t now;
    char campaign[40]; // the id of the one that was made last
    // What went out: "who subject at", in the order of the hand-over.
    struct str mails[MAILS_MAX];
    unsigned n_mails;
    struct mail_delivery *first, *last; // not collected yet
    bool held;                          // the network says nothing
    enum handed fate;
};

static void must(struct fixture *f, bool ok)
{
    if (!ok)
        fail_msg("%s", f->err.message);
}

static struct str time_text(struct fixture *f, int64_t at)
{
    char text[DATETIME_SIZE];
    return arena_str(f->arena, datetime_format(at, text));
}

static struct str subject_of(struct str content)
{
    const char *line = memmem(content.p, content.n, "Subject: ", 9);
    struct str rest = line ? str_sub(content, (size_t)(line - content.p) + 9, content.n) : STR("");
    return str_sub(rest, 0, str_find(rest, '\r'));
}

static void submit(void *ctx, struct mail_delivery *mail)
{
    struct fixture *f = ctx;
    assert_true(f->n_mails < MAILS_MAX);
    f->mails[f->n_mails++] =
            arena_printf(f->arena, "%.*s %.*s %.*s", STR_ARG(str_sub(mail->to, 0, str_find(mail->to, '@'))),
                    STR_ARG(subject_of(mail->content)), STR_ARG(time_text(f, f->now)));
    mail->next = NULL;
    *(f->first ? &f->last->next : &f->first) = mail;
    f->last = mail;
}

static size_t collect(void *ctx, struct mail_delivery **out, size_t n, unsigned ms)
{
    struct fixture *f = ctx;
    size_t got = 0;
    (void)ms;
    for (; got < n && f->first && !f->held; got++) {
        out[got] = f->first;
        f->first = f->first->next;
        out[got]->handed = f->fate;
        out[got]->reply = f->fate == HANDED_LATER ? 451 : 250;
    }
    return got;
}

static void stop(void *ctx)
{
    ((struct fixture *)ctx)->held = false;
}

static int64_t clock_of_test(void *ctx)
{
    return ((struct fixture *)ctx)->now * 1000;
}

// --- what a test does

static struct str api(struct fixture *f, const char *method, const char *path, struct str body)
{
    struct str answer = STR_NONE;
    int status = api_call(&f->api, f->arena, method, path, body, NULL, &answer);
    if (status >= 300)
        fail_msg("%s %s: %d %.*s", method, path, status, STR_ARG(answer));
    return answer;
}

// Everything that can be done now.
static void settle(struct fixture *f)
{
    bool busy = true;
    for (unsigned i = 0; busy; i++) {
        bool campaign = false, message = false;
        assert_true(i < ROUNDS);
        must(f, live_tick(f->api.app, f->api.reader, &f->err) &&
                        campaign_tick(f->api.app, f->api.reader, &campaign, &f->err) &&
                        live_tick(f->api.app, f->api.reader, &f->err) &&
                        message_tick(f->api.app, f->api.reader, &message, &f->err));
        busy = campaign || message;
    }
}

static int64_t due(struct fixture *f, const char *sql)
{
    int64_t at;
    must(f, store_number(data_store(f->api.reader), sql, INT64_MAX, &at, &f->err));
    return at ? at : INT64_MAX;
}

// Turns the clock from one moment at which something is due to the next.
static void go_until(struct fixture *f, const char *text)
{
    int64_t until;
    assert_true(datetime_parse(str_of(text), &until));
    for (settle(f); f->now < until; settle(f)) {
        int64_t people = due(f, "SELECT min(due) FROM campaign_person WHERE state = 'active'"),
                mails = due(f, "SELECT min(due) FROM message_send WHERE state = 0"),
                next = people < mails ? people : mails;
        next = next > f->now ? next : f->now + 1;
        f->now = next < until ? next : until;
    }
}

static void say(struct fixture *f, const char *message)
{
    struct writing *w;
    must(f, writing_begin(f->api.app, &w, &f->err));
    must(f, writing_end(w, writing_append(w, str_of(message), NULL, &f->err), &f->err));
    settle(f);
}

static void event(struct fixture *f, const char *who, const char *name, const char *properties)
{
    say(f, arena_printf(f->arena,
                   "{\"type\":\"track\",\"userId\":\"%s\",\"event\":\"%s\",\"properties\":{%s}}", who, name,
                   properties)
                    .p);
}

static void person(struct fixture *f, const char *who, const char *zone)
{
    say(f, arena_printf(f->arena,
                   "{\"type\":\"identify\",\"userId\":\"%s\",\"traits\":{\"email\":\"%s@example.org\","
                   "\"time_zone\":\"%s\"}}",
                   who, who, zone)
                    .p);
}

static const char *path(struct fixture *f, const char *rest)
{
    return arena_printf(f->arena, "/api/campaigns/%s%s", f->campaign, rest).p;
}

// Makes a campaign of these members and steps, and starts it.
static void campaign(struct fixture *f, const char *kind, const char *members, const char *steps)
{
    struct str text = arena_printf(f->arena, "{\"name\":\"S\",\"kind\":\"%s\",%s%s\"steps\":[%s]}", kind,
            members, *members ? "," : "", steps);
    struct json *json;
    must(f, json_parse(f->arena, api(f, "POST", "/api/campaigns", text), &json, &f->err));
    snprintf(f->campaign, sizeof f->campaign, "%.*s", STR_ARG(json_get_str(json, STR("id"))));
    api(f, "POST", path(f, "/start"), STR(""));
}

static void sequence(struct fixture *f, const char *members, const char *steps)
{
    campaign(f, "sequence", members, steps);
}

static void enter(struct fixture *f, const char *who)
{
    api(f, "POST", path(f, "/people"), arena_printf(f->arena, "{\"contacts\":[\"%s\"]}", who));
    settle(f);
}

static void edit(struct fixture *f, const char *steps)
{
    api(f, "PATCH", path(f, ""), arena_printf(f->arena, "{\"steps\":[%s]}", steps));
    settle(f);
}

// --- what it expects

static void expect_mails(struct fixture *f, int line, const char *expected)
{
    struct buf all = {0};
    for (unsigned i = 0; i < f->n_mails; i++)
        buf_printf(&all, "%s%.*s", i ? "\n" : "", STR_ARG(f->mails[i]));
    if (!str_eq(buf_str(&all), str_of(expected)))
        fail_msg("line %d: these went out:\n%.*s\nand these should have:\n%s", line, (int)all.n, all.p,
                expected);
    buf_free(&all);
}
#define MAILS(expected) expect_mails(f, __LINE__, expected)

// "step what why, …" of the person's record, and how they stand.
static void expect_record(struct fixture *f, int line, const char *who, const char *expected)
{
    struct buf all = {0};
    struct json *json;
    struct str answer = api(f, "GET", path(f, arena_printf(f->arena, "/people/%s", who).p), STR(""));
    must(f, json_parse(f->arena, answer, &json, &f->err));
    for (const struct json *l = json_get(json, STR("record"))->child; l; l = l->next) {
        struct str step = json_get_str(l, STR("step")), why = json_get_str(l, STR("why"));
        buf_printf(
                &all, "%.*s%s%.*s", STR_ARG(step), step.n ? " " : "", STR_ARG(json_get_str(l, STR("what"))));
        buf_printf(&all, "%s%.*s, ", why.n ? " " : "", STR_ARG(why));
    }
    const struct json *now = json_get(json, STR("person"));
    buf_put(&all, now && now->kind == JSON_OBJECT ? json_get_str(now, STR("state")) : STR("not there"));
    if (!str_eq(buf_str(&all), str_of(expected)))
        fail_msg("line %d: the record is\n%.*s\nand should be\n%s", line, (int)all.n, all.p, expected);
    buf_free(&all);
}
#define RECORD(who, expected) expect_record(f, __LINE__, who, expected)

static void open_app(struct fixture *f)
{
    struct app_options options = {
            .folder = f->data, .clock = {clock_of_test, f}, .mail = &f->network, .still = true};
    must(f, app_open(&options, &f->api.app, &f->err) && app_start(f->api.app, &f->err) &&
                    app_reader(f->api.app, &f->api.reader, &f->err) &&
                    live_tick(f->api.app, f->api.reader, &f->err) &&
                    router_new(f->arena, app_routes(f->api.app), &f->api.router, &f->err));
}

static void close_app(struct fixture *f)
{
    data_close(f->api.reader);
    app_close(f->api.app);
}

static int begin(void **state, const char *text)
{
    struct arena *arena = arena_new();
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    f->arena = arena;
    assert_true(datetime_parse(str_of(text), &f->now));
    snprintf(f->folder, sizeof f->folder, "%s", help_folder().p);
    snprintf(f->data, sizeof f->data, "%s/data", f->folder);
    help_init_with(f->data, STR(MODEL), "m", f->now);
    f->network = (struct mail_network){.ctx = f, .submit = submit, .collect = collect, .stop = stop};
    f->fate = HANDED_DELIVERED;
    open_app(f);
    api(f, "POST", "/api/mailboxes", STR(MAILBOX));
    *state = f;
    return 0;
}

static int in_march(void **state) // the day before clocks go forward in Berlin
{
    return begin(state, "2026-03-28T12:00:00Z");
}

static int in_october(void **state) // the day before they go back
{
    return begin(state, "2026-10-24T12:00:00Z");
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    close_app(f);
    help_remove(f->folder);
    arena_free(f->arena);
    return 0;
}

// --- the hours of the contact's own day

#define NIGHT "\"quiet\":{\"from\":\"22:00\",\"to\":\"08:00\"}"

static void test_quiet_forward(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "Europe/Berlin");
    person(f, "bob", "America/New_York");
    person(f, "cat", "Asia/Kolkata");
    sequence(f, NIGHT, MAIL("m"));
    go_until(f, "2026-03-28T21:00:00Z"); // 22:00 in Berlin, 17:00 in New York, 02:30 in Kolkata
    enter(f, "ann");
    enter(f, "bob");
    enter(f, "cat");
    go_until(f, "2026-03-30T00:00:00Z");
    // Nine hours of night in Berlin, as 02:00 is 03:00.
    MAILS("bob m 2026-03-28T21:00:00Z\ncat m 2026-03-29T02:30:00Z\nann m 2026-03-29T06:00:00Z");
}

static void test_quiet_back(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "Europe/Berlin");
    sequence(f, NIGHT, MAIL("m") "," WAIT("w", "13 hours") "," MAIL("n"));
    go_until(f, "2026-10-24T19:59:59Z"); // a second before 22:00
    enter(f, "ann");
    go_until(f, "2026-10-26T00:00:00Z");
    // Eleven hours of night; 13 hours after 21:59:59 are 09:59:59.
    MAILS("ann m 2026-10-24T19:59:59Z\nann n 2026-10-25T08:59:59Z");
    go_until(f, "2026-10-26T20:00:00Z");
    enter(f, "ann"); // again never
    MAILS("ann m 2026-10-24T19:59:59Z\nann n 2026-10-25T08:59:59Z");
}

static void test_quiet_back_waits(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "Europe/Berlin");
    sequence(f, NIGHT, MAIL("m"));
    go_until(f, "2026-10-24T20:00:00Z"); // 22:00
    enter(f, "ann");
    go_until(f, "2026-10-26T00:00:00Z");
    MAILS("ann m 2026-10-25T07:00:00Z"); // 08:00 by the winter's clock
}

#define UNTIL(id, days, hour) \
    "{\"id\":\"" id "\",\"kind\":\"wait_until\",\"weekdays\":[" days "],\"hour\":\"" hour "\"}"

static void test_wait_until(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "Europe/Berlin");
    person(f, "bob", "America/New_York");
    person(f, "cat", "Asia/Kolkata");
    sequence(f, "",
            UNTIL("w", "\"tue\",\"thu\"", "09:30") "," MAIL("m") "," UNTIL(
                    "x", "\"tue\",\"thu\"", "09:30") "," MAIL("n"));
    enter(f, "ann");
    enter(f, "bob");
    enter(f, "cat");
    go_until(f, "2026-04-03T00:00:00Z");
    // Saturday to Tuesday; the moment that has come counts, so the second wait ends at once.
    MAILS("cat m 2026-03-31T04:00:00Z\ncat n 2026-03-31T04:00:00Z\n"
          "ann m 2026-03-31T07:30:00Z\nann n 2026-03-31T07:30:00Z\n"
          "bob m 2026-03-31T13:30:00Z\nbob n 2026-03-31T13:30:00Z");
}

static void test_skipped_hour(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "Europe/Berlin");
    sequence(f, "", UNTIL("w", "\"sun\"", "02:30") "," MAIL("m"));
    enter(f, "ann");
    go_until(f, "2026-03-30T00:00:00Z");
    MAILS("ann m 2026-03-29T01:30:00Z"); // 03:30
}

static void test_hour_twice(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "Europe/Berlin");
    sequence(f, "", UNTIL("w", "\"sun\"", "02:30") "," MAIL("m"));
    enter(f, "ann");
    go_until(f, "2026-10-26T00:00:00Z");
    MAILS("ann m 2026-10-25T00:30:00Z"); // the first 02:30
}

// Whose zone is not said: the country's, the phone number's, the business's.
static void test_zone_known(void **state)
{
    static const char *const WHO[][2] = {{"de", "\"country\":\"DE\""} /* its two zones show the same */,
            {"it", "\"phone\":\"+39 06 1234 5678\""},
            {"both", "\"phone\":\"+39 06 1234 5678\",\"country\":\"in\""},
            {"us", "\"country\":\"US\",\"phone\":\"+1 212 555 0123\""} /* several zones */,
            {"none", "\"age\":3"}};
    struct fixture *f = *state;
    api(f, "PATCH", "/api/settings", STR("{\"time_zone\":\"Asia/Tokyo\"}"));
    sequence(f, "", UNTIL("w", "", "09:00") "," MAIL("m"));
    for (unsigned i = 0; i < sizeof WHO / sizeof *WHO; i++) {
        say(f, arena_printf(f->arena,
                       "{\"type\":\"identify\",\"userId\":\"%s\",\"traits\":{\"email\":\"%s@example.org\",%s}"
                       "}",
                       WHO[i][0], WHO[i][0], WHO[i][1])
                        .p);
        enter(f, WHO[i][0]);
    }
    go_until(f, "2026-03-30T00:00:00Z");
    MAILS("us m 2026-03-29T00:00:00Z\nnone m 2026-03-29T00:00:00Z\nboth m 2026-03-29T03:30:00Z\n"
          "de m 2026-03-29T07:00:00Z\nit m 2026-03-29T07:00:00Z");
}

// --- the frequency cap

static void test_cap_postpones(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "UTC");
    sequence(f, "\"cap\":{\"mails\":2,\"days\":3}",
            MAIL("a") "," WAIT("w", "1 hour") "," MAIL("b") "," WAIT("x", "1 hour") "," MAIL("c"));
    enter(f, "ann");
    go_until(f, "2026-04-10T00:00:00Z");
    // Due at 14:00, looked at every six hours; three days after the first one was sent, there is room.
    MAILS("ann a 2026-03-28T12:00:00Z\nann b 2026-03-28T13:00:00Z\nann c 2026-03-31T14:00:00Z");
}

static void test_cap_skips(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "UTC");
    sequence(f, "\"cap\":{\"mails\":1,\"days\":30}",
            MAIL("a") "," MAIL("b") "," WAIT("w", "30 days") "," MAIL("c"));
    enter(f, "ann");
    go_until(f, "2026-04-04T12:00:00Z");
    RECORD("ann", "entered by hand, a mail, a sent, b mail, active");
    go_until(f, "2026-06-01T00:00:00Z");
    MAILS("ann a 2026-03-28T12:00:00Z\nann c 2026-05-04T18:00:00Z"); // a week and one more look, then 30 days
    RECORD("ann",
            "entered by hand, a mail, a sent, b mail, b skipped frequency_cap, w waited, c mail, c sent,"
            " c left finished, left");
}

// What two contacts had counts for the person that they turn out to be; and it is all campaigns' mails.
static void test_cap_of_one_person(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "UTC");
    person(f, "eve", "UTC");
    api(f, "PATCH", "/api/settings", STR("{\"mail_cap_mails\":2,\"mail_cap_days\":2}"));
    sequence(f, "", MAIL("a"));
    enter(f, "ann");
    enter(f, "eve");
    go_until(f, "2026-03-28T13:00:00Z");
    say(f, "{\"type\":\"alias\",\"userId\":\"ann\",\"previousId\":\"eve\"}");
    sequence(f, "", MAIL("b"));
    enter(f, "ann");
    go_until(f, "2026-04-10T00:00:00Z");
    MAILS("ann a 2026-03-28T12:00:00Z\neve a 2026-03-28T12:00:00Z\neve b 2026-03-30T13:00:00Z");
}

// --- pause and resume

static void test_pause(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "UTC");
    person(f, "bob", "UTC");
    sequence(f, "", MAIL("a") "," WAIT("w", "1 day") "," MAIL("b"));
    enter(f, "ann");
    go_until(f, "2026-03-28T18:00:00Z");
    enter(f, "bob");
    go_until(f, "2026-03-29T11:00:00Z");
    api(f, "POST", path(f, "/pause"), STR(""));
    go_until(f, "2026-03-29T15:00:00Z"); // ann's wait is over meanwhile, bob's is not
    api(f, "POST", path(f, "/resume"), STR(""));
    go_until(f, "2026-04-10T00:00:00Z");
    MAILS("ann a 2026-03-28T12:00:00Z\nbob a 2026-03-28T18:00:00Z\n"
          "ann b 2026-03-29T15:00:00Z\nbob b 2026-03-29T18:00:00Z");
}

// A mail that waits for the morning, when the campaign is paused.
static void test_pause_queued(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "UTC");
    sequence(f, NIGHT, MAIL("a"));
    go_until(f, "2026-03-28T23:00:00Z");
    enter(f, "ann");
    RECORD("ann", "entered by hand, a mail, active");
    api(f, "POST", path(f, "/pause"), STR(""));
    go_until(f, "2026-03-29T09:30:00Z");
    MAILS("");
    api(f, "POST", path(f, "/resume"), STR(""));
    go_until(f, "2026-03-30T00:00:00Z");
    assert_int_equal(f->n_mails, 1);
    MAILS("ann a 2026-03-29T09:31:00Z"); // a paused campaign's mail is looked at every minute
}

// --- changes while it runs

static void test_edit_wait(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "UTC");
    person(f, "bob", "UTC");
    sequence(f, "", WAIT("w", "2 days") "," MAIL("a"));
    enter(f, "ann");
    edit(f, WAIT("w", "5 days") "," MAIL("a"));
    enter(f, "bob"); // only they wait so long
    go_until(f, "2026-04-10T00:00:00Z");
    MAILS("ann a 2026-03-30T12:00:00Z\nbob a 2026-04-02T12:00:00Z");
}

static void test_edit_removed(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "UTC");
    sequence(f, "", WAIT("w", "2 days") "," WAIT("x", "1 day") "," MAIL("a"));
    enter(f, "ann");
    go_until(f, "2026-03-29T12:00:00Z");
    edit(f, WAIT("x", "1 day") "," MAIL("a")); // on at once, at the first one below that is left
    go_until(f, "2026-04-10T00:00:00Z");
    MAILS("ann a 2026-03-30T12:00:00Z");
}

static void test_edit_removed_last(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "UTC");
    sequence(f, "", MAIL("a") "," WAIT("w", "2 days"));
    enter(f, "ann");
    edit(f, MAIL("a"));
    RECORD("ann", "entered by hand, a mail, a sent, w left finished, left");
    go_until(f, "2026-04-10T00:00:00Z");
    assert_int_equal(f->n_mails, 1);
}

// A mail that is queued: its step goes, or says something else.
static void test_edit_queued(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "UTC");
    sequence(f, NIGHT, MAIL("a") "," MAIL("b"));
    go_until(f, "2026-03-28T23:00:00Z");
    enter(f, "ann");
    edit(f, MAIL("b"));
    go_until(f, "2026-03-29T08:00:00Z");
    MAILS("ann b 2026-03-29T08:00:00Z");
    RECORD("ann", "entered by hand, a mail, a skipped step removed, b mail, b sent, b left finished, left");
}

static void test_edit_text(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "UTC");
    sequence(f, NIGHT, MAIL("a"));
    go_until(f, "2026-03-28T23:00:00Z");
    enter(f, "ann");
    edit(f, "{\"id\":\"a\",\"kind\":\"mail\",\"subject\":\"news\",\"body\":\"Hello\"}");
    go_until(f, "2026-03-29T12:00:00Z");
    MAILS("ann news 2026-03-29T08:00:00Z");
}

// People stand at a step by its id, wherever it stands now.
static void test_edit_inserted(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "UTC");
    person(f, "bob", "UTC");
    sequence(f, "", WAIT("w", "2 days") "," MAIL("a"));
    enter(f, "ann");
    edit(f, MAIL("first") "," WAIT("w", "2 days") "," MAIL("below") "," MAIL("a"));
    enter(f, "bob");
    go_until(f, "2026-04-10T00:00:00Z");
    MAILS("bob first 2026-03-28T12:00:00Z\nann below 2026-03-30T12:00:00Z\nbob below 2026-03-30T12:00:00Z\n"
          "ann a 2026-03-30T12:00:00Z\nbob a 2026-03-30T12:00:00Z");
}

// --- who leaves

#define TWO MAIL("a") "," WAIT("w", "1 day") "," MAIL("b")

static void test_stop_reply(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "UTC");
    person(f, "bob", "UTC");
    sequence(f, "", TWO);
    enter(f, "ann");
    enter(f, "bob");
    event(f, "ann", "email.replied", "");
    event(f, "bob", "email.replied", "\"auto\":true"); // a machine
    go_until(f, "2026-04-10T00:00:00Z");
    MAILS("ann a 2026-03-28T12:00:00Z\nbob a 2026-03-28T12:00:00Z\nbob b 2026-03-29T12:00:00Z");
    RECORD("ann", "entered by hand, a mail, a sent, w left replied, left");
}

// While the mail waits for the morning.
static void test_stop_queued(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "UTC");
    sequence(f, NIGHT, MAIL("a"));
    go_until(f, "2026-03-28T23:00:00Z");
    enter(f, "ann");
    event(f, "ann", "email.replied", "");
    go_until(f, "2026-03-30T00:00:00Z");
    MAILS("");
    RECORD("ann", "entered by hand, a mail, a left replied, a skipped replied, left");
}

static void test_stop_not_wanted(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "UTC");
    person(f, "bob", "UTC");
    sequence(f, "\"stop\":{\"reply\":false,\"unsubscribe\":true}", TWO);
    enter(f, "ann");
    enter(f, "bob");
    event(f, "ann", "email.replied", "");
    event(f, "bob", "list.unsubscribed", "");
    go_until(f, "2026-04-10T00:00:00Z");
    MAILS("ann a 2026-03-28T12:00:00Z\nbob a 2026-03-28T12:00:00Z\nann b 2026-03-29T12:00:00Z");
    RECORD("bob", "entered by hand, a mail, a sent, w left unsubscribed, left");
}

static void test_stop_stage(void **state)
{
    struct fixture *f = *state;
    person(f, "ann", "UTC");
    person(f, "bob", "UTC");
    sequence(f, "\"stop\":{\"when\":\"is lead\"}", TWO);
    enter(f, "ann");
    enter(f, "bob");
    event(f, "ann", "form.submitted", "");
    event(f, "bob", "page.viewed", "");
    go_until(f, "2026-04-10T00:00:00Z");
    MAILS("ann a 2026-03-28T12:00:00Z\nbob a 2026-03-28T12:00:00Z\nbob b 2026-03-29T12:00:00Z");
    RECORD("ann", "entered by hand, a mail, a sent, w left stopped, left");
}

// --- coming in again

static void again(struct fixture *f, const char *rule)
{
    person(f, "ann", "UTC");
    sequence(f,
            arena_printf(f->arena, "\"again\":\"%s\",\"entry\":{\"event\":\"\\\"form.submitted\\\"\"}", rule)
                    .p,
            TWO);
    event(f, "ann", "form.submitted", "");
    go_until(f, "2026-03-28T18:00:00Z");
    event(f, "ann", "form.submitted", ""); // on their way
    go_until(f, "2026-03-31T18:00:00Z");
    event(f, "ann", "form.submitted", ""); // after it, at the latest
    go_until(f, "2026-04-10T00:00:00Z");
}

static void test_again_never(void **state)
{
    struct fixture *f = *state;
    again(f, "never");
    MAILS("ann a 2026-03-28T12:00:00Z\nann b 2026-03-29T12:00:00Z");
}

static void test_again_after_leaving(void **state)
{
    struct fixture *f = *state;
    again(f, "after_leaving");
    MAILS("ann a 2026-03-28T12:00:00Z\nann b 2026-03-29T12:00:00Z\n"
          "ann a 2026-03-31T18:00:00Z\nann b 2026-04-01T18:00:00Z");
}

static void test_again_always(void **state)
{
    struct fixture *f = *state;
    again(f, "always");
    MAILS("ann a 2026-03-28T12:00:00Z\nann a 2026-03-28T18:00:00Z\nann b 2026-03-29T18:00:00Z\n"
          "ann a 2026-03-31T18:00:00Z\nann b 2026-04-01T18:00:00Z");
}

// --- two that turn out to be one while one of them is having a mail

// eve's mail is being handed over, and nobody knows how that ends; ann came in before her, and hers waits for
// the morning.
static void meet(struct fixture *f)
{
    person(f, "eve", "America/New_York");
    person(f, "ann", "UTC");
    sequence(f, NIGHT, MAIL("a") "," MAIL("b"));
    go_until(f, "2026-03-28T23:00:00Z");
    enter(f, "ann");
    f->now += 60;
    f->held = true;
    enter(f, "eve");
    MAILS("eve a 2026-03-28T23:01:00Z");
    say(f, "{\"type\":\"alias\",\"userId\":\"ann\",\"previousId\":\"eve\"}");
    go_until(f, "2026-03-29T08:05:00Z");
    MAILS("eve a 2026-03-28T23:01:00Z");
    f->held = false;
}

static void test_merged_taken(void **state)
{
    struct fixture *f = *state;
    meet(f);
    go_until(f, "2026-03-30T00:00:00Z");
    MAILS("eve a 2026-03-28T23:01:00Z\nann b 2026-03-29T08:05:15Z");
}

static void test_merged_unclear(void **state)
{
    struct fixture *f = *state;
    meet(f);
    f->fate = HANDED_UNCLEAR;
    settle(f);
    f->fate = HANDED_DELIVERED;
    go_until(f, "2026-03-30T00:00:00Z");
    MAILS("eve a 2026-03-28T23:01:00Z\nann b 2026-03-29T08:05:15Z");
}

// It was not taken: somebody's mail goes, once.
static void test_merged_refused(void **state)
{
    struct fixture *f = *state;
    meet(f);
    f->fate = HANDED_LATER;
    settle(f);
    f->fate = HANDED_DELIVERED;
    go_until(f, "2026-03-30T00:00:00Z");
    MAILS("eve a 2026-03-28T23:01:00Z\nann a 2026-03-29T08:05:15Z\nann b 2026-03-29T08:05:15Z");
}

// --- nobody stands still for ever

static struct str text_at(struct fixture *f, const char *where, const char *key)
{
    struct json *json;
    must(f, json_parse(f->arena, api(f, "GET", where, STR("")), &json, &f->err));
    return json_get_str(json, str_of(key));
}

// Its time comes when the model no longer has a word of its audience: it alone does not go out.
static void test_scheduled_broken(void **state)
{
    struct fixture *f = *state;
    struct json *json;
    person(f, "ann", "UTC");
    campaign(f, "broadcast", "\"audience\":\"is lead\",\"start_at\":\"2026-03-29T00:00:00Z\"", MAIL("x"));
    struct str broken = arena_str(f->arena, str_of(f->campaign));
    sequence(f, "", WAIT("w", "2 days") "," MAIL("a"));
    enter(f, "ann");
    struct str made = api(f, "POST", "/api/models",
            STR("{\"name\":\"other\",\"text\":\"stage visitor when any page.viewed\"}"));
    must(f, json_parse(f->arena, made, &json, &f->err));
    struct str id = json_get_str(json, STR("id"));
    api(f, "POST", arena_printf(f->arena, "/api/models/%.*s/activate", STR_ARG(id)).p, STR("{}"));
    usleep(600000); // a new model is looked for by the machine's own clock
    go_until(f, "2026-04-10T00:00:00Z");
    MAILS("ann a 2026-03-30T12:00:00Z");
    struct str there = arena_printf(f->arena, "/api/campaigns/%.*s", STR_ARG(broken));
    assert_string_equal(arena_str(f->arena, text_at(f, there.p, "state")).p, "draft");
}

static struct str send_of(struct fixture *f, unsigned n)
{
    struct json *json;
    must(f, json_parse(f->arena, api(f, "GET", "/api/sends", STR("")), &json, &f->err));
    const struct json *one = json_get(json, STR("items"))->child;
    while (n-- && one)
        one = one->next;
    assert_non_null(one);
    return json_get_str(one, STR("id"));
}

static void decide(struct fixture *f, struct str send, const char *body)
{
    api(f, "POST", arena_printf(f->arena, "/api/sends/%.*s/decide", STR_ARG(send)).p, str_of(body));
    settle(f);
}

static void unclear(struct fixture *f)
{
    person(f, "ann", "UTC");
    sequence(f, "", MAIL("a"));
    f->fate = HANDED_UNCLEAR;
    enter(f, "ann");
    f->fate = HANDED_DELIVERED;
}

// Nobody knew whether it arrived, so they went on; somebody knows that it did not.
static void test_unclear_decided(void **state)
{
    struct fixture *f = *state;
    unclear(f);
    go_until(f, "2026-03-28T13:00:00Z");
    RECORD("ann", "entered by hand, a mail, a unclear 250 , a left finished, left");
    decide(f, send_of(f, 0), "{\"delivered\":false}");
    MAILS("ann a 2026-03-28T12:00:00Z\nann a 2026-03-28T13:00:00Z");
}

static void test_unclear_arrived(void **state)
{
    struct fixture *f = *state;
    unclear(f);
    decide(f, send_of(f, 0), "{\"delivered\":true}");
    assert_int_equal(f->n_mails, 1);
    RECORD("ann", "entered by hand, a mail, a unclear 250 , a left finished, a sent, left");
}

#define VARIANTS(more, list) \
    "{\"id\":\"a\",\"kind\":\"mail\",\"subject\":\"a\",\"body\":\"Hello\"" more ",\"variants\":[" list "]}"

// Whom a test spares waits for its winner; there is no test any more.
static void test_test_removed(void **state)
{
    struct fixture *f = *state;
    sequence(f, "", VARIANTS(",\"test_percent\":1", "{\"name\":\"A\"},{\"name\":\"B\"}"));
    for (unsigned i = 0; i < 6; i++) {
        struct str who = arena_printf(f->arena, "p%u", i);
        person(f, who.p, "UTC");
        enter(f, who.p);
    }
    unsigned before = f->n_mails;
    assert_true(before < 6);
    edit(f, VARIANTS("", "{\"name\":\"A\"}"));
    assert_int_equal(f->n_mails, 6);
}

// The hour of a variant is the contact's own where it is the only one, too.
static void test_hour_of_variant(void **state)
{
    struct fixture *f = *state;
    person(f, "bob", "America/New_York");
    sequence(f, "", VARIANTS("", "{\"name\":\"A\",\"hour\":\"09:30\"}"));
    enter(f, "bob");
    go_until(f, "2026-03-30T00:00:00Z");
    MAILS("bob a 2026-03-28T13:30:00Z");
}

// What the cap leaves over goes when there is room: not at the day that was worked out for it once.
static void test_daily_cap_raised(void **state)
{
    struct fixture *f = *state;
    struct str mailboxes = api(f, "GET", "/api/mailboxes", STR(""));
    struct json *json;
    must(f, json_parse(f->arena, mailboxes, &json, &f->err));
    struct str id = json_get_str(json_get(json, STR("items"))->child, STR("id"));
    const char *mailbox = arena_printf(f->arena, "/api/mailboxes/%.*s", STR_ARG(id)).p;
    api(f, "PATCH", mailbox, STR("{\"daily_cap\":1}"));
    sequence(f, "", MAIL("a"));
    static const char *const WHO[] = {"ann", "bob", "cat", "dan", "eve"};
    for (unsigned i = 0; i < 5; i++) {
        person(f, WHO[i], "UTC");
        enter(f, WHO[i]);
    }
    go_until(f, "2026-03-30T12:00:00Z");
    assert_int_equal(f->n_mails, 2); // one a day
    api(f, "PATCH", mailbox, STR("{\"daily_cap\":100}"));
    go_until(f, "2026-04-01T00:00:00Z");
    assert_int_equal(f->n_mails, 5);
}

// A mail that was to go by a mailbox that is gone.
static void test_mailbox_removed(void **state)
{
    struct fixture *f = *state;
    struct json *json;
    struct str body = STR("{\"name\":\"Second\",\"address\":\"two@ours.example\",\"active\":false,"
                          "\"smtp\":{\"host\":\"mail.test\",\"port\":25,\"security\":\"none\"}}");
    must(f, json_parse(f->arena, api(f, "POST", "/api/mailboxes", body), &json, &f->err));
    struct str id = json_get_str(json, STR("id"));
    api(f, "POST", "/api/sends",
            arena_printf(f->arena,
                    "{\"to\":\"ann@example.org\",\"subject\":\"a\",\"text\":\"Hello\",\"mailbox\":\"%.*s\"}",
                    STR_ARG(id)));
    go_until(f, "2026-03-28T12:10:00Z");
    MAILS("");
    api(f, "DELETE", arena_printf(f->arena, "/api/mailboxes/%.*s", STR_ARG(id)).p, STR(""));
    go_until(f, "2026-03-28T13:00:00Z");
    assert_int_equal(f->n_mails, 1);
}

// They were one while her mail waited for the morning, and are two again when it comes.
static void test_separated(void **state)
{
    struct fixture *f = *state;
    struct json *json;
    person(f, "ann", "UTC");
    person(f, "eve", "UTC");
    sequence(f, NIGHT, MAIL("a") "," WAIT("w", "1 hour") "," MAIL("b"));
    go_until(f, "2026-03-28T23:00:00Z");
    enter(f, "eve");
    must(f, json_parse(f->arena, api(f, "POST", "/api/contacts/ann/merge", STR("{\"with\":\"eve\"}")), &json,
                    &f->err));
    settle(f);
    struct str merge = json_get_str(json, STR("id"));
    api(f, "DELETE", arena_printf(f->arena, "/api/contacts/ann/merges/%.*s", STR_ARG(merge)).p, STR(""));
    go_until(f, "2026-03-30T00:00:00Z");
    RECORD("ann", "entered by hand, a mail, a merged, a skipped left, w waited, b mail, b sent, b left "
                  "finished, left");
    MAILS("ann b 2026-03-29T09:00:00Z");
}

// Two of an audience became one before the second of them was let in.
static void test_audience_once(void **state)
{
    struct fixture *f = *state;
    struct writing *w;
    person(f, "ann", "UTC");
    event(f, "ann", "page.viewed", "");
    campaign(f, "broadcast", "\"audience\":\"is visitor\",\"again\":\"always\"", MAIL("a"));
    must(f, writing_begin(f->api.app, &w, &f->err));
    must(f, writing_end(w,
                    store_exec(w->store,
                            "INSERT INTO campaign_audience SELECT campaign, 1, contacts FROM "
                            "campaign_audience;"
                            "UPDATE campaign SET audience = 1001",
                            &f->err),
                    &f->err));
    go_until(f, "2026-03-29T00:00:00Z");
    MAILS("ann a 2026-03-28T12:00:00Z");
}

// The answer is in the log; the process that comes up hands over before it has followed it.
static void test_answer_before_start(void **state)
{
    struct fixture *f = *state;
    struct writing *w;
    bool busy;
    person(f, "ann", "UTC");
    sequence(f, NIGHT, MAIL("a"));
    go_until(f, "2026-03-28T23:00:00Z");
    enter(f, "ann");
    must(f, writing_begin(f->api.app, &w, &f->err));
    must(f, writing_end(w,
                    writing_append(w,
                            STR("{\"type\":\"track\",\"userId\":\"ann\",\"event\":\"email.replied\"}"), NULL,
                            &f->err),
                    &f->err));
    close_app(f);
    f->now += 12 * 3600;
    open_app(f);
    must(f, message_tick(f->api.app, f->api.reader, &busy, &f->err));
    MAILS("");
    settle(f);
    MAILS("");
    RECORD("ann", "entered by hand, a mail, a left replied, a skipped replied, left");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(test, when) cmocka_unit_test_setup_teardown(test, when, tear_down)
            T(test_quiet_forward, in_march),
            T(test_quiet_back, in_october),
            T(test_quiet_back_waits, in_october),
            T(test_wait_until, in_march),
            T(test_skipped_hour, in_march),
            T(test_hour_twice, in_october),
            T(test_zone_known, in_march),
            T(test_cap_postpones, in_march),
            T(test_cap_skips, in_march),
            T(test_cap_of_one_person, in_march),
            T(test_pause, in_march),
            T(test_pause_queued, in_march),
            T(test_edit_wait, in_march),
            T(test_edit_removed, in_march),
            T(test_edit_removed_last, in_march),
            T(test_edit_queued, in_march),
            T(test_edit_text, in_march),
            T(test_edit_inserted, in_march),
            T(test_stop_reply, in_march),
            T(test_stop_queued, in_march),
            T(test_stop_not_wanted, in_march),
            T(test_stop_stage, in_march),
            T(test_again_never, in_march),
            T(test_again_after_leaving, in_march),
            T(test_again_always, in_march),
            T(test_merged_taken, in_march),
            T(test_merged_unclear, in_march),
            T(test_merged_refused, in_march),
            T(test_scheduled_broken, in_march),
            T(test_unclear_decided, in_march),
            T(test_unclear_arrived, in_march),
            T(test_test_removed, in_march),
            T(test_hour_of_variant, in_march),
            T(test_daily_cap_raised, in_march),
            T(test_mailbox_removed, in_march),
            T(test_separated, in_march),
            T(test_audience_once, in_march),
            T(test_answer_before_start, in_march),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
