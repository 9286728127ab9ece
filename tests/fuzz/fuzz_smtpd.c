// Any bytes from a client, in pieces whose sizes they name themselves: mails stay within their limits, and
// what was pushed in pieces is understood as if it had come whole.
#include "mail/smtpd.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void drain(struct smtpd *s, struct buf *mails)
{
    struct smtpd_mail mail;
    while (smtpd_pull(s, &mail)) {
        require(mail.n_to > 0 && mail.n_to <= SMTPD_RECIPIENTS_MAX && mail.content.n <= SMTPD_CONTENT_MAX);
        buf_put(mails, mail.from);
        buf_put(mails, mail.content);
        smtpd_taken(s, true);
    }
}

static void feed(const uint8_t *data, size_t n, size_t piece, struct buf *mails, struct buf *said)
{
    struct smtpd *s = smtpd_new("fuzz");
    for (size_t at = 0; at < n; at += piece) {
        smtpd_push(s, (struct str){(const char *)data + at, n - at < piece ? n - at : piece});
        drain(s, mails);
    }
    buf_put(said, smtpd_output(s));
    smtpd_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct buf mails = {0}, said = {0}, again = {0}, said_again = {0};
    if (!n || n > 1500) // (a line that is too long is told sooner in pieces)
        return 0;
    feed(data + 1, n - 1, n, &mails, &said);
    feed(data + 1, n - 1, (size_t)data[0] % 7 + 1, &again, &said_again);
    require(str_eq(buf_str(&mails), buf_str(&again)) && str_eq(buf_str(&said), buf_str(&said_again)));
    buf_free(&mails);
    buf_free(&said);
    buf_free(&again);
    buf_free(&said_again);
    return 0;
}
