// The SMTP machine against a script of what the server says.
#include "mail/smtp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct mail_account PLAIN = {.host = {"h", 1}};

static void say(struct smtp *s, const char *text)
{
    smtp_push(s, str_of(text));
}

static void expect_out(struct smtp *s, const char *text)
{
    struct str out = smtp_output(s);
    if (!str_eq(out, str_of(text)))
        fail_msg("sent %.*s, expected %s", STR_ARG(out), text);
    smtp_sent(s, out.n);
}

static struct smtp *ready(const char *offers)
{
    struct smtp *s = smtp_new(&PLAIN, STR("me"), false);
    say(s, "220 hi\r\n");
    assert_int_equal(smtp_pull(s), SMTP_MORE);
    expect_out(s, "EHLO me\r\n");
    say(s, offers);
    assert_int_equal(smtp_pull(s), SMTP_READY);
    return s;
}

static struct mail_delivery mail(const char *content)
{
    return (struct mail_delivery){.from = STR("a@b"), .to = STR("c@d"), .content = str_of(content)};
}

static void test_pipelined(void **state)
{
    (void)state;
    struct smtp *s = ready("250-x\r\n250-SIZE 99\r\n250 PIPELINING\r\n");
    struct mail_delivery m = mail("A: b\r\n\r\n.x\r\n..\nlone\rend");
    smtp_begin(s, &m);
    expect_out(s, "MAIL FROM:<a@b> SIZE=23\r\nRCPT TO:<c@d>\r\nDATA\r\n");
    say(s, "250 1\r\n250 2\r\n354 go\r\n");
    assert_int_equal(smtp_pull(s), SMTP_MORE);
    assert_false(smtp_dotted(s));
    expect_out(s, "A: b\r\n\r\n..x\r\n...\r\nlone\r\nend\r\n.\r\n");
    assert_true(smtp_dotted(s));
    say(s, "250 2.0.0 queued as 7\r\n");
    assert_int_equal(smtp_pull(s), SMTP_DONE);
    assert_int_equal(m.handed, HANDED_DELIVERED);
    assert_string_equal(m.status, "2.0.0");
    assert_true(smtp_usable(s));
    smtp_free(s);
}

// The recipient is refused, but the server wants the content all the same.
static void test_refused_pipelined(void **state)
{
    (void)state;
    for (int go = 0; go < 2; go++) {
        struct smtp *s = ready("250-x\r\n250 PIPELINING\r\n");
        struct mail_delivery m = mail("x");
        smtp_begin(s, &m);
        smtp_sent(s, smtp_output(s).n);
        say(s, "250 1\r\n550-5.1.1 no\r\n550 5.1.1 such user\r\n");
        assert_int_equal(smtp_pull(s), SMTP_MORE);
        say(s, go ? "354 go\r\n" : "554 nobody\r\n");
        assert_int_equal(smtp_pull(s), SMTP_MORE);
        expect_out(s, go ? ".\r\n" : "RSET\r\n");
        say(s, go ? "554 nobody\r\n" : "250 ok\r\n");
        assert_int_equal(smtp_pull(s), SMTP_DONE);
        assert_int_equal(m.handed, HANDED_REFUSED);
        assert_int_equal(m.reply, 550);
        assert_true(m.at_recipient);
        assert_string_equal(m.status, "5.1.1");
        smtp_free(s);
    }
}

// Cut off behind each byte of the server's side of a whole mail: what is thought of the mail.
static void test_cut_anywhere(void **state)
{
    static const char PARTS[][40] = {"250 1\r\n", "250 2\r\n", "354 go\r\n", "250 done\r\n"};
    (void)state;
    for (unsigned part = 0; part < 4; part++)
        for (size_t at = 0; at < strlen(PARTS[part]); at++) {
            struct smtp *s = ready("250 x\r\n");
            struct mail_delivery m = mail("x");
            smtp_begin(s, &m);
            for (unsigned i = 0; i < part; i++) {
                smtp_sent(s, smtp_output(s).n);
                say(s, PARTS[i]);
                assert_int_equal(smtp_pull(s), SMTP_MORE);
            }
            smtp_sent(s, smtp_output(s).n);
            smtp_push(s, (struct str){PARTS[part], at});
            assert_int_equal(smtp_pull(s), SMTP_MORE);
            smtp_lost(s, "gone");
            assert_int_equal(smtp_pull(s), SMTP_DONE);
            assert_int_equal(m.handed, part == 3 ? HANDED_UNCLEAR : HANDED_UNREACHED);
            assert_int_equal(smtp_pull(s), SMTP_OVER);
            smtp_free(s);
        }
}

// How much of the end had left decides.
static void test_lost_in_content(void **state)
{
    (void)state;
    for (size_t left = 0; left < 12; left++) {
        struct smtp *s = ready("250 x\r\n");
        struct mail_delivery m = mail("0123456789\r\n");
        smtp_begin(s, &m);
        for (int i = 0; i < 3; i++) {
            smtp_sent(s, smtp_output(s).n);
            say(s, i < 2 ? "250 ok\r\n" : "354 go\r\n");
            smtp_pull(s);
        }
        smtp_sent(s, smtp_output(s).n - left);
        smtp_lost(s, "gone");
        assert_int_equal(m.handed, left < 5 ? HANDED_UNCLEAR : HANDED_UNREACHED);
        smtp_free(s);
    }
}

static void test_nonsense(void **state)
{
    static const char *const LINES[] = {
            "hello\r\n", "25\r\n", "999 x\r\n", "250-a\r\n251 b\r\n", "\r\n", "250x\r\n"};
    (void)state;
    for (unsigned i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        struct smtp *s = smtp_new(&PLAIN, STR("me"), false);
        say(s, LINES[i]);
        assert_int_equal(smtp_pull(s), SMTP_OVER);
        assert_true(smtp_why(s)[0]);
        smtp_free(s);
    }
    struct smtp *s = smtp_new(&PLAIN, STR("me"), false);
    for (int i = 0; i < 3000; i++)
        say(s, "x");
    assert_int_equal(smtp_pull(s), SMTP_OVER);
    smtp_free(s);
}

// What comes behind the reply to STARTTLS in the clear was put there by somebody else (CVE-2011-0411).
static void test_starttls_injection(void **state)
{
    (void)state;
    struct mail_account account = PLAIN;
    account.security = MAIL_STARTTLS;
    struct smtp *s = smtp_new(&account, STR("me"), false);
    say(s, "220 hi\r\n");
    smtp_pull(s);
    smtp_sent(s, smtp_output(s).n);
    say(s, "250-x\r\n250 STARTTLS\r\n");
    assert_int_equal(smtp_pull(s), SMTP_MORE);
    expect_out(s, "STARTTLS\r\n");
    say(s, "220 go\r\n250 injected\r\n");
    assert_int_equal(smtp_pull(s), SMTP_OVER);
    smtp_free(s);
}

static void test_addresses(void **state)
{
    static const char *const BAD[] = {"a\r\nRCPT TO:<x@y>@d", "a>@d", "a b@d", "", "\"a@d"};
    (void)state;
    for (unsigned i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct smtp *s = ready("250 x\r\n");
        struct mail_delivery m = mail("x");
        m.to = str_of(BAD[i]);
        smtp_begin(s, &m);
        assert_int_equal(smtp_output(s).n, 0);
        assert_int_equal(smtp_pull(s), SMTP_DONE);
        assert_int_equal(m.handed, HANDED_REFUSED);
        assert_string_equal(m.status, "5.1.3");
        smtp_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_pipelined),
            cmocka_unit_test(test_refused_pipelined),
            cmocka_unit_test(test_cut_anywhere),
            cmocka_unit_test(test_lost_in_content),
            cmocka_unit_test(test_nonsense),
            cmocka_unit_test(test_starttls_injection),
            cmocka_unit_test(test_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
