// Mails that come in: read, classified, their visible reply cut, suggestions made; beside only reading them,
// in the same run.
//   inbound [--small]     20,000 mails; --small: a twentieth
#include "support/measure.h"

#include "mail/classify.h"
#include "mail/suggest.h"

#include <stdio.h>
#include <string.h>

// A reply of 2 KB with its quote and an HTML part, a bounce, an absence: as they come.
static const char *const KINDS[] = {
        "From: Ann <ann@example.org>\nTo: us@example.com\nSubject: Re: Pencils\nDate: Thu, 14 May 2026 "
        "10:00:00 +0200\n"
        "Message-ID: <r%u@example.org>\nIn-Reply-To: <s%u@example.com>\nMIME-Version: 1.0\n"
        "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: quoted-printable\n\nThank you, but it is too expensive for us.=20\nCould "
        "you call me in=\n"
        " two weeks?\n\nAnn\n\nOn Mon, 11 May 2026 at 10:00, Us <us@example.com> wrote:\n\n> Dear "
        "Ann,\n>\n%s> Yours, us\n--b\n"
        "Content-Type: text/html; charset=utf-8\n\n<div>Thank you, but it is too expensive for us.</div>"
        "<div class=\"gmail_quote\"><blockquote>Dear Ann</blockquote></div>\n--b--\n",
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nTo: bounce+%u@example.com\nSubject: "
        "Undelivered Mail\n"
        "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; "
        "boundary=b\n\n--b\n\nThis is the mail "
        "system at host mx.example.org.\n\n<ann@example.org>: host mx2.example.org said: 550 5.1.1 user "
        "unknown\n\n--b\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
        "Final-Recipient: rfc822; ann@example.org\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown\n\n--b\nContent-Type: message/rfc822\n\nMessage-ID: "
        "<s%u@example.com>\n"
        "To: ann@example.org\nSubject: Pencils\n\n%s\n--b--\n",
        "From: Ann <ann@example.org>\nTo: us@example.com\nSubject: Automatic reply: Pencils\nAuto-Submitted: "
        "auto-replied\n"
        "Date: Thu, 14 May 2026 10:00:00 +0200\nMessage-ID: <a%u@example.org>\nIn-Reply-To: "
        "<s%u@example.com>\n\n"
        "I am out of the office and will return on May 26th.\n%s",
};
enum { N_KINDS = sizeof KINDS / sizeof *KINDS, WANTED = 20000 };

struct bench {
    struct arena *mails;
    struct str *all;
    unsigned n, reports;
};

static void make(struct bench *b)
{
    struct str filler = STR("");
    for (unsigned i = 0; i < 16; i++)
        filler = arena_printf(b->mails, "%.*s> Our pencils write longer than any others that you have had.\n",
                STR_ARG(filler));
    b->all = ARENA_ARRAY(b->mails, struct str, b->n);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    for (unsigned i = 0; i < b->n; i++)
        b->all[i] = arena_printf(b->mails, KINDS[i % N_KINDS], i, i, filler.p);
#pragma GCC diagnostic pop
}

static void only_read(void *ctx)
{
    struct bench *b = ctx;
    struct arena *arena = arena_new();
    for (unsigned i = 0; i < b->n; i++) {
        mime_read(arena, b->all[i]);
        arena_reset(arena);
    }
    arena_free(arena);
}

static void sort_out(void *ctx)
{
    struct bench *b = ctx;
    struct arena *arena = arena_new();
    struct suggestion hints[SUGGESTIONS_MAX];
    b->reports = 0;
    for (unsigned i = 0; i < b->n; i++) {
        struct classified c = classify(arena, mime_read(arena, b->all[i]), 1780000000);
        b->reports += c.class == MAIL_BOUNCE && c.bounce->class == BOUNCE_HARD;
        if (c.class == MAIL_REPLY)
            measure_check(suggest(arena, c.reply.visible, 1780000000, hints) >= 1, "the price is seen");
        arena_reset(arena);
    }
    arena_free(arena);
}

int main(int argc, char **argv)
{
    bool small = argc > 1 && strcmp(argv[1], "--small") == 0;
    struct bench b = {.mails = arena_new(), .n = small ? WANTED / 20 : WANTED};
    make(&b);
    double read = measure_median_cpu(3, only_read, &b), all = measure_median_cpu(3, sort_out, &b);
    measure_check(b.reports == (b.n + 1) / N_KINDS, "every bounce is seen");
    printf("%u mails, one thread\n", b.n);
    measure_note("only read", b.n / read * 1000, "mails/s");
    measure_at_least("read, classified, reply cut, suggestions", b.n / all * 1000, 500, "mails/s");
    measure_note("  of only reading them", all / read, "times");
    arena_free(b.mails);
    return 0;
}
