// Shared by the files of this slice.
#ifndef SLUICE_APP_INBOX_PRIVATE_H
#define SLUICE_APP_INBOX_PRIVATE_H

#include "app/inbox/inbox.h"
#include "app/inbox/slice.h"
#include "app/message/message.h"
#include "base/json.h"
#include "mail/classify.h"

#define INBOX_STATES "enum:open|waiting|closed"
// reply: a person answers; received: a person writes without having been asked; other: a machine's mail.
#define INBOX_CLASSES "enum:reply|received|autoreply|bounce|complaint|unsubscribe|forward|other"
#define HINT_KINDS "enum:objection|not_now|interest|unsubscribe"

enum {
    SUBJECT_MAX = 500, // bytes that are kept of each
    NAME_MAX_BYTES = 200,
    TEXT_MAX = 100 << 10,
    REFERENCES_KEPT = 20,
    ATTACHMENTS_MAX = 100,
    BODY_MAX = 50000, // characters of an answer by hand
    REASON_MAX = 500,
    KEY_BYTES = 16,
    MESSAGES_SHOWN = 500, // of a conversation, the newest
};

// At most so many bytes of a text, whole characters; "" for STR_NONE.
struct str text_cut(struct str text, size_t bytes);

// The thread of messages with a contact.
struct conversation {
    int64_t number;
    struct str id;
    uint32_t contact;          // 0: of nobody whom we know
    struct str address, name;  // of who writes to us; where answers go
    int64_t mailbox;           // 0: none of ours
    struct str subject, state; // "open" they wait for us, "waiting" we for them or for a day, "closed"
    struct str class;          // of what came last
    struct str owner;          // a user; empty: whoever owns the contact
    struct str source;         // with campaign: of the send that began it (message/message.h), or empty
    int64_t campaign;
    int64_t until; // parked until then; 0: not
    struct str reason;
    struct str words;       // the beginning of what was written last
    int64_t messages, last; // how many, and when the last one was written
    int64_t version, created, changed;
};
#define CONVERSATION_COLUMNS                                                                               \
    "number, id, contact, address, name, mailbox, subject, state, class, owner, source, campaign, until, " \
    "reason, words, messages, last, version, created, changed"
struct conversation conversation_decode(struct query *query, struct arena *arena);
bool conversation_read(
        struct store *store, struct arena *arena, struct str id, struct conversation *ret, struct err *err);
bool conversation_by_number(
        struct store *store, struct arena *arena, int64_t number, struct conversation *ret, struct err *err);
// number 0: a new one, which gets number, id and created.
bool conversation_store(struct writing *w, struct conversation *c, struct err *err);

// A message of a conversation: theirs (in), or our answer by hand (out).
struct letter {
    int64_t number;
    struct str id;
    int64_t conversation;
    uint32_t contact;
    bool out;
    struct str class;
    struct str from_name, from_address, to, subject;
    int64_t at;
    struct str visible, quoted;
    struct str attachments;            // JSON
    struct str message_id, references; // without and with brackets, as the fields have them
    int64_t send, event, returns_at, bytes;
    struct str by; // of ours: who wrote it
};
#define LETTER_COLUMNS                                                                                    \
    "number, id, conversation, contact, direction, class, from_name, from_address, to_address, subject, " \
    "at, visible, quoted, attachments, message_id, refs, send, event, returns_at, bytes, by_whom"
struct letter letter_decode(struct query *query, struct arena *arena);
bool letter_read(
        struct store *store, struct arena *arena, struct str id, struct letter *ret, struct err *err);
bool letter_store(struct writing *w, struct letter *letter, struct err *err); // new: gets number and id
// The message itself as it came, compressed in the store; ERR_NOT_FOUND: it is not kept (any more).
bool raw_store(struct writing *w, int64_t letter, struct str raw, struct err *err);
bool raw_read(struct store *store, struct arena *arena, int64_t letter, struct str *ret, struct err *err);
bool raw_forget(struct app *app, struct data *reader, struct err *err);

// Something that the words hint at, for a person to confirm.
struct hint {
    int64_t number;
    struct str id;
    int64_t conversation, letter;
    uint32_t contact;
    struct str kind, topic, words;
    int64_t until;    // of not_now
    struct str state; // "open" "confirmed" "dismissed"
    struct str by;
    int64_t decided, created;
};
#define HINT_COLUMNS \
    "number, id, conversation, letter, contact, kind, topic, words, until, state, by_whom, decided, created"
bool hint_store(struct writing *w, struct hint *hint, struct err *err); // new: gets number and id
struct hint hint_decode(struct query *query, struct arena *arena);

// What was read of a mail, before anything is written.
struct heard {
    struct arena *arena;
    const struct inbox_mail *mail;
    const struct mime *mime;
    struct classified what;
    const char *class;
    bool machine;            // no person wrote it
    struct str from;         // normal form of the writer's address; empty: none
    uint8_t copy[KEY_BYTES]; // of the mail: the same again is a copy
    int64_t at;
    int64_t mailbox;          // that it came to, as far as it can be told; 0: none of ours
    int64_t send;             // 0: none
    struct message_sent sent; // if send
    struct str sent_name;     // what the contact who got it is called; may be empty
    struct str user;          // account (id) of ours who wrote it; empty: none of ours
    bool ours;                // one of our mailboxes wrote it
};
bool heard_read(struct app *app, struct data *reader, const struct inbox_mail *mail, struct arena *arena,
        struct heard *ret, struct err *err);
// Keyed hashes: of a Message-ID, for threads.
void key_of_message_id(const struct app *app, struct str id, uint8_t out[KEY_BYTES]);

// The person whose mail it is, and the conversation.
struct writer {
    struct str user_id; // STR_NONE: of nobody
    uint32_t contact;
    bool new;
    bool answers; // it is the person who got the send
};
bool writer_find(struct writing *w, const struct heard *h, struct writer *ret, struct err *err);
bool thread_find(struct writing *w, const struct heard *h, const struct writer *who, struct conversation *ret,
        struct err *err);

// Whether whoever asks may see it; its owner.
bool conversation_visible(struct request *r, const struct conversation *c);
struct str conversation_owner(struct app *app, const struct conversation *c, char out[UUID_SIZE]);
bool conversation_seen(
        struct request *r, struct store *store, struct str id, struct conversation *ret, struct err *err);
struct boxes;
void conversation_put(
        struct app *app, const struct boxes *boxes, const struct conversation *c, struct buf *out);
// What the contact is called.
bool conversation_put_called(
        struct request *r, const struct conversation *c, struct buf *out, struct err *err);
bool conversation_answer(struct request *r, int64_t number, struct err *err);
void conversation_put_plain(const void *thing, struct buf *out); // for the audit trail
// Ends the turn, publishes the change, answers with the conversation.
bool conversation_end(
        struct request *r, struct writing *w, bool ok, const struct conversation *c, struct err *err);

// Our mailboxes, read once.
struct boxes {
    struct {
        int64_t number;
        struct str id, address;
        bool imap;
    } v[200];
    unsigned n;
};
bool boxes_read(struct data *reader, struct arena *arena, struct boxes *ret, struct err *err);

bool inbox_wake(struct app *app, struct data *reader, struct err *err);
bool inbox_erase(struct writing *w, const char *folder, const struct person *who, struct err *err);
bool inbox_tell(struct data *reader, const struct person *who, struct buf *out, struct err *err);
bool inbox_compose(struct app *app, struct data *reader, const struct message *message, struct arena *arena,
        struct mail_draft *ret, struct err *err);

extern const struct route INBOX_ROUTES[];
extern const struct schema INBOX_SCHEMAS[];
bool inbox_route_list(struct request *r, struct err *err);
bool inbox_route_get(struct request *r, struct err *err);
bool inbox_route_patch(struct request *r, struct err *err);
bool inbox_route_confirm(struct request *r, struct err *err);
bool inbox_route_park(struct request *r, struct err *err);
bool inbox_route_reply(struct request *r, struct err *err);
bool inbox_route_raw(struct request *r, struct err *err);
bool inbox_route_take(struct request *r, struct err *err);

#endif
