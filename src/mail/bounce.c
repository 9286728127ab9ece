#include "mail/bounce.h"

#include "mail/address.h"
#include "mail/autoreply.h"
#include "mail/bounce_reasons.h"
#include "mail/html_text.h"
#include "mail/phrases.h"
#include "mail/report.h"

#include <strings.h>

void report_add(struct report *r, struct report_recipient recipient)
{
    for (size_t i = 0; i < r->found.n; i++) {
        struct report_recipient *there = &r->found.v[i];
        if (!str_eq_nocase(there->address, recipient.address))
            continue;
        if (!there->diagnostic.n)
            there->diagnostic = recipient.diagnostic;
        if (!there->status.n)
            there->status = recipient.status;
        return;
    }
    if (r->found.n < BOUNCE_RECIPIENTS_MAX)
        vec_push(&r->found, recipient);
}

// Who sends such reports, and what stands above them.
static const char *const SENDERS[] = {"mailer-daemon", "mailer_daemon", "mailerdaemon", "mail-daemon",
        "postmaster@", "postmaster", "mail delivery", "mail deliver", "mmdf", "bounce", "mdaemon",
        "mail administrator", "system administrator", "microsoft exchange", "mail router",
        "delivery subsystem", "returned mail", "ndr ", "mail system", "internet mail delivery", "mailadmin",
        "mail-system", "post_master@", "amavis", NULL};
static const char *const SUBJECTS[] = {"delivery status notification", "undeliver", "undelivered",
        "returned mail", "failure notice", "delivery failure", "delivery failed", "delivery error",
        "delivery has failed", "delivery problem", "delivery report", "delivery notification", "non delivery",
        "non-delivery", "nondeliver", "could not be delivered", "could not deliver", "unable to deliver",
        "mail delivery", "mail failure", "mail error", "mail system error", "mail could not",
        "message could not", "message delivery", "message status", "message you sent blocked",
        "message undeliverable", "message notification", "returned to sender", "return to sender",
        "rejected mail", "warning: could not send", "warning: message", "status of your mail",
        "cannot be delivered", "not delivered", "delivery delayed", "delayed mail", "delay", "unzustellbar",
        "nicht zugestellt", "fehlgeschlagen", "zustellung", "unbekannter empf", "non remis", "échec de",
        "echec de", "non distribu", "no se puede entregar", "no entregado", "no se pudo entregar",
        "error de entrega", "mancato recapito", "mancata consegna", "não entregue", "falha na entrega",
        "niet bestelbaar", "onbestelbaar", "kan inte leverera", "ikke leveres", "не доставлено",
        "недоставлен", "не доставл", "mdaemon notification", "mail not deliver", "user unknown",
        "unknown user", "address not found", "bounce", "delivery", "エラー通知", "are not member",
        "配信できま", "送信できま", "送達", "退信", "系统退信", NULL};
static const char *const BODIES[] = {"could not be delivered", "couldn't be delivered", "cannot be delivered",
        "was not delivered", "wasn't delivered", "not be delivered", "unable to deliver", "undeliverable",
        "undelivered", "delivery to the following", "delivery has failed", "delivery failed",
        "delivery failure", "failed to deliver", "permanent fatal error", "permanent error", "had permanent",
        "transient non-fatal", "delivery errors", "returned to sender", "mail delivery",
        "wasn't able to deliver", "was unable to deliver", "returned below", "not deliver",
        "recipient address rejected", "user unknown", "unknown user", "no such user", "failed recipient",
        "delivery temporarily suspended", "this is the mail delivery agent", "returned without",
        "could not deliver", "your message was rejected", "message was rejected", "has been rejected",
        "your message was not", "rejected by", "not a member of this mailing list", "invalid user",
        "did not reach", "couldn't reach", "could not be sent", "couldn't be sent", "bounced", "returned as",
        "permanently failed", "failed permanently", "following addresses", "following address",
        "following recipient", "the number of messages in recipient's mailbox", "session transcript",
        "transcript of session", "konnte nicht zugestellt", "nicht zugestellt werden", "nicht übermittelt",
        "n'a pas pu être", "n'a pu être", "no se ha podido entregar", "no se pudo entregar",
        "non è stato possibile", "недостав", "не доставлено", "не может быть доставлено", "kon niet worden",
        "送信できません", "配信できません", "リモート", "お届けでき", "エラーメッセージ", NULL};

static bool null_path(const struct mime *m)
{
    struct str raw = mime_field(m, "Return-Path");
    return raw.p && (str_eq(raw, STR("<>")) || raw.n == 0 || str_eq_nocase(raw, STR("<MAILER-DAEMON>")));
}

static struct str sender_of(struct arena *arena, const struct mime *m)
{
    return phrases_flat(arena,
            arena_printf(arena, "%.*s <%.*s> %.*s", STR_ARG(m->from.name), STR_ARG(m->from.address),
                    STR_ARG(m->sender.address)),
            500);
}

// A mail in free form is a report if two of three agree: who sent it, what it is called, what it says.
static bool looks_like_report(struct arena *arena, const struct mime *m, struct str text)
{
    struct str subject = phrases_flat(arena, m->subject, 500);
    struct str sender = sender_of(arena, m);
    bool answer = m->in_reply_to.n && (phrase_in(subject, "^re:") || phrase_in(subject, "^aw:"));
    bool from = null_path(m) || phrase_any(sender, SENDERS);
    if (answer && !phrase_any(sender, SENDERS))
        return false;
    if (phrase_any(subject, (const char *const[]){"^fwd:", "^fw:", "^wg:", "^tr:", NULL}) && !from)
        return false;
    if (mime_field(m, "X-Failed-Recipients").n)
        return true;
    bool called = phrase_any(subject, SUBJECTS);
    bool says = phrase_any(phrases_flat(arena, text, 4000), BODIES);
    if (from)
        return called || says || bounce_status_in(text, true).n;
    return called && says && (!m->in_reply_to.n || mime_field(m, "Auto-Submitted").n);
}

static bool has_part(const struct mime *m, const char *type, const struct mime_part **ret)
{
    for (size_t i = 0; i < m->n_parts; i++)
        if (m->parts[i].nested == 0 && str_eq(m->parts[i].type, str_of(type))) {
            *ret = &m->parts[i];
            return true;
        }
    return false;
}

static void read_status_parts(struct report *r)
{
    for (size_t i = 0; i < r->mime->n_parts; i++) {
        const struct mime_part *part = &r->mime->parts[i];
        if (part->nested == 0 && (str_eq(part->type, STR("message/delivery-status")) ||
                                         str_eq(part->type, STR("message/global-delivery-status")) ||
                                         str_eq(part->type, STR("message/delivery-report")) ||
                                         str_eq(part->type, STR("text/delivery-status"))))
            report_read_status(r, mime_text(r->arena, part));
    }
}

static void read_failed_field(struct report *r)
{
    size_t at = 0;
    for (struct str value; (value = mime_field_next(r->mime, "X-Failed-Recipients", &at)).p;) {
        struct mime_addresses all = mail_addresses(r->arena, value);
        for (size_t i = 0; i < all.n; i++)
            if (all.v[i].address.n)
                report_add(r, (struct report_recipient){all.v[i].address, STR("failed"), STR(""), STR("")});
    }
}

static struct str said_about(struct report *r, struct str address)
{
    const char *at = address.n ? memmem(r->text.p, r->text.n, address.p, address.n) : NULL;
    return at ? str_sub(r->text, (size_t)(at - r->text.p), r->text.n) : r->text;
}

static struct str one_line(struct arena *arena, struct str s)
{
    struct str trimmed = str_trim(s);
    if (trimmed.n > BOUNCE_REASON_MAX) {
        trimmed.n = BOUNCE_REASON_MAX;
        while (trimmed.n && ((unsigned char)trimmed.p[trimmed.n] & 0xc0) == 0x80) // (not within a letter)
            trimmed.n--;
    }
    char *p = (char *)arena_str(arena, trimmed).p;
    size_t n = 0;
    for (size_t i = 0; i < trimmed.n; i++)
        if ((unsigned char)p[i] > ' ')
            p[n++] = p[i];
        else if (n && p[n - 1] != ' ')
            p[n++] = ' ';
    return (struct str){p, n};
}

// What is said about one recipient, most telling first: the words of its diagnostic, its code, the words of
// the report around its address, the whole report.
static struct bounce_verdict judge(struct report *r, const struct report_recipient *f, struct str *ret_status)
{
    struct str diagnostic = phrases_flat(r->arena, f->diagnostic, 4000),
               about = phrases_flat(r->arena, said_about(r, f->address), 4000),
               whole = phrases_flat(r->arena, r->text, 8000);
    struct str status = bounce_status_in(diagnostic, true);
    if (!status.n || (str_ends(status, STR(".0.0")) && f->status.n))
        status = f->status.n ? f->status : bounce_status_in(about, true);
    *ret_status = status;
    struct bounce_verdict v = bounce_by_words(diagnostic);
    if (!v.reason)
        v = bounce_by_code(status, bounce_reply_in(diagnostic));
    if (!v.reason)
        v = bounce_by_words(about);
    if (!v.reason)
        v = bounce_by_words(whole);
    if (!v.reason)
        v = bounce_by_code(status, bounce_reply_in(about));
    if (!v.reason)
        v = (struct bounce_verdict){"onhold", BOUNCE_SOFT, ""};
    return v;
}

// Words of an unknown user that do not mean one: the address was taken, the content was not; or the code says
// otherwise. And the other way round: a code as plain as 5.1.1 outweighs "inactive".
static struct bounce_verdict weighed(
        struct report *r, const struct report_recipient *f, struct bounce_verdict v, struct str status)
{
    struct str about = phrases_flat(r->arena, said_about(r, f->address), 2000);
    bool plain = str_ends(status, STR(".1.1"));
    static const char *const CONTENT[] = {"end of data", ">>> data", "command: data", "after data", NULL};
    static const char *const RECIPIENT[] = {"rcpt", "no valid recipients", "doesn't have a", NULL};
    bool refused = phrase_any(about, CONTENT) || str_starts(status, STR("5.7."));
    if (strcmp(v.reason, "userunknown") == 0 && !plain && refused && !phrase_any(about, RECIPIENT))
        return (struct bounce_verdict){"filtered", BOUNCE_SOFT, "5.2.1"};
    static const char *const VAGUE[] = {
            "suspend", "policyviolation", "systemerror", "mailererror", "expired"};
    for (size_t i = 0; plain && i < sizeof VAGUE / sizeof *VAGUE; i++)
        if (strcmp(v.reason, VAGUE[i]) == 0)
            return (struct bounce_verdict){"userunknown", BOUNCE_HARD, "5.1.1"};
    return v;
}

static struct bounce_recipient recipient_of(struct report *r, const struct report_recipient *f)
{
    struct bounce_recipient to = {.address = f->address, .status = STR(""), .text = STR("")};
    if (str_eq_nocase(f->action, STR("delivered")) || str_eq_nocase(f->action, STR("relayed")) ||
            str_eq_nocase(f->action, STR("expanded"))) {
        to.class = BOUNCE_DELIVERED;
        to.reason = "delivered";
        to.status = f->status;
        return to;
    }
    struct bounce_verdict v = judge(r, f, &to.status);
    v = weighed(r, f, v, to.status);
    bool temporary = str_starts(f->status, STR("4.")) || str_starts(to.status, STR("4."));
    bool later =
            str_eq_nocase(f->action, STR("delayed")) || (temporary && strcmp(v.reason, "userunknown") != 0);
    to.class = later && v.class == BOUNCE_HARD ? BOUNCE_SOFT : v.class;
    to.reason = v.reason;
    if (!to.status.n)
        to.status = str_of(v.status);
    to.text = one_line(r->arena, f->diagnostic.n ? f->diagnostic : said_about(r, f->address));
    return to;
}

static void about_original(struct bounce *b, const struct mime *original)
{
    b->original = original;
    b->original_message_id = b->original_return_path = b->original_subject = b->original_to = STR("");
    if (!original)
        return;
    b->original_message_id = original->message_id;
    b->original_return_path = original->return_path;
    b->original_subject = original->subject.p ? original->subject : STR("");
    for (size_t i = 0; i < original->to.n && !b->original_to.n; i++)
        b->original_to = original->to.v[i].address;
}

static void conclude(struct arena *arena, struct report *r, struct bounce *b)
{
    struct bounce_recipient *all = ARENA_ARRAY(arena, struct bounce_recipient, r->found.n + 1);
    for (size_t i = 0; i < r->found.n; i++) {
        all[i] = recipient_of(r, &r->found.v[i]);
        if (all[i].class > b->class)
            b->class = all[i].class;
    }
    b->recipients = all;
    b->n = r->found.n;
}

// Nobody is named: then it is about those the mail that came back was for.
static void fall_back(struct report *r)
{
    for (size_t i = 0; r->original && i < r->original->to.n; i++)
        if (r->original->to.v[i].address.n)
            report_add(r,
                    (struct report_recipient){r->original->to.v[i].address, STR("failed"), STR(""), STR("")});
    if (!r->found.n)
        report_add(r, (struct report_recipient){STR(""), STR("failed"), STR(""), STR("")});
}

static struct str reported_address(struct arena *arena, struct str line)
{
    size_t at = 0;
    struct str found = report_next_address(line, &at);
    return found.n ? found : mail_address_bare(arena, line);
}

// The fields of a feedback report (RFC 5965 section 3).
static void read_feedback(struct report *r, struct bounce *b, struct str fields)
{
    for (size_t at = 0; at < fields.n;) {
        size_t end = at + str_find(str_sub(fields, at, fields.n), '\n');
        struct str line = str_sub(fields, at, end);
        at = end + 1;
        size_t colon = str_find(line, ':');
        if (colon == line.n)
            continue;
        struct str name = str_sub(line, 0, colon), value = str_trim(str_sub(line, colon + 1, line.n));
        if (str_eq_nocase(name, STR("Feedback-Type")))
            b->feedback_type = value;
        else if (str_eq_nocase(name, STR("Original-Rcpt-To")) ||
                 str_eq_nocase(name, STR("Removal-Recipient")) ||
                 str_eq_nocase(name, STR("Redacted-Address")))
            report_add(r,
                    (struct report_recipient){reported_address(r->arena, value), STR(""), STR(""), STR("")});
    }
}

static void complain(struct arena *arena, struct report *r, struct bounce *b)
{
    struct bounce_recipient *all = ARENA_ARRAY(arena, struct bounce_recipient, r->found.n + 1);
    for (size_t i = 0; i < r->found.n; i++)
        all[i] = (struct bounce_recipient){
                r->found.v[i].address, BOUNCE_COMPLAINT, STR(""), "feedback", STR("")};
    b->class = BOUNCE_COMPLAINT;
    b->recipients = all;
    b->n = r->found.n;
}

static bool read_complaint(struct arena *arena, struct report *r, struct bounce *b)
{
    const struct mime_part *part;
    if (has_part(r->mime, "message/feedback-report", &part)) {
        read_feedback(r, b, mime_text(arena, part));
        if (str_eq_nocase(b->feedback_type, STR("not-spam")))
            return false;
    } else {
        // Reports that are not written as the standard says.
        struct str subject = phrases_flat(arena, r->mime->subject, 500), from = sender_of(arena, r->mime);
        bool hotmail = phrase_in(subject, "complaint about message from") ||
                       mime_field(r->mime, "X-HmXmrOriginalRecipient").n;
        bool feedback = phrase_in(subject, "email feedback report for ip") ||
                        phrase_in(subject, "email abuse report") || phrase_in(subject, "abuse report") ||
                        phrase_in(subject, "spam complaint");
        bool service = phrase_any(from, (const char *const[]){"staff@hotmail", "fbl@", "feedbackloop@",
                                                "abuse@", "scomp@", "complaints@", "feedback@", NULL});
        if (!(hotmail || (feedback && (service || mime_field(r->mime, "Auto-Submitted").n))) || !r->original)
            return false;
        b->feedback_type = STR("abuse");
        struct str one = mime_field(r->mime, "X-HmXmrOriginalRecipient");
        if (!one.n && r->original)
            one = mime_field(r->original, "X-HmXmrOriginalRecipient");
        if (one.n)
            report_add(r, (struct report_recipient){reported_address(arena, one), STR(""), STR(""), STR("")});
    }
    if (!r->found.n)
        fall_back(r);
    complain(arena, r, b);
    return true;
}

static bool read_service(struct arena *arena, struct report *r, struct bounce *b)
{
    if (!mime_field(r->mime, "x-amz-sns-message-id").p &&
            !phrase_in(sender_of(arena, r->mime), "amazonaws.com"))
        return false;
    enum bounce_class class = report_read_json(r);
    if (class == BOUNCE_COMPLAINT)
        complain(arena, r, b);
    else if (class != BOUNCE_NONE)
        conclude(arena, r, b);
    return class != BOUNCE_NONE;
}

static void read_autoreply(struct arena *arena, const struct mime *m, struct bounce *b)
{
    struct bounce_recipient *one = ARENA_NEW(arena, struct bounce_recipient);
    *one = (struct bounce_recipient){m->from.address, BOUNCE_AUTOREPLY, STR(""), "autoreply", STR("")};
    b->class = BOUNCE_AUTOREPLY;
    b->recipients = one;
    b->n = 1;
}

// Fields of a delivery status within the text: the report's parts were lost on the way.
static void read_status_text(struct report *r)
{
    struct str flat = phrases_flat(r->arena, r->mime->text, 64 << 10);
    if (phrase_in(flat, "final-recipient:") && phrase_in(flat, "action:"))
        report_read_status(r, r->mime->text);
}

static void read_bounce(struct arena *arena, struct report *r, struct bounce *b)
{
    read_status_parts(r);
    bool status = r->found.n > 0;
    if (!status && !looks_like_report(arena, r->mime, r->text))
        return;
    if (!status)
        read_status_text(r);
    if (!r->found.n) {
        read_failed_field(r);
        if (!r->found.n)
            report_read_text(r);
        if (!r->found.n)
            fall_back(r);
    }
    conclude(arena, r, b);
}

const struct bounce *bounce_read(struct arena *arena, const struct mime *mime)
{
    struct bounce *b = ARENA_NEW(arena, struct bounce);
    struct report r = {.arena = arena, .mime = mime};
    b->feedback_type = STR("");
    about_original(b, NULL);
    if (autoreply_is_receipt(mime))
        return b;
    report_split(&r);
    if (!read_complaint(arena, &r, b) && !read_service(arena, &r, b))
        read_bounce(arena, &r, b);
    if (b->class != BOUNCE_NONE)
        about_original(b, r.original);
    else if (autoreply_by_header(mime))
        read_autoreply(arena, mime, b);
    vec_free(&r.found);
    return b;
}

const char *bounce_class_name(enum bounce_class class)
{
    static const char *const NAMES[] = {"none", "delivered", "autoreply", "soft", "hard", "complaint"};
    return NAMES[class];
}
