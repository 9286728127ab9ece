// Mailboxes as JSON; secrets are in none of it.
#include "app/mailbox/private.h"

#include "base/json_put.h"

static const char *const SECURITY[] = {"none", "starttls", "tls"};
static const char *const LOGIN[] = {"none", "password", "xoauth2"};

static void put_account(struct buf *out, const char *name, const struct mail_account *a)
{
    put_key(out, name);
    buf_char(out, '{');
    put_text(out, "host", a->host);
    put_int(out, "port", a->port);
    put_text(out, "security", str_of(SECURITY[a->security]));
    put_text(out, "login", str_of(LOGIN[a->login]));
    put_text(out, "user", a->user);
    put_flag(out, "has_secret", a->secret.n > 0);
    buf_char(out, '}');
}

static void put_members(const struct mailbox_whole *m, struct buf *out)
{
    put_text(out, "id", m->box.id);
    put_text(out, "name", m->box.name);
    put_text(out, "address", m->box.address);
    put_flag(out, "active", m->box.active);
    put_account(out, "smtp", &m->box.smtp);
    put_account(out, "imap", &m->box.imap);
    put_int(out, "daily_cap", m->limits.daily_cap);
    put_int(out, "per_minute", m->limits.per_minute);
    put_int(out, "per_domain_minute", m->limits.per_domain);
    put_text(out, "bounce_address", m->box.bounce_address);
    put_key(out, "ramp");
    buf_char(out, '{');
    put_int(out, "start", m->limits.ramp_start);
    put_int(out, "growth", m->limits.ramp_growth);
    put_int(out, "ceiling", m->limits.ramp_ceiling);
    buf_char(out, '}');
    mailbox_put_brake(m, out);
}

void mailbox_put_brake(const struct mailbox_whole *m, struct buf *out)
{
    if (!m->braked) {
        put_raw(out, "brake", STR_NONE);
        return;
    }
    put_key(out, "brake");
    buf_char(out, '{');
    put_text(out, "why", m->brake_why);
    put_time(out, "since", m->brake_at);
    buf_char(out, '}');
}

void mailbox_put_plain(const void *whole, struct buf *out)
{
    buf_char(out, '{');
    put_members(whole, out);
    buf_char(out, '}');
}

void mailbox_put(const struct mailbox_whole *m, struct buf *out)
{
    buf_char(out, '{');
    put_members(m, out);
    put_int(out, "version", m->box.version);
    put_time(out, "created", m->created);
    put_time(out, "changed", m->changed);
    buf_char(out, '}');
}
