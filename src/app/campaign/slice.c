// The slice: its tables and jobs.
#include "app/campaign/private.h"

static const char *const VERSIONS[] = {
        // audience: how many were frozen, NULL before. next_chunk: of it, the next to let in. looked: when
        // everybody was last asked the condition of entry. from_event: the log's row behind which it began.
        "CREATE TABLE campaign(number {id}, id TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,"
        " state TEXT NOT NULL, definition TEXT NOT NULL, version {int} NOT NULL, started {int},"
        " finished {int}, created {int} NOT NULL, changed {int} NOT NULL, audience {int},"
        " next_chunk {int} NOT NULL, looked {int} NOT NULL, from_event {int} NOT NULL) {rows};"
        "CREATE UNIQUE INDEX campaign_id ON campaign (id);"
        "CREATE TABLE campaign_version(campaign {int} NOT NULL, version {int} NOT NULL, definition TEXT NOT"
        " NULL, at {int} NOT NULL, by_whom TEXT, PRIMARY KEY (campaign, version)) {keyed};"
        // Steps keep their numbers, also when they are taken out. follows: 0; of one that was taken out, the
        // number of the one that people go on at, -1 for none. winner: variant + 1.
        "CREATE TABLE campaign_step(campaign {int} NOT NULL, number {int} NOT NULL, name TEXT NOT NULL,"
        " kind TEXT NOT NULL, follows {int} NOT NULL, winner {int} NOT NULL,"
        " PRIMARY KEY (campaign, number)) {keyed};"
        // A frozen audience: numbers of contacts, 4 bytes each, the lowest byte first.
        "CREATE TABLE campaign_audience(campaign {int} NOT NULL, chunk {int} NOT NULL,"
        " contacts {bytes} NOT NULL, PRIMARY KEY (campaign, chunk)) {keyed};"
        // state: active, mailing, left. why: of those who left, else ''.
        "CREATE TABLE campaign_person(contact {int} NOT NULL, campaign {int} NOT NULL, round {int} NOT NULL,"
        " step {int} NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL, due {int} NOT NULL,"
        " entered {int} NOT NULL, changed {int} NOT NULL, since {int} NOT NULL,"
        " PRIMARY KEY (contact, campaign)) {keyed};"
        "CREATE INDEX campaign_person_due ON campaign_person (campaign, due, contact)"
        " WHERE state = 'active';"
        "CREATE INDEX campaign_person_mailing ON campaign_person (campaign, contact)"
        " WHERE state = 'mailing';"
        "CREATE INDEX campaign_person_campaign ON campaign_person (campaign, contact);"
        "CREATE TABLE campaign_log(contact {int} NOT NULL, campaign {int} NOT NULL, n {int} NOT NULL,"
        " at {int} NOT NULL, round {int} NOT NULL, step {int} NOT NULL, what TEXT NOT NULL, why TEXT NOT"
        " NULL, PRIMARY KEY (contact, campaign, n)) {keyed};"
        // marks: what came of it, bits by enum mark.
        "CREATE TABLE campaign_mail(contact {int} NOT NULL, campaign {int} NOT NULL, step {int} NOT NULL,"
        " round {int} NOT NULL, send {int} NOT NULL, variant {int} NOT NULL, persona TEXT NOT NULL,"
        " marks {int} NOT NULL, at {int} NOT NULL, PRIMARY KEY (contact, campaign, step, round)) {keyed};"
        "CREATE TABLE campaign_count(campaign {int} NOT NULL, step {int} NOT NULL, variant {int} NOT NULL,"
        " persona TEXT NOT NULL, what TEXT NOT NULL, n {int} NOT NULL,"
        " PRIMARY KEY (campaign, step, variant, persona, what)) {keyed};"
        // When somebody last answered, unsubscribed from everything, …
        "CREATE TABLE campaign_answer(contact {int} NOT NULL, what TEXT NOT NULL, at {int} NOT NULL,"
        " PRIMARY KEY (contact, what)) {keyed};"
        // Whom a condition of entry holds for: whoever it becomes true of is not among them yet.
        "CREATE TABLE campaign_holds(campaign {int} NOT NULL, contact {int} NOT NULL,"
        " PRIMARY KEY (campaign, contact)) {keyed};"
        "CREATE TABLE campaign_position(name TEXT NOT NULL, event {int} NOT NULL, PRIMARY KEY (name))"
        " {keyed};",
        // Two that become one are looked for by contact.
        "CREATE INDEX campaign_holds_contact ON campaign_holds (contact);",
};

const struct migration CAMPAIGN_MIGRATION = {"campaign", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

static const struct routes ROUTES = {
        .tag = "Campaigns", .routes = CAMPAIGN_ROUTES, .schemas = CAMPAIGN_SCHEMAS};

static bool run(struct app *app, struct data *reader, struct err *err)
{
    while (!app_closing(app)) {
        bool busy;
        int64_t last = app_follow(app, 0, 0);
        if (!campaign_tick(app, reader, &busy, err))
            return false;
        // Until something new is in the log, or a second has passed: the clock moves people, too.
        if (!busy)
            app_follow(app, last, 1000);
    }
    return true;
}

static bool start(struct app *app, void **ret_state, struct err *err)
{
    (void)app;
    (void)err;
    *ret_state = campaign_state_new();
    return true;
}

static void stop(struct app *app, void *state)
{
    (void)app;
    campaign_state_free(state);
}

static const struct job JOBS[] = {{"campaign", 1, run}, {0}};

const struct slice CAMPAIGN_SLICE = {
        .name = "campaign",
        .migration = &CAMPAIGN_MIGRATION,
        .routes = &ROUTES,
        .jobs = JOBS,
        .start = start,
        .stop = stop,
        .erase = campaign_erase,
        .tell = campaign_tell,
        .compose = campaign_compose,
        .admit = campaign_admit,
        .settled = campaign_settled,
};
