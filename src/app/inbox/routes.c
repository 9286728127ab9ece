// The routes and schemas of the inbox.
#include "app/inbox/private.h"
#include "app/inbox/watch.h"
#include "app/listing.h"

#define CONVERSATION                                                                                       \
    {"id", "text", "Its id", true, 0}, {"contact", "text?", "Whose it is; null: nobody we know", true, 0}, \
            {"contact_name", "text?", "What the contact is called", true, 0},                              \
            {"name", "text", "Who writes to us, as their mails say", true, 0},                             \
            {"address", "text", "Where an answer goes", true, 0},                                          \
            {"mailbox", "text?", "The mailbox that it came to last", true, 0},                             \
            {"subject", "text", "Of the first message", true, 0},                                          \
            {"words", "text", "The beginning of what was written last", true, 0},                          \
            {"state", INBOX_STATES, "open: they wait for us; waiting: we wait, for them or until a day",   \
                    true, 0},                                                                              \
            {"class", INBOX_CLASSES, "Of what came last", true, 0},                                        \
            {"owner", "text?", "The user who looks after it", true, 0},                                    \
            {"follows_contact", "flag", "Whoever owns the contact looks after it", true, 0},               \
            {"until", "time?", "Parked until then", true, 0},                                              \
            {"reason", "text?", "Why it is parked", true, 0},                                              \
            {"count", "integer", "How many messages", true, 0},                                            \
            {"last", "time", "When the last one was written", true, 0},                                    \
            {"version", "integer", "Counts its changes; also its ETag", true, 0},                          \
            {"created", "time", "When it began", true, 0},                                                 \
    {                                                                                                      \
        "changed", "time", "When it was last changed", true, 0                                             \
    }

static const struct member SUMMARY[] = {CONVERSATION, {0}};
static const struct member WHOLE[] = {
        CONVERSATION,
        {"messages", "[ConversationMessage]", "The newest 500, oldest first", true, 0},
        {"suggestions", "[Suggestion]", "What their words hint at", true, 0},
        {0},
};
static const struct member LIST[] = {
        {"items", "[ConversationSummary]", "Conversations", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};
static const struct member SENDER[] = {
        {"name", "text", "As the mail says", true, 0},
        {"address", "text", "As the mail says", true, 0},
        {0},
};
static const struct member ATTACHMENT[] = {
        {"name", "text?", "Its file name", true, 0},
        {"type", "text", "Its type, as in application/pdf", true, 0},
        {"bytes", "integer", "Its size", true, 0},
        {0},
};
static const struct member MESSAGE[] = {
        {"id", "text", "Its id", true, 0},
        {"direction", "enum:in|out", "in: they wrote; out: our answer", true, 0},
        {"class", "text?", "What kind of mail it is, of theirs", true, 0},
        {"from", "ConversationSender", "Who wrote it", true, 0},
        {"to", "text", "The first address that it went to", true, 0},
        {"subject", "text", "Its subject", true, 0},
        {"at", "time", "When it came, or was written", true, 0},
        {"visible", "text", "What they wrote: without quotes, signature and the like", true, 0},
        {"quoted", "text", "What was cut off", true, 0},
        {"html", "text?", "Its HTML as it came: never show it without taking out what could do harm", true,
                0},
        {"attachments", "[ConversationAttachment]", "Files in it", true, 0},
        {"send", "text?", "The send that it answers, or is", true, 0},
        {"event", "text?", "Its event", true, 0},
        {"returns_at", "time?", "Of an automatic answer: when they are back", true, 0},
        {"bytes", "integer", "Size of the mail", true, 0},
        {"by", "text?", "Who wrote our answer", true, 0},
        {"state", "text?", "Of our answer: queued, sent, failed, unclear (perhaps delivered) or skipped",
                true, 0},
        {"why", "text?", "Why our answer was not sent, or not yet", true, 0},
        {0},
};
static const struct member SUGGESTION[] = {
        {"id", "text", "Its id", true, 0},
        {"kind", HINT_KINDS, "What it is", true, 0},
        {"topic", "text?", "Of an objection: price, timing, authority, need, competitor", true, 0},
        {"words", "text", "In which words it was seen", true, 0},
        {"until", "time?", "Of not_now: when to come back to it", true, 0},
        {"state", "enum:open|confirmed|dismissed", "What somebody said to it", true, 0},
        {"confirmed", "flag", "It is so", true, 0},
        {"by", "text?", "Who said so", true, 0},
        {"decided", "time?", "When", true, 0},
        {0},
};
static const struct member CHANGE[] = {
        {"state", INBOX_STATES, "What is to be done", false, 0},
        {"owner", "text?", "The user who looks after it; null: whoever owns the contact", false, 40},
        {0},
};
static const struct member CONFIRM[] = {
        {"suggestion", "text", "Its id", true, 40},
        {"confirmed", "flag", "Whether it is so, else true", false, 0},
        {"until", "time?", "Of not_now: another day to come back to it", false, 0},
        {0},
};
static const struct member PARK[] = {
        {"until", "time", "When to come back to it", true, 0},
        {"reason", "text", "Why not now", false, REASON_MAX},
        {0},
};
static const struct member REPLY[] = {
        {"body", "text", "What we write, as plain text", true, BODY_MAX},
        {"subject", "text?", "Else Re: and the subject of theirs", false, SUBJECT_MAX},
        {"mailbox", "text?", "The mailbox that it goes out by, else the one that theirs came to", false, 40},
        {0},
};
static const struct member TAKEN[] = {
        {"id", "text?", "Of the message", true, 0},
        {"conversation", "text?", "Its conversation", true, 0},
        {"contact", "text?", "Whose it is", true, 0},
        {"class", INBOX_CLASSES, "What kind of mail it is", true, 0},
        {"copy", "flag", "It was there already", true, 0},
        {"event", "text?", "Its event", true, 0},
        {"send", "text?", "The send that it answers or speaks of", true, 0},
        {0},
};
static const struct member WATCHED[] = {
        {"id", "text", "The mailbox's id", true, 0},
        {"mailbox", "text", "The same", true, 0},
        {"state", "enum:connecting|reading|waiting|failing", "waiting: the server tells of new mails", true,
                0},
        {"error", "text?", "Why it failed last", true, 0},
        {"since", "time", "Since when it is so", true, 0},
        {"last", "time?", "When a mail was taken last", true, 0},
        {"taken", "integer", "Mails taken since the server's start, copies too", true, 0},
        {"failed", "integer", "Mails that could not be taken, and stay where they are", true, 0},
        {0},
};
static const struct member WATCHED_LIST[] = {
        {"items", "[MailboxWatch]", "Mailboxes that are read", true, 0},
        {"next", "text?", "Where the next page begins", true, 0},
        {0},
};

const struct schema INBOX_SCHEMAS[] = {
        {"ConversationSummary", "The thread of messages with a contact", SUMMARY, false},
        {"Conversation", "The same with its messages", WHOLE, false},
        {"ConversationList", "A page of conversations", LIST, false},
        {"ConversationMessage", "A message of a conversation", MESSAGE, false},
        {"ConversationSender", "Who wrote", SENDER, false},
        {"ConversationAttachment", "A file in a message", ATTACHMENT, false},
        {"Suggestion", "What somebody's words hint at, for a person to confirm", SUGGESTION, false},
        {"ConversationChange", "What to change of a conversation", CHANGE, false},
        {"SuggestionDecision", "What to say to a suggestion", CONFIRM, false},
        {"ConversationPark", "No, for now", PARK, false},
        {"ConversationReply", "Our answer", REPLY, false},
        {"MailboxWatch", "How reading a mailbox goes", WATCHED, false},
        {"MailboxWatchList", "All that are read", WATCHED_LIST, false},
        {"MailTaken", "What became of a mail", TAKEN, false},
        {0},
};

static const struct member LIST_PARAMETERS[] = {
        LIST_QUERY,
        {"state", INBOX_STATES, "Only those", false, 0},
        {"class", INBOX_CLASSES, "Only those where this came last", false, 0},
        {"owner", "text", "Only what this user looks after", false, 40},
        {"mine", "flag", "Only what the asker looks after", false, 0},
        {"contact", "text", "Only this contact's", false, 500},
        {0},
};
static const struct member WATCH_PARAMETERS[] = {LIST_QUERY, {0}};
static const struct member TAKE_PARAMETERS[] = {
        {"mailbox", "text", "The id of the mailbox that it came to", false, 40},
        {"recipient", "text", "The envelope's recipient, where the mail server tells it", false, 500},
        {0},
};

const struct route INBOX_ROUTES[] = {
        ROW("GET", "/api/conversations", "Lists conversations, the newest first", .right = "inbox.read",
                .query = LIST_PARAMETERS, .answer = "ConversationList", .handle = inbox_route_list),
        ROW("GET", "/api/conversations/{id}", "One conversation with its messages", .right = "inbox.read",
                .answer = "Conversation", .handle = inbox_route_get),
        ROW("PATCH", "/api/conversations/{id}", "Changes a conversation", .right = "inbox.write",
                .body = "ConversationChange", .answer = "Conversation", .handle = inbox_route_patch),
        ROW("POST", "/api/conversations/{id}/confirm", "Says whether a suggestion is right",
                .right = "inbox.write", .body = "SuggestionDecision", .answer = "Conversation",
                .handle = inbox_route_confirm),
        ROW("POST", "/api/conversations/{id}/park", "Parks it until a day: no, for now",
                .right = "inbox.write", .body = "ConversationPark", .answer = "Conversation",
                .handle = inbox_route_park),
        ROW("POST", "/api/conversations/{id}/reply", "Answers by mail", .right = "inbox.write",
                .body = "ConversationReply", .answer = "Conversation", .status = 201,
                .handle = inbox_route_reply),
        ROW("GET", "/api/messages/{id}/raw", "A mail as it came (message/rfc822)", .right = "inbox.read",
                .handle = inbox_route_raw),
        ROW("GET", "/api/inbox/mailboxes", "How reading the mailboxes (IMAP) goes", .right = "inbox.read",
                .query = WATCH_PARAMETERS, .answer = "MailboxWatchList", .handle = watch_route_list),
        ROW("POST", "/api/inbox/messages", "Takes a mail in (message/rfc822), as a mail server pipes it",
                .right = "inbox.write", .query = TAKE_PARAMETERS, .raw_body = true,
                .max_body = MIME_BYTES_MAX, .answer = "MailTaken", .status = 201, .handle = inbox_route_take),
        {0},
};
