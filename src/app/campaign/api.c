// The routes and schemas of campaigns.
#include "app/campaign/private.h"
#include "app/listing.h"

#define AGAIN "enum:never|after_leaving|always"
#define METRICS "enum:clicked|replied|goal"
#define FORMATS "enum:markdown|html"
#define HOW_LONG "2 days, 4 hours, 30 minutes"

static const struct member VARIANT[] = {
        {"name", "text?", "What people call it", false, 60},
        {"template", "text?", "A template instead of the step's", false, 40},
        {"subject", "text?", "A subject instead of the step's", false, 500},
        {"preheader", "text?", "A preheader instead of the step's", false, 500},
        {"body", "text?", "A body instead of the step's", false, 100000},
        {"mailbox", "text?", "The mailbox that it goes out by", false, 40},
        {"hour", "text?", "The hour of the contact's day at which it goes out, as in 09:30", false, 5},
        {0},
};
static const struct member STEP[] = {
        {"id", "text?", "Its id, unique in the campaign; people stand at steps by it", false, STEP_ID_MAX},
        {"kind", STEP_KINDS, "What is done", true, 0},
        {"name", "text?", "What people call it", false, 200},
        {"next", "text?", "The id of the step that comes next, further down, or end; else the one below",
                false, STEP_ID_MAX},
        {"template", "text?", "mail: the id of the template", false, 40},
        {"subject", "text?", "mail: a subject of its own (Liquid)", false, 500},
        {"preheader", "text?", "mail: what mail programs show behind the subject", false, 500},
        {"body", "text?", "mail: a text of its own (Liquid)", false, 100000},
        {"format", FORMATS, "mail: of the body, else markdown", false, 0},
        {"layout", "text?", "mail: plain or card, else plain", false, 40},
        {"mailboxes", "[text]", "mail: ids of mailboxes instead of the campaign's", false, 50},
        {"variants", "[CampaignVariant]", "mail: an A/B test of these", false, VARIANTS_MAX},
        {"offer", "text?", "mail: the id of the offer whose code it says", false, 40},
        {"metric", METRICS, "mail: what the variants are judged by, else clicked", false, 0},
        {"automatic", "flag", "mail: the winner goes to all others as soon as it is known", false, 0},
        {"test_percent", "integer",
                "mail: how many of a hundred take part in the test; the others wait for its winner", false,
                100},
        {"track_opens", "flag", "mail: else true", false, 0},
        {"track_clicks", "flag", "mail: else true", false, 0},
        {"for", "text?", "wait: how long (" HOW_LONG ")", false, 100},
        {"weekdays", "[text]", "wait_until: mon, tue, wed, thu, fri, sat, sun; else any day", false, 7},
        {"hour", "text?", "wait_until: the hour of the contact's own day, as in 09:30", false, 5},
        {"event", "text?", "wait_for: a pattern of the model language", false, 2000},
        {"timeout", "text?", "wait_for: how long at most (" HOW_LONG ")", false, 100},
        {"when", "text?", "branch: a condition of the model language", false, 10000},
        {"then", "text?", "wait_for, branch: the step to go on at when it came, or holds", false,
                STEP_ID_MAX},
        {"otherwise", "text?", "wait_for, branch: the step to go on at when not", false, STEP_ID_MAX},
        {"fact", "text?", "fact: which one is recorded", false, 100},
        {"answer", "enum:yes|no|unknown", "fact: the answer, else yes", false, 0},
        {"amount", "number", "fact: the amount", false, 0},
        {"tag", "text?", "tag: its name", false, 100},
        {"remove", "flag", "tag: it is taken away", false, 0},
        {"title", "text?", "task: what is to be done", false, 500},
        {"note", "text?", "task: more about it", false, 20000},
        {"task", "enum:call|mail|linkedin|letter|todo", "task: how, else todo", false, 0},
        {"owner", "text?", "task: the user who has to do it; else whoever owns the contact", false, 40},
        {"due_in", "text?", "task: by when, from then on (" HOW_LONG ")", false, 100},
        {"webhook", "text?", "webhook: the id of the webhook that is told, as campaign.step", false, 40},
        {"why", "text?", "stop: why they leave", false, 200},
        {0},
};
static const struct member ENTRY[] = {
        {"when", "text?", "Whoever this condition becomes true of comes in", false, 10000},
        {"event", "text?", "Whoever an event of this pattern comes from comes in", false, 2000},
        {0},
};
static const struct member QUIET[] = {
        {"from", "text", "The hour of the contact's day from which on nothing is sent, as in 20:00", true, 5},
        {"to", "text", "The hour from which on it is", true, 5},
        {0},
};
static const struct member CAP[] = {
        {"mails", "integer", "At most so many mails of all campaigns to one contact", true, 1000},
        {"days", "integer", "within so many days", true, 366},
        {0},
};
static const struct member STOP[] = {
        {"reply", "flag", "Whoever answers leaves (a person, not a machine), else true", false, 0},
        {"unsubscribe", "flag", "Whoever unsubscribes leaves, else true", false, 0},
        {"when", "text?", "Whoever this condition holds for leaves", false, 10000},
        {0},
};
#define DEFINITION                                                                                          \
    {"audience", "text?", "A condition: who gets it (broadcast), or comes in at the start", false, 10000},  \
            {"entry", "CampaignEntry?", "Who comes in as time goes on (sequences)", false, 0},              \
            {"again", AGAIN, "Whether somebody may come in again, else never", false, 0},                   \
            {"mailboxes", "[text]", "Ids of the mailboxes that its mails go out by; none: any", false, 50}, \
            {"topic", "text?", "The id of the topic that its mails belong to", false, 40},                  \
            {"quiet", "CampaignQuiet?", "Hours of the contact's day in which nothing is sent", false, 0},   \
            {"cap", "CampaignCap?", "A frequency cap of its own", false, 0},                                \
            {"goal", "text?", "A condition: whoever reaches it leaves", false, 10000},                      \
            {"stop", "CampaignStop?", "What else ends somebody's way", false, 0},                           \
            {"start_at", "time?", "When it is to start, once it was started", false, 0},                    \
    {                                                                                                       \
        "steps", "[CampaignStep]", "What is done, from above to below", false, STEPS_MAX                    \
    }
static const struct member CAMPAIGN[] = {
        {"id", "text", "Its id", true, 0},
        {"name", "text", "What people call it", true, 0},
        {"kind", CAMPAIGN_KINDS, "broadcast: to everybody of an audience; sequence: people come in over time",
                true, 0},
        {"state", CAMPAIGN_STATES, "Where it is", true, 0},
        DEFINITION,
        {"people", "CampaignPeopleCounts", "How many people", true, 0},
        {"mails", "CampaignMailCounts", "How many mails", true, 0},
        {"started", "time?", "When it was started", true, 0},
        {"finished", "time?", "When it was finished", true, 0},
        {"version", "integer", "Counts its changes; also its ETag", true, 0},
        {"created", "time", "When it was made", true, 0},
        {"changed", "time", "When it was last changed", true, 0},
        {0},
};
static const struct member PEOPLE_COUNTS[] = {
        {"audience", "integer?", "In the audience, as it was frozen", true, 0},
        {"entered", "integer", "Came in", true, 0},
        {"active", "integer", "Stand at a step", true, 0},
        {"left", "integer", "Have left, for whatever reason", true, 0},
        {"reasons", "{integer}", "Of those who left: how many for which reason", true, 0},
        {0},
};
static const struct member MAIL_COUNTS[] = {
        {"queued", "integer", "Mails queued", true, 0},
        {"sent", "integer", "Handed over", true, 0},
        {"skipped", "integer", "Not sent", true, 0},
        {"opened", "integer", "Opened by a person", true, 0},
        {"opened_machine", "integer", "Opened by a machine only", true, 0},
        {"clicked", "integer", "Clicked by a person", true, 0},
        {"clicked_machine", "integer", "Clicked by a machine only", true, 0},
        {"replied", "integer", "Answered by a person", true, 0},
        {"bounced", "integer", "Came back", true, 0},
        {"complained", "integer", "Called spam", true, 0},
        {"unsubscribed", "integer", "Unsubscribed by it", true, 0},
        {"goal", "integer", "Whose reader reached the goal afterwards", true, 0},
        {0},
};
static const struct member CAMPAIGN_NEW[] = {
        {"name", "text", "What people call it", true, 200},
        {"kind", CAMPAIGN_KINDS, "broadcast or sequence", true, 0},
        DEFINITION,
        {0},
};
static const struct member CAMPAIGN_CHANGE[] = {
        {"name", "text", "What people call it", false, 200},
        DEFINITION,
        {0},
};
static const struct member CAMPAIGN_LIST[] = {
        {"items", "[Campaign]", "Campaigns", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member VERSION[] = {
        {"version", "integer", "Which", true, 0},
        {"at", "time", "When it became so", true, 0},
        {"by", "text?", "Who changed it: a user's or key's id", true, 0},
        {"definition", "object", "The members that define it, as they were", true, 0},
        {0},
};
static const struct member VERSION_LIST[] = {
        {"items", "[CampaignVersion]", "Versions, the newest first", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member REASON[] = {
        {"reason", "text", "Why", true, 0},
        {"count", "integer", "How many", true, 0},
        {0},
};
static const struct member SAMPLE[] = {
        {"contact", "text", "The contact's id", true, 0},
        {"name", "text?", "The contact's name", true, 0},
        {"email", "text?", "Where it would go", true, 0},
        {"reason", "text?", "Why it would not; null: it would", true, 0},
        {0},
};
static const struct member AUDIENCE[] = {
        {"count", "integer", "For how many the condition holds", true, 0},
        {"reached", "integer", "How many of them it would reach", true, 0},
        {"left_out", "[CampaignReason]", "How many not, and why", true, 0},
        {"estimated", "flag", "The reasons were counted in a sample of the audience", true, 0},
        {"sample", "[CampaignSample]", "Some of them", true, 0},
        {0},
};
static const struct member PERSON[] = {
        {"contact", "text", "The contact's id", true, 0},
        {"name", "text?", "The contact's name", true, 0},
        {"state", "enum:active|left", "Whether they stand at a step", true, 0},
        {"step", "text?", "At which step", true, 0},
        {"round", "integer", "How many-th time, from 0", true, 0},
        {"due", "time?", "When it goes on, by the clock", true, 0},
        {"why", "text?", "Why they left", true, 0},
        {"entered", "time", "When they came in", true, 0},
        {"changed", "time", "When they last went on", true, 0},
        {0},
};
static const struct member PERSON_LIST[] = {
        {"items", "[CampaignPerson]", "People", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member LOG_LINE[] = {
        {"at", "time", "When", true, 0},
        {"round", "integer", "How many-th time, from 0", true, 0},
        {"step", "text?", "At which step", true, 0},
        {"what", "text",
                "entered, mail, sent, skipped, waited, came, branch, fact, tag, task, webhook, left …", true,
                0},
        {"why", "text?", "More about it", true, 0},
        {0},
};
static const struct member PERSON_RECORD[] = {
        {"contact", "text", "The contact's id", true, 0},
        {"person", "CampaignPerson?", "Where they stand; null: never came in", true, 0},
        {"record", "[CampaignRecord]", "All that was done, the first first", true, 0},
        {"mails", "[CampaignMail]", "The mails of it", true, 0},
        {0},
};
static const struct member MAIL[] = {
        {"send", "text", "The id of the send", true, 0},
        {"step", "text?", "Of which step", true, 0},
        {"round", "integer", "How many-th time, from 0", true, 0},
        {"variant", "integer", "Which variant, from 0", true, 0},
        {"at", "time", "When it was queued", true, 0},
        {"marks", "[text]", "sent, opened, clicked, replied, bounced …", true, 0},
        {0},
};
static const struct member ENTER[] = {
        {"contacts", "[text]", "Ids of contacts", false, 10000},
        {"filter", "text?", "A condition instead: everybody for whom it holds", false, 10000},
        {0},
};
static const struct member ENTERED[] = {
        {"entered", "integer", "Came in", true, 0},
        {"refused", "integer", "Were there already, or may not come again", true, 0},
        {0},
};
static const struct member WINNER[] = {
        {"step", "text", "The id of the step", true, STEP_ID_MAX},
        {"variant", "integer?", "Which variant everybody gets from now on; null: the test goes on", true,
                VARIANTS_MAX},
        {0},
};
static const struct member INTERVAL[] = {
        {"rate", "number?", "Measured", true, 0},
        {"from", "number", "At least, with the confidence given", true, 0},
        {"to", "number", "At most", true, 0},
        {0},
};
static const struct member VARIANT_NUMBERS[] = {
        {"variant", "integer", "Which, from 0", true, 0},
        {"name", "text?", "What people call it", true, 0},
        {"mails", "CampaignMailCounts", "Its mails", true, 0},
        {"interval", "CampaignInterval", "Its rate of the metric, of the mails sent", true, 0},
        {0},
};
static const struct member PERSONA_NUMBERS[] = {
        {"persona", "text", "Of the people of this persona", true, 0},
        {"variants", "[CampaignVariantNumbers]", "By variant", true, 0},
        {0},
};
static const struct member STEP_NUMBERS[] = {
        {"step", "text", "Its id", true, 0},
        {"kind", "text", "What is done", true, 0},
        {"there", "flag", "Whether the campaign still has it", true, 0},
        {"people", "integer", "How many stand at it", true, 0},
        {"mails", "CampaignMailCounts", "Its mails", true, 0},
        {"metric", METRICS, "What variants are judged by", true, 0},
        {"variants", "[CampaignVariantNumbers]", "Of a mail: its variants", true, 0},
        {"personas", "[CampaignPersonaNumbers]", "The same by persona", true, 0},
        {"winner", "integer?", "The variant that everybody gets", true, 0},
        {"leading", "integer?", "The variant that is better than every other, as sure as confidence says",
                true, 0},
        {"confidence", "number", "Of intervals and of leading, at any time one looks", true, 0},
        {0},
};
static const struct member NUMBERS[] = {
        {"people", "CampaignPeopleCounts", "How many people", true, 0},
        {"mails", "CampaignMailCounts", "How many mails", true, 0},
        {"steps", "[CampaignStepNumbers]", "By step", true, 0},
        {"left_out", "[CampaignReason]", "Who was left out, and why", true, 0},
        {0},
};

const struct schema CAMPAIGN_SCHEMAS[] = {
        {"Campaign", "A broadcast or a sequence", CAMPAIGN, false},
        {"CampaignStep", "A step; members belong to one kind each", STEP, false},
        {"CampaignVariant", "A variant of a mail", VARIANT, false},
        {"CampaignEntry", "Who comes into a sequence", ENTRY, false},
        {"CampaignQuiet", "Hours in which nothing is sent", QUIET, false},
        {"CampaignCap", "A frequency cap", CAP, false},
        {"CampaignStop", "What ends somebody's way", STOP, false},
        {"CampaignPeopleCounts", "Numbers of people", PEOPLE_COUNTS, false},
        {"CampaignMailCounts", "Numbers of mails", MAIL_COUNTS, false},
        {"CampaignNew", "A campaign to be made", CAMPAIGN_NEW, false},
        {"CampaignChange", "What to change of a campaign", CAMPAIGN_CHANGE, false},
        {"CampaignList", "A page of campaigns", CAMPAIGN_LIST, false},
        {"CampaignVersion", "What a campaign was", VERSION, false},
        {"CampaignVersionList", "A page of versions", VERSION_LIST, false},
        {"CampaignReason", "A reason, and how many", REASON, false},
        {"CampaignSample", "One of an audience", SAMPLE, false},
        {"CampaignAudience", "Whom a campaign would reach now, and whom not", AUDIENCE, false},
        {"CampaignPerson", "A person in a campaign", PERSON, false},
        {"CampaignPersonList", "A page of people", PERSON_LIST, false},
        {"CampaignRecord", "Something that was done", LOG_LINE, false},
        {"CampaignMail", "A mail of a campaign to somebody", MAIL, false},
        {"CampaignPersonRecord", "All that a campaign did with somebody", PERSON_RECORD, false},
        {"CampaignEnter", "Who is to come in", ENTER, false},
        {"CampaignEntered", "What came of it", ENTERED, false},
        {"CampaignWinner", "Which variant everybody gets", WINNER, false},
        {"CampaignInterval", "A rate and what it may be", INTERVAL, false},
        {"CampaignVariantNumbers", "A variant's numbers", VARIANT_NUMBERS, false},
        {"CampaignPersonaNumbers", "A persona's numbers", PERSONA_NUMBERS, false},
        {"CampaignStepNumbers", "A step's numbers", STEP_NUMBERS, false},
        {"CampaignNumbers", "A campaign's numbers", NUMBERS, false},
        {0},
};

static const struct member LIST_PARAMETERS[] = {LIST_QUERY, {0}};
static const struct member PAGE_PARAMETERS[] = {
        PAGE_QUERY,
        {0},
};
static const struct member PEOPLE_PARAMETERS[] = {
        PAGE_QUERY,
        {"state", "enum:active|left", "Only those", false, 0},
        {"step", "text", "Only those who stand at this step", false, STEP_ID_MAX},
        {0},
};
static const struct member AUDIENCE_PARAMETERS[] = {
        {"audience", "text", "This condition instead of the campaign's", false, 10000},
        {"sample", "integer", "So many examples (0 to 100, else 20)", false, 0},
        {0},
};

#define READ .right = "campaign.read"
#define WRITE .right = "campaign.write"

const struct route CAMPAIGN_ROUTES[] = {
        ROW("GET", "/api/campaigns", "Lists campaigns", READ, .query = LIST_PARAMETERS,
                .answer = "CampaignList", .handle = campaign_route_list),
        ROW("POST", "/api/campaigns", "Makes a campaign, as a draft", WRITE, .body = "CampaignNew",
                .answer = "Campaign", .status = 201, .handle = campaign_route_create),
        ROW("GET", "/api/campaigns/{id}", "One campaign", READ, .answer = "Campaign",
                .handle = campaign_route_get),
        ROW("PATCH", "/api/campaigns/{id}", "Changes a campaign, also one that is running", WRITE,
                .body = "CampaignChange", .answer = "Campaign", .handle = campaign_route_patch),
        ROW("DELETE", "/api/campaigns/{id}", "Removes a draft, or a campaign that is finished", WRITE,
                .status = 204, .handle = campaign_route_delete),
        ROW("GET", "/api/campaigns/{id}/versions", "What a campaign was before", READ,
                .query = PAGE_PARAMETERS, .answer = "CampaignVersionList", .handle = campaign_route_versions),
        ROW("POST", "/api/campaigns/{id}/start", "Starts a campaign: a broadcast's audience is frozen now",
                WRITE, .answer = "Campaign", .handle = campaign_route_start),
        ROW("POST", "/api/campaigns/{id}/pause",
                "Nobody takes a step, nothing is sent; what starts later is a draft again", WRITE,
                .answer = "Campaign", .handle = campaign_route_pause),
        ROW("POST", "/api/campaigns/{id}/resume", "Goes on where it was paused", WRITE, .answer = "Campaign",
                .handle = campaign_route_resume),
        ROW("POST", "/api/campaigns/{id}/finish", "Ends a campaign: everybody in it leaves", WRITE,
                .answer = "Campaign", .handle = campaign_route_finish),
        ROW("GET", "/api/campaigns/{id}/audience", "Whom it would reach now, whom not and why", READ,
                .query = AUDIENCE_PARAMETERS, .answer = "CampaignAudience",
                .handle = campaign_route_audience),
        ROW("GET", "/api/campaigns/{id}/numbers", "What came of it, by step and variant", READ,
                .answer = "CampaignNumbers", .handle = campaign_route_numbers),
        ROW("GET", "/api/campaigns/{id}/people", "Who is or was in it", READ, .query = PEOPLE_PARAMETERS,
                .answer = "CampaignPersonList", .handle = campaign_route_people),
        ROW("POST", "/api/campaigns/{id}/people", "Lets people in by hand", WRITE, .body = "CampaignEnter",
                .answer = "CampaignEntered", .handle = campaign_route_enter),
        ROW("GET", "/api/campaigns/{id}/people/{contact}", "The record of every step of somebody", READ,
                .answer = "CampaignPersonRecord", .handle = campaign_route_person),
        ROW("DELETE", "/api/campaigns/{id}/people/{contact}", "Takes somebody out", WRITE, .status = 204,
                .handle = campaign_route_leave),
        ROW("POST", "/api/campaigns/{id}/winner", "Says which variant everybody gets from now on", WRITE,
                .body = "CampaignWinner", .answer = "CampaignNumbers", .handle = campaign_route_winner),
        {0},
};
