#include "base/buf.h"
#include "mail/address.h"
#include "mail/html_text.h"
#include "mail/phrases.h"
#include "mail/report.h"

#include <strings.h>

enum { TEXT_MAX = 64 << 10 };

static bool in_local(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
           (c && strchr(".!#$%&*+/=?^_{|}~-", c)) || (unsigned char)c >= 0x80;
}

static bool in_domain(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '.' || c == '-' ||
           c == '_' || (unsigned char)c >= 0x80;
}

struct str report_next_address(struct str s, size_t *at)
{
    while (*at < s.n) {
        const char *sign = memchr(s.p + *at, '@', s.n - *at);
        if (!sign)
            break;
        size_t middle = (size_t)(sign - s.p), from = middle, to = middle + 1;
        if (from > *at && s.p[from - 1] == '"') { // "a b"@example.org
            size_t open = from - 1;
            while (open > *at && s.p[open - 1] != '"' && s.p[open - 1] != '\n' && from - open < 64)
                open--;
            if (open > *at && s.p[open - 1] == '"')
                from = open - 1;
        }
        while (from == middle || (s.p[from] != '"')) {
            if (from == *at || !in_local(s.p[from - 1]) || middle - from > 128)
                break;
            from--;
        }
        while (to < s.n && in_domain(s.p[to]) && to - middle < 255)
            to++;
        while (from < middle && ((unsigned char)s.p[from] & 0xc0) == 0x80) // (no letter is cut in two)
            from++;
        while (to < s.n && to > middle + 1 && ((unsigned char)s.p[to] & 0xc0) == 0x80)
            to--;
        *at = to;
        while (to > middle + 1 && strchr(".-_", s.p[to - 1]))
            to--;
        while (from < middle && strchr("=/!.", s.p[from]))
            from++;
        if (from < middle && to > middle + 2)
            return str_sub(s, from, to);
    }
    *at = s.n;
    return STR("");
}

// Names of fields that a mail's header has and a report's prose has not.
static const char *const FIELDS[] = {"received", "return-path", "message-id", "from", "to", "subject", "date",
        "mime-version", "content-type", "delivered-to", "reply-to", "x-mailer", "dkim-signature",
        "x-originating-ip", "authentication-results", "x-received", "received-spf", "domainkey-signature",
        "user-agent", "sender", "cc"};

static bool field_line(struct str line)
{
    size_t colon = str_find(line, ':');
    if (colon == line.n || colon == 0 || colon > 60)
        return false;
    for (size_t i = 0; i < colon; i++)
        if (line.p[i] <= ' ')
            return false;
    if (colon > 2 && (line.p[0] | 32) == 'x' && line.p[1] == '-')
        return true;
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
        if (strlen(FIELDS[i]) == colon && strncasecmp(FIELDS[i], line.p, colon) == 0)
            return true;
    return false;
}

static struct str line_at(struct str s, size_t at)
{
    return str_sub(s, at, at + str_find(str_sub(s, at, s.n), '\n'));
}

// Where a mail's header begins within a text: three of its fields in a row, folded lines between; s.n:
// nowhere.
static size_t find_header(struct str s)
{
    size_t begin = s.n;
    unsigned fields = 0;
    for (size_t at = 0; at < s.n;) {
        struct str line = line_at(s, at);
        if (field_line(line)) {
            if (fields++ == 0)
                begin = at;
            if (fields == 3)
                return begin;
        } else if (!(fields && line.n && (line.p[0] == ' ' || line.p[0] == '\t'))) {
            fields = 0;
        }
        at += line.n + 1;
    }
    return s.n;
}

// Lines that announce the mail that came back, where its header is not recognisable.
static const char *const COPIES[] = {"below this line is a copy", "original message follows",
        "this is a copy of the message", "original message header", "message headers follow",
        "copy of your message", "-----original message-----", "----- original message -----",
        "original message:", "undelivered message", "unsent message", "the body of your message",
        "start of the returned message", NULL};

static size_t find_copy(struct arena *arena, struct str s)
{
    for (size_t at = 0; at < s.n;) {
        struct str line = line_at(s, at);
        if (line.n < 120 && line.n > 10 && phrase_any(phrases_flat(arena, line, 120), COPIES))
            return at + line.n;
        at += line.n + 1;
    }
    return s.n;
}

static bool is_original(struct str type)
{
    return str_eq(type, STR("message/rfc822")) || str_eq(type, STR("message/global")) ||
           str_eq(type, STR("text/rfc822-headers")) || str_eq(type, STR("text/rfc822-header")) ||
           str_eq(type, STR("message/rfc822-headers")) || str_eq(type, STR("message/partial")) ||
           str_eq(type, STR("message/global-headers"));
}

static void from_parts(struct report *r)
{
    for (size_t i = 0; i < r->mime->n_parts && !r->original; i++) {
        const struct mime_part *part = &r->mime->parts[i];
        if (part->nested || !is_original(part->type))
            continue;
        const struct mime *m = mime_read(r->arena, mime_content(r->arena, part));
        if (m->message_id.n || m->from.address.n || m->to.n || m->subject.p)
            r->original = m;
    }
}

void report_split(struct report *r)
{
    struct str text = r->mime->text;
    if (str_trim(text).n < 20 && r->mime->html.n)
        text = html_to_text(r->arena, r->mime->html, HTML_TEXT_PLAIN);
    if (text.n > TEXT_MAX) {
        text.n = TEXT_MAX;
        while (text.n && ((unsigned char)text.p[text.n] & 0xc0) == 0x80)
            text.n--;
    }
    if (!text.p)
        text = STR("");
    from_parts(r);
    size_t header = find_header(text), copy = find_copy(r->arena, text);
    if (header < text.n && !r->original)
        r->original = mime_read(r->arena, arena_str(r->arena, str_sub(text, header, text.n)));
    r->text = str_sub(text, 0, header < copy ? header : copy);
    if (str_trim(r->text).n < 10) // all of it looks like a header: better too much than nothing
        r->text = text;
}

// Addresses of the mail's own header, and of helpers, are not of those that were written to.
static bool is_own(const struct report *r, struct str address)
{
    static const char *const HELP[] = {"postmaster@", "mailer-daemon@", "abuse@", "support@", "helpdesk@",
            "noreply@", "no-reply@", "hostmaster@", "bounce@"};
    for (size_t i = 0; i < sizeof HELP / sizeof *HELP; i++)
        if (address.n > strlen(HELP[i]) && strncasecmp(address.p, HELP[i], strlen(HELP[i])) == 0)
            return true;
    for (size_t i = 0; i < r->mime->to.n; i++)
        if (str_eq_nocase(address, r->mime->to.v[i].address))
            return true;
    return str_eq_nocase(address, r->mime->from.address) || str_eq_nocase(address, r->mime->delivered_to);
}

static bool sent_to(const struct mime *original, struct str address)
{
    for (size_t i = 0; original && i < original->to.n; i++)
        if (str_eq_nocase(original->to.v[i].address, address))
            return true;
    for (size_t i = 0; original && i < original->cc.n; i++)
        if (str_eq_nocase(original->cc.v[i].address, address))
            return true;
    return false;
}

// "554 5.1.1 <ann@example.org>…" from its "<" on.
static struct str after_codes(struct str line)
{
    size_t i = 0;
    while (i < line.n && i < 16 && strchr("0123456789. -", line.p[i]))
        i++;
    return str_sub(line, i, line.n);
}

// How much a line says that its address is one that failed.
static unsigned weight(struct arena *arena, struct str line, struct str address)
{
    struct str t = str_trim(line);
    static const char *const FAILING[] = {"rcpt to", "...", "user", "unknown", "recipient", "550", "551",
            "553", "554", "could not", "cannot", "mailbox", "undeliverable", "address", "failed", "invalid",
            "reject", "fail", "not ", "host", "quota", "error", "addressed to", "full", NULL};
    static const char *const OTHER[] = {"message-id", "mail from", "from:", "contact ", "please ",
            "reporting", "from <", "generated from", "id <", "envelope-from", "sender", "received: from",
            "original message was received", "in reply to mail from", "sent by", "return-path",
            "mailto:", "http", NULL};
    struct str flat = phrases_flat(arena, t, 500);
    if (t.n <= address.n + 4) // nothing else on it: "<a@b>:"
        return 3;
    struct str said = after_codes(t);
    if (said.n > address.n + 2 && said.p[0] == '<' && said.p[address.n + 1] == '>')
        return 3;
    if (phrase_any(flat, OTHER))
        return 0;
    return str_starts(t, address) ? 3 : phrase_any(flat, FAILING) ? 2 : 1;
}

struct mention {
    struct str address;
    size_t line; // where its line begins
    unsigned weight;
};

struct mentions {
    VEC(struct mention) v;
};

static void mention(struct report *r, struct mentions *all, struct str address, size_t line, struct str whole)
{
    if (is_own(r, address) && !sent_to(r->original, address))
        return;
    unsigned w = weight(r->arena, whole, address);
    if (w && sent_to(r->original, address))
        w += 3;
    for (size_t i = 0; i < all->v.n; i++)
        if (str_eq_nocase(all->v.v[i].address, address)) {
            if (w > all->v.v[i].weight)
                all->v.v[i].weight = w;
            return;
        }
    if (w && all->v.n < BOUNCE_RECIPIENTS_MAX)
        vec_push(&all->v, (struct mention){address, line, w});
}

static void gather(struct report *r, struct mentions *all)
{
    for (size_t at = 0; at < r->text.n;) {
        struct str line = line_at(r->text, at);
        size_t in = 0;
        for (struct str a; (a = report_next_address(line, &in)).n;)
            mention(r, all, a, at, line);
        at += line.n + 1;
    }
}

// What is said about one: from its line to the next one's.
static struct str chunk(struct report *r, const struct mentions *all, size_t i, unsigned least)
{
    size_t to = r->text.n;
    for (size_t k = 0; k < all->v.n; k++)
        if (all->v.v[k].weight >= least && all->v.v[k].line > all->v.v[i].line && all->v.v[k].line < to)
            to = all->v.v[k].line;
    return str_sub(r->text, all->v.v[i].line, to);
}

void report_read_text(struct report *r)
{
    struct mentions all = {0};
    gather(r, &all);
    unsigned least = 0;
    for (size_t i = 0; i < all.v.n; i++)
        if (all.v.v[i].weight > least)
            least = all.v.v[i].weight;
    if (least > 3) // one is known to have been written to; others may be as plain
        least = 3;
    for (size_t i = 0; i < all.v.n; i++)
        if (all.v.v[i].weight >= least)
            report_add(r, (struct report_recipient){
                                  all.v.v[i].address, STR("failed"), STR(""), chunk(r, &all, i, least)});
    vec_free(&all.v);
}
