#include "app/inbox/private.h"
#include "app/inbox/watch.h"

static const char *const VERSIONS[] = {
        // contact NULL: of nobody whom we know. owner '': whoever owns the contact. source, campaign: of the
        // send that began it (app/message).
        "CREATE TABLE conversation(number {id}, id TEXT NOT NULL, contact {int}, address TEXT NOT NULL,"
        " name TEXT NOT NULL, mailbox {int} NOT NULL, subject TEXT NOT NULL, state TEXT NOT NULL,"
        " class TEXT NOT NULL, owner TEXT NOT NULL, source TEXT NOT NULL, campaign {int} NOT NULL,"
        " until {int}, reason TEXT NOT NULL, words TEXT NOT NULL, messages {int} NOT NULL,"
        " last {int} NOT NULL, version {int} NOT NULL, created {int} NOT NULL, changed {int} NOT NULL) "
        "{rows};"
        "CREATE UNIQUE INDEX conversation_id ON conversation (id);"
        "CREATE INDEX conversation_contact ON conversation (contact, source, campaign);"
        "CREATE INDEX conversation_last ON conversation (last);"
        // direction: in, out. attachments: JSON. message_id, refs: as the fields have them.
        "CREATE TABLE conversation_message(number {id}, id TEXT NOT NULL, conversation {int} NOT NULL,"
        " contact {int}, direction TEXT NOT NULL, class TEXT NOT NULL, from_name TEXT NOT NULL,"
        " from_address TEXT NOT NULL, to_address TEXT NOT NULL, subject TEXT NOT NULL, at {int} NOT NULL,"
        " visible TEXT NOT NULL, quoted TEXT NOT NULL, attachments TEXT NOT NULL, message_id TEXT NOT NULL,"
        " refs TEXT NOT NULL, send {int}, event {int}, returns_at {int}, bytes {int} NOT NULL,"
        " by_whom TEXT NOT NULL) {rows};"
        "CREATE UNIQUE INDEX conversation_message_id ON conversation_message (id);"
        "CREATE INDEX conversation_message_of ON conversation_message (conversation);"
        "CREATE INDEX conversation_message_contact ON conversation_message (contact);"
        // The mail as it came, zstd.
        "CREATE TABLE conversation_raw(letter {int} NOT NULL, at {int} NOT NULL, mail {bytes} NOT NULL,"
        " PRIMARY KEY (letter)) {keyed};"
        "CREATE INDEX conversation_raw_at ON conversation_raw (at);"
        // kind: objection (topic: price …), not_now, interest, unsubscribe. state: open, confirmed,
        // dismissed.
        "CREATE TABLE conversation_hint(number {id}, id TEXT NOT NULL, conversation {int} NOT NULL,"
        " letter {int} NOT NULL, contact {int}, kind TEXT NOT NULL, topic TEXT NOT NULL,"
        " words TEXT NOT NULL, until {int}, state TEXT NOT NULL, by_whom TEXT NOT NULL, decided {int},"
        " created {int} NOT NULL) {rows};"
        "CREATE UNIQUE INDEX conversation_hint_id ON conversation_hint (id);"
        "CREATE INDEX conversation_hint_of ON conversation_hint (conversation);"
        "CREATE INDEX conversation_hint_contact ON conversation_hint (contact);"
        // Keyed hashes of mails (a copy is not taken again; they outlive an erasure) and of Message-IDs (the
        // thread). letter: the message; 0: it was erased.
        "CREATE TABLE mail_key(hash {bytes} NOT NULL, letter {int} NOT NULL, PRIMARY KEY (hash)) {keyed};"
        "CREATE INDEX mail_key_letter ON mail_key (letter);"
        // How far a mailbox is read. since: what came there before is not taken.
        "CREATE TABLE imap_position(mailbox {int} NOT NULL, validity {int} NOT NULL, uid {int} NOT NULL,"
        " since {int} NOT NULL, PRIMARY KEY (mailbox)) {keyed};",
};

static const struct migration MIGRATION = {"inbox", VERSIONS, sizeof VERSIONS / sizeof *VERSIONS};

static const struct routes ROUTES = {.tag = "Inbox", .routes = INBOX_ROUTES, .schemas = INBOX_SCHEMAS};

static const struct job JOBS[] = {
        {"inbox_forget", 3600, raw_forget},
        {"inbox_wake", 60, inbox_wake},
        {"inbox_watch", 3, watch_run},
        {0},
};

const struct slice INBOX_SLICE = {
        .name = "inbox",
        .migration = &MIGRATION,
        .routes = &ROUTES,
        .jobs = JOBS,
        .start = watch_start,
        .stop = watch_stop,
        .erase = inbox_erase,
        .tell = inbox_tell,
        .compose = inbox_compose,
};
