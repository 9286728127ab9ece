#include "cli/sink_people.h"

#include "base/datetime.h"
#include "base/json_put.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/vec.h"
#include "cli/sink_words.h"
#include "http/client.h"
#include "http/uri.h"
#include "mail/mime.h"

#include <stdlib.h>
#include <time.h>
#include <xxhash.h>

enum { PENDING_MAX = 20000, QUOTE_LINES = 30, CLICKS_MAX = 3 };

enum deed { DEED_OPEN, DEED_CLICK, DEED_ANSWER, DEED_AWAY, DEED_BOUNCE, DEED_LEAVE };
static const char *const DEEDS[] = {"open", "click", "answer", "away", "bounce", "leave"};

enum nature { NATURE_READS, NATURE_ANSWERS, NATURE_AWAY, NATURE_GONE, NATURE_LEAVES };

// A mail and what somebody has to know to react to it.
struct got {
    struct arena *arena;
    unsigned deeds; // planned and not done yet; the last one frees it
    struct str from, to, sender, sender_name, subject, message_id, text, open, click[CLICKS_MAX], leave;
    unsigned n_click, which;
};

struct plan {
    int64_t due;
    uint64_t order;
    enum deed deed;
    struct got *got;
    unsigned index; // which link, which answer
};

struct people {
    struct sink_options options;
    struct client *client;
    struct map *known;   // addresses
    VEC(unsigned) mails; // how many each has got
    VEC(struct plan) plans;
    uint64_t order;
};

static bool share(struct str name, struct sink_shares *s, unsigned **ret)
{
    const struct {
        const char *name;
        unsigned *value;
    } SHARES[] = {{"answer", &s->answer}, {"away", &s->away}, {"bounce", &s->bounce}, {"leave", &s->leave},
            {"open", &s->open}, {"click", &s->click}};
    for (size_t i = 0; i < sizeof SHARES / sizeof *SHARES; i++)
        if (str_eq(name, str_of(SHARES[i].name))) {
            *ret = SHARES[i].value;
            return true;
        }
    return false;
}

bool sink_shares_parse(struct str text, struct sink_shares *shares, struct err *err)
{
    struct sink_shares s = *shares;
    while (text.n) {
        size_t end = str_find(text, ',');
        struct str item = str_sub(text, 0, end);
        size_t sign = str_find(item, '=');
        unsigned *value, n = 0;
        double number;
        if (sign == item.n || !share(str_sub(item, 0, sign), &s, &value) ||
                !json_number(str_sub(item, sign + 1, item.n), &number) || number < 0 || number > 100)
            return err_set(err, ERR_USAGE,
                    "--shares %.*s: expected answer, away, bounce, leave, open or click, = and "
                    "a number up to 100",
                    STR_ARG(item));
        n = (unsigned)number;
        *value = n;
        text = str_sub(text, end < text.n ? end + 1 : end, text.n);
    }
    if (s.answer + s.away + s.bounce + s.leave > 100)
        return err_set(err, ERR_USAGE, "--shares: answer, away, bounce and leave are more than 100 together");
    *shares = s;
    return true;
}

struct people *people_new(const struct sink_options *options)
{
    struct people *p = mem_zero(1, sizeof *p);
    p->options = *options;
    p->known = map_new();
    p->client = client_new(&(struct client_options){.seconds = 10, .allow_internal = true});
    return p;
}

static void put_down(struct got *got)
{
    if (--got->deeds == 0)
        arena_free(got->arena);
}

void people_free(struct people *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->plans.n; i++)
        put_down(p->plans.v[i].got);
    vec_free(&p->plans);
    vec_free(&p->mails);
    map_free(p->known);
    client_free(p->client);
    free(p);
}

// --- reading a mail

// The next address of ours with this path in the HTML, made to lead to our server: "…/c/abc" → "/c/abc".
static struct str next_link(
        struct arena *arena, const struct people *p, struct str html, const char *path, size_t *at)
{
    struct str rest = str_sub(html, *at, html.n);
    const char *found = rest.n ? memmem(rest.p, rest.n, path, strlen(path)) : NULL;
    if (!found)
        return STR_NONE;
    struct str url = str_sub(rest, (size_t)(found - rest.p), rest.n);
    size_t end = 0;
    while (end < url.n && !strchr("\"'<> \r\n\t", url.p[end]))
        end++;
    *at += (size_t)(found - rest.p) + end;
    return arena_printf(arena, "%s%.*s", p->options.server, STR_ARG(str_sub(url, 0, end)));
}

static struct got *read_mail(const struct people *p, struct str from, struct str to, struct str content)
{
    struct arena *arena = arena_new();
    struct got *got = ARENA_NEW(arena, struct got);
    const struct mime *mime = mime_read(arena, arena_str(arena, content));
    size_t at = 0;
    *got = (struct got){.arena = arena,
            .deeds = 1,
            .from = arena_str(arena, from),
            .to = arena_str(arena, to),
            .sender = mime->from.address,
            .sender_name = mime->from.name,
            .subject = mime->subject,
            .message_id = mime->message_id,
            .text = mime->text.p ? mime->text : STR("")};
    struct str html = mime->html.p ? mime->html : got->text;
    got->open = next_link(arena, p, html, "/o/", &at);
    for (at = 0; got->n_click < CLICKS_MAX; got->n_click++) {
        struct str link = next_link(arena, p, html, "/c/", &at);
        if (!link.n)
            break;
        got->click[got->n_click] = link;
    }
    at = 0;
    got->leave = next_link(arena, p, mime_field(mime, "List-Unsubscribe"), "/u/", &at);
    return got;
}

// --- planning

static struct rng rng_of(const struct people *p, struct str who, unsigned which)
{
    return rng_seed(XXH64(who.p, who.n, p->options.seed) + which * 0x9E3779B97F4A7C15u);
}

static enum nature nature_of(const struct people *p, struct str who)
{
    const struct sink_shares *s = &p->options.shares;
    struct rng rng = rng_of(p, who, 0);
    unsigned n = (unsigned)rng_below(&rng, 100);
    if (n < s->bounce)
        return NATURE_GONE;
    if (n < s->bounce + s->away)
        return NATURE_AWAY;
    if (n < s->bounce + s->away + s->leave)
        return NATURE_LEAVES;
    return n < s->bounce + s->away + s->leave + s->answer ? NATURE_ANSWERS : NATURE_READS;
}

static void plan(struct people *p, struct got *got, enum deed deed, unsigned index, int64_t due)
{
    if (p->plans.n >= PENDING_MAX)
        return;
    got->deeds++;
    vec_push(&p->plans, (struct plan){due, p->order++, deed, got, index});
}

static unsigned count_mail(struct people *p, struct str to)
{
    uint32_t who = map_intern(p->known, to);
    while (p->mails.n <= who)
        vec_push(&p->mails, 0);
    return ++p->mails.v[who];
}

void people_get(struct people *p, struct str from, struct str to, struct str content, int64_t now_ms)
{
    const struct sink_options *o = &p->options;
    if (!o->server)
        return;
    unsigned which = count_mail(p, to);
    struct got *got = read_mail(p, from, to, content);
    struct rng rng = rng_of(p, to, which);
    enum nature nature = nature_of(p, to);
    int64_t due = now_ms + rng_range(&rng, o->least_ms, o->most_ms);
    got->which = which;
    if (nature == NATURE_GONE && from.n)
        plan(p, got, DEED_BOUNCE, 0, due);
    else if (nature == NATURE_AWAY && which == 1 && from.n)
        plan(p, got, DEED_AWAY, 0, due);
    bool reads = nature == NATURE_ANSWERS || nature == NATURE_LEAVES ||
                 (nature == NATURE_READS && rng_below(&rng, 100) < o->shares.open);
    if (reads && got->open.n)
        plan(p, got, DEED_OPEN, 0, due);
    if (reads && got->n_click && rng_below(&rng, 100) < o->shares.click) {
        due += rng_range(&rng, o->least_ms, o->most_ms);
        plan(p, got, DEED_CLICK, (unsigned)rng_below(&rng, got->n_click), due);
    }
    due += rng_range(&rng, o->least_ms, o->most_ms);
    if (nature == NATURE_ANSWERS)
        plan(p, got, DEED_ANSWER, (unsigned)rng_below(&rng, SINK_ANSWERS), due);
    else if (nature == NATURE_LEAVES && got->leave.n)
        plan(p, got, DEED_LEAVE, 0, due);
    put_down(got);
}

// --- doing

static struct str date_now(struct arena *arena)
{
    char text[64];
    time_t now = time(NULL);
    struct tm tm;
    gmtime_r(&now, &tm);
    size_t n = strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &tm);
    return arena_str(arena, (struct str){text, n});
}

static struct str domain_of(struct str address)
{
    size_t at = address.n;
    while (at > 0 && address.p[at - 1] != '@')
        at--;
    return str_sub(address, at, address.n);
}

static void put_head(
        const struct people *p, const struct got *got, const char *what, struct str to, struct buf *out)
{
    uint64_t id = XXH64(got->to.p, got->to.n, p->options.seed + got->which) ^ (uint64_t)what[0] << 56;
    buf_printf(out, "Date: %.*s\r\nMessage-ID: <%016llx.%s@%.*s>\r\nTo: <%.*s>\r\nMIME-Version: 1.0\r\n",
            STR_ARG(date_now(got->arena)), (unsigned long long)id, what, STR_ARG(domain_of(got->to)),
            STR_ARG(to));
}

static void put_thread(const struct got *got, struct buf *out)
{
    if (got->message_id.n)
        buf_printf(out, "In-Reply-To: <%.*s>\r\nReferences: <%.*s>\r\n", STR_ARG(got->message_id),
                STR_ARG(got->message_id));
}

static void put_lines(struct buf *out, struct str text, const char *mark)
{
    for (unsigned n = 0; text.n && n < QUOTE_LINES; n++) {
        size_t end = str_find(text, '\n');
        buf_printf(out, "%s%.*s\r\n", mark, STR_ARG(str_sub(text, 0, end)));
        text = str_sub(text, end < text.n ? end + 1 : end, text.n);
    }
}

static void write_answer(const struct people *p, const struct got *got, unsigned index, struct buf *out)
{
    put_head(p, got, "answer", got->sender, out);
    buf_printf(out, "From: <%.*s>\r\nSubject: Re: %.*s\r\n", STR_ARG(got->to), STR_ARG(got->subject));
    put_thread(got, out);
    buf_put(out, STR("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"));
    struct rng rng = rng_of(p, got->to, 1000 + got->which);
    sink_answer(index, &rng, out);
    struct str name = got->sender_name.n ? got->sender_name : got->sender;
    buf_printf(out, "\r\nOn %.*s, %.*s <%.*s> wrote:\r\n", STR_ARG(date_now(got->arena)), STR_ARG(name),
            STR_ARG(got->sender));
    put_lines(out, got->text, "> ");
}

static void write_away(const struct people *p, const struct got *got, struct buf *out)
{
    time_t back = time(NULL) + 14 * 86400;
    struct tm tm;
    char day[64];
    gmtime_r(&back, &tm);
    strftime(day, sizeof day, "%d %B %Y", &tm);
    put_head(p, got, "away", got->from, out);
    buf_printf(out, "From: <%.*s>\r\nSubject: Automatic reply: %.*s\r\nAuto-Submitted: auto-replied\r\n",
            STR_ARG(got->to), STR_ARG(got->subject));
    put_thread(got, out);
    buf_printf(out,
            "Content-Type: text/plain; charset=utf-8\r\n\r\nThank you for your message. I am out of the "
            "office "
            "and will be back on %s.\r\n",
            day);
}

// A report as mail servers send it (RFC 3464).
static void write_bounce(const struct people *p, const struct got *got, struct buf *out)
{
    struct str domain = domain_of(got->to);
    put_head(p, got, "bounce", got->from, out);
    buf_printf(out,
            "From: Mail Delivery System <mailer-daemon@%.*s>\r\nSubject: Undelivered Mail Returned to "
            "Sender\r\n"
            "Auto-Submitted: auto-replied\r\nContent-Type: multipart/report; report-type=delivery-status; "
            "boundary=\"=_sink\"\r\n\r\n--=_sink\r\nContent-Type: text/plain\r\n\r\n"
            "I'm sorry to have to inform you that your message could not be delivered.\r\n\r\n"
            "<%.*s>: 550 5.1.1 User unknown\r\n\r\n--=_sink\r\nContent-Type: message/delivery-status\r\n\r\n"
            "Reporting-MTA: dns; mx.%.*s\r\n\r\nFinal-Recipient: rfc822; %.*s\r\nAction: failed\r\n"
            "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n--=_sink\r\n"
            "Content-Type: text/rfc822-headers\r\n\r\nReturn-Path: <%.*s>\r\nMessage-ID: <%.*s>\r\n"
            "To: <%.*s>\r\nSubject: %.*s\r\n\r\n--=_sink--\r\n",
            STR_ARG(domain), STR_ARG(got->to), STR_ARG(domain), STR_ARG(got->to), STR_ARG(got->from),
            STR_ARG(got->message_id), STR_ARG(got->to), STR_ARG(got->subject));
}

static bool send_mail(struct people *p, struct got *got, struct str recipient, struct str mail,
        struct client_answer *ret, struct err *err)
{
    struct buf url = {0};
    buf_printf(&url, "%s/api/inbox/messages?recipient=", p->options.server);
    uri_encode(recipient, &url);
    struct client_header headers[] = {{"Content-Type", STR("message/rfc822")},
            {"Authorization", arena_printf(got->arena, "Bearer %.*s", STR_ARG(p->options.key))}};
    bool ok = client_send(p->client, got->arena, "POST", buf_str(&url), headers, 2, mail, ret, err);
    buf_free(&url);
    return ok;
}

static bool visit(struct people *p, struct got *got, const char *method, struct str url, struct str body,
        struct client_answer *ret, struct err *err)
{
    static const char BROWSER[] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    struct client_header headers[] = {{"User-Agent", STR(BROWSER)},
            {"Accept-Language", STR("en-GB,en;q=0.8")},
            {"Content-Type", STR("application/x-www-form-urlencoded")}};
    return client_send(p->client, got->arena, method, url, headers, body.n ? 3 : 2, body, ret, err);
}

static bool carry_out(struct people *p, const struct plan *plan, struct client_answer *ret, struct err *err)
{
    struct got *got = plan->got;
    struct buf mail = {0};
    bool ok;
    switch (plan->deed) {
    case DEED_OPEN:
        return visit(p, got, "GET", got->open, STR(""), ret, err);
    case DEED_CLICK:
        return visit(p, got, "GET", got->click[plan->index], STR(""), ret, err);
    case DEED_LEAVE:
        return visit(p, got, "POST", got->leave, STR("List-Unsubscribe=One-Click"), ret, err);
    case DEED_ANSWER:
        write_answer(p, got, plan->index, &mail);
        break;
    case DEED_AWAY:
        write_away(p, got, &mail);
        break;
    case DEED_BOUNCE:
        write_bounce(p, got, &mail);
        break;
    }
    ok = send_mail(p, got, plan->deed == DEED_ANSWER ? got->sender : got->from, buf_str(&mail), ret, err);
    buf_free(&mail);
    return ok;
}

static void do_deed(struct people *p, const struct plan *plan)
{
    struct client_answer answer = {0};
    struct err err = {0};
    struct buf line = {0};
    bool ok = carry_out(p, plan, &answer, &err);
    buf_char(&line, '{');
    put_text(&line, "did", str_of(DEEDS[plan->deed]));
    put_text(&line, "who", plan->got->to);
    put_text(&line, "subject", plan->got->subject.p ? plan->got->subject : STR(""));
    if (ok)
        put_int(&line, "status", answer.status);
    else
        put_text(&line, "error", str_of(err.message));
    buf_put(&line, STR("}\n"));
    p->options.tell(p->options.ctx, buf_str(&line));
    buf_free(&line);
    put_down(plan->got);
}

unsigned people_act(struct people *p, int64_t now_ms)
{
    int64_t next = now_ms + 1000;
    for (;;) {
        size_t first = p->plans.n;
        for (size_t i = 0; i < p->plans.n; i++)
            if (first == p->plans.n || p->plans.v[i].due < p->plans.v[first].due ||
                    (p->plans.v[i].due == p->plans.v[first].due &&
                            p->plans.v[i].order < p->plans.v[first].order))
                first = i;
        if (first == p->plans.n || p->plans.v[first].due > now_ms) {
            next = first < p->plans.n && p->plans.v[first].due < next ? p->plans.v[first].due : next;
            break;
        }
        struct plan plan = p->plans.v[first];
        p->plans.v[first] = p->plans.v[--p->plans.n];
        do_deed(p, &plan);
    }
    return (unsigned)(next - now_ms);
}
