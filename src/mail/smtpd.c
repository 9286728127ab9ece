#include "mail/smtpd.h"

#include "base/mem.h"

#include <stdlib.h>

enum phase { PHASE_COMMANDS, PHASE_CONTENT, PHASE_COMPLETE };

struct smtpd {
    struct arena *arena; // of the mail under way
    char *host_name;
    struct buf in, out, content;
    size_t at; // of `in`: what was looked at
    enum phase phase;
    bool greeted, begun, over, long_line, too_long;
    struct str from, to[SMTPD_RECIPIENTS_MAX];
    size_t n_to;
    unsigned errors;
};

static void say(struct smtpd *s, const char *text)
{
    buf_put(&s->out, str_of(text));
    buf_put(&s->out, STR("\r\n"));
}

static void refuse(struct smtpd *s, const char *text)
{
    say(s, text);
    if (++s->errors >= SMTPD_ERRORS_MAX) {
        say(s, "421 4.7.0 Too many errors");
        s->over = true;
    }
}

struct smtpd *smtpd_new(const char *host_name)
{
    struct smtpd *s = mem_zero(1, sizeof *s);
    s->arena = arena_new();
    s->host_name = strdup(host_name);
    if (!s->host_name)
        mem_out(1, strlen(host_name));
    buf_printf(&s->out, "220 %s ESMTP\r\n", s->host_name);
    return s;
}

void smtpd_free(struct smtpd *s)
{
    if (!s)
        return;
    arena_free(s->arena);
    buf_free(&s->in);
    buf_free(&s->out);
    buf_free(&s->content);
    free(s->host_name);
    free(s);
}

static void forget_mail(struct smtpd *s)
{
    arena_reset(s->arena);
    s->begun = s->too_long = false;
    s->n_to = 0;
    s->content.n = 0;
    s->phase = PHASE_COMMANDS;
}

// "<address>" behind "FROM:"; parameters behind it are none of our business.
static bool path(struct smtpd *s, struct str rest, const char *word, struct str *ret)
{
    struct str wanted = str_of(word);
    if (rest.n < wanted.n || !str_eq_nocase(str_sub(rest, 0, wanted.n), wanted))
        return false;
    rest = str_trim(str_sub(rest, wanted.n, rest.n));
    size_t end = str_find(rest, '>');
    if (!rest.n || rest.p[0] != '<' || end == rest.n)
        return false;
    *ret = arena_str(s->arena, str_sub(rest, 1, end));
    return true;
}

static void mail_from(struct smtpd *s, struct str rest)
{
    struct str from;
    if (!s->greeted || s->begun) {
        refuse(s, "503 5.5.1 Not now");
    } else if (!path(s, rest, "FROM:", &from)) {
        refuse(s, "501 5.5.4 MAIL FROM:<address> is expected");
    } else {
        s->from = from;
        s->begun = true;
        say(s, "250 2.1.0 Ok");
    }
}

static void rcpt_to(struct smtpd *s, struct str rest)
{
    struct str to;
    if (!s->begun)
        refuse(s, "503 5.5.1 MAIL comes first");
    else if (s->n_to == SMTPD_RECIPIENTS_MAX)
        refuse(s, "452 4.5.3 Too many recipients");
    else if (!path(s, rest, "TO:", &to) || !to.n)
        refuse(s, "501 5.5.4 RCPT TO:<address> is expected");
    else {
        s->to[s->n_to++] = to;
        say(s, "250 2.1.5 Ok");
    }
}

static void hello(struct smtpd *s, bool extended)
{
    forget_mail(s);
    s->greeted = true;
    if (!extended) {
        buf_printf(&s->out, "250 %s\r\n", s->host_name);
        return;
    }
    buf_printf(&s->out,
            "250-%s\r\n250-PIPELINING\r\n250-SIZE %d\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n"
            "250 SMTPUTF8\r\n",
            s->host_name, SMTPD_CONTENT_MAX);
}

static void data(struct smtpd *s)
{
    if (!s->n_to) {
        refuse(s, "503 5.5.1 RCPT comes first");
        return;
    }
    s->phase = PHASE_CONTENT;
    say(s, "354 End with a dot");
}

static void command(struct smtpd *s, struct str line)
{
    size_t end = str_find(line, ' ');
    struct str verb = str_sub(line, 0, end), rest = end < line.n ? str_sub(line, end + 1, line.n) : STR("");
    if (str_eq_nocase(verb, STR("EHLO")) || str_eq_nocase(verb, STR("HELO")))
        hello(s, str_eq_nocase(verb, STR("EHLO")));
    else if (str_eq_nocase(verb, STR("MAIL")))
        mail_from(s, rest);
    else if (str_eq_nocase(verb, STR("RCPT")))
        rcpt_to(s, rest);
    else if (str_eq_nocase(verb, STR("DATA")))
        data(s);
    else if (str_eq_nocase(verb, STR("RSET"))) {
        forget_mail(s);
        say(s, "250 2.0.0 Ok");
    } else if (str_eq_nocase(verb, STR("NOOP")))
        say(s, "250 2.0.0 Ok");
    else if (str_eq_nocase(verb, STR("VRFY")))
        say(s, "252 2.5.0 Perhaps");
    else if (str_eq_nocase(verb, STR("QUIT"))) {
        say(s, "221 2.0.0 Bye");
        s->over = true;
    } else
        refuse(s, "500 5.5.2 Unknown command");
}

static void content_line(struct smtpd *s, struct str line)
{
    if (str_eq(line, STR("."))) {
        if (s->too_long) {
            forget_mail(s);
            refuse(s, "552 5.3.4 Too large");
        } else {
            s->phase = PHASE_COMPLETE;
        }
        return;
    }
    if (line.n && line.p[0] == '.')
        line = str_sub(line, 1, line.n);
    if (s->too_long || s->content.n + line.n + 2 > SMTPD_CONTENT_MAX) {
        s->too_long = true;
        s->content.n = 0;
        return;
    }
    buf_put(&s->content, line);
    buf_put(&s->content, STR("\r\n"));
}

// A line that is longer than it may be: its beginning is dropped, the rest is looked at no more.
static void drop_long(struct smtpd *s)
{
    size_t most = s->phase == PHASE_CONTENT ? SMTPD_CONTENT_LINE_MAX : SMTPD_LINE_MAX;
    if (s->in.n - s->at <= most)
        return;
    s->too_long = s->phase == PHASE_CONTENT || s->too_long;
    s->long_line = true;
    s->at = s->in.n;
}

static void work(struct smtpd *s)
{
    while (!s->over && s->phase != PHASE_COMPLETE) {
        const char *from = s->in.p + s->at,
                   *end = s->in.n > s->at ? memchr(from, '\n', s->in.n - s->at) : NULL;
        if (!end)
            break;
        struct str line = {from, (size_t)(end - from)};
        s->at += line.n + 1;
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        bool long_line = s->long_line;
        s->long_line = false;
        if (s->phase == PHASE_CONTENT && !long_line)
            content_line(s, line);
        else if (s->phase != PHASE_CONTENT && (long_line || line.n > SMTPD_LINE_MAX))
            refuse(s, "500 5.5.2 Line too long");
        else if (s->phase != PHASE_CONTENT)
            command(s, line);
    }
    drop_long(s);
    if (s->at) {
        memmove(s->in.p, s->in.p + s->at, s->in.n - s->at);
        s->in.n -= s->at;
        s->at = 0;
    }
}

void smtpd_push(struct smtpd *s, struct str bytes)
{
    if (s->over)
        return;
    buf_put(&s->in, bytes);
    work(s);
}

bool smtpd_pull(struct smtpd *s, struct smtpd_mail *ret)
{
    if (s->phase != PHASE_COMPLETE)
        return false;
    *ret = (struct smtpd_mail){
            .from = s->from, .to = s->to, .n_to = s->n_to, .content = buf_str(&s->content)};
    return true;
}

void smtpd_taken(struct smtpd *s, bool kept)
{
    forget_mail(s);
    say(s, kept ? "250 2.0.0 Kept" : "451 4.3.0 It cannot be kept now");
    work(s);
}

struct str smtpd_output(const struct smtpd *s)
{
    return buf_str(&s->out);
}

void smtpd_sent(struct smtpd *s, size_t n)
{
    memmove(s->out.p, s->out.p + n, s->out.n - n);
    s->out.n -= n;
}

bool smtpd_over(const struct smtpd *s)
{
    return s->over;
}
