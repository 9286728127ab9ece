// What a mail server may say, and a name server's answer.
#include "mail/dns.h"
#include "mail/smtp.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void talk(const uint8_t *data, size_t size)
{
    static const struct mail_account ACCOUNTS[] = {
            {.host = {"h", 1}},
            {.host = {"h", 1}, .login = MAIL_PASSWORD, .user = {"u", 1}, .secret = {"s", 1}},
            {.host = {"h", 1}, .security = MAIL_STARTTLS, .login = MAIL_XOAUTH2, .user = {"u", 1}},
    };
    struct mail_delivery mail = {.from = STR("a@b"), .to = STR("c@d"), .content = STR("A: b\r\n\r\n.x\n")};
    struct smtp *s = smtp_new(&ACCOUNTS[data[0] % 3], STR("me"), false);
    size_t step = 1 + data[0] / 3;
    bool begun = false;
    for (size_t at = 1; at < size; at += step) {
        smtp_push(s, (struct str){(const char *)data + at, step < size - at ? step : size - at});
        enum smtp_event event = smtp_pull(s);
        smtp_sent(s, smtp_output(s).n);
        if (event == SMTP_TLS)
            smtp_secured(s);
        if (event == SMTP_READY && !begun) {
            smtp_begin(s, &mail);
            begun = true;
        }
        if (event == SMTP_OVER)
            break;
    }
    smtp_lost(s, "the end");
    smtp_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum dns_type TYPES[] = {DNS_A, DNS_CNAME, DNS_PTR, DNS_MX, DNS_TXT, DNS_AAAA};
    if (!size)
        return 0;
    if (data[0] & 1) {
        struct arena *arena = arena_new();
        struct dns_answer answer;
        struct err err;
        dns_parse(arena, (struct str){(const char *)data + 1, size - 1}, TYPES[(data[0] >> 1) % 6], &answer,
                &err);
        arena_free(arena);
    } else {
        talk(data, size);
    }
    return 0;
}
