// Until compose.c and dkim_key.c are there (they come with the templates): mails are plain text, keys cannot
// be made. Weak, and behind them in the archive: the real ones win.
#include "mail/compose.h"
#include "mail/dkim.h"

#define WEAK __attribute__((weak))

WEAK bool compose(const struct compose_mail *mail, struct buf *out, bool *ret_utf8, struct err *err)
{
    (void)err;
    buf_printf(out,
            "From: <%.*s>\r\nTo: <%.*s>\r\nSubject: %.*s\r\nMessage-ID: <%.*s>\r\nMIME-Version: 1.0\r\n",
            STR_ARG(mail->from.address), STR_ARG(mail->to.address), STR_ARG(mail->subject),
            STR_ARG(mail->message_id));
    buf_put(out, STR("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"));
    buf_put(out, mail->text);
    *ret_utf8 = false;
    return true;
}

WEAK bool compose_envelope(
        struct arena *arena, struct str address, struct str *ret, bool *ret_utf8, struct err *err)
{
    (void)err;
    *ret = arena_str(arena, address);
    *ret_utf8 = false;
    return true;
}

WEAK bool dkim_key_make(
        struct arena *arena, enum dkim_algorithm algorithm, struct str *ret_pem, struct err *err)
{
    (void)arena, (void)algorithm, (void)ret_pem;
    return err_set(err, ERR_CONFLICT, "keys cannot be made yet");
}

WEAK bool dkim_key_read(struct str text, struct dkim_key **ret, struct err *err)
{
    (void)text, (void)ret;
    return err_set(err, ERR_CONFLICT, "keys cannot be read yet");
}

WEAK void dkim_key_free(struct dkim_key *key)
{
    (void)key;
}

WEAK struct str dkim_record(struct arena *arena, const struct dkim_key *key)
{
    (void)arena, (void)key;
    return STR("");
}
