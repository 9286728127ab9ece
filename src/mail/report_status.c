#include "base/buf.h"
#include "mail/address.h"
#include "mail/charset.h"
#include "mail/report.h"

struct group {
    struct report_recipient r;
    struct str original, final, actual;
    bool any;
};

// "rfc822; <ann@example.org>" → the address; also without the type.
static struct str address_of(struct arena *arena, struct str value)
{
    size_t semicolon = str_find(value, ';');
    if (semicolon < value.n)
        value = str_sub(value, semicolon + 1, value.n);
    value = str_trim(value);
    size_t at = 0;
    struct str found = report_next_address(value, &at);
    return found.n ? found : mail_address_bare(arena, value);
}

static void finish(struct report *r, struct group *g)
{
    if (g->any) {
        // Where a mail was forwarded, the first address is the one that we wrote to.
        g->r.address = g->original.n ? g->original : g->final.n ? g->final : g->actual;
        if (g->original.n && !memchr(g->original.p, '@', g->original.n) && g->final.n)
            g->r.address = g->final;
        report_add(r, g->r);
    }
    *g = (struct group){0};
}

// What follows "smtp;".
static struct str diagnostic_of(struct str value)
{
    size_t semicolon = str_find(value, ';');
    bool type = semicolon < value.n && semicolon < 20;
    for (size_t i = 0; type && i < semicolon; i++)
        type = value.p[i] != ' ';
    return str_trim(type ? str_sub(value, semicolon + 1, value.n) : value);
}

static struct str status_of(struct str value)
{
    value = str_trim(value);
    size_t n = 0;
    while (n < value.n && ((value.p[n] >= '0' && value.p[n] <= '9') || value.p[n] == '.'))
        n++;
    return n >= 5 ? str_sub(value, 0, n) : STR("");
}

static void field(struct report *r, struct group *g, struct str name, struct str value)
{
    // A group that has these already is over, blank line or not.
    if (str_eq_nocase(name, STR("Final-Recipient"))) {
        if (g->final.n)
            finish(r, g);
        g->final = address_of(r->arena, value);
        g->any = true;
    } else if (str_eq_nocase(name, STR("Original-Recipient"))) {
        if (g->original.n)
            finish(r, g);
        g->original = address_of(r->arena, value);
        g->any = g->any || g->original.n;
    } else if (str_eq_nocase(name, STR("X-Actual-Recipient"))) {
        g->actual = address_of(r->arena, value);
    } else if (str_eq_nocase(name, STR("Action"))) {
        size_t n = 0;
        while (n < value.n && (value.p[n] | 32) >= 'a' && (value.p[n] | 32) <= 'z')
            n++;
        g->r.action = str_sub(value, 0, n);
    } else if (str_eq_nocase(name, STR("Status"))) {
        g->r.status = status_of(value);
    } else if (str_eq_nocase(name, STR("Diagnostic-Code"))) {
        g->r.diagnostic = diagnostic_of(value);
    }
}

// One field with its continuations: what does not look like a field continues the one before, folded or not.
static bool begins_field(struct str line)
{
    size_t i = 0;
    while (i < line.n && i < 40 &&
            (((line.p[i] | 32) >= 'a' && (line.p[i] | 32) <= 'z') || line.p[i] == '-' ||
                    (line.p[i] >= '0' && line.p[i] <= '9')))
        i++;
    return i > 2 && i < line.n && line.p[i] == ':' && line.p[0] > '9';
}

static void unfolded(struct report *r, struct group *g, struct buf *line)
{
    struct str s = charset_header(r->arena, buf_str(line));
    size_t colon = str_find(s, ':');
    if (colon < s.n)
        field(r, g, str_sub(s, 0, colon), str_trim(str_sub(s, colon + 1, s.n)));
    line->n = 0;
}

void report_read_status(struct report *r, struct str fields)
{
    struct group g = {0};
    struct buf line = {0};
    for (size_t at = 0; at < fields.n;) {
        size_t end = at + str_find(str_sub(fields, at, fields.n), '\n');
        struct str one = str_sub(fields, at, end);
        at = end + 1;
        if (str_trim(one).n == 0) {
            unfolded(r, &g, &line);
            if (g.final.n && (g.r.action.n || g.r.status.n))
                finish(r, &g);
            continue;
        }
        if (begins_field(one))
            unfolded(r, &g, &line);
        if (line.n < BOUNCE_REASON_MAX * 4) {
            buf_put(&line, one);
            buf_char(&line, '\n');
        }
    }
    unfolded(r, &g, &line);
    finish(r, &g);
    buf_free(&line);
}
