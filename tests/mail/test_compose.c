// Mails as they go out: headers that nobody can add to, folding, codings, addresses.
#include "mail/compose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct compose_mail plain(void)
{
    return (struct compose_mail){.from = {STR("Ann"), STR("ann@acme.test")},
            .to = {STR("Bob"), STR("bob@b.test")},
            .subject = STR("Hello"),
            .message_id = STR("1@acme.test"),
            .date = 1772359200,
            .text = STR("Hi.\n")};
}

// The mail without its line ends' CR.
static char *made(const struct compose_mail *mail, bool *ret_utf8)
{
    struct buf out = {0};
    struct err err;
    if (!compose(mail, &out, ret_utf8, &err))
        fail_msg("%s", err.message);
    size_t n = 0, line = 0;
    for (size_t i = 0; i < out.n; i++) {
        assert_true(out.p[i] != '\n' || (i && out.p[i - 1] == '\r'));
        assert_true((unsigned char)out.p[i] < 0x80 || (ret_utf8 && *ret_utf8));
        line = out.p[i] == '\n' ? 0 : line + 1;
        assert_true(line < 998);
        if (out.p[i] != '\r')
            out.p[n++] = out.p[i];
    }
    out.n = n;
    buf_char(&out, '\0');
    return out.p;
}

static void has(const struct compose_mail *mail, const char *part)
{
    char *text = made(mail, NULL);
    if (!strstr(text, part))
        fail_msg("%s is not in\n%s", part, text);
    free(text);
}

static void a_plain_one(void **state)
{
    struct compose_mail mail = plain();
    (void)state;
    char *text = made(&mail, NULL);
    assert_string_equal(text, "From: Ann <ann@acme.test>\nTo: Bob <bob@b.test>\nSubject: Hello\n"
                              "Date: Sun, 1 Mar 2026 10:00:00 +0000\nMessage-ID: <1@acme.test>\n"
                              "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
                              "Content-Transfer-Encoding: 7bit\n\nHi.\n");
    free(text);
}

static void words_are_coded(void **state)
{
    struct compose_mail mail = plain();
    (void)state;
    mail.subject = STR("Grüße aus Köln");
    has(&mail, "Subject: =?UTF-8?B?R3LDvMOfZSBhdXMgS8O2bG4=?=\n");
    mail.subject = STR("日本語の件名はとても長いので、二つ以上の符号化された語に分けなければなりません");
    has(&mail, "?=\n =?UTF-8?B?");
    mail.subject = STR("=?UTF-8?Q?x?= is meant as it is");
    has(&mail, "Subject: =?UTF-8?Q?=3D=3FUTF-8=3FQ=3Fx=3F=3D_is_meant_as_it_is?=\n");
    mail.subject =
            STR("A subject of many words that is so long that it has to be folded somewhere, but not coded");
    has(&mail, "Subject: A subject of many words that is so long that it has to be folded\n somewhere,");
    mail.from.name = STR("Doe, \"J\" Jane");
    has(&mail, "From: \"Doe, \\\"J\\\" Jane\" <ann@acme.test>\n");
    mail.from.name = STR("Jürgen");
    has(&mail, "From: =?UTF-8?Q?J=C3=BCrgen?= <ann@acme.test>\n");
}

static void refused(const struct compose_mail *mail, const char *why)
{
    struct buf out = {0};
    struct err err = {0};
    assert_false(compose(mail, &out, NULL, &err));
    assert_int_equal(out.n, 0);
    if (!strstr(err.message, why))
        fail_msg("%s", err.message);
    buf_free(&out);
}

static void nobody_adds_lines(void **state)
{
    const struct str bad = STR("x\r\nBcc: eve@e.test");
    struct compose_mail mail;
    const struct str more[] = {STR("X-A"), bad}, more_name[] = {STR("X A"), STR("b")};
    (void)state;
#define REFUSED(member, value, why) \
    mail = plain();                 \
    mail.member = (value);          \
    refused(&mail, (why))
    REFUSED(subject, bad, "subject: a line break");
    REFUSED(from.name, bad, "name: a line break");
    REFUSED(to.name, bad, "name: a line break");
    REFUSED(to.address, STR("bob@b.test\nx"), "a line break");
    REFUSED(to.address, STR("bob@b.test, eve@e.test"), "is no mail address");
    REFUSED(to.address, STR("bob"), "is no mail address");
    REFUSED(reply_to.address, STR("a b@c.test"), "is no mail address");
    REFUSED(message_id, STR("a@b\r\nX: y"), "Message-ID");
    REFUSED(message_id, STR("a"), "Message-ID");
    REFUSED(in_reply_to, STR("<a@b>\r\n"), "In-Reply-To");
    REFUSED(references, STR("<a@b>\n<c@d>"), "References");
    REFUSED(unsubscribe_url, STR("https://a.test/>, <https://b.test"), "List-Unsubscribe");
    REFUSED(list_id, STR("a\nb"), "List-Id");
    REFUSED(text, STR(""), "no text");
    mail = plain();
    mail.more = more;
    mail.n_more = 2;
    refused(&mail, "header field");
    mail.more = more_name;
    refused(&mail, "name is wrong");
}

static void addresses(void **state)
{
    struct compose_mail mail = plain();
    bool utf8;
    (void)state;
    mail.to.address = STR("jürgen@bücher.example");
    char *text = made(&mail, &utf8);
    assert_true(utf8);
    assert_non_null(strstr(text, "<jürgen@xn--bcher-kva.example>"));
    free(text);
    mail.to.address = STR("bob@bücher.example");
    text = made(&mail, &utf8);
    assert_false(utf8);
    assert_non_null(strstr(text, "<bob@xn--bcher-kva.example>"));
    free(text);
}

static void ways_to_leave(void **state)
{
    struct compose_mail mail = plain();
    (void)state;
    mail.unsubscribe_url = STR("https://a.test/u/1");
    mail.unsubscribe_mail = STR("u@a.test");
    has(&mail, "List-Unsubscribe: <https://a.test/u/1>,\n <mailto:u@a.test?subject=unsubscribe>\n"
               "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n");
    mail.unsubscribe_url = STR("");
    mail.bulk = mail.automatic = true;
    has(&mail, "List-Unsubscribe: <mailto:u@a.test?subject=unsubscribe>\nPrecedence: bulk\n"
               "Auto-Submitted: auto-generated\n");
}

static void bodies(void **state)
{
    struct compose_mail mail = plain();
    (void)state;
    mail.html = STR("<p>Grüße</p>\n");
    mail.boundary = 0xabc;
    has(&mail, "Content-Type: multipart/alternative; boundary=\"=_0000000000000abc\"\n\n"
               "--=_0000000000000abc\nContent-Type: text/plain; charset=utf-8\n"
               "Content-Transfer-Encoding: 7bit\n\nHi.\n--=_0000000000000abc\n"
               "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
               "<p>Gr=C3=BC=C3=9Fe</p>\n--=_0000000000000abc--\n");
    mail.html = STR("");
    mail.text = STR("From here\n.\n--=_0000000000000abc\ntrailing \nä");
    has(&mail, "\n=46rom here\n=2E\n=2D-=3D_0000000000000abc\ntrailing=20\n=C3=A4\n");
    mail.text = STR("日本語の本文です。日本語の本文です。");
    has(&mail, "base64\n\n5pel5pys6Kqe44Gu5pys5paH44Gn44GZ44CC5pel5pys6Kqe44Gu5pys5paH44Gn44GZ44CCDQo=");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_plain_one), cmocka_unit_test(words_are_coded),
            cmocka_unit_test(nobody_adds_lines), cmocka_unit_test(addresses), cmocka_unit_test(ways_to_leave),
            cmocka_unit_test(bodies)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
