// The routes and schemas of mailboxes.
#include "app/listing.h"
#include "app/mailbox/private.h"

#define SECURITY "enum:none|starttls|tls"
#define LOGIN "enum:none|password|xoauth2"

static const struct member ACCOUNT[] = {
        {"host", "text", "The server's name", true, 253},
        {"port", "integer", "Its port", true, 0},
        {"security", SECURITY, "How the connection is made secret", true, 0},
        {"login", LOGIN, "How to log in", true, 0},
        {"user", "text", "The user's name", true, 320},
        {"has_secret", "flag", "Whether a password or token is stored; it is never shown", true, 0},
        {0},
};
static const struct member ACCOUNT_CHANGE[] = {
        {"host", "text", "The server's name; empty: none", false, 253},
        {"port", "integer", "Its port; else the usual one", false, 0},
        {"security", SECURITY, "How the connection is made secret; else starttls (SMTP), tls (IMAP)", false,
                0},
        {"login", LOGIN, "How to log in; else password where there is a user", false, 0},
        {"user", "text", "The user's name", false, 320},
        {"secret", "text",
                "Password or access token, never shown; anew with another host, or without encryption", false,
                4000},
        {0},
};
static const struct member RAMP[] = {
        {"start", "integer", "Mails on the first day; 0: no ramp", true, 0},
        {"growth", "integer", "So many more each day that it sends", true, 0},
        {"ceiling", "integer", "Up to so many a day; then the ramp is over", true, 0},
        {0},
};
static const struct member BRAKE[] = {
        {"why", "text", "Why nothing goes out by it", true, 0},
        {"since", "time", "Since when", true, 0},
        {0},
};
#define LIMITS                                                                                               \
    {"daily_cap", "integer", "Mails a day (of UTC) at most; 0: no cap", false, 0},                           \
            {"per_minute", "integer", "Mails a minute at most; 0: no limit", false, 0},                      \
            {"per_domain_minute", "integer", "Mails a minute to one recipient domain; 0: no limit", false,   \
                    0},                                                                                      \
    {                                                                                                        \
        "bounce_address", "text",                                                                            \
                "Where bounces come to; its part before the @ gets + and a mark. Empty: the address itself", \
                false, 320                                                                                   \
    }
static const struct member MAILBOX[] = {
        {"id", "text", "Its id", true, 0},
        {"name", "text", "The sender's name, as recipients see it", true, 0},
        {"address", "text", "The sender's address", true, 0},
        {"active", "flag", "Whether mails go out and come in by it", true, 0},
        {"smtp", "MailAccount", "How to send", true, 0},
        {"imap", "MailAccount", "How to read answers; host empty: not at all", true, 0},
        LIMITS,
        {"ramp", "MailboxRamp", "How it is warmed up", true, 0},
        {"brake", "MailboxBrake?", "It was stopped because of bounces or complaints", true, 0},
        {"version", "integer", "Counts its changes; also its ETag", true, 0},
        {"created", "time", "When it was made", true, 0},
        {"changed", "time", "When it was last changed", true, 0},
        {0},
};
#define CHANGES                                                                     \
    {"active", "flag", "Whether mails go out and come in by it", false, 0},         \
            {"smtp", "MailAccountChange", "How to send", false, 0},                 \
            {"imap", "MailAccountChange", "How to read answers", false, 0}, LIMITS, \
    {                                                                               \
        "ramp", "MailboxRamp", "How it is warmed up", false, 0                      \
    }
static const struct member NEW[] = {
        {"name", "text", "The sender's name, as recipients see it", true, 200},
        {"address", "email", "The sender's address", true, 320},
        CHANGES,
        {0},
};
static const struct member CHANGE[] = {
        {"name", "text", "The sender's name, as recipients see it", false, 200},
        {"address", "email", "The sender's address", false, 320},
        CHANGES,
        {"release", "flag", "true: lets a braked mailbox send again", false, 0},
        {0},
};
static const struct member LIST[] = {
        {"items", "[Mailbox]", "Mailboxes", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member CHECK_PART[] = {
        {"ok", "flag", "Whether it works", true, 0},
        {"about", "text", "What was found, or what does not work and why", true, 0},
        {0},
};
static const struct member CHECK[] = {
        {"smtp", "MailboxCheckPart?", "Sending; null: there is no server", true, 0},
        {"imap", "MailboxCheckPart?", "Reading; null: there is no server", true, 0},
        {0},
};
static const struct member PERIOD[] = {
        {"days", "integer", "So many days, today included", true, 0},
        {"sent", "integer", "Mails handed over", true, 0},
        {"bounced", "integer", "Hard bounces, and refusals for good", true, 0},
        {"complained", "integer", "Complaints", true, 0},
        {"bounce_rate", "number?", "Share of bounces; null: below 20 mails it means nothing", true, 0},
        {"complaint_rate", "number?", "Share of complaints; null: below 100 mails it means nothing", true, 0},
        {0},
};
static const struct member HEALTH[] = {
        {"band", "enum:unknown|good|watch|bad", "Of the last 7 days; unknown: too few mails to say", true, 0},
        {"why", "text?", "What makes it worse than good", true, 0},
        {"ramp_day", "integer?", "Which day of the ramp this is; null: no ramp, or it is over", true, 0},
        {"ceiling", "integer?", "Mails that may go out today; null: any number", true, 0},
        {"left", "integer?", "How many of these are left", true, 0},
        {"brake", "MailboxBrake?", "It was stopped", true, 0},
        {"periods", "[MailboxPeriod]", "Today, 7 days, 30 days", true, 0},
        {0},
};
static const struct member RECORD[] = {
        {"what", "enum:spf|dkim|dmarc|mx|ptr", "What it is for", true, 0},
        {"state", "enum:ok|missing|wrong|unknown", "unknown: no name server answered", true, 0},
        {"name", "text", "The DNS name", true, 0},
        {"found", "[text]", "What is there", true, 0},
        {"expected", "text?", "What to put there", true, 0},
        {"about", "text", "What it means, and what to do", true, 0},
        {0},
};
static const struct member DOMAIN[] = {
        {"domain", "text", "The domain", true, 0},
        {"ok", "flag", "Whether everything is as it should be", true, 0},
        {"records", "[DomainRecord]", "Each record", true, 0},
        {0},
};
static const struct member DKIM_KEY[] = {
        {"selector", "text", "Its selector", true, 0},
        {"kind", "enum:rsa|ed25519", "Kind of key", true, 0},
        {"name", "text", "The DNS name to put the record at", true, 0},
        {"record", "text", "The TXT record", true, 0},
        {"made", "time", "When the key was made", true, 0},
        {0},
};
static const struct member DKIM[] = {
        {"domain", "text", "The domain that mails are signed for", true, 0},
        {"keys", "[DkimKey]", "Its keys; mails are signed with each", true, 0},
        {0},
};

const struct schema MAILBOX_SCHEMAS[] = {
        {"Mailbox", "An address that mails are sent by", MAILBOX, false},
        {"MailAccount", "A mail server and how to log in there", ACCOUNT, false},
        {"MailAccountChange", "What to change of it", ACCOUNT_CHANGE, false},
        {"MailboxRamp", "How many mails go out while a mailbox is new", RAMP, false},
        {"MailboxBrake", "Why a mailbox was stopped", BRAKE, false},
        {"MailboxNew", "A mailbox to be made", NEW, false},
        {"MailboxChange", "What to change of a mailbox", CHANGE, false},
        {"MailboxList", "A page of mailboxes", LIST, false},
        {"MailboxCheck", "What came of logging in", CHECK, false},
        {"MailboxCheckPart", "What came of one log-in", CHECK_PART, false},
        {"MailboxPeriod", "What a mailbox sent", PERIOD, false},
        {"MailboxHealth", "How a mailbox fares", HEALTH, false},
        {"DomainRecord", "A DNS record that mail needs", RECORD, false},
        {"DomainCheck", "What a domain's DNS says about its mail", DOMAIN, false},
        {"DkimKey", "A key that mails are signed with, its public part", DKIM_KEY, false},
        {"Dkim", "The keys of a domain", DKIM, false},
        {0},
};

static const struct member LIST_PARAMETERS[] = {LIST_QUERY, {0}};

const struct route MAILBOX_ROUTES[] = {
        {.method = "GET",
                .path = "/api/mailboxes",
                .summary = "Lists mailboxes",
                .right = "setting.read",
                .query = LIST_PARAMETERS,
                .answer = "MailboxList",
                .handle = mailbox_route_list},
        {.method = "POST",
                .path = "/api/mailboxes",
                .summary = "Makes a mailbox",
                .right = "setting.write",
                .body = "MailboxNew",
                .answer = "Mailbox",
                .status = 201,
                .secret = true,
                .handle = mailbox_route_create},
        {.method = "GET",
                .path = "/api/mailboxes/{id}",
                .summary = "One mailbox",
                .right = "setting.read",
                .answer = "Mailbox",
                .handle = mailbox_route_get},
        {.method = "PATCH",
                .path = "/api/mailboxes/{id}",
                .summary = "Changes a mailbox, or lets a braked one send again",
                .right = "setting.write",
                .body = "MailboxChange",
                .answer = "Mailbox",
                .secret = true,
                .handle = mailbox_route_patch},
        {.method = "DELETE",
                .path = "/api/mailboxes/{id}",
                .summary = "Removes a mailbox with its secrets; what it sent stays",
                .right = "setting.write",
                .status = 204,
                .handle = mailbox_route_delete},
        {.method = "POST",
                .path = "/api/mailboxes/{id}/check",
                .summary = "Logs in to the servers and says what works",
                .right = "setting.write",
                .answer = "MailboxCheck",
                .handle = mailbox_route_check},
        {.method = "GET",
                .path = "/api/mailboxes/{id}/health",
                .summary = "Bounces, complaints, warm-up, and what may still go out today",
                .right = "setting.read",
                .answer = "MailboxHealth",
                .handle = mailbox_route_health},
        {.method = "GET",
                .path = "/api/mailboxes/{id}/dkim",
                .summary = "The DKIM keys of the mailbox's domain, and the records for its DNS",
                .right = "setting.read",
                .answer = "Dkim",
                .handle = mailbox_route_dkim},
        {.method = "POST",
                .path = "/api/mailboxes/{id}/dkim",
                .summary = "Makes the DKIM keys of the mailbox's domain where there are none",
                .right = "setting.write",
                .answer = "Dkim",
                .handle = mailbox_route_dkim_make},
        {.method = "GET",
                .path = "/api/domains/{domain}/check",
                .summary = "What a domain's DNS says about its mail, and what is missing",
                .right = "setting.read",
                .answer = "DomainCheck",
                .handle = mailbox_route_domain},
        {0},
};
