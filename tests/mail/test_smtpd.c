// The receiving side of SMTP: dialogues, limits, dots.
#include "mail/smtpd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
// cmocka wants these before it
#include <cmocka.h>

static struct str answer(struct smtpd *s)
{
    struct str out = smtpd_output(s);
    return out;
}

static void forget(struct smtpd *s)
{
    smtpd_sent(s, smtpd_output(s).n);
}

static void test_mail(void **state)
{
    struct smtpd *s = smtpd_new("sink");
    struct smtpd_mail mail;
    (void)state;
    assert_true(str_starts(answer(s), STR("220 sink ESMTP\r\n")));
    forget(s);
    smtpd_push(s, STR("EHLO me\r\nMAIL FROM:<a@b.example> SIZE=9\r\nRCPT TO:<c@d.example>\r\n"
                      "RCPT TO:<e@f.example>\r\nDATA\r\nSubject: x\r\n\r\n..dot\r\n.\r\nQU"));
    assert_true(smtpd_pull(s, &mail));
    assert_true(str_eq(mail.from, STR("a@b.example")));
    assert_int_equal(mail.n_to, 2);
    assert_true(str_eq(mail.to[1], STR("e@f.example")));
    assert_true(str_eq(mail.content, STR("Subject: x\r\n\r\n.dot\r\n")));
    forget(s);
    smtpd_taken(s, true);
    assert_true(str_eq(answer(s), STR("250 2.0.0 Kept\r\n")));
    assert_false(smtpd_pull(s, &mail));
    forget(s);
    smtpd_push(s, STR("IT\r\n"));
    assert_true(str_eq(answer(s), STR("221 2.0.0 Bye\r\n")));
    assert_true(smtpd_over(s));
    smtpd_free(s);
}

static void test_order(void **state)
{
    static const char *const WRONG[] = {"MAIL FROM:<a@b>\r\n", "RCPT TO:<a@b>\r\n", "DATA\r\n", "MAIL\r\n",
            "EHLO x\r\nRCPT TO:<a@b>\r\n", "EHLO x\r\nMAIL FROM:a@b\r\n",
            "EHLO x\r\nMAIL FROM:<a@b>\r\nDATA\r\n", "EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<>\r\n",
            "FROB\r\n", "\r\n"};
    struct smtpd_mail mail;
    (void)state;
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        struct smtpd *s = smtpd_new("sink");
        smtpd_push(s, str_of(WRONG[i]));
        struct str out = answer(s);
        const char *last = out.p + out.n - 2;
        while (last > out.p && last[-1] != '\n')
            last--;
        assert_int_equal(*last, '5');
        assert_false(smtpd_pull(s, &mail));
        smtpd_free(s);
    }
}

static void test_too_long(void **state)
{
    struct smtpd *s = smtpd_new("sink");
    struct smtpd_mail mail;
    static char line[8192];
    (void)state;
    memset(line, 'x', sizeof line);
    forget(s);
    smtpd_push(s, (struct str){line, sizeof line});
    smtpd_push(s, STR("\r\nNOOP\r\n"));
    assert_true(str_eq(answer(s), STR("500 5.5.2 Line too long\r\n250 2.0.0 Ok\r\n")));
    forget(s);
    smtpd_push(s, STR("HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n"));
    forget(s);
    for (unsigned i = 0; i < SMTPD_CONTENT_LINE_MAX / sizeof line + 2; i++) // a line that never ends
        smtpd_push(s, (struct str){line, sizeof line});
    smtpd_push(s, STR("\r\n.\r\n"));
    assert_true(str_starts(answer(s), STR("552")));
    assert_false(smtpd_pull(s, &mail));
    for (unsigned i = 0; i < SMTPD_ERRORS_MAX; i++)
        smtpd_push(s, STR("FROB\r\n"));
    assert_true(smtpd_over(s));
    smtpd_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(test_mail),
            cmocka_unit_test(test_order),
            cmocka_unit_test(test_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
