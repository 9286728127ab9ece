// Mails, reports about delivery, answers: the plain cases, and the limits.
#include "base/buf.h"
#include "base/datetime.h"
#include "mail/classify.h"
#include "mail/html_text.h"
#include "mail/suggest.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define assert_text(s, literal) assert_true(str_eq((s), STR(literal)))

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const char MAIL[] =
        "Return-Path: <bounce+1@example.com>\r\nFrom: =?iso-8859-1?Q?J=F6rg?= <j@example.org>\r\n"
        "To: \"Doe, Ann\" <ann@example.com>, team: b@example.com, <c@example.com>;\r\n"
        "Subject: =?utf-8?B?w6k=?=\r\n =?utf-8?B?w6k=?= x\r\nDate: Thu, 14 May 2026 10:00:00 +0200\r\n"
        "Message-ID: <m1@example.org>\r\nIn-Reply-To: <s1@example.com>\r\nReferences: <s0@example.com>\r\n"
        " <s1@example.com>\r\nX-Send: 7\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: "
        "base64\r\n\r\nxOO6ww==\r\n--b\r\n"
        "Content-Type: application/pdf; name=\"a.pdf\"\r\nContent-Transfer-Encoding: "
        "base64\r\n\r\nAAEC\r\n--b--\r\n";

static void a_mail(void **state)
{
    (void)state;
    const struct mime *m = mime_read(arena, STR(MAIL));
    assert_text(m->from.name, "Jörg");
    assert_text(m->from.address, "j@example.org");
    assert_int_equal(m->to.n, 3);
    assert_text(m->to.v[0].name, "Doe, Ann");
    assert_text(m->to.v[2].address, "c@example.com");
    assert_text(m->subject, "éé x");
    assert_int_equal(m->date, 1778745600);
    assert_text(m->message_id, "m1@example.org");
    assert_text(m->in_reply_to, "s1@example.com");
    assert_int_equal(m->n_references, 2);
    assert_text(m->references[1], "s1@example.com");
    assert_text(m->return_path, "bounce+1@example.com");
    assert_text(mime_field(m, "x-send"), "7");
    assert_text(m->text, "你好");
    assert_null(m->html.p);
    assert_int_equal(m->n_parts, 2);
    assert_true(m->parts[1].attachment);
    assert_text(m->parts[1].name, "a.pdf");
    assert_int_equal(m->parts[1].bytes, 3);
    assert_int_equal(mime_content(arena, &m->parts[1]).p[2], 2);
    assert_false(m->cut);
}

static void limits(void **state)
{
    (void)state;
    struct buf deep = {0};
    buf_put(&deep, STR("From: a@example.org\nSubject: deep\n"));
    for (unsigned i = 0; i < 20000; i++)
        buf_printf(&deep, "Content-Type: multipart/mixed; boundary=\"b%u\"\n\n--b%u\n", i, i);
    const struct mime *m = mime_read(arena, buf_str(&deep));
    assert_true(m->cut);
    assert_text(m->subject, "deep");
    deep.n = 0;
    buf_put(&deep, STR("Subject: many\nContent-Type: multipart/mixed; boundary=b\n\n"));
    for (unsigned i = 0; i < 100000; i++)
        buf_put(&deep, STR("--b\n\n"));
    m = mime_read(arena, buf_str(&deep));
    assert_true(m->cut && m->n_parts <= MIME_PARTS_MAX);
    buf_free(&deep);
    assert_text(
            mime_read(arena, STR("From: a@example.org\rSubject: x\rTo: b@example.org\rX: y\r\rhi\r"))->text,
            "hi\n");
    assert_null(mime_read(arena, STR(""))->text.n ? "text" : NULL);
}

static void *read_often(void *arg)
{
    for (unsigned i = 0; i < 200; i++) {
        struct arena *own = arena_new();
        const struct mime *m = mime_read(own, STR(MAIL));
        *(unsigned *)arg += str_eq(m->text, STR("你好")) && m->n_parts == 2;
        arena_free(own);
    }
    return NULL;
}

static void several_at_once(void **state)
{
    (void)state;
    pthread_t threads[4];
    unsigned right[4] = {0};
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_often, &right[i]), 0);
    for (unsigned i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(right[i], 200);
    }
}

static const struct bounce *bounce_of(const char *text)
{
    return bounce_read(arena, mime_read(arena, str_of(text)));
}

static void bounces(void **state)
{
    (void)state;
    const struct bounce *b = bounce_of(
            "From: MAILER-DAEMON@mx.example.org\nTo: bounce+1@example.com\nSubject: Undelivered Mail\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSorry.\n--b\n"
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
            "Final-Recipient: rfc822; ann@example.org\nAction: failed\nStatus: 5.1.1\n"
            "Diagnostic-Code: smtp; 550 5.1.1 user unknown\n\nFinal-Recipient: rfc822; bob@example.org\n"
            "Action: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 over quota\n\n"
            "Final-Recipient: rfc822; eve@example.org\nAction: relayed\nStatus: 2.0.0\n--b\n"
            "Content-Type: text/rfc822-headers\n\nMessage-ID: <s1@example.com>\nReturn-Path: "
            "<bounce+1@example.com>\n"
            "X-Send: 7\n--b--\n");
    assert_int_equal(b->class, BOUNCE_HARD);
    assert_int_equal(b->n, 3);
    assert_int_equal(b->recipients[1].class, BOUNCE_SOFT);
    assert_string_equal(b->recipients[1].reason, "mailboxfull");
    assert_int_equal(b->recipients[2].class, BOUNCE_DELIVERED);
    assert_text(b->original_message_id, "s1@example.com");
    assert_text(b->original_return_path, "bounce+1@example.com");
    assert_text(mime_field(b->original, "X-Send"), "7");
    b = bounce_of(
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nTo: us@example.com\nSubject: failure "
            "notice\n\n"
            "<bob@example.net>:\nRemote host said: 550 no such user\n\n--- Below this line is a copy of the "
            "message.\n\n"
            "From: us@example.com\nTo: bob@example.net\nMessage-ID: <s2@example.com>\nSubject: x\n\nhello\n");
    assert_int_equal(b->class, BOUNCE_HARD);
    assert_int_equal(b->n, 1);
    assert_text(b->recipients[0].address, "bob@example.net");
    assert_text(b->original_message_id, "s2@example.com");
    assert_int_equal(bounce_of("From: ann@example.org\nTo: us@example.com\nSubject: Re: Undeliverable?\n"
                               "In-Reply-To: <a@b>\n\nDid my mail bounce, 550 user unknown?\n")
                             ->class,
            BOUNCE_NONE);
    assert_int_equal(bounce_of("From: abuse@example.org\nContent-Type: multipart/report; boundary=b\n\n--b\n"
                               "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
                               "Original-Rcpt-To: ann@example.org\n--b--\n")
                             ->class,
            BOUNCE_COMPLAINT);
}

static struct classified classified(const char *subject, const char *fields, const char *text)
{
    struct str mail = arena_printf(arena,
            "Date: Thu, 14 May 2026 10:00:00 +0200\nFrom: Ann <ann@example.org>\nTo: "
            "us@example.com\nSubject: %s\n"
            "%sContent-Type: text/plain; charset=utf-8\n\n%s\n",
            subject, fields, text);
    return classify(arena, mime_read(arena, mail), 0);
}

static void assert_back(const char *subject, const char *text, const char *day)
{
    struct classified c = classified(subject, "", text);
    char out[DATETIME_SIZE];
    assert_int_equal(c.class, MAIL_AUTOREPLY);
    struct str got = c.returns_at ? datetime_format(c.returns_at, out) : STR("");
    assert_string_equal(day, arena_str(arena, str_sub(got, 0, got.n < 10 ? got.n : 10)).p);
}

static void absences(void **state)
{
    (void)state;
    assert_back("Automatische Antwort: x", "Ich bin bis 22.05.2026 weg. Ab dem 25.05. bin ich wieder da.",
            "2026-05-25");
    assert_back("Automatic reply: x", "I am out of office from May 18th to May 29th.", "2026-05-29");
    assert_back("Out of Office", "I'll be back on Monday, June 1st.", "2026-06-01");
    assert_back("Automatic reply: x", "I will return 05/26/2026.", "2026-05-26");
    assert_back("Réponse automatique : x", "Je serai de retour le 3 juin.", "2026-06-03");
    assert_back("Respuesta automática: x", "Estoy de vacaciones hasta el 20 de mayo.", "2026-05-20");
    assert_back("自動返信: x", "5月20日まで不在にしております。", "2026-05-20");
    assert_back("Automatic reply: x", "We got your mail.", "");
    assert_true(classified("Automatic reply: x", "", "John is no longer with the company.").left);
}

static void kinds(void **state)
{
    (void)state;
    const char *answer = "In-Reply-To: <s1@example.com>\n";
    struct classified c = classified(
            "Re: Hello", answer, "Thanks!\n\nOn Mon, 11 May 2026, Us <us@example.com> wrote:\n> Hi");
    assert_int_equal(c.class, MAIL_REPLY);
    assert_text(c.reply.visible, "Thanks!");
    assert_int_equal(classified("Re: Hello", answer, "STOP").class, MAIL_UNSUBSCRIBE);
    assert_int_equal(classified("Re: Hello", answer, "Bitte nehmen Sie mich aus dem Verteiler.").class,
            MAIL_UNSUBSCRIBE);
    assert_int_equal(classified("unsubscribe", "", "").class, MAIL_UNSUBSCRIBE);
    assert_int_equal(classified("Re: Hello", answer, "Please don't stop, this is useful.").class, MAIL_REPLY);
    assert_int_equal(classified("News", "Precedence: bulk\n", "unsubscribe me").class, MAIL_OTHER);
    assert_int_equal(classified("A question", "", "Do you sell pencils?").class, MAIL_OTHER);
    c = classified("WG: Anfrage", "",
            "Für euch\n\nVon: Bob Buyer <bob@example.net>\nGesendet: Montag\nAn: Ann\nBetreff: "
            "Angebot\n\nHallo");
    assert_int_equal(c.class, MAIL_FORWARD);
    assert_text(c.original.address, "bob@example.net");
    assert_text(c.original.name, "Bob Buyer");
    assert_text(c.original_subject, "Angebot");
    assert_text(c.reply.visible, "Für euch");
}

static void hints(void **state)
{
    (void)state;
    struct suggestion s[SUGGESTIONS_MAX];
    int64_t date = 1778745600; // 14 May 2026
    assert_int_equal(suggest(arena, STR("It is too expensive. Get back to me in September."), date, s), 2);
    assert_string_equal(s[0].objection, "price");
    assert_text(s[0].words, "It is too expensive");
    assert_int_equal(s[1].kind, SUGGEST_NOT_NOW);
    assert_int_equal(s[1].revisit, datetime_days(2026, 9, 1) * 86400);
    assert_int_equal(suggest(arena, STR("Kein Interesse, wir nutzen bereits etwas anderes."), date, s), 2);
    assert_string_equal(s[0].objection, "need");
    assert_string_equal(s[1].objection, "competitor");
    assert_int_equal(suggest(arena, STR("Ça m'intéresse, je voudrais en savoir plus."), date, s), 1);
    assert_int_equal(s[0].kind, SUGGEST_INTEREST);
    assert_int_equal(suggest(arena, STR("No me interesa, gracias."), date, s), 1);
    assert_int_equal(s[0].kind, SUGGEST_OBJECTION);
    assert_int_equal(suggest(arena, STR("Thank you for the files."), date, s), 0);
}

static void html(void **state)
{
    (void)state;
    struct str mail = STR("<style>p{}</style><p>Hi &amp; <b>bye</b></p><div "
                          "style=\"display:none\">no</div><ul><li>a</li></ul>"
                          "<div class=gmail_quote>On x wrote:<blockquote>old</blockquote></div>");
    assert_text(html_to_text(arena, mail, HTML_TEXT_PLAIN), "Hi & bye\n\n- a\n\nOn x wrote:\n\nold");
    assert_text(reply_cut_html(arena, mail).visible, "Hi & bye\n\n- a");
    assert_text(html_to_text(arena, STR("<a href=\"https://example.org/x\">here</a>"), HTML_TEXT_LINKS),
            "here <https://example.org/x>");
    struct buf deep = {0};
    for (unsigned i = 0; i < 100000; i++)
        buf_put(&deep, STR("<blockquote>"));
    buf_put(&deep, STR("x"));
    assert_true(html_to_text(arena, buf_str(&deep), HTML_TEXT_QUOTES).n < 10);
    buf_free(&deep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test_setup_teardown(a_mail, begin, end),
            cmocka_unit_test_setup_teardown(limits, begin, end),
            cmocka_unit_test(several_at_once),
            cmocka_unit_test_setup_teardown(bounces, begin, end),
            cmocka_unit_test_setup_teardown(absences, begin, end),
            cmocka_unit_test_setup_teardown(kinds, begin, end),
            cmocka_unit_test_setup_teardown(hints, begin, end),
            cmocka_unit_test_setup_teardown(html, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
