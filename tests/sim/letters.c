// Mails that come back: answers, out-of-office notes, delivery reports (RFC 3464), complaints (RFC 5965).
#include "sim/run.h"

#include <stdio.h>
#include <time.h>

static struct str date_of(struct arena *arena, const struct handed_mail *mail)
{
    char text[60];
    time_t now = (time_t)(mail->at + DAY);
    struct tm tm;
    gmtime_r(&now, &tm);
    strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &tm);
    return arena_str(arena, str_of(text));
}

// The same letter is the same bytes, however often it comes.
static struct str begin(struct arena *arena, const struct handed_mail *mail, const char *kind,
        const char *from, struct str to)
{
    return arena_printf(arena,
            "From: %s\r\nTo: <%.*s>\r\nDate: %.*s\r\nMessage-ID: <%s.%zu@sim.example>\r\nMIME-Version: "
            "1.0\r\n",
            from, STR_ARG(to), STR_ARG(date_of(arena, mail)), kind, mail->number);
}

struct str letter_reply(struct world *w, struct arena *arena, const struct handed_mail *mail, bool away)
{
    struct str head = begin(
            arena, mail, away ? "away" : "reply", w->addresses[mail->address].text, str_of(OUR_ADDRESS));
    return arena_printf(arena,
            "%.*sSubject: %sRe: Z%u s%u v%u\r\nIn-Reply-To: %.*s\r\nReferences: %.*s\r\n%s"
            "Content-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
            STR_ARG(head), away ? "Automatic reply: " : "", mail->campaign, mail->step, mail->variant,
            STR_ARG(mail->message_id), STR_ARG(mail->message_id),
            away ? "Auto-Submitted: auto-replied\r\n" : "",
            away ? "I am out of the office and will read your message when I am back."
                 : "Thank you, please tell me more about the second point. We could talk next week.");
}

struct str letter_bounce(struct world *w, struct arena *arena, const struct handed_mail *mail)
{
    const char *to = w->addresses[mail->address].text;
    struct str head =
            begin(arena, mail, "bounce", "Mail Delivery System <MAILER-DAEMON@sim.example>", mail->from);
    return arena_printf(arena,
            "%.*sSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n"
            "--b\r\nContent-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n\r\n"
            "<%s>: 550 5.1.1 user unknown\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.sim.example\r\n\r\n"
            "Final-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1 user unknown\r\n\r\n"
            "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: %.*s\r\nTo: <%s>\r\n"
            "Subject: Z%u s%u v%u\r\n\r\n--b--\r\n",
            STR_ARG(head), to, to, STR_ARG(mail->message_id), to, mail->campaign, mail->step, mail->variant);
}

struct str letter_complaint(struct world *w, struct arena *arena, const struct handed_mail *mail)
{
    const char *to = w->addresses[mail->address].text;
    struct str head =
            begin(arena, mail, "complaint", "Complaints <feedback@isp.example>", str_of(OUR_ADDRESS));
    return arena_printf(arena,
            "%.*sSubject: Complaint about a message\r\n"
            "Content-Type: multipart/report; report-type=feedback-report; boundary=\"c\"\r\n\r\n"
            "--c\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n"
            "--c\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n"
            "User-Agent: Sim/1\r\nOriginal-Mail-From: <%.*s>\r\nOriginal-Rcpt-To: <%s>\r\n\r\n"
            "--c\r\nContent-Type: message/rfc822\r\n\r\nReturn-Path: <%.*s>\r\nMessage-ID: %.*s\r\n"
            "From: <%s>\r\nTo: <%s>\r\nSubject: Z%u s%u v%u\r\n\r\nbody\r\n--c--\r\n",
            STR_ARG(head), STR_ARG(mail->from), to, STR_ARG(mail->from), STR_ARG(mail->message_id),
            OUR_ADDRESS, to, mail->campaign, mail->step, mail->variant);
}
